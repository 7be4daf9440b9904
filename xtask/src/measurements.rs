//! Builds the measurements and runs them: beside the peers, or as plots.

use std::{env::consts::EXE_SUFFIX, path::Path, process::Command};

use anyhow::{Context, Result, bail};

use crate::{cargo, succeed, target_dir};

const PACKAGE: &str = "lacquer-measurements";
/// The exit code of `peers --require-peers` when they are not installed.
const EXIT_PEERS_MISSING: u8 = 2;

/// `cargo xtask peers [OPTIONS]` and `cargo xtask plots`, given from the folder `here`. The exit code that is to be passed on.
pub fn run(chore: &str, arguments: &[String], here: &Path) -> Result<u8> {
    succeed(cargo().args(["build", "--quiet", "--release", "--package", PACKAGE]))?;
    let mut command = Command::new(target_dir().join("release").join(format!("{PACKAGE}{EXE_SUFFIX}")));
    command.arg(chore);
    let mut wants_path = false;
    for argument in arguments {
        if wants_path {
            command.arg(here.join(argument));
        } else {
            command.arg(argument);
        }
        wants_path = argument == "--song";
    }
    let status = command.status().with_context(|| format!("`{PACKAGE}` cannot be started"))?;
    match status.code() {
        Some(0) => Ok(0),
        Some(code) if code == i32::from(EXIT_PEERS_MISSING) => Ok(EXIT_PEERS_MISSING),
        _ => bail!("the measurements failed ({status})"),
    }
}
