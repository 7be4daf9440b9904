//! The price of loudness: what each integrated loudness would cost in limiting, and where the suggestion stands.

use vizia::prelude::*;

use crate::{
    assistant::{PricePoint, cost_db},
    editor::{
        Console, figures,
        paint::{Anchor, area, dashed, fill, polyline, stroke, width_of, within, write, write_strong},
        theme::SCALE_SIZE,
    },
};

/// The loudness whose price is always told, LUFS: that of loud records.
const LOUD_LUFS: f64 = -9.0;
/// Less than this much of the scale's height would not be seen, dB.
const LEAST_SCALE_DB: f64 = 4.0;

/// What the curve shows, and the worst moment of what is suggested: `3.1 dB at most, at 1:14`.
pub fn sentence(chosen: Option<&PricePoint>) -> String {
    let lines = "Gain reduction on the loud parts for each loudness: the full line is the 95th percentile, the dashed one the \
                 median. The upright is what is suggested";
    match chosen.filter(|point| point.reduction_max_db >= 0.05) {
        Some(point) => {
            let most = figures::with_unit(&figures::plain(point.reduction_max_db as f32, 1), "dB");
            let place = point.worst_s.map_or(String::new(), |worst_s| format!(", at {}", figures::clock(worst_s)));
            format!("{lines}: {most} at most{place}.")
        }
        None => format!("{lines}."),
    }
}

struct Price {
    console: Console,
    points: Vec<PricePoint>,
    chosen: Option<PricePoint>,
}

/// The curve; nothing where there are not two points.
pub fn price<'a>(
    cx: &'a mut Context,
    console: &Console,
    points: &[PricePoint],
    chosen: Option<PricePoint>,
) -> Handle<'a, impl View> {
    let mut points = points.to_vec();
    points.sort_by(|a, b| a.integrated_lufs.total_cmp(&b.integrated_lufs));
    Price { console: console.clone(), points, chosen }.build(cx, |_| {}).width(Stretch(1.0)).height(Pixels(52.0))
}

impl View for Price {
    fn draw(&self, cx: &mut DrawContext, canvas: &Canvas) {
        let (bounds, scale, palette) = (cx.bounds(), cx.scale_factor(), self.console.palette());
        let [first, .., last] = &self.points[..] else { return };
        let text = SCALE_SIZE * scale;
        let (top, bottom) = (bounds.y + 15.0 * scale, bounds.bottom() - scale);
        let most_db = self.points.iter().map(|point| point.reduction_p95_db).fold(LEAST_SCALE_DB, f64::max);
        let span = (last.integrated_lufs - first.integrated_lufs).max(1e-9);
        let x = |lufs: f64| bounds.x + ((lufs - first.integrated_lufs) / span).clamp(0.0, 1.0) as f32 * bounds.w;
        let y = |db: f64| bottom - (db / most_db).clamp(0.0, 1.0) as f32 * (bottom - top);
        let line: Vec<_> =
            self.points.iter().map(|point| (x(point.integrated_lufs), y(point.reduction_p95_db))).collect();
        canvas.draw_path(&area(&line, bottom), &fill(palette.suggested.faint(0.16)));
        canvas.draw_path(&polyline(line.iter().copied()), &stroke(palette.suggested.full(), 1.4 * scale));
        // What half of the loud parts cost less than: thin and dashed, under what almost none costs more than.
        let median = self.points.iter().map(|point| (x(point.integrated_lufs), y(point.reduction_median_db)));
        canvas.draw_path(&polyline(median), &dashed(palette.suggested.full(), scale, 3.0 * scale, 2.0 * scale));
        canvas.draw_line((bounds.x, bottom), (bounds.right(), bottom), &stroke(palette.line.full(), scale));
        let words = |lufs: f64, db: f64| {
            let cost = figures::with_unit(&figures::plain(db as f32, 1), "dB");
            (figures::plain(lufs as f32, 1), cost)
        };
        let line_of_words = bounds.y + 6.0 * scale;
        let mut taken = (f32::INFINITY, f32::NEG_INFINITY);
        if let Some(chosen) = &self.chosen {
            let place = x(chosen.integrated_lufs).round();
            canvas.draw_line((place, bounds.y), (place, bottom), &stroke(palette.heard.full(), 1.4 * scale));
            canvas.draw_circle((place, y(chosen.reduction_p95_db)), 3.0 * scale, &fill(palette.heard.full()));
            let (lufs, cost) = words(chosen.integrated_lufs, chosen.reduction_p95_db);
            let sign = format!("{}, {cost}", figures::with_unit(&lufs, "LUFS"));
            let width = width_of(&sign, text, true);
            let gap = 5.0 * scale;
            let fits = place + gap + width <= bounds.right();
            let (at, anchor) = if fits { (place + gap, Anchor::Left) } else { (place - gap, Anchor::Right) };
            write_strong(canvas, &sign, (at, line_of_words), text, palette.text.full(), anchor);
            taken = if fits { (place, place + gap + width) } else { (place - gap - width, place) };
        }
        if let Some(db) = cost_db(&self.points, LOUD_LUFS) {
            let place = x(LOUD_LUFS);
            let (_, cost) = words(LOUD_LUFS, db);
            let sign = format!("{}: {cost}", figures::plain(LOUD_LUFS as f32, 0));
            let width = width_of(&sign, text, false);
            let right = within(place + width / 2.0, bounds.x + width, bounds.right());
            canvas.draw_circle((place, y(db)), 2.5 * scale, &fill(palette.suggested.full()));
            if right - width > taken.1 + 4.0 * scale || right < taken.0 - 4.0 * scale {
                write(canvas, &sign, (right, line_of_words), text, palette.muted.full(), Anchor::Right);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_moment_is_told_with_its_time() {
        let point = PricePoint {
            integrated_lufs: -9.0,
            drive_db: 8.0,
            reduction_median_db: 1.0,
            reduction_p95_db: 2.5,
            reduction_max_db: 3.12,
            worst_s: Some(74.0),
        };
        let told = sentence(Some(&point)).replace('\u{a0}', " ");
        assert!(told.ends_with("what is suggested: 3.1 dB at most, at 1:14."), "{told}");
        let free = PricePoint { reduction_max_db: 0.0, worst_s: None, ..point };
        assert!(
            sentence(Some(&free)).ends_with("what is suggested.") && sentence(None).ends_with("what is suggested.")
        );
    }
}
