use crate::canvas::Canvas;
use crate::geometry::{IRect, ISize, Matrix, Point};
use crate::image::Image;
use crate::paint::{BlendMode, Paint, SamplingOptions};
use crate::pixmap::Pixmap;

/// An image in memory with a canvas to draw on it: premultiplied RGBA, eight bits a channel, transparent at first.
pub struct Surface {
    canvas: Canvas,
    /// Where this surface was last drawn.
    drawn: Option<Drawn>,
}

/// A surface drawn on a canvas by whole pixels.
#[derive(Copy, Clone)]
struct Drawn {
    canvas: u64,
    /// How often the canvas's surface had been drawn on then.
    revision: u64,
    at: (i32, i32),
    /// Nothing else was ever drawn there: pixels are the same and may be copied as they are.
    alone: bool,
}

impl Surface {
    /// `None` where a side is below 1.
    pub fn new_raster_n32_premul(size: impl Into<ISize>) -> Option<Self> {
        let ISize { width, height } = size.into();
        (width > 0 && height > 0).then(|| Self { canvas: Canvas::new(width, height), drawn: None })
    }

    /// Another one of the same kind.
    pub fn new_surface_with_dimensions(&mut self, size: impl Into<ISize>) -> Option<Self> {
        Self::new_raster_n32_premul(size)
    }

    pub fn width(&self) -> i32 {
        self.canvas.state().pixels().width()
    }

    pub fn height(&self) -> i32 {
        self.canvas.state().pixels().height()
    }

    pub fn canvas(&mut self) -> &Canvas {
        &self.canvas
    }

    /// Draws what this surface shows on another one's canvas.
    ///
    /// What was drawn the last time and changed on neither side since is there already and not drawn again; so, unlike with Skia, a surface that is
    /// drawn twice does not become more opaque where it is translucent.
    pub fn draw(
        &mut self,
        canvas: &Canvas,
        at: impl Into<Point>,
        sampling: impl Into<SamplingOptions>,
        paint: Option<&Paint>,
    ) {
        let source = self.canvas.0.get_mut();
        let mut target = canvas.state();
        let matrix = Matrix::translate(at);
        let plain = Paint::default();
        let paint = paint.unwrap_or(&plain);
        let over = paint.blend_mode == BlendMode::SrcOver && paint.color.a == 1.0;
        let whole = (target.matrix() * matrix).whole_translation().filter(|_| over && target.is_whole());
        let damage = source.take_damage();
        let (canvas, revision) = (target.id(), target.revision());
        let last =
            self.drawn.filter(|drawn| (drawn.canvas, drawn.revision, Some(drawn.at)) == (canvas, revision, whole));
        let part = if last.is_some() { damage } else { source.pixels().bounds() };
        let alone = last.map_or(revision == 0, |drawn| drawn.alone);
        match whole {
            Some(at) if alone => target.place(source.pixels(), part, at),
            _ => target.draw_image(source.pixels(), part, &matrix, sampling.into(), paint),
        }
        self.drawn = whole.map(|at| Drawn { canvas, revision: target.revision(), at, alone });
    }

    /// A copy of what it shows.
    pub fn image_snapshot(&mut self) -> Image {
        Image::from_pixels(self.canvas.state().pixels().clone())
    }

    /// What it shows, without a copy.
    pub fn peek_pixels(&mut self) -> Option<Pixmap<'_>> {
        Some(Pixmap::new(self.canvas.0.get_mut().pixels()))
    }

    /// Where it was drawn on since the last call, or since it was made. A surface that is drawn on others keeps this for itself. Not in skia-safe.
    pub fn take_damage(&mut self) -> IRect {
        self.canvas.0.get_mut().take_damage()
    }

    /// Calls `read` with the bytes of [`Self::peek_pixels`]. Not in skia-safe.
    pub fn with_rgba<T>(&self, read: impl FnOnce(&[u8]) -> T) -> T {
        read(self.canvas.state().pixels().bytes())
    }
}

/// Surfaces by name.
pub mod surfaces {
    use super::{ISize, Surface};

    /// See [`Surface::new_raster_n32_premul`].
    pub fn raster_n32_premul(size: impl Into<ISize>) -> Option<Surface> {
        Surface::new_raster_n32_premul(size)
    }
}
