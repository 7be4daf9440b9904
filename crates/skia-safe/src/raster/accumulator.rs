//! Exact area coverage of a shape's pixels.
//!
//! Each side of the shape adds, to the pixels it crosses, the signed change of the area to its right; a running sum along a row is then each pixel's
//! winding number, fractions being covered parts (as in FreeType's and AGG's rasterisers). Rows are kept in blocks, and blocks that no side crosses
//! are one run of even coverage: the cost is that of the shape's border, not of its area.

use super::coverage::{Cover, Coverage};
use super::flatten::flatten;
use super::lanes;
use super::lines::Lines;
use super::strips::Strips;
use crate::geometry::{IRect, Point};
use crate::path::PathFillType;
use tiny_skia::Transform;

/// Pixels in a block: few enough that little is summed for nothing, many enough that a row has few of them.
const BLOCK: usize = lanes::WINDINGS;

/// Coverage under construction. Everything is zero between two shapes.
#[derive(Default)]
pub(crate) struct Accumulator {
    /// The pixels that are looked at.
    area: IRect,
    /// Numbers in a row: whole blocks, for two pixels more than the area has, as a side at its right edge changes what would come after.
    stride: usize,
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
        self.fill_sides(fill, area, cover, |accumulator| {
            flatten(outline, transform, |from, to| accumulator.add_line(from, to));
        });
    }

    /// [`Self::fill`] for what `lines` are when they are stroked.
    ///
    /// A side costs as much as the rows that it crosses. What goes up and down more than across crosses fewer columns, so these take the rows' place.
    pub fn stroke(&mut self, lines: &Lines<'_>, area: IRect, cover: &mut dyn Cover) {
        if lines.are_steep() {
            let turned = IRect { left: area.top, top: area.left, right: area.bottom, bottom: area.right };
            let turn = |point: Point| Point::new(point.y, point.x);
            let mut strips = Strips::new(area, cover);
            self.fill_sides(PathFillType::Winding, turned, &mut strips, |accumulator| {
                lines.stroke(|from, to| accumulator.add_line(turn(from), turn(to)));
            });
            strips.finish();
        } else {
            self.fill_sides(PathFillType::Winding, area, cover, |accumulator| {
                lines.stroke(|from, to| accumulator.add_line(from, to));
            });
        }
    }

    fn fill_sides(&mut self, fill: PathFillType, area: IRect, cover: &mut dyn Cover, add: impl FnOnce(&mut Self)) {
        if area.is_empty() {
            return;
        }
        self.area = area;
        let blocks = (area.width() as usize + 2).div_ceil(BLOCK);
        self.stride = blocks * BLOCK;
        self.words = blocks.div_ceil(64);
        let rows = area.height() as usize;
        if self.changes.len() < rows * self.stride {
            self.changes.resize(rows * self.stride, 0.0);
        }
        if self.touched.len() < rows * self.words {
            self.touched.resize(rows * self.words, 0);
        }
        add(self);
        for row in 0..rows {
            match fill {
                PathFillType::Winding => self.sum_row(row, lanes::alphas, cover),
                PathFillType::EvenOdd => self.sum_row(row, odd_alphas, cover),
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
        if upper.y >= 0.0 && lower.y <= height && from.x.min(to.x) >= 0.0 && from.x.max(to.x) <= width {
            return self.add_inside(upper.x, upper.y, lower.x, lower.y, direction);
        }
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
        // By way of `i32`: to it a processor turns a number in one instruction.
        let (first, end) = (y0 as i32 as usize, y1 as i32 as usize);
        // A side that ends at the edge between two rows is not in the lower one.
        let last = if end as i32 as f32 == y1 { end.saturating_sub(1) } else { end };
        if last <= first {
            return self.add_row(first, x0, x1, (y1 - y0) * direction);
        }
        let slope = (x1 - x0) / (y1 - y0);
        let at = |row: usize| x0 + (row as i32 as f32 - y0) * slope;
        let mut x = at(first + 1);
        self.add_row(first, x0, x, ((first + 1) as i32 as f32 - y0) * direction);
        for row in first + 1..last {
            let next = at(row + 1);
            self.add_row(row, x, next, direction);
            x = next;
        }
        self.add_row(last, x, x1, (y1 - last as i32 as f32) * direction);
    }

    /// A side that crosses one row between two places, `height` of it high.
    #[inline(always)]
    fn add_row(&mut self, row: usize, x0: f32, x1: f32, height: f32) {
        let (left, right) = if x0 < x1 { (x0, x1) } else { (x1, x0) };
        let (first, end) = (left as i32 as usize, right as i32 as usize);
        let changes = &mut self.changes[row * self.stride..][..self.stride];
        if end <= first {
            // All in one pixel: of what the side adds, the part right of its middle is the pixel's.
            let share = 1.0 - ((left + right) * 0.5 - first as i32 as f32);
            if let Some([change, next, ..]) = changes.get_mut(first..) {
                *change += height * share;
                *next += height - height * share;
            }
        } else {
            add_slant(changes, (left, first), (right, end), height);
        }
        let touched = &mut self.touched[row * self.words..][..self.words];
        let (begin, last) = (first / BLOCK, (end.max(first) + 1) / BLOCK);
        touched[begin / 64] |= 1 << (begin % 64);
        for block in begin + 1..=last {
            touched[block / 64] |= 1 << (block % 64);
        }
    }

    /// Sums one row and leaves it zero.
    fn sum_row(&mut self, row: usize, alphas_of: impl Fn([f32; BLOCK]) -> [u8; BLOCK], cover: &mut dyn Cover) {
        let width = self.area.width() as usize;
        let (left, y) = (self.area.left, self.area.top + row as i32);
        let changes = &mut self.changes[row * self.stride..][..self.stride];
        let touched = &mut self.touched[row * self.words..][..self.words];
        if touched.iter().all(|word| *word == 0) {
            return;
        }
        let even = |from: usize, to: usize, winding: f32, cover: &mut dyn Cover| {
            let to = to.min(width);
            if from < to && winding != 0.0 {
                let [alpha, ..] = alphas_of([winding; BLOCK]);
                if alpha > 0 {
                    cover.cover(left + from as i32, y, Coverage::Even { length: to - from, alpha });
                }
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
            let blocks = changes[begin..done].as_chunks_mut::<BLOCK>().0.iter_mut();
            for (changes, alphas) in blocks.zip(alphas.as_chunks_mut::<BLOCK>().0) {
                let mut windings = std::mem::take(changes);
                for at in &mut windings {
                    winding += *at;
                    *at = winding;
                }
                *alphas = alphas_of(windings);
            }
            let length = (count * BLOCK).min(width.saturating_sub(begin));
            cover.cover(left + begin as i32, y, Coverage::Each(&alphas[..length]));
        }
        even(done, width, winding, cover);
    }
}

/// A side from `left` to `right`, in pixels `first` to `end`, which are not the same: the area right of it grows as a square in the first pixel, evenly
/// between, and as a square again in the last.
fn add_slant(changes: &mut [f32], (left, first): (f32, usize), (right, end): (f32, usize), height: f32) {
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

/// Covered is what is wound around an odd number of times.
fn odd_alphas(mut windings: [f32; BLOCK]) -> [u8; BLOCK] {
    /// 1.5 · 2^23: added to a small number and taken away again it leaves the whole number next to it.
    const ROUNDER: f32 = 12_582_912.0;
    for winding in &mut windings {
        *winding -= 2.0 * ((*winding * 0.5 + ROUNDER) - ROUNDER);
    }
    lanes::alphas(windings)
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
