//! The menus of the graph: of a band, and of the empty plane.

use std::{cell::RefCell, rc::Rc};

use vizia::prelude::{Signal, SignalUpdate};

use super::picture::Picture;
use crate::{
    editor::{Console, Control, figures, widgets::Item, wording::sentence_case},
    settings::{Choice, FilterType, Phase, Placement, Slope},
};

/// One choice of a control's for each of its words.
fn choices(control: &Control, labels: &[&str]) -> Vec<Item> {
    let now = control.value() as usize;
    let item = |(index, label): (usize, &&str)| {
        let control = control.clone();
        let words = sentence_case(label);
        Item::choice(words, move |_| control.set_value(index as f32)).chosen(index == now)
    };
    labels.iter().enumerate().map(item).collect()
}

/// The menu of a band.
pub fn band(
    console: &Console,
    picture: &Rc<RefCell<Picture>>,
    band: usize,
    selected: Signal<Option<usize>>,
) -> Vec<Item> {
    let shown = picture.borrow();
    let controls = &shown.controls.bands[band];
    let settings = shown.controls.settings().bands[band];
    let mut items = vec![Item::head(format!("Band {}", band + 1))];
    items.extend(choices(&controls.filter, FilterType::LABELS));
    if matches!(settings.filter, FilterType::LowCut | FilterType::HighCut) {
        items.extend([Item::Line, Item::head("Slope")]);
        items.extend(choices(&controls.slope, Slope::LABELS));
    }
    items.extend([Item::Line, Item::head("Works on")]);
    items.extend(choices(&controls.placement, Placement::LABELS));
    if settings.filter.has_gain() {
        items.extend([Item::Line, Item::head("Dynamic range")]);
        let (dynamic, range) = (controls.dynamic.clone(), controls.range.clone());
        let off = dynamic.clone();
        items.push(Item::choice("Static", move |_| off.set_value(0.0)).chosen(!settings.dynamics.on));
        for range_db in [-6.0f32, -3.0, -1.5, 1.5, 3.0] {
            let words = figures::with_unit(&figures::signed(range_db, 1), "dB");
            let (dynamic, range) = (dynamic.clone(), range.clone());
            let chosen = settings.dynamics.on && (settings.dynamics.range_db - range_db).abs() < 0.05;
            let act = move |_: &mut vizia::prelude::EventContext| {
                range.set_value(range_db);
                dynamic.set_value(1.0);
            };
            items.push(Item::choice(words, act).chosen(chosen));
        }
    }
    items.push(Item::Line);
    let (reset, shown_again) = (console.clone(), picture.clone());
    items.push(
        Item::choice("Reset", move |_| {
            let changes = shown_again.borrow().controls.reset(band);
            reset.apply(changes);
        })
        .with_note("double click"),
    );
    let on = controls.on.clone();
    let words = if settings.on { "Remove" } else { "Switch on" };
    let turned = f32::from(!settings.on);
    items.push(Item::choice(words, move |_| {
        on.set_value(turned);
        if turned == 0.0 {
            selected.set(None);
        }
    }));
    items
}

/// The menu of the plane between the nodes.
pub fn empty(
    console: &Console,
    picture: &Rc<RefCell<Picture>>,
    selected: Signal<Option<usize>>,
    hz: f32,
    gain_db: f32,
) -> Vec<Item> {
    let free = picture.borrow().controls.free();
    let mut items = Vec::new();
    let (adding, shown) = (console.clone(), picture.clone());
    let words = format!("Add a band at {}", figures::frequency(hz));
    items.push(
        Item::choice(words, move |_| {
            let shown = shown.borrow();
            if let Some(band) = shown.controls.free() {
                adding.apply(shown.controls.addition(band, hz, gain_db));
                selected.set(Some(band));
            }
        })
        .enabled(free.is_some())
        .with_note("double click"),
    );
    items.extend([Item::Line, Item::head("Phase")]);
    items.extend(choices(&console.control("eq_phase"), Phase::LABELS));
    items.push(Item::Line);
    let live = console.live().clone();
    items.push(Item::choice("Forget the peaks", move |_| live.reset_held()));
    items
}
