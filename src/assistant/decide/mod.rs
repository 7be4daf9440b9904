//! What each module should do for a song: settings, and the figures that led to them.

pub mod compressor;
pub mod eq;
pub mod imager;
pub mod limiter;
pub mod low_cut;
pub mod resonance;
mod restraint;
pub mod side;
