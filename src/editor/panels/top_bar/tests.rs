//! Hands on the top bar: what reaches the host's parameters, the presets' files, and what is heard.

use std::time::Duration;

use vizia::prelude::{Code, Key, SignalGet};

use crate::editor::{
    Act,
    headless::{Headless, Look},
};

const RATE_HZ: usize = 48_000;

fn window() -> Headless {
    Headless::new(Look::default())
}

fn click(window: &mut Headless, id: &str) {
    let at = window.middle(id);
    window.click(at);
    // Values go to the host a few at a tick.
    window.settle();
}

/// Chooses a line of the menu that a button opens.
fn choose(window: &mut Headless, opener: &str, line: &str) {
    click(window, opener);
    window.choose(line);
    window.settle();
}

fn noise(seconds: f32) -> Vec<f32> {
    let mut state = 1u32;
    let next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1 << 23) as f32 - 1.0
    };
    std::iter::repeat_with(next).map(|sample| 0.1 * sample).take((seconds * RATE_HZ as f32) as usize).collect()
}

/// The level of what comes out for noise, once all smoothing has passed, dB under what goes in.
fn heard_db(window: &mut Headless) -> f64 {
    let noise = noise(1.0);
    let (left, _) = window.host().process(&noise, &noise);
    let power = |samples: &[f32]| samples.iter().map(|sample| f64::from(*sample).powi(2)).sum::<f64>();
    10.0 * (power(&left[RATE_HZ / 2..]) / power(&noise[RATE_HZ / 2..])).max(1e-20).log10()
}

#[test]
fn a_and_b_are_two_sounds_and_copying_makes_them_one() {
    let mut window = window();
    let console = window.console().clone();
    let drive = console.control("limiter_drive");
    drive.set_value(3.0);
    window.settle();
    click(&mut window, "slot B");
    drive.set_value(9.0);
    window.settle();
    window.take_told();
    click(&mut window, "slot A");
    assert_eq!(console.value("limiter_drive"), 3.0);
    let told = window.take_told();
    assert!(told.iter().all(|(id, _)| id == "limiter_drive"), "only what differs is set: {told:?}");
    assert_eq!((told.first().map(|t| t.1), told.last().map(|t| t.1)), (Some(Act::Begin), Some(Act::End)));
    click(&mut window, "slot B");
    assert_eq!(console.value("limiter_drive"), 9.0);
    click(&mut window, "copy slot");
    window.take_told();
    click(&mut window, "slot A");
    assert_eq!(console.value("limiter_drive"), 9.0, "A is a copy of B");
    assert!(window.take_told().is_empty(), "and nothing needs to be set");
}

#[test]
fn what_hands_did_is_undone_and_done_again() {
    let mut window = window();
    let at = window.middle("value limiter_drive");
    window.drag(at, (at.0, at.1 - 40.0));
    let set = window.console().value("limiter_drive");
    assert!(set > 1.0);
    click(&mut window, "undo");
    assert_eq!(window.console().value("limiter_drive"), 0.0);
    click(&mut window, "redo");
    assert_eq!(window.console().value("limiter_drive"), set);
    // What the host automates is not this window's to undo.
    window.host().automate("limiter_ceiling", 0.2);
    window.settle();
    let automated = window.console().value("limiter_ceiling");
    click(&mut window, "undo");
    assert_eq!(window.console().value("limiter_ceiling"), automated);
}

