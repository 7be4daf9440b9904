//! Which masters a song is held against: the posterior over the targets, and the one profile that they blend to.
//!
//! The likelihood of a song under a target is that of its shape and of its ranges. Neighbouring bands say much the same thing, so the
//! logarithm is divided by a temperature: a posterior that names one style with certainty is a pigeonhole.

use super::{
    gaussian::Gaussian,
    programme::ProgrammeError,
    shape::{SHAPE_BANDS, SongShape, spreads_db},
    suggestion::{StyleShare, TargetCurve},
    target::{Range, Ranges, Regression, Target},
    wishes::{Style, Wishes},
};
use crate::analysis::measurement::Measurement;

/// Independent findings that the shape and the ranges together are taken for.
const INDEPENDENT_FINDINGS: f64 = 8.0;
/// A range's share in the likelihood ends here, in squared standard deviations.
const MOST_SQUARED_DEVIATION: f64 = 9.0;

/// What the song is held against.
#[derive(Debug, Clone)]
pub struct Profile {
    /// How people are told of the masters: `310 masters`, `28 rock and metal masters`.
    pub label: String,
    /// The shape this song would have if it were a master; conditional on its descriptors where they are known.
    pub shape: Gaussian,
    pub ranges: Ranges,
    /// Side against mid in each band of a shape.
    pub side_mid_db: [Range; SHAPE_BANDS],
    pub shares: Vec<StyleShare>,
}

impl Profile {
    /// The profile for a song under the person's wishes.
    ///
    /// # Errors
    /// When the style asked for does not exist, or there is no target at all.
    pub fn of(
        measurement: &Measurement,
        song: &SongShape,
        wishes: &Wishes,
        shipped: &[Target],
    ) -> Result<Self, ProgrammeError> {
        let regression = |name: &str| {
            let base = shipped.iter().chain(&wishes.own_target).find(|target| target.name == name)?;
            base.conditional.as_ref()?.regression.as_ref()
        };
        let weighed = weigh(measurement, song, wishes, shipped)?;
        let naturals: Vec<Gaussian> =
            weighed.iter().map(|(_, target)| natural(target, measurement, &regression)).collect();
        let parts: Vec<(f64, &Gaussian)> =
            weighed.iter().zip(&naturals).map(|((share, _), natural)| (*share, natural)).collect();
        let shape =
            Gaussian::mixed(&parts).ok_or_else(|| ProgrammeError("there is no target to hold against".into()))?;
        let mut ranges = Ranges::default();
        let mut side_mid_db = [Range::default(); SHAPE_BANDS];
        for (share, target) in &weighed {
            let sums = ranges.all_mut().chain(&mut side_mid_db);
            for (sum, range) in sums.zip(target.ranges.all().chain(&target.side_mid_db)) {
                sum.low += share * range.low;
                sum.middle += share * range.middle;
                sum.high += share * range.high;
            }
        }
        let mut shares: Vec<StyleShare> =
            weighed.iter().map(|(share, target)| StyleShare { name: target.name.clone(), share: *share }).collect();
        shares.sort_by(|a, b| b.share.total_cmp(&a.share).then(a.name.cmp(&b.name)));
        Ok(Self { label: label(&weighed), shape, ranges, side_mid_db, shares })
    }

    /// The target's spectrum at the song's level.
    pub fn curve(&self, song: &SongShape) -> TargetCurve {
        let bands = song.bands();
        let apart: f64 = bands.iter().map(|band| song.db[*band] - self.shape.mean[*band]).sum::<f64>();
        let level_db = song.level_db + apart / bands.len().max(1) as f64;
        let mean_db: Vec<f64> = self.shape.mean.iter().map(|mean| mean + level_db).collect();
        let deviation = |band: usize| self.shape.covariance[(band, band)].max(0.0).sqrt();
        TargetCurve {
            centre_hz: (0..SHAPE_BANDS).map(super::shape::centre_hz).collect(),
            low_db: mean_db.iter().enumerate().map(|(band, mean)| mean - deviation(band)).collect(),
            high_db: mean_db.iter().enumerate().map(|(band, mean)| mean + deviation(band)).collect(),
            mean_db,
        }
    }
}

/// The targets with their shares, which sum to 1.
fn weigh<'a>(
    measurement: &Measurement,
    song: &SongShape,
    wishes: &'a Wishes,
    shipped: &'a [Target],
) -> Result<Vec<(f64, &'a Target)>, ProgrammeError> {
    if let Some(own) = &wishes.own_target {
        return Ok(vec![(1.0, own)]);
    }
    if let Style::Blend(parts) = &wishes.style {
        let total: f64 = parts.iter().map(|(_, weight)| weight.max(0.0)).sum();
        let part = |(name, weight): &(String, f64)| {
            let found = shipped.iter().find(|target| target.name.eq_ignore_ascii_case(name));
            let names = || shipped.iter().map(|target| target.name.as_str()).collect::<Vec<_>>().join(", ");
            let unknown =
                || ProgrammeError(format!("there is no style `{name}`: give auto or one of these: {}", names()));
            Ok((weight.max(0.0) / total, found.ok_or_else(unknown)?))
        };
        return match total > 0.0 {
            true => parts.iter().map(part).collect(),
            false => Err(ProgrammeError("a blend of styles needs one with a share over 0".into())),
        };
    }
    let scores: Vec<f64> = shipped.iter().map(|target| log_likelihood(measurement, song, target)).collect();
    let best = scores.iter().copied().fold(f64::MIN, f64::max);
    let odds: Vec<f64> = scores.iter().map(|score| (score - best).exp()).collect();
    let total: f64 = odds.iter().sum();
    Ok(odds.iter().zip(shipped).map(|(odds, target)| (odds / total, target)).collect())
}

