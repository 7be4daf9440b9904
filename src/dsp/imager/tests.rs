use lacquer_fourier::Complex;

use super::*;
use crate::dsp::{
    CONTROL_INTERVAL,
    crossover::{MAX_CROSSOVERS, band_magnitude},
};

const RATE: f64 = 48000.0;
const LENGTH: usize = 1 << 16;

/// Frequency response of the side through the shelves.
fn side_response(
    side_gains: [f64; MAX_BANDS],
    crossovers_hz: &[f32; MAX_CROSSOVERS],
    bands: usize,
) -> Vec<Complex<f64>> {
    let mut shelves = WidthShelves::new(RATE);
    let mut side = Vec::with_capacity(LENGTH);
    for start in (0..LENGTH).step_by(CONTROL_INTERVAL) {
        shelves.control(side_gains, crossovers_hz, bands);
        let mut left = [0.0; CONTROL_INTERVAL];
        left[0] = if start == 0 { 1.0 } else { 0.0 };
        let mut right = left.map(|sample| -sample);
        shelves.process::<ScalarQuad>(&mut left, &mut right);
        assert!(left.iter().zip(right).all(|(left, right)| *left == -right), "no mid comes of a side");
        side.extend(left);
    }
    let forward = lacquer_fourier::forward(LENGTH);
    let mut bins = forward.make_output_vec();
    forward.process(&mut side, &mut bins).unwrap();
    bins
}

/// Greatest deviation in dB from what weighting the crossover's bands would give, and greatest phase in degrees.
fn deviation(widths: [f64; MAX_BANDS], crossovers_hz: [f32; MAX_CROSSOVERS], bands: usize) -> (f64, f64) {
    let (mut worst_db, mut worst_degrees) = (0f64, 0f64);
    for (bin, response) in side_response(widths, &crossovers_hz, bands).iter().enumerate() {
        let hz = bin as f64 * RATE / LENGTH as f64;
        let weighted: f64 =
            (0..bands).map(|band| widths[band] * band_magnitude(hz, band, &crossovers_hz, bands, RATE)).sum();
        worst_db = worst_db.max((20.0 * (response.norm() / weighted).log10()).abs());
        worst_degrees = worst_degrees.max(response.arg().to_degrees().abs());
    }
    (worst_db, worst_degrees)
}

#[test]
fn two_bands_have_exactly_the_magnitude_of_the_weighted_crossover_and_little_phase() {
    for (low, high, degrees) in [(1.0, 1.5, 16.5), (1.0, 0.8, 9.2), (0.5, 2.0, 57.5), (1.3, 1.3, 1e-6)] {
        let (worst_db, worst_degrees) = deviation([low, high, 1.0, 1.0], [300.0, 0.0, 0.0], 2);
        assert!(worst_db < 1e-6, "{low} to {high}: {worst_db} dB");
        assert!(worst_degrees < degrees, "{low} to {high}: {worst_degrees}°");
    }
}

#[test]
fn more_bands_come_near_to_it() {
    for (widths, crossovers_hz, bands, bound_db) in [
        ([0.8, 1.0, 1.2, 1.0], [150.0, 3000.0, 0.0], 3, 1e-4),
        ([0.5, 1.0, 1.3, 1.5], [120.0, 1000.0, 5000.0], 4, 0.01),
        ([1.0, 2.0, 0.5, 1.5], [120.0, 1000.0, 5000.0], 4, 0.1),
        ([1.0, 2.0, 0.5, 1.5], [500.0, 1000.0, 2000.0], 4, 1.5),
    ] {
        let (worst_db, _) = deviation(widths, crossovers_hz, bands);
        assert!(worst_db < bound_db, "{widths:?}: {worst_db} dB");
    }
}

#[test]
fn a_width_of_zero_everywhere_is_mono() {
    for bands in 1..=4 {
        let mut shelves = WidthShelves::new(RATE);
        shelves.control([0.0; MAX_BANDS], &[100.0, 1000.0, 5000.0], bands);
        let mut left: [f64; CONTROL_INTERVAL] = std::array::from_fn(|index| (index as f64).sin());
        let mut right: [f64; CONTROL_INTERVAL] = std::array::from_fn(|index| (index as f64 * 0.3).cos());
        shelves.process::<ScalarQuad>(&mut left, &mut right);
        assert_eq!(left, right);
    }
}

#[test]
fn shelves_side_by_side_are_shelves_one_after_the_other() {
    let (crossovers_hz, widths) = ([100.0, 900.0, 5000.0], [0.5, 1.3, 0.8, 2.0]);
    for bands in 1..=4 {
        let mut side_by_side = WidthShelves::new(RATE);
        let mut in_a_row = WidthShelves::new(RATE);
        for (segment, length) in [32, 1, 7, 10, 11, 12, 31, 2, 32, 32, 5].into_iter().enumerate() {
            side_by_side.control(widths, &crossovers_hz, bands);
            in_a_row.control(widths, &crossovers_hz, bands);
            let sides: Vec<f64> = (0..length).map(|index| ((segment * 32 + index) as f64 * 1.7).sin()).collect();
            let (mut left, mut right) = (sides.clone(), sides.iter().map(|side| -side).collect::<Vec<_>>());
            side_by_side.process::<ScalarQuad>(&mut left, &mut right);
            let expected: Vec<f64> = sides.iter().map(|side| in_a_row.shape(*side)).collect();
            assert_eq!(left, expected, "{bands} bands, segment {segment}");
        }
    }
}
