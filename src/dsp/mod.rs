//! The mastering chain: samples in, samples out.
//!
//! Real-time rules: `new` may allocate; after it nothing allocates, locks, logs, makes a system call or panics. Audio between
//! the modules is `f64`, planar left and right. Every module has the same four calls:
//!
//! - `new(sample_rate)` allocates all that the module will ever need;
//! - `reset()` clears its state; the next `control` then takes the settings at once instead of gliding to them;
//! - `control(&settings)` begins a segment: it is called every [`CONTROL_INTERVAL`] samples and, earlier, at the very sample
//!   where settings change. A module that works on a slower clock than the sample starts its step here;
//! - `process(left, right)` works in place on a part of the segment (never more than [`CONTROL_INTERVAL`] samples).
//!
//! Some can rest, when nothing is on its way in them: `control` is then not called until settings change, and `process` takes
//! any number of samples.
//!
//! Since segments depend on the settings' changes alone, the size of the host's blocks never changes a sample.

pub mod band_stage;
pub mod chain;
pub mod compressor;
pub mod crossover;
pub mod delay;
pub mod dither;
pub mod eq;
pub mod glide;
pub mod imager;
pub mod limiter;
pub mod linear_phase;
pub mod monitor;
pub mod quad;
pub mod range_solo;
pub mod svf;
mod wider;

pub use chain::{Chain, ChainMeters, SAMPLE_RATES_HZ};
use glide::Glide;
pub use range_solo::RangeSolo;

/// Samples between two steps of the control clock.
pub const CONTROL_INTERVAL: usize = 32;

/// The most samples that go through a module before the next one has them: few enough to stay at hand, enough that a module which
/// rests is not called for a few.
const RUN: usize = 256;

/// Gain factor of a level in decibels.
pub fn db_to_gain(db: f64) -> f64 {
    10f64.powf(db / 20.0)
}

/// Decibels of a gain factor; -200 for zero and below.
pub fn gain_to_db(gain: f64) -> f64 {
    20.0 * gain.max(1e-10).log10()
}

/// Turns both channels by a gain on its way.
fn apply_gain(gain: &mut Glide, left: &mut [f64], right: &mut [f64]) {
    if gain.is_still() {
        let gain = gain.current();
        if gain != 1.0 {
            left.iter_mut().chain(right).for_each(|sample| *sample *= gain);
        }
        return;
    }
    for (left, right) in left.iter_mut().zip(right) {
        let gain = gain.next_sample();
        *left *= gain;
        *right *= gain;
    }
}

/// The greatest absolute value of numbers (NaN counts for nothing), eight at a time.
#[inline(always)]
pub fn peak(samples: &[f32]) -> f32 {
    let greater = |top: f32, sample: f32| if sample.abs() > top { sample.abs() } else { top };
    let (groups, rest) = samples.as_chunks::<8>();
    let mut tops = [0f32; 8];
    for group in groups {
        for (top, sample) in tops.iter_mut().zip(group) {
            *top = greater(*top, *sample);
        }
    }
    tops.iter().chain(rest).fold(0f32, |top, sample| greater(top, *sample))
}
