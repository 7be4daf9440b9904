//! A measured figure on the range it was held against: the range as a green bar, the measurement as a blue dot, what is
//! expected of the suggestion as an orange tick, what the record measures since as a white ring.

use vizia::{prelude::*, vg::Rect};

use crate::editor::{
    Console,
    paint::{fill, stroke},
};

/// The figures, in one unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figures {
    pub measured: f64,
    pub low: f64,
    pub high: f64,
    pub expected: Option<f64>,
    pub achieved: Option<f64>,
}

impl Figures {
    /// The ends of the scale, with some room beside what is on it.
    fn scale(&self) -> (f64, f64) {
        let all = [Some(self.measured), Some(self.low), Some(self.high), self.expected, self.achieved];
        let (low, high) = all
            .into_iter()
            .flatten()
            .filter(|value| value.is_finite())
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
        let room = (0.18 * (high - low)).max(1e-6);
        (low - room, high + room)
    }
}

struct RangeBar {
    console: Console,
    figures: Figures,
}

/// The picture, as wide as there is room.
pub fn range_bar<'a>(cx: &'a mut Context, console: &Console, figures: Figures) -> Handle<'a, impl View> {
    RangeBar { console: console.clone(), figures }.build(cx, |_| {}).width(Stretch(1.0)).height(Pixels(16.0))
}

impl View for RangeBar {
    fn draw(&self, cx: &mut DrawContext, canvas: &Canvas) {
        let (bounds, scale, palette) = (cx.bounds(), cx.scale_factor(), self.console.palette());
        let figures = &self.figures;
        let (low, high) = figures.scale();
        let (left, width) = (bounds.x + 4.0 * scale, bounds.w - 8.0 * scale);
        let at = |value: f64| left + ((value - low) / (high - low)).clamp(0.0, 1.0) as f32 * width;
        let middle = (bounds.y + bounds.h / 2.0).round();
        let bar = |from: f32, to: f32, half: f32| Rect::new(from, middle - half, to, middle + half);
        canvas.draw_round_rect(bar(bounds.x, bounds.right(), scale), scale, scale, &fill(palette.line.full()));
        let half = 3.0 * scale;
        // Where one figure was asked for, the range is a mark.
        let (from, to) = (at(figures.low), at(figures.high).max(at(figures.low) + 3.0 * scale));
        canvas.draw_round_rect(bar(from, to, half), half, half, &fill(palette.fine.faint(0.6)));
        if let Some(expected) = figures.expected {
            let x = at(expected);
            canvas.draw_rect(bar(x - scale, x + scale, 6.0 * scale), &fill(palette.suggested.full()));
        }
        canvas.draw_circle((at(figures.measured), middle), 4.0 * scale, &fill(palette.measured.full()));
        if let Some(achieved) = figures.achieved {
            canvas.draw_circle((at(achieved), middle), 4.0 * scale, &stroke(palette.heard.full(), 1.6 * scale));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_lies_within_the_scale() {
        let mut figures = Figures { measured: -17.0, low: -14.0, high: -14.0, expected: Some(-14.1), achieved: None };
        let (low, high) = figures.scale();
        assert!(low < -17.0 && high > -14.0);
        figures.measured = -14.0;
        figures.expected = None;
        let (low, high) = figures.scale();
        assert!(low < high, "one figure alone has a scale, too");
    }
}
