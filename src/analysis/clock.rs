//! The grid that figures are taken on: steps of 100 ms, each of ten blocks.

/// Blocks of 10 ms in a step of 100 ms.
pub(super) const BLOCKS_PER_STEP: usize = 10;

/// Where in the grid the listening is.
#[derive(Debug, Clone)]
pub(super) struct Clock {
    /// Samples in a step.
    step: usize,
    into_step: usize,
    /// Blocks complete since the last step.
    blocks: usize,
}

/// What is complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tick {
    Nothing,
    Block,
    /// The last block of a step.
    Step,
}

impl Clock {
    pub(super) fn new(sample_rate_hz: u32) -> Self {
        Self { step: (sample_rate_hz as usize + 5) / 10, into_step: 0, blocks: 0 }
    }

    /// Samples in a step of 100 ms.
    pub(super) fn step(&self) -> usize {
        self.step
    }

    /// Samples until the block at hand is complete.
    pub(super) fn left_in_block(&self) -> usize {
        self.step * (self.blocks + 1) / BLOCKS_PER_STEP - self.into_step
    }

    /// So many samples were heard, at most [`Clock::left_in_block`].
    pub(super) fn advance(&mut self, samples: usize) -> Tick {
        let completes = samples == self.left_in_block();
        self.into_step += samples;
        if !completes {
            return Tick::Nothing;
        }
        self.blocks += 1;
        if self.blocks < BLOCKS_PER_STEP {
            return Tick::Block;
        }
        (self.into_step, self.blocks) = (0, 0);
        Tick::Step
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_blocks_make_a_step_at_any_rate() {
        for rate_hz in [8_000, 22_050, 44_100, 48_000, 88_200] {
            let mut clock = Clock::new(rate_hz);
            for _ in 0..3 {
                let mut heard = 0;
                for block in 1..=BLOCKS_PER_STEP {
                    let length = clock.left_in_block();
                    assert!(length.abs_diff(rate_hz as usize / 100) <= 1, "{rate_hz} Hz: {length}");
                    assert_eq!(clock.advance(length - 1), Tick::Nothing);
                    let expected = if block == BLOCKS_PER_STEP { Tick::Step } else { Tick::Block };
                    assert_eq!(clock.advance(1), expected);
                    heard += length;
                }
                assert_eq!(heard, clock.step());
            }
        }
    }
}
