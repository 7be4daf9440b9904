use super::coverage::{Cover, Coverage};
use crate::geometry::IRect;

/// Pixels that share a buffer on the stack when two coverages are multiplied.
const CHUNK: usize = 256;

/// A shape's coverage: for each row the runs that are covered, wholly or in part.
#[derive(Debug)]
pub(crate) struct SparseMask {
    /// Where there may be coverage; none outside.
    pub bounds: IRect,
    runs: Vec<Run>,
    /// The first run of each row, and one after the last row.
    row_starts: Vec<u32>,
    alphas: Vec<u8>,
}

#[derive(Clone, Copy, Debug)]
struct Run {
    begin: i32,
    end: i32,
    /// Where this run's bytes begin; `None`: all is covered.
    alphas: Option<u32>,
}

/// A [`SparseMask`] that drawing is cut by.
#[derive(Clone, Debug)]
pub(crate) struct ClipMask {
    pub mask: std::rc::Rc<SparseMask>,
    /// What the mask covers is left out, not what it does not.
    pub inverse: bool,
}

impl SparseMask {
    /// From what `fill` gives, top to bottom and left to right, within `bounds`.
    pub fn new(bounds: IRect, fill: impl FnOnce(&mut Builder)) -> Self {
        let mask = Self { bounds, runs: Vec::new(), row_starts: Vec::new(), alphas: Vec::new() };
        let mut builder = Builder { mask };
        fill(&mut builder);
        builder.finish()
    }

    /// Bytes it takes.
    pub fn size(&self) -> usize {
        size_of_val(&self.runs[..]) + size_of_val(&self.row_starts[..]) + self.alphas.len()
    }

    fn row(&self, y: i32) -> &[Run] {
        if y < self.bounds.top || y >= self.bounds.bottom {
            return &[];
        }
        let row = (y - self.bounds.top) as usize;
        &self.runs[self.row_starts[row] as usize..self.row_starts[row + 1] as usize]
    }

    /// True where all of `area` is wholly covered.
    fn covers(&self, area: &IRect) -> bool {
        self.bounds.holds(area)
            && (area.top..area.bottom).all(|y| {
                self.row(y).iter().any(|run| run.alphas.is_none() && run.begin <= area.left && run.end >= area.right)
            })
    }
}

pub(crate) struct Builder {
    mask: SparseMask,
}

impl Builder {
    fn finish(mut self) -> SparseMask {
        let rows = self.mask.bounds.height().max(0) as usize;
        self.mask.row_starts.resize(rows + 1, self.mask.runs.len() as u32);
        self.mask
    }
}

impl Cover for Builder {
    fn cover(&mut self, x: i32, y: i32, coverage: Coverage<'_>) {
        let mask = &mut self.mask;
        let row = (y - mask.bounds.top) as usize;
        if mask.row_starts.len() < row + 1 {
            mask.row_starts.resize(row + 1, mask.runs.len() as u32);
        }
        let end = x + coverage.len() as i32;
        let alphas = match coverage {
            Coverage::Even { alpha: 255, .. } => None,
            Coverage::Even { length, alpha } => {
                mask.alphas.resize(mask.alphas.len() + length, alpha);
                Some((mask.alphas.len() - length) as u32)
            }
            Coverage::Each(alphas) => {
                mask.alphas.extend_from_slice(alphas);
                Some((mask.alphas.len() - alphas.len()) as u32)
            }
        };
        if end > x {
            mask.runs.push(Run { begin: x, end, alphas });
        }
    }
}

impl ClipMask {
    /// True where nothing of `area` is cut away.
    pub fn leaves(&self, area: &IRect) -> bool {
        if self.inverse { self.mask.bounds.intersection(area).is_empty() } else { self.mask.covers(area) }
    }
}

/// Gives `cover` what `clips` leave of coverage of the pixels from `x` in row `y` on.
pub(crate) fn clipped(clips: &[&ClipMask], x: i32, y: i32, coverage: Coverage<'_>, cover: &mut dyn Cover) {
    if coverage.is_nothing() {
        return;
    }
    let [clip, rest @ ..] = clips else { return cover.cover(x, y, coverage) };
    let end = x + coverage.len() as i32;
    let mut done = x;
    let part = |from: i32, to: i32| coverage.part((from - x) as usize, (to - x) as usize);
    for run in clip.mask.row(y) {
        let (from, to) = (run.begin.max(x), run.end.min(end));
        if from >= end {
            break;
        }
        if to <= from {
            continue;
        }
        if clip.inverse && from > done {
            clipped(rest, done, y, part(done, from), cover);
        }
        done = to;
        match run.alphas {
            None if clip.inverse => {}
            None => clipped(rest, from, y, part(from, to), cover),
            Some(alphas) => {
                let at = alphas as usize + (from - run.begin) as usize;
                let alphas = &clip.mask.alphas[at..at + (to - from) as usize];
                for (i, alphas) in alphas.chunks(CHUNK).enumerate() {
                    let from = from + (i * CHUNK) as i32;
                    let mut product = [0; CHUNK];
                    let product = &mut product[..alphas.len()];
                    multiply(product, part(from, from + alphas.len() as i32), alphas, clip.inverse);
                    clipped(rest, from, y, Coverage::Each(product), cover);
                }
            }
        }
    }
    if clip.inverse && done < end {
        clipped(rest, done, y, part(done, end), cover);
    }
}

fn multiply(product: &mut [u8], coverage: Coverage<'_>, clip: &[u8], inverse: bool) {
    let flip = if inverse { 255 } else { 0 };
    match coverage {
        Coverage::Even { alpha, .. } => {
            for (product, clip) in product.iter_mut().zip(clip) {
                *product = super::over::times(alpha, clip ^ flip);
            }
        }
        Coverage::Each(alphas) => {
            for ((product, clip), alpha) in product.iter_mut().zip(clip).zip(alphas) {
                *product = super::over::times(*alpha, clip ^ flip);
            }
        }
    }
}
