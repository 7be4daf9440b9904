//! From peaks to gain reduction: hold, stereo link, release and smoothing, for both channels.
//!
//! A peak's reduction is held until the peak has left the look-ahead and, while peaks recur within half a period of bass, up to
//! the next one ([`super::hold`]). It is then released, exponentially in decibels ([`super::release`]), and the gain smoothed by
//! a window as long as the look-ahead ([`super::ramp`]): it reaches what a peak needs just before the peak arrives (look-ahead
//! limiting by held minimum and smoothing: Hämäläinen, Smoothing of the control signal without clipped output in digital peak
//! limiters, DAFx 2002).
//!
//! The limiter has two of them, one behind the other: one goes by early estimates of the peaks, the other by what these missed
//! ([`super::assured`]).

use super::{
    assured::Assured,
    hold::Hold,
    ramp::{ROUNDER, Ramp},
    release::{Reduction, Release, Run},
    wider::wider,
};
use crate::{dsp::CONTROL_INTERVAL, settings::LimiterSettings};

/// Recurring peaks are held so long that a half period of 33 Hz and above sees a constant gain.
const BASS_HOLD_S: f64 = 0.015;
/// Samples around a peak for which the gain is already there: what an interpolation filter weighs most.
pub const GUARD: usize = 2;
/// No reduction is greater: the loudest input through the greatest gains stays below it.
pub const MOST_DB: f64 = 400.0;

/// A row of one value for each sample of a call.
pub type Row = [f64; CONTROL_INTERVAL];

/// Gain reduction of two channels.
#[derive(Debug, Clone)]
pub struct Envelope {
    link: f64,
    linking: Linking,
    release: Release,
    /// The channels, or both in the first while they are linked.
    lanes: [Lane; 2],
    /// Samples after which nothing is left in the smoothed gain of what went in.
    span: usize,
    /// Greatest gains that a stage behind may count on.
    assured: [Row; 2],
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

impl Envelope {
    /// An envelope that has its gain ready `look_ahead` samples after a peak came in. If a stage behind has its peaks `later`
    /// samples after this one, this one says what may be counted on then.
    pub fn new(sample_rate: f64, look_ahead: usize, later: Option<usize>) -> Self {
        // From a peak's arrival until the last sample around it has gone out.
        let least = look_ahead + 2 + GUARD;
        let bass = (BASS_HOLD_S * sample_rate) as usize;
        // The window spans no more than the way from the peak's arrival to its guard.
        let ramp = Ramp::new((look_ahead + 1).saturating_sub(GUARD));
        let assured = later.map(|later| {
            let chosen = [0, 1 + 2 * GUARD].map(|past| ramp.weight_of_oldest((later + 1).saturating_sub(past)));
            Assured::new(later, chosen)
        });
        let hold = Hold::new(sample_rate, least, bass.saturating_sub(least));
        let lane = Lane { hold, reduction: Reduction::default(), assured, ramp };
        Self {
            link: 1.0,
            linking: Linking::Joined,
            release: Release::new(sample_rate, later.map_or(0, |later| least - later)),
            span: lane.ramp.length(),
            lanes: [lane.clone(), lane],
            assured: [[1.0; CONTROL_INTERVAL]; 2],
        }
    }

    /// Forgets all peaks.
    pub fn reset(&mut self) {
        self.lanes.iter_mut().for_each(Lane::reset);
        self.release.reset();
        self.linking = Linking::Joined;
    }

    /// Takes link and release over. Neither needs a glide: what they change is smoothed with all else.
    pub fn control(&mut self, settings: &LimiterSettings) {
        self.link = 0.01 * f64::from(settings.stereo_link_percent);
        self.release.control(settings);
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
            lanes.iter_mut().for_each(|lane| lane.skip(length));
            self.release.pass(length);
            self.assured = [[1.0; CONTROL_INTERVAL]; 2];
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
        let mut start = 0;
        while start < length {
            let run = self.release.run(length - start);
            let samples = start..start + run.length;
            for (index, lane) in lanes.iter_mut().enumerate() {
                let ratios = if apart { ratios[index] } else { louder };
                lane.process(
                    run,
                    &ratios[samples.clone()],
                    &held[index][samples.clone()],
                    &mut gains[index][samples.clone()],
                    &mut self.assured[index][samples.clone()],
                );
            }
            start += run.length;
        }
        if in_use == 1 {
            self.assured[1] = self.assured[0];
        }
        if let Linking::Joining(left) = &mut self.linking {
            *left = left.saturating_sub(length);
            if *left == 0 {
                self.linking = Linking::Joined;
            }
        }
        &gains[..in_use]
    }

    /// The greatest gain that a channel will have in any case for the peaks that a stage behind finds now.
    pub fn assured(&self, channel: usize) -> &Row {
        &self.assured[channel]
    }
}

/// The way from peaks to gain of one channel.
#[derive(Debug, Clone)]
struct Lane {
    hold: Hold,
    reduction: Reduction,
    assured: Option<Assured>,
    ramp: Ramp,
}

impl Lane {
    fn reset(&mut self) {
        self.hold.reset();
        self.reduction = Reduction::default();
        self.assured.iter_mut().for_each(Assured::reset);
        self.ramp.reset();
    }

    fn is_idle(&self) -> bool {
        self.reduction.is_none() && self.ramp.is_idle() && self.hold.is_idle()
    }

    /// Passes samples without peaks when idle.
    fn skip(&mut self, samples: usize) {
        self.hold.skip(samples);
        self.assured.iter_mut().for_each(|assured| assured.skip(samples));
    }

    /// Becomes the other.
    fn copy_from(&mut self, other: &Self) {
        self.hold.copy_from(&other.hold);
        self.reduction = other.reduction;
        if let (Some(assured), Some(other)) = (&mut self.assured, &other.assured) {
            assured.copy_from(other);
        }
        self.ramp.copy_from(&other.ramp);
    }

    /// Both hold from now on what either of them did; their gains meet on a smooth path.
    fn join(&mut self, other: &mut Self) {
        self.hold.join(&mut other.hold);
        self.reduction = self.reduction.greater(other.reduction);
        other.reduction = self.reduction;
    }

    /// Turns a run of held reductions, dB, into gains.
    fn process(&mut self, run: Run, ratios: &[f32], held_db: &[f64], gains: &mut [f64], assured_gains: &mut [f64]) {
        let mut wanted = [0.0; CONTROL_INTERVAL];
        self.reduction.process(run, held_db, &mut wanted[..run.length]);
        to_gains(&mut wanted);
        let wanted = &wanted[..run.length];
        if let Some(assured) = &mut self.assured {
            assured.process(ratios, wanted, run.lasting, assured_gains);
        }
        self.ramp.process(wanted, gains);
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
