//! From a band's shape, frequency, gain and Q to the coefficients of its sections, so that the magnitude follows the analogue
//! prototype up to the Nyquist frequency instead of cramping there.
//!
//! After M. Vicanek, "Matched Second Order Digital Filters" (2016): poles by impulse invariance, zeros by matching the
//! magnitude. The squared magnitude of a section is a quotient of two quadratics in `y = tan²(ω/2)`, so the unknown
//! coefficients follow from linear equations. How each is matched, in part otherwise than in the paper where that leaves
//! a smaller error:
//! - a cut of a bell, a shelf or a tilt is the exact inverse of the boost, whose poles are the wider and lower ones that
//!   impulse invariance serves well;
//! - bells are matched at DC, at their frequency and at one more, chosen for the least error up to 20 kHz;
//! - cuts ([`super::cut`]) have poles by impulse invariance, and one more section that adds what all of theirs lack towards the
//!   Nyquist frequency;
//! - shelves are exact at DC and take the least squared relative error over the spectrum and about their upper corner;
//! - resonant shelves have zeros by impulse invariance too, so that peak and dip are where they should be, and a first-order
//!   section that adds what both lack towards the Nyquist frequency (one section alone would be 1 dB off at best);
//! - the notch has its zeros exactly at the centre, and its poles are matched at the band edge and near Nyquist;
//! - tilts take pole and zero from two matched frequencies.
//!
//! Greatest errors up to 20 kHz at 44.1 kHz, frequencies to 16 kHz, any Q (the tests hold them): bells 0.35 dB for ±6 dB, 0.6
//! for ±12, 0.8 for ±18; shelves 0.25, 0.4 and 0.5; cuts of any slope 0.2 dB down to -60 dB; tilts 0.5; notches 0.7 down
//! to -30 dB.
//!
//! Everything is computed in the plane of `u = (z - 1)/(z + 1)` relative to the pole frequency, where 10 Hz at 384 kHz loses
//! no digits. Cost: some hundred operations and a few transcendental functions a section.

use std::f64::consts::PI;

use super::{
    cut::{high_cut, is_corrected, low_cut},
    dynamics::GREATEST_GAIN_DB,
    pole_zero::{FirstOrder, LEAST_NUMERATOR, Point, Poles, SecondOrder},
    prototype::{self, MAX_SECTIONS},
    svf::Coefficients,
};
use crate::{
    dsp::db_to_gain,
    settings::{EqBand, FilterType, Slope},
};

/// Frequencies are held below this share of the sample rate.
pub const HIGHEST_SHARE: f64 = 0.49;

/// Where, of the Nyquist frequency, the fit of a shelf is held against the prototype.
const GRID: [f64; 10] = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95];
/// Where, of the Nyquist frequency, a bell is matched besides its centre: the error up to 20 kHz at 44.1 kHz is least there.
const BELL_MATCH: f64 = 0.78;
/// A shelf in one section dips no further than to this share of the prototype's dip, in power: beyond the Nyquist frequency
/// the points that it is held against say nothing of the dip, and a least error of them alone may be a zero on the unit
/// circle, whose inverse rings for ever.
const LEAST_DIP: f64 = 0.1;
/// From this Q on a shelf is made of poles and zeros by impulse invariance and a slope that corrects them.
const RESONANT_Q: f32 = 2.0;
/// Where, of the Nyquist frequency, that slope is matched.
const CORRECTION_MATCHES: [f64; 2] = [0.6, 0.9];
/// What is missing less than this, of power, is not corrected.
const LEAST_CORRECTION: f64 = 1e-8;
/// The same for the notch.
const NOTCH_MATCH: f64 = 0.85;
/// The same for first-order sections.
const FIRST_ORDER_MATCH: f64 = 0.8;
/// A tilt is designed for at least this gain, dB: at 0 its pole and zero meet and the equations vanish.
const LEAST_TILT_DB: f64 = 1e-6;

/// What kind of filter a band is: all that does not glide.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shape {
    pub filter: FilterType,
    /// Of cuts; the same for all other types.
    slope: Slope,
    /// Of shelves: whether they peak and dip so sharply that one section can't follow up to the Nyquist frequency.
    resonant: bool,
    /// Of cuts: whether they have a section that corrects the others.
    corrected: bool,
}

impl Shape {
    /// A band's.
    pub fn of(band: &EqBand) -> Self {
        let cut = matches!(band.filter, FilterType::LowCut | FilterType::HighCut);
        let shelf = matches!(band.filter, FilterType::LowShelf | FilterType::HighShelf);
        Self {
            filter: band.filter,
            slope: if cut { band.slope } else { Slope::default() },
            resonant: shelf && band.q >= RESONANT_Q,
            corrected: is_corrected(band),
        }
    }

    /// Whether the gain decides what the filter does; at 0 dB it then does nothing.
    pub fn has_gain(self) -> bool {
        self.filter.has_gain()
    }

