//! How far the spectrum should be moved: the posterior mean of the correction.
//!
//! A song's shape is natural shape plus bend; the natural shape has the profile's mean and covariance Σ, the bend is what the mix got
//! wrong. With d the deviation from the profile's mean and Λ the prior of bends, the correction is c = -Λ(Λ+s²Σ)⁻¹d: ordinary variation
//! is left alone, the atypical comes part of the way.
//!
//! How far songs of its kind stray, s², hangs on the song: good songs have heavier tails than their mistakes do, so that a song which is
//! unlike others throughout is one of its own kind and no broken one. The natural shape is a multivariate t, a mixture of normal
//! distributions over s²; each size counts as it explains the song.

use nalgebra::{Cholesky, DMatrix, DVector};

use super::{
    gaussian::{Gaussian, log_determinant, normal_below},
    shape::{SHAPE_BANDS, SongShape, centre_hz},
    style::Profile,
};

/// Standard deviation of a bend in each band, dB.
const MOVE_DB: f64 = 1.8;
/// Correlation length of bends, octaves.
const LENGTH_OCTAVES: f64 = 1.0;
/// Standard deviation of a tilt at the ends of the spectrum, dB.
const TILT_DB: f64 = 1.5;
/// Degrees of freedom of the natural shape's t distribution.
const FREEDOM: f64 = 6.0;
/// Sizes of s² that are weighed, evenly spaced in their logarithm.
const LEAST_SIZE: f64 = 0.2;
const GREATEST_SIZE: f64 = 8.0;
const SIZES: usize = 16;
/// No move goes further.
const MOST_DB: f64 = 4.0;
/// A spectrum that is nearer by less, dB RMS, sounds the same.
const AUDIBLE_DB: f64 = 0.5;

