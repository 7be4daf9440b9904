//! Measures audio and never changes it: spectrum, loudness, dynamics, stereo image, faults → [`Measurement`].
//!
//! [`Analyser`] takes blocks of any length and gives the same [`Measurement`] whatever the lengths; live listening and whole
//! files use the same one.

pub mod measurement;

pub use measurement::Measurement;

/// Takes music in blocks and measures it.
pub struct Analyser {
    measurement: Measurement,
}

impl Analyser {
    /// An analyser for music at `sample_rate_hz` (8000 to 384000) that came with `channels` channels (1 or 2; both are fed as
    /// left and right).
    pub fn new(sample_rate_hz: u32, channels: u16) -> Self {
        Self { measurement: Measurement { sample_rate_hz, channels, ..Measurement::default() } }
    }

    /// Listens to a block of any length.
    pub fn add(&mut self, left: &[f32], _right: &[f32]) {
        self.measurement.heard_s += left.len() as f64 / f64::from(self.measurement.sample_rate_hz);
    }

    /// What has been found out so far; listening can go on afterwards.
    pub fn measurement(&self) -> Measurement {
        self.measurement.clone()
    }
}
