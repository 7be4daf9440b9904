//! What an item moves, read off any measurement: of the song as it was, and of the rendered result.

use serde::{Deserialize, Serialize};

use super::{
    decide::side,
    shape::{SHAPE_BANDS, SongShape, centre_hz, rumble_db, side_mid_db, spreads_db},
};
use crate::{
    analysis::{Measurement, measurement::third_octave_centre_hz},
    dsp::eq::response::settings_gain_db,
    settings::{ChainSettings, EqSettings, MAX_BANDS, Placement},
};

/// A figure that can be read before and after.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gauge {
    /// Mean level from one frequency to another against the level of the song's shape, dB.
    Region { low_hz: f64, high_hz: f64 },
    /// Level below 25 Hz against the level of the shape, dB.
    Rumble,
    /// Level below a frequency under the lowest notes against the level of the shape, dB.
    Under { hz: f64 },
    /// Constant offset of a channel (left, right), per cent of full scale.
    Offset { channel: usize },
    /// Side against mid in an octave around a frequency, dB.
    SideRatio { hz: f64 },
    /// 95th percentile of a broad band's level less its median, dB.
    Spread { band: usize },
    /// Side against mid in a broad band, dB.
    Width { band: usize },
    /// Correlation of the channels below 120 Hz.
    BassCorrelation,
    /// How far the floor of a 1/24 octave stands over its surroundings, dB.
    Resonance { hz: f64 },
    /// Integrated loudness, LUFS.
    Loudness,
}

/// What was decided beside the settings themselves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Aims {
    pub decided_lufs: f64,
    /// What each band of the compressor is to take from the loud parts, dB.
    pub reductions_db: [f64; MAX_BANDS],
}

impl Gauge {
    /// Whether the broad band or channel it speaks of is there at all.
    pub fn is_readable(self) -> bool {
        match self {
            Self::Spread { band } | Self::Width { band } => band < MAX_BANDS,
            Self::Offset { channel } => channel < 2,
            _ => true,
        }
    }

    /// The figure in `measurement`; `None` where it holds no such thing.
    pub fn read(self, measurement: &Measurement) -> Option<f64> {
        Some(match self {
            Self::Region { low_hz, high_hz } => {
                let song = SongShape::of(measurement)?;
                mean(&inside(&song, low_hz, high_hz), |band| song.db[band])?
            }
            Self::Rumble => rumble_db(measurement, &SongShape::of(measurement)?),
            Self::Under { hz } => {
                let song = SongShape::of(measurement)?;
                10.0 * under(measurement, hz, |_| 0.0).max(1e-12).log10() - song.level_db
            }
            Self::Offset { channel } => measurement.offset_percent[channel],
            Self::SideRatio { hz } => {
                let ratios = side_mid_db(measurement)?;
                mean(&side::bands_around(hz)?, |band| ratios[band])?
            }
            Self::Spread { band } => spreads_db(measurement)[band],
            Self::Width { band } => measurement.stereo.bands[band].side_mid_db,
            Self::BassCorrelation => measurement.stereo.bands[0].correlation,
            Self::Resonance { hz } => measurement.resonances.prominence_db_at(hz)?,
            Self::Loudness => measurement.loudness.integrated_lufs,
        })
    }

