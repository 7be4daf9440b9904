//! Builds the plugin and lays it out as hosts expect it: `Lacquer.clap` and `Lacquer.vst3` in `target/bundled`.

use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};

use crate::{mac, target_dir};

/// Cargo's package and its bundle's name (from `bundler.toml`).
const PACKAGE: &str = "lacquer";
const NAME: &str = "Lacquer";

/// The bundles of both formats: a file or a folder each, by platform.
pub struct Bundles {
    pub clap: PathBuf,
    pub vst3: PathBuf,
}

impl Bundles {
    /// Where they are, once built.
    pub fn paths() -> Self {
        Self::in_folder(&target_dir().join("bundled"))
    }

    /// Where they are in a folder of bundles.
    pub fn in_folder(folder: &Path) -> Self {
        Self { clap: folder.join(format!("{NAME}.clap")), vst3: folder.join(format!("{NAME}.vst3")) }
    }
}

/// `cargo xtask bundle [PACKAGE] [OPTIONS]`; the package may be left out.
pub fn run(arguments: &[String]) -> Result<()> {
    let (package, options) = match arguments {
        [package, options @ ..] if !package.starts_with('-') => (package.as_str(), options),
        options => (PACKAGE, options),
    };
    ensure!(package == PACKAGE, "there is one plugin to bundle, `{PACKAGE}`, not `{package}`");
    build(&[], options).map(|_| ())
}

/// Builds the plugin, and `beside` it, with `options` for cargo, and bundles it.
pub fn build(beside: &[&str], options: &[String]) -> Result<Bundles> {
    let packages: Vec<String> = [PACKAGE].iter().chain(beside).map(ToString::to_string).collect();
    nice_plug_xtask::build(&packages, options)?;
    collect(options)
}

/// Bundles what has been built with `options`.
pub fn collect(options: &[String]) -> Result<Bundles> {
    collect_in(&target_dir(), options)
}

/// Bundles what has been built with `options` in a target folder of its own, and puts it there.
pub fn collect_in(target_dir: &Path, options: &[String]) -> Result<Bundles> {
    let bundles = Bundles::in_folder(&target_dir.join("bundled"));
    for old in [&bundles.clap, &bundles.vst3] {
        // A bundle left over from an earlier build must not stand in for one that cannot be made now.
        if old.is_dir() {
            std::fs::remove_dir_all(old)?;
        } else if old.exists() {
            std::fs::remove_file(old)?;
        }
    }
    nice_plug_xtask::bundle(target_dir, PACKAGE, options, false)?;
    ensure!(
        bundles.clap.exists() && bundles.vst3.exists(),
        "the library that was built exports no CLAP and VST3 plugin; it must be built with the feature `plugin`, which is on by \
         default (`touch src/lib.rs` and bundle again if you have just built it without)"
    );
    for bundle in [&bundles.clap, &bundles.vst3] {
        mac::identify(bundle, env!("CARGO_PKG_VERSION"))?;
    }
    Ok(bundles)
}
