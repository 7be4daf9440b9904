//! Copies the bundles to where the user's hosts look for plugins.
//!
//! A copy is made under a temporary name beside its place and then renamed, so that a host that scans at that moment never
//! sees half a plugin.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process,
};

use anyhow::{Context, Result, bail};

use crate::bundle::{self, Bundles};

/// `cargo xtask install [--dir DIR] [--bundles DIR]`, given from the folder `here`.
pub fn run(arguments: &[String], here: &Path) -> Result<()> {
    let (mut dir, mut built) = (None, None);
    let mut arguments = arguments.iter();
    while let Some(option) = arguments.next() {
        let place = match option.as_str() {
            "--dir" => &mut dir,
            "--bundles" => &mut built,
            other => bail!("unknown option `{other}`; there are `--dir DIR` and `--bundles DIR`"),
        };
        *place = Some(here.join(arguments.next().with_context(|| format!("{option} wants a folder"))?));
    }
    let folders = match dir {
        Some(dir) => Folders { clap: dir.clone(), vst3: dir },
        None => Folders::of_user()?,
    };
    let bundles = match built {
        Some(folder) => Bundles::in_folder(&folder),
        None => bundle::build(&[], &["--release".into()])?,
    };
    println!();
    for (bundle, folder) in [(&bundles.clap, &folders.clap), (&bundles.vst3, &folders.vst3)] {
        let place = put(bundle, folder)?;
        println!("Installed {}", place.display());
    }
    println!("Let your host scan for plugins; Lacquer is by \"Lacquer Audio\".");
    Ok(())
}

/// The folders of each format.
struct Folders {
    clap: PathBuf,
    vst3: PathBuf,
}

impl Folders {
    /// The places that the formats' specifications give to plugins of one user.
    fn of_user() -> Result<Self> {
        let variable = |name: &str| {
            env::var_os(name).map(PathBuf::from).with_context(|| {
                format!("${name} is not set, so your plugin folders are unknown; name one with `--dir DIR`")
            })
        };
        Ok(if cfg!(target_os = "windows") {
            let common = variable("LOCALAPPDATA")?.join("Programs").join("Common");
            Self { clap: common.join("CLAP"), vst3: common.join("VST3") }
        } else if cfg!(target_os = "macos") {
            let plugins = variable("HOME")?.join("Library/Audio/Plug-Ins");
            Self { clap: plugins.join("CLAP"), vst3: plugins.join("VST3") }
        } else {
            let home = variable("HOME")?;
            Self { clap: home.join(".clap"), vst3: home.join(".vst3") }
        })
    }
}

/// Copies `bundle` into `folder`, in the place of an older one, and says where it is.
fn put(bundle: &Path, folder: &Path) -> Result<PathBuf> {
    let name = bundle.file_name().with_context(|| format!("{} has no file name", bundle.display()))?;
    let place = folder.join(name);
    let beside = |what: &str| folder.join(format!(".{}.{what}-{}", name.to_string_lossy(), process::id()));
    let (fresh, old) = (beside("new"), beside("old"));
    fs::create_dir_all(folder).with_context(|| format!("the folder {} cannot be made", folder.display()))?;
    copy(bundle, &fresh).with_context(|| format!("{} cannot be copied to {}", bundle.display(), folder.display()))?;
    // A folder can't be renamed onto another one, and Windows lets a library in use be renamed but not replaced.
    let replaced = place.exists();
    if replaced {
        fs::rename(&place, &old).with_context(|| format!("the older {} cannot be moved away", place.display()))?;
    }
    if let Err(error) = fs::rename(&fresh, &place) {
        if replaced {
            fs::rename(&old, &place)?;
        }
        return Err(error).with_context(|| format!("{} cannot be put in its place", place.display()));
    }
    if replaced && remove(&old).is_err() {
        println!("A host still uses the older plugin, left as {}", old.display());
    }
    Ok(place)
}

/// Copies a file, or a folder with all that is in it.
pub fn copy(from: &Path, to: &Path) -> Result<()> {
    if !from.is_dir() {
        fs::copy(from, to)?;
        return Ok(());
    }
    fs::create_dir(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        copy(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}

fn remove(path: &Path) -> Result<()> {
    if path.is_dir() {
        fs::remove_dir_all(path)?;
    } else {
        fs::remove_file(path)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("a folder");
        let mut names: Vec<_> =
            entries.map(|e| e.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_folder_bundle_takes_the_place_of_an_older_one_whole() {
        let temp = tempfile::tempdir().expect("a folder");
        let bundle = temp.path().join("built/Lacquer.vst3");
        fs::create_dir_all(bundle.join("Contents/x86_64-linux")).expect("made");
        fs::write(bundle.join("Contents/x86_64-linux/Lacquer.so"), "new").expect("written");
        let folder = temp.path().join("plugins");
        let older = folder.join("Lacquer.vst3");
        fs::create_dir_all(older.join("Contents")).expect("made");
        fs::write(older.join("Contents/stale"), "old").expect("written");

        let place = put(&bundle, &folder).expect("installed");

        assert_eq!(place, older);
        assert_eq!(names(&folder), ["Lacquer.vst3"], "nothing temporary stays");
        assert_eq!(names(&place.join("Contents")), ["x86_64-linux"], "nothing of the older bundle stays");
        assert_eq!(fs::read(place.join("Contents/x86_64-linux/Lacquer.so")).expect("read"), b"new");
    }

    #[test]
    fn a_file_bundle_makes_its_folder_and_replaces_a_file() {
        let temp = tempfile::tempdir().expect("a folder");
        let bundle = temp.path().join("Lacquer.clap");
        let folder = temp.path().join("home/.clap");
        for content in ["first", "second"] {
            fs::write(&bundle, content).expect("written");
            let place = put(&bundle, &folder).expect("installed");
            assert_eq!(fs::read_to_string(place).expect("read"), content);
            assert_eq!(names(&folder), ["Lacquer.clap"]);
        }
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_named() {
        let temp = tempfile::tempdir().expect("a folder");
        let (bundle, file) = (temp.path().join("Lacquer.clap"), temp.path().join("file"));
        fs::write(&bundle, "plugin").expect("written");
        fs::write(&file, "no folder").expect("written");
        let error = put(&bundle, &file.join("plugins")).expect_err("a file is no folder");
        assert!(format!("{error:#}").contains("plugins"), "{error:#}");
    }
}
