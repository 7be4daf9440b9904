//! The top bar: presets, A/B, undo and redo, how one listens, delivery, the window's own menu.

mod comparing;
mod presets;
mod window_menu;

use vizia::prelude::*;

use crate::{
    assistant::Delivery,
    editor::{
        Console,
        desk::Desk,
        figures,
        widgets::{Item, icon_button, menu_button, tip},
    },
};

/// Builds the bar.
pub fn panel(cx: &mut Context, desk: &Desk) {
    let console = desk.console();
    HStack::new(cx, |cx| {
        Label::new(cx, "LACQUER").class("brand").hoverable(false);
        presets::presets(cx, desk);
        comparing::slots(cx, desk);
        history(cx, desk);
        Element::new(cx).width(Stretch(1.0)).height(Pixels(1.0)).hoverable(false);
        figures_in_small(cx, desk);
        comparing::monitoring(cx, desk);
        delivery(cx, console);
        window_menu::window_menu(cx, console);
    })
    .alignment(Alignment::Left)
    .gap(Pixels(8.0))
    .padding_left(Pixels(4.0))
    .height(Pixels(24.0));
}

fn history(cx: &mut Context, desk: &Desk) {
    let shown = desk.shown();
    let desk = desk.clone();
    Binding::new(cx, shown, move |cx| {
        let (undoes, redoes) =
            desk.with(|model| (model.undoes().map(ToOwned::to_owned), model.redoes().map(ToOwned::to_owned)));
        let sentence = |what: &Option<String>, nothing: &str| match what {
            Some(name) => format!("{name}. The host's own undo is another one."),
            None => nothing.to_owned(),
        };
        let (undo, redo) = (desk.clone(), desk.clone());
        HStack::new(cx, |cx| {
            icon_button(
                cx,
                "↩".to_owned(),
                "Undo",
                &sentence(&undoes, "Nothing was done in this window."),
                move |_| undo.undo(),
            )
            .disabled(undoes.is_none())
            .id("undo");
            icon_button(cx, "↪".to_owned(), "Redo", &sentence(&redoes, "Nothing was undone."), move |_| redo.redo())
                .disabled(redoes.is_none())
                .id("redo");
        })
        .gap(Pixels(4.0))
        .size(Auto);
    });
}

/// CPU load and latency.
fn figures_in_small(cx: &mut Context, desk: &Desk) {
    let figures = desk.figures();
    let view = VStack::new(cx, |cx| {
        let load = figures.map(|figures| {
            let percent = 100.0 * figures.load;
            let decimals = if percent < 9.95 { 1 } else { 0 };
            format!("CPU {}", figures::with_unit(&figures::plain(percent as f32, decimals), "%"))
        });
        let latency = figures.map(|figures| match figures.latency_s {
            Some(seconds) => figures::milliseconds((1000.0 * seconds) as f32),
            None => "–".to_owned(),
        });
        // Two lines within the height of the bar.
        Label::new(cx, load).class("scale").height(Pixels(12.0)).hoverable(false);
        Label::new(cx, latency).class("scale").height(Pixels(12.0)).hoverable(false);
    })
    .size(Auto)
    .id("figures");
    tip(
        view,
        "CPU load and latency",
        "Share of one core that the processing takes, and the delay that the host makes up for.",
    );
}

/// The label of a delivery: `Streaming −14 LUFS, −1 dBTP`.
fn delivery_label(index: usize) -> String {
    let Some(profile) = Delivery::profiles().get(index) else { return String::new() };
    let name = match profile.name {
        "cd" => "CD".to_owned(),
        name => name[..1].to_uppercase() + &name[1..],
    };
    let short = |value: f64| {
        let text = figures::plain(value as f32, 1);
        text.strip_suffix(".0").map_or(text.clone(), ToOwned::to_owned)
    };
    let (lufs, dbtp) = (short(profile.integrated_lufs), short(profile.ceiling_dbtp));
    format!("{name} {}, {}", figures::with_unit(&lufs, "LUFS"), figures::with_unit(&dbtp, "dBTP"))
}

fn delivery(cx: &mut Context, console: &Console) {
    let deliver = console.control("assist_deliver");
    let last = (Delivery::profiles().len() - 1) as f32;
    let label = deliver.position().map(move |position| delivery_label((position * last).round() as usize));
    let sentence = "Where the master will be played: loudness and ceiling that the assistant aims for.";
    menu_button(cx, label, sentence, move || {
        let chosen = deliver.value() as usize;
        let item = |(index, profile): (usize, &Delivery)| {
            let control = deliver.clone();
            Item::choice(delivery_label(index), move |_| control.set_value(index as f32))
                .with_note(profile.source.split([';', ':']).next().unwrap_or_default())
                .chosen(index == chosen)
        };
        Delivery::profiles().iter().enumerate().map(item).collect()
    })
    .id("delivery");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deliveries_are_named_with_their_figures() {
        let labels: Vec<_> = (0..6).map(|index| delivery_label(index).replace('\u{2009}', " ")).collect();
        assert_eq!(labels[0], "Streaming −14 LUFS, −1 dBTP");
        assert_eq!(labels[4], "CD −11 LUFS, −0.3 dBTP");
        assert_eq!(delivery_label(9), "");
    }
}
