//! Linkwitz-Riley crossovers of fourth order (24 dB per octave): 1 to 4 bands whose sum is a pure all-pass.
//!
//! Each split is an all-pass of second order A and a low-pass LP⁴ (two Butterworth low-passes in a row); the high-pass is
//! A - LP⁴, which is identically two Butterworth high-passes in a row (S. Linkwitz, "Active Crossover Networks for Noncoincident Drivers", JAES
//! 1976). Bands that did not go through a split go through its all-pass instead (J. D'Appolito, "Active Realization of Multiway
//! All-Pass Crossover Systems", JAES 1987), so that all bands are in phase everywhere and their sum has a magnitude of exactly one,
//! whatever the frequencies. The tree is balanced: the middle is split first, then both halves side by side in the lanes of a
//! vector. Latency: none. Cost: 8 filters of second order a channel for four bands.

use super::{
    CONTROL_INTERVAL,
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

/// One sample of `N / 2` bands: the left channel's from the lowest up, then the right channel's.
pub type Lanes<const N: usize> = [f64; N];

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
    cutoffs: [Cutoff; MAX_CROSSOVERS],
    /// The middle split: left, right.
    middle: [Svf<2>; 2],
    /// All-pass of the other half's split; low and high half of the left channel, then of the right.
    phase: Svf<4>,
    /// The split of each half in the same lanes.
    halves: [Svf<4>; 2],
}

impl Crossover {
    /// A crossover at `sample_rate` Hz.
    pub fn new(sample_rate: f64) -> Self {
        Self {
            sample_rate,
            cutoffs: std::array::from_fn(|_| Cutoff::new(GLIDE_S, sample_rate)),
            middle: [Svf::at_rest(); 2],
            phase: Svf::at_rest(),
            halves: [Svf::at_rest(); 2],
        }
    }

    /// Clears the filters; the next [`Crossover::control`] takes its frequencies at once.
    pub fn reset(&mut self) {
        for cutoff in &mut self.cutoffs {
            cutoff.reset();
        }
        self.middle = [Svf::at_rest(); 2];
        self.phase = Svf::at_rest();
        self.halves = [Svf::at_rest(); 2];
    }

    /// Begins a segment. `band_count` stays what it was until the next reset.
    pub fn control(&mut self, crossovers_hz: &[f32; MAX_CROSSOVERS], band_count: usize) {
        let working_hz = working_frequencies_hz(crossovers_hz, band_count, self.sample_rate);
        let used = band_count.clamp(1, MAX_BANDS) - 1;
        for (cutoff, hz) in self.cutoffs[..used].iter_mut().zip(working_hz) {
            cutoff.control(hz);
        }
        for filter in &mut self.middle {
            filter.settle();
        }
        self.phase.settle();
        for filter in &mut self.halves {
            filter.settle();
        }
    }

    /// Splits both channels into `N / 2` bands (2 to 4), the count of the last [`Crossover::control`].
    #[inline(always)]
    pub fn process<const N: usize>(&mut self, left: &[f64], right: &[f64], bands: &mut [Lanes<N>]) {
        if self.cutoffs.iter().all(Cutoff::is_still) {
            self.split(left, right, bands);
        } else {
            for (index, lanes) in bands.iter_mut().enumerate() {
                for cutoff in &mut self.cutoffs {
                    cutoff.advance();
                }
                self.split(&left[index..=index], &right[index..=index], std::slice::from_mut(lanes));
            }
        }
    }

    /// The work of [`Crossover::process`] while the frequencies stay.
    #[inline(always)]
    fn split<const N: usize>(&mut self, left: &[f64], right: &[f64], bands: &mut [Lanes<N>]) {
        const ALL_PASS: f64 = 2.0 * BUTTERWORTH_DAMPING;
        let [g0, g1, g2] = [self.cutoffs[0].g(), self.cutoffs[1].g(), self.cutoffs[2].g()];
        let middle_g = SvfCoefficients::new([if N == 4 { g0 } else { g1 }; 2]);
        let mut halves = [[0.0; 4]; CONTROL_INTERVAL];
        let halves = &mut halves[..bands.len()];
        let [mut first, mut second] = self.middle;
        for ((left, right), half) in left.iter().zip(right).zip(halves.iter_mut()) {
            let x = [*left, *right];
            let once = first.tick(&middle_g, x);
            let low = second.tick(&middle_g, once.low).low;
            let high: [f64; 2] =
                std::array::from_fn(|channel| x[channel] - ALL_PASS * once.band[channel] - low[channel]);
            *half = [low[0], high[0], low[1], high[1]];
        }
        self.middle = [first, second];
        if N == 4 {
            for (half, lanes) in halves.iter().zip(bands) {
                lanes.copy_from_slice(half);
            }
            return;
        }
        let [mut first, mut second] = self.halves;
        if N == 6 {
            // The high half stays whole: its share of the first filter is the all-pass that keeps it in phase.
            let low_g = SvfCoefficients::new([g0; 4]);
            for (half, lanes) in halves.iter().zip(bands) {
                let once = first.tick(&low_g, *half);
                let low = second.tick(&low_g, once.low).low;
                let all_pass: [f64; 4] = std::array::from_fn(|lane| half[lane] - ALL_PASS * once.band[lane]);
                lanes.copy_from_slice(&[
                    low[0],
                    all_pass[0] - low[0],
                    all_pass[1],
                    low[2],
                    all_pass[2] - low[2],
                    all_pass[3],
                ]);
            }
        } else {
            let own_g = SvfCoefficients::new([g0, g2, g0, g2]);
            let other_g = SvfCoefficients::new([g2, g0, g2, g0]);
            let mut phase = self.phase;
            for (half, lanes) in halves.iter().zip(bands) {
                let other = phase.tick(&other_g, *half);
                let x: [f64; 4] = std::array::from_fn(|lane| half[lane] - ALL_PASS * other.band[lane]);
                let once = first.tick(&own_g, x);
                let low = second.tick(&own_g, once.low).low;
                let high: [f64; 4] = std::array::from_fn(|lane| x[lane] - ALL_PASS * once.band[lane] - low[lane]);
                lanes.copy_from_slice(&[low[0], high[0], low[1], high[1], low[2], high[2], low[3], high[3]]);
            }
            self.phase = phase;
        }
        self.halves = [first, second];
    }
}
