//! One of a few choices side by side: a click takes it, the wheel the one beside it, a double click that of the beginning.

use vizia::prelude::*;

use super::tip::control_tip;
use crate::editor::console::Control;

struct Segment {
    control: Control,
    position: f32,
}

/// The choices of `control` with these words, in its order.
pub fn segmented<'a>(cx: &'a mut Context, control: &Control, words: &[&str]) -> Handle<'a, impl View> {
    let last = (control.parameter().count().unwrap_or(words.len()) - 1).max(1) as f32;
    let words: Vec<_> = words.iter().map(|word| (*word).to_owned()).collect();
    let row = HStack::new(cx, |cx| {
        for (index, word) in words.iter().enumerate() {
            let position = index as f32 / last;
            let shown = control.position();
            Segment { control: control.clone(), position }
                .build(cx, |cx| {
                    Label::new(cx, word.clone()).hoverable(false);
                })
                .class("press")
                .class("bare")
                .checked(shown.map(move |shown| (shown - position).abs() < 0.5 / last))
                .layout_type(LayoutType::Row)
                .alignment(Alignment::Center)
                .height(Pixels(20.0))
                .width(Auto)
                .min_width(Pixels(18.0))
                .padding_left(Pixels(5.0))
                .padding_right(Pixels(5.0))
                .role(Role::RadioButton)
                .id(format!("segment {} {word}", control.parameter().id));
        }
    })
    .class("card")
    .padding(Pixels(1.0))
    .size(Auto)
    .role(Role::RadioGroup);
    control_tip(row, control)
}

impl View for Segment {
    fn element(&self) -> Option<&'static str> {
        Some("segment")
    }

    fn event(&mut self, _: &mut EventContext, event: &mut Event) {
        event.map(|event: &WindowEvent, meta| {
            match event {
                WindowEvent::MouseDown(MouseButton::Left) | WindowEvent::MouseTripleClick(MouseButton::Left) => {
                    self.control.set_position(self.position);
                }
                WindowEvent::MouseDoubleClick(MouseButton::Left) => self.control.reset(),
                WindowEvent::MouseScroll(_, notches) if *notches != 0.0 => self.control.turn(*notches, false),
                _ => return,
            }
            meta.consume();
        });
    }
}
