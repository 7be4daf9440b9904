//! Files as they were published. They are never written anew: who made one with an early Lacquer opens it with any later one.

use std::collections::BTreeMap;

use lacquer::{
    assistant::{Module, Suggestion, Target},
    settings::{ChainSettings, fields::fields, file},
};
use serde_json::Value;

/// Every value of a settings file away from its neutral one.
pub const SETTINGS: &str = include_str!("../golden/settings-v1.json");
/// These values, by their published ids.
const SETTINGS_VALUES: &str = include_str!("../golden/settings-v1.values");
/// What a person writes, who leaves out what is neutral.
const SPARSE_SETTINGS: &str = include_str!("../golden/settings-v1-sparse.json");
/// A target of 0.1.0.
pub const TARGET: &str = include_str!("../golden/target-v1.json");
/// A suggestion for the demo mix, as a project holds it.
pub const SUGGESTION: &str = include_str!("../golden/suggestion-v1.json");

/// All that `old` says is said by `new`, which may say more.
fn assert_said(old: &Value, new: &Value, place: &str) {
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => {
            for (key, old) in old {
                let new = new.get(key).unwrap_or_else(|| panic!("{place}/{key} is lost"));
                assert_said(old, new, &format!("{place}/{key}"));
            }
        }
        (Value::Array(old), Value::Array(new)) => {
            assert_eq!(old.len(), new.len(), "{place}");
            old.iter()
                .zip(new)
                .enumerate()
                .for_each(|(index, (old, new))| assert_said(old, new, &format!("{place}/{index}")));
        }
        (Value::Number(old), Value::Number(new)) => {
            let (old, new) = (old.as_f64().unwrap_or(f64::NAN), new.as_f64().unwrap_or(f64::NAN));
            // Some are kept with single precision.
            assert!((old - new).abs() <= 1e-6 * old.abs(), "{place}: {old} became {new}");
        }
        _ => assert_eq!(old, new, "{place}"),
    }
}

/// The fields that do not stand at `expected`, or at their neutral value where nothing is expected of them.
fn differing(settings: &ChainSettings, expected: &BTreeMap<&str, f32>) -> Vec<String> {
    let wrong = fields().iter().filter_map(|field| {
        let (is, wanted) = (field.get(settings), expected.get(&*field.id).copied().unwrap_or(field.default));
        (is != wanted).then(|| format!("{} is {is}, not {wanted}", field.id))
    });
    wrong.collect()
}

#[test]
fn settings_of_the_first_version_load_to_their_values() {
    let loaded = file::from_text(SETTINGS).expect("loads");
    assert!(loaded.notes.is_empty(), "{:?}", loaded.notes);
    let line = |line: &'static str| {
        let (id, value) = line.split_once(' ').expect("an id and a value");
        (id, value.parse().expect("a value"))
    };
    let expected: BTreeMap<_, f32> = SETTINGS_VALUES.lines().map(line).collect();
    assert!(expected.len() > 100, "{}", expected.len());
    for id in expected.keys() {
        assert!(fields().iter().any(|field| field.id == *id), "{id} was published");
    }
    assert_eq!(differing(&loaded.settings, &expected), [""; 0]);
    let written: Value = serde_json::from_str(&file::to_text(&loaded.settings, "Golden")).expect("JSON");
    assert_said(&serde_json::from_str(SETTINGS).expect("JSON"), &written, "");
}

#[test]
fn what_a_settings_file_leaves_out_is_neutral() {
    let loaded = file::from_text(SPARSE_SETTINGS).expect("loads");
    assert!(loaded.notes.is_empty(), "{:?}", loaded.notes);
    let mut expected = BTreeMap::from([
        ("eq1_on", 1.0),
        ("eq1_type", 3.0),
        ("eq1_freq", 24.0),
        ("eq1_q", 0.707),
        ("eq1_slope", 2.0),
        ("eq2_on", 1.0),
        ("eq2_type", 6.0),
        ("eq2_freq", 630.0),
        ("eq2_gain", -1.25),
        ("eq2_placement", 1.0),
        ("eq8_on", 1.0),
        ("eq8_type", 2.0),
        ("eq8_freq", 9000.0),
        ("eq8_gain", 1.5),
        ("eq8_placement", 2.0),
        ("comp_on", 1.0),
        ("comp_bands", 2.0),
        ("comp_detector", 0.0),
        ("dither", 3.0),
        ("noise_shaping", 1.0),
    ]);
    // A band of which nothing is said stands at 1 kHz, wherever it does in a new project.
    expected.extend(["eq3_freq", "eq4_freq", "eq5_freq", "eq6_freq", "eq7_freq"].map(|id| (id, 1000.0)));
    assert_eq!(differing(&loaded.settings, &expected), [""; 0]);
}

#[test]
fn a_target_of_the_first_version_loads_to_its_values() {
    let target = Target::from_text(TARGET).expect("loads");
    assert_eq!(target.name, "metal");
    let (old, new) = [TARGET, &target.to_text()].map(|text| serde_json::from_str::<Value>(text).expect("JSON")).into();
    assert_said(&old, &new, "");
}

#[test]
fn a_suggestion_of_the_first_version_loads_to_its_values() {
    let suggestion: Suggestion = serde_json::from_str(SUGGESTION).expect("loads");
    let suggestion = suggestion.admitted().expect("whole");
    assert_eq!(suggestion.version, 1);
    assert!(suggestion.items.iter().any(|item| item.module == Module::Limiter && item.acts));
    assert_said(
        &serde_json::from_str(SUGGESTION).expect("JSON"),
        &serde_json::to_value(&suggestion).expect("JSON"),
        "",
    );
}

#[test]
fn every_factory_preset_is_a_file_as_any_other() {
    let mut count = 0;
    for entry in std::fs::read_dir("assets/presets").expect("the factory's presets") {
        let path = entry.expect("an entry").path();
        let loaded = file::from_text(&std::fs::read_to_string(&path).expect("text"));
        assert_eq!(
            loaded.map(|loaded| loaded.notes).map_err(|error| error.to_string()),
            Ok(Vec::new()),
            "{}",
            path.display()
        );
        count += 1;
    }
    assert!(count >= 8, "{count}");
}
