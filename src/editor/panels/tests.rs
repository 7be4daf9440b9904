//! Hands on the measuring panels, and what the host is told.

mod parameters;

use std::f32::consts::TAU;

use vizia::prelude::{Code, Key, Modifiers, MouseButton};

use crate::{
    editor::{
        Act,
        headless::{Headless, Look},
    },
    settings::{Choice, FilterType, Placement, Slope, fields::field},
};

fn window() -> Headless {
    Headless::new(Look::default())
}

/// Where a frequency and a gain lie in the graph at ±12 dB.
fn place(window: &mut Headless, hz: f32, gain_db: f32) -> (f32, f32) {
    let (x, y, w, h) = window.place("eq graph").unwrap();
    let share = (hz / 20.0).ln() / 1000f32.ln();
    (x + 30.0 + share * (w - 64.0), y + (h - 16.0) / 2.0 * (1.0 - gain_db / 12.0))
}

fn set(window: &mut Headless, values: &[(&str, f32)]) {
    for (id, value) in values {
        window.console().control(id).set_value(*value);
    }
    window.settle();
    window.take_told();
}

/// How often each act was told of a parameter: begins, sets, ends.
fn acts(told: &[(String, Act)], id: &str) -> (usize, usize, usize) {
    let count = |wanted: fn(&Act) -> bool| told.iter().filter(|(of, act)| of == id && wanted(act)).count();
    (count(|act| *act == Act::Begin), count(|act| matches!(act, Act::Set(_))), count(|act| *act == Act::End))
}

#[test]
fn a_node_is_dragged_with_one_gesture_and_one_edit() {
    let mut window = window();
    set(&mut window, &[("eq3_on", 1.0), ("eq3_freq", 250.0)]);
    let edits = std::rc::Rc::new(std::cell::RefCell::new(Vec::new()));
    let kept = edits.clone();
    window.console().on_edit(move |edit| kept.borrow_mut().push(edit.to_vec()));
    let from = place(&mut window, 250.0, 0.0);
    let to = place(&mut window, 1000.0, -6.0);
    window.drag(from, to);
    let told = window.take_told();
    assert!(told.iter().all(|(id, _)| id == "eq3_freq" || id == "eq3_gain"), "{told:?}");
    for id in ["eq3_freq", "eq3_gain"] {
        let (begins, sets, ends) = acts(&told, id);
        assert!(begins == 1 && ends == 1 && sets >= 5, "{id}: {told:?}");
    }
    let (hz, gain_db) = (window.console().value("eq3_freq"), window.console().value("eq3_gain"));
    assert!((hz / 1000.0 - 1.0).abs() < 0.01 && (gain_db + 6.0).abs() < 0.1, "{hz} Hz, {gain_db} dB");
    let edits = edits.borrow();
    assert!(edits.len() == 1 && edits[0].len() == 2, "one step of undo: {edits:?}");
}

#[test]
fn shift_makes_a_nodes_drag_ten_times_finer() {
    let mut window = window();
    set(&mut window, &[("eq3_on", 1.0), ("eq3_freq", 250.0)]);
    let (from, to) = (place(&mut window, 250.0, 0.0), place(&mut window, 250.0, 6.0));
    window.hold(Modifiers::SHIFT);
    window.drag(from, to);
    let gain_db = window.console().value("eq3_gain");
    assert!((gain_db - 0.6).abs() < 0.05, "{gain_db} dB");
}

#[test]
fn the_wheel_turns_q_of_the_node_under_it_and_of_nothing_else() {
    let mut window = window();
    set(&mut window, &[("eq3_on", 1.0), ("eq3_freq", 250.0)]);
    let at = place(&mut window, 250.0, 0.0);
    window.wheel(at, 2.0);
    let q = window.console().value("eq3_q");
    assert!((q - 0.7 * 1.15 * 1.15).abs() < 0.01, "{q}");
    assert_eq!(acts(&window.take_told(), "eq3_q").0, 1);
    let empty = place(&mut window, 5000.0, 8.0);
    window.wheel(empty, 2.0);
    assert!(window.take_told().is_empty());
}

