//! How the level moves: crest, distribution of levels, onsets and tempo, in all and in each broad band.
//!
//! Levels are of blocks of 10 ms. A block counts by the short-term loudness of the three seconds around it: silence and fade-outs
//! don't, the rests between two strokes do.

use std::collections::VecDeque;

use super::band_split::{BandBlock, BandSplit};
use super::gate::{CLASSES, class_of, classes_over};
use super::histogram::Histogram;
use super::level_db;
use super::levels::Levels;
use super::measurement::{BandDynamics, DYNAMICS_BANDS, DYNAMICS_EDGES_HZ, Dynamics, FLOOR_DB};
use super::onset::{OnsetDetector, Onsets};

/// The quantiles that a distribution of levels is told by.
const QUANTILES: [f64; 5] = [0.10, 0.50, 0.75, 0.95, 0.99];
/// Blocks in a second.
const BLOCKS_PER_SECOND: f64 = 100.0;

/// Blocks in half the short-term window.
const DELAY_BLOCKS: usize = 150;

/// Power, peak and number of onsets of some blocks.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    power: f64,
    peak: f64,
    onsets: u32,
}

impl Tally {
    fn add(&mut self, other: &Self) {
        self.power += other.power;
        self.peak = self.peak.max(other.peak);
        self.onsets += other.onsets;
    }

    fn crest_db(&self, blocks: u32) -> f64 {
        if self.power > 0.0 { level_db(self.peak * self.peak) - level_db(self.power / f64::from(blocks)) } else { 0.0 }
    }
}

/// All blocks of one class of loudness.
#[derive(Debug, Clone)]
struct Class {
    blocks: u32,
    whole: Tally,
    bands: [Tally; DYNAMICS_BANDS],
    levels: [Histogram; DYNAMICS_BANDS],
}

impl Class {
    fn new() -> Self {
        // Bins of a quarter dB: finer than any threshold is set.
        let levels = std::array::from_fn(|_| Histogram::new(FLOOR_DB, 10.0, 0.25));
        Self { blocks: 0, whole: Tally::default(), bands: Default::default(), levels }
    }

    fn add(&mut self, block: &Block) {
        self.blocks += 1;
        let tally = |power, peak, onset: bool| Tally { power, peak, onsets: onset.into() };
        self.whole.add(&tally(block.power, block.peak, block.onsets.any));
        for band in 0..DYNAMICS_BANDS {
            let (power, peak) = (block.bands.power[band], block.bands.peak[band]);
            self.bands[band].add(&tally(power, peak, block.onsets.bands[band]));
            self.levels[band].add(level_db(power));
        }
    }

    fn merge(&mut self, other: &Self) {
        self.blocks += other.blocks;
        self.whole.add(&other.whole);
        for band in 0..DYNAMICS_BANDS {
            self.bands[band].add(&other.bands[band]);
            self.levels[band].merge(&other.levels[band]);
        }
    }
}

/// What a block of 10 ms holds.
struct Block {
    power: f64,
    peak: f64,
    bands: BandBlock,
    onsets: Onsets,
}

/// Measures the movement of level.
pub(super) struct DynamicsMeter {
    split: BandSplit,
    onsets: OnsetDetector,
    /// Blocks whose loudness is not known yet: half the short-term window.
    waiting: VecDeque<Block>,
    classes: Vec<Option<Box<Class>>>,
}

impl DynamicsMeter {
    pub(super) fn new(sample_rate_hz: u32) -> Self {
        Self {
            split: BandSplit::new(sample_rate_hz),
            onsets: OnsetDetector::new(),
            waiting: VecDeque::with_capacity(DELAY_BLOCKS + 1),
            classes: vec![None; CLASSES],
        }
    }

    /// Listens to a part of a block.
    pub(super) fn add(&mut self, left: &[f32], right: &[f32]) {
        self.split.add(left, right);
    }

    /// A block of 10 ms of these levels is complete, and the last three seconds this loud.
    pub(super) fn end_block(&mut self, levels: &Levels, short_term_lufs: f64) {
        let bands = self.split.end_block();
        let onsets = self.onsets.end_block(&bands.power);
        self.waiting.push_back(Block { power: levels.power(), peak: f64::from(levels.peak()), bands, onsets });
        if self.waiting.len() > DELAY_BLOCKS
            && let Some(block) = self.waiting.pop_front()
            && let Some(class) = class_of(short_term_lufs)
        {
            self.classes[class].get_or_insert_with(|| Box::new(Class::new())).add(&block);
        }
    }

    /// The dynamics over the gate. Blocks that still wait count as loud as the last three seconds are.
    pub(super) fn dynamics(&self, gate_lufs: f64, short_term_lufs: f64) -> Dynamics {
        let mut gated = Class::new();
        self.classes[classes_over(gate_lufs)].iter().flatten().for_each(|class| gated.merge(class));
        if class_of(short_term_lufs).is_some_and(|class| classes_over(gate_lufs).contains(&class)) {
            self.waiting.iter().for_each(|block| gated.add(block));
        }
        let rate = |onsets: u32| f64::from(onsets) * BLOCKS_PER_SECOND / f64::from(gated.blocks.max(1));
        let band = |band: usize| BandDynamics {
            low_hz: DYNAMICS_EDGES_HZ[band],
            high_hz: DYNAMICS_EDGES_HZ[band + 1],
            crest_db: gated.bands[band].crest_db(gated.blocks),
            level_percentiles_db: gated.levels[band]
                .quantiles_from(FLOOR_DB, QUANTILES)
                // The lowest bin holds silence.
                .map_or([FLOOR_DB; 5], |levels| {
                    levels.map(|level| if level < FLOOR_DB + 0.25 { FLOOR_DB } else { level })
                }),
            onsets_per_s: rate(gated.bands[band].onsets),
        };
        Dynamics {
            bands: std::array::from_fn(band),
            crest_db: gated.whole.crest_db(gated.blocks),
            onsets_per_s: rate(gated.whole.onsets),
            tempo_bpm: self.onsets.tempo_bpm(),
        }
    }
}

#[cfg(test)]
mod tests;
