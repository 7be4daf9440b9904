//! Counts values in bins of equal width, so that a distribution of any length takes the same memory.

/// A distribution of values between two limits; what lies outside is counted in the outermost bins.
#[derive(Debug, Clone)]
pub(super) struct Histogram {
    low: f64,
    width: f64,
    counts: Vec<u32>,
}

impl Histogram {
    /// Bins of `width` from `low` to `high`.
    pub(super) fn new(low: f64, high: f64, width: f64) -> Self {
        Self { low, width, counts: vec![0; ((high - low) / width).ceil() as usize] }
    }

    /// Counts `value`.
    pub(super) fn add(&mut self, value: f64) {
        let last = self.counts.len() - 1;
        let bin = ((value - self.low) / self.width).clamp(0.0, last as f64) as usize;
        self.counts[bin] += 1;
    }

    /// Adds the counts of another histogram of the same shape.
    pub(super) fn merge(&mut self, other: &Self) {
        for (count, more) in self.counts.iter_mut().zip(&other.counts) {
            *count += more;
        }
    }

    /// How many values lie in the bins from that of `from` upwards.
    pub(super) fn count_from(&self, from: f64) -> u64 {
        self.counts[self.bin_of(from)..].iter().map(|count| u64::from(*count)).sum()
    }

    /// Quantiles (0 to 1, ascending) of the values in the bins from that of `from` upwards; none where there are no values.
    pub(super) fn quantiles_from<const N: usize>(&self, from: f64, at: [f64; N]) -> Option<[f64; N]> {
        let first = self.bin_of(from);
        let total = self.count_from(from);
        if total == 0 {
            return None;
        }
        let mut found = [0.0; N];
        let (mut bin, mut below) = (first, 0u64);
        for (quantile, value) in at.iter().zip(&mut found) {
            // The rank counts from the middle of the values, as the nearest-rank rule of EBU Tech 3342 does.
            let rank = (quantile * (total - 1) as f64 + 0.5).floor() as u64;
            while below + u64::from(self.counts[bin]) <= rank {
                below += u64::from(self.counts[bin]);
                bin += 1;
            }
            *value = self.low + (bin as f64 + 0.5) * self.width;
        }
        Some(found)
    }

    fn bin_of(&self, value: f64) -> usize {
        ((value - self.low) / self.width).clamp(0.0, self.counts.len() as f64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::Histogram;

    #[test]
    fn quantiles_lie_within_a_bin_of_the_sorted_values() {
        let values: Vec<f64> = (0..1000).map(|n| f64::from(n * 7919 % 1000) * 0.05 - 40.0).collect();
        let mut histogram = Histogram::new(-70.0, 20.0, 0.1);
        values.iter().for_each(|value| histogram.add(*value));
        let mut sorted = values.clone();
        sorted.sort_by(f64::total_cmp);
        let found = histogram.quantiles_from(-70.0, [0.0, 0.1, 0.5, 0.95, 1.0]).unwrap();
        for (quantile, value) in [0.0, 0.1, 0.5, 0.95, 1.0].iter().zip(found) {
            assert!((value - sorted[(quantile * 999.0f64).round() as usize]).abs() <= 0.1, "{quantile}: {value}");
        }
        let upper = histogram.quantiles_from(0.0, [0.0]).unwrap()[0];
        assert!((0.0..0.1).contains(&upper), "{upper}");
        assert_eq!(histogram.quantiles_from(15.0, [0.5]), None);
    }

    #[test]
    fn values_outside_are_counted_at_the_ends() {
        let mut histogram = Histogram::new(-10.0, 10.0, 1.0);
        histogram.add(-500.0);
        histogram.add(500.0);
        assert_eq!(histogram.count_from(-10.0), 2);
        assert_eq!(histogram.quantiles_from(-10.0, [0.0, 1.0]).unwrap(), [-9.5, 9.5]);
    }
}
