//! How a song stands against a target that was learned: what shows the songs that don't belong to it.

use nalgebra::{Cholesky, DVector};

use super::{
    gaussian::Gaussian,
    shape::{SongShape, centre_hz},
    target::Target,
};
use crate::analysis::Measurement;

/// The distance of one song's spectrum from a target's mean shape.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fit {
    /// In standard deviations of the target's songs (root of the mean squared Mahalanobis distance): 1 is usual.
    pub deviations: f64,
    /// The band that is furthest out for its spread, Hz.
    pub furthest_hz: f64,
    /// Its level over the target's mean, dB.
    pub furthest_db: f64,
}

impl Target {
    /// How a song fits; `None` where it has no spectrum.
    pub fn fit(&self, measurement: &Measurement) -> Option<Fit> {
        let song = SongShape::of(measurement)?;
        let bands = song.bands();
        let natural = self.shape.gaussian().of(&bands);
        let apart = song.levels(&bands) - &natural.mean;
        // The level that both have in common is no difference.
        let apart = apart.add_scalar(-apart.mean());
        let deviations = (squared_distance(&natural, &apart)? / bands.len() as f64).sqrt();
        let out = |row: usize| apart[row].abs() / natural.covariance[(row, row)].max(f64::MIN_POSITIVE).sqrt();
        let furthest = (0..bands.len()).max_by(|a, b| out(*a).total_cmp(&out(*b)))?;
        Some(Fit { deviations, furthest_hz: centre_hz(bands[furthest]), furthest_db: apart[furthest] })
    }
}

/// Squared Mahalanobis distance of a deviation, whatever level both share.
pub(super) fn squared_distance(natural: &Gaussian, apart: &DVector<f64>) -> Option<f64> {
    Some(apart.dot(&Cholesky::new(natural.level_free().covariance)?.solve(apart)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assistant::{
        shape::SHAPE_BANDS,
        testing::{Random, drawn_shape, song_of, target},
    };

    #[test]
    fn songs_of_the_kind_lie_one_deviation_out_and_a_strange_one_is_named_by_its_band() {
        let (target, mut random) = (target(300), Random(23));
        let mut squares = 0.0;
        for _ in 0..60 {
            let shape = drawn_shape(&mut random);
            squares += target.fit(&song_of(&shape, &mut random)).expect("fits").deviations.powi(2) / 60.0;
        }
        // A learned covariance is a little wider than the songs: it is drawn to a smooth one, and no band is known too well.
        assert!((0.65..1.1).contains(&squares), "{squares}");
        let mut strange: Vec<f64> = (0..SHAPE_BANDS).map(|band| target.shape.mean_db[band]).collect();
        strange[20] += 20.0;
        let fit = target.fit(&song_of(&strange, &mut random)).expect("fits");
        assert!(fit.deviations > 2.0 && fit.furthest_hz == centre_hz(20), "{fit:?}");
        // The band's own share of the mean is 20 / 28 dB.
        assert!((fit.furthest_db - 20.0 * 27.0 / 28.0).abs() < 1.5, "{fit:?}");
        assert!(target.fit(&Measurement::default()).is_none());
    }
}
