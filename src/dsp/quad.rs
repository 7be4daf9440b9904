//! Four numbers side by side: four bands of one channel, or both channels of two bands, in one instruction.
//!
//! [`Quad`] is what the band stage's loops are written in. [`ScalarQuad`] is plain Rust: it runs on any processor, is what states are
//! kept in, and the reference that tests hold against. [`AvxQuad`] (x86-64 only) is one AVX2 register. Each operation of both rounds once, in
//! the same place, and nothing is contracted, so that all processors make the same samples.

use std::ops::{Add, Mul, Sub};

#[cfg(target_arch = "x86_64")]
mod avx;
#[cfg(all(test, target_arch = "x86_64"))]
mod tests;

#[cfg(target_arch = "x86_64")]
pub use avx::AvxQuad;

/// Lanes of a [`Quad`].
pub const LANES: usize = 4;

/// 2^52: added to a small whole number it leaves that number in the lowest bits of the mantissa.
const TWO_TO_52: f64 = 4_503_599_627_370_496.0;
/// 1.5 · 2^52: the same for numbers of either sign, rounding to the nearest.
const ROUNDER: f64 = 6_755_399_441_055_744.0;
const MANTISSA_BITS: u32 = 52;
const MANTISSA: u64 = (1 << MANTISSA_BITS) - 1;
const ROOT_OF_HALF: u64 = 0x3fe6_a09e_667f_3bcd;
/// Added to the bits of a number it makes all from √½ to √2 have the exponent of 1.
const CENTRING: u64 = (1023 << MANTISSA_BITS) - ROOT_OF_HALF;
/// What the exponent of 1 in the mantissa of 2^52 stands for.
const EXPONENT_BIAS: f64 = TWO_TO_52 + 1023.0;

/// What filters, detectors and curves compute with: one number, or several side by side.
pub trait Real: Copy + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> {
    /// What it is kept as from one call to the next.
    type Kept: Copy;

    /// From where they are kept.
    fn load(kept: Self::Kept) -> Self;
    /// To where they are kept.
    fn store(self) -> Self::Kept;
    /// The same number in each lane.
    fn splat(value: f64) -> Self;
    /// The greater number (of each lane); `other` where they are equal. Not for NaN.
    fn greater(self, other: Self) -> Self;
    /// The lesser number (of each lane); `other` where they are equal. Not for NaN.
    fn lesser(self, other: Self) -> Self;
    /// `yes` (in the lanes) where `self` is greater than `bound`, `no` elsewhere.
    fn if_greater(self, bound: Self, yes: Self, no: Self) -> Self;
    /// Takes positive, normal numbers apart: x = 2^e · m with m from √½ to √2, gives (e, m).
    fn split_exponent(self) -> (Self, Self);
    /// Takes numbers between ±1000 apart: x = n + f with a whole n and f from -½ to ½, gives (n in the form that
    /// [`Real::times_two_to`] takes, f).
    fn split_whole(self) -> (Self, Self);
    /// Times 2^n.
    fn times_two_to(self, whole: Self) -> Self;
}

impl Real for f64 {
    type Kept = Self;

    #[inline(always)]
    fn load(kept: Self) -> Self {
        kept
    }

    #[inline(always)]
    fn store(self) -> Self {
        self
    }

    #[inline(always)]
    fn splat(value: f64) -> Self {
        value
    }

    #[inline(always)]
    fn greater(self, other: Self) -> Self {
        if self > other { self } else { other }
    }

    #[inline(always)]
    fn lesser(self, other: Self) -> Self {
        if self < other { self } else { other }
    }

    #[inline(always)]
    fn if_greater(self, bound: Self, yes: Self, no: Self) -> Self {
        if self > bound { yes } else { no }
    }

    #[inline(always)]
    fn split_exponent(self) -> (Self, Self) {
        let centred = self.to_bits() + CENTRING;
        let exponent = Self::from_bits(centred >> MANTISSA_BITS | TWO_TO_52.to_bits()) - EXPONENT_BIAS;
        (exponent, Self::from_bits((centred & MANTISSA) + ROOT_OF_HALF))
    }

    #[inline(always)]
    fn split_whole(self) -> (Self, Self) {
        let whole = self + ROUNDER;
        (whole, self - (whole - ROUNDER))
    }

