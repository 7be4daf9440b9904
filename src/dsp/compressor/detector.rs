//! Level of each lane: peak or mean square over a sliding window.
//!
//! Peak is the greatest rectified sample of the last 5 to 6 ms, RMS the mean square of the last 10 ms; both windows are rectangular,
//! so that the level of a steady tone stands still (from 100 Hz and 50 Hz on) and a level that is gone is forgotten after the
//! window, not after an exponential's long tail: attack and release mean what they say on music, not on square waves alone.
//!
//! Exactly: the window moves in steps of n = round(rate / 1000) samples, counted from the first sample after a reset. Peak is the
//! greatest rectified sample of the step that fills and the five before it. RMS is the sum of the squares of the step that fills, of the
//! nine before it, and of the tenth before it in the share of the step that is still to come, divided by 10·n: the oldest
//! step fades out as the new one fills. Cost: a few operations a sample on four bands at once, whatever the sample rate.

use std::ops::Range;

use crate::{
    dsp::{CONTROL_INTERVAL, quad::Real},
    settings::Detector,
};

/// Length of a step of the window.
const STEP_S: f64 = 0.001;
/// Steps in the RMS window, about 10 ms.
const RMS_STEPS: usize = 10;
/// Steps in the peak window, about 5 ms.
const PEAK_STEPS: usize = 5;

/// Both detectors of a stereo signal, or of several side by side. Both always run, so that choosing the other one finds its level
/// ready. States are left and right.
#[derive(Debug, Clone)]
pub struct LevelDetector<T> {
    step_samples: usize,
    /// Samples already in the step that fills.
    filled: usize,
    sum: [T; 2],
    maximum: [T; 2],
    /// Sums and maxima of the last complete steps, a ring.
    sums: [[T; 2]; RMS_STEPS],
    maxima: [[T; 2]; RMS_STEPS],
    newest: usize,
    /// Sum of all complete steps but the oldest.
    recent_sum: [T; 2],
    /// Maximum of the last [`PEAK_STEPS`] complete steps.
    recent_maximum: [T; 2],
}

impl<T: Real<Kept = T>> LevelDetector<T> {
    /// A detector that has heard nothing.
    pub fn new(sample_rate: f64) -> Self {
        let nothing = [T::splat(0.0); 2];
        Self {
            step_samples: (STEP_S * sample_rate).round().max(1.0) as usize,
            filled: 0,
            sum: nothing,
            maximum: nothing,
            sums: [nothing; RMS_STEPS],
            maxima: [nothing; RMS_STEPS],
            newest: 0,
            recent_sum: nothing,
            recent_maximum: nothing,
        }
    }

    /// Forgets everything heard.
    pub fn reset(&mut self) {
        let nothing = [T::splat(0.0); 2];
        self.filled = 0;
        for state in [&mut self.sum, &mut self.maximum, &mut self.recent_sum, &mut self.recent_maximum] {
            *state = nothing;
        }
        self.sums = [nothing; RMS_STEPS];
        self.maxima = [nothing; RMS_STEPS];
        self.newest = 0;
    }

    /// Levels of samples as powers: squared peaks or mean squares. With one row of levels the louder channel's, with two rows each
    /// channel's. Gives the greatest of all for each band.
    #[inline(always)]
    pub fn process<Q: Real<Kept = T>, const ROWS: usize>(
        &mut self,
        detector: Detector,
        samples: [&[T]; 2],
        levels: &mut [[T; CONTROL_INTERVAL]; 2],
    ) -> Q {
        let mut greatest = Q::splat(0.0);
        let length = samples[0].len();
        let mut start = 0;
        while start < length {
            let end = length.min(start + self.step_samples - self.filled);
            greatest = self.process_step::<Q, ROWS>(detector, samples, levels, start..end).greater(greatest);
            if self.filled == self.step_samples {
                self.complete_step();
            }
            start = end;
        }
        greatest
    }

    /// A part of one step.
    #[inline(always)]
    fn process_step<Q: Real<Kept = T>, const ROWS: usize>(
        &mut self,
        detector: Detector,
        samples: [&[T]; 2],
        levels: &mut [[T; CONTROL_INTERVAL]; 2],
        range: Range<usize>,
    ) -> Q {
        let mut sum = self.sum.map(Q::load);
        let mut maximum = self.maximum.map(Q::load);
        let mut greatest = Q::splat(0.0);
        let mut left_of_step = self.step_samples - self.filled;
        self.filled += range.len();
        let recent_maximum = self.recent_maximum.map(Q::load);
        let recent_sum = self.recent_sum.map(Q::load);
        let part = Q::splat(1.0 / self.step_samples as f64);
        let oldest = self.sums[(self.newest + 1) % RMS_STEPS].map(Q::load);
        let oldest = [part * oldest[0], part * oldest[1]];
        let scale = match detector {
            Detector::Peak => Q::splat(1.0),
            Detector::Rms => Q::splat(1.0 / (RMS_STEPS * self.step_samples) as f64),
        };
        let [left, right] = samples.map(|samples| &samples[range.clone()]);
        let [left_levels, right_levels] = levels.each_mut().map(|levels| &mut levels[range.clone()]);
        let rows = left_levels.iter_mut().zip(right_levels);
        for ((left, right), (left_level, right_level)) in left.iter().zip(right).zip(rows) {
            left_of_step -= 1;
            let left_of_oldest = Q::splat(left_of_step as f64);
            let mut level = [Q::load(*left), Q::load(*right)];
            for channel in 0..2 {
                let power = level[channel] * level[channel];
                sum[channel] = sum[channel] + power;
                maximum[channel] = power.greater(maximum[channel]);
                level[channel] = match detector {
                    Detector::Peak => maximum[channel].greater(recent_maximum[channel]),
                    Detector::Rms => sum[channel] + (recent_sum[channel] + oldest[channel] * left_of_oldest),
                };
            }
            let [left, right] = level;
            if ROWS == 1 {
                let louder = scale * left.greater(right);
                greatest = louder.greater(greatest);
                *left_level = louder.store();
            } else {
                let (left, right) = (scale * left, scale * right);
                greatest = left.greater(right).greater(greatest);
                (*left_level, *right_level) = (left.store(), right.store());
            }
        }
        self.sum = sum.map(Q::store);
        self.maximum = maximum.map(Q::store);
        greatest
    }

    fn complete_step(&mut self) {
        let nothing = [T::splat(0.0); 2];
        self.filled = 0;
        self.newest = (self.newest + 1) % RMS_STEPS;
        self.sums[self.newest] = std::mem::replace(&mut self.sum, nothing);
        self.maxima[self.newest] = std::mem::replace(&mut self.maximum, nothing);
        let oldest = (self.newest + 1) % RMS_STEPS;
        self.recent_sum = nothing;
        for (step, sums) in self.sums.iter().enumerate() {
            if step != oldest {
                for (recent, sum) in self.recent_sum.iter_mut().zip(sums) {
                    *recent = *recent + *sum;
                }
            }
        }
        self.recent_maximum = nothing;
        for age in 0..PEAK_STEPS {
            let maxima = &self.maxima[(self.newest + RMS_STEPS - age) % RMS_STEPS];
            for (recent, maximum) in self.recent_maximum.iter_mut().zip(maxima) {
                *recent = recent.greater(*maximum);
            }
        }
    }
}
