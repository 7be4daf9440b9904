//! A Python environment under `target/` for the tests that drive the plugin from another host.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result};

use crate::{succeed, target_dir};

/// The Python of the environment `target/NAME`, with what `requirements` lists installed. Made once, and again when the list changes.
pub fn python(name: &str, requirements: &Path) -> Result<PathBuf> {
    let wanted =
        fs::read_to_string(requirements).with_context(|| format!("{} cannot be read", requirements.display()))?;
    let home = target_dir().join(name);
    let python = home.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let stamp = home.join("installed-requirements.txt");
    if python.exists() && fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    if home.exists() {
        fs::remove_dir_all(&home).with_context(|| format!("{} cannot be removed", home.display()))?;
    }
    println!("making a Python environment in {}", home.display());
    succeed(Command::new(system_python()?).args(["-m", "venv"]).arg(&home)).context(
        "no Python environment could be made; Python's venv module is needed (Debian and Ubuntu: apt install python3-venv)",
    )?;
    succeed(
        Command::new(&python)
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"])
            .arg(requirements),
    )
    .context("what the host tests use could not be installed from PyPI")?;
    fs::write(&stamp, wanted)?;
    Ok(python)
}

fn system_python() -> Result<&'static str> {
    ["python3", "python"]
        .into_iter()
        .find(|name| {
            let version = Command::new(name).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
            version.is_ok_and(|status| status.success())
        })
        .context("the host tests need Python 3.10 or newer as `python3` (Debian and Ubuntu: apt install python3-venv)")
}
