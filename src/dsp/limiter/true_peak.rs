//! The peaks of the signal that a converter will make of the samples: the detector of the limiter.
//!
//! A cascade of half-band filters raises the sample rate, and a parabola through each three neighbouring points finds the peak
//! between them. ITU-R BS.1770-5 asks for four times the rate at 48 kHz; with four times a peak can pass by 0.7 dB near the end
//! of the spectrum, with eight times by 0.17 dB, and with the parabola by 0.005 dB. The first filter decides how near the end
//! of the spectrum the figure is true, therefore it is the long one. Delay: [`TruePeak::delay`].

use super::half_band::{Doubler, Shape, interleave};
use crate::dsp::{CONTROL_INTERVAL, peak};

/// Samples on each side in the first filter. With 32, noise up to the end of the spectrum passes by 0.2 dB, with 64 by 0.04 dB.
const REACH: usize = 64;
/// Longest time that the first filter may look ahead; it is shorter below 43 kHz so that the whole limiter keeps
/// to 5 ms. Noise up to the end of the spectrum may then pass by 0.3 dB.
const LONGEST_REACH_S: f64 = 0.0015;
/// The first filter is made for nearly the whole spectrum.
const FIRST_EDGE: f64 = 0.99;
/// The filters after it, each with all of its input's spectrum from the signal's end to its image for the transition.
const LATER: [Shape; 2] = [Shape { reach: 4, edge: 0.5 }, Shape { reach: 4, edge: 0.25 }];

/// Most points computed for each sample.
const MOST_POINTS: usize = 8;
const LONGEST: usize = CONTROL_INTERVAL * MOST_POINTS / 2;

/// The detector of one channel.
#[derive(Debug, Clone)]
pub struct TruePeak {
    stages: Vec<Doubler>,
    delay: usize,
    #[cfg(target_arch = "x86_64")]
    has_avx2: bool,
    /// Points of the last but one rate and those between, each led by the last of the call before.
    even: [f32; 1 + LONGEST],
    odd: [f32; 1 + LONGEST],
    rows: [[f32; LONGEST]; 2],
}

/// Points computed for each sample at a sample rate: 8 up to 50 kHz, 4 up to 100 kHz, 2 above. What a rate can hold beyond
/// 24 kHz is too weak in programme to need more.
fn points(sample_rate: f64) -> usize {
    if sample_rate <= 50_000.0 {
        8
    } else if sample_rate <= 100_000.0 {
        4
    } else {
        2
    }
}

impl TruePeak {
    /// A detector at `sample_rate` Hz.
    pub fn new(sample_rate: f64) -> Self {
        let first = Shape { reach: REACH.min((LONGEST_REACH_S * sample_rate) as usize), edge: FIRST_EDGE };
        let shapes: Vec<Shape> =
            std::iter::once(first).chain(LATER).take(points(sample_rate).ilog2() as usize).collect();
        let stages =
            shapes.iter().enumerate().map(|(stage, shape)| Doubler::new(*shape, CONTROL_INTERVAL << stage)).collect();
        // Each stage counts in samples of its own rate.
        let delay = shapes.iter().enumerate().map(|(stage, shape)| shape.reach >> stage).sum();
        Self {
            stages,
            delay,
            #[cfg(target_arch = "x86_64")]
            has_avx2: std::arch::is_x86_feature_detected!("avx2"),
            even: [0.0; 1 + LONGEST],
            odd: [0.0; 1 + LONGEST],
            rows: [[0.0; LONGEST]; 2],
        }
    }

    /// Samples between a sample and its peak.
    pub fn delay(&self) -> usize {
        self.delay
    }

    /// Forgets the past.
    pub fn reset(&mut self) {
        self.stages.iter_mut().for_each(Doubler::reset);
        (self.even[0], self.odd[0]) = (0.0, 0.0);
    }

    /// For each of at most [`CONTROL_INTERVAL`] samples the greatest absolute value, linear, from that sample (`delay` ago) to
    /// the next. The parabola is only drawn where a point is above `threshold`, since below nobody asks.
    pub fn process(&mut self, input: &[f32], threshold: f32, peaks: &mut [f32]) {
        #[cfg(target_arch = "x86_64")]
        if self.has_avx2 {
            // SAFETY: `new` has seen that this processor has AVX2.
            return unsafe { self.process_avx2(input, threshold, peaks) };
        }
        self.process_any(input, threshold, peaks);
    }

    /// The same arithmetic in the same order, eight numbers at a time: the results are bit-equal.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    fn process_avx2(&mut self, input: &[f32], threshold: f32, peaks: &mut [f32]) {
        self.process_any(input, threshold, peaks);
    }

    #[inline(always)]
    fn process_any(&mut self, input: &[f32], threshold: f32, peaks: &mut [f32]) {
        let length = input.len();
        let mut count = length;
        self.rows[0][..length].copy_from_slice(input);
        let last = self.stages.len() - 1;
        for (index, stage) in self.stages.iter_mut().enumerate() {
            let (even, odd) = (&mut self.even[1..=count], &mut self.odd[1..=count]);
            stage.process(&self.rows[0][..count], even, odd);
            if index < last {
                interleave(even, odd, &mut self.rows[0][..2 * count]);
                count *= 2;
            }
        }
        let highest = peak(&self.even[..=count]).max(peak(&self.odd[..=count]));
        if highest * PARABOLA_REACH > threshold {
            self.refine(count);
        } else {
            self.compare(count);
        }
        let each = count / length;
        for (peak, points) in peaks.iter_mut().zip(self.rows[1][..count].chunks_exact(each)) {
            *peak = points.iter().fold(0f32, |top, point| top.max(*point));
        }
        (self.even[0], self.odd[0]) = (self.even[count], self.odd[count]);
    }

    /// The greater of each two points.
    #[inline(always)]
    fn compare(&mut self, count: usize) {
        let (even, odd) = (&self.even[1..=count], &self.odd[..count]);
        for ((top, even), odd) in self.rows[1][..count].iter_mut().zip(even).zip(odd) {
            *top = greater(even.abs(), odd.abs());
        }
    }

    /// The greater of the parabolas' tops at each two points.
    #[inline(always)]
    fn refine(&mut self, count: usize) {
        let (even_before, even) = (&self.even[..count], &self.even[1..=count]);
        let (odd, odd_after) = (&self.odd[..count], &self.odd[1..=count]);
        let tops = &mut self.rows[1][..count];
        for index in 0..count {
            let at_odd = parabola_top(even_before[index], odd[index], even[index]);
            let at_even = parabola_top(odd[index], even[index], odd_after[index]);
            tops[index] = greater(at_odd, at_even);
        }
    }
}

/// The most by which a parabola's top can exceed the greatest point: its top lies above the middle point by at most an
/// eighth of the difference between the outer ones.
const PARABOLA_REACH: f32 = 1.25;

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

/// The greater of two numbers (a bare comparison, one instruction; `f32::max` also sorts out NaN).
#[inline(always)]
fn greater(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}
