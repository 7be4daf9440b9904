use super::decoration::TextDecoration;
use super::glyphs::{GLYPHS, PLACES};
use super::laid_lines::GlyphRun;
use super::paragraph::Paragraph;
use super::text_style::TextStyle;
use crate::canvas::Canvas;
use crate::geometry::{Point, Rect};
use crate::paint::{BlendMode, Paint, PaintStyle};
use crate::path::{Path, PathFillType};
use tiny_skia::Transform;

/// Larger glyphs are drawn as outlines and not kept, in pixels.
const LARGEST_KEPT: f32 = 200.0;

impl Paragraph {
    /// Draws the text with the top left corner of its first line at `at`: backgrounds, letters, decorations.
    pub fn paint(&self, canvas: &Canvas, at: impl Into<Point>) {
        let at = at.into();
        for run in &self.laid.runs {
            if let Some(background) = &self.style_of(run).background {
                canvas.draw_rect(run.bounds(at), background);
            }
        }
        for run in &self.laid.runs {
            let style = self.style_of(run);
            draw_glyphs(canvas, run, at, &style.paint());
            draw_decoration(canvas, run, at, style);
        }
    }

    fn style_of(&self, run: &GlyphRun) -> &TextStyle {
        let style = self.text.spans.get(run.span).map_or(0, |(_, style)| *style);
        &self.text.styles[style]
    }
}

impl GlyphRun {
    fn bounds(&self, at: Point) -> Rect {
        Rect::new(self.left, self.top, self.left + self.advance, self.bottom).with_offset(at)
    }
}

fn draw_glyphs(canvas: &Canvas, run: &GlyphRun, at: Point, paint: &Paint) {
    let matrix = canvas.local_to_device_as_3x3();
    let scale = matrix.scale_x();
    let upright = matrix.skew_x() == 0.0 && matrix.skew_y() == 0.0 && scale == matrix.scale_y() && scale > 0.0;
    let plain = paint.style == PaintStyle::Fill && paint.shader.is_none() && paint.blend_mode == BlendMode::SrcOver;
    let size = run.size * scale;
    if !upright || !plain || size > LARGEST_KEPT {
        return draw_outlines(canvas, run, at, paint);
    }
    let mut state = canvas.state();
    // Letters may reach out of their line, but not by more than their size.
    let area = matrix.map_rect(run.bounds(at)).0.round_out().outset(size as i32 + 1);
    if area.intersection(&state.clip_rect()).is_empty() {
        return;
    }
    let face = run.face(size);
    GLYPHS.with_borrow_mut(|cache| {
        for &(glyph, x, y) in &run.glyphs {
            let origin = matrix.map_xy(at.x + x, at.y + y);
            let places = (origin.x * PLACES as f32).round() as i32;
            if let Some(bitmap) = cache.bitmap(run, face, size, glyph, places.rem_euclid(PLACES)) {
                let origin = (places.div_euclid(PLACES), origin.y.round() as i32);
                state.cover_bitmap(&bitmap, origin, paint.color);
            }
        }
    });
}

fn draw_outlines(canvas: &Canvas, run: &GlyphRun, at: Point, paint: &Paint) {
    let mut paint = paint.clone();
    paint.set_anti_alias(true);
    for &(glyph, x, y) in &run.glyphs {
        let place = Transform::from_translate(at.x + x, at.y + y);
        let outline = run.outline(glyph, run.size).and_then(|outline| outline.transform(place));
        canvas.draw_path(&Path::from_outline(outline, PathFillType::Winding), &paint);
    }
}

fn draw_decoration(canvas: &Canvas, run: &GlyphRun, at: Point, style: &TextStyle) {
    let paint = Paint::new(crate::Color4f::from(style.decoration_color), None);
    let line = |above_baseline: f32, thickness: f32| {
        // On whole pixels, so that it is as dark everywhere.
        let top = (at.y + run.baseline - above_baseline).round();
        let left = at.x + run.left;
        canvas.draw_rect(Rect::new(left, top, left + run.advance, top + thickness.round().max(1.0)), &paint);
    };
    if style.decoration.contains(TextDecoration::UNDERLINE) {
        line(run.underline.0, run.underline.1);
    }
    if style.decoration.contains(TextDecoration::LINE_THROUGH) {
        line(run.strikethrough.0, run.strikethrough.1);
    }
    if style.decoration.contains(TextDecoration::OVERLINE) {
        line(run.baseline - run.top, run.underline.1);
    }
}
