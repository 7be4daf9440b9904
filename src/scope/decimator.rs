//! Lowers the sample rate for the bass, where a long window is needed and little is to be told apart.

use std::f64::consts::PI;

/// Taps for each sample that is left out.
const TAPS_PER_STEP: usize = 8;

/// One channel, its sample rate divided by a whole number. A Blackman-windowed sinc lets up to a sixth of the new rate through
/// within 0.1 dB and keeps all that would fold onto it 70 dB down.
#[derive(Debug, Clone)]
pub struct Decimator {
    step: usize,
    taps: Vec<f32>,
    /// The last samples, newest last.
    history: Vec<f32>,
    /// Samples since the last one that was kept.
    passed: usize,
}

impl Decimator {
    /// A decimator that keeps one of `step` samples.
    pub fn new(step: usize) -> Self {
        let step = step.max(1);
        let taps = if step == 1 { vec![1.0] } else { low_pass(TAPS_PER_STEP * step, step) };
        Self { step, history: vec![0.0; taps.len()], taps, passed: 0 }
    }

    /// Takes samples, a part of any length; gives each of the lower rate as it is due.
    pub fn process(&mut self, mut samples: &[f32], mut give: impl FnMut(f32)) {
        while !samples.is_empty() {
            let count = samples.len().min(self.step - self.passed);
            let (now, later) = samples.split_at(count);
            let at = self.history.len() - self.step + self.passed;
            self.history[at..at + count].copy_from_slice(now);
            self.passed += count;
            samples = later;
            if self.passed == self.step {
                self.passed = 0;
                give(lanes_sum(&self.history, &self.taps));
                self.history.copy_within(self.step.., 0);
            }
        }
    }
}

/// Sum of products, eight side by side.
fn lanes_sum(samples: &[f32], taps: &[f32]) -> f32 {
    let (sample_rows, rest) = samples.as_chunks::<8>();
    let (tap_rows, tap_rest) = taps.as_chunks::<8>();
    let mut lanes = [0f32; 8];
    for (samples, taps) in sample_rows.iter().zip(tap_rows) {
        for ((lane, sample), tap) in lanes.iter_mut().zip(samples).zip(taps) {
            *lane += sample * tap;
        }
    }
    lanes.iter().sum::<f32>() + rest.iter().zip(tap_rest).map(|(sample, tap)| sample * tap).sum::<f32>()
}

fn low_pass(length: usize, step: usize) -> Vec<f32> {
    let middle = (length - 1) as f64 / 2.0;
    let taps: Vec<f64> = (0..length)
        .map(|n| {
            let x = PI * (n as f64 - middle) / step as f64;
            let sinc = if x == 0.0 { 1.0 } else { x.sin() / x };
            let turn = 2.0 * PI * (n as f64 + 0.5) / length as f64;
            sinc * (0.42 - 0.5 * turn.cos() + 0.08 * (2.0 * turn).cos())
        })
        .collect();
    let sum: f64 = taps.iter().sum();
    taps.into_iter().map(|tap| (tap / sum) as f32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Level of a full-scale sine of `hz` at 48 kHz behind a decimator by 8, dB.
    fn level_db(hz: f64) -> f64 {
        let mut decimator = Decimator::new(8);
        let sine: Vec<f32> = (0..48_000).map(|n| (2.0 * PI * hz * n as f64 / 48_000.0).sin() as f32).collect();
        let mut out = Vec::new();
        // Parts that no step divides.
        sine.chunks(77).for_each(|part| decimator.process(part, |sample| out.push(sample)));
        let out = &out[100..];
        let power = out.iter().map(|sample| f64::from(sample * sample)).sum::<f64>() / out.len() as f64;
        10.0 * (2.0 * power).max(1e-20).log10()
    }

    #[test]
    fn the_bass_passes_and_nothing_folds_onto_it() {
        for hz in [20.0, 100.0, 700.0, 1000.0] {
            assert!(level_db(hz).abs() < 0.1, "{hz} Hz: {} dB", level_db(hz));
        }
        // These fold to 100, 700 and 1000 Hz.
        for hz in [5900.0, 6100.0, 5300.0, 6700.0, 12_700.0, 5000.0] {
            assert!(level_db(hz) < -68.0, "{hz} Hz: {} dB", level_db(hz));
        }
    }

    #[test]
    fn a_step_of_one_changes_nothing() {
        let mut decimator = Decimator::new(1);
        let mut out = Vec::new();
        decimator.process(&[0.25, -1.0], |sample| out.push(sample));
        assert_eq!(out, [0.25, -1.0]);
    }
}
