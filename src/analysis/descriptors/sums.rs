//! What is summed up over the windows of one loudness.

use std::collections::VecDeque;

use super::{BANDS, BASS, LAGS, Levels, ONSET_DB};
use crate::analysis::{correlation::Correlation, histogram::Histogram};

/// Sums for a skewness.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Powers {
    count: f64,
    sums: [f64; 3],
}

impl Powers {
    fn add(&mut self, value: f64) {
        self.count += 1.0;
        for (power, sum) in (1..).zip(&mut self.sums) {
            *sum += value.powi(power);
        }
    }

    fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.sums.iter_mut().zip(other.sums).for_each(|(sum, other)| *sum += other);
    }

    /// Third moment about zero over the cube of the standard deviation, which counts as `least` at least.
    pub(super) fn asymmetry(&self, least: f64) -> f64 {
        let [mean, square, cube] = self.sums.map(|sum| sum / self.count.max(1.0));
        cube / (square - mean * mean).max(0.0).sqrt().max(least).powi(3)
    }
}

/// Everything summed up over the windows of a rank.
#[derive(Debug, Clone)]
pub(super) struct Class {
    pub(super) windows: u32,
    pub(super) mid: [f64; BANDS],
    pub(super) side: [f64; BANDS],
    pub(super) flatness: [f64; BANDS],
    pub(super) change: [f64; BANDS],
    pub(super) rises: [f64; BANDS],
    pub(super) changes: f64,
    pub(super) itself: [[Correlation; BANDS]; LAGS.len()],
    pub(super) next: [Correlation; BANDS],
    pub(super) fourth: [Correlation; BANDS],
    pub(super) bass: [Correlation; BANDS],
    pub(super) levels: Vec<Histogram>,
    pub(super) flatnesses: Vec<Histogram>,
    /// Flatness times power.
    pub(super) loud_flatness: [f64; BANDS],
    /// Flatness with the level of its own band, of the next and of the one before.
    pub(super) flatness_level: [Correlation; BANDS],
    pub(super) flatness_next: [Correlation; BANDS],
    pub(super) flatness_before: [Correlation; BANDS],
    /// Flatness and level with the rank.
    pub(super) flatness_rank: [Correlation; BANDS],
    pub(super) level_rank: [Correlation; BANDS],
    pub(super) second: [Correlation; BANDS],
    pub(super) eighth: [Correlation; BANDS],
    /// Change with the change of the next band.
    pub(super) together: [Correlation; BANDS],
    pub(super) steps: [Powers; BANDS],
}

impl Class {
    pub(super) fn new() -> Self {
        let none = [Correlation::default(); BANDS];
        Self {
            windows: 0,
            mid: [0.0; BANDS],
            side: [0.0; BANDS],
            flatness: [0.0; BANDS],
            change: [0.0; BANDS],
            rises: [0.0; BANDS],
            changes: 0.0,
            itself: [none; LAGS.len()],
            next: none,
            fourth: none,
            bass: none,
            levels: vec![Histogram::new(-112.0, 10.0, 0.5); BANDS],
            flatnesses: vec![Histogram::new(-12.0, 0.0, 0.1); BANDS],
            loud_flatness: [0.0; BANDS],
            flatness_level: none,
            flatness_next: none,
            flatness_before: none,
            flatness_rank: none,
            level_rank: none,
            second: none,
            eighth: none,
            together: none,
            steps: [Powers::default(); BANDS],
        }
    }

    pub(super) fn merge(&mut self, other: &Self) {
        self.windows += other.windows;
        self.changes += other.changes;
        for band in 0..BANDS {
            self.mid[band] += other.mid[band];
            self.side[band] += other.side[band];
            self.flatness[band] += other.flatness[band];
            self.change[band] += other.change[band];
            self.rises[band] += other.rises[band];
            self.next[band].merge(&other.next[band]);
            self.fourth[band].merge(&other.fourth[band]);
            self.bass[band].merge(&other.bass[band]);
            self.levels[band].merge(&other.levels[band]);
            self.flatnesses[band].merge(&other.flatnesses[band]);
            self.loud_flatness[band] += other.loud_flatness[band];
            self.flatness_level[band].merge(&other.flatness_level[band]);
            self.flatness_next[band].merge(&other.flatness_next[band]);
            self.flatness_before[band].merge(&other.flatness_before[band]);
            self.flatness_rank[band].merge(&other.flatness_rank[band]);
            self.level_rank[band].merge(&other.level_rank[band]);
            self.second[band].merge(&other.second[band]);
            self.eighth[band].merge(&other.eighth[band]);
            self.together[band].merge(&other.together[band]);
            self.steps[band].merge(&other.steps[band]);
            for lag in 0..LAGS.len() {
                self.itself[lag][band].merge(&other.itself[lag][band]);
            }
        }
    }

    /// Counts a window. `past` are the levels before it, the latest last.
    pub(super) fn add(&mut self, window: &Levels, past: &VecDeque<[f64; BANDS]>) {
        let Levels { power, side, level, flatness, rank_db } = window;
        self.windows += 1;
        for band in 0..BANDS {
            self.mid[band] += power[band];
            self.side[band] += side[band];
            self.flatness[band] += flatness[band];
            self.loud_flatness[band] += power[band] * flatness[band];
            self.flatnesses[band].add(flatness[band]);
            self.levels[band].add(level[band]);
            self.bass[band].add(level[band], level[BASS]);
            self.flatness_level[band].add(flatness[band], level[band]);
            self.flatness_rank[band].add(flatness[band], *rank_db);
            self.level_rank[band].add(level[band], *rank_db);
        }
        let apart = |pairs: &mut [Correlation; BANDS], bands: usize, one: &[f64; BANDS], other: &[f64; BANDS]| {
            for (pair, (one, other)) in pairs.iter_mut().zip(one.iter().zip(&other[bands..])) {
                pair.add(*one, *other);
            }
        };
        apart(&mut self.next, 1, level, level);
        apart(&mut self.second, 2, level, level);
        apart(&mut self.fourth, 4, level, level);
        apart(&mut self.eighth, 8, level, level);
        apart(&mut self.flatness_next, 1, flatness, level);
        apart(&mut self.flatness_before, 1, level, flatness);
        if let Some(before) = past.back() {
            self.changes += 1.0;
            let change: [f64; BANDS] = std::array::from_fn(|band| level[band] - before[band]);
            for (band, change_db) in change.into_iter().enumerate() {
                self.change[band] += change_db.abs();
                self.rises[band] += f64::from(u8::from(change_db > ONSET_DB));
                self.steps[band].add(change_db);
            }
            apart(&mut self.together, 1, &change, &change);
        }
        for (lag, pairs) in LAGS.iter().zip(&mut self.itself) {
            if let Some(before) = past.len().checked_sub(*lag).and_then(|at| past.get(at)) {
                (0..BANDS).for_each(|band| pairs[band].add(before[band], level[band]));
            }
        }
    }

    /// Mean level of mid in each band, dB.
    pub(super) fn mean_db(&self) -> [f64; BANDS] {
        self.mid.map(|power| super::decibels(power / f64::from(self.windows.max(1))))
    }
}
