//! The project's chores, run as `cargo xtask CHORE`. One file a chore.

mod bundle;
mod cross;
mod demo;
mod dist;
mod endurance;
mod eval;
mod hosts;
mod install;
mod mac;
mod measurements;
mod screenshots;
mod soak;
mod test;
mod threads;
mod validate;
mod venv;
#[cfg(test)]
mod workflows;

use std::{
    env,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use anyhow::{Context, Result, bail};

const HELP: &str = "\
Lacquer's chores

  cargo xtask bundle [lacquer] [--release] [CARGO OPTIONS]
      Builds the plugin and puts Lacquer.clap and Lacquer.vst3 into target/bundled.

  cargo xtask install [--dir DIR] [--bundles DIR]
      Builds release bundles, or takes those in the folder of --bundles, and copies them to your own plugin folders, or to
      the folder of --dir:
        Linux    ~/.clap and ~/.vst3
        macOS    ~/Library/Audio/Plug-Ins/CLAP and .../VST3
        Windows  %LOCALAPPDATA%\\Programs\\Common\\CLAP and ...\\VST3

  cargo xtask demo [--input FILE] [--out DIR]
      Plays a demo mix, or FILE, through the plugin as a DAW would, lets the assistant listen, applies what it suggests, plays
      again, and leaves before.wav, after.wav, a loudness-matched pair and report.html in target/demo, or in DIR.

  cargo xtask peers [--song FILE] [--json] [--only speed|overshoot|limiters|eq|delay] [--require-peers]
      Measures Lacquer beside LSP, Calf and x42 plugins in one run, prints tables (or JSON), and writes them to
      docs/measurements/peers.md. Where these plugins are not installed it says how to get them and measures Lacquer alone.

  cargo xtask plots
      Draws what the chain does to sound as SVG into docs/measurements.

  cargo xtask screenshots [STATE...] [--out DIR]
      Draws the plugin's window in each of its states, or in those named, without a display, into docs/screenshots, or into DIR.

  cargo xtask test [STEP...]
      Everything that must hold: format, clippy, features, tests, windows, doctests, bundle, hosts,
      demo; or the steps named.
      The host tests need python3 with its venv module; what they use from PyPI goes into target/host-venv.

  cargo xtask dist [--target TARGET] [--out DIR]
      Builds a release for this platform, or for TARGET, and packs it with completions, manual and licences into target/dist, or into
      DIR: a tar.gz (for Windows a zip) and its SHA-256. The same commit gives the same bytes; SOURCE_DATE_EPOCH sets their date.

  cargo xtask endurance [--hours HOURS]
      Plays 24 hours' worth of audio, or HOURS, through the chain with everything at random: settings, automation, block sizes, rates,
      levels, and samples that are none. Nothing but sound samples under the limiter's ceiling may come out.

  cargo xtask soak [--hours HOURS] [--instances N]
      Plays 2 hours' worth of audio, or HOURS, through 50 instances of the plugin, or N, at once: memory must stay, silence and tails
      must be no slower than music, the latency must be the reported one to the end.

  cargo xtask cross [windows] [macos] [--song FILE]...
      Builds bundles and command for Windows and runs them under Wine: the command's masters of the demo mix, and of each FILE, are
      held against those of this system's build, the plugin is installed and played through. Checks the source for macOS. What this
      machine lacks for that (mingw, Wine, a target of Rust's) is named and skipped.

  cargo xtask hosts [PYTEST OPTIONS]
      Loads the release bundles into other people's hosts: Qtractor (Debian and Ubuntu: apt install qtractor xvfb),
      pedalboard and DawDreamer (from PyPI, into target/daw-venv). Those that are not installed are named and left out.

  cargo xtask validate [--strict]
      Runs clap-validator, the VST3 SDK's validator and pluginval on the release bundles, as far as they are on the PATH; says how to
      get those that are not. With --strict a missing one is a failure.

  cargo xtask threads [TEST FILTER...]
      Runs the tests of what crosses threads under ThreadSanitizer, which needs the nightly compiler with its source:
      rustup toolchain install nightly --component rust-src. LACQUER_STRESS=100 makes them a hundred times as long.

  cargo xtask eval --corpus DIR [--tracks CSV] [--out DIR] [--seconds S] [--songs N] [--only TRIALS] [--seed N] [--threads N] [--python PYTHON] [--anew] [--json]
      Judges the assistant on the songs of DIR: bends, breaks and opens them up, lets it answer, and holds what comes out against the
      masters; each song against a target learned without its package. Prints the table of aims and writes a report to target/eval.
      A run that was interrupted goes on where it stopped.

  cargo xtask help
      This text.
";

fn main() -> ExitCode {
    let mut arguments = env::args().skip(1);
    let chore = arguments.next().unwrap_or_else(|| "help".into());
    let arguments: Vec<String> = arguments.collect();
    match run(&chore, &arguments) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            eprintln!("cargo xtask {chore}: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The exit code that the chore ended with.
fn run(chore: &str, arguments: &[String]) -> Result<u8> {
    if matches!(chore, "help" | "--help" | "-h") || arguments.iter().any(|a| matches!(a.as_str(), "--help" | "-h")) {
        print!("{HELP}");
        return Ok(0);
    }
    // The paths a person gives are relative to where they stand.
    let here = env::current_dir().context("the folder you are in is gone")?;
    env::set_current_dir(workspace()).context("the workspace's folder cannot be entered")?;
    match chore {
        "bundle" => bundle::run(arguments)?,
        "cross" => cross::run(arguments, &here)?,
        "eval" => return eval::run(arguments, &here),
        "hosts" => hosts::run(arguments)?,
        "install" => install::run(arguments, &here)?,
        "demo" => demo::run(arguments, &here)?,
        "dist" => dist::run(arguments, &here)?,
        "endurance" => endurance::run(arguments)?,
        "peers" | "plots" => return measurements::run(chore, arguments, &here),
        "screenshots" => screenshots::run(arguments, &here)?,
        "soak" => soak::run(arguments)?,
        "test" => test::run(arguments)?,
        "threads" => threads::run(arguments)?,
        "validate" => validate::run(arguments)?,
        other => bail!("there is no chore `{other}`; `cargo xtask help` lists them"),
    }
    Ok(0)
}

/// The folder of the workspace: where `Cargo.toml`, `bundler.toml` and `target` are.
fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(1).map(Path::to_owned).unwrap_or_default()
}

/// Where cargo puts what it builds.
fn target_dir() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| workspace().join("target"), |dir| workspace().join(dir))
}

/// The cargo that runs this chore, so that everything is built by one toolchain.
fn cargo() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Runs a command to its end; an error says what failed and how.
fn succeed(command: &mut Command) -> Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    let status = command.status().with_context(|| format!("`{program}` cannot be started"))?;
    if !status.success() {
        let arguments: Vec<_> = command.get_args().map(|a| a.to_string_lossy()).collect();
        bail!("`{program} {}` failed ({status})", arguments.join(" "));
    }
    Ok(())
}
