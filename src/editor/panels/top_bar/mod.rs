//! The top bar: presets, A/B, undo and redo, how one listens, delivery, the window's own menu.

mod comparing;
mod delivery;
mod presets;
#[cfg(test)]
mod tests;
mod window_menu;

use vizia::prelude::*;

use crate::editor::{
    desk::Desk,
    figures,
    widgets::{icon_button, tip},
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
        delivery::delivery(cx, desk);
        window_menu::window_menu(cx, console);
    })
    .alignment(Alignment::Left)
    .gap(Pixels(8.0))
    .padding_left(Pixels(4.0))
    .height(Pixels(24.0))
    .id("top bar");
}

fn history(cx: &mut Context, desk: &Desk) {
    let (shown, asked, desk) = (desk.shown(), desk.clone(), desk.clone());
    // Built anew only for another step: not under a hand that presses, because something else has changed.
    let steps = Memo::new(move |_| {
        shown.get();
        asked.with(|model| (model.undoes().map(ToOwned::to_owned), model.redoes().map(ToOwned::to_owned)))
    });
    Binding::new(cx, steps, move |cx| {
        let (undoes, redoes) = steps.get();
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
