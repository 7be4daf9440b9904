//! Rumble under the lowest note: low-frequency energy that does not go with the music.
//!
//! Notes and drums come and go, and what they hold below goes with them; a motor, wind or a turntable goes on. So in each window of
//! the spectrum (0.7 s) the level of narrow strips below 38 Hz is held against that of the bass: a strip that stands still while the
//! bass moves, and moves on its own, is rumble. Where the bass itself stands still there is no telling, and nothing is said.

use super::band::Band;
use super::correlation::Correlation;
use super::histogram::Histogram;
use super::level_db;
use super::measurement::{FLOOR_DB, Rumble};
use super::sightings::Sightings;

/// The strips: from here on, so wide, so many, Hz.
const FROM_HZ: f64 = 14.0;
const STRIP_HZ: f64 = 6.0;
const STRIPS: usize = 4;
/// Where the notes of a bass have their weight, Hz.
const BASS_HZ: (f64, f64) = (45.0, 150.0);
/// Windows this far under the loudest so far say nothing, dB.
const GATE_DB: f64 = 40.0;
/// Windows that must be heard.
const LEAST_WINDOWS: u32 = 40;
/// Rumble goes with the bass by less than this (correlation of levels).
pub const LEAST_CORRELATION: f64 = 0.35;
/// Rumble stands still: from the 10th to the 90th percentile its level moves by no more than this, dB. Noise of six hertz has 7.
const STEADY_DB: f64 = 9.0;
/// The bass must move by this for its stillness to tell anything, dB.
const MOVING_DB: f64 = 8.0;
/// Rumble further than this under the bass, or under this level, costs nothing: dB, dBFS.
const AUDIBLE_DB: f64 = 30.0;
const LEAST_DBFS: f64 = -60.0;
/// It goes on in some seconds whose mean power is no further under its own than this (-6 dB).
const GOES_ON: f64 = 0.25;

/// Levels of a strip or of the bass.
#[derive(Debug, Clone)]
struct BandLevels {
    band: Band,
    power: f64,
    levels: Histogram,
    with_bass: Correlation,
}

impl BandLevels {
    fn new(low_hz: f64, high_hz: f64, bin_hz: f64, bins: usize) -> Self {
        let levels = Histogram::new(FLOOR_DB, 20.0, 0.25);
        Self { band: Band::new(low_hz, high_hz, bin_hz, bins), power: 0.0, levels, with_bass: Correlation::default() }
    }

    fn add(&mut self, power: f64, bass_db: f64) {
        let level_db = level_db(power);
        self.power += power;
        self.levels.add(level_db);
        self.with_bass.add(level_db, bass_db);
    }

    /// From the 10th to the 90th percentile, dB.
    fn movement_db(&self) -> f64 {
        self.levels.quantiles_from(FLOOR_DB, [0.1, 0.9]).map_or(0.0, |[low, high]| high - low)
    }
}

/// Listens for rumble in the windows of the spectrum.
pub(super) struct RumbleMeter {
    strips: Vec<BandLevels>,
    bass: BandLevels,
    windows: u32,
    loudest_power: f64,
    /// When there is how much power in each strip.
    sightings: Sightings,
}

impl RumbleMeter {
    /// For spectra of `bins` bins that are `bin_hz` apart.
    pub(super) fn new(bin_hz: f64, bins: usize) -> Self {
        let strip = |index: usize| {
            let low_hz = FROM_HZ + index as f64 * STRIP_HZ;
            BandLevels::new(low_hz, low_hz + STRIP_HZ, bin_hz, bins)
        };
        Self {
            strips: (0..STRIPS).map(strip).collect(),
            bass: BandLevels::new(BASS_HZ.0, BASS_HZ.1, bin_hz, bins),
            windows: 0,
            loudest_power: 0.0,
            sightings: Sightings::new(0.5 / bin_hz, STRIPS),
        }
    }

    /// Looks at one window: the power of each bin in mid, and of all together.
    pub(super) fn add(&mut self, mid: &[f32], power: f64) {
        self.loudest_power = self.loudest_power.max(power);
        let counts = power > self.loudest_power * 10f64.powf(-GATE_DB / 10.0);
        self.sightings.look(counts);
        if !counts {
            return;
        }
        self.windows += 1;
        let bass_power = self.bass.band.sum(mid);
        let bass_db = level_db(bass_power);
        self.bass.add(bass_power, bass_db);
        for (index, strip) in self.strips.iter_mut().enumerate() {
            let power = strip.band.sum(mid);
            strip.add(power, bass_db);
            self.sightings.see(index, power);
        }
    }

