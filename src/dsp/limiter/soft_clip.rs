//! The soft clip: bends what passes a threshold below the ceiling towards the ceiling, without memory.
//!
//! The curve is x up to the threshold and then `t + w d / sqrt(w² + d²)`, with d = x - t and w the way from threshold to
//! ceiling: value, slope and curvature have no step, so its harmonics fall fast. It is worked out at eight times the sample
//! rate (four times above 50 kHz, twice above 100 kHz), and only the difference to the straight signal is filtered back and
//! added, so that the signal itself passes bit-exactly wherever nothing bends. The last filter stops at half the sample rate,
//! where what would be folded back begins, and lets the difference pass up to a third of the rate. What is folded back lies
//! below -80 dB at every frequency for tones up to 11 kHz, 3 dB beyond the ceiling, and up to 15 kHz, 1.6 dB beyond it (at
//! 48 kHz, bending from 3 dB below the ceiling); louder and higher tones, which programme does not have, fold back more.
//!
//! The delay is [`SoftClip::delay`], on or off. Where the signal can be shown to stay below the threshold ([`super::bound`]),
//! no filter runs.

use super::{
    bound::{Bound, Extent},
    half_band::{
        History, LATER_DELAY, LATER_REACH, LEAD, PAST, ROW, Row, Shape, between, later_taps, points_between, symmetric,
    },
    wider::wider,
};
use crate::{
    dsp::{CONTROL_INTERVAL, db_to_gain, delay::DelayLine, glide::Glide},
    settings::LimiterSettings,
};
use std::f64::consts::PI;

/// Time to switch the stage and to move its threshold.
const GLIDE_S: f64 = 0.02;
/// Samples on each side in the filter to twice the rate, and the end of its pass band.
const UP_REACH: usize = 16;
const UP_EDGE: f64 = 0.85;
/// Samples on each side in the filter back from twice the rate, and the shape of its window (Kaiser): 85 dB.
const DOWN_REACH: usize = 16;
const DOWN_BETA: f64 = 8.4;
/// Longest time that either may look ahead; they are shorter at low rates.
const LONGEST_REACH_S: f64 = 0.0005;
/// Samples that each of the filters between twice and eight times the rate weighs ahead on the way down.
const FOLD_DELAY: usize = 2;
/// The narrowest bend: a soft clip of 0 dB is a hard one.
const NARROWEST: f64 = 1e-6;

/// The soft clip of both channels.
#[derive(Debug, Clone)]
pub struct SoftClip {
    channels: [Channel; 2],
    filters: Filters,
    delay: usize,
    /// Share of the difference that is added: 0 when off.
    amount: Glide,
    /// Whether there is anything to add in this segment.
    works: bool,
    threshold: Glide,
    ceiling: Glide,
    /// The curve of the last call.
    curve: Curve,
}

/// The filters, which both channels share.
#[derive(Debug, Clone)]
struct Filters {
    up: Vec<f32>,
    /// Between twice and eight times the rate.
    later: Vec<[f32; LATER_REACH]>,
    /// Taps for the samples at the lower rate, the middle one halved, and for those between.
    down_even: Vec<f32>,
    down_odd: Vec<f32>,
    bound: Bound,
}

#[derive(Debug, Clone)]
struct Channel {
    line: DelayLine,
    input: History,
    /// Points midway between samples.
    midway: History,
    /// Whether the last [`PAST`] of them have been computed.
    ready: bool,
    /// What the curve adds, at the samples and at each eighth of the way to the next; with less points for a sample some are
    /// not in use.
    eighths: [History; 8],
    quarters: [History; 4],
    halves: [History; 2],
    /// Samples since it last added anything.
    quiet: usize,
}

