use super::{Path, PathFillType};
use crate::geometry::Point;
use tiny_skia::PathSegment;

/// Lines that stand for a curve when a point is tested. The error is under a hundredth of a corner's radius.
const QUAD_LINES: usize = 8;
const CUBIC_LINES: usize = 12;

impl Path {
    /// True where `point` is inside the shape.
    pub fn contains(&self, point: impl Into<Point>) -> bool {
        let point = point.into();
        let Some(outline) = &self.0.outline else { return false };
        if !self.0.bounds.contains(point) {
            return false;
        }
        let winding = winding_number(outline, point);
        let inside = match self.0.fill {
            PathFillType::Winding => winding != 0,
            PathFillType::EvenOdd => winding % 2 != 0,
        };
        inside
            && self.0.within.iter().all(|path| path.contains(point))
            && !self.0.without.iter().any(|path| path.contains(point))
    }
}

/// How many times `outline` runs around `point`: crossings of the ray to its right, signed by their direction.
fn winding_number(outline: &tiny_skia::Path, point: Point) -> i32 {
    let mut winding = 0;
    let mut edge = |from: Point, to: Point| {
        if (from.y <= point.y) != (to.y <= point.y) {
            let t = (point.y - from.y) / (to.y - from.y);
            if from.x + t * (to.x - from.x) > point.x {
                winding += if to.y > from.y { 1 } else { -1 };
            }
        }
    };
    let (mut current, mut start) = (Point::default(), Point::default());
    for segment in outline.segments() {
        match segment {
            PathSegment::MoveTo(to) => {
                edge(current, start);
                current = to.into();
                start = current;
            }
            PathSegment::LineTo(to) => {
                edge(current, to.into());
                current = to.into();
            }
            PathSegment::QuadTo(control, to) => {
                let (from, control, to): (_, Point, Point) = (current, control.into(), to.into());
                for i in 1..=QUAD_LINES {
                    let t = i as f32 / QUAD_LINES as f32;
                    let u = 1.0 - t;
                    let next = from * (u * u) + control * (2.0 * u * t) + to * (t * t);
                    edge(current, next);
                    current = next;
                }
            }
            PathSegment::CubicTo(first, second, to) => {
                let (from, first, second, to): (_, Point, Point, Point) =
                    (current, first.into(), second.into(), to.into());
                for i in 1..=CUBIC_LINES {
                    let t = i as f32 / CUBIC_LINES as f32;
                    let u = 1.0 - t;
                    let near = from * (u * u * u) + first * (3.0 * u * u * t);
                    let next = near + second * (3.0 * u * t * t) + to * (t * t * t);
                    edge(current, next);
                    current = next;
                }
            }
            PathSegment::Close => {
                edge(current, start);
                current = start;
            }
        }
    }
    edge(current, start);
    winding
}
