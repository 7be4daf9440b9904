//! Learns a [`Target`] from measurements of masters.
//!
//! Songs of one album are alike: of the variance between songs (6.2² dB² a band, 506 songs of 44 packages) 4.9² is found within
//! one album, so n songs of an album weigh as n / (1 + (n - 1) ρ) with ρ = 1 - 4.9²/6.2² (the design effect of Kish). Means are
//! robust ([`robust_moments`]) where there are songs enough. Few songs are blended with what they are a kind of (all music, a style, an
//! album), see [`super::prior`], so that one reference helps and does not take over.

use std::collections::BTreeMap;

use nalgebra::DVector;

use super::{
    gaussian::{Gaussian, moments, robust_moments, shrunk},
    prior::{self, Level},
    regression::{self, Lesson},
    shape::{self, SHAPE_BANDS, SongShape},
    target::{Conditional, Range, Ranges, Regression, Source, Spread, Target},
};
use crate::analysis::measurement::{FaultKind, Measurement};

/// From this many songs with a whole spectrum on a target stands by itself.
pub const ALONE_FROM_SONGS: usize = 100;
/// Correlation of two songs of one album (see the module).
const ALBUM_CORRELATION: f64 = 0.375;
/// Shorter songs are jingles.
const LEAST_GATED_S: f64 = 25.0;
/// Degrees of freedom of the robust estimate: songs 2 standard deviations out in every band count half.
const ROBUST_FREEDOM: f64 = 10.0;

/// Collects songs, then makes a target of them.
#[derive(Clone)]
pub struct Learner {
    name: String,
    description: String,
    songs: Vec<Song>,
    refused: Vec<String>,
}

#[derive(Clone)]
struct Song {
    album: String,
    /// The shape where all of its bands are there, and what cannot be changed by an EQ.
    shape: Option<DVector<f64>>,
    descriptors: Vec<f32>,
    side_mid_db: Option<[f64; SHAPE_BANDS]>,
    figures: Figures,
}

/// The figures of one song, as ranges of no width.
type Figures = Ranges;

impl Learner {
    /// A learner of a target called `name`.
    pub fn new(name: &str) -> Self {
        Self { name: name.to_owned(), description: String::new(), songs: Vec::new(), refused: Vec::new() }
    }

    /// Sets the line that describes the target to people.
    pub fn describe(&mut self, description: &str) {
        self.description = description.to_owned();
    }

    /// Adds a master. `album` groups songs that belong together (the folder's name, usually). A song that shows nothing
    /// (too short, silent, broken) is left out, see [`Learner::refused`].
    pub fn add(&mut self, album: &str, measurement: &Measurement) {
        if let Some(why) = unfit(measurement) {
            self.refused.push(format!("a song of {album} is left out: {why}"));
            return;
        }
        let Some(shape) = SongShape::of(measurement) else {
            self.refused.push(format!("a song of {album} is left out: its spectrum is empty"));
            return;
        };
        let stereo = measurement.channels > 1;
        self.songs.push(Song {
            album: album.to_owned(),
            figures: figures(measurement, &shape),
            side_mid_db: if stereo { shape::side_mid_db(measurement) } else { None },
            shape: shape.is_whole().then(|| DVector::from_column_slice(&shape.db)),
            descriptors: measurement.descriptors.clone(),
        });
    }

    /// Number of songs that were fit to learn from.
    pub fn songs(&self) -> usize {
        self.songs.len()
    }

    /// One sentence for each song that was left out.
    pub fn refused(&self) -> &[String] {
        &self.refused
    }

    /// The target of all songs added; where they are few, blended with `base`, of which they are a kind, or else with the shipped target
    /// of all music.
    ///
    /// # Errors
    /// A sentence when there is nothing to learn from.
    pub fn finish(self, base: Option<&Target>) -> Result<Target, String> {
        self.finish_upon(base.or(Target::shipped().first()))
    }

    /// The same upon `base`, whatever it is (all music of another kind, a style, an album, which a target of few songs can be itself), or upon
    /// none.
    ///
    /// # Errors
    /// A sentence when there is nothing, or without `base` too little, to learn from.
    pub fn finish_upon(self, base: Option<&Target>) -> Result<Target, String> {
        self.finish_among(base, Target::shipped())
    }

