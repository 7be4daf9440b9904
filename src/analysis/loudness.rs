//! Loudness after ITU-R BS.1770-5 and EBU R 128, Tech 3341 and 3342.
//!
//! Everything comes of the K-weighted energy of blocks of 10 ms. Momentary (400 ms) and short-term (3 s) loudness move on that grid,
//! which their maxima need (Tech 3341 cases 10 and 13); the gate's windows and all distributions are taken every 100 ms, the
//! loudness range's every second. A window that reaches back before the start counts silence there. Cost: the weighting's two
//! biquads, and the true peak's filter where a peak can be.

use super::gate::{ABSOLUTE_GATE_LUFS, CLASSES, class_of, classes_over, power_to_lufs};
use super::histogram::Histogram;
use super::k_weighting::KWeighting;
use super::levels::Levels;
use super::measurement::{FLOOR_DB, Loudness};
use super::true_peak::TruePeakMeter;
use super::{BLOCKS_PER_STEP, level_db};

/// Blocks of 10 ms in the momentary window of 400 ms.
const MOMENTARY_BLOCKS: usize = 40;
/// Blocks of 10 ms in the short-term window of 3 s.
const SHORT_TERM_BLOCKS: usize = 300;
/// Steps of 100 ms in the short-term window.
const SHORT_TERM_STEPS: usize = SHORT_TERM_BLOCKS / BLOCKS_PER_STEP;
/// Length of the loudest passage in steps of 100 ms.
const LOUDEST_STEPS: usize = 300;
/// Steps of 100 ms in a second.
const STEPS_PER_SECOND: usize = 10;
/// The quantiles that a distribution of loudness is told by.
const QUANTILES: [f64; 7] = [0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95];
/// Relative gate of the loudness range (Tech 3342): 20 LU under the mean, that is 10 LU under the gate of BS.1770.
const RANGE_GATE_BELOW_GATE_LU: f64 = 10.0;

/// What ended with the last block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Story {
    /// Nothing of note.
    Goes,
    /// The last 30 s are the loudest so far.
    Loudest,
}

/// The relative gates lie this far under the mean: of BS.1770, and of the loudness range (Tech 3342), LU.
const GATE_LU: f64 = 10.0;
const RANGE_GATE_LU: f64 = 20.0;

/// Measures loudness block by block.
pub(super) struct LoudnessMeter {
    /// Samples of a window of 100 ms.
    step: usize,
    weighting: KWeighting,
    true_peak: TruePeakMeter,
    /// K-weighted energy of the last 3 s in blocks of 10 ms, a ring.
    energies: [f64; SHORT_TERM_BLOCKS],
    blocks: usize,
    /// K-weighted mean powers over the absolute gate: of 400 ms every 100 ms, of 3 s every second.
    gated_powers: Vec<f64>,
    range_powers: Vec<f64>,
    momentary_lufs: f64,
    short_term_lufs: f64,
    momentary_max_lufs: f64,
    short_term_max_lufs: f64,
    momentary: Histogram,
    short_term: Histogram,
    short_term_each_second_lufs: Vec<f32>,
    /// K-weighted mean power of the last 30 s in steps of 100 ms, a ring.
    step_powers: [f64; LOUDEST_STEPS],
    loudest_power: f64,
    loudest_start_step: usize,
    /// True peak of all that was heard, of the step at hand, and of the last 3 s in steps, a ring.
    peak: f32,
    step_peak: f32,
    step_peaks: [f32; SHORT_TERM_STEPS],
    /// True peak minus short-term loudness, by class of short-term loudness.
    psr: Vec<Option<Histogram>>,
}

