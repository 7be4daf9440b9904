//! Controls as hands and eyes find them in the window.

use std::time::Duration;

use vizia::prelude::{Code, Key, Modifiers};

use crate::editor::{
    desk::presets::Existing,
    headless::{Headless, Look},
    wording,
};

fn window() -> Headless {
    Headless::new(Look::default())
}

/// The colour of the picture at a place in logical pixels.
fn colour(window: &mut Headless, (x, y): (f32, f32)) -> [u8; 3] {
    let (width, _, pixels) = window.picture();
    let at = 4 * (y as usize * width as usize + x as usize);
    [pixels[at], pixels[at + 1], pixels[at + 2]]
}

#[test]
fn a_button_has_a_border_on_the_background_on_a_panel_and_on_a_card() {
    let mut window = window();
    std::fs::write(window.presets().join("Broken.json"), "{").expect("written");
    // A card with buttons: the preset cannot be read.
    let previous = window.middle("previous preset");
    window.click(previous);
    window.move_to((5.0, 5.0));
    window.wait(Duration::from_millis(300));
    for id in ["delta", "loudness reset", "notice close"] {
        let (x, y, _, height) = window.place(id).expect("a button");
        let across = |x: f32| (x, y + height / 2.0);
        let [outside, edge, within] = [-2.5, 0.5, 3.5].map(|step| colour(&mut window, across(x.round() + step)));
        assert!(edge != outside && edge != within, "{id}: {outside:?}, {edge:?}, {within:?}");
    }
}

/// A click, and time for what comes of it.
fn click(window: &mut Headless, id: &str) {
    let at = window.middle(id);
    window.click(at);
    window.settle();
}

#[test]
fn a_number_does_what_its_tip_says() {
    let mut window = window();
    let control = window.console().control("limiter_drive");
    assert!(wording::hands(control.parameter()).starts_with("Drag, or wheel; with shift fine. Double click resets"));
    let at = window.middle("value limiter_drive");
    window.drag(at, (at.0, at.1 - 30.0));
    let dragged = control.value();
    assert!(dragged > 0.5);
    window.wheel(at, 1.0);
    let wheeled = control.value();
    assert!(wheeled > dragged);
    window.hold(Modifiers::SHIFT);
    window.wheel(at, 1.0);
    assert!((0.0..0.3 * (wheeled - dragged)).contains(&(control.value() - wheeled)));
    window.hold(Modifiers::empty());
    window.double_click(at);
    assert_eq!(control.value(), 0.0);
    window.right_click(at);
    window.type_text("4.5");
    window.key(Code::Enter, Key::Enter);
    window.settle();
    assert_eq!(control.value(), 4.5);
}

#[test]
fn choices_and_counts_do_what_their_tips_say() {
    let mut window = window();
    click(&mut window, "compressor page All");
    // A count side by side, and choices as text.
    for (id, clicked, first) in [
        ("comp_bands", "segment comp_bands 3", 1.0),
        ("comp_detector", "value comp_detector", 1.0),
        ("dither", "value dither", 0.0),
    ] {
        let control = window.console().control(id);
        assert_eq!(control.value(), first, "{id} begins there");
        assert_eq!(wording::hands(control.parameter()), "Click, or wheel. Double click resets.");
        let at = window.middle(clicked);
        window.click(at);
        let after_click = control.value();
        assert_ne!(after_click, first, "{id}: a click");
        window.wheel(at, 1.0);
        window.wheel(at, 1.0);
        window.wheel(at, -1.0);
        let after_wheel = control.value();
        window.wheel(at, 1.0);
        assert_ne!(control.value(), after_wheel, "{id}: the wheel");
        window.move_to((5.0, 5.0));
        window.wait(Duration::from_millis(600));
        window.double_click(at);
        assert_eq!(control.value(), first, "{id}: a double click");
    }
}

#[test]
fn switches_do_what_their_tips_say() {
    let mut window = window();
    for (id, view) in [
        ("limiter_on", "power limiter_on"),
        ("soft_clip_on", "toggle soft_clip_on"),
        ("noise_shaping", "value noise_shaping"),
    ] {
        let control = window.console().control(id);
        assert_eq!(wording::hands(control.parameter()), "Click.");
        let before = control.is_on();
        click(&mut window, view);
        assert_ne!(control.is_on(), before, "{id}");
    }
}

#[test]
fn the_last_of_many_presets_is_chosen_by_mouse() {
    let mut window = window();
    let drive = window.console().control("limiter_drive");
    for number in 1..=40 {
        drive.set_value(number as f32 / 4.0);
        window.settle();
        window.desk().save_preset(&format!("Sound {number:02}"), Existing::Keep);
    }
    drive.set_value(0.0);
    click(&mut window, "presets");
    let (_, top, _, height) = window.place("menu").expect("the menu");
    assert!(top >= 0.0 && top + height <= 680.0, "the menu is within the window: {top}, {height}");
    window.choose("Sound 40");
    window.settle();
    assert_eq!(drive.value(), 10.0);
}
