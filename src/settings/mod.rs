//! [`ChainSettings`]: the one way of naming a sound.
//!
//! Host parameters make one each block, the assistant suggests one, a preset is one on disk, the command reads and writes
//! one. Plain data: no atomics, no behaviour. The default is neutral: the chain then passes audio bit-exactly (but for its
//! latency). [`fields`] lists every value with its published id, range, step and unit; [`mod@file`] is the form on disk,
//! [`text`] what can be typed in.

mod choice;
pub mod fields;
pub mod file;
pub mod text;

pub use choice::{Choice, Detector, Dither, FilterType, Phase, Placement, Slope};
use serde::{Deserialize, Serialize};

/// Number of EQ bands.
pub const EQ_BANDS: usize = 8;
/// Greatest number of compressor (and imager) bands.
pub const MAX_BANDS: usize = 4;

/// Everything that decides what the chain does to the sound, in the order of the signal.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ChainSettings {
    pub input: InputSettings,
    pub eq: EqSettings,
    pub compressor: CompressorSettings,
    pub imager: ImagerSettings,
    pub limiter: LimiterSettings,
    pub output: OutputSettings,
    /// How one listens, not what the record sounds like: never part of a settings file.
    #[serde(skip)]
    pub monitor: MonitorSettings,
}

/// What comes in.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct InputSettings {
    /// Gain ahead of everything, -24 to 24 dB.
    pub gain_db: f32,
}

/// The equaliser: up to eight bands in series.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct EqSettings {
    /// Whether the module works at all.
    pub on: bool,
    /// What the bands do to the phase. It decides the chain's latency, so a chain takes it once, when it is made.
    pub phase: Phase,
    pub bands: [EqBand; EQ_BANDS],
}

/// One EQ band.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct EqBand {
    pub on: bool,
    pub filter: FilterType,
    /// Centre, corner or pivot frequency, 10 to 30000 Hz (kept below 0.49 of the sample rate when it works).
    pub frequency_hz: f32,
    /// -18 to 18 dB; cuts and the notch ignore it.
    pub gain_db: f32,
    /// Quality, 0.1 to 18. Shelves: 0.707 is the steepest without overshoot. Cuts from 12 dB/oct: 0.707 is Butterworth.
    pub q: f32,
    pub slope: Slope,
    pub placement: Placement,
    pub dynamics: BandDynamics,
}

/// Lets the gain of an EQ band follow the level of what the band works on. Cuts and the notch, which have no gain, ignore it.
///
/// The level x is the RMS of what lies about the bell's frequency, on the shelf's side of its frequency or above the tilt's
/// pivot, on the band's placement (the louder channel of a stereo band): a full-scale sine reads -3.01 dB. The gain moves towards
/// `gain_db + range_db` by (x - threshold)/2, but no further, and by (x - threshold + 3)²/24 within 3 dB of the threshold; below
/// that it is `gain_db` exactly. So a negative range compresses 2:1, and a positive one lets 2 dB more become 3. The gain never
/// leaves ±18 dB.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct BandDynamics {
    pub on: bool,
    /// The knee's middle: from 3 dB below it the gain moves, -80 to 0 dBFS (RMS).
    pub threshold_db: f32,
    /// Added to the band's gain when the level is twice this and more above the threshold, -18 to 18 dB.
    pub range_db: f32,
    /// Time to 1 - 1/e of a step of the gain, in dB, 0.1 to 300 ms; no less than the band's filter rings.
    pub attack_ms: f32,
    /// The same on the way back, 5 to 3000 ms.
    pub release_ms: f32,
}

/// The compressor: one band is a bus compressor, two to four are split by Linkwitz-Riley crossovers.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct CompressorSettings {
    pub on: bool,
    /// Number of bands in use, 1 to 4; the imager uses the same.
    pub band_count: u8,
    /// Crossover frequencies, 30 to 16000 Hz; the first `band_count - 1` are used and kept in rising order when they work.
    pub crossovers_hz: [f32; MAX_BANDS - 1],
    pub detector: Detector,
    /// High-pass of the detector alone, 0 (off) to 500 Hz.
    pub sidechain_low_cut_hz: f32,
    /// 0 (each channel for itself) to 100 % (both channels get the same gain).
    pub stereo_link_percent: f32,
    /// Dry to wet, 0 to 100 %.
    pub mix_percent: f32,
    pub bands: [CompressorBand; MAX_BANDS],
}

/// One band of the compressor.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct CompressorBand {
    /// Off: the band passes uncompressed.
    pub on: bool,
    /// Only soloed bands are heard when any is soloed.
    pub solo: bool,
    /// -60 to 0 dBFS.
    pub threshold_db: f32,
    /// 1 to 10 (to one).
    pub ratio: f32,
    /// Width of the soft knee, 0 to 24 dB.
    pub knee_db: f32,
    /// Time to 1 - 1/e of a step of level, in dB, at any sample rate, 0.1 to 300 ms. The RMS detector, which needs its 10 ms to see
    /// the whole of a step, adds 3 to 4 ms when that is 24 dB; the peak detector adds nothing.
    pub attack_ms: f32,
    /// The same on the way back, 5 to 3000 ms. The peak detector holds a level for 5 to 6 ms first, and RMS adds 7 ms when
    /// the step is 24 dB.
    pub release_ms: f32,
    /// Program-dependent release: half the release time for short peaks, up to five times as long for reduction that has
    /// lasted, for two release times or more.
    pub auto_release: bool,
    /// Gain after compression, -12 to 12 dB.
    pub makeup_db: f32,
    /// The most gain reduction allowed, 0 to 24 dB.
    pub range_db: f32,
}

