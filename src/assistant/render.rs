//! Plays a programme through the real chain and measures what comes out: the proof of every suggestion.
//!
//! The programme's blocks are cut anew, so that neither the sound nor the meters depend on their lengths; the chain's latency is
//! skipped. Memory: a few bytes for each 10 ms, and the loudest 30 s where they are asked for.

use ebur128::{EbuR128, Mode};

use super::programme::{Excerpt, Programme, ProgrammeError};
use crate::{
    analysis::{Analyser, Measurement, measurement::FLOOR_DB},
    dsp::{Chain, ChainMeters, gain_to_db},
    settings::{ChainSettings, MAX_BANDS},
};

/// Blocks of the meters in one second.
const BLOCKS_PER_S: u32 = 100;

/// What to find out on the way.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted {
    /// A full measurement; without it loudness alone.
    pub measurement: bool,
    /// The true peak, where no full measurement is wanted.
    pub true_peak: bool,
    /// The output from this second on is kept (30 s of it).
    pub excerpt_from_s: Option<f64>,
}

/// Length of the excerpt that the drive is searched on, seconds.
pub const EXCERPT_S: f64 = 30.0;

/// What came out.
pub struct Rendered {
    pub integrated_lufs: f64,
    /// -120 where it was not wanted.
    pub true_peak_dbtp: f64,
    pub measurement: Option<Measurement>,
    pub excerpt: Excerpt,
    sample_rate_hz: u32,
    blocks: Vec<Block>,
}

/// One block of the meters.
#[derive(Debug, Clone, Copy)]
struct Block {
    /// Samples of the output ahead of it.
    start: usize,
    /// Mean square of the output.
    power: f32,
    limiter_db: f32,
    compressor_db: [f32; MAX_BANDS],
}

/// [`EXCERPT_S`] of a programme from `from_s` on.
///
/// # Errors
/// When the programme cannot be played to its end.
pub fn excerpt(programme: &mut dyn Programme, from_s: f64) -> Result<Excerpt, ProgrammeError> {
    let rate = programme.sample_rate_hz();
    let first = (from_s.max(0.0) * f64::from(rate)) as usize;
    let last = first + (EXCERPT_S * f64::from(rate)) as usize;
    let mut kept = Excerpt { sample_rate_hz: rate, ..Excerpt::default() };
    let mut played = 0;
    programme.play(&mut |left, right| {
        let length = left.len().min(right.len());
        let (start, end) =
            (first.clamp(played, played + length) - played, last.clamp(played, played + length) - played);
        kept.left.extend_from_slice(&left[start..end]);
        kept.right.extend_from_slice(&right[start..end]);
        played += length;
    })?;
    Ok(kept)
}

/// Median, 95th percentile and most of a gain reduction over the loud blocks, dB.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Reduction {
    pub median_db: f64,
    pub p95_db: f64,
    pub max_db: f64,
    /// When the most is taken, seconds from the start of what was rendered; none where nothing is.
    pub worst_s: Option<f64>,
}

/// Renders `programme` with `settings`.
///
/// # Errors
/// When the programme cannot be played to its end, or its loudness not be measured.
pub fn render(
    programme: &mut dyn Programme,
    channels: u16,
    settings: &ChainSettings,
    wanted: Wanted,
    progress: &mut dyn FnMut(f64),
) -> Result<Rendered, ProgrammeError> {
    let rate = programme.sample_rate_hz();
    let mut session = Session::new(rate, channels, settings, wanted)?;
    programme.play(&mut |left, right| {
        session.add(left, right);
        progress(session.played as f64 / f64::from(rate));
    })?;
    session.finish()
}

struct Session<'a> {
    rate: u32,
    settings: &'a ChainSettings,
    chain: Chain,
    meter: Option<EbuR128>,
    analyser: Option<Analyser>,
    excerpt_from: Option<usize>,
    excerpt: Excerpt,
    skip: usize,
    played: usize,
    emitted: usize,
    pending: [Vec<f32>; 2],
    block: usize,
    blocks: Vec<Block>,
    failed: Option<ebur128::Error>,
}

impl<'a> Session<'a> {
    fn new(rate: u32, channels: u16, settings: &'a ChainSettings, wanted: Wanted) -> Result<Self, ProgrammeError> {
        let chain = Chain::new(f64::from(rate), settings.eq.phase);
        let mode = if wanted.true_peak { Mode::I | Mode::TRUE_PEAK } else { Mode::I };
        let meter =
            match wanted.measurement {
                true => None,
                false => Some(EbuR128::new(2, rate, mode).map_err(|error| {
                    ProgrammeError(format!("the loudness at {rate} Hz cannot be measured: {error}"))
                })?),
            };
        Ok(Self {
            rate,
            settings,
            skip: chain.latency(),
            chain,
            meter,
            analyser: wanted.measurement.then(|| Analyser::new(rate, channels)),
            excerpt_from: wanted.excerpt_from_s.map(|start_s| (start_s * f64::from(rate)) as usize),
            excerpt: Excerpt { sample_rate_hz: rate, ..Excerpt::default() },
            played: 0,
            emitted: 0,
            pending: [Vec::new(), Vec::new()],
            block: (rate / BLOCKS_PER_S).max(1) as usize,
            blocks: Vec::new(),
            failed: None,
        })
    }

