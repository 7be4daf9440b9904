//! A value as a bar: filled from the left, or from the middle where the middle means nothing changes.

use vizia::{
    prelude::*,
    vg::{self, Rect},
};

use super::{
    grip::{Axis, Grip},
    tip::control_tip,
};
use crate::editor::{
    Console,
    console::Control,
    paint::{fill, rect},
};

const HEIGHT: f32 = 18.0;
const THUMB: f32 = 5.5;

struct Slider {
    console: Console,
    grip: Grip,
    /// Where the fill starts.
    origin: f32,
}

/// A bar as wide as it is given room.
pub fn slider<'a>(cx: &'a mut Context, console: &Console, control: &Control) -> Handle<'a, impl View> {
    let parameter = control.parameter();
    let default = parameter.default_position();
    let origin = if (0.2..0.8).contains(&default) { default } else { 0.0 };
    let grip = Grip::new(control.clone(), Axis::Across, None);
    let view = Slider { console: console.clone(), grip, origin }
        .build(cx, |_| {})
        .bind(control.position(), |mut view| view.needs_redraw())
        .width(Stretch(1.0))
        .height(Pixels(HEIGHT))
        .role(Role::Slider)
        .id(format!("slider {}", control.parameter().id));
    control_tip(view, control)
}

impl View for Slider {
    fn element(&self) -> Option<&'static str> {
        Some("slide-bar")
    }

    fn event(&mut self, cx: &mut EventContext, event: &mut Event) {
        event.map(|event: &WindowEvent, meta| {
            if let WindowEvent::MouseDown(MouseButton::Left) = event {
                // The thumb comes to where the hand is.
                self.grip.control().begin();
                let (bounds, thumb) = (cx.bounds(), THUMB * cx.scale_factor());
                let inner = (cx.mouse().cursor_x - bounds.x - thumb) / (bounds.w - 2.0 * thumb).max(1.0);
                self.grip.control().set_position(inner);
            }
            if matches!(event, WindowEvent::MouseOver | WindowEvent::MouseOut) {
                cx.needs_redraw();
            }
            if self.grip.event(cx, event) {
                meta.consume();
            }
        });
    }

    fn draw(&self, cx: &mut DrawContext, canvas: &Canvas) {
        let (bounds, scale, palette) = (cx.bounds(), cx.scale_factor(), self.console.palette());
        let thumb = THUMB * scale;
        let at = |position: f32| bounds.x + thumb + position * (bounds.w - 2.0 * thumb);
        let middle = bounds.y + bounds.h / 2.0;
        let half = 1.5 * scale;
        let track = |from: f32, to: f32| Rect::new(from, middle - half, to, middle + half);
        let radius = half;
        canvas.draw_round_rect(track(at(0.0), at(1.0)), radius, radius, &fill(palette.line.full()));
        let position = self.grip.control().position().get();
        let (from, to) = (position.min(self.origin), position.max(self.origin));
        canvas.draw_round_rect(track(at(from), at(to)), radius, radius, &fill(palette.muted.full()));
        let lit =
            self.grip.is_dragged() || rect(bounds).contains(vg::Point::new(cx.mouse().cursor_x, cx.mouse().cursor_y));
        let ink = if lit { palette.heard } else { palette.text };
        canvas.draw_circle((at(position), middle), if lit { thumb } else { thumb * 0.9 }, &fill(ink.full()));
    }
}
