//! The price of loudness: what each integrated loudness would cost in limiting, and where the suggestion stands.

use vizia::prelude::*;

use crate::{
    assistant::PricePoint,
    editor::{
        Console, figures,
        paint::{Anchor, area, fill, polyline, stroke, width_of, write, write_strong},
        theme::SCALE_SIZE,
    },
};

/// The loudness whose price is always told, LUFS: that of loud records.
const LOUD_LUFS: f64 = -9.0;
/// Less than this much of the scale's height would not be seen, dB.
const LEAST_SCALE_DB: f64 = 4.0;

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

/// What a loudness costs, dB of reduction (95th percentile), on the line through the points; nothing beyond their ends.
pub fn cost_db(points: &[PricePoint], lufs: f64) -> Option<f64> {
    points.windows(2).find_map(|pair| {
        let (from, to) = (pair[0], pair[1]);
        let inside = (from.integrated_lufs..=to.integrated_lufs).contains(&lufs);
        let width = (to.integrated_lufs - from.integrated_lufs).max(1e-9);
        let share = (lufs - from.integrated_lufs) / width;
        inside.then_some(from.reduction_p95_db + share * (to.reduction_p95_db - from.reduction_p95_db))
    })
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
            let right = (place + width / 2.0).clamp(bounds.x + width, bounds.right());
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
    fn a_price_lies_on_the_line_between_its_neighbours() {
        let point = |lufs, db| PricePoint {
            integrated_lufs: lufs,
            drive_db: 0.0,
            reduction_median_db: 0.0,
            reduction_p95_db: db,
            reduction_max_db: db,
            worst_s: None,
        };
        let points = [point(-16.0, 0.0), point(-12.0, 2.0), point(-8.0, 8.0)];
        assert_eq!(cost_db(&points, -9.0), Some(6.5));
        assert_eq!(cost_db(&points, -16.0), Some(0.0));
        assert_eq!(cost_db(&points, -7.0), None, "nobody measured that");
    }
}
