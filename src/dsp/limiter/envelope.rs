//! From peaks to gain reduction: hold, stereo link, release and smoothing, for both channels.
//!
//! A peak's reduction is held until the peak has left the look-ahead and, while peaks recur within half a period of bass, up to
//! the next one ([`super::hold`]). It is then released, exponentially in decibels, and the gain smoothed by a window as long as
//! the look-ahead ([`super::ramp`]): it reaches what a peak needs just before the peak arrives (look-ahead limiting by held
//! minimum and smoothing: Hämäläinen, Smoothing of the control signal without clipped output in digital peak limiters, DAFx
//! 2002).
//!
//! Release: the reduction falls to its e-th part in the release time, on its way to none, and stops at what is held. So beside
//! a sound that decays by itself and not too fast it lags by nothing.
//!
//! Auto release: the reduction falls in half the release time, but not below what is sustained. That comes to what is
//! held within [`AUTO_RISE_S`], so that single peaks hardly count. It falls to its e-th part in twice the release time when
//! nothing passes the ceiling any more, and follows peaks that do, but have become lower, within [`AUTO_FOLLOW_S`]: the gain
//! comes back soon after a peak, together with a sound that decays, and slowly after one that was level and has stopped. With
//! H the reduction that is held and S the sustained one in decibels, R the release time:
//!
//! - while H > S: S' = (H - S) / rise
//! - else: S' = -(S - H) / 2R - min(S - H, H) / follow
//!
//! Neither depends on the sample rate.

use super::{
    hold::Hold,
    ramp::{ROUNDER, Ramp},
    wider::wider,
};
use crate::{
    dsp::{CONTROL_INTERVAL, gain_to_db},
    settings::LimiterSettings,
};

/// Hold of recurring peaks beyond the look-ahead: with it a half period of 33 Hz and above sees a constant gain.
const BASS_HOLD_S: f64 = 0.012;
/// Auto release: peaks come back in half the release time, sustained reduction in twice of it.
const AUTO_PEAK_RATIO: f64 = 0.5;
const AUTO_SUSTAINED_RATIO: f64 = 2.0;
/// Time that a reduction must last to count as sustained: longer than the stick of a drum, shorter than its sound.
pub const AUTO_RISE_S: f64 = 0.02;
/// Time in which the sustained reduction follows peaks that become lower: a few periods of bass.
pub const AUTO_FOLLOW_S: f64 = 0.01;
/// Samples around a peak for which the gain is already there: what an interpolation filter weighs most.
const GUARD: usize = 2;
/// Reductions below this end: -160 dB of the signal.
const LEAST_DB: f64 = 1e-7;
/// No reduction is greater: the loudest input through the greatest gains stays below it.
pub const MOST_DB: f64 = 400.0;
/// A row of one value for each sample of a call.
pub type Row = [f64; CONTROL_INTERVAL];

/// Gain reduction of two channels.
#[derive(Debug, Clone)]
pub struct Envelope {
    sample_rate: f64,
    link: f64,
    linking: Linking,
    release: Release,
    /// The channels, or both in the first while they are linked.
    lanes: [Lane; 2],
    /// Samples after which nothing is left in the moving averages of what went in.
    span: usize,
    least_gain: f64,
}

/// How the channels go together.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Linking {
    /// Each in its lane.
    Apart,
    /// The same goes into both lanes, which will be equal after so many samples.
    Joining(usize),
    /// Both in the first lane.
    Joined,
}

/// The shares of the past that stay at each sample.
#[derive(Debug, Clone, Copy)]
struct Release {
    auto: bool,
    peak: f64,
    sustained: f64,
    rise: f64,
    follow: f64,
}

impl Envelope {
    /// An envelope that has its gain ready `look_ahead` samples after a peak came in.
    pub fn new(sample_rate: f64, look_ahead: usize) -> Self {
        let bass_hold = (BASS_HOLD_S * sample_rate) as usize;
        let lane = Lane::new(Hold::new(sample_rate, look_ahead + 2 + GUARD, bass_hold), look_ahead);
        Self {
            sample_rate,
            link: 1.0,
            linking: Linking::Joined,
            release: Release { auto: true, peak: 0.0, sustained: 0.0, rise: 0.0, follow: 0.0 },
            span: lane.ramp.length(),
            lanes: [lane.clone(), lane],
            least_gain: 1.0,
        }
    }