impl SoftClip {
    /// A soft clip at `sample_rate` Hz.
    pub fn new(sample_rate: f64) -> Self {
        let longest = ((LONGEST_REACH_S * sample_rate) as usize).max(2);
        let (up_reach, down_reach) = (UP_REACH.min(longest), DOWN_REACH.min(longest));
        let up = Shape { reach: up_reach, edge: UP_EDGE }.taps();
        let later = later_taps(sample_rate);
        let later_stages: Vec<&[f32]> = later.iter().map(|taps| taps.as_slice()).collect();
        let bound = Bound::new(&[&[up.as_slice()], later_stages.as_slice()].concat());
        let (down_even, down_odd) = down_taps(down_reach);
        let delay = up_reach + LATER_DELAY + FOLD_DELAY * later.len() + down_reach;
        let channel = Channel {
            line: DelayLine::new(delay),
            input: History::new(2 * up_reach - 1 + PAST, CONTROL_INTERVAL),
            midway: History::new(PAST, CONTROL_INTERVAL),
            ready: true,
            eighths: std::array::from_fn(|_| History::new(PAST, CONTROL_INTERVAL)),
            quarters: std::array::from_fn(|_| History::new(PAST, CONTROL_INTERVAL)),
            halves: std::array::from_fn(|_| History::new(2 * down_reach, CONTROL_INTERVAL)),
            quiet: 0,
        };
        Self {
            channels: [channel.clone(), channel],
            filters: Filters { up, later, down_even, down_odd, bound },
            delay,
            amount: Glide::new(GLIDE_S, sample_rate),
            works: false,
            threshold: Glide::new(GLIDE_S, sample_rate),
            ceiling: Glide::new(GLIDE_S, sample_rate),
            curve: Curve::default(),
        }
    }

    /// Delay in samples, whether the stage is on or off.
    pub fn delay(&self) -> usize {
        self.delay
    }

    /// Forgets the past.
    pub fn reset(&mut self) {
        for channel in &mut self.channels {
            channel.line.reset();
        }
        self.forget_filters();
        self.amount.reset();
        self.works = false;
        self.threshold.reset();
        self.ceiling.reset();
    }

    fn forget_filters(&mut self) {
        for channel in &mut self.channels {
            channel.input.reset();
            channel.midway.reset();
            channel.ready = true;
            channel.eighths.iter_mut().chain(&mut channel.quarters).chain(&mut channel.halves).for_each(History::reset);
            channel.quiet = 0;
        }
    }

    /// Takes the settings over, gliding; `ceiling_db` is what the limiter holds peaks under, dB.
    pub fn aim(&mut self, settings: &LimiterSettings, ceiling_db: f64) {
        self.amount.aim(f64::from(u8::from(settings.soft_clip_on)));
        self.ceiling.aim(db_to_gain(ceiling_db));
        self.threshold.aim(db_to_gain(ceiling_db - f64::from(settings.soft_clip_db)));
    }

    /// Begins a segment.
    pub fn control(&mut self) {
        let works = !(self.amount.is_still() && self.amount.target() == 0.0);
        if works && !self.works {
            self.forget_filters();
        }
        self.works = works;
    }

    /// Works in place on at most [`CONTROL_INTERVAL`] samples.
    pub fn process(&mut self, left: &mut [f64], right: &mut [f64]) {
        if !self.works {
            self.channels[0].line.process(left);
            self.channels[1].line.process(right);
            return;
        }
        let curve = &mut self.curve;
        let mut lowest = f32::INFINITY;
        for index in 0..left.len() {
            let threshold = self.threshold.next_sample();
            let width = (self.ceiling.next_sample() - threshold).max(NARROWEST);
            curve.threshold[index] = threshold as f32;
            curve.width[index] = width as f32;
            curve.amount[index] = self.amount.next_sample() as f32;
            lowest = lowest.min(curve.threshold[index]);
        }
        for (channel, samples) in self.channels.iter_mut().zip([left, right]) {
            let mut differences = [0f32; CONTROL_INTERVAL];
            let any = channel.differences(&self.filters, &self.curve, lowest, samples, &mut differences);
            channel.line.process(samples);
            if any {
                for (sample, difference) in samples.iter_mut().zip(&differences) {
                    // Nothing added leaves even the sign of a zero.
                    *sample = if *difference == 0.0 { *sample } else { *sample + f64::from(*difference) };
                }
            }
        }
    }

