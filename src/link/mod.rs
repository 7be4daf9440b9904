//! All that crosses threads, lock-free on the audio side.
//!
//! - [`feed`]: the input's audio on its way to the worker, through a ring of preallocated blocks;
//! - [`taps`]: input, output and levels on their way to an open window, through another such ring;
//! - [`overlay`]: the values of the last suggestion on their way to the audio thread;
//! - [`audition`]: how the window listens, on its way to the audio thread;
//! - [`solo`]: the range of frequencies that a hand wants to hear alone;
//! - [`progress`]: what the worker is at;
//! - [`vitals`]: what the audio thread tells of itself.

pub mod audition;
pub mod feed;
pub mod overlay;
pub mod progress;
pub mod solo;
pub mod taps;
pub mod vitals;

pub use audition::{Audition, AuditionInlet, AuditionOutlet};
pub use feed::{Block, Feed, Outlet, Ring};
pub use overlay::{Overlay, OverlayInlet, OverlayOutlet};
pub use progress::{Heard, Progress};
pub use solo::SoloSwitch;
pub use taps::{TapBlock, TapFeed, TapRing, Taps, Watch};
pub use vitals::{LoadReader, Vitals};
