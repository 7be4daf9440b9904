//! How near two pieces of music are, by figures that the assistant does not make itself.

use lacquer::{
    analysis::measurement::{Measurement, THIRD_OCTAVES, third_octave_centre_hz},
    dsp::eq::response::settings_gain_db,
    settings::{EqSettings, FilterType, Placement},
};

use crate::clip::Clip;

/// First and number of 1/3-octave bands that count: 31 Hz to 16 kHz.
pub const FIRST_BAND: usize = 2;
pub const BANDS: usize = 28;
/// A band so far under the loudest of the original holds no music.
const NOTHING_BELOW_DB: f64 = 70.0;

/// Which bands of a master hold music.
pub fn heard(original: &Measurement) -> Vec<usize> {
    let mid = &original.spectrum.mid_db;
    let loudest = mid.iter().copied().fold(f64::MIN, f64::max);
    (FIRST_BAND..FIRST_BAND + BANDS)
        .filter(|band| mid.len() == THIRD_OCTAVES && mid[*band] > loudest - NOTHING_BELOW_DB)
        .collect()
}

/// Levels of mid in `bands` against their mean, dB.
pub fn shape(measurement: &Measurement, bands: &[usize]) -> Vec<f64> {
    let levels: Vec<f64> = bands.iter().map(|band| measurement.spectrum.mid_db[*band]).collect();
    let mean = levels.iter().sum::<f64>() / levels.len().max(1) as f64;
    levels.iter().map(|level| level - mean).collect()
}

/// Root of the mean squared difference.
pub fn rms_apart(one: &[f64], other: &[f64]) -> f64 {
    let squares: f64 = one.iter().zip(other).map(|(one, other)| (one - other).powi(2)).sum();
    (squares / one.len().max(1) as f64).sqrt()
}

/// What the EQ does to mid at the centres of `bands`, mean removed, dB. Low cuts are left out: they take what lies under the music.
pub fn eq_moves_db(settings: &EqSettings, bands: &[usize], sample_rate_hz: u32) -> Vec<f64> {
    let gains = eq_gains_db(settings, bands, sample_rate_hz);
    let mean = gains.iter().sum::<f64>() / gains.len().max(1) as f64;
    gains.iter().map(|gain| gain - mean).collect()
}

/// The same with its mean in it.
pub fn eq_gains_db(settings: &EqSettings, bands: &[usize], sample_rate_hz: u32) -> Vec<f64> {
    let settings = &without_low_cuts(settings);
    let gain = |band: &usize| {
        settings_gain_db(settings, Placement::Mid, third_octave_centre_hz(*band), f64::from(sample_rate_hz))
    };
    bands.iter().map(gain).collect()
}

fn without_low_cuts(settings: &EqSettings) -> EqSettings {
    let mut tonal = *settings;
    for band in &mut tonal.bands {
        band.on &= band.filter != FilterType::LowCut;
    }
    tonal
}

/// Root of the mean square.
pub fn rms(values: &[f64]) -> f64 {
    (values.iter().map(|value| value * value).sum::<f64>() / values.len().max(1) as f64).sqrt()
}

/// The greatest absolute value.
pub fn most(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |most, value| value.abs().max(most))
}

