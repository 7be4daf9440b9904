//! Builds Lacquer for the systems that this machine is not, and runs there what can be run: Windows under Wine, macOS as far as
//! a check of the source goes.
//!
//! What a machine lacks for a part (a target of Rust's, a compiler of C, Wine) skips that part, with the reason and with what brings it.

mod compare;
mod macos;
mod windows;
mod wine;

use std::{
    fmt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};

use crate::{cargo, target_dir};

/// What is asked for.
#[derive(Debug, Default, PartialEq)]
struct Options {
    windows: bool,
    macos: bool,
    /// Audio files that both builds of the command master, beside the demo mix.
    songs: Vec<PathBuf>,
}

/// `cargo xtask cross [windows] [macos] [--song FILE]...`, given from the folder `here`.
pub fn run(arguments: &[String], here: &Path) -> Result<()> {
    let options = options(arguments, here)?;
    let mut report = Report::default();
    if options.windows {
        windows::run(&mut report, &options.songs);
    }
    if options.macos {
        macos::run(&mut report);
    }
    report.end()
}

fn options(arguments: &[String], here: &Path) -> Result<Options> {
    let mut options = Options::default();
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "windows" => options.windows = true,
            "macos" => options.macos = true,
            "--song" => {
                let song = here.join(arguments.next().context("--song wants an audio file")?);
                if !song.is_file() {
                    bail!("there is no file {}", song.display());
                }
                options.songs.push(song);
            }
            other => bail!("`{other}` is not understood; there are `windows`, `macos` and `--song FILE`"),
        }
    }
    if !options.windows && !options.macos {
        (options.windows, options.macos) = (true, true);
    }
    Ok(options)
}

/// Where this chore puts what it makes.
fn home() -> PathBuf {
    target_dir().join("cross")
}

/// What this machine lacks: no failure, but a part that is skipped.
#[derive(Debug)]
struct Missing(String);

impl fmt::Display for Missing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Missing {}

/// What became of each step.
#[derive(Debug, Default)]
struct Report {
    lines: Vec<String>,
    failed: usize,
    skipped: usize,
}

impl Report {
    /// Does a step and notes what became of it: its value and what is to be said of it, if it holds.
    fn step<T>(&mut self, name: &str, work: impl FnOnce() -> Result<(T, String)>) -> Option<T> {
        println!("\n== {name}");
        let (line, value) = match work() {
            Ok((value, said)) => (format!("holds    {name}: {said}"), Some(value)),
            Err(error) if error.is::<Missing>() => {
                self.skipped += 1;
                (format!("skipped  {name}: {error}"), None)
            }
            Err(error) => {
                self.failed += 1;
                (format!("FAILED   {name}: {error:#}"), None)
            }
        };
        println!("{line}");
        self.lines.push(line);
        value
    }

    /// Says all of it once more, in one place.
    fn end(self) -> Result<()> {
        println!("\n{}", self.lines.join("\n"));
        let (failed, all) = (self.failed, self.lines.len());
        if failed > 0 {
            bail!("{failed} of {all} steps failed");
        }
        println!("\n{} steps hold, {} skipped", all - self.skipped, self.skipped);
        Ok(())
    }
}

/// An error where Rust's own library for `target` is not installed.
fn need_target(target: &str) -> Result<()> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).args(["--print", "target-libdir", "--target", target]).output();
    let folder = output.context("`rustc` cannot be started")?.stdout;
    if Path::new(String::from_utf8_lossy(&folder).trim()).is_dir() {
        return Ok(());
    }
    bail!(Missing(format!("Rust's library for {target} is not installed; `rustup target add {target}` brings it")))
}

/// Whether a program can be started.
fn starts(program: &str) -> bool {
    let version = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    version.is_ok_and(|status| status.success())
}

/// The cargo of this toolchain for another target. Its build is never looked at in a debugger: without lines for it, it takes less long.
fn cargo_for(what: &str, target: &str) -> Command {
    let mut command = cargo();
    command.args([what, "--target", target, "--config", "profile.dev.debug=0"]);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(arguments: &[&str]) -> Result<Options> {
        let arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
        options(&arguments, Path::new(env!("CARGO_MANIFEST_DIR")))
    }

    #[test]
    fn without_a_name_both_systems_are_meant() {
        let both = Options { windows: true, macos: true, songs: Vec::new() };
        assert_eq!(given(&[]).expect("fine"), both);
        assert_eq!(given(&["macos"]).expect("fine"), Options { macos: true, ..Options::default() });
        let song = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
        assert_eq!(given(&["--song", "Cargo.toml"]).expect("fine"), Options { songs: vec![song], ..both });
    }

    #[test]
    fn what_is_not_understood_or_not_there_is_named() {
        for (arguments, named) in
            [(&["solaris"][..], "solaris"), (&["--song"], "--song"), (&["--song", "gone.wav"], "gone.wav")]
        {
            let error = given(arguments).expect_err("refused").to_string();
            assert!(error.contains(named), "{arguments:?}: {error}");
        }
    }

    #[test]
    fn what_is_missing_is_skipped_and_what_fails_is_an_error() {
        let mut report = Report::default();
        assert_eq!(report.step("one", || Ok((3, "said".into()))), Some(3));
        assert_eq!(report.step("two", || -> Result<((), String)> { bail!(Missing("no Wine".into())) }), None);
        assert_eq!((report.failed, report.skipped), (0, 1));
        assert!(report.lines[1].starts_with("skipped  two: no Wine"));
        report.step("three", || -> Result<((), String)> { bail!("broken") });
        assert!(report.end().is_err());
    }
}
