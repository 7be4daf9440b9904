//! Exact area coverage of a shape's pixels.
//!
//! Each side of the shape adds, to the pixels it crosses, the signed change of the area to its right; a running sum along a row is then each pixel's
//! winding number, fractions being covered parts (as in FreeType's and AGG's rasterisers). Rows are kept in blocks, and blocks that no side crosses
//! are one run of even coverage: the cost is that of the shape's border, not of its area.

use super::coverage::{Cover, Coverage};
use super::flatten::flatten;
use crate::geometry::{IRect, Point};
use crate::path::PathFillType;
use tiny_skia::Transform;

/// Pixels in a block: few enough that little is summed for nothing, many enough that a row has few of them.
const BLOCK: usize = 8;

/// Coverage under construction. Everything is zero between two shapes.
#[derive(Default)]
pub(crate) struct Accumulator {
    /// The pixels that are looked at.
    area: IRect,
    /// Blocks in a row, for two pixels more than the area has: a side at its right edge changes what would come after.
    blocks: usize,
    /// Words of [`Self::touched`] in a row.
    words: usize,
    /// Change of the winding number at each pixel.
    changes: Vec<f32>,
    /// One bit a block: whether any of its changes is not zero.
    touched: Vec<u64>,
}

impl Accumulator {
    /// [`Self::fill`], or, without `anti_alias`, all of the pixels whose centres are inside and nothing of others.
    pub fn cover(
        &mut self,
        outline: &tiny_skia::Path,
        transform: Transform,
        fill: PathFillType,
        anti_alias: bool,
        area: IRect,
        cover: &mut dyn Cover,
    ) {
        if anti_alias {
            return self.fill(outline, transform, fill, area, cover);
        }
        if area.is_empty() {
            return;
        }
        let Some(mut mask) = tiny_skia::Mask::new(area.width() as u32, area.height() as u32) else { return };
        let transform = transform.post_translate(-area.left as f32, -area.top as f32);
        let rule = match fill {
            PathFillType::Winding => tiny_skia::FillRule::Winding,
            PathFillType::EvenOdd => tiny_skia::FillRule::EvenOdd,
        };
        mask.fill_path(outline, rule, false, transform);
        for (y, row) in (area.top..area.bottom).zip(mask.data().chunks_exact(area.width() as usize)) {
            cover.cover(area.left, y, Coverage::Each(row));
        }
    }

    /// Gives `cover` the coverage of `outline` through `transform` within `area`, top to bottom and left to right, nothing where nothing is covered.
    pub fn fill(
        &mut self,
        outline: &tiny_skia::Path,
        transform: Transform,
        fill: PathFillType,
        area: IRect,
        cover: &mut dyn Cover,
    ) {
        if area.is_empty() {
            return;
        }
        self.area = area;
        self.blocks = (area.width() as usize + 2).div_ceil(BLOCK);
        self.words = self.blocks.div_ceil(64);
        let rows = area.height() as usize;
        if self.changes.len() < rows * self.blocks * BLOCK {
            self.changes.resize(rows * self.blocks * BLOCK, 0.0);
        }
        if self.touched.len() < rows * self.words {
            self.touched.resize(rows * self.words, 0);
        }
        flatten(outline, transform, |from, to| self.add_line(from, to));
        for row in 0..rows {
            match fill {
                PathFillType::Winding => self.sum_row(row, |winding| winding.abs().min(1.0), cover),
                PathFillType::EvenOdd => {
                    self.sum_row(row, |winding| (winding - 2.0 * (winding * 0.5).round()).abs(), cover);
                }
            }
        }
    }

    /// Cuts a side to the rows of the area and moves what lies left of it to its left edge.
    fn add_line(&mut self, from: Point, to: Point) {
        let (left, top) = (self.area.left as f32, self.area.top as f32);
        let (from, to) = (Point::new(from.x - left, from.y - top), Point::new(to.x - left, to.y - top));
        if from.y == to.y || !(from.x + from.y + to.x + to.y).is_finite() {
            return;
        }
        let (direction, upper, lower) = if from.y < to.y { (1.0, from, to) } else { (-1.0, to, from) };
        let (width, height) = (self.area.width() as f32, self.area.height() as f32);
        if lower.y <= 0.0 || upper.y >= height {
            return;
        }
        let slope = (lower.x - upper.x) / (lower.y - upper.y);
        let at_row = |y: f32| Point::new(upper.x + (y - upper.y) * slope, y);
        let first = if upper.y < 0.0 { at_row(0.0) } else { upper };
        let last = if lower.y > height { at_row(height) } else { lower };
        // Where it crosses the left and the right edge.
        let mut cuts = [first.y, first.y, last.y, last.y];
        if slope != 0.0 {
            let crossing = |x: f32| (upper.y + (x - upper.x) / slope).clamp(first.y, last.y);
            let (a, b) = (crossing(0.0), crossing(width));
            cuts[1] = a.min(b);
            cuts[2] = a.max(b);
        }
        for pair in cuts.windows(2) {
            let (begin, end) = (pair[0], pair[1]);
            if end <= begin {
                continue;
            }
            let x0 = upper.x + (begin - upper.y) * slope;
            let x1 = upper.x + (end - upper.y) * slope;
            let middle = (x0 + x1) * 0.5;
            if middle >= width {
                continue;
            }
            if middle <= 0.0 {
                self.add_inside(0.0, begin, 0.0, end, direction);
            } else {
                self.add_inside(x0.clamp(0.0, width), begin, x1.clamp(0.0, width), end, direction);
            }
        }
    }

