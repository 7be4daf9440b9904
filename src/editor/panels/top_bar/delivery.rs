//! The delivery target: a published profile, or loudness and ceiling of one's own.

use vizia::prelude::*;

use crate::{
    assistant::Delivery,
    editor::{
        desk::Desk,
        figures,
        widgets::{Item, entry, menu_button, open_menu},
    },
};

/// Where no ceiling was typed, dBTP: what streaming services ask for.
const USUAL_CEILING_DBTP: f64 = -1.0;
/// What is offered beside the profiles: loudness in LUFS, ceilings in dBTP.
const OWN_LUFS: [f64; 9] = [-8.0, -9.0, -10.0, -11.0, -12.0, -13.0, -14.0, -15.0, -16.0];
const OWN_CEILINGS_DBTP: [f64; 3] = [-0.3, -1.0, -2.0];
/// What undo calls it.
const STEP: &str = "loudness of your own";
/// Room for the longest label, logical pixels.
const ENTRY_WIDTH: f32 = 206.0;

/// The button with its menu, or the field while figures of one's own are typed.
pub fn delivery(cx: &mut Context, desk: &Desk) {
    let typing = Signal::new(false);
    let desk = desk.clone();
    Binding::new(cx, typing, move |cx| {
        if typing.get() {
            own_entry(cx, &desk, typing);
        } else {
            delivery_menu(cx, &desk, typing);
        }
    });
}

fn delivery_menu(cx: &mut Context, desk: &Desk, typing: Signal<bool>) {
    let deliver = desk.console().control("assist_deliver");
    let (position, shown, memory) = (deliver.position(), desk.shown(), desk.console().instance().memory.clone());
    let word = Memo::new(move |_| {
        position.get();
        shown.get();
        label(&memory.delivery())
    });
    let sentence = "Where the master will be played: loudness and ceiling that the assistant aims for.";
    let desk = desk.clone();
    menu_button(cx, word, sentence, move || {
        let now = desk.console().instance().memory.delivery();
        let item = |(index, profile): (usize, &Delivery)| {
            let (control, desk) = (deliver.clone(), desk.clone());
            Item::choice(label(profile), move |_| {
                desk.set_taste("delivery", |taste| taste.delivery = None);
                control.set_value(index as f32);
            })
            .with_note(profile.source.split([';', ':']).next().unwrap_or_default())
            .chosen(*profile == now)
        };
        let mut items: Vec<_> = Delivery::profiles().iter().enumerate().map(item).collect();
        items.push(Item::Line);
        let own = desk.console().instance().memory.taste().own_delivery();
        if let Some(own) = own {
            items.push(Item::choice(label(&own), |_| {}).chosen(true));
        }
        let desk = desk.clone();
        items.push(Item::choice("Loudness of your own …", move |cx| open_menu(cx, own_menu(&desk, typing))));
        items
    })
    .id("delivery");
}

/// Loudness and ceiling of one's own, each chosen by itself, and the field for other figures.
fn own_menu(desk: &Desk, typing: Signal<bool>) -> Vec<Item> {
    let now = desk.console().instance().memory.delivery();
    let choice = |lufs: f64, dbtp: f64, words: String, chosen: bool| {
        let desk = desk.clone();
        let wanted = format!("{lufs},{dbtp}");
        Item::choice(words, move |_| desk.set_taste(STEP, |taste| taste.delivery = Some(wanted.clone()))).chosen(chosen)
    };
    let mut items = vec![Item::head("Loudness")];
    items.extend(OWN_LUFS.map(|lufs| {
        let words = figures::with_unit(&short(lufs), "LUFS");
        choice(lufs, now.ceiling_dbtp, words, (now.integrated_lufs - lufs).abs() < 0.05)
    }));
    items.extend([Item::Line, Item::head("Ceiling")]);
    items.extend(OWN_CEILINGS_DBTP.map(|dbtp| {
        let words = figures::with_unit(&short(dbtp), "dBTP");
        choice(now.integrated_lufs, dbtp, words, (now.ceiling_dbtp - dbtp).abs() < 0.05)
    }));
    items.push(Item::Line);
    items.push(Item::choice("Type other figures", move |_| typing.set(true)).with_note("LUFS, dBTP"));
    items
}

/// The field for figures of one's own.
fn own_entry(cx: &mut Context, desk: &Desk, typing: Signal<bool>) {
    let now = desk.console().instance().memory.delivery();
    let desk = desk.clone();
    let text =
        format!("{}, {}", figures::plain(now.integrated_lufs as f32, 1), figures::plain(now.ceiling_dbtp as f32, 1));
    entry(cx, text, move |typed| {
        if let Some(wanted) = typed.and_then(own) {
            desk.set_taste(STEP, |taste| taste.delivery = Some(wanted));
        }
        typing.set(false);
    })
    .width(Pixels(ENTRY_WIDTH))
    .height(Pixels(24.0))
    .id("own delivery");
}

/// The label of a delivery: `Streaming −14 LUFS, −1 dBTP`.
fn label(delivery: &Delivery) -> String {
    let name = match delivery.name {
        "cd" => "CD".to_owned(),
        name => name[..1].to_uppercase() + &name[1..],
    };
    let (lufs, dbtp) = (short(delivery.integrated_lufs), short(delivery.ceiling_dbtp));
    format!("{name} {}, {}", figures::with_unit(&lufs, "LUFS"), figures::with_unit(&dbtp, "dBTP"))
}

/// With a decimal only where there is one.
fn short(value: f64) -> String {
    let text = figures::plain(value as f32, 1);
    text.strip_suffix(".0").map_or(text.clone(), ToOwned::to_owned)
}

/// What was typed, as [`Delivery::parse`] reads it: two figures, or the loudness alone, with or without units; a figure without a sign is
/// below full scale. `None` when it is no delivery.
fn own(typed: &str) -> Option<String> {
    let plain = typed.replace(crate::figures::MINUS, "-");
    let figures: Vec<f64> = plain
        .split(|letter: char| !(letter.is_ascii_digit() || matches!(letter, '.' | '-')))
        .filter(|word| !word.is_empty())
        .map(|word| word.parse::<f64>().map(|figure| -figure.abs()))
        .collect::<Result<_, _>>()
        .ok()?;
    let (lufs, dbtp) = match figures.as_slice() {
        [lufs] => (*lufs, USUAL_CEILING_DBTP),
        [lufs, dbtp] => (*lufs, *dbtp),
        _ => return None,
    };
    let text = format!("{lufs},{dbtp}");
    Delivery::parse(&text).is_ok().then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deliveries_are_named_with_their_figures() {
        let labels: Vec<_> = Delivery::profiles().iter().map(|profile| label(profile).replace('\u{a0}', " ")).collect();
        assert_eq!(labels[0], "Streaming −14 LUFS, −1 dBTP");
        assert_eq!(labels[4], "CD −11 LUFS, −0.3 dBTP");
    }

    #[test]
    fn figures_of_ones_own_are_read_however_they_are_typed() {
        for typed in ["-12.5, -0.8", "−12.5 LUFS, −0.8 dBTP", "12.5 0.8", "-12.5/-0.8"] {
            assert_eq!(own(typed).as_deref(), Some("-12.5,-0.8"), "{typed}");
        }
        assert_eq!(own("-10").as_deref(), Some("-10,-1"));
        for nonsense in ["", "loud", "-3", "-14,-30", "-12,-1,-1", "--12"] {
            assert_eq!(own(nonsense), None, "{nonsense}");
        }
    }
}
