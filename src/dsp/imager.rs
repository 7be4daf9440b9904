//! Stereo width by frequency, and mono bass: works on the side signal (L - R)/2 alone.
//!
//! The mid is never touched: mono stays mono, bit for bit, and the mono sum L + R stays what it was to the last rounding. Therefore no filter of
//! the imager may turn the phase of the side further than it must, for the mid does not turn with it:
//!
//! - **Width** beside a multiband compressor scales the side of the compressor's own bands, which are in phase with the mid.
//!   Alone it shapes the side with [`WidthShelves`]: two equal chains of Butterworth shelves at the crossover's frequencies, of
//!   minimum phase. Each chain takes the square roots of the widths, so that two bands have exactly the magnitude that weighting
//!   the bands of a Linkwitz-Riley crossover would give, and more bands within 0.1 dB where they are three octaves wide (1.5 dB
//!   for steps from 100 to 200 to 50 % an octave apart), but only the phase that this change of magnitude itself brings:
//!   none where widths are equal, 16° at a step from 100 to 150 %. A crossover would turn the side through a full circle.
//!   The width of a band between two others is at least 1 % of the widest there.
//! - **Mono below** is a Linkwitz-Riley high-pass of fourth order (24 dB per octave, -6 dB at its frequency) on the side.
//!   As in every cutter's elliptical filter, the side's phase leads just above the corner.
//!
//! Latency: none. Cost: up to six filters of second order, of one signal, for the shelves and two for mono below.

use super::{
    CONTROL_INTERVAL,
    glide::{Glide, Glides},
    quad::{Quad, ScalarQuad},
    svf::{BUTTERWORTH_DAMPING, Cutoff, Svf, SvfCoefficients},
};
use crate::{
    dsp::crossover::{Bands, MAX_CROSSOVERS, working_frequencies_hz},
    settings::{ImagerSettings, MAX_BANDS},
};

#[cfg(test)]
mod tests;

/// Time that widths, cutoffs and switches take.
const GLIDE_S: f64 = 0.02;
/// Fourth root of the least width that a band between two others takes, of the widest one's: 1 %, for the shelves that
/// lead out of it again are ratios.
const LEAST_INNER_ROOT: f64 = 0.316_227_766_016_837_94;
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
    pub fn process<Q: Quad>(&mut self, left: &mut [Bands], right: &mut [Bands]) {
        let still = self.gains.is_still();
        if still && *self.gains.current() == [1.0; MAX_BANDS] {
            return;
        }
        let half = Q::splat(0.5);
        let mut gains = Q::load(ScalarQuad(*self.gains.current()));
        for (left, right) in left.iter_mut().zip(right) {
            if !still {
                gains = Q::load(ScalarQuad(*self.gains.advance(1)));
            }
            let (l, r) = (Q::load(*left), Q::load(*right));
            let mid = half * (l + r);
            let side = gains * (half * (l - r));
            *left = (mid + side).store();
            *right = (mid - side).store();
        }
    }
}

/// Width by frequency without a crossover: shapes the side with shelves.
pub struct WidthShelves {
    sample_rate: f64,
    used_crossovers: usize,
    cutoffs: [Cutoff; MAX_CROSSOVERS],
    /// Fourth roots of the widths, in which the shelves are polynomials.
    roots: Glides<MAX_BANDS>,
    shelves: [Shelf; MAX_CROSSOVERS],
    chains: [[Svf<f64>; MAX_CROSSOVERS]; 2],
}

/// Gains of a filter's outputs that make it a shelf.
#[derive(Debug, Clone, Copy)]
struct Shelf {
    coefficients: SvfCoefficients<f64>,
    low: f64,
    band: f64,
    high: f64,
}

impl Shelf {
    /// A shelf from `low`² to `high`²: (low² + √2·low·high·s + high²·s²) / (1 + √2·s + s²), whose squared magnitude is
    /// (low⁴ + high⁴·ω⁴) / (1 + ω⁴).
    fn new(low: f64, high: f64, g: f64) -> Self {
        Self {
            coefficients: SvfCoefficients::new(g),
            low: low * low,
            band: BUTTERWORTH_DAMPING * low * high,
            high: high * high,
        }
    }

