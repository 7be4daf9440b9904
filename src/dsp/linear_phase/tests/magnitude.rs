//! The kernels do what the filters of minimum phase do to the magnitude, and nothing to the phase.

use std::f64::consts::PI;

use super::*;
use crate::{
    dsp::{eq::response::settings_gain_db, gain_to_db},
    settings::{Choice, Slope},
};

const TOLERANCE_DB: f64 = 0.1;
/// What lies lower than this under what passes is not compared in decibels.
const FLOOR_DB: f64 = -40.0;

/// The response about the kernel's centre at a frequency: real, as the kernel is symmetrical.
fn amplitude(taps: &[f64], frequency_hz: f64, sample_rate: f64) -> f64 {
    let centre = taps.len() / 2;
    let turn = 2.0 * PI * frequency_hz / sample_rate;
    let pairs = (1..centre).map(|distance| 2.0 * taps[centre + distance] * (turn * distance as f64).cos());
    taps[centre] + pairs.sum::<f64>()
}

/// Frequencies from 20 Hz to nearly the end of the spectrum, half of them below 200 Hz.
fn frequencies(sample_rate: f64) -> impl Iterator<Item = f64> {
    let rising = |from: f64, to: f64| (0..90).map(move |index| from * (to / from).powf(f64::from(index) / 89.0));
    rising(20.0, 200.0).chain(rising(203.0, 0.499 * sample_rate))
}

/// The greatest difference of the mid's response from the curve of minimum phase, dB.
fn error_db(sample_rate: f64, settings: &EqSettings) -> f64 {
    let [taps, _] = impulse_response(sample_rate, settings, 1.0);
    let curve: Vec<_> =
        frequencies(sample_rate).map(|hz| (hz, settings_gain_db(settings, Placement::Mid, hz, sample_rate))).collect();
    let top_db = curve.iter().fold(0.0, |top: f64, (_, db)| top.max(*db));
    curve
        .into_iter()
        .filter(|(_, wanted_db)| *wanted_db > top_db + FLOOR_DB)
        .map(|(hz, wanted_db)| (gain_to_db(amplitude(&taps, hz, sample_rate)) - wanted_db).abs())
        .fold(0.0, f64::max)
}

/// A band that the module's first paragraph promises to follow within a tenth of a decibel.
fn any_band(noise: &mut Noise, highest_hz: f64) -> EqBand {
    let rising = |noise: &mut Noise, from: f64, to: f64| from * (to / from).powf(noise.share());
    let filters = [FilterType::Bell, FilterType::Bell, FilterType::LowShelf, FilterType::HighShelf, FilterType::Tilt];
    let filter = match noise.below(7) {
        5 => FilterType::LowCut,
        6 => FilterType::HighCut,
        index => filters[index],
    };
    let (least_hz, most_q) = match filter {
        FilterType::Bell => (20.0, 18.0),
        FilterType::LowCut | FilterType::HighCut => (20.0, 0.75),
        _ => (10.0, 1.0),
    };
    let frequency_hz = rising(noise, least_hz, highest_hz);
    let most_q = if filter == FilterType::Bell { f64::min(most_q, frequency_hz / 15.0) } else { most_q };
    let q = rising(noise, 0.2, most_q);
    let gain_db = noise.between(-18.0, 18.0);
    let slope = Slope::ALL[noise.below(Slope::ALL.len())];
    EqBand { slope, ..band(filter, frequency_hz as f32, gain_db as f32, q as f32) }
}

#[test]
fn any_band_has_the_magnitude_of_its_minimum_phase_filter() {
    let mut noise = Noise(21);
    for case in 0..72 {
        let rate = [44_100.0, 48_000.0, 96_000.0, 8_000.0, 22_050.0, 48_000.0][case % 6];
        let one = any_band(&mut noise, f64::min(20_000.0, 0.45 * rate));
        let error_db = error_db(rate, &settings_of(&[one]));
        assert!(error_db < TOLERANCE_DB, "{error_db} dB at {rate} Hz: {one:?}");
    }
}

/// Where kernels are longest for what they do: at the edges of what is promised.
#[test]
fn the_narrowest_bands_in_the_bass_have_their_magnitude() {
    let cut = |hz, slope| EqBand { slope, ..band(FilterType::LowCut, hz, 0.0, 0.707) };
    for rate in [44_100.0, 48_000.0, 88_200.0, 192_000.0] {
        for one in [
            band(FilterType::Bell, 30.0, 18.0, 2.0),
            band(FilterType::Bell, 30.0, -18.0, 2.0),
            band(FilterType::Bell, 20.0, 18.0, 1.33),
            band(FilterType::Bell, 120.0, 18.0, 8.0),
            band(FilterType::Bell, 30.0, 6.0, 4.0),
            band(FilterType::Bell, 100.0, -6.0, 13.3),
            band(FilterType::LowShelf, 20.0, 18.0, 1.0),
            band(FilterType::Tilt, 10.0, -18.0, 1.0),
            cut(10.0, Slope::Db6),
            cut(10.0, Slope::Db48),
            cut(20.0, Slope::Db48),
            cut(30.0, Slope::Db24),
        ] {
            let error_db = error_db(rate, &settings_of(&[one]));
            assert!(error_db < TOLERANCE_DB, "{error_db} dB at {rate} Hz: {one:?}");
        }
    }
}

