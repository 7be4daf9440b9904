//! Measures audio and never changes it: spectrum, loudness, dynamics, stereo image, faults → [`Measurement`].
//!
//! [`Analyser`] takes blocks of any length and gives the same [`Measurement`] whatever the lengths; live listening and whole
//! files use the same one. It keeps distributions and sums, never audio: an hour takes a few megabytes.

pub(crate) mod band;
mod band_split;
mod clock;
mod correlation;
pub mod descriptors;
mod dynamics;
mod faults;
mod gate;
mod histogram;
mod k_weighting;
mod level_meter;
mod levels;
mod loudness;
pub mod measurement;
mod onset;
mod overlap;
mod resonance;
pub mod rumble;
mod sections;
mod sightings;
mod spectrum;
mod stereo;
#[cfg(test)]
mod testing;
mod true_peak;

pub use level_meter::LevelMeter;
pub use measurement::Measurement;

use clock::{BLOCKS_PER_STEP, Clock, Tick};
use descriptors::Describer;
use dynamics::DynamicsMeter;
use faults::FaultMeter;
use levels::Levels;
use loudness::{LoudnessMeter, Story};
use measurement::FLOOR_DB;
use spectrum::SpectrumMeter;

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
    clock: Clock,
    heard: u64,
    /// Of all complete blocks, and of the one at hand.
    levels: Levels,
    block_levels: Levels,
    loudness: LoudnessMeter,
    spectrum: SpectrumMeter,
    dynamics: DynamicsMeter,
    faults: FaultMeter,
    /// None where nobody asks for the descriptors.
    describer: Option<Describer>,
}

impl Analyser {
    /// An analyser for music at `sample_rate_hz` (8000 to 768000) that came with `channels` channels (1 or 2; both are fed as
    /// left and right, so mono counts as it sounds: from two loudspeakers).
    pub fn new(sample_rate_hz: u32, channels: u16) -> Self {
        let clock = Clock::new(sample_rate_hz);
        Self {
            sample_rate_hz,
            channels,
            heard: 0,
            levels: Levels::NONE,
            block_levels: Levels::NONE,
            loudness: LoudnessMeter::new(sample_rate_hz, clock.step()),
            clock,
            spectrum: SpectrumMeter::new(sample_rate_hz),
            dynamics: DynamicsMeter::new(sample_rate_hz),
            faults: FaultMeter::new(sample_rate_hz),
            describer: Some(Describer::new(sample_rate_hz)),
        }
    }

    /// The same without [`Measurement::descriptors`], which are worth their cost only where a song is judged.
    pub fn without_descriptors(mut self) -> Self {
        self.describer = None;
        self
    }

    /// Listens to a block of any length; where one channel is longer, its rest is not heard.
    pub fn add(&mut self, left: &[f32], right: &[f32]) {
        let (mut clean_left, mut clean_right) = ([0.0; PART], [0.0; PART]);
        let length = left.len().min(right.len());
        let mut done = 0;
        while done < length {
            // A part never reaches over the end of a block of 10 ms.
            let take = (length - done).min(PART).min(self.clock.left_in_block());
            let (clean_left, clean_right) = (&mut clean_left[..take], &mut clean_right[..take]);
            for (samples, clean) in [(left, &mut *clean_left), (right, &mut *clean_right)] {
                let samples = &samples[done..done + take];
                if !clean_into(samples, clean) {
                    let wrong = samples.iter().enumerate().filter(|(_, sample)| !sample.is_finite());
                    wrong.for_each(|(n, _)| self.faults.not_finite(self.heard + n as u64));
                }
            }
            self.block_levels.add(clean_left, clean_right);
            self.loudness.add(clean_left, clean_right);
            self.spectrum.add(clean_left, clean_right);
            self.dynamics.add(clean_left, clean_right);
            self.faults.add(clean_left, clean_right);
            if let Some(describer) = &mut self.describer {
                describer.add(clean_left, clean_right);
            }
            self.heard += take as u64;
            done += take;
            match self.clock.advance(take) {
                Tick::Nothing => {}
                tick => self.end_block(tick),
            }
        }
    }

    fn end_block(&mut self, tick: Tick) {
        if self.loudness.end_block() == Story::Loudest {
            self.spectrum.remember_loudest();
        }
        let levels = std::mem::replace(&mut self.block_levels, Levels::NONE);
        self.levels = self.levels.and(&levels);
        self.dynamics.end_block(&levels, self.loudness.short_term_lufs());
        self.faults.end_block(&levels, tick == Tick::Step);
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
        let levels = self.levels.and(&self.block_levels);
        let loudness = self.loudness.loudness(&levels);
        let heard_s = self.heard as f64 / f64::from(self.sample_rate_hz);
        Measurement {
            sample_rate_hz: self.sample_rate_hz,
            channels: self.channels,
            heard_s,
            gated_s: self.loudness.gated_s(),
            spectrum: self.spectrum.spectrum(&powers),
            dynamics: self.dynamics.dynamics(gate_lufs, self.loudness.short_term_lufs()),
            stereo: stereo::stereo(&powers, &self.spectrum),
            offset_percent: levels.offsets().map(|mean| 100.0 * mean),
            faults: self.faults.faults(&levels, &loudness, &powers, &self.spectrum),
            resonances: self.spectrum.resonances(),
            rumble: self.spectrum.rumble(),
            sections: sections::sections(&loudness.short_term_lufs, heard_s),
            loudness,
            descriptors: self.describer.as_ref().map(Describer::descriptors).unwrap_or_default(),
        }
    }
}

/// Copies the samples without what is no sound: not finite becomes silence. Whether all were finite.
fn clean_into(samples: &[f32], clean: &mut [f32]) -> bool {
    let mut all_finite = true;
    for (sample, clean) in samples.iter().zip(clean) {
        let is_sound = sample.is_finite() & (sample.abs() >= QUIETEST_SAMPLE);
        all_finite &= sample.is_finite();
        *clean = if is_sound { sample.clamp(-LOUDEST_SAMPLE, LOUDEST_SAMPLE) } else { 0.0 };
    }
    all_finite
}

/// Level in dB of a mean power (full scale squared is 0 dB), [`FLOOR_DB`] at least.
fn level_db(power: f64) -> f64 {
    // The floor as a power, so that zero needs no case of its own.
    const FLOOR_POWER: f64 = 1e-12;
    if power > FLOOR_POWER { 10.0 * power.log10() } else { FLOOR_DB }
}

#[cfg(test)]
mod tests;
