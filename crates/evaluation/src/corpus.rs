//! The songs: files below a folder, grouped by package (album, folder), in an order that hangs on nothing but their names.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

/// What counts as audio.
const ENDINGS: [&str; 8] = ["ogg", "oga", "mp3", "flac", "wav", "aif", "aiff", "m4a"];

/// One song of the corpus.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Song {
    /// The folder right below the corpus: songs of one package never judge each other.
    pub package: String,
    /// Path below the corpus, as it is shown.
    pub name: String,
    pub path: PathBuf,
}

/// One line of a list of tracks; other columns are left alone.
#[derive(Deserialize)]
struct Track {
    package: String,
    path: String,
}

/// The songs of `corpus`: those that the list names (columns `package` and `path`), or all audio files.
///
/// # Errors
/// When the folder or the list cannot be read, or no song is there.
pub fn songs(corpus: &Path, tracks: Option<&Path>) -> Result<Vec<Song>> {
    let mut songs = BTreeSet::new();
    match tracks {
        Some(list) => {
            let mut reader =
                csv::Reader::from_path(list).with_context(|| format!("{} cannot be read", list.display()))?;
            for track in reader.deserialize() {
                let Track { package, path } =
                    track.with_context(|| format!("{} needs the columns package and path", list.display()))?;
                let name = format!("{package}/{path}");
                let path = corpus.join(&name);
                if path.is_file() {
                    songs.insert(Song { package, name, path });
                }
            }
        }
        None => search(corpus, corpus, &mut songs)?,
    }
    ensure!(!songs.is_empty(), "there is no song in {}", corpus.display());
    Ok(songs.into_iter().collect())
}

fn search(corpus: &Path, folder: &Path, songs: &mut BTreeSet<Song>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            search(corpus, &path, songs)?;
            continue;
        }
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
        if let Ok(below) = path.strip_prefix(corpus)
            && ENDINGS.contains(&ending.as_str())
        {
            let package = below.iter().next().unwrap_or_default().to_string_lossy().into_owned();
            songs.insert(Song { package, name: below.to_string_lossy().into_owned(), path });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn songs_are_found_by_folder_and_by_list() {
        let corpus = std::env::temp_dir().join(format!("lacquer-corpus-test-{}", std::process::id()));
        for file in ["b/two.ogg", "a/deep/one.flac", "a/cover.png"] {
            let path = corpus.join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        let found = songs(&corpus, None).unwrap();
        let shown: Vec<_> = found.iter().map(|song| (song.package.as_str(), song.name.as_str())).collect();
        assert_eq!(shown, [("a", "a/deep/one.flac"), ("b", "b/two.ogg")]);
        let list = corpus.join("tracks.csv");
        fs::write(&list, "package,path,seconds\nb,two.ogg,3\nb,gone.ogg,3\n").unwrap();
        assert_eq!(songs(&corpus, Some(&list)).unwrap(), found[1..]);
        fs::write(&list, "package\nb\n").unwrap();
        assert!(songs(&corpus, Some(&list)).is_err());
        fs::remove_dir_all(corpus).unwrap();
    }
}