#[test]
fn eight_bands_together_have_the_magnitude_of_their_minimum_phase_filters() {
    let mut noise = Noise(22);
    for case in 0..12 {
        let rate = [44_100.0, 48_000.0, 96_000.0][case % 3];
        let bands: Vec<_> = (0..8)
            .map(|_| any_band(&mut noise, 20_000.0))
            .map(|one| EqBand { gain_db: 0.5 * one.gain_db, ..one })
            .collect();
        let error_db = error_db(rate, &settings_of(&bands));
        assert!(error_db < TOLERANCE_DB, "{error_db} dB at {rate} Hz: {bands:?}");
    }
}

#[test]
fn a_notch_is_deep_and_its_sides_are_exact() {
    for (hz, q, depth_db) in [(1000.0, 10.0, -40.0), (100.0, 10.0, -20.0), (5000.0, 10.0, -54.0)] {
        let [taps, _] = impulse_response(48_000.0, &settings_of(&[band(FilterType::Notch, hz, 0.0, q)]), 1.0);
        assert!(gain_to_db(amplitude(&taps, f64::from(hz), 48_000.0).abs()) < depth_db, "{hz} Hz");
    }
    let notch = settings_of(&[band(FilterType::Notch, 1000.0, 0.0, 10.0)]);
    let [taps, _] = impulse_response(48_000.0, &notch, 1.0);
    for hz in [20.0, 900.0, 980.0, 1020.0, 1100.0, 15_000.0] {
        let wanted_db = settings_gain_db(&notch, Placement::Mid, hz, 48_000.0);
        assert!((gain_to_db(amplitude(&taps, hz, 48_000.0)) - wanted_db).abs() < TOLERANCE_DB, "{hz} Hz");
    }
}

#[test]
fn the_impulse_response_is_symmetrical_about_the_latency() {
    /// 140 dB under the impulse that went in.
    const SYMMETRY: f64 = 1e-7;
    let mut noise = Noise(23);
    for rate in [44_100.0, 96_000.0, 11_025.0] {
        let bands: Vec<_> = (0..8).map(|_| any_band(&mut noise, 0.45 * rate)).collect();
        let [taps, _] = impulse_response(rate, &settings_of(&bands), 1.0);
        let centre = taps.len() / 2;
        let top = taps.iter().fold(0.0, |top: f64, tap| top.max(tap.abs()));
        assert_eq!(taps[centre].abs(), top, "the centre is the greatest tap");
        assert!(taps[0].abs() < SYMMETRY, "tap 0 has none opposite it");
        for distance in 1..centre {
            let difference = taps[centre + distance] - taps[centre - distance];
            assert!(difference.abs() < SYMMETRY, "{difference} at {distance}, {rate} Hz");
        }
    }
}

/// Where the long transform of the grid may go wrong: it is done in pieces, and only in part.
#[test]
fn taps_are_the_cosine_sum_over_the_grid() {
    let layout = Layout::new(8_000.0);
    let transforms = Transforms::new(layout);
    let mut designer = KernelDesigner::new(layout, 8_000.0, transforms.forward.clone());
    let one = band(FilterType::Bell, 200.0, 12.0, 1.0);
    designer.begin(&settings_of(&[one]).bands.map(|band| band.on.then_some(band)));
    let mut kernel = Kernel::new(layout.partitions, layout.bins());
    while !designer.step(&mut kernel) {}
    let grid = layout.grid;
    let magnitude = |point: usize| {
        let hz = point.min(grid - point) as f64 * 8_000.0 / grid as f64;
        (settings_gain_db(&settings_of(&[one]), Placement::Mid, hz, 8_000.0) / 20.0 * 10f64.ln()).exp() - 1.0
    };
    let magnitudes: Vec<_> = (0..grid).map(magnitude).collect();
    for distance in [0, 1, 2, 100, 255, 256, 257, 511, 512, 777, 1500] {
        let turn = |point: usize| (2.0 * PI * ((point * distance) % grid) as f64 / grid as f64).cos();
        let sum: f64 = magnitudes.iter().enumerate().map(|(point, magnitude)| magnitude * turn(point)).sum();
        let tap = designer.taps()[layout.centre() + distance];
        let error = tap - sum / grid as f64;
        // Rounding of single precision, as everything in the convolution: 160 dB down.
        assert!(error.abs() < 1e-8, "{error} at {distance}");
    }
}
