//! Signals for the tests of the analysis.

use std::f64::consts::TAU;

use super::{Analyser, Measurement};

/// Measures it all in one go.
pub(super) fn analyse(sample_rate_hz: u32, left: &[f32], right: &[f32]) -> Measurement {
    let mut analyser = Analyser::new(sample_rate_hz, 2);
    analyser.add(left, right);
    analyser.measurement()
}

/// A sine that starts at zero.
pub(super) fn sine(hz: f64, amplitude: f64, sample_rate_hz: u32, seconds: f64) -> Vec<f32> {
    let samples = (seconds * f64::from(sample_rate_hz)).round() as usize;
    (0..samples).map(|n| (amplitude * (TAU * hz * n as f64 / f64::from(sample_rate_hz)).sin()) as f32).collect()
}

/// White noise, uniform from -0.5 to 0.5 (power 1/12), from the SplitMix64 generator.
pub(super) fn noise(seed: u64, sample_rate_hz: u32, seconds: f64) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0xA076_1D64_78BD_642F);
    let samples = (seconds * f64::from(sample_rate_hz)).round() as usize;
    let next = |_| {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) >> 40) as f32 / (1u64 << 24) as f32 - 0.5
    };
    (0..samples).map(next).collect()
}

/// Decaying bursts of noise and of a low tone, so many a minute.
pub(super) fn drums(bpm: f64, sample_rate_hz: u32, seconds: f64) -> Vec<f32> {
    let beat = 60.0 / bpm * f64::from(sample_rate_hz);
    let hiss = noise(9, sample_rate_hz, seconds);
    let strike = |(n, noise): (usize, &f32)| {
        let since_s = (n as f64 % beat) / f64::from(sample_rate_hz);
        let tone = (std::f64::consts::TAU * 60.0 * since_s).sin() * (-since_s / 0.08).exp();
        (0.6 * tone + f64::from(*noise) * 0.5 * (-since_s / 0.03).exp()) as f32
    };
    hiss.iter().enumerate().map(strike).collect()
}

/// What lies under `cutoff_hz` alone, by a windowed sinc of 511 taps (Blackman, 74 dB).
pub(super) fn band_limited(samples: &[f32], cutoff_hz: f64, sample_rate_hz: u32) -> Vec<f32> {
    const HALF: isize = 255;
    let edge = 2.0 * cutoff_hz / f64::from(sample_rate_hz);
    let tap = |n: isize| {
        let x = TAU / 2.0 * n as f64 * edge;
        let sinc = if n == 0 { edge } else { edge * x.sin() / x };
        let turn = TAU * (n + HALF) as f64 / (2 * HALF) as f64;
        (sinc * (0.42 - 0.5 * turn.cos() + 0.08 * (2.0 * turn).cos())) as f32
    };
    let taps: Vec<f32> = (-HALF..=HALF).map(tap).collect();
    let mut padded = vec![0.0; HALF as usize];
    padded.extend(samples);
    padded.extend(vec![0.0; HALF as usize]);
    padded.windows(taps.len()).map(|window| window.iter().zip(&taps).map(|(sample, tap)| sample * tap).sum()).collect()
}
