use std::ops::{Add, AddAssign, Mul, Neg, Sub};

/// A place, or a displacement.
#[derive(Copy, Clone, PartialEq, Default, Debug)]
pub struct Point {
    pub x: f32,
    pub y: f32,
}

/// A [`Point`] that is meant as a displacement.
pub type Vector = Point;

impl Point {
    /// The point at `x`, `y`.
    pub const fn new(x: f32, y: f32) -> Self {
        Self { x, y }
    }

    /// Distance from the origin.
    pub fn length(&self) -> f32 {
        self.x.hypot(self.y)
    }
}

impl From<(f32, f32)> for Point {
    fn from((x, y): (f32, f32)) -> Self {
        Self { x, y }
    }
}

impl From<(i32, i32)> for Point {
    fn from((x, y): (i32, i32)) -> Self {
        Self::new(x as f32, y as f32)
    }
}

impl From<IPoint> for Point {
    fn from(point: IPoint) -> Self {
        Self::new(point.x as f32, point.y as f32)
    }
}

impl From<tiny_skia::Point> for Point {
    fn from(point: tiny_skia::Point) -> Self {
        Self::new(point.x, point.y)
    }
}

impl From<Point> for tiny_skia::Point {
    fn from(point: Point) -> Self {
        Self::from_xy(point.x, point.y)
    }
}

impl Add for Point {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self::new(self.x + other.x, self.y + other.y)
    }
}

impl AddAssign for Point {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for Point {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self::new(self.x - other.x, self.y - other.y)
    }
}

impl Neg for Point {
    type Output = Self;
    fn neg(self) -> Self {
        Self::new(-self.x, -self.y)
    }
}

impl Mul<f32> for Point {
    type Output = Self;
    fn mul(self, factor: f32) -> Self {
        Self::new(self.x * factor, self.y * factor)
    }
}

/// A place in whole pixels.
#[derive(Copy, Clone, PartialEq, Eq, Default, Debug)]
pub struct IPoint {
    pub x: i32,
    pub y: i32,
}

impl IPoint {
    /// The point at `x`, `y`.
    pub const fn new(x: i32, y: i32) -> Self {
        Self { x, y }
    }
}

impl From<(i32, i32)> for IPoint {
    fn from((x, y): (i32, i32)) -> Self {
        Self { x, y }
    }
}
