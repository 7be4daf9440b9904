//! Delay between two signals to a hundredth of a sample, by the peak of their cross-correlation.

use lacquer_fourier::Complex;

/// By how many samples `later` comes after `earlier`, when it does by less than half their length either way.
pub fn delay(earlier: &[f64], later: &[f64]) -> f64 {
    let length = (earlier.len() + later.len()).next_power_of_two();
    let (forward, inverse) = (lacquer_fourier::forward::<f64>(length), lacquer_fourier::inverse::<f64>(length));
    let spectrum = |samples: &[f64]| {
        let mut padded = samples.to_vec();
        padded.resize(length, 0.0);
        let mut spectrum = vec![Complex::default(); length / 2 + 1];
        // Fails on wrong lengths alone.
        forward.process(&mut padded, &mut spectrum).unwrap_or_default();
        spectrum
    };
    let mut product: Vec<_> = spectrum(earlier).iter().zip(spectrum(later)).map(|(a, b)| a.conj() * b).collect();
    product[0].im = 0.0;
    product[length / 2].im = 0.0;
    let mut correlation = vec![0.0; length];
    inverse.process(&mut product, &mut correlation).unwrap_or_default();
    let at = |index: isize| correlation[index.rem_euclid(length as isize) as usize];
    let top = (0..length as isize).max_by(|a, b| at(*a).total_cmp(&at(*b))).unwrap_or(0);
    // A parabola through the three highest points.
    let (before, peak, after) = (at(top - 1), at(top), at(top + 1));
    let curvature = before - 2.0 * peak + after;
    let between = if curvature < 0.0 { 0.5 * (before - after) / curvature } else { 0.0 };
    let whole = if top > length as isize / 2 { top - length as isize } else { top };
    whole as f64 + between
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signals::{pink_noise, tones};

    #[test]
    fn whole_and_broken_delays_are_found() {
        let noise = pink_noise(48_000.0, 0.5, 9);
        let shifted = |samples: usize| [vec![0.0; samples], noise.clone()].concat();
        assert!((delay(&noise, &shifted(240)) - 240.0).abs() < 0.01);
        assert!((delay(&shifted(17), &noise) + 17.0).abs() < 0.01);
        // A tone half a sample later: its phase.
        let tone = |late: f64| {
            let mut samples = tones(48_000.0, 0.2, &[(1000.0, 1.0, -late * 1000.0 / 48_000.0)]);
            let length = samples.len() as f64;
            samples.iter_mut().enumerate().for_each(|(n, s)| *s *= (std::f64::consts::PI * n as f64 / length).sin());
            samples
        };
        assert!((delay(&tone(0.0), &tone(0.5)) - 0.5).abs() < 0.02);
    }
}
