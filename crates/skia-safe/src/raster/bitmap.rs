use super::coverage::{Cover, Coverage};
use crate::geometry::IRect;

/// Coverage of each pixel of an area, row by row.
pub(crate) struct Bitmap {
    pub area: IRect,
    pub alphas: Vec<u8>,
}

impl Bitmap {
    /// Nothing is covered. `area` is not empty.
    pub fn new(area: IRect) -> Self {
        Self { area, alphas: vec![0; area.width() as usize * area.height() as usize] }
    }

    /// `length` pixels of row `y` from `x` on.
    pub fn row(&self, x: i32, y: i32, length: usize) -> &[u8] {
        let at = self.index(x, y);
        &self.alphas[at..at + length]
    }

    /// Gives all of `area` that is inside to `cover`.
    pub fn cover(&self, area: IRect, cover: &mut dyn Cover) {
        let area = self.area.intersection(&area);
        for y in area.top..area.bottom {
            cover.cover(area.left, y, Coverage::Each(self.row(area.left, y, area.width() as usize)));
        }
    }

    fn index(&self, x: i32, y: i32) -> usize {
        (y - self.area.top) as usize * self.area.width() as usize + (x - self.area.left) as usize
    }
}

impl Cover for Bitmap {
    fn cover(&mut self, x: i32, y: i32, coverage: Coverage<'_>) {
        let at = self.index(x, y);
        let row = &mut self.alphas[at..at + coverage.len()];
        match coverage {
            Coverage::Even { alpha, .. } => row.fill(alpha),
            Coverage::Each(alphas) => row.copy_from_slice(alphas),
        }
    }
}
