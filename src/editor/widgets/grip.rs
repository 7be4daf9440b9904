//! Dragging a control: one gesture from button down to button up, shift is fine, double click resets, the wheel turns. A click
//! without a drag takes the next of a few values.

use vizia::prelude::{EventContext, Modifiers, MouseButton, SignalGet, WindowEvent};

use crate::editor::console::{Control, FINE};

/// A control in the hand of a view. The view's `event` passes window events to [`Grip::event`].
pub struct Grip {
    control: Control,
    /// Logical pixels up from one end of the range to the other.
    travel: f32,
    drag: Option<Drag>,
}

/// Less far than this a hand that clicks may slip, logical pixels.
const SLIP: f32 = 3.0;

/// A drag under way.
struct Drag {
    /// Where the button went down, in physical pixels downwards; `None` once the hand has gone further than a click does, or the
    /// button's second press has reset the control.
    pressed: Option<f32>,
    /// The height of the mouse at the last move, in physical pixels downwards.
    last: f32,
    /// Finer than the control's step, so that small moves add up.
    position: f32,
}

impl Grip {
    /// `travel` in logical pixels for the whole range.
    pub fn new(control: Control, travel: f32) -> Self {
        Self { control, travel, drag: None }
    }

    /// Acts on an event of the view; `true` when it was meant for the grip, and the view consumes it.
    pub fn event(&mut self, cx: &mut EventContext, event: &WindowEvent) -> bool {
        match event {
            WindowEvent::MouseDown(MouseButton::Left) if !cx.is_disabled() => {
                self.control.begin();
                let y = cx.mouse().cursor_y;
                self.drag = Some(Drag { pressed: Some(y), last: y, position: self.control.position().get() });
                cx.capture();
                cx.lock_cursor_icon();
                cx.set_active(true);
            }
            WindowEvent::MouseMove(_, y) => {
                let fine = if cx.modifiers().contains(Modifiers::SHIFT) { FINE } else { 1.0 };
                let travel = self.travel * cx.scale_factor();
                let Some(drag) = &mut self.drag else { return false };
                drag.pressed = drag.pressed.filter(|pressed| (pressed - y).abs() <= SLIP * cx.scale_factor());
                drag.position = (drag.position + (drag.last - y) / travel.max(1.0) * fine).clamp(0.0, 1.0);
                drag.last = *y;
                self.control.set_position(drag.position);
            }
            WindowEvent::MouseUp(MouseButton::Left) => {
                let Some(drag) = self.drag.take() else { return false };
                if drag.pressed.is_some() && self.control.parameter().count().is_some() {
                    self.control.toggle();
                }
                self.control.end();
                cx.release();
                cx.unlock_cursor_icon();
                cx.set_active(false);
            }
            WindowEvent::MouseDoubleClick(MouseButton::Left) => {
                self.control.reset();
                // The button is still down: what follows goes on from there.
                if let Some(drag) = &mut self.drag {
                    (drag.position, drag.pressed) = (self.control.position().get(), None);
                }
            }
            WindowEvent::MouseScroll(_, notches) if *notches != 0.0 && !cx.is_disabled() => {
                self.control.turn(*notches, cx.modifiers().contains(Modifiers::SHIFT));
            }
            _ => return false,
        }
        true
    }
}