    /// The same, where `base` was learned upon one of `known`.
    ///
    /// # Errors
    /// As [`Learner::finish_upon`].
    pub fn finish_among(self, base: Option<&Target>, known: &[Target]) -> Result<Target, String> {
        let whole: Vec<&Song> = self.songs.iter().filter(|song| song.shape.is_some()).collect();
        if self.songs.is_empty() || whole.is_empty() {
            return Err(match self.refused.first() {
                Some(first) => format!("there is nothing to learn from: {first}"),
                None if self.songs.is_empty() => "there is nothing to learn from: no song was given".into(),
                None => "there is nothing to learn from: no song has a spectrum up to 16 kHz".into(),
            });
        }
        let base = base.filter(|_| whole.len() < ALONE_FROM_SONGS);
        if base.is_none() && whole.len() < SHAPE_BANDS {
            return Err(format!(
                "{} songs are too few to stand alone: give {SHAPE_BANDS} or more, or learn upon all music",
                whole.len()
            ));
        }
        let shapes: Vec<DVector<f64>> = whole.iter().filter_map(|song| song.shape.clone()).collect();
        let weights = album_weights(&whole);
        let own_shape = centre_and_spread(&shapes, &weights)?;
        let shape = match base {
            Some(base) => prior::blend(&base.shape.gaussian(), level(base), &own_shape, effective(&weights)),
            None => own_shape,
        };
        let all: Vec<&Song> = self.songs.iter().collect();
        let all_weights = album_weights(&all);
        let mut albums: BTreeMap<&str, usize> = BTreeMap::new();
        for song in &self.songs {
            *albums.entry(&song.album).or_default() += 1;
        }
        let sources: Vec<Source> =
            albums.iter().map(|(name, songs)| Source { name: (*name).to_owned(), songs: *songs }).collect();
        Ok(Target {
            description: match self.description.is_empty() {
                true => format!("learned from {} songs of {} albums", self.songs.len(), sources.len()),
                false => self.description.clone(),
            },
            method: method(base, whole.len()),
            songs: self.songs.len(),
            albums: sources.len(),
            side_mid_db: side_ranges(&all, &all_weights, base)?,
            ranges: learned_ranges(&all, &all_weights, base),
            conditional: self.conditional(base, known, &whole, &weights),
            shape: Spread::of(&shape),
            name: self.name,
            sources,
        })
    }

    /// What is left of the shapes once the descriptors have said their part.
    fn conditional(
        &self,
        base: Option<&Target>,
        known: &[Target],
        songs: &[&Song],
        weights: &[f64],
    ) -> Option<Conditional> {
        match base {
            Some(base) => {
                let upon = base.conditional.as_ref()?;
                // The root's, however many kinds lie between; one that is not known everywhere goes along.
                let rooted = |target: &&Target| target.name == upon.base;
                let shared = known.iter().find(rooted).and_then(|root| root.conditional.as_ref()?.regression.as_ref());
                let regression: &Regression = upon.regression.as_ref().or(shared)?;
                let mut residuals = Vec::new();
                for song in songs {
                    residuals.push(song.shape.clone()? - regression.predict(&song.descriptors)?);
                }
                let own = centre_and_spread(&residuals, weights).ok()?;
                let blended = prior::blend(&upon.residual.gaussian(), level(base), &own, effective(weights));
                let regression = shared.is_none().then(|| regression.clone());
                Some(Conditional { base: upon.base.clone(), regression, residual: Spread::of(&blended) })
            }
            None => {
                let lessons: Vec<Lesson> = songs
                    .iter()
                    .zip(weights)
                    .filter_map(|(song, weight)| {
                        let shape = song.shape.clone()?;
                        Some(Lesson { album: &song.album, shape, descriptors: &song.descriptors, weight: *weight })
                    })
                    .collect();
                let (regression, residuals) = regression::learn(&lessons)?;
                let mut residual = robust_moments(&residuals, weights, ROBUST_FREEDOM)?;
                // The regression is unbiased by construction; what the folds leave of a mean is noise.
                residual.mean.fill(0.0);
                Some(Conditional {
                    base: self.name.clone(),
                    regression: Some(regression),
                    residual: Spread::of(&residual),
                })
            }
        }
    }
}

/// Whether a target is all music, which stands by itself, or a kind of it.
fn level(target: &Target) -> Level {
    match &target.conditional {
        Some(conditional) if conditional.base != target.name => Level::Kind,
        _ => Level::AllMusic,
    }
}

/// Why a measurement shows nothing, or `None` when it does.
pub fn unfit(measurement: &Measurement) -> Option<&'static str> {
    let broken = |kind| measurement.faults.iter().any(|fault| fault.kind == kind);
    if measurement.loudness.integrated_lufs <= -60.0 {
        Some("it is silent")
    } else if measurement.gated_s < LEAST_GATED_S {
        Some("less than 25 s of it are music")
    } else if broken(FaultKind::NotFinite) {
        Some("it holds samples that are not numbers")
    } else if broken(FaultKind::ChannelMissing) || broken(FaultKind::ChannelInverted) {
        Some("one of its channels is missing or inverted")
    } else {
        None
    }
}

/// Weight of each song: 1 for the only one of its album, less where an album has many.
fn album_weights(songs: &[&Song]) -> Vec<f64> {
    let count = |album: &str| songs.iter().filter(|song| song.album == album).count() as f64;
    songs.iter().map(|song| 1.0 / (1.0 + (count(&song.album) - 1.0) * ALBUM_CORRELATION)).collect()
}

