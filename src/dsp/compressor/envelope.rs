//! Ballistics: how fast the gain reduction follows what the static curve asks for.
//!
//! A one-pole smoother in the logarithmic domain behind the gain computer, with one coefficient up and one down: the "smooth branching"
//! detector of D. Giannoulis, M. Massberg, J. Reiss (JAES 60, 2012), formula (17), placed as they recommend. A step of the reduction wanted is
//! covered to 1 - 1/e, in dB, after exactly the attack time upwards and the release time downwards, at any sample rate.
//!
//! **Auto release** adds a second, slow envelope: it charges over [`SLOW_CHARGE`] times the release time and
//! discharges over [`SLOW_RELEASE`] times it. The reduction falls with [`FAST_RELEASE`] times the release time, but not below the slow
//! envelope. A short peak hardly charges it and is gone soon; sustained compression fills it and is let go slowly.

use super::{MAX_LANES, decibels::greater};
use crate::settings::CompressorBand;

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

/// A one-pole smoother with one coefficient up and another down. Both ways are computed before one is chosen: the
/// shortest way from one sample to the next.
#[inline(always)]
fn step(value: f64, target: f64, up: f64, down: f64) -> f64 {
    let risen = (1.0 - up) * value + up * target;
    let fallen = (1.0 - down) * value + down * target;
    if target > value { risen } else { fallen }
}

/// Smoothed gain reduction of up to [`MAX_LANES`] lanes, dB.
#[derive(Debug, Clone)]
pub struct Envelope {
    reduction_db: [f64; MAX_LANES],
    slow_db: [f64; MAX_LANES],
}

impl Envelope {
    /// No reduction.
    pub fn at_rest() -> Self {
        Self { reduction_db: [0.0; MAX_LANES], slow_db: [0.0; MAX_LANES] }
    }

    /// Back to no reduction.
    pub fn reset(&mut self) {
        *self = Self::at_rest();
    }

    /// Ends what has become inaudibly small. To be called on the control clock.
    pub fn settle(&mut self) {
        for reduction_db in self.reduction_db.iter_mut().chain(&mut self.slow_db) {
            if *reduction_db < NEGLIGIBLE_DB {
                *reduction_db = 0.0;
            }
        }
    }

    /// Replaces the reduction wanted by the smoothed one, both in dB.
    #[inline(always)]
    pub fn process<const N: usize>(&mut self, ballistics: &[Ballistics; N], lanes: &mut [[f64; N]]) {
        // Lanes side by side, so that the loop becomes vector instructions.
        let attack = ballistics.map(|times| times.attack);
        let release = ballistics.map(|times| times.release);
        let slow_charge = ballistics.map(|times| times.slow_charge);
        let slow_release = ballistics.map(|times| times.slow_release);
        let mut reduction_db: [f64; N] = std::array::from_fn(|lane| self.reduction_db[lane]);
        let mut slow_db: [f64; N] = std::array::from_fn(|lane| self.slow_db[lane]);
        // Without auto release the slow envelope stays at zero, and its cost can be saved.
        let slow_sleeps = slow_charge.iter().chain(&slow_db).all(|value| *value == 0.0);
        for row in lanes {
            if !slow_sleeps {
                for lane in 0..N {
                    let wanted_db = row[lane];
                    slow_db[lane] = step(slow_db[lane], wanted_db, slow_charge[lane], slow_release[lane]);
                    row[lane] = greater(wanted_db, slow_db[lane]);
                }
            }
            for lane in 0..N {
                reduction_db[lane] = step(reduction_db[lane], row[lane], attack[lane], release[lane]);
            }
            *row = reduction_db;
        }
        self.reduction_db[..N].copy_from_slice(&reduction_db);
        self.slow_db[..N].copy_from_slice(&slow_db);
    }
}
