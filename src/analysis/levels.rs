//! The plain sums over samples that several meters need: offset, power, peak of each channel.

use wide::f64x2;

/// Sums over some samples; the lanes are left and right.
#[derive(Debug, Clone, Copy)]
pub(super) struct Levels {
    pub(super) samples: u64,
    sum: f64x2,
    energy: f64x2,
    peaks: [f32; 2],
}

impl Levels {
    /// Of nothing.
    pub(super) const NONE: Self = Self { samples: 0, sum: f64x2::ZERO, energy: f64x2::ZERO, peaks: [0.0; 2] };

    /// Listens to a part of any length. Samples are summed one by one, so that the lengths of the parts change nothing.
    pub(super) fn add(&mut self, left: &[f32], right: &[f32]) {
        let (mut sum, mut energy) = (self.sum, self.energy);
        for (l, r) in left.iter().zip(right) {
            let both = f64x2::from([f64::from(*l), f64::from(*r)]);
            sum += both;
            energy += both * both;
        }
        (self.sum, self.energy) = (sum, energy);
        for (peak, part) in self.peaks.iter_mut().zip([left, right]) {
            *peak = peak.max(greatest(part));
        }
        self.samples += left.len() as u64;
    }

    /// These and others.
    pub(super) fn and(&self, other: &Self) -> Self {
        Self {
            samples: self.samples + other.samples,
            sum: self.sum + other.sum,
            energy: self.energy + other.energy,
            peaks: std::array::from_fn(|channel| self.peaks[channel].max(other.peaks[channel])),
        }
    }

    /// Means of the samples, left and right.
    pub(super) fn offsets(&self) -> [f64; 2] {
        self.sum.to_array().map(|sum| sum / self.samples.max(1) as f64)
    }

    /// Mean squares, left and right.
    pub(super) fn powers(&self) -> [f64; 2] {
        self.energy.to_array().map(|energy| energy / self.samples.max(1) as f64)
    }

    /// Mean square of both channels.
    pub(super) fn power(&self) -> f64 {
        let [left, right] = self.powers();
        (left + right) / 2.0
    }

    /// The greatest absolute value in either channel.
    pub(super) fn peak(&self) -> f32 {
        self.peaks[0].max(self.peaks[1])
    }
}

/// The greatest absolute value, 0 of nothing.
#[inline]
pub(super) fn greatest(samples: &[f32]) -> f32 {
    const LANES: usize = 8;
    let of = |greatest: f32, sample: f32| if sample.abs() > greatest { sample.abs() } else { greatest };
    let mut lanes = [0f32; LANES];
    let chunks = samples.chunks_exact(LANES);
    let rest = chunks.remainder().iter().fold(0.0, |greatest, sample| of(greatest, *sample));
    for chunk in chunks {
        for lane in 0..LANES {
            lanes[lane] = of(lanes[lane], chunk[lane]);
        }
    }
    lanes.iter().fold(rest, |greatest, lane| of(greatest, *lane))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_and_peaks_are_those_of_all_samples_whatever_the_parts() {
        let left: Vec<f32> = (0..1000).map(|n| (n as f32 * 0.37).sin() * 0.5 + 0.1).collect();
        let right: Vec<f32> = left.iter().map(|sample| -0.25 * sample).collect();
        let mut whole = Levels::NONE;
        whole.add(&left, &right);
        let mean = left.iter().map(|sample| f64::from(*sample)).sum::<f64>() / 1000.0;
        assert!((whole.offsets()[0] - mean).abs() < 1e-12 && (whole.offsets()[1] + 0.25 * mean).abs() < 1e-9);
        assert!((whole.powers()[1] * 16.0 - whole.powers()[0]).abs() < 1e-9);
        assert_eq!(whole.peak(), left.iter().copied().fold(0.0, f32::max));
        let mut parts = Levels::NONE;
        left.chunks(7).zip(right.chunks(7)).for_each(|(left, right)| parts.add(left, right));
        assert_eq!(format!("{parts:?}"), format!("{whole:?}"));
        assert_eq!(greatest(&[]), 0.0);
    }
}
