//! Pixel loops that tiny-skia does not offer.
use crate::geom::IRect;
use tiny_skia::{Mask, Pixmap};

#[inline(always)]
fn div255(v: u32) -> u32 {
    let v = v + 128;
    (v + (v >> 8)) >> 8
}

/// Source-over of a solid colour through an 8 bit coverage bitmap.
pub(crate) fn blit_a8(
    dst: &mut Pixmap,
    cov: &[u8],
    (cw, ch): (i32, i32),
    (x, y): (i32, i32),
    color: [u8; 4],
    clip: IRect,
    mask: Option<&Mask>,
) {
    let w = dst.width() as i32;
    let r = IRect::new(x, y, x + cw, y + ch).sect(&clip);
    if r.is_empty() {
        return;
    }
    let [sr, sg, sb, sa] = color.map(u32::from);
    let data = dst.data_mut();
    for py in r.top..r.bottom {
        let co = ((py - y) * cw + (r.left - x)) as usize;
        let n = r.width() as usize;
        let row = &cov[co..co + n];
        let dofs = (py * w + r.left) as usize;
        let drow = &mut data[dofs * 4..(dofs + n) * 4];
        let mrow = mask.map(|m| &m.data()[dofs..dofs + n]);
        for i in 0..n {
            let mut c = row[i] as u32;
            if c == 0 {
                continue;
            }
            if let Some(m) = mrow {
                c = div255(c * m[i] as u32);
                if c == 0 {
                    continue;
                }
            }
            let d = &mut drow[i * 4..i * 4 + 4];
            let a = div255(sa * c);
            let k = 255 - a;
            d[0] = (div255(sr * c) + div255(d[0] as u32 * k)) as u8;
            d[1] = (div255(sg * c) + div255(d[1] as u32 * k)) as u8;
            d[2] = (div255(sb * c) + div255(d[2] as u32 * k)) as u8;
            d[3] = (a + div255(d[3] as u32 * k)) as u8;
        }
    }
}

/// Source-over of one premultiplied pixmap on another, with opacity, rectangle and mask.
pub(crate) fn over(
    dst: &mut Pixmap,
    src: &Pixmap,
    (ox, oy): (i32, i32),
    opacity: u8,
    clip: IRect,
    mask: Option<&Mask>,
) {
    let (dw, sw) = (dst.width() as i32, src.width() as i32);
    let r = IRect::new(ox, oy, ox + sw, oy + src.height() as i32).sect(&clip);
    if r.is_empty() {
        return;
    }
    let n = r.width() as usize;
    for y in r.top..r.bottom {
        let so = ((y - oy) * sw + (r.left - ox)) as usize * 4;
        let dofs = (y * dw + r.left) as usize;
        let s = &src.data()[so..so + n * 4];
        let m = mask.map(|m| &m.data()[dofs..dofs + n]);
        let d = &mut dst.data_mut()[dofs * 4..(dofs + n) * 4];
        match m {
            None => over_row(d, s, opacity as u32),
            Some(m) => {
                for ((dp, sp), m) in d.chunks_exact_mut(4).zip(s.chunks_exact(4)).zip(m) {
                    over_px(dp, sp, div255(opacity as u32 * *m as u32));
                }
            }
        }
    }
}

#[inline(always)]
fn over_px(d: &mut [u8], s: &[u8], k: u32) {
    let sv = u32::from_le_bytes([s[0], s[1], s[2], s[3]]);
    let a = sv >> 24;
    if k == 0 || a == 0 {
        return;
    }
    let out = if k == 255 && a == 255 {
        sv
    } else {
        let dv = u32::from_le_bytes([d[0], d[1], d[2], d[3]]);
        // two channels at a time
        let mul = |v: u32, k: u32| {
            let lo = (v & 0x00FF_00FF) * k + 0x0080_0080;
            let hi = ((v >> 8) & 0x00FF_00FF) * k + 0x0080_0080;
            let lo = (lo + ((lo >> 8) & 0x00FF_00FF)) >> 8 & 0x00FF_00FF;
            let hi = (hi + ((hi >> 8) & 0x00FF_00FF)) & 0xFF00_FF00;
            lo | hi
        };
        let sv = if k == 255 { sv } else { mul(sv, k) };
        sv + mul(dv, 255 - (sv >> 24))
    };
    d.copy_from_slice(&out.to_le_bytes());
}

fn over_row(d: &mut [u8], s: &[u8], k: u32) {
    const B: usize = 64 * 4;
    if k == 255 {
        for (d, s) in d.chunks_mut(B).zip(s.chunks(B)) {
            let (mut all, mut any) = (255u8, 0u8);
            for p in s.chunks_exact(4) {
                all &= p[3];
                any |= p[3];
            }
            if all == 255 {
                d.copy_from_slice(s);
            } else if any != 0 {
                for (d, s) in d.chunks_exact_mut(4).zip(s.chunks_exact(4)) {
                    over_px(d, s, 255);
                }
            }
        }
    } else {
        for (d, s) in d.chunks_exact_mut(4).zip(s.chunks_exact(4)) {
            over_px(d, s, k);
        }
    }
}

