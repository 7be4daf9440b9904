//! The archive that a release hands out for one platform: bundles, command, completions, manual, licences; and its SHA-256.
//!
//! The same commit gives the same bytes: [`build`] keeps the machine's paths out of what is compiled, [`archive`] whatever else a
//! file system knows of a file.

mod archive;
mod build;
mod licences;

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail, ensure};
use sha2::{Digest, Sha256};

use crate::{bundle, install::copy, succeed, target_dir, workspace};
use archive::{Form, Moment};
use build::Build;

/// The shells that the command has completions for, and the names under which those look for them.
const SHELLS: [(&str, &str); 5] = [
    ("bash", "lacquer.bash"),
    ("elvish", "lacquer.elv"),
    ("fish", "lacquer.fish"),
    ("powershell", "_lacquer.ps1"),
    ("zsh", "_lacquer"),
];
/// What of the sources goes along as it is.
const TEXTS: [&str; 3] = ["README.md", "LICENSE-APACHE", "LICENSE-MIT"];
/// The licences of everything else that is linked.
const LICENCES: &str = "LICENSES-THIRD-PARTY.txt";
/// By which the build's date can be set, as all of the free software world has it.
const EPOCH: &str = "SOURCE_DATE_EPOCH";

/// What was asked for.
#[derive(Debug, PartialEq)]
struct Options {
    target: Option<String>,
    out: PathBuf,
}

/// `cargo xtask dist [--target TARGET] [--out DIR]`, given from the folder `here`.
pub fn run(arguments: &[String], here: &Path) -> Result<()> {
    let options = options(arguments, here)?;
    // Both before the build, which takes minutes.
    let date = date()?;
    let build = Build::new(options.target)?;
    if !said(Command::new("git").args(["status", "--porcelain"])).unwrap_or_default().is_empty() {
        println!("note: there are changes that no commit holds; this archive cannot be made again from a commit");
    }
    build.run(date)?;
    let name = format!("lacquer-{}-{}", env!("CARGO_PKG_VERSION"), build.target());
    fs::create_dir_all(&options.out).with_context(|| format!("the folder {} cannot be made", options.out.display()))?;
    let stage = tempfile::Builder::new().prefix(".dist-").tempdir_in(&options.out)?;
    let folder = stage.path().join(&name);
    fs::create_dir(&folder)?;
    fill(&folder, &build)?;
    let form = if build.target().contains("-windows-") { Form::Zip } else { Form::TarGz };
    let archive = options.out.join(format!("{name}.{}", form.extension()));
    let bytes = archive::pack(&folder, &name, date, form)?;
    let sum: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    fs::write(&archive, &bytes).with_context(|| format!("{} cannot be written", archive.display()))?;
    // As `sha256sum --check` reads it.
    let line = format!("{sum}  {name}.{}\n", form.extension());
    fs::write(options.out.join(format!("{name}.{}.sha256", form.extension())), line)?;
    println!("{} ({:.1} MB)\n  SHA-256 {sum}", archive.display(), bytes.len() as f64 / 1e6);
    Ok(())
}

fn options(arguments: &[String], here: &Path) -> Result<Options> {
    let mut options = Options { target: None, out: target_dir().join("dist") };
    let mut arguments = arguments.iter();
    while let Some(option) = arguments.next() {
        let mut value = |what: &str| {
            let value = arguments.next().filter(|value| !value.starts_with('-'));
            value.with_context(|| format!("{option} wants {what}"))
        };
        match option.as_str() {
            "--target" => {
                options.target = Some(value("the name of a platform, such as x86_64-unknown-linux-gnu")?.clone())
            }
            "--out" => options.out = here.join(value("a folder")?),
            other => bail!("unknown option `{other}`; there are `--target TARGET` and `--out DIR`"),
        }
    }
    Ok(options)
}

