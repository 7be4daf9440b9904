#![no_main]

#[path = "../entries.rs"]
#[allow(dead_code)]
mod entries;

use std::sync::OnceLock;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    static FOLDER: OnceLock<tempfile::TempDir> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| tempfile::tempdir().expect("a folder"));
    _ = entries::audio(bytes, &folder.path().join("song"));
});
