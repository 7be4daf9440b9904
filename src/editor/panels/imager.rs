//! The imager: vectorscope, correlation, and the width of each band.

use std::{cell::RefCell, rc::Rc};

use vizia::{
    prelude::*,
    vg::{PathBuilder, Rect},
};

use super::{frame, head, reset_button};
use crate::{
    assistant::Module,
    editor::{
        Console, Control, Desk, figures,
        live::Seen,
        paint::{Anchor, fill, stroke, within, write},
        theme::SCALE_SIZE,
        widgets::{tip, toggle, value_box},
    },
    settings::MAX_BANDS,
};

/// How many ages of points are told apart by their strength.
const AGES: usize = 4;
/// Where one channel alone lies: at half a right angle.
const SLANT: f32 = std::f32::consts::FRAC_1_SQRT_2;
/// Below this correlation mono cancels.
const CARE: f64 = 0.0;

/// Builds the panel.
pub fn panel(cx: &mut Context, desk: &Desk) {
    let console = desk.console();
    frame(cx, |cx| {
        head(cx, desk, Module::Imager, |cx| {
            reset_button(cx, console, "imager", |id| id.starts_with("width") || id.starts_with("mono_below"));
        });
        let count = console.control("comp_bands");
        let shown = Rc::new(RefCell::new(Shown::default()));
        let crossovers = [1, 2, 3].map(|index| console.control(&format!("crossover{index}")));
        let scope_view = Vectorscope { console: console.clone(), shown: shown.clone(), count: count.clone() }
            .build(cx, |_| {})
            .id("vectorscope")
            .bind(count.position(), |mut view| view.needs_redraw())
            .width(Stretch(1.0))
            .height(Stretch(1.0));
        let view = tip(
            scope_view,
            "Stereo image",
            "Upright is mono, across is out of phase. The bar below is the correlation of both channels; the small bars are the measured \
             width of each band, side over mid.",
        )
        .entity();
        let (live, bands) = (console.live().clone(), count.clone());
        console.animate(view, &shown, move |shown, _| {
            let seen = live.seen();
            let last = shown.seen.replace(seen);
            let changed = last.is_none_or(|last| last.modules != seen.modules || last.running != seen.running);
            shown.running = seen.running;
            if changed {
                let crossovers_hz = crossovers.each_ref().map(Control::value);
                live.with(|scope| {
                    scope.image.set_bands(&crossovers_hz, bands.value() as usize);
                    shown.points.clear();
                    shown.points.extend(scope.image.points());
                    shown.correlation = scope.image.correlation();
                    shown.widths = scope.image.widths();
                });
            }
            changed
        });
        let widths: [Control; MAX_BANDS] = std::array::from_fn(|band| console.control(&format!("width{}", band + 1)));
        let shown_count = count.position();
        Binding::new(cx, shown_count, move |cx| {
            let bands = (count.value() as usize).clamp(1, MAX_BANDS);
            HStack::new(cx, |cx| {
                if bands < 3 {
                    Label::new(cx, if bands == 1 { "width" } else { "widths" }).hoverable(false);
                }
                for width in &widths[..bands] {
                    value_box(cx, width).class("small").min_width(Pixels(32.0)).width(Stretch(1.0));
                }
            })
            .alignment(Alignment::Left)
            .gap(Pixels(2.0))
            .height(Pixels(20.0));
        });
        HStack::new(cx, |cx| {
            toggle(cx, &console.control("mono_below_on"), "Mono below")
                .padding_left(Pixels(7.0))
                .padding_right(Pixels(7.0))
                .height(Pixels(20.0));
            value_box(cx, &console.control("mono_below"));
        })
        .alignment(Alignment::Left)
        .gap(Pixels(4.0))
        .height(Pixels(20.0));
    })
    .gap(Pixels(6.0))
    .width(Stretch(178.0));
}

#[derive(Default)]
struct Shown {
    seen: Option<Seen>,
    /// Side and mid, -1 to 1, oldest first.
    points: Vec<[f32; 2]>,
    correlation: f64,
    widths: [f64; MAX_BANDS],
    running: bool,
}

struct Vectorscope {
    console: Console,
    shown: Rc<RefCell<Shown>>,
    count: Control,
}

