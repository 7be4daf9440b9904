//! Sections as poles and zeros in the plane of `u = (z - 1)/(z + 1)`, relative to the pole frequency: what the design computes
//! with. On the unit circle `u = j tan(ω/2)`, and squared magnitudes are quotients of polynomials in `y = tan²(ω/2)`.

use std::f64::consts::PI;

use super::{prototype, svf::Coefficients};

/// Matched frequencies stay below this share of the Nyquist frequency, where the tangent is still tame.
const MATCH_LIMIT: f64 = 0.97;
/// Matched frequencies stay at least this far apart (radians a sample): nearer, the equations lose their digits.
const MATCH_DISTANCE: f64 = 1e-4;
/// Numerators that a match would push below zero stay this much of their constant term above it.
pub const LEAST_NUMERATOR: f64 = 1e-9;

/// A frequency where a fit meets the prototype.
#[derive(Debug, Clone, Copy)]
pub struct Point {
    /// Radians a sample.
    pub omega: f64,
    /// tan²(ω/2).
    pub y: f64,
}

impl Point {
    /// At `omega`.
    pub fn new(omega: f64) -> Self {
        let tangent = (0.5 * omega).tan();
        Self { omega, y: tangent * tangent }
    }

    /// At `omega`, but a little lower if that is too near to one of the others.
    pub fn apart_from(others: &[f64], mut omega: f64) -> Self {
        for other in others {
            if (omega - other).abs() < MATCH_DISTANCE {
                omega = other - 2.0 * MATCH_DISTANCE;
            }
        }
        Self::new(omega)
    }

    /// At `omega`, but not too near Nyquist.
    pub fn limited(omega: f64) -> Self {
        Self::new(omega.min(MATCH_LIMIT * PI))
    }
}

/// The poles of a second-order section in the plane of `u`.
#[derive(Debug, Clone, Copy)]
pub struct Poles {
    /// Root of their product.
    pub frequency: f64,
    /// Their sum over `frequency` (negated).
    pub damping: f64,
}

impl Poles {
    /// Where sampling the impulse response puts the roots `s` of an analogue denominator: at `z = exp(s)`, which is
    /// `u = tanh(s/2)`.
    pub fn impulse_invariant(omega: f64, denominator: &[f64; 3]) -> Self {
        let [constant, linear, square] = *denominator;
        let half = 0.5 * omega / square;
        let discriminant = 0.25 * linear * linear - constant * square;
        let (product, sum) = if discriminant >= 0.0 {
            let larger = 0.5 * linear + discriminant.sqrt();
            let poles = [(larger * half).tanh(), (constant * square / larger * half).tanh()];
            (poles[0] * poles[1], poles[0] + poles[1])
        } else {
            let real = 0.5 * linear * half;
            let (sine, cosine) = ((-discriminant).sqrt() * half).sin_cos();
            let hyperbolic = real.sinh();
            let below = hyperbolic * hyperbolic + cosine * cosine;
            ((hyperbolic * hyperbolic + sine * sine) / below, (2.0 * real).sinh() / below)
        };
        let frequency = product.sqrt();
        Self { frequency, damping: sum / frequency }
    }

    /// `η = y / frequency²` at a point, and what the numerator's power must be there for this power of the whole.
    pub fn wanted(&self, power: f64, point: Point) -> (f64, f64) {
        let eta = point.y / (self.frequency * self.frequency);
        let denominator = 1.0 + (self.damping * self.damping - 2.0 + eta) * eta;
        (eta, power * denominator)
    }
}

/// A section `(n0 + n1 v + n2 v²) / (1 + damping v + v²)` in `v = u / frequency`.
#[derive(Debug, Clone, Copy)]
pub struct SecondOrder {
    pub poles: Poles,
    pub numerator: [f64; 3],
}

impl SecondOrder {
    /// Poles and zeros both by impulse invariance; exact at DC.
    pub fn impulse_invariant(omega: f64, analogue: &prototype::Section) -> Self {
        let poles = Poles::impulse_invariant(omega, &analogue.denominator);
        let zeros = Poles::impulse_invariant(omega, &analogue.numerator);
        let constant = analogue.numerator[0] / analogue.denominator[0];
        let ratio = poles.frequency / zeros.frequency;
        Self { poles, numerator: [constant, constant * zeros.damping * ratio, constant * ratio * ratio] }
    }

