use std::ops::{Add, AddAssign, Index, IndexMut, Mul, Neg, Sub};

#[allow(non_camel_case_types)]
pub type scalar = f32;

macro_rules! pair {
    ($n:ident, $t:ty, $a:ident, $b:ident) => {
        #[derive(Copy, Clone, PartialEq, Default, Debug)]
        pub struct $n {
            pub $a: $t,
            pub $b: $t,
        }
        impl $n {
            pub const fn new($a: $t, $b: $t) -> Self {
                Self { $a, $b }
            }
        }
        impl From<($t, $t)> for $n {
            fn from(p: ($t, $t)) -> Self {
                Self { $a: p.0, $b: p.1 }
            }
        }
    };
}
pair!(Point, f32, x, y);
pair!(IPoint, i32, x, y);
pair!(Size, f32, width, height);
pair!(ISize, i32, width, height);
pub type Vector = Point;

impl From<(i32, i32)> for Point {
    fn from(p: (i32, i32)) -> Self {
        Self::new(p.0 as f32, p.1 as f32)
    }
}
impl From<IPoint> for Point {
    fn from(p: IPoint) -> Self {
        Self::new(p.x as f32, p.y as f32)
    }
}
impl Add for Point {
    type Output = Point;
    fn add(self, o: Point) -> Point {
        Point::new(self.x + o.x, self.y + o.y)
    }
}
impl AddAssign for Point {
    fn add_assign(&mut self, o: Point) {
        *self = *self + o
    }
}
impl Sub for Point {
    type Output = Point;
    fn sub(self, o: Point) -> Point {
        Point::new(self.x - o.x, self.y - o.y)
    }
}
impl Neg for Point {
    type Output = Point;
    fn neg(self) -> Point {
        Point::new(-self.x, -self.y)
    }
}
impl Mul<f32> for Point {
    type Output = Point;
    fn mul(self, k: f32) -> Point {
        Point::new(self.x * k, self.y * k)
    }
}
impl Point {
    pub fn length(&self) -> f32 {
        self.x.hypot(self.y)
    }
}

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
    pub const fn new(left: f32, top: f32, right: f32, bottom: f32) -> Self {
        Self { left, top, right, bottom }
    }
    pub fn new_empty() -> Self {
        Self::default()
    }
    pub const fn from_xywh(x: f32, y: f32, w: f32, h: f32) -> Self {
        Self::new(x, y, x + w, y + h)
    }
    pub fn from_wh(w: f32, h: f32) -> Self {
        Self::new(0.0, 0.0, w, h)
    }
    pub fn from_size(s: impl Into<Size>) -> Self {
        let s = s.into();
        Self::new(0.0, 0.0, s.width, s.height)
    }
    pub fn x(&self) -> f32 {
        self.left
    }
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
    pub fn is_empty(&self) -> bool {
        !(self.left < self.right && self.top < self.bottom)
    }
    pub fn with_inset(&self, d: impl Into<Vector>) -> Self {
        let d = d.into();
        Self::new(self.left + d.x, self.top + d.y, self.right - d.x, self.bottom - d.y)
    }
    pub fn with_outset(&self, d: impl Into<Vector>) -> Self {
        self.with_inset(-d.into())
    }
    pub fn with_offset(&self, d: impl Into<Vector>) -> Self {
        let d = d.into();
        Self::new(self.left + d.x, self.top + d.y, self.right + d.x, self.bottom + d.y)
    }
    pub fn offset(&mut self, d: impl Into<Vector>) {
        *self = self.with_offset(d)
    }
    pub fn inset(&mut self, d: impl Into<Vector>) {
        *self = self.with_inset(d)
    }
    pub fn outset(&mut self, d: impl Into<Vector>) {
        *self = self.with_outset(d)
    }
    pub fn contains(&self, p: impl Into<Point>) -> bool {
        let p = p.into();
        p.x >= self.left && p.x < self.right && p.y >= self.top && p.y < self.bottom
    }
    pub(crate) fn sect(&self, o: &Rect) -> Rect {
        let r =
            Rect::new(self.left.max(o.left), self.top.max(o.top), self.right.min(o.right), self.bottom.min(o.bottom));
        if r.is_empty() { Rect::new(r.left, r.top, r.left, r.top) } else { r }
    }
    pub(crate) fn union(&self, o: &Rect) -> Rect {
        Rect::new(self.left.min(o.left), self.top.min(o.top), self.right.max(o.right), self.bottom.max(o.bottom))
    }
    pub(crate) fn round_out(&self) -> IRect {
        let c = |v: f32| v.clamp(-1e6, 1e6) as i32;
        IRect::new(c(self.left.floor()), c(self.top.floor()), c(self.right.ceil()), c(self.bottom.ceil()))
    }
    pub(crate) fn round(&self) -> IRect {
        let c = |v: f32| v.clamp(-1e6, 1e6).round() as i32;
        IRect::new(c(self.left), c(self.top), c(self.right), c(self.bottom))
    }
    pub(crate) fn ts(&self) -> Option<tiny_skia::Rect> {
        tiny_skia::Rect::from_ltrb(self.left, self.top, self.right, self.bottom)
    }
}

