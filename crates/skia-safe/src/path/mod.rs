//! Outlines of lines and curves.

mod arc;
mod builder;
mod contains;
mod hash;
mod op;
mod outline;
mod rounded;

pub use builder::PathBuilder;
pub use op::PathOp;
pub use outline::{Path, PathFillType};

/// The sense in which a closed outline runs, as seen with y down.
#[derive(Copy, Clone, PartialEq, Eq, Debug, Default)]
pub enum PathDirection {
    #[default]
    CW,
    CCW,
}

/// Names that belong to [`PathBuilder`].
pub mod path_builder {
    pub use super::PathBuilder;
    pub use super::arc::ArcSize;
}
