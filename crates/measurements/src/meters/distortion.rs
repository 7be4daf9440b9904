//! Distortion of steady tones: THD+N of one, intermodulation of two (SMPTE RP 120).

use super::{amplitude, partial, rms};
use lacquer::dsp::gain_to_db;

/// All that is not the tone, up to half the sample rate and without DC, over the tone: dB.
///
/// The samples must hold a whole number of the tone's periods.
pub fn thd_n_db(samples: &[f64], tone_hz: f64, sample_rate: f64) -> f64 {
    let [cosine, sine] = partial(samples, tone_hz, sample_rate);
    let mean = samples.iter().sum::<f64>() / samples.len().max(1) as f64;
    let step = std::f64::consts::TAU * tone_hz / sample_rate;
    let rest: Vec<f64> = samples
        .iter()
        .enumerate()
        .map(|(n, sample)| {
            let angle = step * n as f64;
            sample - mean - cosine * angle.cos() - sine * angle.sin()
        })
        .collect();
    gain_to_db(rms(&rest) / (cosine.hypot(sine) * std::f64::consts::FRAC_1_SQRT_2))
}

/// How far from the upper tone sidebands count, Hz.
const SIDEBANDS_WITHIN_HZ: u32 = 600;

/// How far the lower tone modulates the upper one: the root of the summed squares of each pair of sidebands over the upper
/// tone, dB. A modulation by one part in a hundred is -40 dB.
///
/// All that two tones make with each other lies on multiples of their greatest common divisor. The samples must hold a whole number
/// of its periods.
pub fn intermodulation_db(samples: &[f64], low_hz: u32, high_hz: u32, sample_rate: f64) -> f64 {
    let (mut divisor, mut rest) = (low_hz, high_hz);
    while rest > 0 {
        (divisor, rest) = (rest, divisor % rest);
    }
    let at = |frequency_hz: u32| amplitude(samples, f64::from(frequency_hz), sample_rate);
    let pairs: f64 = (1..=SIDEBANDS_WITHIN_HZ / divisor)
        .map(|order| (at(high_hz - order * divisor) + at(high_hz + order * divisor)).powi(2))
        .sum();
    gain_to_db(pairs.sqrt() / at(high_hz))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signals::{Noise, tones};

    const RATE: f64 = 48_000.0;

    #[test]
    fn harmonics_and_noise_of_known_size_are_found() {
        let clean = tones(RATE, 1.0, &[(100.0, 0.5, 0.1)]);
        assert!(thd_n_db(&clean, 100.0, RATE) < -190.0);
        // Two harmonics of 0.3 and 0.4 % make 0.5 %: -46.02 dB.
        let harmonic = tones(RATE, 1.0, &[(100.0, 0.5, 0.1), (300.0, 0.0015, 0.0), (500.0, 0.002, 0.3)]);
        assert!((thd_n_db(&harmonic, 100.0, RATE) + 46.02).abs() < 0.01);
        // Even noise of ±a has a power of a²/3; DC plays no part.
        let mut noise = Noise::new(3);
        let noisy: Vec<f64> = clean.iter().map(|sample| sample + 0.25 + 0.001 * noise.sample()).collect();
        let expected = 10.0 * (1e-6f64 / 3.0 / 0.125).log10();
        assert!((thd_n_db(&noisy, 100.0, RATE) - expected).abs() < 0.1);
    }

    #[test]
    fn a_known_amplitude_modulation_is_found() {
        let carrier = tones(RATE, 1.0, &[(7000.0, 0.2, 0.0)]);
        let low = tones(RATE, 1.0, &[(60.0, 0.8, 0.0)]);
        for depth in [0.1, 0.003] {
            let modulator = tones(RATE, 1.0, &[(60.0, depth * 0.6, 0.2), (140.0, depth * 0.8, 0.4)]);
            let sum: Vec<f64> = carrier.iter().zip(&low).zip(&modulator).map(|((c, l), m)| c * (1.0 + m) + l).collect();
            let found = intermodulation_db(&sum, 60, 7000, RATE);
            assert!((found - gain_to_db(depth)).abs() < 0.01, "{depth}: {found} dB");
        }
    }
}