    #[inline(always)]
    fn times_two_to(self, whole: Self) -> Self {
        Self::from_bits(self.to_bits().wrapping_add(whole.to_bits() << MANTISSA_BITS))
    }
}

/// Four numbers side by side.
pub trait Quad: Real<Kept = ScalarQuad> {
    /// Even lanes of both, in turn: [a0, b0, a2, b2].
    fn even(self, other: Self) -> Self;
    /// Odd lanes of both, in turn: [a1, b1, a3, b3].
    fn odd(self, other: Self) -> Self;
    /// Lanes 0 and 1 of `self`, 2 and 3 of `other`.
    fn join(self, other: Self) -> Self;
    /// Lane 0 of `first`, the others of `self`.
    fn with_first(self, first: Self) -> Self;
    /// Each lane one further: [a3, a0, a1, a2].
    fn rotate(self) -> Self;
    /// Lanes 2 and 3 of `self`, then 0 and 1 of `other`.
    fn straddle(self, other: Self) -> Self;
}

/// Four numbers in an array.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[repr(align(32))]
pub struct ScalarQuad(pub [f64; LANES]);

impl ScalarQuad {
    /// Zeros.
    pub const ZERO: Self = Self([0.0; LANES]);

    /// One function of each number.
    #[inline(always)]
    pub fn map(self, function: impl Fn(f64) -> f64) -> Self {
        Self(self.0.map(function))
    }

    /// One function of the numbers of both.
    #[inline(always)]
    fn zip(self, other: Self, function: impl Fn(f64, f64) -> f64) -> Self {
        Self(std::array::from_fn(|lane| function(self.0[lane], other.0[lane])))
    }
}

impl Add for ScalarQuad {
    type Output = Self;
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        self.zip(other, |a, b| a + b)
    }
}

impl Sub for ScalarQuad {
    type Output = Self;
    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        self.zip(other, |a, b| a - b)
    }
}

impl Mul for ScalarQuad {
    type Output = Self;
    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        self.zip(other, |a, b| a * b)
    }
}

impl Real for ScalarQuad {
    type Kept = Self;

    #[inline(always)]
    fn load(kept: Self) -> Self {
        kept
    }

    #[inline(always)]
    fn store(self) -> Self {
        self
    }

    #[inline(always)]
    fn splat(value: f64) -> Self {
        Self([value; LANES])
    }

    #[inline(always)]
    fn greater(self, other: Self) -> Self {
        self.zip(other, f64::greater)
    }

    #[inline(always)]
    fn lesser(self, other: Self) -> Self {
        self.zip(other, f64::lesser)
    }

    #[inline(always)]
    fn if_greater(self, bound: Self, yes: Self, no: Self) -> Self {
        Self(std::array::from_fn(|lane| self.0[lane].if_greater(bound.0[lane], yes.0[lane], no.0[lane])))
    }

    #[inline(always)]
    fn split_exponent(self) -> (Self, Self) {
        (self.map(|x| x.split_exponent().0), self.map(|x| x.split_exponent().1))
    }

    #[inline(always)]
    fn split_whole(self) -> (Self, Self) {
        (self.map(|x| x.split_whole().0), self.map(|x| x.split_whole().1))
    }

    #[inline(always)]
    fn times_two_to(self, whole: Self) -> Self {
        self.zip(whole, f64::times_two_to)
    }
}

impl Quad for ScalarQuad {
    #[inline(always)]
    fn even(self, other: Self) -> Self {
        Self([self.0[0], other.0[0], self.0[2], other.0[2]])
    }

    #[inline(always)]
    fn odd(self, other: Self) -> Self {
        Self([self.0[1], other.0[1], self.0[3], other.0[3]])
    }

    #[inline(always)]
    fn join(self, other: Self) -> Self {
        Self([self.0[0], self.0[1], other.0[2], other.0[3]])
    }

    #[inline(always)]
    fn with_first(self, first: Self) -> Self {
        Self([first.0[0], self.0[1], self.0[2], self.0[3]])
    }

    #[inline(always)]
    fn rotate(self) -> Self {
        Self([self.0[3], self.0[0], self.0[1], self.0[2]])
    }

    #[inline(always)]
    fn straddle(self, other: Self) -> Self {
        Self([self.0[2], self.0[3], other.0[0], other.0[1]])
    }
}
