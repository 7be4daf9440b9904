//! Presets: the factory's, which are part of the program, and the person's own, a folder of settings files as the command writes
//! and reads them (see [`crate::settings::file`]).
//!
//! A file that is broken is said so in a sentence and changes nothing. Saving writes beside and renames, so that a full disk or a
//! crash leaves the old file whole, and never takes an existing file's place unless that was asked for.

use std::{
    fs, io,
    io::Write as _,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::{
    render::text,
    settings::{
        ChainSettings,
        file::{self, Loaded},
    },
};

/// Longest name, characters.
const LONGEST_NAME: usize = 60;
const ENDING: &str = "json";

/// Name and text of each factory preset, in the order of the menu.
static FACTORY: [(&str, &str); 8] = [
    ("Neutral", include_str!("../../../assets/presets/neutral.json")),
    ("Streaming, gentle", include_str!("../../../assets/presets/streaming_gentle.json")),
    ("Glue", include_str!("../../../assets/presets/glue.json")),
    ("Open top", include_str!("../../../assets/presets/open_top.json")),
    ("Firm low end", include_str!("../../../assets/presets/firm_low_end.json")),
    ("Smooth presence", include_str!("../../../assets/presets/smooth_presence.json")),
    ("Loud, careful", include_str!("../../../assets/presets/loud_careful.json")),
    ("Vinyl", include_str!("../../../assets/presets/vinyl.json")),
];

/// Where a preset is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    /// By its name.
    Factory(String),
    User(PathBuf),
}

impl Place {
    /// The name that people read.
    pub fn name(&self) -> String {
        match self {
            Self::Factory(name) => name.clone(),
            Self::User(path) => path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
        }
    }
}

/// Why a preset could not be loaded or saved.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the preset “{name}” cannot be loaded: {}", in_plain_words(source))]
    NotSettings { name: String, source: file::Error },
    #[error("the file {} cannot be read: {source}", path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("{} is too large to hold settings", .0.display())]
    TooLarge(PathBuf),
    #[error("{} is a folder or a device, not a preset's file", .0.display())]
    NoFile(PathBuf),
    #[error("there is no factory preset “{0}” in this version")]
    Unknown(String),
    #[error(
        "“{0}” cannot be a file's name: leave out / \\ : * ? \" < > | and a dot at its start, and keep under {LONGEST_NAME} letters"
    )]
    BadName(String),
    #[error("there is a preset “{0}” already: replace it, or take another name")]
    Exists(String),
    #[error("the preset cannot be saved in {}: {source}", folder.display())]
    Unwritable { folder: PathBuf, source: io::Error },
    #[error("this system has no folder for presets")]
    NoFolder,
}

/// Whether a file of the same name may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    Keep,
    Replace,
}

/// All presets that there are.
#[derive(Debug, Clone)]
pub struct Library {
    /// Where the person's own are; `None` where the system has no such place.
    folder: Option<PathBuf>,
    own: Vec<PathBuf>,
}

impl Library {
    /// The library with the person's presets in `folder`, which need not exist.
    pub fn new(folder: Option<PathBuf>) -> Self {
        let mut library = Self { folder, own: Vec::new() };
        library.refresh();
        library
    }

    /// The library with the person's presets where this system keeps such things: `~/.local/share/lacquer/presets`,
    /// `~/Library/Application Support/lacquer/presets`, `%APPDATA%\lacquer\presets`.
    pub fn standard() -> Self {
        Self::new(dirs::data_dir().map(|folder| folder.join("lacquer").join("presets")))
    }

