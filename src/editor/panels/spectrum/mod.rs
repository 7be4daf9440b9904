//! The spectrum and the equaliser over it.
//!
//! In one picture: the input's spectrum ([`measured`](crate::editor::theme::Palette::measured)) and the output's (`heard`), what songs
//! like this one measure (`fine`), the curve of the equaliser with each band's share, and what the assistant suggests (`suggested`,
//! dashed). Nodes are dragged in frequency and gain with one gesture; the wheel turns Q; a double click adds a band or resets one; a
//! right click opens what else there is; while alt is held, a press lets a
//! range be heard alone. While a band is chosen, the first line shows all its values.

mod band_line;
mod bands;
mod drawing;
mod graph;
mod legend;
mod menu;
mod picture;
mod plot;

use std::{cell::RefCell, rc::Rc};

use vizia::prelude::*;

use self::{
    band_line::{Page, band_line},
    graph::Graph,
    legend::Legend,
    picture::Picture,
    plot::{GAINS_DB, LEVELS_DB, Options, TILTS_DB},
};
use super::{frame, solo::solo};
use crate::{
    assistant::Module,
    editor::{
        Console, Control, Desk, figures,
        widgets::{self, Item, menu_button},
        wording::sentence_case,
    },
    scope::spectrum::Speed,
    settings::{Choice, Phase},
};

/// Builds the panel; it takes the room that the others leave.
pub fn panel(cx: &mut Context, desk: &Desk) {
    let console = desk.console();
    let options = console.spectrum();
    let selected: Signal<Option<usize>> = Signal::new(None);
    let page = Signal::new(Page::Main);
    let picture = Rc::new(RefCell::new(Picture::new(console, options)));
    frame(cx, |cx| {
        let (head_console, head_picture) = (console.clone(), picture.clone());
        HStack::new(cx, |cx| {
            widgets::power(cx, console, &console.control("eq_on"));
            solo(cx, desk, Module::Eq);
            Binding::new(cx, selected, move |cx| match selected.get() {
                None => view_line(cx, &head_console, options),
                Some(band) => band_line(cx, &head_picture, band, selected, page),
            });
        })
        .alignment(Alignment::Left)
        .gap(Pixels(6.0))
        .height(Pixels(20.0));
        Graph::build(cx, console, &picture, options, selected).id("eq graph").size(Stretch(1.0));
    })
    .gap(Pixels(6.0))
    .padding_bottom(Pixels(4.0))
    .height(Stretch(1.0));
}

/// The first line while no band is chosen: what the lines are, and how they are looked at.
fn view_line(cx: &mut Context, console: &Console, options: Signal<Options>) {
    HStack::new(cx, |cx| {
        Label::new(cx, "EQ").class("title").hoverable(false);
        Legend { console: console.clone() }.build(cx, |_| {}).height(Pixels(20.0)).width(Stretch(1.0)).hoverable(false);
        phase_menu(cx, &console.control("eq_phase"));
        gain_menu(cx, options);
        view_menu(cx, console);
    })
    .alignment(Alignment::Left)
    .gap(Pixels(6.0))
    .height(Pixels(20.0));
}

fn plus_minus(gain_db: f32) -> String {
    figures::with_unit(&format!("±{gain_db:.0}"), "dB")
}

fn range(level_db: f32) -> String {
    figures::with_unit(&format!("{level_db:.0}"), "dB")
}

fn tilt(tilt_db: f64) -> String {
    if tilt_db == 0.0 { "No tilt".into() } else { figures::with_unit(&format!("{tilt_db}"), "dB/oct") }
}

/// What the graph's upper edge stands for.
fn gain_menu(cx: &mut Context, options: Signal<Options>) {
    let word = options.map(|options| plus_minus(options.gain_db));
    menu_button(cx, word, "Gain at the graph's upper edge.", move || {
        option_items(options, GAINS_DB.map(|gain_db| (plus_minus(gain_db), Options { gain_db, ..options.get() })))
    })
    .class("bare")
    .padding_left(Pixels(6.0))
    .padding_right(Pixels(6.0))
    .height(Pixels(20.0));
}

/// One line for each of a few options.
fn option_items<const N: usize>(options: Signal<Options>, all: [(String, Options); N]) -> Vec<Item> {
    let now = options.get();
    let item = |(text, wanted)| Item::choice(text, move |_| options.set(wanted)).chosen(now == wanted);
    all.into_iter().map(item).collect()
}

fn phase_menu(cx: &mut Context, phase: &Control) {
    let last = (Phase::LABELS.len() - 1) as f32;
    let word = phase.position().map(move |position| match Phase::from_index((position * last).round() as usize) {
        Phase::Minimum => "Minimum phase".to_owned(),
        Phase::Linear => "Linear phase".to_owned(),
    });
    let sentence = "Minimum phase has no latency; linear phase delays all frequencies alike. Takes hold when the host restarts the plugin.";
    let control = phase.clone();
    menu_button(cx, word, sentence, move || choice_items(&control, Phase::LABELS))
        .class("bare")
        .id("menu eq_phase")
        .padding_left(Pixels(6.0))
        .padding_right(Pixels(6.0))
        .height(Pixels(20.0));
}

/// How the spectra are looked at.
fn view_menu(cx: &mut Context, console: &Console) {
    let (live, options) = (console.live().clone(), console.spectrum());
    let word = options.map(|options| tilt(options.tilt_db));
    let sentence =
        "Tilt, range and speed of the spectra. With 3 dB an octave pink noise is flat, with 4.5 dB most masters are.";
    menu_button(cx, word, sentence, move || {
        let now = options.get();
        let mut items = vec![Item::head("Tilt")];
        items.extend(option_items(options, TILTS_DB.map(|tilt_db| (tilt(tilt_db), Options { tilt_db, ..now }))));
        items.extend([Item::Line, Item::head("Range")]);
        items.extend(option_items(options, LEVELS_DB.map(|level_db| (range(level_db), Options { level_db, ..now }))));
        items.extend([Item::Line, Item::head("Speed")]);
        items.extend(Speed::ALL.into_iter().map(|speed| {
            let note = figures::with_unit(&format!("{:.0}", speed.fall_db_per_s()), "dB/s");
            let wanted = Options { speed, ..now };
            Item::choice(speed.label(), move |_| options.set(wanted)).chosen(now == wanted).with_note(note)
        }));
        let peaks = live.clone();
        items.extend([Item::Line, Item::choice("Forget the peaks", move |_| peaks.reset_held())]);
        items
    })
    .class("bare")
    .padding_left(Pixels(6.0))
    .padding_right(Pixels(6.0))
    .height(Pixels(20.0));
}

fn choice_items(control: &Control, labels: &[&str]) -> Vec<Item> {
    let now = control.value() as usize;
    let item = |(index, label): (usize, &&str)| {
        let control = control.clone();
        Item::choice(sentence_case(label), move |_| control.set_value(index as f32)).chosen(index == now)
    };
    labels.iter().enumerate().map(item).collect()
}

/// A choice as a small menu.
fn choice_menu(cx: &mut Context, control: &Control, labels: &'static [&'static str], sentence: &str) {
    let last = (labels.len() - 1) as f32;
    let word = control.position().map(move |position| sentence_case(labels[(position * last).round() as usize]));
    let control = control.clone();
    let id = format!("menu {}", control.parameter().id);
    menu_button(cx, word, sentence, move || choice_items(&control, labels))
        .class("bare")
        .id(id)
        .padding_left(Pixels(6.0))
        .padding_right(Pixels(6.0))
        .height(Pixels(20.0));
}
