//! Few songs upon all music: the posterior of a normal-inverse-Wishart prior (Gelman et al., Bayesian Data Analysis, 3.6).
//!
//! All music is known; an album, a reference or one's own masters are a handful of songs of one kind. Between songs of all music
//! the spread is 6.2 dB a band, within one album 4.9 dB (506 songs of 44 packages): so a kind's mean is known beforehand as if from
//! 4.9² / (6.2² - 4.9²) = 1.7 songs, and its covariance is (4.9 / 6.2)² of all music's, held as firmly as a song a dimension.

use super::{gaussian::Gaussian, target::Range};

/// Songs that the prior mean weighs.
const MEAN_SONGS: f64 = 1.7;
/// Songs that the prior covariance weighs.
const SPREAD_SONGS: f64 = 28.0;
/// Songs that the prior width of a range weighs.
const RANGE_SONGS: f64 = 10.0;
/// Variance within a kind against that of all music.
const WITHIN: f64 = 0.625;

/// What a song of the kind measures, after `songs` of them with the mean and covariance `own` were seen.
pub fn blend(all: &Gaussian, own: &Gaussian, songs: f64) -> Gaussian {
    let mean = (&all.mean * MEAN_SONGS + &own.mean * songs) / (MEAN_SONGS + songs);
    let within = (&all.covariance * (WITHIN * SPREAD_SONGS) + &own.covariance * songs) / (SPREAD_SONGS + songs);
    // A new song differs from the kind's mean, and the mean is not quite known.
    Gaussian { mean, covariance: within * (1.0 + 1.0 / (MEAN_SONGS + songs)) }
}

/// The same for a range: its middle moves soon, its width late.
pub fn blend_range(all: Range, own: Range, songs: f64) -> Range {
    let middle = (MEAN_SONGS * all.middle + songs * own.middle) / (MEAN_SONGS + songs);
    let width = |all: f64, own: f64| (RANGE_SONGS * all + songs * own) / (RANGE_SONGS + songs);
    Range {
        low: middle - width(all.middle - all.low, own.middle - own.low),
        middle,
        high: middle + width(all.high - all.middle, own.high - own.middle),
    }
}
