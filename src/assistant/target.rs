//! Targets: what good masters measure, as a probability.

use serde::{Deserialize, Serialize};

/// What songs of a kind measure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Target {
    pub name: String,
    /// Number of songs it was learned from.
    pub songs: usize,
}

/// Why a text is not a target.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct TargetError(pub String);

impl Target {
    /// A target from the text of a target file.
    ///
    /// # Errors
    /// A sentence on what is wrong with the text.
    pub fn from_text(text: &str) -> Result<Self, TargetError> {
        serde_json::from_str(text).map_err(|error| TargetError(error.to_string()))
    }

    /// The text of a target file.
    pub fn to_text(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// The targets that come with Lacquer.
    pub fn shipped() -> &'static [Target] {
        &[]
    }
}
