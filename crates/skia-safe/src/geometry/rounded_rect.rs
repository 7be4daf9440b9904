use super::{Point, Rect, Vector};

/// The corners of a rounded rectangle, clockwise.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Corner {
    UpperLeft = 0,
    UpperRight = 1,
    LowerRight = 2,
    LowerLeft = 3,
}

/// A rectangle with an elliptic corner of its own radii at each corner.
#[derive(Copy, Clone, PartialEq, Default, Debug)]
pub struct RRect {
    rect: Rect,
    /// In the order of [`Corner`].
    radii: [Vector; 4],
}

impl AsRef<RRect> for RRect {
    fn as_ref(&self) -> &RRect {
        self
    }
}

impl RRect {
    /// The empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// Square corners.
    pub fn new_rect(rect: impl AsRef<Rect>) -> Self {
        Self { rect: *rect.as_ref(), radii: Default::default() }
    }

    /// The ellipse inside `rect`.
    pub fn new_oval(rect: impl AsRef<Rect>) -> Self {
        let rect = *rect.as_ref();
        Self { rect, radii: [Point::new(rect.width() / 2.0, rect.height() / 2.0); 4] }
    }

    /// The same radii at each corner.
    pub fn new_rect_xy(rect: impl AsRef<Rect>, x_radius: f32, y_radius: f32) -> Self {
        Self::new_rect_radii(rect, &[Point::new(x_radius, y_radius); 4])
    }

    /// Radii in the order of [`Corner`]. Where two along a side would overlap, all are scaled by one factor until they fit (CSS Backgrounds and
    /// Borders 3, 5.5); a corner with a radius that is not positive is square.
    pub fn new_rect_radii(rect: impl AsRef<Rect>, radii: &[Vector; 4]) -> Self {
        let rect = *rect.as_ref();
        let mut radii = radii.map(|r| if r.x > 0.0 && r.y > 0.0 { r } else { Point::default() });
        let [upper_left, upper_right, lower_right, lower_left] = radii;
        let sides = [
            (upper_left.x + upper_right.x, rect.width()),
            (lower_right.x + lower_left.x, rect.width()),
            (upper_left.y + lower_left.y, rect.height()),
            (upper_right.y + lower_right.y, rect.height()),
        ];
        let factor = sides
            .iter()
            .filter(|(sum, side)| sum > side)
            .fold(1.0f32, |factor, (sum, side)| factor.min(side.max(0.0) / sum));
        if factor < 1.0 {
            radii = radii.map(|r| r * factor);
        }
        Self { rect, radii }
    }

    pub fn rect(&self) -> &Rect {
        &self.rect
    }

    pub fn bounds(&self) -> &Rect {
        &self.rect
    }

    pub fn width(&self) -> f32 {
        self.rect.width()
    }

    pub fn height(&self) -> f32 {
        self.rect.height()
    }

    /// The radii of one corner, (0, 0) where it is square.
    pub fn radii(&self, corner: Corner) -> Vector {
        self.radii[corner as usize]
    }

    /// All radii in the order of [`Corner`].
    pub fn radii_ref(&self) -> &[Vector; 4] {
        &self.radii
    }

    /// True where all corners are square.
    pub fn is_rect(&self) -> bool {
        self.radii.iter().all(|r| r.x <= 0.0 || r.y <= 0.0)
    }

    /// Sides move outwards by `delta` and radii grow by it; square corners stay square. Inset past nothing it is the empty rectangle at its centre.
    pub fn with_outset(&self, delta: impl Into<Vector>) -> Self {
        let delta = delta.into();
        let rect = self.rect.with_outset(delta);
        if rect.is_empty() {
            let centre = rect.center();
            return Self::new_rect(Rect::new(centre.x, centre.y, centre.x, centre.y));
        }
        let radii = self.radii.map(|r| {
            if r.x > 0.0 && r.y > 0.0 { Point::new((r.x + delta.x).max(0.0), (r.y + delta.y).max(0.0)) } else { r }
        });
        Self::new_rect_radii(rect, &radii)
    }

    /// [`Self::with_outset`], inwards.
    pub fn with_inset(&self, delta: impl Into<Vector>) -> Self {
        self.with_outset(-delta.into())
    }

    /// The same shape, displaced.
    pub fn with_offset(&self, delta: impl Into<Vector>) -> Self {
        Self { rect: self.rect.with_offset(delta), radii: self.radii }
    }
}
