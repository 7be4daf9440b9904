//! What a window shows of the running audio, computed on the window's own thread from the blocks of [`crate::link::taps`].
//!
//! [`Scope`] takes the blocks in order and keeps what the pictures need: spectra of input and output ([`spectrum`]), the stereo
//! image ([`image`]), the needles of the modules ([`meters`]), ten seconds of the limiter ([`trace`]), the loudness since the last
//! reset ([`loudness`]) and against the input ([`matching`]). [`response`] computes the equaliser's curves, [`axis`] the frequencies' places and names. Nothing here draws.

pub mod axis;
pub mod band_levels;
mod decimator;
pub mod image;
pub mod loudness;
pub mod matching;
pub mod meters;
pub mod response;
pub mod spectrum;
pub mod trace;

use std::sync::{Arc, Mutex, MutexGuard};

use crate::{
    dsp::{db_to_gain, delay::DelayLine},
    link::{TapBlock, taps::TAP_FRAMES},
    settings::MonitorSettings,
};
use image::ImageMeter;
use loudness::LoudnessHistory;
use matching::Matching;
use meters::ModuleMeters;
use spectrum::{SpectrumAnalyser, Speed};
use trace::{Column, LimiterTrace};

/// Which pictures have changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Changes {
    pub spectrum: bool,
    /// Needles, stereo image and the limiter's trace.
    pub modules: bool,
    pub loudness: bool,
}

/// The pictures of one chain, at one sample rate and latency.
pub struct Scope {
    sample_rate_hz: f64,
    latency: usize,
    /// The input on its way beside the chain.
    dry: [DelayLine<f32>; 2],
    pub before: SpectrumAnalyser,
    pub after: SpectrumAnalyser,
    pub image: ImageMeter,
    pub meters: ModuleMeters,
    pub trace: LimiterTrace,
    pub loudness: LoudnessHistory,
    pub matching: Matching,
    monitor: MonitorSettings,
}

impl Scope {
    /// A scope that has heard nothing, for a chain at `sample_rate_hz` whose output lags by `latency` frames.
    pub fn new(sample_rate_hz: f64, latency: usize) -> Self {
        Self {
            sample_rate_hz,
            latency,
            dry: [DelayLine::new(latency), DelayLine::new(latency)],
            before: SpectrumAnalyser::new(sample_rate_hz),
            after: SpectrumAnalyser::new(sample_rate_hz),
            image: ImageMeter::new(sample_rate_hz),
            meters: ModuleMeters::default(),
            trace: LimiterTrace::default(),
            loudness: LoudnessHistory::new(sample_rate_hz),
            matching: Matching::new(sample_rate_hz),
            monitor: MonitorSettings::default(),
        }
    }

    /// Whether this scope suits a chain.
    pub fn suits(&self, sample_rate_hz: f64, latency: usize) -> bool {
        self.sample_rate_hz == sample_rate_hz && self.latency == latency
    }

    /// Samples a second.
    pub fn sample_rate_hz(&self) -> f64 {
        self.sample_rate_hz
    }

    /// Chooses how soon the spectra follow.
    pub fn set_speed(&mut self, speed: Speed) {
        self.before.set_speed(speed);
        self.after.set_speed(speed);
    }

    /// How one listened at the end of the last block.
    pub fn monitor(&self) -> &MonitorSettings {
        &self.monitor
    }

    /// Hears a block. The spectra are of one time: the input waits for the chain. The record is measured, not how one listens to it:
    /// the gain that matches levels is undone, and while the chain is bypassed or its difference heard, the loudness waits.
    pub fn hear(&mut self, block: &TapBlock) -> Changes {
        let frames = block.frames.min(TAP_FRAMES);
        let seconds = frames as f64 / self.sample_rate_hz;
        self.monitor = block.monitor;
        let mut before = block.before;
        for (line, channel) in self.dry.iter_mut().zip(&mut before) {
            line.process(&mut channel[..frames]);
        }
        let mut after = block.after;
        let is_record = !block.monitor.bypass && !block.monitor.delta;
        if block.monitor.level_match && is_record {
            let gain = db_to_gain(-f64::from(block.monitor.level_match_db)) as f32;
            after.as_flattened_mut().iter_mut().for_each(|sample| *sample *= gain);
        }
        let (left, right) = (&after[0][..frames], &after[1][..frames]);
        let mut changes = Changes { modules: true, ..Changes::default() };
        changes.spectrum |= self.before.add(&before[0][..frames], &before[1][..frames]);
        changes.spectrum |= self.after.add(left, right);
        self.image.add(left, right);
        self.meters.add(seconds, &block.meters);
        let peak = |samples: &[f32]| crate::dsp::peak(samples);
        self.trace.add(
            seconds,
            &Column {
                input_peak: block.meters.limiter_input_peak,
                output_peak: peak(left).max(peak(right)),
                reduction_db: block.meters.limiter_reduction_db,
            },
        );
        if is_record {
            changes.loudness = self.loudness.add(left, right);
            self.matching.add([&before[0][..frames], &before[1][..frames]], [left, right]);
        } else {
            self.matching.interrupt();
        }
        changes
    }
}

/// The pictures of one instance: they outlive its windows, and with them the loudness since the last reset. Windows alone lock them.
#[derive(Clone, Default)]
pub struct Pictures(Arc<Mutex<Option<Scope>>>);

impl Pictures {
    /// The pictures, once there are some.
    pub fn lock(&self) -> MutexGuard<'_, Option<Scope>> {
        // A window that panicked leaves pictures, no more.
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

#[cfg(test)]
mod tests;
