//! Tests of the equaliser, by subject; what they share is here.

mod dynamics;
mod magnitude;
mod motion;
mod null;
mod overshoot;
mod precision;

use super::*;
use crate::{
    dsp::CONTROL_INTERVAL,
    settings::{EqBand, FilterType},
};

/// An equaliser's settings with these bands, each of them on.
fn settings_of(bands: &[EqBand]) -> EqSettings {
    let mut settings = EqSettings { on: true, ..EqSettings::default() };
    for (target, band) in settings.bands.iter_mut().zip(bands) {
        *target = EqBand { on: true, ..*band };
    }
    settings
}

fn band(filter: FilterType, frequency_hz: f32, gain_db: f32, q: f32) -> EqBand {
    EqBand { on: true, filter, frequency_hz, gain_db, q, ..EqBand::default() }
}

/// Runs both channels through as the chain does: `settings` tells what holds from a sample on, in pieces of `block`.
fn run_with(
    equaliser: &mut Equaliser,
    left: &mut [f64],
    right: &mut [f64],
    block: usize,
    settings: impl Fn(usize) -> EqSettings,
) {
    let mut segment_end = 0;
    let mut held = settings(0);
    let mut position = 0;
    while position < left.len() {
        let wanted = settings(position);
        if position == segment_end || wanted != held {
            held = wanted;
            equaliser.control(&held);
            segment_end = position + CONTROL_INTERVAL;
        }
        let block_end = (position / block + 1) * block;
        let mut end = segment_end.min(block_end).min(left.len());
        if let Some(change) = (position..end).find(|at| settings(*at) != held) {
            end = change;
        }
        equaliser.process(&mut left[position..end], &mut right[position..end]);
        position = end;
    }
}

/// Runs both channels through with settings that stay.
fn run(equaliser: &mut Equaliser, settings: &EqSettings, left: &mut [f64], right: &mut [f64]) {
    let mut equal_parts = left.chunks_mut(CONTROL_INTERVAL).zip(right.chunks_mut(CONTROL_INTERVAL));
    for (left, right) in &mut equal_parts {
        equaliser.control(settings);
        equaliser.process(left, right);
    }
}

/// White noise between -1 and 1 (a linear congruential generator; nothing here depends on its quality).
fn noise(length: usize, seed: u64) -> Vec<f64> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    };
    (0..length).map(|_| next()).collect()
}
