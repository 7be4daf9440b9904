//! The stereo image, from the powers of mid, side, left and right in the long-term spectrum.
//!
//! The product of left and right is mid squared less side squared; so nothing cancels, and mono is exactly 1.

use super::level_db;
use super::measurement::{BandStereo, DYNAMICS_EDGES_HZ, FLOOR_DB, Stereo};
use super::spectrum::{LEFT, MID, Powers, RIGHT, SIDE, SpectrumMeter};

/// The stereo image of the windows in `gated`, which are some of `spectrum`'s.
pub(super) fn stereo(gated: &Powers, spectrum: &SpectrumMeter) -> Stereo {
    let windows = f64::from(gated.windows.max(1));
    let band = |band: usize| BandStereo {
        low_hz: DYNAMICS_EDGES_HZ[band],
        high_hz: DYNAMICS_EDGES_HZ[band + 1],
        correlation: correlation(&gated.broad[band]),
        side_mid_db: match gated.broad[band] {
            [0.0, 0.0, ..] => FLOOR_DB,
            powers => difference_db(powers[SIDE], powers[MID], windows),
        },
        balance_db: difference_db(gated.broad[band][RIGHT], gated.broad[band][LEFT], windows),
        mono_loss_db: difference_db(gated.broad[band][MID] + gated.broad[band][SIDE], gated.broad[band][MID], windows),
        loose: spectrum.loose(band),
    };
    let [mid, side] = gated.weighted;
    Stereo {
        correlation: correlation(&gated.whole),
        balance_db: difference_db(gated.whole[RIGHT], gated.whole[LEFT], windows),
        // Stereo has the power 2 (mid + side), its mono sum from both loudspeakers 2 mid.
        mono_loss_lu: difference_db(mid + side, mid, windows),
        bands: std::array::from_fn(band),
    }
}

/// Of nothing 1, for nothing can cancel; of one channel beside a silent one 0.
fn correlation(powers: &[f64; 4]) -> f64 {
    let both = (powers[LEFT] * powers[RIGHT]).sqrt();
    if both > 0.0 {
        ((powers[MID] - powers[SIDE]) / both).clamp(-1.0, 1.0)
    } else if powers[LEFT] + powers[RIGHT] > 0.0 {
        0.0
    } else {
        1.0
    }
}

/// Level of the one over the other; each counts as the floor at least, so nothing against nothing is 0.
fn difference_db(one: f64, other: f64, windows: f64) -> f64 {
    level_db(one / windows) - level_db(other / windows)
}

#[cfg(test)]
mod tests;
