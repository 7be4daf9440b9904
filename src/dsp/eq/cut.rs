//! Low and high cuts of any slope: the sections of a Butterworth cascade, and one that corrects them all.
//!
//! The poles are the prototype's by impulse invariance. What remains, the prototype's magnitude over that of those sections, is
//! smooth and hardly depends on where the poles lie, and the last section is matched to it:
//! - a low cut has its zeros at DC, where it is exact. Little remains, and the correction takes it with the least squared
//!   error at four frequencies, with poles of its own that stay where they are;
//! - a high cut has zeros that stay where they are, beyond all that is heard. What remains falls to -30 dB at the steepest slope,
//!   and the correction is exact at the same four frequencies.
//!
//! Low cuts in the bass need none: without it they are 0.03 dB off at most.

use std::f64::consts::PI;

use super::{
    pole_zero::{FirstOrder, Point, Poles, SecondOrder},
    prototype::{self, MAX_SECTIONS, Section},
    svf::Coefficients,
};
use crate::settings::{EqBand, FilterType};

/// Where, of the Nyquist frequency, the correction is matched.
const MATCHES: [f64; 4] = [0.3, 0.55, 0.75, 0.9];
/// Squared distance of a high cut's zeros in the plane of `u`, inverted: with lower ones what remains is too steep for one section,
/// with higher ones there is sometimes no section for it.
const ZEROS: f64 = 0.54;
/// The same of the poles of a correction that is fitted by least squares.
const POLES: f64 = 0.2;
/// Low cuts from here on are corrected, Hz.
const LEAST_CORRECTED_HZ: f32 = 250.0;

/// Whether the band has a section that corrects the others.
pub fn is_corrected(band: &EqBand) -> bool {
    match band.filter {
        FilterType::LowCut => band.frequency_hz >= LEAST_CORRECTED_HZ,
        FilterType::HighCut => true,
        _ => false,
    }
}

/// A low cut of this order.
pub fn low_cut(omega: f64, order: usize, q: f64, corrected: bool) -> [Coefficients; MAX_SECTIONS] {
    let second_order = |q| {
        let analogue = prototype::low_cut(q);
        let poles = Poles::impulse_invariant(omega, &analogue.denominator);
        // The prototype's fall towards DC, where `u` is half of ω.
        let scale = 2.0 * poles.frequency / omega;
        (analogue, SecondOrder { poles, numerator: [0.0, 0.0, scale * scale] })
    };
    let first_order = || {
        let pole = (0.5 * omega).tanh();
        (prototype::low_cut_first_order(), FirstOrder { pole, numerator: [0.0, 2.0 * pole / omega] })
    };
    cascade(omega, order, q, second_order, first_order, corrected.then_some(fitted))
}

/// A high cut of this order.
pub fn high_cut(omega: f64, order: usize, q: f64) -> [Coefficients; MAX_SECTIONS] {
    let zero = ZEROS.sqrt();
    let second_order = |q| {
        let analogue = prototype::high_cut(q);
        let poles = Poles::impulse_invariant(omega, &analogue.denominator);
        let linear = zero * poles.frequency;
        (analogue, SecondOrder { poles, numerator: [1.0, 2.0 * linear, linear * linear] })
    };
    let first_order = || {
        let pole = (0.5 * omega).tanh();
        (prototype::high_cut_first_order(), FirstOrder { pole, numerator: [1.0, zero * pole] })
    };
    let correct = |points| SecondOrder::through(points).unwrap_or_else(|| fitted(points));
    cascade(omega, order, q, second_order, first_order, Some(correct))
}

/// The correction of these squared magnitudes with the least squared error.
fn fitted(points: [(Point, f64); MATCHES.len()]) -> SecondOrder {
    let poles = Poles { frequency: (1.0 / POLES).sqrt(), damping: 2.0 };
    SecondOrder::fitted(poles, 1.0, points.into_iter())
}

/// The sections of a cut: those of second order, for an odd order one of first, and the correction made for the squared
/// magnitudes that are missing at [`MATCHES`].
fn cascade(
    omega: f64,
    order: usize,
    q: f64,
    second_order: impl Fn(f64) -> (Section, SecondOrder),
    first_order: impl Fn() -> (Section, FirstOrder),
    correct: Option<impl Fn([(Point, f64); MATCHES.len()]) -> SecondOrder>,
) -> [Coefficients; MAX_SECTIONS] {
    let mut sections = [Coefficients::IDENTITY; MAX_SECTIONS];
    let mut missing = MATCHES.map(|share| (Point::new(share * PI), 1.0));
    let mut add = |analogue: Section, power: &dyn Fn(Point) -> f64| {
        for (point, missing) in &mut missing {
            *missing *= analogue.power(point.omega / omega) / power(*point);
        }
    };
    for (section, q) in sections.iter_mut().zip(prototype::cut_qualities(order, q)) {
        let (analogue, fit) = second_order(q);
        add(analogue, &|point| fit.power(point));
        *section = fit.coefficients(1.0);
    }
    if order % 2 == 1 {
        let (analogue, fit) = first_order();
        add(analogue, &|point| fit.power(point));
        sections[order / 2] = fit.coefficients();
    }
    if let Some(correct) = correct {
        sections[order.div_ceil(2)] = correct(missing).coefficients(1.0);
    }
    sections
}
