//! The spectrum and the equaliser over it.

use vizia::prelude::*;

use super::{frame, head};
use crate::editor::{
    Console,
    paint::{Anchor, stroke, write},
    theme::SCALE_SIZE,
    widgets::segmented,
};

/// Builds the panel; it takes the room that the others leave.
pub fn panel(cx: &mut Context, console: &Console) {
    frame(cx, |cx| {
        head(cx, console, "Equaliser", "eq_on", |cx| {
            segmented(cx, &console.control("eq_phase"), &["Minimum", "Linear"]);
        });
        Graph { console: console.clone() }.build(cx, |_| {}).size(Stretch(1.0));
    })
    .height(Stretch(1.0));
}

/// Frequencies of the grid's lines, and those that have a number.
const LINES_HZ: [f32; 28] = [
    20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0, 100.0, 200.0, 300.0, 400.0, 500.0, 600.0, 700.0, 800.0, 900.0,
    1000.0, 2000.0, 3000.0, 4000.0, 5000.0, 6000.0, 7000.0, 8000.0, 9000.0, 10_000.0, 20_000.0,
];
const NUMBERS_HZ: [(f32, &str); 10] = [
    (20.0, "20"),
    (50.0, "50"),
    (100.0, "100"),
    (200.0, "200"),
    (500.0, "500"),
    (1000.0, "1k"),
    (2000.0, "2k"),
    (5000.0, "5k"),
    (10_000.0, "10k"),
    (20_000.0, "20k"),
];

/// The grid.
struct Graph {
    console: Console,
}

impl View for Graph {
    fn draw(&self, cx: &mut DrawContext, canvas: &Canvas) {
        let (bounds, scale, palette) = (cx.bounds(), cx.scale_factor(), self.console.palette());
        let size = SCALE_SIZE * scale;
        let (left, right) = (bounds.x + 16.0 * scale, bounds.right() - 34.0 * scale);
        let (top, bottom) = (bounds.y, bounds.bottom() - 16.0 * scale);
        let at = |hz: f32| left + (hz / 20.0).log10() / 3.0 * (right - left);
        for hz in LINES_HZ {
            let strong = matches!(hz, 100.0 | 1000.0 | 10_000.0);
            let paint = stroke(if strong { palette.line } else { palette.grid }.full(), scale);
            let x = at(hz).round() + 0.5;
            canvas.draw_line((x, top), (x, bottom), &paint);
        }
        for (hz, number) in NUMBERS_HZ {
            write(canvas, number, (at(hz), bottom + 9.0 * scale), size, palette.dim.full(), Anchor::Middle);
        }
        for db in [12.0f32, 6.0, 0.0, -6.0, -12.0] {
            let y = (top + (18.0 - db) / 36.0 * (bottom - top)).round() + 0.5;
            let paint = stroke(if db == 0.0 { palette.line } else { palette.grid }.full(), scale);
            canvas.draw_line((left, y), (right, y), &paint);
            let number = crate::editor::figures::signed(db, 0);
            write(canvas, &number, (right + 8.0 * scale, y), size, palette.dim.full(), Anchor::Left);
        }
    }
}
