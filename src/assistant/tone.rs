//! How far the spectrum should be moved: the posterior mean of the correction.
//!
//! A song's shape is natural shape plus bend; the natural shape is normal with the profile's mean and covariance Σ, the bend is what the
//! mix got wrong. With d the deviation from the profile's mean and Λ the prior of bends, the correction is c = -Λ(Λ+Σ)⁻¹d: ordinary
//! variation is left alone, the atypical comes part of the way. A prior with a heavy tail (a mixture of sizes of Λ) was tried and does
//! harm: good songs have heavier tails than their mistakes do, and it takes the unusual ones for broken.

use nalgebra::{Cholesky, DMatrix, DVector};

use super::{
    gaussian::{Gaussian, normal_below},
    shape::{SHAPE_BANDS, SongShape, centre_hz},
    style::Profile,
};

/// Standard deviation of a bend in each band, dB: what mastering engineers move.
const MOVE_DB: f64 = 1.5;
/// Correlation length of bends, octaves.
const LENGTH_OCTAVES: f64 = 1.0;
/// Standard deviation of a tilt at the ends of the spectrum, dB.
const TILT_DB: f64 = 1.0;
/// No move goes further.
const MOST_DB: f64 = 4.0;

/// What the spectrum says.
#[derive(Debug, Clone)]
pub struct Tone {
    /// The correction in each band of a shape, dB.
    pub correction_db: [f64; SHAPE_BANDS],
    /// What is not known of it, dB (one standard deviation).
    pub deviation_db: [f64; SHAPE_BANDS],
    /// Probability that the spectrum is nearer to the natural one with the correction than without, whatever the level.
    pub helps: f64,
}

/// How the song stands in a part of the spectrum against what masters with the rest of its spectrum have there.
#[derive(Debug, Clone, Copy)]
pub struct Standing {
    /// Mean level of the part against the level of the song's shape, dB.
    pub measured_db: f64,
    pub expected_db: f64,
    pub deviation_db: f64,
}

impl Tone {
    /// The posterior; `None` when the profile's figures don't allow one.
    pub fn decide(song: &SongShape, profile: &Profile) -> Option<Self> {
        let bands = song.bands();
        let natural = profile.shape.of(&bands).level_free();
        let deviation = song.levels(&bands) - &natural.mean;
        let bend = bend_covariance();
        let seen = DMatrix::from_fn(bands.len(), bands.len(), |row, column| bend[(bands[row], bands[column])]);
        let cross = DMatrix::from_fn(SHAPE_BANDS, bands.len(), |row, column| bend[(row, bands[column])]);
        let cholesky = Cholesky::new(seen + &natural.covariance)?;
        let correction = -&cross * cholesky.solve(&deviation);
        let left = &bend - &cross * cholesky.solve(&cross.transpose());
        let mut correction_db: [f64; SHAPE_BANDS] = std::array::from_fn(|band| correction[band]);
        let deviation_db = std::array::from_fn(|band| left[(band, band)].max(1e-6).sqrt());
        for (band, correction) in correction_db.iter_mut().enumerate() {
            // What is not there is never lifted.
            let most = if song.present[band] { MOST_DB } else { 0.0 };
            *correction = correction.clamp(-MOST_DB, most);
        }
        let helps = helps(&correction_db, &left);
        Some(Self { correction_db, deviation_db, helps })
    }

    /// The greatest correction in any band, dB.
    pub fn most_db(&self) -> f64 {
        self.correction_db.iter().fold(0.0, |most, db| db.abs().max(most))
    }

    /// Root of the mean square of the correction, dB.
    pub fn rms_db(&self) -> f64 {
        (self.correction_db.iter().map(|value| value * value).sum::<f64>() / SHAPE_BANDS as f64).sqrt()
    }

    /// Probability that the natural spectrum lies on the side that a move of this sign goes to, around a band.
    pub fn confidence(&self, band: usize, gain_db: f64) -> f64 {
        normal_below(self.correction_db[band] * gain_db.signum() / self.deviation_db[band])
    }
}

impl Standing {
    /// Of the bands from `low_hz` to `high_hz`, given all others but the immediate neighbours and, where enough is left, the
    /// regions that are in `doubt` themselves.
    pub fn of(
        song: &SongShape,
        profile: &Profile,
        (low_hz, high_hz): (f64, f64),
        doubt: &[(f64, f64)],
    ) -> Option<Self> {
        /// Bands that must be left to say anything of the others.
        const LEAST_WITNESSES: usize = 8;
        /// A third of an octave on either side belongs to neither.
        const MARGIN: f64 = 1.3;
        let present = song.bands();
        let inside: Vec<usize> =
            present.iter().copied().filter(|band| (low_hz..=high_hz).contains(&centre_hz(*band))).collect();
        let mut outside: Vec<usize> = present
            .iter()
            .copied()
            .filter(|band| centre_hz(*band) < low_hz / MARGIN || centre_hz(*band) > high_hz * MARGIN)
            .collect();
        let doubtful = |band: usize| doubt.iter().any(|(low, high)| (*low..=*high).contains(&centre_hz(band)));
        if outside.iter().filter(|band| !doubtful(**band)).count() >= LEAST_WITNESSES {
            outside.retain(|band| !doubtful(*band));
        }
        if inside.is_empty() || outside.len() < 3 {
            return None;
        }
        let point = song.levels(&outside);
        let natural: Gaussian = profile.shape.level_free();
        let (expected_db, variance) = natural.average_given(&inside, &outside, &point)?;
        let measured_db = inside.iter().map(|band| song.db[*band]).sum::<f64>() / inside.len() as f64;
        Some(Self { measured_db, expected_db, deviation_db: variance.sqrt() })
    }

    /// The range that is ordinary: one standard deviation on either side.
    pub fn range_db(&self) -> (f64, f64) {
        (self.expected_db - self.deviation_db, self.expected_db + self.deviation_db)
    }
}

/// What is left to know of the bend is normal about the correction c, of covariance L. The squared error then falls by `|c|² - 2 c·e` with
/// e from N(0, L), which is normal as well. The level, which nothing here decides about, is left out.
fn helps(correction_db: &[f64; SHAPE_BANDS], left: &DMatrix<f64>) -> f64 {
    let correction = DVector::from_row_slice(correction_db);
    let apart = correction.add_scalar(-correction.mean());
    let deviation = apart.dot(&(left * &apart)).max(f64::MIN_POSITIVE).sqrt();
    normal_below(apart.norm_squared() / (2.0 * deviation))
}

fn bend_covariance() -> DMatrix<f64> {
    let octaves = |band: usize| band as f64 / 3.0;
    let middle = (SHAPE_BANDS - 1) as f64 / 2.0;
    let tilt = |band: usize| TILT_DB * (band as f64 - middle) / middle;
    DMatrix::from_fn(SHAPE_BANDS, SHAPE_BANDS, |row, column| {
        let apart = (octaves(row) - octaves(column)) / LENGTH_OCTAVES;
        MOVE_DB * MOVE_DB * (-0.5 * apart * apart).exp() + tilt(row) * tilt(column)
    })
}
