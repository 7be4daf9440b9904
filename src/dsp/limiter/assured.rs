//! What a peak is sure to find on its way out: the greatest gain that the stage ahead can have for it.
//!
//! When the exact detector has a peak, the stage ahead has known an estimate of it for a while. Its gain for the peak will be a
//! weighted mean of gains that it has already chosen, since the estimate came, and of those that it will choose until the peak
//! goes out. The latter are no greater than the estimate asks for, nor than what the release makes of the present one. This much
//! the stage behind may count on.

use super::release::{greater, lesser};
use crate::dsp::{CONTROL_INTERVAL, delay::DelayLine};

/// The assured gain of one channel.
#[derive(Debug, Clone)]
pub struct Assured {
    /// Ratios to the ceiling on their way from the early detector to the exact one.
    ratios: DelayLine<f32>,
    /// Weight of the gains already chosen: the most and, for what is weighed last around the peak, the least.
    chosen: [f64; 2],
    /// Gains since the estimate came: up to here those of a new round, beyond it the greatest of each one and all after it in the
    /// round before. The two together are as many as the list is long (van Herk, Pattern Recognition Letters, 1992).
    gains: Vec<f64>,
    here: usize,
    /// Greatest gain of the new round.
    greatest: f64,
}

impl Assured {
    /// For an exact detector that has its peaks `later` samples after the early one. `chosen` are the most and the least
    /// weight of the gains chosen up to then in the mean that a peak finds.
    pub fn new(later: usize, chosen: [f64; 2]) -> Self {
        Self { ratios: DelayLine::new(later), chosen, gains: vec![1.0; later + 1], here: 0, greatest: 0.0 }
    }

    /// Assures nothing.
    pub fn reset(&mut self) {
        self.ratios.reset();
        self.gains.fill(1.0);
        (self.here, self.greatest) = (0, 0.0);
    }

    /// Becomes the other.
    pub fn copy_from(&mut self, other: &Self) {
        self.ratios.copy_from(&other.ratios);
        self.gains.copy_from_slice(&other.gains);
        (self.here, self.greatest) = (other.here, other.greatest);
    }

    /// Passes samples in which no ratio is above 1 and all gains are 1, as they have been for long.
    pub fn skip(&mut self, samples: usize) {
        self.here = (self.here + samples) % self.gains.len();
        self.greatest = if self.here == 0 { 0.0 } else { 1.0 };
    }

    /// Takes ratios and the gains, not smoothed, that the stage chose, and the part that the release is sure to leave of their
    /// reductions in dB, and gives the assured gain at the exact detector's time.
    pub fn process(&mut self, ratios: &[f32], gains: &[f64], lasting: f64, assured: &mut [f64]) {
        let mut estimates = [0f32; CONTROL_INTERVAL];
        let estimates = &mut estimates[..ratios.len()];
        estimates.copy_from_slice(ratios);
        self.ratios.process(estimates);
        for ((slot, gain), estimate) in assured.iter_mut().zip(gains).zip(estimates) {
            // The gain to the power of the lasting part lies below its tangent at 1.
            let left = 1.0 - lasting * (1.0 - gain);
            let to_come = lesser(left, 1.0 / f64::from(*estimate));
            let so_far = self.greatest_so_far(*gain);
            let [most, least] = self.chosen.map(|share| to_come + share * (so_far - to_come));
            *slot = greater(most, least);
        }
    }

    /// The greatest gain since the estimate came, up to this one.
    #[inline(always)]
    fn greatest_so_far(&mut self, gain: f64) -> f64 {
        self.greatest = greater(self.greatest, gain);
        self.gains[self.here] = gain;
        self.here += 1;
        if let Some(before) = self.gains.get(self.here) {
            return greater(self.greatest, *before);
        }
        let greatest = self.greatest;
        (self.here, self.greatest) = (0, 0.0);
        for index in (1..self.gains.len()).rev() {
            self.gains[index - 1] = greater(self.gains[index - 1], self.gains[index]);
        }
        greatest
    }
}
