//! A value as a dial with its name above and its figure below.

use vizia::{prelude::*, vg};

use super::{
    grip::{Axis, Grip},
    tip::control_tip,
    value_box::value_box,
};
use crate::editor::{
    Console,
    console::Control,
    paint::{fill, stroke},
};

/// Logical pixels of a drag through the whole range.
const TRAVEL: f32 = 180.0;
const SIZE: f32 = 34.0;
/// The dial turns through 270°, from seven o'clock to five o'clock.
const START_DEGREES: f32 = 135.0;
const SWEEP_DEGREES: f32 = 270.0;

struct Dial {
    console: Console,
    grip: Grip,
}

/// The dial with its name and value.
pub fn knob<'a>(cx: &'a mut Context, console: &Console, control: &Control, name: &str) -> Handle<'a, impl View> {
    VStack::new(cx, |cx| {
        Label::new(cx, name.to_owned()).hoverable(false);
        let grip = Grip::new(control.clone(), Axis::Up, TRAVEL);
        let dial = Dial { console: console.clone(), grip }
            .build(cx, |_| {})
            .bind(control.position(), |mut view| view.needs_redraw())
            .size(Pixels(SIZE))
            .role(Role::Slider)
            .id(format!("knob {}", control.parameter().id));
        control_tip(dial, control);
        value_box(cx, control).alignment(Alignment::Center);
    })
    .size(Auto)
    .alignment(Alignment::TopCenter)
    .gap(Pixels(2.0))
}

impl View for Dial {
    fn element(&self) -> Option<&'static str> {
        Some("knob-dial")
    }

    fn event(&mut self, cx: &mut EventContext, event: &mut Event) {
        event.map(|event: &WindowEvent, meta| {
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
        let (x, y) = bounds.center();
        let radius = bounds.w.min(bounds.h) / 2.0 - 2.0 * scale;
        let control = self.grip.control();
        let position = control.position().get();
        let default = control.parameter().default_position();
        let origin = if (0.2..0.8).contains(&default) { default } else { 0.0 };
        let oval = vg::Rect::new(x - radius, y - radius, x + radius, y + radius);
        let arc = |from: f32, to: f32, ink: vg::Color| {
            let mut paint = stroke(ink, 2.5 * scale);
            paint.set_stroke_cap(vg::PaintCap::Round);
            let start = START_DEGREES + SWEEP_DEGREES * from;
            canvas.draw_arc(oval, start, SWEEP_DEGREES * (to - from), false, &paint);
        };
        let lit = self.grip.is_dragged() || (cx.mouse().cursor_x - x).hypot(cx.mouse().cursor_y - y) <= radius;
        let face = if lit { palette.raised } else { palette.card };
        canvas.draw_circle((x, y), radius - 4.0 * scale, &fill(face.full()));
        arc(0.0, 1.0, palette.line.full());
        if position != origin {
            arc(position.min(origin), position.max(origin), palette.muted.full());
        }
        let angle = (START_DEGREES + SWEEP_DEGREES * position).to_radians();
        let (sin, cos) = angle.sin_cos();
        let (near, far) = (radius * 0.35, radius - 5.0 * scale);
        let ink = if lit { palette.heard } else { palette.text };
        let mut hand = stroke(ink.full(), 2.0 * scale);
        hand.set_stroke_cap(vg::PaintCap::Round);
        canvas.draw_line((x + near * cos, y + near * sin), (x + far * cos, y + far * sin), &hand);
    }
}