    /// 1 at DC and of these squared magnitudes at four points; none if no stable filter is that.
    pub fn through(points: [(Point, f64); 4]) -> Option<Self> {
        // |H|² = (1 + N1 η + N2 η²) / (1 + D1 η + D2 η²) at each point: four linear equations, relative to the second one.
        let unit = points[1].0.y;
        let rows = points.map(|(point, power)| {
            let eta = point.y / unit;
            [eta, eta * eta, -power * eta, -power * eta * eta, power - 1.0]
        });
        let [linear, square, damping, stiffness] = solve(rows)?;
        if !(stiffness > 0.0 && square >= 0.0) {
            return None;
        }
        let frequency_square = 1.0 / stiffness.sqrt();
        let damping_square = damping * frequency_square + 2.0;
        let (linear, square) = (linear * frequency_square, square * frequency_square * frequency_square);
        if !(damping_square > 0.0 && linear + 2.0 * square.sqrt() >= 0.0) {
            return None;
        }
        let poles = Poles { frequency: (unit * frequency_square).sqrt(), damping: damping_square.sqrt() };
        Some(Self::from_power(poles, [1.0, linear, square]))
    }

    /// With these poles and this squared magnitude at DC, and the least squared relative error of others at points.
    pub fn fitted(poles: Poles, constant: f64, points: impl Iterator<Item = (Point, f64)>) -> Self {
        let [linear, square] = Errors::of(poles, constant, points).least();
        Self::from_power(poles, [constant, linear, square])
    }

    /// The same, but no zero is of more than such a quality, nor is the power at the Nyquist frequency less than so much.
    pub fn fitted_within(
        poles: Poles,
        constant: f64,
        points: impl Iterator<Item = (Point, f64)>,
        least_power: f64,
        greatest_quality: f64,
    ) -> Self {
        let errors = Errors::of(poles, constant, points);
        let [mut linear, mut square] = errors.least();
        if square < least_power {
            square = least_power;
            linear = errors.least_linear(square);
        }
        let product = (constant * square).sqrt();
        let linear = linear.max(product / (greatest_quality * greatest_quality) - 2.0 * product);
        Self::from_power(poles, [constant, linear, square])
    }

    /// Squared magnitude at a point.
    pub fn power(&self, point: Point) -> f64 {
        let eta = point.y / (self.poles.frequency * self.poles.frequency);
        let power = |[constant, linear, square]: [f64; 3]| {
            let real = constant - square * eta;
            real * real + linear * linear * eta
        };
        power(self.numerator) / power([1.0, self.poles.damping, 1.0])
    }

    /// The minimum-phase numerator of the power `N0 + N1 η + N2 η²`.
    pub fn from_power(poles: Poles, power: [f64; 3]) -> Self {
        let least = LEAST_NUMERATOR * power[0];
        let (constant, square) = (power[0].sqrt(), power[2].max(least).sqrt());
        let linear = (power[1] + 2.0 * constant * square).max(least).sqrt();
        Self { poles, numerator: [constant, linear, square] }
    }

    /// Poles and zeros exchanged.
    pub fn inverse(self) -> Self {
        let [constant, linear, square] = self.numerator;
        let ratio = (constant / square).sqrt();
        let poles = Poles { frequency: self.poles.frequency * ratio, damping: linear / (square * ratio) };
        Self { poles, numerator: [1.0 / constant, self.poles.damping / (square * ratio), 1.0 / square] }
    }

    pub fn coefficients(self, level: f64) -> Coefficients {
        let [constant, linear, square] = self.numerator.map(|coefficient| coefficient * level);
        Coefficients {
            frequency: self.poles.frequency,
            damping: self.poles.frequency * self.poles.damping,
            second_order: 1.0,
            drive: 1.0,
            input: square,
            band_pass: linear - square * self.poles.damping,
            low_pass: constant - square,
        }
    }