/// The date that everything bears: the one asked for by the environment, or that of the commit.
fn date() -> Result<Moment> {
    let (seconds, source) = match env::var(EPOCH) {
        Ok(seconds) => (seconds, EPOCH),
        Err(_) => {
            let seconds = said(Command::new("git").args(["log", "-1", "--format=%ct"])).with_context(|| {
                format!("the commit's date is not known outside a git checkout; set {EPOCH} to seconds since 1970")
            })?;
            (seconds, "the commit's date")
        }
    };
    moment(&seconds, source)
}

fn moment(seconds: &str, source: &str) -> Result<Moment> {
    seconds.trim().parse().ok().and_then(Moment::new).with_context(|| {
        format!("{source} is `{}`; it must be whole seconds since 1970, between 1980 and 2099", seconds.trim())
    })
}

/// Lays out in `folder` what the archive holds.
fn fill(folder: &Path, build: &Build) -> Result<()> {
    let bundles = bundle::collect_in(build.folder(), &build.options())?;
    for bundle in [&bundles.clap, &bundles.vst3] {
        let name = bundle.file_name().context("a bundle has a name")?;
        copy(bundle, &folder.join(name)).with_context(|| format!("{} cannot be copied", bundle.display()))?;
    }
    let command = build.command();
    let name = command.file_name().context("the command has a name")?;
    fs::copy(&command, folder.join(name)).with_context(|| format!("{} cannot be copied", command.display()))?;
    for text in TEXTS {
        fs::copy(workspace().join(text), folder.join(text)).with_context(|| format!("{text} cannot be copied"))?;
    }
    fs::write(folder.join(LICENCES), licences::text(build.target())?)?;
    let speaker = build.command_that_runs_here()?;
    let completions = folder.join("completions");
    fs::create_dir(&completions)?;
    for (shell, name) in SHELLS {
        let script = said(Command::new(&speaker).args(["completions", shell]))?;
        ensure!(!script.is_empty(), "the command has no completions for {shell}");
        fs::write(completions.join(name), script)?;
    }
    succeed(Command::new(&speaker).arg("manual").arg(folder.join("man")))
}

/// What a command prints; it must succeed.
fn said(command: &mut Command) -> Result<String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().with_context(|| format!("`{program}` cannot be started"))?;
    let arguments: Vec<_> = command.get_args().map(|a| a.to_string_lossy()).collect();
    ensure!(
        output.status.success(),
        "`{program} {}` failed ({}): {}",
        arguments.join(" "),
        output.status,
        String::from_utf8_lossy(&output.stderr).trim()
    );
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(arguments: &[&str]) -> Result<Options> {
        let arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
        options(&arguments, Path::new("here"))
    }

    #[test]
    fn options_are_a_target_and_a_folder() {
        assert_eq!(parsed(&[]).expect("none").target, None);
        let both = parsed(&["--target", "x86_64-pc-windows-msvc", "--out", "there"]).expect("both");
        let target = Some("x86_64-pc-windows-msvc".to_owned());
        assert_eq!(both, Options { target, out: Path::new("here").join("there") });
    }

    #[test]
    fn wrong_options_are_named() {
        let said = |arguments: &[&str]| parsed(arguments).expect_err("wrong").to_string();
        assert!(said(&["--release"]).contains("`--target TARGET` and `--out DIR`"));
        assert!(said(&["--target"]).contains("--target wants the name of a platform"));
        assert!(said(&["--out", "--target"]).contains("--out wants a folder"));
    }

    #[test]
    fn dates_that_an_archive_cannot_hold_are_refused() {
        for wrong in ["", "soon", "-1", "0", "1.5", "99999999999"] {
            let error = moment(wrong, EPOCH).expect_err(wrong).to_string();
            assert!(error.contains("between 1980 and 2099"), "{error}");
        }
        assert!(moment("1700000000\n", EPOCH).is_ok());
    }

    #[test]
    fn a_platform_that_there_is_not_is_named() {
        let error = Build::new(Some("x86_64-amiga".into())).err().expect("no such platform").to_string();
        assert!(error.contains("`x86_64-amiga`"), "{error}");
    }
}
