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
}

impl Folds {
    /// Divides the packages by chance and learns a target for each part from all others.
    ///
    /// # Errors
    /// When a part leaves too few songs to learn from.
    pub fn learned(songs: &[(&Song, &Measurement)], seed: u64) -> Result<Self> {
        let mut packages: Vec<&str> = songs.iter().map(|(song, _)| song.package.as_str()).collect();
        packages.dedup();
        Chance::of(seed, "", "folds").shuffle(&mut packages);
        let count = FOLDS.min(packages.len());
        let of_package: BTreeMap<String, usize> =
            packages.iter().enumerate().map(|(index, package)| ((*package).to_owned(), index % count)).collect();
        let targets = (0..count)
            .map(|fold| {
                let mut learner = Learner::new("all");
                for (song, measurement) in songs.iter().filter(|(song, _)| of_package[&song.package] != fold) {
                    learner.add(&song.package, measurement);
                }
                learner.finish_upon(None).map_err(|why| anyhow!("part {} of {count}: {why}", fold + 1))
            })
            .collect::<Result<_>>()?;
        Ok(Self { targets, of_package })
    }

    /// The target that knows nothing of the song's package.
    pub fn target(&self, song: &Song) -> &Target {
        &self.targets[self.of_package.get(&song.package).copied().unwrap_or(0)]
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
