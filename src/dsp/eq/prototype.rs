//! The analogue filters that the bands stand for: what a band should do, before any sampling.
//!
//! Bell, shelves and notch are those of R. Bristow-Johnson's *Audio EQ Cookbook* (the quality of a boost and of a cut of the
//! same size mirror each other; a shelf has half its gain at its frequency and is steepest without overshoot at Q = 0.707).
//! Cuts are Butterworth cascades. The tilt is one first-order shelf, symmetrical about its pivot.

use std::f64::consts::{FRAC_1_SQRT_2, PI};

use crate::{
    dsp::{db_to_gain, gain_to_db},
    settings::{EqBand, FilterType},
};

/// Most sections that one band is made of: a cut of 48 dB/oct and its correction.
pub const MAX_SECTIONS: usize = 5;

/// One section of first or second order as a quotient of polynomials in `s / ω0`, ascending powers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Section {
    pub numerator: [f64; 3],
    pub denominator: [f64; 3],
}

impl Section {
    /// Squared magnitude at `ratio` times the band's frequency.
    pub fn power(&self, ratio: f64) -> f64 {
        polynomial_power(&self.numerator, ratio) / polynomial_power(&self.denominator, ratio)
    }
}

fn polynomial_power(coefficients: &[f64; 3], ratio: f64) -> f64 {
    let [constant, linear, square] = coefficients;
    let real = constant - square * ratio * ratio;
    let imaginary = linear * ratio;
    real * real + imaginary * imaginary
}

/// A bell of `gain` (linear, at the centre).
pub fn bell(gain: f64, q: f64) -> Section {
    let root = gain.sqrt();
    Section { numerator: [1.0, root / q, 1.0], denominator: [1.0, 1.0 / (root * q), 1.0] }
}

/// A shelf of `gain` (linear) far below its frequency, 1 far above.
pub fn low_shelf(gain: f64, q: f64) -> Section {
    let root = gain.sqrt();
    let damping = root.sqrt() / q;
    Section { numerator: [gain, root * damping, root], denominator: [1.0, damping, root] }
}

/// A shelf of `gain` (linear) far above its frequency, 1 far below.
pub fn high_shelf(gain: f64, q: f64) -> Section {
    let root = gain.sqrt();
    let damping = root.sqrt() / q;
    Section { numerator: [root, root * damping, gain], denominator: [root, damping, 1.0] }
}

/// Nothing at the centre, 1 far away.
pub fn notch(q: f64) -> Section {
    Section { numerator: [1.0, 0.0, 1.0], denominator: [1.0, 1.0 / q, 1.0] }
}

/// `gain` (linear) from far below to far above: its root above, one over its root below, 1 at the pivot.
pub fn tilt(gain: f64) -> Section {
    let root = gain.sqrt();
    Section { numerator: [1.0, root, 0.0], denominator: [root, 1.0, 0.0] }
}

/// A second-order section of a high cut.
pub fn high_cut(q: f64) -> Section {
    Section { numerator: [1.0, 0.0, 0.0], denominator: [1.0, 1.0 / q, 1.0] }
}

/// A second-order section of a low cut.
pub fn low_cut(q: f64) -> Section {
    Section { numerator: [0.0, 0.0, 1.0], denominator: [1.0, 1.0 / q, 1.0] }
}

/// The first-order section of a high cut of odd order.
pub fn high_cut_first_order() -> Section {
    Section { numerator: [1.0, 0.0, 0.0], denominator: [1.0, 1.0, 0.0] }
}

/// The first-order section of a low cut of odd order.
pub fn low_cut_first_order() -> Section {
    Section { numerator: [0.0, 1.0, 0.0], denominator: [1.0, 1.0, 0.0] }
}

/// Quality of each second-order section of a cut of this order (an odd one has a first-order section besides), the most
/// resonant first.
///
/// At `q` = 0.707 they are Butterworth's. Another `q` scales the most resonant section alone, so that for every order from 2
/// the gain at the corner is `q` itself (0.707: -3.01 dB; 2: +6.02 dB) and the slope beyond keeps its shape.
pub fn cut_qualities(order: usize, q: f64) -> impl Iterator<Item = f64> {
    (0..order / 2).map(move |index| {
        let butterworth = 0.5 / (PI * (2 * index + 1) as f64 / (2 * order) as f64).sin();
        if index == 0 { butterworth * q / FRAC_1_SQRT_2 } else { butterworth }
    })
}

