use super::*;
use std::collections::HashSet;

#[test]
fn ids_are_unique_and_defaults_are_the_neutral_settings() {
    let ids: HashSet<_> = fields().iter().map(|field| &field.id).collect();
    assert_eq!(ids.len(), fields().len());
    let default = ChainSettings::default();
    assert_eq!(snapped(default), default, "every default lies on its own step and in its range");
}

#[test]
fn each_field_writes_its_own_value_and_no_other() {
    for field in fields() {
        let mut settings = ChainSettings::default();
        let other = match field.kind {
            Kind::Number { min, max, .. } => field.snap(if field.default < 0.5 * (min + max) { max } else { min }),
            Kind::Count { max, .. } => max as f32,
            Kind::Switch => 1.0 - field.default,
            Kind::Choice { labels } => (labels.len() - 1) as f32,
        };
        field.set(&mut settings, other);
        for seen in fields() {
            let expected = if seen.id == field.id { other } else { seen.default };
            assert_eq!(seen.get(&settings), expected, "{} after writing {}", seen.id, field.id);
        }
    }
}

#[test]
fn each_pointer_finds_its_value_in_the_file_form() {
    let json = serde_json::to_value(ChainSettings::default()).expect("settings serialise");
    for field in fields().iter().filter(|field| !field.pointer.is_empty()) {
        assert!(json.pointer(&field.pointer).is_some(), "{} has no {}", field.id, field.pointer);
    }
}

#[test]
fn values_out_of_range_are_brought_in_and_named() {
    let mut settings = ChainSettings::default();
    settings.limiter.drive_db = 99.0;
    settings.eq.bands[2].gain_db = f32::NAN;
    let notes = clamp(&mut settings);
    assert_eq!(settings.limiter.drive_db, 24.0);
    assert_eq!(settings.eq.bands[2].gain_db, 0.0);
    assert_eq!(notes.len(), 2, "{notes:?}");
    assert!(notes[1].contains("limiter_drive"), "{notes:?}");
}
