//! A switch with a word; the ring beside the word is filled while it is on, so that colour is not the only sign.

use vizia::prelude::*;

use super::{is_press, lamp::lamp, tip::control_tip};
use crate::editor::console::Control;

struct Toggle {
    control: Control,
}

/// A button that stays down while the switch is on.
pub fn toggle<'a>(cx: &'a mut Context, control: &Control, word: &str) -> Handle<'a, impl View> {
    let position = control.position();
    let word = word.to_owned();
    let view = Toggle { control: control.clone() }
        .build(cx, move |cx| {
            lamp(cx, position.map(|position| *position >= 0.5));
            Label::new(cx, word).hoverable(false);
        })
        .class("press")
        .checked(position.map(|position| *position >= 0.5))
        .layout_type(LayoutType::Row)
        .alignment(Alignment::Center)
        .gap(Pixels(6.0))
        .padding_left(Pixels(10.0))
        .padding_right(Pixels(10.0))
        .width(Auto)
        .role(Role::Switch)
        .id(format!("toggle {}", control.parameter().id));
    control_tip(view, control)
}

impl View for Toggle {
    fn element(&self) -> Option<&'static str> {
        Some("toggle-switch")
    }

    fn event(&mut self, _: &mut EventContext, event: &mut Event) {
        event.map(|event: &WindowEvent, meta| {
            if is_press(event) {
                self.control.toggle();
                meta.consume();
            }
        });
    }
}
