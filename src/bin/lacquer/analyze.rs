//! `lacquer analyze`: measures files and shows what was found.

use std::path::{Path, PathBuf};

use lacquer::{
    analysis::Measurement,
    render::{Error, Recording, measure::measure},
};
use serde::Serialize;

use crate::{console::Console, table};

/// The answer for one file as JSON.
#[derive(Serialize)]
struct Answer<'a> {
    file: std::borrow::Cow<'a, str>,
    #[serde(flatten)]
    measurement: &'a Measurement,
}

/// Measures each file; those that fail are named at the end.
pub fn run(files: &[PathBuf], json: bool, console: Console) -> Vec<Error> {
    let mut failures = Vec::new();
    if !json && files.len() > 1 {
        console.answer(&table::overview_head());
    }
    for file in files {
        match analyze(file, console) {
            Ok(measurement) if json => {
                console.answer(&to_json(&Answer { file: file.to_string_lossy(), measurement: &measurement }))
            }
            Ok(measurement) if files.len() > 1 => console.answer(&table::overview_row(file, &measurement)),
            Ok(measurement) => console.answer(&table::measurement(file, &measurement)),
            Err(error) => failures.push(error),
        }
    }
    failures
}

fn analyze(file: &Path, console: Console) -> Result<Measurement, Error> {
    let mut recording = Recording::open(file)?.streamed();
    listen(&mut recording, "measuring", console)
}

/// Measures a recording under a progress bar and tells what was wrong with the file.
pub fn listen(recording: &mut Recording, doing: &str, console: Console) -> Result<Measurement, Error> {
    let progress = console.progress(doing, recording.path());
    let (channels, whole) = (recording.channels(), recording.frames());
    let measurement = measure(recording, channels, &mut |frames| progress.frames(frames, whole))?;
    drop(progress);
    for warning in recording.warnings() {
        console.note(warning);
    }
    Ok(measurement)
}

/// One line of JSON. Every answer is a tree of numbers and strings, which always serialises.
pub fn to_json(answer: &impl Serialize) -> String {
    serde_json::to_string(answer).unwrap_or_default()
}
