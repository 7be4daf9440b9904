//! Ballistics: how fast the gain reduction follows what the static curve asks for.
//!
//! A one-pole smoother in the logarithmic domain behind the gain computer, with one coefficient up and one down: the "smooth branching"
//! detector of D. Giannoulis, M. Massberg, J. Reiss (JAES 60, 2012), formula (17), placed as they recommend:
//! y = α·y + (1 - α)·x with α = exp(-1/(τ·rate)) and τ the attack time while x > y, the release time otherwise. A step of the
//! reduction wanted is covered to 1 - 1/e, in dB, after exactly the attack time upwards and the release time downwards, at any
//! sample rate. What the detector ahead adds: with peak nothing to the attack and a hold of 5 to 6 ms to the release; with RMS, for
//! a step of 24 dB about the threshold, 3 to 4 ms to the attack and 7 ms to the release.
//!
//! **Auto release** adds a second, slow envelope of what the static curve asks for, which charges over [`SLOW_CHARGE`] times the release
//! time (or the attack time, if that is longer) and discharges over [`SLOW_RELEASE`] times it. The greater of what is asked for
//! and the slow envelope is smoothed with the attack time and [`FAST_RELEASE`] times the release time, so that the reduction does not
//! fall below the slow envelope. A short peak hardly charges it and is gone soon; sustained compression fills it and is let go
//! slowly: what plays on under drums is modulated less than a fast release alone would, and a click leaves no hole
//! as a slow one alone would.

use super::decibels::db_to_gain;
use crate::{
    dsp::quad::{LANES, Quad, ScalarQuad},
    settings::CompressorBand,
};

/// With auto release: the short release time, as a multiple of the one that is set.
pub const FAST_RELEASE: f64 = 0.5;
/// With auto release: the long release time, as a multiple of the one that is set.
pub const SLOW_RELEASE: f64 = 5.0;
/// With auto release: the time in which sustained reduction becomes slow, as a multiple of the release time.
pub const SLOW_CHARGE: f64 = 2.0;

/// Reduction below this is none, so that a compressor at rest is exactly at rest.
const NEGLIGIBLE_DB: f64 = 1e-9;

/// Smoothing coefficients of one lane.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ballistics {
    attack: f64,
    release: f64,
    slow_charge: f64,
    slow_release: f64,
}

impl Ballistics {
    /// Coefficients for the times of a band.
    pub fn new(band: &CompressorBand, sample_rate: f64) -> Self {
        // A one-pole with coefficient 1 - exp(-1/(τ·rate)) covers 1 - 1/e of a step in τ.
        let coefficient = |ms: f64| -(-1000.0 / (ms.max(0.01) * sample_rate)).exp_m1();
        let (attack_ms, release_ms) = (f64::from(band.attack_ms), f64::from(band.release_ms));
        if band.auto_release {
            Self {
                attack: coefficient(attack_ms),
                release: coefficient(FAST_RELEASE * release_ms),
                // The slow envelope never overtakes the other one on the way up.
                slow_charge: coefficient((SLOW_CHARGE * release_ms).max(attack_ms)),
                slow_release: coefficient(SLOW_RELEASE * release_ms),
            }
        } else {
            let release = coefficient(release_ms);
            // What the slow envelope may still hold leaves as all else does.
            Self { attack: coefficient(attack_ms), release, slow_charge: 0.0, slow_release: release }
        }
    }
}

/// A coefficient of each band side by side.
#[inline(always)]
fn gather<Q: Quad>(bands: &[Ballistics; LANES], value: impl Fn(&Ballistics) -> f64) -> Q {
    Q::load(ScalarQuad(bands.each_ref().map(value)))
}

/// A one-pole smoother with one coefficient up and another down. Both ways are computed before one is chosen: the
/// shortest way from one sample to the next.
#[inline(always)]
fn step<Q: Quad>(value: Q, target: Q, [up, stay_up]: [Q; 2], [down, stay_down]: [Q; 2]) -> Q {
    let risen = stay_up * value + up * target;
    let fallen = stay_down * value + down * target;
    target.if_greater(value, risen, fallen)
}

/// Smoothed gain reduction of each band of one channel, dB.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Envelope {
    reduction_db: ScalarQuad,
    slow_db: ScalarQuad,
}

impl Envelope {
    /// No reduction.
    pub const AT_REST: Self = Self { reduction_db: ScalarQuad::ZERO, slow_db: ScalarQuad::ZERO };

    /// Ends what has become inaudibly small. To be called on the control clock.
    pub fn settle(&mut self) {
        let audible = |db: f64| if db < NEGLIGIBLE_DB { 0.0 } else { db };
        self.reduction_db = self.reduction_db.map(audible);
        self.slow_db = self.slow_db.map(audible);
    }

    /// Whether nobody could tell it from another.
    pub fn is_like(&self, other: &Self) -> bool {
        let near = |a: ScalarQuad, b: ScalarQuad| a.0.iter().zip(b.0).all(|(a, b)| (a - b).abs() < NEGLIGIBLE_DB);
        near(self.reduction_db, other.reduction_db) && near(self.slow_db, other.slow_db)
    }

    /// Replaces the reduction wanted, in dB, by the gain of the smoothed one, and gives the greatest reduction, in dB.
    ///
    /// Both in one loop: the smoother waits for its own last sample, and the gain is computed meanwhile.
    #[inline(always)]
    pub fn process<Q: Quad>(&mut self, ballistics: &[Ballistics; LANES], rows: &mut [ScalarQuad]) -> Q {
        // What follows and what stays, in sum 1.
        let pair = |value: fn(&Ballistics) -> f64| {
            [gather::<Q>(ballistics, value), gather::<Q>(ballistics, |times| 1.0 - value(times))]
        };
        let (attack, release) = (pair(|times| times.attack), pair(|times| times.release));
        let zero = Q::splat(0.0);
        let mut reduction_db = Q::load(self.reduction_db);
        let mut greatest_db = reduction_db;
        // Without auto release the slow envelope stays at zero, and its cost can be saved.
        let slow_sleeps = self.slow_db == ScalarQuad::ZERO && ballistics.iter().all(|times| times.slow_charge == 0.0);
        if slow_sleeps {
            for row in rows {
                reduction_db = step(reduction_db, Q::load(*row), attack, release);
                greatest_db = reduction_db.greater(greatest_db);
                *row = db_to_gain(zero - reduction_db).store();
            }
        } else {
            let (charge, discharge) = (pair(|times| times.slow_charge), pair(|times| times.slow_release));
            let mut slow_db = Q::load(self.slow_db);
            for row in rows {
                let wanted_db = Q::load(*row);
                slow_db = step(slow_db, wanted_db, charge, discharge);
                reduction_db = step(reduction_db, wanted_db.greater(slow_db), attack, release);
                greatest_db = reduction_db.greater(greatest_db);
                *row = db_to_gain(zero - reduction_db).store();
            }
            self.slow_db = slow_db.store();
        }
        self.reduction_db = reduction_db.store();
        greatest_db
    }
}
