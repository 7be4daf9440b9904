//! Lines made fit for drawing: clipped to a panel, and thinned out where one cannot see it.

use std::ops::RangeInclusive;

type Point = (f64, f64);

/// The parts of a line within a panel; where it leaves or enters, it is cut at the border.
pub fn clipped(
    points: impl Iterator<Item = Point>,
    x_range: RangeInclusive<f64>,
    y_range: RangeInclusive<f64>,
) -> Vec<Vec<Point>> {
    let mut parts: Vec<Vec<Point>> = Vec::new();
    let mut open = false;
    let mut before: Option<Point> = None;
    for point in points.filter(|(x, y)| x_range.contains(x) && y.is_finite()) {
        let inside = y_range.contains(&point.1);
        if let Some(last) = before
            && inside != y_range.contains(&last.1)
        {
            let border = if inside { last.1 } else { point.1 }.clamp(*y_range.start(), *y_range.end());
            let share = (border - last.1) / (point.1 - last.1);
            let cut = (last.0 + share * (point.0 - last.0), border);
            if !inside && open {
                parts.last_mut().into_iter().for_each(|part| part.push(cut));
            } else if inside {
                parts.push(vec![cut]);
                open = true;
            }
        }
        if inside {
            if !open {
                parts.push(Vec::new());
            }
            parts.last_mut().into_iter().for_each(|part| part.push(point));
        }
        open = inside;
        before = Some(point);
    }
    parts
}

/// Fewer points whose line is nowhere farther than `tolerance` (units of the drawing) from the given one; `scale` turns places
/// into such units. After Ramer 1972, and Douglas and Peucker 1973.
pub fn thinned(points: &[Point], scale: [f64; 2], tolerance: f64) -> Vec<Point> {
    let mut keep = vec![false; points.len()];
    let mut spans = vec![(0, points.len().saturating_sub(1))];
    for end in [0, points.len().saturating_sub(1)] {
        if let Some(keep) = keep.get_mut(end) {
            *keep = true;
        }
    }
    while let Some((first, last)) = spans.pop() {
        let farthest = (first + 1..last)
            .map(|index| (index, distance(points[index], points[first], points[last], scale)))
            .max_by(|a, b| a.1.total_cmp(&b.1));
        if let Some((index, away)) = farthest
            && away > tolerance
        {
            keep[index] = true;
            spans.extend([(first, index), (index, last)]);
        }
    }
    points.iter().zip(keep).filter(|(_, keep)| *keep).map(|(point, _)| *point).collect()
}

/// From a point to the line between two others, in units of the drawing.
fn distance(point: Point, from: Point, to: Point, scale: [f64; 2]) -> f64 {
    let along = [(to.0 - from.0) * scale[0], (to.1 - from.1) * scale[1]];
    let away = [(point.0 - from.0) * scale[0], (point.1 - from.1) * scale[1]];
    let length = along[0].hypot(along[1]);
    if length == 0.0 { away[0].hypot(away[1]) } else { (along[0] * away[1] - along[1] * away[0]).abs() / length }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_cut_where_it_leaves_and_enters() {
        let points = [(0.0, 0.0), (1.0, 2.0), (2.0, 0.0), (3.0, f64::NAN), (4.0, 0.5)];
        let parts = clipped(points.into_iter(), 0.0..=4.0, 0.0..=1.0);
        assert_eq!(parts, [vec![(0.0, 0.0), (0.5, 1.0)], vec![(1.5, 1.0), (2.0, 0.0), (4.0, 0.5)]]);
    }

    #[test]
    fn thinning_keeps_corners_and_drops_what_lies_on_a_line() {
        let straight: Vec<Point> = (0..100).map(|n| (f64::from(n), 2.0 * f64::from(n))).collect();
        assert_eq!(thinned(&straight, [1.0, 1.0], 0.1), [(0.0, 0.0), (99.0, 198.0)]);
        let corner: Vec<Point> = (0..100).map(|n| (f64::from(n), f64::from(n.max(50)))).collect();
        assert_eq!(thinned(&corner, [1.0, 1.0], 0.1), [(0.0, 50.0), (50.0, 50.0), (99.0, 99.0)]);
        assert!(thinned(&[], [1.0, 1.0], 0.1).is_empty());
    }
}
