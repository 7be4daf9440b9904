//! What a project keeps of the window, as nobody has written it: it counts as nothing, or all that can be done with it stays in range.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::{editor::desk::review::tests::suggestion, settings::fields::fields};

#[path = "../../../../tests/files/cases.rs"]
mod cases;
#[path = "../../../../tests/files/mutation.rs"]
mod mutation;

use cases::cases;
use mutation::{grafted, grafts, mutated, mutations};

const WORDS: &[&str] =
    &["1e999", "1e38", "-5000", "null", "99999999999999999999", "\"version\": 2,", "[[[[", "}", "\"", "\u{feff}", ","];

/// Everything that a project can keep.
fn kept(suggestion: &Suggestion) -> String {
    let mut model = Model::new(Library::new(None));
    let now = ChainSettings::default();
    model.receive(1, Some(suggestion));
    model.decide("accept", suggestion, &now, |review, suggestion, now| review.accept(1, suggestion, now));
    model.decide("amount", suggestion, &now, |review, suggestion, now| review.set_percent(1, 40.0, suggestion, now));
    model.load_preset(&Place::Factory("Open top".into()), &now);
    model.decide("accept", suggestion, &now, |review, suggestion, now| review.accept(0, suggestion, now));
    model.copy_slot(&now);
    model.text()
}

/// Takes the text up and does all that can be done; panics where a value is out of range.
fn work_with(text: &str, suggestion: &Suggestion) {
    let mut model = Model::new(Library::new(None));
    model.restore(Some(text), Taste::default());
    model.receive(1, Some(suggestion));
    let now = ChainSettings::default();
    let review = model.kept.review.clone().expect("an answer is under review");
    assert_eq!(review.cards.len(), suggestion.items.len(), "{text}");
    let (trial, louder_lu) = review.trial(&review.tried(None), suggestion, &now);
    assert!(louder_lu.is_finite(), "{louder_lu} LU: {text}");
    let mut values = trial;
    for item in 0..suggestion.items.len() {
        values.extend(model.decide("a", suggestion, &now, |review, it, now| review.accept(item, it, now)));
        values.extend(model.decide("b", suggestion, &now, |review, it, now| review.set_whole(70.0, it, now)));
        values.extend(model.decide("c", suggestion, &now, |review, it, now| review.reopen(item, it, now)));
    }
    values.extend(model.switch_slot(&now));
    values.extend(model.switch_slot(&now));
    values.extend(model.step_preset(1, &now));
    while model.undoes().is_some() {
        values.extend(model.undo());
    }
    for (id, value) in values {
        let field = fields().iter().find(|field| field.id == id).expect("a parameter");
        assert_eq!(value, field.snap(value), "{id} is within its range and on its step: {text}");
    }
    let text = model.text();
    model.restore(Some(&text), Taste::default());
    assert_eq!(model.text(), text, "saved again it is the same");
}

#[test]
fn what_is_far_out_is_brought_into_range() {
    let text = json!({
        "version": 1,
        "review": {
            "decision": 1, "whole_percent": -1e300, "base": { "output": { "gain_db": 1e39 } },
            "cards": [
                { "verdict": "accepted", "percent": 1e300 },
                { "verdict": "open", "percent": -5.0 },
                { "verdict": "rejected", "percent": 50.0 },
                { "verdict": "open", "percent": 100.0 },
            ],
        },
        "slots": { "sounding": "B", "waiting": { "output": { "gain_db": -1e39 } } },
    });
    work_with(&text.to_string(), &suggestion());
    let kept = Kept::admitted(&text.to_string()).expect("it can be read");
    let review = kept.review.expect("a review");
    assert_eq!((review.whole_percent, review.cards[0].percent, review.cards[1].percent), (0.0, 100.0, 0.0));
    assert_eq!(kept.slots.waiting.expect("a sound").output.gain_db, -24.0);
    assert!(Kept::admitted(r#"{"version":2}"#).is_none(), "a later version's is not understood");
}

proptest! {
    #![proptest_config(cases(500))]

    #[test]
    fn odd_bytes_and_values_harm_nothing(changes in mutations(WORDS), grafts in grafts(), any in "\\PC{0,200}") {
        let suggestion = suggestion();
        let text = kept(&suggestion);
        work_with(&String::from_utf8_lossy(&mutated(text.as_bytes(), &changes)), &suggestion);
        work_with(&grafted(&text, &grafts), &suggestion);
        work_with(&any, &suggestion);
    }
}

#[test]
fn what_is_cut_off_at_any_byte_counts_as_nothing() {
    let text = kept(&suggestion());
    for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
        assert!(Kept::admitted(&text[..end]).is_none(), "after {end} bytes");
    }
    assert!(Kept::admitted(&text).is_some());
}
