use super::{Path, PathFillType};
use crate::{geometry::Point, raster::flatten::flatten};
use tiny_skia::Transform;

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
    let edge = |from: Point, to: Point| {
        if (from.y <= point.y) != (to.y <= point.y) {
            let t = (point.y - from.y) / (to.y - from.y);
            if from.x + t * (to.x - from.x) > point.x {
                winding += if to.y > from.y { 1 } else { -1 };
            }
        }
    };
    flatten(outline, Transform::identity(), edge);
    winding
}
