//! Cuts sound that comes in parts of any length into windows of one length, each half over the one before.

/// The window that is being filled, left and right.
pub(super) struct Overlap {
    pub(super) left: Vec<f32>,
    pub(super) right: Vec<f32>,
    /// Samples of the window that are there.
    pub(super) filled: usize,
}

impl Overlap {
    /// Windows of `length` samples, an even number.
    pub(super) fn new(length: usize) -> Self {
        Self { left: vec![0.0; length], right: vec![0.0; length], filled: 0 }
    }

    /// Takes from the fronts of `left` and `right` what the window still lacks; `true` when it is full, to be used and then moved
    /// on from by [`Overlap::advance`].
    pub(super) fn fill(&mut self, left: &mut &[f32], right: &mut &[f32]) -> bool {
        let end = self.left.len().min(self.filled + left.len());
        let take = end - self.filled;
        self.left[self.filled..end].copy_from_slice(&left[..take]);
        self.right[self.filled..end].copy_from_slice(&right[..take]);
        (*left, *right) = (&left[take..], &right[take..]);
        self.filled = end;
        end == self.left.len()
    }

    /// Keeps the second half as the first of the next window.
    pub(super) fn advance(&mut self) {
        let half = self.left.len() / 2;
        self.left.copy_within(half.., 0);
        self.right.copy_within(half.., 0);
        self.filled = half;
    }
}
