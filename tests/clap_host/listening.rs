//! Listening, deciding, accepting.

use std::{thread, time::Duration};

use serde_json::{Value, json};

use super::*;

/// What the state says of the assistant once it has given `decision` answers.
fn answer(plugin: &mut Plugin, decision: u64) -> Value {
    // Three minutes: far more than any machine needs for these few seconds of music.
    for _ in 0..18_000 {
        plugin.idle();
        let state = plugin.save().expect("a state");
        let state: Value = serde_json::from_slice(&state[8..]).expect("well-formed");
        if let Some(text) = state.pointer("/fields/assistant").and_then(Value::as_str) {
            let answer: Value = serde_json::from_str(text).expect("well-formed");
            if answer["decision"].as_u64() >= Some(decision) {
                return answer;
            }
        }
        thread::sleep(Duration::from_millis(10));
    }
    panic!("no answer {decision}");
}

fn switch(id: &str, sample: usize, on: bool) -> Event {
    Event { sample: sample as u64, param: number(id), value: f64::from(u8::from(on)) }
}

#[test]
fn what_was_heard_is_answered_with_a_suggestion_the_same_each_time() {
    const FRAMES: usize = 8 * 48_000;
    let input = song(FRAMES);
    let answers = [512, 1000].map(|block| {
        let mut plugin = plugin();
        plugin.set_offline(true).unwrap();
        let mut audio = plugin.activate(RATE_HZ, block).unwrap();
        let [mut left, mut right] = input.clone();
        let events = [switch("listen", 1000, true), switch("listen", FRAMES - 2000, false)];
        audio.play(&mut [&mut left, &mut right], block as usize, &events, |_| ()).unwrap();
        let answer = answer(&mut plugin, 1);
        plugin.deactivate(audio);
        answer
    });
    let first = &answers[0];
    assert_eq!((&first["version"], &first["decision"], &first["error"]), (&json!(1), &json!(1), &Value::Null));
    assert_eq!(first["heard_s"], json!((FRAMES - 3000) as f64 / RATE_HZ));
    assert_eq!(first["dropped_s"], json!(0.0));
    assert_eq!((&first["deliver"], &first["amount_percent"]), (&json!("streaming"), &json!(100.0)));
    let suggestion = &first["suggestion"];
    assert_eq!(suggestion["version"], 1);
    assert_eq!(suggestion["measurement"]["heard_s"], first["heard_s"]);
    for change in suggestion["items"].as_array().unwrap().iter().flat_map(|item| item["changes"].as_array().unwrap()) {
        assert!(field(change["id"].as_str().unwrap()).is_some(), "{change} is for a parameter");
    }
    assert_eq!(answers[0], answers[1], "offline, block size and machine's load change nothing");
}

#[test]
fn an_accepted_suggestion_keeps_its_promise_of_loudness_and_peak() {
    let input = song(12 * 48_000);
    let mut plugin = plugin();
    plugin.set_offline(true).unwrap();
    let last = input[0].len() - 1;
    play(&mut plugin, &input, 512, &[switch("listen", 0, true), switch("listen", last, false)]);
    let answer = answer(&mut plugin, 1);
    let promised = answer["suggestion"]["expected"]["loudness"]["integrated_lufs"].as_f64().unwrap();
    let before = answer["suggestion"]["measurement"]["loudness"]["integrated_lufs"].as_f64().unwrap();
    assert!((before - promised).abs() > 1.0, "the suggestion does something: {before} to {promised} LUFS");
    let output = play(&mut plugin, &input, 512, &[switch("accept", 0, true)]);
    let mut meter = ebur128::EbuR128::new(2, 48_000, ebur128::Mode::I | ebur128::Mode::TRUE_PEAK).unwrap();
    meter.add_frames_planar_f32(&[&output[0], &output[1]]).unwrap();
    let measured = meter.loudness_global().unwrap();
    assert!((measured - promised).abs() < 0.1, "promised {promised} LUFS, measured {measured}");
    for channel in 0..2 {
        let peak_dbtp = 20.0 * meter.true_peak(channel).unwrap().log10();
        assert!(peak_dbtp <= -1.0 + 0.05, "{peak_dbtp} dBTP");
    }
}

#[test]
fn other_wishes_are_answered_anew_while_the_music_is_held() {
    let input = song(4 * 48_000);
    let mut plugin = plugin();
    plugin.set_offline(true).unwrap();
    let mut audio = plugin.activate(RATE_HZ, 512).unwrap();
    let [mut left, mut right] = input.clone();
    let events = [switch("listen", 0, true), switch("listen", left.len() - 1, false)];
    audio.play(&mut [&mut left, &mut right], 512, &events, |_| ()).unwrap();
    answer(&mut plugin, 1);
    let wishes = [
        Event { sample: 0, param: number("assist_amount"), value: 0.4 },
        Event { sample: 0, param: number("assist_deliver"), value: 3.0 },
        switch("assist_imager", 0, false),
    ];
    audio.play(&mut [&mut [0.0; 64], &mut [0.0; 64]], 64, &wishes, |_| ()).unwrap();
    let second = answer(&mut plugin, 2);
    assert_eq!(second["deliver"], "broadcast");
    assert_eq!(second["only"], json!(["eq", "compressor", "limiter"]));
    assert!((second["amount_percent"].as_f64().unwrap() - 40.0).abs() < 0.01, "{}", second["amount_percent"]);
    plugin.deactivate(audio);
}

