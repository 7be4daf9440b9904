//! Masters whose dynamics were opened up: what a compressor should then close again, part of the way.

use crate::{bend::Bend, clip::Clip};

/// Levels are followed in steps of so many seconds.
const STEP_S: f64 = 0.01;
/// How fast the gain follows the level, seconds to 1 - 1/e.
const FOLLOW_S: f64 = 0.03;

/// Expands what lies above the median level by `ratio` (dB over it times the ratio), of all frequencies alike or of those from one to
/// another.
pub fn expanded(clip: &Clip, ratio: f64, band_hz: Option<(f64, f64)>) -> Clip {
    let Some((low_hz, high_hz)) = band_hz else {
        let gains = Gains::of(clip, ratio);
        return Clip { left: gains.times(&clip.left), right: gains.times(&clip.right), ..*clip };
    };
    let band = Bend::Band { low_hz, high_hz }.apply(clip);
    let gains = Gains::of(&band, ratio);
    // The filter is symmetrical: what it leaves plus what it takes is the whole.
    let with = |whole: &[f32], band: &[f32]| -> Vec<f32> {
        let opened = gains.times(band);
        whole.iter().zip(band).zip(opened).map(|((whole, band), opened)| whole - band + opened).collect()
    };
    Clip { left: with(&clip.left, &band.left), right: with(&clip.right, &band.right), ..*clip }
}

/// What a signal is to be raised by, step by step, dB.
struct Gains {
    step: usize,
    db: Vec<f64>,
}

impl Gains {
    fn of(clip: &Clip, ratio: f64) -> Self {
        let step = ((STEP_S * f64::from(clip.sample_rate_hz)) as usize).max(1);
        let power = |samples: &[f32]| samples.iter().map(|x| f64::from(*x).powi(2)).sum::<f64>();
        let levels_db: Vec<f64> = clip
            .left
            .chunks(step)
            .zip(clip.right.chunks(step))
            .map(|(left, right)| 10.0 * ((power(left) + power(right)) / (2 * left.len()) as f64).max(1e-12).log10())
            .collect();
        let mut heard: Vec<f64> = levels_db.iter().copied().filter(|level| *level > -70.0).collect();
        heard.sort_by(f64::total_cmp);
        let median_db = heard.get(heard.len() / 2).copied().unwrap_or(-70.0);
        let keep = (-STEP_S / FOLLOW_S).exp();
        let mut gain_db = 0.0;
        let followed = levels_db.iter().map(|level| {
            let wanted_db = (ratio - 1.0) * (level - median_db).max(0.0);
            gain_db = wanted_db + keep * (gain_db - wanted_db);
            gain_db
        });
        Self { step, db: followed.collect() }
    }

    fn times(&self, samples: &[f32]) -> Vec<f32> {
        let last = self.db.len().saturating_sub(1);
        let raised = samples.iter().enumerate().map(|(index, sample)| {
            // Straight lines in dB between the middles of steps.
            let place = (index as f64 / self.step as f64 - 0.5).clamp(0.0, last as f64);
            let (low, share) = (place as usize, place.fract());
            let db = self.db[low] + share * (self.db[(low + 1).min(last)] - self.db[low]);
            (f64::from(*sample) * 10f64.powf(db / 20.0)) as f32
        });
        raised.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_over_the_median_grows_by_the_ratio() {
        // A quiet second, and a second 10 dB louder: the median is the quiet level, the loud one grows by 5 dB.
        let tone = |n: usize| (0.13 * n as f32).sin() * if n < 60_000 { 0.1 } else { 0.316 };
        let samples: Vec<f32> = (0..96_000).map(tone).collect();
        let clip = Clip { sample_rate_hz: 48_000, channels: 2, left: samples.clone(), right: samples };
        let open = expanded(&clip, 1.5, None);
        let gain_db = |from: usize| {
            let power = |samples: &[f32]| samples[from..from + 20_000].iter().map(|x| x * x).sum::<f32>();
            10.0 * (power(&open.left) / power(&clip.left)).log10()
        };
        assert!(gain_db(30_000).abs() < 0.1, "{}", gain_db(30_000));
        assert!((gain_db(75_000) - 5.0).abs() < 0.2, "{}", gain_db(75_000));
    }

    #[test]
    fn a_band_is_opened_up_by_itself() {
        // 300 Hz grows louder in the second half, 4 kHz stays as it is.
        let tone = |n: usize, hz: f32| (std::f32::consts::TAU * hz * n as f32 / 48_000.0).sin();
        let low = |n: usize| tone(n, 300.0) * if n < 60_000 { 0.1 } else { 0.316 };
        let samples: Vec<f32> = (0..96_000).map(|n| low(n) + 0.2 * tone(n, 4000.0)).collect();
        let clip = Clip { sample_rate_hz: 48_000, channels: 2, left: samples.clone(), right: samples };
        let open = expanded(&clip, 1.5, Some((120.0, 1000.0)));
        let level_db = |clip: &Clip, hz: f32, from: usize| {
            let part = |phase: f32| {
                let turned = |n: usize| (std::f32::consts::TAU * (hz * n as f32 / 48_000.0 + phase)).sin();
                (from..from + 19_200).map(|n| clip.left[n] * turned(n)).sum::<f32>()
            };
            10.0 * (part(0.0).powi(2) + part(0.25).powi(2)).log10()
        };
        let gain_db = |hz: f32, from: usize| level_db(&open, hz, from) - level_db(&clip, hz, from);
        assert!(gain_db(300.0, 30_000).abs() < 0.1 && (gain_db(300.0, 72_000) - 5.0).abs() < 0.2);
        assert!(gain_db(4000.0, 30_000).abs() < 0.02 && gain_db(4000.0, 72_000).abs() < 0.02);
    }
}
