//! Real Fourier transforms in single and double precision: `realfft`, compiled once.
//!
//! Its planner is generic, so that every crate which plans a transform compiles all of its butterflies anew: a third of what there was to
//! compile in Lacquer's library, and the same again in its tests and in each program beside it. Here the planner is called from code that
//! is generic over nothing, and whoever asks for a transform gets one that is compiled already.
//!
//! The plugin itself transforms in single precision alone: the butterflies of the other one, which tests use, would be an eighth of it.

use std::sync::Arc;

pub use realfft::{ComplexToReal, RealToComplex, num_complex::Complex};
use realfft::{FftNum, RealFftPlanner};

/// A precision that transforms are compiled for: `f32` and `f64`.
pub trait Precision: FftNum {
    /// A transform of `length` real samples to `length / 2 + 1` bins, not scaled.
    fn forward(length: usize) -> Arc<dyn RealToComplex<Self>>;
    /// A transform of `length / 2 + 1` bins to `length` real samples, not scaled: after [`Precision::forward`] they are `length` times
    /// what they were.
    fn inverse(length: usize) -> Arc<dyn ComplexToReal<Self>>;
}

impl Precision for f32 {
    fn forward(length: usize) -> Arc<dyn RealToComplex<Self>> {
        RealFftPlanner::new().plan_fft_forward(length)
    }

    fn inverse(length: usize) -> Arc<dyn ComplexToReal<Self>> {
        RealFftPlanner::new().plan_fft_inverse(length)
    }
}

impl Precision for f64 {
    fn forward(length: usize) -> Arc<dyn RealToComplex<Self>> {
        RealFftPlanner::new().plan_fft_forward(length)
    }

    fn inverse(length: usize) -> Arc<dyn ComplexToReal<Self>> {
        RealFftPlanner::new().plan_fft_inverse(length)
    }
}

/// [`Precision::forward`] of the precision that is wanted. Allocates; belongs where things are made.
pub fn forward<T: Precision>(length: usize) -> Arc<dyn RealToComplex<T>> {
    T::forward(length)
}

/// [`Precision::inverse`] of the precision that is wanted. Allocates; belongs where things are made.
pub fn inverse<T: Precision>(length: usize) -> Arc<dyn ComplexToReal<T>> {
    T::inverse(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A cosine of bin 3 has half its samples in that bin and nothing elsewhere, and comes back as it was.
    #[test]
    fn a_cosine_lands_in_its_bin_and_comes_back() {
        const LENGTH: usize = 60;
        let cosine = |n: usize| (std::f64::consts::TAU * 3.0 * n as f64 / LENGTH as f64).cos();
        let (there, back) = (forward::<f64>(LENGTH), inverse::<f64>(LENGTH));
        let mut samples: Vec<f64> = (0..LENGTH).map(cosine).collect();
        let (mut bins, mut again) = (there.make_output_vec(), back.make_output_vec());
        there.process(&mut samples, &mut bins).expect("lengths are the plan's own");
        for (bin, value) in bins.iter().enumerate() {
            let expected = if bin == 3 { LENGTH as f64 / 2.0 } else { 0.0 };
            assert!((value - Complex::new(expected, 0.0)).norm() < 1e-9, "bin {bin}: {value}");
        }
        back.process(&mut bins, &mut again).expect("lengths are the plan's own");
        assert!(again.iter().enumerate().all(|(n, value)| (value / LENGTH as f64 - cosine(n)).abs() < 1e-12));
    }
}
