//! Blend modes against the formulas of Porter and Duff and of the W3C's Compositing and Blending, Level 1.

use crate::scene::Scene;
use skia_safe::{BlendMode, Color, Color4f, Paint, Rect};

/// A pixel as the standard writes it: colours not premultiplied, from 0 to 1.
type Rgba = [f64; 4];

/// The blend function B(backdrop, source) of a separable mode.
fn separable(mode: BlendMode, b: f64, s: f64) -> f64 {
    let hard_light = |b: f64, s: f64| if s <= 0.5 { b * 2.0 * s } else { b + (2.0 * s - 1.0) - b * (2.0 * s - 1.0) };
    match mode {
        BlendMode::SrcOver => s,
        BlendMode::Multiply => b * s,
        BlendMode::Screen => b + s - b * s,
        BlendMode::Overlay => hard_light(s, b),
        BlendMode::Darken => b.min(s),
        BlendMode::Lighten => b.max(s),
        BlendMode::ColorDodge if b == 0.0 => 0.0,
        BlendMode::ColorDodge if s == 1.0 => 1.0,
        BlendMode::ColorDodge => (b / (1.0 - s)).min(1.0),
        BlendMode::ColorBurn if b == 1.0 => 1.0,
        BlendMode::ColorBurn if s == 0.0 => 0.0,
        BlendMode::ColorBurn => 1.0 - ((1.0 - b) / s).min(1.0),
        BlendMode::HardLight => hard_light(b, s),
        BlendMode::SoftLight if s <= 0.5 => b - (1.0 - 2.0 * s) * b * (1.0 - b),
        BlendMode::SoftLight => {
            let d = if b <= 0.25 { ((16.0 * b - 12.0) * b + 4.0) * b } else { b.sqrt() };
            b + (2.0 * s - 1.0) * (d - b)
        }
        BlendMode::Difference => (b - s).abs(),
        BlendMode::Exclusion => b + s - 2.0 * b * s,
        _ => unreachable!("not a separable mode"),
    }
}

fn luminosity(c: [f64; 3]) -> f64 {
    0.3 * c[0] + 0.59 * c[1] + 0.11 * c[2]
}

fn set_luminosity(c: [f64; 3], l: f64) -> [f64; 3] {
    let d = l - luminosity(c);
    let c = c.map(|v| v + d);
    let (low, high) = (c.iter().copied().fold(f64::MAX, f64::min), c.iter().copied().fold(f64::MIN, f64::max));
    let mut clipped = c;
    if low < 0.0 {
        clipped = clipped.map(|v| l + (v - l) * l / (l - low));
    }
    if high > 1.0 {
        clipped = clipped.map(|v| l + (v - l) * (1.0 - l) / (high - l));
    }
    clipped
}

fn saturation(c: [f64; 3]) -> f64 {
    c.iter().copied().fold(f64::MIN, f64::max) - c.iter().copied().fold(f64::MAX, f64::min)
}

fn set_saturation(c: [f64; 3], s: f64) -> [f64; 3] {
    let low = c.iter().copied().fold(f64::MAX, f64::min);
    let span = saturation(c);
    if span == 0.0 { [0.0; 3] } else { c.map(|v| (v - low) * s / span) }
}

fn blend(mode: BlendMode, b: [f64; 3], s: [f64; 3]) -> [f64; 3] {
    match mode {
        BlendMode::Hue => set_luminosity(set_saturation(s, saturation(b)), luminosity(b)),
        BlendMode::Saturation => set_luminosity(set_saturation(b, saturation(s)), luminosity(b)),
        BlendMode::Color => set_luminosity(s, luminosity(b)),
        BlendMode::Luminosity => set_luminosity(b, luminosity(s)),
        _ => std::array::from_fn(|i| separable(mode, b[i], s[i])),
    }
}

fn rgb([r, g, b, _]: Rgba) -> [f64; 3] {
    [r, g, b]
}

