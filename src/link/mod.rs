//! All that crosses threads, lock-free on the audio side.
//!
//! - [`feed`]: the input's audio on its way to the worker, through a ring of preallocated blocks;
//! - [`taps`]: input, output and levels on their way to an open window, through another such ring;
//! - [`meters`]: what the worker is at;
//! - [`overlay`]: the values of the last suggestion on their way to the audio thread.

pub mod feed;
pub mod meters;
pub mod overlay;
pub mod taps;

pub use feed::{Block, Feed, Outlet, Ring};
pub use meters::Meters;
pub use overlay::{Overlay, OverlayInlet, OverlayOutlet};
pub use taps::{TapBlock, TapFeed, TapRing, Taps, Watch};
