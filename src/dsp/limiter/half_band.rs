//! Half-band filters: the step between a sample rate and its double, up and down.
//!
//! Every second tap of a half-band filter is zero but for the middle one, so half of the samples at the double rate are the
//! input itself and only those between are computed (Crochiere and Rabiner, Multirate Digital Signal Processing, 1983). Their
//! taps are the ones with the least mean square error over the pass band (Parks and Burrus, Digital Filter Design, 1987);
//! they are symmetric, so each multiplication serves two samples.
//! Delay: `reach` samples of the lower rate each way. Cost: `reach` multiplications and twice as many additions a sample.
//! Single precision: the filters decide a gain or make a small difference signal; the signal itself does not pass them.

use super::wider::wider;
use crate::dsp::CONTROL_INTERVAL;
use nalgebra::{DMatrix, DVector};
use std::f64::consts::PI;

/// Outputs computed together: their sums stay in registers.
const LANES: usize = 32;
/// Samples on each side in the short filters, which work at two and four times the sample rate.
pub const LATER_REACH: usize = 4;
/// They have all of their input's spectrum from the signal's end to its image for the transition.
const LATER_EDGES: [f64; 2] = [0.5, 0.25];
/// Samples after a sample that they weigh.
pub const LATER_DELAY: usize = 3;
/// Samples in a row of points ahead of the first that is asked for: the short filters weigh three.
pub const LEAD: usize = 4;
/// Points that a short filter computes in a row: those of a call and one on each side, in whole vectors.
pub const WIDTH: usize = CONTROL_INTERVAL + 8;
/// Length of a row of points: those with what is weighed around.
pub const ROW: usize = WIDTH + 8;
/// Midway points of the past that the short filters need when the points go on.
pub const PAST: usize = 8;

/// One point of each of some samples. The points of one sample lie in rows of their own, so that vectors run along time.
pub type Row = [f32; ROW];

/// Shape of one half-band filter.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// Samples of the lower rate on each side of a computed one.
    pub reach: usize,
    /// End of the pass band as a share of half the lower rate, below 1.
    pub edge: f64,
}

impl Shape {
    /// The taps of one side, the outermost first; both sides together sum to 1.
    pub fn taps(self) -> Vec<f32> {
        // Seen from the computed sample, the taps at distance d give 2 h cos(d w) at the angular frequency w, which should be 1.
        // The least squares over the pass band need the means of these cosines and of their products.
        let edge = self.edge * PI;
        let mean_cosine =
            |distance: f64| if distance == 0.0 { 1.0 } else { (distance * edge).sin() / (distance * edge) };
        let distance = |index: usize| self.reach as f64 - 0.5 - index as f64;
        let products = DMatrix::from_fn(self.reach, self.reach, |row, column| {
            let (one, other) = (distance(row), distance(column));
            0.5 * (mean_cosine(one - other) + mean_cosine(one + other))
        });
        let wanted = DVector::from_fn(self.reach, |row, _| 0.5 * mean_cosine(distance(row)));
        // The products are those of independent functions, so there is a solution; the right side alone is the plain sinc.
        let taps = products.lu().solve(&wanted).unwrap_or(wanted);
        let sum: f64 = taps.iter().sum();
        taps.iter().map(|tap| (0.5 * tap / sum) as f32).collect()
    }
}

/// Taps of the short filters that come after the first at a sample rate. Together they give eight points for each sample up to
/// 50 kHz, four up to 100 kHz and two above: what a rate can hold beyond 24 kHz is too weak in programme to need more.
pub fn later_taps(sample_rate: f64) -> Vec<[f32; LATER_REACH]> {
    let stages = if sample_rate <= 50_000.0 {
        2
    } else if sample_rate <= 100_000.0 {
        1
    } else {
        0
    };
    let taps = |edge: f64| {
        let taps = Shape { reach: LATER_REACH, edge }.taps();
        std::array::from_fn(|index| taps[index])
    };
    LATER_EDGES.into_iter().take(stages).map(taps).collect()
}

/// The points midway between samples: output `i` lies between `samples[i + reach - 1]` and the next one. `samples` must hold
/// `2 * reach - 1` values more than the output, rounded up to whole groups of [`LANES`].
pub fn between(taps: &[f32], samples: &[f32], output: &mut [f32]) {
    symmetric(taps, 2 * taps.len() - 1, samples, output);
}

