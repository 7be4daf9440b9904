//! What the analysis finds out about a piece of music: plain figures, units in the names.
//!
//! The serialised form is the `--json` of the command. Levels that do not exist (silence) are [`FLOOR_DB`], never infinite.

use serde::{Deserialize, Serialize};

/// What stands for "nothing there" in every figure in dB, LUFS or dBTP.
pub const FLOOR_DB: f64 = -120.0;
/// A constant offset from here on takes headroom that is missed, per cent of full scale (-50 dBFS).
pub const LEAST_OFFSET_PERCENT: f64 = 0.3;
/// Number of 1/3-octave bands, 20 Hz to 20 kHz.
pub const THIRD_OCTAVES: usize = 31;
/// Number of 1/12-octave bands, 20 Hz to 20 kHz.
pub const FINE_BANDS: usize = 121;
/// Number of broad bands that dynamics and stereo image are measured in.
pub const DYNAMICS_BANDS: usize = 4;
/// Edges of the broad bands in Hz; the last reaches to half the sample rate.
pub const DYNAMICS_EDGES_HZ: [f64; DYNAMICS_BANDS + 1] = [20.0, 120.0, 1000.0, 5000.0, 20000.0];

/// Centre of a 1/3-octave band in Hz: base-two series through 1 kHz, 19.7 Hz (0) to 20.2 kHz (30).
pub fn third_octave_centre_hz(band: usize) -> f64 {
    1000.0 * 2f64.powf((band as f64 - 17.0) / 3.0)
}

/// Centre of a 1/12-octave band in Hz: base-two series through 1 kHz, 19.7 Hz (0) to 20.2 kHz (120).
pub fn fine_centre_hz(band: usize) -> f64 {
    1000.0 * 2f64.powf((band as f64 - 68.0) / 12.0)
}

/// Everything measured over the section heard.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Measurement {
    pub sample_rate_hz: u32,
    pub channels: u16,
    /// Length of what was heard, seconds.
    pub heard_s: f64,
    /// Length of what counted: blocks over the gates, seconds.
    pub gated_s: f64,
    pub loudness: Loudness,
    pub spectrum: Spectrum,
    pub dynamics: Dynamics,
    pub stereo: Stereo,
    /// What no EQ can alter, see [`super::descriptors`]; empty when too little was heard, or nobody asked for
    /// them.
    pub descriptors: Vec<f32>,
    pub faults: Vec<Fault>,
    /// Mean of the samples of left and right, per cent of full scale.
    pub offset_percent: [f64; 2],
    /// The song from its start to its end by how loud it is, in order of time; empty where less than six seconds were heard.
    pub sections: Vec<Section>,
    pub resonances: Resonances,
    /// Low-frequency energy that goes on while the bass comes and goes; none where there is none, or no telling.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rumble: Option<Rumble>,
}

impl Measurement {
    /// The section with the highest loudness.
    pub fn loudest_section(&self) -> Option<&Section> {
        self.sections.iter().max_by(|a, b| a.loudness_lufs.total_cmp(&b.loudness_lufs))
    }

    /// The section with the lowest loudness that is still music: what the gate of BS.1770-5 leaves out (intros out of nothing,
    /// fade-outs) is none.
    pub fn quietest_section(&self) -> Option<&Section> {
        /// 10 LU under the integrated loudness lies nearly all that the gate leaves out.
        const GATE_LU: f64 = 10.0;
        let heard = |section: &&Section| section.loudness_lufs > self.loudness.integrated_lufs - GATE_LU;
        self.sections.iter().filter(heard).min_by(|a, b| a.loudness_lufs.total_cmp(&b.loudness_lufs))
    }
}

/// What stands out of the spectrum and stays put while the notes move.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Resonances {
    /// 1/24-octave bands, 150 Hz to 6 kHz; empty where too little was heard.
    pub centre_hz: Vec<f64>,
    /// How far the floor of each band (what lies between the partials) stands over its surroundings, median over time, dB.
    pub prominence_db: Vec<f64>,
    /// What is taken for a resonance, at most one.
    pub found: Vec<Resonance>,
}

