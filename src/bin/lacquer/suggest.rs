//! `lacquer suggest`: says what the assistant would do with a mix, and why.

use std::path::{Path, PathBuf};

use lacquer::{
    assistant::{self, Suggestion, Wishes},
    render::{
        Error, Recording,
        output::{check_free, write_text},
    },
    settings::file,
};
use serde::Serialize;

use crate::{
    analyze::{listen, to_json},
    console::Console,
    options::WishOptions,
    sources::spare,
    table,
    wishes::wishes,
};

/// The answer as JSON.
#[derive(Serialize)]
struct Answer<'a> {
    file: std::borrow::Cow<'a, str>,
    #[serde(flatten)]
    suggestion: &'a Suggestion,
}

/// Suggests settings for `path`, shows them, and writes them to `output` where one is named.
pub fn run(
    path: &PathBuf,
    options: &WishOptions,
    output: Option<&Path>,
    force: bool,
    console: Console,
) -> Result<(), Error> {
    if let Some(output) = output {
        check_free(output, force)?;
        spare(output, std::iter::once(path).chain(options.files()))?;
    }
    let mut recording = Recording::open(path)?;
    let wishes = wishes(options, console)?;
    let suggestion = suggest(&mut recording, &wishes, console)?;
    if options.json {
        console.answer(&to_json(&Answer { file: path.to_string_lossy(), suggestion: &suggestion }));
    } else {
        console.answer(&table::suggestion(path, &suggestion));
    }
    if let Some(output) = output {
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        write_text(output, &file::to_text(&suggestion.settings, &name), force)?;
    }
    Ok(())
}

/// Measures a recording and asks the assistant.
pub fn suggest(recording: &mut Recording, wishes: &Wishes, console: Console) -> Result<Suggestion, Error> {
    let measurement = listen(recording, "measuring", console)?;
    let progress = console.progress("deciding", recording.path());
    assistant::suggest(recording, &measurement, wishes, &mut |share| progress.at(share))
        .map_err(|error| Error::Failed(error.to_string()))
}
