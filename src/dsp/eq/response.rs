//! What a band does to the magnitude, exactly as its filter works: computed from the coefficients, not from the prototype.
//! The assistant fits its bands with it and the editor draws it.

use std::f64::consts::PI;

use super::{
    design::{Designer, Shape, Values},
    dynamics::gain_at_range_db,
    prototype::MAX_SECTIONS,
    svf::Coefficients,
};
use crate::{
    dsp::{gain_to_db, wider::wider},
    settings::{EqBand, EqSettings, Placement},
};

/// One band's response at one sample rate: designed once, asked for any number of frequencies.
#[derive(Debug, Clone)]
pub struct BandResponse {
    sections: [Coefficients; MAX_SECTIONS],
    used: usize,
    sample_rate: f64,
}

impl BandResponse {
    /// Of the band on its placement, taken as on, at rest, at `sample_rate` Hz.
    pub fn new(band: &EqBand, sample_rate: f64) -> Self {
        let shape = Shape::of(band);
        let values = Values::of(band);
        if shape.has_gain() && values.gain_db == 0.0 {
            return Self { sections: [Coefficients::IDENTITY; MAX_SECTIONS], used: 0, sample_rate };
        }
        let sections = Designer::new(sample_rate).design(shape, values);
        Self { sections, used: shape.sections(), sample_rate }
    }

    /// Of the band with its gain moved by the whole range of its dynamics: where a level far over the threshold takes it. The
    /// static curve if it has none.
    pub fn at_range(band: &EqBand, sample_rate: f64) -> Self {
        Self::new(&EqBand { gain_db: gain_at_range_db(band) as f32, ..*band }, sample_rate)
    }

    /// Squared magnitude at a frequency, Hz; beyond the Nyquist frequency that of the Nyquist frequency.
    pub fn power(&self, frequency_hz: f64) -> f64 {
        let tangent = (PI * (frequency_hz / self.sample_rate).clamp(0.0, 0.5)).tan();
        self.sections[..self.used].iter().map(|section| section.power(tangent)).product()
    }

    /// Multiplies each of `powers` by the squared magnitude where `tan(ω/2)` is that of `tangents`: many frequencies at once.
    pub fn multiply_powers(&self, tangents: &[f64], powers: &mut [f64]) {
        for section in &self.sections[..self.used] {
            for (power, tangent) in powers.iter_mut().zip(tangents) {
                *power *= section.power(*tangent);
            }
        }
    }

    /// Multiplies each numerator and denominator by those of the squared magnitude where `sin²(ω/2)` is that of `squared_sines`:
    /// a division for several bands. Both together may be as small as 1e-17 for a section.
    pub fn multiply_fractions(&self, squared_sines: &[f64], numerators: &mut [f64], denominators: &mut [f64]) {
        for section in &self.sections[..self.used] {
            multiply_fractions(section.power_polynomials(), squared_sines, numerators, denominators);
        }
    }

    /// Sections that the filter is made of; none when it does nothing.
    pub fn sections(&self) -> usize {
        self.used
    }

    /// Gain at a frequency, dB; -200 where nothing passes.
    pub fn gain_db(&self, frequency_hz: f64) -> f64 {
        gain_to_db(self.power(frequency_hz).sqrt())
    }
}

wider! {
    fn multiply_fractions(
        polynomials: [[f64; 3]; 2],
        squared_sines: &[f64],
        numerators: &mut [f64],
        denominators: &mut [f64],
    ) {
        let [numerator, denominator] = polynomials;
        let at = |[constant, linear, square]: [f64; 3], sine: f64| constant + (linear + square * sine) * sine;
        for ((sine, top), bottom) in squared_sines.iter().zip(numerators).zip(denominators) {
            *top *= at(numerator, *sine);
            *bottom *= at(denominator, *sine);
        }
    }
}

/// Gain in dB of one band at a frequency, at `sample_rate` Hz. The band counts as on; placement plays no part.
/// [`BandResponse`] is cheaper for many frequencies.
pub fn band_gain_db(band: &EqBand, frequency_hz: f64, sample_rate: f64) -> f64 {
    BandResponse::new(band, sample_rate).gain_db(frequency_hz)
}

/// Gain in dB of the whole equaliser at a frequency, at `sample_rate` Hz, for what travels in `channel`: the mid (stereo and
/// mid bands), the side (stereo and side bands), or what both have in common (stereo bands).
pub fn settings_gain_db(settings: &EqSettings, channel: Placement, frequency_hz: f64, sample_rate: f64) -> f64 {
    if !settings.on {
        return 0.0;
    }
    settings
        .bands
        .iter()
        .filter(|band| band.on && (band.placement == Placement::Stereo || band.placement == channel))
        .map(|band| band_gain_db(band, frequency_hz, sample_rate))
        .sum()
}
