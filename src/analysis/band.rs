//! A band of a spectrum: bins shared out by overlap, so that noise is flat to the hertz.

/// The share of each bin of a spectrum that lies in a band.
#[derive(Debug, Clone)]
pub(crate) struct Band {
    first: usize,
    weights: Vec<f32>,
}

impl Band {
    /// The band from `low_hz` to `high_hz`; empty above half the sample rate.
    pub(crate) fn new(low_hz: f64, high_hz: f64, bin_hz: f64, bins: usize) -> Self {
        let (low, high) = (low_hz / bin_hz, high_hz / bin_hz);
        let first = ((low + 0.5).floor() as usize).min(bins);
        let end = ((high + 0.5).ceil() as usize).clamp(first, bins);
        let overlap = |bin: usize| (high.min(bin as f64 + 0.5) - low.max(bin as f64 - 0.5)).clamp(0.0, 1.0) as f32;
        Self { first, weights: (first..end).map(overlap).collect() }
    }

    /// The sum over the band.
    pub(crate) fn sum(&self, powers: &[f32]) -> f64 {
        weighted_sum(&powers[self.first..self.first + self.weights.len()], &self.weights)
    }

    /// Spectral flatness in the band: the logarithm of the geometric mean less that of the arithmetic mean, at most 0.
    pub(super) fn flatness(&self, powers: &[f32]) -> f64 {
        /// Powers multiplied before a logarithm is taken, and what each counts at least: the product stays a normal number.
        const GROUP: usize = 8;
        const LEAST: f64 = 1e-16;
        let width: f64 = self.weights.iter().map(|weight| f64::from(*weight)).sum();
        if width <= 0.0 {
            return 0.0;
        }
        let powers = &powers[self.first..self.first + self.weights.len()];
        let mut logarithms = 0.0;
        for (powers, weights) in powers.chunks(GROUP).zip(self.weights.chunks(GROUP)) {
            if weights.iter().all(|weight| *weight == 1.0) {
                logarithms += powers.iter().map(|power| f64::from(*power) + LEAST).product::<f64>().ln();
            } else {
                let weighted = powers.iter().zip(weights).map(|(p, w)| f64::from(*w) * (f64::from(*p) + LEAST).ln());
                logarithms += weighted.sum::<f64>();
            }
        }
        (logarithms / width - (weighted_sum(powers, &self.weights) / width + LEAST).ln()).min(0.0)
    }
}

/// Sum of products in eight lanes: always in the same order, whatever the processor.
pub(super) fn weighted_sum(powers: &[f32], weights: &[f32]) -> f64 {
    let mut lanes = [0.0f32; 8];
    let (power_chunks, weight_chunks) = (powers.chunks_exact(8), weights.chunks_exact(8));
    let rest: f32 = power_chunks.remainder().iter().zip(weight_chunks.remainder()).map(|(p, w)| p * w).sum();
    for (chunk, share) in power_chunks.zip(weight_chunks) {
        for lane in 0..8 {
            lanes[lane] += chunk[lane] * share[lane];
        }
    }
    lanes.iter().map(|lane| f64::from(*lane)).sum::<f64>() + f64::from(rest)
}

/// A Hann window that overlaps to one at half its length.
pub(crate) fn hann(length: usize) -> Vec<f32> {
    let turn = std::f64::consts::TAU / length as f64;
    (0..length).map(|n| (0.5 - 0.5 * (turn * n as f64).cos()) as f32).collect()
}
