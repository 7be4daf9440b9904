//! Splits left and right into the broad bands of [`super::measurement::DYNAMICS_EDGES_HZ`] and measures power and peak of each.
//!
//! Every band is cut out by a high-pass and a low-pass of the fourth order (Linkwitz and Riley 1976, 24 dB an octave), each two
//! state-variable filters in Zavalishin's trapezoidal form, which stays exact in single precision at 20 Hz and 768 kHz. Four bands
//! of two channels are the eight lanes of one vector. Cost: four filter sections a sample.

use std::ops::{Add, Mul, Sub};

use wide::f32x8;

use super::measurement::{DYNAMICS_BANDS, DYNAMICS_EDGES_HZ};

/// Channels times bands; lane = channel * DYNAMICS_BANDS + band.
const LANES: usize = 2 * DYNAMICS_BANDS;
/// A cutoff over this share of the sample rate is none: the filter is passed by.
const HIGHEST_CUTOFF: f64 = 0.45;

/// Eight numbers at once: in two halves on any processor, in one where it has the registers. Neither contracts nor reorders, so both
/// give the same bits.
trait Vector: Copy + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> {
    fn of(lanes: [f32; LANES]) -> Self;
    fn lanes(self) -> [f32; LANES];
    /// The greater of this and the other's absolute value.
    fn or_abs_of(self, other: Self) -> Self;
}

impl Vector for f32x8 {
    fn of(lanes: [f32; LANES]) -> Self {
        Self::from(lanes)
    }

    fn lanes(self) -> [f32; LANES] {
        self.to_array()
    }

    fn or_abs_of(self, other: Self) -> Self {
        self.max(other.abs())
    }
}

#[cfg(target_arch = "x86_64")]
mod avx {
    use std::{
        arch::x86_64::{
            __m256, _mm256_add_ps, _mm256_andnot_ps, _mm256_loadu_ps, _mm256_max_ps, _mm256_mul_ps, _mm256_set1_ps,
            _mm256_storeu_ps, _mm256_sub_ps,
        },
        ops::{Add, Mul, Sub},
    };

    use super::{LANES, Vector};

    /// A register of eight numbers, for functions that are compiled for AVX alone.
    #[derive(Clone, Copy)]
    pub(super) struct Register(__m256);

    macro_rules! operator {
        ($trait:ident, $method:ident, $intrinsic:ident) => {
            impl $trait for Register {
                type Output = Self;

                #[inline(always)]
                fn $method(self, other: Self) -> Self {
                    // SAFETY: whoever makes a register runs on a processor with AVX.
                    Self(unsafe { $intrinsic(self.0, other.0) })
                }
            }
        };
    }
    operator!(Add, add, _mm256_add_ps);
    operator!(Sub, sub, _mm256_sub_ps);
    operator!(Mul, mul, _mm256_mul_ps);

    impl Vector for Register {
        #[inline(always)]
        fn of(lanes: [f32; LANES]) -> Self {
            // SAFETY: eight numbers are read of eight; the processor has AVX.
            Self(unsafe { _mm256_loadu_ps(lanes.as_ptr()) })
        }

        #[inline(always)]
        fn lanes(self) -> [f32; LANES] {
            let mut lanes = [0.0; LANES];
            // SAFETY: eight numbers are written over eight; the processor has AVX.
            unsafe { _mm256_storeu_ps(lanes.as_mut_ptr(), self.0) };
            lanes
        }

        #[inline(always)]
        fn or_abs_of(self, other: Self) -> Self {
            // SAFETY: the processor has AVX.
            Self(unsafe { _mm256_max_ps(self.0, _mm256_andnot_ps(_mm256_set1_ps(-0.0), other.0)) })
        }
    }
}

/// Two second-order filters in a row in every lane.
#[derive(Debug, Clone)]
struct Filter<V> {
    /// Feedback terms of the state-variable filter.
    a: [V; 3],
    /// How much of the input, of the band-pass and of the low-pass makes the output.
    mix: [V; 3],
    state: [[V; 2]; 2],
}

impl Filter<[f32; LANES]> {
    /// Of each lane its cutoff in Hz, none to pass the lane through.
    fn new(high_pass: bool, cutoff_hz: [Option<f64>; LANES], sample_rate_hz: f64) -> Self {
        // Butterworth's damping: two of them in a row are Linkwitz and Riley's.
        let damping = std::f64::consts::SQRT_2;
        let lanes = |value: &dyn Fn(Option<f64>) -> f64| cutoff_hz.map(|cutoff| value(cutoff) as f32);
        let g = |cutoff: f64| (std::f64::consts::PI * cutoff / sample_rate_hz).tan();
        let a = |power: i32| {
            lanes(&move |cutoff| cutoff.map_or(0.0, |hz| g(hz).powi(power) / (1.0 + g(hz) * (g(hz) + damping))))
        };
        let mix = |on: f64, off: f64| lanes(&move |cutoff| if cutoff.is_some() { on } else { off });
        Self {
            a: [a(0), a(1), a(2)],
            mix: if high_pass {
                [mix(1.0, 1.0), mix(-damping, 0.0), mix(-1.0, 0.0)]
            } else {
                [mix(0.0, 1.0), mix(0.0, 0.0), mix(1.0, 0.0)]
            },
            state: [[[0.0; LANES]; 2]; 2],
        }
    }

