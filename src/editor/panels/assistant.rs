//! The assistant's column.

use vizia::prelude::*;

use super::frame;
use crate::editor::{Console, widgets::toggle};

/// Builds the panel.
pub fn panel(cx: &mut Context, console: &Console) {
    frame(cx, |cx| {
        HStack::new(cx, |cx| {
            Label::new(cx, "Assistant").class("title");
            Element::new(cx).width(Stretch(1.0)).height(Pixels(1.0));
            toggle(cx, &console.control("listen"), "Listen");
        })
        .alignment(Alignment::Left)
        .height(Pixels(28.0));
        Label::new(cx, "Press Listen and play the song, its loudest part included.")
            .class("prose")
            .width(Stretch(1.0))
            .text_wrap(true);
        Label::new(cx, "What it suggests comes as cards, each with its reason.")
            .class("prose")
            .width(Stretch(1.0))
            .text_wrap(true);
        Label::new(cx, "Nothing changes until you accept it.").class("prose").width(Stretch(1.0)).text_wrap(true);
    })
    .width(Pixels(302.0));
}
