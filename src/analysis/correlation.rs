//! How two series of figures go together.

/// Sums for a correlation.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Correlation {
    count: f64,
    sums: [f64; 2],
    squares: [f64; 2],
    product: f64,
}

impl Correlation {
    /// Takes a pair of figures.
    pub(super) fn add(&mut self, one: f64, other: f64) {
        self.merge(&Self { count: 1.0, sums: [one, other], squares: [one * one, other * other], product: one * other });
    }

    /// Takes the pairs of another.
    pub(super) fn merge(&mut self, other: &Self) {
        self.count += other.count;
        for side in 0..2 {
            self.sums[side] += other.sums[side];
            self.squares[side] += other.squares[side];
        }
        self.product += other.product;
    }

    /// The coefficient, -1 to 1; 0 where one of the two does not move.
    pub(super) fn coefficient(&self) -> f64 {
        let spread = |side: usize| self.count * self.squares[side] - self.sums[side] * self.sums[side];
        let both = spread(0).max(0.0) * spread(1).max(0.0);
        // Under a millionth of a dB is rounding.
        let still = (self.count * self.count * 1e-12).powi(2);
        if both > still { (self.count * self.product - self.sums[0] * self.sums[1]) / both.sqrt() } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::Correlation;

    #[test]
    fn lines_correlate_wholly_and_what_stands_still_not_at_all() {
        let of = |other: &dyn Fn(f64) -> f64| {
            let mut sums = Correlation::default();
            (0..100).map(f64::from).for_each(|one| sums.add(one, other(one)));
            sums.coefficient()
        };
        assert!((of(&|one| 3.0 - 2.0 * one) + 1.0).abs() < 1e-12);
        assert!((of(&|one| 0.1 * one) - 1.0).abs() < 1e-12);
        assert_eq!(of(&|_| 5.0), 0.0);
        assert!(of(&|one| (one % 2.0) * 2.0 - 1.0).abs() < 0.05);
    }
}
