//! What the lines of the graph are: as many of them as there is room for.

use vizia::prelude::*;

use crate::editor::{
    Console,
    paint::{Anchor, dashed, stroke, width_of, write},
};

/// Length of a line's sample, from it to its word, and from there to the next sample, logical pixels.
const SAMPLE: f32 = 14.0;
const GAP: f32 = 5.0;
const BETWEEN: f32 = 10.0;
const TEXT_SIZE: f32 = 12.0;

/// A line of the graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line {
    Before,
    After,
    Target,
    Ghost,
    Peaks,
}

/// What matters most comes first.
const LINES: [(Line, &str); 5] = [
    (Line::Before, "before"),
    (Line::After, "after"),
    (Line::Target, "songs like this"),
    (Line::Ghost, "suggested"),
    (Line::Peaks, "peaks"),
];

/// Samples of the lines with their words, side by side.
pub struct Legend {
    pub console: Console,
}

impl View for Legend {
    fn element(&self) -> Option<&'static str> {
        Some("legend")
    }

    fn draw(&self, cx: &mut DrawContext, canvas: &Canvas) {
        let (bounds, scale, palette) = (cx.bounds(), cx.scale_factor(), self.console.palette());
        let y = (bounds.y + bounds.h / 2.0).round();
        let mut x = bounds.x + BETWEEN / 2.0 * scale;
        for (line, word) in LINES {
            let width = width_of(word, TEXT_SIZE * scale, false);
            let end = x + (SAMPLE + GAP) * scale + width;
            if end > bounds.right() {
                break;
            }
            let paint = match line {
                Line::Before => stroke(palette.measured.full(), 2.0 * scale),
                Line::After => stroke(palette.heard.full(), 2.0 * scale),
                Line::Target => dashed(palette.fine.full(), 2.0 * scale, 2.0 * scale, 2.0 * scale),
                Line::Ghost => dashed(palette.suggested.full(), 2.0 * scale, 4.0 * scale, 3.0 * scale),
                Line::Peaks => stroke(palette.heard.faint(0.4), scale),
            };
            canvas.draw_line((x, y), (x + SAMPLE * scale, y), &paint);
            let at = (x + (SAMPLE + GAP) * scale, y);
            write(canvas, word, at, TEXT_SIZE * scale, palette.muted.full(), Anchor::Left);
            x = end + BETWEEN * scale;
        }
    }
}
