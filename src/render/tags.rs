//! What a file says about its music, read from any container and written as a WAV `LIST INFO` chunk; no sound is touched.
//!
//! The chunk's ids are those of the RIFF specification (Microsoft and IBM, 1991, chapter 2) plus the customary `ITRK`.

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    path::Path,
};

use symphonia::core::{
    formats::FormatReader,
    meta::{MetadataRevision, StandardTag},
};

/// The fields that WAV can hold, by RIFF id: artist, title, album, date, genre, track, comment.
const FIELDS: [&str; 7] = ["IART", "INAM", "IPRD", "ICRD", "IGNR", "ITRK", "ICMT"];
/// Longest text taken over, bytes: tags are names, not books.
const LONGEST: usize = 4096;

/// Texts about the music, in the order of [`FIELDS`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tags([Option<String>; FIELDS.len()]);

impl Tags {
    /// All that the file says; whatever cannot be read is left out.
    pub(super) fn read(path: &Path, format: &mut dyn FormatReader) -> Self {
        let mut tags = Self::default();
        if let Some(revision) = format.metadata().skip_to_latest() {
            tags.take_from(revision);
        }
        if tags.is_empty() {
            tags = Self::read_trailing_info(path).unwrap_or_default();
        }
        tags
    }

    /// Whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(Option::is_none)
    }

    /// The text of a RIFF id such as `INAM`.
    pub fn get(&self, id: &str) -> Option<&str> {
        self.0[FIELDS.iter().position(|field| *field == id)?].as_deref()
    }

    fn set(&mut self, id: &str, text: &str) {
        let text = text.trim_end_matches('\0').trim();
        let Some(index) = FIELDS.iter().position(|field| *field == id) else { return };
        if self.0[index].is_none() && !text.is_empty() {
            self.0[index] = Some(text.chars().take(LONGEST).collect());
        }
    }

    fn take_from(&mut self, revision: &MetadataRevision) {
        let all = revision.media.tags.iter().chain(revision.per_track.iter().flat_map(|track| &track.metadata.tags));
        for tag in all.filter_map(|tag| tag.std.as_ref()) {
            match tag {
                StandardTag::Artist(text) => self.set("IART", text),
                StandardTag::TrackTitle(text) => self.set("INAM", text),
                StandardTag::Album(text) => self.set("IPRD", text),
                StandardTag::RecordingDate(text) | StandardTag::ReleaseDate(text) => self.set("ICRD", text),
                StandardTag::RecordingYear(year) | StandardTag::ReleaseYear(year) => {
                    self.set("ICRD", &year.to_string())
                }
                StandardTag::Genre(text) => self.set("IGNR", text),
                StandardTag::TrackNumber(number) => self.set("ITRK", &number.to_string()),
                StandardTag::Comment(text) => self.set("ICMT", text),
                _ => {}
            }
        }
    }

    /// The `LIST INFO` behind the samples of a WAV file, where many programs (this one too) write it and symphonia does not look.
    fn read_trailing_info(path: &Path) -> Option<Self> {
        let mut file = File::open(path).ok()?;
        let mut head = [0u8; 12];
        file.read_exact(&mut head).ok()?;
        if &head[..4] != b"RIFF" || &head[8..] != b"WAVE" {
            return None;
        }
        loop {
            let (id, length) = chunk_head(&mut file)?;
            if &id == b"LIST" && length <= (FIELDS.len() * 2 * LONGEST) as u32 {
                let mut body = vec![0; length as usize];
                file.read_exact(&mut body).ok()?;
                if let Some(mut info) = body.strip_prefix(b"INFO") {
                    return Some(Self::from_info(&mut info));
                }
            } else {
                file.seek(SeekFrom::Current(i64::from(length))).ok()?;
            }
            file.seek(SeekFrom::Current(i64::from(length % 2))).ok()?;
        }
    }

    fn from_info(info: &mut &[u8]) -> Self {
        let mut tags = Self::default();
        while let Some((id, length)) = chunk_head(info) {
            let Some((text, rest)) = info.split_at_checked(length as usize) else { break };
            if let (Ok(id), Ok(text)) = (std::str::from_utf8(&id), std::str::from_utf8(text)) {
                tags.set(id, text);
            }
            *info = rest.get(length as usize % 2..).unwrap_or_default();
        }
        tags
    }

    /// The tags as one RIFF chunk, of even length; empty when there are none.
    pub(super) fn to_chunk(&self) -> Vec<u8> {
        let mut body = b"INFO".to_vec();
        for (id, text) in FIELDS.iter().zip(&self.0).filter_map(|(id, text)| Some((id, text.as_ref()?))) {
            body.extend_from_slice(id.as_bytes());
            // The length counts the closing zero; the byte that makes it even is not counted.
            body.extend_from_slice(&(text.len() as u32 + 1).to_le_bytes());
            body.extend_from_slice(text.as_bytes());
            body.resize(body.len() + 1 + (text.len() + 1) % 2, 0);
        }
        if self.is_empty() {
            return Vec::new();
        }
        [b"LIST".as_slice(), &(body.len() as u32).to_le_bytes(), &body].concat()
    }
}

fn chunk_head(source: &mut impl Read) -> Option<([u8; 4], u32)> {
    let (mut id, mut length) = ([0; 4], [0; 4]);
    source.read_exact(&mut id).ok()?;
    source.read_exact(&mut length).ok()?;
    Some((id, u32::from_le_bytes(length)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chunk_reads_back_and_is_even() {
        let mut tags = Tags::default();
        tags.set("INAM", "Odd");
        tags.set("IART", "Größe\0");
        tags.set("INAM", "second titles do not count");
        tags.set("XXXX", "unknown");
        let chunk = tags.to_chunk();
        assert_eq!(chunk.len() % 2, 0);
        assert_eq!(u32::from_le_bytes([chunk[4], chunk[5], chunk[6], chunk[7]]) as usize, chunk.len() - 8);
        let back = Tags::from_info(&mut &chunk[12..]);
        assert_eq!(back, tags);
        assert_eq!((back.get("INAM"), back.get("IART"), back.get("ICMT")), (Some("Odd"), Some("Größe"), None));
        assert!(Tags::default().to_chunk().is_empty());
    }
}
