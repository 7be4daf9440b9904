//! Files that are read: nothing that is written takes their place, forced or not.

use std::path::{Path, PathBuf};

use lacquer::render::Error;

/// Whether names that differ in capitals alone are one file: on these systems they are, unless a disk was made otherwise.
pub const CASE_BLIND: bool = cfg!(any(windows, target_os = "macos"));

/// What names of one file have in common.
pub fn as_one(path: &Path, case_blind: bool) -> PathBuf {
    if case_blind { path.to_string_lossy().to_lowercase().into() } else { path.to_owned() }
}

/// Sees to it that `target` is none of the files that are read.
///
/// # Errors
/// [`Error::BadInput`] where it is one, by whatever name.
pub fn spare<'a>(target: &Path, read: impl IntoIterator<Item = &'a PathBuf>) -> Result<(), Error> {
    if read.into_iter().any(|source| is_same_file(source, target)) {
        return Err(Error::BadInput(format!("{} is a source: choose another place for the result", target.display())));
    }
    Ok(())
}

/// Whether both names lead to one file that is there. The system is asked: it may give a name in the capitals that it was asked for
/// by, and none at all for a long one.
fn is_same_file(one: &Path, other: &Path) -> bool {
    same_file::is_same_file(one, other).unwrap_or_else(|_| match (one.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(other)) => as_one(&one, CASE_BLIND) == as_one(&other, CASE_BLIND),
        _ => false,
    })
}
