use super::{Point, Rect, Vector};
use std::ops::{Index, IndexMut, Mul};

/// How a rectangle is fitted into another.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum ScaleToFit {
    /// Both axes are scaled on their own: the whole target is filled.
    Fill,
}

/// A 3 × 3 matrix, row by row: scale x, skew x, translate x; skew y, scale y, translate y; three of perspective.
///
/// Points, rectangles and inverses take perspective into account; what is drawn takes the affine part only.
#[derive(Copy, Clone, PartialEq, Debug)]
pub struct Matrix(pub(crate) [f32; 9]);

impl Default for Matrix {
    fn default() -> Self {
        Self::new_identity()
    }
}

impl Matrix {
    pub const fn new_identity() -> Self {
        Self([1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0])
    }

    /// All nine members, row by row.
    #[allow(clippy::too_many_arguments)]
    pub fn new_all(
        scale_x: f32,
        skew_x: f32,
        trans_x: f32,
        skew_y: f32,
        scale_y: f32,
        trans_y: f32,
        pers_0: f32,
        pers_1: f32,
        pers_2: f32,
    ) -> Self {
        Self([scale_x, skew_x, trans_x, skew_y, scale_y, trans_y, pers_0, pers_1, pers_2])
    }

    pub fn translate(delta: impl Into<Vector>) -> Self {
        let d = delta.into();
        Self([1.0, 0.0, d.x, 0.0, 1.0, d.y, 0.0, 0.0, 1.0])
    }

    pub fn scale((x, y): (f32, f32)) -> Self {
        Self([x, 0.0, 0.0, 0.0, y, 0.0, 0.0, 0.0, 1.0])
    }

    pub fn skew((x, y): (f32, f32)) -> Self {
        Self([1.0, x, 0.0, y, 1.0, 0.0, 0.0, 0.0, 1.0])
    }

    /// Clockwise, as y points down, around the origin.
    pub fn rotate_rad(radians: f32) -> Self {
        let (sin, cos) = radians.sin_cos();
        Self([cos, -sin, 0.0, sin, cos, 0.0, 0.0, 0.0, 1.0])
    }

    /// Clockwise around the origin.
    pub fn rotate_deg(degrees: f32) -> Self {
        Self::rotate_rad(degrees.to_radians())
    }

    /// Clockwise around `pivot`.
    pub fn rotate_deg_pivot(degrees: f32, pivot: impl Into<Point>) -> Self {
        let pivot = pivot.into();
        Self::translate(pivot) * Self::rotate_deg(degrees) * Self::translate(-pivot)
    }

    /// Takes `src` to `dst`; `None` where `src` is empty.
    pub fn rect_2_rect(
        src: impl AsRef<Rect>,
        dst: impl AsRef<Rect>,
        _fit: impl Into<Option<ScaleToFit>>,
    ) -> Option<Self> {
        let (src, dst) = (src.as_ref(), dst.as_ref());
        if src.is_empty() {
            return None;
        }
        let (x, y) = (dst.width() / src.width(), dst.height() / src.height());
        Some(Self([x, 0.0, dst.left - src.left * x, 0.0, y, dst.top - src.top * y, 0.0, 0.0, 1.0]))
    }

    pub fn scale_x(&self) -> f32 {
        self.0[0]
    }

    pub fn scale_y(&self) -> f32 {
        self.0[4]
    }

    pub fn skew_x(&self) -> f32 {
        self.0[1]
    }

    pub fn skew_y(&self) -> f32 {
        self.0[3]
    }

    pub fn translate_x(&self) -> f32 {
        self.0[2]
    }

    pub fn translate_y(&self) -> f32 {
        self.0[5]
    }

    pub fn is_identity(&self) -> bool {
        *self == Self::new_identity()
    }

    /// `a` after `b`.
    pub fn concat(a: &Self, b: &Self) -> Self {
        let (a, b) = (&a.0, &b.0);
        Self(std::array::from_fn(|i| {
            let (row, column) = (i / 3 * 3, i % 3);
            a[row] * b[column] + a[row + 1] * b[3 + column] + a[row + 2] * b[6 + column]
        }))
    }

    /// `other` is applied before this one.
    pub fn pre_concat(&mut self, other: &Self) -> &mut Self {
        *self = Self::concat(self, other);
        self
    }

    /// `other` is applied after this one.
    pub fn post_concat(&mut self, other: &Self) -> &mut Self {
        *self = Self::concat(other, self);
        self
    }

    /// A translation is applied before this one.
    pub fn pre_translate(&mut self, delta: impl Into<Vector>) -> &mut Self {
        self.pre_concat(&Self::translate(delta))
    }

