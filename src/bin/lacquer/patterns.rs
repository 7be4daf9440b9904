//! Names with `*` and `?`: a shell on Windows leaves them to the program, all others put the files' names in their place.

use std::path::{Path, PathBuf};

/// Puts the files that a pattern names in its place, in alphabetical order; a name that is no pattern, or one of nothing, stays.
/// Elsewhere than on Windows these letters can be part of a file's name, and nothing is done.
pub fn expand(files: &mut Vec<PathBuf>) {
    if cfg!(windows) {
        *files = files.iter().flat_map(|file| named_by(file)).collect();
    }
}

fn named_by(pattern: &Path) -> Vec<PathBuf> {
    let name = pattern.file_name().unwrap_or_default().to_string_lossy();
    if !name.contains(['*', '?']) {
        return vec![pattern.to_owned()];
    }
    let folder = pattern.parent().unwrap_or(Path::new(""));
    let read = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let hidden = name.starts_with('.');
    let names = std::fs::read_dir(read).into_iter().flatten().flatten().map(|entry| entry.file_name());
    let mut found: Vec<_> = names
        .filter(|file| {
            let file = file.to_string_lossy();
            file.starts_with('.') == hidden && fits(&name, &file)
        })
        .map(|file| folder.join(file))
        .collect();
    found.sort();
    if found.is_empty() { vec![pattern.to_owned()] } else { found }
}

/// Whether a pattern names a file; capitals and small letters are the same, as Windows has it.
fn fits(pattern: &str, name: &str) -> bool {
    let [pattern, name] = [pattern, name].map(|text| text.to_lowercase().chars().collect::<Vec<_>>());
    let (mut at, mut in_name) = (0, 0);
    // The last star, and how far what it stands for reaches.
    let mut star = None;
    while in_name < name.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, in_name));
                at += 1;
            }
            Some(letter) if *letter == '?' || *letter == name[in_name] => {
                at += 1;
                in_name += 1;
            }
            _ => {
                let Some((place, reach)) = star else { return false };
                star = Some((place, reach + 1));
                (at, in_name) = (place + 1, reach + 1);
            }
        }
    }
    pattern[at..].iter().all(|letter| *letter == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_any_letters_and_question_marks_for_one() {
        for (pattern, name) in [
            ("*.wav", "Über.WAV"),
            ("*", "a"),
            ("a*b*c.wav", "axxbbyyc.wav"),
            ("0?-*.flac", "03-größe.flac"),
            ("*.wav*", "a.wav.wav"),
            ("?", "試"),
        ] {
            assert!(fits(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [("*.wav", "a.flac"), ("?.wav", "ab.wav"), ("a*b", "abc"), ("", "a"), ("??", "a")] {
            assert!(!fits(pattern, name), "{pattern} {name}");
        }
    }

    #[test]
    fn a_pattern_becomes_the_files_it_names_in_order() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["b.wav", "Ä.WAV", "a.wav", ".lacquer-x.wav", "notes.txt"] {
            std::fs::write(folder.path().join(name), "").expect("written");
        }
        let named = |pattern: &str| named_by(&folder.path().join(pattern));
        assert_eq!(named("*.wav"), ["a.wav", "b.wav", "Ä.WAV"].map(|name| folder.path().join(name)));
        for stays in ["*.mp3", "gone.wav"] {
            assert_eq!(named(stays), [folder.path().join(stays)], "to be named when it cannot be read");
        }
    }
}
