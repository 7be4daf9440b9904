//! Builds the program that draws the window without a display, and lets it draw every state.

use std::{env::consts::EXE_SUFFIX, path::Path, process::Command};

use anyhow::Result;

use crate::{cargo, succeed, target_dir};

const PACKAGE: &str = "lacquer-screenshots";

/// `cargo xtask screenshots [STATE...] [--out DIR]`, given from the folder `here`: paths are relative to it.
pub fn run(arguments: &[String], here: &Path) -> Result<()> {
    // The development profile is optimised, and the tests have built it already.
    succeed(cargo().args(["build", "--quiet", "--package", PACKAGE]))?;
    let mut command = Command::new(target_dir().join("debug").join(format!("{PACKAGE}{EXE_SUFFIX}")));
    command.current_dir(here).args(arguments);
    if !arguments.iter().any(|argument| argument == "--out") {
        command.arg("--out").arg(crate::workspace().join("docs/screenshots"));
    }
    succeed(&mut command)
}
