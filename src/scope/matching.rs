//! How much louder the record is than the input: the figure that matches both for a fair comparison.
//!
//! Loudness by ITU-R BS.1770-5 over the last 3 s (the `ebur128` crate), of both at the same time in the music; the difference
//! is averaged over the last 10 s, so that one passage does not decide. Silence counts for nothing.

use std::collections::VecDeque;

use ebur128::{EbuR128, Mode};

/// Differences taken in a second, and how many are averaged.
const STEPS_PER_S: usize = 4;
const KEPT: usize = 10 * STEPS_PER_S;
/// Quieter than this is no music, LUFS (the absolute gate of BS.1770).
const GATE_LUFS: f64 = -70.0;
/// The window of short-term loudness, seconds.
const WINDOW_S: usize = 3;

/// Compares input and record while music comes.
pub struct Matching {
    /// None where the crate refuses the format.
    meters: Option<[EbuR128; 2]>,
    step: usize,
    into_step: usize,
    /// Steps since the last break: before the window is full, the two cannot be compared.
    steps: usize,
    differences_lu: VecDeque<f64>,
}

impl Matching {
    /// A comparison at `sample_rate_hz`.
    pub fn new(sample_rate_hz: f64) -> Self {
        let rate = sample_rate_hz.round() as u32;
        let meter = || EbuR128::new(2, rate, Mode::S).ok();
        Self {
            meters: meter().zip(meter()).map(|(input, record)| [input, record]),
            step: (rate as usize).div_ceil(STEPS_PER_S),
            into_step: 0,
            steps: 0,
            differences_lu: VecDeque::with_capacity(KEPT),
        }
    }

    /// Forgets what was heard, but not what it came to: something else sounds for a while.
    pub fn interrupt(&mut self) {
        if self.steps > 0 || self.into_step > 0 {
            self.steps = 0;
            self.into_step = 0;
            if let Some(meters) = &mut self.meters {
                meters.iter_mut().for_each(EbuR128::reset);
            }
        }
    }

    /// Forgets everything: the sound has changed.
    pub fn reset(&mut self) {
        self.interrupt();
        self.differences_lu.clear();
    }

    /// Hears input and record, which lie at the same time in the music.
    pub fn add(&mut self, input: [&[f32]; 2], record: [&[f32]; 2]) {
        let Some([input_meter, record_meter]) = &mut self.meters else { return };
        let length = [input[0], input[1], record[0], record[1]].map(<[f32]>::len).into_iter().min().unwrap_or(0);
        let mut start = 0;
        while start < length {
            let end = length.min(start + self.step - self.into_step);
            for (meter, [left, right]) in [(&mut *input_meter, input), (&mut *record_meter, record)] {
                // A format that was taken once stays right.
                let added = meter.add_frames_planar_f32(&[&left[start..end], &right[start..end]]);
                debug_assert!(added.is_ok());
            }
            self.into_step += end - start;
            start = end;
            if self.into_step < self.step {
                continue;
            }
            self.into_step = 0;
            self.steps += 1;
            let levels = [&*input_meter, &*record_meter].map(|meter| meter.loudness_shortterm().unwrap_or(GATE_LUFS));
            if self.steps >= WINDOW_S * STEPS_PER_S && levels.iter().all(|lufs| *lufs > GATE_LUFS) {
                if self.differences_lu.len() == KEPT {
                    self.differences_lu.pop_front();
                }
                self.differences_lu.push_back(levels[0] - levels[1]);
            }
        }
    }

    /// Loudness of the input minus that of the record, LU; nothing before 3 s of music.
    pub fn difference_lu(&self) -> Option<f64> {
        let count = self.differences_lu.len();
        (count > 0).then(|| self.differences_lu.iter().sum::<f64>() / count as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_difference_is_the_gain_between_the_two() {
        let mut matching = Matching::new(48_000.0);
        let tone = |level: f32| -> Vec<f32> { (0..48_000).map(|n| level * (n as f32 * 0.13).sin()).collect() };
        let (quiet, loud, silent) = (tone(0.1), tone(0.1 * 10f32.powf(0.2)), vec![0.0; 48_000]);
        for second in 1..=5 {
            matching.add([&quiet, &quiet], [&loud, &loud]);
            assert_eq!(matching.difference_lu().is_some(), second >= 3, "after {second} s");
        }
        let found = matching.difference_lu().expect("measured");
        assert!((found + 4.0).abs() < 0.01, "{found}");
        // A rest changes nothing, and neither does what sounds in between.
        for _ in 0..5 {
            matching.add([&silent, &silent], [&silent, &silent]);
        }
        matching.interrupt();
        assert!(matching.difference_lu().is_some_and(|lu| (lu - found).abs() < 0.2));
        matching.reset();
        assert_eq!(matching.difference_lu(), None);
    }
}
