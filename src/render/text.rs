//! Text in: settings and target files, which are small. What is named in their place may be anything.

use std::{
    fs::File,
    io::{self, ErrorKind, Read},
    path::Path,
};

#[cfg(feature = "cli")]
use super::Error;

/// No settings and no target are longer, bytes: the longest target that comes with Lacquer has an eighth of it.
const MOST_BYTES: u64 = 1 << 20;

/// All of a text file; never more than a megabyte comes into memory, of a device without an end neither, whatever length the system
/// tells of it.
///
/// # Errors
/// The system's; [`ErrorKind::FileTooLarge`] for what is longer, [`ErrorKind::InvalidData`] for what is no text.
pub fn read(path: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    if File::open(path)?.take(MOST_BYTES + 1).read_to_end(&mut bytes)? as u64 > MOST_BYTES {
        return Err(ErrorKind::FileTooLarge.into());
    }
    String::from_utf8(bytes).map_err(|error| io::Error::new(ErrorKind::InvalidData, error))
}

/// Whether a name that a project holds leads to something else than a file: a pipe, say, which may never end, or never begin.
pub fn leads_to_no_file(path: &Path) -> bool {
    path.exists() && !path.is_file()
}

/// [`read`], with a sentence about the file.
///
/// # Errors
/// [`Error::BadInput`] when the file cannot be read, is longer, or holds no text.
#[cfg(feature = "cli")]
pub fn read_text(path: &Path) -> Result<String, Error> {
    let shown = path.display();
    read(path).map_err(|error| {
        Error::BadInput(match error.kind() {
            ErrorKind::FileTooLarge => {
                format!("{shown} is too long for settings or a target: over {} kB", MOST_BYTES >> 10)
            }
            ErrorKind::InvalidData => format!("{shown} is not text: neither settings nor a target"),
            _ => format!("cannot read {shown}: {error}"),
        })
    })
}

#[cfg(all(test, feature = "cli"))]
mod tests {
    use super::*;

    #[test]
    fn a_text_comes_whole_and_what_is_none_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("file.json");
        let refused = |bytes: &[u8]| {
            std::fs::write(&path, bytes).expect("writes");
            read_text(&path).expect_err("refused").to_string()
        };
        assert!(
            refused(&[b'a'; (1 << 20) + 1]).ends_with("file.json is too long for settings or a target: over 1024 kB")
        );
        assert!(refused(b"\xff\xfe{").contains("file.json is not text"));
        std::fs::write(&path, "{\"name\": \"Größe\"}").expect("writes");
        assert_eq!(read_text(&path).as_deref(), Ok("{\"name\": \"Größe\"}"));
        if cfg!(unix) {
            let endless = read_text(Path::new("/dev/zero")).expect_err("refused");
            assert!(endless.to_string().contains("too long"), "{endless}");
        }
    }
}
