//! Writing of files.

use std::{fs, path::Path};

use anyhow::{Context, Result};

/// Writes a file and the folders on the way to it.
///
/// # Errors
/// When the system refuses.
pub fn write(path: &Path, text: &str) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("the folder {} cannot be made", folder.display()))?;
    }
    fs::write(path, text).with_context(|| format!("{} cannot be written", path.display()))
}
