//! Hands on the window, and what the host is told.

use vizia::prelude::{Code, Key, Modifiers, MouseButton, SignalGet};

use super::{Act, Headless, Look, Theme};
use crate::settings::fields::field;

fn window() -> Headless {
    Headless::new(Look::default())
}

/// The acts on one parameter; nothing else may have been touched.
fn acts(window: &Headless, id: &str) -> Vec<Act> {
    let told = window.take_told();
    assert!(told.iter().all(|(touched, _)| touched == id), "{told:?}");
    told.into_iter().map(|(_, act)| act).collect()
}

#[test]
fn a_drag_is_one_gesture_and_moves_the_parameter() {
    let mut window = window();
    let (x, y) = window.middle("value limiter_drive");
    window.drag((x, y), (x, y - 45.0));
    let acts = acts(&window, "limiter_drive");
    assert_eq!((acts[0], acts[acts.len() - 1]), (Act::Begin, Act::End));
    assert!(acts[1..acts.len() - 1].iter().all(|act| matches!(act, Act::Set(_))), "{acts:?}");
    // A quarter of the way through the range, on the field's step.
    let value = window.console().value("limiter_drive");
    let wanted = field("limiter_drive").unwrap().snap(24.0 * 0.25f32.powf(1.0 / 0.7));
    assert!((value - wanted).abs() < 0.02, "{value} for {wanted}");
    assert!(window.console().control("limiter_drive").text().get().starts_with("3."));
}

#[test]
fn shift_is_ten_times_finer() {
    let mut window = window();
    let (x, y) = window.middle("value limiter_drive");
    let position = window.console().control("limiter_drive").position();
    window.drag((x, y), (x, y - 90.0));
    let coarse = position.get();
    window.double_click((x, y));
    window.hold(Modifiers::SHIFT);
    window.drag((x, y), (x, y - 90.0));
    assert!((position.get() - coarse / 10.0).abs() < 0.005, "{} and {coarse}", position.get());
}

#[test]
fn a_double_click_resets_within_gestures() {
    let mut window = window();
    let at = window.middle("value limiter_ceiling");
    window.wheel(at, -3.0);
    assert!(window.console().value("limiter_ceiling") < -1.2);
    window.take_told();
    window.double_click(at);
    assert_eq!(window.console().value("limiter_ceiling"), -1.0);
    let acts = acts(&window, "limiter_ceiling");
    let begins = acts.iter().filter(|act| **act == Act::Begin).count();
    let ends = acts.iter().filter(|act| **act == Act::End).count();
    assert_eq!((begins, ends), (2, 2), "{acts:?}");
}

#[test]
fn a_value_is_typed_after_a_right_click() {
    let mut window = window();
    let at = window.middle("value limiter_ceiling");
    window.right_click(at);
    window.settle();
    window.type_text("-2.5");
    window.key(Code::Enter, Key::Enter);
    window.settle();
    assert_eq!(window.console().value("limiter_ceiling"), -2.5);
    assert_eq!(acts(&window, "limiter_ceiling").len(), 3);
}

#[test]
fn switches_and_choices_take_one_click() {
    let mut window = window();
    let at = window.middle("power comp_on");
    window.click(at);
    assert_eq!(acts(&window, "comp_on"), [Act::Begin, Act::Set(1.0), Act::End]);
    let at = window.middle("segment comp_bands 3");
    window.click(at);
    assert_eq!(window.console().value("comp_bands"), 3.0);
}

#[test]
fn what_the_host_automates_is_shown() {
    let mut window = window();
    window.settle();
    let before = window.picture();
    window.host().automate("limiter_drive", 0.5);
    window.settle();
    let control = window.console().control("limiter_drive");
    // The host lands on the step next to where it was sent.
    assert!((control.position().get() - 0.5).abs() < 1e-3);
    assert!(window.picture() != before, "the picture does not show it");
    assert!(window.take_told().is_empty(), "following is not a gesture");
}

#[test]
fn a_tick_shows_what_has_changed_without_any_event() {
    let mut window = window();
    let at_first = window.stage().read_picture(<[u8]>::to_vec);
    window.host().automate("limiter_drive", 0.5);
    window.tick(0.03);
    assert!(window.stage().draw(), "nothing is drawn");
    assert!(window.stage().read_picture(|pixels| pixels != at_first), "the value box shows the old value");
    window.tick(0.03);
    assert!(!window.stage().draw(), "a window in which nothing changes draws nothing");
}

