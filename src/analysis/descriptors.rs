//! Describes music by what no equaliser can alter: how each band moves, not how loud it is.
//!
//! An EQ adds a constant to the level of a band in dB. What is left when constants cancel: the shape of the distribution of levels
//! about its mean, changes from moment to moment, correlations in time and between bands, loud and quiet passages held against the
//! whole, side against mid, flatness within a band. Passages are ranked by the mean of the bands' levels in dB, which an EQ
//! shifts for all alike. In this order, 31 bands of a third of an octave each:
//!
//! | from | count | what |
//! | --- | --- | --- |
//! | 0 | 6 x 31 | 5th, 25th, 50th, 75th, 95th, 99th percentile of the level over the mean power, dB |
//! | 186 | 31 | mean change of level from window to window, dB |
//! | 217 | 31 | share of windows that rise by more than 6 dB |
//! | 248 | 3 x 31 | correlation of the level with itself 0.09, 0.37 and 1.5 s before |
//! | 341 | 30 | correlation with the next band |
//! | 371 | 27 | correlation with the band four thirds above |
//! | 398 | 31 | correlation with the band at 62 Hz |
//! | 429 | 31 | mean level of the loudest tenth over that of all, dB, its mean over the bands taken off |
//! | 460 | 31 | the same of the quietest quarter |
//! | 491 | 31 | side over mid, dB, -40 to 6 |
//! | 522 | 31 | spectral flatness in the band, natural logarithm, mean |
//! | 553 | 31 | the same, 90th percentile |
//!
//! Windows are Hann, 4096 samples at 44.1 and 48 kHz, half overlapping. Sums are kept for every dB of the rank. Cost: two
//! short FFTs a window.

use std::collections::VecDeque;
use std::sync::Arc;

use lacquer_fourier::{Complex, RealToComplex};

use super::band::{Band, hann};
use super::correlation::Correlation;
use super::histogram::Histogram;
use super::measurement::{THIRD_OCTAVES, third_octave_centre_hz};
use super::overlap::Overlap;

/// Number of descriptors.
pub const DESCRIPTORS: usize = 584;

const BANDS: usize = THIRD_OCTAVES;
/// Least length of a window in seconds; the next power of two is taken.
const WINDOW_S: f64 = 0.06;
/// Levels under this are nothing: a power (-110 dBFS), so that a codec's last noise does not count as movement.
const FLOOR_POWER: f64 = 1e-11;
/// Windows under -90 dBFS in all are silent and not counted.
const SILENT_POWER: f64 = 1e-9;
/// Rank classes of 1 dB from here up.
const LOWEST_RANK_DB: f64 = -111.0;
const RANKS: usize = 121;
/// Windows whose rank lies this far under that of the loudest tenth do not count, dB.
const GATE_DB: f64 = 25.0;
/// Windows to look back for the correlation with itself.
const LAGS: [usize; 3] = [2, 8, 32];
const LONGEST_LAG: usize = 32;
const ONSET_DB: f64 = 6.0;
const LEVEL_QUANTILES: [f64; 6] = [0.05, 0.25, 0.50, 0.75, 0.95, 0.99];
/// The band that stands for the bass drum and the bass.
const BASS: usize = 5;
/// Seconds that must count for the figures to mean something.
const ENOUGH_S: f64 = 5.0;

/// Everything summed up over the windows of a rank.
#[derive(Debug, Clone)]
struct Class {
    windows: u32,
    mid: [f64; BANDS],
    side: [f64; BANDS],
    flatness: [f64; BANDS],
    change: [f64; BANDS],
    rises: [f64; BANDS],
    changes: f64,
    itself: [[Correlation; BANDS]; LAGS.len()],
    next: [Correlation; BANDS],
    fourth: [Correlation; BANDS],
    bass: [Correlation; BANDS],
    levels: Vec<Histogram>,
    flatnesses: Vec<Histogram>,
}

impl Class {
    fn new() -> Self {
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
        }
    }

    fn merge(&mut self, other: &Self) {
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
            for lag in 0..LAGS.len() {
                self.itself[lag][band].merge(&other.itself[lag][band]);
            }
        }
    }

    /// Mean level of mid in each band, dB.
    fn mean_db(&self) -> [f64; BANDS] {
        self.mid.map(|power| decibels(power / f64::from(self.windows.max(1))))
    }
}

fn decibels(power: f64) -> f64 {
    10.0 * power.max(FLOOR_POWER).log10()
}

