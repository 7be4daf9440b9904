//! Stereo width by frequency, and mono bass: works on the side signal (L - R)/2 alone.
//!
//! The mid is never touched: mono stays mono, bit for bit, and the mono sum L + R stays what it was to the last rounding. Therefore no filter of
//! the imager may turn the phase of the side further than it must, for the mid does not turn with it:
//!
//! - **Width** beside a multiband compressor scales the side of the compressor's own bands, which are in phase with the mid.
//!   Alone it shapes the side with [`WidthShelves`]: two equal chains of Butterworth shelves at the crossover's frequencies, of minimum
//!   phase. Each chain takes the square roots of the widths, so that two bands have exactly the magnitude that weighting the bands of a
//!   Linkwitz-Riley crossover would give (more bands: nearly, the further apart the nearer), but only the phase that this change of
//!   magnitude itself brings: none where widths are equal, 16° at a step from 100 to 150 %. A crossover's all-pass would turn the
//!   side through a full circle.
//! - **Mono below** is a Linkwitz-Riley high-pass of fourth order (24 dB per octave, -6 dB at its frequency) on the side.
//!   As in every cutter's elliptical filter, the side's phase leads just above the corner.
//!
//! Latency: none. Cost: up to six filters of second order, of one signal, for the shelves and two for mono below.

use super::{
    glide::{Glide, Glides},
    svf::{BUTTERWORTH_DAMPING, Cutoff, Svf, SvfCoefficients},
};
use crate::{
    dsp::crossover::{Lanes, MAX_CROSSOVERS, working_frequencies_hz},
    settings::{ImagerSettings, MAX_BANDS},
};

/// Time that widths, cutoffs and switches take.
const GLIDE_S: f64 = 0.02;
/// Highest corner of mono below as a part of the sample rate, so that the filter exists at any rate.
const HIGHEST_OF_RATE: f64 = 0.49;

/// Gains of the side signal in each band that `settings` ask for; 1 everywhere when the imager is off.
pub fn side_gains(settings: &ImagerSettings) -> [f64; MAX_BANDS] {
    if settings.on { settings.widths_percent.map(|percent| f64::from(percent) * 0.01) } else { [1.0; MAX_BANDS] }
}

/// Width of bands that a crossover has split.
pub struct BandWidths {
    gains: Glides<MAX_BANDS>,
}

impl BandWidths {
    /// Widths at `sample_rate` Hz.
    pub fn new(sample_rate: f64) -> Self {
        Self { gains: Glides::new(GLIDE_S, sample_rate) }
    }

    /// The next [`BandWidths::control`] takes its widths at once.
    pub fn reset(&mut self) {
        self.gains.reset();
    }

    /// Begins a segment.
    pub fn control(&mut self, side_gains: [f64; MAX_BANDS]) {
        self.gains.aim(side_gains);
    }

    /// Scales the side of each band in place.
    #[inline(always)]
    pub fn process<const N: usize>(&mut self, bands: &mut [Lanes<N>]) {
        let used = N / 2;
        if self.gains.is_still() && self.gains.current()[..used].iter().all(|gain| *gain == 1.0) {
            return;
        }
        for band in bands {
            let gains = self.gains.advance(1);
            let (left, right) = band.split_at_mut(used);
            for ((left, right), gain) in left.iter_mut().zip(right).zip(gains) {
                let mid = 0.5 * (*left + *right);
                let side = gain * (0.5 * (*left - *right));
                *left = mid + side;
                *right = mid - side;
            }
        }
    }
}

/// Width by frequency without a crossover: shapes the side with shelves.
pub struct WidthShelves {
    sample_rate: f64,
    used_crossovers: usize,
    cutoffs: [Cutoff; MAX_CROSSOVERS],
    /// Fourth roots of the widths: linear glides of these are the nearest to even steps of width that need no logarithm of zero.
    roots: Glides<MAX_BANDS>,
    chains: [[Svf<1>; MAX_CROSSOVERS]; 2],
}

impl WidthShelves {
    /// Shelves at `sample_rate` Hz.
    pub fn new(sample_rate: f64) -> Self {
        Self {
            sample_rate,
            used_crossovers: 0,
            cutoffs: std::array::from_fn(|_| Cutoff::new(GLIDE_S, sample_rate)),
            roots: Glides::new(GLIDE_S, sample_rate),
            chains: [[Svf::at_rest(); MAX_CROSSOVERS]; 2],
        }
    }

    /// Clears the filters; the next [`WidthShelves::control`] takes its settings at once.
    pub fn reset(&mut self) {
        for cutoff in &mut self.cutoffs {
            cutoff.reset();
        }
        self.roots.reset();
        self.chains = [[Svf::at_rest(); MAX_CROSSOVERS]; 2];
    }