#[test]
fn a_gesture_in_hand_is_not_torn_away_and_ends_with_the_window() {
    let mut window = window();
    let (x, y) = window.middle("value limiter_drive");
    window.move_to((x, y));
    window.press(MouseButton::Left);
    window.move_to((x, y - 20.0));
    let held = window.console().value("limiter_drive");
    window.host().automate("limiter_drive", 1.0);
    window.tick(0.03);
    assert_eq!(window.console().control("limiter_drive").value(), held);
    window.console().close();
    assert_eq!(window.take_told().last(), Some(&("limiter_drive".to_owned(), Act::End)));
}

#[test]
fn a_window_that_is_gone_keeps_nothing_of_its_instance() {
    let mut window = window();
    window.settle();
    let memory = std::sync::Arc::downgrade(&window.console().instance().memory);
    drop(window);
    assert!(memory.upgrade().is_none(), "something of the window still holds the instance");
}

#[test]
fn many_values_are_one_edit() {
    let mut window = window();
    let edits = std::rc::Rc::new(std::cell::RefCell::new(Vec::new()));
    let kept = edits.clone();
    window.console().on_edit(move |edit| kept.borrow_mut().push(edit.to_vec()));
    let changes: Vec<_> =
        (1..=8).flat_map(|band| [(format!("eq{band}_gain"), 1.5), (format!("eq{band}_q"), 2.0)]).collect();
    window.console().apply(changes.clone());
    window.tick(0.03);
    assert!(window.take_told().len() < 3 * changes.len(), "all at once");
    window.settle();
    let edits = edits.borrow();
    assert_eq!((edits.len(), edits[0].len()), (1, 16));
    assert_eq!((edits[0][0].before, edits[0][0].after), (0.0, 1.5));
}

#[test]
fn an_idle_window_draws_nothing() {
    let mut window = window();
    window.settle();
    for _ in 0..5 {
        window.tick(0.033);
        assert!(!window.stage().draw());
    }
}

#[test]
fn a_resized_window_is_the_one_that_opens_at_that_size() {
    let look = Look { size: (1240, 800), scale: 1.5, ..Look::default() };
    let mut window = window();
    window.resize(look.size, look.scale);
    let (grown, opened) = (window.picture(), Headless::new(look).picture());
    assert_eq!((grown.0, grown.1), (1860, 1200));
    let worst = grown.2.iter().zip(&opened.2).map(|(a, b)| a.abs_diff(*b)).max();
    assert!(worst <= Some(2), "{worst:?}");
}

#[test]
fn a_menu_stays_within_the_window() {
    let mut window = window();
    let opener = window.middle("window menu");
    window.click(opener);
    let (left, _, width, _) = window.place("menu").unwrap();
    let over = left + width - Look::default().size.0 as f32;
    assert!(over > 20.0, "the menu of the last button needs room: {left} and {width}");
    // Its choices are where it has moved to: left of where it would have hung over.
    let dark = window.console().theme().get();
    window.choose("Light");
    assert_ne!(window.console().theme().get(), dark);
}

#[test]
fn a_menu_is_led_by_keys_alone() {
    let mut window = window();
    let opener = window.middle("window menu");
    let dark = window.console().theme().get();
    window.click(opener);
    window.settle();
    for (key, is) in
        [(Key::Escape, true), (Key::ArrowDown, true), (Key::Enter, true), (Key::Character(" ".into()), false)]
    {
        assert_eq!(window.stage().uses(Some(&key)), is, "{key:?}");
    }
    window.key(Code::Escape, Key::Escape);
    window.settle();
    assert!(window.place("menu").is_none());
    assert!(!window.stage().uses(Some(&Key::Escape)), "the host's again");

    // Return without a choice does nothing; heads and lines are passed over; the ends meet.
    let mut keys = |keys: &[(Code, Key)]| {
        window.click(opener);
        window.settle();
        for (code, key) in keys {
            window.key(*code, key.clone());
            window.settle();
        }
        let console = window.console();
        let now = (console.theme().get(), console.tips().get());
        (window.place("menu").is_some(), now.0 == dark, now.1)
    };
    let (up, down) = ((Code::ArrowUp, Key::ArrowUp), (Code::ArrowDown, Key::ArrowDown));
    let (home, end) = ((Code::Home, Key::Home), (Code::End, Key::End));
    let (enter, escape) = ((Code::Enter, Key::Enter), (Code::Escape, Key::Escape));
    let (_, _, tips) = keys(std::slice::from_ref(&escape));
    assert_eq!(keys(&[enter.clone(), escape]), (false, true, tips));
    assert_eq!(
        keys(&[end.clone(), up.clone(), up.clone(), enter.clone()]),
        (false, false, tips),
        "two above the last: Light"
    );
    assert_eq!(keys(&[home, up.clone(), up, enter.clone()]), (false, false, !tips), "round the end: Tool tips");
    assert_eq!(keys(&[end, down.clone(), enter]), (false, false, !tips), "round the end: the first size");
    assert_eq!(window.console().zoom().get(), 0.75);
}