    /// Where the person's own presets are.
    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    /// Looks at the folder anew.
    pub fn refresh(&mut self) {
        let entries = self.folder.as_ref().and_then(|folder| fs::read_dir(folder).ok());
        let is_preset = |path: &PathBuf| {
            path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case(ENDING)) && path.is_file()
        };
        self.own = entries.into_iter().flatten().flatten().map(|entry| entry.path()).filter(is_preset).collect();
        self.own.sort_by_key(|path| (Place::User(path.clone()).name().to_lowercase(), path.clone()));
    }

    /// The factory's presets.
    pub fn factory(&self) -> impl Iterator<Item = Place> {
        FACTORY.iter().map(|(name, _)| Place::Factory((*name).to_owned()))
    }

    /// The person's own, by name.
    pub fn own(&self) -> impl Iterator<Item = Place> {
        self.own.iter().cloned().map(Place::User)
    }

    /// The preset `steps` after `place` in the order of the menu, round and round; the first (or last) one from nowhere.
    pub fn beside(&self, place: Option<&Place>, steps: isize) -> Place {
        let all: Vec<_> = self.factory().chain(self.own()).collect();
        let here = place.and_then(|place| all.iter().position(|known| known == place));
        let next = match here {
            Some(here) => (here as isize + steps).rem_euclid(all.len() as isize),
            None if steps > 0 => 0,
            None => all.len() as isize - 1,
        };
        all[next as usize].clone()
    }

    /// The settings of a preset. How one listens is not among them.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the file; nothing else has changed.
    pub fn load(&self, place: &Place) -> Result<Loaded, Error> {
        let text = match place {
            Place::Factory(name) => {
                let known = FACTORY.iter().find(|(known, _)| known == name);
                known.ok_or_else(|| Error::Unknown(name.clone()))?.1.to_owned()
            }
            Place::User(path) if text::leads_to_no_file(path) => return Err(Error::NoFile(path.clone())),
            Place::User(path) => text::read(path).map_err(|source| match source.kind() {
                io::ErrorKind::FileTooLarge => Error::TooLarge(path.clone()),
                _ => Error::Unreadable { path: path.clone(), source },
            })?,
        };
        file::from_text(&text).map_err(|source| Error::NotSettings { name: place.name(), source })
    }

    /// Saves settings under a name in the person's folder, which is made where it is missing.
    ///
    /// # Errors
    /// [`Error::Exists`] when there is such a preset and it may not go; else a sentence about the name or the folder.
    pub fn save(&mut self, name: &str, settings: &ChainSettings, existing: Existing) -> Result<Place, Error> {
        let name = name.trim();
        let folder = self.folder.clone().ok_or(Error::NoFolder)?;
        if !is_file_name(name) {
            return Err(Error::BadName(name.to_owned()));
        }
        let unwritable = |source| Error::Unwritable { folder: folder.clone(), source };
        fs::create_dir_all(&folder).map_err(unwritable)?;
        let path = folder.join(format!("{name}.{ENDING}"));
        let mut beside = tempfile::NamedTempFile::new_in(&folder).map_err(unwritable)?;
        beside.write_all(file::to_text(settings, name).as_bytes()).map_err(unwritable)?;
        beside.as_file().sync_all().map_err(unwritable)?;
        match existing {
            Existing::Replace => beside.persist(&path).map_err(|error| unwritable(error.error))?,
            Existing::Keep => beside.persist_noclobber(&path).map_err(|error| match error.error.kind() {
                io::ErrorKind::AlreadyExists => Error::Exists(name.to_owned()),
                _ => unwritable(error.error),
            })?,
        };
        self.refresh();
        Ok(Place::User(path))
    }

    /// A name that no preset of the person's has: `wanted`, or with a number behind it.
    pub fn free_name(&self, wanted: &str) -> String {
        let taken = |name: &str| self.own().any(|place| place.name().to_lowercase() == name.to_lowercase());
        let numbered = (2..).map(|number| format!("{wanted} {number}"));
        std::iter::once(wanted.to_owned()).chain(numbered).find(|name| !taken(name)).unwrap_or_default()
    }
}

/// What is wrong with a preset's file, and the way out, for somebody who has never seen the inside of one.
fn in_plain_words(error: &file::Error) -> String {
    match error {
        file::Error::NotJson(_) | file::Error::WrongKind(_) => {
            "its file is damaged. Nothing has changed; save a sound under this name to put it right, or choose another preset"
                .to_owned()
        }
        file::Error::NotSettings => {
            "its file is none of Lacquer's. Nothing has changed; take the file out of the folder for presets, or choose another preset"
                .to_owned()
        }
        file::Error::FromTheFuture(_) => {
            "a newer Lacquer saved it. Nothing has changed; update this one, or choose another preset".to_owned()
        }
    }
}

