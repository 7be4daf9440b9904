use super::state::State;
use crate::geometry::{IRect, Matrix, Rect};
use crate::paint::{BlendMode, Color4f, Paint, PaintStyle, SamplingOptions, Shader, ShaderKind, TileMode};
use crate::path::{Path, PathFillType};
use crate::raster::bitmap::Bitmap;
use crate::raster::blend::{self, blend, image_shader};
use crate::raster::coverage::{Cover, Coverage};
use crate::raster::lines::Lines;
use crate::raster::painter::{Gradient, Painter, Target};
use crate::raster::pixels::Pixels;
use crate::raster::sparse_mask::{ClipMask, clipped};

/// tiny-skia's stroker approximates offset curves to hundredths of their width, which is seen in their area; asked for this much finer, to less.
const STROKE_PRECISION: f32 = 4.0;

/// How coverage becomes colour.
enum Ink<'a> {
    Plain(Painter<'a>),
    /// Whatever tiny-skia can: any shader, any blend mode.
    Blended {
        shader: tiny_skia::Shader<'a>,
        mode: BlendMode,
    },
}

impl State {
    pub fn draw_path(&mut self, path: &Path, paint: &Paint) {
        if paint.color.a <= 0.0 && !paint.blend_mode.changes_outside() {
            return;
        }
        if let Some(filter) = &paint.mask_filter {
            return self.draw_blurred(path, paint, filter);
        }
        let device = self.matrix.map_rect(path.bounds()).0;
        let ink = paint.style != PaintStyle::Fill;
        let reach =
            if ink { paint.stroke_width * paint.miter_limit.max(1.5) * 0.5 * self.reach_scale() + 1.0 } else { 0.0 };
        if device.with_outset((reach, reach)).round_out().intersection(&self.clip.rect).is_empty() {
            return;
        }
        if path.is_cut() {
            let matrix = self.matrix;
            let surface = self.layers[0].bounds;
            let cuts = self.cuts(path, &matrix, paint.anti_alias, surface);
            let count = self.clip.masks.len();
            self.clip.masks.extend(cuts);
            self.draw_path(&path.uncut(), paint);
            self.clip.masks.truncate(count);
            return;
        }
        if paint.style != PaintStyle::Stroke {
            self.fill_path(path, paint);
        }
        if ink {
            let stroke = paint.stroke(self.matrix.mean_scale());
            let Some(outline) = &path.0.outline else { return };
            let scale = self.matrix.mean_scale();
            let dashed = stroke.dash.as_ref().and_then(|dash| outline.dash(dash, scale));
            let outline = dashed.as_ref().unwrap_or(outline);
            match Lines::new(outline, &stroke, &self.matrix).filter(|_| paint.anti_alias) {
                Some(lines) => self.draw_lines(&lines, device, paint),
                None => {
                    let outline = outline.stroke(&stroke, scale * STROKE_PRECISION);
                    self.fill_path(&Path::from_outline(outline, PathFillType::Winding), paint);
                }
            }
        }
    }

    /// Pixels that a unit may become.
    fn reach_scale(&self) -> f32 {
        let m = &self.matrix.0;
        (m[0].abs() + m[1].abs()).max(m[3].abs() + m[4].abs())
    }

    fn fill_path(&mut self, path: &Path, paint: &Paint) {
        let matrix = self.matrix;
        let device = matrix.map_rect(path.bounds()).0;
        let Some(ink) = ink(paint, &matrix) else { return };
        let rect = path.0.rect.filter(|_| matrix.rect_stays_rect());
        if rect.is_some() && (!paint.anti_alias || device.is_whole()) {
            self.draw_rows(device.round(), ink, |_, area, cover| cover_all(area, cover));
        } else {
            self.draw_rows(device.round_out(), ink, |state, area, cover| {
                state.cover_path(path, &matrix, paint.anti_alias, area, cover);
            });
        }
    }

    /// Strokes lines between points within `bounds`, in pixels.
    fn draw_lines(&mut self, lines: &Lines<'_>, bounds: Rect, paint: &Paint) {
        if let Some(ink) = ink(paint, &self.matrix) {
            let area = bounds.with_outset((lines.reach(), lines.reach())).round_out();
            self.draw_rows(area, ink, |state, area, cover| state.accumulator.stroke(lines, area, cover));
        }
    }

    /// Everything within the clip.
    pub fn draw_paint(&mut self, paint: &Paint) {
        let matrix = self.matrix;
        let mut area = self.clip.rect;
        if paint.blend_mode.keeps_empty() {
            area = area.intersection(&self.top().touched);
        }
        if let Some(ink) = ink(paint, &matrix) {
            self.draw_rows(area, ink, |_, area, cover| cover_all(area, cover));
        }
    }

