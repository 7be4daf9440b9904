use super::{IRect, Point, Size, Vector};

/// A rectangle with axis-parallel sides.
#[derive(Copy, Clone, PartialEq, Default, Debug)]
pub struct Rect {
    pub left: f32,
    pub top: f32,
    pub right: f32,
    pub bottom: f32,
}

impl AsRef<Rect> for Rect {
    fn as_ref(&self) -> &Rect {
        self
    }
}

impl Rect {
    /// The rectangle between these four edges, as they are: nothing is sorted.
    pub const fn new(left: f32, top: f32, right: f32, bottom: f32) -> Self {
        Self { left, top, right, bottom }
    }

    /// The empty rectangle at the origin.
    pub fn new_empty() -> Self {
        Self::default()
    }

    /// A rectangle of `width` by `height` with its top left corner at `x`, `y`.
    pub const fn from_xywh(x: f32, y: f32, width: f32, height: f32) -> Self {
        Self::new(x, y, x + width, y + height)
    }

    /// A rectangle of `width` by `height` at the origin.
    pub const fn from_wh(width: f32, height: f32) -> Self {
        Self::new(0.0, 0.0, width, height)
    }

    /// A rectangle of `size` at the origin.
    pub fn from_size(size: impl Into<Size>) -> Self {
        let size = size.into();
        Self::from_wh(size.width, size.height)
    }

    /// The left edge.
    pub fn x(&self) -> f32 {
        self.left
    }

    /// The top edge.
    pub fn y(&self) -> f32 {
        self.top
    }

    pub fn left(&self) -> f32 {
        self.left
    }

    pub fn top(&self) -> f32 {
        self.top
    }

    pub fn right(&self) -> f32 {
        self.right
    }

    pub fn bottom(&self) -> f32 {
        self.bottom
    }

    pub fn width(&self) -> f32 {
        self.right - self.left
    }

    pub fn height(&self) -> f32 {
        self.bottom - self.top
    }

    pub fn center_x(&self) -> f32 {
        (self.left + self.right) * 0.5
    }

    pub fn center_y(&self) -> f32 {
        (self.top + self.bottom) * 0.5
    }

    pub fn center(&self) -> Point {
        Point::new(self.center_x(), self.center_y())
    }

    pub fn size(&self) -> Size {
        Size::new(self.width(), self.height())
    }

    /// True where there is nothing inside, NaN included.
    pub fn is_empty(&self) -> bool {
        !(self.left < self.right && self.top < self.bottom)
    }

    /// Moves the vertical sides inwards by `delta.x`, the horizontal ones by `delta.y`.
    pub fn with_inset(&self, delta: impl Into<Vector>) -> Self {
        let d = delta.into();
        Self::new(self.left + d.x, self.top + d.y, self.right - d.x, self.bottom - d.y)
    }

    /// Moves the vertical sides outwards by `delta.x`, the horizontal ones by `delta.y`.
    pub fn with_outset(&self, delta: impl Into<Vector>) -> Self {
        self.with_inset(-delta.into())
    }

    /// The same rectangle, displaced.
    pub fn with_offset(&self, delta: impl Into<Vector>) -> Self {
        let d = delta.into();
        Self::new(self.left + d.x, self.top + d.y, self.right + d.x, self.bottom + d.y)
    }

    /// [`Self::with_offset`] in place.
    pub fn offset(&mut self, delta: impl Into<Vector>) {
        *self = self.with_offset(delta);
    }

    /// [`Self::with_inset`] in place.
    pub fn inset(&mut self, delta: impl Into<Vector>) {
        *self = self.with_inset(delta);
    }

    /// [`Self::with_outset`] in place.
    pub fn outset(&mut self, delta: impl Into<Vector>) {
        *self = self.with_outset(delta);
    }

    /// True where `point` is inside; the right and bottom edges are outside.
    pub fn contains(&self, point: impl Into<Point>) -> bool {
        let p = point.into();
        p.x >= self.left && p.x < self.right && p.y >= self.top && p.y < self.bottom
    }

    /// What both cover; an empty rectangle where they do not meet.
    pub(crate) fn intersection(&self, other: &Self) -> Self {
        let both = Self::new(
            self.left.max(other.left),
            self.top.max(other.top),
            self.right.min(other.right),
            self.bottom.min(other.bottom),
        );
        if both.is_empty() { Self::new(both.left, both.top, both.left, both.top) } else { both }
    }

    /// The smallest rectangle around both.
    pub(crate) fn union(&self, other: &Self) -> Self {
        Self::new(
            self.left.min(other.left),
            self.top.min(other.top),
            self.right.max(other.right),
            self.bottom.max(other.bottom),
        )
    }

    /// True where `other` lies wholly inside, edges included.
    pub(crate) fn holds(&self, other: &Self) -> bool {
        self.left <= other.left && self.top <= other.top && self.right >= other.right && self.bottom >= other.bottom
    }

    /// All pixels that are touched.
    pub(crate) fn round_out(&self) -> IRect {
        IRect::new(
            to_pixel(self.left.floor()),
            to_pixel(self.top.floor()),
            to_pixel(self.right.ceil()),
            to_pixel(self.bottom.ceil()),
        )
    }

    /// The nearest whole pixels: those whose centres are inside.
    pub(crate) fn round(&self) -> IRect {
        IRect::new(
            to_pixel(self.left.round()),
            to_pixel(self.top.round()),
            to_pixel(self.right.round()),
            to_pixel(self.bottom.round()),
        )
    }

    /// True where every edge lies between two pixels.
    pub(crate) fn is_whole(&self) -> bool {
        [self.left, self.top, self.right, self.bottom].iter().all(|edge| edge.fract() == 0.0)
    }
}

/// Far enough for any window, near enough that sums of a few cannot overflow. NaN becomes 0.
fn to_pixel(edge: f32) -> i32 {
    edge.clamp(-1e6, 1e6) as i32
}

impl From<tiny_skia::Rect> for Rect {
    fn from(rect: tiny_skia::Rect) -> Self {
        Self::new(rect.left(), rect.top(), rect.right(), rect.bottom())
    }
}
