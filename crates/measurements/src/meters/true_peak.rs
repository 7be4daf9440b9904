//! The oracle for true peaks: eight points a sample, each a windowed sinc of 512 taps.
//!
//! A Kaiser window of β = 10 holds the error below -100 dB up to 0.98 of half the sample rate. It shares nothing with the
//! limiter's own detector.

use std::f64::consts::PI;

use lacquer::dsp::gain_to_db;

/// Points at which the signal is reconstructed, a sample.
const POINTS: usize = 8;
/// Samples weighed on each side.
const REACH: usize = 256;
/// Shape of the Kaiser window.
const BETA: f64 = 10.0;
/// Between two samples that are both below this part of the greatest peak so far, none is looked for.
const SKIP_BELOW: f32 = 0.3;
/// Lanes of a sum, so that the compiler adds many at a time.
const LANES: usize = 16;

/// A meter with its filters ready.
pub struct TruePeakMeter {
    phases: Vec<Vec<f32>>,
}

impl TruePeakMeter {
    pub fn new() -> Self {
        let phases = (1..POINTS)
            .map(|phase| {
                let after = phase as f64 / POINTS as f64;
                let taps: Vec<f64> =
                    (0..2 * REACH).map(|index| tap(index as f64 - (REACH - 1) as f64 - after)).collect();
                let sum: f64 = taps.iter().sum();
                taps.iter().map(|tap| (tap / sum) as f32).collect()
            })
            .collect();
        Self { phases }
    }

    /// Greatest absolute value of the reconstructed signal, dBTP. Silence is assumed before and after.
    pub fn peak_dbtp(&self, samples: &[f32]) -> f64 {
        let mut peak = samples.iter().fold(0f32, |peak, sample| peak.max(sample.abs()));
        let silence = [0f32; REACH];
        let padded = [&silence[..], samples, &silence[..]].concat();
        for window in padded.windows(2 * REACH) {
            if window[REACH - 1].abs().max(window[REACH].abs()) < SKIP_BELOW * peak {
                continue;
            }
            for taps in &self.phases {
                peak = peak.max(dot(window, taps).abs());
            }
        }
        gain_to_db(f64::from(peak))
    }
}

fn dot(window: &[f32], taps: &[f32]) -> f32 {
    let mut sums = [0f32; LANES];
    for (window, taps) in window.chunks_exact(LANES).zip(taps.chunks_exact(LANES)) {
        for lane in 0..LANES {
            sums[lane] += window[lane] * taps[lane];
        }
    }
    sums.iter().sum()
}

fn tap(distance: f64) -> f64 {
    let within = (1.0 - (distance / REACH as f64).powi(2)).max(0.0);
    (PI * distance).sin() / (PI * distance) * bessel_i0(BETA * within.sqrt()) / bessel_i0(BETA)
}

/// Modified Bessel function of the first kind, order 0, by its power series.
fn bessel_i0(x: f64) -> f64 {
    let (mut sum, mut term) = (1.0, 1.0);
    for order in 1..80 {
        term *= (0.5 * x / f64::from(order)).powi(2);
        sum += term;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signals::{fade_in, tones};

    fn peak_of(frequency_hz: f64, turns: f64) -> f64 {
        let mut samples = tones(48_000.0, 0.3, &[(frequency_hz, 1.0, turns)]);
        fade_in(&mut samples, 0.05, 48_000.0);
        samples.reverse();
        fade_in(&mut samples, 0.05, 48_000.0);
        let samples: Vec<f32> = samples.iter().map(|sample| *sample as f32).collect();
        TruePeakMeter::new().peak_dbtp(&samples)
    }

    #[test]
    fn sines_of_full_scale_peak_at_0_dbtp_wherever_they_are_sampled() {
        for frequency in [997.0, 6000.0, 11_000.0, 12_000.0, 16_000.0, 21_000.0, 23_000.0] {
            let found = peak_of(frequency, 0.125);
            // Eight points a sample miss at most 1 - cos(π f / 8 fs) of a peak.
            let missed = gain_to_db((PI * frequency / (8.0 * 48_000.0)).cos());
            assert!(found <= 0.01 && found >= missed - 0.01, "{frequency} Hz: {found} dBTP");
        }
    }
}
