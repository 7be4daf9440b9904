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
//! Latency: none. Cost: for the shelves up to six filters of second order of one signal, four at once; two more for mono below.

use super::{
    crossover::Bands,
    glide::{Glide, Glides},
    quad::{Quad, ScalarQuad},
    svf::{Cutoff, Svf, SvfCoefficients},
};
use crate::settings::{ImagerSettings, MAX_BANDS};

mod shelves;
#[cfg(test)]
mod tests;

pub use shelves::WidthShelves;

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
            if !on {
                self.share.aim(0.0);
                return;
            }
            self.cutoff.reset();
            self.filters = [Svf::at_rest(); 2];
        }
        self.share.aim(f64::from(u8::from(on)));
        self.cutoff.control(f64::from(settings.mono_below_hz).clamp(1.0, HIGHEST_OF_RATE * self.sample_rate));
        for filter in &mut self.filters {
            filter.settle();
        }
    }

    /// Whether it leaves the samples as they are, until it is switched on.
    pub fn is_idle(&self) -> bool {
        self.share.is_still() && self.share.current() == 0.0
    }

    /// Works in place; nothing is touched while it is off.
    pub fn process(&mut self, left: &mut [f64], right: &mut [f64]) {
        if self.is_idle() {
            return;
        }
        let still = self.cutoff.is_still() && self.share.is_still();
        let mut coefficients = SvfCoefficients::new(self.cutoff.g());
        let [mut first, mut second] = self.filters;
        for (left, right) in left.iter_mut().zip(right) {
            if !still {
                self.cutoff.advance();
                self.share.advance(1);
                coefficients = SvfCoefficients::new(self.cutoff.g());
            }
            let mid = 0.5 * (*left + *right);
            let side = 0.5 * (*left - *right);
            let high = second.high_pass(&coefficients, first.high_pass(&coefficients, side));
            // Still and not idle, the share is 1.
            let side = if still { high } else { side + self.share.current() * (high - side) };
            *left = mid + side;
            *right = mid - side;
        }
        self.filters = [first, second];
    }
}
