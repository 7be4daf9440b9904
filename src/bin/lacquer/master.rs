//! `lacquer master`: suggests (or takes settings), applies them, writes the master, its report, its figures.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use lacquer::{
    analysis::{Analyser, Measurement},
    assistant::{Programme, Suggestion, Wishes, partly},
    render::{
        Error, Recording,
        adapt::{delivered, restricted},
        master::{Reductions, render},
        output::{check_free, write_text},
        report::{ReportInput, html},
        text::read_text,
        wav::{WavFile, Word},
    },
    settings::{ChainSettings, file},
};
use serde::Serialize;

use crate::{
    analyze::{listen, to_json},
    console::Console,
    options::MasterOptions,
    sources::{CASE_BLIND, as_one, spare},
    suggest::suggest,
    table,
    wishes::{modules, wishes},
};

/// The answer for one file as JSON.
#[derive(Serialize)]
struct Answer<'a> {
    file: std::borrow::Cow<'a, str>,
    output: std::borrow::Cow<'a, str>,
    #[serde(flatten)]
    suggestion: Option<&'a Suggestion>,
    #[serde(flatten)]
    given: Option<Given<'a>>,
    /// Measured on the master itself.
    result: &'a Measurement,
}

/// What stands in the answer where the settings were given instead of suggested.
#[derive(Serialize)]
struct Given<'a> {
    measurement: &'a Measurement,
    settings: &'a ChainSettings,
    items: [(); 0],
    expected: &'a Measurement,
}

/// Where the settings come from.
enum Plan {
    Suggest(Box<Wishes>),
    Given(Box<ChainSettings>),
}

/// One song's way.
struct Job<'a> {
    source: &'a Path,
    output: PathBuf,
    report: Option<PathBuf>,
}

/// Masters each file; those that fail are named at the end.
pub fn run(options: &MasterOptions, console: Console) -> Vec<Error> {
    let prepared = jobs(options, CASE_BLIND).and_then(|jobs| Ok((jobs, plan(options, console)?)));
    let (jobs, plan) = match prepared {
        Ok(prepared) => prepared,
        Err(error) => return vec![error],
    };
    let mut failures = Vec::new();
    for job in &jobs {
        if let Err(error) = master(job, &plan, options, console) {
            failures.push(error);
        }
    }
    if jobs.len() > 1 {
        console.tell(&format!("\n{} of {} files mastered", jobs.len() - failures.len(), jobs.len()));
    }
    failures
}

fn plan(options: &MasterOptions, console: Console) -> Result<Plan, Error> {
    let Some(path) = &options.settings else {
        return Ok(Plan::Suggest(Box::new(wishes(&options.wishes, console)?)));
    };
    let shown = path.display();
    let loaded = file::from_text(&read_text(path)?).map_err(|error| Error::BadInput(format!("{shown}: {error}")))?;
    for note in &loaded.notes {
        console.note(&format!("{shown}: {note}"));
    }
    Ok(Plan::Given(Box::new(loaded.settings)))
}

fn master(job: &Job, plan: &Plan, options: &MasterOptions, console: Console) -> Result<(), Error> {
    check_free(&job.output, options.force)?;
    if let Some(report) = &job.report {
        check_free(report, options.force)?;
    }
    let mut recording = Recording::open(job.source)?;
    let (suggestion, before, settings) = match plan {
        Plan::Suggest(wishes) => {
            let suggestion = suggest(&mut recording, wishes, console)?;
            (Some(suggestion.clone()), suggestion.measurement, suggestion.settings)
        }
        Plan::Given(given) => {
            let before = listen(&mut recording, "measuring", console)?;
            let wishes = &options.wishes;
            let mut settings = partly(&restricted(**given, &modules(wishes)), wishes.amount / 100.0);
            if let Some(delivery) = &wishes.deliver {
                let progress = console.progress("delivering", job.source);
                settings = delivered(settings, delivery, &mut recording)?;
                drop(progress);
            }
            (None, before, settings)
        }
    };
    let Master { settings, measurement: after, reductions } =
        write(job.source, &job.output, &mut recording, settings, options, console)?;
    let title = job.source.file_name().unwrap_or_default().to_string_lossy();
    if let Some(report) = &job.report {
        let (suggestion, settings) = (suggestion.as_ref(), &settings);
        let input = ReportInput {
            title: &title,
            before: &before,
            after: &after,
            settings,
            suggestion,
            reductions: &reductions,
        };
        write_text(report, &html(&input), options.force)?;
    }
    if options.wishes.json {
        let given = Given { measurement: &before, settings: &settings, items: [], expected: &after };
        console.answer(&to_json(&Answer {
            file: job.source.to_string_lossy(),
            output: job.output.to_string_lossy(),
            suggestion: suggestion.as_ref(),
            given: suggestion.is_none().then_some(given),
            result: &after,
        }));
    } else {
        console.tell(&summary(job, suggestion.as_ref(), &before, &after));
    }
    Ok(())
}

