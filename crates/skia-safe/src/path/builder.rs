use super::{Path, PathDirection, PathFillType};
use crate::geometry::{Matrix, Point, Rect, Vector};

/// Builds a [`Path`], segment by segment. Arcs, ellipses and rounded rectangles are in `arc.rs` and `rounded.rs`.
#[derive(Clone, Debug, Default)]
pub struct PathBuilder {
    outline: tiny_skia::PathBuilder,
    fill: PathFillType,
    /// Where the contour under way began.
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

    /// Begins with the outline of `path`, without what `op` cut away.
    pub fn new_path(path: &Path) -> Self {
        let mut builder = Self::new_with_fill_type(path.0.fill);
        builder.add_path(path);
        builder
    }

    pub fn fill_type(&self) -> PathFillType {
        self.fill
    }

    pub fn set_fill_type(&mut self, fill: PathFillType) -> &mut Self {
        self.fill = fill;
        self
    }

    pub fn is_empty(&self) -> bool {
        self.outline.is_empty()
    }

    /// Where the last segment ended.
    pub fn get_last_pt(&self) -> Option<Point> {
        self.last
    }

    /// Forgets everything.
    pub fn reset(&mut self) -> &mut Self {
        *self = Self::default();
        self
    }

    /// The path so far. Fewer than two points, or one that is not finite, make the empty path.
    pub fn snapshot(&self) -> Path {
        Path::from_outline(self.outline.clone().finish(), self.fill)
    }

    /// The path so far; the builder is empty afterwards.
    pub fn detach(&mut self) -> Path {
        let builder = std::mem::take(self);
        Path::from_outline(builder.outline.finish(), builder.fill)
    }

    /// Begins a contour.
    pub fn move_to(&mut self, to: impl Into<Point>) -> &mut Self {
        let to = to.into();
        self.outline.move_to(to.x, to.y);
        self.start = to;
        self.last = Some(to);
        self
    }

    /// Where the next segment begins. A contour that nobody began begins at the origin.
    pub(super) fn current(&mut self) -> Point {
        if self.last.is_none() {
            self.move_to(Point::default());
        }
        self.last.unwrap_or_default()
    }

    pub fn line_to(&mut self, to: impl Into<Point>) -> &mut Self {
        self.current();
        let to = to.into();
        self.outline.line_to(to.x, to.y);
        self.last = Some(to);
        self
    }

    /// A parabola.
    pub fn quad_to(&mut self, control: impl Into<Point>, to: impl Into<Point>) -> &mut Self {
        self.current();
        let (control, to) = (control.into(), to.into());
        self.outline.quad_to(control.x, control.y, to.x, to.y);
        self.last = Some(to);
        self
    }

    /// A cubic Bézier curve.
    pub fn cubic_to(&mut self, first: impl Into<Point>, second: impl Into<Point>, to: impl Into<Point>) -> &mut Self {
        self.current();
        let (first, second, to) = (first.into(), second.into(), to.into());
        self.outline.cubic_to(first.x, first.y, second.x, second.y, to.x, to.y);
        self.last = Some(to);
        self
    }

    /// Back to where the contour began.
    pub fn close(&mut self) -> &mut Self {
        if self.last.is_some() {
            self.outline.close();
            self.last = Some(self.start);
        }
        self
    }

    pub fn r_move_to(&mut self, delta: impl Into<Vector>) -> &mut Self {
        let to = self.last.unwrap_or_default() + delta.into();
        self.move_to(to)
    }

    pub fn r_line_to(&mut self, delta: impl Into<Vector>) -> &mut Self {
        let to = self.current() + delta.into();
        self.line_to(to)
    }

    pub fn r_quad_to(&mut self, control: impl Into<Vector>, delta: impl Into<Vector>) -> &mut Self {
        let from = self.current();
        self.quad_to(from + control.into(), from + delta.into())
    }

    pub fn r_cubic_to(
        &mut self,
        first: impl Into<Vector>,
        second: impl Into<Vector>,
        delta: impl Into<Vector>,
    ) -> &mut Self {
        let from = self.current();
        self.cubic_to(from + first.into(), from + second.into(), from + delta.into())
    }

    /// Lines to each point in turn.
    pub fn polyline_to(&mut self, points: &[Point]) -> &mut Self {
        for point in points {
            self.line_to(*point);
        }
        self
    }

    pub fn add_line(&mut self, from: impl Into<Point>, to: impl Into<Point>) -> &mut Self {
        self.move_to(from).line_to(to)
    }

    pub fn add_polygon(&mut self, points: &[Point], close: bool) -> &mut Self {
        if let [first, rest @ ..] = points {
            self.move_to(*first).polyline_to(rest);
            if close {
                self.close();
            }
        }
        self
    }

    /// A contour of four sides from the top left corner.
    pub fn add_rect(
        &mut self,
        rect: impl AsRef<Rect>,
        direction: impl Into<Option<PathDirection>>,
        _start: impl Into<Option<usize>>,
    ) -> &mut Self {
        let r = *rect.as_ref();
        let (upper_right, lower_left) = ((r.right, r.top), (r.left, r.bottom));
        let (second, fourth) = match direction.into().unwrap_or_default() {
            PathDirection::CW => (upper_right, lower_left),
            PathDirection::CCW => (lower_left, upper_right),
        };
        self.move_to((r.left, r.top)).line_to(second).line_to((r.right, r.bottom)).line_to(fourth).close()
    }

    /// All contours of `path`, without what `op` cut away.
    pub fn add_path(&mut self, path: &Path) -> &mut Self {
        if let Some(outline) = &path.0.outline {
            self.outline.push_path(outline);
            if let Some(last) = outline.points().last() {
                self.start = (*last).into();
                self.last = Some(self.start);
            }
        }
        self
    }

    /// Everything so far through `matrix`, its affine part.
    pub fn transform(&mut self, matrix: &Matrix) -> &mut Self {
        self.last = self.last.map(|point| matrix.map_point(point));
        self.start = matrix.map_point(self.start);
        let outline = std::mem::take(&mut self.outline).finish();
        if let Some(outline) = outline.and_then(|outline| outline.transform(matrix.affine())) {
            self.outline.push_path(&outline);
        }
        self
    }

    /// Everything so far, displaced.
    pub fn offset(&mut self, delta: impl Into<Vector>) -> &mut Self {
        self.transform(&Matrix::translate(delta))
    }
}
