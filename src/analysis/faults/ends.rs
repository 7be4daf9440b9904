//! Noise ahead of the first sound and after the last: hiss of a tape, a preamplifier, a reverb that never ends.
//!
//! A fade moves and silence is silent; noise stays at its level. So at either end the stretch far under the song's loudness counts
//! where it is heard at all and steady.

use crate::analysis::{level_db, levels::Levels};

/// Steps of 100 ms that are kept at either end: half a minute.
const KEPT_STEPS: usize = 300;
/// The song begins where a step comes this near to its loudness, dB.
const SOUND_BELOW_DB: f64 = 30.0;
/// Steps of noise that are a fault.
const LEAST_STEPS: usize = 5;
/// Quieter is inaudible, louder is music, dBFS.
const NOISE_DB: std::ops::Range<f64> = -80.0..-40.0;
/// Standard deviation of a steady level, dB.
const STEADY_DB: f64 = 1.5;
/// Steps next to the music that fade or ring, dropped.
const RINGING_STEPS: usize = 1;

/// Noise at one end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct End {
    /// Where it is, in words.
    pub(super) place: &'static str,
    pub(super) from_s: f64,
    pub(super) to_s: f64,
    /// RMS of both channels, dBFS.
    pub(super) level_db: f64,
}

/// Keeps the levels at both ends.
#[derive(Debug, Clone, Default)]
pub(super) struct EndsMeter {
    steps: usize,
    first_db: Vec<f64>,
    last_db: std::collections::VecDeque<f64>,
}

impl EndsMeter {
    /// A tenth of a second is complete.
    pub(super) fn end_step(&mut self, levels: &Levels) {
        let level_db = level_db(levels.power());
        self.steps += 1;
        if self.first_db.len() < KEPT_STEPS {
            self.first_db.push(level_db);
        }
        if self.last_db.len() == KEPT_STEPS {
            self.last_db.pop_front();
        }
        self.last_db.push_back(level_db);
    }

    /// Noise at the ends of a song of this loudness.
    pub(super) fn noises(&self, integrated_lufs: f64) -> Vec<End> {
        let sound_db = integrated_lufs - SOUND_BELOW_DB;
        let ahead = noise(self.first_db.iter().copied(), sound_db).map(|(steps, level_db)| End {
            place: "ahead of the music",
            from_s: 0.0,
            to_s: steps as f64 / 10.0,
            level_db,
        });
        let after = noise(self.last_db.iter().rev().copied(), sound_db).map(|(steps, level_db)| End {
            place: "after the music",
            from_s: (self.steps - steps) as f64 / 10.0,
            to_s: self.steps as f64 / 10.0,
            level_db,
        });
        ahead.into_iter().chain(after).collect()
    }
}

/// Steps of noise from an end inwards, and its level.
fn noise(levels_db: impl Iterator<Item = f64>, sound_db: f64) -> Option<(usize, f64)> {
    let quiet: Vec<f64> = levels_db.take_while(|level| *level < sound_db).collect();
    let steps = quiet.len().checked_sub(RINGING_STEPS).filter(|steps| *steps >= LEAST_STEPS)?;
    let noise = &quiet[..steps];
    let mean = noise.iter().sum::<f64>() / steps as f64;
    let variance = noise.iter().map(|level| (level - mean).powi(2)).sum::<f64>() / steps as f64;
    (NOISE_DB.contains(&mean) && variance <= STEADY_DB * STEADY_DB).then_some((steps, mean))
}
