//! Files that appear whole or not at all: written beside their place under a passing name, then renamed.
//!
//! Nothing is overwritten unless asked for, and a run that fails or is interrupted leaves no piece behind.

use std::{
    collections::BTreeSet,
    fs::File,
    io::Write,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use tempfile::NamedTempFile;

use super::Error;

/// The passing names of files that are being written.
static UNFINISHED: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// A file on its way to `target`.
pub struct OutputFile {
    temporary: NamedTempFile,
    target: PathBuf,
    /// The target as the person wrote it.
    shown: PathBuf,
    overwrite: bool,
}

impl OutputFile {
    /// Begins a file that will be called `target`.
    ///
    /// # Errors
    /// [`Error::BadInput`] when `target` exists and `overwrite` is false, is a folder or a device, or cannot be written.
    pub fn create(target: &Path, overwrite: bool) -> Result<Self, Error> {
        check_free(target, overwrite)?;
        let shown = target.to_owned();
        let target = place_of(target);
        let mut builder = tempfile::Builder::new();
        builder.prefix(".lacquer-").suffix(".part");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            // Readable as any file the person makes: the process's mask applies.
            builder.permissions(std::fs::Permissions::from_mode(0o666));
        }
        let mut unfinished = unfinished();
        let temporary = builder.tempfile_in(folder_of(&target)).map_err(|error| {
            Error::BadInput(format!("cannot write {}: {error}; choose another place with -o", shown.display()))
        })?;
        unfinished.insert(temporary.path().to_owned());
        Ok(Self { temporary, target, shown, overwrite })
    }

    /// The file to write to.
    pub fn file(&self) -> &File {
        self.temporary.as_file()
    }

    /// Gives the file its name, once all of it is on the disk: a file system may keep the new name and lose what was written, if the
    /// power goes in between. Which of both names it finds afterwards does not matter, both files are whole.
    ///
    /// # Errors
    /// [`Error::Failed`] when that does not work; the piece is then gone.
    pub fn commit(self) -> Result<(), Error> {
        let passing = self.temporary.path().to_owned();
        let synced = self.temporary.as_file().sync_all();
        // From here to its name nothing may interrupt.
        let mut unfinished = unfinished();
        let kept = synced.and_then(|()| {
            let kept = match self.overwrite {
                true => self.temporary.persist(&self.target),
                false => self.temporary.persist_noclobber(&self.target),
            };
            kept.map(|_| ()).map_err(|error| error.error)
        });
        unfinished.remove(&passing);
        kept.map_err(|error| Error::Failed(format!("cannot write {}: {error}", self.shown.display())))
    }
}

/// Writes a text file that appears whole or not at all.
///
/// # Errors
/// As [`OutputFile::create`] and [`OutputFile::commit`].
pub fn write_text(target: &Path, text: &str, overwrite: bool) -> Result<(), Error> {
    let output = OutputFile::create(target, overwrite)?;
    let written = output.file().write_all(text.as_bytes());
    written.map_err(|error| Error::Failed(format!("cannot write {}: {error}", target.display())))?;
    output.commit()
}

/// Whether `target` could be written: said before long work begins.
///
/// # Errors
/// [`Error::BadInput`] when it exists and `overwrite` is false, is a folder or a device, or lies in no folder.
pub fn check_free(target: &Path, overwrite: bool) -> Result<(), Error> {
    let shown = target.display();
    let folder = folder_of(target);
    if !folder.is_dir() {
        return Err(Error::BadInput(format!("cannot write {shown}: there is no folder {}", folder.display())));
    }
    match std::fs::metadata(target) {
        Ok(about) if about.is_dir() => Err(Error::BadInput(format!("cannot write {shown}: it is a folder"))),
        Ok(about) if !about.is_file() => Err(Error::BadInput(format!(
            "cannot write {shown}: it is a device, not a file; choose another place with -o"
        ))),
        Ok(_) if !overwrite => Err(Error::BadInput(format!(
            "{shown} exists already: choose another name with -o or overwrite it with --force"
        ))),
        _ => Ok(()),
    }
}

/// Removes the pieces of files that are being written, for the moment when the person interrupts the program, which must end then:
/// whoever wants to begin or to finish a file waits for ever.
pub fn remove_unfinished() {
    let mut unfinished = unfinished();
    for path in std::mem::take(&mut *unfinished) {
        // Somebody else may have removed it; then there is nothing to do.
        let _ = std::fs::remove_file(path);
    }
    std::mem::forget(unfinished);
}

fn unfinished() -> std::sync::MutexGuard<'static, BTreeSet<PathBuf>> {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Where a file goes. A link keeps pointing where it points: the file it names is the one that is replaced. On Windows only a path in
/// this form may have more than 260 letters where the file gets its name.
fn place_of(target: &Path) -> PathBuf {
    let new = || Some(folder_of(target).canonicalize().ok()?.join(target.file_name()?));
    target.canonicalize().ok().or_else(new).unwrap_or_else(|| target.to_owned())
}

fn folder_of(target: &Path) -> &Path {
    match target.parent() {
        Some(folder) if folder.as_os_str().is_empty() => Path::new("."),
        Some(folder) => folder,
        None => target,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_get_any_name_at_any_depth() {
        let temp = tempfile::tempdir().expect("a folder");
        let mut folder = temp.path().join("Größe 試し ♫");
        while folder.as_os_str().len() < 600 {
            folder.push("a folder's long name, as people give them");
        }
        std::fs::create_dir_all(&folder).expect("made");
        for text in ["old", "new"] {
            let target = folder.join("Straße ñ 曲.json");
            write_text(&target, text, text == "new").expect("written");
            assert_eq!(std::fs::read_to_string(&target).expect("there"), text);
        }
        assert_eq!(std::fs::read_dir(&folder).expect("there").count(), 1, "nothing is left beside it");
    }

    #[test]
    fn what_is_said_of_a_file_names_it_as_the_person_did() {
        let temp = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(temp.path().join("masters")).expect("made");
        let asked = temp.path().join("masters/../masters/song.wav");
        let output = OutputFile::create(&asked, false).expect("begun");
        std::fs::write(&asked, "somebody else's").expect("written meanwhile");
        let error = output.commit().expect_err("it is not overwritten").to_string();
        assert!(error.contains(&asked.display().to_string()), "{error}");
        assert_eq!(std::fs::read_to_string(&asked).expect("there"), "somebody else's");
    }
}