#[test]
fn style_references_and_a_loudness_of_ones_own_are_undone_and_done_again() {
    let mut window = window();
    let taste = |window: &Headless| window.console().instance().memory.taste();
    let before = taste(&window);
    choose(&mut window, "style", "Metal");
    let styled = taste(&window);
    assert_eq!(styled.style.as_deref(), Some("metal"));
    let at = window.middle("assistant");
    window.drop_file(std::path::Path::new("/music/a master.wav"), at);
    window.settle();
    let referenced = taste(&window);
    assert_eq!(referenced.references.len(), 1);
    choose(&mut window, "delivery", "Loudness of your own …");
    window.choose("−12\u{a0}LUFS");
    window.settle();
    let delivered = taste(&window);
    assert_eq!(delivered.delivery.as_deref(), Some("-12,-1"));
    for wanted in [&referenced, &styled, &before] {
        click(&mut window, "undo");
        assert_eq!(taste(&window), *wanted);
    }
    for wanted in [&styled, &referenced, &delivered] {
        click(&mut window, "redo");
        assert_eq!(taste(&window), *wanted);
    }
    // From one's own to a profile is one step, though a parameter moves, too.
    choose(&mut window, "delivery", "Broadcast −23\u{a0}LUFS, −1\u{a0}dBTP");
    assert_eq!(window.console().instance().memory.delivery().integrated_lufs, -23.0);
    click(&mut window, "undo");
    assert_eq!(taste(&window), delivered);
    assert_eq!(window.console().value("assist_deliver"), 0.0);
}

#[test]
fn the_next_and_the_previous_preset_are_loaded() {
    let mut window = window();
    let console = window.console().clone();
    console.control("output_gain").set_value(-5.0);
    let mut names = Vec::new();
    for _ in 0..3 {
        click(&mut window, "next preset");
        names.push(window.desk().with(|model| model.kept.preset.clone()).expect("a preset").name());
    }
    assert_ne!(names[0], names[1]);
    assert_ne!(console.value("output_gain"), -5.0, "a preset is a whole sound");
    click(&mut window, "previous preset");
    let now = window.desk().with(|model| model.kept.preset.clone()).expect("a preset").name();
    assert_eq!(now, names[1]);
    assert!(!window.desk().differs().get());
    console.control("limiter_drive").set_value(11.0);
    window.settle();
    assert!(window.desk().differs().get(), "a dot says that it is no longer the preset");
}

#[test]
fn a_sound_is_saved_under_a_typed_name_and_loaded_again() {
    let mut window = window();
    let console = window.console().clone();
    console.control("limiter_drive").set_value(4.5);
    choose(&mut window, "presets", "Save under another name …");
    window.type_text("Warm and wide");
    window.key(Code::Enter, Key::Enter);
    window.settle();
    let file = window.presets().join("Warm and wide.json");
    let text = std::fs::read_to_string(&file).expect("the preset's file");
    assert!(text.contains("4.5"), "{text}");
    console.control("limiter_drive").set_value(0.0);
    choose(&mut window, "presets", "Warm and wide");
    assert_eq!(console.value("limiter_drive"), 4.5);
}

#[test]
fn bypass_lets_the_input_through() {
    let mut window = window();
    window.console().control("output_gain").set_value(-12.0);
    assert!((heard_db(&mut window) + 12.0).abs() < 0.1);
    window.take_told();
    click(&mut window, "toggle bypass");
    assert_eq!(window.take_told(), [Act::Begin, Act::Set(1.0), Act::End].map(|act| ("bypass".to_owned(), act)),);
    assert!(heard_db(&mut window).abs() < 0.01);
}

#[test]
fn delta_is_only_what_is_changed_and_touches_no_parameter() {
    let mut window = window();
    click(&mut window, "delta");
    assert!(heard_db(&mut window) < -120.0, "a neutral chain changes nothing");
    window.console().control("eq1_gain").set_value(6.0);
    window.console().control("eq1_on").set_value(1.0);
    window.settle();
    let changed_db = heard_db(&mut window);
    assert!((-40.0..0.0).contains(&changed_db), "the band alone: {changed_db} dB");
    window.take_told();
    click(&mut window, "delta");
    assert!(heard_db(&mut window) > -1.0);
    assert!(window.take_told().is_empty());
}