/// The tempered logarithm of the likelihood.
fn log_likelihood(measurement: &Measurement, song: &SongShape, target: &Target) -> f64 {
    let bands = song.bands();
    let point = song.levels(&bands);
    let shape = target.shape.gaussian().of(&bands).level_free().log_density(&point).unwrap_or(f64::MIN / 4.0);
    let mut findings = bands.len() as f64;
    let mut ranges = 0.0;
    let mut held = |value: f64, range: &Range| {
        let deviation = range.deviation();
        ranges -= 0.5 * ((value - range.middle) / deviation).powi(2).min(MOST_SQUARED_DEVIATION) + deviation.ln();
        findings += 1.0;
    };
    held(measurement.loudness.range_lu, &target.ranges.range_lu);
    let spreads = spreads_db(measurement);
    for (band, spread_db) in spreads.into_iter().enumerate() {
        held(spread_db, &target.ranges.spread_db[band]);
        held(measurement.dynamics.bands[band].crest_db, &target.ranges.crest_db[band]);
        if measurement.channels > 1 {
            held(measurement.stereo.bands[band].side_mid_db.clamp(-60.0, 20.0), &target.ranges.width_db[band]);
        }
    }
    (shape + ranges) * (INDEPENDENT_FINDINGS / findings).min(1.0)
}

/// The shape that masters of this kind have when they are otherwise like the song.
fn natural<'a>(
    target: &'a Target,
    measurement: &Measurement,
    regression: &dyn Fn(&str) -> Option<&'a Regression>,
) -> Gaussian {
    let conditional = target.conditional.as_ref().and_then(|conditional| {
        let regression = conditional.regression.as_ref().or_else(|| regression(&conditional.base))?;
        let predicted = regression.predict(&measurement.descriptors)?;
        let residual = conditional.residual.gaussian();
        Some(Gaussian { mean: predicted + residual.mean, covariance: residual.covariance })
    });
    conditional.unwrap_or_else(|| target.shape.gaussian())
}

fn label(weighed: &[(f64, &Target)]) -> String {
    let songs = |count: usize| if count == 1 { "1 master".to_owned() } else { format!("{count} masters") };
    match weighed {
        [(_, one)] => format!("{} ({})", songs(one.songs), one.name),
        _ => songs(weighed.iter().map(|(_, target)| target.songs).max().unwrap_or(0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assistant::{
        Learner,
        testing::{Random, drawn_shape, song_of},
    };

    /// A kind of music whose spectrum rises by so many dB a third of an octave more than others'.
    fn kind(name: &str, tilt_db: f64) -> Target {
        let mut random = Random(41);
        let mut learner = Learner::new(name);
        for song in 0..60 {
            learner.add(&song.to_string(), &tilted(tilt_db, &mut random));
        }
        learner.finish_upon(None).expect("enough songs")
    }

    fn tilted(tilt_db: f64, random: &mut Random) -> Measurement {
        let mut shape = drawn_shape(random);
        shape.iter_mut().enumerate().for_each(|(band, db)| *db += tilt_db * (band as f64 - 13.5));
        song_of(&shape, random)
    }

    fn profile(song: &Measurement, style: Style, kinds: &[Target]) -> Profile {
        let shape = SongShape::of(song).expect("a shape");
        Profile::of(song, &shape, &Wishes { style, ..Wishes::default() }, kinds).expect("a profile")
    }

    #[test]
    fn songs_are_taken_for_what_they_are_and_shares_are_of_a_whole() {
        let kinds = [kind("dark", -0.6), kind("plain", 0.0), kind("bright", 0.6)];
        let mut random = Random(43);
        let mut right = 0;
        for round in 0..60 {
            let (tilt_db, name) = [(-0.6, "dark"), (0.0, "plain"), (0.6, "bright")][round % 3];
            let shares = profile(&tilted(tilt_db, &mut random), Style::Auto, &kinds).shares;
            assert!((shares.iter().map(|share| share.share).sum::<f64>() - 1.0).abs() < 1e-9);
            assert!(shares.windows(2).all(|pair| pair[0].share >= pair[1].share));
            right += usize::from(shares[0].name == name);
        }
        assert!(right > 42, "{right} of 60");
    }

    #[test]
    fn a_blend_lies_between_what_it_is_made_of() {
        let kinds = [kind("dark", -0.6), kind("bright", 0.6)];
        let song = tilted(0.0, &mut Random(47));
        let top_db = |weights: [f64; 2]| {
            let names = ["dark", "bright"].into_iter().zip(weights);
            let style = Style::Blend(names.map(|(name, weight)| (name.to_owned(), weight)).collect());
            let profile = profile(&song, style, &kinds);
            (profile.shape.mean[27], profile.ranges.range_lu.middle, profile.shape.covariance[(27, 27)])
        };
        let (dark, half, bright) = (top_db([1.0, 0.0]), top_db([2.0, 2.0]), top_db([0.0, 3.0]));
        assert!(dark.0 + 5.0 < half.0 && half.0 + 5.0 < bright.0, "{dark:?} {half:?} {bright:?}");
        assert!((half.0 - 0.5 * (dark.0 + bright.0)).abs() < 1e-9);
        assert!((half.1 - 0.5 * (dark.1 + bright.1)).abs() < 1e-9);
        // Two kinds together are wider than either.
        assert!(half.2 > dark.2.max(bright.2));
        assert_eq!(top_db([1.0, 0.0]), {
            let one = profile(&song, Style::named("Dark"), &kinds);
            (one.shape.mean[27], one.ranges.range_lu.middle, one.shape.covariance[(27, 27)])
        });
    }
}