    fn add(&mut self, left: &[f32], right: &[f32]) {
        let length = left.len().min(right.len());
        self.played += length;
        let mut start = 0;
        while start < length {
            let end = length.min(start + self.block - self.pending[0].len());
            self.pending[0].extend_from_slice(&left[start..end]);
            self.pending[1].extend_from_slice(&right[start..end]);
            start = end;
            if self.pending[0].len() == self.block {
                self.process();
            }
        }
    }

    /// Processes what is pending and hands on what lies after the latency.
    fn process(&mut self) {
        let [mut left, mut right] = std::mem::take(&mut self.pending);
        let meters = self.chain.process(self.settings, &mut left, &mut right);
        let skipped = self.skip.min(left.len());
        self.skip -= skipped;
        let wanted = self.played - self.emitted;
        let end = left.len().min(skipped + wanted);
        let (out_left, out_right) = (&left[skipped..end], &right[skipped..end]);
        self.emitted += out_left.len();
        if !out_left.is_empty() {
            self.measure(out_left, out_right, &meters);
        }
        left.clear();
        right.clear();
        self.pending = [left, right];
    }

    fn measure(&mut self, left: &[f32], right: &[f32], meters: &ChainMeters) {
        if let Some(meter) = &mut self.meter
            && let Err(error) = meter.add_frames_planar_f32(&[left, right])
        {
            self.failed = Some(error);
        }
        if let Some(analyser) = &mut self.analyser {
            analyser.add(left, right);
        }
        let energy: f32 = left.iter().chain(right).map(|sample| sample * sample).sum();
        self.blocks.push(Block {
            start: self.emitted - left.len(),
            power: energy / (2 * left.len()) as f32,
            limiter_db: meters.limiter_reduction_db,
            compressor_db: meters.compressor_reduction_db,
        });
        if let Some(from) = self.excerpt_from {
            let length = (EXCERPT_S * f64::from(self.rate)) as usize;
            let first = self.emitted - left.len();
            let start = from.saturating_sub(first).min(left.len());
            let end = (from + length).saturating_sub(first).min(left.len());
            if start < end {
                self.excerpt.left.extend_from_slice(&left[start..end]);
                self.excerpt.right.extend_from_slice(&right[start..end]);
            }
        }
    }

    fn finish(mut self) -> Result<Rendered, ProgrammeError> {
        // Silence pushes out what the latency still holds.
        while self.emitted < self.played {
            let missing = self.block - self.pending[0].len();
            for pending in &mut self.pending {
                pending.extend(std::iter::repeat_n(0.0, missing));
            }
            self.process();
        }
        if let Some(error) = self.failed {
            return Err(ProgrammeError(format!("the loudness of the rendered music cannot be measured: {error}")));
        }
        let measurement = self.analyser.map(|analyser| analyser.measurement());
        let (mut integrated, mut true_peak) = (FLOOR_DB, FLOOR_DB);
        if let Some(measurement) = &measurement {
            integrated = measurement.loudness.integrated_lufs;
            true_peak = measurement.loudness.true_peak_dbtp;
        } else if let Some(meter) = &self.meter {
            let peak = |channel| meter.true_peak(channel).unwrap_or(0.0);
            integrated = meter.loudness_global().unwrap_or(FLOOR_DB).max(FLOOR_DB);
            true_peak = gain_to_db(peak(0).max(peak(1))).max(FLOOR_DB);
        }
        Ok(Rendered {
            integrated_lufs: integrated,
            true_peak_dbtp: true_peak,
            measurement,
            excerpt: self.excerpt,
            sample_rate_hz: self.rate,
            blocks: self.blocks,
        })
    }
}

impl Rendered {
    /// What the limiter took from the loud blocks.
    pub fn limiter(&self) -> Reduction {
        self.reduction(|block| block.limiter_db)
    }

    /// What one band of the compressor took from the loud blocks.
    pub fn compressor(&self, band: usize) -> Reduction {
        self.reduction(|block| block.compressor_db[band])
    }

    /// Loud blocks are those at or above the mean power of what is not silence.
    fn reduction(&self, of: impl Fn(&Block) -> f32) -> Reduction {
        /// -70 dBFS.
        const SILENCE: f32 = 1e-7;
        /// Less reduction is none, dB.
        const LEAST_DB: f32 = 0.05;
        let heard: Vec<&Block> = self.blocks.iter().filter(|block| block.power > SILENCE).collect();
        let mean = heard.iter().map(|block| f64::from(block.power)).sum::<f64>() / heard.len().max(1) as f64;
        let loud = || heard.iter().filter(|block| f64::from(block.power) >= mean);
        let worst = loud().max_by(|a, b| of(a).total_cmp(&of(b)));
        let worst_s = worst
            .filter(|block| of(block) >= LEAST_DB)
            .map(|block| block.start as f64 / f64::from(self.sample_rate_hz));
        let mut loud: Vec<f32> = loud().map(|block| of(block)).collect();
        loud.sort_by(f32::total_cmp);
        let at = |share: f64| {
            let index = ((loud.len() as f64 * share) as usize).min(loud.len().saturating_sub(1));
            loud.get(index).map_or(0.0, |value| f64::from(*value))
        };
        Reduction { median_db: at(0.5), p95_db: at(0.95), max_db: at(1.0), worst_s }
    }
}
