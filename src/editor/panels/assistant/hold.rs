//! A button that acts while it is held: what it starts ends with the release, or when the mouse is taken away.

use vizia::prelude::*;

use crate::editor::widgets::{is_press, tip};

struct Hold {
    down: Box<dyn Fn(bool)>,
    held: bool,
}

/// The button; `down` hears `true` when it goes down and `false` when it comes up.
pub fn hold_button<'a>(
    cx: &'a mut Context,
    word: &str,
    sentence: &str,
    down: impl Fn(bool) + 'static,
) -> Handle<'a, impl View> {
    let word = word.to_owned();
    let view = Hold { down: Box::new(down), held: false }
        .build(cx, move |cx| {
            Label::new(cx, word).hoverable(false);
        })
        .class("press")
        .layout_type(LayoutType::Row)
        .alignment(Alignment::Center)
        .padding_left(Pixels(10.0))
        .padding_right(Pixels(10.0))
        .width(Auto)
        .role(Role::Button);
    tip(view, "", sentence)
}

impl Hold {
    fn hold(&mut self, cx: &mut EventContext, held: bool) {
        if self.held != held {
            self.held = held;
            cx.set_active(held);
            cx.set_checked(held);
            (self.down)(held);
        }
    }
}

impl View for Hold {
    fn element(&self) -> Option<&'static str> {
        Some("hold-button")
    }

    fn event(&mut self, cx: &mut EventContext, event: &mut Event) {
        event.map(|event: &WindowEvent, meta| match event {
            event if is_press(event) => {
                cx.capture();
                self.hold(cx, true);
                meta.consume();
            }
            WindowEvent::MouseUp(MouseButton::Left) => {
                self.hold(cx, false);
                cx.release();
                meta.consume();
            }
            WindowEvent::MouseCaptureOutEvent => self.hold(cx, false),
            _ => {}
        });
    }
}
