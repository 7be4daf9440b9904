//! Source over destination for rows of premultiplied RGBA of eight bits a channel.

use super::lanes;

/// `a · b / 255`, rounded.
#[inline(always)]
pub(crate) fn times(a: u8, b: u8) -> u8 {
    let product = u32::from(a) * u32::from(b) + 128;
    ((product + (product >> 8)) >> 8) as u8
}

/// All four channels of a pixel multiplied by `factor` / 255, two at a time.
#[inline(always)]
fn scaled(pixel: u32, factor: u32) -> u32 {
    const EVEN: u32 = 0x00FF_00FF;
    let even = (pixel & EVEN) * factor + 0x0080_0080;
    let odd = ((pixel >> 8) & EVEN) * factor + 0x0080_0080;
    let even = ((even + ((even >> 8) & EVEN)) >> 8) & EVEN;
    let odd = (odd + ((odd >> 8) & EVEN)) & !EVEN;
    even | odd
}

/// One pixel over another, `coverage` of it.
#[inline(always)]
pub(crate) fn over(under: u32, pixel: u32, coverage: u8) -> u32 {
    let pixel = if coverage == 255 { pixel } else { scaled(pixel, u32::from(coverage)) };
    pixel + scaled(under, 255 - (pixel >> 24))
}

/// One pixel over a whole row of others, all of it.
pub(crate) fn fill(row: &mut [u32], pixel: u32) {
    match pixel >> 24 {
        0 => {}
        255 => row.fill(pixel),
        alpha => {
            let (fours, rest) = row.as_chunks_mut::<4>();
            for under in fours {
                *under = lanes::filled(*under, pixel);
            }
            for under in rest {
                *under = pixel + scaled(*under, 255 - alpha);
            }
        }
    }
}

/// One pixel over a row of others, `coverage` of it.
pub(crate) fn fill_covered(row: &mut [u32], pixel: u32, coverage: &[u8]) {
    let opaque = pixel >> 24 == 255;
    let (fours, rest) = row.as_chunks_mut::<4>();
    let (coverages, rest_coverages) = coverage.as_chunks::<4>();
    for (under, coverage) in fours.iter_mut().zip(coverages) {
        match u32::from_ne_bytes(*coverage) {
            0 => {}
            u32::MAX if opaque => *under = [pixel; 4],
            _ => *under = lanes::covered(*under, pixel, *coverage),
        }
    }
    for (under, coverage) in rest.iter_mut().zip(rest_coverages) {
        *under = over(*under, pixel, *coverage);
    }
}

/// A row of pixels over another, all of them `coverage`.
pub(crate) fn copy(row: &mut [u32], pixels: &[u32], coverage: u8) {
    const CHUNK: usize = 64;
    if coverage != 255 {
        for (under, pixel) in row.iter_mut().zip(pixels) {
            *under = over(*under, *pixel, coverage);
        }
        return;
    }
    // Layers are mostly transparent or mostly opaque.
    for (row, pixels) in row.chunks_mut(CHUNK).zip(pixels.chunks(CHUNK)) {
        let (all, any) = pixels.iter().fold((u32::MAX, 0), |(all, any), pixel| (all & pixel, any | pixel));
        if all >> 24 == 255 {
            row.copy_from_slice(pixels);
        } else if any != 0 {
            let (fours, rest) = row.as_chunks_mut::<4>();
            let (pixel_fours, rest_pixels) = pixels.as_chunks::<4>();
            for (under, pixels) in fours.iter_mut().zip(pixel_fours) {
                *under = lanes::copied(*under, *pixels);
            }
            for (under, pixel) in rest.iter_mut().zip(rest_pixels) {
                *under = over(*under, *pixel, 255);
            }
        }
    }
}

/// A row of pixels over another, `coverage` of each.
pub(crate) fn copy_covered(row: &mut [u32], pixels: &[u32], coverage: &[u8]) {
    for ((under, pixel), coverage) in row.iter_mut().zip(pixels).zip(coverage) {
        if *coverage > 0 {
            *under = over(*under, *pixel, *coverage);
        }
    }
}

/// `coverage` of one pixel and what is missing of another.
#[inline(always)]
pub(crate) fn mix(under: u32, pixel: u32, coverage: u8) -> u32 {
    match coverage {
        0 => under,
        255 => pixel,
        coverage => {
            let channels = under.to_le_bytes().into_iter().zip(pixel.to_le_bytes());
            let mixed = channels.map(|(under, pixel)| {
                let sum = u32::from(under) * u32::from(255 - coverage) + u32::from(pixel) * u32::from(coverage) + 128;
                ((sum + (sum >> 8)) >> 8) as u8
            });
            mixed.rev().fold(0, |pixel, channel| pixel << 8 | u32::from(channel))
        }
    }
}