/// The stereo image.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ImagerSettings {
    pub on: bool,
    /// Gain of the side signal in each band of the crossover, 0 (mono) to 200 %.
    pub widths_percent: [f32; MAX_BANDS],
    /// Whether the side signal is removed below `mono_below_hz`.
    pub mono_below_on: bool,
    /// 20 to 500 Hz.
    pub mono_below_hz: f32,
}

/// The true-peak limiter.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct LimiterSettings {
    pub on: bool,
    /// Gain ahead of the limiter, 0 to 24 dB.
    pub drive_db: f32,
    /// What no reconstructed peak passes, -12 to 0 dBTP.
    pub ceiling_dbtp: f32,
    /// 1 to 1000 ms.
    pub release_ms: f32,
    /// Two release times chosen by the signal: short for peaks, long for sustained reduction.
    pub auto_release: bool,
    /// 0 (each channel for itself) to 100 % (both channels get the same gain).
    pub stereo_link_percent: f32,
    /// Soft clip ahead of the limiter.
    pub soft_clip_on: bool,
    /// How far below the ceiling the soft clip starts to bend, 0 to 12 dB.
    pub soft_clip_db: f32,
}

/// What goes out.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct OutputSettings {
    /// Gain after everything but dither, -24 to 24 dB.
    pub gain_db: f32,
    pub dither: Dither,
    /// Moves the dither's noise towards frequencies that the ear hears least.
    pub noise_shaping: bool,
}

/// How one listens while deciding. Off and zero when a record is made.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct MonitorSettings {
    /// Pass the input through, delayed by the chain's latency, whatever else is set.
    pub bypass: bool,
    /// Turn the processed sound by `level_match_db`, so that bypass compares at equal loudness.
    pub level_match: bool,
    /// Loudness of the input minus loudness of the output, -24 to 24 dB: a fixed figure, it never follows the song.
    pub level_match_db: f32,
    /// Only what the chain changes: the sound, turned as above, minus the input. The bypass goes before it. Not one of the
    /// [`fields`]: a window alone sets it, so that no project and no render ever holds a difference in place of a record.
    pub delta: bool,
    /// One range of frequencies alone. A tool in the hand of a window, like `delta`.
    pub solo: SoloRange,
}

/// A range of frequencies that alone is heard.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct SoloRange {
    pub on: bool,
    /// Its ends, Hz.
    pub low_hz: f32,
    pub high_hz: f32,
}

impl Default for EqSettings {
    fn default() -> Self {
        const CENTRES_HZ: [f32; EQ_BANDS] = [40.0, 100.0, 250.0, 630.0, 1600.0, 4000.0, 8000.0, 14000.0];
        Self {
            on: true,
            phase: Phase::Minimum,
            bands: CENTRES_HZ.map(|frequency_hz| EqBand { frequency_hz, ..EqBand::default() }),
        }
    }
}

impl Default for EqBand {
    fn default() -> Self {
        Self {
            on: false,
            filter: FilterType::Bell,
            frequency_hz: 1000.0,
            gain_db: 0.0,
            q: 0.7,
            slope: Slope::Db12,
            placement: Placement::Stereo,
            dynamics: BandDynamics::default(),
        }
    }
}

impl Default for BandDynamics {
    fn default() -> Self {
        Self { on: false, threshold_db: -30.0, range_db: -3.0, attack_ms: 20.0, release_ms: 150.0 }
    }
}

impl Default for CompressorSettings {
    fn default() -> Self {
        Self {
            on: false,
            band_count: 1,
            crossovers_hz: [120.0, 1000.0, 5000.0],
            detector: Detector::Rms,
            sidechain_low_cut_hz: 0.0,
            stereo_link_percent: 100.0,
            mix_percent: 100.0,
            bands: [CompressorBand::default(); MAX_BANDS],
        }
    }
}

impl Default for CompressorBand {
    fn default() -> Self {
        Self {
            on: true,
            solo: false,
            threshold_db: 0.0,
            ratio: 1.5,
            knee_db: 6.0,
            attack_ms: 30.0,
            release_ms: 200.0,
            auto_release: false,
            makeup_db: 0.0,
            range_db: 6.0,
        }
    }
}

impl Default for ImagerSettings {
    fn default() -> Self {
        Self { on: false, widths_percent: [100.0; MAX_BANDS], mono_below_on: false, mono_below_hz: 120.0 }
    }
}

impl Default for LimiterSettings {
    fn default() -> Self {
        Self {
            on: false,
            drive_db: 0.0,
            ceiling_dbtp: -1.0,
            release_ms: 100.0,
            auto_release: true,
            stereo_link_percent: 100.0,
            soft_clip_on: false,
            soft_clip_db: 3.0,
        }
    }
}