    #[inline(always)]
    fn tick(&self, filter: &mut Svf<f64>, x: f64) -> f64 {
        let outputs = filter.tick(&self.coefficients, x);
        let (band, low) = (0.5 * outputs.twice_band, 0.5 * outputs.twice_low);
        self.low * low + (self.band * band + self.high * (x - BUTTERWORTH_DAMPING * band - low))
    }
}

impl WidthShelves {
    /// Shelves at `sample_rate` Hz.
    pub fn new(sample_rate: f64) -> Self {
        Self {
            sample_rate,
            used_crossovers: 0,
            cutoffs: std::array::from_fn(|_| Cutoff::new(GLIDE_S, sample_rate)),
            roots: Glides::new(GLIDE_S, sample_rate),
            shelves: [Shelf::new(1.0, 1.0, 1.0); MAX_CROSSOVERS],
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
        self.chains.iter_mut().flatten().for_each(Svf::<f64>::settle);
        self.set_shelves();
    }

    /// The first shelf goes from the first band's width to the second's, each further one by the ratio of its bands.
    fn set_shelves(&mut self) {
        let used = self.used_crossovers;
        let mut roots = *self.roots.current();
        let floor = LEAST_INNER_ROOT * roots[..=used].iter().fold(0.0, |greatest, root| f64::max(greatest, *root));
        for root in &mut roots[1..used.max(1)] {
            *root = root.max(floor);
        }
        for index in 0..used {
            let g = self.cutoffs[index].g();
            self.shelves[index] = if index == 0 {
                Shelf::new(roots[0], roots[1], g)
            } else if floor > 0.0 {
                Shelf::new(1.0, roots[index + 1] / roots[index], g)
            } else {
                Shelf::new(1.0, 1.0, g)
            };
        }
    }

    /// Shapes the side in place.
    #[inline(always)]
    pub fn process(&mut self, left: &mut [f64], right: &mut [f64]) {
        if self.roots.is_still() && self.cutoffs.iter().all(Cutoff::is_still) {
            self.shape(left, right);
            return;
        }
        for (left, right) in left.iter_mut().zip(right) {
            self.roots.advance(1);
            for cutoff in &mut self.cutoffs {
                cutoff.advance();
            }
            self.set_shelves();
            self.shape(std::slice::from_mut(left), std::slice::from_mut(right));
        }
    }

    /// The work of [`WidthShelves::process`] while the settings stay: one shelf after the other over the whole piece, for
    /// a filter waits for itself alone, not for the one ahead of it.
    #[inline(always)]
    fn shape(&mut self, left: &mut [f64], right: &mut [f64]) {
        let used = self.used_crossovers;
        let mut sides = [0.0; CONTROL_INTERVAL];
        let sides = &mut sides[..left.len()];
        for ((left, right), side) in left.iter().zip(right.iter()).zip(sides.iter_mut()) {
            *side = 0.5 * (*left - *right);
        }
        if used == 0 {
            let gain = self.roots.current()[0].powi(4);
            for side in sides.iter_mut() {
                *side *= gain;
            }
        }
        for chain in &mut self.chains {
            for (shelf, state) in self.shelves[..used].iter().zip(chain) {
                let mut filter = *state;
                for side in sides.iter_mut() {
                    *side = shelf.tick(&mut filter, *side);
                }
                *state = filter;
            }
        }
        for ((left, right), side) in left.iter_mut().zip(right).zip(sides) {
            let mid = 0.5 * (*left + *right);
            *left = mid + *side;
            *right = mid - *side;
        }
    }
}

/// Removes the side below a frequency.
pub struct MonoBelow {
    sample_rate: f64,
    cutoff: Cutoff,
    filters: [Svf<f64>; 2],
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
        let mut coefficients = SvfCoefficients::new(self.cutoff.g());
        for (left, right) in left.iter_mut().zip(right) {
            if !self.cutoff.is_still() {
                self.cutoff.advance();
                coefficients = SvfCoefficients::new(self.cutoff.g());
            }
            let share = self.share.advance(1);
            let mid = 0.5 * (*left + *right);
            let side = 0.5 * (*left - *right);
            let mut high = side;
            for filter in &mut self.filters {
                high = filter.high_pass(&coefficients, high);
            }
            let side = if share == 1.0 { high } else { side + share * (high - side) };
            *left = mid + side;
            *right = mid - side;
        }
    }
}
