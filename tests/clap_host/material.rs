//! What the hosts' tests play: instances, settings as events, a song.

use clack_host::prelude::PluginEntry;
use lacquer::settings::{
    ChainSettings,
    fields::{Kind, field, fields},
};
pub use lacquer_clap_host::number;
use lacquer_clap_host::{Event, Plugin};

pub const RATE_HZ: f64 = 48_000.0;

pub fn entry() -> PluginEntry {
    // SAFETY: the entry point is the crate's own, made by nice-plug for hosts as this one.
    unsafe { PluginEntry::load_from_raw(&lacquer::plugin::clap_entry, c"") }.expect("the entry works")
}

/// A new instance.
pub fn plugin() -> Plugin {
    Plugin::from_entry(&entry(), "org.lacquer.lacquer").expect("the plugin is there")
}

/// Where a host's control stands for a field's value.
pub fn position(id: &str, value: f32) -> f64 {
    match field(id).expect("a field").kind {
        Kind::Number { min, max, skew, .. } => {
            let (value, min, max) = (f64::from(value), f64::from(min), f64::from(max));
            ((value - min) / (max - min)).powf(f64::from(skew))
        }
        Kind::Count { min, .. } => f64::from(value) - f64::from(min),
        Kind::Switch | Kind::Choice { .. } => f64::from(value),
    }
}

/// The events that bring a plugin with neutral values to `settings` at `sample`.
pub fn events(settings: &ChainSettings, sample: u64) -> Vec<Event> {
    let differing = fields().iter().filter(|field| field.get(settings) != field.default);
    differing
        .map(|field| Event { sample, param: number(&field.id), value: position(&field.id, field.get(settings)) })
        .collect()
}

/// Settings with these values, on their steps.
pub fn settings(values: &[(&str, f32)]) -> ChainSettings {
    let mut settings = ChainSettings::default();
    for (id, value) in values {
        field(id).expect("a field").set(&mut settings, *value);
    }
    settings
}

/// Every module at work.
pub fn busy() -> ChainSettings {
    settings(&[
        ("input_gain", 2.5),
        ("eq1_on", 1.0),
        ("eq1_type", 3.0),
        ("eq1_freq", 28.3),
        ("eq3_on", 1.0),
        ("eq3_freq", 312.7),
        ("eq3_gain", -2.13),
        ("eq3_q", 1.234),
        ("eq8_on", 1.0),
        ("eq8_type", 2.0),
        ("eq8_gain", 1.7),
        ("comp_on", 1.0),
        ("comp_bands", 3.0),
        ("comp1_threshold", -24.5),
        ("comp2_threshold", -27.25),
        ("comp2_ratio", 1.8),
        ("limiter_on", 1.0),
        ("limiter_drive", 4.0),
        ("output_gain", -0.3),
    ])
}

/// A few seconds of something like music: a beat, a bass, chords and a hiss, different left and right.
pub fn song(frames: usize) -> [Vec<f32>; 2] {
    let mut seed = 1u32;
    let mut noise = move || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 8) as f32 / 8_388_608.0 - 1.0
    };
    let mut channels = [Vec::with_capacity(frames), Vec::with_capacity(frames)];
    for frame in 0..frames {
        let time = frame as f32 / RATE_HZ as f32;
        let beat = (-12.0 * (time * 2.0).fract()).exp();
        let tone = |hz: f32| (std::f32::consts::TAU * hz * time).sin();
        let common = 0.4 * beat * tone(55.0) + 0.1 * tone(110.0) + 0.05 * tone(660.0);
        for (channel, hz) in channels.iter_mut().zip([220.0, 277.18]) {
            channel.push(common + 0.08 * tone(hz) + 0.03 * (0.2 + beat) * noise());
        }
    }
    channels
}

/// What comes out of a stereo instance that plays `input` in blocks of `block` frames.
pub fn play(plugin: &mut Plugin, input: &[Vec<f32>; 2], block: usize, events: &[Event]) -> [Vec<f32>; 2] {
    play_at(plugin, RATE_HZ, input, block, events)
}

pub fn play_at(plugin: &mut Plugin, rate: f64, input: &[Vec<f32>; 2], block: usize, events: &[Event]) -> [Vec<f32>; 2] {
    let mut audio = plugin.activate(rate, block as u32).expect("activates");
    let [mut left, mut right] = input.clone();
    audio.play(&mut [&mut left, &mut right], block, events, |_| ()).expect("plays");
    plugin.deactivate(audio);
    [left, right]
}
