//! How far the spectrum should be moved: the posterior mean of the correction.
//!
//! A song's shape is natural shape plus bend; the natural shape lies about the profile's mean with covariance Σ, the bend is what the
//! mix got wrong. With d the deviation from the profile's mean and Λ the covariance of bends, the correction is c = -Λ(Λ+Σ)⁻¹d: ordinary
//! variation is left alone, the atypical comes part of the way. Neither is Gaussian: good songs have heavy tails, in all directions at
//! once, and mixes go wrong a little often and much seldom. So both sizes are open, and what is known of them is the song's own: roughness
//! that no bend has says that the song is unusual by nature, and takes trust from the rest. (A heavy tail of bends alone takes the
//! unusual songs for broken ones and does harm.)

use std::sync::OnceLock;

use nalgebra::{Cholesky, DMatrix, DVector};

use super::{
    gaussian::{Gaussian, log_determinant, normal_below},
    shape::{SHAPE_BANDS, SongShape, centre_hz},
    style::Profile,
};

/// Greatest tilt of a bend, from the middle of the spectrum to either end, dB; less is as likely.
const TILT_DB: f64 = 3.0;
/// Bells of a bend on average, and the root of the mean square of their gains, 2 to 5 dB either way, dB.
const BELLS: f64 = 2.0;
const BELL_DB: f64 = 3.6;
/// Widths of bells, one standard deviation in octaves: any between is as likely.
const BELL_OCTAVES: [f64; 5] = [0.48, 0.64, 0.8, 0.96, 1.12];
/// Sizes of what music that comes to be mastered got wrong, as shares of such a bend's variance: each is a quarter as likely as the one
/// before.
const SIZES: [f64; 4] = [0.5, 1.0, 2.0, 4.0];
const RARER: f64 = 0.25;
/// Degrees of freedom of the multivariate t distribution of good songs: songs of unseen albums are likeliest under it.
const FREEDOM: f64 = 9.0;
/// Natural logarithms of the first and the last scale of the natural covariance that is weighed, and how many there are.
const SCALES: (f64, f64, usize) = (-1.6, 2.2, 12);
/// No move goes further.
const MOST_DB: f64 = 4.0;

/// What the spectrum says.
#[derive(Debug, Clone)]
pub struct Tone {
    /// The correction in each band of a shape against their mean, within the limits, dB.
    pub correction_db: [f64; SHAPE_BANDS],
    /// The same without limits.
    posterior_db: DVector<f64>,
    /// What is not known of it.
    covariance_db2: DMatrix<f64>,
    bands: Vec<usize>,
}

/// What a move is worth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Worth {
    /// By how much the sum of the squared errors over the bands is expected to fall, dB².
    pub expected_db2: f64,
    /// Probability that it falls at all.
    pub probability: f64,
}

/// How the song stands in a part of the spectrum against where it would stand as a master.
#[derive(Debug, Clone, Copy)]
pub struct Standing {
    /// Mean level of the part against the level of the song's shape, dB.
    pub measured_db: f64,
    /// Where masters with the rest of this song have it.
    pub expected_db: f64,
    pub deviation_db: f64,
}

impl Tone {
    /// The posterior; `None` when the profile's figures don't allow one.
    pub fn decide(song: &SongShape, profile: &Profile) -> Option<Self> {
        let bands = song.bands();
        let natural = profile.shape.of(&bands);
        let deviation = DVector::from_fn(bands.len(), |row, _| song.db[bands[row]]) - &natural.mean;
        let bend = bend_covariance();
        let seen = DMatrix::from_fn(bands.len(), bands.len(), |row, column| bend[(bands[row], bands[column])]);
        let cross = DMatrix::from_fn(SHAPE_BANDS, bands.len(), |row, column| bend[(row, bands[column])]);
        let mut answers = Vec::new();
        for (scale, scale_odds) in scales() {
            for (size, rarer) in SIZES.into_iter().zip(0..) {
                let measured = Gaussian {
                    mean: DVector::zeros(bands.len()),
                    covariance: &natural.covariance * scale + &seen * size,
                };
                let odds = scale_odds + f64::from(rarer) * RARER.ln();
                answers.push(Answer::of(&measured.level_free(), &deviation, &(&cross * size), odds)?);
            }
        }
        let likeliest = answers.iter().map(|answer| answer.log_odds).fold(f64::MIN, f64::max);
        let total: f64 = answers.iter().map(|answer| (answer.log_odds - likeliest).exp()).sum();
        let mut posterior = DVector::zeros(SHAPE_BANDS);
        let mut covariance_db2 = DMatrix::zeros(SHAPE_BANDS, SHAPE_BANDS);
        for (answer, size) in answers.iter().zip(SIZES.into_iter().cycle()) {
            let share = (answer.log_odds - likeliest).exp() / total;
            posterior += &answer.mean * share;
            covariance_db2 += (bend * size - &answer.known + &answer.mean * answer.mean.transpose()) * share;
        }
        covariance_db2 -= &posterior * posterior.transpose();
        // The level is nobody's business.
        let mean = bands.iter().map(|band| posterior[*band]).sum::<f64>() / bands.len() as f64;
        let posterior_db = posterior.map(|value| value - mean);
        let correction_db = std::array::from_fn(|band| {
            // What is not there is never lifted.
            let most = if song.present[band] { MOST_DB } else { 0.0 };
            posterior_db[band].clamp(-MOST_DB, most)
        });
        Some(Self { correction_db, posterior_db, covariance_db2, bands })
    }

