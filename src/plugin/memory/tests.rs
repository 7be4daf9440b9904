use serde_json::json;

use super::*;
use crate::link::{OverlayOutlet, audition::audition_way, overlay::overlay_way};

/// An answer that makes the music 3.5 LU louder.
fn answer() -> AssistantState {
    let item = json!({
        "module": "eq", "band": 0, "acts": true, "reason": "dull", "unit": "dB", "confidence": 0.7,
        "measured": -3.0, "target_low": -1.0, "target_high": 1.0,
        "changes": [{ "id": "eq1_gain", "value": 1.25 }, { "id": "from_the_future", "value": 1.0 }],
    });
    let suggestion = json!({
        "version": 1, "settings": {}, "items": [item], "styles": [], "notes": [],
        "measurement": { "loudness": { "integrated_lufs": -18.0 } },
        "expected": { "loudness": { "integrated_lufs": -14.5 } },
        "decided_lufs": -14.5, "limiter_reduction_p95_db": 1.0,
    });
    serde_json::from_value(json!({ "version": VERSION, "heard_s": 30.0, "suggestion": suggestion })).unwrap()
}

fn memory() -> (Arc<Memory>, OverlayOutlet) {
    let (inlet, outlet) = overlay_way();
    (Memory::new(inlet, audition_way().0), outlet)
}

fn position(id: &str) -> usize {
    fields().iter().position(|field| field.id == id).unwrap()
}

#[test]
fn an_answer_is_numbered_saved_and_loaded_to_the_letter() {
    let (memory, mut outlet) = memory();
    assert!(memory.serialize_fields().is_empty());
    memory.keep(answer(), 0);
    memory.keep(answer(), 0);
    assert_eq!((memory.answer().unwrap().decision, memory.decision()), (2, 2));
    assert!(outlet.update());
    // Ids that this version does not know are left out; the louder sound is matched to the input.
    assert_eq!(outlet.overlay(), &vec![(position("eq1_gain"), 1.25), (position("level_match_gain"), -3.5)]);

    let saved = memory.serialize_fields();
    let (other, mut other_outlet) = self::memory();
    other.deserialize_fields(&saved);
    assert_eq!(other.serialize_fields(), saved);
    assert_eq!(other.answer(), memory.answer());
    assert!(other_outlet.update());
    assert_eq!(other_outlet.overlay(), outlet.overlay());
}

#[test]
fn what_cannot_be_read_is_kept_but_says_nothing() {
    for text in ["", "{", "{\"version\":7,\"suggestion\":{\"melody\":true}}", "null", "{\"version\":0}"] {
        let (memory, mut outlet) = memory();
        memory.keep(answer(), 0);
        outlet.update();
        let saved = BTreeMap::from([(KEY.to_owned(), text.to_owned()), ("other".to_owned(), "{}".to_owned())]);
        memory.deserialize_fields(&saved);
        assert_eq!(memory.answer(), None, "{text}");
        assert_eq!(memory.serialize_fields(), saved, "what a later version saved beside it too");
        assert!(outlet.update() && outlet.overlay().is_empty(), "{text}");
    }
}

#[test]
fn an_answer_to_the_music_of_another_project_is_not_kept() {
    let (memory, _) = memory();
    let loads = memory.loads();
    memory.deserialize_fields(&BTreeMap::new());
    memory.keep(answer(), loads);
    assert_eq!(memory.answer(), None);
}

#[test]
fn an_answer_that_could_not_have_been_given_is_none() {
    let good = serde_json::to_value(answer()).unwrap();
    assert!(AssistantState::from_text(&good.to_string()).is_some());
    for (pointer, value) in [
        ("/suggestion/version", json!(2)),
        ("/suggestion/version", json!(0)),
        ("/suggestion/items/0/band", json!(u64::MAX)),
        (
            "/suggestion/items/0/effect",
            json!({ "expected": 1.0, "achieved": 1.0, "gauge": { "spread": { "band": 4 } } }),
        ),
        (
            "/suggestion/items/0/effect",
            json!({ "expected": 1.0, "achieved": 1.0, "gauge": { "width": { "band": 9 } } }),
        ),
    ] {
        let mut wrong = good.clone();
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        wrong.pointer_mut(parent).unwrap()[key] = value;
        assert_eq!(AssistantState::from_text(&wrong.to_string()), None, "{pointer}");
    }
    let mut wild = good;
    wild["suggestion"]["settings"] = json!({ "limiter": { "drive_db": 1e300 } });
    let settings = AssistantState::from_text(&wild.to_string()).unwrap().suggestion.unwrap().settings;
    assert_eq!(settings.limiter.drive_db, 24.0);
}

#[test]
fn answers_are_counted_past_the_last_number() {
    let (memory, _) = memory();
    let last = AssistantState { decision: u64::MAX, ..answer() };
    memory.deserialize_fields(&BTreeMap::from([(KEY.to_owned(), serde_json::to_string(&last).unwrap())]));
    memory.keep(answer(), memory.loads());
    assert_eq!(memory.decision(), 1);
}
