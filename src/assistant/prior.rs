//! Few songs upon many: the posterior of a normal-inverse-Wishart prior (Gelman et al., Bayesian Data Analysis, 3.6).
//!
//! All music is known; an album, a reference or one's own masters are a handful of songs of one kind. Between songs of all music
//! the spread is 6.2 dB a band, within one album 4.9 dB (506 songs of 44 packages): so a kind's mean is known beforehand as if from
//! 4.9² / (6.2² - 4.9²) = 1.7 songs, and its covariance is (4.9 / 6.2)² of all music's, held as firmly as a song a dimension.
//!
//! What was learned so can be what the next is learned upon: all music, a style, an album of that style, one's own masters. A style
//! already is a kind: less of its spread lies between the kinds within it, and its mean is held the firmer.

use super::{gaussian::Gaussian, target::Range};

/// Songs that the prior covariance weighs.
const SPREAD_SONGS: f64 = 28.0;
/// Songs that the prior width of a range weighs.
const RANGE_SONGS: f64 = 10.0;

/// What a kind is a part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// All music, whatever it is.
    AllMusic,
    /// A style, an album, masters of one hand.
    Kind,
}

impl Level {
    /// Variance within a kind against that of what it is a part of. Measured for all music; for a kind within a kind it was taken
    /// to lie in the middle between that and no difference.
    fn within(self) -> f64 {
        match self {
            Self::AllMusic => 0.625,
            Self::Kind => 0.8,
        }
    }

    /// Songs that the prior mean weighs: the variance within against that between the kinds.
    fn mean_songs(self) -> f64 {
        self.within() / (1.0 - self.within())
    }
}

/// What a song of the kind measures, after `songs` of them with the mean and covariance `own` were seen.
pub fn blend(all: &Gaussian, level: Level, own: &Gaussian, songs: f64) -> Gaussian {
    let mean_songs = level.mean_songs();
    let mean = (&all.mean * mean_songs + &own.mean * songs) / (mean_songs + songs);
    let within = (&all.covariance * (level.within() * SPREAD_SONGS) + &own.covariance * songs) / (SPREAD_SONGS + songs);
    // A new song differs from the kind's mean, and the mean is not quite known.
    Gaussian { mean, covariance: within * (1.0 + 1.0 / (mean_songs + songs)) }
}

/// The same for a range: its middle moves soon, its width late.
pub fn blend_range(all: Range, level: Level, own: Range, songs: f64) -> Range {
    let mean_songs = level.mean_songs();
    let middle = (mean_songs * all.middle + songs * own.middle) / (mean_songs + songs);
    let width = |all: f64, own: f64| (RANGE_SONGS * all + songs * own) / (RANGE_SONGS + songs);
    Range {
        low: middle - width(all.middle - all.low, own.middle - own.low),
        middle,
        high: middle + width(all.high - all.middle, own.high - own.middle),
    }
}
