use crate::geometry::IRect;

/// An image in memory: premultiplied RGBA, each pixel its four bytes in this order read as one little-endian number.
/// The default has no pixel at all.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pixels {
    width: usize,
    height: usize,
    data: Vec<u32>,
}

impl Pixels {
    /// Transparent. A side below 1 is 1.
    pub fn new(width: i32, height: i32) -> Self {
        let (width, height) = (width.max(1) as usize, height.max(1) as usize);
        Self { width, height, data: vec![0; width * height] }
    }

    pub fn width(&self) -> i32 {
        self.width as i32
    }

    pub fn height(&self) -> i32 {
        self.height as i32
    }

    pub fn bounds(&self) -> IRect {
        IRect::from_wh(self.width(), self.height())
    }

    pub fn bytes(&self) -> &[u8] {
        bytemuck::cast_slice(&self.data)
    }

    pub fn bytes_mut(&mut self) -> &mut [u8] {
        bytemuck::cast_slice_mut(&mut self.data)
    }

    /// `length` pixels of row `y` from `x` on.
    pub fn row(&self, x: i32, y: i32, length: usize) -> &[u32] {
        let at = y as usize * self.width + x as usize;
        &self.data[at..at + length]
    }

    pub fn row_mut(&mut self, x: i32, y: i32, length: usize) -> &mut [u32] {
        let at = y as usize * self.width + x as usize;
        &mut self.data[at..at + length]
    }

    /// A copy of `area`, which lies inside.
    pub fn part(&self, area: IRect) -> Self {
        let mut part = Self::new(area.width(), area.height());
        part.place(self, area, (0, 0));
        part
    }

    /// Copies `area` of `source` to where its top left corner comes to `at`. Both lie inside.
    pub fn place(&mut self, source: &Self, area: IRect, (x, y): (i32, i32)) {
        let length = area.width().max(0) as usize;
        for row in 0..area.height() {
            self.row_mut(x, y + row, length).copy_from_slice(source.row(area.left, area.top + row, length));
        }
    }

    /// Makes `area` transparent, which lies inside.
    pub fn clear(&mut self, area: IRect) {
        let length = area.width().max(0) as usize;
        for y in area.top..area.bottom {
            self.row_mut(area.left, y, length).fill(0);
        }
    }

    pub fn as_tiny_skia(&self) -> tiny_skia::PixmapRef<'_> {
        tiny_skia::PixmapRef::from_bytes(self.bytes(), self.width as u32, self.height as u32)
            .expect("four bytes a pixel, and at least one pixel")
    }

    pub fn as_tiny_skia_mut(&mut self) -> tiny_skia::PixmapMut<'_> {
        let (width, height) = (self.width as u32, self.height as u32);
        tiny_skia::PixmapMut::from_bytes(self.bytes_mut(), width, height)
            .expect("four bytes a pixel, and at least one pixel")
    }
}

impl From<&tiny_skia::Pixmap> for Pixels {
    fn from(pixmap: &tiny_skia::Pixmap) -> Self {
        let mut pixels = Self::new(pixmap.width() as i32, pixmap.height() as i32);
        pixels.bytes_mut().copy_from_slice(pixmap.data());
        pixels
    }
}