/// Whether every system takes it as a file's name.
fn is_file_name(name: &str) -> bool {
    // Windows's devices, whatever stands behind a dot, and its ports, with a digit.
    const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];
    const PORTS: [&str; 2] = ["com", "lpt"];
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_lowercase();
    let is_port = PORTS.iter().any(|port| {
        stem.strip_prefix(port)
            .is_some_and(|number| matches!(number, "¹" | "²" | "³") || matches!(number.as_bytes(), [b'0'..=b'9']))
    });
    let fits =
        !name.is_empty() && name.chars().count() <= LONGEST_NAME && !name.starts_with('.') && !name.ends_with('.');
    fits && !is_port
        && !DEVICES.contains(&stem.as_str())
        && !name.chars().any(|letter| letter.is_control() || r#"/\:*?"<>|"#.contains(letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn library() -> (tempfile::TempDir, Library) {
        let folder = tempfile::tempdir().expect("a folder");
        let library = Library::new(Some(folder.path().join("presets")));
        (folder, library)
    }

    fn sound(gain_db: f32) -> ChainSettings {
        let mut settings = ChainSettings::default();
        settings.output.gain_db = gain_db;
        settings
    }

    #[test]
    fn factory_presets_load_without_a_note_and_are_gentle() {
        let (_folder, library) = library();
        for place in library.factory() {
            let loaded = library.load(&place).unwrap_or_else(|error| panic!("{error}"));
            assert!(loaded.notes.is_empty(), "{place:?}: {:?}", loaded.notes);
            let settings = loaded.settings;
            assert_eq!(place == Place::Factory("Neutral".into()), settings == ChainSettings::default(), "{place:?}");
            for band in settings.eq.bands.iter().filter(|band| band.on && band.filter.has_gain()) {
                assert!(band.gain_db.abs() <= 2.0 && band.dynamics.range_db.abs() <= 4.0, "{place:?}: {band:?}");
            }
            for band in settings.compressor.bands.iter().filter(|_| settings.compressor.on) {
                assert!(band.ratio <= 2.0 && band.range_db <= 6.0, "{place:?}: {band:?}");
            }
            assert!(settings.limiter.drive_db <= 5.0 && settings.limiter.ceiling_dbtp <= -1.0, "{place:?}");
        }
    }

    #[test]
    fn what_is_saved_is_found_loaded_and_stepped_to() {
        let (_folder, mut library) = library();
        let bright = library.save(" Bright, mine ", &sound(1.5), Existing::Keep).expect("saved");
        library.save("anew", &sound(-1.0), Existing::Keep).expect("saved");
        assert_eq!(library.own().map(|place| place.name()).collect::<Vec<_>>(), ["anew", "Bright, mine"]);
        assert_eq!(library.load(&bright).expect("loads").settings, sound(1.5));
        // The same file that the command reads.
        let Place::User(path) = &bright else { panic!("the person's own") };
        let text = fs::read_to_string(path).expect("a file");
        assert_eq!(file::from_text(&text).expect("settings").settings, sound(1.5));
        assert_eq!(library.beside(Some(&bright), 1), Place::Factory("Neutral".into()));
        assert_eq!(library.beside(Some(&Place::Factory("Neutral".into())), -1), bright);
        assert_eq!(library.beside(None, 1), Place::Factory("Neutral".into()));
        assert_eq!(library.free_name("anew"), "anew 2");
    }

    #[test]
    fn nothing_is_replaced_unasked_and_nothing_is_left_lying() {
        let (_folder, mut library) = library();
        library.save("mine", &sound(1.0), Existing::Keep).expect("saved");
        let error = library.save("mine", &sound(2.0), Existing::Keep).expect_err("kept");
        assert!(matches!(error, Error::Exists(_)) && error.to_string().contains("replace it"), "{error}");
        let place = library.own().next().expect("there");
        assert_eq!(library.load(&place).expect("whole").settings, sound(1.0));
        library.save("mine", &sound(2.0), Existing::Replace).expect("asked for");
        assert_eq!(library.load(&place).expect("whole").settings, sound(2.0));
        let files = fs::read_dir(library.folder().expect("a folder")).expect("there").count();
        assert_eq!(files, 1, "no file beside it");
        for name in
            ["", "a/b", "..", "what?", "CON", "Nul.loud", "aux .x", "COM1", "lpt³", "C:mine", &"long".repeat(30)]
        {
            assert!(matches!(library.save(name, &sound(0.0), Existing::Keep), Err(Error::BadName(_))), "{name}");
        }
    }

    #[test]
    fn names_in_any_script_are_files_and_capitals_make_no_other_name() {
        let (_folder, mut library) = library();
        for name in ["Größe", "試し ♫", "Comb", "lpt 12", "v1.2", &"試".repeat(LONGEST_NAME)] {
            let place = library.save(name, &sound(0.5), Existing::Keep).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!((place.name().as_str(), library.own().any(|own| own == place)), (name, true));
        }
        assert_eq!(library.free_name("GRÖßE"), "GRÖßE 2");
    }

    /// Where the process that is killed saves.
    const FOLDER: &str = "LACQUER_KILLED_IN";

    #[test]
    #[ignore = "goes on until it is killed, by the test below"]
    fn saves_again_and_again() {
        let Some(folder) = std::env::var_os(FOLDER) else { return };
        let mut library = Library::new(Some(folder.into()));
        for gain in (0..240).cycle() {
            library.save("mine", &sound(gain as f32 / 10.0), Existing::Replace).expect("saved");
        }
    }

    #[test]
    fn a_save_that_is_killed_leaves_the_old_preset_or_the_new_whole() {
        let (folder, mut library) = library();
        let mut values = std::collections::BTreeSet::new();
        for kill in 0..12 {
            let mut child = std::process::Command::new(std::env::current_exe().expect("this test's program"))
                .args(["--exact", "editor::desk::presets::tests::saves_again_and_again", "--ignored"])
                .env(FOLDER, folder.path().join("presets"))
                .stdout(std::process::Stdio::null())
                .spawn()
                .expect("it starts");
            let start = std::time::Instant::now();
            while library.own().next().is_none() && start.elapsed().as_secs() < 20 {
                std::thread::sleep(std::time::Duration::from_millis(1));
                library.refresh();
            }
            std::thread::sleep(std::time::Duration::from_micros(20_000 + 1700 * kill));
            child.kill().expect("it still saves");
            child.wait().expect("it is gone");
            library.refresh();
            let own: Vec<_> = library.own().collect();
            assert_eq!(own.iter().map(Place::name).collect::<Vec<_>>(), ["mine"], "pieces are no presets");
            let loaded = library.load(&own[0]).unwrap_or_else(|error| panic!("kill {kill}: {error}"));
            values.insert(loaded.settings.output.gain_db.to_bits());
        }
        assert!(values.len() > 1, "it was killed at different moments");
    }

    #[test]
    fn a_broken_file_is_said_in_a_sentence() {
        let (_folder, mut library) = library();
        library.save("mine", &sound(1.0), Existing::Keep).expect("saved");
        let place = library.own().next().expect("there");
        let Place::User(path) = &place else { panic!("the person's own") };
        fs::write(path, "{\"format\": \"lacquer-settings\", \"ver").expect("written");
        let error = library.load(&place).expect_err("broken");
        assert!(error.to_string().starts_with("the preset “mine” cannot be loaded: its file is damaged"), "{error}");
        fs::remove_file(path).expect("removed");
        assert!(library.load(&place).expect_err("gone").to_string().contains("cannot be read"));
        assert!(matches!(library.load(&Place::Factory("Sparkle".into())), Err(Error::Unknown(_))));
        let folder = path.parent().expect("a folder").to_owned();
        assert!(matches!(library.load(&Place::User(folder)), Err(Error::NoFile(_))));
        #[cfg(unix)]
        assert!(matches!(library.load(&Place::User("/dev/null".into())), Err(Error::NoFile(_))));
    }
}
