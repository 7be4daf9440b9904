use crate::geom::*;
use std::sync::Arc;
use tiny_skia::PathSegment;

#[derive(Copy, Clone, PartialEq, Eq, Debug, Default)]
pub enum PathFillType {
    #[default]
    Winding,
    EvenOdd,
    InverseWinding,
    InverseEvenOdd,
}
#[derive(Copy, Clone, PartialEq, Eq, Debug, Default)]
pub enum PathDirection {
    #[default]
    CW,
    CCW,
}
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum PathOp {
    Difference,
    Intersect,
    Union,
    XOR,
    ReverseDifference,
}
pub mod path_builder {
    pub use super::PathBuilder;
    #[derive(Copy, Clone, PartialEq, Eq, Debug)]
    pub enum ArcSize {
        Small,
        Large,
    }
}
use path_builder::ArcSize;

#[derive(Clone, Debug, Default)]
pub(crate) struct Data {
    pub path: Option<tiny_skia::Path>,
    pub fill: PathFillType,
    pub bounds: Rect,
    /// Set when `path` alone is exactly this axis aligned rectangle.
    pub rect: Option<Rect>,
    /// Lazy intersection: the shape is `path` AND all of these.
    pub and: Vec<Path>,
    /// Lazy difference: none of these.
    pub not: Vec<Path>,
}
impl Data {
    pub fn compound(&self) -> bool {
        !self.and.is_empty() || !self.not.is_empty()
    }
}

/// Immutable, cheap to clone. Intersections are kept as a list (see [`Path::op`]).
#[derive(Clone, Debug, Default)]
pub struct Path(pub(crate) Arc<Data>);