    /// The inverse; `None` where there is none.
    pub fn invert(&self) -> Option<Self> {
        let m = self.0.map(f64::from);
        let minor = |a: usize, b: usize, c: usize, d: usize| m[a] * m[d] - m[b] * m[c];
        let (minor_0, minor_1, minor_2) = (minor(4, 5, 7, 8), minor(3, 5, 6, 8), minor(3, 4, 6, 7));
        let determinant = m[0] * minor_0 - m[1] * minor_1 + m[2] * minor_2;
        if determinant == 0.0 || !determinant.is_finite() {
            return None;
        }
        let adjugate = [
            minor_0,
            -minor(1, 2, 7, 8),
            minor(1, 2, 4, 5),
            -minor_1,
            minor(0, 2, 6, 8),
            -minor(0, 2, 3, 5),
            minor_2,
            -minor(0, 1, 6, 7),
            minor(0, 1, 3, 4),
        ];
        Some(Self(adjugate.map(|v| (v / determinant) as f32)))
    }

    pub fn map_point(&self, point: impl Into<Point>) -> Point {
        let p = point.into();
        let m = &self.0;
        let (x, y) = (m[0] * p.x + m[1] * p.y + m[2], m[3] * p.x + m[4] * p.y + m[5]);
        let w = m[6] * p.x + m[7] * p.y + m[8];
        if w != 1.0 && w != 0.0 { Point::new(x / w, y / w) } else { Point::new(x, y) }
    }

    pub fn map_xy(&self, x: f32, y: f32) -> Point {
        self.map_point((x, y))
    }

    /// A displacement: without the translation.
    pub fn map_vector(&self, vector: impl Into<Vector>) -> Vector {
        let v = vector.into();
        Point::new(self.0[0] * v.x + self.0[1] * v.y, self.0[3] * v.x + self.0[4] * v.y)
    }

    /// True where rectangles stay rectangles with axis-parallel sides.
    pub fn rect_stays_rect(&self) -> bool {
        let m = &self.0;
        (m[1] == 0.0 && m[3] == 0.0) || (m[0] == 0.0 && m[4] == 0.0)
    }

    /// The bounds of the four mapped corners, and whether they are just those corners.
    pub fn map_rect(&self, rect: impl AsRef<Rect>) -> (Rect, bool) {
        let r = rect.as_ref();
        let corners = [(r.left, r.top), (r.right, r.top), (r.right, r.bottom), (r.left, r.bottom)];
        let [first, rest @ ..] = corners.map(|corner| {
            let p = self.map_point(corner);
            Rect::new(p.x, p.y, p.x, p.y)
        });
        (rest.iter().fold(first, |bounds, corner| bounds.union(corner)), self.rect_stays_rect())
    }

    /// The side of a square with the area that a unit square is mapped to.
    pub(crate) fn mean_scale(&self) -> f32 {
        (self.0[0] * self.0[4] - self.0[1] * self.0[3]).abs().sqrt()
    }

    /// The whole pixels it translates by, where it does nothing else.
    pub(crate) fn whole_translation(&self) -> Option<(i32, i32)> {
        let [scale_x, skew_x, x, skew_y, scale_y, y, ..] = self.0;
        let plain = (scale_x, skew_x, skew_y, scale_y) == (1.0, 0.0, 0.0, 1.0);
        (plain && x.fract() == 0.0 && y.fract() == 0.0).then_some((x as i32, y as i32))
    }

    /// The affine part.
    pub(crate) fn affine(&self) -> tiny_skia::Transform {
        let m = &self.0;
        tiny_skia::Transform::from_row(m[0], m[3], m[1], m[4], m[2], m[5])
    }
}

impl Mul for Matrix {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        Self::concat(&self, &other)
    }
}

impl Index<usize> for Matrix {
    type Output = f32;
    fn index(&self, index: usize) -> &f32 {
        &self.0[index]
    }
}

impl IndexMut<usize> for Matrix {
    fn index_mut(&mut self, index: usize) -> &mut f32 {
        &mut self.0[index]
    }
}

/// A matrix as [`Canvas::set_matrix`](crate::Canvas::set_matrix) takes it. Only what a [`Matrix`] can say is kept.
#[derive(Copy, Clone, PartialEq, Default, Debug)]
pub struct M44(pub(crate) Matrix);

impl M44 {
    pub fn new_identity() -> Self {
        Self::default()
    }

    /// The part that maps the plane.
    pub fn to_m33(&self) -> Matrix {
        self.0
    }
}

impl From<&Matrix> for M44 {
    fn from(matrix: &Matrix) -> Self {
        Self(*matrix)
    }
}

impl From<Matrix> for M44 {
    fn from(matrix: Matrix) -> Self {
        Self(matrix)
    }
}
