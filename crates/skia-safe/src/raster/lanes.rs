//! Four pixels at once, where the processor can: on x86-64 in its oldest vectors, which all of them have.

#[cfg(target_arch = "x86_64")]
pub(crate) use sse2::{alphas, copied, covered, filled};

#[cfg(not(target_arch = "x86_64"))]
pub(crate) use plain::{alphas, copied, covered, filled};

/// Four pixels of a row.
pub(crate) type Four = [u32; 4];

/// Windings that become coverage at once.
pub(crate) const WINDINGS: usize = 8;

#[cfg(target_arch = "x86_64")]
mod sse2 {
    use super::{Four, WINDINGS};
    use std::{arch::x86_64::*, mem::transmute};

    /// Channels multiplied by factors / 255, rounded; a pixel's factor is in both of its lanes of sixteen bits.
    #[inline(always)]
    fn scaled(pixels: __m128i, factors: __m128i) -> __m128i {
        // SAFETY: SSE2 is a part of x86-64.
        unsafe {
            let (half, per_255) = (_mm_set1_epi16(128), _mm_set1_epi16(257));
            // With t = product + half, (t + t / 256) / 256 is t · 257 / 65536.
            let even = _mm_mullo_epi16(_mm_and_si128(pixels, _mm_set1_epi16(0x00FF)), factors);
            let odd = _mm_mullo_epi16(_mm_srli_epi16::<8>(pixels), factors);
            let even = _mm_mulhi_epu16(_mm_add_epi16(even, half), per_255);
            let odd = _mm_mulhi_epu16(_mm_add_epi16(odd, half), per_255);
            _mm_or_si128(even, _mm_slli_epi16::<8>(odd))
        }
    }

    #[inline(always)]
    fn fourfold(pixel: u32) -> __m128i {
        // SAFETY: SSE2 is a part of x86-64.
        unsafe { _mm_set1_epi32(pixel.cast_signed()) }
    }

    #[inline(always)]
    fn over(under: Four, pixels: __m128i) -> Four {
        // SAFETY: SSE2 is a part of x86-64; a vector is four times 32 bits, of which any are right.
        unsafe {
            let alpha = _mm_srli_epi32::<24>(pixels);
            let kept = _mm_sub_epi16(_mm_set1_epi16(255), _mm_or_si128(alpha, _mm_slli_epi32::<16>(alpha)));
            let under = transmute::<Four, __m128i>(under);
            transmute::<__m128i, Four>(_mm_add_epi32(pixels, scaled(under, kept)))
        }
    }

    /// One pixel over four.
    #[inline(always)]
    pub(crate) fn filled(under: Four, pixel: u32) -> Four {
        over(under, fourfold(pixel))
    }

    /// One pixel over four, `coverage` of it.
    #[inline(always)]
    pub(crate) fn covered(under: Four, pixel: u32, coverage: [u8; 4]) -> Four {
        // SAFETY: SSE2 is a part of x86-64.
        let factors = unsafe {
            let lanes = _mm_unpacklo_epi8(_mm_cvtsi32_si128(i32::from_ne_bytes(coverage)), _mm_setzero_si128());
            _mm_unpacklo_epi16(lanes, lanes)
        };
        over(under, scaled(fourfold(pixel), factors))
    }

    /// Four pixels over others.
    #[inline(always)]
    pub(crate) fn copied(under: Four, pixels: Four) -> Four {
        // SAFETY: both are four times 32 bits, of which any are right.
        over(under, unsafe { transmute::<Four, __m128i>(pixels) })
    }

    /// Coverage of what is wound around at all.
    #[inline(always)]
    pub(crate) fn alphas(windings: [f32; WINDINGS]) -> [u8; WINDINGS] {
        let [a, b, c, d, e, f, g, h] = windings;
        // SAFETY: SSE2 is a part of x86-64.
        let lanes = unsafe {
            // Put together in registers: four numbers just stored one by one are slow to load as one.
            let (first, second) = (_mm_setr_ps(a, b, c, d), _mm_setr_ps(e, f, g, h));
            let levels = |windings| {
                let covered = _mm_min_ps(_mm_andnot_ps(_mm_set1_ps(-0.0), windings), _mm_set1_ps(1.0));
                _mm_cvttps_epi32(_mm_add_ps(_mm_mul_ps(covered, _mm_set1_ps(255.0)), _mm_set1_ps(0.5)))
            };
            let lanes = _mm_packs_epi32(levels(first), levels(second));
            _mm_cvtsi128_si64(_mm_packus_epi16(lanes, lanes))
        };
        lanes.to_ne_bytes()
    }
}

#[cfg(any(test, not(target_arch = "x86_64")))]
mod plain {
    use super::super::over;
    use super::{Four, WINDINGS};

    pub(crate) fn filled(under: Four, pixel: u32) -> Four {
        under.map(|under| over::over(under, pixel, 255))
    }

    pub(crate) fn covered(under: Four, pixel: u32, coverage: [u8; 4]) -> Four {
        std::array::from_fn(|i| over::over(under[i], pixel, coverage[i]))
    }

    pub(crate) fn copied(under: Four, pixels: Four) -> Four {
        std::array::from_fn(|i| over::over(under[i], pixels[i], 255))
    }

    pub(crate) fn alphas(windings: [f32; WINDINGS]) -> [u8; WINDINGS] {
        windings.map(|winding| (winding.abs().min(1.0) * 255.0 + 0.5) as u8)
    }
}

#[cfg(all(test, target_arch = "x86_64"))]
mod tests {
    use super::*;

    #[test]
    fn vectors_make_the_pixels_of_plain_numbers() {
        // Premultiplied: no channel is above its alpha.
        let pixel = |alpha: u32, share: u32| {
            let channel = |step: u32| (alpha * ((share + step) % 256) / 255) & 0xFF;
            alpha << 24 | channel(0) << 16 | channel(85) << 8 | channel(170)
        };
        for alpha in 0..=255 {
            for coverage in 0..=255u8 {
                let under = [pixel(255, 7), pixel(alpha, 200), pixel(128, u32::from(coverage)), 0];
                let above = pixel(alpha, u32::from(coverage) ^ 0x55);
                let coverages = [coverage, 255 - coverage, 255, 0];
                assert_eq!(filled(under, above), plain::filled(under, above));
                assert_eq!(covered(under, above, coverages), plain::covered(under, above, coverages));
                let pixels = [above, pixel(coverage.into(), alpha), 0, pixel(255, alpha)];
                assert_eq!(copied(under, pixels), plain::copied(under, pixels));
            }
        }
        for step in 0..4096 {
            let windings = std::array::from_fn(|i| (step as f32 - 2048.0 + i as f32 * 0.37) / 1000.0);
            assert_eq!(alphas(windings), plain::alphas(windings));
        }
    }
}
