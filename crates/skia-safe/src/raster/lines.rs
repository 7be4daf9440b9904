//! Sides of stroked lines, straight from their points: the curves of a measuring window are hundreds of short straight pieces, and an outline made of
//! their stroke first would cost more than its pixels.

use crate::geometry::{Matrix, Point};
use tiny_skia::{LineCap, LineJoin, PathSegment, Stroke, Transform};

/// Pieces shorter than this, in pixels, have no direction.
const SHORTEST: f32 = 1e-4;

/// Open contours of straight pieces, to be stroked without caps.
pub(crate) struct Lines<'a> {
    outline: &'a tiny_skia::Path,
    transform: Transform,
    /// Half the width, in pixels.
    half: f32,
    /// The square of the longest mitre in half widths; 0: all corners are bevelled.
    longest_mitre: f32,
}

impl<'a> Lines<'a> {
    /// `None` where `outline` is not straight and open, `matrix` does not leave circles round, or the stroke is of another kind.
    pub fn new(outline: &'a tiny_skia::Path, stroke: &Stroke, matrix: &Matrix) -> Option<Self> {
        let straight = |segment| matches!(segment, PathSegment::MoveTo(_) | PathSegment::LineTo(_));
        let transform = matrix.affine();
        let Transform { sx, kx, ky, sy, .. } = transform;
        if !outline.segments().all(straight) || stroke.line_cap != LineCap::Butt || sx != sy || kx != -ky {
            return None;
        }
        let longest_mitre = match stroke.line_join {
            LineJoin::Miter if stroke.miter_limit > 1.0 => stroke.miter_limit * stroke.miter_limit,
            LineJoin::Miter | LineJoin::Bevel => 0.0,
            LineJoin::Round | LineJoin::MiterClip => return None,
        };
        Some(Self { outline, transform, half: 0.5 * stroke.width * sx.hypot(kx), longest_mitre })
    }

    /// How far from its points the stroke may reach, in pixels.
    pub fn reach(&self) -> f32 {
        let corners = self.outline.points().len() > 2;
        self.half * if corners { self.longest_mitre.sqrt().max(1.0) } else { 1.0 }
    }

    /// Whether they go up and down much more than they go across.
    pub fn are_steep(&self) -> bool {
        let points = self.outline.points();
        let (across, down) = points.windows(2).fold((0.0, 0.0), |(across, down), pair| {
            (across + (pair[1].x - pair[0].x).abs(), down + (pair[1].y - pair[0].y).abs())
        });
        // Points of one piece are a rectangle, which rows are good at.
        points.len() > 2 && self.transform.kx == 0.0 && down > 2.0 * across
    }

    /// Calls `side` for each side of the stroke, closed contours that overlap where the line bends.
    pub fn stroke(&self, mut side: impl FnMut(Point, Point)) {
        let mut pen = Pen::new(self, Point::default());
        let map = |mut point: tiny_skia::Point| -> Point {
            self.transform.map_point(&mut point);
            point.into()
        };
        for segment in self.outline.segments() {
            match segment {
                PathSegment::MoveTo(to) => {
                    pen.lift(&mut side);
                    pen = Pen::new(self, map(to));
                }
                PathSegment::LineTo(to) => pen.draw_to(map(to), &mut side),
                // `new` takes no others.
                PathSegment::QuadTo(..) | PathSegment::CubicTo(..) | PathSegment::Close => {}
            }
        }
        pen.lift(&mut side);
    }
}

/// A stroke under way.
struct Pen {
    half: f32,
    longest_mitre: f32,
    at: Point,
    /// The last piece's direction, one long, and its length.
    last: Option<(Point, f32)>,
    /// Where both sides have come to, seen along the line.
    left: Point,
    right: Point,
}

impl Pen {
    fn new(lines: &Lines<'_>, at: Point) -> Self {
        Self { half: lines.half, longest_mitre: lines.longest_mitre, at, last: None, left: at, right: at }
    }

    /// From the line to its left side.
    fn aside(&self, along: Point) -> Point {
        Point::new(along.y * self.half, -along.x * self.half)
    }

    #[inline(always)]
    fn left_to(&mut self, to: Point, side: &mut impl FnMut(Point, Point)) {
        side(self.left, to);
        self.left = to;
    }

    #[inline(always)]
    fn right_to(&mut self, to: Point, side: &mut impl FnMut(Point, Point)) {
        side(to, self.right);
        self.right = to;
    }

    #[inline(always)]
    fn draw_to(&mut self, to: Point, side: &mut impl FnMut(Point, Point)) {
        let piece = to - self.at;
        let length = (piece.x * piece.x + piece.y * piece.y).sqrt();
        if length <= SHORTEST {
            return;
        }
        let along = piece * (1.0 / length);
        match self.last {
            Some((before, before_length)) => self.turn(before, along, length.min(before_length), side),
            None => {
                let aside = self.aside(along);
                (self.left, self.right) = (self.at + aside, self.at - aside);
                side(self.right, self.left);
            }
        }
        self.at = to;
        self.last = Some((along, length));
    }

    /// The corner between two pieces of which the shorter is `shorter` long.
    #[inline(always)]
    fn turn(&mut self, before: Point, after: Point, shorter: f32, side: &mut impl FnMut(Point, Point)) {
        let (at, a, b) = (self.at, self.aside(before), self.aside(after));
        let sine = before.x * after.y - before.y * after.x;
        // With half the angle h: 1 + cos 2h = 2 cos² h, and a mitre is 1 / cos h half widths long.
        let one_and_cosine = 1.0 + before.x * after.x + before.y * after.y;
        let mitred = one_and_cosine * self.longest_mitre >= 2.0;
        // The inner sides meet half a width times tan h = sin 2h / (1 + cos 2h) before the corner: within half of both pieces, or not at all.
        let meet = sine.abs() * self.half * 2.0 <= one_and_cosine * shorter;
        let tip = (a + b) * (1.0 / one_and_cosine);
        if mitred && meet {
            self.left_to(at + tip, side);
            self.right_to(at - tip, side);
            return;
        }
        let (mitre, bevel, inner) = ([tip], [a, b], [a, Point::default(), b]);
        let outer = if mitred { &mitre[..] } else { &bevel[..] };
        let (left, right) = if sine > 0.0 { (outer, &inner[..]) } else { (&inner[..], outer) };
        left.iter().for_each(|aside| self.left_to(at + *aside, side));
        right.iter().for_each(|aside| self.right_to(at - *aside, side));
    }

    /// Ends the contour.
    fn lift(&mut self, side: &mut impl FnMut(Point, Point)) {
        if let Some((along, _)) = self.last.take() {
            let aside = self.aside(along);
            self.left_to(self.at + aside, side);
            self.right_to(self.at - aside, side);
            side(self.left, self.right);
        }
    }
}
