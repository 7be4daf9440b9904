//! The limiter.
use crate::settings::LimiterSettings;

/// True-peak limiter with a soft clip ahead.
pub struct Limiter;

impl Limiter {
    /// A limiter at `sample_rate` Hz.
    pub fn new(_sample_rate: f64) -> Self {
        Self
    }
    /// Delay in samples: the same whatever the settings, on or off.
    pub fn latency(&self) -> usize {
        0
    }
    /// Clears delays and envelopes.
    pub fn reset(&mut self) {}
    /// Begins a segment.
    pub fn control(&mut self, _settings: &LimiterSettings) {}
    /// Works in place.
    pub fn process(&mut self, _left: &mut [f64], _right: &mut [f64]) {}
    /// The most gain reduction since the last call, in dB (0 or more), and starts anew.
    pub fn take_reduction_db(&mut self) -> f32 {
        0.0
    }
}
