//! The parameters as a host lists, shows and reads them.

use std::collections::HashSet;

use lacquer::settings::fields::{Kind, fields};

use super::*;

const ASSISTANT_IDS: [&str; 8] = [
    "listen",
    "accept",
    "assist_amount",
    "assist_deliver",
    "assist_eq",
    "assist_comp",
    "assist_imager",
    "assist_limiter",
];

#[test]
fn every_field_is_a_parameter_with_its_name_group_range_and_default() {
    let mut plugin = plugin();
    let params = plugin.params();
    assert_eq!(params.len(), fields().len() + ASSISTANT_IDS.len());
    assert_eq!(params.iter().map(|param| param.id).collect::<HashSet<_>>().len(), params.len());
    for field in fields() {
        let param = params.iter().find(|param| param.id == number(&field.id)).expect("each field has a parameter");
        assert_eq!((&param.name, &param.module), (&field.name, &field.group));
        let max = match field.kind {
            Kind::Number { .. } | Kind::Switch => 1.0,
            Kind::Count { min, max } => f64::from(max - min),
            Kind::Choice { labels } => labels.len() as f64 - 1.0,
        };
        assert_eq!((param.min, param.max), (0.0, max), "{}", field.id);
        assert!((param.default - position(&field.id, field.default)).abs() < 1e-6, "{}", field.id);
        assert_eq!(param.stepped, !matches!(field.kind, Kind::Number { .. }), "{}", field.id);
        assert_eq!(param.bypass, field.id == "bypass", "{}", field.id);
        assert_eq!(param.automatable, field.automatable, "{}", field.id);
        assert!((plugin.value(param.id).unwrap() - param.default).abs() < 1e-6, "{}", field.id);
    }
    let assistant: Vec<_> = params.iter().filter(|param| param.module == "Assistant").collect();
    assert_eq!(assistant.iter().map(|param| param.id).collect::<Vec<_>>(), ASSISTANT_IDS.map(number));
    let automatable: Vec<_> = assistant.iter().filter(|param| param.automatable).map(|param| &param.name).collect();
    assert_eq!(automatable, ["Listen", "Accept Suggestion"]);
}

#[test]
fn names_are_unique_and_fit_a_control_surface() {
    let params = plugin().params();
    assert_eq!(params.iter().map(|param| &param.name).collect::<HashSet<_>>().len(), params.len());
    assert!(params.iter().all(|param| !param.name.is_empty() && param.name.len() <= 31));
}

#[test]
fn text_and_value_are_made_from_each_other() {
    let mut plugin = plugin();
    for (id, text, value) in [
        ("eq1_gain", "1.50 dB", 1.5),
        ("eq1_gain", "-3.00 dB", -3.0),
        ("eq1_freq", "1200.0 Hz", 1200.0),
        ("eq1_q", "0.707", 0.707),
        ("eq1_type", "Low Shelf", 1.0),
        ("eq1_slope", "48 dB/oct", 7.0),
        ("comp_bands", "3", 3.0),
        ("comp1_ratio", "1.80:1", 1.8),
        ("comp1_attack", "12.50 ms", 12.5),
        ("limiter_ceiling", "-1.00 dBTP", -1.0),
        ("width1", "110.0 %", 110.0),
        ("bypass", "On", 1.0),
    ] {
        let position = position(id, value);
        assert_eq!(plugin.value_to_text(number(id), position).as_deref(), Some(text), "{id}");
        let read = plugin.text_to_value(number(id), text).expect("its own text is read");
        assert!((read - position).abs() < 1e-6, "{id}: {text} gave {read} for {position}");
    }
    for (id, text, shown) in [
        ("eq1_gain", "1.5", "1.50 dB"),
        ("eq1_gain", "-3dB", "-3.00 dB"),
        ("eq1_freq", "1.2k", "1200.0 Hz"),
        ("eq1_freq", "1.2 kHz", "1200.0 Hz"),
        ("comp1_release", "0.3 s", "300.0 ms"),
        ("eq1_type", "high SHELF", "High Shelf"),
        ("bypass", "off", "Off"),
        ("limiter_drive", "40", "24.00 dB"),
        ("assist_amount", "55", "55.0 %"),
        ("assist_deliver", "vinyl", "Vinyl"),
        ("listen", "on", "On"),
    ] {
        let value = plugin.text_to_value(number(id), text).unwrap_or_else(|| panic!("{id} reads {text}"));
        assert_eq!(plugin.value_to_text(number(id), value).as_deref(), Some(shown), "{id}: {text}");
    }
    for (id, text) in [("eq1_gain", "loud"), ("eq1_gain", "3 Hz"), ("eq1_type", "Sponge"), ("bypass", "maybe")] {
        assert_eq!(plugin.text_to_value(number(id), text), None, "{id} must not read {text}");
    }
}

#[test]
fn each_position_shows_a_text_that_leads_back_to_it() {
    let mut plugin = plugin();
    for param in plugin.params() {
        for step in 0..=60 {
            let mut value = param.min + (param.max - param.min) * f64::from(step) / 60.0;
            if param.stepped {
                value = value.round();
            }
            let text = plugin.value_to_text(param.id, value).expect("a text");
            let read = plugin.text_to_value(param.id, &text).unwrap_or_else(|| panic!("{} reads {text}", param.name));
            assert_eq!(plugin.value_to_text(param.id, read).as_deref(), Some(text.as_str()), "{}", param.name);
        }
    }
}
