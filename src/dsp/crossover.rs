//! Linkwitz-Riley crossovers of fourth order (24 dB per octave): 1 to 4 bands whose sum is a pure all-pass.
//!
//! Each split is an all-pass of second order A and a low-pass LP⁴ (two Butterworth low-passes in a row); the high-pass is
//! A - LP⁴, which is identically two Butterworth high-passes in a row (S. Linkwitz, "Active Crossover Networks for Noncoincident Drivers", JAES
//! 1976). Bands that did not go through a split go through its all-pass instead (J. D'Appolito, "Active Realization of Multiway
//! All-Pass Crossover Systems", JAES 1987), so that all bands are in phase everywhere and their sum has a magnitude of exactly one,
//! whatever the frequencies. The tree is balanced: the middle is split first, then both halves of both channels side by side.
//! Latency: none. Cost for four bands: five filters of second order on four signals at once.

use super::{
    CONTROL_INTERVAL,
    quad::{LANES, Quad, ScalarQuad},
    svf::{BUTTERWORTH_DAMPING, Cutoff, Svf, SvfCoefficients},
};
use crate::settings::MAX_BANDS;

#[cfg(test)]
mod tests;

/// Greatest number of crossover frequencies.
pub const MAX_CROSSOVERS: usize = MAX_BANDS - 1;

/// Time that a crossover frequency takes to move.
const GLIDE_S: f64 = 0.02;
/// Neighbours are kept a third of an octave apart, so that no band vanishes and the order never turns.
const LEAST_SPACING: f64 = 1.259_921_049_894_873_2;
/// Lowest crossover frequency that the filters take.
const LOWEST_HZ: f64 = 10.0;
/// Highest crossover frequency as a part of the sample rate.
const HIGHEST_OF_RATE: f64 = 0.49;

/// One sample of a channel's bands, from the lowest up; zero in bands that are not in use.
pub type Bands = ScalarQuad;

/// The frequencies at which crossovers work that are set to `crossovers_hz`: rising, at least a third of an octave apart, all
/// below 0.49 of the sample rate. Only the first `band_count - 1` are used.
pub fn working_frequencies_hz(
    crossovers_hz: &[f32; MAX_CROSSOVERS],
    band_count: usize,
    sample_rate: f64,
) -> [f64; MAX_CROSSOVERS] {
    let used = band_count.clamp(1, MAX_BANDS) - 1;
    let mut working_hz = crossovers_hz.map(f64::from);
    let mut lowest_hz = LOWEST_HZ;
    for hz in &mut working_hz {
        // `max` first: it also turns what is not a number into the lowest frequency.
        *hz = hz.max(lowest_hz);
        lowest_hz = *hz * LEAST_SPACING;
    }
    let mut highest_hz = HIGHEST_OF_RATE * sample_rate;
    for hz in working_hz[..used].iter_mut().rev() {
        *hz = hz.min(highest_hz);
        highest_hz = *hz / LEAST_SPACING;
    }
    working_hz
}

/// Magnitude of one band at `frequency_hz` (0 to half the sample rate), exactly as the digital filters have it: the magnitudes of
/// all bands sum to 1 at any frequency.
pub fn band_magnitude(
    frequency_hz: f64,
    band: usize,
    crossovers_hz: &[f32; MAX_CROSSOVERS],
    band_count: usize,
    sample_rate: f64,
) -> f64 {
    let working_hz = working_frequencies_hz(crossovers_hz, band_count, sample_rate);
    let warped = |hz: f64| (std::f64::consts::PI * hz / sample_rate).tan();
    let used = band_count.clamp(1, MAX_BANDS) - 1;
    let mut magnitude = 1.0;
    // In a tree split from the middle a four-band's outer bands pass the middle and their own split, no other.
    let low_pass = |split: usize| 1.0 / (1.0 + (warped(frequency_hz) / warped(working_hz[split])).powi(4));
    let high_pass = |split: usize| 1.0 / (1.0 + (warped(working_hz[split]) / warped(frequency_hz)).powi(4));
    let (mut low, mut high) = (0, used);
    while low < high {
        let split = (low + high) / 2;
        if band <= split {
            magnitude *= low_pass(split);
            high = split;
        } else {
            magnitude *= high_pass(split);
            low = split + 1;
        }
    }
    if band > used { 0.0 } else { magnitude }
}

