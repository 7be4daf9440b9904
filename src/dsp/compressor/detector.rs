//! Level of each lane: peak or mean square over a sliding window.
//!
//! Peak is the greatest rectified sample of the last 5 ms, RMS the mean square of the last 10 ms; both windows are rectangular,
//! so that the level of a steady tone stands still (from 100 Hz and 50 Hz on) and a level that is gone is forgotten after the
//! window, not after an exponential's long tail: attack and release mean what they say on music, not on square waves alone.
//! The window moves in steps of about 1 ms: what happened within a step is kept as a sum and a maximum. For RMS the step
//! that leaves is faded out as the new one fills. Cost: a few operations a sample and lane, whatever the sample rate.

use super::{MAX_LANES, decibels::greater};
use crate::settings::Detector;

/// Length of a step of the window.
const STEP_S: f64 = 0.001;
/// Steps in the RMS window, about 10 ms.
const RMS_STEPS: usize = 10;
/// Steps in the peak window, about 5 ms.
const PEAK_STEPS: usize = 5;

/// Both detectors of up to [`MAX_LANES`] lanes. Both always run, so that choosing the other one finds its level ready.
#[derive(Debug, Clone)]
pub struct LevelDetector {
    step_samples: usize,
    /// Samples already in the step that fills.
    filled: usize,
    sum: [f64; MAX_LANES],
    maximum: [f64; MAX_LANES],
    /// Sums and maxima of the last complete steps, a ring.
    sums: [[f64; MAX_LANES]; RMS_STEPS],
    maxima: [[f64; MAX_LANES]; RMS_STEPS],
    newest: usize,
    /// Sum of all complete steps but the oldest.
    recent_sum: [f64; MAX_LANES],
    /// Maximum of the last [`PEAK_STEPS`] complete steps.
    recent_maximum: [f64; MAX_LANES],
}

impl LevelDetector {
    /// A detector that has heard nothing.
    pub fn new(sample_rate: f64) -> Self {
        Self {
            step_samples: (STEP_S * sample_rate).round().max(1.0) as usize,
            filled: 0,
            sum: [0.0; MAX_LANES],
            maximum: [0.0; MAX_LANES],
            sums: [[0.0; MAX_LANES]; RMS_STEPS],
            maxima: [[0.0; MAX_LANES]; RMS_STEPS],
            newest: 0,
            recent_sum: [0.0; MAX_LANES],
            recent_maximum: [0.0; MAX_LANES],
        }
    }

    /// Forgets everything heard.
    pub fn reset(&mut self) {
        self.filled = 0;
        for lanes in [&mut self.sum, &mut self.maximum, &mut self.recent_sum, &mut self.recent_maximum] {
            lanes.fill(0.0);
        }
        self.sums = [[0.0; MAX_LANES]; RMS_STEPS];
        self.maxima = [[0.0; MAX_LANES]; RMS_STEPS];
        self.newest = 0;
    }

    /// Replaces samples by their level as a power: squared peak or mean square.
    #[inline(always)]
    pub fn process<const N: usize>(&mut self, detector: Detector, lanes: &mut [[f64; N]]) {
        let mut start = 0;
        while start < lanes.len() {
            let end = lanes.len().min(start + self.step_samples - self.filled);
            self.process_step(detector, &mut lanes[start..end]);
            if self.filled == self.step_samples {
                self.complete_step();
            }
            start = end;
        }
    }

    /// A part of one step.
    #[inline(always)]
    fn process_step<const N: usize>(&mut self, detector: Detector, lanes: &mut [[f64; N]]) {
        let mut sum: [f64; N] = std::array::from_fn(|lane| self.sum[lane]);
        let mut maximum: [f64; N] = std::array::from_fn(|lane| self.maximum[lane]);
        match detector {
            Detector::Peak => {
                let recent: [f64; N] = std::array::from_fn(|lane| self.recent_maximum[lane]);
                for row in lanes.iter_mut() {
                    for lane in 0..N {
                        let power = row[lane] * row[lane];
                        sum[lane] += power;
                        maximum[lane] = greater(power, maximum[lane]);
                        row[lane] = greater(maximum[lane], recent[lane]);
                    }
                }
                self.filled += lanes.len();
            }
            Detector::Rms => {
                let scale = 1.0 / (RMS_STEPS * self.step_samples) as f64;
                let oldest_step = (self.newest + 1) % RMS_STEPS;
                let recent: [f64; N] = std::array::from_fn(|lane| self.recent_sum[lane]);
                let oldest: [f64; N] =
                    std::array::from_fn(|lane| self.sums[oldest_step][lane] / self.step_samples as f64);
                for row in lanes.iter_mut() {
                    self.filled += 1;
                    let left_of_oldest = (self.step_samples - self.filled) as f64;
                    for lane in 0..N {
                        let power = row[lane] * row[lane];
                        sum[lane] += power;
                        maximum[lane] = greater(power, maximum[lane]);
                        row[lane] = scale * (sum[lane] + (recent[lane] + oldest[lane] * left_of_oldest));
                    }
                }
            }
        }
        self.sum[..N].copy_from_slice(&sum);
        self.maximum[..N].copy_from_slice(&maximum);
    }

    fn complete_step(&mut self) {
        self.filled = 0;
        self.newest = (self.newest + 1) % RMS_STEPS;
        self.sums[self.newest] = std::mem::replace(&mut self.sum, [0.0; MAX_LANES]);
        self.maxima[self.newest] = std::mem::replace(&mut self.maximum, [0.0; MAX_LANES]);
        let oldest = (self.newest + 1) % RMS_STEPS;
        self.recent_sum = [0.0; MAX_LANES];
        for (step, sums) in self.sums.iter().enumerate() {
            if step != oldest {
                for (recent, sum) in self.recent_sum.iter_mut().zip(sums) {
                    *recent += sum;
                }
            }
        }
        self.recent_maximum = [0.0; MAX_LANES];
        for age in 0..PEAK_STEPS {
            let maxima = &self.maxima[(self.newest + RMS_STEPS - age) % RMS_STEPS];
            for (recent, maximum) in self.recent_maximum.iter_mut().zip(maxima) {
                *recent = greater(*recent, *maximum);
            }
        }
    }
}
