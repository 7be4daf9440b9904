//! Loudness since the last reset, with its story: ITU-R BS.1770-5 and EBU R 128 by the `ebur128` crate.
//!
//! Cost: the true-peak filter, about a hundredth of one core.

use std::collections::VecDeque;

use ebur128::{EbuR128, Mode};

use crate::analysis::measurement::FLOOR_DB;

/// Points of the history in a second.
pub const POINTS_PER_S: usize = 10;
/// Points that are kept: two hours.
const MOST_POINTS: usize = 2 * 3600 * POINTS_PER_S;
/// Steps between two looks at the range, which sorts all that was heard.
const RANGE_EVERY: usize = POINTS_PER_S;

/// What the meters show. Levels that do not exist yet are [`FLOOR_DB`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LoudnessFigures {
    pub momentary_lufs: f64,
    pub short_term_lufs: f64,
    pub integrated_lufs: f64,
    /// Loudness range, LU; `None` before there is enough for one.
    pub range_lu: Option<f64>,
    pub true_peak_dbtp: f64,
    /// Seconds since the reset.
    pub heard_s: f64,
}

impl Default for LoudnessFigures {
    fn default() -> Self {
        Self {
            momentary_lufs: FLOOR_DB,
            short_term_lufs: FLOOR_DB,
            integrated_lufs: FLOOR_DB,
            range_lu: None,
            true_peak_dbtp: FLOOR_DB,
            heard_s: 0.0,
        }
    }
}

impl LoudnessFigures {
    /// True peak over integrated loudness, dB.
    pub fn plr_db(&self) -> Option<f64> {
        let both = self.integrated_lufs > FLOOR_DB && self.true_peak_dbtp > FLOOR_DB;
        both.then_some(self.true_peak_dbtp - self.integrated_lufs)
    }
}

/// A point of the history.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LoudnessPoint {
    pub momentary_lufs: f32,
    pub short_term_lufs: f32,
}

/// Measures loudness as long as music comes.
pub struct LoudnessHistory {
    sample_rate_hz: u32,
    /// None where the crate refuses the format; then there is no loudness.
    meter: Option<EbuR128>,
    step: usize,
    into_step: usize,
    figures: LoudnessFigures,
    steps: usize,
    points: VecDeque<LoudnessPoint>,
}

impl LoudnessHistory {
    /// A meter for two channels at `sample_rate_hz`.
    pub fn new(sample_rate_hz: f64) -> Self {
        let sample_rate_hz = sample_rate_hz.round() as u32;
        Self {
            sample_rate_hz,
            meter: meter(sample_rate_hz),
            step: (sample_rate_hz as usize).div_ceil(POINTS_PER_S),
            into_step: 0,
            figures: LoudnessFigures::default(),
            steps: 0,
            points: VecDeque::new(),
        }
    }

    /// Forgets everything heard.
    pub fn reset(&mut self) {
        *self = Self::new(f64::from(self.sample_rate_hz));
    }

    /// Hears a part of any length; gives whether a figure has changed.
    pub fn add(&mut self, mut left: &[f32], mut right: &[f32]) -> bool {
        let Some(meter) = &mut self.meter else { return false };
        let mut changed = false;
        while !left.is_empty() && !right.is_empty() {
            let frames = left.len().min(right.len()).min(self.step - self.into_step);
            // A format that was taken once stays right.
            let added = meter.add_frames_planar_f32(&[&left[..frames], &right[..frames]]);
            debug_assert!(added.is_ok());
            (left, right) = (&left[frames..], &right[frames..]);
            self.into_step += frames;
            if self.into_step == self.step {
                self.into_step = 0;
                self.steps += 1;
                read(meter, self.steps, &mut self.figures);
                self.figures.heard_s = self.steps as f64 / POINTS_PER_S as f64;
                if self.points.len() == MOST_POINTS {
                    self.points.pop_front();
                }
                self.points.push_back(LoudnessPoint {
                    momentary_lufs: self.figures.momentary_lufs as f32,
                    short_term_lufs: self.figures.short_term_lufs as f32,
                });
                changed = true;
            }
        }
        changed
    }

