//! The format's rules for values: whole ones, those for other spaces, those that come by process, flush and state, and modulation.

use std::{
    ffi::{CStr, CString},
    thread,
};

use clap_sys::{ext::params::*, process::CLAP_PROCESS_CONTINUE};

use super::{
    random::Random,
    raw::{Raw, Wire},
    state::framed,
    *,
};

fn is_stepped(param: &clap_param_info) -> bool {
    param.flags & CLAP_PARAM_IS_STEPPED != 0
}

fn name(param: &clap_param_info) -> String {
    // SAFETY: a name ends with its zero.
    unsafe { CStr::from_ptr(param.name.as_ptr()) }.to_string_lossy().into_owned()
}

fn text(raw: &Raw, id: u32, value: f64) -> CString {
    let params = raw.extension::<clap_plugin_params>(CLAP_EXT_PARAMS).expect("parameters");
    let mut room = [0; 256];
    // SAFETY: the instance's own call, with so much room; what it gives ends with its zero.
    unsafe {
        assert!(params.value_to_text.expect("a call")(raw.plugin, id, value, room.as_mut_ptr(), 256));
        CStr::from_ptr(room.as_ptr()).to_owned()
    }
}

fn read(raw: &Raw, id: u32, text: &CStr) -> f64 {
    let params = raw.extension::<clap_plugin_params>(CLAP_EXT_PARAMS).expect("parameters");
    let mut value = f64::NAN;
    // SAFETY: the instance's own call, with a string and room for the answer.
    let is_read = unsafe { params.text_to_value.expect("a call")(raw.plugin, id, text.as_ptr(), &raw mut value) };
    assert!(is_read, "{text:?} is its own");
    value
}

/// Each parameter somewhere by chance, but for `listen`, which has an answer put into the state when it ends.
fn scattered(raw: &Raw, random: &mut Random) -> Vec<Wire> {
    let params = raw.params();
    let others = params.iter().filter(|param| param.id != number("listen"));
    others
        .map(|param| Wire::value(0, param.id, param.min_value + random.share() * (param.max_value - param.min_value)))
        .collect()
}

#[test]
fn a_choice_reads_as_the_whole_number_that_it_is() {
    let raw = Raw::new();
    let mut choices = 0;
    for param in raw.params().iter().filter(|param| is_stepped(param)) {
        assert_eq!(param.default_value, param.default_value.round(), "{}", name(param));
        for choice in 0..=param.max_value as u32 {
            let choice = f64::from(choice);
            raw.flush(&[Wire::value(0, param.id, choice)]);
            assert_eq!(raw.value(param.id), choice, "{}", name(param));
            assert_eq!(read(&raw, param.id, &text(&raw, param.id, choice)), choice, "{}", name(param));
            choices += 1;
        }
        raw.flush(&[Wire::value(0, param.id, param.default_value)]);
    }
    assert!(choices > 200, "{choices}");
    raw.flush(&[Wire::value(0, number("eq1_type"), read(&raw, number("eq1_type"), c"Notch"))]);
    assert_eq!(raw.value(number("eq1_type")) as u32, 5);
}

#[test]
fn texts_and_values_made_from_each_other_settle_at_once() {
    let raw = Raw::new();
    let mut random = Random::new(6);
    for param in raw.params() {
        let range = param.max_value - param.min_value;
        let steps = (0..=22).map(|step| f64::from(step) / 22.0);
        let chances: Vec<f64> = (0..100).map(|_| random.share()).collect();
        for share in steps.chain(chances) {
            let first_text = text(&raw, param.id, param.min_value + share * range);
            let first = read(&raw, param.id, &first_text);
            assert!((param.min_value..=param.max_value).contains(&first), "{}", name(&param));
            assert!(!is_stepped(&param) || first == first.round(), "{} reads {first}", name(&param));
            let second_text = text(&raw, param.id, first);
            assert_eq!(first_text, second_text, "{} at {share}", name(&param));
            assert_eq!(read(&raw, param.id, &second_text).to_bits(), first.to_bits(), "{} at {share}", name(&param));
        }
    }
}

