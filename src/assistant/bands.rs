//! Draws a correction curve with few, broad EQ bands of round figures, as a person would.
//!
//! Bands are added one at a time where they help most and refined together by bounded least squares (Levenberg-Marquardt) over
//! frequency, gain and Q, until what is left is under 0.3 dB or adding no longer pays. Then the figures are rounded.

use nalgebra::{Cholesky, DMatrix, DVector};

use crate::{
    dsp::eq::response::BandResponse,
    settings::{EqBand, FilterType, Placement},
};

/// Most bands that a correction is drawn with.
pub const MOST_BANDS: usize = 5;
/// No band moves further, dB.
pub const MOST_GAIN_DB: f64 = 4.0;
/// A band that earns less is not worth a hand's movement, dB.
pub const LEAST_EARNED_DB: f64 = 0.3;

/// Q of bells: broad, from two octaves and a half to two thirds of one.
const BELL_Q: (f64, f64) = (0.4, 2.0);
/// Q of shelves: without overshoot.
const SHELF_Q: (f64, f64) = (0.5, 0.7);
/// Weight of a band's gain in the error: two bands that work against each other are no solution.
const GAIN_PENALTY: f64 = 0.06;
/// Frequencies that shelves are tried at.
const LOW_SHELVES_HZ: [f64; 3] = [80.0, 200.0, 500.0];
const HIGH_SHELVES_HZ: [f64; 3] = [2000.0, 5000.0, 9000.0];

/// A curve to be drawn: wanted gain at each frequency.
#[derive(Debug, Clone)]
pub struct Curve {
    pub frequency_hz: Vec<f64>,
    pub gain_db: Vec<f64>,
    /// How much each point counts, 0 to 1.
    pub weight: Vec<f64>,
}

/// The bands that draw `curve` at `sample_rate_hz`, in rising order of frequency; none where nothing is worth it.
pub fn draw(curve: &Curve, sample_rate_hz: f64) -> Vec<EqBand> {
    let mut drawing = Drawing { bands: Vec::new(), curve, sample_rate_hz };
    while drawing.bands.len() < MOST_BANDS && drawing.greatest_error_db() >= LEAST_EARNED_DB {
        let before = drawing.cost();
        let Some(better) = drawing.with_one_more() else { break };
        // A further band has to take away a tenth of what is left at the very least.
        if better.cost() > 0.9 * before {
            break;
        }
        drawing = better;
    }
    // Small bands go, one at a time, and the others take over.
    while let Some(least) = drawing.least_band() {
        drawing.bands.remove(least);
        drawing.refine();
    }
    let mut bands: Vec<EqBand> = drawing.bands.iter().map(rounded).collect();
    keep_total_in_bounds(&mut bands, curve, sample_rate_hz);
    bands.retain(|band| f64::from(band.gain_db.abs()) >= LEAST_EARNED_DB - 0.01);
    bands.sort_by(|a, b| a.frequency_hz.total_cmp(&b.frequency_hz));
    bands
}

#[derive(Clone)]
struct Drawing<'a> {
    bands: Vec<EqBand>,
    curve: &'a Curve,
    sample_rate_hz: f64,
}

