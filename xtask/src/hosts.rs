//! The bundles in other people's hosts: the long tests, which are no part of `cargo xtask test`.

use std::{path::Path, process::Command};

use anyhow::Result;

use crate::{bundle, succeed, venv};

/// `cargo xtask hosts [PYTEST OPTIONS]`.
pub fn run(arguments: &[String]) -> Result<()> {
    let bundles = bundle::build(&[], &["--release".into()])?;
    let tests = Path::new("tests/daws");
    let python = venv::python("daw-venv", &tests.join("requirements.txt"))?;
    succeed(
        Command::new(python)
            // The reasons of what is left out, and what each host said of itself.
            .args(["-m", "pytest", "-p", "no:cacheprovider", "-rs", "-s", "--tb=short"])
            .arg(tests)
            .args(arguments)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("LACQUER_VST3", bundles.vst3)
            .env("LACQUER_CLAP", bundles.clap),
    )
}
