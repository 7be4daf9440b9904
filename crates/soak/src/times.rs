//! How long blocks took, in memory that does not grow with their number: the growth that is looked for is the plugin's.

use std::time::Duration;

/// Shortest time that is told from others, ns.
const SHORTEST_NS: f64 = 100.0;
/// Classes for each doubling of the time: neighbours lie 1.1 % apart, far closer than the bound that is put on them.
const CLASSES_PER_OCTAVE: f64 = 64.0;
/// 100 ns to 1.7 s.
const CLASSES: usize = 24 * 64;

/// Times of blocks by class.
pub struct Times {
    counts: Vec<u64>,
}

impl Times {
    /// None yet.
    pub fn new() -> Self {
        Self { counts: vec![0; CLASSES] }
    }

    /// Counts a block.
    pub fn add(&mut self, took: Duration) {
        let octaves = (took.as_nanos() as f64 / SHORTEST_NS).max(1.0).log2();
        self.counts[((octaves * CLASSES_PER_OCTAVE) as usize).min(CLASSES - 1)] += 1;
    }

    /// The time that a quarter of the blocks stayed under, seconds; none without blocks. What denormal numbers cost, every block pays;
    /// what other programs cost is left out.
    pub fn lower_quartile_s(&self) -> Option<f64> {
        let wanted = self.counts.iter().sum::<u64>().div_ceil(4);
        let mut sum = 0;
        let class = self.counts.iter().position(|count| {
            sum += count;
            wanted > 0 && sum >= wanted
        })?;
        Some(1e-9 * SHORTEST_NS * ((class as f64 + 0.5) / CLASSES_PER_OCTAVE).exp2())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_of_the_blocks_lies_under_the_quartile() {
        let mut times = Times::new();
        assert_eq!(times.lower_quartile_s(), None);
        (1..=1000).for_each(|us| times.add(Duration::from_micros(us)));
        let quartile_s = times.lower_quartile_s().expect("a thousand blocks");
        assert!((quartile_s / 250e-6 - 1.0).abs() < 0.012, "{quartile_s}");
    }

    #[test]
    fn times_beyond_the_classes_are_counted_with_the_last() {
        let mut times = Times::new();
        times.add(Duration::ZERO);
        assert!(times.lower_quartile_s().expect("a block") < 102e-9);
        (0..9).for_each(|_| times.add(Duration::from_secs(100)));
        assert!(times.lower_quartile_s().expect("ten blocks") > 1.6);
    }
}
