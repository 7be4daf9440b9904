//! Files in, chain and assistant, files and reports out.
//!
//! [`decode`] plays any audio file as stereo, [`master`] runs it through the chain with the plugin's own samples, [`wav`] writes
//! the result, [`report`] draws it as one HTML page, [`demo_mix`] makes music to try all that with.

#[cfg(feature = "cli")]
pub mod adapt;
pub mod decode;
#[cfg(feature = "cli")]
pub mod demo_mix;
pub mod guard;
#[cfg(feature = "cli")]
pub mod master;
pub mod measure;
#[cfg(feature = "cli")]
pub mod output;
#[cfg(feature = "cli")]
pub mod report;
pub mod tags;
pub mod text;
#[cfg(feature = "cli")]
pub mod wav;
#[cfg(feature = "cli")]
pub mod wording;

pub use decode::Recording;
pub use tags::Tags;

/// Why a file could not be read, mastered or written: a sentence for people.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Error {
    /// What was given cannot be used: a missing or broken file, a wrong option. The command exits with 1.
    #[error("{0}")]
    BadInput(String),
    /// The work failed on the way: a full disk, a file that breaks off. The command exits with 2.
    #[error("{0}")]
    Failed(String),
}
