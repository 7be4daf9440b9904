//! Builds the release bundles and the demo, and lets the demo play.

use std::{
    env::consts::EXE_SUFFIX,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

use crate::{
    bundle::{self, Bundles},
    succeed, target_dir,
};

/// The package that plays a song through the bundled plugin.
pub const PACKAGE: &str = "lacquer-demo";

/// `cargo xtask demo [--input FILE] [--out DIR]`, given from the folder `here`.
pub fn run(arguments: &[String], here: &Path) -> Result<()> {
    let (mut input, mut out) = (None, target_dir().join("demo"));
    let mut arguments = arguments.iter();
    while let Some(option) = arguments.next() {
        let mut path =
            || arguments.next().map(|path| here.join(path)).with_context(|| format!("{option} wants a path"));
        match option.as_str() {
            "--input" => input = Some(path()?),
            "--out" => out = path()?,
            other => bail!("unknown option `{other}`; there are `--input FILE` and `--out DIR`"),
        }
    }
    // Both in one call, so that cargo settles on one set of features and builds everything once.
    let bundles = bundle::build(&[PACKAGE], &["--release".into()])?;
    println!();
    play("release", &bundles, input.as_deref(), &out)?;
    println!("\nThe plugin\n  {}\n  {}", bundles.clap.display(), bundles.vst3.display());
    println!("  `cargo xtask install` copies both to your plugin folders.");
    Ok(())
}

/// Plays with what a profile has built: `release` or `debug`.
pub fn play(profile: &str, bundles: &Bundles, input: Option<&Path>, out: &Path) -> Result<()> {
    let mut command = Command::new(program(profile));
    command.arg("--plugin").arg(&bundles.clap).arg("--out").arg(out);
    if let Some(input) = input {
        command.arg("--input").arg(input);
    }
    succeed(&mut command)
}

fn program(profile: &str) -> PathBuf {
    target_dir().join(profile).join(format!("{PACKAGE}{EXE_SUFFIX}"))
}
