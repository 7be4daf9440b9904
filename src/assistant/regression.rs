//! Ridge regression from what an EQ cannot change to the natural shape of a song: first what holds in all bands alike
//! ([`neighbours`]), then, of what that leaves, weights that are free in every band, in the dual form (Saunders, Gammerman and Vovk
//! 1998): with fewer songs than descriptors that is a system of songs × songs.

mod neighbours;

use std::collections::BTreeSet;

use nalgebra::{Cholesky, DMatrix, DVector};

use super::{
    shape::SHAPE_BANDS,
    target::{Regression, mean_square, standard_score},
};

/// Fewer songs predict nothing.
const LEAST_SONGS: usize = 60;
/// Penalties tried; the one that predicts unseen albums best is taken.
const RIDGES: [f64; 5] = [200.0, 600.0, 2000.0, 6000.0, 20_000.0];
/// Parts that the albums are dealt into for the honest residuals.
const FOLDS: usize = 8;

/// One song to learn from.
pub struct Lesson<'a> {
    pub album: &'a str,
    pub shape: DVector<f64>,
    pub descriptors: &'a [f32],
    pub weight: f64,
}

/// The regression, and for each song its shape less the prediction of a regression that has not seen its album, over the root of its
/// [`Regression::unlikeness`].
pub fn learn(lessons: &[Lesson]) -> Option<(Regression, Vec<DVector<f64>>)> {
    let count = lessons.first()?.descriptors.len();
    let usable =
        |lesson: &Lesson| lesson.descriptors.len() == count && lesson.descriptors.iter().all(|value| value.is_finite());
    if lessons.len() < LEAST_SONGS || count == 0 || !lessons.iter().all(usable) {
        return None;
    }
    let unseen = unseen_residuals(lessons, &deal(lessons))?;
    let error = |residuals: &[DVector<f64>]| -> f64 {
        residuals.iter().zip(lessons).map(|(left, lesson)| lesson.weight * left.norm_squared()).sum()
    };
    let best = unseen.into_iter().zip(RIDGES).min_by(|a, b| error(&a.0).total_cmp(&error(&b.0)));
    let (mut residuals, ridge) = best?;
    let all: Vec<&Lesson> = lessons.iter().collect();
    let mut regression = Prepared::of(&all)?.fit(ridge)?;
    learn_unlikeness(&mut regression, lessons, &residuals)?;
    for (residual, lesson) in residuals.iter_mut().zip(lessons) {
        *residual /= regression.unlikeness(lesson.descriptors)?.sqrt();
    }
    Some((regression, residuals))
}

/// How the size of the residuals grows with the distance of a song from the usual one: a straight line through the logarithms
/// of both, by weighted least squares.
fn learn_unlikeness(regression: &mut Regression, lessons: &[Lesson], residuals: &[DVector<f64>]) -> Option<()> {
    let total: f64 = lessons.iter().map(|lesson| lesson.weight).sum();
    let mut points = Vec::new();
    for (lesson, residual) in lessons.iter().zip(residuals) {
        let square = mean_square(&regression.standardise(lesson.descriptors)?).max(1e-9).ln();
        points.push((square, (residual.norm_squared() / residual.len() as f64).max(1e-9).ln(), lesson.weight / total));
    }
    let mean = |of: &dyn Fn(&(f64, f64, f64)) -> f64| points.iter().map(|point| of(point) * point.2).sum::<f64>();
    let (usual, size) = (mean(&|point| point.0), mean(&|point| point.1));
    let variance = mean(&|point| (point.0 - usual).powi(2)).max(1e-6);
    let slope = mean(&|point| (point.0 - usual) * (point.1 - size)) / variance;
    regression.unlike_power = (slope.clamp(0.0, 1.5) * 1e3).round() / 1e3;
    regression.usual_square = four_digits(usual.exp());
    Some(())
}

/// The fold of each song: albums dealt by size, the largest first, each to the smallest fold.
fn deal(lessons: &[Lesson]) -> Vec<usize> {
    let albums: BTreeSet<&str> = lessons.iter().map(|lesson| lesson.album).collect();
    let size = |album: &str| lessons.iter().filter(|lesson| lesson.album == album).count();
    let mut order: Vec<(usize, &str)> = albums.into_iter().map(|album| (size(album), album)).collect();
    order.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
    let mut filled = [0; FOLDS];
    let mut folds = vec![0; lessons.len()];
    for (size, album) in order {
        let smallest = (0..FOLDS).min_by_key(|fold| filled[*fold]).unwrap_or(0);
        filled[smallest] += size;
        for (fold, lesson) in folds.iter_mut().zip(lessons) {
            if lesson.album == album {
                *fold = smallest;
            }
        }
    }
    folds
}

