//! The demo: a song goes through the bundled plugin as in a DAW, the assistant listens and suggests, the suggestion is applied
//! as parameter events, the song plays again, and files and figures show the difference.
//!
//! Run by `cargo xtask demo`, which builds the bundle and says where things go.

mod session;
mod song;
mod summary;

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Instant,
};

use anyhow::{Context, Result, bail, ensure};
use lacquer::render::{
    master,
    output::write_text,
    report::{self, ReportInput},
};
use session::Session;
use song::Song;

/// Sample rate of the demo mix, Hz.
const DEMO_RATE_HZ: u32 = 48_000;

struct Options {
    plugin: PathBuf,
    input: Option<PathBuf>,
    out: PathBuf,
}

fn main() -> ExitCode {
    match options(env::args().skip(1)).and_then(|options| run(&options)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("demo: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn options(mut arguments: impl Iterator<Item = String>) -> Result<Options> {
    let (mut plugin, mut input, mut out) = (None, None, None);
    while let Some(argument) = arguments.next() {
        let place = match argument.as_str() {
            "--plugin" => &mut plugin,
            "--input" => &mut input,
            "--out" => &mut out,
            other => bail!("unknown option `{other}`; there are --plugin BUNDLE, --input FILE and --out DIR"),
        };
        *place = Some(PathBuf::from(arguments.next().with_context(|| format!("{argument} wants a path"))?));
    }
    Ok(Options {
        plugin: plugin.context("--plugin BUNDLE is missing: the .clap to play through")?,
        input,
        out: out.context("--out DIR is missing: where the files go")?,
    })
}

fn run(options: &Options) -> Result<()> {
    let (mut song, title) = match &options.input {
        Some(file) => (Song::read(file)?, file_name(file)),
        None => (Song::demo_mix(DEMO_RATE_HZ), "Demo mix".to_owned()),
    };
    fs::create_dir_all(&options.out).with_context(|| format!("the folder {} cannot be made", options.out.display()))?;
    println!("{title}: {:.0} s at {} Hz", song.seconds(), song.sample_rate_hz());

    let mut session = Session::open(&options.plugin, &song)?;
    println!("Plays through {} while it listens ...", file_name(&options.plugin));
    let started = Instant::now();
    let before = session.listen(&song)?;
    let seconds = started.elapsed().as_secs_f64();
    if song.is_finite() {
        ensure!(before == song, "the plugin at its neutral settings changed the sound; it must not");
        println!("  {seconds:.1} s; what came out is what went in, bit for bit");
    } else {
        println!("  {seconds:.1} s; the song holds samples that are not numbers, which the plugin takes as silence");
    }

    println!("Waits for the assistant ...");
    let started = Instant::now();
    let suggestion = session.suggestion()?;
    println!("  {:.1} s, {} things to say", started.elapsed().as_secs_f64(), suggestion.items.len());

    println!("Plays again with the suggestion ...");
    let started = Instant::now();
    let after = session.play_with(&song, &suggestion)?;
    println!("  {:.1} s", started.elapsed().as_secs_f64());
    drop(session);

    let (measured_before, measured_after) = (song.measure(), after.measure());
    let mut offline = Song::empty(song.sample_rate_hz());
    let reductions = master::render(song.programme(), &suggestion.settings, &mut |left, right| {
        offline.push(left, right);
        Ok(())
    })?;
    ensure!(offline == after, "plugin and offline rendering of the same settings differ; they must not");
    println!("  equal to what `lacquer master` makes of these settings, sample for sample");

    let (before_gain_db, after_gain_db) = summary::matching_gains_db(&measured_before, &measured_after);
    let file = |name: &str| options.out.join(name);
    let written = [
        (file("before.wav"), song.write(&file("before.wav"), 0.0)),
        (file("after.wav"), after.write(&file("after.wav"), 0.0)),
        (file("before_matched.wav"), song.write(&file("before_matched.wav"), before_gain_db)),
        (file("after_matched.wav"), after.write(&file("after_matched.wav"), after_gain_db)),
    ];
    let page = report::html(&ReportInput {
        title: &title,
        before: &measured_before,
        after: &measured_after,
        settings: &suggestion.settings,
        suggestion: Some(&suggestion),
        reductions: &reductions,
    });
    write_text(&file("report.html"), &page, true)?;

    print!("\n{}", summary::table(&measured_before, &measured_after, &suggestion));
    println!("\nFiles");
    for (path, result) in written {
        result?;
        println!("  {}", path.display());
    }
    println!("  {}", file("report.html").display());
    Ok(())
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(arguments: &[&str]) -> Result<Options> {
        options(arguments.iter().map(ToString::to_string))
    }

    #[test]
    fn options_that_are_missing_or_unknown_are_named() {
        assert!(given(&["--plugin", "a.clap", "--out", "d"]).is_ok_and(|options| options.input.is_none()));
        for (arguments, named) in [
            (&["--out", "d"][..], "--plugin"),
            (&["--plugin", "a.clap"], "--out"),
            (&["--plugin"], "--plugin"),
            (&["--loud"], "--loud"),
        ] {
            let error = given(arguments).err().map(|error| error.to_string()).unwrap_or_default();
            assert!(error.contains(named), "{arguments:?}: {error}");
        }
    }
}
