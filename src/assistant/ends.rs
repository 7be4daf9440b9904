//! Ends of the spectrum that were cut away: what is missing below a high-pass or above a low-pass, which no EQ brings back.
//!
//! The song's shape is held against its natural one as it is and with filters taken off it, and the better of the two counts: a
//! likelihood ratio under a multivariate t distribution, whose tails are those of good songs. An arrangement without bass looks the
//! same as one whose bass was cut, so it is said, and left to the person; what is there is never lifted.

use nalgebra::{Cholesky, DVector, Dyn};

use super::{
    bands::two_digits,
    finding::hertz,
    shape::{SongShape, centre_hz},
    style::Profile,
};

/// Degrees of freedom of the t distribution.
const FREEDOM: f64 = 10.0;
/// The filter must explain the shape so many times better: that few in a hundred good songs have it.
const LEAST_ODDS: f64 = 10.0;
/// Fewer bands show no end.
const LEAST_BANDS: usize = 18;
/// Corners that are tried, Hz, twelve an octave.
const LOW_CORNERS_HZ: (f64, f64) = (70.0, 500.0);
const HIGH_CORNERS_HZ: (f64, f64) = (2500.0, 11_000.0);

/// An end of the spectrum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    Low,
    High,
}

/// An end that is not there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MissingEnd {
    pub end: End,
    /// Where the filter that explains it best has lost 3 dB, Hz.
    pub corner_hz: f64,
    /// How far what lies beyond stays under the natural shape against the rest of the song, dB on average.
    pub missing_db: f64,
}

impl MissingEnd {
    /// Whether a lift around `hz`, or from there on to the end for a shelf, would lift what is not there.
    pub fn takes_in(&self, hz: f64, is_shelf_to: Option<End>) -> bool {
        is_shelf_to == Some(self.end)
            || match self.end {
                End::Low => hz < self.corner_hz,
                End::High => hz > self.corner_hz,
            }
    }

    /// What is said of it, `label` naming the masters that the song is held against.
    pub fn sentence(&self, label: &str) -> String {
        let (side, filter) = match self.end {
            End::Low => ("Below", "high-pass"),
            End::High => ("Above", "low-pass"),
        };
        format!(
            "{side} {} the spectrum falls away as behind a {filter} and stays {:.1} dB under {label}: where that is not meant, mend it in \
             the mix, for lifting it here would lift what is left of noise",
            hertz(self.corner_hz),
            self.missing_db
        )
    }
}

/// The ends that a song lacks beside its profile.
pub fn missing(song: &SongShape, profile: &Profile) -> Vec<MissingEnd> {
    let bands = song.bands();
    if bands.len() < LEAST_BANDS {
        return Vec::new();
    }
    let natural = profile.shape.of(&bands).level_free();
    let apart = song.levels(&bands) - &natural.mean;
    let Some(natural) = Cholesky::new(natural.covariance) else { return Vec::new() };
    let low = filters(LOW_CORNERS_HZ).map(|corner_hz| (corner_hz, 4));
    let high = filters(HIGH_CORNERS_HZ).flat_map(|corner_hz| [4, 8].map(|order| (corner_hz, order)));
    [best(End::Low, low, &bands, &apart, &natural), best(End::High, high, &bands, &apart, &natural)]
        .into_iter()
        .flatten()
        .collect()
}

fn filters((first_hz, last_hz): (f64, f64)) -> impl Iterator<Item = f64> {
    let steps = (12.0 * (last_hz / first_hz).log2()) as i32;
    (0..=steps).map(move |step| first_hz * (f64::from(step) / 12.0).exp2())
}

