//! Points, rectangles and matrices. Device space has its origin at the top left, x to the right, y down, one unit a pixel.

mod irect;
mod matrix;
mod point;
mod rect;
mod rounded_rect;
mod size;

pub use irect::IRect;
pub use matrix::{M44, Matrix, ScaleToFit};
pub use point::{IPoint, Point, Vector};
pub use rect::Rect;
pub use rounded_rect::{Corner, RRect};
pub use size::{ISize, Size};

/// The number type of all geometry.
#[allow(non_camel_case_types)]
pub type scalar = f32;