#[test]
fn a_double_click_adds_a_band_where_there_is_none_and_resets_one_where_there_is() {
    let mut window = window();
    let at = place(&mut window, 400.0, 4.0);
    window.double_click(at);
    window.settle();
    let console = window.console().clone();
    assert_eq!(console.value("eq1_on"), 1.0);
    let (hz, gain_db) = (console.value("eq1_freq"), console.value("eq1_gain"));
    assert!((hz / 400.0 - 1.0).abs() < 0.02 && (gain_db - 4.0).abs() < 0.15, "{hz} Hz, {gain_db} dB");
    set(&mut window, &[("eq1_q", 4.0)]);
    // A click elsewhere, so that what follows is no third and fourth click.
    let elsewhere = place(&mut window, 8000.0, -9.0);
    window.click(elsewhere);
    let at = place(&mut window, hz, gain_db);
    window.double_click(at);
    window.settle();
    assert_eq!((console.value("eq1_gain"), console.value("eq1_on")), (0.0, 1.0));
    assert_eq!(console.value("eq1_q"), field("eq1_q").unwrap().default);
    let told = window.take_told();
    for id in ["eq1_gain", "eq1_freq", "eq1_q"] {
        let (begins, _, ends) = acts(&told, id);
        assert_eq!(begins, ends, "{id}: {told:?}");
    }
}

#[test]
fn a_right_click_opens_the_bands_menu() {
    let mut window = window();
    set(&mut window, &[("eq3_on", 1.0), ("eq3_freq", 250.0)]);
    let (_, _, before) = window.picture();
    let at = place(&mut window, 250.0, 0.0);
    window.right_click(at);
    let (_, _, after) = window.picture();
    let changed = before.iter().zip(&after).filter(|(one, other)| one != other).count();
    assert!(changed > 20_000, "a menu covers something: {changed} bytes");
    assert!(window.take_told().is_empty(), "opening a menu changes nothing");
}

#[test]
fn shape_slope_and_placement_are_chosen_in_the_bands_menu() {
    let mut window = window();
    set(&mut window, &[("eq3_on", 1.0), ("eq3_freq", 250.0)]);
    let at = place(&mut window, 250.0, 0.0);
    for (line, id, wanted) in [
        ("High shelf", "eq3_type", FilterType::HighShelf.index()),
        ("Side", "eq3_placement", Placement::Side.index()),
        ("Low cut", "eq3_type", FilterType::LowCut.index()),
        ("24 dB/oct", "eq3_slope", Slope::LABELS.iter().position(|label| label.starts_with("24")).unwrap()),
    ] {
        window.right_click(at);
        window.settle();
        window.choose(line);
        window.settle();
        assert_eq!(window.console().value(id), wanted as f32, "{line}");
        assert_eq!(acts(&window.take_told(), id), (1, 1, 1), "{line}");
    }
}

#[test]
fn what_divides_the_bands_is_typed_after_a_right_click_and_turned_by_the_wheel() {
    let mut window = window();
    set(&mut window, &[("comp_bands", 2.0), ("crossover1", 120.0), ("comp1_threshold", -20.0)]);
    let (x, y, w, h) = window.place("compressor graph").expect("it is there");
    let share = (120f32 / 20.0).ln() / 1000f32.ln();
    let handle = (x + w * share, y + h - 9.0);
    window.wheel(handle, 1.0);
    let turned = window.console().value("crossover1");
    assert!(turned > 120.0 && window.console().value("comp1_threshold") == -20.0, "{turned} Hz");
    for (typed, hz) in [("250", 250.0), ("1.2k", 1200.0), ("nonsense", 1200.0)] {
        let share = (window.console().value("crossover1") / 20.0).ln() / 1000f32.ln();
        window.right_click((x + w * share, y + h - 9.0));
        window.settle();
        window.type_text(typed);
        window.key(Code::Enter, Key::Enter);
        window.settle();
        assert_eq!(window.console().value("crossover1"), hz, "{typed}");
    }
    window.take_told();
    let line = (x + w * 0.1, y + (h - 32.0) * 20.0 / 60.0);
    window.right_click(line);
    window.settle();
    window.type_text("-12.5");
    window.key(Code::Enter, Key::Enter);
    window.settle();
    assert_eq!(window.console().value("comp1_threshold"), -12.5);
    let (begins, sets, ends) = acts(&window.take_told(), "comp1_threshold");
    assert_eq!((begins, sets, ends), (1, 1, 1));
}

