//! Finds where sounds begin, from levels in blocks of 10 ms, and the tempo from how regularly they do.
//!
//! An onset is a rise of level within a few hundredths of a second; the rises of all bands together are the onset envelope, whose
//! autocorrelation shows the tempo (Scheirer 1998; the preference for a moderate tempo after Parncutt 1994).

use super::level_db;
use super::measurement::DYNAMICS_BANDS;

/// Blocks over which a rise is looked for, by band: long enough that the waveform itself does not look like one.
const RISE_BLOCKS: [usize; DYNAMICS_BANDS] = [4, 3, 2, 2];
/// Rise of level that makes an onset in a band, dB.
const BAND_ONSET_DB: f64 = 6.0;
/// Rise of all bands together that makes an onset, dB.
const ONSET_DB: f64 = 10.0;
/// The most that one band adds to the envelope, dB: a sound out of silence is one onset, not ten.
const MOST_RISE_DB: f64 = 12.0;
/// A level under this is as good as silent, dBFS; rises are counted from here.
const QUIET_DB: f64 = -60.0;
/// Blocks that must pass between two onsets.
const LEAST_GAP_BLOCKS: usize = 6;

/// Tells one onset from the next: after one, the rise must be over before another counts.
#[derive(Debug, Clone, Default)]
struct Trigger {
    risen: bool,
    since: usize,
}

impl Trigger {
    fn fires(&mut self, rise_db: f64, at_db: f64) -> bool {
        self.since += 1;
        if self.risen {
            self.risen = rise_db > at_db / 3.0 || self.since < LEAST_GAP_BLOCKS;
            return false;
        }
        self.risen = rise_db >= at_db;
        if self.risen {
            self.since = 0;
        }
        self.risen
    }
}

/// The level of a band and how it rises.
#[derive(Debug, Clone)]
struct Rise {
    /// Powers of the last blocks, a ring.
    powers: [f64; 8],
    length: usize,
}

impl Rise {
    /// Level of the last blocks over that of as many before, dB.
    fn after(&mut self, block: usize, power: f64) -> f64 {
        self.powers[block % 8] = power;
        // The ring holds twice the longest length. Blocks before the start are silent.
        let mean = |from: usize| {
            (from..from + self.length).map(|back| self.powers[(block + 8 - back) % 8]).sum::<f64>() / self.length as f64
        };
        level_db(mean(0)).max(QUIET_DB) - level_db(mean(self.length)).max(QUIET_DB)
    }
}

/// What began in a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Onsets {
    pub(super) any: bool,
    pub(super) bands: [bool; DYNAMICS_BANDS],
}

/// Finds onsets and keeps the autocorrelation of their envelope.
pub(super) struct OnsetDetector {
    rises: [Rise; DYNAMICS_BANDS],
    band_triggers: [Trigger; DYNAMICS_BANDS],
    trigger: Trigger,
    blocks: usize,
    tempo: TempoMeter,
}

impl OnsetDetector {
    pub(super) fn new() -> Self {
        Self {
            rises: RISE_BLOCKS.map(|length| Rise { powers: [0.0; 8], length }),
            band_triggers: Default::default(),
            trigger: Trigger::default(),
            blocks: 0,
            tempo: TempoMeter::new(),
        }
    }

    /// What begins in the block of these powers.
    pub(super) fn end_block(&mut self, powers: &[f64; DYNAMICS_BANDS]) -> Onsets {
        let mut onsets = Onsets::default();
        let mut envelope_db = 0.0;
        for (band, power) in powers.iter().enumerate() {
            let rise_db = self.rises[band].after(self.blocks, *power);
            onsets.bands[band] = self.band_triggers[band].fires(rise_db, BAND_ONSET_DB);
            envelope_db += rise_db.clamp(0.0, MOST_RISE_DB);
        }
        onsets.any = self.trigger.fires(envelope_db, ONSET_DB);
        self.blocks += 1;
        self.tempo.add(envelope_db);
        onsets
    }