    /// Root of the mean square of the correction over the bands that are there, dB.
    pub fn rms_db(&self) -> f64 {
        let squares: f64 = self.bands.iter().map(|band| self.correction_db[*band].powi(2)).sum();
        (squares / self.bands.len() as f64).sqrt()
    }

    /// What is least known of the correction, dB (one standard deviation).
    pub fn most_deviation_db(&self) -> f64 {
        self.bands.iter().map(|band| self.covariance_db2[(*band, *band)]).fold(1e-6, f64::max).sqrt()
    }

    /// What the whole correction is worth.
    pub fn whole(&self) -> Worth {
        self.worth(&self.correction_db, &[0.0; SHAPE_BANDS])
    }

    /// What moving the bands of the shape by `move_db` is worth once they have been moved by `already_db`.
    pub fn worth(&self, move_db: &[f64], already_db: &[f64]) -> Worth {
        let (moved, already) = (self.centred(move_db), self.centred(already_db));
        let wanted = DVector::from_fn(self.bands.len(), |row, _| self.posterior_db[self.bands[row]]) - already;
        let expected_db2 = (2.0 * wanted - &moved).dot(&moved);
        let variance = self.variance(&moved);
        Worth { expected_db2, probability: normal_below(expected_db2 / (2.0 * variance.max(1e-12).sqrt())) }
    }

    /// Variance of the sum of what is not known, weighed by `weights` (one for each band that is there).
    fn variance(&self, weights: &DVector<f64>) -> f64 {
        let mut sum = 0.0;
        for (row, band) in self.bands.iter().enumerate() {
            for (column, other) in self.bands.iter().enumerate() {
                sum += weights[row] * weights[column] * self.covariance_db2[(*band, *other)];
            }
        }
        sum
    }

    /// A curve over the shape in the bands that are there, its mean over them taken off.
    fn centred(&self, curve_db: &[f64]) -> DVector<f64> {
        let kept = DVector::from_fn(self.bands.len(), |row, _| curve_db[self.bands[row]]);
        let mean = kept.mean();
        kept.map(|value| value - mean)
    }

    /// How the song stands from `low_hz` to `high_hz`; `None` where it has nothing there, or nothing else.
    pub fn standing(&self, song: &SongShape, (low_hz, high_hz): (f64, f64)) -> Option<Standing> {
        let inside = |band: usize| (low_hz..=high_hz).contains(&centre_hz(band));
        let count = self.bands.iter().filter(|band| inside(**band)).count();
        if count == 0 || count == self.bands.len() {
            return None;
        }
        let share = 1.0 / count as f64;
        let mean = |of: &dyn Fn(usize) -> f64| {
            self.bands.iter().filter(|band| inside(**band)).map(|band| of(*band)).sum::<f64>() * share
        };
        let measured_db = mean(&|band| song.db[band]);
        let weights = DVector::from_fn(self.bands.len(), |row, _| {
            let own = if inside(self.bands[row]) { share } else { 0.0 };
            own - 1.0 / self.bands.len() as f64
        });
        Some(Standing {
            measured_db,
            expected_db: measured_db + mean(&|band| self.posterior_db[band]),
            deviation_db: self.variance(&weights).max(1e-6).sqrt(),
        })
    }
}

/// What is to be done where the sizes are known.
struct Answer {
    log_odds: f64,
    mean: DVector<f64>,
    /// The part of the bend's covariance that the measurement takes away.
    known: DMatrix<f64>,
}

impl Answer {
    /// From what is measured (natural shape plus bend) and what the bend in every band has in common with it.
    fn of(measured: &Gaussian, deviation: &DVector<f64>, cross: &DMatrix<f64>, prior_log_odds: f64) -> Option<Self> {
        let cholesky = Cholesky::new(measured.covariance.clone())?;
        let solved = cholesky.solve(deviation);
        let log_odds = prior_log_odds - 0.5 * (deviation.dot(&solved) + log_determinant(&cholesky));
        Some(Self { log_odds, mean: -cross * solved, known: cross * cholesky.solve(&cross.transpose()) })
    }
}

/// Scales of the natural covariance with the logarithm of their odds: an inverse chi-squared distribution, as that of a multivariate t.
fn scales() -> impl Iterator<Item = (f64, f64)> {
    let (first, last, count) = SCALES;
    (0..count).map(move |step| {
        let log_scale = first + (last - first) * step as f64 / (count - 1) as f64;
        (log_scale.exp(), -0.5 * FREEDOM * (log_scale + (-log_scale).exp()))
    })
}

