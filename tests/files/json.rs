//! Settings, targets and suggestions that nobody wrote so.

use lacquer::{
    assistant::{self, Excerpt, Target, Wishes},
    render::measure::measure,
    settings::{fields, file},
};
use proptest::prelude::*;

use super::{
    cases, entries,
    golden::{SETTINGS, SUGGESTION, TARGET},
    mutation::{grafted, grafts, mutated, mutations},
};

/// What a JSON text can be made odd with.
const WORDS: &[&str] = &[
    "1e999",
    "-1e400",
    "NaN",
    "-Infinity",
    "null",
    "99999999999999999999999999",
    "0.000000000000000000000000000000000000000000000000000001",
    "\"version\": 2,",
    "\"settings\": {},",
    "\"eq\": 1,",
    "\"format\": \"lacquer-settings\",",
    "[[[[[[[[[[",
    "{\"a\":",
    "}",
    "\"",
    "\\u0000",
    "\\ud800",
    "\u{feff}",
    "é",
    "//",
    ",",
];

/// As deep as no file is.
fn deep(open: &str, close: &str) -> String {
    open.repeat(200_000) + "1" + &close.repeat(200_000)
}

#[test]
fn files_cut_off_at_any_byte_are_refused_in_a_sentence() {
    for end in 0..SETTINGS.trim_end().len() {
        if let Some(start) = SETTINGS.get(..end) {
            let error = file::from_text(start).expect_err("half a file").to_string();
            assert!(error.contains("not JSON"), "after {end} bytes: {error}");
        }
    }
    for end in 0..TARGET.trim_end().len() {
        if let Some(start) = TARGET.get(..end) {
            assert!(entries::target(start.as_bytes()).is_none(), "after {end} bytes");
        }
    }
    for end in (0..SUGGESTION.len()).step_by(7) {
        assert!(entries::suggestion(&SUGGESTION.as_bytes()[..end]).is_none(), "after {end} bytes");
    }
}

#[test]
fn nothing_is_too_deep_or_said_too_often() {
    for text in [deep("[", "]"), deep("{\"a\":", "}"), deep("{\"settings\":", "}")] {
        assert!(file::from_text(&text).expect_err("too deep").to_string().contains("not JSON"));
        assert!(entries::target(text.as_bytes()).is_none());
        assert!(entries::suggestion(text.as_bytes()).is_none());
    }
    // Of what is said twice, the last counts.
    let twice = r#"{"format":"lacquer-settings","version":1,"settings":{"output":{"gain_db":1.0,"gain_db":2.0}}}"#;
    assert_eq!(file::from_text(twice).expect("loads").settings.output.gain_db, 2.0);
    let infinite = r#"{"format":"lacquer-settings","version":1,"settings":{"output":{"gain_db":1e300}}}"#;
    let loaded = file::from_text(infinite).expect("a number all the same");
    assert_eq!((loaded.settings.output.gain_db, loaded.notes.len()), (24.0, 1), "brought into range, with a note");
}

proptest! {
    #![proptest_config(cases(1500))]

    #[test]
    fn any_bytes_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..600), text in "\\PC{0,200}") {
        for bytes in [&bytes[..], text.as_bytes()] {
            entries::settings(bytes);
            prop_assert!(entries::target(bytes).is_none());
            prop_assert!(entries::suggestion(bytes).is_none());
        }
    }

    #[test]
    fn settings_with_odd_bytes_load_or_are_refused(changes in mutations(WORDS)) {
        entries::settings(&mutated(SETTINGS.as_bytes(), &changes));
    }

    #[test]
    fn settings_with_odd_values_load_or_are_refused(grafts in grafts()) {
        entries::settings(grafted(SETTINGS, &grafts).as_bytes());
    }
}

proptest! {
    #![proptest_config(cases(500))]

    #[test]
    fn targets_with_odd_bytes_and_values_load_or_are_refused(changes in mutations(WORDS), grafts in grafts()) {
        entries::target(&mutated(TARGET.as_bytes(), &changes));
        entries::target(grafted(TARGET, &grafts).as_bytes());
    }

    #[test]
    fn suggestions_with_odd_bytes_and_values_are_admitted_or_not(changes in mutations(WORDS), grafts in grafts()) {
        entries::suggestion(&mutated(SUGGESTION.as_bytes(), &changes));
        entries::suggestion(grafted(SUGGESTION, &grafts).as_bytes());
    }
}

/// A target of the first version with its figures blown up or shrunk.
fn stretched(means: f64, covariances: f64, ranges: f64) -> Target {
    let mut target = Target::from_text(TARGET).expect("loads");
    let residual = target.conditional.as_mut().map(|conditional| &mut conditional.residual);
    for spread in [Some(&mut target.shape), residual].into_iter().flatten() {
        spread.mean_db.iter_mut().for_each(|db| *db *= means);
        spread.covariance_db2.iter_mut().flatten().for_each(|db2| *db2 *= covariances);
    }
    for range in target.side_mid_db.iter_mut().chain(target.ranges.all_mut()) {
        for figure in [&mut range.low, &mut range.middle, &mut range.high] {
            *figure *= ranges;
        }
    }
    target
}

proptest! {
    #![proptest_config(cases(8))]

    #[test]
    fn any_target_that_loads_gives_a_delicate_suggestion(
        (means, covariances, ranges) in (-2000f64..2000.0, -6f64..3.5, 0f64..6000.0),
    ) {
        let text = stretched(means, 10f64.powf(covariances), ranges).to_text();
        let Some(target) = entries::target(text.as_bytes()) else { return Ok(()) };
        let mut noise = 1u32;
        let mut next = |n: usize| {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (0.1 + 0.1 * (n as f32 / 9000.0).sin()) * ((noise >> 8) as f32 / 2f32.powi(23) - 1.0)
        };
        let left: Vec<f32> = (0..160_000).map(&mut next).collect();
        let right: Vec<f32> = left.iter().enumerate().map(|(n, left)| 0.8 * left + 0.2 * next(n)).collect();
        let mut song = Excerpt { sample_rate_hz: 16_000, left, right };
        let measurement = measure(&mut song, 2, &mut |_| {}).expect("measures");
        let wishes = Wishes { own_target: Some(target), ..Wishes::default() };
        let suggestion = assistant::suggest(&mut song, &measurement, &wishes, &mut |_| {}).expect("suggests");
        prop_assert_eq!(fields::snapped(suggestion.settings), suggestion.settings);
        for band in suggestion.settings.eq.bands.iter().filter(|band| band.on && band.filter.has_gain()) {
            prop_assert!(band.gain_db.abs() <= 4.0, "{:?}", band);
        }
        let said = serde_json::to_string(&suggestion).expect("JSON");
        prop_assert!(entries::suggestion(said.as_bytes()).is_some(), "it can be read again: {}", said);
        prop_assert!(!said.contains("NaN") && !said.contains("inf "), "{}", said);
    }
}
