//! A Gaussian blur as three box blurs (W3C Filter Effects, feGaussianBlur). The boxes' widths are such that their variances add up to the Gaussian's as
//! nearly as whole odd widths can (Kovesi, Fast almost-Gaussian filtering, 2010); by the central limit theorem three boxes are a Gaussian within 3 %.

/// Below this there is nothing to see.
const LEAST_SIGMA: f32 = 0.2;

/// How far three boxes reach: that many pixels beyond the shape there is nothing.
pub(crate) fn reach(sigma: f32) -> i32 {
    if sigma < LEAST_SIGMA { 0 } else { box_radii(sigma).iter().sum::<usize>() as i32 }
}

/// Half widths of the three boxes, without the middle pixel.
fn box_radii(sigma: f32) -> [usize; 3] {
    let variance = 12.0 * sigma * sigma;
    let ideal = (variance / 3.0 + 1.0).sqrt() as usize;
    // The odd widths around the ideal one; as many of the narrower as bring the sum of variances nearest.
    let narrow = (if ideal.is_multiple_of(2) { ideal - 1 } else { ideal }).max(1);
    let width = narrow as f32;
    let narrower = (variance - 3.0 * width * width - 12.0 * width - 9.0) / (-4.0 * width - 4.0);
    let narrower = narrower.round().clamp(0.0, 3.0) as usize;
    std::array::from_fn(|i| (if i < narrower { narrow } else { narrow + 2 }) / 2)
}

/// Blurs an image of `N` interleaved channels in place; outside it is 0.
pub(crate) fn blur<const N: usize>(data: &mut [u8], width: usize, height: usize, sigma_x: f32, sigma_y: f32) {
    if sigma_x >= LEAST_SIGMA {
        let mut line = vec![[0u8; N]; width];
        for row in data.chunks_exact_mut(width * N) {
            for radius in box_radii(sigma_x) {
                for (pixel, channels) in line.iter_mut().zip(row.chunks_exact(N)) {
                    pixel.copy_from_slice(channels);
                }
                box_row::<N>(&line, row, radius);
            }
        }
    }
    if sigma_y >= LEAST_SIGMA {
        blur_columns(data, width * N, height, box_radii(sigma_y));
    }
}

/// The reciprocal of a box's width, as parts of 2²⁴.
fn reciprocal(radius: usize) -> u64 {
    (1u64 << 24) / (2 * radius as u64 + 1)
}

fn mean(sum: u32, reciprocal: u64) -> u8 {
    ((u64::from(sum) * reciprocal + (1 << 23)) >> 24) as u8
}

fn box_row<const N: usize>(line: &[[u8; N]], row: &mut [u8], radius: usize) {
    let reciprocal = reciprocal(radius);
    let mut sums = [0u32; N];
    for pixel in &line[..radius.min(line.len())] {
        for (sum, channel) in sums.iter_mut().zip(pixel) {
            *sum += u32::from(*channel);
        }
    }
    for (i, out) in row.chunks_exact_mut(N).enumerate() {
        let enters = line.get(i + radius).copied().unwrap_or([0; N]);
        let leaves = i.checked_sub(radius + 1).map_or([0; N], |i| line[i]);
        for channel in 0..N {
            sums[channel] = sums[channel] + u32::from(enters[channel]) - u32::from(leaves[channel]);
            out[channel] = mean(sums[channel], reciprocal);
        }
    }
}

/// All columns side by side, row after row: memory is walked in its own order.
fn blur_columns(data: &mut [u8], stride: usize, height: usize, radii: [usize; 3]) {
    let mut before = vec![0u8; data.len()];
    let mut sums = vec![0u32; stride];
    for radius in radii {
        before.copy_from_slice(data);
        let reciprocal = reciprocal(radius);
        sums.fill(0);
        let row = |y: usize| &before[y * stride..(y + 1) * stride];
        for y in 0..radius.min(height) {
            for (sum, channel) in sums.iter_mut().zip(row(y)) {
                *sum += u32::from(*channel);
            }
        }
        for (y, out) in data.chunks_exact_mut(stride).enumerate() {
            if y + radius < height {
                for (sum, channel) in sums.iter_mut().zip(row(y + radius)) {
                    *sum += u32::from(*channel);
                }
            }
            if y > radius {
                for (sum, channel) in sums.iter_mut().zip(row(y - radius - 1)) {
                    *sum -= u32::from(*channel);
                }
            }
            for (out, sum) in out.iter_mut().zip(&sums) {
                *out = mean(*sum, reciprocal);
            }
        }
    }
}
