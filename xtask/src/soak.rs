//! Hours of audio through many instances of the release plugin at once.

use std::{env::consts::EXE_SUFFIX, process::Command};

use anyhow::Result;

use crate::{bundle, succeed, target_dir};

/// The package that plays.
const PACKAGE: &str = "lacquer-soak";

/// `cargo xtask soak [--hours HOURS] [--instances N]`.
pub fn run(arguments: &[String]) -> Result<()> {
    // Both in one call, so that cargo settles on one set of features and builds everything once.
    let bundles = bundle::build(&[PACKAGE], &["--release".into()])?;
    let program = target_dir().join("release").join(format!("{PACKAGE}{EXE_SUFFIX}"));
    succeed(Command::new(program).arg("--plugin").arg(bundles.clap).args(arguments))
}
