//! Sizes of the convolution at a sample rate, and the latency that follows from them.

use crate::dsp::CONTROL_INTERVAL;

/// Least length of a kernel, ms: what a bell of 18 dB at 30 Hz with Q 2 needs to be within 0.1 dB of its curve.
const KERNEL_MS: f64 = 512.0;
/// Blocks are the greatest power of two that is no longer, ms: longer ones cost less and delay more.
const BLOCK_MS: f64 = 50.0;
/// Longest block, samples: its transforms are the longest work that cannot be shared out among ticks.
const MOST_BLOCK: usize = 4096;
/// Least time of a crossfade between kernels, ms.
const FADE_MS: f64 = 20.0;

/// Samples between two steps of the stage's own clock.
pub const TICK: usize = CONTROL_INTERVAL;
/// Ticks after the end of a block in which its transforms are made, one in each: both ways, mid and side, and the way back
/// once more when two kernels are crossfaded. Then the block is played.
pub const TRANSFORM_TICKS: usize = 6;

/// Ticks after those in which the sums of a block are made, where there are so many: few, for spectra are read faster in long rows.
const SUM_TICKS: usize = 8;

/// How signal and kernel are cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// Samples of a block of signal and of a partition of the kernel.
    pub block: usize,
    /// Partitions of a kernel.
    pub partitions: usize,
    /// Points of the spectrum, from DC all the way around, that a kernel is designed from: a third more than it has taps at
    /// least, so that what folds back into its ends has died away.
    pub grid: usize,
    /// Blocks that a crossfade takes.
    pub fade_blocks: usize,
}

impl Layout {
    /// For `sample_rate` Hz.
    pub fn new(sample_rate: f64) -> Self {
        let samples = |ms: f64| ms * sample_rate / 1000.0;
        let block = (1 << (samples(BLOCK_MS) as usize).ilog2()).min(MOST_BLOCK);
        let blocks = |ms: f64| (samples(ms) / block as f64).ceil() as usize;
        let partitions = blocks(KERNEL_MS);
        let grid = (partitions * block * 4 / 3).next_power_of_two();
        Self { block, partitions, grid, fade_blocks: blocks(FADE_MS) }
    }

    /// Taps of a kernel.
    pub fn taps(&self) -> usize {
        self.partitions * self.block
    }

    /// The tap that a kernel is symmetrical about.
    pub fn centre(&self) -> usize {
        self.taps() / 2
    }

    /// Bins of a block's spectrum.
    pub fn bins(&self) -> usize {
        self.block + 1
    }

    /// Ticks in a block.
    pub fn ticks(&self) -> usize {
        self.block / TICK
    }

    /// Ticks in which the sums of a block are made.
    pub fn sum_ticks(&self) -> usize {
        SUM_TICKS.min(self.ticks() - TRANSFORM_TICKS)
    }

    /// Delay of the stage, samples: half a kernel, one block to collect and the ticks that its transforms take.
    pub fn latency(&self) -> usize {
        self.centre() + self.block + TRANSFORM_TICKS * TICK
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_rate_has_a_layout_that_adds_up() {
        for rate in [8_000.0, 11_025.0, 16_000.0, 22_050.0, 32_000.0, 44_100.0, 47_999.0, 48_000.0, 88_200.0, 96_000.0]
            .into_iter()
            .chain([176_400.0, 192_000.0, 352_800.0, 384_000.0, 768_000.0])
        {
            let layout = Layout::new(rate);
            assert!(layout.block.is_power_of_two() && layout.ticks() > TRANSFORM_TICKS, "{rate}: {layout:?}");
            assert!(layout.taps() as f64 >= 0.512 * rate && layout.grid * 3 >= layout.taps() * 4, "{rate}: {layout:?}");
            assert_eq!(layout.grid % (4 * layout.block), 0, "{rate}: {layout:?}");
            let (fade_s, latency_s) =
                ((layout.fade_blocks * layout.block) as f64 / rate, layout.latency() as f64 / rate);
            assert!((0.02..0.07).contains(&fade_s) && (0.25..0.36).contains(&latency_s), "{rate}: {layout:?}");
        }
        assert_eq!(Layout::new(48_000.0).latency(), 14_528);
    }
}
