//! The kernels against a scalar reference, and their noise against arithmetic of twice the digits.

use super::*;
use crate::{
    dsp::{
        eq::{
            design::{Shape, Values},
            prototype::MAX_SECTIONS,
            svf::{Coefficients, Section},
        },
        gain_to_db,
    },
    settings::{Choice, Slope},
};

/// The sections of a band at a rate.
fn design(band: &EqBand, sample_rate: f64) -> [Coefficients; MAX_SECTIONS] {
    Designer::new(sample_rate).design(Shape::of(band), Values::of(band))
}

/// A number of about 32 digits: the sum of two that do not overlap (T. J. Dekker, 1971).
#[derive(Clone, Copy)]
struct Long {
    high: f64,
    low: f64,
}

impl From<f64> for Long {
    fn from(high: f64) -> Self {
        Self { high, low: 0.0 }
    }
}

impl std::ops::Add for Long {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        let sum = self.high + other.high;
        let part = sum - self.high;
        let rest = (self.high - (sum - part)) + (other.high - part) + self.low + other.low;
        let high = sum + rest;
        Self { high, low: rest - (high - sum) }
    }
}

impl std::ops::Mul for Long {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        let product = self.high * other.high;
        let rest = self.high.mul_add(other.high, -product) + self.high * other.low + self.low * other.high;
        let high = product + rest;
        Self { high, low: rest - (high - product) }
    }
}

impl std::ops::Sub for Long {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self + Self { high: -other.high, low: -other.low }
    }
}

impl Long {
    /// One over it, by Newton's method.
    fn reciprocal(self) -> Self {
        let guess = Self::from(1.0 / self.high);
        guess + guess * (Self::from(1.0) - self * guess)
    }
}

/// A still section written out as its differential equation says, the trapezoidal rule solved for each sample.
fn reference(coefficients: &Coefficients, input: &[f64]) -> Vec<f64> {
    let long = Long::from;
    let (frequency, damping) = (long(coefficients.frequency), long(coefficients.damping));
    let scale = (long(1.0) + damping + frequency * frequency).reciprocal();
    let (mut band, mut low) = (long(0.0), long(0.0));
    let first_order = coefficients.second_order == 0.0;
    input
        .iter()
        .map(|input| {
            let driven = long(coefficients.drive) * long(*input);
            let band_output = if first_order { long(0.0) } else { scale * (band + frequency * (driven - low)) };
            let rise =
                if first_order { frequency * frequency * scale * (driven - low) } else { frequency * band_output };
            let low_output = low + rise;
            band = band_output + band_output - band;
            low = low_output + low_output - low;
            let output = long(coefficients.input) * long(*input)
                + long(coefficients.band_pass) * band_output
                + long(coefficients.low_pass) * low_output;
            output.high
        })
        .collect()
}

fn rms_db(samples: impl Iterator<Item = f64> + Clone) -> f64 {
    let count = samples.clone().count() as f64;
    gain_to_db((samples.map(|sample| sample * sample).sum::<f64>() / count).sqrt())
}

/// What a resting band adds in rounding, dB relative to its output.
fn error_db(band: &EqBand, sample_rate: f64, length: usize) -> f64 {
    let input = noise(length, 11);
    let wanted = design(band, sample_rate).iter().fold(input.clone(), |samples, section| reference(section, &samples));
    let (mut left, mut right) = (input.clone(), input);
    run(&mut Equaliser::new(sample_rate), &settings_of(&[*band]), &mut left, &mut right);
    rms_db(left.iter().zip(&wanted).map(|(got, wanted)| (got - wanted) * 1e10)) - 200.0 - rms_db(wanted.iter().copied())
}

#[test]
fn every_type_agrees_with_the_scalar_reference() {
    for filter in FilterType::ALL {
        for slope in [Slope::Db6, Slope::Db18, Slope::Db48] {
            for frequency_hz in [200.0, 9000.0] {
                let band = EqBand { slope, ..band(*filter, frequency_hz, 7.0, 0.9) };
                let error = error_db(&band, 48000.0, 3000);
                assert!(error < -260.0, "{band:?}: {error} dB");
            }
        }
    }
}

