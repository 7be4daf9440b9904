//! What a decision found and does, before it is put into words.

pub use crate::figures::hertz;

use super::{gauge::Gauge, suggestion::Module};
use crate::analysis::measurement::TimeRange;

/// One item in the making: the measurement and the range it was held against.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    pub module: Module,
    pub band: Option<usize>,
    pub acts: bool,
    /// The measurement against its range, as the first half of a sentence (or all of it, when nothing is done).
    pub cause: String,
    pub measured: f64,
    pub target_low: f64,
    pub target_high: f64,
    pub unit: &'static str,
    pub confidence: f64,
    /// How to read the figure off the result; none where nothing is done.
    pub gauge: Option<Gauge>,
    /// Where in the song it is heard most, where that is somewhere.
    pub time: Option<TimeRange>,
}

/// Settings of a module with what led to them.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision<T> {
    pub settings: T,
    pub findings: Vec<Finding>,
}
