//! States of any age and shape.

use serde_json::{Value, json};

use super::*;

/// A state of 0.1.0 with every parameter somewhere else and all that is kept beside them. It is never written anew.
pub const GOLDEN: &str = include_str!("../golden/state-v1.json");

/// A text as the CLAP stream holds it.
pub fn framed(text: &[u8]) -> Vec<u8> {
    [&(text.len() as u64).to_le_bytes()[..], text].concat()
}

/// A state as the CLAP stream holds it.
fn stream(state: &Value) -> Vec<u8> {
    framed(state.to_string().as_bytes())
}

/// What a saved state says.
fn read(state: &[u8]) -> Value {
    let length = u64::from_le_bytes(state[..8].try_into().expect("eight bytes")) as usize;
    assert_eq!(length, state.len() - 8);
    serde_json::from_slice(&state[8..]).expect("well-formed")
}

pub fn values(plugin: &mut Plugin) -> Vec<f64> {
    let ids: Vec<_> = plugin.params().iter().map(|param| param.id).collect();
    ids.into_iter().map(|id| plugin.value(id).expect("its own parameter")).collect()
}

/// An instance at values far from the default, each somewhere else.
pub fn scrambled() -> Plugin {
    let mut plugin = plugin();
    let mut place = 0.0f64;
    let events: Vec<_> = plugin
        .params()
        .iter()
        .filter(|param| param.id != number("listen"))
        .map(|param| {
            place = (place + 0.618_034).fract();
            let value = param.min + place * (param.max - param.min);
            Event { sample: 0, param: param.id, value: if param.stepped { value.round() } else { value } }
        })
        .collect();
    play(&mut plugin, &[vec![0.0; 64], vec![0.0; 64]], 64, &events);
    plugin
}

#[test]
fn a_state_comes_back_whole() {
    let mut first = scrambled();
    let saved = first.save().unwrap();
    let mut second = plugin();
    second.load_state(&saved).unwrap();
    assert_eq!(values(&mut first), values(&mut second));
    assert_ne!(values(&mut second), values(&mut plugin()));
    assert_eq!(second.save().unwrap(), saved);
}

#[test]
fn a_state_of_the_first_version_loads_to_its_values_and_is_kept_to_the_letter() {
    let golden: Value = serde_json::from_str(GOLDEN).expect("JSON");
    let mut plugin = plugin();
    plugin.load_state(&stream(&golden)).unwrap();
    let saved = read(&plugin.save().unwrap());
    let params = golden["params"].as_object().expect("parameters");
    assert!(params.len() > 150, "{}", params.len());
    for (id, value) in params {
        assert_eq!(&saved["params"][id], value, "{id}");
    }
    for field in fields().iter().filter(|field| params.contains_key(&field.id)) {
        let saved = &golden["params"][&field.id];
        let number = saved["f32"].as_f64().or(saved["i32"].as_f64());
        let value = number.unwrap_or(f64::from(u8::from(saved["bool"] == true)));
        let (is, wanted) = (plugin.value(super::number(&field.id)).unwrap(), position(&field.id, value as f32));
        assert!((is - wanted).abs() < 1e-6, "{} stands at {is}, not {wanted}", field.id);
    }
    // The answer, the taste, what the window keeps, and what a later version put beside them.
    assert!(golden["fields"].as_object().is_some_and(|fields| fields.len() == 5));
    assert_eq!(saved["fields"], golden["fields"]);
}

#[test]
fn streams_may_give_and_take_a_few_bytes_at_a_time() {
    /// Reads and writes at most 7 bytes a call.
    struct Slow(Vec<u8>, usize);
    impl std::io::Read for Slow {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let bytes = buffer.len().min(7).min(self.0.len() - self.1);
            buffer[..bytes].copy_from_slice(&self.0[self.1..][..bytes]);
            self.1 += bytes;
            Ok(bytes)
        }
    }
    impl std::io::Write for Slow {
        fn write(&mut self, buffer: &[u8]) -> std::io::Result<usize> {
            let bytes = buffer.len().min(7);
            self.0.extend_from_slice(&buffer[..bytes]);
            Ok(bytes)
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut first = scrambled();
    let mut slow = Slow(Vec::new(), 0);
    first.save_to(&mut slow).unwrap();
    assert_eq!(slow.0, first.save().unwrap());
    let mut second = plugin();
    second.load_state_from(&mut slow).unwrap();
    assert_eq!(values(&mut first), values(&mut second));
}

#[test]
fn a_state_names_version_parameters_and_units_of_value() {
    let state = read(&scrambled().save().unwrap());
    assert_eq!(state["version"], env!("CARGO_PKG_VERSION"));
    for field in fields() {
        assert!(state["params"][&field.id].is_object(), "{} is saved under its id", field.id);
    }
    assert!(state["params"]["eq1_gain"]["f32"].is_number());
    assert!(state["params"]["eq1_on"]["bool"].is_boolean());
    assert!(state["params"]["eq1_type"]["i32"].is_number());
}

#[test]
fn old_odd_and_wild_states_load_as_far_as_they_make_sense() {
    let mut plugin = plugin();
    let state = json!({
        "params": {
            "eq1_gain": { "f32": 2.5 },
            "eq2_gain": { "f32": 1e9 },
            "eq3_gain": { "bool": true },
            "eq1_type": { "i32": 99 },
            "eq9_sparkle": { "f32": 1.0 },
        },
        "fields": { "assistant": "{broken", "editor": "{}" },
    });
    plugin.load_state(&stream(&state)).unwrap();
    let mut shown = |id: &str| {
        let value = plugin.value(number(id)).unwrap();
        plugin.value_to_text(number(id), value).unwrap()
    };
    assert_eq!(shown("eq1_gain"), "2.50 dB");
    assert_eq!(shown("eq2_gain"), "18.00 dB");
    assert_eq!(shown("eq3_gain"), "0.00 dB");
    assert_eq!(shown("eq1_type"), "Tilt");
    let saved = read(&plugin.save().unwrap());
    assert_eq!(saved["fields"]["assistant"], "{broken", "what cannot be read is not thrown away");
}

#[test]
fn what_is_no_state_is_refused_and_changes_nothing() {
    let mut plugin = scrambled();
    let before = values(&mut plugin);
    let saved = plugin.save().unwrap();
    for bytes in [&b""[..], b"12", b"\x05\0\0\0\0\0\0\0hello", &saved[..saved.len() / 2], &[0xff; 64]] {
        assert!(plugin.load_state(bytes).is_err());
        assert_eq!(values(&mut plugin), before);
    }
}
