//! Lacquer: a mastering chain, the analysis that measures a mix, and the assistant that suggests settings with reasons.
//!
//! One hub, [`settings::ChainSettings`], names every sound. Data flows one way:
//! audio → [`dsp::Chain`] → taps → [`analysis`] → [`assistant`] → suggestion → parameters.
//! `ARCHITECTURE.md` says what may depend on what.

pub mod analysis;
pub mod assistant;
pub mod dsp;
#[cfg(feature = "editor")]
pub mod editor;
pub mod figures;
#[cfg(feature = "plugin")]
pub mod link;
#[cfg(feature = "plugin")]
pub mod params;
#[cfg(feature = "plugin")]
pub mod plugin;
#[cfg(feature = "files")]
pub mod render;
#[cfg(feature = "plugin")]
pub mod scope;
pub mod settings;
