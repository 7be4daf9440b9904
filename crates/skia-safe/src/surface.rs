use crate::canvas::Canvas;
use crate::geom::*;
use crate::image::Image;
use crate::paint::*;

/// Raster surface, RGBA premultiplied.
pub struct Surface {
    canvas: Canvas,
    size: ISize,
}
impl Surface {
    pub fn new_raster_n32_premul(size: impl Into<ISize>) -> Option<Self> {
        let size = size.into();
        (size.width > 0 && size.height > 0).then(|| Self { canvas: Canvas::with_size(size.width, size.height), size })
    }
    pub fn new_surface_with_dimensions(&mut self, dim: impl Into<ISize>) -> Option<Self> {
        Self::new_raster_n32_premul(dim)
    }
    pub fn width(&self) -> i32 {
        self.size.width
    }
    pub fn height(&self) -> i32 {
        self.size.height
    }
    pub fn canvas(&mut self) -> &Canvas {
        &self.canvas
    }
    pub fn draw(
        &mut self,
        canvas: &Canvas,
        at: impl Into<Point>,
        sampling: impl Into<SamplingOptions>,
        paint: Option<&Paint>,
    ) {
        let src = self.canvas.0.borrow();
        canvas.0.borrow_mut().draw_pixmap(&src.layers[0].pix, at.into(), &sampling.into(), paint);
    }
    pub fn image_snapshot(&mut self) -> Image {
        Image::from_pixmap(self.canvas.0.borrow().layers[0].pix.clone())
    }
    /// Not in skia-safe: calls `f` with the pixels, RGBA premultiplied.
    pub fn with_rgba<T>(&self, f: impl FnOnce(&[u8]) -> T) -> T {
        f(self.canvas.0.borrow().layers[0].pix.data())
    }
    /// Not in skia-safe.
    pub fn encode_png(&self) -> Vec<u8> {
        self.canvas.0.borrow().layers[0].pix.encode_png().unwrap()
    }
}
pub mod surfaces {
    use super::*;
    pub fn raster_n32_premul(size: impl Into<ISize>) -> Option<Surface> {
        Surface::new_raster_n32_premul(size)
    }
}
