//! Builds the release bundles and the demo, and lets the demo play.

use std::{
    env::consts::EXE_SUFFIX,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::Result;

use crate::{bundle, succeed, target_dir};

/// The package that plays a song through the bundled plugin.
pub const PACKAGE: &str = "lacquer-demo";

/// `cargo xtask demo [--input FILE] [--out DIR]`, given from the folder `here`.
pub fn run(arguments: &[String], here: &Path) -> Result<()> {
    // Both in one call, so that cargo settles on one set of features and builds everything once.
    let bundles = bundle::build(&[PACKAGE], &["--release".into()])?;
    println!();
    succeed(Command::new(program("release")).arg("--plugin").arg(&bundles.clap).args(arguments).current_dir(here))
}

/// The demo's program as built in a profile's folder.
pub fn program(profile: &str) -> PathBuf {
    target_dir().join(profile).join(format!("{PACKAGE}{EXE_SUFFIX}"))
}
