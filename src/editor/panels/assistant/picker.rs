//! Picking an audio file from menus: folders open, files are chosen; no step needs typing.

use std::{
    fs,
    path::{Path, PathBuf},
    rc::Rc,
};

use vizia::prelude::*;

use crate::editor::widgets::{Item, open_menu};

/// Endings of the formats that can be read.
const ENDINGS: [&str; 9] = ["wav", "aif", "aiff", "flac", "mp3", "ogg", "m4a", "aac", "mp4"];
/// Longest name shown, letters.
const LONGEST: usize = 38;

type Choose = Rc<dyn Fn(PathBuf)>;

/// What a folder holds: folders first, then files that can be read, by name.
#[derive(Debug, PartialEq)]
pub struct Listing {
    pub folders: Vec<PathBuf>,
    pub files: Vec<PathBuf>,
}

impl Listing {
    /// Of a folder; what cannot be read or is hidden is left out.
    pub fn of(folder: &Path) -> Self {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
        let shown = entries.filter(|path| !name(path).starts_with('.'));
        let (mut folders, rest): (Vec<_>, Vec<_>) = shown.partition(|path| path.is_dir());
        let mut files: Vec<_> = rest.into_iter().filter(|path| is_audio(path)).collect();
        for list in [&mut folders, &mut files] {
            list.sort_by_key(|path| name(path).to_lowercase());
        }
        Self { folders, files }
    }
}

/// Whether the name says that it can be read.
pub fn is_audio(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known)))
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

/// The name, shortened in its middle.
pub fn short_name(path: &Path) -> String {
    let letters: Vec<char> = name(path).chars().collect();
    if letters.len() <= LONGEST {
        return letters.into_iter().collect();
    }
    let half = LONGEST / 2;
    let (start, end) = (&letters[..half], &letters[letters.len() - half + 1..]);
    start.iter().collect::<String>() + "…" + &end.iter().collect::<String>()
}

/// Where one starts to look: music's own folder, or home.
pub fn start() -> Option<PathBuf> {
    dirs::audio_dir().filter(|folder| folder.is_dir()).or_else(dirs::home_dir)
}

/// Opens the menu of a folder where the mouse is.
pub fn pick(cx: &mut EventContext, folder: &Path, choose: Choose) {
    let listing = Listing::of(folder);
    let mut items = vec![Item::head(folder.display().to_string())];
    match folder.parent() {
        Some(above) => items.push(into("↑  one folder up".to_owned(), above.to_owned(), &choose)),
        // Nothing is above a drive of Windows's, but other drives are beside it.
        None if cfg!(windows) => {
            let others = drives(Path::is_dir).into_iter().filter(|drive| drive != folder);
            items.extend(others.map(|drive| into(name(&drive), drive, &choose)));
        }
        None => {}
    }
    items.extend(listing.folders.iter().map(|path| into(format!("{}/", short_name(path)), path.clone(), &choose)));
    items.push(Item::Line);
    items.extend(listing.files.iter().map(|path| {
        let (path, choose) = (path.clone(), choose.clone());
        Item::choice(short_name(&path), move |_| choose(path.clone()))
    }));
    if listing.files.is_empty() {
        items.push(Item::choice("no audio files here", |_| {}).enabled(false));
    }
    open_menu(cx, items);
}

/// The drives that are there; A and B are what floppy disks were.
fn drives(is_there: impl Fn(&Path) -> bool) -> Vec<PathBuf> {
    ('C'..='Z').map(|letter| PathBuf::from(format!("{letter}:\\"))).filter(|drive| is_there(drive)).collect()
}

fn into(text: String, folder: PathBuf, choose: &Choose) -> Item {
    let choose = choose.clone();
    Item::choice(text, move |cx| pick(cx, &folder, choose.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_come_first_and_only_what_can_be_read() {
        let folder = tempfile::tempdir().expect("a folder");
        for file in ["b.WAV", "A.flac", "notes.txt", ".hidden.wav"] {
            fs::write(folder.path().join(file), "").expect("written");
        }
        fs::create_dir(folder.path().join("Masters")).expect("made");
        let listing = Listing::of(folder.path());
        let names = |paths: &[PathBuf]| paths.iter().map(|path| name(path)).collect::<Vec<_>>();
        assert_eq!(
            (names(&listing.folders), names(&listing.files)),
            (vec!["Masters".to_owned()], vec!["A.flac".into(), "b.WAV".into()])
        );
        assert_eq!(Listing::of(&folder.path().join("gone")), Listing { folders: vec![], files: vec![] });
        assert_eq!(
            drives(|drive| ["C:\\", "Z:\\"].map(Path::new).contains(&drive)),
            ["C:\\", "Z:\\"].map(PathBuf::from)
        );
        let long = PathBuf::from(format!("/music/{}.wav", "long".repeat(20)));
        assert!(short_name(&long).chars().count() <= LONGEST && short_name(&long).ends_with(".wav"));
    }
}