/// What the spectrum says.
#[derive(Debug, Clone)]
pub struct Tone {
    /// The correction in each band of a shape, dB.
    pub correction_db: [f64; SHAPE_BANDS],
    /// What is not known of it, dB (one standard deviation).
    pub deviation_db: [f64; SHAPE_BANDS],
    /// Probability that the spectrum comes nearer to the natural one by more than [`AUDIBLE_DB`] with the correction, whatever the level.
    pub matters: f64,
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
        let natural = profile.shape.of(&bands);
        let deviation = song.levels(&bands) - &natural.mean;
        let bend = bend_covariance();
        let seen = DMatrix::from_fn(bands.len(), bands.len(), |row, column| bend[(bands[row], bands[column])]);
        let cross = DMatrix::from_fn(SHAPE_BANDS, bands.len(), |row, column| bend[(row, bands[column])]);
        let answers: Vec<(f64, Gaussian)> = sizes()
            .filter_map(|(size, log_prior)| {
                let spread = Gaussian { mean: natural.mean.clone(), covariance: &seen + &natural.covariance * size };
                let spread = spread.level_free();
                let cholesky = Cholesky::new(spread.covariance)?;
                let solved = cholesky.solve(&deviation);
                let log_weight = log_prior - 0.5 * (deviation.dot(&solved) + log_determinant(&cholesky));
                let left = &bend - &cross * cholesky.solve(&cross.transpose());
                Some((log_weight, Gaussian { mean: -&cross * solved, covariance: left }))
            })
            .collect();
        let Gaussian { mean: correction, covariance: left } = mixture(&answers)?;
        let mut correction_db: [f64; SHAPE_BANDS] = std::array::from_fn(|band| correction[band]);
        let deviation_db = std::array::from_fn(|band| left[(band, band)].max(1e-6).sqrt());
        for (band, correction) in correction_db.iter_mut().enumerate() {
            // What is not there is never lifted.
            let most = if song.present[band] { MOST_DB } else { 0.0 };
            *correction = correction.clamp(-MOST_DB, most);
        }
        let matters = matters(&correction_db, &left);
        Some(Self { correction_db, deviation_db, matters })
    }

    /// The greatest correction in any band, dB.
    pub fn most_db(&self) -> f64 {
        self.correction_db.iter().fold(0.0, |most, db| db.abs().max(most))
    }

    /// Root of the mean square of the correction about its mean, dB: the level is not the EQ's.
    pub fn rms_db(&self) -> f64 {
        let mean = self.correction_db.iter().sum::<f64>() / SHAPE_BANDS as f64;
        (self.correction_db.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / SHAPE_BANDS as f64).sqrt()
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
fn matters(correction_db: &[f64; SHAPE_BANDS], left: &DMatrix<f64>) -> f64 {
    let correction = DVector::from_row_slice(correction_db);
    let apart = correction.add_scalar(-correction.mean());
    let deviation = 2.0 * apart.dot(&(left * &apart)).max(f64::MIN_POSITIVE).sqrt();
    let least = SHAPE_BANDS as f64 * AUDIBLE_DB * AUDIBLE_DB;
    normal_below((apart.norm_squared() - least) / deviation)
}

/// Sizes of s², each with the logarithm of its prior up to a constant: the inverse gamma density of the t distribution, over log s².
fn sizes() -> impl Iterator<Item = (f64, f64)> {
    let step = (GREATEST_SIZE / LEAST_SIZE).ln() / (SIZES - 1) as f64;
    (0..SIZES).map(move |index| {
        let size = LEAST_SIZE * (step * index as f64).exp();
        (size, -0.5 * FREEDOM * (size.ln() + 1.0 / size))
    })
}

/// The one Gaussian with the moments of a mixture whose shares are given by their logarithms up to a constant.
fn mixture(parts: &[(f64, Gaussian)]) -> Option<Gaussian> {
    let best = parts.iter().map(|(log_weight, _)| *log_weight).fold(f64::NEG_INFINITY, f64::max);
    let weights: Vec<f64> = parts.iter().map(|(log_weight, _)| (log_weight - best).exp()).collect();
    let total: f64 = weights.iter().sum();
    let shares: Vec<(f64, &Gaussian)> =
        weights.iter().zip(parts).map(|(weight, (_, part))| (weight / total, part)).collect();
    Gaussian::mixed(&shares)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assistant::{
        Target, Wishes,
        testing::{Random, drawn_shape, song_of, target, truth},
    };

    fn decided(shape: &[f64], random: &mut Random, target: &[Target]) -> Tone {
        let measurement = song_of(shape, random);
        let song = SongShape::of(&measurement).expect("a spectrum");
        let profile = Profile::of(&measurement, &song, &Wishes::default(), target).expect("a profile");
        Tone::decide(&song, &profile).expect("a correction")
    }

    fn rms(values: impl Iterator<Item = f64>) -> f64 {
        let values: Vec<f64> = values.collect();
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / values.len() as f64).sqrt()
    }

    /// Songs as the target's own, each bent by a bell of 5 dB: the correction brings most of them nearer to what they were.
    #[test]
    fn bends_come_part_of_the_way_back() {
        let (target, mut random) = ([target(150)], Random(41));
        let (mut before, mut after, mut nearer) = (0.0, 0.0, 0);
        for song in 0..40 {
            let bend = |band: usize| 5.0 * (-0.5 * ((band as f64 - f64::from(6 + song % 17)) / 3.0).powi(2)).exp();
            let bent: Vec<f64> =
                drawn_shape(&mut random).iter().enumerate().map(|(band, db)| db + bend(band)).collect();
            let tone = decided(&bent, &mut random, &target);
            let errors =
                (rms((0..SHAPE_BANDS).map(bend)), rms((0..SHAPE_BANDS).map(|b| bend(b) + tone.correction_db[b])));
            before += errors.0;
            after += errors.1;
            nearer += u32::from(errors.1 < errors.0);
        }
        assert!(after < 0.9 * before && nearer >= 26, "{before} to {after} dB, {nearer} of 40 nearer");
    }

    /// A song that is four times as far from all others as they are from each other is of another kind, and not four times as wrong.
    #[test]
    fn what_is_unlike_all_others_throughout_is_left_to_itself() {
        let (target, mut random) = ([target(150)], Random(42));
        let mut moved = [0.0; 2];
        for _ in 0..20 {
            let own = drawn_shape(&mut random);
            for (moved, times) in moved.iter_mut().zip([1.0, 4.0]) {
                let apart = |band: usize| truth().mean[band] + times * (own[band] - truth().mean[band]);
                let shape: Vec<f64> = (0..SHAPE_BANDS).map(apart).collect();
                *moved += decided(&shape, &mut random, &target).rms_db();
            }
        }
        assert!(moved[1] < 1.5 * moved[0], "{moved:?} dB for deviations of 1 and 4");
    }
}