#[test]
fn a_narrow_bass_bell_at_a_high_rate_is_as_quiet_as_its_neighbours() {
    for frequency_hz in [20.0, 200.0, 2000.0] {
        let error = error_db(&band(FilterType::Bell, frequency_hz, 12.0, 18.0), 192_000.0, 100_000);
        assert!(error < -240.0, "{frequency_hz} Hz: {error} dB");
    }
}

#[test]
fn moving_coefficients_pass_through_filters_of_the_reference() {
    // Interpolated from a filter to itself, nothing moves: the moving kernel must then do what the still one does.
    for filter in FilterType::ALL {
        let band = EqBand { slope: Slope::Db18, ..band(*filter, 700.0, 7.0, 0.9) };
        for coefficients in design(&band, 48000.0) {
            let input = noise(CONTROL_INTERVAL, 12);
            let wanted = reference(&coefficients, &input);
            let mut section = Section::new();
            section.start(&coefficients);
            section.move_to(&coefficients);
            let mut frames: Vec<Frame> = input.iter().map(|sample| Frame::splat(*sample)).collect();
            section.process(&mut frames);
            for (frame, wanted) in frames.iter().zip(wanted) {
                let [left, right] = frame.to_array();
                assert!((left - wanted).abs() < 1e-14 && left == right);
            }
        }
    }
}

#[test]
fn sections_side_by_side_give_the_bits_of_one_after_the_other() {
    let designs = design(&EqBand { slope: Slope::Db48, ..band(FilterType::HighCut, 5000.0, 0.0, 2.0) }, 48000.0);
    let mut apart: [Section; 4] = std::array::from_fn(|_| Section::new());
    for (section, coefficients) in apart.iter_mut().zip(&designs) {
        section.start(coefficients);
    }
    let frames: Vec<Frame> = noise(2000, 13).into_iter().map(|sample| Frame::new([sample, 0.5 - sample])).collect();
    for wide in [false, has_wide_vectors()] {
        for length in [1, 3, 4, 5, 7, 32] {
            let (mut apart, mut together) = (apart.clone(), apart.clone());
            let (mut one, mut other) = (frames.clone(), frames.clone());
            for (index, (one, other)) in one.chunks_mut(length).zip(other.chunks_mut(length)).enumerate() {
                if index == 3 {
                    // Moving ones take the long way.
                    apart[1].move_to(&designs[2]);
                    together[1].move_to(&designs[2]);
                }
                apart.iter_mut().for_each(|section| section.process(one));
                let mut cascade = Cascade::new(wide);
                // Three of them at times, so that groups of all sizes occur.
                let (some, rest) = together.split_at_mut(1 + index % 4);
                some.iter_mut().for_each(|section| cascade.push(section, other));
                cascade.finish(other);
                rest.iter_mut().for_each(|section| cascade.push(section, other));
                cascade.finish(other);
                assert_eq!(one, other);
                for section in apart.iter_mut().chain(&mut together) {
                    section.rest_if_arrived();
                }
            }
        }
    }
}

#[test]
fn a_tail_ends_in_silence_and_never_in_denormals() {
    let settings = settings_of(&[
        band(FilterType::Bell, 500.0, 18.0, 8.0),
        EqBand { slope: Slope::Db48, ..band(FilterType::LowCut, 300.0, 0.0, 0.7) },
    ]);
    let mut equaliser = Equaliser::new(48000.0);
    let mut left = noise(100_000, 14);
    left[1000..].fill(0.0);
    let mut right = left.clone();
    run(&mut equaliser, &settings, &mut left, &mut right);
    assert!(left.iter().all(|sample| *sample == 0.0 || sample.is_normal()));
    assert_eq!(left[99_000..], [0.0; 1000]);
}
