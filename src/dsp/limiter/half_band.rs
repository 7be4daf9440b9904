//! Half-band filters: the step between a sample rate and its double, up and down.
//!
//! Every second tap of a half-band filter is zero but for the middle one, so half of the samples at the double rate are the
//! input itself and only those between are computed (Crochiere and Rabiner, Multirate Digital Signal Processing, 1983). Their
//! taps are the ones with the least mean square error over the pass band (Parks and Burrus, Digital Filter Design, 1987);
//! they are symmetric, so each multiplication serves two samples.
//! Delay: `reach` samples of the lower rate each way. Cost: `reach` multiplications and twice as many additions a sample.
//! Single precision: the filters decide a gain or make a small difference signal; the signal itself does not pass them.

use nalgebra::{DMatrix, DVector};
use std::f64::consts::PI;
use wide::f32x8;

/// Outputs computed together: their sums stay in registers.
const LANES: usize = 16;

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
    fn taps(self) -> Vec<f32> {
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

/// The symmetric filter over `history` and what follows it: output `i` lies midway between `samples[i + reach - 1]` and the
/// next one. `samples` must hold `2 * reach - 1` values more than the output, rounded up to whole groups of [`LANES`].
#[inline(always)]
fn between(taps: &[f32], samples: &[f32], output: &mut [f32]) {
    let span = 2 * taps.len() - 1;
    for (group, output) in output.chunks_mut(LANES).enumerate() {
        let window = &samples[group * LANES..][..span + LANES];
        let mut sums = [f32x8::ZERO; 2];
        for (index, tap) in taps.iter().enumerate() {
            let (Some(early), Some(late)) =
                (window[index..].first_chunk::<LANES>(), window[span - index..].first_chunk::<LANES>())
            else {
                break;
            };
            let tap = f32x8::splat(*tap);
            let (early, late) = (halves(early), halves(late));
            sums[0] += tap * (early[0] + late[0]);
            sums[1] += tap * (early[1] + late[1]);
        }
        let sums = sums.map(f32x8::to_array);
        output.copy_from_slice(&sums.as_flattened()[..output.len()]);
    }
}

/// Two vectors out of a row.
#[inline(always)]
fn halves(row: &[f32; LANES]) -> [f32x8; 2] {
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = *row;
    [f32x8::from([a, b, c, d, e, f, g, h]), f32x8::from([i, j, k, l, m, n, o, p])]
}

/// Input of a filter with as much of the past as it needs, in one row that starts over when it is full.
#[derive(Debug, Clone)]
struct History {
    past: usize,
    samples: Vec<f32>,
    /// Where the past of the next sample begins.
    start: usize,
}

impl History {
    /// Pieces that go into the row before it starts over: moving the past back then costs next to nothing.
    const PIECES: usize = 8;

    fn new(past: usize, longest: usize) -> Self {
        Self { past, samples: vec![0.0; past + Self::PIECES * longest + LANES], start: 0 }
    }

    fn reset(&mut self) {
        self.samples.fill(0.0);
        self.start = 0;
    }

    /// Puts the next samples in and gives them with their past (and something beyond, to fill whole groups).
    #[inline(always)]
    fn take(&mut self, input: &[f32]) -> &[f32] {
        if self.start + self.past + input.len() + LANES > self.samples.len() {
            self.samples.copy_within(self.start..self.start + self.past, 0);
            self.start = 0;
        }
        let start = self.start;
        self.samples[start + self.past..][..input.len()].copy_from_slice(input);
        self.start += input.len();
        &self.samples[start..]
    }
}

/// Doubles a sample rate.
#[derive(Debug, Clone)]
pub struct Doubler {
    taps: Vec<f32>,
    history: History,
}

impl Doubler {
    /// For pieces of at most `longest` samples.
    pub fn new(shape: Shape, longest: usize) -> Self {
        Self { taps: shape.taps(), history: History::new(2 * shape.reach - 1, longest) }
    }

    /// Forgets the past.
    pub fn reset(&mut self) {
        self.history.reset();
    }

    /// For each sample of `input`: in `even` that of `reach` samples before, in `odd` the one midway between it and the next.
    #[inline(always)]
    pub fn process(&mut self, input: &[f32], even: &mut [f32], odd: &mut [f32]) {
        let samples = self.history.take(input);
        even.copy_from_slice(&samples[self.taps.len() - 1..][..input.len()]);
        between(&self.taps, samples, odd);
    }
}

/// Halves a sample rate.
#[derive(Debug, Clone)]
pub struct Halver {
    taps: Vec<f32>,
    even: History,
    odd: History,
}

impl Halver {
    /// For pieces of at most `longest` samples of the lower rate.
    pub fn new(shape: Shape, longest: usize) -> Self {
        Self {
            taps: shape.taps(),
            even: History::new(shape.reach, longest),
            odd: History::new(2 * shape.reach, longest),
        }
    }

    /// Forgets the past.
    pub fn reset(&mut self) {
        self.even.reset();
        self.odd.reset();
    }

    /// Half as many samples as come in (even and odd ones apart), `reach` of them late.
    #[inline(always)]
    pub fn process(&mut self, even: &[f32], odd: &[f32], output: &mut [f32]) {
        between(&self.taps, self.odd.take(odd), output);
        for (output, even) in output.iter_mut().zip(self.even.take(even)) {
            *output = 0.5 * (*output + even);
        }
    }
}

/// Puts even and odd samples into one row.
#[inline(always)]
pub fn interleave(even: &[f32], odd: &[f32], output: &mut [f32]) {
    for ((pair, even), odd) in output.as_chunks_mut::<2>().0.iter_mut().zip(even).zip(odd) {
        *pair = [*even, *odd];
    }
}
