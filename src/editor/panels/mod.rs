//! The window's panels, one file each, and the frame that they share.

pub mod assistant;
pub mod compressor;
pub mod imager;
mod in_out;
pub mod limiter;
pub mod loudness;
mod solo;
pub mod spectrum;
pub mod top_bar;

#[cfg(test)]
mod tests;

use vizia::prelude::*;

use super::{
    Console,
    desk::{Desk, listening::switch_id},
    widgets,
};
use crate::{assistant::Module, settings::fields::fields};

/// A panel's frame with `content` in a column; give it a width and, where it does not fill its row, a height.
pub fn frame<'a>(cx: &'a mut Context, content: impl FnOnce(&mut Context)) -> Handle<'a, VStack> {
    VStack::new(cx, content).class("panel").padding(Pixels(12.0)).padding_top(Pixels(8.0)).gap(Pixels(8.0))
}

/// A module's first line: its switch, its name, and on the right what `rest` puts there, and the headphones.
pub fn head(cx: &mut Context, desk: &Desk, module: Module, rest: impl FnOnce(&mut Context)) {
    let console = desk.console();
    let switch = console.control(switch_id(module));
    HStack::new(cx, |cx| {
        widgets::power(cx, console, &switch);
        Label::new(cx, module.label()).class("title").hoverable(false);
        Element::new(cx).width(Stretch(1.0)).height(Pixels(1.0)).hoverable(false);
        rest(cx);
        solo::solo(cx, desk, module);
    })
    .alignment(Alignment::Left)
    .gap(Pixels(4.0))
    .height(Pixels(20.0));
}

/// A small button that takes a module's values back to neutral; `owns` says which ids are its own. Its switch stays.
pub fn reset_button(cx: &mut Context, console: &Console, module: &str, owns: impl Fn(&str) -> bool + 'static) {
    let switches = Module::ALL.map(switch_id);
    let (console, sentence) =
        (console.clone(), format!("Takes all values of the {module} back to neutral; its switch stays."));
    widgets::button(cx, "Reset".to_owned(), &sentence, move |_| {
        let own = fields().iter().filter(|field| owns(&field.id) && !switches.contains(&field.id.as_str()));
        let moved = own.filter(|field| console.value(&field.id) != field.default);
        console.apply(moved.map(|field| (field.id.clone(), field.default)).collect::<Vec<_>>());
    })
    .class("bare")
    .id(format!("reset {module}"))
    .padding_left(Pixels(4.0))
    .padding_right(Pixels(4.0))
    .height(Pixels(20.0));
}