impl Path {
    pub fn new() -> Self {
        Self::default()
    }
    pub(crate) fn from_ts(path: Option<tiny_skia::Path>, fill: PathFillType) -> Self {
        let bounds = match &path {
            Some(p) => {
                let b = p.bounds();
                Rect::new(b.left(), b.top(), b.right(), b.bottom())
            }
            None => Rect::default(),
        };
        let rect = path.as_ref().and_then(detect_rect);
        Path(Arc::new(Data { path, fill, bounds, rect, and: Vec::new(), not: Vec::new() }))
    }
    pub fn rect(r: impl AsRef<Rect>, dir: impl Into<Option<PathDirection>>) -> Self {
        PathBuilder::new().add_rect(r, dir, None).detach()
    }
    pub fn rrect(r: impl AsRef<RRect>, dir: impl Into<Option<PathDirection>>) -> Self {
        PathBuilder::new().add_rrect(r, dir, None).detach()
    }
    pub fn oval(r: impl AsRef<Rect>, dir: impl Into<Option<PathDirection>>) -> Self {
        PathBuilder::new().add_oval(r, dir, None).detach()
    }
    pub fn circle(c: impl Into<Point>, r: f32, dir: impl Into<Option<PathDirection>>) -> Self {
        PathBuilder::new().add_circle(c, r, dir).detach()
    }
    pub fn line(a: impl Into<Point>, b: impl Into<Point>) -> Self {
        PathBuilder::new().move_to(a).line_to(b).detach()
    }
    pub fn polygon(
        pts: &[Point],
        close: bool,
        fill: impl Into<Option<PathFillType>>,
        _volatile: impl Into<Option<bool>>,
    ) -> Self {
        let mut b = PathBuilder::new();
        b.set_fill_type(fill.into().unwrap_or_default()).add_polygon(pts, close);
        b.detach()
    }
    pub fn fill_type(&self) -> PathFillType {
        self.0.fill
    }
    pub fn with_fill_type(&self, fill: PathFillType) -> Path {
        let mut d = (*self.0).clone();
        d.fill = fill;
        Path(Arc::new(d))
    }
    pub fn set_fill_type(&mut self, fill: PathFillType) -> &mut Self {
        Arc::make_mut(&mut self.0).fill = fill;
        self
    }
    pub fn is_empty(&self) -> bool {
        self.0.path.is_none()
    }
    pub fn bounds(&self) -> &Rect {
        &self.0.bounds
    }
    pub fn compute_tight_bounds(&self) -> Rect {
        self.0.bounds
    }
    pub fn contains(&self, p: impl Into<Point>) -> bool {
        let p = p.into();
        let Some(path) = &self.0.path else { return false };
        if !self.0.bounds.contains(p) {
            return false;
        }
        // winding number on a flattened outline
        let mut w = 0i32;
        let mut edge = |a: Point, b: Point| {
            if (a.y <= p.y) != (b.y <= p.y) {
                let t = (p.y - a.y) / (b.y - a.y);
                if a.x + t * (b.x - a.x) > p.x {
                    w += if b.y > a.y { 1 } else { -1 };
                }
            }
        };
        flatten(path, &mut edge);
        let inside = match self.0.fill {
            PathFillType::Winding => w != 0,
            PathFillType::EvenOdd => w & 1 != 0,
            PathFillType::InverseWinding => w == 0,
            PathFillType::InverseEvenOdd => w & 1 == 0,
        };
        inside && self.0.and.iter().all(|q| q.contains(p)) && !self.0.not.iter().any(|q| q.contains(p))
    }
    pub fn make_transform(&self, m: &Matrix) -> Path {
        if m.is_identity() {
            return self.clone();
        }
        let mut out = Path::from_ts(self.0.path.clone().and_then(|p| p.transform(m.ts())), self.0.fill);
        if self.0.compound() {
            let d = Arc::make_mut(&mut out.0);
            d.not = self.0.not.iter().map(|p| p.make_transform(m)).collect();
            d.and = self.0.and.iter().map(|p| p.make_transform(m)).collect();
            d.bounds = m.map_rect(self.0.bounds).0;
        }
        out
    }
    pub fn with_transform(&self, m: &Matrix) -> Path {
        self.make_transform(m)
    }
    pub fn make_offset(&self, d: impl Into<Vector>) -> Path {
        self.make_transform(&Matrix::translate(d))
    }
    pub fn with_offset(&self, d: impl Into<Vector>) -> Path {
        self.make_offset(d)
    }
    pub fn make_scale(&self, s: (f32, f32)) -> Path {
        self.make_transform(&Matrix::scale(s))
    }
    /// Boolean operation.
    ///
    /// `Intersect` and `Difference` are exact but lazy: lists of outlines that fill, clip and blur
    /// honour (a stroke of such a path shows only the first outline, cut by the others).
    /// `Union` is the winding sum, `XOR` the even-odd sum.
    pub fn op(&self, other: &Path, op: PathOp) -> Option<Path> {
        match op {
            PathOp::Intersect => {
                if let (Some(a), Some(b)) = (self.0.rect, other.0.rect) {
                    if !self.0.compound() && !other.0.compound() {
                        return Some(Path::rect(a.sect(&b), None));
                    }
                }
                // a rectangle that holds the other shape changes nothing
                let holds = |r: &Path, s: &Path| {
                    !r.0.compound()
                        && r.0.rect.is_some_and(|r| {
                            let b = s.0.bounds;
                            r.left <= b.left && r.top <= b.top && r.right >= b.right && r.bottom >= b.bottom
                        })
                };
                if holds(other, self) {
                    return Some(self.clone());
                }
                if holds(self, other) {
                    return Some(other.clone());
                }
                let mut d = (*self.0).clone();
                d.bounds = self.0.bounds.sect(&other.0.bounds);
                let mut o = (*other.0).clone();
                d.and.append(&mut o.and);
                d.not.append(&mut o.not);
                d.and.push(Path(Arc::new(o)));
                Some(Path(Arc::new(d)))
            }
            PathOp::Difference => {
                let mut d = (*self.0).clone();
                d.not.push(other.clone());
                Some(Path(Arc::new(d)))
            }
            PathOp::ReverseDifference => other.op(self, PathOp::Difference),
            PathOp::XOR => {
                let mut b = PathBuilder::new_path(self);
                b.add_path(other).set_fill_type(PathFillType::EvenOdd);
                Some(b.detach())
            }
            PathOp::Union => {
                let mut b = PathBuilder::new_path(self);
                b.add_path(other).set_fill_type(PathFillType::Winding);
                Some(b.detach())
            }
        }
    }
}