#[test]
fn crossovers_are_dragged_but_never_cross() {
    let mut window = window();
    set(&mut window, &[("comp_bands", 4.0)]);
    let (x, y, w, h) = window.place("compressor graph").unwrap();
    let at = |hz: f32| (x + (hz / 20.0).ln() / 1000f32.ln() * w, y + h - 9.0);
    window.drag(at(1000.0), at(30.0));
    let console = window.console().clone();
    let [first, second, third] = [1, 2, 3].map(|index| console.value(&format!("crossover{index}")));
    assert_eq!((first, third), (120.0, 5000.0));
    assert!(second >= first * 1.25 && second < first * 1.4, "{second} Hz stays over {first} Hz");
    let (begins, sets, ends) = acts(&window.take_told(), "crossover2");
    assert!(begins == 1 && ends == 1 && sets > 1);
    window.drag(at(second), at(20_000.0));
    let second = console.value("crossover2");
    assert!(second <= third / 1.25, "{second} Hz stays under {third} Hz");
    window.double_click(at(second));
    assert_eq!(console.value("crossover2"), 1000.0);
}

#[test]
fn a_threshold_is_dragged_along_its_levels() {
    let mut window = window();
    set(&mut window, &[("comp1_threshold", -20.0)]);
    let (x, y, w, h) = window.place("compressor graph").unwrap();
    let at = |db: f32| (x + w / 2.0, y - db / 60.0 * (h - 32.0));
    window.drag(at(-20.0), at(-40.0));
    let threshold_db = window.console().value("comp1_threshold");
    assert!((threshold_db + 40.0).abs() < 0.5, "{threshold_db} dB");
    let (begins, _, ends) = acts(&window.take_told(), "comp1_threshold");
    assert_eq!((begins, ends), (1, 1));
}

#[test]
fn the_ceiling_is_dragged_in_the_trace() {
    let mut window = window();
    let (x, y, w, h) = window.place("limiter trace").unwrap();
    let at = |db: f32| (x + w / 3.0, y + (6.0 - db) / 36.0 * h);
    window.drag(at(-1.0), at(-6.0));
    let ceiling = window.console().value("limiter_ceiling");
    assert!((ceiling + 6.0).abs() < 0.4, "{ceiling} dBTP");
    let told = window.take_told();
    assert_eq!((acts(&told, "limiter_ceiling").0, acts(&told, "limiter_ceiling").2), (1, 1));
    window.drag(at(-20.0), at(-25.0));
    assert!(window.take_told().is_empty(), "away from the line nothing is held");
}

/// Presses at a place, holds shift where it is wanted, and drags by so many logical pixels.
fn pull(window: &mut Headless, from: (f32, f32), by: (f32, f32), modifiers: Modifiers) {
    // A click elsewhere, so that this one is the second of none.
    window.click((5.0, 5.0));
    window.hold(modifiers);
    window.drag(from, (from.0 + by.0, from.1 + by.1));
    window.hold(Modifiers::empty());
}

/// A line or handle that is dragged in a graph: its parameter, a place a little beside it, and a way to drag it.
struct Line {
    id: &'static str,
    at: (f32, f32),
    by: (f32, f32),
}

