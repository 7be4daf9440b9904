//! Curves as lines.

use crate::geometry::Point;
use tiny_skia::{PathSegment, Transform};

/// The distance between a curve and its lines at most, in pixels: two thirds of it on average is less than one part in 255.
const TOLERANCE: f32 = 0.005;

/// Calls `line` for each side of each contour of `outline` through `transform`, contours closed.
pub(crate) fn flatten(outline: &tiny_skia::Path, transform: Transform, mut line: impl FnMut(Point, Point)) {
    let map = |mut point: tiny_skia::Point| -> Point {
        transform.map_point(&mut point);
        point.into()
    };
    let (mut current, mut start) = (Point::default(), Point::default());
    for segment in outline.segments() {
        match segment {
            PathSegment::MoveTo(to) => {
                line(current, start);
                current = map(to);
                start = current;
            }
            PathSegment::LineTo(to) => {
                let to = map(to);
                line(current, to);
                current = to;
            }
            PathSegment::QuadTo(control, to) => {
                let (from, control, to) = (current, map(control), map(to));
                let bend = (from - control * 2.0 + to).length();
                let steps = line_count(0.25 * bend);
                for i in 1..steps {
                    let t = i as f32 / steps as f32;
                    let u = 1.0 - t;
                    let next = from * (u * u) + control * (2.0 * u * t) + to * (t * t);
                    line(current, next);
                    current = next;
                }
                line(current, to);
                current = to;
            }
            PathSegment::CubicTo(first, second, to) => {
                let (from, first, second, to) = (current, map(first), map(second), map(to));
                let bend = (from - first * 2.0 + second).length().max((first - second * 2.0 + to).length());
                let steps = line_count(0.75 * bend);
                for i in 1..steps {
                    let t = i as f32 / steps as f32;
                    let u = 1.0 - t;
                    let near = from * (u * u * u) + first * (3.0 * u * u * t);
                    let next = near + second * (3.0 * u * t * t) + to * (t * t * t);
                    line(current, next);
                    current = next;
                }
                line(current, to);
                current = to;
            }
            PathSegment::Close => {
                line(current, start);
                current = start;
            }
        }
    }
    line(current, start);
}

/// Wang's formula: for a curve of degree d whose second differences are at most M long, √(d (d − 1) / 8 · M / tolerance) lines stay within the
/// tolerance. `bend` is d (d − 1) / 8 · M.
fn line_count(bend: f32) -> usize {
    (bend / TOLERANCE).sqrt().ceil().clamp(1.0, 500.0) as usize
}