    /// Forgets all peaks.
    pub fn reset(&mut self) {
        self.lanes.iter_mut().for_each(Lane::reset);
        self.linking = Linking::Joined;
        self.least_gain = 1.0;
    }

    /// Takes link and release over. Neither needs a glide: what they change is smoothed with all else.
    pub fn control(&mut self, settings: &LimiterSettings) {
        let release_s = 0.001 * f64::from(settings.release_ms);
        self.link = 0.01 * f64::from(settings.stereo_link_percent);
        let share = |time_s: f64| (-1.0 / (time_s * self.sample_rate)).exp();
        self.release = Release {
            auto: settings.auto_release,
            peak: share(if settings.auto_release { AUTO_PEAK_RATIO * release_s } else { release_s }),
            sustained: share(AUTO_SUSTAINED_RATIO * release_s),
            rise: share(AUTO_RISE_S),
            follow: share(AUTO_FOLLOW_S),
        };
        let [first, second] = &mut self.lanes;
        if self.link < 1.0 {
            if self.linking == Linking::Joined {
                second.copy_from(first);
            }
            self.linking = Linking::Apart;
        } else if self.linking == Linking::Apart {
            first.join(second);
            self.linking = Linking::Joining(self.span);
        }
    }

    /// Takes peaks as ratios to the ceiling and gives a row of gains for each channel or, when there is but one, for both. There
    /// is none when all gains are 1.
    pub fn process<'a>(&mut self, ratios: [&[f32]; 2], gains: &'a mut [Row; 2]) -> &'a [Row] {
        let length = ratios[0].len().min(ratios[1].len());
        let mut louder = [0f32; CONTROL_INTERVAL];
        let mut loudest = 0f32;
        for ((louder, left), right) in louder.iter_mut().zip(ratios[0]).zip(ratios[1]) {
            *louder = if left > right { *left } else { *right };
            loudest = if *louder > loudest { *louder } else { loudest };
        }
        let louder = &louder[..length];
        let in_use = if self.linking == Linking::Joined { 1 } else { 2 };
        let lanes = &mut self.lanes[..in_use];
        if loudest <= 1.0 && lanes.iter().all(Lane::is_idle) {
            lanes.iter_mut().for_each(|lane| lane.hold.skip(length));
            return &[];
        }
        let mut held = [[0.0; CONTROL_INTERVAL]; 2];
        let apart = self.linking == Linking::Apart;
        for ((lane, held), own) in lanes.iter_mut().zip(&mut held).zip(ratios) {
            lane.hold.process(if apart { own } else { louder }, &mut held[..length]);
        }
        if apart {
            let [left, right] = &mut held;
            for (left, right) in left.iter_mut().zip(right) {
                let both = if *left > *right { *left } else { *right };
                *left += self.link * (both - *left);
                *right += self.link * (both - *right);
            }
        }
        for ((lane, held), gains) in lanes.iter_mut().zip(&held).zip(&mut *gains) {
            lane.process(self.release, &held[..length], gains);
            self.least_gain = gains[..length].iter().fold(self.least_gain, |least, gain| lesser(*gain, least));
        }
        if let Linking::Joining(left) = &mut self.linking {
            *left = left.saturating_sub(length);
            if *left == 0 {
                self.linking = Linking::Joined;
            }
        }
        &gains[..in_use]
    }

    /// The greatest reduction since the last call, dB.
    pub fn take_reduction_db(&mut self) -> f32 {
        let least = std::mem::replace(&mut self.least_gain, 1.0);
        (-gain_to_db(least)).clamp(0.0, MOST_DB) as f32
    }
}

/// The way from peaks to gain of one channel.
#[derive(Debug, Clone)]
struct Lane {
    hold: Hold,
    /// What auto release does not fall below, dB.
    sustained_db: f64,
    reduction_db: f64,
    ramp: Ramp,
}

