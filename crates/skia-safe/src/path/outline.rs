use super::{PathBuilder, PathDirection};
use crate::geometry::{Matrix, Point, RRect, Rect, Vector};
use std::sync::Arc;
use tiny_skia::PathSegment;

/// Which places are inside.
#[derive(Copy, Clone, PartialEq, Eq, Debug, Default)]
pub enum PathFillType {
    /// Where the outline winds around at all.
    #[default]
    Winding,
    /// Where it winds around an odd number of times.
    EvenOdd,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Shape {
    /// `None`: nothing.
    pub outline: Option<tiny_skia::Path>,
    pub fill: PathFillType,
    pub bounds: Rect,
    /// Set where the outline is exactly this rectangle.
    pub rect: Option<Rect>,
    /// The shape is only what lies in all of these too: what [`PathOp::Intersect`](super::PathOp) left.
    pub within: Vec<Path>,
    /// And in none of these: what [`PathOp::Difference`](super::PathOp) left.
    pub without: Vec<Path>,
}

/// A shape, cheap to clone. What `op` cut away is remembered as a list and honoured wherever the path is filled, blurred or clipped with.
#[derive(Clone, Debug, Default)]
pub struct Path(pub(crate) Arc<Shape>);

impl Path {
    /// The empty path.
    pub fn new() -> Self {
        Self::default()
    }

    pub(crate) fn from_outline(outline: Option<tiny_skia::Path>, fill: PathFillType) -> Self {
        let bounds = outline.as_ref().map_or_else(Rect::default, |outline| outline.bounds().into());
        let rect = outline.as_ref().and_then(as_rect);
        Self(Arc::new(Shape { outline, fill, bounds, rect, within: Vec::new(), without: Vec::new() }))
    }

    pub fn rect(rect: impl AsRef<Rect>, direction: impl Into<Option<PathDirection>>) -> Self {
        PathBuilder::new().add_rect(rect, direction, None).detach()
    }

    pub fn rrect(rrect: impl AsRef<RRect>, direction: impl Into<Option<PathDirection>>) -> Self {
        PathBuilder::new().add_rrect(rrect, direction, None).detach()
    }

    /// The ellipse inside `rect`.
    pub fn oval(rect: impl AsRef<Rect>, direction: impl Into<Option<PathDirection>>) -> Self {
        PathBuilder::new().add_oval(rect, direction, None).detach()
    }

    pub fn circle(centre: impl Into<Point>, radius: f32, direction: impl Into<Option<PathDirection>>) -> Self {
        PathBuilder::new().add_circle(centre, radius, direction).detach()
    }

    pub fn line(from: impl Into<Point>, to: impl Into<Point>) -> Self {
        PathBuilder::new().move_to(from).line_to(to).detach()
    }

    /// Straight lines from point to point.
    pub fn polygon(
        points: &[Point],
        close: bool,
        fill: impl Into<Option<PathFillType>>,
        _is_volatile: impl Into<Option<bool>>,
    ) -> Self {
        let mut builder = PathBuilder::new_with_fill_type(fill.into().unwrap_or_default());
        builder.add_polygon(points, close).detach()
    }

    pub fn fill_type(&self) -> PathFillType {
        self.0.fill
    }

    /// The same outline, filled by another rule.
    pub fn with_fill_type(&self, fill: PathFillType) -> Self {
        let mut path = self.clone();
        path.set_fill_type(fill);
        path
    }

    pub fn set_fill_type(&mut self, fill: PathFillType) -> &mut Self {
        Arc::make_mut(&mut self.0).fill = fill;
        self
    }

    pub fn is_empty(&self) -> bool {
        self.0.outline.is_none()
    }

    /// The bounds of all points, those that steer curves included.
    pub fn bounds(&self) -> &Rect {
        &self.0.bounds
    }

    /// The same shape through `matrix`, its affine part.
    pub fn make_transform(&self, matrix: &Matrix) -> Self {
        if matrix.is_identity() {
            return self.clone();
        }
        let outline = self.0.outline.clone().and_then(|outline| outline.transform(matrix.affine()));
        let mut path = Self::from_outline(outline, self.0.fill);
        if self.is_cut() {
            let shape = Arc::make_mut(&mut path.0);
            shape.within = self.0.within.iter().map(|other| other.make_transform(matrix)).collect();
            shape.without = self.0.without.iter().map(|other| other.make_transform(matrix)).collect();
            shape.bounds = matrix.map_rect(self.0.bounds).0;
        }
        path
    }

    /// The same shape, displaced.
    pub fn make_offset(&self, delta: impl Into<Vector>) -> Self {
        self.make_transform(&Matrix::translate(delta))
    }

    /// The same shape, scaled around the origin.
    pub fn make_scale(&self, scale: (f32, f32)) -> Self {
        self.make_transform(&Matrix::scale(scale))
    }

    /// True where `op` cut something away.
    pub(crate) fn is_cut(&self) -> bool {
        !self.0.within.is_empty() || !self.0.without.is_empty()
    }

    /// The outline as it was before anything was cut away.
    pub(crate) fn uncut(&self) -> Self {
        Self::from_outline(self.0.outline.clone(), self.0.fill)
    }
}

/// The rectangle that an outline is, whichever corner it begins at.
fn as_rect(outline: &tiny_skia::Path) -> Option<Rect> {
    let points = outline.points();
    let &[a, b, c, d, ref closing @ ..] = points else { return None };
    if closing.len() > 1 || closing.iter().any(|point| *point != a) {
        return None;
    }
    let straight = outline.segments().enumerate().all(|(i, segment)| match segment {
        PathSegment::MoveTo(_) => i == 0,
        PathSegment::LineTo(_) => i > 0,
        PathSegment::Close => i >= 4,
        PathSegment::QuadTo(..) | PathSegment::CubicTo(..) => false,
    });
    let upright = a.x == d.x && b.x == c.x && a.y == b.y && d.y == c.y;
    let lying = a.y == d.y && b.y == c.y && a.x == b.x && d.x == c.x;
    (straight && (upright || lying)).then(|| Rect::new(a.x.min(c.x), a.y.min(c.y), a.x.max(c.x), a.y.max(c.y)))
}