    /// The figures as of the last tenth of a second.
    pub fn figures(&self) -> &LoudnessFigures {
        &self.figures
    }

    /// The history since the reset, [`POINTS_PER_S`] points a second, oldest first.
    pub fn points(&self) -> &VecDeque<LoudnessPoint> {
        &self.points
    }
}

fn meter(sample_rate_hz: u32) -> Option<EbuR128> {
    EbuR128::new(2, sample_rate_hz, Mode::I | Mode::M | Mode::S | Mode::LRA | Mode::TRUE_PEAK).ok()
}

fn read(meter: &EbuR128, steps: usize, figures: &mut LoudnessFigures) {
    let level = |loudness: Result<f64, ebur128::Error>| loudness.unwrap_or(FLOOR_DB).max(FLOOR_DB);
    figures.momentary_lufs = level(meter.loudness_momentary());
    figures.short_term_lufs = level(meter.loudness_shortterm());
    figures.integrated_lufs = level(meter.loudness_global());
    if steps.is_multiple_of(RANGE_EVERY) {
        // Before there are two short-term values there is no range.
        let enough = steps >= 4 * POINTS_PER_S && figures.integrated_lufs > FLOOR_DB;
        figures.range_lu = meter.loudness_range().ok().filter(|_| enough);
    }
    let peak = [0, 1].into_iter().filter_map(|channel| meter.true_peak(channel).ok()).fold(0.0, f64::max);
    figures.true_peak_dbtp = if peak > 0.0 { (20.0 * peak.log10()).max(FLOOR_DB) } else { FLOOR_DB };
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE_HZ: usize = 48_000;

    /// 1 kHz in both channels with a peak of `peak_db`: by BS.1770 its loudness in LUFS is `peak_db`.
    fn tone(peak_db: f64, seconds: usize) -> Vec<f32> {
        let gain = 10f64.powf(peak_db / 20.0);
        let turn = std::f64::consts::TAU * 1000.0 / RATE_HZ as f64;
        (0..seconds * RATE_HZ).map(|n| (gain * (turn * n as f64).sin()) as f32).collect()
    }

    #[test]
    fn a_stereo_tone_of_minus_23_reads_minus_23() {
        // EBU Tech 3341 case 1.
        let mut history = LoudnessHistory::new(RATE_HZ as f64);
        let tone = tone(-23.0, 20);
        for piece in tone.chunks(777) {
            history.add(piece, piece);
        }
        let figures = history.figures();
        for lufs in [figures.momentary_lufs, figures.short_term_lufs, figures.integrated_lufs] {
            assert!((lufs + 23.0).abs() < 0.1, "{figures:?}");
        }
        assert!((figures.true_peak_dbtp + 23.0).abs() < 0.1, "{figures:?}");
        assert!(figures.plr_db().unwrap().abs() < 0.15);
        assert_eq!((figures.heard_s, history.points().len()), (20.0, 200));
        assert!(figures.range_lu.unwrap() < 0.1);
    }

    #[test]
    fn the_range_of_two_levels_is_their_distance() {
        // EBU Tech 3342 case 1: 20 s at -20, 20 s at -30 LUFS: 10 LU.
        let mut history = LoudnessHistory::new(RATE_HZ as f64);
        for level in [-20.0, -30.0] {
            let tone = tone(level, 20);
            history.add(&tone, &tone);
        }
        assert!((history.figures().range_lu.unwrap() - 10.0).abs() < 1.0, "{:?}", history.figures());
        let story: Vec<f32> = history.points().iter().map(|point| point.short_term_lufs).collect();
        assert!((story[150] + 20.0).abs() < 0.1 && (story[399] + 30.0).abs() < 0.1);
    }

    #[test]
    fn nothing_is_left_after_a_reset() {
        let mut history = LoudnessHistory::new(RATE_HZ as f64);
        let tone = tone(-10.0, 5);
        assert!(history.add(&tone, &tone));
        history.reset();
        assert_eq!((*history.figures(), history.points().len()), (LoudnessFigures::default(), 0));
        assert!(!history.add(&tone[..100], &tone[..100]), "no figure before a tenth of a second");
        assert_eq!(history.figures().plr_db(), None);
    }
}
