//! The release build of the plugin and the command, in which no path of the machine is left.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};

use super::{EPOCH, archive::Moment, said};
use crate::{cargo, succeed, target_dir, workspace};

const PACKAGE: &str = "lacquer";

/// A build for one platform.
pub struct Build {
    target: String,
    host: String,
    folder: PathBuf,
}

impl Build {
    /// For `target`, or for the platform that this runs on; it must be one that the compiler can build for.
    pub fn new(target: Option<String>) -> Result<Self> {
        let version = said(rustc().arg("-vV"))?;
        let host = version.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc names no platform")?;
        let target = target.unwrap_or_else(|| host.to_owned());
        let known = said(rustc().args(["--print", "target-list"]))?;
        ensure!(
            known.lines().any(|known| known == target),
            "the compiler knows no platform `{target}`; `rustc --print target-list` lists them"
        );
        let library = said(rustc().args(["--print", "target-libdir", "--target", &target]))?;
        ensure!(
            Path::new(library.trim()).exists(),
            "the standard library for {target} is not installed: `rustup target add {target}`"
        );
        // Apart from what people build, whose paths are not mapped.
        Ok(Self { target, host: host.to_owned(), folder: target_dir().join("dist-build") })
    }

    pub fn target(&self) -> &str {
        &self.target
    }

    /// Where cargo puts what it builds.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The options that say to cargo, and to the bundler, which build this is.
    pub fn options(&self) -> Vec<String> {
        ["--release", "--target", &self.target].map(Into::into).into()
    }

    /// Builds the plugin and the command.
    pub fn run(&self, date: Moment) -> Result<()> {
        succeed(
            cargo()
                .args(["build", "--locked", "--package", PACKAGE, "--lib", "--bins", "--target-dir"])
                .arg(&self.folder)
                .args(self.options())
                .env("CARGO_ENCODED_RUSTFLAGS", self.flags()?.join("\u{1f}"))
                .env(EPOCH, date.seconds().to_string())
                // By which Apple's tools leave dates out of what they link.
                .env("ZERO_AR_DATE", "1"),
        )
    }

    /// What the compiler is told beside what the environment tells it. The last prefix that fits is the one that counts, so the
    /// build's own folder, which may lie within the workspace, comes last.
    fn flags(&self) -> Result<Vec<String>> {
        let given = match env::var("CARGO_ENCODED_RUSTFLAGS") {
            Ok(flags) => flags.split('\u{1f}').map(Into::into).collect(),
            Err(_) => env::var("RUSTFLAGS").unwrap_or_default().split_whitespace().map(Into::into).collect(),
        };
        let mut flags: Vec<String> = given;
        flags.retain(|flag| !flag.is_empty());
        let (workspace, registry) = (workspace(), cargo_home()?);
        for (path, name) in [(&registry, "cargo"), (&workspace, "lacquer"), (&self.folder, "lacquer/target")] {
            flags.push(format!("--remap-path-prefix={}={name}", path.display()));
        }
        // Windows' linkers write the hour into a library unless they are told not to.
        if self.target.ends_with("-windows-msvc") {
            flags.push("-Clink-arg=/Brepro".into());
        } else if self.target.ends_with("-windows-gnu") {
            flags.push("-Clink-arg=-Wl,--no-insert-timestamp".into());
        }
        Ok(flags)
    }

    /// The command, once built.
    pub fn command(&self) -> PathBuf {
        let name = if self.target.contains("-windows-") { "lacquer.exe" } else { "lacquer" };
        self.folder.join(&self.target).join("release").join(name)
    }

    /// A command that can say here what it has to say of itself, which is the same on every platform: the one that was built, or
    /// one built for this machine.
    pub fn command_that_runs_here(&self) -> Result<PathBuf> {
        if self.target == self.host {
            return Ok(self.command());
        }
        succeed(
            cargo()
                .args([
                    "build",
                    "--locked",
                    "--package",
                    PACKAGE,
                    "--bins",
                    "--no-default-features",
                    "--features",
                    "cli",
                ])
                .args(["--target", &self.host, "--target-dir"])
                .arg(&self.folder),
        )?;
        Ok(self.folder.join(&self.host).join("debug").join(format!("lacquer{}", env::consts::EXE_SUFFIX)))
    }
}

fn rustc() -> Command {
    Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
}

/// Where cargo keeps the sources of dependencies.
fn cargo_home() -> Result<PathBuf> {
    if let Some(home) = env::var_os("CARGO_HOME") {
        return Ok(home.into());
    }
    let home = env::home_dir().context("your home folder is not known; set CARGO_HOME to cargo's folder")?;
    Ok(home.join(".cargo"))
}
