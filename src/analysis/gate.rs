//! Keeps silence and fade-outs out of every figure: what is measured is sorted by how loud it was at the time.
//!
//! The gate of ITU-R BS.1770-5 (10 LU under the mean of all that is over -70 LUFS) is known only at the end. So each measure keeps
//! one sum for every half LU of loudness; the sums over the gate are added up when somebody asks.

use super::level_db;
use super::measurement::FLOOR_DB;

/// Absolute gate of BS.1770-5 in LUFS.
pub(super) const ABSOLUTE_GATE_LUFS: f64 = -70.0;
/// Width of a loudness class in LU: the gate of everything but loudness itself is that exact.
const CLASS_LU: f64 = 0.5;
/// Classes from the absolute gate up to +10 LUFS; louder counts as that.
pub(super) const CLASSES: usize = 160;

/// Loudness in LUFS of the K-weighted mean power summed over the channels (BS.1770-5).
pub(super) fn power_to_lufs(power: f64) -> f64 {
    (level_db(power) - 0.691).max(FLOOR_DB)
}

/// The class of a loudness; none under the absolute gate.
pub(super) fn class_of(lufs: f64) -> Option<usize> {
    (lufs >= ABSOLUTE_GATE_LUFS).then(|| (((lufs - ABSOLUTE_GATE_LUFS) / CLASS_LU) as usize).min(CLASSES - 1))
}

/// The classes that count when the gate is at `gate_lufs`: those wholly or mostly over it.
pub(super) fn classes_over(gate_lufs: f64) -> std::ops::Range<usize> {
    let first = ((gate_lufs - ABSOLUTE_GATE_LUFS) / CLASS_LU).round().clamp(0.0, CLASSES as f64) as usize;
    first..CLASSES
}
