//! How one listens, after everything that makes the record: matched loudness, the difference alone, the bypass.
//!
//! Each keeps time with the sound: the input comes here as late as the chain makes it. What goes out is `wet · match`; with delta
//! on `wet · match - dry`, so that equal loudness leaves what the chain did to the sound and not how much louder it made it; with
//! the bypass on `dry`, whatever else is set. Off, nothing is touched, bit for bit. Changes take 20 ms.

use super::{RUN, apply_gain, db_to_gain, delay::DelayLine, glide::Glide};
use crate::settings::MonitorSettings;

/// Time that a change takes.
const GLIDE_S: f64 = 0.02;

/// The monitoring of one stereo signal.
pub struct Monitor {
    match_gain: Glide,
    /// 0: the sound, 1: what sets it apart from the input.
    delta: Glide,
    /// 0: processed, 1: bypassed.
    bypass: Glide,
    /// The input on its way around the chain.
    lines: [DelayLine<f32>; 2],
    dry: [[f32; RUN]; 2],
}

impl Monitor {
    /// A monitor beside a chain with a delay of `latency` samples.
    pub fn new(sample_rate: f64, latency: usize) -> Self {
        Self {
            match_gain: Glide::new(GLIDE_S, sample_rate),
            delta: Glide::new(GLIDE_S, sample_rate),
            bypass: Glide::new(GLIDE_S, sample_rate),
            lines: [DelayLine::new(latency), DelayLine::new(latency)],
            dry: [[0.0; RUN]; 2],
        }
    }

    /// Silences the input on its way; the next settings hold at once.
    pub fn reset(&mut self) {
        self.match_gain.reset();
        self.delta.reset();
        self.bypass.reset();
        for line in &mut self.lines {
            line.reset();
        }
    }

    /// Takes settings over.
    pub fn control(&mut self, settings: &MonitorSettings) {
        let match_db = if settings.level_match { settings.level_match_db } else { 0.0 };
        self.match_gain.aim(db_to_gain(f64::from(match_db)));
        self.delta.aim(f64::from(u8::from(settings.delta)));
        self.bypass.aim(f64::from(u8::from(settings.bypass)));
    }

    /// Takes the input of a run (never more than [`RUN`] samples of each channel).
    pub fn hear(&mut self, left: &[f32], right: &[f32]) {
        let unheard = is_off(&self.delta) && is_off(&self.bypass);
        for ((line, dry), samples) in self.lines.iter_mut().zip(&mut self.dry).zip([left, right]) {
            if unheard {
                line.push(samples);
            } else {
                let dry = &mut dry[..samples.len()];
                dry.copy_from_slice(samples);
                line.process(dry);
            }
        }
    }

    /// Makes the record's sound, in place, what is listened to. The ends of every change are exact.
    pub fn process(&mut self, left: &mut [f64], right: &mut [f64]) {
        apply_gain(&mut self.match_gain, left, right);
        self.apply_delta(left, right);
        self.apply_bypass(left, right);
    }

    fn apply_delta(&mut self, left: &mut [f64], right: &mut [f64]) {
        if is_off(&self.delta) {
            return;
        }
        let [dry_left, dry_right] = &self.dry;
        for (((left, right), dry_left), dry_right) in left.iter_mut().zip(right).zip(dry_left).zip(dry_right) {
            let share = self.delta.next_sample();
            *left -= share * f64::from(*dry_left);
            *right -= share * f64::from(*dry_right);
        }
    }

    fn apply_bypass(&mut self, left: &mut [f64], right: &mut [f64]) {
        if is_off(&self.bypass) {
            return;
        }
        let [dry_left, dry_right] = &self.dry;
        for (((left, right), dry_left), dry_right) in left.iter_mut().zip(right).zip(dry_left).zip(dry_right) {
            let share = self.bypass.next_sample();
            for (wet, dry) in [(left, dry_left), (right, dry_right)] {
                let dry = f64::from(*dry);
                if share == 1.0 {
                    *wet = dry;
                } else if share != 0.0 {
                    // At 0 even the sign of a zero is left alone.
                    *wet += share * (dry - *wet);
                }
            }
        }
    }
}

/// Whether a share is and stays 0.
fn is_off(share: &Glide) -> bool {
    share.is_still() && share.current() == 0.0
}
