//! All that crosses threads, lock-free on the audio side.
//!
//! - [`feed`]: the input's audio on its way to the worker, through a ring of preallocated blocks;
//! - [`meters`]: levels and gain reduction, one atomic each, and what the worker is at;
//! - [`overlay`]: the values of the last suggestion on their way to the audio thread.

pub mod feed;
pub mod meters;
pub mod overlay;

pub use feed::{Block, Feed, Outlet, Ring};
pub use meters::Meters;
pub use overlay::{Overlay, OverlayInlet, OverlayOutlet};