/// A master as it was written.
pub struct Master {
    /// With the dither that the file's word asks for.
    pub settings: ChainSettings,
    pub measurement: Measurement,
    pub reductions: Reductions,
}

/// Plays a recording through the chain into a WAV file that appears whole or not at all, and measures it on the way.
pub fn write(
    source: &Path,
    output: &Path,
    recording: &mut Recording,
    mut settings: ChainSettings,
    options: &MasterOptions,
    console: Console,
) -> Result<Master, Error> {
    let word = Word::from(options.bits);
    settings.output.dither = word.dither(settings.output.dither);
    let progress = console.progress("mastering", source);
    let (channels, whole) = (recording.channels(), recording.frames());
    let rate_hz = recording.sample_rate_hz();
    let mut wav = WavFile::create(output, rate_hz, channels, word, options.force)?;
    let mut analyser = Analyser::new(rate_hz, channels);
    let mut frames = 0;
    let reductions = render(recording, &settings, &mut |left, right| {
        analyser.add(left, right);
        frames += left.len() as u64;
        progress.frames(frames, whole);
        wav.write(left, right)
    })?;
    wav.finish(recording.tags())?;
    drop(progress);
    Ok(Master { settings, measurement: analyser.measurement(), reductions })
}

fn summary(job: &Job, suggestion: Option<&Suggestion>, before: &Measurement, after: &Measurement) -> String {
    let mut text = format!("{} -> {}\n\n", job.source.display(), job.output.display());
    text += &table::before_and_after(before, after);
    text.push('\n');
    for item in suggestion.iter().flat_map(|suggestion| &suggestion.items).filter(|item| item.acts) {
        text += &format!("\n{}", table::wrapped(item.module.label(), 12, &item.reason));
    }
    for note in suggestion.iter().flat_map(|suggestion| &suggestion.notes) {
        text += &format!("\n{}", table::wrapped("Note", 12, note));
    }
    text
}

/// Where each source's master and report go; refused when two would be the same file or a source would be lost.
fn jobs(options: &MasterOptions, case_blind: bool) -> Result<Vec<Job<'_>>, Error> {
    let several = options.files.len() > 1;
    let mut jobs = Vec::new();
    let mut taken: BTreeMap<PathBuf, &Path> = BTreeMap::new();
    for source in &options.files {
        let output = match &options.output {
            Some(output) => place(output, source, "wav", several)?,
            None => named(source.parent().unwrap_or(Path::new("")), source, "-mastered.wav"),
        };
        let report = options.report.as_deref().map(|report| place(report, source, "html", several)).transpose()?;
        for target in std::iter::once(&output).chain(&report) {
            if let Some(other) = taken.insert(as_one(target, case_blind), source) {
                let (target, other, source) = (target.display(), other.display(), source.display());
                return Err(Error::BadInput(format!(
                    "{other} and {source} would both become {target}: master them apart"
                )));
            }
            spare(target, options.files.iter().chain(&options.settings).chain(options.wishes.files()))?;
        }
        jobs.push(Job { source, output, report });
    }
    Ok(jobs)
}

/// The file for `source` at `asked`, which names a file or a folder.
fn place(asked: &Path, source: &Path, ending: &str, several: bool) -> Result<PathBuf, Error> {
    let shown = asked.display();
    let names_folder = asked.is_dir() || asked.as_os_str().to_string_lossy().ends_with(std::path::is_separator);
    let names_file = asked.extension().is_some_and(|extension| extension.eq_ignore_ascii_case(ending));
    if names_folder || (several && !names_file && !asked.exists()) {
        std::fs::create_dir_all(asked)
            .map_err(|error| Error::BadInput(format!("cannot make the folder {shown}: {error}")))?;
        return Ok(named(asked, source, &format!("-mastered.{ending}")));
    }
    if several {
        return Err(Error::BadInput(format!("{shown} is one file for several songs: give a folder")));
    }
    Ok(asked.to_owned())
}

pub fn named(folder: &Path, source: &Path, ending: &str) -> PathBuf {
    let mut name = source.file_stem().unwrap_or_default().to_owned();
    name.push(ending);
    folder.join(name)
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::options::{Command, Options};

    #[test]
    fn names_that_differ_in_capitals_are_refused_where_they_are_one_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let masters = folder.path().join("masters").display().to_string();
        for (one, other, clash) in [
            ("a/Über.wav", "b/ÜBER.flac", true),
            ("a/Straße.wav", "b/Straßen.wav", false),
            ("a/song.wav", "b/song.flac", true),
        ] {
            let typed = ["lacquer", "master", one, other, "-o", &masters, "--force"];
            let Command::Master(options) = Options::parse_from(typed).command else { panic!("a master was asked for") };
            let refused = jobs(&options, true).err().map(|error| error.to_string());
            assert_eq!(refused.is_some_and(|error| error.contains("would both become")), clash, "{one} {other}");
            let same_name = one.ends_with("song.wav");
            assert_eq!(jobs(&options, false).is_err(), same_name, "{one} {other}: two files where capitals count");
        }
    }
}
