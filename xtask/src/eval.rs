//! Builds the evaluation of the assistant and runs it on a folder of songs.

use std::{env::consts::EXE_SUFFIX, path::Path, process::Command};

use anyhow::Result;

use crate::{cargo, succeed, target_dir};

const PACKAGE: &str = "lacquer-evaluation";

/// `cargo xtask eval OPTIONS`, given from the folder `here`: paths are relative to it.
pub fn run(arguments: &[String], here: &Path) -> Result<u8> {
    succeed(cargo().args(["build", "--quiet", "--release", "--package", PACKAGE]))?;
    let mut command = Command::new(target_dir().join("release").join(format!("{PACKAGE}{EXE_SUFFIX}")));
    command.current_dir(here).args(arguments);
    if !arguments.iter().any(|argument| argument.starts_with("--out")) {
        command.arg("--out").arg(target_dir().join("eval"));
    }
    // What went wrong was said by the program itself.
    Ok(if command.status()?.success() { 0 } else { 1 })
}
