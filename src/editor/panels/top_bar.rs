//! The top bar: the name, listening, delivery, the window's own menu.

use vizia::prelude::*;

use crate::{
    editor::{
        Console, ZOOMS_PERCENT,
        widgets::{Item, menu_button, toggle},
    },
    settings::fields::Kind,
};

/// Builds the bar.
pub fn panel(cx: &mut Context, console: &Console) {
    HStack::new(cx, |cx| {
        Label::new(cx, "LACQUER").class("brand").hoverable(false);
        Element::new(cx).width(Stretch(1.0)).height(Pixels(1.0)).hoverable(false);
        toggle(cx, &console.control("bypass"), "Bypass");
        toggle(cx, &console.control("level_match"), "Matched");
        delivery(cx, console);
        window_menu(cx, console);
    })
    .alignment(Alignment::Left)
    .gap(Pixels(8.0))
    .padding_left(Pixels(4.0))
    .height(Pixels(24.0));
}

fn delivery(cx: &mut Context, console: &Console) {
    let deliver = console.control("assist_deliver");
    let sentence = "Where the master will be played: loudness and ceiling that the assistant aims for.";
    let items = deliver.clone();
    menu_button(cx, deliver.text(), sentence, move || {
        let Kind::Choice { labels } = items.parameter().kind else { return Vec::new() };
        let chosen = items.value() as usize;
        let item = |(index, label): (usize, &&str)| {
            let control = items.clone();
            Item::choice(*label, move |_| control.set_value(index as f32)).chosen(index == chosen)
        };
        labels.iter().enumerate().map(item).collect()
    });
}

fn window_menu(cx: &mut Context, console: &Console) {
    let console = console.clone();
    menu_button(cx, "Window".to_owned(), "Size and colours of this window.", move || {
        let zoom = console.zoom().get();
        let mut items = vec![Item::head("Size")];
        items.extend(ZOOMS_PERCENT.map(|percent| {
            let (console, factor) = (console.clone(), percent as f32 / 100.0);
            let text = format!("{percent}\u{2009}%");
            Item::choice(text, move |_| console.zoom().set(factor)).chosen((zoom - factor).abs() < 1e-3)
        }));
        items.push(Item::Line);
        let theme = console.theme().get();
        let switch = console.clone();
        let word = match theme {
            crate::editor::Theme::Dark => "Light colours",
            crate::editor::Theme::Light => "Dark colours",
        };
        items.push(Item::choice(word, move |_| switch.theme().set(theme.other())));
        items
    })
    .id("window menu");
}
