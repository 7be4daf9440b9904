//! Learns a [`Target`] from measurements of masters.

use super::target::Target;
use crate::analysis::Measurement;

/// Collects songs, then makes a target of them.
pub struct Learner {
    name: String,
    songs: usize,
}

impl Learner {
    /// A learner of a target called `name`.
    pub fn new(name: &str) -> Self {
        Self { name: name.to_owned(), songs: 0 }
    }

    /// Adds a master. `album` groups songs that belong together (the folder's name, usually).
    pub fn add(&mut self, _album: &str, _measurement: &Measurement) {
        self.songs += 1;
    }

    /// The target of all songs added.
    ///
    /// # Errors
    /// A sentence when there is nothing to learn from.
    pub fn finish(self) -> Result<Target, String> {
        Ok(Target { name: self.name, songs: self.songs })
    }
}
