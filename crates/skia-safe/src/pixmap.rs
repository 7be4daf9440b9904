use crate::raster::pixels::Pixels;

/// A surface's pixels, to be read: premultiplied, four bytes each, red, green, blue, alpha; rows follow each other without a gap.
pub struct Pixmap<'a> {
    pixels: &'a Pixels,
}

impl<'a> Pixmap<'a> {
    pub(crate) fn new(pixels: &'a Pixels) -> Self {
        Self { pixels }
    }

    pub fn width(&self) -> i32 {
        self.pixels.width()
    }

    pub fn height(&self) -> i32 {
        self.pixels.height()
    }

    /// From one row to the next.
    pub fn row_bytes(&self) -> usize {
        self.width() as usize * 4
    }

    /// All rows, from the top.
    pub fn bytes(&self) -> Option<&'a [u8]> {
        Some(self.pixels.bytes())
    }
}
