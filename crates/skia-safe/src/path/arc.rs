use super::{PathBuilder, PathDirection};
use crate::geometry::{Point, Rect, Vector};
use std::f32::consts::{FRAC_PI_2, TAU};

/// Which of the two arcs between two points on an ellipse.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum ArcSize {
    Small,
    Large,
}

/// An ellipse that an arc is cut from.
struct Ellipse {
    centre: Point,
    radii: Point,
    /// Sine and cosine of the angle from the x axis to the first radius.
    rotation: (f32, f32),
}

impl PathBuilder {
    /// A conic with weight `weight` (1: parabola, below: ellipse, above: hyperbola), as four parabolas through its points.
    pub fn conic_to(&mut self, control: impl Into<Point>, to: impl Into<Point>, weight: f32) -> &mut Self {
        const PARTS: usize = 4;
        let (from, control, to) = (self.current(), control.into(), to.into());
        let at = |t: f32| {
            let u = 1.0 - t;
            let (k0, k1, k2) = (u * u, 2.0 * u * t * weight, t * t);
            (from * k0 + control * k1 + to * k2) * (1.0 / (k0 + k1 + k2))
        };
        let mut begin = from;
        for part in 0..PARTS {
            let middle = at((part as f32 + 0.5) / PARTS as f32);
            let end = at((part + 1) as f32 / PARTS as f32);
            // The parabola through `middle` half way.
            self.quad_to(middle * 2.0 + (begin + end) * -0.5, end);
            begin = end;
        }
        self
    }

    /// An arc of an ellipse to a point `delta` away, as SVG's `a` (SVG 2, appendix B.2.4: from end points to centre).
    ///
    /// `radii` that cannot reach are scaled up until they do; one of 0 makes a line. `x_axis_rotate` in degrees.
    pub fn r_arc_to(
        &mut self,
        radii: impl Into<Vector>,
        x_axis_rotate: f32,
        large: ArcSize,
        sweep: PathDirection,
        delta: impl Into<Vector>,
    ) -> &mut Self {
        let (radii, delta) = (radii.into(), delta.into());
        let from = self.current();
        let to = from + delta;
        let mut radii = Point::new(radii.x.abs(), radii.y.abs());
        if radii.x < 1e-6 || radii.y < 1e-6 || delta.length() < 1e-9 {
            return self.line_to(to);
        }
        let (sin, cos) = x_axis_rotate.to_radians().sin_cos();
        let half = (from - to) * 0.5;
        let half = Point::new(cos * half.x + sin * half.y, -sin * half.x + cos * half.y);
        let reach = (half.x / radii.x).powi(2) + (half.y / radii.y).powi(2);
        if reach > 1.0 {
            radii = radii * reach.sqrt();
        }
        let span = (radii.x * half.y).powi(2) + (radii.y * half.x).powi(2);
        let mut distance = (((radii.x * radii.y).powi(2) - span) / span).max(0.0).sqrt();
        if (large == ArcSize::Large) == (sweep == PathDirection::CW) {
            distance = -distance;
        }
        let centre = Point::new(distance * radii.x * half.y / radii.y, -distance * radii.y * half.x / radii.x);
        let middle = (from + to) * 0.5;
        let angle = |p: Point| ((p.y - centre.y) / radii.y).atan2((p.x - centre.x) / radii.x);
        let start = angle(half);
        let mut turn = angle(-half) - start;
        if sweep == PathDirection::CW && turn < 0.0 {
            turn += TAU;
        } else if sweep == PathDirection::CCW && turn > 0.0 {
            turn -= TAU;
        }
        let centre = Point::new(cos * centre.x - sin * centre.y + middle.x, sin * centre.x + cos * centre.y + middle.y);
        self.add_ellipse_part(&Ellipse { centre, radii, rotation: (sin, cos) }, start, turn);
        self
    }

    /// An arc of the ellipse inside `oval`, clockwise from `start_degrees` (0: right). It begins a contour with `force_move_to`; without, a line
    /// leads to it. More than a full turn is a full turn.
    pub fn arc_to(
        &mut self,
        oval: impl AsRef<Rect>,
        start_degrees: f32,
        sweep_degrees: f32,
        force_move_to: bool,
    ) -> &mut Self {
        let oval = oval.as_ref();
        let radii = Point::new(oval.width() / 2.0, oval.height() / 2.0);
        let ellipse = Ellipse { centre: oval.center(), radii, rotation: (0.0, 1.0) };
        let start = start_degrees.to_radians();
        let begin = ellipse.at(start.cos(), start.sin());
        if force_move_to || self.get_last_pt().is_none() {
            self.move_to(begin);
        } else {
            self.line_to(begin);
        }
        let turn = sweep_degrees.clamp(-360.0, 360.0).to_radians();
        if turn.abs() > 1e-6 {
            self.add_ellipse_part(&ellipse, start, turn);
        }
        self
    }

    /// An arc as a contour of its own.
    pub fn add_arc(&mut self, oval: impl AsRef<Rect>, start_degrees: f32, sweep_degrees: f32) -> &mut Self {
        self.arc_to(oval, start_degrees, sweep_degrees, true)
    }

    /// The ellipse inside `rect`.
    pub fn add_oval(
        &mut self,
        rect: impl AsRef<Rect>,
        direction: impl Into<Option<PathDirection>>,
        _start: impl Into<Option<usize>>,
    ) -> &mut Self {
        let sweep = match direction.into().unwrap_or_default() {
            PathDirection::CW => 360.0,
            PathDirection::CCW => -360.0,
        };
        self.arc_to(rect, 0.0, sweep, true).close()
    }

    pub fn add_circle(
        &mut self,
        centre: impl Into<Point>,
        radius: f32,
        direction: impl Into<Option<PathDirection>>,
    ) -> &mut Self {
        let c = centre.into();
        self.add_oval(Rect::new(c.x - radius, c.y - radius, c.x + radius, c.y + radius), direction, None)
    }

    /// Cubics for quarter turns at most; each is off by less than 0.03 % of the radius.
    fn add_ellipse_part(&mut self, ellipse: &Ellipse, start: f32, turn: f32) {
        let parts = (turn.abs() / FRAC_PI_2 - 1e-4).ceil().max(1.0);
        let step = turn / parts;
        let handle = 4.0 / 3.0 * (step / 4.0).tan();
        for part in 0..parts as usize {
            let angle = start + step * part as f32;
            let ((sin0, cos0), (sin1, cos1)) = (angle.sin_cos(), (angle + step).sin_cos());
            self.cubic_to(
                ellipse.at(cos0 - handle * sin0, sin0 + handle * cos0),
                ellipse.at(cos1 + handle * sin1, sin1 - handle * cos1),
                ellipse.at(cos1, sin1),
            );
        }
    }
}

impl Ellipse {
    /// The point that is `x`, `y` on the unit circle.
    fn at(&self, x: f32, y: f32) -> Point {
        let (sin, cos) = self.rotation;
        let (x, y) = (x * self.radii.x, y * self.radii.y);
        Point::new(self.centre.x + cos * x - sin * y, self.centre.y + sin * x + cos * y)
    }
}
