//! The window's own menu: size, colours, tips, and what Lacquer is.

use vizia::prelude::*;

use crate::editor::{
    Console, Theme, ZOOMS_PERCENT, figures,
    widgets::{Item, menu_button, open_menu},
};

/// The button with its menu.
pub fn window_menu(cx: &mut Context, console: &Console) {
    let console = console.clone();
    menu_button(cx, "≡".to_owned(), "Size and colours of this window, tips, and about Lacquer.", move || {
        let zoom = console.zoom().get();
        let mut items = vec![Item::head("Size")];
        items.extend(ZOOMS_PERCENT.map(|percent| {
            let (console, factor) = (console.clone(), percent as f32 / 100.0);
            let text = figures::with_unit(&percent.to_string(), "%");
            Item::choice(text, move |_| console.zoom().set(factor)).chosen((zoom - factor).abs() < 1e-3)
        }));
        items.push(Item::Line);
        items.push(Item::head("Colours"));
        items.extend([(Theme::Dark, "Dark"), (Theme::Light, "Light")].map(|(theme, word)| {
            let switching = console.clone();
            Item::choice(word, move |_| switching.theme().set(theme)).chosen(console.theme().get() == theme)
        }));
        items.push(Item::Line);
        let tips = console.tips();
        items.push(Item::choice("Tool tips", move |_| tips.set(!tips.get())).chosen(tips.get()));
        items.push(Item::choice("About Lacquer", |cx| open_menu(cx, about())));
        items
    })
    .id("window menu");
}

fn about() -> Vec<Item> {
    [
        concat!("Lacquer ", env!("CARGO_PKG_VERSION")),
        "An assistant for mastering: measures, suggests, says why.",
        concat!("Licence: ", env!("CARGO_PKG_LICENSE")),
        "Font: Inter, SIL Open Font License 1.1",
        "VST is a trademark of Steinberg Media Technologies GmbH",
    ]
    .map(Item::head)
    .into()
}