impl View for Vectorscope {
    fn element(&self) -> Option<&'static str> {
        Some("vectorscope")
    }

    fn draw(&self, cx: &mut DrawContext, canvas: &Canvas) {
        let (bounds, scale, palette) = (cx.bounds(), cx.scale_factor(), self.console.palette());
        let shown = self.shown.borrow();
        let strength = if shown.running { 1.0 } else { 0.5 };
        let foot = 28.0 * scale;
        let (middle, top, bottom) = (bounds.x + bounds.w / 2.0, bounds.y, bounds.bottom() - foot);
        // Half the diamond stands for all: a point and its opposite are the same image.
        let (height, half) = (bottom - top, ((bottom - top) * 1.05).min(bounds.w / 2.0 - 26.0 * scale));
        let centre = bottom;
        let line = stroke(palette.line.full(), scale);
        for (x, y) in [(-half * SLANT, SLANT), (half * SLANT, SLANT), (0.0, 1.0)] {
            canvas.draw_line((middle, centre), (middle + x, centre - height * y), &line);
        }
        canvas.draw_line((middle - half, centre), (middle + half, centre), &line);
        let size = SCALE_SIZE * scale;
        for (word, x, anchor) in [("L", -half * SLANT, Anchor::Right), ("R", half * SLANT, Anchor::Left)] {
            let away = if anchor == Anchor::Right { -4.0 } else { 4.0 } * scale;
            let at = (middle + x + away, centre - height * SLANT);
            write(canvas, word, at, size, palette.muted.full(), anchor);
        }
        let each = shown.points.len().div_ceil(AGES).max(1);
        let dot = 0.8 * scale;
        for (age, points) in shown.points.chunks(each).enumerate() {
            let mut path = PathBuilder::new();
            for [side, mid] in points {
                // The lower half of the plane turned up.
                let turn = if *mid < 0.0 { -1.0 } else { 1.0 };
                let (x, y) = (middle + side * turn * half, centre - mid * turn * height);
                path.add_rect(Rect::new(x - dot, y - dot, x + dot, y + dot), None, None);
            }
            let opacity = 0.2 + 0.6 * (age + 1) as f32 / AGES as f32;
            canvas.draw_path(&path.detach(), &fill(palette.measured.faint(opacity * strength)));
        }
        self.draw_correlation(canvas, bounds, scale, &shown);
        self.draw_widths(canvas, bounds, scale, &shown);
    }
}

impl Vectorscope {
    fn draw_correlation(&self, canvas: &Canvas, bounds: BoundingBox, scale: f32, shown: &Shown) {
        let palette = self.console.palette();
        let size = SCALE_SIZE * scale;
        let (left, right, y) = (bounds.x, bounds.right(), bounds.bottom() - 19.0 * scale);
        let track = Rect::new(left, y - 2.0 * scale, right, y + 2.0 * scale);
        canvas.draw_round_rect(track, 2.0 * scale, 2.0 * scale, &fill(palette.line.full()));
        // Silence has no correlation.
        let heard = !shown.points.is_empty();
        if heard {
            let x = left + (shown.correlation as f32 + 1.0) / 2.0 * (right - left);
            let x = within(x, left + 2.0 * scale, right - 2.0 * scale);
            let ink = if shown.correlation < CARE { palette.care } else { palette.fine };
            let needle = Rect::new(x - 2.0 * scale, y - 6.0 * scale, x + 2.0 * scale, y + 6.0 * scale);
            canvas.draw_round_rect(needle, scale, scale, &fill(ink.full()));
        }
        let foot = bounds.bottom() - 5.0 * scale;
        write(canvas, "\u{2212}1", (left, foot), size, palette.muted.full(), Anchor::Left);
        write(canvas, "+1", (right, foot), size, palette.muted.full(), Anchor::Right);
        let words = if heard {
            format!("correlation {}", figures::signed(shown.correlation as f32, 2))
        } else {
            "correlation".to_owned()
        };
        write(canvas, &words, ((left + right) / 2.0, foot), size, palette.text.full(), Anchor::Middle);
    }

    /// Small bars at the right: 1 is as much side as mid.
    fn draw_widths(&self, canvas: &Canvas, bounds: BoundingBox, scale: f32, shown: &Shown) {
        let palette = self.console.palette();
        let bands = (self.count.value() as usize).clamp(1, MAX_BANDS);
        let (width, gap, height) = (4.0 * scale, 2.0 * scale, 30.0 * scale);
        for (band, measured) in shown.widths[..bands].iter().enumerate() {
            let left = bounds.right() - (bands - band) as f32 * (width + gap);
            let bottom = bounds.y + height;
            let track = Rect::new(left, bounds.y, left + width, bottom);
            canvas.draw_round_rect(track, scale, scale, &fill(palette.card.full()));
            let reach = (*measured as f32).min(1.0) * height;
            let bar = Rect::new(left, bottom - reach, left + width, bottom);
            canvas.draw_round_rect(bar, scale, scale, &fill(palette.measured.faint(0.8)));
        }
    }
}