impl LoudnessMeter {
    /// A meter for steps of 100 ms of `step` samples.
    pub(super) fn new(sample_rate_hz: u32, step: usize) -> Self {
        // Bins of 0.01 LU from the absolute gate up: ten times finer than any meter shows.
        let distribution = Histogram::new(ABSOLUTE_GATE_LUFS, 20.0, 0.01);
        Self {
            step,
            weighting: KWeighting::new(sample_rate_hz),
            true_peak: TruePeakMeter::new(sample_rate_hz),
            energies: [0.0; SHORT_TERM_BLOCKS],
            blocks: 0,
            gated_powers: Vec::new(),
            range_powers: Vec::new(),
            momentary_lufs: FLOOR_DB,
            short_term_lufs: FLOOR_DB,
            momentary_max_lufs: FLOOR_DB,
            short_term_max_lufs: FLOOR_DB,
            momentary: distribution.clone(),
            short_term: distribution,
            short_term_each_second_lufs: Vec::new(),
            step_powers: [0.0; LOUDEST_STEPS],
            loudest_power: 0.0,
            loudest_start_step: 0,
            peak: 0.0,
            step_peak: 0.0,
            step_peaks: [0.0; SHORT_TERM_STEPS],
            psr: vec![None; CLASSES],
        }
    }

    /// Listens to a part of a block.
    pub(super) fn add(&mut self, left: &[f32], right: &[f32]) {
        self.weighting.add(left, right);
        self.step_peak = self.true_peak.add(left, right, self.step_peak);
        self.peak = self.peak.max(self.step_peak);
    }

    /// A block of 10 ms is complete.
    pub(super) fn end_block(&mut self) -> Story {
        self.energies[self.blocks % SHORT_TERM_BLOCKS] = self.weighting.take_energy();
        self.blocks += 1;
        self.momentary_lufs = power_to_lufs(self.mean_of_last(MOMENTARY_BLOCKS));
        self.short_term_lufs = power_to_lufs(self.mean_of_last(SHORT_TERM_BLOCKS));
        self.momentary_max_lufs = self.momentary_max_lufs.max(self.momentary_lufs);
        self.short_term_max_lufs = self.short_term_max_lufs.max(self.short_term_lufs);
        if self.blocks.is_multiple_of(BLOCKS_PER_STEP) { self.end_step() } else { Story::Goes }
    }

    fn end_step(&mut self) -> Story {
        let steps = self.blocks / BLOCKS_PER_STEP;
        self.step_peaks[(steps - 1) % SHORT_TERM_STEPS] = std::mem::take(&mut self.step_peak);
        self.step_powers[(steps - 1) % LOUDEST_STEPS] = self.mean_of_last(BLOCKS_PER_STEP);
        if self.blocks >= MOMENTARY_BLOCKS && self.momentary_lufs >= ABSOLUTE_GATE_LUFS {
            self.momentary.add(self.momentary_lufs);
            self.gated_powers.push(self.mean_of_last(MOMENTARY_BLOCKS));
        }
        if self.blocks >= SHORT_TERM_BLOCKS {
            if let Some(class) = class_of(self.short_term_lufs) {
                self.short_term.add(self.short_term_lufs);
                let peak = f64::from(self.step_peaks.iter().copied().fold(0.0, f32::max));
                // PSR of music lies between 3 and 25 dB.
                self.psr[class]
                    .get_or_insert_with(|| Histogram::new(-5.0, 45.0, 0.1))
                    .add(level_db(peak * peak) - self.short_term_lufs);
                if steps.is_multiple_of(STEPS_PER_SECOND) {
                    self.range_powers.push(self.mean_of_last(SHORT_TERM_BLOCKS));
                }
            }
            if steps.is_multiple_of(STEPS_PER_SECOND) {
                self.short_term_each_second_lufs.push(self.short_term_lufs as f32);
            }
        }
        if steps >= LOUDEST_STEPS && steps.is_multiple_of(STEPS_PER_SECOND) {
            let power = self.step_powers.iter().sum::<f64>();
            if power > self.loudest_power {
                self.loudest_power = power;
                self.loudest_start_step = steps - LOUDEST_STEPS;
                return Story::Loudest;
            }
        }
        Story::Goes
    }

    /// K-weighted mean power of the last blocks, both channels together.
    fn mean_of_last(&self, blocks: usize) -> f64 {
        let end = self.blocks % SHORT_TERM_BLOCKS;
        let sum: f64 = if end >= blocks {
            self.energies[end - blocks..end].iter().sum()
        } else {
            self.energies[..end].iter().sum::<f64>()
                + self.energies[SHORT_TERM_BLOCKS - (blocks - end)..].iter().sum::<f64>()
        };
        sum * BLOCKS_PER_STEP as f64 / (blocks * self.step) as f64
    }

