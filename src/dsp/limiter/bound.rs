//! How far a signal can rise between its samples: what spares the limiter its filters where nothing can reach a threshold.
//!
//! A half-band filter gives a straight line back as it is. So what it adds to the line between two samples is a weighted sum
//! of the second differences around, no more than the greatest of them times the sum of the weights. Music, whose energy is
//! low, moves so evenly that most of it can be shown to stay below a threshold without any filter.

use super::{
    half_band::{LATER_REACH, Row, WIDTH},
    wider::wider,
};

/// Room for rounding in single precision: 0.009 dB.
const ROUNDING: f32 = 1.001;
/// Maxima that are kept side by side.
const LANES: usize = 8;

/// The bound of the points that a cascade of half-band filters puts between samples.
#[derive(Debug, Clone, Copy)]
pub struct Bound {
    /// Greatest sum of weights of second differences.
    bend_weight: f32,
    /// Distance in samples of the outer ones of three neighbouring points.
    span: f32,
}

impl Bound {
    /// For a cascade, each filter given by its taps of one side.
    pub fn new(stages: &[&[f32]]) -> Self {
        Self { bend_weight: bend_weight(stages) as f32, span: 2.0 / (1 << stages.len()) as f32 }
    }

    /// What no point and no parabola through three neighbouring ones is above, when the samples are of such an extent: the
    /// parabola's top lies above the middle point by at most an eighth of the difference between the outer ones.
    #[inline(always)]
    pub fn of(self, extent: Extent) -> f32 {
        ROUNDING * (extent.level + 0.125 * self.span * extent.step + 1.25 * self.bend_weight * extent.bend)
    }
}

/// Greatest absolute values in a run of samples.
#[derive(Debug, Clone, Copy)]
pub struct Extent {
    /// Of the samples between which points are asked for.
    pub level: f32,
    /// Of the steps between these.
    pub step: f32,
    /// Of the second differences of all samples that the filters weigh.
    pub bend: f32,
}

impl Extent {
    /// Of samples: those `between` which points are asked for, and all that the filters weigh.
    #[inline(always)]
    pub fn of(between: &[f32], all: &[f32]) -> Self {
        let (level, step) = level_and_step(between);
        Self { level, step, bend: bend(all) }
    }

    /// Of samples with the points midway between them.
    #[inline(always)]
    pub fn of_doubled(even: &Row, odd: &Row) -> Self {
        let (level, step, bend) = doubled_extent(even, odd);
        Self { level, step, bend }
    }
}

/// Sum of the weights that the points put on the second differences of the samples, in the point with the greatest: what a
/// cascade of half-band filters, each given by the taps of one side, adds to the straight line between two samples.
fn bend_weight(stages: &[&[f32]]) -> f64 {
    let reach = stages.first().map_or(0, |taps| taps.len()) + LATER_REACH;
    let mut response = vec![0.0; 2 * reach + 1];
    response[reach] = 1.0;
    for taps in stages {
        let at = |index: usize, offset: isize| {
            index.checked_add_signed(offset).and_then(|index| response.get(index)).copied().unwrap_or(0.0)
        };
        let midway = |index: usize| -> f64 {
            let pairs = taps.iter().zip((1..=taps.len() as isize).rev());
            pairs.map(|(tap, distance)| f64::from(*tap) * (at(index, 1 - distance) + at(index, distance))).sum()
        };
        response = (0..response.len()).flat_map(|index| [response[index], midway(index)]).collect();
    }
    let points = 1 << stages.len();
    let weight = |point: usize| {
        // Weights of single samples, the last one first; twice summed they are those of the second differences.
        let (mut sum, mut double_sum, mut total) = (0.0, 0.0, 0.0);
        for (index, tap) in response[point..].iter().step_by(points).enumerate() {
            let share = point as f64 / points as f64;
            let line = if index == reach {
                1.0 - share
            } else if index + 1 == reach {
                share
            } else {
                0.0
            };
            sum += tap - line;
            double_sum += sum;
            total += f64::abs(double_sum);
        }
        total
    };
    (0..points).map(weight).fold(0.0, f64::max)
}

wider! {
    /// Greatest absolute value of the samples and of the steps between them.
    fn level_and_step(samples: &[f32]) -> (f32, f32) {
        let mut tops = [[0f32; LANES]; 2];
        let mut index = 0;
        let last = samples.len().saturating_sub(LANES + 1);
        while let Some(window) = samples[index..].first_chunk::<{ LANES + 1 }>() {
            for lane in 0..LANES {
                tops[0][lane] = greater(window[lane].abs(), tops[0][lane]);
                tops[1][lane] = greater((window[lane + 1] - window[lane]).abs(), tops[1][lane]);
            }
            if index == last {
                return (greater(greatest(tops[0]), window[LANES].abs()), greatest(tops[1]));
            }
            index = last.min(index + LANES);
        }
        // Fewer samples than a vector do not occur: there are always those of the past.
        (f32::INFINITY, f32::INFINITY)
    }
}

wider! {
    /// Greatest absolute second difference of the samples.
    fn bend(samples: &[f32]) -> f32 {
        let mut tops = [0f32; LANES];
        let mut index = 0;
        let last = samples.len().saturating_sub(LANES + 2);
        while let Some(window) = samples[index..].first_chunk::<{ LANES + 2 }>() {
            for (lane, top) in tops.iter_mut().enumerate() {
                let bend = (window[lane] - window[lane + 1]) - (window[lane + 1] - window[lane + 2]);
                *top = greater(bend.abs(), *top);
            }
            if index == last {
                return greatest(tops);
            }
            index = last.min(index + LANES);
        }
        f32::INFINITY
    }
}

wider! {
    /// Greatest absolute value, step and second difference of samples with the points midway between them.
    fn doubled_extent(even: &Row, odd: &Row) -> (f32, f32, f32) {
        let mut tops = [[0f32; LANES]; 3];
        for group in 0..WIDTH / LANES {
            let [levels, steps, bends] = &mut tops;
            for (lane, ((level, step), bend)) in levels.iter_mut().zip(steps).zip(bends).enumerate() {
                let index = 1 + LANES * group + lane;
                let (before, sample, midway, after) = (odd[index - 1], even[index], odd[index], even[index + 1]);
                let (fall, rise) = (sample - midway, after - midway);
                *level = greater(greater(sample.abs(), midway.abs()), *level);
                *step = greater(greater(fall.abs(), rise.abs()), *step);
                *bend = greater(greater((fall + rise).abs(), ((before - sample) - fall).abs()), *bend);
            }
        }
        (greatest(tops[0]), greatest(tops[1]), greatest(tops[2]))
    }
}

/// The greatest of the numbers, none below zero.
#[inline(always)]
fn greatest(numbers: [f32; LANES]) -> f32 {
    numbers.into_iter().fold(0f32, greater)
}

/// The greater of two numbers (a bare comparison, one instruction; `f32::max` also sorts out NaN).
#[inline(always)]
pub fn greater(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}