impl Resonances {
    /// How far the floor stands out at a frequency, dB; none where it was not measured.
    pub fn prominence_db_at(&self, frequency_hz: f64) -> Option<f64> {
        let octaves = |hz: f64| (hz / frequency_hz).log2().abs();
        let bands = self.centre_hz.iter().zip(&self.prominence_db);
        let (hz, db) = bands.min_by(|a, b| octaves(*a.0).total_cmp(&octaves(*b.0)))?;
        (octaves(*hz) < 1.0 / 12.0).then_some(*db)
    }
}

/// A resonance.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Resonance {
    pub frequency_hz: f64,
    /// Over its surroundings, median over time, dB.
    pub prominence_db: f64,
    /// Share of the time in which it stands out, 0 to 1.
    pub present_share: f64,
    /// From the first to the last moment at which it does for most of some seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<TimeRange>,
}

/// What goes on under the lowest note.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Rumble {
    /// Where the lowest notes begin, Hz.
    pub below_hz: f64,
    /// Mean power of mid below that, dBFS.
    pub level_db: f64,
    /// Up to this level it would cost nothing, dBFS.
    #[serde(default)]
    pub harmless_db: f64,
    /// How far its level moves, and how far the bass's does: 10th to 90th percentile, dB.
    pub movement_db: f64,
    pub bass_movement_db: f64,
    /// Of both levels.
    pub correlation: f64,
    /// From the first to the last moment at which it goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<TimeRange>,
}

/// A stretch of the song, seconds from its start.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct TimeRange {
    pub from_s: f64,
    pub to_s: f64,
}

/// A part of the song that is about as loud from its start to its end: verse, chorus, intro.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Section {
    pub from_s: f64,
    pub to_s: f64,
    /// Mean of the short-term loudness (3 s) within it, LUFS.
    pub loudness_lufs: f64,
}

/// Loudness after ITU-R BS.1770-5 and EBU R 128.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Loudness {
    pub integrated_lufs: f64,
    pub momentary_max_lufs: f64,
    pub short_term_max_lufs: f64,
    /// Loudness range (EBU Tech 3342).
    pub range_lu: f64,
    pub true_peak_dbtp: f64,
    pub sample_peak_dbfs: f64,
    /// True peak minus integrated loudness.
    pub plr_db: f64,
    /// Median over time of (true peak of the last 3 s minus short-term loudness).
    pub psr_db: f64,
    /// 5th, 10th, 25th, 50th, 75th, 90th, 95th percentile of the gated momentary loudness.
    pub momentary_percentiles_lufs: [f64; 7],
    /// The same of the short-term loudness.
    pub short_term_percentiles_lufs: [f64; 7],
    /// Start of the loudest 30 s (of all, where less was heard).
    pub loudest_start_s: f64,
    /// Short-term loudness once a second, from the third second on; the story of the song.
    pub short_term_lufs: Vec<f32>,
}

/// Long-term average spectrum, gated. Levels are mean powers of the whole band in dBFS (a full-scale sine in mid: -3.01).
///
/// A band whose centre lies at or above half the sample rate is [`FLOOR_DB`]: nothing was measured there.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Spectrum {
    pub centre_hz: Vec<f64>,
    /// (left + right) / 2.
    pub mid_db: Vec<f64>,
    /// (left - right) / 2.
    pub side_db: Vec<f64>,
    pub left_db: Vec<f64>,
    pub right_db: Vec<f64>,
    /// Mid over the loudest 30 s.
    pub loudest_mid_db: Vec<f64>,
    /// Mid with 1/12-octave bands, 20 Hz to 20 kHz, for what is narrower than a third.
    pub fine_centre_hz: Vec<f64>,
    pub fine_mid_db: Vec<f64>,
}

/// How the level moves.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Dynamics {
    pub bands: [BandDynamics; DYNAMICS_BANDS],
    /// Of the whole signal: peak minus RMS.
    pub crest_db: f64,
    /// Onsets in a second, all bands together.
    pub onsets_per_s: f64,
    /// Tempo where one is clear.
    pub tempo_bpm: Option<f64>,
}