fn detect_rect(p: &tiny_skia::Path) -> Option<Rect> {
    let pts = p.points();
    let n = pts.len();
    if !(n == 4 || n == 5) {
        return None;
    }
    if !p.segments().enumerate().all(|(i, v)| match v {
        PathSegment::MoveTo(_) => i == 0,
        PathSegment::LineTo(_) => i > 0,
        PathSegment::Close => i >= 4,
        _ => false,
    }) {
        return None;
    }
    if n == 5 && pts[4] != pts[0] {
        return None;
    }
    let ok = (pts[0].x == pts[3].x && pts[1].x == pts[2].x && pts[0].y == pts[1].y && pts[2].y == pts[3].y)
        || (pts[0].y == pts[3].y && pts[1].y == pts[2].y && pts[0].x == pts[1].x && pts[2].x == pts[3].x);
    ok.then(|| {
        Rect::new(pts[0].x.min(pts[2].x), pts[0].y.min(pts[2].y), pts[0].x.max(pts[2].x), pts[0].y.max(pts[2].y))
    })
}

fn flatten(path: &tiny_skia::Path, edge: &mut dyn FnMut(Point, Point)) {
    let p = |q: tiny_skia::Point| Point::new(q.x, q.y);
    let (mut cur, mut start) = (Point::default(), Point::default());
    for s in path.segments() {
        match s {
            PathSegment::MoveTo(a) => {
                edge(cur, start);
                cur = p(a);
                start = cur;
            }
            PathSegment::LineTo(a) => {
                edge(cur, p(a));
                cur = p(a);
            }
            PathSegment::QuadTo(a, b) => {
                let (c0, a, b) = (cur, p(a), p(b));
                for i in 1..=8 {
                    let t = i as f32 / 8.0;
                    let u = 1.0 - t;
                    let q = c0 * (u * u) + a * (2.0 * u * t) + b * (t * t);
                    edge(cur, q);
                    cur = q;
                }
            }
            PathSegment::CubicTo(a, b, c) => {
                let (c0, a, b, c) = (cur, p(a), p(b), p(c));
                for i in 1..=12 {
                    let t = i as f32 / 12.0;
                    let u = 1.0 - t;
                    let q = c0 * (u * u * u) + a * (3.0 * u * u * t) + b * (3.0 * u * t * t) + c * (t * t * t);
                    edge(cur, q);
                    cur = q;
                }
            }
            PathSegment::Close => {
                edge(cur, start);
                cur = start;
            }
        }
    }
    edge(cur, start);
}

#[derive(Clone, Debug, Default)]
pub struct PathBuilder {
    b: tiny_skia::PathBuilder,
    fill: PathFillType,
    start: Point,
    last: Option<Point>,
}

