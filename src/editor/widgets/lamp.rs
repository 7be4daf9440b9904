//! A switch's sign: a ring while it is off, a lit disc while it is on.

use vizia::prelude::*;

use crate::editor::paint::{fill, stroke};

/// Logical pixels across.
const SIZE: f32 = 7.0;

struct Lamp {
    lit: Signal<bool>,
}

/// The sign, for a switch that has a word beside it.
pub fn lamp(cx: &mut Context, lit: impl Res<bool> + 'static) -> Handle<'_, impl View> {
    let lit = lit.to_signal(cx);
    Lamp { lit }
        .build(cx, |_| {})
        .class("lamp")
        .toggle_class("lit", lit)
        .bind(lit, |mut view| view.needs_redraw())
        .size(Pixels(SIZE))
        .hoverable(false)
}

impl View for Lamp {
    fn element(&self) -> Option<&'static str> {
        Some("lamp")
    }

    fn draw(&self, cx: &mut DrawContext, canvas: &Canvas) {
        let (bounds, scale, ink) = (cx.bounds(), cx.scale_factor(), cx.font_color());
        let radius = bounds.w / 2.0;
        if self.lit.get() {
            canvas.draw_circle(bounds.center(), radius, &fill(ink.into()));
        } else {
            canvas.draw_circle(bounds.center(), radius - 0.6 * scale, &stroke(ink.into(), 1.2 * scale));
        }
    }
}
