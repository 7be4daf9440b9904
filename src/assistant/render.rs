//! Plays a programme through the real chain and measures what comes out: the proof of every suggestion.
//!
//! The programme's blocks are cut anew, so that neither the sound nor the meters depend on their lengths; the chain's latency is
//! skipped. Memory: a few bytes for each 10 ms, and what is to be kept of the output.

use super::programme::{Excerpt, Programme, ProgrammeError};
use crate::{
    analysis::{Analyser, LevelMeter, Measurement, measurement::TimeRange},
    dsp::{Chain, ChainMeters},
    settings::{ChainSettings, MAX_BANDS},
};

/// Blocks with less power are silent: -70 dBFS.
const SILENCE: f32 = 1e-7;
/// Blocks of the meters in one second.
const BLOCKS_PER_S: u32 = 100;

/// What to find out on the way.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Wanted {
    /// A full measurement but for the descriptors; without it loudness and true peak alone.
    pub measurement: bool,
    pub kept: Kept,
}

/// What is kept of the output.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Kept {
    #[default]
    Nothing,
    /// [`EXCERPT_S`] from this second on.
    From(f64),
    /// All of it, about so many frames.
    All(usize),
}

/// Length of the excerpt that the drive is searched on, seconds.
pub const EXCERPT_S: f64 = 30.0;

/// What came out.
pub struct Rendered {
    pub integrated_lufs: f64,
    pub true_peak_dbtp: f64,
    pub measurement: Option<Measurement>,
    pub kept: Excerpt,
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
/// When the programme cannot be played to its end.
pub fn render(
    programme: &mut dyn Programme,
    channels: u16,
    settings: &ChainSettings,
    wanted: Wanted,
    progress: &mut dyn FnMut(f64),
) -> Result<Rendered, ProgrammeError> {
    let rate = programme.sample_rate_hz();
    let mut session = Session::new(rate, channels, settings, wanted);
    programme.play(&mut |left, right| {
        session.add(left, right);
        progress(session.played as f64 / f64::from(rate));
    })?;
    Ok(session.finish())
}

/// Listens to the output.
enum Ear {
    Levels(Box<LevelMeter>),
    All(Box<Analyser>),
}

struct Session<'a> {
    rate: u32,
    settings: &'a ChainSettings,
    chain: Chain,
    ear: Ear,
    /// Samples of the output that are kept.
    keep: std::ops::Range<usize>,
    kept: Excerpt,
    skip: usize,
    played: usize,
    emitted: usize,
    pending: [Vec<f32>; 2],
    block: usize,
    blocks: Vec<Block>,
}

impl<'a> Session<'a> {
    fn new(rate: u32, channels: u16, settings: &'a ChainSettings, wanted: Wanted) -> Self {
        let chain = Chain::new(f64::from(rate), settings.eq.phase);
        let samples = |seconds: f64| (seconds * f64::from(rate)) as usize;
        let room = match wanted.kept {
            Kept::Nothing => 0,
            Kept::From(_) => samples(EXCERPT_S),
            Kept::All(frames) => frames,
        };
        Self {
            rate,
            settings,
            skip: chain.latency(),
            chain,
            ear: match wanted.measurement {
                true => Ear::All(Box::new(Analyser::new(rate, channels).without_descriptors())),
                false => Ear::Levels(Box::new(LevelMeter::new(rate))),
            },
            keep: match wanted.kept {
                Kept::Nothing => 0..0,
                Kept::From(start_s) => samples(start_s)..samples(start_s) + samples(EXCERPT_S),
                Kept::All(_) => 0..usize::MAX,
            },
            kept: Excerpt { sample_rate_hz: rate, left: Vec::with_capacity(room), right: Vec::with_capacity(room) },
            played: 0,
            emitted: 0,
            pending: [Vec::new(), Vec::new()],
            block: (rate / BLOCKS_PER_S).max(1) as usize,
            blocks: Vec::new(),
        }
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
        match &mut self.ear {
            Ear::Levels(meter) => meter.add(left, right),
            Ear::All(analyser) => analyser.add(left, right),
        }
        let energy: f32 = left.iter().chain(right).map(|sample| sample * sample).sum();
        self.blocks.push(Block {
            start: self.emitted - left.len(),
            power: energy / (2 * left.len()) as f32,
            limiter_db: meters.limiter_reduction_db,
            compressor_db: meters.compressor_reduction_db,
        });
        let first = self.emitted - left.len();
        let inside = |place: usize| place.saturating_sub(first).min(left.len());
        let kept = inside(self.keep.start)..inside(self.keep.end);
        self.kept.left.extend_from_slice(&left[kept.clone()]);
        self.kept.right.extend_from_slice(&right[kept]);
    }

    fn finish(mut self) -> Rendered {
        // Silence pushes out what the latency still holds.
        while self.emitted < self.played {
            let missing = self.block - self.pending[0].len();
            for pending in &mut self.pending {
                pending.extend(std::iter::repeat_n(0.0, missing));
            }
            self.process();
        }
        let (integrated_lufs, true_peak_dbtp, measurement) = match self.ear {
            Ear::Levels(meter) => (meter.integrated_lufs(), meter.true_peak_dbtp(), None),
            Ear::All(analyser) => {
                let measurement = analyser.measurement();
                (measurement.loudness.integrated_lufs, measurement.loudness.true_peak_dbtp, Some(measurement))
            }
        };
        Rendered {
            integrated_lufs,
            true_peak_dbtp,
            measurement,
            kept: self.kept,
            sample_rate_hz: self.rate,
            blocks: self.blocks,
        }
    }
}

impl Rendered {
    /// Measures what was kept, which must be all, and forgets it.
    pub fn measure_kept(&mut self, channels: u16) {
        let kept = std::mem::take(&mut self.kept);
        let mut analyser = Analyser::new(self.sample_rate_hz, channels).without_descriptors();
        analyser.add(&kept.left, &kept.right);
        self.measurement = Some(analyser.measurement());
    }

    /// What the limiter took from the loud blocks.
    pub fn limiter(&self) -> Reduction {
        self.reduction(|block| block.limiter_db)
    }

    /// 95th percentile of what the limiter took in a stretch of the song, dB; 0 where it is silent.
    pub fn limiter_within(&self, stretch: TimeRange) -> f64 {
        let at_s = |block: &Block| block.start as f64 / f64::from(self.sample_rate_hz);
        let inside = self.blocks.iter().filter(|block| (stretch.from_s..stretch.to_s).contains(&at_s(block)));
        let mut taken_db: Vec<f32> =
            inside.filter(|block| block.power > SILENCE).map(|block| block.limiter_db).collect();
        taken_db.sort_by(f32::total_cmp);
        percentile(&taken_db, 0.95)
    }

    /// What one band of the compressor took from the loud blocks.
    pub fn compressor(&self, band: usize) -> Reduction {
        self.reduction(|block| block.compressor_db[band])
    }

    /// Loud blocks are those at or above the mean power of what is not silence.
    fn reduction(&self, of: impl Fn(&Block) -> f32) -> Reduction {
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
        let at = |share: f64| percentile(&loud, share);
        Reduction { median_db: at(0.5), p95_db: at(0.95), max_db: at(1.0), worst_s }
    }
}

/// The value under which so much of a rising list lies; 0 of nothing.
fn percentile(rising: &[f32], share: f64) -> f64 {
    let index = ((rising.len() as f64 * share) as usize).min(rising.len().saturating_sub(1));
    rising.get(index).map_or(0.0, |value| f64::from(*value))
}