impl Standing {
    /// Of the bands from `low_hz` to `high_hz`, given what all others but the immediate neighbours measure.
    pub fn given_the_rest(song: &SongShape, profile: &Profile, (low_hz, high_hz): (f64, f64)) -> Option<Self> {
        /// A third of an octave on either side belongs to neither.
        const MARGIN: f64 = 1.3;
        let present = song.bands();
        let part = |low_hz: f64, high_hz: f64| {
            present.iter().copied().partition(|band| (low_hz..=high_hz).contains(&centre_hz(*band)))
        };
        let (inside, _): (Vec<usize>, Vec<usize>) = part(low_hz, high_hz);
        let (_, outside): (Vec<usize>, Vec<usize>) = part(low_hz / MARGIN, high_hz * MARGIN);
        if inside.is_empty() || outside.len() < 3 {
            return None;
        }
        let point = DVector::from_fn(outside.len(), |row, _| song.db[outside[row]]);
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

/// Covariance of what a mix got wrong: a tilt, and broad bells anywhere. The figures are those of no song but of the trade: errors
/// that a mastering EQ mends are broad and of a few dB.
fn bend_covariance() -> &'static DMatrix<f64> {
    /// Places of bells, four to a third of an octave, half an octave inside the ends.
    const PLACES: usize = 4 * (SHAPE_BANDS - 3) - 3;
    static COVARIANCE: OnceLock<DMatrix<f64>> = OnceLock::new();
    COVARIANCE.get_or_init(|| {
        let octaves = |band: usize| band as f64 / 3.0;
        let middle = (SHAPE_BANDS - 1) as f64 / 2.0;
        let tilt = |band: usize| (band as f64 - middle) / middle;
        let mut covariance = DMatrix::from_fn(SHAPE_BANDS, SHAPE_BANDS, |row, column| {
            TILT_DB * TILT_DB / 3.0 * tilt(row) * tilt(column)
        });
        let share = BELLS * BELL_DB * BELL_DB / (PLACES * BELL_OCTAVES.len()) as f64;
        for place in 0..PLACES {
            let centre = 0.5 + place as f64 / 12.0;
            for width in BELL_OCTAVES {
                let bell =
                    DVector::from_fn(SHAPE_BANDS, |band, _| (-0.5 * ((octaves(band) - centre) / width).powi(2)).exp());
                covariance += &bell * bell.transpose() * share;
            }
        }
        covariance
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assistant::{
        Wishes,
        testing::{Random, song_of, target, truth},
    };

    /// The posterior of a song that lies `bend_db` over the mean of the made-up masters.
    fn tone(bend_db: impl Fn(usize) -> f64) -> Tone {
        let shape: Vec<f64> = (0..SHAPE_BANDS).map(|band| truth().mean[band] + bend_db(band)).collect();
        let measurement = song_of(&shape, &mut Random(9));
        let song = SongShape::of(&measurement).expect("a spectrum");
        let targets = [target(150)];
        let profile = Profile::of(&measurement, &song, &Wishes::default(), &targets).expect("a profile");
        Tone::decide(&song, &profile).expect("a posterior")
    }

    fn bell(band: usize, gain_db: f64) -> f64 {
        gain_db * (-0.5 * ((band as f64 - 14.0) / 2.4).powi(2)).exp()
    }

    #[test]
    fn of_a_gross_error_a_larger_part_is_corrected_than_of_an_ordinary_one() {
        let [ordinary, gross] = [5.0, 9.0].map(|gain_db| -tone(|band| bell(band, gain_db)).posterior_db[14] / gain_db);
        assert!(0.05 < ordinary && 1.1 * ordinary < gross && gross < 1.0, "{ordinary} and {gross} of it");
    }

    #[test]
    fn roughness_that_no_bend_has_takes_trust_from_the_rest() {
        let smooth = tone(|band| bell(band, 5.0));
        let rough = tone(|band| bell(band, 5.0) + if band % 2 == 0 { 4.0 } else { -4.0 });
        assert!(
            rough.posterior_db[14] > 0.7 * smooth.posterior_db[14] && smooth.posterior_db[14] < -0.5,
            "{} smooth, {} rough",
            smooth.posterior_db[14],
            rough.posterior_db[14]
        );
        assert!(rough.whole().probability < smooth.whole().probability);
    }

    #[test]
    fn a_whole_correction_is_worth_its_own_square() {
        let tone = tone(|band| bell(band, 4.0));
        let worth = tone.worth(tone.posterior_db.as_slice(), &[0.0; SHAPE_BANDS]);
        // The posterior mean is the move of least expected error, and takes its own square off it.
        assert!((worth.expected_db2 - tone.posterior_db.norm_squared()).abs() < 1e-9, "{worth:?}");
        let double: Vec<f64> = tone.posterior_db.iter().map(|db| 2.0 * db).collect();
        let nothing_left = tone.worth(&double, &[0.0; SHAPE_BANDS]);
        assert!(nothing_left.expected_db2.abs() < 1e-9 && (nothing_left.probability - 0.5).abs() < 1e-6);
    }
}