/// True peak in dBTP by eightfold band-limited interpolation over long blocks (zeros above the spectrum of half-overlapping
/// transforms): a meter that shares nothing with the limiter's detector or with ebur128's.
pub fn true_peak_dbtp(clip: &Clip) -> f64 {
    const BLOCK: usize = 16_384;
    const TIMES: usize = 8;
    let (forward, inverse) = (lacquer_fourier::forward::<f64>(BLOCK), lacquer_fourier::inverse::<f64>(BLOCK * TIMES));
    let (mut block, mut spectrum) = (forward.make_input_vec(), forward.make_output_vec());
    let (mut wide, mut fine) = (inverse.make_input_vec(), inverse.make_output_vec());
    let mut peak = 0f64;
    for samples in [&clip.left, &clip.right] {
        let loudest = samples.iter().fold(0f32, |top, sample| sample.abs().max(top));
        for start in (0..samples.len()).step_by(BLOCK / 2) {
            let piece = &samples[start..samples.len().min(start + BLOCK)];
            // What lies 6 dB under the loudest sample cannot hold the greatest peak of any music.
            if piece.iter().all(|sample| sample.abs() < 0.5 * loudest) {
                continue;
            }
            block.fill(0.0);
            for (index, (place, sample)) in block.iter_mut().zip(piece).enumerate() {
                // The edges fade out: a cut would ring.
                let edge = (index.min(BLOCK - 1 - index) as f64 / (BLOCK / 8) as f64).min(1.0);
                *place = f64::from(*sample) * (0.5 - 0.5 * (std::f64::consts::PI * edge).cos());
            }
            let _ = forward.process(&mut block, &mut spectrum);
            wide.fill(Default::default());
            wide[..spectrum.len() - 1].copy_from_slice(&spectrum[..spectrum.len() - 1]);
            wide[0].im = 0.0;
            let _ = inverse.process(&mut wide, &mut fine);
            peak = fine.iter().fold(peak, |peak, value| peak.max(value.abs() / BLOCK as f64));
        }
        peak = peak.max(f64::from(loudest));
    }
    20.0 * peak.max(1e-6).log10()
}

/// The frequencies that a sentence names, Hz: `150 Hz`, `2.5 kHz`.
pub fn frequencies_hz(sentence: &str) -> Vec<f64> {
    let words: Vec<&str> = sentence.split_whitespace().collect();
    let figure = |word: &str| word.trim_matches(|c: char| !c.is_ascii_digit()).parse::<f64>().ok();
    words
        .windows(2)
        .filter_map(|pair| match pair[1].trim_end_matches(|c: char| !c.is_alphanumeric()) {
            "Hz" => figure(pair[0]),
            "kHz" => figure(pair[0]).map(|value| 1000.0 * value),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f32::consts::{PI, TAU};

    #[test]
    fn the_peak_between_samples_is_found() {
        // A quarter of the sample rate, sampled 45 degrees off its crests: 3.01 dB lie between the samples.
        // It fades at both ends: a cut would have peaks of its own.
        let fade = |n: usize| (n.min(47_999 - n) as f32 / 4_800.0).min(1.0);
        let tone: Vec<f32> =
            (0..48_000).map(|n| 0.5 * fade(n) * (0.25 * TAU * (n % 4) as f32 + 0.25 * PI).sin()).collect();
        let clip = Clip { sample_rate_hz: 48_000, channels: 2, left: tone.clone(), right: tone };
        let peak = true_peak_dbtp(&clip);
        assert!((peak + 6.02).abs() < 0.02, "{peak}");
    }

    #[test]
    fn shapes_know_no_level() {
        let mut measurement = Measurement::default();
        measurement.spectrum.mid_db = (0..THIRD_OCTAVES).map(|band| -30.0 - band as f64).collect();
        let mut louder = measurement.clone();
        louder.spectrum.mid_db.iter_mut().for_each(|level| *level += 7.0);
        let bands = heard(&measurement);
        assert_eq!(bands.len(), BANDS);
        assert!(rms_apart(&shape(&measurement, &bands), &shape(&louder, &bands)) < 1e-9);
        louder.spectrum.mid_db[10] += 5.3;
        assert!(rms_apart(&shape(&measurement, &bands), &shape(&louder, &bands)) > 0.9);
    }

    #[test]
    fn frequencies_are_read_out_of_sentences() {
        assert_eq!(frequencies_hz("A bell at 2.5 kHz, and hum (50 Hz)."), [2500.0, 50.0]);
        assert!(frequencies_hz("Nothing to do at -3 dB").is_empty());
    }
}