/// Listens and describes.
pub(super) struct Describer {
    fft: Arc<dyn RealToComplex<f32>>,
    window: Vec<f32>,
    scale: f32,
    input: Vec<f32>,
    scratch: Vec<Complex<f32>>,
    spectra: [Vec<Complex<f32>>; 2],
    powers: [Vec<f32>; 2],
    bands: Vec<Band>,
    sound: Overlap,
    hop_s: f64,
    /// Levels of the last windows in dB, the latest last.
    past: VecDeque<[f64; BANDS]>,
    ranks: Vec<Option<Box<Class>>>,
}

impl Describer {
    pub(super) fn new(sample_rate_hz: u32) -> Self {
        let rate = f64::from(sample_rate_hz);
        let length = ((rate * WINDOW_S) as usize).next_power_of_two();
        let fft = lacquer_fourier::forward(length);
        let bins = length / 2 + 1;
        let window = hann(length);
        let energy: f64 = window.iter().map(|gain| f64::from(gain * gain)).sum();
        let sixth = 2f64.powf(1.0 / 6.0);
        let band = |band: usize| {
            let centre_hz = third_octave_centre_hz(band);
            let low_hz = if centre_hz < rate / 2.0 { centre_hz / sixth } else { rate };
            Band::new(low_hz, (centre_hz * sixth).min(rate / 2.0).max(low_hz), rate / length as f64, bins)
        };
        Self {
            window,
            scale: (2.0 / (energy * length as f64)) as f32,
            input: fft.make_input_vec(),
            scratch: fft.make_scratch_vec(),
            spectra: [fft.make_output_vec(), fft.make_output_vec()],
            fft,
            powers: [vec![0.0; bins], vec![0.0; bins]],
            bands: (0..BANDS).map(band).collect(),
            sound: Overlap::new(length),
            hop_s: length as f64 / 2.0 / rate,
            past: VecDeque::with_capacity(LONGEST_LAG + 1),
            ranks: vec![None; RANKS],
        }
    }

    /// Listens to a part of any length.
    pub(super) fn add(&mut self, mut left: &[f32], mut right: &[f32]) {
        while self.sound.fill(&mut left, &mut right) {
            self.end_window();
            self.sound.advance();
        }
    }

    fn end_window(&mut self) {
        let mono = self.sound.left == self.sound.right;
        for (channel, samples) in
            [&self.sound.left, &self.sound.right].into_iter().enumerate().take(if mono { 1 } else { 2 })
        {
            for ((input, sample), gain) in self.input.iter_mut().zip(samples).zip(&self.window) {
                *input = sample * gain;
            }
            // Lengths are those of the plan, the only error there is.
            let done = self.fft.process_with_scratch(&mut self.input, &mut self.spectra[channel], &mut self.scratch);
            debug_assert!(done.is_ok());
        }
        // Of one length, so that the loop checks no bounds.
        let bins = self.spectra[0].len();
        let [mid, side] = self.powers.each_mut().map(|powers| &mut powers[..bins]);
        let (first, second) = (&self.spectra[0][..bins], &self.spectra[usize::from(!mono)][..bins]);
        for bin in 0..bins {
            let (l, r) = (first[bin], second[bin]);
            mid[bin] = (l + r).norm_sqr() * (self.scale * 0.25);
            side[bin] = (l - r).norm_sqr() * (self.scale * 0.25);
        }
        let power: [f64; BANDS] = std::array::from_fn(|band| self.bands[band].sum(&self.powers[0]));
        let level: [f64; BANDS] = power.map(decibels);
        if power.iter().sum::<f64>() > SILENT_POWER {
            self.count(&power, &level);
        }
        if self.past.len() == LONGEST_LAG {
            self.past.pop_front();
        }
        self.past.push_back(level);
    }

