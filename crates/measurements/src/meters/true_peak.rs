//! The oracle for true peaks: eight points a sample, each a windowed sinc of 512 taps, convolved by FFT.
//!
//! A Kaiser window of β = 10 holds the error below -100 dB up to 0.98 of half the sample rate. It shares nothing with the
//! limiter's own detector.

use std::{f64::consts::PI, sync::Arc};

use lacquer::dsp::gain_to_db;
use lacquer_fourier::{Complex, ComplexToReal, RealToComplex};

/// Points at which the signal is reconstructed, a sample.
const POINTS: usize = 8;
/// Samples weighed on each side.
const REACH: usize = 256;
/// Shape of the Kaiser window.
const BETA: f64 = 10.0;
/// Samples in one transform; all but the filter's length are new in each.
const BLOCK: usize = 16_384;
const NEW: usize = BLOCK - 2 * REACH;

/// A meter with its filters ready.
pub struct TruePeakMeter {
    forward: Arc<dyn RealToComplex<f64>>,
    inverse: Arc<dyn ComplexToReal<f64>>,
    /// Spectra of the filters for the points between two samples.
    phases: Vec<Vec<Complex<f64>>>,
}

impl TruePeakMeter {
    pub fn new() -> Self {
        let (forward, inverse) = (lacquer_fourier::forward(BLOCK), lacquer_fourier::inverse(BLOCK));
        let mut meter = Self { forward, inverse, phases: Vec::new() };
        meter.phases = (1..POINTS)
            .map(|phase| {
                let after = phase as f64 / POINTS as f64;
                let mut taps: Vec<f64> =
                    (0..2 * REACH).map(|index| tap(index as f64 - (REACH - 1) as f64 - after)).collect();
                // Scaled for a gain of 1 at DC, and for the transforms.
                let sum: f64 = taps.iter().sum::<f64>() * BLOCK as f64;
                taps.iter_mut().for_each(|tap| *tap /= sum);
                taps.resize(BLOCK, 0.0);
                meter.spectrum(&mut taps)
            })
            .collect();
        meter
    }

    fn spectrum(&self, samples: &mut [f64]) -> Vec<Complex<f64>> {
        let mut spectrum = self.forward.make_output_vec();
        // Fails on wrong lengths alone.
        self.forward.process(samples, &mut spectrum).unwrap_or_default();
        spectrum
    }

    /// Greatest absolute value of the reconstructed signal, dBTP. Silence is assumed before and after.
    pub fn peak_dbtp(&self, samples: &[f32]) -> f64 {
        let mut peak = samples.iter().fold(0f64, |peak, sample| peak.max(f64::from(sample.abs())));
        let mut start = 0;
        while start < samples.len() + 2 * REACH {
            // What a circular convolution gets wrong is its first 2 * REACH samples: they are the last ones of the block before.
            let mut block: Vec<f64> = (start..start + BLOCK)
                .map(|n| n.checked_sub(2 * REACH).and_then(|n| samples.get(n)).map_or(0.0, |sample| f64::from(*sample)))
                .collect();
            let spectrum = self.spectrum(&mut block);
            for filter in &self.phases {
                let mut product: Vec<_> = spectrum.iter().zip(filter).map(|(a, b)| a * b).collect();
                product[0].im = 0.0;
                product[BLOCK / 2].im = 0.0;
                self.inverse.process(&mut product, &mut block).unwrap_or_default();
                peak = block[2 * REACH..].iter().fold(peak, |peak, sample| peak.max(sample.abs()));
            }
            start += NEW;
        }
        gain_to_db(peak)
    }
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

    #[test]
    fn a_peak_is_found_wherever_it_lies_in_a_long_signal() {
        let meter = TruePeakMeter::new();
        let lone = |place: usize| {
            let mut samples = vec![0f32; 40_000];
            // Two equal samples: the sinc between them rises to 4/π.
            samples[place..place + 2].fill(0.5);
            meter.peak_dbtp(&samples)
        };
        let expected = gain_to_db(0.5 * 4.0 / PI);
        for place in [0, 255, 512, NEW - 1, NEW, NEW + 300, BLOCK, 39_998] {
            assert!((lone(place) - expected).abs() < 0.01, "{place}: {}", lone(place));
        }
    }

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
