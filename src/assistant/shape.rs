//! The shape of a song's spectrum: 1/3-octave levels of mid against their own mean, with what is missing marked as missing.

use nalgebra::DVector;

use crate::analysis::measurement::{DYNAMICS_BANDS, Measurement, THIRD_OCTAVES, third_octave_centre_hz};

/// First 1/3-octave band of a shape: 31 Hz.
pub const FIRST_BAND: usize = 2;
/// Number of bands of a shape: 31 Hz to 16 kHz. What lies outside is rumble or the edge of codecs.
pub const SHAPE_BANDS: usize = 28;

/// A band this far under the loudest one holds the medium's noise, not music.
const FLOOR_BELOW_LOUDEST_DB: f64 = 75.0;
/// A fall this steep from one third of an octave to the next, above [`EDGE_ABOVE_HZ`], is a codec's or a converter's edge.
const EDGE_STEP_DB: f64 = 14.0;
const EDGE_ABOVE_HZ: f64 = 4500.0;

/// Levels of mid in the bands of a shape, mean of the present ones removed.
#[derive(Debug, Clone, PartialEq)]
pub struct SongShape {
    /// Level against [`SongShape::level_db`]; 0 where not present.
    pub db: [f64; SHAPE_BANDS],
    /// Whether there is anything to judge in the band.
    pub present: [bool; SHAPE_BANDS],
    /// Mean of the present bands as measured.
    pub level_db: f64,
}

/// Centre of a band of a shape in Hz.
pub fn centre_hz(band: usize) -> f64 {
    third_octave_centre_hz(band + FIRST_BAND)
}

impl SongShape {
    /// The shape of what was measured; `None` where too little of it is there (silence, less than two octaves).
    pub fn of(measurement: &Measurement) -> Option<Self> {
        let mid = &measurement.spectrum.mid_db;
        if mid.len() != THIRD_OCTAVES || mid.iter().any(|level| !level.is_finite()) {
            return None;
        }
        let band_level = |band: usize| mid[band + FIRST_BAND];
        let loudest = (0..SHAPE_BANDS).map(band_level).fold(f64::MIN, f64::max);
        if loudest < -100.0 {
            return None;
        }
        let edge_hz = edge_hz(measurement);
        let mut present = [false; SHAPE_BANDS];
        for (band, present) in present.iter_mut().enumerate() {
            let top_hz = centre_hz(band) * 2f64.powf(1.0 / 6.0);
            *present = top_hz <= edge_hz && band_level(band) > loudest - FLOOR_BELOW_LOUDEST_DB;
        }
        let count = present.iter().filter(|present| **present).count();
        if count < 7 {
            return None;
        }
        let level_db = (0..SHAPE_BANDS).filter(|band| present[*band]).map(band_level).sum::<f64>() / count as f64;
        let mut db = [0.0; SHAPE_BANDS];
        for band in (0..SHAPE_BANDS).filter(|band| present[*band]) {
            db[band] = band_level(band) - level_db;
        }
        Some(Self { db, present, level_db })
    }

    /// Indices of the bands that are there.
    pub fn bands(&self) -> Vec<usize> {
        (0..SHAPE_BANDS).filter(|band| self.present[*band]).collect()
    }

    /// Levels of these bands against the level of the shape, dB.
    pub fn levels(&self, bands: &[usize]) -> DVector<f64> {
        DVector::from_iterator(bands.len(), bands.iter().map(|band| self.db[*band]))
    }

    /// Whether every band is there.
    pub fn is_whole(&self) -> bool {
        self.present.iter().all(|present| *present)
    }
}

/// Frequency above which there is nothing to judge: half the sample rate or a codec's edge.
pub fn edge_hz(measurement: &Measurement) -> f64 {
    let nyquist_hz = f64::from(measurement.sample_rate_hz) / 2.0;
    let mid = &measurement.spectrum.mid_db;
    let mut edge_hz = nyquist_hz;
    for band in (1..mid.len().min(THIRD_OCTAVES)).rev() {
        let centre_hz = third_octave_centre_hz(band);
        if centre_hz < EDGE_ABOVE_HZ {
            break;
        }
        // The band of the edge itself is half empty: it ends below.
        if centre_hz < nyquist_hz && mid[band - 1] - mid[band] > EDGE_STEP_DB {
            edge_hz = edge_hz.min(centre_hz * 2f64.powf(-1.0 / 6.0) + 1.0);
        }
    }
    edge_hz
}

/// Side against mid in each band of a shape, dB, kept within -60 to 20; `None` without a spectrum of side.
pub fn side_mid_db(measurement: &Measurement) -> Option<[f64; SHAPE_BANDS]> {
    let (mid, side) = (&measurement.spectrum.mid_db, &measurement.spectrum.side_db);
    if mid.len() != THIRD_OCTAVES || side.len() != THIRD_OCTAVES {
        return None;
    }
    Some(std::array::from_fn(|band| (side[band + FIRST_BAND] - mid[band + FIRST_BAND]).clamp(-60.0, 20.0)))
}

/// Level of what lies below 25 Hz against the level of the shape, dB.
pub fn rumble_db(measurement: &Measurement, shape: &SongShape) -> f64 {
    let power: f64 =
        measurement.spectrum.mid_db.iter().take(FIRST_BAND).map(|level| 10f64.powf(level / 10.0)).sum::<f64>();
    (10.0 * power.max(1e-12).log10() - shape.level_db).max(-80.0)
}

/// Spread of the level of each broad band: 95th percentile less the median, dB.
pub fn spreads_db(measurement: &Measurement) -> [f64; DYNAMICS_BANDS] {
    measurement.dynamics.bands.map(|band| band.level_percentiles_db[3] - band.level_percentiles_db[1])
}

/// What a person calls the region around a frequency.
pub fn region(frequency_hz: f64) -> &'static str {
    match frequency_hz {
        f if f < 60.0 => "sub bass",
        f if f < 150.0 => "bass",
        f if f < 450.0 => "low mids",
        f if f < 1200.0 => "mids",
        f if f < 3000.0 => "upper mids",
        f if f < 7000.0 => "presence",
        f if f < 12000.0 => "treble",
        _ => "air",
    }
}
