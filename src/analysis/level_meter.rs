//! Loudness and true peak alone, where nothing else is asked.

use super::clock::{Clock, Tick};
use super::loudness::LoudnessMeter;

/// Measures integrated loudness and true peak, as [`super::Analyser`] does, of finite samples.
pub struct LevelMeter {
    clock: Clock,
    loudness: LoudnessMeter,
}

impl LevelMeter {
    /// A meter for stereo at `sample_rate_hz` (8000 to 768000).
    pub fn new(sample_rate_hz: u32) -> Self {
        let clock = Clock::new(sample_rate_hz);
        Self { loudness: LoudnessMeter::new(sample_rate_hz, clock.step()), clock }
    }

    /// Listens to a block of any length; where one channel is longer, its rest is not heard.
    pub fn add(&mut self, mut left: &[f32], mut right: &[f32]) {
        loop {
            let take = left.len().min(right.len()).min(self.clock.left_in_block());
            if take == 0 {
                return;
            }
            let (part_left, part_right);
            (part_left, left) = left.split_at(take);
            (part_right, right) = right.split_at(take);
            self.loudness.add(part_left, part_right);
            if self.clock.advance(take) != Tick::Nothing {
                self.loudness.end_block();
            }
        }
    }

    /// Integrated loudness so far, LUFS; [`super::measurement::FLOOR_DB`] of silence.
    pub fn integrated_lufs(&self) -> f64 {
        self.loudness.integrated_lufs()
    }

    /// True peak so far, dBTP; [`super::measurement::FLOOR_DB`] of silence.
    pub fn true_peak_dbtp(&self) -> f64 {
        self.loudness.true_peak_dbtp()
    }
}

#[cfg(test)]
mod tests {
    use ebur128::{EbuR128, Mode};

    use super::*;
    use crate::analysis::testing::{analyse, drums, noise};

    #[test]
    fn figures_are_those_of_the_ebur128_crate_and_of_the_whole_analysis() {
        for rate_hz in [8_000, 22_050, 44_100, 96_000] {
            let (drums, noise) = (drums(100.0, rate_hz, 9.0), noise(4, rate_hz, 9.0));
            // A quiet middle, so that the gate has something to leave out.
            let gain = |n: usize| if (3..5).contains(&(n / rate_hz as usize)) { 0.002 } else { 0.4 };
            let left: Vec<f32> = (0..drums.len()).map(|n| gain(n) * (drums[n] + 0.3 * noise[n])).collect();
            let right: Vec<f32> = (0..drums.len()).map(|n| gain(n) * (drums[n] - 0.1 * noise[n])).collect();
            let mut oracle = EbuR128::new(2, rate_hz, Mode::I | Mode::LRA | Mode::TRUE_PEAK).expect("a meter");
            oracle.add_frames_planar_f32(&[&left, &right]).expect("frames");
            let mut meter = LevelMeter::new(rate_hz);
            left.chunks(777).zip(right.chunks(777)).for_each(|(left, right)| meter.add(left, right));
            let expected_lufs = oracle.loudness_global().expect("a loudness");
            assert!((meter.integrated_lufs() - expected_lufs).abs() < 1e-6, "{rate_hz} Hz");
            let peak = oracle.true_peak(0).expect("a peak").max(oracle.true_peak(1).expect("a peak"));
            assert!((meter.true_peak_dbtp() - 20.0 * peak.log10()).abs() < 1e-3, "{rate_hz} Hz");
            let whole = analyse(rate_hz, &left, &right).loudness;
            assert_eq!(
                (whole.integrated_lufs, whole.true_peak_dbtp),
                (meter.integrated_lufs(), meter.true_peak_dbtp())
            );
            let range_lu = oracle.loudness_range().expect("a range");
            assert!((whole.range_lu - range_lu).abs() < 1e-6, "{rate_hz} Hz: {} and {range_lu} LU", whole.range_lu);
        }
    }

    #[test]
    fn silence_has_no_level() {
        let mut meter = LevelMeter::new(48_000);
        meter.add(&[0.0; 48_000], &[0.0; 48_000]);
        assert_eq!((meter.integrated_lufs(), meter.true_peak_dbtp()), (-120.0, -120.0));
    }
}