fn lines(window: &mut Headless) -> [Line; 3] {
    set(window, &[("comp_bands", 2.0), ("comp1_threshold", -20.0), ("crossover1", 120.0), ("limiter_ceiling", -4.0)]);
    let (x, y, w, h) = window.place("compressor graph").expect("the bands");
    let share = |hz: f32| (hz / 20.0).ln() / 1000f32.ln();
    let threshold = (x + w * share(50.0), y + 20.0 / 60.0 * (h - 32.0) + 3.0);
    let crossover = (x + w * share(120.0) + 3.0, y + h - 9.0);
    let (x, y, w, h) = window.place("limiter trace").expect("the trace");
    let ceiling = (x + w / 3.0, y + 10.0 / 36.0 * h + 3.0);
    [
        Line { id: "comp1_threshold", at: threshold, by: (0.0, 20.0) },
        Line { id: "crossover1", at: crossover, by: (40.0, 0.0) },
        Line { id: "limiter_ceiling", at: ceiling, by: (0.0, 20.0) },
    ]
}

#[test]
fn shift_makes_every_line_in_a_graph_ten_times_finer() {
    let mut window = window();
    for (index, Line { id, .. }) in lines(&mut window).into_iter().enumerate() {
        // Frequencies are counted in octaves.
        let value = |window: &Headless| {
            let value = window.console().value(id);
            if id == "crossover1" { value.log2() } else { value }
        };
        let mut moved = [Modifiers::empty(), Modifiers::SHIFT].map(|modifiers| {
            let Line { at, by, .. } = lines(&mut window)[index];
            let before = value(&window);
            pull(&mut window, at, by, modifiers);
            (value(&window) - before).abs()
        });
        assert!(moved[0] > 0.5, "{id} moves by {}", moved[0]);
        moved[1] *= 10.0;
        assert!((moved[1] / moved[0] - 1.0).abs() < 0.12, "{id}: {moved:?}");
    }
}

#[test]
fn a_press_without_a_move_changes_no_line() {
    let mut window = window();
    for Line { id, at, .. } in lines(&mut window) {
        let before = window.console().value(id);
        window.move_to(at);
        window.press(MouseButton::Left);
        window.move_to(at);
        window.release(MouseButton::Left);
        assert_eq!(window.console().value(id), before, "{id}");
        // And the first move is as small as the hand's.
        pull(&mut window, at, (0.5, 0.5), Modifiers::empty());
        let moved = (window.console().value(id) / before - 1.0).abs();
        assert!(moved < 0.05, "{id} moved by {moved}");
    }
}

#[test]
fn a_line_under_the_hand_shows_its_value() {
    let mut window = window();
    for Line { id, at, .. } in lines(&mut window) {
        let (_, _, before) = window.picture();
        window.move_to(at);
        let (_, _, after) = window.picture();
        let changed = before.iter().zip(&after).filter(|(one, other)| one != other).count();
        assert!(changed > 800, "{id}: a sign covers something: {changed} bytes");
        window.move_to((5.0, 5.0));
    }
}

#[test]
fn what_is_played_is_shown_and_stands_still_when_the_host_stops() {
    let mut window = window();
    let (_, _, silent) = window.picture();
    let sine = |hz: f32| (0..48_000).map(|n| 0.3 * (TAU * hz * n as f32 / 48_000.0).sin()).collect::<Vec<_>>();
    window.play(&sine(440.0), &sine(660.0));
    let (_, _, played) = window.picture();
    let changed = silent.iter().zip(&played).filter(|(one, other)| one != other).count();
    assert!(changed > 5000, "{changed} bytes");
    let live = window.console().live().clone();
    assert!(live.is_running());
    let figures = live.with(|scope| *scope.loudness.figures()).unwrap();
    assert!(figures.momentary_lufs > -20.0 && figures.true_peak_dbtp > -11.0, "{figures:?}");
    for _ in 0..20 {
        window.tick(0.033);
    }
    assert!(!live.is_running());
    window.picture();
    window.tick(0.033);
    assert!(!window.stage().draw(), "nothing is drawn while nothing moves");
}

#[test]
fn loudness_is_measured_anew_after_a_reset() {
    let mut window = window();
    let noise: Vec<f32> = (0..96_000u32).map(|n| ((n * 7919 % 1009) as f32 / 504.5 - 1.0) * 0.2).collect();
    window.play(&noise, &noise);
    let live = window.console().live().clone();
    let heard_s = || live.with(|scope| scope.loudness.figures().heard_s).unwrap();
    assert!(heard_s() > 1.0);
    let at = window.middle("loudness reset");
    window.click(at);
    assert_eq!(heard_s(), 0.0);
    assert!(window.take_told().is_empty(), "no parameter of the host");
}