    /// The same for filters that are the input and a multiple of its band-pass: driven so that the band-pass peaks at 1
    /// whatever the Q, nothing stored grows when Q or gain move.
    pub fn band_pass_coefficients(self) -> Coefficients {
        let drive = self.poles.damping;
        let coefficients = self.coefficients(1.0);
        Coefficients {
            drive,
            band_pass: coefficients.band_pass / drive,
            low_pass: coefficients.low_pass / drive,
            ..coefficients
        }
    }
}

/// The squared relative errors `(N0 + N1 η + N2 η²) / (|H|² D(η)) - 1` over points, as a function of N1 and N2.
struct Errors {
    linear_square: f64,
    mixed: f64,
    square_square: f64,
    linear_right: f64,
    square_right: f64,
}

impl Errors {
    /// With these poles and the constant N0, at points where the squared magnitude should be so much.
    fn of(poles: Poles, constant: f64, points: impl Iterator<Item = (Point, f64)>) -> Self {
        let mut errors =
            Self { linear_square: 0.0, mixed: 0.0, square_square: 0.0, linear_right: 0.0, square_right: 0.0 };
        for (point, power) in points {
            let (eta, wanted) = poles.wanted(power, point);
            let (linear, square, right) = (eta / wanted, eta * eta / wanted, 1.0 - constant / wanted);
            errors.linear_square += linear * linear;
            errors.mixed += linear * square;
            errors.square_square += square * square;
            errors.linear_right += linear * right;
            errors.square_right += square * right;
        }
        errors
    }

    /// N1 and N2 where their sum is least.
    fn least(&self) -> [f64; 2] {
        let determinant = self.linear_square * self.square_square - self.mixed * self.mixed;
        [
            (self.linear_right * self.square_square - self.square_right * self.mixed) / determinant,
            (self.square_right * self.linear_square - self.linear_right * self.mixed) / determinant,
        ]
    }

    /// N1 where their sum is least for this N2.
    fn least_linear(&self, square: f64) -> f64 {
        (self.linear_right - self.mixed * square) / self.linear_square
    }
}

/// A section `(n0 + n1 v) / (1 + v)` in `v = u / pole`.
#[derive(Debug, Clone, Copy)]
pub struct FirstOrder {
    pub pole: f64,
    pub numerator: [f64; 2],
}

impl FirstOrder {
    /// Passes everything.
    pub const IDENTITY: Self = Self { pole: 1.0, numerator: [1.0, 1.0] };

    /// Squared magnitude at a point.
    pub fn power(&self, point: Point) -> f64 {
        let eta = point.y / (self.pole * self.pole);
        let [constant, linear] = self.numerator;
        (constant * constant + linear * linear * eta) / (1.0 + eta)
    }

    /// Pole and zero exchanged.
    pub fn inverse(self) -> Self {
        let [constant, linear] = self.numerator;
        Self { pole: self.pole * constant / linear, numerator: [1.0 / constant, 1.0 / linear] }
    }

    pub fn coefficients(self) -> Coefficients {
        let [constant, linear] = self.numerator;
        Coefficients {
            frequency: self.pole.sqrt(),
            damping: 0.0,
            second_order: 0.0,
            drive: 1.0,
            input: linear,
            band_pass: 0.0,
            low_pass: constant - linear,
        }
    }
}

/// Solves four linear equations, each with its right side last, by elimination with pivots; none if they depend on each other.
fn solve(mut rows: [[f64; 5]; 4]) -> Option<[f64; 4]> {
    for column in 0..4 {
        let pivot = (column..4).max_by(|a, b| rows[*a][column].abs().total_cmp(&rows[*b][column].abs()))?;
        rows.swap(column, pivot);
        let pivot = rows[column];
        if pivot[column] == 0.0 {
            return None;
        }
        for row in &mut rows[column + 1..] {
            let factor = row[column] / pivot[column];
            for (value, above) in row.iter_mut().zip(&pivot) {
                *value -= factor * above;
            }
        }
    }
    let mut solution = [0.0; 4];
    for index in (0..4).rev() {
        let known: f64 = (index + 1..4).map(|other| rows[index][other] * solution[other]).sum();
        solution[index] = (rows[index][4] - known) / rows[index][index];
    }
    Some(solution)
}