    fn count(&mut self, power: &[f64; BANDS], level: &[f64; BANDS]) {
        let rank_db = level.iter().sum::<f64>() / BANDS as f64;
        let rank = ((rank_db - LOWEST_RANK_DB).max(0.0) as usize).min(RANKS - 1);
        let class = self.ranks[rank].get_or_insert_with(|| Box::new(Class::new()));
        class.windows += 1;
        for band in 0..BANDS {
            class.mid[band] += power[band];
            class.side[band] += self.bands[band].sum(&self.powers[1]);
            let flatness = self.bands[band].flatness(&self.powers[0]);
            class.flatness[band] += flatness;
            class.flatnesses[band].add(flatness);
            class.levels[band].add(level[band]);
            class.bass[band].add(level[band], level[BASS]);
            if band + 1 < BANDS {
                class.next[band].add(level[band], level[band + 1]);
            }
            if band + 4 < BANDS {
                class.fourth[band].add(level[band], level[band + 4]);
            }
        }
        if let Some(before) = self.past.back() {
            class.changes += 1.0;
            for band in 0..BANDS {
                let change_db = level[band] - before[band];
                class.change[band] += change_db.abs();
                class.rises[band] += f64::from(u8::from(change_db > ONSET_DB));
            }
        }
        for (lag, pairs) in LAGS.iter().zip(&mut class.itself) {
            if let Some(before) = self.past.len().checked_sub(*lag).and_then(|at| self.past.get(at)) {
                (0..BANDS).for_each(|band| pairs[band].add(before[band], level[band]));
            }
        }
    }

    /// The descriptors of all that was heard; empty when that was too little.
    pub(super) fn descriptors(&self) -> Vec<f32> {
        let gate = self.rank_under_share_from_top(0, 0.10).saturating_sub(GATE_DB as usize);
        let mut all = Class::new();
        self.ranks[gate..].iter().flatten().for_each(|class| all.merge(class));
        if f64::from(all.windows) * self.hop_s < ENOUGH_S {
            return Vec::new();
        }
        let mean_db = all.mean_db();
        let windows = f64::from(all.windows);
        let mut values: Vec<f64> = Vec::with_capacity(DESCRIPTORS);
        let quantiles: [[f64; LEVEL_QUANTILES.len()]; BANDS] = std::array::from_fn(|band| {
            let levels = all.levels[band].quantiles_from(-112.0, LEVEL_QUANTILES);
            levels.unwrap_or([mean_db[band]; LEVEL_QUANTILES.len()]).map(|level| level - mean_db[band])
        });
        values.extend((0..BANDS * LEVEL_QUANTILES.len()).map(|n| quantiles[n % BANDS][n / BANDS]));
        values.extend(all.change.map(|sum| sum / all.changes.max(1.0)));
        values.extend(all.rises.map(|sum| sum / all.changes.max(1.0)));
        values.extend(all.itself.as_flattened().iter().map(Correlation::coefficient));
        values.extend(all.next[..BANDS - 1].iter().map(Correlation::coefficient));
        values.extend(all.fourth[..BANDS - 4].iter().map(Correlation::coefficient));
        values.extend(all.bass.iter().map(Correlation::coefficient));
        let loud = self.mean_db_of(self.rank_under_share_from_top(gate, 0.10)..RANKS);
        let quiet = self.mean_db_of(gate..self.rank_under_share_from_top(gate, 0.75) + 1);
        for passage in [loud, quiet] {
            let shape: [f64; BANDS] = std::array::from_fn(|band| passage[band] - mean_db[band]);
            let mean = shape.iter().sum::<f64>() / BANDS as f64;
            values.extend(shape.map(|level| level - mean));
        }
        values.extend((0..BANDS).map(|band| (decibels(all.side[band] / windows) - mean_db[band]).clamp(-40.0, 6.0)));
        values.extend(all.flatness.map(|sum| sum / windows));
        let upper = |histogram: &Histogram| histogram.quantiles_from(-12.0, [0.90]).map_or(0.0, |[value]| value);
        values.extend(all.flatnesses.iter().map(upper));
        debug_assert_eq!(values.len(), DESCRIPTORS);
        values.into_iter().map(|value| value as f32).collect()
    }

    /// The rank over and in which that share of the windows from `first` up lies.
    fn rank_under_share_from_top(&self, first: usize, share: f64) -> usize {
        let windows = |rank: usize| self.ranks[rank].as_ref().map_or(0.0, |class| f64::from(class.windows));
        let enough = share * (first..RANKS).map(windows).sum::<f64>();
        let mut over = 0.0;
        (first..RANKS)
            .rev()
            .find(|rank| {
                over += windows(*rank);
                over >= enough && over > 0.0
            })
            .unwrap_or(first)
    }

    fn mean_db_of(&self, ranks: std::ops::Range<usize>) -> [f64; BANDS] {
        let mut sum = Class::new();
        self.ranks[ranks].iter().flatten().for_each(|class| sum.merge(class));
        sum.mean_db()
    }
}

#[cfg(test)]
mod tests;
