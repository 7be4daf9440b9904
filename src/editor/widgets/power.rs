//! A module's or band's switch: a ring that is closed when it is off, open and lit with a bar when it is on.

use vizia::{prelude::*, vg};

use super::{is_press, tip::control_tip};
use crate::editor::{Console, console::Control, paint::stroke};

const SIZE: f32 = 18.0;

struct Power {
    console: Console,
    control: Control,
}

/// The switch, 18 × 18 pixels.
pub fn power<'a>(cx: &'a mut Context, console: &Console, control: &Control) -> Handle<'a, impl View> {
    let view = Power { console: console.clone(), control: control.clone() }
        .build(cx, |_| {})
        .bind(control.position(), |mut view| view.needs_redraw())
        .size(Pixels(SIZE))
        .role(Role::Switch)
        .id(format!("power {}", control.parameter().id));
    control_tip(view, control)
}

impl View for Power {
    fn element(&self) -> Option<&'static str> {
        Some("power-switch")
    }

    fn event(&mut self, cx: &mut EventContext, event: &mut Event) {
        event.map(|event: &WindowEvent, meta| match event {
            event if is_press(event) => {
                self.control.toggle();
                meta.consume();
            }
            WindowEvent::MouseOver | WindowEvent::MouseOut => cx.needs_redraw(),
            _ => {}
        });
    }

    fn draw(&self, cx: &mut DrawContext, canvas: &Canvas) {
        let (bounds, scale, palette) = (cx.bounds(), cx.scale_factor(), self.console.palette());
        let (x, y) = bounds.center();
        let on = self.control.is_on();
        let lit = bounds.contains_point(cx.mouse().cursor_x, cx.mouse().cursor_y);
        let ink = match (on, lit) {
            (true, _) => palette.fine,
            (false, true) => palette.text,
            (false, false) => palette.dim,
        };
        let radius = 5.0 * scale;
        let mut paint = stroke(ink.full(), 1.6 * scale);
        paint.set_stroke_cap(vg::PaintCap::Round);
        let oval = vg::Rect::new(x - radius, y - radius, x + radius, y + radius);
        canvas.draw_arc(oval, -55.0, 290.0, false, &paint);
        canvas.draw_line((x, y - radius - scale), (x, y - scale), &paint);
    }
}