    /// Whether it is a shelf with a sharp peak and dip.
    pub fn is_resonant(self) -> bool {
        self.resonant
    }

    /// Sections in use.
    pub fn sections(self) -> usize {
        match self.filter {
            FilterType::LowCut | FilterType::HighCut => self.slope.order().div_ceil(2) + usize::from(self.corrected),
            _ => 1 + usize::from(self.resonant),
        }
    }
}

/// What glides.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Values {
    pub frequency_hz: f64,
    pub gain_db: f64,
    pub q: f64,
}

impl Values {
    /// A band's, brought into the ranges that the designs are made for.
    pub fn of(band: &EqBand) -> Self {
        let within = |value: f32, least: f64, greatest: f64| f64::from(value).max(least).min(greatest);
        Self {
            frequency_hz: within(band.frequency_hz, 10.0, 30000.0),
            gain_db: within(band.gain_db, -GREATEST_GAIN_DB, GREATEST_GAIN_DB),
            q: within(band.q, 0.1, 18.0),
        }
    }
}

/// Designs sections at one sample rate.
#[derive(Debug, Clone)]
pub struct Designer {
    sample_rate: f64,
    grid: [Point; GRID.len()],
}

impl Designer {
    /// For `sample_rate` Hz.
    pub fn new(sample_rate: f64) -> Self {
        Self { sample_rate, grid: GRID.map(|share| Point::new(share * PI)) }
    }

    /// The rate, Hz.
    pub fn sample_rate(&self) -> f64 {
        self.sample_rate
    }

    /// The highest frequency that a band can have, Hz.
    pub fn highest_frequency_hz(&self) -> f64 {
        HIGHEST_SHARE * self.sample_rate
    }

    /// The coefficients of the sections in use; the others pass everything.
    pub fn design(&self, shape: Shape, values: Values) -> [Coefficients; MAX_SECTIONS] {
        let mut sections = [Coefficients::IDENTITY; MAX_SECTIONS];
        let omega = 2.0 * PI * values.frequency_hz.min(self.highest_frequency_hz()) / self.sample_rate;
        let boost = db_to_gain(values.gain_db.abs());
        let rises = values.gain_db >= 0.0;
        let q = values.q;
        match shape.filter {
            FilterType::Bell => {
                let fit = bell(omega, boost, q);
                sections[0] = if rises { fit } else { fit.inverse() }.band_pass_coefficients();
            }
            // A low shelf that rises by so much is a high shelf that falls by as much, but for the level.
            FilterType::LowShelf | FilterType::HighShelf => {
                let low = shape.filter == FilterType::LowShelf;
                let level = if low {
                    1.0
                } else if rises {
                    boost
                } else {
                    1.0 / boost
                };
                let (fit, correction) = self.low_shelf(omega, boost, q, shape.resonant);
                let (fit, correction) =
                    if rises == low { (fit, correction) } else { (fit.inverse(), correction.inverse()) };
                sections[0] = fit.coefficients(level);
                if shape.resonant {
                    sections[1] = correction.coefficients();
                }
            }
            FilterType::Notch => sections[0] = notch(omega, q).band_pass_coefficients(),
            FilterType::Tilt => {
                let gain = db_to_gain(values.gain_db.abs().max(LEAST_TILT_DB));
                let fit = first_order(omega, &prototype::tilt(gain));
                sections[0] = if rises { fit } else { fit.inverse() }.coefficients();
            }
            FilterType::LowCut => sections = low_cut(omega, shape.slope.order(), q, shape.corrected),
            FilterType::HighCut => sections = high_cut(omega, shape.slope.order(), q),
        }
        sections
    }

    /// A low shelf that rises, and what else a resonant one needs.
    fn low_shelf(&self, omega: f64, gain: f64, q: f64, resonant: bool) -> (SecondOrder, FirstOrder) {
        let analogue = prototype::low_shelf(gain, q);
        let dip = omega * gain.sqrt().sqrt();
        if resonant && dip < HIGHEST_SHARE * 2.0 * PI {
            let fit = SecondOrder::impulse_invariant(omega, &analogue);
            return (fit, correction(omega, &analogue, &fit));
        }
        (self.fitted_low_shelf(omega, gain, q), FirstOrder::IDENTITY)
    }

    /// A low shelf that rises in one section.
    fn fitted_low_shelf(&self, omega: f64, gain: f64, q: f64) -> SecondOrder {
        let analogue = prototype::low_shelf(gain, q);
        let poles = Poles::impulse_invariant(omega, &analogue.denominator);
        // The zeros lie at the upper corner; points about it keep a resonance where it belongs.
        let corner = omega * gain.sqrt().sqrt();
        let spread = 0.5 / q.max(2.0);
        let corners = [1.0 - spread, 1.0, 1.0 + spread].map(|ratio| Point::limited(corner * ratio));
        let points = self.grid.iter().chain(&corners).map(|point| (*point, analogue.power(point.omega / omega)));
        let least = LEAST_DIP * analogue.power(gain.sqrt().sqrt());
        SecondOrder::fitted_within(poles, gain * gain, points, least, q.max(1.0))
    }
}

