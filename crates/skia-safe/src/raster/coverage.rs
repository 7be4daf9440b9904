/// How much of each of a row's next pixels is covered, 0 to 255.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Coverage<'a> {
    /// The same for so many pixels.
    Even { length: usize, alpha: u8 },
    /// One for each pixel.
    Each(&'a [u8]),
}

impl Coverage<'_> {
    pub fn len(&self) -> usize {
        match self {
            Self::Even { length, .. } => *length,
            Self::Each(alphas) => alphas.len(),
        }
    }

    /// That of the pixels from `from` up to `to`.
    pub fn part(&self, from: usize, to: usize) -> Self {
        match self {
            Self::Even { alpha, .. } => Self::Even { length: to - from, alpha: *alpha },
            Self::Each(alphas) => Self::Each(&alphas[from..to]),
        }
    }

    /// True where it changes no pixel.
    pub fn is_nothing(&self) -> bool {
        matches!(self, Self::Even { length: 0, .. } | Self::Even { alpha: 0, .. } | Self::Each([]))
    }
}

/// Takes coverage of the pixels from `x` in row `y` on.
pub(crate) trait Cover {
    fn cover(&mut self, x: i32, y: i32, coverage: Coverage<'_>);
}

impl<F: FnMut(i32, i32, Coverage<'_>)> Cover for F {
    fn cover(&mut self, x: i32, y: i32, coverage: Coverage<'_>) {
        self(x, y, coverage);
    }
}