    /// Draws `part` of `pixels` through `matrix`, which is applied before the canvas's own.
    pub fn draw_image(
        &mut self,
        pixels: &Pixels,
        part: IRect,
        matrix: &Matrix,
        sampling: SamplingOptions,
        paint: &Paint,
    ) {
        let matrix = self.matrix * *matrix;
        let alpha = paint.color.a;
        match (matrix.whole_translation(), paint.blend_mode) {
            (Some(at), BlendMode::SrcOver) => {
                let alpha = (alpha * 255.0 + 0.5) as u8;
                let ink = Ink::Plain(Painter::Image { pixels, at, alpha });
                self.draw_rows(part.offset(at.0, at.1), ink, |_, area, cover| cover_all(area, cover));
            }
            (_, mode) => {
                let shader = image_shader(pixels, TileMode::Clamp, sampling, alpha, &matrix);
                let ink = Ink::Blended { shader, mode };
                let rect = Rect::from(part);
                let path = Path::rect(rect, None);
                self.draw_rows(matrix.map_rect(rect).0.round_out(), ink, |state, area, cover| {
                    state.cover_path(&path, &matrix, true, area, cover);
                });
            }
        }
    }

    /// Draws a bitmap of coverage, moved by `at`, in one colour.
    pub fn cover_bitmap(&mut self, bitmap: &Bitmap, at: (i32, i32), color: Color4f) {
        let ink = Ink::Plain(Painter::Even(u32::from_le_bytes(color.to_pixel())));
        self.draw_rows(bitmap.area.offset(at.0, at.1), ink, |_, visible, cover| {
            let mut moved = |x: i32, y: i32, coverage: Coverage<'_>| cover.cover(x + at.0, y + at.1, coverage);
            bitmap.cover(visible.offset(-at.0, -at.1), &mut moved);
        });
    }

    /// Draws what `cover` covers of the visible part of `area`, in `ink`.
    fn draw_rows(&mut self, area: IRect, ink: Ink<'_>, cover: impl FnOnce(&mut Self, IRect, &mut dyn Cover)) {
        let area = area.intersection(&self.clip.rect);
        if area.is_empty() {
            return;
        }
        self.touch(area);
        // Both are put back below: nothing that covers looks at them.
        let clip = std::mem::replace(&mut self.clip, super::clip::Clip::new(area));
        let mut pixels = std::mem::take(&mut self.top().pixels);
        let masks = clip.masks_over(&area);
        match ink {
            Ink::Plain(painter) => {
                let mut target = Target { pixels: &mut pixels, painter: &painter };
                cover_clipped(self, area, &masks, &mut target, cover);
            }
            Ink::Blended { shader, mode } => {
                let mut alphas = Bitmap::new(area);
                cover_clipped(self, area, &masks, &mut alphas, cover);
                blend(&mut pixels, &alphas, shader, mode);
            }
        }
        drop(masks);
        self.clip = clip;
        self.top().pixels = pixels;
    }
}

fn cover_clipped(
    state: &mut State,
    area: IRect,
    masks: &[&ClipMask],
    target: &mut dyn Cover,
    cover: impl FnOnce(&mut State, IRect, &mut dyn Cover),
) {
    if masks.is_empty() {
        cover(state, area, target);
    } else {
        let mut through = |x: i32, y: i32, coverage: Coverage<'_>| clipped(masks, x, y, coverage, target);
        cover(state, area, &mut through);
    }
}

fn cover_all(area: IRect, cover: &mut dyn Cover) {
    for y in area.top..area.bottom {
        cover.cover(area.left, y, Coverage::Even { length: area.width() as usize, alpha: 255 });
    }
}

/// `None` where nothing would be seen.
fn ink<'a>(paint: &'a Paint, matrix: &Matrix) -> Option<Ink<'a>> {
    let alpha = paint.color.a;
    let over = paint.blend_mode == BlendMode::SrcOver;
    let pixel = u32::from_le_bytes(paint.color.to_pixel());
    match &paint.shader {
        None if over => Some(Ink::Plain(Painter::Even(pixel))),
        None if paint.blend_mode == BlendMode::Src => Some(Ink::Plain(Painter::Instead(pixel))),
        _ if paint.blend_mode == BlendMode::Clear => Some(Ink::Plain(Painter::Instead(0))),
        None => {
            let [r, g, b, a] = [paint.color.r, paint.color.g, paint.color.b, alpha].map(|c| c.clamp(0.0, 1.0));
            let color = tiny_skia::Color::from_rgba(r, g, b, a)?;
            Some(Ink::Blended { shader: tiny_skia::Shader::SolidColor(color), mode: paint.blend_mode })
        }
        Some(Shader { kind: ShaderKind::Gradient { line, stops, tile_mode }, local_matrix }) if over => {
            let to_device = *matrix * *local_matrix;
            Gradient::new(*line, stops, *tile_mode, alpha, &to_device).map(|g| Ink::Plain(Painter::Gradient(g)))
        }
        Some(shader) => {
            let shader = blend::shader(shader, alpha, matrix)?;
            Some(Ink::Blended { shader, mode: paint.blend_mode })
        }
    }
}