    /// What `settings` should make of the figure, by the theory of what they do.
    pub fn expected(self, before: &Measurement, settings: &ChainSettings, aims: &Aims) -> Option<f64> {
        let now = self.read(before)?;
        let rate_hz = f64::from(before.sample_rate_hz);
        let eq = &settings.eq;
        Some(match self {
            Self::Region { low_hz, high_hz } => {
                let song = SongShape::of(before)?;
                let gain_db = |band: usize| settings_gain_db(eq, Placement::Mid, centre_hz(band), rate_hz);
                now + mean(&inside(&song, low_hz, high_hz), gain_db)? - mean(&song.bands(), gain_db)?
            }
            Self::Rumble => {
                let song = SongShape::of(before)?;
                let gain_db = |band: usize| settings_gain_db(eq, Placement::Mid, centre_hz(band), rate_hz);
                now + rumble_gain_db(before, eq) - mean(&song.bands(), gain_db)?
            }
            Self::Under { hz } => {
                let song = SongShape::of(before)?;
                let gain_db = |centre_hz: f64| settings_gain_db(eq, Placement::Mid, centre_hz, rate_hz);
                let taken = under(before, hz, gain_db) / under(before, hz, |_| 0.0).max(f64::MIN_POSITIVE);
                now + 10.0 * taken.max(1e-12).log10() - mean(&song.bands(), |band| gain_db(centre_hz(band)))?
            }
            // Any low cut takes all of it.
            Self::Offset { .. } => 0.0,
            Self::SideRatio { hz } => {
                let gain_db = |placement, band| settings_gain_db(eq, placement, centre_hz(band), rate_hz);
                let moved = |band| gain_db(Placement::Side, band) - gain_db(Placement::Mid, band);
                now + mean(&side::bands_around(hz)?, moved)?
            }
            Self::Spread { band } => now - aims.reductions_db[band],
            Self::Width { band } => now + 20.0 * (f64::from(settings.imager.widths_percent[band]) / 100.0).log10(),
            Self::BassCorrelation => bass_correlation(before, f64::from(settings.imager.mono_below_hz)),
            Self::Resonance { hz } => now + narrow_gain_db(eq, hz, rate_hz),
            Self::Loudness => aims.decided_lufs,
        })
    }
}

/// What an EQ does at a frequency, over what it does half an octave to either side, dB.
fn narrow_gain_db(eq: &EqSettings, hz: f64, rate_hz: f64) -> f64 {
    let gain_db = |hz: f64| settings_gain_db(eq, Placement::Mid, hz, rate_hz);
    let apart = 2f64.sqrt();
    gain_db(hz) - 0.5 * (gain_db(hz / apart) + gain_db(hz * apart))
}

/// Bands of a shape that hold anything and lie between two frequencies.
fn inside(song: &SongShape, low_hz: f64, high_hz: f64) -> Vec<usize> {
    song.bands().into_iter().filter(|band| (low_hz..=high_hz).contains(&centre_hz(*band))).collect()
}

fn mean(bands: &[usize], of: impl Fn(usize) -> f64) -> Option<f64> {
    let sum: f64 = bands.iter().map(|band| of(*band)).sum();
    (!bands.is_empty()).then(|| sum / bands.len() as f64)
}

fn power(level_db: f64) -> f64 {
    10f64.powf(level_db / 10.0)
}

/// Power of mid in the thirds that begin below a frequency, each raised by so many dB.
fn under(measurement: &Measurement, hz: f64, gain_db: impl Fn(f64) -> f64) -> f64 {
    let thirds = measurement.spectrum.mid_db.iter().enumerate().map(|(band, db)| (third_octave_centre_hz(band), *db));
    thirds.take_while(|(centre_hz, _)| *centre_hz < hz).map(|(centre_hz, db)| power(db + gain_db(centre_hz))).sum()
}

/// What an EQ does to the power of what lies below 25 Hz, dB.
fn rumble_gain_db(before: &Measurement, eq: &EqSettings) -> f64 {
    let rate_hz = f64::from(before.sample_rate_hz);
    let bands = before.spectrum.mid_db.iter().take(super::shape::FIRST_BAND).enumerate();
    let (mut was, mut is) = (0.0, 0.0);
    for (band, level_db) in bands {
        let gain_db = settings_gain_db(eq, Placement::Mid, third_octave_centre_hz(band), rate_hz);
        was += power(*level_db);
        is += power(level_db + gain_db);
    }
    10.0 * (is / f64::max(was, f64::MIN_POSITIVE)).max(1e-12).log10()
}

/// The correlation of the bass when the side below a frequency is gone, channels of equal level taken for granted.
fn bass_correlation(before: &Measurement, mono_below_hz: f64) -> f64 {
    let (mid, side) = (&before.spectrum.mid_db, &before.spectrum.side_db);
    let bass = (0..mid.len().min(side.len()).min(SHAPE_BANDS)).filter(|band| third_octave_centre_hz(*band) < 120.0);
    let (mut mid_power, mut side_power) = (0.0, 0.0);
    for band in bass {
        mid_power += power(mid[band]);
        if third_octave_centre_hz(band) > mono_below_hz {
            side_power += power(side[band]);
        }
    }
    match mid_power + side_power {
        0.0 => 1.0,
        sum => (mid_power - side_power) / sum,
    }
}
