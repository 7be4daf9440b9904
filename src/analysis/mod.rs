//! Measures audio and never changes it: spectrum, loudness, dynamics, stereo image, faults → [`Measurement`].
//!
//! [`Analyser`] takes blocks of any length and gives the same [`Measurement`] whatever the lengths; live listening and whole
//! files use the same one. It keeps distributions and sums, never audio: an hour takes a few megabytes.

pub(crate) mod band;
mod band_split;
pub mod descriptors;
mod dynamics;
mod faults;
mod gate;
mod histogram;
mod loudness;
pub mod measurement;
mod onset;
mod overlap;
mod resonance;
mod sections;
mod spectrum;
mod stereo;
#[cfg(test)]
mod testing;

pub use measurement::Measurement;

use descriptors::Describer;
use dynamics::DynamicsMeter;
use faults::FaultMeter;
use loudness::{LoudnessMeter, Story};
use measurement::FLOOR_DB;
use spectrum::SpectrumMeter;

/// Blocks of 10 ms in a step of 100 ms.
const BLOCKS_PER_STEP: usize = 10;
/// No sound is louder than +120 dBFS: what claims to be is held there, so that no sum overflows.
const LOUDEST_SAMPLE: f32 = 1e6;
/// Quieter than -400 dBFS is nothing: denormal numbers only cost time.
const QUIETEST_SAMPLE: f32 = 1e-20;
/// Samples cleaned in one go.
const PART: usize = 1024;

/// Takes music in blocks and measures it.
pub struct Analyser {
    sample_rate_hz: u32,
    channels: u16,
    /// Samples in a step of 100 ms.
    step: usize,
    /// Samples heard since the last step.
    into_step: usize,
    /// Blocks of 10 ms complete since the last step.
    blocks: usize,
    heard: u64,
    loudness: LoudnessMeter,
    spectrum: SpectrumMeter,
    dynamics: DynamicsMeter,
    faults: FaultMeter,
    describer: Describer,
}

impl Analyser {
    /// An analyser for music at `sample_rate_hz` (8000 to 384000) that came with `channels` channels (1 or 2; both are fed as
    /// left and right, so mono counts as it sounds: from two loudspeakers).
    pub fn new(sample_rate_hz: u32, channels: u16) -> Self {
        Self {
            sample_rate_hz,
            channels,
            step: (sample_rate_hz as usize + 5) / 10,
            into_step: 0,
            blocks: 0,
            heard: 0,
            loudness: LoudnessMeter::new(sample_rate_hz),
            spectrum: SpectrumMeter::new(sample_rate_hz),
            dynamics: DynamicsMeter::new(sample_rate_hz),
            faults: FaultMeter::new(sample_rate_hz),
            describer: Describer::new(sample_rate_hz),
        }
    }

    /// Listens to a block of any length; where one channel is longer, its rest is not heard.
    pub fn add(&mut self, left: &[f32], right: &[f32]) {
        let (mut clean_left, mut clean_right) = ([0.0; PART], [0.0; PART]);
        let length = left.len().min(right.len());
        let mut done = 0;
        while done < length {
            // A part never reaches over the end of a block of 10 ms.
            let block_end = self.step * (self.blocks + 1) / BLOCKS_PER_STEP;
            let take = (length - done).min(PART).min(block_end - self.into_step);
            let (clean_left, clean_right) = (&mut clean_left[..take], &mut clean_right[..take]);
            for (samples, clean) in [(left, &mut *clean_left), (right, &mut *clean_right)] {
                for (n, (sample, clean)) in samples[done..done + take].iter().zip(clean).enumerate() {
                    if !sample.is_finite() {
                        self.faults.not_finite(self.heard + n as u64);
                    }
                    *clean = cleaned(*sample);
                }
            }
            self.loudness.add(clean_left, clean_right);
            self.spectrum.add(clean_left, clean_right);
            self.dynamics.add(clean_left, clean_right);
            self.faults.add(clean_left, clean_right);
            self.describer.add(clean_left, clean_right);
            self.heard += take as u64;
            self.into_step += take;
            done += take;
            if self.into_step == block_end {
                self.end_block();
            }
        }
    }

    fn end_block(&mut self) {
        if self.loudness.end_block() == Story::Loudest {
            self.spectrum.remember_loudest();
        }
        self.dynamics.end_block(self.loudness.short_term_lufs());
        self.blocks += 1;
        if self.blocks == BLOCKS_PER_STEP {
            self.faults.end_step();
            self.blocks = 0;
            self.into_step = 0;
        }
    }

    /// Momentary loudness (400 ms) now, LUFS; moves every 10 ms.
    pub fn momentary_lufs(&self) -> f64 {
        self.loudness.momentary_lufs()
    }

    /// Short-term loudness (3 s) now, LUFS; moves every 10 ms.
    pub fn short_term_lufs(&self) -> f64 {
        self.loudness.short_term_lufs()
    }

    /// Length of what counts so far: blocks over the gates, seconds.
    pub fn gated_s(&self) -> f64 {
        self.loudness.gated_s()
    }

    /// Start of the loudest 30 s so far, seconds.
    pub fn loudest_start_s(&self) -> f64 {
        self.loudness.loudest_start_s()
    }

    /// What has been found out so far; listening can go on afterwards.
    pub fn measurement(&self) -> Measurement {
        let gate_lufs = self.loudness.gate_lufs();
        let powers = self.spectrum.gated(gate_lufs);
        let loudness = self.loudness.loudness();
        let heard_s = self.heard as f64 / f64::from(self.sample_rate_hz);
        Measurement {
            sample_rate_hz: self.sample_rate_hz,
            channels: self.channels,
            heard_s,
            gated_s: self.loudness.gated_s(),
            spectrum: self.spectrum.spectrum(&powers),
            dynamics: self.dynamics.dynamics(gate_lufs, self.loudness.short_term_lufs()),
            stereo: stereo::stereo(&powers),
            faults: self.faults.faults(&loudness, &powers, &self.spectrum),
            resonances: self.spectrum.resonances(),
            sections: sections::sections(&loudness.short_term_lufs, heard_s),
            loudness,
            descriptors: self.describer.descriptors(),
        }
    }
}

/// The sample without what is no sound: not finite becomes silence.
fn cleaned(sample: f32) -> f32 {
    if !sample.is_finite() || sample.abs() < QUIETEST_SAMPLE {
        0.0
    } else {
        sample.clamp(-LOUDEST_SAMPLE, LOUDEST_SAMPLE)
    }
}

/// Level in dB of a mean power (full scale squared is 0 dB), [`FLOOR_DB`] at least.
fn level_db(power: f64) -> f64 {
    // The floor as a power, so that zero needs no case of its own.
    const FLOOR_POWER: f64 = 1e-12;
    if power > FLOOR_POWER { 10.0 * power.log10() } else { FLOOR_DB }
}

#[cfg(test)]
mod tests;
