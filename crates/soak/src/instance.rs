//! One instance of the plugin with every module at work, and what is asked of it.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use lacquer_clap_host::{Audio, Event, Plugin};

use crate::sound::{Passage, Player};

/// The plugin's published id.
const PLUGIN_ID: &str = "org.lacquer.lacquer";
pub const RATE_HZ: f64 = 48_000.0;
/// Samples in a block.
pub const BLOCK: usize = 512;
/// Nothing may come out over this: the ceiling lies at -1 dBTP.
const MOST: f32 = 0.9;
/// Height of the impulse that latency is measured by.
const IMPULSE: f32 = 0.25;
/// Every module at work: ids and values as the plugin reads them.
const BUSY: [(&str, &str); 14] = [
    ("eq_on", "on"),
    ("eq1_on", "on"),
    ("eq1_type", "Low cut"),
    ("eq1_freq", "28"),
    ("eq3_on", "on"),
    ("eq3_freq", "310"),
    ("eq3_gain", "-2.1"),
    ("comp_on", "on"),
    ("comp1_threshold", "-24"),
    ("comp2_threshold", "-27"),
    ("imager_on", "on"),
    ("limiter_on", "on"),
    ("limiter_drive", "4"),
    ("limiter_ceiling", "-1"),
];

/// An instance that plays.
pub struct Instance {
    plugin: Plugin,
    audio: Option<Audio>,
    latency: usize,
    bypass: u32,
    player: Player,
    left: Vec<f32>,
    right: Vec<f32>,
}

impl Instance {
    /// Loads the plugin, sets it to work and makes it ready.
    ///
    /// # Errors
    /// When the bundle is not Lacquer's, knows other parameters, or does not start.
    pub fn open(bundle: &Path, index: usize) -> Result<Self> {
        let mut plugin = Plugin::load(bundle, PLUGIN_ID)?;
        let bypass = plugin.params().iter().find(|param| param.bypass).context("the plugin has no bypass")?.id;
        let events = BUSY
            .iter()
            .map(|(id, text)| {
                let param = number(id);
                let value = plugin.text_to_value(param, text);
                let value = value.with_context(|| format!("the plugin does not take `{text}` for {id}"))?;
                Ok(Event { sample: 0, param, value })
            })
            .collect::<Result<Vec<_>>>()?;
        plugin.flush(&events)?;
        let audio = Some(plugin.activate(RATE_HZ, BLOCK as u32)?);
        let latency = plugin.latency() as usize;
        let player = Player::new(RATE_HZ, 1 + index as u32);
        Ok(Self { plugin, audio, latency, bypass, player, left: vec![0.0; BLOCK], right: vec![0.0; BLOCK] })
    }

    /// Delay in samples, as reported.
    pub fn latency(&self) -> usize {
        self.latency
    }

    /// Lets the plugin do what it asked to do on the main thread.
    pub fn idle(&mut self) {
        self.plugin.idle();
    }

    /// Plays a block of a passage; gives how long the plugin took.
    ///
    /// # Errors
    /// When the plugin fails, or something other than sound under the ceiling comes out.
    pub fn play(&mut self, passage: Passage, block: usize) -> Result<Duration> {
        self.player.fill(passage, block * BLOCK, [&mut self.left, &mut self.right]);
        let took = self.process(&[])?;
        for sample in self.left.iter().chain(&self.right) {
            ensure!(sample.abs() <= MOST, "{sample} came out of {passage:?}, block {block}");
        }
        Ok(took)
    }

    /// Sends an impulse through the bypassed plugin and looks when it comes out, then sets the plugin to work again.
    ///
    /// # Errors
    /// When that is not after the reported latency.
    pub fn check_latency(&mut self) -> Result<()> {
        const SETTLED_BLOCKS: usize = 40;
        self.silence(&[Event { sample: 0, param: self.bypass, value: 1.0 }])?;
        for _ in 0..SETTLED_BLOCKS {
            self.silence(&[])?;
        }
        let mut heard: Vec<f32> = Vec::new();
        for block in 0..self.latency / BLOCK + 2 {
            self.left.fill(0.0);
            self.right.fill(0.0);
            self.left[0] = if block == 0 { IMPULSE } else { 0.0 };
            self.process(&[])?;
            heard.extend(&self.left);
        }
        let at = (0..heard.len()).max_by(|a, b| heard[*a].abs().total_cmp(&heard[*b].abs())).unwrap_or(0);
        ensure!(
            at == self.latency && heard[at] == IMPULSE && self.plugin.latency() as usize == self.latency,
            "an impulse comes out {at} samples later at {}, {} are reported, {} were at first",
            heard[at],
            self.plugin.latency(),
            self.latency
        );
        self.silence(&[Event { sample: 0, param: self.bypass, value: 0.0 }])?;
        Ok(())
    }

    fn silence(&mut self, events: &[Event]) -> Result<Duration> {
        self.left.fill(0.0);
        self.right.fill(0.0);
        self.process(events)
    }

    fn process(&mut self, events: &[Event]) -> Result<Duration> {
        let audio = self.audio.as_mut().context("the plugin is not active")?;
        let mut took = Duration::ZERO;
        let timed = |call: &mut dyn FnMut()| {
            let start = Instant::now();
            call();
            took = start.elapsed();
        };
        audio.play_within(&mut [&mut self.left, &mut self.right], BLOCK, events, timed, |_| ())?;
        Ok(took)
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        if let Some(audio) = self.audio.take() {
            self.plugin.deactivate(audio);
        }
    }
}

/// The number that CLAP hosts see in place of an id, as the plugin's documentation gives it.
fn number(id: &str) -> u32 {
    id.bytes().fold(0u32, |hash, byte| hash.wrapping_mul(31).wrapping_add(u32::from(byte))) & 0x7fff_ffff
}