/// Number of independent songs that the weights stand for.
fn effective(weights: &[f64]) -> f64 {
    weights.iter().sum()
}

fn centre_and_spread(rows: &[DVector<f64>], weights: &[f64]) -> Result<Gaussian, String> {
    let impossible = || "the songs' spectra are too alike to learn a spread from".to_owned();
    if rows.len() >= 2 * SHAPE_BANDS {
        robust_moments(rows, weights, ROBUST_FREEDOM).ok_or_else(impossible)
    } else {
        moments(rows, weights).ok_or_else(impossible).map(|found| match rows.len() >= SHAPE_BANDS {
            true => shrunk(found, rows.len() as f64),
            false => found,
        })
    }
}

fn method(base: Option<&Target>, whole: usize) -> String {
    let weights = "songs of an album of n weigh 1/(1 + 0.375 (n - 1))";
    match base {
        Some(base) => format!(
            "{weights}; shape from {whole} songs with a full spectrum, normal-inverse-Wishart posterior upon `{}` ({} songs)",
            base.name, base.songs
        ),
        None => format!(
            "{weights}; shape from {whole} songs with a full spectrum: mean of a multivariate t with 10 degrees of freedom, covariance drawn \
             to one whose correlation falls off over 2 octaves with the weight of {SHAPE_BANDS} songs"
        ),
    }
}

fn figures(measurement: &Measurement, shape: &SongShape) -> Figures {
    let at = |value: f64| Range { low: value, middle: value, high: value };
    let loudness = &measurement.loudness;
    let stereo = &measurement.stereo;
    Ranges {
        integrated_lufs: at(loudness.integrated_lufs),
        plr_db: at(loudness.plr_db),
        range_lu: at(loudness.range_lu),
        crest_db: measurement.dynamics.bands.map(|band| at(band.crest_db)),
        spread_db: shape::spreads_db(measurement).map(at),
        width_db: stereo.bands.map(|band| at(band.side_mid_db.clamp(-60.0, 20.0))),
        correlation: at(stereo.correlation),
        bass_correlation: at(stereo.bands[0].correlation),
        rumble_db: at(shape::rumble_db(measurement, shape)),
    }
}

fn learned_ranges(songs: &[&Song], weights: &[f64], base: Option<&Target>) -> Ranges {
    let mut learned = Ranges::default();
    let columns: Vec<Vec<f64>> =
        songs.iter().map(|song| song.figures.all().map(|range| range.middle).collect()).collect();
    let known: Option<(Level, Vec<Range>)> = base.map(|base| (level(base), base.ranges.all().copied().collect()));
    for (index, range) in learned.all_mut().enumerate() {
        let values: Vec<f64> = columns.iter().map(|row| row[index]).collect();
        *range = learned_range(&values, weights, known.as_ref().map(|(level, known)| (*level, known[index])));
    }
    learned
}

fn side_ranges(songs: &[&Song], weights: &[f64], base: Option<&Target>) -> Result<Vec<Range>, String> {
    let stereo: Vec<(&[f64; SHAPE_BANDS], f64)> =
        songs.iter().zip(weights).filter_map(|(song, weight)| Some((song.side_mid_db.as_ref()?, *weight))).collect();
    let weights: Vec<f64> = stereo.iter().map(|(_, weight)| *weight).collect();
    if stereo.is_empty() {
        let missing = || "there is no stereo song to learn the width from".to_owned();
        return base.map(|base| base.side_mid_db.clone()).ok_or_else(missing);
    }
    Ok((0..SHAPE_BANDS)
        .map(|band| {
            let values: Vec<f64> = stereo.iter().map(|(side, _)| side[band]).collect();
            learned_range(&values, &weights, base.map(|base| (level(base), base.side_mid_db[band])))
        })
        .collect())
}

fn learned_range(values: &[f64], weights: &[f64], known: Option<(Level, Range)>) -> Range {
    let at = |share| weighted_percentile(values, weights, share);
    let own = Range { low: at(0.1), middle: at(0.5), high: at(0.9) };
    let range = known.map_or(own, |(level, known)| prior::blend_range(known, level, own, effective(weights)));
    let rounded = |value: f64| (value * 100.0).round() / 100.0;
    Range { low: rounded(range.low), middle: rounded(range.middle), high: rounded(range.high) }
}

/// The value below which `share` of the weight lies.
fn weighted_percentile(values: &[f64], weights: &[f64], share: f64) -> f64 {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    let total: f64 = weights.iter().sum();
    let mut below = 0.0;
    for index in &order {
        below += weights[*index];
        if below >= share * total {
            return values[*index];
        }
    }
    order.last().map_or(0.0, |index| values[*index])
}

#[cfg(test)]
mod tests;
