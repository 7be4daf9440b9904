//! Hears one range of frequencies alone, for finding with the ear what a band works on. A tool of listening: it stands behind
//! everything that makes the record.
//!
//! A Butterworth high-pass and low-pass at the range's ends, each twice (24 dB per octave, -6 dB at the ends), faded in and out over
//! 20 ms. Latency: none. Off, the samples pass bit for bit, and it costs nothing.

use super::{
    CONTROL_INTERVAL,
    glide::Glide,
    svf::{Cutoff, Svf, SvfCoefficients},
};
use crate::settings::SoloRange;

/// Time of the fade and of a move of the ends.
const GLIDE_S: f64 = 0.02;
/// Highest end as a part of the sample rate, so that the filter exists at any rate.
const HIGHEST_OF_RATE: f64 = 0.45;

/// The filters of one channel: two high-passes, two low-passes.
type Filters = [Svf<f64>; 4];

/// Solo of a range for one stereo signal.
pub struct RangeSolo {
    sample_rate: f64,
    ends: [Cutoff; 2],
    filters: [Filters; 2],
    /// 0: everything is heard, 1: the range alone.
    share: Glide,
    range: SoloRange,
}

impl RangeSolo {
    /// A solo at `sample_rate` Hz that is off.
    pub fn new(sample_rate: f64) -> Self {
        let mut share = Glide::new(GLIDE_S, sample_rate);
        share.aim(0.0);
        Self {
            sample_rate,
            ends: [Cutoff::new(GLIDE_S, sample_rate), Cutoff::new(GLIDE_S, sample_rate)],
            filters: [[Svf::at_rest(); 4]; 2],
            share,
            range: SoloRange::default(),
        }
    }

    fn is_idle(&self) -> bool {
        self.share.is_still() && self.share.current() == 0.0
    }

    /// Works in place on parts of any length.
    pub fn process(&mut self, range: &SoloRange, left: &mut [f32], right: &mut [f32]) {
        if self.is_idle() {
            if !range.on {
                return;
            }
            self.ends.iter_mut().for_each(Cutoff::reset);
            self.filters = [[Svf::at_rest(); 4]; 2];
        }
        if range.on {
            // While it fades out it keeps to the range that was heard.
            self.range = *range;
        }
        self.share.aim(f64::from(u8::from(range.on)));
        for (left, right) in left.chunks_mut(CONTROL_INTERVAL).zip(right.chunks_mut(CONTROL_INTERVAL)) {
            let highest_hz = HIGHEST_OF_RATE * self.sample_rate;
            for (end, hz) in self.ends.iter_mut().zip([self.range.low_hz, self.range.high_hz]) {
                end.control(f64::from(hz).clamp(10.0, highest_hz));
            }
            self.filters.as_flattened_mut().iter_mut().for_each(Svf::<f64>::settle);
            self.process_piece(left, right);
        }
    }

    fn process_piece(&mut self, left: &mut [f32], right: &mut [f32]) {
        for (left, right) in left.iter_mut().zip(right) {
            self.ends.iter_mut().for_each(Cutoff::advance);
            let [low, high] = self.ends.each_ref().map(|end| SvfCoefficients::new(end.g()));
            let share = self.share.next_sample();
            for (sample, [first, second, third, fourth]) in [left, right].into_iter().zip(&mut self.filters) {
                let whole = f64::from(*sample);
                let above = second.high_pass(&low, first.high_pass(&low, whole));
                let once = 0.5 * third.tick(&high, above).twice_low;
                let within = 0.5 * fourth.tick(&high, once).twice_low;
                *sample = if share == 0.0 { *sample } else { (whole + share * (within - whole)) as f32 };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE_HZ: f64 = 48_000.0;
    const RANGE: SoloRange = SoloRange { on: true, low_hz: 500.0, high_hz: 2000.0 };

    fn sine(hz: f64, samples: usize) -> Vec<f32> {
        (0..samples).map(|n| (std::f64::consts::TAU * hz * n as f64 / RATE_HZ).sin() as f32).collect()
    }

    fn level_db(samples: &[f32]) -> f64 {
        let power = samples.iter().map(|sample| f64::from(sample * sample)).sum::<f64>() / samples.len() as f64;
        10.0 * (2.0 * power).max(1e-20).log10()
    }

    #[test]
    fn the_range_is_heard_and_nothing_else() {
        // Linkwitz-Riley ends: -6.02 dB at each, 24 dB an octave beyond; the bilinear transform steepens the upper one.
        for (hz, expected_db, tolerance_db) in
            [(1000.0, -1.05, 0.3), (500.0, -6.05, 0.3), (2000.0, -6.05, 0.3), (125.0, -48.2, 1.0), (8000.0, -50.0, 3.0)]
        {
            let mut solo = RangeSolo::new(RATE_HZ);
            let (mut left, mut right) = (sine(hz, 48_000), sine(hz, 48_000));
            solo.process(&RANGE, &mut left, &mut right);
            assert_eq!(left, right);
            let level_db = level_db(&left[24_000..]);
            assert!((level_db - expected_db).abs() < tolerance_db, "{hz} Hz: {level_db} dB");
        }
    }

    #[test]
    fn off_it_changes_nothing_and_it_comes_and_goes_without_a_click() {
        let mut solo = RangeSolo::new(RATE_HZ);
        let whole = sine(100.0, 24_000);
        let (mut left, mut right) = (whole.clone(), whole.clone());
        solo.process(&SoloRange::default(), &mut left[..8000], &mut right[..8000]);
        assert_eq!(left[..8000], whole[..8000]);
        solo.process(&RANGE, &mut left[8000..16_000], &mut right[8000..16_000]);
        solo.process(&SoloRange::default(), &mut left[16_000..], &mut right[16_000..]);
        let steepest = left.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max);
        assert!(steepest < 0.02, "a step of {steepest}");
        assert_eq!(left[20_000..], whole[20_000..], "what is off is off to the bit");
    }
}
