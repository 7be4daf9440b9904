//! The peaks of the signal that a converter will make of the samples: the detector of the limiter.
//!
//! A cascade of half-band filters raises the sample rate, and a parabola through each three neighbouring points finds the peak
//! between them. ITU-R BS.1770-5 asks for four times the rate at 48 kHz; with four times a peak can pass by 0.7 dB near the end
//! of the spectrum, with eight times by 0.17 dB, and with the parabola by 0.005 dB. The first filter decides how near the end
//! of the spectrum the figure is true, therefore it is the long one.
//!
//! The limiter has two of them: the exact one, and one that looks only a few samples ahead and so tells peaks early. Up to three
//! quarters of the spectrum they say the same within 0.01 dB.
//!
//! Filters run only where a peak can be above the threshold ([`super::bound`]), which for most of a song it can not.
//! Delay: [`TruePeak::delay`].

use super::{
    bound::{Bound, Extent, greater},
    half_band::{History, LATER_DELAY, LATER_REACH, LEAD, PAST, ROW, Row, Shape, between, later_taps, points_between},
    wider::wider,
};
use crate::dsp::CONTROL_INTERVAL;

/// Samples on each side in the first filter. With 32, noise up to the end of the spectrum passes by 0.2 dB, with 64 by 0.04 dB.
const REACH: usize = 64;
/// Longest time that the first filter may look ahead; it is shorter below 43 kHz so that the whole limiter keeps
/// to 5 ms. Noise up to the end of the spectrum may then pass by 0.3 dB.
const LONGEST_REACH_S: f64 = 0.0015;
/// The first filter is made for nearly the whole spectrum.
const FIRST_EDGE: f64 = 0.99;
/// The same for the early one: it may err where programme has little.
const EARLY_REACH: usize = 10;
const LONGEST_EARLY_REACH_S: f64 = 0.000_5;
const EARLY_EDGE: f64 = 0.8;

/// The detector of one channel.
#[derive(Debug, Clone)]
pub struct TruePeak {
    first: Vec<f32>,
    later: Vec<[f32; LATER_REACH]>,
    /// What the points can reach: seen from the samples, and from these with the points midway between them.
    bound: Bound,
    later_bound: Bound,
    input: History,
    /// Points midway between samples.
    midway: History,
    /// Whether the last [`PAST`] of them have been computed.
    ready: bool,
}

impl TruePeak {
    /// The exact detector at `sample_rate` Hz.
    pub fn exact(sample_rate: f64) -> Self {
        let reach = REACH.min((LONGEST_REACH_S * sample_rate) as usize);
        Self::new(sample_rate, Shape { reach, edge: FIRST_EDGE })
    }

    /// The early one.
    pub fn early(sample_rate: f64) -> Self {
        let reach = EARLY_REACH.min((LONGEST_EARLY_REACH_S * sample_rate) as usize);
        Self::new(sample_rate, Shape { reach, edge: EARLY_EDGE })
    }

    fn new(sample_rate: f64, first: Shape) -> Self {
        let reach = first.reach;
        let first = first.taps();
        let later = later_taps(sample_rate);
        let later_stages: Vec<&[f32]> = later.iter().map(|taps| taps.as_slice()).collect();
        Self {
            bound: Bound::new(&[&[first.as_slice()], later_stages.as_slice()].concat()),
            later_bound: Bound::new(&later_stages),
            input: History::new(2 * reach - 1 + PAST, CONTROL_INTERVAL),
            midway: History::new(PAST, CONTROL_INTERVAL),
            ready: true,
            first,
            later,
        }
    }

    /// Samples between a sample and its peak.
    pub fn delay(&self) -> usize {
        self.first.len() + LATER_DELAY
    }

    /// Forgets the past.
    pub fn reset(&mut self) {
        self.input.reset();
        self.midway.reset();
        self.ready = true;
    }

    /// For each of at most [`CONTROL_INTERVAL`] samples the greatest absolute value, linear, from that sample (`delay` ago) to
    /// the next, or anything up to `threshold` where that is not above it.
    #[inline(always)]
    pub fn process(&mut self, input: &[f32], threshold: f32, peaks: &mut [f32]) {
        let reach = self.first.len();
        let length = input.len();
        let samples = self.input.take(input);
        let midway = self.midway.advance(length);
        let newest = PAST + reach - 1;
        let all = &samples[..2 * reach - 1 + PAST + length];
        if self.bound.of(Extent::of(&all[newest - PAST..=newest + length], all)) <= threshold {
            self.ready = false;
            peaks.fill(0.0);
            return;
        }
        if self.ready {
            between(&self.first, &samples[PAST..], &mut midway[PAST..PAST + length]);
        } else {
            between(&self.first, samples, &mut midway[..PAST + length]);
            self.ready = true;
        }
        let begin = newest - LATER_DELAY - LEAD;
        let (Some(even), Some(odd)) =
            (samples[begin..].first_chunk::<ROW>(), midway[PAST - LATER_DELAY - LEAD..].first_chunk::<ROW>())
        else {
            return;
        };
        if self.later_bound.of(Extent::of_doubled(even, odd)) <= threshold {
            peaks.fill(0.0);
            return;
        }
        let mut tops = [0f32; CONTROL_INTERVAL];
        match self.later.as_slice() {
            [] => raise_tops(&[even, odd], &mut tops),
            [quarter] => {
                let quarters = points_between(&[even, odd], quarter);
                raise_tops(&[even, &quarters[0], odd, &quarters[1]], &mut tops);
            }
            [quarter, eighth, ..] => {
                let [first, third] = &points_between(&[even, odd], quarter);
                let [a, b, c, d] = &points_between(&[even, first, odd, third], eighth);
                raise_tops(&[even, a, first, b, odd, c, third, d], &mut tops);
            }
        }
        peaks.copy_from_slice(&tops[..length]);
    }
}

wider! {
    /// Raises each sample's `top` to the parabolas' tops at its points.
    fn raise_tops<const N: usize>(rows: &[&Row; N], tops: &mut [f32; CONTROL_INTERVAL]) {
        for index in 0..N {
            let (before, after) = (rows[(index + N - 1) % N], rows[(index + 1) % N]);
            let before = &before[LEAD - usize::from(index == 0)..][..CONTROL_INTERVAL];
            let after = &after[LEAD + usize::from(index == N - 1)..][..CONTROL_INTERVAL];
            let point = &rows[index][LEAD..][..CONTROL_INTERVAL];
            for lane in 0..CONTROL_INTERVAL {
                tops[lane] = greater(parabola_top(before[lane], point[lane], after[lane]), tops[lane]);
            }
        }
    }
}

/// Absolute height of the parabola through three points of equal distance, near the middle one. On a slope, where the top lies
/// far away, it stays below what the neighbour towards the top gives.
#[inline(always)]
fn parabola_top(before: f32, point: f32, after: f32) -> f32 {
    let sign = point.to_bits() & 0x8000_0000;
    let towards = |y: f32| f32::from_bits(y.to_bits() ^ sign);
    let (before, point, after) = (towards(before), towards(point), towards(after));
    let difference = (after - before).abs();
    let bend = greater(2.0 * point - before - after, difference);
    // The smallest normal number keeps silence from dividing zero by zero.
    point + 0.125 * difference * (difference / greater(bend, f32::MIN_POSITIVE))
}