/// The filter that explains the shape best, if it does so well enough. A filter is a corner and the power of the frequency by which its
/// own power falls: twice a Butterworth filter's order.
fn best(
    end: End,
    filters: impl Iterator<Item = (f64, i32)>,
    bands: &[usize],
    apart: &DVector<f64>,
    natural: &Cholesky<f64, Dyn>,
) -> Option<MissingEnd> {
    let log_likelihood = |apart: &DVector<f64>| {
        -0.5 * (FREEDOM + bands.len() as f64) * (1.0 + apart.dot(&natural.solve(apart)) / FREEDOM).ln()
    };
    let tried = filters.map(|(corner_hz, power)| {
        let loss_db = |band: usize| {
            let beyond = match end {
                End::Low => corner_hz / centre_hz(band),
                End::High => centre_hz(band) / corner_hz,
            };
            10.0 * (1.0 + beyond.powi(power)).log10()
        };
        let mended = apart + DVector::from_fn(bands.len(), |row, _| loss_db(bands[row]));
        (corner_hz, log_likelihood(&mended))
    });
    let tried: Vec<(f64, f64)> = tried.collect();
    let best = tried.iter().map(|(_, likelihood)| *likelihood).fold(f64::NEG_INFINITY, f64::max);
    if best - log_likelihood(apart) < LEAST_ODDS.ln() {
        return None;
    }
    // The corner of a gentle filter is known to a good part of an octave: the middle of all that explain the shape is nearest.
    let weights = || tried.iter().map(|(corner_hz, likelihood)| (corner_hz.log2(), (likelihood - best).exp()));
    let total: f64 = weights().map(|(_, weight)| weight).sum();
    let corner_hz = (weights().map(|(octaves, weight)| octaves * weight).sum::<f64>() / total).exp2();
    let corner_hz = two_digits(corner_hz);
    let mean = |beyond: bool| {
        let inside =
            |row: &usize| MissingEnd { end, corner_hz, missing_db: 0.0 }.takes_in(centre_hz(bands[*row]), None);
        let rows: Vec<usize> = (0..bands.len()).filter(|row| inside(row) == beyond).collect();
        rows.iter().map(|row| apart[*row]).sum::<f64>() / rows.len().max(1) as f64
    };
    let missing_db = mean(false) - mean(true);
    (missing_db > 0.0).then_some(MissingEnd { end, corner_hz, missing_db })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assistant::{
        Target, Wishes,
        shape::SHAPE_BANDS,
        testing::{Random, drawn_shape, song_of, target},
    };

    fn found(shape: &[f64], random: &mut Random, target: &[Target]) -> Vec<MissingEnd> {
        let measurement = song_of(shape, random);
        let song = SongShape::of(&measurement).expect("a spectrum");
        missing(&song, &Profile::of(&measurement, &song, &Wishes::default(), target).expect("a profile"))
    }

    /// Songs of the kind, cut off at `corner_hz`: how many in forty are told so within half an octave of it.
    fn told(end: End, corner_hz: f64, power: i32) -> usize {
        let (target, mut random) = ([target(150)], Random(31));
        let mut told = 0;
        for _ in 0..40 {
            let mut shape = drawn_shape(&mut random);
            for (band, level) in shape.iter_mut().enumerate().take(SHAPE_BANDS) {
                let ratio = centre_hz(band) / corner_hz;
                let beyond = if end == End::High { ratio } else { 1.0 / ratio };
                *level -= 10.0 * (1.0 + beyond.powi(power)).log10();
            }
            let found = found(&shape, &mut random, &target);
            let near = |found: &MissingEnd| found.end == end && (found.corner_hz / corner_hz).log2().abs() <= 0.5;
            told += usize::from(found.iter().any(near));
        }
        told
    }

    #[test]
    fn what_a_filter_took_is_found_near_its_corner() {
        let (low, high) = (told(End::Low, 200.0, 4), told(End::High, 6000.0, 8));
        assert!(low >= 30 && high >= 34, "{low} and {high} of 40");
    }

    #[test]
    fn few_good_songs_lack_an_end() {
        let (target, mut random) = ([target(150)], Random(32));
        let lacking = |_: &usize| {
            let shape = drawn_shape(&mut random);
            !found(&shape, &mut random, &target).is_empty()
        };
        let lacking = (0..100).filter(lacking).count();
        assert!(lacking <= 12, "{lacking} of 100");
    }

    #[test]
    fn a_lift_of_what_is_missing_is_known() {
        let end = MissingEnd { end: End::Low, corner_hz: 200.0, missing_db: 14.2 };
        assert!(end.takes_in(90.0, None) && !end.takes_in(400.0, None) && end.takes_in(400.0, Some(End::Low)));
        assert!(!end.takes_in(400.0, Some(End::High)));
        assert!(end.sentence("310 masters").starts_with("Below 200 Hz the spectrum"), "{}", end.sentence(""));
    }
}