/// A crossover of one stereo signal.
pub struct Crossover {
    sample_rate: f64,
    band_count: usize,
    /// The setting of which `working_hz` was made.
    crossovers_hz: Option<[f32; MAX_CROSSOVERS]>,
    working_hz: [f64; MAX_CROSSOVERS],
    /// Whether any cutoff may be on its way.
    moving: bool,
    cutoffs: [Cutoff; MAX_CROSSOVERS],
    /// The middle split, two filters in a row: left, right, and both again.
    middle: [Svf<ScalarQuad>; 2],
    /// What comes of it: low half of left and right, high half of left and right.
    halves: [ScalarQuad; CONTROL_INTERVAL],
    /// All-pass of the other half's split.
    phase: Svf<ScalarQuad>,
    /// The split of each half, two filters in a row.
    outer: [Svf<ScalarQuad>; 2],
}

impl Crossover {
    /// A crossover at `sample_rate` Hz.
    pub fn new(sample_rate: f64) -> Self {
        Self {
            sample_rate,
            band_count: MAX_BANDS,
            crossovers_hz: None,
            working_hz: [0.0; MAX_CROSSOVERS],
            moving: false,
            cutoffs: std::array::from_fn(|_| Cutoff::new(GLIDE_S, sample_rate)),
            middle: [Svf::at_rest(); 2],
            halves: [ScalarQuad::ZERO; CONTROL_INTERVAL],
            phase: Svf::at_rest(),
            outer: [Svf::at_rest(); 2],
        }
    }

    /// Clears the filters; the next [`Crossover::control`] takes its frequencies at once.
    pub fn reset(&mut self) {
        self.crossovers_hz = None;
        for cutoff in &mut self.cutoffs {
            cutoff.reset();
        }
        self.middle = [Svf::at_rest(); 2];
        self.phase = Svf::at_rest();
        self.outer = [Svf::at_rest(); 2];
    }

    /// Begins a segment. `band_count` (2 to 4) stays what it was until the next reset.
    pub fn control(&mut self, crossovers_hz: &[f32; MAX_CROSSOVERS], band_count: usize) {
        if self.crossovers_hz != Some(*crossovers_hz) {
            self.crossovers_hz = Some(*crossovers_hz);
            self.band_count = band_count.clamp(2, MAX_BANDS);
            self.working_hz = working_frequencies_hz(crossovers_hz, band_count, self.sample_rate);
            self.moving = true;
        }
        if self.moving {
            for (cutoff, hz) in self.cutoffs[..self.band_count - 1].iter_mut().zip(self.working_hz) {
                cutoff.control(hz);
            }
            self.moving = !self.cutoffs.iter().all(Cutoff::is_still);
        }
        for filter in self.middle.iter_mut().chain([&mut self.phase]).chain(&mut self.outer) {
            filter.settle();
        }
    }

    /// Splits both channels into bands.
    #[inline(always)]
    pub fn process<Q: Quad>(&mut self, left: &[f64], right: &[f64], bands: [&mut [Bands]; 2]) {
        if !self.moving {
            self.split::<Q>(left, right, bands);
            return;
        }
        let [left_bands, right_bands] = bands;
        for index in 0..left.len() {
            for cutoff in &mut self.cutoffs {
                cutoff.advance();
            }
            let one = index..=index;
            let bands = [&mut left_bands[one.clone()], &mut right_bands[one.clone()]];
            self.split::<Q>(&left[one.clone()], &right[one], bands);
        }
    }

