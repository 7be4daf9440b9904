use realfft::{RealFftPlanner, num_complex::Complex};

use super::*;
use crate::dsp::crossover::band_magnitude;

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
        shelves.process(&mut left, &mut right);
        assert!(left.iter().zip(right).all(|(left, right)| *left == -right), "no mid comes of a side");
        side.extend(left);
    }
    let forward = RealFftPlanner::new().plan_fft_forward(LENGTH);
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
        shelves.process(&mut left, &mut right);
        assert_eq!(left, right);
    }
}
