//! Pure-Rust stand-in for the part of `skia-safe` that vizia 0.4 uses.
//! Raster only: tiny-skia (paths), parley (text), resvg (svg).
#![allow(clippy::all, clippy::unwrap_used)]
pub mod canvas;
mod geom;
mod image;
mod paint;
mod path;
mod raster;
mod surface;
pub mod svg;
mod text;

pub use canvas::{Canvas, ClipOp, SaveLayerRec};
pub use geom::*;
pub use image::{Data, Image};
pub use paint::*;
pub use path::{Path, PathBuilder, PathDirection, PathFillType, PathOp, path_builder};
pub use surface::{Surface, surfaces};
pub use text::{FontArguments, FontMgr, FontStyle, FourByteTag, Typeface, font_arguments, font_style, textlayout};

pub mod rrect {
    pub use crate::geom::{Corner, RRect};
}

pub mod wrapper {
    /// Access to the "native" object behind a handle.
    pub trait PointerWrapper<N> {
        fn inner(&self) -> &N;
    }
}
