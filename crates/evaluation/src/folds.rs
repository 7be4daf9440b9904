//! Cross-validation by package: every song is judged against a target that was learned without its package.

use std::collections::BTreeMap;

use anyhow::{Result, anyhow};
use lacquer::{
    analysis::Measurement,
    assistant::{Learner, Target},
};

use crate::{chance::Chance, corpus::Song};

/// Parts that the packages are divided into.
const FOLDS: usize = 6;

/// A target for each package, and what albums are.
pub struct Folds {
    targets: Vec<Target>,
    of_package: BTreeMap<String, usize>,
    are_shipped: bool,
}

impl Folds {
    /// Divides the packages by chance and learns a target for each part from all others.
    ///
    /// # Errors
    /// When a part leaves too few songs to learn from, and no target comes with Lacquer.
    pub fn learned(songs: &[(&Song, &Measurement)], seed: u64) -> Result<Self> {
        let mut packages: Vec<&str> = songs.iter().map(|(song, _)| song.package.as_str()).collect();
        packages.dedup();
        Chance::of(seed, "", "folds").shuffle(&mut packages);
        let count = FOLDS.min(packages.len());
        let of_package: BTreeMap<String, usize> =
            packages.iter().enumerate().map(|(index, package)| ((*package).to_owned(), index % count)).collect();
        let learned = (0..count)
            .map(|fold| {
                let mut learner = Learner::new("all");
                for (song, measurement) in songs.iter().filter(|(song, _)| of_package[&song.package] != fold) {
                    learner.add(&song.package, measurement);
                }
                learner.finish_upon(None).map_err(|why| anyhow!("part {} of {count}: {why}", fold + 1))
            })
            .collect::<Result<Vec<_>>>();
        let all = lacquer::assistant::Target::shipped().first();
        // Where few songs are at hand their own target would be a poor one, or none.
        let knows = |target: &Target| target.conditional.as_ref().is_some_and(|known| known.regression.is_some());
        match (learned, all) {
            (Ok(targets), _) if targets.iter().all(knows) && !targets.is_empty() => {
                Ok(Self { targets, of_package, are_shipped: false })
            }
            (_, Some(all)) => Ok(Self { targets: vec![all.clone()], of_package, are_shipped: true }),
            (learned, None) => Ok(Self { targets: learned?, of_package, are_shipped: false }),
        }
    }

    /// Whether every song is held against the target that comes with Lacquer, since there were too few to learn from.
    pub fn are_shipped(&self) -> bool {
        self.are_shipped
    }

    /// The target that knows nothing of the song's package, unless [`Folds::are_shipped`].
    pub fn target(&self, song: &Song) -> &Target {
        let fold = self.of_package.get(&song.package).copied().unwrap_or(0);
        &self.targets[fold.min(self.targets.len() - 1)]
    }

    /// A target of the other songs of the package, upon [`Folds::target`]; none where there is no other song.
    pub fn album(&self, song: &Song, songs: &[(&Song, &Measurement)]) -> Option<Target> {
        let mut learner = Learner::new("album");
        for (other, measurement) in songs.iter().filter(|(other, _)| other.package == song.package && *other != song) {
            learner.add(&other.package, measurement);
        }
        (learner.songs() > 0).then(|| learner.finish_upon(Some(self.target(song))).ok()).flatten()
    }

    /// Mean shape of all songs outside the song's part in `bands`, where "all the way to the mean" would bring it.
    pub fn mean_shape(&self, song: &Song, songs: &[(&Song, &Measurement)], bands: &[usize]) -> Vec<f64> {
        let fold = self.of_package.get(&song.package);
        let mut sum = vec![0.0; bands.len()];
        let mut count = 0usize;
        for (_, measurement) in songs.iter().filter(|(other, _)| self.of_package.get(&other.package) != fold) {
            for (sum, level) in sum.iter_mut().zip(crate::judge::shape(measurement, bands)) {
                *sum += level;
            }
            count += 1;
        }
        sum.iter().map(|sum| sum / count.max(1) as f64).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn song(package: &str, name: &str) -> Song {
        Song { package: package.into(), name: name.into(), path: name.into() }
    }

    /// A measurement with a whole spectrum, a little different for each seed.
    fn measurement(seed: usize) -> Measurement {
        let mut measured = Measurement { channels: 2, gated_s: 60.0, heard_s: 60.0, ..Measurement::default() };
        measured.sample_rate_hz = 48_000;
        measured.loudness.integrated_lufs = -14.0;
        let level = |band: usize| -30.0 - band as f64 + ((seed * 7 + band * band * 3 + seed * band) % 11) as f64;
        measured.spectrum.mid_db = (0..31).map(level).collect();
        measured.spectrum.side_db = measured.spectrum.mid_db.iter().map(|db| db - 9.0).collect();
        measured.descriptors = (0..6).map(|index| ((seed * (index + 3)) % 17) as f32).collect();
        measured
    }

    #[test]
    fn no_song_is_held_against_a_target_that_knows_its_package() {
        let songs: Vec<(Song, Measurement)> = (0..90)
            .map(|number| (song(&format!("package {}", number / 5), &number.to_string()), measurement(number)))
            .collect();
        let known: Vec<_> = songs.iter().map(|(song, measured)| (song, measured)).collect();
        let folds = Folds::learned(&known, 1).expect("learned");
        assert!(!folds.are_shipped());
        for (song, _) in &known {
            let target = folds.target(song);
            assert!(target.songs < 90 && target.sources.iter().all(|source| source.name != song.package));
        }
        let again = Folds::learned(&known, 1).expect("learned");
        assert!(known.iter().all(|(song, _)| folds.target(song) == again.target(song)));
    }

    #[test]
    fn few_songs_are_held_against_what_comes_with_lacquer() {
        let songs: Vec<(Song, Measurement)> = (0..12)
            .map(|number| (song(&format!("{}", number / 3), &number.to_string()), measurement(number)))
            .collect();
        let known: Vec<_> = songs.iter().map(|(song, measured)| (song, measured)).collect();
        for count in [1, 3, 12] {
            let folds = Folds::learned(&known[..count], 1).expect("something to hold them against");
            assert!(folds.are_shipped());
            assert_eq!(folds.target(known[0].0), &Target::shipped()[0]);
        }
    }
}
