use super::Rect;

/// A rectangle of whole pixels; `right` and `bottom` lie just outside.
#[derive(Copy, Clone, PartialEq, Eq, Default, Debug, Hash)]
pub struct IRect {
    pub left: i32,
    pub top: i32,
    pub right: i32,
    pub bottom: i32,
}

impl IRect {
    /// The rectangle between these four edges.
    pub const fn new(left: i32, top: i32, right: i32, bottom: i32) -> Self {
        Self { left, top, right, bottom }
    }

    /// A rectangle of `width` by `height` at the origin.
    pub const fn from_wh(width: i32, height: i32) -> Self {
        Self::new(0, 0, width, height)
    }

    pub const fn width(&self) -> i32 {
        self.right - self.left
    }

    pub const fn height(&self) -> i32 {
        self.bottom - self.top
    }

    /// True where there is no pixel inside.
    pub const fn is_empty(&self) -> bool {
        self.left >= self.right || self.top >= self.bottom
    }

    /// What both cover; the default (empty) rectangle where they do not meet.
    pub(crate) fn intersection(&self, other: &Self) -> Self {
        let both = Self::new(
            self.left.max(other.left),
            self.top.max(other.top),
            self.right.min(other.right),
            self.bottom.min(other.bottom),
        );
        if both.is_empty() { Self::default() } else { both }
    }

    /// The smallest rectangle around both; an empty one adds nothing.
    pub(crate) fn union(&self, other: &Self) -> Self {
        if self.is_empty() {
            return *other;
        }
        if other.is_empty() {
            return *self;
        }
        Self::new(
            self.left.min(other.left),
            self.top.min(other.top),
            self.right.max(other.right),
            self.bottom.max(other.bottom),
        )
    }

    /// True where `other` lies wholly inside.
    pub(crate) fn holds(&self, other: &Self) -> bool {
        other.left >= self.left && other.top >= self.top && other.right <= self.right && other.bottom <= self.bottom
    }

    /// Moves every edge outwards by `by` pixels.
    pub(crate) fn outset(&self, by: i32) -> Self {
        Self::new(self.left - by, self.top - by, self.right + by, self.bottom + by)
    }

    pub(crate) fn offset(&self, x: i32, y: i32) -> Self {
        Self::new(self.left + x, self.top + y, self.right + x, self.bottom + y)
    }
}

impl AsRef<IRect> for IRect {
    fn as_ref(&self) -> &IRect {
        self
    }
}

impl From<IRect> for Rect {
    fn from(rect: IRect) -> Self {
        Self::new(rect.left as f32, rect.top as f32, rect.right as f32, rect.bottom as f32)
    }
}