#[test]
fn values_of_another_space_change_nothing() {
    const SPACE: u16 = 0xb33f;
    let raw = Raw::new();
    assert!(raw.activate(RATE_HZ, 512) && raw.start());
    let mut random = Random::new(1);
    for round in 0..10 {
        raw.flush(&scattered(&raw, &mut random));
        let (values, saved) = (raw.values(), raw.saved());
        let strange: Vec<_> = raw
            .params()
            .iter()
            .map(|param| {
                let value = param.min_value + random.share() * (param.max_value - param.min_value);
                Wire::value(random.below(512), param.id, value).of_space(SPACE)
            })
            .collect();
        if round % 2 == 0 {
            raw.flush(&strange);
        } else {
            assert_eq!(raw.play(&mut song(512), &strange), CLAP_PROCESS_CONTINUE);
        }
        assert_eq!(raw.values(), values);
        assert_eq!(raw.saved(), saved);
    }
}

#[test]
fn values_are_the_same_by_process_by_flush_and_by_state() {
    for seed in 0..6 {
        let mut random = Random::new(seed);
        let [played, flushed, loaded] = [(); 3].map(|()| Raw::new());
        for raw in [&played, &loaded] {
            assert!(raw.activate(RATE_HZ, 512) && raw.start());
        }
        // The one that loads stands elsewhere before.
        loaded.flush(&scattered(&loaded, &mut random));
        let events = scattered(&played, &mut random);
        assert_eq!(played.play(&mut song(512), &events), CLAP_PROCESS_CONTINUE);
        flushed.flush(&events);
        let saved = played.save(23, usize::MAX).expect("saves");
        assert_ne!(loaded.saved(), saved);
        assert!(loaded.load(&saved, 17, usize::MAX));
        for raw in [&flushed, &loaded] {
            assert_eq!(raw.values(), played.values(), "seed {seed}");
            assert_eq!(raw.saved(), saved, "seed {seed}");
        }
        assert_eq!(loaded.play(&mut song(512), &[]), CLAP_PROCESS_CONTINUE);
        assert_eq!(loaded.saved(), saved, "playing changes no value");
    }
}

#[test]
fn modulation_sounds_and_leaves_values_and_state_alone() {
    let raw = Raw::new();
    assert!(raw.activate(RATE_HZ, 512) && raw.start());
    let mut random = Random::new(9);
    let params = raw.params();
    let modulatable =
        |param: &&clap_param_info| param.flags & CLAP_PARAM_IS_MODULATABLE != 0 && param.id != number("listen");
    let modulatable: Vec<_> = params.iter().filter(modulatable).collect();
    assert!(modulatable.len() > 150, "{}", modulatable.len());
    for _ in 0..20 {
        raw.flush(&scattered(&raw, &mut random));
        let (values, saved) = (raw.values(), raw.saved());
        for sign in [0.5, -0.5] {
            let amount =
                |param: &&clap_param_info| Wire::modulation(200, param.id, sign * (param.max_value - param.min_value));
            let mut output = song(512);
            let modulation: Vec<_> = modulatable.iter().map(amount).collect();
            assert_eq!(raw.play(&mut output, &modulation), CLAP_PROCESS_CONTINUE);
            assert!(output.iter().flatten().all(|sample| sample.is_finite()));
            assert_eq!(raw.values(), values, "a value is what was set");
            assert_eq!(raw.saved(), saved);
        }
        let none: Vec<_> = modulatable.iter().map(|param| Wire::modulation(100, param.id, 0.0)).collect();
        assert_eq!(raw.play(&mut song(512), &none), CLAP_PROCESS_CONTINUE);
        assert_eq!(raw.values(), values);
        assert_eq!(raw.saved(), saved);
    }
    // It is heard, from its sample on, and is gone with its amount.
    let play = |events: &[Wire]| {
        let raw = Raw::new();
        assert!(raw.activate(RATE_HZ, 512) && raw.start());
        let mut output = song(512);
        assert_eq!(raw.play(&mut output, events), CLAP_PROCESS_CONTINUE);
        output
    };
    let gain = number("input_gain");
    let moved = play(&[Wire::modulation(100, gain, 0.25)]);
    assert_eq!(
        moved,
        play(&[Wire::value(
            100,
            gain,
            raw.params().iter().find(|param| param.id == gain).expect("it").default_value + 0.25
        )])
    );
    assert_ne!(moved, play(&[]));
    assert_eq!(play(&[Wire::modulation(100, gain, 0.25), Wire::modulation(100, gain, 0.0)]), play(&[]));
}

