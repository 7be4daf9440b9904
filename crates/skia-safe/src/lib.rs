#![doc = include_str!("../README.md")]

mod cache;
pub mod canvas;
mod data;
mod geometry;
mod image;
mod paint;
mod path;
mod pixmap;
mod raster;
mod surface;
pub mod svg;
mod text;

pub use canvas::{Canvas, ClipOp};
pub use data::Data;
pub use geometry::{Corner, IPoint, IRect, ISize, M44, Matrix, Point, RRect, Rect, ScaleToFit, Size, Vector, scalar};
pub use image::{DirectContext, EncodedImageFormat, Image};
pub use paint::{
    BlendMode, BlurStyle, Color, Color4f, ColorSpace, FilterMode, ImageFilter, MaskFilter, MipmapMode, Paint, PaintCap,
    PaintJoin, PaintStyle, PathEffect, SamplingOptions, Shader, TileMode, gradient_shader, shaders,
};
pub use path::{Path, PathBuilder, PathDirection, PathFillType, PathOp, path_builder};
pub use pixmap::Pixmap;
pub use surface::{Surface, surfaces};
pub use text::{FontArguments, FontMgr, FontStyle, FourByteTag, Typeface, font_arguments, font_style, textlayout};

/// Names that belong to [`RRect`].
pub mod rrect {
    pub use crate::geometry::{Corner, RRect};
}

/// What stands for Skia's own objects.
pub mod wrapper {
    /// What a handle stands for.
    pub trait PointerWrapper<N> {
        fn inner(&self) -> &N;
    }
}
