//! [`Quad`] in AVX2 instructions.

use std::{
    arch::x86_64::*,
    mem::transmute,
    ops::{Add, Mul, Sub},
};

use super::{
    CENTRING, EXPONENT_BIAS, MANTISSA, MANTISSA_BITS, Quad, ROOT_OF_HALF, ROUNDER, Real, ScalarQuad, TWO_TO_52,
};

/// Four numbers in one AVX register. To be used only where the processor was found to have AVX2; all `unsafe` below stands on
/// that.
#[derive(Debug, Clone, Copy)]
pub struct AvxQuad(__m256d);

impl Add for AvxQuad {
    type Output = Self;
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        // SAFETY: see the type.
        Self(unsafe { _mm256_add_pd(self.0, other.0) })
    }
}

impl Sub for AvxQuad {
    type Output = Self;
    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        // SAFETY: see the type.
        Self(unsafe { _mm256_sub_pd(self.0, other.0) })
    }
}

impl Mul for AvxQuad {
    type Output = Self;
    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        // SAFETY: see the type.
        Self(unsafe { _mm256_mul_pd(self.0, other.0) })
    }
}

impl Real for AvxQuad {
    type Kept = ScalarQuad;

    #[inline(always)]
    fn load(kept: ScalarQuad) -> Self {
        // SAFETY: both are four f64, of the same size, and any bits are one.
        Self(unsafe { transmute::<ScalarQuad, __m256d>(kept) })
    }

    #[inline(always)]
    fn store(self) -> ScalarQuad {
        // SAFETY: as in `load`.
        unsafe { transmute::<__m256d, ScalarQuad>(self.0) }
    }

    #[inline(always)]
    fn splat(value: f64) -> Self {
        // SAFETY: see the type.
        Self(unsafe { _mm256_set1_pd(value) })
    }

    #[inline(always)]
    fn greater(self, other: Self) -> Self {
        // SAFETY: see the type.
        Self(unsafe { _mm256_max_pd(self.0, other.0) })
    }

    #[inline(always)]
    fn lesser(self, other: Self) -> Self {
        // SAFETY: see the type.
        Self(unsafe { _mm256_min_pd(self.0, other.0) })
    }

    #[inline(always)]
    fn if_greater(self, bound: Self, yes: Self, no: Self) -> Self {
        // SAFETY: see the type.
        Self(unsafe { _mm256_blendv_pd(no.0, yes.0, _mm256_cmp_pd::<_CMP_GT_OQ>(self.0, bound.0)) })
    }

    #[inline(always)]
    fn split_exponent(self) -> (Self, Self) {
        // SAFETY: see the type.
        unsafe {
            let all = |bits: u64| _mm256_set1_epi64x(bits.cast_signed());
            let centred = _mm256_add_epi64(_mm256_castpd_si256(self.0), all(CENTRING));
            let exponent =
                _mm256_or_si256(_mm256_srli_epi64::<{ MANTISSA_BITS as i32 }>(centred), all(TWO_TO_52.to_bits()));
            let mantissa = _mm256_add_epi64(_mm256_and_si256(centred, all(MANTISSA)), all(ROOT_OF_HALF));
            (Self(_mm256_castsi256_pd(exponent)) - Self::splat(EXPONENT_BIAS), Self(_mm256_castsi256_pd(mantissa)))
        }
    }

    #[inline(always)]
    fn split_whole(self) -> (Self, Self) {
        let whole = self + Self::splat(ROUNDER);
        (whole, self - (whole - Self::splat(ROUNDER)))
    }

    #[inline(always)]
    fn times_two_to(self, whole: Self) -> Self {
        // SAFETY: see the type.
        unsafe {
            let exponent = _mm256_slli_epi64::<{ MANTISSA_BITS as i32 }>(_mm256_castpd_si256(whole.0));
            Self(_mm256_castsi256_pd(_mm256_add_epi64(_mm256_castpd_si256(self.0), exponent)))
        }
    }
}

impl Quad for AvxQuad {
    #[inline(always)]
    fn even(self, other: Self) -> Self {
        // SAFETY: see the type.
        Self(unsafe { _mm256_unpacklo_pd(self.0, other.0) })
    }

    #[inline(always)]
    fn odd(self, other: Self) -> Self {
        // SAFETY: see the type.
        Self(unsafe { _mm256_unpackhi_pd(self.0, other.0) })
    }

    #[inline(always)]
    fn join(self, other: Self) -> Self {
        // SAFETY: see the type.
        Self(unsafe { _mm256_blend_pd::<0b1100>(self.0, other.0) })
    }

    #[inline(always)]
    fn with_first(self, first: Self) -> Self {
        // SAFETY: see the type.
        Self(unsafe { _mm256_blend_pd::<0b0001>(self.0, first.0) })
    }

    #[inline(always)]
    fn rotate(self) -> Self {
        // SAFETY: see the type.
        Self(unsafe { _mm256_permute4x64_pd::<0b10_01_00_11>(self.0) })
    }

    #[inline(always)]
    fn straddle(self, other: Self) -> Self {
        // SAFETY: see the type.
        Self(unsafe { _mm256_permute2f128_pd::<0x21>(self.0, other.0) })
    }
}
