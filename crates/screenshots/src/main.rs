//! `cargo xtask screenshots`: the plugin's window in each of its states as PNG, with real audio running through the plugin.

mod png_file;
mod states;

use std::{env, fs, path::PathBuf};

use anyhow::{Context, Result, bail};

fn main() -> Result<()> {
    let mut arguments = env::args().skip(1);
    let mut folder = PathBuf::from("docs/screenshots");
    let mut only = Vec::new();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--out" => folder = arguments.next().context("--out needs a folder")?.into(),
            name => only.push(name.to_owned()),
        }
    }
    if let Some(unknown) = only.iter().find(|name| !states::STATES.iter().any(|state| state.name == *name)) {
        let names: Vec<_> = states::STATES.iter().map(|state| state.name).collect();
        bail!("there is no state `{unknown}`; the states are {}", names.join(", "));
    }
    fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    for state in states::STATES.iter().filter(|state| only.is_empty() || only.iter().any(|name| name == state.name)) {
        let file = folder.join(format!("{}.png", state.name));
        let (width, height, pixels) = (state.reach)().picture();
        png_file::write(&file, width, height, &pixels)?;
        println!("{}: {}", file.display(), state.shows);
    }
    Ok(())
}
