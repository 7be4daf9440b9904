//! A card's reason: its first lines, and all of it after a click, so that a column of cards can be looked over.

use vizia::prelude::*;

use crate::editor::{
    desk::Desk,
    widgets::{is_press, tip},
};

struct Reason {
    unfolded: Signal<Option<usize>>,
    index: usize,
}

/// The reason of the item with this index; one reason at a time is unfolded.
pub fn reason(cx: &mut Context, desk: &Desk, index: usize, sentence: &str) {
    let unfolded = desk.unfolded();
    let is_open = unfolded.map(move |open| *open == Some(index));
    let text = sentence.to_owned();
    let view = Reason { unfolded, index }
        .build(cx, move |cx| {
            Binding::new(cx, is_open, move |cx| {
                Label::new(cx, text.clone())
                    .class("prose")
                    .toggle_class("folded", !is_open.get())
                    .width(Stretch(1.0))
                    .height(Auto)
                    .text_wrap(true)
                    .hoverable(false);
            });
        })
        .width(Stretch(1.0))
        .height(Auto)
        .cursor(CursorIcon::Hand)
        .id(format!("reason {index}"));
    tip(view, "", sentence);
}

impl View for Reason {
    fn element(&self) -> Option<&'static str> {
        Some("card-reason")
    }

    fn event(&mut self, _: &mut EventContext, event: &mut Event) {
        event.map(|event: &WindowEvent, meta| {
            if is_press(event) {
                let open = self.unfolded.get() == Some(self.index);
                self.unfolded.set((!open).then_some(self.index));
                meta.consume();
            }
        });
    }
}
