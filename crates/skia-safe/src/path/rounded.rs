use super::{PathBuilder, PathDirection};
use crate::geometry::{Point, RRect};

/// From a quarter circle's corner to the handle of the cubic that stands for it, as a part of the radius.
const HANDLE: f32 = 1.0 - 0.552_284_8;

/// Where a rounded corner leaves one side, the corner itself, and where it joins the next.
struct RoundedCorner {
    enter: Point,
    corner: Point,
    leave: Point,
}

impl PathBuilder {
    /// A rounded rectangle as one contour.
    pub fn add_rrect(
        &mut self,
        rrect: impl AsRef<RRect>,
        direction: impl Into<Option<PathDirection>>,
        start: impl Into<Option<usize>>,
    ) -> &mut Self {
        let rrect = rrect.as_ref();
        let direction = direction.into().unwrap_or_default();
        if rrect.is_rect() {
            return self.add_rect(rrect.rect(), direction, start);
        }
        let mut corners = clockwise_corners(rrect);
        if direction == PathDirection::CCW {
            corners.reverse();
            for corner in &mut corners {
                std::mem::swap(&mut corner.enter, &mut corner.leave);
            }
        }
        for (i, RoundedCorner { enter, corner, leave }) in corners.iter().enumerate() {
            if i == 0 {
                self.move_to(*enter);
            } else {
                self.line_to(*enter);
            }
            let towards = |from: Point| from * HANDLE + *corner * (1.0 - HANDLE);
            self.cubic_to(towards(*enter), towards(*leave), *leave);
        }
        self.close()
    }
}

fn clockwise_corners(rrect: &RRect) -> [RoundedCorner; 4] {
    let r = rrect.rect();
    let [upper_left, upper_right, lower_right, lower_left] = *rrect.radii_ref();
    let corner = |x: f32, y: f32, enter: (f32, f32), leave: (f32, f32)| RoundedCorner {
        enter: enter.into(),
        corner: Point::new(x, y),
        leave: leave.into(),
    };
    [
        corner(r.left, r.top, (r.left, r.top + upper_left.y), (r.left + upper_left.x, r.top)),
        corner(r.right, r.top, (r.right - upper_right.x, r.top), (r.right, r.top + upper_right.y)),
        corner(r.right, r.bottom, (r.right, r.bottom - lower_right.y), (r.right - lower_right.x, r.bottom)),
        corner(r.left, r.bottom, (r.left + lower_left.x, r.bottom), (r.left, r.bottom - lower_left.y)),
    ]
}
