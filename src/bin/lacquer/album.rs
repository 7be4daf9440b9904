//! `lacquer master --album`: the songs of a folder as one record.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use lacquer::{
    assistant::{
        Delivery, Item, Module, Suggestion,
        album::{Delivered, Part, deliver, plan, settle},
    },
    figures::plain,
    render::{
        Error, Recording,
        output::{check_free, write_text},
        report::album::{AlbumRow, html},
    },
};

use crate::{
    console::Console,
    learn::collect,
    master::{named, write},
    options::MasterOptions,
    sources::{CASE_BLIND, as_one, spare},
    suggest::suggest,
    wishes::wishes,
};

/// A song that could be measured, and what the assistant says of it alone.
struct Song {
    source: PathBuf,
    output: PathBuf,
    suggestion: Suggestion,
}

/// Masters all songs in relation to each other; those that fail are named at the end and lose the others nothing.
pub fn run(options: &MasterOptions, console: Console) -> Vec<Error> {
    let prepared = prepare(options).and_then(|places| Ok((places, wishes(&options.wishes, console)?)));
    let (places, wishes) = match prepared {
        Ok(prepared) => prepared,
        Err(error) => return vec![error],
    };
    let mut failures = Vec::new();
    let mut songs = Vec::new();
    let count = places.len();
    for (source, output) in places {
        match Recording::open(&source).and_then(|mut recording| suggest(&mut recording, &wishes, console)) {
            Ok(suggestion) => songs.push(Song { source, output, suggestion }),
            Err(error) => failures.push(error),
        }
    }
    let suggestions: Vec<Suggestion> = songs.iter().map(|song| song.suggestion.clone()).collect();
    let limits = wishes.only.contains(&Module::Limiter);
    let mut lost = BTreeSet::new();
    let planned = match limits {
        true => settle(&suggestions, &mut |index, part| {
            if lost.contains(&index) {
                return None;
            }
            let delivered = delivered(&songs[index], part, &wishes.delivery, console);
            let lose = |error| {
                failures.push(error);
                lost.insert(index);
            };
            delivered.map_err(lose).ok()
        }),
        false => plan(&suggestions),
    };
    let Some(plan) = planned else {
        failures.push(Error::BadInput("there is no song to master: all that could be read is silence".into()));
        return failures;
    };
    let mut rows = Vec::new();
    for (index, (song, part)) in songs.iter().zip(&plan.parts).enumerate().filter(|(index, _)| !lost.contains(index)) {
        match master(song, part, options, console) {
            Ok(row) => rows.push(AlbumRow { is_anchor: index == plan.anchor, ..row }),
            Err(error) => failures.push(error),
        }
    }
    if let Some(report) = &options.report {
        let sentences: Vec<String> = failures.iter().map(ToString::to_string).collect();
        if let Err(error) = write_text(report, &html(&title(options), &rows, &sentences), options.force) {
            failures.push(error);
        }
    }
    for row in &rows {
        let lufs = |measurement: &lacquer::analysis::Measurement| measurement.loudness.integrated_lufs;
        let mark = if row.is_anchor { "  (anchor)" } else { "" };
        let [was, is] = [&row.before, &row.after].map(|measurement| plain(lufs(measurement), 1));
        console.tell(&format!("{was:>7} -> {is:>5} LUFS  {}{mark}", row.title));
    }
    console.tell(&format!("{} of {count} songs mastered", rows.len()));
    failures
}

/// Each song with its master's place, once nothing stands in the way.
fn prepare(options: &MasterOptions) -> Result<Vec<(PathBuf, PathBuf)>, Error> {
    let sources = collect(&options.files)?;
    let folder = match &options.output {
        Some(folder) => folder.clone(),
        None => default_folder(&options.files[0])?,
    };
    if let Some(report) = &options.report {
        check_free(report, options.force)?;
        spare(report, sources.iter().chain(options.wishes.files()))?;
    }
    std::fs::create_dir_all(&folder)
        .map_err(|error| Error::BadInput(format!("cannot make the folder {}: {error}", folder.display())))?;
    let mut taken = BTreeSet::new();
    let mut places = Vec::new();
    for source in &sources {
        let output = named(&folder, source, "-mastered.wav");
        check_free(&output, options.force)?;
        if !taken.insert(as_one(&output, CASE_BLIND)) {
            let shown = output.display();
            return Err(Error::BadInput(format!("two songs would both become {shown}: give them different names")));
        }
        spare(&output, sources.iter().chain(options.wishes.files()))?;
        places.push((source.clone(), output));
    }
    Ok(places)
}