pub(crate) fn clear_rect(p: &mut Pixmap, r: IRect) {
    let w = p.width() as i32;
    let r = r.sect(&IRect::new(0, 0, w, p.height() as i32));
    if r.is_empty() {
        return;
    }
    let data = p.data_mut();
    for y in r.top..r.bottom {
        let a = (y * w + r.left) as usize * 4;
        data[a..a + r.width() as usize * 4].fill(0);
    }
}

fn box_sizes(sigma: f32) -> [usize; 3] {
    // three boxes that approximate a Gaussian
    let ideal = (12.0 * sigma * sigma / 3.0 + 1.0).sqrt();
    let mut wl = ideal.floor() as i32;
    if wl % 2 == 0 {
        wl -= 1;
    }
    let wl = wl.max(1);
    let wlf = wl as f32;
    let m = ((12.0 * sigma * sigma - 3.0 * wlf * wlf - 12.0 * wlf - 9.0) / (-4.0 * wlf - 4.0)).round() as i32;
    std::array::from_fn(|i| (if (i as i32) < m { wl } else { wl + 2 }) as usize / 2)
}

/// `N` interleaved channels, in place.
pub(crate) fn blur<const N: usize>(data: &mut [u8], w: usize, h: usize, sx: f32, sy: f32) {
    let mut line = vec![0u8; w.max(h) * N];
    let mut pass = |data: &mut [u8], n: usize, rows: usize, step: usize, row_step: usize, sigma: f32| {
        if sigma <= 0.01 {
            return;
        }
        for rad in box_sizes(sigma) {
            if rad == 0 {
                continue;
            }
            let div = (2 * rad + 1) as u32;
            let mul = ((1u32 << 24) / div) as u64;
            for r in 0..rows {
                let base = r * row_step;
                for i in 0..n {
                    for c in 0..N {
                        line[i * N + c] = data[base + i * step + c];
                    }
                }
                for c in 0..N {
                    let mut acc = 0u32;
                    for i in 0..rad.min(n) {
                        acc += line[i * N + c] as u32;
                    }
                    for i in 0..n {
                        if i + rad < n {
                            acc += line[(i + rad) * N + c] as u32;
                        }
                        if i > rad {
                            acc -= line[(i - rad - 1) * N + c] as u32;
                        }
                        data[base + i * step + c] = ((acc as u64 * mul + (1 << 23)) >> 24) as u8;
                    }
                }
            }
        }
    };
    pass(data, w, h, N, w * N, sx);
    pass(data, h, w, w * N, N, sy);
}

/// Colour ramp of a gradient, premultiplied.
pub(crate) fn ramp(stops: &[(f32, crate::geom::Color4f)], alpha: f32) -> Vec<[u8; 4]> {
    const N: usize = 512;
    let at = |t: f32| {
        let i = stops.partition_point(|s| s.0 <= t);
        let c = match (i, stops) {
            (_, []) => crate::geom::Color4f::default(),
            (0, s) => s[0].1,
            (i, s) if i >= s.len() => s[s.len() - 1].1,
            (i, s) => {
                let (a, b) = (s[i - 1], s[i]);
                let k = (t - a.0) / (b.0 - a.0).max(1e-9);
                let l = |x: f32, y: f32| x + (y - x) * k;
                crate::geom::Color4f::new(l(a.1.r, b.1.r), l(a.1.g, b.1.g), l(a.1.b, b.1.b), l(a.1.a, b.1.a))
            }
        };
        let a = (c.a * alpha).clamp(0.0, 1.0);
        [c.r, c.g, c.b, 1.0].map(|v| (v.clamp(0.0, 1.0) * a * 255.0 + 0.5) as u8)
    };
    (0..N).map(|i| at(i as f32 / (N - 1) as f32)).collect()
}

pub(crate) enum Param {
    /// t = a x + b y + c
    Linear(f32, f32, f32),
    /// t = |M (x, y)|, with M = [a b c; d e f]
    Radial([f32; 6]),
}

/// Source-over of a clamped gradient through coverage `cov`, which covers `r`.
pub(crate) fn shade(dst: &mut Pixmap, cov: &[u8], r: IRect, lut: &[[u8; 4]], param: &Param, mask: Option<&Mask>) {
    let w = dst.width() as i32;
    let n = r.width() as usize;
    let top = (lut.len() - 1) as f32;
    for y in r.top..r.bottom {
        let co = (y - r.top) as usize * n;
        let o = (y * w + r.left) as usize;
        let c = &cov[co..co + n];
        let m = mask.map(|m| &m.data()[o..o + n]);
        let d = &mut dst.data_mut()[o * 4..(o + n) * 4];
        let fy = y as f32 + 0.5;
        for (i, (d, &c)) in d.chunks_exact_mut(4).zip(c).enumerate() {
            if c == 0 {
                continue;
            }
            let fx = (r.left + i as i32) as f32 + 0.5;
            let t = match param {
                Param::Linear(a, b, c) => a * fx + b * fy + c,
                Param::Radial(k) => {
                    let (u, v) = (k[0] * fx + k[1] * fy + k[2], k[3] * fx + k[4] * fy + k[5]);
                    (u * u + v * v).sqrt()
                }
            };
            let k = match m {
                Some(m) => div255(c as u32 * m[i] as u32),
                None => c as u32,
            };
            over_px(d, &lut[(t * top + 0.5).clamp(0.0, top) as usize], k);
        }
    }
}