    #[inline(always)]
    fn load<V: Vector>(&self) -> Filter<V> {
        Filter { a: self.a.map(V::of), mix: self.mix.map(V::of), state: self.state.map(|state| state.map(V::of)) }
    }
}

impl<V: Vector> Filter<V> {
    #[inline(always)]
    fn process(&mut self, mut sample: V) -> V {
        for [first, second] in &mut self.state {
            let difference = sample - *second;
            let band_pass = self.a[0] * *first + self.a[1] * difference;
            let low_pass = *second + self.a[1] * *first + self.a[2] * difference;
            *first = band_pass + band_pass - *first;
            *second = low_pass + low_pass - *second;
            sample = self.mix[0] * sample + self.mix[1] * band_pass + self.mix[2] * low_pass;
        }
        sample
    }

    #[inline(always)]
    fn state(&self) -> [[[f32; LANES]; 2]; 2] {
        self.state.map(|state| state.map(V::lanes))
    }
}

/// What a block of 10 ms holds in each band.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct BandBlock {
    /// Mean power of both channels, full scale squared is 1.
    pub(super) power: [f64; DYNAMICS_BANDS],
    pub(super) peak: [f64; DYNAMICS_BANDS],
}

/// Filters and sums up.
pub(super) struct BandSplit {
    high_pass: Filter<[f32; LANES]>,
    low_pass: Filter<[f32; LANES]>,
    power: [f32; LANES],
    peak: [f32; LANES],
    samples: usize,
    /// Whether the band lies under half the sample rate at all.
    exists: [bool; DYNAMICS_BANDS],
}

impl BandSplit {
    pub(super) fn new(sample_rate_hz: u32) -> Self {
        let rate = f64::from(sample_rate_hz);
        let under = |hz: f64| (hz < HIGHEST_CUTOFF * rate).then_some(hz);
        let low_hz = |lane: usize| under(DYNAMICS_EDGES_HZ[lane % DYNAMICS_BANDS]);
        // The last band reaches to half the sample rate.
        let high_hz = |lane: usize| {
            let band = lane % DYNAMICS_BANDS;
            if band + 1 == DYNAMICS_BANDS { None } else { under(DYNAMICS_EDGES_HZ[band + 1]) }
        };
        Self {
            high_pass: Filter::new(true, std::array::from_fn(low_hz), rate),
            low_pass: Filter::new(false, std::array::from_fn(high_hz), rate),
            power: [0.0; LANES],
            peak: [0.0; LANES],
            samples: 0,
            exists: std::array::from_fn(|band| low_hz(band).is_some()),
        }
    }

    /// Listens to a part of a block.
    pub(super) fn add(&mut self, left: &[f32], right: &[f32]) {
        #[cfg(target_arch = "x86_64")]
        if std::arch::is_x86_feature_detected!("avx") {
            // SAFETY: the processor has AVX, which is all that the function needs.
            unsafe { self.add_avx(left, right) };
            return;
        }
        self.add_as::<f32x8>(left, right);
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx")]
    fn add_avx(&mut self, left: &[f32], right: &[f32]) {
        self.add_as::<avx::Register>(left, right);
    }

    #[inline(always)]
    fn add_as<V: Vector>(&mut self, left: &[f32], right: &[f32]) {
        let (mut high_pass, mut low_pass) = (self.high_pass.load::<V>(), self.low_pass.load::<V>());
        let (mut power, mut peak) = (V::of(self.power), V::of(self.peak));
        for (l, r) in left.iter().zip(right) {
            let sample = V::of([*l, *l, *l, *l, *r, *r, *r, *r]);
            let band = low_pass.process(high_pass.process(sample));
            power = power + band * band;
            peak = peak.or_abs_of(band);
        }
        (self.power, self.peak) = (power.lanes(), peak.lanes());
        (self.high_pass.state, self.low_pass.state) = (high_pass.state(), low_pass.state());
        self.samples += left.len();
    }

    /// A block is complete.
    pub(super) fn end_block(&mut self) -> BandBlock {
        let (power, peak) = (self.power, self.peak);
        let samples = std::mem::take(&mut self.samples).max(1) as f64;
        (self.power, self.peak) = ([0.0; LANES], [0.0; LANES]);
        let both = |band: usize, of: &[f32; LANES]| (f64::from(of[band]), f64::from(of[band + DYNAMICS_BANDS]));
        let there = |band: usize, value: f64| if self.exists[band] { value } else { 0.0 };
        BandBlock {
            power: std::array::from_fn(|band| {
                let (left, right) = both(band, &power);
                there(band, (left + right) / 2.0 / samples)
            }),
            peak: std::array::from_fn(|band| {
                let (left, right) = both(band, &peak);
                there(band, left.max(right))
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::testing::{drums, noise};

    #[test]
    fn wide_registers_change_no_bit() {
        let (left, right) = (drums(130.0, 44_100, 1.0), noise(2, 44_100, 1.0));
        let (mut halves, mut dispatched) = (BandSplit::new(44_100), BandSplit::new(44_100));
        for (left, right) in left.chunks(441).zip(right.chunks(441)) {
            halves.add_as::<f32x8>(left, right);
            dispatched.add(left, right);
            assert_eq!(halves.end_block(), dispatched.end_block());
        }
    }
}
