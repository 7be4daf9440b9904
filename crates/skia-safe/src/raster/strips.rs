//! Coverage that was computed column by column, handed on row by row.

use super::coverage::{Cover, Coverage};
use crate::geometry::IRect;
use std::ops::Range;

/// Columns that are gathered before they are handed on.
const WIDTH: usize = 8;

/// Takes coverage with rows and columns exchanged, columns from left to right, and gives `cover` its rows, a few columns at a time.
pub(crate) struct Strips<'a> {
    /// The pixels that are looked at.
    area: IRect,
    cover: &'a mut dyn Cover,
    /// The first column that is gathered, from the area's left edge.
    begin: usize,
    /// Zero but for what is gathered.
    rows: Vec<[u8; WIDTH]>,
    /// The rows in which something is.
    used: Range<usize>,
}

impl<'a> Strips<'a> {
    pub fn new(area: IRect, cover: &'a mut dyn Cover) -> Self {
        let rows = vec![[0; WIDTH]; area.height().max(0) as usize];
        Self { area, cover, begin: 0, rows, used: 0..0 }
    }

    /// Hands on what is gathered.
    pub fn finish(&mut self) {
        let used = std::mem::take(&mut self.used);
        let x = self.area.left + self.begin as i32;
        let width = WIDTH.min((self.area.right - x).max(0) as usize);
        for (y, row) in (self.area.top + used.start as i32..).zip(&mut self.rows[used]) {
            if u64::from_ne_bytes(*row) != 0 {
                self.cover.cover(x, y, Coverage::Each(&row[..width]));
                *row = [0; WIDTH];
            }
        }
    }
}

impl Cover for Strips<'_> {
    fn cover(&mut self, y: i32, x: i32, coverage: Coverage<'_>) {
        let column = (x - self.area.left) as usize;
        if column >= self.begin + WIDTH {
            self.finish();
            self.begin = column / WIDTH * WIDTH;
        }
        let begin = (y - self.area.top) as usize;
        let end = begin + coverage.len();
        self.used = if self.used.is_empty() { begin..end } else { self.used.start.min(begin)..self.used.end.max(end) };
        let column = column % WIDTH;
        let rows = &mut self.rows[begin..end];
        match coverage {
            Coverage::Even { alpha, .. } => rows.iter_mut().for_each(|row| row[column] = alpha),
            Coverage::Each(alphas) => rows.iter_mut().zip(alphas).for_each(|(row, alpha)| row[column] = *alpha),
        }
    }
}
