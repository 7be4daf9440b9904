//! A figure that runs.

use vizia::prelude::*;

use crate::editor::paint::{Anchor, SEMI_BOLD, write, write_strong};

/// A line of text that changes many times a second, looking as a label of the same class does. A label's new text would have vizia lay out the whole
/// window and draw all its text again; this one keeps to the room it was given.
struct Reading {
    text: Signal<String>,
}

/// The figure. Its width is to be given: it does not follow the text.
pub fn reading(cx: &mut Context, text: Signal<String>) -> Handle<'_, impl View> {
    Reading { text }
        .build(cx, |_| {})
        .bind(text, |mut view| view.needs_redraw())
        .role(Role::Label)
        .name(text)
        .hoverable(false)
}

impl View for Reading {
    fn element(&self) -> Option<&'static str> {
        Some("label")
    }

    fn draw(&self, cx: &mut DrawContext, canvas: &Canvas) {
        let bounds = cx.bounds();
        let at = (bounds.x, bounds.y + bounds.h / 2.0);
        let write = if cx.font_weight().0 >= SEMI_BOLD { write_strong } else { write };
        write(canvas, &self.text.get(), at, cx.font_size(), cx.font_color().into(), Anchor::Left);
    }
}