impl PathBuilder {
    pub fn new() -> Self {
        Self::default()
    }
    pub fn new_with_fill_type(fill: PathFillType) -> Self {
        Self { fill, ..Self::default() }
    }
    pub fn new_path(p: &Path) -> Self {
        let mut s = Self::new_with_fill_type(p.0.fill);
        s.add_path(p);
        s
    }
    pub fn fill_type(&self) -> PathFillType {
        self.fill
    }
    pub fn set_fill_type(&mut self, f: PathFillType) -> &mut Self {
        self.fill = f;
        self
    }
    pub fn is_empty(&self) -> bool {
        self.b.is_empty()
    }
    pub fn get_last_pt(&self) -> Option<Point> {
        self.last
    }
    pub fn reset(&mut self) -> &mut Self {
        *self = Self::default();
        self
    }
    pub fn snapshot(&self) -> Path {
        Path::from_ts(self.b.clone().finish(), self.fill)
    }
    pub fn detach(&mut self) -> Path {
        let s = std::mem::take(self);
        Path::from_ts(s.b.finish(), s.fill)
    }
    pub fn detach_and_transform<'m>(&mut self, m: impl Into<Option<&'m Matrix>>) -> Path {
        let p = self.detach();
        match m.into() {
            Some(m) => p.make_transform(m),
            None => p,
        }
    }
    pub fn move_to(&mut self, p: impl Into<Point>) -> &mut Self {
        let p = p.into();
        self.b.move_to(p.x, p.y);
        self.start = p;
        self.last = Some(p);
        self
    }
    fn ensure(&mut self) -> Point {
        match self.last {
            Some(p) => p,
            None => {
                self.move_to((0.0f32, 0.0f32));
                Point::default()
            }
        }
    }
    pub fn line_to(&mut self, p: impl Into<Point>) -> &mut Self {
        self.ensure();
        let p = p.into();
        self.b.line_to(p.x, p.y);
        self.last = Some(p);
        self
    }
    pub fn quad_to(&mut self, a: impl Into<Point>, p: impl Into<Point>) -> &mut Self {
        self.ensure();
        let (a, p) = (a.into(), p.into());
        self.b.quad_to(a.x, a.y, p.x, p.y);
        self.last = Some(p);
        self
    }
    pub fn cubic_to(&mut self, a: impl Into<Point>, b: impl Into<Point>, p: impl Into<Point>) -> &mut Self {
        self.ensure();
        let (a, b, p) = (a.into(), b.into(), p.into());
        self.b.cubic_to(a.x, a.y, b.x, b.y, p.x, p.y);
        self.last = Some(p);
        self
    }
    pub fn conic_to(&mut self, a: impl Into<Point>, p: impl Into<Point>, w: f32) -> &mut Self {
        // rational quad as 4 quads through exact points
        let (c0, a, p) = (self.ensure(), a.into(), p.into());
        let at = |t: f32| {
            let u = 1.0 - t;
            let (k0, k1, k2) = (u * u, 2.0 * u * t * w, t * t);
            (c0 * k0 + a * k1 + p * k2) * (1.0 / (k0 + k1 + k2))
        };
        let mut prev = c0;
        for i in 0..4 {
            let (t0, t1) = (i as f32 / 4.0, (i + 1) as f32 / 4.0);
            let (m, e) = (at((t0 + t1) * 0.5), at(t1));
            let ctrl = m * 2.0 + (prev + e) * -0.5;
            self.quad_to(ctrl, e);
            prev = e;
        }
        self
    }
    pub fn close(&mut self) -> &mut Self {
        if self.last.is_some() {
            self.b.close();
            self.last = Some(self.start);
        }
        self
    }
    pub fn r_move_to(&mut self, d: impl Into<Vector>) -> &mut Self {
        let p = self.last.unwrap_or_default() + d.into();
        self.move_to(p)
    }
    pub fn r_line_to(&mut self, d: impl Into<Vector>) -> &mut Self {
        let p = self.ensure() + d.into();
        self.line_to(p)
    }
    pub fn r_quad_to(&mut self, a: impl Into<Vector>, d: impl Into<Vector>) -> &mut Self {
        let o = self.ensure();
        self.quad_to(o + a.into(), o + d.into())
    }
    pub fn r_cubic_to(&mut self, a: impl Into<Vector>, b: impl Into<Vector>, d: impl Into<Vector>) -> &mut Self {
        let o = self.ensure();
        self.cubic_to(o + a.into(), o + b.into(), o + d.into())
    }
    pub fn polyline_to(&mut self, pts: &[Point]) -> &mut Self {
        for p in pts {
            self.line_to(*p);
        }
        self
    }
    /// Elliptic arc with SVG end point semantics, relative.
    pub fn r_arc_to(
        &mut self,
        r: impl Into<Vector>,
        x_axis_rotate: f32,
        large: ArcSize,
        sweep: PathDirection,
        d: impl Into<Vector>,
    ) -> &mut Self {
        let (mut r, d) = (r.into(), d.into());
        let p0 = self.ensure();
        let p1 = p0 + d;
        r = Point::new(r.x.abs(), r.y.abs());
        if r.x < 1e-6 || r.y < 1e-6 || d.length() < 1e-9 {
            return self.line_to(p1);
        }
        let (s, c) = x_axis_rotate.to_radians().sin_cos();
        let h = (p0 - p1) * 0.5;
        let q = Point::new(c * h.x + s * h.y, -s * h.x + c * h.y);
        let lam = (q.x / r.x).powi(2) + (q.y / r.y).powi(2);
        if lam > 1.0 {
            r = r * lam.sqrt();
        }
        let den = (r.x * q.y).powi(2) + (r.y * q.x).powi(2);
        let mut k = (((r.x * r.y).powi(2) - den) / den).max(0.0).sqrt();
        if (large == ArcSize::Large) == (sweep == PathDirection::CW) {
            k = -k;
        }
        let cq = Point::new(k * r.x * q.y / r.y, -k * r.y * q.x / r.x);
        let mid = (p0 + p1) * 0.5;
        let ctr = Point::new(c * cq.x - s * cq.y + mid.x, s * cq.x + c * cq.y + mid.y);
        let a0 = ((q.y - cq.y) / r.y).atan2((q.x - cq.x) / r.x);
        let a1 = ((-q.y - cq.y) / r.y).atan2((-q.x - cq.x) / r.x);
        let tau = std::f32::consts::TAU;
        let mut da = a1 - a0;
        if sweep == PathDirection::CW && da < 0.0 {
            da += tau;
        } else if sweep == PathDirection::CCW && da > 0.0 {
            da -= tau;
        }
        self.arc_cubics(ctr, r, (s, c), a0, da);
        self
    }
    fn arc_cubics(&mut self, ctr: Point, r: Point, (s, c): (f32, f32), a0: f32, da: f32) {
        let n = (da.abs() / std::f32::consts::FRAC_PI_2).ceil().max(1.0) as i32;
        let step = da / n as f32;
        let k = 4.0 / 3.0 * (step / 4.0).tan();
        let map = |x: f32, y: f32| {
            let (x, y) = (x * r.x, y * r.y);
            Point::new(ctr.x + c * x - s * y, ctr.y + s * x + c * y)
        };
        for i in 0..n {
            let (t0, t1) = (a0 + step * i as f32, a0 + step * (i + 1) as f32);
            let ((s0, c0), (s1, c1)) = (t0.sin_cos(), t1.sin_cos());
            self.cubic_to(map(c0 - k * s0, s0 + k * c0), map(c1 + k * s1, s1 - k * c1), map(c1, s1));
        }
    }
    pub fn arc_to(&mut self, oval: impl AsRef<Rect>, start_deg: f32, sweep_deg: f32, force_move_to: bool) -> &mut Self {
        let o = oval.as_ref();
        let (ctr, r) = (o.center(), Point::new(o.width() / 2.0, o.height() / 2.0));
        let a0 = start_deg.to_radians();
        let p = Point::new(ctr.x + r.x * a0.cos(), ctr.y + r.y * a0.sin());
        if force_move_to || self.last.is_none() {
            self.move_to(p);
        } else {
            self.line_to(p);
        }
        let sweep = sweep_deg.clamp(-360.0, 360.0).to_radians();
        if sweep.abs() > 1e-6 {
            self.arc_cubics(ctr, r, (0.0, 1.0), a0, sweep);
        }
        self
    }
    pub fn add_arc(&mut self, oval: impl AsRef<Rect>, start: f32, sweep: f32) -> &mut Self {
        self.arc_to(oval, start, sweep, true)
    }
    pub fn add_line(&mut self, a: impl Into<Point>, b: impl Into<Point>) -> &mut Self {
        self.move_to(a).line_to(b)
    }
    pub fn add_rect(
        &mut self,
        r: impl AsRef<Rect>,
        dir: impl Into<Option<PathDirection>>,
        _start: impl Into<Option<usize>>,
    ) -> &mut Self {
        let r = *r.as_ref();
        let (a, b) = ((r.right, r.top), (r.left, r.bottom));
        let (a, b) = if dir.into().unwrap_or_default() == PathDirection::CW { (a, b) } else { (b, a) };
        self.move_to((r.left, r.top)).line_to(a).line_to((r.right, r.bottom)).line_to(b).close()
    }
    pub fn add_oval(
        &mut self,
        r: impl AsRef<Rect>,
        dir: impl Into<Option<PathDirection>>,
        _start: impl Into<Option<usize>>,
    ) -> &mut Self {
        let sweep = if dir.into().unwrap_or_default() == PathDirection::CW { 360.0 } else { -360.0 };
        self.arc_to(r, 0.0, sweep, true).close()
    }
    pub fn add_circle(&mut self, c: impl Into<Point>, r: f32, dir: impl Into<Option<PathDirection>>) -> &mut Self {
        let c = c.into();
        self.add_oval(Rect::new(c.x - r, c.y - r, c.x + r, c.y + r), dir, None)
    }
    pub fn add_rrect(
        &mut self,
        rr: impl AsRef<RRect>,
        dir: impl Into<Option<PathDirection>>,
        start: impl Into<Option<usize>>,
    ) -> &mut Self {
        let rr = rr.as_ref();
        let dir = dir.into().unwrap_or_default();
        if rr.is_rect() {
            return self.add_rect(rr.rect(), dir, start);
        }
        let r = *rr.rect();
        let [tl, tr, br, bl] = *rr.radii_ref();
        const K: f32 = 1.0 - 0.552_284_8;
        if dir == PathDirection::CW {
            self.move_to((r.left + tl.x, r.top)).line_to((r.right - tr.x, r.top));
            self.cubic_to((r.right - tr.x * K, r.top), (r.right, r.top + tr.y * K), (r.right, r.top + tr.y));
            self.line_to((r.right, r.bottom - br.y));
            self.cubic_to((r.right, r.bottom - br.y * K), (r.right - br.x * K, r.bottom), (r.right - br.x, r.bottom));
            self.line_to((r.left + bl.x, r.bottom));
            self.cubic_to((r.left + bl.x * K, r.bottom), (r.left, r.bottom - bl.y * K), (r.left, r.bottom - bl.y));
            self.line_to((r.left, r.top + tl.y));
            self.cubic_to((r.left, r.top + tl.y * K), (r.left + tl.x * K, r.top), (r.left + tl.x, r.top));
        } else {
            self.move_to((r.left + tl.x, r.top));
            self.cubic_to((r.left + tl.x * K, r.top), (r.left, r.top + tl.y * K), (r.left, r.top + tl.y));
            self.line_to((r.left, r.bottom - bl.y));
            self.cubic_to((r.left, r.bottom - bl.y * K), (r.left + bl.x * K, r.bottom), (r.left + bl.x, r.bottom));
            self.line_to((r.right - br.x, r.bottom));
            self.cubic_to((r.right - br.x * K, r.bottom), (r.right, r.bottom - br.y * K), (r.right, r.bottom - br.y));
            self.line_to((r.right, r.top + tr.y));
            self.cubic_to((r.right, r.top + tr.y * K), (r.right - tr.x * K, r.top), (r.right - tr.x, r.top));
        }
        self.close()
    }
    pub fn add_polygon(&mut self, pts: &[Point], close: bool) -> &mut Self {
        for (i, p) in pts.iter().enumerate() {
            if i == 0 {
                self.move_to(*p);
            } else {
                self.line_to(*p);
            }
        }
        if close {
            self.close();
        }
        self
    }
    pub fn add_path(&mut self, p: &Path) -> &mut Self {
        if let Some(q) = &p.0.path {
            self.b.push_path(q);
            if let Some(l) = q.points().last() {
                self.last = Some(Point::new(l.x, l.y));
                self.start = self.last.unwrap();
            }
        }
        self
    }
    pub fn transform(&mut self, m: &Matrix) -> &mut Self {
        let fill = self.fill;
        let last = self.last.map(|p| m.map_point(p));
        let start = m.map_point(self.start);
        if let Some(p) = std::mem::take(&mut self.b).finish().and_then(|p| p.transform(m.ts())) {
            self.b.push_path(&p);
        }
        self.fill = fill;
        self.last = last;
        self.start = start;
        self
    }
    pub fn offset(&mut self, d: impl Into<Vector>) -> &mut Self {
        self.transform(&Matrix::translate(d))
    }
}
