//! How a filter resonates, and how far another may lie for it to glide there or hand over what it holds.

use super::{
    design::{Designer, Shape, Values},
    svf::Coefficients,
    voice::GLIDE_S,
};

/// A fade takes this many times longer than the new filter rings (to 1/e), so that it is heard when it has swung in.
const FADE_RINGS: f64 = 6.0;
/// But no more than this longer.
const LONGEST_RINGING_S: f64 = 0.4;

/// How far one filter is from another and still much like it.
#[derive(Debug, Clone, Copy)]
pub struct Distance {
    /// Of frequency, in bandwidths of the resonance: octaves times its quality.
    pub bandwidths: f64,
    /// Of Q, in octaves.
    pub q_octaves: f64,
    /// Whether both shrink for a filter that rings long.
    pub paced: bool,
}

/// How far a filter glides, such that no path swells by more than about 1 dB (tests hold it).
pub const GLIDES: Distance = Distance { bandwidths: 0.2, q_octaves: 0.15, paced: true };
/// How far what one filter holds is still of more use to the next one than nothing.
pub const INHERITS: Distance = Distance { bandwidths: 2.0, q_octaves: 3.0, paced: false };
/// How a filter resonates.
#[derive(Debug, Clone, Copy)]
pub struct Resonance {
    pub quality: f64,
    /// Time in which it falls to 1/e.
    pub rings_s: f64,
}

impl Resonance {
    /// Of the filter with these values.
    pub fn of(designer: &Designer, shape: Shape, values: Values) -> Self {
        let design = designer.design(shape, values);
        let greatest = |of: fn(&Coefficients) -> f64| design[..shape.sections()].iter().map(of).fold(0.0, f64::max);
        Self {
            quality: greatest(Coefficients::quality).max(0.5),
            rings_s: greatest(Coefficients::ring_samples) / designer.sample_rate(),
        }
    }

    /// Time in which the filter may fade in.
    pub fn fade_s(&self) -> f64 {
        GLIDE_S + (FADE_RINGS * self.rings_s).min(LONGEST_RINGING_S)
    }
}