#[test]
fn the_host_may_stop_or_change_rate_in_the_middle() {
    let input = song(2 * 48_000);
    let mut plugin = plugin();
    plugin.set_offline(true).unwrap();
    play_at(&mut plugin, 48_000.0, &input, 512, &[switch("listen", 0, true)]);
    // Still on: what is heard now, at another rate, is another song.
    play_at(&mut plugin, 96_000.0, &input, 256, &[switch("listen", input[0].len() - 96, false)]);
    let answer = answer(&mut plugin, 1);
    assert_eq!(answer["heard_s"], json!((input[0].len() - 96) as f64 / 96_000.0));
}

#[test]
fn listen_may_be_turned_off_after_the_host_has_stopped() {
    let input = song(48_001);
    let mut plugin = plugin();
    plugin.set_offline(true).unwrap();
    play(&mut plugin, &input, 512, &[switch("listen", 0, true)]);
    plugin.flush(&[switch("listen", 0, false)]).unwrap();
    let answer = answer(&mut plugin, 1);
    assert_eq!(answer["heard_s"], json!(48_001.0 / RATE_HZ), "to the last frame");
}

#[test]
fn listening_goes_on_when_the_host_stops_and_starts() {
    let input = song(48_000);
    let mut plugin = plugin();
    plugin.set_offline(true).unwrap();
    play(&mut plugin, &input, 512, &[switch("listen", 24_000, true)]);
    play(&mut plugin, &input, 512, &[switch("listen", 47_000, false)]);
    assert_eq!(answer(&mut plugin, 1)["heard_s"], json!(71_000.0 / RATE_HZ));
}

#[test]
fn an_instance_may_go_while_it_listens_or_decides() {
    for end in [false, true] {
        let input = song(3 * 48_000);
        let mut plugin = plugin();
        plugin.set_offline(true).unwrap();
        let last = input[0].len() - 1;
        play(&mut plugin, &input, 512, &[switch("listen", 0, true), switch("listen", last, !end)]);
        drop(plugin);
    }
}

#[test]
fn an_accepted_suggestion_sounds_and_leaves_the_parameters_alone() {
    let suggestion = json!({
        "version": 1, "settings": {}, "styles": [], "notes": [], "decided_lufs": -15.0,
        "limiter_reduction_p95_db": 0.0,
        "measurement": { "loudness": { "integrated_lufs": -18.0 } },
        "expected": { "loudness": { "integrated_lufs": -15.0 } },
        "items": [{
            "module": "eq", "band": 2, "acts": true, "reason": "boomy", "measured": 3.0, "target_low": -1.0,
            "target_high": 1.0, "unit": "dB", "confidence": 0.8,
            "changes": [
                { "id": "eq3_on", "value": 1.0 }, { "id": "eq3_gain", "value": -2.0 }, { "id": "eq3_freq", "value": 250.0 }
            ],
        }],
    });
    let assistant = json!({ "version": 1, "decision": 4, "suggestion": suggestion }).to_string();
    let state = json!({
        "version": "0.1.0",
        "params": { "input_gain": { "f32": 1.0 }, "eq3_gain": { "f32": 5.0 }, "level_match": { "bool": true } },
        "fields": { "assistant": assistant },
    })
    .to_string();
    let mut plugin = plugin();
    plugin.load_state(&[&(state.len() as u64).to_le_bytes()[..], state.as_bytes()].concat()).unwrap();

    let input = song(9000);
    let own = settings(&[("input_gain", 1.0), ("eq3_gain", 5.0), ("level_match", 1.0)]);
    let mut accepted = own;
    for (id, value) in [("eq3_on", 1.0), ("eq3_gain", -2.0), ("eq3_freq", 250.0), ("level_match_gain", -3.0)] {
        field(id).unwrap().set(&mut accepted, value);
    }
    for (accept, expected) in [(false, own), (true, accepted), (false, own)] {
        let output = play(&mut plugin, &input, 256, &[switch("accept", 0, accept)]);
        let [mut left, mut right] = input.clone();
        lacquer::dsp::Chain::new(RATE_HZ, expected.eq.phase).process(&expected, &mut left, &mut right);
        assert_eq!(output, [left, right], "accept: {accept}");
        let gain = plugin.value(number("eq3_gain")).unwrap();
        assert_eq!(plugin.value_to_text(number("eq3_gain"), gain).as_deref(), Some("5.00 dB"));
    }
}
