//! The window that smooths the gain: its shape is that of the way down to a peak.
//!
//! A moving average of the gain whose weights are highest at both ends, rounded by a short moving average. The gain sets out,
//! goes on a little and evenly through most of the window and arrives with a slope again. A change of gain is heard by what it
//! stirs up from 20 Hz on. Of all ways that take so long, those that leave most of the change to both ends stir up least: a bell,
//! which does most in the middle, adds what a window of half the length would. The rounding makes the sidebands fall by 12 dB an
//! octave.
//!
//! Sums are kept in integers: they never drift, and without reduction the gain is exactly 1. Rounding never raises a gain.

use super::{envelope::Row, wider::wider};
use crate::dsp::CONTROL_INTERVAL;

/// Share of the window that the rounding average takes.
const ROUNDING: f64 = 0.12;
/// Weight of each end, the whole window weighing 1.
const END_WEIGHT: f64 = 0.4;
/// Added to a number of less than 2^51 it leaves the nearest whole number in the lowest bits of the sum.
pub const ROUNDER: f64 = (3u64 << 51) as f64;

type Whole = [i64; CONTROL_INTERVAL];

/// Smooths one channel's gain.
#[derive(Debug, Clone)]
pub struct Ramp {
    rounding: MovingSum,
    even: MovingSum,
    /// Weight of each end when every other value weighs 1.
    end_weight: i64,
    /// Whole numbers that a loss of everything is as it goes in, and as it comes out.
    steps: i64,
    sum_steps: i64,
}

impl Ramp {
    /// A window over `length` samples, at least one.
    pub fn new(length: usize) -> Self {
        let length = length.max(1);
        let rounding = ((ROUNDING * length as f64).round() as usize).clamp(1, length);
        let even = length + 1 - rounding;
        let end_weight = (END_WEIGHT / (1.0 - 2.0 * END_WEIGHT) * even as f64).round() as i64;
        let total = rounding as i64 * (even as i64 + 2 * end_weight);
        // Sums fit into 62 bits, what goes in into 50.
        let steps = (1i64 << 50).min((1i64 << 62) / total);
        Self {
            rounding: MovingSum::new(rounding),
            even: MovingSum::new(even),
            end_weight,
            steps,
            sum_steps: steps * total,
        }
    }

    /// Samples that it spans.
    pub fn length(&self) -> usize {
        self.rounding.values.len() + self.even.values.len() - 1
    }

    /// Weight of the oldest `count` gains, the whole window weighing 1.
    pub fn weight_of_oldest(&self, count: usize) -> f64 {
        let (rounding, even) = (self.rounding.values.len(), self.even.values.len());
        let total = (rounding * (even + 2 * self.end_weight as usize)) as f64;
        // A gain counts in as many places of the even window as the rounding takes.
        let places = |index: usize| (index + 1).min(even) - (index + 1).saturating_sub(rounding);
        let ends = |index: usize| usize::from(index < rounding) + usize::from(index + 1 >= even);
        let weight = |index: usize| (places(index) + self.end_weight as usize * ends(index)) as f64;
        (0..count.min(self.length())).map(weight).sum::<f64>() / total
    }

    /// Makes all gains of the past 1.
    pub fn reset(&mut self) {
        self.rounding.reset();
        self.even.reset();
    }

    /// Whether they are.
    pub fn is_idle(&self) -> bool {
        self.rounding.sum == 0 && self.even.sum == 0
    }

    /// Becomes the other, which is for the same sample rate.
    pub fn copy_from(&mut self, other: &Self) {
        self.rounding.copy_from(&other.rounding);
        self.even.copy_from(&other.even);
    }

    /// Smooths at most [`CONTROL_INTERVAL`] gains from 0 to 1.
    pub fn process(&mut self, gains: &[f64], smooth: &mut [f64]) {
        let mut losses = [0i64; CONTROL_INTERVAL];
        let mut wanted = [1.0; CONTROL_INTERVAL];
        wanted[..gains.len()].copy_from_slice(gains);
        to_losses(&wanted, self.steps, &mut losses);
        let losses = &mut losses[..gains.len()];
        self.rounding.process(losses, 0);
        self.even.process(losses, self.end_weight);
        let scale = 1.0 / self.sum_steps as f64;
        for (gain, loss) in smooth.iter_mut().zip(losses) {
            *gain = (self.sum_steps - *loss) as f64 * scale;
        }
    }
}

