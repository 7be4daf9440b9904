use super::Canvas;
use crate::geometry::{Matrix, Point, RRect, Rect};
use crate::image::Image;
use crate::paint::{BlendMode, Color4f, FilterMode, Paint, PaintStyle, SamplingOptions};
use crate::path::{Path, PathBuilder};

/// Whether pixels beside the part of an image that is drawn may show at its edges.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum SrcRectConstraint {
    /// They may.
    Fast,
}

/// What draws. All of it goes through the matrix and the clip.
impl Canvas {
    /// Everything within the clip becomes this colour, whatever it was.
    pub fn clear(&self, color: impl Into<Color4f>) -> &Self {
        self.draw_color(color, BlendMode::Src)
    }

    /// Blends everything within the clip with one colour.
    pub fn draw_color(&self, color: impl Into<Color4f>, mode: impl Into<Option<BlendMode>>) -> &Self {
        let mut paint = Paint::new(color.into(), None);
        paint.set_blend_mode(mode.into().unwrap_or_default());
        self.draw_paint(&paint)
    }

    /// Paints everything within the clip.
    pub fn draw_paint(&self, paint: &Paint) -> &Self {
        self.state().draw_paint(paint);
        self
    }

    pub fn draw_path(&self, path: &Path, paint: &Paint) -> &Self {
        self.state().draw_path(path, paint);
        self
    }

    pub fn draw_rect(&self, rect: impl AsRef<Rect>, paint: &Paint) -> &Self {
        self.draw_path(&Path::rect(rect, None), paint)
    }

    pub fn draw_rrect(&self, rrect: impl AsRef<RRect>, paint: &Paint) -> &Self {
        self.draw_path(&Path::rrect(rrect, None), paint)
    }

    /// A rounded rectangle with the same radii at each corner.
    pub fn draw_round_rect(&self, rect: impl AsRef<Rect>, x_radius: f32, y_radius: f32, paint: &Paint) -> &Self {
        self.draw_rrect(RRect::new_rect_xy(rect, x_radius, y_radius), paint)
    }

    /// The ellipse inside `rect`.
    pub fn draw_oval(&self, rect: impl AsRef<Rect>, paint: &Paint) -> &Self {
        self.draw_path(&Path::oval(rect, None), paint)
    }

    pub fn draw_circle(&self, centre: impl Into<Point>, radius: f32, paint: &Paint) -> &Self {
        self.draw_path(&Path::circle(centre, radius, None), paint)
    }

    /// A line is stroked, whatever the paint's style.
    pub fn draw_line(&self, from: impl Into<Point>, to: impl Into<Point>, paint: &Paint) -> &Self {
        let mut paint = paint.clone();
        paint.set_style(PaintStyle::Stroke);
        self.draw_path(&Path::line(from, to), &paint)
    }

    /// An arc, clockwise from `start_degrees` (0: right); with `use_center` the slice it cuts from the ellipse.
    pub fn draw_arc(
        &self,
        oval: impl AsRef<Rect>,
        start_degrees: f32,
        sweep_degrees: f32,
        use_center: bool,
        paint: &Paint,
    ) -> &Self {
        let oval = *oval.as_ref();
        let mut builder = PathBuilder::new();
        if use_center && sweep_degrees.abs() < 360.0 {
            builder.move_to(oval.center()).arc_to(oval, start_degrees, sweep_degrees, false).close();
        } else {
            builder.arc_to(oval, start_degrees, sweep_degrees, true);
        }
        self.draw_path(&builder.detach(), paint)
    }

    /// An image in its own size. Of the paint, opacity and blend mode count.
    pub fn draw_image(&self, image: impl AsRef<Image>, at: impl Into<Point>, paint: Option<&Paint>) -> &Self {
        let pixels = image.as_ref().pixels();
        let (matrix, sampling) = (Matrix::translate(at), SamplingOptions::from(FilterMode::Linear));
        let plain = Paint::default();
        self.state().draw_image(pixels, pixels.bounds(), &matrix, sampling, paint.unwrap_or(&plain));
        self
    }

    /// `src`, a part of an image, or all of it, stretched over `dst`.
    pub fn draw_image_rect(
        &self,
        image: impl AsRef<Image>,
        src: Option<(&Rect, SrcRectConstraint)>,
        dst: impl AsRef<Rect>,
        paint: &Paint,
    ) -> &Self {
        let image = image.as_ref();
        let all = Rect::from_wh(image.width() as f32, image.height() as f32);
        let src = src.map_or(all, |(part, _)| *part);
        if let Some(matrix) = Matrix::rect_2_rect(src, dst.as_ref(), None) {
            let mut paint = paint.clone();
            paint.set_style(PaintStyle::Fill).set_shader(image.to_shader(None, FilterMode::Linear, &matrix));
            self.draw_rect(dst, &paint);
        }
        self
    }
}
