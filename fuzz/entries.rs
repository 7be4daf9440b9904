//! What is done with anything that comes from outside, and what must hold then. The fuzzer and the property tests call the same.

use std::{io::Write, path::Path};

use lacquer::{
    assistant::{Programme, Suggestion, Target, cost_db},
    render::Recording,
    settings::{fields, file},
};

/// A sentence for people: it says something, and not by the page.
fn assert_sentence(text: &str) {
    assert!(text.split_whitespace().count() >= 3, "this is no sentence: {text:?}");
}

/// Settings files.
pub fn settings(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match file::from_text(text) {
        Ok(loaded) => {
            assert_eq!(
                fields::snapped(loaded.settings),
                loaded.settings,
                "every value is in its range and on its step"
            );
            let again = file::from_text(&file::to_text(&loaded.settings, "again")).expect("what was written loads");
            assert_eq!((again.settings, again.notes.len()), (loaded.settings, 0), "and is the same, without a note");
            loaded.notes.iter().for_each(|note| assert_sentence(note));
        }
        Err(error) => assert_sentence(&error.to_string()),
    }
}

/// Target files; gives the target, for those who want to use it.
pub fn target(bytes: &[u8]) -> Option<Target> {
    match Target::from_text(std::str::from_utf8(bytes).ok()?) {
        Ok(target) => {
            let again = Target::from_text(&target.to_text()).expect("what was written loads");
            assert_eq!((&again.name, again.songs), (&target.name, target.songs));
            Some(target)
        }
        Err(error) => {
            assert_sentence(&error.to_string());
            None
        }
    }
}

/// Suggestions as a project holds them, read as the window reads them; gives what was admitted.
pub fn suggestion(bytes: &[u8]) -> Option<Suggestion> {
    let suggestion = serde_json::from_slice::<Suggestion>(bytes).ok()?.admitted()?;
    for item in &suggestion.items {
        for measurement in [&suggestion.measurement, &suggestion.expected] {
            item.effect.and_then(|effect| effect.read(measurement));
        }
    }
    cost_db(&suggestion.loudness_price, suggestion.decided_lufs);
    suggestion.measurement.loudest_section();
    suggestion.measurement.quietest_section();
    assert_eq!(
        fields::snapped(suggestion.settings),
        suggestion.settings,
        "every value is in its range and on its step"
    );
    Some(suggestion)
}

/// Audio files: writes `bytes` to `path` and plays them; gives the samples of a channel that came, or the sentence that says why not.
pub fn audio(bytes: &[u8], path: &Path) -> Result<u64, String> {
    let mut file = std::fs::File::create(path).expect("a place for the file");
    file.write_all(bytes).expect("room for the file");
    drop(file);
    let played = play(path);
    if let Err(sentence) = &played {
        assert_sentence(sentence);
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        assert!(sentence.contains(&*name), "the file is named: {sentence}");
    }
    played
}

fn play(path: &Path) -> Result<u64, String> {
    let mut recording = Recording::open(path).map_err(|error| error.to_string())?;
    let mut frames = 0;
    let mut count = |left: &[f32], right: &[f32]| {
        assert_eq!(left.len(), right.len());
        frames += left.len() as u64;
    };
    recording.play(&mut count).map_err(|error| error.to_string())?;
    assert_eq!(recording.frames(), Some(frames), "what came is counted");
    Ok(frames)
}
