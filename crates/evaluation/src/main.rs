//! Judges the assistant on real songs: masters are bent, broken and opened up, the assistant answers, and what the real chain then
//! gives out is held against the master as it was released. Every song is judged against a target learned without its package.
//!
//! Run by `cargo xtask eval`.

mod bend;
mod chance;
mod clip;
mod corpus;
mod expand;
mod folds;
mod judge;
mod matchering;
mod report;
mod store;
mod table;
mod trial;

use std::{
    path::PathBuf,
    process::ExitCode,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    thread,
};

use anyhow::{Context, Result, bail, ensure};
use clap::Parser;
use cpu_time::ThreadTime;
use indicatif::{ProgressBar, ProgressStyle};
use lacquer::{analysis::Measurement, render::output::write_text};

use chance::Chance;
use clip::Clip;
use corpus::Song;
use folds::Folds;
use matchering::Matchering;
use store::{Circumstances, Outcome, Store, fingerprint};
use trial::{Subject, Trial};

/// Judges the assistant on songs that its targets have not seen.
#[derive(Parser)]
#[command(name = "cargo xtask eval")]
struct Options {
    /// Folder of songs; those in one folder right below it are a package, and never judge each other.
    #[arg(long)]
    corpus: PathBuf,
    /// CSV with the columns package and path that names the songs; without it all audio files count.
    #[arg(long)]
    tracks: Option<PathBuf>,
    /// Where results, table and report go.
    #[arg(long, default_value = "target/eval")]
    out: PathBuf,
    /// Length of the middle of each song that is used, seconds.
    #[arg(long, default_value_t = 90.0)]
    seconds: f64,
    /// Songs that are tried, drawn by the seed; targets are learned from all others. 0: all.
    #[arg(long, default_value_t = 0)]
    songs: usize,
    /// Trials by name, separated by commas; all without it.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// What chance is drawn from.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Songs tried at a time. 0: as many as there are cores.
    #[arg(long, default_value_t = 0)]
    threads: usize,
    /// A Python; where it has the package matchering, that is tried beside the assistant.
    #[arg(long, default_value = "python3")]
    python: PathBuf,
    /// Forget earlier results instead of going on from them.
    #[arg(long)]
    anew: bool,
    /// Print the table as JSON.
    #[arg(long)]
    json: bool,
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("eval: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<()> {
    ensure!(options.seconds >= 20.0, "--seconds {} is too little to judge a song by: give 20 or more", options.seconds);
    let trials = chosen(&options.only)?;
    let songs = corpus::songs(&options.corpus, options.tracks.as_deref())?;
    let circumstances = Circumstances {
        seed: options.seed,
        seconds: options.seconds,
        songs: fingerprint(songs.iter().map(|song| format!("{}\n", song.name)).collect::<String>().as_bytes()),
        program: fingerprint(&std::fs::read(std::env::current_exe()?).context("the program cannot read itself")?),
    };
    let store = Store::open(&options.out.join("results.jsonl"), &circumstances, options.anew)?;
    let measurements = measured(&songs, options, &circumstances.program)?;
    let known: Vec<(&Song, &Measurement)> =
        songs.iter().zip(&measurements).filter_map(|(song, measured)| Some((song, measured.as_ref()?))).collect();
    eprintln!("{} of {} songs can be judged; learning", known.len(), songs.len());
    let folds = Folds::learned(&known, options.seed)?;
    let mut tried: Vec<usize> = (0..known.len()).collect();
    if options.songs > 0 {
        Chance::of(options.seed, "", "songs").shuffle(&mut tried);
        tried.truncate(options.songs);
    }
    let peer = Matchering::found(&options.python, &options.out);
    let bar = progress("trying", tried.len() * trials.len());
    let work = Work { trials: &trials, known: &known, folds: &folds, peer, options, store: &store, bar: &bar };
    each(tried.len(), options.threads, |index| {
        let (song, measurement) = known[tried[index]];
        work.attempt(song, measurement)
    })?;
    bar.finish_and_clear();
    let outcomes = store.outcomes();
    let rows = table::rows(&outcomes);
    write_text(&options.out.join("report.html"), &report::html(&rows, &outcomes), true)?;
    if folds.are_shipped() {
        eprintln!(
            "the songs are too few to learn from: all were held against the target that comes with Lacquer, which may know some of them"
        );
    }
    if options.json {
        println!("{}", serde_json::to_string_pretty(&rows)?);
    } else {
        print!("{}", table::text(&rows));
    }
    eprintln!("{}", options.out.join("report.html").display());
    Ok(())
}

fn chosen(names: &[String]) -> Result<Vec<Trial>> {
    let known = || Trial::ALL.map(Trial::name).join(", ");
    if let Some(unknown) = names.iter().find(|name| !Trial::ALL.iter().any(|trial| trial.name() == **name)) {
        bail!("there is no trial `{unknown}`; there are {}", known());
    }
    let wanted = |trial: &Trial| names.is_empty() || names.iter().any(|name| name == trial.name());
    Ok(Trial::ALL.into_iter().filter(wanted).collect())
}

/// Measurements of the songs' middles, kept beside the results; none of what cannot be judged.
fn measured(songs: &[Song], options: &Options, program: &str) -> Result<Vec<Option<Measurement>>> {
    let folder = options.out.join(format!("measured-{}-{program}", options.seconds));
    std::fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    let bar = progress("measuring", songs.len());
    let places: Vec<_> = (0..songs.len()).map(|_| std::sync::Mutex::new(None)).collect();
    each(songs.len(), options.threads, |index| {
        let kept = folder.join(songs[index].name.replace(['/', '\\', ':'], "_") + ".json");
        let measurement = match std::fs::read_to_string(&kept).ok().and_then(|text| serde_json::from_str(&text).ok()) {
            Some(measurement) => Some(measurement),
            None => match Clip::read(&songs[index].path, options.seconds) {
                Ok(clip) => {
                    let measurement = clip.measured();
                    write_text(&kept, &serde_json::to_string(&measurement)?, true)?;
                    Some(measurement)
                }
                Err(error) => {
                    bar.suspend(|| eprintln!("left out: {error:#}"));
                    None
                }
            },
        };
        if let Ok(mut place) = places[index].lock() {
            *place = measurement.filter(is_song);
        }
        bar.inc(1);
        Ok(())
    })?;
    bar.finish_and_clear();
    Ok(places.into_iter().map(|place| place.into_inner().unwrap_or_default()).collect())
}

/// Whether there is enough of a song to judge.
fn is_song(measurement: &Measurement) -> bool {
    const LEAST_GATED_S: f64 = 25.0;
    measurement.gated_s >= LEAST_GATED_S && judge::heard(measurement).len() >= judge::BANDS * 3 / 4
}

/// What is tried, and what it needs.
struct Work<'a> {
    trials: &'a [Trial],
    known: &'a [(&'a Song, &'a Measurement)],
    folds: &'a Folds,
    peer: Option<Matchering>,
    options: &'a Options,
    store: &'a Store,
    bar: &'a ProgressBar,
}

