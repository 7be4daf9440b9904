//! Compressor and imager: one crossover, both modules' work on its bands.
use crate::settings::{CompressorSettings, ImagerSettings, MAX_BANDS};

/// Crossover, compressor and imager.
pub struct BandStage;

impl BandStage {
    /// A stage at `sample_rate` Hz. Latency: none.
    pub fn new(_sample_rate: f64) -> Self {
        Self
    }
    /// Clears filters and envelopes.
    pub fn reset(&mut self) {}
    /// Begins a segment.
    pub fn control(&mut self, _compressor: &CompressorSettings, _imager: &ImagerSettings) {}
    /// Works in place.
    pub fn process(&mut self, _left: &mut [f64], _right: &mut [f64]) {}
    /// The most gain reduction of each band since the last call, in dB (0 or more), and starts anew.
    pub fn take_reduction_db(&mut self) -> [f32; MAX_BANDS] {
        [0.0; MAX_BANDS]
    }
}
