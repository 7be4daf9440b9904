//! Text in: settings and target files, which are small. What is named in their place may be anything.

use std::{fs::File, io::Read, path::Path};

use super::Error;

/// No settings and no target are longer, bytes: the longest target that comes with Lacquer has an eighth of it.
pub const MOST_BYTES: u64 = 1 << 20;

/// All of a text file; never more than [`MOST_BYTES`] come into memory, of a device without an end neither.
///
/// # Errors
/// [`Error::BadInput`] when the file cannot be read, is longer, or holds no text.
pub fn read_text(path: &Path) -> Result<String, Error> {
    let shown = path.display();
    let bad = |what: String| Error::BadInput(what);
    let unreadable = |error: std::io::Error| bad(format!("cannot read {shown}: {error}"));
    let mut bytes = Vec::new();
    File::open(path).map_err(unreadable)?.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(bad(format!("{shown} is too long for settings or a target: over {} kB", MOST_BYTES >> 10)));
    }
    String::from_utf8(bytes).map_err(|_| bad(format!("{shown} is not text: neither settings nor a target")))
}

#[cfg(test)]
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