/// Gain of the analogue band at a frequency, dB (-200 where nothing passes). The band counts as on; placement plays no part.
pub fn band_gain_db(band: &EqBand, frequency_hz: f64) -> f64 {
    let ratio = frequency_hz / f64::from(band.frequency_hz);
    let (gain, q) = (db_to_gain(f64::from(band.gain_db)), f64::from(band.q));
    let order = band.slope.order();
    let cut = |first_order: Section, second_order: fn(f64) -> Section| {
        let start = if order % 2 == 1 { first_order.power(ratio) } else { 1.0 };
        cut_qualities(order, q).fold(start, |power, q| power * second_order(q).power(ratio))
    };
    let power = match band.filter {
        FilterType::Bell => bell(gain, q).power(ratio),
        FilterType::LowShelf => low_shelf(gain, q).power(ratio),
        FilterType::HighShelf => high_shelf(gain, q).power(ratio),
        FilterType::LowCut => cut(low_cut_first_order(), low_cut),
        FilterType::HighCut => cut(high_cut_first_order(), high_cut),
        FilterType::Notch => notch(q).power(ratio),
        FilterType::Tilt => tilt(gain).power(ratio),
    };
    gain_to_db(power.sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Choice, Slope};

    fn band(filter: FilterType, gain_db: f32, q: f32) -> EqBand {
        EqBand { filter, gain_db, q, ..EqBand::default() }
    }

    #[test]
    fn gains_at_and_far_from_the_frequency_are_what_the_types_promise() {
        let at = |filter, ratio: f64| band_gain_db(&band(filter, 6.0, 0.707), 1000.0 * ratio);
        for (filter, below, centre, above) in [
            (FilterType::Bell, 0.0, 6.0, 0.0),
            (FilterType::LowShelf, 6.0, 3.0, 0.0),
            (FilterType::HighShelf, 0.0, 3.0, 6.0),
            (FilterType::Notch, 0.0, -200.0, 0.0),
            (FilterType::Tilt, -3.0, 0.0, 3.0),
        ] {
            for (ratio, expected) in [(1e-4, below), (1.0, centre), (1e4, above)] {
                assert!((at(filter, ratio) - expected).abs() < 1e-5, "{filter:?} at {ratio}: {}", at(filter, ratio));
            }
        }
    }

    #[test]
    fn a_boost_and_a_cut_of_the_same_size_cancel() {
        for filter in [FilterType::Bell, FilterType::LowShelf, FilterType::HighShelf, FilterType::Tilt] {
            for frequency_hz in [100.0, 700.0, 1000.0, 1900.0, 9000.0] {
                let sum = band_gain_db(&band(filter, 7.0, 1.3), frequency_hz)
                    + band_gain_db(&band(filter, -7.0, 1.3), frequency_hz);
                assert!(sum.abs() < 1e-9);
            }
        }
    }

    #[test]
    fn cuts_are_butterworth_and_their_q_is_the_gain_at_the_corner() {
        for slope in Slope::ALL {
            let order = slope.order() as i32;
            let butterworth =
                EqBand { filter: FilterType::HighCut, slope: *slope, q: FRAC_1_SQRT_2 as f32, ..EqBand::default() };
            for ratio in [0.3f64, 1.0, 1.7, 5.0] {
                let expected = -10.0 * (1.0 + ratio.powi(2 * order)).log10();
                assert!((band_gain_db(&butterworth, 1000.0 * ratio) - expected).abs() < 1e-5);
            }
            if order >= 2 {
                let resonant = EqBand { q: 2.0, ..butterworth };
                assert!((band_gain_db(&resonant, 1000.0) - gain_to_db(2.0)).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn a_shelf_overshoots_beyond_q_0_707_and_not_below() {
        let greatest = |q| {
            (0..400)
                .map(|step| band_gain_db(&band(FilterType::HighShelf, 6.0, q), 100.0 * 1.02f64.powi(step)))
                .fold(f64::MIN, f64::max)
        };
        assert!(greatest(0.707) <= 6.0 + 1e-6);
        assert!(greatest(0.8) > 6.02);
    }
}
