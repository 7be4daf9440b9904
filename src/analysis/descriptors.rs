//! Describes music by what no equaliser can alter: how each band moves, not how loud it is.
//!
//! An EQ adds a constant to the level of a band in dB. What is left when constants cancel: the shape of the distribution of levels
//! about its mean, changes from moment to moment, correlations in time and between bands, loud and quiet passages held against the
//! whole, side against mid, flatness within a band. Passages are ranked by the mean of the bands' levels in dB, which an EQ
//! shifts for all alike. In this order, which targets that were learned rely on (new kinds go to the end), 31 bands of a third of an octave each:
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
//! | 584 | 31 | the same, 10th percentile |
//! | 615 | 31 | the same, windows weighed by the band's power |
//! | 646 | 31 | correlation of the flatness with the band's level |
//! | 677 | 30 | with the level of the next band |
//! | 707 | 30 | of the next band's flatness with the level of the band |
//! | 737 | 31 | of the flatness with the rank |
//! | 768 | 31 | of the level with the rank |
//! | 799 | 29 | correlation with the band two thirds above |
//! | 828 | 23 | with the band eight thirds above |
//! | 851 | 30 | correlation of the changes with those of the next band |
//! | 881 | 31 | third moment of the changes over the cube of their spread: quick attacks and slow decays |
//!
//! Windows are Hann, 4096 samples at 44.1 and 48 kHz, half overlapping. Sums are kept for every dB of the rank. Cost: two
//! short FFTs a window.

use std::collections::VecDeque;
use std::sync::Arc;

use realfft::num_complex::Complex;
use realfft::{RealFftPlanner, RealToComplex};

mod sums;

use self::sums::Class;
use super::band::{Band, hann};
use super::correlation::Correlation;
use super::histogram::Histogram;
use super::measurement::{THIRD_OCTAVES, third_octave_centre_hz};
use super::overlap::Overlap;

/// Number of descriptors.
pub const DESCRIPTORS: usize = 912;

/// Each kind of descriptor in the order of the table: how many there are, one for each band, and the band of the first.
const KINDS: [(usize, usize); 30] = {
    let mut kinds = [(BANDS, 0); 30];
    (kinds[11].0, kinds[12].0) = (BANDS - 1, BANDS - 4);
    kinds[22] = (BANDS - 1, 0);
    kinds[23] = (BANDS - 1, 1);
    (kinds[26].0, kinds[27].0, kinds[28].0) = (BANDS - 2, BANDS - 8, BANDS - 1);
    kinds
};

/// What each descriptor is of: its kind (any number, the same for all of a kind) and its band of a third of an octave.
pub fn places() -> impl Iterator<Item = (usize, usize)> {
    KINDS
        .into_iter()
        .enumerate()
        .flat_map(|(kind, (count, first))| (first..first + count).map(move |band| (kind, band)))
}

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
/// Changes are taken to spread by this much at least, dB.
const LEAST_STEP_DB: f64 = 0.3;
const LEVEL_QUANTILES: [f64; 6] = [0.05, 0.25, 0.50, 0.75, 0.95, 0.99];
/// The band that stands for the bass drum and the bass.
const BASS: usize = 5;
/// Seconds that must count for the figures to mean something.
const ENOUGH_S: f64 = 5.0;

/// One window: power and level of mid, power of side and flatness in each band.
struct Levels {
    power: [f64; BANDS],
    side: [f64; BANDS],
    level: [f64; BANDS],
    flatness: [f64; BANDS],
    rank_db: f64,
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
        let fft = RealFftPlanner::new().plan_fft_forward(length);
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
            self.count(power, level);
        }
        if self.past.len() == LONGEST_LAG {
            self.past.pop_front();
        }
        self.past.push_back(level);
    }

    fn count(&mut self, power: [f64; BANDS], level: [f64; BANDS]) {
        let rank_db = level.iter().sum::<f64>() / BANDS as f64;
        let rank = ((rank_db - LOWEST_RANK_DB).max(0.0) as usize).min(RANKS - 1);
        let side = std::array::from_fn(|band| self.bands[band].sum(&self.powers[1]));
        let flatness = std::array::from_fn(|band| self.bands[band].flatness(&self.powers[0]));
        let class = self.ranks[rank].get_or_insert_with(|| Box::new(Class::new()));
        class.add(&Levels { power, side, level, flatness, rank_db }, &self.past);
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
        let quantile =
            |histogram: &Histogram, at: f64| histogram.quantiles_from(-12.0, [at]).map_or(0.0, |[value]| value);
        values.extend(all.flatnesses.iter().map(|histogram| quantile(histogram, 0.90)));
        values.extend(all.flatnesses.iter().map(|histogram| quantile(histogram, 0.10)));
        let weighed = |band: usize| all.loud_flatness[band] / all.mid[band].max(f64::MIN_POSITIVE);
        values.extend((0..BANDS).map(weighed));
        values.extend(all.flatness_level.iter().map(Correlation::coefficient));
        values.extend(all.flatness_next[..BANDS - 1].iter().map(Correlation::coefficient));
        values.extend(all.flatness_before[..BANDS - 1].iter().map(Correlation::coefficient));
        values.extend(all.flatness_rank.iter().map(Correlation::coefficient));
        values.extend(all.level_rank.iter().map(Correlation::coefficient));
        values.extend(all.second[..BANDS - 2].iter().map(Correlation::coefficient));
        values.extend(all.eighth[..BANDS - 8].iter().map(Correlation::coefficient));
        values.extend(all.together[..BANDS - 1].iter().map(Correlation::coefficient));
        values.extend(all.steps.iter().map(|steps| steps.asymmetry(LEAST_STEP_DB)));
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