#[test]
fn matched_takes_away_what_is_only_louder() {
    let mut window = window();
    window.console().control("output_gain").set_value(6.0);
    let noise = noise(8.0);
    window.play(&noise, &noise);
    click(&mut window, "matched");
    assert!(heard_db(&mut window).abs() < 0.5);
    click(&mut window, "matched");
    assert!(heard_db(&mut window) > 5.5);
}

#[test]
fn a_delivery_is_chosen_by_profile_or_typed() {
    let mut window = window();
    let console = window.console().clone();
    window.take_told();
    choose(&mut window, "delivery", "Broadcast −23\u{a0}LUFS, −1\u{a0}dBTP");
    assert_eq!(console.instance().memory.delivery().integrated_lufs, -23.0);
    let told = window.take_told();
    assert!(told.len() == 3 && told.iter().all(|(id, _)| id == "assist_deliver"), "{told:?}");
    choose(&mut window, "delivery", "Loudness of your own …");
    window.choose("−10\u{a0}LUFS");
    window.settle();
    let chosen = console.instance().memory.delivery();
    assert_eq!((chosen.integrated_lufs, chosen.ceiling_dbtp), (-10.0, -1.0), "chosen without typing");
    choose(&mut window, "delivery", "Loudness of your own …");
    window.choose("−0.3\u{a0}dBTP");
    window.settle();
    let chosen = console.instance().memory.delivery();
    assert_eq!((chosen.integrated_lufs, chosen.ceiling_dbtp), (-10.0, -0.3));
    choose(&mut window, "delivery", "Loudness of your own …");
    window.choose("Type other figures");
    window.settle();
    window.type_text("-12.5, -0.8");
    window.key(Code::Enter, Key::Enter);
    window.settle();
    let own = console.instance().memory.delivery();
    assert_eq!((own.name, own.integrated_lufs, own.ceiling_dbtp), ("custom", -12.5, -0.8));
    assert!(window.take_told().is_empty(), "the profile's parameter stays");
    assert_eq!(console.instance().memory.taste().delivery.as_deref(), Some("-12.5,-0.8"), "and the project keeps it");
    choose(&mut window, "delivery", "CD −11\u{a0}LUFS, −0.3\u{a0}dBTP");
    assert_eq!(console.instance().memory.delivery().name, "cd");
}

#[test]
fn tool_tips_wait_for_a_hand_that_rests_and_can_be_switched_off() {
    let mut window = window();
    let place = window.middle("value limiter_drive");
    let resting = |window: &mut Headless| {
        let (_, _, before) = window.picture();
        window.move_to(place);
        window.wait(Duration::from_millis(900));
        let (_, _, after) = window.picture();
        window.move_to((5.0, 5.0));
        window.settle();
        before.iter().zip(&after).filter(|(one, other)| one != other).count()
    };
    assert!(resting(&mut window) > 40_000, "a tip covers something");
    choose(&mut window, "window menu", "Tool tips");
    assert!(resting(&mut window) < 20_000, "only the control itself is brighter");
    window.settle();
    assert!(!window.console().instance().memory.window().tips, "the project keeps it");
}

#[test]
fn no_tip_opens_while_a_button_is_down() {
    let mut window = window();
    let at = window.middle("value limiter_drive");
    window.move_to(at);
    window.wait(Duration::from_millis(300));
    window.press(vizia::prelude::MouseButton::Left);
    window.move_to((at.0, at.1 - 10.0));
    window.settle();
    let (_, _, before) = window.picture();
    // Over another control, which has a tip of its own.
    let other = window.middle("value limiter_ceiling");
    window.move_to((other.0, at.1 - 10.0));
    window.wait(Duration::from_millis(900));
    let (_, _, after) = window.picture();
    let changed = before.iter().zip(&after).filter(|(one, other)| one != other).count();
    assert!(changed < 20_000, "no more than that the control is brighter: {changed} bytes");
    window.release(vizia::prelude::MouseButton::Left);
}
