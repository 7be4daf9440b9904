use super::shader::{GradientLine, Shader, ShaderKind};
use crate::geometry::{Matrix, Point};

/// What a gradient is made of.
pub mod gradient_shader {
    use crate::paint::{Color4f, ColorSpace, TileMode};

    /// How colours between stops are found: not premultiplied, in sRGB's encoded values. There is nothing else to choose.
    #[derive(Clone, Debug, Default)]
    pub struct Interpolation(());

    /// The stops.
    #[derive(Clone, Debug)]
    pub struct GradientColors<'a> {
        pub(crate) colors: &'a [Color4f],
        pub(crate) positions: Option<&'a [f32]>,
        pub(crate) tile_mode: TileMode,
    }

    impl<'a> GradientColors<'a> {
        /// `positions` from 0 to 1, rising, one for each colour; without, stops are evenly spaced.
        pub fn new(
            colors: &'a [Color4f],
            positions: Option<&'a [f32]>,
            tile_mode: TileMode,
            _color_space: impl Into<Option<ColorSpace>>,
        ) -> Self {
            Self { colors, positions, tile_mode }
        }
    }

    /// Stops and the way between them.
    #[derive(Clone, Debug)]
    pub struct Gradient<'a> {
        pub(crate) colors: GradientColors<'a>,
    }

    impl<'a> Gradient<'a> {
        pub fn new(colors: GradientColors<'a>, _interpolation: impl Into<Interpolation>) -> Self {
            Self { colors }
        }
    }
}

/// Shaders by name.
pub mod shaders {
    use super::*;

    /// From the first point to the second; `None` without colours.
    pub fn linear_gradient<'a>(
        (from, to): (impl Into<Point>, impl Into<Point>),
        gradient: &gradient_shader::Gradient<'_>,
        local_matrix: impl Into<Option<&'a Matrix>>,
    ) -> Option<Shader> {
        let line = GradientLine::Linear { from: from.into(), to: to.into() };
        shader(line, gradient, local_matrix.into())
    }

    /// From a centre outwards to a radius; `None` without colours or with a radius that is not positive.
    pub fn radial_gradient<'a>(
        (centre, radius): (impl Into<Point>, f32),
        gradient: &gradient_shader::Gradient<'_>,
        local_matrix: impl Into<Option<&'a Matrix>>,
    ) -> Option<Shader> {
        if radius.is_nan() || radius <= 0.0 {
            return None;
        }
        shader(GradientLine::Radial { centre: centre.into(), radius }, gradient, local_matrix.into())
    }
}

fn shader(
    line: GradientLine,
    gradient: &gradient_shader::Gradient<'_>,
    local_matrix: Option<&Matrix>,
) -> Option<Shader> {
    let colors = &gradient.colors;
    if colors.colors.is_empty() || colors.positions.is_some_and(|positions| positions.len() != colors.colors.len()) {
        return None;
    }
    let last = colors.colors.len().max(2) - 1;
    let position = |i: usize| colors.positions.map_or(i as f32 / last as f32, |positions| positions[i]);
    let stops = colors.colors.iter().enumerate().map(|(i, color)| (position(i), *color)).collect();
    Some(Shader {
        kind: ShaderKind::Gradient { line, stops, tile_mode: colors.tile_mode },
        local_matrix: local_matrix.copied().unwrap_or_default(),
    })
}