impl Work<'_> {
    /// All trials on one song that were not made yet.
    fn attempt(&self, song: &Song, measurement: &Measurement) -> Result<()> {
        let Self { trials, known, folds, options, store, bar, .. } = self;
        let missing: Vec<Trial> = trials.iter().copied().filter(|trial| !store.has(&song.name, trial.name())).collect();
        bar.inc((trials.len() - missing.len()) as u64);
        if missing.is_empty() {
            return Ok(());
        }
        let start = ThreadTime::now();
        let clip = Clip::read(&song.path, options.seconds)?;
        let read_s = start.elapsed().as_secs_f64();
        let needs = |which: fn(&Trial) -> bool| missing.iter().any(which);
        let album = if needs(|trial| matches!(trial, Trial::Album(_))) { folds.album(song, known) } else { None };
        let peer = self.peer.as_ref().filter(|_| needs(|trial| matches!(trial, Trial::Matchering(_))));
        let peer = match (peer, self.another(song)) {
            (Some(peer), Some(other)) => Some((peer, Clip::read(&other.path, options.seconds)?)),
            _ => None,
        };
        let subject = Subject {
            name: &song.name,
            clip: &clip,
            read_s,
            measurement,
            target: folds.target(song),
            album: album.as_ref(),
            peer: peer.as_ref().map(|(peer, reference)| (*peer, reference)),
            mean_shape: &|bands| folds.mean_shape(song, known, bands),
        };
        for trial in missing {
            match subject.attempt(trial, options.seed) {
                Ok(None) => {}
                Ok(Some(figures)) => {
                    let (package, name) = (song.package.clone(), song.name.clone());
                    store.keep(Outcome { package, song: name, trial: trial.name().into(), figures })?;
                }
                // What a peer refuses is no failure of ours.
                Err(error) if matches!(trial, Trial::Matchering(_)) => {
                    bar.suspend(|| eprintln!("{} in trial {}: {error:#}", song.name, trial.name()));
                }
                Err(error) => {
                    return Err(error.context(format!("{} in trial {}", song.name, trial.name())));
                }
            }
            bar.inc(1);
        }
        Ok(())
    }

    /// The next song of the same package; after the last comes the first.
    fn another(&self, song: &Song) -> Option<&Song> {
        let package = || self.known.iter().map(|(other, _)| *other).filter(|other| other.package == song.package);
        package().find(|other| *other > song).or_else(|| package().next()).filter(|other| *other != song)
    }
}

