//! `lacquer learn`: makes a target of a folder of masters.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use lacquer::{
    analysis::Measurement,
    assistant::{Learner, learn::unfit},
    render::{
        Error, Recording,
        measure::measure,
        output::{check_free, write_text},
    },
};

use crate::{
    console::{Console, Progress},
    learned,
    sources::spare,
    wishes::{self, album},
};

/// Endings of the files that a folder is searched for.
const ENDINGS: [&str; 13] =
    ["wav", "wave", "aif", "aiff", "flac", "mp3", "ogg", "oga", "m4a", "mp4", "aac", "alac", "opus"];

/// Measures all masters in `sources` and writes the target; what cannot be read is named and left out.
pub fn run(
    mut learner: Learner,
    sources: &[PathBuf],
    upon: Option<&str>,
    output: &Path,
    force: bool,
    console: Console,
) -> Result<(), Error> {
    check_free(output, force)?;
    let upon = upon.map(wishes::upon).transpose()?;
    let files = collect(sources)?;
    spare(output, &files)?;
    let progress = console.progress("learning", output);
    let mut heard = Vec::new();
    for (index, file) in files.iter().enumerate() {
        progress.working_on(file);
        match listen(file, index, files.len(), &progress) {
            Ok(measurement) => match unfit(&measurement) {
                Some(why) => progress.beside(|| console.note(&format!("left out: {}: {why}", file.display()))),
                None => {
                    learner.add(&album(file), &measurement);
                    heard.push((file, measurement));
                }
            },
            Err(error) => progress.beside(|| console.note(&format!("left out: {error}"))),
        }
    }
    drop(progress);
    let songs = learner.songs();
    let target = learner.finish(upon.as_ref()).map_err(Error::BadInput)?;
    write_text(output, &target.to_text(), force)?;
    console.tell(&format!("{}: learned from {songs} of {} files", output.display(), files.len()));
    let fits =
        heard.iter().filter_map(|(file, measurement)| Some(((*file).clone(), target.fit(measurement)?))).collect();
    console.tell(&learned::text(&target, fits));
    Ok(())
}

fn listen(file: &Path, index: usize, count: usize, progress: &Progress) -> Result<Measurement, Error> {
    let mut recording = Recording::open(file)?.streamed();
    let (channels, whole) = (recording.channels(), recording.frames().unwrap_or(u64::MAX));
    measure(&mut recording, channels, &mut |frames| {
        progress.at((index as f64 + (frames as f64 / whole as f64).min(1.0)) / count as f64);
    })
}

/// All files named, and all audio files in the folders named, in alphabetical order, each once.
pub fn collect(sources: &[PathBuf]) -> Result<Vec<PathBuf>, Error> {
    let mut files = BTreeSet::new();
    for source in sources {
        if source.is_dir() {
            search(source, &mut files)
                .map_err(|error| Error::BadInput(format!("cannot read the folder {}: {error}", source.display())))?;
        } else {
            files.insert(source.clone());
        }
    }
    if files.is_empty() {
        let endings = ENDINGS.join(", ");
        return Err(Error::BadInput(format!("there are no audio files in what was given (looked for {endings})")));
    }
    Ok(files.into_iter().collect())
}

fn search(folder: &Path, files: &mut BTreeSet<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        // Links to folders are not followed: they could lead in circles.
        if entry.file_type()?.is_dir() {
            search(&path, files)?;
        } else if path.extension().is_some_and(|ending| ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known)))
        {
            files.insert(path);
        }
    }
    Ok(())
}