#[test]
fn each_modules_switch_is_one_gesture() {
    let mut window = window();
    for (id, position) in [("eq_on", 0.0), ("comp_on", 1.0), ("imager_on", 1.0), ("limiter_on", 1.0)] {
        let at = window.middle(&format!("power {id}"));
        window.click(at);
        let wanted = [Act::Begin, Act::Set(position), Act::End].map(|act| (id.to_owned(), act));
        assert_eq!(window.take_told(), wanted);
        assert_eq!(window.console().value(id), position);
    }
}

#[test]
fn a_module_is_heard_alone_and_no_parameter_moves() {
    let mut window = window();
    // The EQ takes 12 dB of a sine away, the imager its sides.
    set(
        &mut window,
        &[("eq1_on", 1.0), ("eq1_freq", 1000.0), ("eq1_gain", -12.0), ("imager_on", 1.0), ("width1", 0.0)],
    );
    let sine: Vec<f32> = (0..48_000).map(|n| 0.25 * (TAU * 1000.0 * n as f32 / 48_000.0).sin()).collect();
    let side: Vec<f32> = sine.iter().map(|sample| -sample).collect();
    let loudest = |window: &mut Headless, right: &[f32]| {
        let (left, _) = window.host().process(&sine, right);
        left[24_000..].iter().fold(0f32, |top, sample| top.max(sample.abs()))
    };
    assert!(loudest(&mut window, &sine) < 0.07, "the EQ is heard");
    let at = window.middle("solo imager");
    window.click(at);
    window.settle();
    assert!(loudest(&mut window, &sine) > 0.24, "the EQ is not");
    assert!(loudest(&mut window, &side) < 0.001, "the imager still is");
    window.click(at);
    window.settle();
    assert!(loudest(&mut window, &sine) < 0.07, "all of it again");
    assert!(window.take_told().is_empty());
}

#[test]
fn a_module_is_reset_but_stays_switched_on() {
    let mut window = window();
    set(&mut window, &[("limiter_on", 1.0), ("limiter_drive", 6.0), ("soft_clip_on", 1.0), ("eq1_gain", 2.0)]);
    let at = window.middle("reset limiter");
    window.move_to(at);
    window.press(MouseButton::Left);
    window.release(MouseButton::Left);
    window.settle();
    let console = window.console();
    assert_eq!((console.value("limiter_drive"), console.value("soft_clip_on")), (0.0, 0.0));
    assert_eq!((console.value("limiter_on"), console.value("eq1_gain")), (1.0, 2.0));
}

#[test]
fn a_range_is_heard_alone_while_alt_and_button_are_down() {
    let mut window = window();
    set(&mut window, &[("eq3_on", 1.0), ("eq3_freq", 250.0)]);
    let solo = window.console().instance().solo.clone();
    let at = place(&mut window, 250.0, 0.0);
    window.hold(Modifiers::ALT);
    window.move_to(at);
    window.press(MouseButton::Left);
    let range = solo.range();
    assert!(range.on && range.low_hz < 200.0 && range.high_hz > 300.0, "{range:?}");
    let further = place(&mut window, 1000.0, 0.0);
    window.move_to(further);
    let range = solo.range();
    assert!(range.low_hz < 1000.0 && range.low_hz > 400.0 && range.high_hz > 1000.0, "it follows: {range:?}");
    // What the host hears then: 100 Hz is far outside.
    let bass: Vec<f32> = (0..48_000).map(|n| 0.5 * (TAU * 100.0 * n as f32 / 48_000.0).sin()).collect();
    let (left, _) = window.host().process(&bass, &bass);
    let loudest = left[24_000..].iter().fold(0f32, |top, sample| top.max(sample.abs()));
    assert!(loudest < 0.01, "{loudest}");
    window.release(MouseButton::Left);
    assert!(!solo.range().on);
}
