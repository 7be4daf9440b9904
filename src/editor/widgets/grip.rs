//! Dragging a control: one gesture from button down to button up, shift is fine, double click resets, the wheel turns.

use vizia::prelude::{EventContext, Modifiers, MouseButton, SignalGet, WindowEvent};

use crate::editor::console::{Control, FINE};

/// Which way a drag counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Axis {
    /// Right is more.
    Across,
    /// Up is more.
    Up,
}

/// A control in the hand of a view. The view's `event` passes window events to [`Grip::event`].
pub struct Grip {
    control: Control,
    axis: Axis,
    /// Logical pixels from one end of the range to the other; `None` takes the view's own length.
    travel: Option<f32>,
    drag: Option<Drag>,
}

/// A drag under way.
struct Drag {
    /// The mouse at the last move, in physical pixels along the axis.
    last: f32,
    /// Finer than the control's step, so that small moves add up.
    position: f32,
}

impl Grip {
    /// `travel` in logical pixels for the whole range, or `None` for the view's own length along the axis.
    pub fn new(control: Control, axis: Axis, travel: impl Into<Option<f32>>) -> Self {
        Self { control, axis, travel: travel.into(), drag: None }
    }

    pub fn control(&self) -> &Control {
        &self.control
    }

    /// Whether it is being dragged.
    pub fn is_dragged(&self) -> bool {
        self.drag.is_some()
    }

    /// Acts on an event of the view; `true` when it was meant for the grip, and the view consumes it.
    pub fn event(&mut self, cx: &mut EventContext, event: &WindowEvent) -> bool {
        match event {
            WindowEvent::MouseDown(MouseButton::Left) if !cx.is_disabled() => {
                self.control.begin();
                let last = self.along(cx.mouse().cursor_x, cx.mouse().cursor_y);
                self.drag = Some(Drag { last, position: self.control.position().get() });
                cx.capture();
                cx.lock_cursor_icon();
                cx.set_active(true);
            }
            WindowEvent::MouseMove(x, y) => {
                let now = self.along(*x, *y);
                let fine = if cx.modifiers().contains(Modifiers::SHIFT) { FINE } else { 1.0 };
                let travel = self.travel.map_or_else(|| self.length(cx), |travel| travel * cx.scale_factor());
                let Some(drag) = &mut self.drag else { return false };
                drag.position = (drag.position + (now - drag.last) / travel.max(1.0) * fine).clamp(0.0, 1.0);
                drag.last = now;
                self.control.set_position(drag.position);
            }
            WindowEvent::MouseUp(MouseButton::Left) => {
                if self.drag.take().is_none() {
                    return false;
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
                    drag.position = self.control.position().get();
                }
            }
            WindowEvent::MouseScroll(_, notches) if *notches != 0.0 && !cx.is_disabled() => {
                self.control.turn(*notches, cx.modifiers().contains(Modifiers::SHIFT));
            }
            _ => return false,
        }
        true
    }

    fn along(&self, x: f32, y: f32) -> f32 {
        match self.axis {
            Axis::Across => x,
            Axis::Up => -y,
        }
    }

    fn length(&self, cx: &EventContext) -> f32 {
        match self.axis {
            Axis::Across => cx.bounds().w,
            Axis::Up => cx.bounds().h,
        }
    }
}
