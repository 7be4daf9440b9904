//! The soft clip: bends what passes a threshold below the ceiling towards the ceiling, without memory.
//!
//! The curve is x up to the threshold and then `t + w d / sqrt(w² + d²)`, with d = x - t and w the way from threshold to
//! ceiling: value, slope and curvature have no step, so its harmonics fall fast. It is worked out at four times the sample rate
//! (twice above 100 kHz), and only the difference to the straight signal is filtered back and added, so that the signal
//! itself passes bit-exactly wherever nothing bends. The last filter stops at half the sample rate, where what would be folded
//! back begins, and lets the difference pass up to a third of the rate. The delay is [`SoftClip::delay`], on or off. Where the
//! signal can be shown to stay below the threshold ([`super::bound`]), no filter runs.

use super::{
    bound::{Bound, Extent},
    half_band::{History, LATER_REACH, LEAD, PAST, ROW, Row, Shape, between, points_between, symmetric},
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
const UP_REACH: usize = 12;
const UP_EDGE: f64 = 0.9;
/// Samples on each side in the filter back from twice the rate, and the shape of its window (Kaiser): 85 dB.
const DOWN_REACH: usize = 16;
const DOWN_BETA: f64 = 8.4;
/// Longest time that either may look ahead; they are shorter at low rates.
const LONGEST_REACH_S: f64 = 0.0005;
const LATER_EDGE: f64 = 0.5;
/// Samples that the filters to and from four times the rate look ahead.
const LATER_DELAY: usize = 2;
/// Above this sample rate twice the rate is enough.
const FOURFOLD_UP_TO_HZ: f64 = 100_000.0;
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
}

/// The filters, which both channels share.
#[derive(Debug, Clone)]
struct Filters {
    up: Vec<f32>,
    /// Between twice and four times the rate.
    later: Option<[f32; LATER_REACH]>,
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
    /// What the curve adds, at the samples and at each quarter of the way to the next.
    differences: [History; 4],
    /// The same at twice the rate: at the samples and midway.
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
        let later = (sample_rate <= FOURFOLD_UP_TO_HZ).then(|| Shape::later_taps(LATER_EDGE));
        let bound = match &later {
            Some(later) => Bound::new(&[&up, later]),
            None => Bound::new(&[&up]),
        };
        let (down_even, down_odd) = down_taps(down_reach);
        let delay = up_reach + down_reach + if later.is_some() { 2 * LATER_DELAY } else { 0 };
        let channel = Channel {
            line: DelayLine::new(delay),
            input: History::new(2 * up_reach - 1 + PAST, CONTROL_INTERVAL),
            midway: History::new(PAST, CONTROL_INTERVAL),
            ready: true,
            differences: std::array::from_fn(|_| History::new(PAST, CONTROL_INTERVAL)),
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
            channel.differences.iter_mut().chain(&mut channel.halves).for_each(History::reset);
            channel.quiet = 0;
        }
    }

    /// Takes the settings over, gliding.
    pub fn aim(&mut self, settings: &LimiterSettings) {
        self.amount.aim(f64::from(u8::from(settings.soft_clip_on)));
        let ceiling_db = f64::from(settings.ceiling_dbtp);
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
        let mut curve = Curve::default();
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
            let any = channel.differences(&self.filters, &curve, lowest, samples, &mut differences);
            channel.line.process(samples);
            if any {
                for (sample, difference) in samples.iter_mut().zip(&differences) {
                    // Nothing added leaves even the sign of a zero.
                    *sample = if *difference == 0.0 { *sample } else { *sample + f64::from(*difference) };
                }
            }
        }
    }
}

/// The curve at each sample.
#[derive(Debug, Clone, Copy, Default)]
struct Curve {
    threshold: [f32; CONTROL_INTERVAL],
    width: [f32; CONTROL_INTERVAL],
    amount: [f32; CONTROL_INTERVAL],
}

wider! {
    /// What the curve adds to points of each sample.
    fn bend(curve: &Curve, points: &Row, added: &mut [f32; CONTROL_INTERVAL]) {
        for lane in 0..CONTROL_INTERVAL {
            let (point, width) = (points[LEAD + lane], curve.width[lane]);
            let over = point.abs() - curve.threshold[lane];
            let beyond = if over > 0.0 { over } else { 0.0 };
            let bent = beyond * (width / (width * width + beyond * beyond).sqrt());
            added[lane] = (curve.amount[lane] * (bent - beyond)).copysign(-point);
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
        differences: &mut [f32; CONTROL_INTERVAL],
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
            if self.quiet > PAST + 2 * filters.down_even.len() + CONTROL_INTERVAL {
                return false;
            }
            self.differences.iter_mut().for_each(|history| history.advance(length)[PAST..][..length].fill(0.0));
        } else {
            self.quiet = 0;
            if self.ready {
                between(&filters.up, &input[PAST..], &mut midway[PAST..PAST + length]);
            } else {
                between(&filters.up, input, &mut midway[..PAST + length]);
                self.ready = true;
            }
            let delay = if filters.later.is_some() { LATER_DELAY } else { 0 };
            let even = row(input, newest - delay);
            let odd = row(midway, PAST - delay);
            let mut quarters = [[0f32; ROW]; 2];
            if let Some(later) = &filters.later {
                points_between(&[even, odd], later, &mut quarters);
            }
            let [first, third] = &quarters;
            for (history, points) in self.differences.iter_mut().zip([even, first, odd, third]) {
                let mut added = [0f32; CONTROL_INTERVAL];
                bend(curve, points, &mut added);
                history.take(&added[..length]);
            }
        }
        self.come_down(filters, length, differences);
        true
    }

    /// Filters the differences back to the sample rate.
    fn come_down(&mut self, filters: &Filters, length: usize, output: &mut [f32; CONTROL_INTERVAL]) {
        let delay = if filters.later.is_some() { LATER_DELAY } else { 0 };
        let [even, first, odd, third] =
            self.differences.each_ref().map(|history| row(history.last(length), PAST - delay));
        let (mut at_samples, mut midway) = ([0f32; CONTROL_INTERVAL], [0f32; CONTROL_INTERVAL]);
        at_samples.copy_from_slice(&even[LEAD..][..CONTROL_INTERVAL]);
        midway.copy_from_slice(&odd[LEAD..][..CONTROL_INTERVAL]);
        if let Some(later) = &filters.later {
            // Between the first and the third quarter lies the middle, between the third and the next first the next sample.
            let mut between = [[0f32; ROW]; 2];
            points_between(&[first, third], later, &mut between);
            for lane in 0..CONTROL_INTERVAL {
                midway[lane] = 0.5 * (midway[lane] + between[0][LEAD + lane]);
                at_samples[lane] = 0.5 * (at_samples[lane] + between[1][LEAD - 1 + lane]);
            }
        }
        let output = &mut output[..length];
        let mut odd_part = [0f32; CONTROL_INTERVAL];
        let span = 2 * (filters.down_even.len() - 1);
        symmetric(&filters.down_even, span, self.halves[0].take(&at_samples[..length]), output);
        between(&filters.down_odd, self.halves[1].take(&midway[..length]), &mut odd_part[..length]);
        for (output, odd) in output.iter_mut().zip(&odd_part) {
            *output += odd;
        }
    }
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