/// Does the work of each index on several threads; ends at the first error.
fn each(count: usize, threads: usize, work: impl Fn(usize) -> Result<()> + Sync) -> Result<()> {
    let cores = || thread::available_parallelism().map_or(1, usize::from);
    let threads = if threads == 0 { cores() } else { threads };
    let (next, failed) = (AtomicUsize::new(0), AtomicBool::new(false));
    thread::scope(|scope| {
        let worker = || -> Result<()> {
            while !failed.load(Ordering::Relaxed) {
                let index = next.fetch_add(1, Ordering::Relaxed);
                if index >= count {
                    break;
                }
                work(index).inspect_err(|_| failed.store(true, Ordering::Relaxed))?;
            }
            Ok(())
        };
        let handles: Vec<_> = (0..threads).map(|_| scope.spawn(worker)).collect();
        handles.into_iter().try_for_each(|handle| handle.join().unwrap_or_else(|_| bail!("a thread has crashed")))
    })
}

fn progress(doing: &'static str, length: usize) -> ProgressBar {
    let style =
        ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} {eta}").unwrap_or(ProgressStyle::default_bar());
    ProgressBar::new(length as u64).with_style(style).with_message(doing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trials_are_chosen_by_name() {
        assert_eq!(chosen(&[]).unwrap(), Trial::ALL);
        assert_eq!(chosen(&["bend-2".into()]).unwrap(), [Trial::Bend(2)]);
        assert!(chosen(&["bent".into()]).unwrap_err().to_string().contains("bend-1"));
    }

    #[test]
    fn the_first_error_ends_the_work() {
        let done = AtomicUsize::new(0);
        let result = each(1000, 2, |index| {
            done.fetch_add(1, Ordering::Relaxed);
            ensure!(index < 10, "enough");
            Ok(())
        });
        assert!(result.is_err() && done.into_inner() < 1000);
    }

    #[test]
    fn paths_are_given_by_options() {
        let options = Options::try_parse_from(["eval", "--corpus", "songs", "--only", "halves,peak"]).unwrap();
        assert_eq!((options.corpus, options.only.len()), (PathBuf::from("songs"), 2));
    }
}