wider! {
    /// What gains take away, as whole numbers of steps: rounded up but for nothing, never more than everything.
    fn to_losses(gains: &Row, steps: i64, losses: &mut Whole) {
        let scale = steps as f64;
        for lane in 0..CONTROL_INTERVAL {
            let loss = 1.0 - gains[lane];
            let up = if loss > 0.0 { loss * scale + 0.5 } else { 0.0 };
            let up = if up < scale { up } else { scale };
            losses[lane] = (up + ROUNDER).to_bits() as i64 - ROUNDER.to_bits() as i64;
        }
    }
}

/// The sum of the last so many values.
#[derive(Debug, Clone)]
struct MovingSum {
    values: Vec<i64>,
    oldest: usize,
    sum: i64,
}

impl MovingSum {
    fn new(length: usize) -> Self {
        Self { values: vec![0; length], oldest: 0, sum: 0 }
    }

    fn reset(&mut self) {
        self.values.fill(0);
        self.sum = 0;
    }

    fn copy_from(&mut self, other: &Self) {
        self.values.copy_from_slice(&other.values);
        (self.oldest, self.sum) = (other.oldest, other.sum);
    }

    /// Puts in the place of each value the sum, and `end_weight` more of that value and of the oldest one in the sum.
    #[inline(always)]
    fn process(&mut self, mut values: &mut [i64], end_weight: i64) {
        while !values.is_empty() {
            let past = &mut self.values[self.oldest..];
            let before_end = past.len() - 1;
            if before_end == 0 {
                // The next oldest one is at the ring's begin, which for a ring of one value is this one.
                let value = values[0];
                self.sum += value - past[0];
                past[0] = value;
                self.oldest = 0;
                values[0] = self.sum + end_weight * (value + self.values[0]);
                values = &mut values[1..];
                continue;
            }
            let (run, later) = values.split_at_mut(before_end.min(values.len()));
            let past = &mut past[..=run.len()];
            for index in 0..run.len() {
                let value = run[index];
                self.sum += value - past[index];
                past[index] = value;
                run[index] = self.sum + end_weight * (value + past[index + 1]);
            }
            self.oldest += run.len();
            values = later;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Against the weights written out: a rounding average of a window with heavier ends.
    #[test]
    fn the_window_has_the_weights_that_it_states_and_no_gain_is_raised() {
        for length in [1, 2, 5, 133, 1071] {
            let mut ramp = Ramp::new(length);
            assert_eq!(ramp.length(), length);
            let mut step = vec![1.0; 40];
            step.extend(vec![0.25; length + 100]);
            let mut found = Vec::new();
            for gains in step.chunks(CONTROL_INTERVAL) {
                let mut smooth = [0.0; CONTROL_INTERVAL];
                ramp.process(gains, &mut smooth);
                found.extend_from_slice(&smooth[..gains.len()]);
            }
            let (rounding, even) = (ramp.rounding.values.len(), ramp.even.values.len());
            let mut window = vec![1.0; even];
            window[0] += ramp.end_weight as f64;
            window[even - 1] += ramp.end_weight as f64;
            let mut weights = vec![0.0; length];
            for (start, weight) in window.iter().enumerate() {
                weights[start..start + rounding].iter_mut().for_each(|slot| *slot += weight);
            }
            let total: f64 = weights.iter().sum();
            for count in [0, 1, length / 3, length] {
                let oldest = weights[..count].iter().sum::<f64>() / total;
                assert!((ramp.weight_of_oldest(count) - oldest).abs() < 1e-12, "{length}, {count}");
            }
            for (n, found) in found.iter().enumerate() {
                let expected: f64 = (0..length).map(|k| weights[k] * step[n.saturating_sub(k)]).sum::<f64>() / total;
                assert!((found - expected).abs() < 1e-12, "{length}, {n}: {found}, not {expected}");
            }
            assert!(found[..40].iter().all(|gain| *gain == 1.0));
            assert!(found[40 + length..].iter().all(|gain| *gain <= 0.25));
        }
    }

    #[test]
    fn a_loss_of_everything_leaves_nothing() {
        let mut ramp = Ramp::new(100);
        let mut smooth = [1.0; CONTROL_INTERVAL];
        (0..8).for_each(|_| ramp.process(&[1e-20; CONTROL_INTERVAL], &mut smooth));
        assert_eq!(smooth, [0.0; CONTROL_INTERVAL]);
    }
}