/// `DIR-mastered` beside the folder, so that a second run does not take masters for songs.
fn default_folder(first: &Path) -> Result<PathBuf, Error> {
    let folder = if first.is_dir() { first } else { first.parent().unwrap_or(Path::new("")) };
    let whole = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    // On Windows a canonical path looks as nobody writes it (`\\?\C:\songs`), and an absolute one leads through no `..`.
    let whole = if cfg!(windows) { std::path::absolute(whole) } else { whole.canonicalize() };
    let whole = whole.unwrap_or_else(|_| folder.to_owned());
    let Some(name) = whole.file_name() else {
        return Err(Error::BadInput(format!(
            "{} has no folder beside it for the masters: name one with -o",
            folder.display()
        )));
    };
    let mut name = name.to_owned();
    name.push("-mastered");
    Ok(whole.with_file_name(name))
}

fn title(options: &MasterOptions) -> String {
    let first = options.files[0].canonicalize().unwrap_or_else(|_| options.files[0].clone());
    let folder = if first.is_dir() { Some(first.as_path()) } else { first.parent() };
    folder.and_then(Path::file_name).unwrap_or_default().to_string_lossy().into_owned()
}

/// The settings of a song's part at its loudness, and the loudness that they reach.
fn delivered(song: &Song, part: &Part, delivery: &Delivery, console: Console) -> Result<Delivered, Error> {
    let mut recording = Recording::open(&song.source)?;
    let channels = recording.channels();
    let _progress = console.progress("delivering", &song.source);
    deliver(&mut recording, channels, part, delivery).map_err(|error| Error::Failed(error.to_string()))
}

fn master(song: &Song, part: &Part, options: &MasterOptions, console: Console) -> Result<AlbumRow, Error> {
    let mut recording = Recording::open(&song.source)?;
    let master = write(&song.source, &song.output, &mut recording, part.settings, options, console)?;
    let items = song.suggestion.items.iter().filter(|item| item.acts && item.module != Module::Limiter);
    let fixes = song.suggestion.fix_in_the_mix.iter().map(|fix| fix.sentence.clone());
    Ok(AlbumRow {
        title: song.source.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
        before: song.suggestion.measurement.clone(),
        after: master.measurement,
        is_anchor: false,
        tone_percent: part.tone_percent,
        reasons: items.map(|item| reason(item, part.tone_percent)).chain(fixes).collect(),
    })
}

/// Why an item acts; its figures are those of the song alone.
fn reason(item: &Item, tone_percent: f64) -> String {
    if item.module == Module::Eq && tone_percent < 100.0 {
        format!("{} That is for the song alone; {tone_percent:.0} % of it is left beside the others.", item.reason)
    } else {
        item.reason.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masters_lie_beside_their_folder_and_a_whole_disk_has_nothing_beside_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let songs = folder.path().canonicalize().expect("there").join("Größe");
        std::fs::create_dir_all(songs.join("disc 1")).expect("made");
        let beside = songs.with_file_name("Größe-mastered");
        assert_eq!(default_folder(&songs).expect("a folder"), beside);
        assert_eq!(default_folder(&songs.join("disc 1").join("..")).expect("a folder"), beside);
        assert_eq!(default_folder(&songs.join("song.wav")).expect("a folder"), beside);
        let disk = songs.ancestors().last().expect("a root");
        assert!(default_folder(disk).expect_err("nothing beside it").to_string().contains("-o"));
    }
}
