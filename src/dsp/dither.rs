//! Dither.
use crate::settings::OutputSettings;

/// TPDF dither of two channels.
pub struct Ditherer;

impl Ditherer {
    /// A ditherer at `sample_rate` Hz.
    pub fn new(_sample_rate: f64) -> Self {
        Self
    }
    /// Starts the noise anew: the same input then gives the same output.
    pub fn reset(&mut self) {}
    /// Begins a segment.
    pub fn control(&mut self, _settings: &OutputSettings) {}
    /// Rounds in place; leaves the signal as it is when dither is off.
    pub fn process(&mut self, _left: &mut [f64], _right: &mut [f64]) {}
}