#[derive(Copy, Clone, PartialEq, Eq, Default, Debug)]
pub struct IRect {
    pub left: i32,
    pub top: i32,
    pub right: i32,
    pub bottom: i32,
}
impl AsRef<IRect> for IRect {
    fn as_ref(&self) -> &IRect {
        self
    }
}
impl IRect {
    pub const fn new(left: i32, top: i32, right: i32, bottom: i32) -> Self {
        Self { left, top, right, bottom }
    }
    pub fn width(&self) -> i32 {
        self.right - self.left
    }
    pub fn height(&self) -> i32 {
        self.bottom - self.top
    }
    pub fn is_empty(&self) -> bool {
        self.left >= self.right || self.top >= self.bottom
    }
    pub(crate) fn sect(&self, o: &IRect) -> IRect {
        let r =
            IRect::new(self.left.max(o.left), self.top.max(o.top), self.right.min(o.right), self.bottom.min(o.bottom));
        if r.is_empty() { IRect::default() } else { r }
    }
    pub(crate) fn union(&self, o: &IRect) -> IRect {
        if self.is_empty() {
            return *o;
        }
        if o.is_empty() {
            return *self;
        }
        IRect::new(self.left.min(o.left), self.top.min(o.top), self.right.max(o.right), self.bottom.max(o.bottom))
    }
    pub(crate) fn holds(&self, o: &IRect) -> bool {
        o.left >= self.left && o.top >= self.top && o.right <= self.right && o.bottom <= self.bottom
    }
    pub(crate) fn outset(&self, d: i32) -> IRect {
        IRect::new(self.left - d, self.top - d, self.right + d, self.bottom + d)
    }
}
impl From<IRect> for Rect {
    fn from(r: IRect) -> Rect {
        Rect::new(r.left as f32, r.top as f32, r.right as f32, r.bottom as f32)
    }
}

#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Corner {
    UpperLeft = 0,
    UpperRight = 1,
    LowerRight = 2,
    LowerLeft = 3,
}