#[test]
fn arrows_bring_what_a_long_menu_hides_into_view() {
    let mut window = window();
    window.resize((1080, 320), 1.0);
    let opener = window.middle("presets");
    window.click(opener);
    window.settle();
    let (_, top, _, height) = window.place("menu").expect("a menu");
    assert!(height <= 320.0);
    let shows = |window: &mut Headless, line: &str| {
        let (_, line_top, _, line_height) = window.place(&format!("choice {line}")).expect("a line");
        line_top >= top && line_top + line_height <= top + height
    };
    assert!(!shows(&mut window, "Save under another name …"));
    window.key(Code::End, Key::End);
    window.settle();
    assert!(shows(&mut window, "Save under another name …"));
    window.key(Code::Escape, Key::Escape);
}

#[test]
fn two_windows_on_one_thread_keep_to_their_own() {
    let (mut one, mut other) = (window(), window());
    let at = one.middle("value limiter_drive");
    // Hands on both at once: a drag here, a menu there.
    one.move_to(at);
    one.press(MouseButton::Left);
    let menu = other.middle("window menu");
    other.click(menu);
    other.settle();
    one.move_to((at.0, at.1 - 45.0));
    assert!(
        one.place("menu").is_none() && other.place("menu").is_some(),
        "the menu is in the window that asked for it"
    );
    other.choose("Light");
    other.settle();
    one.release(MouseButton::Left);
    assert!(one.console().value("limiter_drive") > 1.0);
    assert_eq!(other.console().value("limiter_drive"), 0.0);
    assert!(other.take_told().is_empty());
    assert_eq!((one.console().theme().get(), other.console().theme().get()), (Theme::Dark, Theme::Light));
    // The one that goes leaves the other as it was.
    drop(one);
    let place = other.middle("value limiter_drive");
    other.drag(place, (place.0, place.1 - 45.0));
    assert!(other.console().value("limiter_drive") > 1.0);
}

#[test]
fn keys_are_the_hosts_until_something_is_typed() {
    let mut window = window();
    let space = Key::Character(" ".into());
    assert!(!window.stage().uses(Some(&space)), "the host plays and stops");
    let at = window.middle("value limiter_drive");
    window.right_click(at);
    window.settle();
    assert!(window.stage().uses(Some(&space)), "now it is a letter");
    assert!(!window.stage().uses(Some(&Key::F1)));
    window.key(Code::Escape, Key::Escape);
    window.settle();
    assert!(!window.stage().uses(Some(&space)), "the host's again");
}

#[test]
fn a_window_too_small_for_all_it_shows_is_drawn_and_held_all_the_same() {
    // As for a moment when everything becomes larger before the host gives the room for it, and for as long as one that does not.
    let mut window = window();
    for (id, value) in [
        ("eq1_on", 1.0),
        ("eq3_on", 1.0),
        ("eq3_dyn_on", 1.0),
        ("comp_on", 1.0),
        ("comp_bands", 4.0),
        ("limiter_on", 1.0),
    ] {
        window.console().control(id).set_value(value);
    }
    let noise: Vec<f32> = (0..48_000).map(|n: u32| (n.wrapping_mul(2_654_435_761) >> 8) as f32 / 3e7 - 0.28).collect();
    for size in [(1, 1), (40, 30), (300, 80), (80, 300), (550, 340), (698, 408), (300, 1200), (2000, 100)] {
        window.resize(size, 1.25);
        window.play(&noise, &noise);
        let (width, height) = (size.0 as f32, size.1 as f32);
        for (across, down) in [(0.3, 0.3), (0.1, 0.6), (0.3, 0.6), (0.6, 0.6), (0.5, 0.9), (0.9, 0.5)] {
            let at = (across * width, down * height);
            window.drag(at, (at.0 + 60.0, at.1 - 60.0));
            window.wheel(at, 1.0);
        }
        let (_, _, pixels) = window.picture();
        assert!(pixels.iter().any(|value| *value > 0), "{size:?}");
    }
}