    /// The rumble found so far.
    pub(super) fn rumble(&self) -> Option<Rumble> {
        let bass_movement_db = self.bass.movement_db();
        if self.windows < LEAST_WINDOWS || bass_movement_db < MOVING_DB {
            return None;
        }
        let is_rumble =
            |strip: &&BandLevels| strip.movement_db() <= STEADY_DB && strip.with_bass.coefficient() < LEAST_CORRELATION;
        let rumbling: Vec<&BandLevels> = self.strips.iter().take_while(is_rumble).collect();
        let power: f64 = rumbling.iter().map(|strip| strip.power).sum();
        let (index, loudest) = rumbling.iter().enumerate().max_by(|a, b| a.1.power.total_cmp(&b.1.power))?;
        let windows = f64::from(self.windows);
        let rumble_db = level_db(power / windows);
        let harmless_db = (level_db(self.bass.power / windows) - AUDIBLE_DB).max(LEAST_DBFS);
        (rumble_db >= harmless_db).then(|| Rumble {
            below_hz: FROM_HZ + rumbling.len() as f64 * STRIP_HZ,
            level_db: rumble_db,
            harmless_db,
            time: self.sightings.stretch(index, GOES_ON * loudest.power / windows),
            movement_db: loudest.movement_db(),
            bass_movement_db,
            correlation: loudest.with_bass.coefficient(),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::analysis::{
        Measurement,
        testing::{analyse, drums, noise, sine},
    };

    const RATE_HZ: u32 = 8000;
    const SECONDS: f64 = 40.0;

    /// Drums that play for two seconds and rest for two, under a steady chord.
    fn music() -> Vec<f32> {
        let (drums, chord) = (drums(120.0, RATE_HZ, SECONDS), sine(330.0, 0.1, RATE_HZ, SECONDS));
        let plays = |n: usize| if (n / (2 * RATE_HZ as usize)).is_multiple_of(2) { 1.0 } else { 0.05 };
        (0..drums.len()).map(|n| plays(n) * drums[n] + chord[n]).collect()
    }

    fn measured(added: &[f32]) -> Measurement {
        let song: Vec<f32> = music().iter().zip(added).map(|(song, added)| song + added).collect();
        analyse(RATE_HZ, &song, &song)
    }

    /// Noise that falls by 12 dB an octave from 15 Hz on, no quieter than the drums.
    fn motor() -> Vec<f32> {
        let share = (std::f64::consts::TAU * 15.0 / f64::from(RATE_HZ)) as f32;
        let (mut one, mut two) = (0.0, 0.0);
        let filter = |sample: f32| {
            one += share * (sample - one);
            two += share * (one - two);
            6.0 * two
        };
        noise(3, RATE_HZ, SECONDS).into_iter().map(filter).collect()
    }

    #[test]
    fn a_motor_under_drums_that_rest_is_rumble() {
        let found = measured(&motor()).rumble.expect("rumble");
        assert!((20.0..=38.0).contains(&found.below_hz), "{found:?}");
        assert!(found.correlation < 0.35 && found.movement_db < 9.0 && found.bass_movement_db > 8.0, "{found:?}");
        // What lies between 14 Hz and there is part of the motor, and not a small one.
        let power = motor().iter().map(|sample| f64::from(*sample).powi(2)).sum::<f64>() / motor().len() as f64;
        assert!((-9.0..0.0).contains(&(found.level_db - 10.0 * power.log10())), "{found:?}");
        let time = found.time.expect("a time");
        assert!(time.from_s == 0.0 && time.to_s > SECONDS - 1.0, "{time:?}");
    }

    #[test]
    fn low_notes_and_clean_music_have_none() {
        assert_eq!(measured(&vec![0.0; music().len()]).rumble, None);
        // A low D that plays with the drums.
        let note = sine(36.7, 0.2, RATE_HZ, SECONDS);
        let plays = |n: usize| if (n / (2 * RATE_HZ as usize)).is_multiple_of(2) { 1.0 } else { 0.02 };
        let line: Vec<f32> = (0..note.len()).map(|n| plays(n) * note[n]).collect();
        assert_eq!(measured(&line).rumble, None);
        // Where the bass stands still too there is no telling.
        let still = sine(60.0, 0.3, RATE_HZ, SECONDS);
        let song: Vec<f32> = motor().iter().zip(&still).map(|(motor, bass)| motor + bass).collect();
        assert_eq!(analyse(RATE_HZ, &song, &song).rumble, None);
    }
}