    /// The work of [`Crossover::process`] while the frequencies stay. A loop for each level of the tree: a filter waits for its own
    /// last sample alone, not for the one ahead of it.
    #[inline(always)]
    fn split<Q: Quad>(&mut self, left: &[f64], right: &[f64], bands: [&mut [Bands]; 2]) {
        let filters = self.cutoffs.each_ref().map(|cutoff| SvfCoefficients::new(cutoff.g()));
        let [first, second, third] = filters.each_ref();
        let inputs = left.iter().zip(right).map(|(left, right)| Q::load(ScalarQuad([*left, *right, *left, *right])));
        let [left_bands, right_bands] = bands;
        let nothing = Q::splat(0.0);
        if self.band_count == 2 {
            let mut split = Split::new(&self.middle, [first; LANES]);
            for ((x, left), right) in inputs.zip(left_bands).zip(right_bands) {
                let Parts { low, high, .. } = split.tick(x);
                (*left, *right) = by_channel(low.join(nothing), high.join(nothing));
            }
            self.middle = split.filters();
            return;
        }
        let halves = &mut self.halves[..left.len()];
        let mut split = Split::new(&self.middle, [second; LANES]);
        for (x, half) in inputs.zip(halves.iter_mut()) {
            let Parts { low, high, .. } = split.tick(x);
            *half = low.join(high).store();
        }
        self.middle = split.filters();
        let rows = halves.iter().map(|half| Q::load(*half)).zip(left_bands).zip(right_bands);
        if self.band_count == 3 {
            let mut split = Split::new(&self.outer, [first; LANES]);
            for ((half, left), right) in rows {
                // The high half stays whole: its share of the first filter is the all-pass that keeps it in phase.
                let Parts { low, high, all_pass } = split.tick(half);
                (*left, *right) = by_channel(low.join(all_pass), high.join(nothing));
            }
            self.outer = split.filters();
        } else {
            let mut split = Split::new(&self.outer, [first, first, third, third]);
            let other = SvfCoefficients::side_by_side([third, third, first, first]);
            let mut phase = self.phase.load::<Q>();
            for ((half, left), right) in rows {
                let half = half - Q::splat(BUTTERWORTH_DAMPING) * phase.tick(&other, half).twice_band;
                let Parts { low, high, .. } = split.tick(half);
                (*left, *right) = by_channel(low, high);
            }
            self.phase = phase.store();
            self.outer = split.filters();
        }
    }
}

/// A split of four signals side by side: two low-passes in a row.
struct Split<Q> {
    coefficients: SvfCoefficients<Q>,
    once: Svf<Q>,
    /// Its charges are doubled, for so is what it takes in.
    twice: Svf<Q>,
}

/// What a split makes of one sample.
struct Parts<Q> {
    low: Q,
    high: Q,
    all_pass: Q,
}

impl<Q: Quad> Split<Q> {
    #[inline(always)]
    fn new([once, twice]: &[Svf<ScalarQuad>; 2], coefficients: [&SvfCoefficients<f64>; LANES]) -> Self {
        Self { coefficients: SvfCoefficients::side_by_side(coefficients), once: once.load(), twice: twice.load() }
    }

    #[inline(always)]
    fn tick(&mut self, x: Q) -> Parts<Q> {
        let once = self.once.tick(&self.coefficients, x);
        let twice = self.twice.tick(&self.coefficients, once.twice_low);
        let low = Q::splat(0.25) * twice.twice_low;
        let all_pass = x - Q::splat(BUTTERWORTH_DAMPING) * once.twice_band;
        Parts { low, high: all_pass - low, all_pass }
    }

    /// The filters as they are kept.
    #[inline(always)]
    fn filters(self) -> [Svf<ScalarQuad>; 2] {
        [self.once, self.twice].map(Svf::store)
    }
}

/// Bands of the left and of the right channel, from lows and highs of [left, right, left, right].
#[inline(always)]
fn by_channel<Q: Quad>(low: Q, high: Q) -> (Bands, Bands) {
    (low.even(high).store(), low.odd(high).store())
}
