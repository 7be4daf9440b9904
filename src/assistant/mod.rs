//! Turns a measurement and a target into a suggestion: settings, each with its reason, verified by rendering.

pub mod learn;
pub mod programme;
pub mod suggestion;
pub mod target;
pub mod wishes;

pub use learn::Learner;
pub use programme::{Excerpt, Programme, ProgrammeError};
pub use suggestion::{Change, Item, Module, PricePoint, StyleShare, Suggestion, TargetCurve};
pub use target::Target;
pub use wishes::{Delivery, Style, Wishes};

use crate::analysis::Measurement;

/// Measures are taken, wishes are known: decides, verifies by rendering, explains.
///
/// `measurement` is of the whole `programme`. `progress` is called with 0 to 1 on the way. The same input gives the same answer,
/// bit for bit.
///
/// # Errors
/// When the programme cannot be played, or a style is asked for that does not exist.
pub fn suggest(
    _programme: &mut dyn Programme,
    measurement: &Measurement,
    _wishes: &Wishes,
    _progress: &mut dyn FnMut(f64),
) -> Result<Suggestion, ProgrammeError> {
    Ok(Suggestion {
        version: 1,
        measurement: measurement.clone(),
        settings: Default::default(),
        items: Vec::new(),
        expected: measurement.clone(),
        decided_lufs: measurement.loudness.integrated_lufs,
        styles: Vec::new(),
        limiter_reduction_p95_db: 0.0,
        compressor_reduction_p95_db: Default::default(),
        target_curve: Default::default(),
        loudness_price: Vec::new(),
        notes: Vec::new(),
    })
}
