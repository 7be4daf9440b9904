//! What was found out so far, one JSON line a trial, so that a run that was interrupted goes on where it stopped.

use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    io::{BufRead, BufReader, Write},
    path::Path,
    sync::Mutex,
};

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};

/// What makes results of two runs comparable. A file of other circumstances is refused.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Circumstances {
    pub seed: u64,
    pub seconds: f64,
    /// Fingerprint of the songs that targets are learned from, and of the program that answers.
    pub songs: String,
    pub program: String,
}

/// A fingerprint of bytes, for telling things apart: 16 hexadecimal digits (FNV-1a).
pub fn fingerprint(bytes: &[u8]) -> String {
    let add = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    format!("{:016x}", bytes.iter().fold(0xcbf2_9ce4_8422_2325, add))
}

/// What came of one trial on one song.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    pub package: String,
    pub song: String,
    pub trial: String,
    /// By name, units in the names.
    pub figures: BTreeMap<String, f64>,
}

impl Outcome {
    /// A figure; NaN where the trial has none of this name.
    pub fn figure(&self, name: &str) -> f64 {
        self.figures.get(name).copied().unwrap_or(f64::NAN)
    }
}

/// The file of results.
pub struct Store {
    outcomes: Mutex<BTreeMap<(String, String), Outcome>>,
    file: Mutex<File>,
}

impl Store {
    /// Opens the file, or begins it; `anew` forgets what it holds.
    ///
    /// # Errors
    /// When the file cannot be read or written, or was made under other circumstances.
    pub fn open(path: &Path, circumstances: &Circumstances, anew: bool) -> Result<Self> {
        let shown = path.display();
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
        }
        let mut outcomes = BTreeMap::new();
        let begins = anew || !path.exists();
        if !begins {
            let mut lines =
                BufReader::new(File::open(path).with_context(|| format!("{shown} cannot be read"))?).lines();
            let head = lines.next().transpose()?.unwrap_or_default();
            let earlier: Circumstances = serde_json::from_str(&head)
                .with_context(|| format!("{shown} holds no results; --anew begins it again"))?;
            ensure!(
                earlier == *circumstances,
                "{shown} was made with {earlier:?}, this run has {circumstances:?}: use --anew, or another --out"
            );
            for line in lines {
                // The last line of an interrupted run may be cut off.
                if let Ok(outcome) = serde_json::from_str::<Outcome>(&line?) {
                    outcomes.insert((outcome.song.clone(), outcome.trial.clone()), outcome);
                }
            }
        }
        let mut options = OpenOptions::new();
        options.create(true).write(true).append(!begins).truncate(begins);
        let mut file = options.open(path).with_context(|| format!("{shown} cannot be written"))?;
        if begins {
            writeln!(file, "{}", serde_json::to_string(circumstances)?)?;
        } else {
            // A cut-off last line must not swallow the next one.
            writeln!(file)?;
        }
        Ok(Self { outcomes: Mutex::new(outcomes), file: Mutex::new(file) })
    }

    /// Whether the trial was made already.
    pub fn has(&self, song: &str, trial: &str) -> bool {
        self.outcomes.lock().is_ok_and(|outcomes| outcomes.contains_key(&(song.to_owned(), trial.to_owned())))
    }

    /// Keeps an outcome, on disk at once.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep(&self, outcome: Outcome) -> Result<()> {
        let line = serde_json::to_string(&outcome)?;
        if let Ok(mut file) = self.file.lock() {
            writeln!(file, "{line}").context("a result cannot be written")?;
        }
        if let Ok(mut outcomes) = self.outcomes.lock() {
            outcomes.insert((outcome.song.clone(), outcome.trial.clone()), outcome);
        }
        Ok(())
    }

    /// All outcomes, by song and trial.
    pub fn outcomes(&self) -> Vec<Outcome> {
        self.outcomes.lock().map(|outcomes| outcomes.values().cloned().collect()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_goes_on_where_it_stopped_and_refuses_other_circumstances() {
        let path = std::env::temp_dir().join(format!("lacquer-store-test-{}.jsonl", std::process::id()));
        let circumstances =
            Circumstances { seed: 1, seconds: 60.0, songs: fingerprint(b"a"), program: fingerprint(b"b") };
        let outcome = |song: &str| Outcome {
            package: "p".into(),
            song: song.into(),
            trial: "untouched".into(),
            figures: BTreeMap::from([("eq_rms_db".into(), 0.5)]),
        };
        Store::open(&path, &circumstances, true).unwrap().keep(outcome("one")).unwrap();
        // As if it had been interrupted while it wrote.
        write!(OpenOptions::new().append(true).open(&path).unwrap(), "{{\"package\":\"p\",\"so").unwrap();
        let store = Store::open(&path, &circumstances, false).unwrap();
        assert!(store.has("one", "untouched") && !store.has("two", "untouched"));
        store.keep(outcome("two")).unwrap();
        let again = Store::open(&path, &circumstances, false).unwrap().outcomes();
        assert_eq!(again, [outcome("one"), outcome("two")]);
        // Published test value of the 64-bit hash.
        assert_eq!(fingerprint(b"a"), "af63dc4c8601ec8c");
        let corpus = Circumstances { songs: fingerprint(b"c"), ..circumstances.clone() };
        assert!(Store::open(&path, &corpus, false).is_err());
        let other = Circumstances { seed: 2, ..circumstances };
        assert!(Store::open(&path, &other, false).is_err());
        assert!(Store::open(&path, &other, true).unwrap().outcomes().is_empty());
        fs::remove_file(path).unwrap();
    }
}