impl Lane {
    fn new(hold: Hold, look_ahead: usize) -> Self {
        // The window spans no more than the way from the peak's arrival to its guard.
        let ramp = Ramp::new((look_ahead + 1).saturating_sub(GUARD));
        Self { hold, sustained_db: 0.0, reduction_db: 0.0, ramp }
    }

    fn reset(&mut self) {
        self.hold.reset();
        self.sustained_db = 0.0;
        self.reduction_db = 0.0;
        self.ramp.reset();
    }

    fn is_idle(&self) -> bool {
        self.reduction_db == 0.0 && self.sustained_db == 0.0 && self.ramp.is_idle() && self.hold.is_idle()
    }

    /// Becomes the other.
    fn copy_from(&mut self, other: &Self) {
        self.hold.copy_from(&other.hold);
        self.sustained_db = other.sustained_db;
        self.reduction_db = other.reduction_db;
        self.ramp.copy_from(&other.ramp);
    }

    /// Both hold from now on what either of them did; their gains meet on a smooth path.
    fn join(&mut self, other: &mut Self) {
        self.hold.join(&mut other.hold);
        self.sustained_db = self.sustained_db.max(other.sustained_db);
        self.reduction_db = self.reduction_db.max(other.reduction_db);
        other.sustained_db = self.sustained_db;
        other.reduction_db = self.reduction_db;
    }

    /// Turns held reduction, dB, into gain.
    fn process(&mut self, release: Release, held: &[f64], gains: &mut Row) {
        let mut reductions = [0.0; CONTROL_INTERVAL];
        // A subtrahend that ends what is below the least reduction.
        let ends = (1.0 - release.peak) * LEAST_DB;
        let mut reduction = self.reduction_db;
        if release.auto {
            let (rises, falls, follows) = (1.0 - release.rise, 1.0 - release.sustained, 1.0 - release.follow);
            let sustained_ends = falls * LEAST_DB;
            let mut sustained = self.sustained_db;
            for (slot, held) in reductions.iter_mut().zip(held) {
                let above = sustained - held;
                let risen = sustained - above * rises;
                let fallen = sustained - above * falls - lesser(above, *held) * follows - sustained_ends;
                sustained = if above < 0.0 { risen } else { greater(fallen, 0.0) };
                reduction = greater(greater(*held, sustained), reduction * release.peak - ends);
                *slot = reduction;
            }
            self.sustained_db = sustained;
        } else {
            self.sustained_db = 0.0;
            for (slot, held) in reductions.iter_mut().zip(held) {
                reduction = greater(reduction * release.peak - ends, *held);
                *slot = reduction;
            }
        }
        self.reduction_db = reduction;
        to_gains(&mut reductions);
        self.ramp.process(&reductions[..held.len()], gains);
    }
}

wider! {
    /// Reductions in dB as gains.
    fn to_gains(row: &mut Row) {
        const OCTAVES_PER_DB: f64 = -std::f64::consts::LOG2_10 / 20.0;
        for value in row {
            *value = exp2(*value * OCTAVES_PER_DB);
        }
    }
}

/// The greater of two numbers (a bare comparison, one instruction; `f64::max` also sorts out NaN).
#[inline(always)]
fn greater(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}

/// The lesser of two numbers.
#[inline(always)]
fn lesser(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}

/// 2 to the power of `x` (0 or less), within 1e-11 of the value and exactly 1 at 0: the same on every machine.
#[inline(always)]
fn exp2(x: f64) -> f64 {
    let x = if x > -1000.0 { x } else { -1000.0 };
    let shifted = x + ROUNDER;
    let z = (x - (shifted - ROUNDER)) * std::f64::consts::LN_2;
    // Taylor's series of e^z for |z| <= 0.35.
    const INVERSE_FACTORIALS: [f64; 9] =
        [1.0 / 362_880.0, 1.0 / 40_320.0, 1.0 / 5_040.0, 1.0 / 720.0, 1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0];
    let series = 1.0 + z * INVERSE_FACTORIALS.iter().skip(1).fold(INVERSE_FACTORIALS[0], |sum, term| sum * z + term);
    let power = f64::from_bits((shifted.to_bits() << 52).wrapping_add(1023 << 52));
    series * power
}