impl Dynamics {
    /// How far a band's loud parts (the 95th percentile of its level) lie under those of the loudest band, dB: 0 or more.
    pub fn under_loudest_db(&self, band: usize) -> f64 {
        let loud_db = self.bands.map(|band| band.level_percentiles_db[3]);
        loud_db.into_iter().fold(f64::MIN, f64::max) - loud_db[band]
    }
}

/// One band of [`DYNAMICS_EDGES_HZ`], level in blocks of 10 ms (RMS of both channels, dBFS), gated.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct BandDynamics {
    pub low_hz: f64,
    pub high_hz: f64,
    /// Peak minus RMS.
    pub crest_db: f64,
    /// 10th, 50th, 75th, 95th, 99th percentile of the level.
    pub level_percentiles_db: [f64; 5],
    pub onsets_per_s: f64,
}

/// The stereo image.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Stereo {
    /// -1 (out of phase) to 1 (mono, or silence); 0 where one channel is silent.
    pub correlation: f64,
    /// Level of right against left, dB; positive leans right.
    pub balance_db: f64,
    /// Loudness of stereo over that of its mono sum from both loudspeakers, LU: 0 for mono, 3 for uncorrelated channels.
    pub mono_loss_lu: f64,
    pub bands: [BandStereo; DYNAMICS_BANDS],
}

/// The stereo image in one band of [`DYNAMICS_EDGES_HZ`].
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct BandStereo {
    pub low_hz: f64,
    pub high_hz: f64,
    pub correlation: f64,
    /// Level of side against mid, dB; [`FLOOR_DB`] where there is neither.
    pub side_mid_db: f64,
    pub balance_db: f64,
    /// What the mono sum loses in this band, dB: 0 for mono, 3 for side as loud as mid.
    pub mono_loss_db: f64,
    /// From the first to the last moment at which side is as loud as mid or louder; none where it never is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loose: Option<TimeRange>,
}

/// Something that mastering should know before it starts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fault {
    pub kind: FaultKind,
    /// Where it is heard first and last, seconds; the whole song where it is everywhere.
    #[serde(alias = "start_s")]
    pub from_s: f64,
    #[serde(alias = "end_s")]
    pub to_s: f64,
    #[serde(default)]
    pub severity: Severity,
    /// A sentence: what, where, how much, what to do.
    pub message: String,
}

/// How much a fault harms the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Few will hear it.
    Minor,
    /// A careful listener hears it.
    #[default]
    Moderate,
    /// Everybody hears it, or it spoils what mastering does.
    Severe,
}

/// The kinds of faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// Runs of samples at the same extreme value.
    Clipping,
    /// A constant offset.
    Dc,
    /// One channel is silent while the other plays.
    ChannelMissing,
    /// One channel is the other turned over: mono cancels.
    ChannelInverted,
    /// Little peak left over the loudness: limiting has been done.
    AlreadyLimited,
    /// A codec took the top away.
    CodecLowPass,
    /// Mains hum, 50 or 60 Hz and multiples.
    Hum,
    /// Silence, all of it or a long part in the middle.
    Silence,
    /// Much of a band is lost in mono.
    MonoLoss,
    /// Noise ahead of the first sound or after the last.
    NoiseAtTheEnds,
    /// Too little to judge.
    TooShort,
    /// Samples that are not numbers.
    NotFinite,
}

impl Default for Loudness {
    fn default() -> Self {
        Self {
            integrated_lufs: FLOOR_DB,
            momentary_max_lufs: FLOOR_DB,
            short_term_max_lufs: FLOOR_DB,
            range_lu: 0.0,
            true_peak_dbtp: FLOOR_DB,
            sample_peak_dbfs: FLOOR_DB,
            plr_db: 0.0,
            psr_db: 0.0,
            momentary_percentiles_lufs: [FLOOR_DB; 7],
            short_term_percentiles_lufs: [FLOOR_DB; 7],
            loudest_start_s: 0.0,
            short_term_lufs: Vec::new(),
        }
    }
}
