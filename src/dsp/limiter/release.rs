//! How a reduction that is no longer held comes back, in decibels.
//!
//! Release: the reduction falls to its e-th part in the release time, on its way to none, and stops at what is held. So beside
//! a sound that decays by itself and not too fast it lags by nothing.
//!
//! Auto release: the reduction falls in a fifth of the release time, but not below what is sustained. That comes to what is
//! held within [`AUTO_RISE_S`]. It falls to its e-th part in twice the release time when nothing passes the ceiling any more,
//! and follows peaks that do, but have become lower, in a tenth of it: part of the gain comes back soon after a single peak, all
//! of it together with a sound that decays, and slowly after one that was level and has stopped. With H the reduction that is held
//! and S the sustained one, R the release time:
//!
//! - while H > S: S' = (H - S) / rise
//! - else: S' = -(S - H) / 2R - min(S - H, H) / (R / 10)
//!
//! Neither depends on the sample rate.

use crate::settings::LimiterSettings;

/// Auto release: peaks come back in a fifth of the release time, sustained reduction in twice of it; lower peaks are followed in
/// a tenth.
pub const AUTO_PEAK_RATIO: f64 = 0.2;
pub const AUTO_SUSTAINED_RATIO: f64 = 2.0;
pub const AUTO_FOLLOW_RATIO: f64 = 0.1;
/// Time in which a reduction counts as sustained.
pub const AUTO_RISE_S: f64 = 0.006;
/// Reductions below this end: -160 dB of the signal.
const LEAST_DB: f64 = 1e-7;

/// The shares of the past that stay at each sample.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Shares {
    auto: bool,
    peak: f64,
    sustained: f64,
    rise: f64,
    follow: f64,
    /// What is at least left after the wait of a faster release.
    lasting: f64,
}

impl Shares {
    /// Everything comes back at once.
    const AT_ONCE: Self = Self { auto: false, peak: 0.0, sustained: 0.0, rise: 0.0, follow: 0.0, lasting: 0.0 };
}

/// How reductions come back, as the settings have it.
///
/// A faster release waits for a while before it comes into effect, so that one knows for so long ahead what will be left of a
/// reduction.
#[derive(Debug, Clone)]
pub struct Release {
    sample_rate: f64,
    now: Shares,
    next: Shares,
    wanted: Shares,
    /// Samples that a faster release waits, and those until the next one takes over.
    wait: usize,
    left: usize,
}

/// What happens in a run of samples.
#[derive(Debug, Clone, Copy)]
pub struct Run {
    shares: Shares,
    /// What is at least left of a reduction after the wait.
    pub lasting: f64,
    pub length: usize,
}

impl Release {
    /// One whose changes wait for `wait` samples where they make it faster.
    pub fn new(sample_rate: f64, wait: usize) -> Self {
        let shares = Shares::AT_ONCE;
        Self { sample_rate, now: shares, next: shares, wanted: shares, wait, left: 0 }
    }

    /// Takes the next settings over at once.
    pub fn reset(&mut self) {
        *self = Self::new(self.sample_rate, self.wait);
    }

    /// Takes the settings over.
    pub fn control(&mut self, settings: &LimiterSettings) {
        let release_s = 0.001 * f64::from(settings.release_ms);
        let share = |time_s: f64| (-1.0 / (time_s * self.sample_rate)).exp();
        let peak = share(if settings.auto_release { AUTO_PEAK_RATIO * release_s } else { release_s });
        self.wanted = Shares {
            auto: settings.auto_release,
            peak,
            sustained: share(AUTO_SUSTAINED_RATIO * release_s),
            rise: share(AUTO_RISE_S),
            follow: share(AUTO_FOLLOW_RATIO * release_s),
            lasting: peak.powi(self.wait as i32),
        };
        if self.wanted.peak >= self.now.peak || self.wait == 0 {
            (self.now, self.left) = (self.wanted, 0);
        } else if self.left == 0 {
            (self.next, self.left) = (self.wanted, self.wait);
        }
    }

    /// Passes samples in which there is no reduction.
    pub fn pass(&mut self, mut samples: usize) {
        while samples > 0 {
            samples -= self.run(samples).length;
        }
    }

    /// Goes on by a run of at most `most` samples.
    pub fn run(&mut self, most: usize) -> Run {
        if self.left == 0 {
            return Run { shares: self.now, lasting: self.now.lasting, length: most };
        }
        let run = Run { shares: self.now, lasting: self.next.lasting, length: most.min(self.left) };
        self.left -= run.length;
        if self.left == 0 {
            self.now = self.next;
            if self.wanted.peak < self.now.peak {
                (self.next, self.left) = (self.wanted, self.wait);
            } else {
                self.now = self.wanted;
            }
        }
        run
    }
}

/// The reduction of one channel.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Reduction {
    reduction_db: f64,
    /// What auto release does not fall below, dB.
    sustained_db: f64,
}

impl Reduction {
    /// Whether there is none.
    pub fn is_none(self) -> bool {
        self.reduction_db == 0.0 && self.sustained_db == 0.0
    }

    /// The greater of two in all.
    pub fn greater(self, other: Self) -> Self {
        Self {
            reduction_db: self.reduction_db.max(other.reduction_db),
            sustained_db: self.sustained_db.max(other.sustained_db),
        }
    }

    /// Gives for each sample of a run the reduction, dB, that is at least the held one.
    pub fn process(&mut self, run: Run, held_db: &[f64], reductions_db: &mut [f64]) {
        let shares = run.shares;
        // A subtrahend that ends what is below the least reduction.
        let ends = (1.0 - shares.peak) * LEAST_DB;
        let mut reduction = self.reduction_db;
        if shares.auto {
            let (rises, falls, follows) = (1.0 - shares.rise, 1.0 - shares.sustained, 1.0 - shares.follow);
            let sustained_ends = falls * LEAST_DB;
            let mut sustained = self.sustained_db;
            for (slot, held) in reductions_db.iter_mut().zip(held_db) {
                let above = sustained - held;
                let risen = sustained - above * rises;
                let fallen = sustained - above * falls - lesser(above, *held) * follows - sustained_ends;
                sustained = if above < 0.0 { risen } else { greater(fallen, 0.0) };
                reduction = greater(greater(*held, sustained), reduction * shares.peak - ends);
                *slot = reduction;
            }
            self.sustained_db = sustained;
        } else {
            self.sustained_db = 0.0;
            for (slot, held) in reductions_db.iter_mut().zip(held_db) {
                reduction = greater(reduction * shares.peak - ends, *held);
                *slot = reduction;
            }
        }
        self.reduction_db = reduction;
    }
}

/// The greater of two numbers (a bare comparison, one instruction; `f64::max` also sorts out NaN).
#[inline(always)]
pub fn greater(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}

/// The lesser of two numbers.
#[inline(always)]
pub fn lesser(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}
