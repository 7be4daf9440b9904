//! A [vizia] window inside another program's window, drawn in memory without a graphics card.
//!
//! [`Stage`] drives one vizia tree by hand: events in, a turn, a picture out. It needs no display, so that tests and
//! screenshots use it as it is. [`open`] puts a stage into a window of the system (X11, Windows, macOS) whose parent is a
//! host's window.
//!
//! # Threads
//! Everything of vizia lives on the thread that made it. On X11 each window has a thread of its own; on Windows and macOS
//! all windows share the main thread, and with it vizia's queue of changed signals: whoever sets a signal there runs a
//! [`Stage::turn`] before another window may run one. [`open`] does so after each tick.
//!
//! # Frames
//! A timer paces them: on X11 the host's where it has one (see [`Link::beat`]), else one of the window's own. What has not changed is neither drawn nor copied, and a hidden window does nothing.

mod keyboard;
mod keys;
mod link;
mod painter;
mod sight;
mod stage;
mod window;
mod wish;

pub use baseview;
pub use link::{Geometry, Link};
pub use stage::{Area, Stage};
pub use window::{Content, Options, open};
