//! Masters whose dynamics were opened up: what a compressor should then close again, part of the way.

use crate::clip::Clip;

/// Levels are followed in steps of so many seconds.
const STEP_S: f64 = 0.01;
/// How fast the gain follows the level, seconds to 1 - 1/e.
const FOLLOW_S: f64 = 0.03;

/// Expands what lies above the median level by `ratio` (dB over it times the ratio), all frequencies alike.
pub fn expanded(clip: &Clip, ratio: f64) -> Clip {
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
    let gains: Vec<f64> = levels_db
        .iter()
        .map(|level| {
            let wanted_db = (ratio - 1.0) * (level - median_db).max(0.0);
            gain_db = wanted_db + keep * (gain_db - wanted_db);
            gain_db
        })
        .collect();
    let shaped = |samples: &[f32]| -> Vec<f32> {
        let last = gains.len().saturating_sub(1);
        samples
            .iter()
            .enumerate()
            .map(|(index, sample)| {
                // Straight lines in dB between the middles of steps.
                let place = (index as f64 / step as f64 - 0.5).clamp(0.0, last as f64);
                let (low, share) = (place as usize, place.fract());
                let db = gains[low] + share * (gains[(low + 1).min(last)] - gains[low]);
                (f64::from(*sample) * 10f64.powf(db / 20.0)) as f32
            })
            .collect()
    };
    Clip { left: shaped(&clip.left), right: shaped(&clip.right), ..*clip }
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
        let open = expanded(&clip, 1.5);
        let gain_db = |from: usize| {
            let power = |samples: &[f32]| samples[from..from + 20_000].iter().map(|x| x * x).sum::<f32>();
            10.0 * (power(&open.left) / power(&clip.left)).log10()
        };
        assert!(gain_db(30_000).abs() < 0.1, "{}", gain_db(30_000));
        assert!((gain_db(75_000) - 5.0).abs() < 0.2, "{}", gain_db(75_000));
    }
}