/// For each of [`RIDGES`] what is left of the shapes of albums that were not seen.
fn unseen_residuals(lessons: &[Lesson], folds: &[usize]) -> Option<Vec<Vec<DVector<f64>>>> {
    let shapes: Vec<DVector<f64>> = lessons.iter().map(|lesson| lesson.shape.clone()).collect();
    let mut residuals = vec![shapes; RIDGES.len()];
    for fold in 0..FOLDS {
        let seen: Vec<&Lesson> =
            lessons.iter().zip(folds).filter(|(_, of)| **of != fold).map(|(lesson, _)| lesson).collect();
        if seen.len() == lessons.len() {
            continue;
        }
        let prepared = Prepared::of(&seen)?;
        for (ridge, residuals) in RIDGES.into_iter().zip(&mut residuals) {
            let regression = prepared.fit(ridge)?;
            for (index, lesson) in lessons.iter().enumerate().filter(|(index, _)| folds[*index] == fold) {
                residuals[index] -= regression.predict(lesson.descriptors)?;
            }
        }
    }
    Some(residuals)
}

/// All of a regression but its free part.
struct Prepared {
    mean: Vec<f64>,
    sd: Vec<f64>,
    intercept: DVector<f64>,
    /// Standardised descriptors, songs × descriptors, each row times the root of the song's weight (mean weight 1).
    rows: DMatrix<f64>,
    gram: DMatrix<f64>,
    /// What all bands have in common, descriptors × bands, and what that leaves, songs × bands, times the roots.
    common: DMatrix<f64>,
    left: DMatrix<f64>,
}

impl Prepared {
    fn of(lessons: &[&Lesson]) -> Option<Self> {
        let (songs, count) = (lessons.len(), lessons.first()?.descriptors.len());
        let total: f64 = lessons.iter().map(|lesson| lesson.weight).sum();
        let mut mean = vec![0.0; count];
        let mut variance = vec![0.0; count];
        let mut intercept = DVector::zeros(SHAPE_BANDS);
        for lesson in lessons {
            let share = lesson.weight / total;
            intercept += &lesson.shape * share;
            for (mean, value) in mean.iter_mut().zip(lesson.descriptors) {
                *mean += share * f64::from(*value);
            }
        }
        for lesson in lessons {
            let share = lesson.weight / total;
            for ((variance, mean), value) in variance.iter_mut().zip(&mean).zip(lesson.descriptors) {
                *variance += share * (f64::from(*value) - mean).powi(2);
            }
        }
        let mean: Vec<f64> = mean.into_iter().map(four_digits).collect();
        let sd: Vec<f64> = variance.into_iter().map(|variance| four_digits(variance.sqrt() + 1e-6)).collect();
        let roots: Vec<f64> = lessons.iter().map(|lesson| (lesson.weight * songs as f64 / total).sqrt()).collect();
        let mut rows = DMatrix::from_fn(songs, count, |song, column| {
            standard_score(lessons[song].descriptors[column], mean[column], sd[column])
        });
        let mut left = DMatrix::from_fn(songs, SHAPE_BANDS, |song, band| lessons[song].shape[band] - intercept[band]);
        let common =
            neighbours::weights(&rows, &sd, &left, &roots).unwrap_or_else(|| DMatrix::zeros(count, SHAPE_BANDS));
        left -= &rows * &common;
        for (song, root) in roots.into_iter().enumerate() {
            rows.row_mut(song).scale_mut(root);
            left.row_mut(song).scale_mut(root);
        }
        Some(Self { gram: &rows * rows.transpose(), mean, sd, intercept, rows, common, left })
    }

    fn fit(&self, ridge: f64) -> Option<Regression> {
        let songs = self.rows.nrows();
        let gram = &self.gram + DMatrix::identity(songs, songs) * ridge;
        let weights = self.rows.transpose() * Cholesky::new(gram)?.solve(&self.left) + &self.common;
        // Figures for a file: a thousandth of a dB for each standard deviation is beyond what they are worth.
        let weights_db = (0..SHAPE_BANDS)
            .map(|band| weights.column(band).iter().map(|weight| (weight * 1e3).round() / 1e3).collect())
            .collect();
        Some(Regression {
            ridge,
            descriptor_mean: self.mean.clone(),
            descriptor_sd: self.sd.clone(),
            intercept_db: self.intercept.iter().map(|value| (value * 1e3).round() / 1e3).collect(),
            weights_db,
            unlike_power: 0.0,
            usual_square: 1.0,
        })
    }
}

/// A figure rounded to four significant digits: what a file of statistics is worth.
fn four_digits(value: f64) -> f64 {
    format!("{value:.3e}").parse().unwrap_or(value)
}
