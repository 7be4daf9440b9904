//! A module's headphones: lit, it alone is heard, without the other modules.

use vizia::{prelude::*, vg};

use crate::{
    assistant::Module,
    editor::{
        desk::Desk,
        paint::{fill, stroke},
        widgets::{is_press, tip},
    },
};

const SIZE: f32 = 18.0;

struct Solo {
    desk: Desk,
    module: Module,
}

/// The button, 18 × 18 logical pixels.
pub fn solo(cx: &mut Context, desk: &Desk, module: Module) {
    let name = module.label();
    let view = Solo { desk: desk.clone(), module }
        .build(cx, |_| {})
        .bind(desk.shown(), |mut view| view.needs_redraw())
        .size(Pixels(SIZE))
        .cursor(CursorIcon::Hand)
        .role(Role::Switch)
        .id(format!("solo {}", name.to_lowercase()));
    let sentence = format!(
        "Only the {} is heard, without the other modules. Ends with this window; bounces do not know it.",
        match module {
            Module::Eq => "EQ".to_owned(),
            _ => name.to_lowercase(),
        }
    );
    tip(view, "Solo", sentence);
}

impl View for Solo {
    fn element(&self) -> Option<&'static str> {
        Some("solo-switch")
    }

    fn event(&mut self, cx: &mut EventContext, event: &mut Event) {
        event.map(|event: &WindowEvent, meta| match event {
            event if is_press(event) => {
                self.desk.toggle_solo(self.module);
                meta.consume();
            }
            WindowEvent::MouseOver | WindowEvent::MouseOut => cx.needs_redraw(),
            _ => {}
        });
    }

    fn draw(&self, cx: &mut DrawContext, canvas: &Canvas) {
        let (bounds, scale, palette) = (cx.bounds(), cx.scale_factor(), self.desk.console().palette());
        let (x, y) = bounds.center();
        let on = self.desk.listening().solo == Some(self.module);
        let lit = bounds.contains_point(cx.mouse().cursor_x, cx.mouse().cursor_y);
        let ink = match (on, lit) {
            (true, _) => palette.care,
            (false, true) => palette.text,
            (false, false) => palette.dim,
        };
        let (radius, cup) = (5.2 * scale, vg::Rect::new(-1.5 * scale, -scale, 1.5 * scale, 4.2 * scale));
        // The band over the head, and a cup at each of its ends.
        let oval = vg::Rect::new(x - radius, y - radius, x + radius, y + radius);
        canvas.draw_arc(oval, 180.0, 180.0, false, &stroke(ink.full(), 1.4 * scale));
        for side in [-1.0, 1.0] {
            let (left, top) = (x + side * radius, y + scale);
            let cup = vg::Rect::new(left + cup.left, top + cup.top, left + cup.right, top + cup.bottom);
            let paint = if on { fill(ink.full()) } else { stroke(ink.full(), 1.2 * scale) };
            canvas.draw_round_rect(cup, scale, scale, &paint);
        }
    }
}
