//! One instance of the plugin with every module at work, and what is asked of it.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use lacquer_clap_host::{Audio, Event, Plugin, number};

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
    /// What brings the chain to where it only delays, and what sets it to work.
    neutral: Vec<Event>,
    busy: Vec<Event>,
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
        let params = plugin.params();
        let busy = BUSY
            .iter()
            .map(|(id, text)| {
                let param = number(id);
                let value = plugin.text_to_value(param, text);
                let value = value.with_context(|| format!("the plugin does not take `{text}` for {id}"))?;
                Ok(Event { sample: 0, param, value })
            })
            .collect::<Result<Vec<_>>>()?;
        let default = |event: &Event| {
            let param = params.iter().find(|param| param.id == event.param);
            let param = param.with_context(|| format!("the plugin has no parameter {}", event.param))?;
            Ok(Event { value: param.default, ..*event })
        };
        let neutral = busy.iter().map(default).collect::<Result<Vec<_>>>()?;
        plugin.flush(&busy)?;
        let audio = Some(plugin.activate(RATE_HZ, BLOCK as u32)?);
        let latency = plugin.latency() as usize;
        let player = Player::new(RATE_HZ, 1 + index as u32);
        Ok(Self { plugin, audio, latency, neutral, busy, player, left: vec![0.0; BLOCK], right: vec![0.0; BLOCK] })
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

    /// Sends an impulse through the chain at neutral settings, where it only delays, looks when it comes out, and sets the chain to work
    /// again.
    ///
    /// # Errors
    /// When that is not after the reported latency on both channels, or anything else comes out.
    pub fn check_latency(&mut self) -> Result<()> {
        /// Long enough for all that glides and rings to end.
        const SETTLED_BLOCKS: usize = 400;
        self.silence(&self.neutral.clone())?;
        for _ in 0..SETTLED_BLOCKS {
            self.silence(&[])?;
        }
        let mut heard = [Vec::new(), Vec::new()];
        for block in 0..self.latency / BLOCK + 2 {
            self.left.fill(0.0);
            self.right.fill(0.0);
            if block == 0 {
                (self.left[0], self.right[0]) = (IMPULSE, IMPULSE);
            }
            self.process(&[])?;
            heard[0].extend(&self.left);
            heard[1].extend(&self.right);
        }
        let now = self.plugin.latency() as usize;
        ensure!(now == self.latency, "{now} samples of latency are reported, {} were at first", self.latency);
        for channel in heard {
            let sounding: Vec<_> = channel.iter().enumerate().filter(|(_, sample)| **sample != 0.0).take(4).collect();
            ensure!(
                sounding == [(now, &IMPULSE)],
                "an impulse of {IMPULSE} comes out as {sounding:?} (sample, height), not after the {now} samples reported"
            );
        }
        self.silence(&self.busy.clone())?;
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
