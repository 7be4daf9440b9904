use super::{Color4f, SamplingOptions};
use crate::geometry::{Matrix, Point};
use crate::image::Image;

/// What lies outside a gradient's or an image's ends.
#[derive(Copy, Clone, PartialEq, Eq, Debug, Default)]
pub enum TileMode {
    /// The colour of the edge.
    #[default]
    Clamp,
    /// The same again.
    Repeat,
    /// The same again, every other time reversed.
    Mirror,
}

/// Where a gradient's colours lie.
#[derive(Copy, Clone, Debug)]
pub(crate) enum GradientLine {
    Linear { from: Point, to: Point },
    Radial { centre: Point, radius: f32 },
}

#[derive(Clone, Debug)]
pub(crate) enum ShaderKind {
    Gradient { line: GradientLine, stops: Vec<(f32, Color4f)>, tile_mode: TileMode },
    Image { image: Image, tile_mode: TileMode, sampling: SamplingOptions },
}

/// A colour for each place: a gradient (see [`shaders`](super::shaders)) or an image (see [`Image::to_shader`]).
#[derive(Clone, Debug)]
pub struct Shader {
    pub(crate) kind: ShaderKind,
    pub(crate) local_matrix: Matrix,
}