    /// Tempo in beats a minute where one is clear.
    pub(super) fn tempo_bpm(&self) -> Option<f64> {
        self.tempo.bpm()
    }
}

/// Blocks in the window that the autocorrelation is taken over, 10 s; windows overlap by half.
const TEMPO_WINDOW: usize = 1000;
/// Longest lag in blocks: four beats at the slowest tempo.
const LONGEST_LAG: usize = 400;
/// Blocks a beat at the fastest and the slowest tempo: 200 and 60 a minute.
const BEAT_LAGS: std::ops::RangeInclusive<usize> = 30..=100;
/// Blocks in a minute.
const BLOCKS_PER_MINUTE: f64 = 6000.0;
/// Where the preference for a moderate tempo is strongest, beats a minute, and its width in octaves.
const MODERATE_BPM: f64 = 120.0;
const MODERATE_WIDTH_OCTAVES: f64 = 1.0;
/// Correlation of the envelope with itself a beat and two beats later from which a tempo is called clear.
const CLEAR_CORRELATION: f64 = 0.2;

/// Sums up the autocorrelation of the onset envelope.
struct TempoMeter {
    window: Vec<f64>,
    /// Zero lag first.
    correlation: Vec<f64>,
}

impl TempoMeter {
    fn new() -> Self {
        Self { window: Vec::with_capacity(TEMPO_WINDOW), correlation: vec![0.0; LONGEST_LAG + 1] }
    }

    fn add(&mut self, envelope_db: f64) {
        self.window.push(envelope_db);
        if self.window.len() < TEMPO_WINDOW {
            return;
        }
        let mean = self.window.iter().sum::<f64>() / TEMPO_WINDOW as f64;
        let centred: Vec<f64> = self.window.iter().map(|value| value - mean).collect();
        for (lag, sum) in self.correlation.iter_mut().enumerate() {
            let products = centred[lag..].iter().zip(&centred).map(|(late, early)| late * early);
            *sum += products.sum::<f64>() / (TEMPO_WINDOW - lag) as f64;
        }
        self.window.drain(..TEMPO_WINDOW / 2);
    }

    fn bpm(&self) -> Option<f64> {
        let at = |lag: usize| self.correlation[lag] / self.correlation[0];
        if self.correlation[0] <= 0.0 {
            return None;
        }
        let comb = |lag: usize| (at(lag) + at(2 * lag)) / 2.0;
        let preferred = |lag: usize| {
            let octaves = (BLOCKS_PER_MINUTE / lag as f64 / MODERATE_BPM).log2() / MODERATE_WIDTH_OCTAVES;
            comb(lag) * (-0.5 * octaves * octaves).exp()
        };
        let peaks = BEAT_LAGS.filter(|lag| comb(*lag) >= comb(lag - 1) && comb(*lag) >= comb(lag + 1));
        let lag = peaks.max_by(|a, b| preferred(*a).total_cmp(&preferred(*b)))?;
        if comb(lag) < CLEAR_CORRELATION {
            return None;
        }
        // Four beats later the same peak tells the beat four times finer, as long as the tempo holds.
        let mut beat = lag as f64;
        for beats in [1, 2, 4] {
            let near = (beat * f64::from(beats)).round() as usize;
            let Some(top) = (near - 2..=(near + 2).min(LONGEST_LAG - 1)).max_by(|a, b| at(*a).total_cmp(&at(*b)))
            else {
                break;
            };
            let (before, peak, after) = (at(top - 1), at(top), at(top + 1));
            if peak < CLEAR_CORRELATION / 2.0 || before > peak || after > peak {
                break;
            }
            let curvature = before - 2.0 * peak + after;
            let offset = if curvature < 0.0 { 0.5 * (before - after) / curvature } else { 0.0 };
            beat = (top as f64 + offset) / f64::from(beats);
        }
        Some(BLOCKS_PER_MINUTE / beat)
    }
}
