//! Any shader and any blend mode, through tiny-skia.

use super::bitmap::Bitmap;
use super::over;
use super::pixels::Pixels;
use crate::geometry::Matrix;
use crate::paint::{BlendMode, GradientLine, SamplingOptions, Shader, ShaderKind, TileMode};
use tiny_skia::{GradientStop, LinearGradient, Pattern, RadialGradient, SpreadMode, Transform};

/// Blends `shader` with `pixels` as far as `coverage` goes. Its area lies inside.
///
/// The whole area is blended and then mixed with what was there by coverage, which is right for any mode (Skia does the same).
pub(crate) fn blend(pixels: &mut Pixels, coverage: &Bitmap, mut shader: tiny_skia::Shader<'_>, mode: BlendMode) {
    let area = coverage.area;
    let mut blended = pixels.part(area);
    shader.transform(Transform::from_translate(-area.left as f32, -area.top as f32));
    let paint =
        tiny_skia::Paint { shader, blend_mode: mode.to_tiny_skia(), anti_alias: false, ..tiny_skia::Paint::default() };
    let Some(all) = tiny_skia::Rect::from_xywh(0.0, 0.0, area.width() as f32, area.height() as f32) else { return };
    blended.as_tiny_skia_mut().fill_rect(all, &paint, Transform::identity(), None);
    let length = area.width() as usize;
    for y in area.top..area.bottom {
        let blended = blended.row(0, y - area.top, length);
        let coverage = coverage.row(area.left, y, length);
        for ((under, pixel), coverage) in pixels.row_mut(area.left, y, length).iter_mut().zip(blended).zip(coverage) {
            *under = over::mix(*under, *pixel, *coverage);
        }
    }
}

/// `matrix`: the way from the shader's units, before its own matrix, to pixels.
pub(crate) fn shader<'a>(shader: &'a Shader, alpha: f32, matrix: &Matrix) -> Option<tiny_skia::Shader<'a>> {
    let matrix = *matrix * shader.local_matrix;
    match &shader.kind {
        ShaderKind::Image { image, tile_mode, sampling } => {
            Some(image_shader(image.pixels(), *tile_mode, *sampling, alpha, &matrix))
        }
        ShaderKind::Gradient { line, stops, tile_mode } => {
            let stops = stops.iter().filter_map(|(position, color)| {
                let [r, g, b, a] = [color.r, color.g, color.b, color.a * alpha].map(|channel| channel.clamp(0.0, 1.0));
                Some(GradientStop::new(*position, tiny_skia::Color::from_rgba(r, g, b, a)?))
            });
            let (stops, spread, transform) = (stops.collect(), spread(*tile_mode), matrix.affine());
            match *line {
                GradientLine::Linear { from, to } => {
                    LinearGradient::new(from.into(), to.into(), stops, spread, transform)
                }
                GradientLine::Radial { centre, radius } => {
                    RadialGradient::new(centre.into(), 0.0, centre.into(), radius, stops, spread, transform)
                }
            }
        }
    }
}

/// `matrix`: the way from the image's pixels to pixels.
pub(crate) fn image_shader<'a>(
    pixels: &'a Pixels,
    tile_mode: TileMode,
    sampling: SamplingOptions,
    alpha: f32,
    matrix: &Matrix,
) -> tiny_skia::Shader<'a> {
    Pattern::new(pixels.as_tiny_skia(), spread(tile_mode), sampling.to_tiny_skia(), alpha, matrix.affine())
}

fn spread(tile_mode: TileMode) -> SpreadMode {
    match tile_mode {
        TileMode::Clamp => SpreadMode::Pad,
        TileMode::Repeat => SpreadMode::Repeat,
        TileMode::Mirror => SpreadMode::Reflect,
    }
}