wider! {
    /// A symmetric filter: output `i` is the sum of all `taps[k] * (samples[i + k] + samples[i + span - k])`.
    pub fn symmetric(taps: &[f32], span: usize, samples: &[f32], output: &mut [f32]) {
        for (group, output) in output.chunks_mut(LANES).enumerate() {
            let window = &samples[group * LANES..][..span + LANES];
            let mut sums = [0f32; LANES];
            for (index, tap) in taps.iter().enumerate() {
                let (Some(early), Some(late)) =
                    (window[index..].first_chunk::<LANES>(), window[span - index..].first_chunk::<LANES>())
                else {
                    break;
                };
                for lane in 0..LANES {
                    sums[lane] += tap * (early[lane] + late[lane]);
                }
            }
            output.copy_from_slice(&sums[..output.len()]);
        }
    }
}

/// Input of a filter with as much of the past as it needs, in one row that starts over when it is full.
#[derive(Debug, Clone)]
pub struct History {
    past: usize,
    samples: Vec<f32>,
    /// Where the past of the next sample begins.
    start: usize,
}

impl History {
    /// Pieces that go into the row before it starts over: moving the past back then costs next to nothing.
    const PIECES: usize = 8;
    /// Samples that may be read, without meaning, after the newest: what fills whole groups.
    const BEYOND: usize = 2 * LANES;

    /// For pieces of at most `longest` samples, each with `past` samples before it.
    pub fn new(past: usize, longest: usize) -> Self {
        Self { past, samples: vec![0.0; past + Self::PIECES * longest + Self::BEYOND], start: 0 }
    }

    /// Silences the past.
    pub fn reset(&mut self) {
        self.fill(0.0);
    }

    /// Makes the past one value.
    pub fn fill(&mut self, value: f32) {
        self.samples.fill(value);
        self.start = 0;
    }

    /// Puts the next samples in and gives them with their past (and something beyond, to fill whole groups).
    #[inline(always)]
    pub fn take(&mut self, input: &[f32]) -> &[f32] {
        let past = self.past;
        let samples = self.advance(input.len());
        samples[past..][..input.len()].copy_from_slice(input);
        samples
    }

    /// The newest `length` samples with their past.
    #[inline(always)]
    pub fn last(&self, length: usize) -> &[f32] {
        &self.samples[self.start - length..]
    }

    /// Goes on by `length` samples, which are to be written, and gives them with their past.
    #[inline(always)]
    pub fn advance(&mut self, length: usize) -> &mut [f32] {
        if self.start + self.past + length + Self::BEYOND > self.samples.len() {
            self.samples.copy_within(self.start..self.start + self.past, 0);
            self.start = 0;
        }
        let start = self.start;
        self.start += length;
        &mut self.samples[start..]
    }
}

wider! {
    /// The points midway between those of `rows`: row `p` of `N` holds the points `p / N` after each sample, and so the new row
    /// `p` those `(p + 1/2) / N` after.
    pub fn points_between<const N: usize>(rows: &[&Row; N], taps: &[f32; LATER_REACH]) -> [Row; N] {
        let mut between = [[0f32; ROW]; N];
        for (index, row) in between.iter_mut().enumerate() {
            // The window of the point so many after the one ahead of the new one.
            let window = |after: isize| -> Option<&[f32; WIDTH]> {
                let point = index as isize + after;
                let first = LEAD as isize - 1 + point.div_euclid(N as isize);
                rows[point.rem_euclid(N as isize) as usize][first as usize..].first_chunk::<WIDTH>()
            };
            let mut sums = [0f32; WIDTH];
            for (tap, distance) in taps.iter().zip((1..=LATER_REACH as isize).rev()) {
                let (Some(early), Some(late)) = (window(1 - distance), window(distance)) else { continue };
                for lane in 0..WIDTH {
                    sums[lane] += tap * (early[lane] + late[lane]);
                }
            }
            row[LEAD - 1..LEAD - 1 + WIDTH].copy_from_slice(&sums);
        }
        between
    }
}