    /// Momentary loudness now, LUFS.
    pub(super) fn momentary_lufs(&self) -> f64 {
        self.momentary_lufs
    }

    /// Short-term loudness now, LUFS.
    pub(super) fn short_term_lufs(&self) -> f64 {
        self.short_term_lufs
    }

    /// The gate of BS.1770-5 as known so far, LUFS.
    pub(super) fn gate_lufs(&self) -> f64 {
        let mean = mean(&self.gated_powers).unwrap_or(0.0);
        (power_to_lufs(mean) - GATE_LU).max(ABSOLUTE_GATE_LUFS)
    }

    /// Integrated loudness so far, LUFS.
    pub(super) fn integrated_lufs(&self) -> f64 {
        let Some(ungated) = mean(&self.gated_powers) else { return FLOOR_DB };
        let gate = ungated * under(GATE_LU);
        let over: Vec<f64> = self.gated_powers.iter().copied().filter(|power| *power >= gate).collect();
        power_to_lufs(mean(&over).unwrap_or(0.0))
    }

    /// Loudness range so far, LU: from the 10th to the 95th percentile.
    fn range_lu(&self) -> f64 {
        let gate = mean(&self.range_powers).unwrap_or(0.0) * under(RANGE_GATE_LU);
        let mut over: Vec<f64> = self.range_powers.iter().copied().filter(|power| *power >= gate).collect();
        over.sort_by(f64::total_cmp);
        let Some(last) = over.len().checked_sub(1) else { return 0.0 };
        let at = |share: f64| power_to_lufs(over[(last as f64 * share + 0.5) as usize]);
        at(0.95) - at(0.10)
    }

    /// True peak so far, dBTP.
    pub(super) fn true_peak_dbtp(&self) -> f64 {
        level_db(f64::from(self.peak).powi(2))
    }

    /// Length of what lies over the gate, seconds.
    pub(super) fn gated_s(&self) -> f64 {
        self.momentary.count_from(self.gate_lufs()) as f64 / STEPS_PER_SECOND as f64
    }

    /// Start of the loudest 30 s so far, seconds.
    pub(super) fn loudest_start_s(&self) -> f64 {
        self.loudest_start_step as f64 / STEPS_PER_SECOND as f64
    }

    /// All figures; `levels` are those of all that was heard.
    pub(super) fn loudness(&self, levels: &Levels) -> Loudness {
        let gate_lufs = self.gate_lufs();
        let true_peak_dbtp = self.true_peak_dbtp();
        let integrated_lufs = self.integrated_lufs();
        let mut psr = Histogram::new(-5.0, 45.0, 0.1);
        self.psr[classes_over(gate_lufs)].iter().flatten().for_each(|class| psr.merge(class));
        Loudness {
            integrated_lufs,
            momentary_max_lufs: self.momentary_max_lufs,
            short_term_max_lufs: self.short_term_max_lufs,
            range_lu: self.range_lu(),
            true_peak_dbtp,
            sample_peak_dbfs: level_db(f64::from(levels.peak()).powi(2)),
            plr_db: if integrated_lufs > FLOOR_DB { true_peak_dbtp - integrated_lufs } else { 0.0 },
            psr_db: psr.quantiles_from(-5.0, [0.5]).map_or(0.0, |[median]| median),
            momentary_percentiles_lufs: self.momentary.quantiles_from(gate_lufs, QUANTILES).unwrap_or([FLOOR_DB; 7]),
            short_term_percentiles_lufs: self
                .short_term
                .quantiles_from(gate_lufs - RANGE_GATE_BELOW_GATE_LU, QUANTILES)
                .unwrap_or([FLOOR_DB; 7]),
            loudest_start_s: self.loudest_start_s(),
            short_term_lufs: self.short_term_each_second_lufs.clone(),
        }
    }
}

/// The mean; none of nothing.
fn mean(powers: &[f64]) -> Option<f64> {
    (!powers.is_empty()).then(|| powers.iter().sum::<f64>() / powers.len() as f64)
}

/// What lies so far under a power, as a share of it.
fn under(lu: f64) -> f64 {
    10f64.powf(-lu / 10.0)
}
