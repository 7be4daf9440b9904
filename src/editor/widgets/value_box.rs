//! A value as text in the hand: drag up and down, wheel, double click resets, right click types.

use vizia::prelude::*;

use super::{entry::value_entry, grip::Grip, tip::control_tip};
use crate::editor::console::Control;

/// Logical pixels of a drag through the whole range.
const TRAVEL: f32 = 180.0;
const HEIGHT: f32 = 20.0;

struct ValueBox {
    grip: Grip,
    /// Whether the value is being typed.
    typing: Signal<bool>,
}

/// The value alone, with its unit.
pub fn value_box<'a>(cx: &'a mut Context, control: &Control) -> Handle<'a, impl View> {
    build(cx, control, None)
}

/// The value under its name.
pub fn named_value<'a>(cx: &'a mut Context, control: &Control, name: &str) -> Handle<'a, impl View> {
    build(cx, control, Some(name))
}

fn build<'a>(cx: &'a mut Context, control: &Control, name: Option<&str>) -> Handle<'a, ValueBox> {
    let typing = Signal::new(false);
    let text = control.text();
    let entered = control.clone();
    let name = name.map(ToOwned::to_owned);
    let height = if name.is_some() { HEIGHT + 16.0 } else { HEIGHT };
    let view = ValueBox { grip: Grip::new(control.clone(), TRAVEL), typing }
        .build(cx, move |cx| {
            if let Some(name) = &name {
                Label::new(cx, name.clone()).class("name").hoverable(false).height(Pixels(16.0));
            }
            Binding::new(cx, typing, move |cx| {
                if typing.get() {
                    value_entry(cx, &entered, move || typing.set(false)).height(Pixels(HEIGHT));
                } else {
                    Label::new(cx, text).class("value").hoverable(false).height(Pixels(HEIGHT)).text_wrap(false);
                }
            });
        })
        .layout_type(LayoutType::Column)
        .width(Auto)
        .min_width(Pixels(44.0))
        .height(Pixels(height))
        .role(Role::SpinButton)
        .id(format!("value {}", control.parameter().id));
    control_tip(view, control)
}

impl View for ValueBox {
    fn element(&self) -> Option<&'static str> {
        Some("value-box")
    }

    fn event(&mut self, cx: &mut EventContext, event: &mut Event) {
        let typing = self.typing.get();
        event.map(|event: &WindowEvent, meta| match event {
            _ if typing => {}
            WindowEvent::MouseDown(MouseButton::Right) => {
                self.typing.set(true);
                meta.consume();
            }
            event => {
                if self.grip.event(cx, event) {
                    meta.consume();
                }
            }
        });
    }
}