impl Drawing<'_> {
    fn errors_db(&self) -> Vec<f64> {
        let Curve { frequency_hz, gain_db, weight } = self.curve;
        let drawn_db = total_db(&self.bands, frequency_hz, self.sample_rate_hz);
        let mut errors: Vec<f64> = drawn_db
            .iter()
            .zip(gain_db)
            .zip(weight)
            .map(|((drawn, wanted), weight)| weight * (drawn - wanted))
            .collect();
        // The level is free: what all points share is no error.
        let total: f64 = weight.iter().sum();
        let common = errors.iter().sum::<f64>() / total.max(1e-9);
        for (error, weight) in errors.iter_mut().zip(weight) {
            *error -= weight * common;
        }
        let root = (frequency_hz.len() as f64).sqrt();
        errors.extend(self.bands.iter().map(|band| GAIN_PENALTY * root * f64::from(band.gain_db)));
        errors
    }

    fn greatest_error_db(&self) -> f64 {
        self.errors_db().iter().take(self.curve.gain_db.len()).fold(0.0, |most, error| error.abs().max(most))
    }

    fn cost(&self) -> f64 {
        self.errors_db().iter().map(|error| error * error).sum()
    }

    fn with_one_more(&self) -> Option<Self> {
        let errors = self.errors_db();
        let points = self.curve.gain_db.len();
        let worst = (0..points).max_by(|a, b| errors[*a].abs().total_cmp(&errors[*b].abs()))?;
        let mut candidates = vec![(FilterType::Bell, self.curve.frequency_hz[worst], -errors[worst])];
        let mean = |low_hz: f64, high_hz: f64| {
            let inside: Vec<f64> = (0..points)
                .filter(|point| (low_hz..=high_hz).contains(&self.curve.frequency_hz[*point]))
                .map(|point| errors[point])
                .collect();
            inside.iter().sum::<f64>() / inside.len().max(1) as f64
        };
        candidates.extend(LOW_SHELVES_HZ.map(|hz| (FilterType::LowShelf, hz, -mean(0.0, hz))));
        candidates.extend(HIGH_SHELVES_HZ.map(|hz| (FilterType::HighShelf, hz, -mean(hz, f64::MAX))));
        let mut best: Option<(f64, Self)> = None;
        for (filter, frequency_hz, gain_db) in candidates {
            // One shelf at either end.
            if filter != FilterType::Bell && self.bands.iter().any(|band| band.filter == filter) {
                continue;
            }
            let mut drawing = self.clone();
            let gain_db = gain_db.clamp(-MOST_GAIN_DB, MOST_GAIN_DB) as f32;
            drawing.bands.push(EqBand {
                on: true,
                filter,
                frequency_hz: frequency_hz as f32,
                gain_db,
                ..EqBand::default()
            });
            drawing.refine();
            let cost = drawing.cost();
            if best.as_ref().is_none_or(|(least, _)| cost < *least) {
                best = Some((cost, drawing));
            }
        }
        best.map(|(_, drawing)| drawing)
    }

    /// Levenberg-Marquardt within the bounds.
    fn refine(&mut self) {
        const STEPS: usize = 25;
        if self.bands.is_empty() {
            return;
        }
        let mut damping = 1e-2;
        let mut cost = self.cost();
        for _ in 0..STEPS {
            let (jacobian, errors) = self.jacobian();
            let normal = jacobian.transpose() * &jacobian;
            let slope = jacobian.transpose() * errors;
            let damped = DMatrix::from_fn(normal.nrows(), normal.ncols(), |row, column| {
                normal[(row, column)] + if row == column { damping * (normal[(row, row)] + 1e-3) } else { 0.0 }
            });
            let Some(cholesky) = Cholesky::new(damped) else { break };
            let step = -cholesky.solve(&slope);
            let mut moved = self.clone();
            for (band, step) in moved.bands.iter_mut().zip(step.as_slice().chunks_exact(3)) {
                move_band(band, [step[0], step[1], step[2]]);
            }
            let new_cost = moved.cost();
            if new_cost < cost {
                let gained = cost - new_cost;
                *self = moved;
                cost = new_cost;
                damping = (damping * 0.3).max(1e-6);
                if gained < 1e-5 * cost {
                    break;
                }
            } else {
                damping *= 5.0;
                if damping > 1e4 {
                    break;
                }
            }
        }
    }

    fn jacobian(&self) -> (DMatrix<f64>, DVector<f64>) {
        const STEP: f64 = 1e-3;
        let errors = DVector::from_vec(self.errors_db());
        let mut jacobian = DMatrix::zeros(errors.len(), 3 * self.bands.len());
        for index in 0..3 * self.bands.len() {
            let mut step = [0.0; 3];
            step[index % 3] = STEP;
            let mut moved = self.clone();
            let before = parameters(&moved.bands[index / 3]);
            move_band(&mut moved.bands[index / 3], step);
            let mut taken = parameters(&moved.bands[index / 3])[index % 3] - before[index % 3];
            if taken.abs() < 0.5 * STEP {
                step[index % 3] = -STEP;
                move_band(&mut moved.bands[index / 3], step);
                taken = parameters(&moved.bands[index / 3])[index % 3] - before[index % 3];
            }
            if taken != 0.0 {
                jacobian.set_column(index, &((DVector::from_vec(moved.errors_db()) - &errors) / taken));
            }
        }
        (jacobian, errors)
    }

    /// The band that earns least, if that is too little.
    fn least_band(&self) -> Option<usize> {
        let least = (0..self.bands.len())
            .min_by(|a, b| self.bands[*a].gain_db.abs().total_cmp(&self.bands[*b].gain_db.abs()))?;
        (f64::from(self.bands[least].gain_db.abs()) < LEAST_EARNED_DB).then_some(least)
    }
}

/// What a band is varied by: octaves, dB, octaves of Q.
fn parameters(band: &EqBand) -> [f64; 3] {
    [f64::from(band.frequency_hz).log2(), f64::from(band.gain_db), f64::from(band.q).log2()]
}

fn move_band(band: &mut EqBand, step: [f64; 3]) {
    /// One step of the solver goes no further: octaves, dB, octaves of Q.
    const LONGEST: [f64; 3] = [0.7, 1.5, 0.7];
    let (frequency_hz, q) = match band.filter {
        FilterType::LowShelf => ((50.0, 900.0), SHELF_Q),
        FilterType::HighShelf => ((1000.0, 12000.0), SHELF_Q),
        _ => ((35.0, 14000.0), BELL_Q),
    };
    let bounds = [
        (f64::log2(frequency_hz.0), f64::log2(frequency_hz.1)),
        (-MOST_GAIN_DB, MOST_GAIN_DB),
        (f64::log2(q.0), f64::log2(q.1)),
    ];
    let mut moved = parameters(band);
    for ((value, step), (longest, bounds)) in moved.iter_mut().zip(step).zip(LONGEST.into_iter().zip(bounds)) {
        *value = (*value + step.clamp(-longest, longest)).clamp(bounds.0, bounds.1);
    }
    band.frequency_hz = moved[0].exp2() as f32;
    band.gain_db = moved[1] as f32;
    band.q = moved[2].exp2() as f32;
}