/// Premultiplied result: section 5.8, or the operator's two factors.
fn expected(mode: BlendMode, backdrop: Rgba, source: Rgba) -> Rgba {
    let (ab, a_s) = (backdrop[3], source[3]);
    let operator = match mode {
        BlendMode::Clear => Some((0.0, 0.0)),
        BlendMode::Src => Some((1.0, 0.0)),
        BlendMode::Dst => Some((0.0, 1.0)),
        BlendMode::DstOver => Some((1.0 - ab, 1.0)),
        BlendMode::SrcIn => Some((ab, 0.0)),
        BlendMode::DstIn => Some((0.0, a_s)),
        BlendMode::SrcOut => Some((1.0 - ab, 0.0)),
        BlendMode::DstOut => Some((0.0, 1.0 - a_s)),
        BlendMode::SrcATop => Some((ab, 1.0 - a_s)),
        BlendMode::DstATop => Some((1.0 - ab, a_s)),
        BlendMode::Xor => Some((1.0 - ab, 1.0 - a_s)),
        BlendMode::Plus => Some((1.0, 1.0)),
        _ => None,
    };
    if mode == BlendMode::Modulate {
        let product = |i: usize| source[i] * a_s * backdrop[i] * ab;
        return [product(0), product(1), product(2), a_s * ab];
    }
    if let Some((fs, fb)) = operator {
        let channel = |b: f64, s: f64| (s * a_s * fs + b * ab * fb).min(1.0);
        return [
            channel(backdrop[0], source[0]),
            channel(backdrop[1], source[1]),
            channel(backdrop[2], source[2]),
            (a_s * fs + ab * fb).min(1.0),
        ];
    }
    let mixed = blend(mode, rgb(backdrop), rgb(source));
    let channel = |i: usize| {
        let s = (1.0 - ab) * source[i] + ab * mixed[i];
        a_s * s + (1.0 - a_s) * ab * backdrop[i]
    };
    [channel(0), channel(1), channel(2), a_s + ab - a_s * ab]
}

const MODES: [BlendMode; 29] = [
    BlendMode::Modulate,
    BlendMode::Clear,
    BlendMode::Src,
    BlendMode::Dst,
    BlendMode::SrcOver,
    BlendMode::DstOver,
    BlendMode::SrcIn,
    BlendMode::DstIn,
    BlendMode::SrcOut,
    BlendMode::DstOut,
    BlendMode::SrcATop,
    BlendMode::DstATop,
    BlendMode::Xor,
    BlendMode::Plus,
    BlendMode::Screen,
    BlendMode::Overlay,
    BlendMode::Darken,
    BlendMode::Lighten,
    BlendMode::ColorDodge,
    BlendMode::ColorBurn,
    BlendMode::HardLight,
    BlendMode::SoftLight,
    BlendMode::Difference,
    BlendMode::Exclusion,
    BlendMode::Multiply,
    BlendMode::Hue,
    BlendMode::Saturation,
    BlendMode::Color,
    BlendMode::Luminosity,
];

fn color([r, g, b, a]: Rgba) -> Color4f {
    Color4f::new(r as f32, g as f32, b as f32, a as f32)
}

/// Pixel (3, 1) under a rectangle from x = 2 to `right` in `source` on `backdrop`.
fn drawn(mode: BlendMode, backdrop: Rgba, source: Rgba, right: f32) -> [u8; 4] {
    let mut paint = Paint::new(color(source), None);
    paint.set_blend_mode(mode).set_anti_alias(true);
    let mut scene = Scene::new(6, 3, Color::TRANSPARENT, |canvas| {
        canvas.clear(color(backdrop));
        canvas.draw_rect(Rect::new(2.0, 0.0, right, 3.0), &paint);
    });
    scene.pixel(3, 1)
}

const PAIRS: [(Rgba, Rgba); 4] = [
    ([0.2, 0.6, 0.8, 1.0], [0.9, 0.4, 0.1, 1.0]),
    ([0.2, 0.6, 0.8, 1.0], [0.9, 0.4, 0.1, 0.5]),
    ([0.7, 0.3, 0.4, 0.6], [0.1, 0.8, 0.5, 0.7]),
    ([0.4, 0.4, 0.4, 0.9], [0.3, 0.2, 0.9, 0.3]),
];

#[test]
fn every_mode_is_what_the_standard_says() {
    for mode in MODES {
        for (backdrop, source) in PAIRS {
            let pixel = drawn(mode, backdrop, source, 4.0);
            let expected = expected(mode, backdrop, source);
            for (channel, expected) in pixel.iter().zip(expected) {
                let off = (f64::from(*channel) - expected * 255.0).abs();
                assert!(
                    off <= 3.0,
                    "{mode:?} of {source:?} on {backdrop:?}: {pixel:?} instead of {:?}",
                    expected * 255.0
                );
            }
        }
    }
}

#[test]
fn a_pixel_that_is_covered_by_half_is_half_way_in_every_mode() {
    for mode in MODES {
        for (backdrop, source) in PAIRS {
            let pixel = drawn(mode, backdrop, source, 3.5);
            let blended = expected(mode, backdrop, source);
            let before = [0, 1, 2].map(|i| backdrop[i] * backdrop[3]);
            for (i, before) in before.into_iter().enumerate() {
                let expected = 255.0 * (before + blended[i]) * 0.5;
                let off = (f64::from(pixel[i]) - expected).abs();
                assert!(off <= 3.0, "{mode:?} of {source:?} on {backdrop:?}: {pixel:?} instead of {expected}");
            }
        }
    }
}