    /// What the curve makes of peaks, one for each sample of the last call. The filter back to the sample rate can raise them a
    /// little above that.
    pub fn bend_peaks(&self, peaks: &mut [f32]) {
        if !self.works {
            return;
        }
        let Curve { threshold, width, amount } = &self.curve;
        for (((peak, threshold), width), amount) in peaks.iter_mut().zip(threshold).zip(width).zip(amount) {
            *peak += amount * beyond_the_straight(*peak - threshold, *width);
        }
    }
}

/// What the curve adds, 0 or less, to a level that is `over` the threshold.
#[inline(always)]
fn beyond_the_straight(over: f32, width: f32) -> f32 {
    let beyond = if over > 0.0 { over } else { 0.0 };
    beyond * (width / (width * width + beyond * beyond).sqrt()) - beyond
}

/// One value for each sample of a call.
type Piece = [f32; CONTROL_INTERVAL];

/// The curve at each sample.
#[derive(Debug, Clone, Copy, Default)]
struct Curve {
    threshold: Piece,
    width: Piece,
    amount: Piece,
}

wider! {
    /// What the curve adds to points of each sample.
    fn bend(curve: &Curve, points: &Row, added: &mut Piece) {
        for lane in 0..CONTROL_INTERVAL {
            let (point, width) = (points[LEAD + lane], curve.width[lane]);
            let bent = beyond_the_straight(point.abs() - curve.threshold[lane], width);
            added[lane] = (curve.amount[lane] * bent).copysign(-point);
        }
    }
}

impl Channel {
    /// What the curve adds to each sample, or `false` when that is nothing. Nothing bends below `lowest`.
    fn differences(
        &mut self,
        filters: &Filters,
        curve: &Curve,
        lowest: f32,
        samples: &[f64],
        differences: &mut Piece,
    ) -> bool {
        let length = samples.len();
        let mut single = [0f32; CONTROL_INTERVAL];
        for (single, sample) in single.iter_mut().zip(samples) {
            *single = *sample as f32;
        }
        let reach = filters.up.len();
        let input = self.input.take(&single[..length]);
        let midway = self.midway.advance(length);
        let newest = PAST + reach - 1;
        let all = &input[..2 * reach - 1 + PAST + length];
        if filters.bound.of(Extent::of(&all[newest - PAST..=newest + length], all)) <= lowest {
            self.ready = false;
            self.quiet = self.quiet.saturating_add(length);
            if self.quiet > 2 * PAST + 2 * filters.down_even.len() + CONTROL_INTERVAL {
                return false;
            }
            self.come_down(filters, &[[0.0; CONTROL_INTERVAL]; 8], length, differences);
            return true;
        }
        self.quiet = 0;
        if self.ready {
            between(&filters.up, &input[PAST..], &mut midway[PAST..PAST + length]);
        } else {
            between(&filters.up, input, &mut midway[..PAST + length]);
            self.ready = true;
        }
        let (even, odd) = (row(input, newest - LATER_DELAY), row(midway, PAST - LATER_DELAY));
        let mut added = [[0f32; CONTROL_INTERVAL]; 8];
        let mut bend_all = |points: &[&Row]| {
            for (points, added) in points.iter().zip(&mut added) {
                bend(curve, points, added);
            }
        };
        match filters.later.as_slice() {
            [] => bend_all(&[even, odd]),
            [quarter] => {
                let [first, third] = &points_between(&[even, odd], quarter);
                bend_all(&[even, first, odd, third]);
            }
            [quarter, eighth, ..] => {
                let [first, third] = &points_between(&[even, odd], quarter);
                let [a, b, c, d] = &points_between(&[even, first, odd, third], eighth);
                bend_all(&[even, a, first, b, odd, c, third, d]);
            }
        }
        self.come_down(filters, &added, length, differences);
        true
    }

