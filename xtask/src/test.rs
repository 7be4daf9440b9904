//! Everything that must hold before a change is good: what a person runs and what continuous integration runs.

use std::{
    env::consts::EXE_SUFFIX,
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};

use crate::{
    bundle::{self, Bundles},
    cargo, demo, target_dir, venv,
};

/// One step: the name it is called by, what it proves, and how.
struct Step {
    name: &'static str,
    proves: &'static str,
    run: fn() -> Result<Count>,
}

/// The features that the library must build with: alone, and each of its two uses alone.
const FEATURE_SETS: [&[&str]; 3] = [&[], &["--features", "cli"], &["--features", "plugin"]];

const STEPS: [Step; 9] = [
    Step { name: "format", proves: "the source is formatted", run: format },
    Step { name: "clippy", proves: "no warning in any target", run: clippy },
    Step { name: "features", proves: "the library stands without the plugin and without the command", run: features },
    Step { name: "tests", proves: "unit and integration tests", run: tests },
    Step { name: "windows", proves: "windows open, take files and leave nothing behind on an X server", run: windows },
    Step { name: "doctests", proves: "the documentation's examples and links", run: doctests },
    Step { name: "bundle", proves: "both formats are bundled", run: bundles },
    Step { name: "hosts", proves: "a VST3 host in Python finds everything in order", run: hosts },
    Step { name: "demo", proves: "the demo plays, and its plugin gives the command's samples", run: demo },
];

/// Whether there is a step of this name.
#[cfg(test)]
pub fn is_step(name: &str) -> bool {
    STEPS.iter().any(|step| step.name == name)
}

/// Tests that a step ran.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Count {
    passed: u64,
    failed: u64,
    skipped: u64,
}

impl Count {
    fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

/// `cargo xtask test [STEP...]`.
pub fn run(arguments: &[String]) -> Result<()> {
    let names: Vec<_> = STEPS.iter().map(|step| step.name).collect();
    if let Some(unknown) = arguments.iter().find(|argument| !names.contains(&argument.as_str())) {
        bail!("there is no step `{unknown}`; the steps are {}", names.join(", "));
    }
    let chosen = STEPS.iter().filter(|step| arguments.is_empty() || arguments.iter().any(|a| a == step.name));
    let start = Instant::now();
    let mut total = Count::default();
    let mut done = 0;
    for step in chosen {
        println!("\n== {}: {}", step.name, step.proves);
        let step_start = Instant::now();
        let count = (step.run)().with_context(|| format!("step `{}` failed", step.name))?;
        ensure!(count.failed == 0, "step `{}` failed: {} tests failed", step.name, count.failed);
        println!("== {} holds ({})", step.name, clock(step_start.elapsed()));
        total.add(count);
        done += 1;
    }
    println!(
        "\n{done} of {} steps hold: {} tests passed, {} failed, {} skipped, in {}",
        STEPS.len(),
        total.passed,
        total.failed,
        total.skipped,
        clock(start.elapsed())
    );
    Ok(())
}

fn clock(time: Duration) -> String {
    format!("{} min {:02} s", time.as_secs() / 60, time.as_secs() % 60)
}

fn format() -> Result<Count> {
    counted(cargo().args(["fmt", "--all", "--check"]))
}

fn clippy() -> Result<Count> {
    counted(cargo().args(["clippy", "--quiet", "--workspace", "--all-targets", "--", "--deny", "warnings"]))
}

/// Checked, not built: the code is the same that the tests run, what differs is what is left out.
fn features() -> Result<Count> {
    for features in FEATURE_SETS {
        for profile in ["dev", "test"] {
            counted(
                cargo()
                    .args(["clippy", "--quiet", "--package", "lacquer", "--lib", "--no-default-features"])
                    .args(features)
                    .args(["--profile", profile, "--", "--deny", "warnings"]),
            )?;
        }
    }
    Ok(Count::default())
}

fn tests() -> Result<Count> {
    counted(cargo().args(["test", "--workspace", "--lib", "--bins", "--tests", "--no-fail-fast"]))
}

/// The tests of [`tests`] that need an X server, on one without a screen; the longest is left to those who call it by name.
fn windows() -> Result<Count> {
    if Command::new("xvfb-run").arg("--help").output().is_err() {
        println!("skipped: xvfb-run is not installed");
        return Ok(Count { skipped: 1, ..Count::default() });
    }
    counted(
        Command::new("xvfb-run").args(["-a", "-s", "-screen 0 1400x900x24 -noreset"]).arg(cargo().get_program()).args(
            ["test", "--workspace", "--test", "x11", "--", "--ignored", "--test-threads=1", "--skip", "a_thousand"],
        ),
    )
}

fn doctests() -> Result<Count> {
    let count = counted(cargo().args(["test", "--quiet", "--workspace", "--doc"]))?;
    // A module's text may lead to its private parts: the documentation is for those who read the source, too.
    let strict = "--deny warnings --allow rustdoc::private-intra-doc-links";
    counted(cargo().env("RUSTDOCFLAGS", strict).args([
        "doc",
        "--quiet",
        "--workspace",
        "--no-deps",
        "--document-private-items",
    ]))?;
    Ok(count)
}

/// The development profile: the same code, built by the tests already. All members at once and with the tests' own dependencies,
/// for another choice of packages would have other features, and everything would be built again.
fn bundles() -> Result<Count> {
    counted(cargo().args(["build", "--workspace", "--lib", "--bins", "--tests"]))?;
    bundle::collect(&[])?;
    Ok(Count::default())
}

fn hosts() -> Result<Count> {
    let tests = Path::new("tests/hosts");
    let bundles = built()?;
    let command = target_dir().join("debug").join(format!("lacquer{EXE_SUFFIX}"));
    let python = venv::python("host-venv", &tests.join("requirements.txt"))?;
    counted(
        Command::new(python)
            .args(["-m", "pytest", "--quiet", "-p", "no:cacheprovider"])
            .arg(tests)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("LACQUER_VST3", bundles.vst3)
            .env("LACQUER_COMMAND", command),
    )
}

/// Files made by the demo of the development build go here.
fn demo() -> Result<Count> {
    demo::play("debug", &built()?, None, &target_dir().join("test-demo"))?;
    Ok(Count::default())
}

/// The bundles that step `bundle` made.
fn built() -> Result<Bundles> {
    let bundles = Bundles::paths();
    for bundle in [&bundles.clap, &bundles.vst3] {
        ensure!(bundle.exists(), "{} is not there; put step `bundle` before", bundle.display());
    }
    Ok(bundles)
}

/// Runs a command, shows what it prints, and counts the tests it reports; it must succeed.
fn counted(command: &mut Command) -> Result<Count> {
    let program = command.get_program().to_string_lossy().into_owned();
    let mut child = command.stdout(Stdio::piped()).spawn().with_context(|| format!("`{program}` cannot be started"))?;
    let mut count = Count::default();
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).lines() {
            let line = line.unwrap_or_default();
            println!("{line}");
            count.add(count_in(&line));
        }
    }
    let status = child.wait()?;
    if !status.success() {
        let arguments: Vec<_> = command.get_args().map(|a| a.to_string_lossy()).collect();
        bail!("`{program} {}` ({status})", arguments.join(" "));
    }
    Ok(count)
}

