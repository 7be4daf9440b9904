//! Gaussians over the bands of a shape: shrinkage, likelihood, and what one part says of another. The level of a song is
//! nobody's business: every covariance gets a wide share for a common offset.

use nalgebra::{Cholesky, DMatrix, DVector, Dyn};

/// Variance of the level that all bands share, dB²; wide, so that the offset between song and target does not matter.
const LEVEL_VARIANCE_DB2: f64 = 400.0;

/// A normal distribution.
#[derive(Debug, Clone, PartialEq)]
pub struct Gaussian {
    pub mean: DVector<f64>,
    pub covariance: DMatrix<f64>,
}

impl Gaussian {
    /// The marginal of some of its dimensions.
    pub fn of(&self, bands: &[usize]) -> Self {
        Self {
            mean: DVector::from_fn(bands.len(), |row, _| self.mean[bands[row]]),
            covariance: DMatrix::from_fn(bands.len(), bands.len(), |row, column| {
                self.covariance[(bands[row], bands[column])]
            }),
        }
    }

    /// The same with the common level left open.
    pub fn level_free(&self) -> Self {
        Self { mean: self.mean.clone(), covariance: self.covariance.map(|value| value + LEVEL_VARIANCE_DB2) }
    }

    /// Logarithm of the density at `point`; `None` when the covariance is not positive definite.
    pub fn log_density(&self, point: &DVector<f64>) -> Option<f64> {
        let cholesky = Cholesky::new(self.covariance.clone())?;
        let deviation = point - &self.mean;
        let distance = deviation.dot(&cholesky.solve(&deviation));
        Some(-0.5 * (distance + log_determinant(&cholesky) + point.len() as f64 * std::f64::consts::TAU.ln()))
    }

    /// Mean and variance of the average over `wanted`, given the values `point` of the dimensions `given`.
    pub fn average_given(&self, wanted: &[usize], given: &[usize], point: &DVector<f64>) -> Option<(f64, f64)> {
        if wanted.is_empty() {
            return None;
        }
        let share = 1.0 / wanted.len() as f64;
        let mean = wanted.iter().map(|band| self.mean[*band]).sum::<f64>() * share;
        let across = |with: usize| wanted.iter().map(|band| self.covariance[(*band, with)]).sum::<f64>() * share;
        let variance = wanted.iter().map(|band| across(*band)).sum::<f64>() * share;
        let known = self.of(given);
        let cholesky = Cholesky::new(known.covariance.clone())?;
        let cross = DVector::from_fn(given.len(), |row, _| across(given[row]));
        let gain = cholesky.solve(&cross);
        Some((mean + gain.dot(&(point - &known.mean)), (variance - gain.dot(&cross)).max(0.0)))
    }

    /// The one Gaussian with the mean and covariance of a mixture. Shares must sum to 1.
    pub fn mixed(parts: &[(f64, &Gaussian)]) -> Option<Self> {
        let size = parts.first()?.1.mean.len();
        let mut mean = DVector::zeros(size);
        for (share, part) in parts {
            mean += &part.mean * *share;
        }
        let mut covariance = DMatrix::zeros(size, size);
        for (share, part) in parts {
            let apart = &part.mean - &mean;
            covariance += (&part.covariance + &apart * apart.transpose()) * *share;
        }
        Some(Self { mean, covariance })
    }
}

/// Logarithm of the determinant of the factored matrix.
pub fn log_determinant(cholesky: &Cholesky<f64, Dyn>) -> f64 {
    2.0 * cholesky.l_dirty().diagonal().iter().map(|value| value.ln()).sum::<f64>()
}

/// Probability that a standard normal variable lies below `x` (Abramowitz and Stegun 26.2.17, error below 1e-7).
pub fn normal_below(x: f64) -> f64 {
    const B: [f64; 5] = [0.319_381_53, -0.356_563_782, 1.781_477_937, -1.821_255_978, 1.330_274_429];
    let t = 1.0 / (1.0 + 0.231_641_9 * x.abs());
    let series = B.iter().rev().fold(0.0, |sum, b| (sum + b) * t);
    let tail = (-0.5 * x * x).exp() / std::f64::consts::TAU.sqrt() * series;
    if x < 0.0 { tail } else { 1.0 - tail }
}

/// Weighted mean and covariance of the rows `songs`.
pub fn moments(songs: &[DVector<f64>], weights: &[f64]) -> Option<Gaussian> {
    let size = songs.first()?.len();
    let total: f64 = weights.iter().sum();
    let mut mean = DVector::zeros(size);
    for (song, weight) in songs.iter().zip(weights) {
        mean += song * (*weight / total);
    }
    let mut covariance = DMatrix::zeros(size, size);
    for (song, weight) in songs.iter().zip(weights) {
        let apart = song - &mean;
        covariance += &apart * apart.transpose() * (*weight / total);
    }
    Some(Gaussian { mean, covariance })
}

/// A mean that a few outliers don't pull, with the full covariance about it: the unusual songs are part of the spread. The mean is
/// that of the maximum-likelihood multivariate t distribution of `freedom` degrees (Lange, Little and Taylor, JASA 1989).
pub fn robust_moments(songs: &[DVector<f64>], weights: &[f64], freedom: f64) -> Option<Gaussian> {
    let size = songs.first()?.len() as f64;
    let plain = moments(songs, weights)?;
    let mut found = shrunk(plain.clone(), songs.len() as f64);
    for _ in 0..12 {
        let cholesky = Cholesky::new(found.covariance.clone())?;
        let trusted: Vec<f64> = songs
            .iter()
            .zip(weights)
            .map(|(song, weight)| {
                let apart = song - &found.mean;
                weight * (freedom + size) / (freedom + apart.dot(&cholesky.solve(&apart)))
            })
            .collect();
        let mut next = moments(songs, &trusted)?;
        next.covariance *= trusted.iter().sum::<f64>() / weights.iter().sum::<f64>();
        found = shrunk(next, songs.len() as f64);
    }
    // Weighted sums of squares about a fitted mean fall short by one song of the effective number (Kish).
    let total: f64 = weights.iter().sum();
    let effective = total * total / weights.iter().map(|weight| weight * weight).sum::<f64>();
    let apart = &plain.mean - &found.mean;
    let covariance = (plain.covariance + &apart * apart.transpose()) * (effective / (effective - 1.0).max(1.0));
    Some(shrunk(Gaussian { mean: found.mean, covariance }, songs.len() as f64))
}

/// A sample covariance drawn towards one of the same variances whose correlation falls off over two octaves: the posterior mean
/// of an inverse-Wishart prior that weighs as much as one song a dimension.
pub fn shrunk(sample: Gaussian, songs: f64) -> Gaussian {
    /// Bands over which the prior's correlation falls to 1/e.
    const CORRELATION_BANDS: f64 = 6.0;
    /// No band is known better than this, dB².
    const LEAST_VARIANCE_DB2: f64 = 0.25;
    let size = sample.mean.len();
    let prior_share = size as f64 / (size as f64 + songs);
    let deviation: Vec<f64> = (0..size).map(|band| sample.covariance[(band, band)].max(0.0).sqrt()).collect();
    let covariance = DMatrix::from_fn(size, size, |row, column| {
        let prior = deviation[row] * deviation[column] * (-(row.abs_diff(column) as f64) / CORRELATION_BANDS).exp();
        let own = if row == column { LEAST_VARIANCE_DB2 } else { 0.0 };
        (1.0 - prior_share) * sample.covariance[(row, column)] + prior_share * prior + own
    });
    Gaussian { mean: sample.mean, covariance }
}
