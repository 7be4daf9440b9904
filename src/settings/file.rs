//! Settings files: what a preset is on disk, the same for plugin and command.
//!
//! A JSON object `{"format": "lacquer-settings", "version": 1, "name": ..., "settings": {...}}`. Missing values are neutral,
//! unknown keys and values out of range are kept out of the sound and named in a note, a newer version is refused.

use serde_json::{Map, Value, json};

use super::{ChainSettings, fields};

/// The version that this program writes. It reads this and all earlier ones.
pub const VERSION: u64 = 1;
const FORMAT: &str = "lacquer-settings";

/// Settings read from a file, with what was odd about them.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    pub settings: ChainSettings,
    /// One sentence for each unknown key and each value brought into range.
    pub notes: Vec<String>,
}

/// Why a text is not a settings file.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("this is not JSON ({0}); a settings file is what `lacquer suggest -o` writes")]
    NotJson(#[from] serde_json::Error),
    #[error("this JSON is not Lacquer settings (no \"format\": \"{FORMAT}\"); `lacquer suggest -o` writes such a file")]
    NotSettings,
    #[error("these settings have version {0}, this Lacquer reads up to {VERSION}: update Lacquer")]
    FromTheFuture(u64),
    #[error("the settings hold a value of the wrong kind: {0}")]
    WrongKind(String),
}

/// The text of a settings file.
pub fn to_text(settings: &ChainSettings, name: &str) -> String {
    let file = json!({ "format": FORMAT, "version": VERSION, "name": name, "settings": settings });
    // A tree of plain numbers and strings always serialises.
    serde_json::to_string_pretty(&file).unwrap_or_default() + "\n"
}

/// Settings from the text of a settings file.
///
/// # Errors
/// [`Error`] says what is wrong with the text in a sentence.
pub fn from_text(text: &str) -> Result<Loaded, Error> {
    let file: Value = serde_json::from_str(text)?;
    if file.get("format").and_then(Value::as_str) != Some(FORMAT) {
        return Err(Error::NotSettings);
    }
    match file.get("version").and_then(Value::as_u64) {
        Some(version) if version > VERSION => return Err(Error::FromTheFuture(version)),
        Some(1..) => {}
        _ => return Err(Error::WrongKind("\"version\" is not a whole number from 1".into())),
    }
    let tree = file.get("settings").ok_or(Error::NotSettings)?;
    let neutral = serde_json::to_value(ChainSettings::default())?;
    let mut notes = Vec::new();
    name_unknown_keys(tree, &neutral, "settings", &mut notes);
    let mut settings: ChainSettings =
        serde_json::from_value(tree.clone()).map_err(|error| Error::WrongKind(error.to_string()))?;
    notes.extend(fields::clamp(&mut settings));
    Ok(Loaded { settings, notes })
}

fn name_unknown_keys(tree: &Value, known: &Value, path: &str, notes: &mut Vec<String>) {
    match (tree, known) {
        (Value::Object(tree), Value::Object(known)) => name_in_object(tree, known, path, notes),
        (Value::Array(tree), Value::Array(known)) => {
            for (index, (value, known)) in tree.iter().zip(known).enumerate() {
                name_unknown_keys(value, known, &format!("{path}.{index}"), notes);
            }
        }
        _ => {}
    }
}

fn name_in_object(tree: &Map<String, Value>, known: &Map<String, Value>, path: &str, notes: &mut Vec<String>) {
    for (key, value) in tree {
        let path = format!("{path}.{key}");
        match known.get(key) {
            Some(known) => name_unknown_keys(value, known, &path, notes),
            None => notes.push(format!("{path} is not known to this version and is ignored")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_comes_back_as_it_was() {
        let mut settings = ChainSettings::default();
        settings.eq.bands[3].gain_db = -1.37;
        settings.limiter.on = true;
        let loaded = from_text(&to_text(&settings, "mine")).expect("own text loads");
        assert_eq!(loaded.settings, settings);
        assert!(loaded.notes.is_empty());
    }

    #[test]
    fn unknown_keys_and_wild_values_are_named_not_fatal() {
        let text =
            r#"{"format":"lacquer-settings","version":1,"settings":{"eq":{"sparkle":1},"output":{"gain_db":80}}}"#;
        let loaded = from_text(text).expect("loads");
        assert_eq!(loaded.settings.output.gain_db, 24.0);
        assert!(loaded.notes.iter().any(|note| note.contains("settings.eq.sparkle")), "{:?}", loaded.notes);
        assert!(loaded.notes.iter().any(|note| note.contains("output_gain")), "{:?}", loaded.notes);
    }

    #[test]
    fn what_is_not_settings_is_said_in_a_sentence() {
        assert!(matches!(from_text("{"), Err(Error::NotJson(_))));
        assert!(matches!(from_text("{}"), Err(Error::NotSettings)));
        let future = r#"{"format":"lacquer-settings","version":7,"settings":{}}"#;
        assert!(from_text(future).expect_err("refused").to_string().contains("update Lacquer"));
        let wrong = r#"{"format":"lacquer-settings","version":1,"settings":{"eq":{"on":"yes"}}}"#;
        assert!(matches!(from_text(wrong), Err(Error::WrongKind(_))));
    }
}
