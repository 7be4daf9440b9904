//! Loudness after ITU-R BS.1770-5 and EBU R 128, Tech 3341 and 3342: K-weighting, gating, range and true peak by the `ebur128`
//! crate, windows and distributions here.
//!
//! Momentary (400 ms) and short-term (3 s) loudness move on a grid of 10 ms, which their maxima need (Tech 3341 cases 10 and 13);
//! their distributions are taken every 100 ms. A window that reaches back before the start counts silence there. Cost: the true
//! peak filter, by far.

use ebur128::{EbuR128, Mode};

use super::gate::{ABSOLUTE_GATE_LUFS, CLASSES, class_of, classes_over, power_to_lufs};
use super::histogram::Histogram;
use super::measurement::{FLOOR_DB, Loudness};
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

/// Measures loudness block by block.
pub(super) struct LoudnessMeter {
    /// None where the crate refuses the format; then there is no loudness.
    meter: Option<EbuR128>,
    /// K-weighted mean power of the last 3 s in blocks of 10 ms, a ring.
    powers: [f64; SHORT_TERM_BLOCKS],
    blocks: usize,
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
    /// True peak of the block that is being filled, and of the last 3 s in steps, a ring.
    step_peak: f64,
    step_peaks: [f64; SHORT_TERM_STEPS],
    /// True peak minus short-term loudness, by class of short-term loudness.
    psr: Vec<Option<Histogram>>,
}

impl LoudnessMeter {
    pub(super) fn new(sample_rate_hz: u32) -> Self {
        // Without the crate's histogram, whose bins of 0.1 LU would cost half the tolerance of Tech 3341: ten numbers a second.
        let meter = EbuR128::new(2, sample_rate_hz, Mode::I | Mode::LRA | Mode::TRUE_PEAK).ok();
        // Bins of 0.01 LU from the absolute gate up: ten times finer than any meter shows.
        let distribution = Histogram::new(ABSOLUTE_GATE_LUFS, 20.0, 0.01);
        Self {
            meter,
            powers: [0.0; SHORT_TERM_BLOCKS],
            blocks: 0,
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
            step_peak: 0.0,
            step_peaks: [0.0; SHORT_TERM_STEPS],
            psr: vec![None; CLASSES],
        }
    }

    /// Listens to a part of a block.
    pub(super) fn add(&mut self, left: &[f32], right: &[f32]) {
        let Some(meter) = &mut self.meter else { return };
        if meter.add_frames_planar_f32(&[left, right]).is_ok() {
            for channel in 0..2 {
                self.step_peak = self.step_peak.max(meter.prev_true_peak(channel).unwrap_or(0.0));
            }
        }
    }

    /// A block of 10 ms is complete.
    pub(super) fn end_block(&mut self) -> Story {
        let Some(meter) = &self.meter else { return Story::Goes };
        let block_lufs = meter.loudness_window(10).unwrap_or(f64::NEG_INFINITY);
        self.powers[self.blocks % SHORT_TERM_BLOCKS] = 10f64.powf((block_lufs + 0.691) / 10.0);
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
        }
        if self.blocks >= SHORT_TERM_BLOCKS {
            if let Some(class) = class_of(self.short_term_lufs) {
                self.short_term.add(self.short_term_lufs);
                let peak = self.step_peaks.iter().copied().fold(0.0, f64::max);
                // PSR of music lies between 3 and 25 dB.
                self.psr[class]
                    .get_or_insert_with(|| Histogram::new(-5.0, 45.0, 0.1))
                    .add(level_db(peak * peak) - self.short_term_lufs);
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

    fn mean_of_last(&self, blocks: usize) -> f64 {
        let end = self.blocks % SHORT_TERM_BLOCKS;
        let sum: f64 = if end >= blocks {
            self.powers[end - blocks..end].iter().sum()
        } else {
            self.powers[..end].iter().sum::<f64>()
                + self.powers[SHORT_TERM_BLOCKS - (blocks - end)..].iter().sum::<f64>()
        };
        sum / blocks as f64
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
        let relative = self.meter.as_ref().and_then(|meter| meter.relative_threshold().ok());
        relative.filter(|gate| gate.is_finite()).unwrap_or(ABSOLUTE_GATE_LUFS).max(ABSOLUTE_GATE_LUFS)
    }

    /// Length of what lies over the gate, seconds.
    pub(super) fn gated_s(&self) -> f64 {
        self.momentary.count_from(self.gate_lufs()) as f64 / STEPS_PER_SECOND as f64
    }

    /// Start of the loudest 30 s so far, seconds.
    pub(super) fn loudest_start_s(&self) -> f64 {
        self.loudest_start_step as f64 / STEPS_PER_SECOND as f64
    }

    pub(super) fn loudness(&self) -> Loudness {
        let Some(meter) = &self.meter else { return Loudness::default() };
        let gate_lufs = self.gate_lufs();
        let peak = |of: &dyn Fn(u32) -> Result<f64, ebur128::Error>| {
            level_db((0..2).filter_map(|channel| of(channel).ok()).fold(0.0, f64::max).powi(2))
        };
        let true_peak_dbtp = peak(&|channel| meter.true_peak(channel));
        let integrated_lufs = meter.loudness_global().unwrap_or(FLOOR_DB).max(FLOOR_DB);
        let mut psr = Histogram::new(-5.0, 45.0, 0.1);
        self.psr[classes_over(gate_lufs)].iter().flatten().for_each(|class| psr.merge(class));
        Loudness {
            integrated_lufs,
            momentary_max_lufs: self.momentary_max_lufs,
            short_term_max_lufs: self.short_term_max_lufs,
            range_lu: meter.loudness_range().ok().filter(|range| range.is_finite()).unwrap_or(0.0),
            true_peak_dbtp,
            sample_peak_dbfs: peak(&|channel| meter.sample_peak(channel)),
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

/// Power gain of the K-weighting filter of BS.1770-5 at `frequency_hz`, for a digital filter at `sample_rate_hz`.
///
/// The standard gives coefficients at 48 kHz; these are the analogue parameters they come from (a high shelf of 4 dB at 1682 Hz
/// and a high-pass at 38 Hz) through the bilinear transform, as every meter at other rates has it.
pub(super) fn k_weighting_power(frequency_hz: f64, sample_rate_hz: f64) -> f64 {
    /// A pole pair's frequency in Hz and Q, its numerator's gains at high, middle and low frequencies.
    const STAGES: [(f64, f64, [f64; 3]); 2] = [
        (1681.974450955533, 0.7071752369554196, [1.584_864_701_130_855, 1.258_720_930_232_562, 1.0]),
        (38.13547087602444, 0.5003270373238773, [1.0, 0.0, 0.0]),
    ];
    if frequency_hz >= sample_rate_hz / 2.0 {
        return 0.0;
    }
    // The bilinear transform maps the frequency to tan(pi f / fs); s = i x that over the stage's own.
    let warp = |hz: f64| (std::f64::consts::PI * hz / sample_rate_hz).tan();
    // The standard's second numerator is 1, -2, 1 and not divided by what the transform puts before it.
    let (second_hz, second_q, _) = STAGES[1];
    let excess = 1.0 + warp(second_hz) / second_q + warp(second_hz).powi(2);
    STAGES.iter().fold(excess * excess, |power, (stage_hz, q, [high, middle, low])| {
        let s = warp(frequency_hz) / warp(*stage_hz);
        let numerator = (low - high * s * s).powi(2) + (middle * s / q).powi(2);
        let denominator = (1.0 - s * s).powi(2) + (s / q).powi(2);
        power * numerator / denominator
    })
}