    /// Begins a segment. `band_count` stays what it was until the next reset.
    pub fn control(&mut self, side_gains: [f64; MAX_BANDS], crossovers_hz: &[f32; MAX_CROSSOVERS], band_count: usize) {
        self.used_crossovers = band_count.clamp(1, MAX_BANDS) - 1;
        self.roots.aim(side_gains.map(|gain| gain.sqrt().sqrt()));
        let working_hz = working_frequencies_hz(crossovers_hz, band_count, self.sample_rate);
        for (cutoff, hz) in self.cutoffs[..self.used_crossovers].iter_mut().zip(working_hz) {
            cutoff.control(hz);
        }
        for filter in self.chains.iter_mut().flatten() {
            filter.settle();
        }
    }

    /// Shapes the side in place.
    pub fn process(&mut self, left: &mut [f64], right: &mut [f64]) {
        let used = self.used_crossovers;
        let mut coefficients = self.coefficients();
        for (left, right) in left.iter_mut().zip(right) {
            if !self.cutoffs.iter().all(Cutoff::is_still) {
                for cutoff in &mut self.cutoffs {
                    cutoff.advance();
                }
                coefficients = self.coefficients();
            }
            let roots = *self.roots.advance(1);
            let mid = 0.5 * (*left + *right);
            let mut side = 0.5 * (*left - *right);
            for chain in &mut self.chains {
                let mut shaped = 0.0;
                for (index, filter) in chain[..used].iter_mut().enumerate() {
                    let outputs = filter.tick(&coefficients[index], [side]);
                    let (band, low) = (outputs.band[0], outputs.low[0]);
                    // (√w₁ + √2·⁴√(w₁w₂)·s + √w₂·s²) / (1 + √2·s + s²): its squared magnitude is (w₁ + w₂·ω⁴) / (1 + ω⁴).
                    shaped += roots[index] * (roots[index] * low + BUTTERWORTH_DAMPING * roots[index + 1] * band);
                    side = side - BUTTERWORTH_DAMPING * band - low;
                }
                side = shaped + roots[used] * roots[used] * side;
            }
            *left = mid + side;
            *right = mid - side;
        }
    }

    fn coefficients(&self) -> [SvfCoefficients<1>; MAX_CROSSOVERS] {
        std::array::from_fn(|index| SvfCoefficients::new([self.cutoffs[index].g()]))
    }
}

/// Removes the side below a frequency.
pub struct MonoBelow {
    sample_rate: f64,
    cutoff: Cutoff,
    filters: [Svf<1>; 2],
    /// 0: the side passes, 1: it is high-passed.
    share: Glide,
}

impl MonoBelow {
    /// The filter at `sample_rate` Hz.
    pub fn new(sample_rate: f64) -> Self {
        Self {
            sample_rate,
            cutoff: Cutoff::new(GLIDE_S, sample_rate),
            filters: [Svf::at_rest(); 2],
            share: Glide::new(GLIDE_S, sample_rate),
        }
    }

    /// Clears the filter; the next [`MonoBelow::control`] takes its settings at once.
    pub fn reset(&mut self) {
        self.cutoff.reset();
        self.filters = [Svf::at_rest(); 2];
        self.share.reset();
    }

    /// Begins a segment.
    pub fn control(&mut self, settings: &ImagerSettings) {
        let on = settings.on && settings.mono_below_on;
        if self.is_idle() {
            self.cutoff.reset();
            self.filters = [Svf::at_rest(); 2];
        }
        self.share.aim(f64::from(u8::from(on)));
        self.cutoff.control(f64::from(settings.mono_below_hz).clamp(1.0, HIGHEST_OF_RATE * self.sample_rate));
        for filter in &mut self.filters {
            filter.settle();
        }
    }

    fn is_idle(&self) -> bool {
        self.share.is_still() && self.share.current() == 0.0
    }

    /// Works in place; nothing is touched while it is off.
    pub fn process(&mut self, left: &mut [f64], right: &mut [f64]) {
        if self.is_idle() {
            return;
        }
        let mut coefficients = SvfCoefficients::new([self.cutoff.g()]);
        for (left, right) in left.iter_mut().zip(right) {
            if !self.cutoff.is_still() {
                self.cutoff.advance();
                coefficients = SvfCoefficients::new([self.cutoff.g()]);
            }
            let share = self.share.advance(1);
            let mid = 0.5 * (*left + *right);
            let side = 0.5 * (*left - *right);
            let mut high = side;
            for filter in &mut self.filters {
                let outputs = filter.tick(&coefficients, [high]);
                high = high - BUTTERWORTH_DAMPING * outputs.band[0] - outputs.low[0];
            }
            let side = if share == 1.0 { high } else { side + share * (high - side) };
            *left = mid + side;
            *right = mid - side;
        }
    }
}