/// A bell that rises.
fn bell(omega: f64, gain: f64, q: f64) -> SecondOrder {
    zeros_matched(omega, &prototype::bell(gain, q), BELL_MATCH)
}

/// What is missing of a prototype in a fit that resonates where it should: a slope towards the Nyquist frequency, exact at DC
/// and at two frequencies more.
fn correction(omega: f64, analogue: &prototype::Section, fit: &SecondOrder) -> FirstOrder {
    let [(power_1, slope_1), (power_2, slope_2)] = CORRECTION_MATCHES.map(|share| {
        let point = Point::new(share * PI);
        let power = analogue.power(point.omega / omega) / fit.power(point);
        (power, (power - 1.0) / point.y)
    });
    let pole = (power_2 - power_1) / (slope_1 - slope_2);
    let linear = power_1 + pole * slope_1;
    // Far below the Nyquist frequency nothing is missing, and what there is drowns in rounding.
    let worth = (power_1 - 1.0).abs().min((power_2 - 1.0).abs()) > LEAST_CORRECTION;
    if worth && pole > 0.0 && linear > 0.0 && pole.is_finite() {
        FirstOrder { pole: pole.sqrt(), numerator: [1.0, linear.sqrt()] }
    } else {
        FirstOrder::IDENTITY
    }
}

/// Poles by impulse invariance; 1 at DC, exact at the prototype's frequency and at a share of the Nyquist frequency.
fn zeros_matched(omega: f64, analogue: &prototype::Section, share: f64) -> SecondOrder {
    let poles = Poles::impulse_invariant(omega, &analogue.denominator);
    let centre = Point::limited(omega);
    let other = Point::apart_from(&[centre.omega], share * PI);
    // N0 + N1 η + N2 η² = |H|² D(η) at both points.
    let [(eta_1, rest_1), (eta_2, rest_2)] = [centre, other].map(|point| {
        let (eta, wanted) = poles.wanted(analogue.power(point.omega / omega), point);
        (eta, (wanted - 1.0) / eta)
    });
    let square = (rest_2 - rest_1) / (eta_2 - eta_1);
    SecondOrder::from_power(poles, [1.0, rest_1 - square * eta_1, square])
}

/// Zeros exactly at the centre, 1 at DC, poles matched at the lower -3 dB edge and near Nyquist.
fn notch(omega: f64, q: f64) -> SecondOrder {
    let analogue = prototype::notch(q);
    let half = 0.5 / q;
    let edge = Point::new(omega / ((1.0 + half * half).sqrt() + half));
    let other = Point::apart_from(&[edge.omega, omega], NOTCH_MATCH * PI);
    let centre = Point::new(omega).y;
    // With ζ = y / y(centre) and the gain c at Nyquist: |D|² = c² + D1 ζ + ζ² = c² (1 - ζ)² / |H|² at both points.
    let [(zeta_1, rest_1), (zeta_2, rest_2)] = [edge, other].map(|point| {
        let zeta = point.y / centre;
        (zeta, (1.0 - zeta) * (1.0 - zeta) / analogue.power(point.omega / omega) - 1.0)
    });
    let nyquist_power = zeta_1 * zeta_2 * (zeta_1 - zeta_2) / (rest_1 * zeta_2 - rest_2 * zeta_1);
    let nyquist = nyquist_power.max(LEAST_NUMERATOR).sqrt();
    let linear = (nyquist_power * rest_1 - zeta_1 * zeta_1) / zeta_1;
    let frequency = (centre * nyquist).sqrt();
    let damping = ((linear + 2.0 * nyquist).max(LEAST_NUMERATOR) * centre).sqrt() / frequency;
    SecondOrder { poles: Poles { frequency, damping }, numerator: [1.0, 0.0, nyquist] }
}

/// Exact at DC, at the frequency of the prototype and near Nyquist: with `|H|² = (H0 p² + N y) / (p² + y)` the two points
/// give N and the squared pole p².
fn first_order(omega: f64, analogue: &prototype::Section) -> FirstOrder {
    let corner = Point::limited(omega);
    let other = Point::apart_from(&[corner.omega], FIRST_ORDER_MATCH * PI);
    let constant = analogue.power(0.0);
    let [(power_1, slope_1), (power_2, slope_2)] = [corner, other].map(|point| {
        let power = analogue.power(point.omega / omega);
        (power, (power - constant) / point.y)
    });
    let pole = (power_2 - power_1) / (slope_1 - slope_2);
    let linear = (power_1 + pole * slope_1).max(LEAST_NUMERATOR * power_1);
    FirstOrder { pole: pole.sqrt(), numerator: [constant.sqrt(), linear.sqrt()] }
}
