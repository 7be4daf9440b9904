//! Audio files that are damaged, lie about themselves or are none at all.

use std::path::PathBuf;

use lacquer::{
    assistant::Programme,
    render::{Recording, guard::silence_guarded_panics},
};
use proptest::prelude::*;

use super::{
    cases, entries,
    heap::most_held,
    mutation::{mutated, mutations},
};

/// Good files to begin with: 0.12 s of two tones, in every format that is read.
const SEEDS: [(&str, &[u8]); 10] = [
    ("pcm.wav", include_bytes!("seeds/tone.wav")),
    ("float.wav", include_bytes!("seeds/float.wav")),
    ("tagged.wav", include_bytes!("seeds/tagged.wav")),
    ("song.aiff", include_bytes!("seeds/tone.aiff")),
    ("song.flac", include_bytes!("seeds/tone.flac")),
    ("song.mp3", include_bytes!("seeds/tone.mp3")),
    ("song.ogg", include_bytes!("seeds/tone.ogg")),
    ("aac.m4a", include_bytes!("seeds/tone.m4a")),
    ("alac.m4a", include_bytes!("seeds/alac.m4a")),
    ("song.aac", include_bytes!("seeds/tone.aac")),
];
/// What the small files here may take at most, bytes: buffers, tables, and what a head is believed.
const MOST_HELD: usize = 48 << 20;
/// Beginnings of formats, to be put where they do not belong.
const WORDS: &[&str] = &[
    "RIFF", "WAVEfmt ", "data", "LIST", "FORM", "SSND", "fLaC", "OggS", "ID3\u{3}", "ftyp", "moov", "stsz", "\0\0\0\0",
];

/// A place for one file after the other.
struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        silence_guarded_panics();
        Self(tempfile::tempdir().expect("a folder"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Plays a file of these bytes, within bounds.
    fn play(&self, name: &str, bytes: &[u8]) -> Result<u64, String> {
        let (played, most) = most_held(|| entries::audio(bytes, &self.path(name)));
        assert!(most < MOST_HELD, "{name} of {} bytes took {most} bytes: {played:?}", bytes.len());
        played
    }
}

/// A WAV file with a head of these figures before 1 s of silence, or what they say of it.
fn wav(format: u16, channels: u16, rate_hz: u32, bits: u16, data_bytes: u32) -> Vec<u8> {
    let block = channels.wrapping_mul(bits / 8);
    let head = [
        &b"RIFF"[..],
        &data_bytes.saturating_add(36).to_le_bytes(),
        b"WAVEfmt \x10\0\0\0",
        &format.to_le_bytes(),
        &channels.to_le_bytes(),
        &rate_hz.to_le_bytes(),
        &rate_hz.wrapping_mul(u32::from(block)).to_le_bytes(),
        &block.to_le_bytes(),
        &bits.to_le_bytes(),
        b"data",
        &data_bytes.to_le_bytes(),
    ];
    [head.concat(), vec![0; 176_400]].concat()
}

#[test]
fn the_seeds_themselves_play() {
    let place = Place::new();
    for (name, bytes) in SEEDS {
        let frames = place.play(name, bytes).unwrap_or_else(|error| panic!("{error}"));
        // Lossy codecs work in frames of up to 1152 samples and may not say what they put before and after.
        assert!((2600..2646 + 4 * 1152).contains(&frames), "{name}: {frames}");
    }
}

#[test]
fn a_head_that_promises_the_world_takes_no_room_for_it() {
    let place = Place::new();
    assert_eq!(place.play("honest.wav", &wav(1, 2, 44_100, 16, 176_400)), Ok(44_100));
    // As much as a head can promise, and as much as would just be kept in memory.
    for promised in [u32::MAX, u32::MAX - 36, 4 * (32 << 20)] {
        assert_eq!(place.play("boaster.wav", &wav(1, 2, 44_100, 16, promised)), Ok(44_100), "{promised} bytes");
    }
    let refused = |bytes: &[u8]| place.play("liar.wav", bytes).expect_err("refused");
    assert!(refused(&wav(1, 2, 0, 16, 176_400)).contains("liar.wav"), "no sample rate");
    assert!(refused(&wav(1, 2, u32::MAX, 16, 176_400)).contains("sample rate"), "no sample rate that there is");
    assert!(refused(&wav(1, 0, 44_100, 16, 176_400)).contains("liar.wav"), "no channel");
    assert!(refused(&wav(1, 6, 44_100, 16, 176_400)).contains("6 channels"));
    assert!(refused(&wav(1, u16::MAX, 44_100, 16, 176_400)).contains("liar.wav"), "all channels");
    assert!(refused(&wav(1, 2, 44_100, 0, 176_400)).contains("liar.wav"), "no bits");
    assert!(refused(&wav(0xabcd, 2, 44_100, 16, 176_400)).contains("liar.wav"), "no known format");
    // AIFF and FLAC count samples in their heads.
    let mut aiff = SEEDS[3].1.to_vec();
    let comm = aiff.windows(4).position(|window| window == b"COMM").expect("a head");
    aiff[comm + 10..comm + 14].fill(0xff);
    let mut crowd = SEEDS[3].1.to_vec();
    crowd[comm + 8..comm + 10].copy_from_slice(&30_000u16.to_be_bytes());
    let sentence = place.play("crowd.aiff", &crowd).expect_err("refused");
    assert!(sentence.contains("crowd.aiff has 30000 channels"), "{sentence}");
    let mut flac = SEEDS[4].1.to_vec();
    flac[21] |= 0x0f;
    flac[22..26].fill(0xff);
    // An AIFF's samples are counted once more where they lie.
    assert_eq!(place.play("boaster.aiff", &aiff), Ok(2646));
    let sentence = place.play("boaster.flac", &flac).expect_err("0.12 s of what it promises");
    assert!(sentence.contains("breaks off"), "{sentence}");
}

#[test]
fn a_file_that_vanishes_after_it_was_opened_is_named() {
    let place = Place::new();
    let path = place.path("fleeting.wav");
    std::fs::write(&path, wav(1, 2, 44_100, 16, 176_400)).expect("writes");
    let mut recording = Recording::open(&path).expect("opens");
    std::fs::remove_file(&path).expect("removes");
    let error = recording.play(&mut |_, _| {}).expect_err("gone").to_string();
    assert!(error.contains("cannot read") && error.contains("fleeting.wav"), "{error}");
}

#[test]
fn files_cut_off_anywhere_play_as_far_as_they_go_or_are_refused() {
    let place = Place::new();
    for (name, bytes) in SEEDS {
        let heads = 0..bytes.len().min(160);
        for end in heads.chain((160..bytes.len()).step_by(211)) {
            // What it comes to is decided by the format: here it must come to an end within bounds.
            let _ = place.play(name, &bytes[..end]);
        }
    }
}

proptest! {
    #![proptest_config(cases(160))]

    #[test]
    fn damaged_files_play_or_are_refused(changes in mutations(WORDS)) {
        let place = Place::new();
        for (name, bytes) in SEEDS {
            let _ = place.play(name, &mutated(bytes, &changes));
        }
    }

    #[test]
    fn what_is_no_audio_is_refused_or_plays_as_noise(
        bytes in prop::collection::vec(any::<u8>(), 0..4000),
        start in prop::sample::select(WORDS),
    ) {
        let place = Place::new();
        for ending in ["wav", "mp3", "m4a", "txt"] {
            let _ = place.play(&format!("noise.{ending}"), &[start.as_bytes(), &bytes].concat());
        }
    }
}