#[derive(Copy, Clone, PartialEq, Default, Debug)]
pub struct RRect {
    rect: Rect,
    radii: [Vector; 4],
}
impl AsRef<RRect> for RRect {
    fn as_ref(&self) -> &RRect {
        self
    }
}
impl RRect {
    pub fn new() -> Self {
        Self::default()
    }
    pub fn new_rect(rect: impl AsRef<Rect>) -> Self {
        Self { rect: *rect.as_ref(), radii: Default::default() }
    }
    pub fn new_oval(rect: impl AsRef<Rect>) -> Self {
        let r = *rect.as_ref();
        Self { rect: r, radii: [Point::new(r.width() / 2.0, r.height() / 2.0); 4] }
    }
    pub fn new_rect_xy(rect: impl AsRef<Rect>, x: f32, y: f32) -> Self {
        Self::new_rect_radii(rect, &[Point::new(x, y); 4])
    }
    pub fn new_rect_radii(rect: impl AsRef<Rect>, radii: &[Vector; 4]) -> Self {
        let rect = *rect.as_ref();
        let mut radii = *radii;
        for r in &mut radii {
            if !(r.x > 0.0 && r.y > 0.0) {
                *r = Point::default();
            }
        }
        // scale radii so that they fit (same rule as CSS and Skia)
        let (w, h) = (rect.width(), rect.height());
        let mut k = 1.0f32;
        for (sum, lim) in [
            (radii[0].x + radii[1].x, w),
            (radii[2].x + radii[3].x, w),
            (radii[0].y + radii[3].y, h),
            (radii[1].y + radii[2].y, h),
        ] {
            if sum > lim && sum > 0.0 {
                k = k.min(lim.max(0.0) / sum);
            }
        }
        if k < 1.0 {
            for r in &mut radii {
                *r = *r * k;
            }
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
    pub fn radii(&self, c: Corner) -> Vector {
        self.radii[c as usize]
    }
    pub fn radii_ref(&self) -> &[Vector; 4] {
        &self.radii
    }
    pub fn is_rect(&self) -> bool {
        self.radii.iter().all(|r| r.x <= 0.0 || r.y <= 0.0)
    }
    pub fn with_outset(&self, d: impl Into<Vector>) -> Self {
        let d = d.into();
        let rect = self.rect.with_outset(d);
        if rect.is_empty() {
            let c = rect.center();
            return Self::new_rect(Rect::new(c.x, c.y, c.x, c.y));
        }
        let mut radii = self.radii;
        for r in &mut radii {
            // square corners stay square
            if r.x > 0.0 && r.y > 0.0 {
                *r = Point::new((r.x + d.x).max(0.0), (r.y + d.y).max(0.0));
            }
        }
        Self::new_rect_radii(rect, &radii)
    }
    pub fn with_inset(&self, d: impl Into<Vector>) -> Self {
        self.with_outset(-d.into())
    }
    pub fn with_offset(&self, d: impl Into<Vector>) -> Self {
        Self { rect: self.rect.with_offset(d), radii: self.radii }
    }
}

/// 3x3 matrix, row major: scaleX skewX transX / skewY scaleY transY / persp.
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
    pub fn new_all(sx: f32, kx: f32, tx: f32, ky: f32, sy: f32, ty: f32, p0: f32, p1: f32, p2: f32) -> Self {
        Self([sx, kx, tx, ky, sy, ty, p0, p1, p2])
    }
    pub fn translate(d: impl Into<Vector>) -> Self {
        let d = d.into();
        Self([1.0, 0.0, d.x, 0.0, 1.0, d.y, 0.0, 0.0, 1.0])
    }
    pub fn scale((sx, sy): (f32, f32)) -> Self {
        Self([sx, 0.0, 0.0, 0.0, sy, 0.0, 0.0, 0.0, 1.0])
    }
    pub fn skew((kx, ky): (f32, f32)) -> Self {
        Self([1.0, kx, 0.0, ky, 1.0, 0.0, 0.0, 0.0, 1.0])
    }
    pub fn rotate_rad(r: f32) -> Self {
        let (s, c) = r.sin_cos();
        Self([c, -s, 0.0, s, c, 0.0, 0.0, 0.0, 1.0])
    }
    pub fn rotate_deg(d: f32) -> Self {
        Self::rotate_rad(d.to_radians())
    }
    pub fn rotate_deg_pivot(d: f32, p: impl Into<Point>) -> Self {
        let p = p.into();
        Self::translate(p) * Self::rotate_deg(d) * Self::translate(-p)
    }
    pub fn rect_2_rect(
        src: impl AsRef<Rect>,
        dst: impl AsRef<Rect>,
        _stf: impl Into<Option<ScaleToFit>>,
    ) -> Option<Self> {
        let (s, d) = (src.as_ref(), dst.as_ref());
        if s.is_empty() {
            return None;
        }
        let (sx, sy) = (d.width() / s.width(), d.height() / s.height());
        Some(Self([sx, 0.0, d.left - s.left * sx, 0.0, sy, d.top - s.top * sy, 0.0, 0.0, 1.0]))
    }
    pub fn rect_to_rect(
        src: impl AsRef<Rect>,
        dst: impl AsRef<Rect>,
        stf: impl Into<Option<ScaleToFit>>,
    ) -> Option<Self> {
        Self::rect_2_rect(src, dst, stf)
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
    pub fn concat(a: &Self, b: &Self) -> Self {
        let (a, b) = (&a.0, &b.0);
        let mut r = [0.0; 9];
        for i in 0..3 {
            for j in 0..3 {
                r[i * 3 + j] = a[i * 3] * b[j] + a[i * 3 + 1] * b[3 + j] + a[i * 3 + 2] * b[6 + j];
            }
        }
        Self(r)
    }
    pub fn pre_concat(&mut self, o: &Self) -> &mut Self {
        *self = Self::concat(self, o);
        self
    }
    pub fn post_concat(&mut self, o: &Self) -> &mut Self {
        *self = Self::concat(o, self);
        self
    }
    pub fn pre_translate(&mut self, d: impl Into<Vector>) -> &mut Self {
        self.pre_concat(&Self::translate(d))
    }
    pub fn invert(&self) -> Option<Self> {
        let m = &self.0;
        let c = |a: usize, b: usize, c: usize, d: usize| m[a] as f64 * m[d] as f64 - m[b] as f64 * m[c] as f64;
        let (c0, c1, c2) = (c(4, 5, 7, 8), c(3, 5, 6, 8), c(3, 4, 6, 7));
        let det = m[0] as f64 * c0 - m[1] as f64 * c1 + m[2] as f64 * c2;
        if det == 0.0 || !det.is_finite() {
            return None;
        }
        let k = 1.0 / det;
        let f = |v: f64| (v * k) as f32;
        Some(Self([
            f(c0),
            f(-c(1, 2, 7, 8)),
            f(c(1, 2, 4, 5)),
            f(-c1),
            f(c(0, 2, 6, 8)),
            f(-c(0, 2, 3, 5)),
            f(c2),
            f(-c(0, 1, 6, 7)),
            f(c(0, 1, 3, 4)),
        ]))
    }
    pub fn map_point(&self, p: impl Into<Point>) -> Point {
        let p = p.into();
        let m = &self.0;
        let x = m[0] * p.x + m[1] * p.y + m[2];
        let y = m[3] * p.x + m[4] * p.y + m[5];
        let w = m[6] * p.x + m[7] * p.y + m[8];
        if w != 1.0 && w != 0.0 { Point::new(x / w, y / w) } else { Point::new(x, y) }
    }
    pub fn map_xy(&self, x: f32, y: f32) -> Point {
        self.map_point((x, y))
    }
    pub fn map_vector(&self, v: impl Into<Vector>) -> Vector {
        let v = v.into();
        Point::new(self.0[0] * v.x + self.0[1] * v.y, self.0[3] * v.x + self.0[4] * v.y)
    }
    pub fn rect_stays_rect(&self) -> bool {
        let m = &self.0;
        (m[1] == 0.0 && m[3] == 0.0) || (m[0] == 0.0 && m[4] == 0.0)
    }
    pub fn map_rect(&self, r: impl AsRef<Rect>) -> (Rect, bool) {
        let r = r.as_ref();
        let p = [
            self.map_xy(r.left, r.top),
            self.map_xy(r.right, r.top),
            self.map_xy(r.right, r.bottom),
            self.map_xy(r.left, r.bottom),
        ];
        let mut o = Rect::new(p[0].x, p[0].y, p[0].x, p[0].y);
        for q in &p[1..] {
            o = o.union(&Rect::new(q.x, q.y, q.x, q.y));
        }
        (o, self.rect_stays_rect())
    }
    pub(crate) fn mean_scale(&self) -> f32 {
        (self.0[0] * self.0[4] - self.0[1] * self.0[3]).abs().sqrt()
    }
    pub(crate) fn ts(&self) -> tiny_skia::Transform {
        let m = &self.0;
        tiny_skia::Transform::from_row(m[0], m[3], m[1], m[4], m[2], m[5])
    }
}
impl Mul for Matrix {
    type Output = Matrix;
    fn mul(self, o: Matrix) -> Matrix {
        Matrix::concat(&self, &o)
    }
}
impl Index<usize> for Matrix {
    type Output = f32;
    fn index(&self, i: usize) -> &f32 {
        &self.0[i]
    }
}
impl IndexMut<usize> for Matrix {
    fn index_mut(&mut self, i: usize) -> &mut f32 {
        &mut self.0[i]
    }
}
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum ScaleToFit {
    Fill,
    Start,
    Center,
    End,
}

/// Only the affine 2D part is kept.
#[derive(Copy, Clone, PartialEq, Default, Debug)]
pub struct M44(pub(crate) Matrix);
impl M44 {
    pub fn new_identity() -> Self {
        Self::default()
    }
    pub fn to_m33(&self) -> Matrix {
        self.0
    }
}
impl From<&Matrix> for M44 {
    fn from(m: &Matrix) -> Self {
        Self(*m)
    }
}
impl From<Matrix> for M44 {
    fn from(m: Matrix) -> Self {
        Self(m)
    }
}

#[derive(Copy, Clone, PartialEq, Eq, Default, Debug, Hash)]
pub struct Color(u32);
impl Color {
    pub const TRANSPARENT: Self = Self(0);
    pub const BLACK: Self = Self(0xFF00_0000);
    pub const WHITE: Self = Self(0xFFFF_FFFF);
    pub const RED: Self = Self(0xFFFF_0000);
    pub const GREEN: Self = Self(0xFF00_FF00);
    pub const BLUE: Self = Self(0xFF00_00FF);
    pub const fn new(argb: u32) -> Self {
        Self(argb)
    }
    pub const fn from_argb(a: u8, r: u8, g: u8, b: u8) -> Self {
        Self((a as u32) << 24 | (r as u32) << 16 | (g as u32) << 8 | b as u32)
    }
    pub const fn from_rgb(r: u8, g: u8, b: u8) -> Self {
        Self::from_argb(255, r, g, b)
    }
    pub const fn a(self) -> u8 {
        (self.0 >> 24) as u8
    }
    pub const fn r(self) -> u8 {
        (self.0 >> 16) as u8
    }
    pub const fn g(self) -> u8 {
        (self.0 >> 8) as u8
    }
    pub const fn b(self) -> u8 {
        self.0 as u8
    }
    pub const fn with_a(self, a: u8) -> Self {
        Self(self.0 & 0xFF_FFFF | (a as u32) << 24)
    }
}
impl From<u32> for Color {
    fn from(v: u32) -> Self {
        Self(v)
    }
}

#[derive(Copy, Clone, PartialEq, Default, Debug)]
pub struct Color4f {
    pub r: f32,
    pub g: f32,
    pub b: f32,
    pub a: f32,
}
impl AsRef<Color4f> for Color4f {
    fn as_ref(&self) -> &Color4f {
        self
    }
}
impl Color4f {
    pub const fn new(r: f32, g: f32, b: f32, a: f32) -> Self {
        Self { r, g, b, a }
    }
    pub fn to_color(&self) -> Color {
        let q = |v: f32| (v.clamp(0.0, 1.0) * 255.0 + 0.5) as u8;
        Color::from_argb(q(self.a), q(self.r), q(self.g), q(self.b))
    }
    pub(crate) fn ts(&self) -> tiny_skia::Color {
        let q = |v: f32| v.clamp(0.0, 1.0);
        tiny_skia::Color::from_rgba(q(self.r), q(self.g), q(self.b), q(self.a)).unwrap()
    }
}
impl From<Color> for Color4f {
    fn from(c: Color) -> Self {
        let f = |v: u8| v as f32 / 255.0;
        Self::new(f(c.r()), f(c.g()), f(c.b()), f(c.a()))
    }
}