/// What the bands do together at each frequency, dB.
pub fn total_db(bands: &[EqBand], frequency_hz: &[f64], sample_rate_hz: f64) -> Vec<f64> {
    let responses: Vec<BandResponse> = bands.iter().map(|band| BandResponse::new(band, sample_rate_hz)).collect();
    frequency_hz.iter().map(|hz| responses.iter().map(|response| response.gain_db(*hz)).sum()).collect()
}

/// Gain to 0.1 dB, frequency to two significant digits, Q to 0.05.
fn rounded(band: &EqBand) -> EqBand {
    EqBand {
        frequency_hz: two_digits(f64::from(band.frequency_hz)) as f32,
        gain_db: (band.gain_db * 10.0).round() / 10.0,
        q: (band.q * 20.0).round() / 20.0,
        ..*band
    }
}

/// A bell that is switched on, its gain to 0.1 dB.
pub fn bell(frequency_hz: f64, gain_db: f64, q: f32, placement: Placement) -> EqBand {
    EqBand {
        on: true,
        filter: FilterType::Bell,
        frequency_hz: frequency_hz as f32,
        gain_db: ((gain_db * 10.0).round() / 10.0) as f32,
        q,
        placement,
        ..EqBand::default()
    }
}

/// A figure rounded to two significant digits.
pub fn two_digits(value: f64) -> f64 {
    if value <= 0.0 {
        return value;
    }
    let unit = 10f64.powf(value.log10().floor() - 1.0);
    (value / unit).round() * unit
}

/// Bands that overlap must not add up to more than one may do.
fn keep_total_in_bounds(bands: &mut [EqBand], curve: &Curve, sample_rate_hz: f64) {
    let most =
        total_db(bands, &curve.frequency_hz, sample_rate_hz).into_iter().fold(0.0, |most: f64, db| db.abs().max(most));
    if most > MOST_GAIN_DB {
        for band in bands {
            let scaled = f64::from(band.gain_db) * MOST_GAIN_DB / most;
            band.gain_db = ((scaled * 10.0).trunc() / 10.0) as f32;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(bands: &[EqBand]) -> Curve {
        let frequency_hz: Vec<f64> = (0..28).map(super::super::shape::centre_hz).collect();
        let gain_db = total_db(bands, &frequency_hz, 48000.0);
        Curve { weight: vec![1.0; frequency_hz.len()], gain_db, frequency_hz }
    }

    fn band(filter: FilterType, frequency_hz: f32, gain_db: f32, q: f32) -> EqBand {
        EqBand { on: true, filter, frequency_hz, gain_db, q, ..EqBand::default() }
    }

    #[test]
    fn a_curve_made_by_two_bands_is_drawn_by_them_again() {
        let wanted = [band(FilterType::Bell, 250.0, -2.4, 0.9), band(FilterType::HighShelf, 6000.0, 1.8, 0.7)];
        let curve = curve(&wanted);
        let drawn = draw(&curve, 48000.0);
        assert!(drawn.len() <= 3, "{drawn:?}");
        for (got, wanted) in total_db(&drawn, &curve.frequency_hz, 48000.0).iter().zip(&curve.gain_db) {
            assert!((got - wanted).abs() < 0.35, "{got} instead of {wanted} dB; {drawn:?}");
        }
    }

    #[test]
    fn nothing_is_drawn_for_less_than_a_third_of_a_decibel() {
        assert!(draw(&curve(&[band(FilterType::Bell, 900.0, 0.25, 0.6)]), 48000.0).is_empty());
    }

    #[test]
    fn no_curve_gets_more_than_the_limits() {
        for seed in 0..40u32 {
            let wild = |index: u32| f64::from((seed * 7919 + index * 104_729) % 997) / 997.0 * 24.0 - 12.0;
            let mut curve = curve(&[]);
            for (index, gain) in curve.gain_db.iter_mut().enumerate() {
                *gain = wild(index as u32 / 4);
            }
            let drawn = draw(&curve, 44100.0);
            assert!(drawn.len() <= MOST_BANDS);
            for band in &drawn {
                assert!(f64::from(band.gain_db.abs()) <= MOST_GAIN_DB + 1e-6, "{drawn:?}");
                assert!((0.3..=2.0).contains(&band.q), "{drawn:?}");
            }
            for total in total_db(&drawn, &curve.frequency_hz, 44100.0) {
                assert!(total.abs() < MOST_GAIN_DB + 0.3, "{total} dB: {drawn:?}");
            }
        }
    }
}