    /// A side that lies within the area, from the upper to the lower end.
    fn add_inside(&mut self, x0: f32, y0: f32, x1: f32, y1: f32, direction: f32) {
        let slope = (x1 - x0) / (y1 - y0);
        let last_row = self.area.height() as usize - 1;
        let (first, last) = (y0 as usize, (y1.ceil() as usize).max(1) - 1);
        let mut x = x0;
        for row in first..=last.min(last_row) {
            let top = y0.max(row as f32);
            let bottom = y1.min((row + 1) as f32);
            let next = if row == last { x1 } else { x0 + (bottom - y0) * slope };
            let height = (bottom - top) * direction;
            self.add_row(row, x.min(next), x.max(next), height);
            x = next;
        }
    }

    /// A side that crosses one row from `left` to `right`, `height` of it high.
    #[inline]
    fn add_row(&mut self, row: usize, left: f32, right: f32, height: f32) {
        let first = left as usize;
        let end = right as usize;
        let changes = &mut self.changes[row * self.blocks * BLOCK..][..self.blocks * BLOCK];
        let last = end.max(first) + 1;
        if end <= first {
            // All in one pixel: of what the side adds, the part right of its middle is the pixel's.
            let share = 1.0 - ((left + right) * 0.5 - first as f32);
            changes[first] += height * share;
            changes[first + 1] += height - height * share;
        } else {
            // The area right of the side grows as a square in the first pixel, evenly between, and as a square again in the last.
            let per_pixel = 1.0 / (right - left);
            let in_first = (first + 1) as f32 - left;
            let in_last = right - end as f32;
            let first_area = 0.5 * per_pixel * in_first * in_first;
            changes[first] += height * first_area;
            let last_area = 0.5 * per_pixel * in_last * in_last;
            if end == first + 1 {
                changes[end] += height * (1.0 - first_area - last_area);
            } else {
                let second_area = per_pixel * (in_first + 0.5);
                changes[first + 1] += height * (second_area - first_area);
                for change in &mut changes[first + 2..end] {
                    *change += height * per_pixel;
                }
                let before_last = second_area + (end - first - 2) as f32 * per_pixel;
                changes[end] += height * (1.0 - before_last - last_area);
            }
            changes[end + 1] += height * last_area;
        }
        let touched = &mut self.touched[row * self.words..][..self.words];
        for block in first / BLOCK..=last / BLOCK {
            touched[block / 64] |= 1 << (block % 64);
        }
    }

    /// Sums one row and leaves it zero.
    fn sum_row(&mut self, row: usize, rule: impl Fn(f32) -> f32, cover: &mut dyn Cover) {
        let width = self.area.width() as usize;
        let (left, y) = (self.area.left, self.area.top + row as i32);
        let changes = &mut self.changes[row * self.blocks * BLOCK..][..self.blocks * BLOCK];
        let touched = &mut self.touched[row * self.words..][..self.words];
        let to_alpha = |winding: f32| (rule(winding) * 255.0 + 0.5) as u8;
        let even = |from: usize, to: usize, winding: f32, cover: &mut dyn Cover| {
            let alpha = to_alpha(winding);
            let to = to.min(width);
            if alpha > 0 && from < to {
                cover.cover(left + from as i32, y, Coverage::Even { length: to - from, alpha });
            }
        };
        let mut winding = 0.0f32;
        let mut done = 0;
        let mut blocks = SetBits::take(touched);
        let mut alphas = [0u8; 32 * BLOCK];
        let mut next = blocks.next();
        while let Some(first) = next {
            // Neighbouring blocks are given as one.
            let mut count = 1;
            next = blocks.next();
            while next == Some(first + count) && count < 32 {
                count += 1;
                next = blocks.next();
            }
            let begin = first * BLOCK;
            even(done, begin, winding, cover);
            done = begin + count * BLOCK;
            for (change, alpha) in changes[begin..done].iter_mut().zip(&mut alphas) {
                winding += *change;
                *change = 0.0;
                *alpha = to_alpha(winding);
            }
            let length = (count * BLOCK).min(width.saturating_sub(begin));
            cover.cover(left + begin as i32, y, Coverage::Each(&alphas[..length]));
        }
        even(done, width, winding, cover);
    }
}

/// The numbers of the bits that are set, rising; each is cleared.
struct SetBits<'a> {
    words: &'a mut [u64],
    word: usize,
}

impl<'a> SetBits<'a> {
    fn take(words: &'a mut [u64]) -> Self {
        Self { words, word: 0 }
    }
}

impl Iterator for SetBits<'_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        while let Some(word) = self.words.get_mut(self.word) {
            if *word != 0 {
                let bit = word.trailing_zeros() as usize;
                *word &= *word - 1;
                return Some(self.word * 64 + bit);
            }
            self.word += 1;
        }
        None
    }
}