/// The counts in a closing line of cargo's tests (`test result: ok. 3 passed; 0 failed; 0 ignored; ...`) or of pytest's
/// (`12 passed, 1 skipped in 63.40s (0:01:03)`).
fn count_in(line: &str) -> Count {
    let closing =
        line.starts_with("test result:") || (line.starts_with(|c: char| c.is_ascii_digit()) && line.contains(" in "));
    if !closing {
        return Count::default();
    }
    let words: Vec<_> = line.split([' ', ';', ',']).filter(|word| !word.is_empty()).collect();
    let of = |names: &[&str]| {
        words
            .windows(2)
            .filter(|pair| names.contains(&pair[1]))
            .filter_map(|pair| pair[0].parse::<u64>().ok())
            .sum::<u64>()
    };
    Count { passed: of(&["passed"]), failed: of(&["failed", "error", "errors"]), skipped: of(&["ignored", "skipped"]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_of_both_kinds_are_counted_and_others_are_not() {
        let cargo =
            "test result: FAILED. 41 passed; 2 failed; 1 ignored; 0 measured; 7 filtered out; finished in 0.31s";
        assert_eq!(count_in(cargo), Count { passed: 41, failed: 2, skipped: 1 });
        assert_eq!(count_in("12 passed, 1 skipped in 3.40s"), Count { passed: 12, failed: 0, skipped: 1 });
        assert_eq!(count_in("170 passed in 67.32s (0:01:07)"), Count { passed: 170, failed: 0, skipped: 0 });
        assert_eq!(count_in("1 failed, 2 errors in 0.10s"), Count { passed: 0, failed: 3, skipped: 0 });
        assert_eq!(count_in("test a::b::three_passed ... ok"), Count::default());
        assert_eq!(count_in("running 12 tests"), Count::default());
    }

    #[test]
    fn an_unknown_step_is_refused_with_the_names_of_the_known() {
        let error = run(&["host".into()]).expect_err("no such step");
        assert!(error.to_string().contains("bundle, hosts"), "{error}");
    }
}