/// The end of the range holds a modulated value, whatever is set meanwhile: what was set is there when the modulation goes.
#[test]
fn what_is_set_while_modulation_holds_a_value_at_its_end_is_kept() {
    for active in [false, true] {
        for by in ["process", "flush", "state"] {
            let raw = Raw::new();
            if active || by == "process" {
                assert!(raw.activate(RATE_HZ, 512) && raw.start());
            }
            let params = raw.params();
            let kept =
                |param: &&clap_param_info| param.flags & CLAP_PARAM_IS_MODULATABLE != 0 && param.id != number("listen");
            let params: Vec<_> = params.iter().filter(kept).collect();
            let at = |high: bool| -> Vec<Wire> {
                let end = |param: &clap_param_info| if high { param.max_value } else { param.min_value };
                params.iter().map(|param| Wire::value(0, param.id, end(param))).collect()
            };
            let modulated = |ranges: f64| -> Vec<Wire> {
                params.iter().map(|param| Wire::modulation(0, param.id, ranges * param.max_value)).collect()
            };
            let expected = Raw::new();
            expected.flush(&at(true));
            raw.flush(&at(false));
            raw.flush(&modulated(2.0));
            match by {
                "process" => assert_eq!(raw.play(&mut song(512), &at(true)), CLAP_PROCESS_CONTINUE),
                "flush" => raw.flush(&at(true)),
                _ => assert!(raw.load(&expected.saved(), usize::MAX, usize::MAX)),
            }
            let difference = params.iter().find(|param| raw.value(param.id) != expected.value(param.id));
            assert_eq!(difference.map(|param| name(param)), None, "by {by}, active: {active}");
            assert_eq!(raw.saved(), expected.saved(), "by {by}, active: {active}");
            raw.flush(&modulated(0.0));
            assert_eq!(raw.saved(), expected.saved(), "by {by}, active: {active}");
        }
    }
}

#[test]
fn a_megabyte_of_noise_is_no_state() {
    let raw = Raw::well_hosted();
    let mut random = Random::new(3);
    raw.flush(&scattered(&raw, &mut random));
    let (values, saved) = (raw.values(), raw.saved());
    raw.settle();
    raw.host.take_told();
    for _ in 0..3 {
        let noise: Vec<u8> = (0..1 << 18).flat_map(|_| random.bits().to_le_bytes()).collect();
        for state in [&noise, &framed(&noise)] {
            assert!(!raw.load(state, 4096, usize::MAX));
            assert_eq!(raw.values(), values);
            assert_eq!(raw.saved(), saved);
        }
    }
    assert_eq!(raw.host.take_told(), [], "nor is the host told of one");
}

#[test]
fn the_assistants_parameters_begin_where_they_should() {
    let raw = Raw::new();
    let of = [
        ("listen", 0.0),
        ("accept", 0.0),
        ("assist_amount", 1.0),
        ("assist_deliver", 0.0),
        ("assist_eq", 1.0),
        ("assist_comp", 1.0),
        ("assist_imager", 1.0),
        ("assist_limiter", 1.0),
    ];
    let params = raw.params();
    for (id, default) in of {
        let param = params.iter().find(|param| param.id == number(id)).expect("it is listed");
        assert_eq!((param.default_value, raw.value(param.id)), (default, default), "{id}");
    }
}

#[test]
fn values_are_read_from_any_thread_while_they_are_set() {
    let raw = Raw::new();
    assert!(raw.activate(RATE_HZ, 512) && raw.start());
    let id = number("eq1_type");
    thread::scope(|scope| {
        let reader = || {
            for _ in 0..20_000 {
                let value = raw.value(id);
                assert_eq!(value, value.round());
            }
        };
        let readers = [scope.spawn(reader), scope.spawn(reader)];
        for round in 0..300 {
            raw.play(&mut song(16), &[Wire::value(0, id, f64::from(round % 7))]);
        }
        readers.into_iter().for_each(|reader| reader.join().expect("it lives"));
    });
}