    /// Filters the points' differences back to the sample rate.
    fn come_down(&mut self, filters: &Filters, added: &[Piece; 8], length: usize, output: &mut Piece) {
        let mut halves = [added[0], added[1]];
        match filters.later.as_slice() {
            [] => {}
            [quarter] => {
                let [a, b, c, d, ..] = *added;
                halves = fold(&mut self.quarters, &[a, b, c, d], quarter, length);
            }
            [quarter, eighth, ..] => {
                let quarters: [Piece; 4] = fold(&mut self.eighths, added, eighth, length);
                halves = fold(&mut self.quarters, &quarters, quarter, length);
            }
        }
        let output = &mut output[..length];
        let mut odd_part = [0f32; CONTROL_INTERVAL];
        let span = 2 * (filters.down_even.len() - 1);
        symmetric(&filters.down_even, span, self.halves[0].take(&halves[0][..length]), output);
        between(&filters.down_odd, self.halves[1].take(&halves[1][..length]), &mut odd_part[..length]);
        for (output, odd) in output.iter_mut().zip(&odd_part) {
            *output += odd;
        }
    }
}

/// Halves the rate of points: `N` rows of them become half as many, [`FOLD_DELAY`] samples late.
fn fold<const N: usize, const M: usize>(
    histories: &mut [History; N],
    points: &[Piece; N],
    taps: &[f32; LATER_REACH],
    length: usize,
) -> [Piece; M] {
    for (history, points) in histories.iter_mut().zip(points) {
        history.take(&points[..length]);
    }
    let rows = histories.each_ref().map(|history| row(history.last(length), PAST - FOLD_DELAY));
    // What lies between two points of odd number is a point of even number, the last one that of the next sample.
    let odd: [&Row; M] = std::array::from_fn(|index| rows[2 * index + 1]);
    let between = points_between(&odd, taps);
    std::array::from_fn(|index| {
        let (even, between) = (rows[2 * index], &between[(index + M - 1) % M]);
        let from = LEAD - usize::from(index == 0);
        std::array::from_fn(|lane| 0.5 * (even[LEAD + lane] + between[from + lane]))
    })
}

/// The row whose first asked point is at `index`.
#[inline(always)]
fn row(samples: &[f32], index: usize) -> &Row {
    const SILENCE: Row = [0.0; ROW];
    samples[index - LEAD..].first_chunk::<ROW>().unwrap_or(&SILENCE)
}

/// Taps of the filter from twice the rate to the rate itself, `reach` samples of the latter on each side: those at the samples,
/// the outermost first and the middle one halved, and those midway.
fn down_taps(reach: usize) -> (Vec<f32>, Vec<f32>) {
    let half = 2 * reach;
    // The window's way from pass to stop (Kaiser, 1974) ends at half the sample rate, a quarter of the one it works at.
    let attenuation_db = DOWN_BETA / 0.1102 + 8.7;
    let transition = (attenuation_db - 8.0) / (2.285 * 2.0 * half as f64);
    let cutoff = (0.5 * PI - 0.5 * transition).max(0.1 * PI);
    let tap = |distance: usize| {
        let angle = cutoff * distance as f64;
        let sinc = if distance == 0 { 1.0 } else { angle.sin() / angle };
        let inside = 1.0 - (distance as f64 / (half + 1) as f64).powi(2);
        sinc * bessel(DOWN_BETA * inside.sqrt())
    };
    let sum = tap(0) + 2.0 * (1..=half).map(tap).sum::<f64>();
    let taps: Vec<f32> = (0..=half).rev().map(|distance| (tap(distance) / sum) as f32).collect();
    let mut even: Vec<f32> = taps.iter().step_by(2).copied().collect();
    if let Some(middle) = even.last_mut() {
        *middle *= 0.5;
    }
    (even, taps.iter().skip(1).step_by(2).copied().collect())
}

/// The modified Bessel function of order 0.
fn bessel(x: f64) -> f64 {
    let mut term = 1.0;
    (1..50).fold(1.0, |sum, order| {
        term *= (0.5 * x / f64::from(order)).powi(2);
        sum + term
    })
}
