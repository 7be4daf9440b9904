use super::coverage::{Cover, Coverage};
use super::over;
use super::pixels::Pixels;
use crate::geometry::{Matrix, Point};
use crate::paint::{Color4f, GradientLine, TileMode};

/// Colours of a gradient from end to end: two for each pixel they are spread over, and no more than can differ.
const COLORS: std::ops::RangeInclusive<f32> = 32.0..=1024.0;

/// Where colours come from. All but one are drawn over what is there.
pub(crate) enum Painter<'a> {
    Even(u32),
    /// In place of what is there.
    Instead(u32),
    Gradient(Gradient),
    /// The pixels of an image whose top left corner is at `at`, with their opacity multiplied by `alpha`.
    Image {
        pixels: &'a Pixels,
        at: (i32, i32),
        alpha: u8,
    },
}

/// A gradient in pixels: its place from 0 to 1 is a function of the pixel's centre.
pub(crate) struct Gradient {
    colors: Vec<u32>,
    place: Place,
    tile_mode: TileMode,
}

enum Place {
    /// a x + b y + c
    Linear([f32; 3]),
    /// The length of (a x + b y + c, d x + e y + f).
    Radial([f32; 6]),
}

impl Gradient {
    /// `to_device` is the way from the gradient's units to pixels. `None` where that cannot be turned back, or the gradient has no length.
    pub fn new(
        line: GradientLine,
        stops: &[(f32, Color4f)],
        tile_mode: TileMode,
        alpha: f32,
        to_device: &Matrix,
    ) -> Option<Self> {
        let [a, b, c, d, e, f, ..] = to_device.invert()?.0;
        let place = match line {
            GradientLine::Linear { from, to } => {
                let along: Point = to - from;
                let square = along.x * along.x + along.y * along.y;
                if square <= 0.0 {
                    return None;
                }
                let (u, v) = (along.x / square, along.y / square);
                Place::Linear([u * a + v * d, u * b + v * e, u * (c - from.x) + v * (f - from.y)])
            }
            GradientLine::Radial { centre, radius } => {
                Place::Radial([a, b, c - centre.x, d, e, f - centre.y].map(|k| k / radius))
            }
        };
        let per_pixel = match place {
            Place::Linear([a, b, _]) => a.hypot(b),
            Place::Radial([a, b, _, d, e, _]) => (a * e - b * d).abs().sqrt(),
        };
        let count = (2.0 / per_pixel).clamp(*COLORS.start(), *COLORS.end()) as usize;
        let last = (count - 1) as f32;
        let color = |i| u32::from_le_bytes(color_at(stops, i as f32 / last).faded(alpha).to_pixel());
        Some(Self { colors: (0..count).map(color).collect(), place, tile_mode })
    }

    #[inline(always)]
    fn color(&self, place: f32) -> u32 {
        let place = match self.tile_mode {
            TileMode::Clamp => place,
            TileMode::Repeat => place - place.floor(),
            TileMode::Mirror => (place - 2.0 * (place * 0.5).round()).abs(),
        };
        // Casting saturates, so places before the first colour are the first.
        let last = self.colors.len() - 1;
        let i = (place * last as f32 + 0.5) as usize;
        self.colors[i.min(last)]
    }

    /// Row `y`'s one colour, where the gradient runs straight down.
    fn row_color(&self, y: i32) -> Option<u32> {
        match self.place {
            Place::Linear([0.0, b, c]) => Some(self.color(b * (y as f32 + 0.5) + c)),
            _ => None,
        }
    }

    fn fill(&self, pixels: &mut [u32], x: i32, y: i32) {
        let (x, y) = (x as f32 + 0.5, y as f32 + 0.5);
        match self.place {
            Place::Linear([a, b, c]) => {
                let begin = b * y + c;
                for (i, pixel) in pixels.iter_mut().enumerate() {
                    *pixel = self.color(a * (x + i as f32) + begin);
                }
            }
            Place::Radial([a, b, c, d, e, f]) => {
                let (u, v) = (b * y + c, e * y + f);
                for (i, pixel) in pixels.iter_mut().enumerate() {
                    let x = x + i as f32;
                    // Without the care that `f32::hypot` takes for very long and very short sides.
                    let (u, v) = (a * x + u, d * x + v);
                    *pixel = self.color((u * u + v * v).sqrt());
                }
            }
        }
    }
}

fn color_at(stops: &[(f32, Color4f)], place: f32) -> Color4f {
    let after = stops.partition_point(|(position, _)| *position <= place);
    match (after.checked_sub(1).and_then(|i| stops.get(i)), stops.get(after)) {
        (Some((from, color)), Some((to, next))) => color.mix(*next, (place - from) / (to - from)),
        (Some((_, color)), None) | (None, Some((_, color))) => *color,
        (None, None) => Color4f::default(),
    }
}

/// Where coverage becomes colour.
pub(crate) struct Target<'a, 'b> {
    pub pixels: &'a mut Pixels,
    pub painter: &'a Painter<'b>,
}

impl Cover for Target<'_, '_> {
    fn cover(&mut self, x: i32, y: i32, coverage: Coverage<'_>) {
        let row = self.pixels.row_mut(x, y, coverage.len());
        match self.painter {
            Painter::Even(pixel) => paint_even(row, *pixel, coverage),
            Painter::Instead(pixel) => match coverage {
                Coverage::Even { alpha: 255, .. } => row.fill(*pixel),
                Coverage::Even { alpha, .. } => {
                    row.iter_mut().for_each(|under| *under = over::mix(*under, *pixel, alpha));
                }
                Coverage::Each(alphas) => {
                    for (under, alpha) in row.iter_mut().zip(alphas) {
                        *under = over::mix(*under, *pixel, *alpha);
                    }
                }
            },
            Painter::Gradient(gradient) => match gradient.row_color(y) {
                Some(pixel) => paint_even(row, pixel, coverage),
                None => {
                    const CHUNK: usize = 256;
                    let mut colors = [0; CHUNK];
                    for (i, row) in row.chunks_mut(CHUNK).enumerate() {
                        let begin = i * CHUNK;
                        let colors = &mut colors[..row.len()];
                        gradient.fill(colors, x + begin as i32, y);
                        paint_each(row, colors, coverage.part(begin, begin + colors.len()), 255);
                    }
                }
            },
            Painter::Image { pixels, at, alpha } => {
                paint_each(row, pixels.row(x - at.0, y - at.1, row.len()), coverage, *alpha);
            }
        }
    }
}

fn paint_even(row: &mut [u32], pixel: u32, coverage: Coverage<'_>) {
    match coverage {
        Coverage::Even { alpha, .. } => over::fill(row, over::over(0, pixel, alpha)),
        Coverage::Each(alphas) => over::fill_covered(row, pixel, alphas),
    }
}

fn paint_each(row: &mut [u32], pixels: &[u32], coverage: Coverage<'_>, opacity: u8) {
    match coverage {
        Coverage::Even { alpha, .. } => over::copy(row, pixels, over::times(alpha, opacity)),
        Coverage::Each(alphas) if opacity == 255 => over::copy_covered(row, pixels, alphas),
        Coverage::Each(alphas) => {
            for ((under, pixel), alpha) in row.iter_mut().zip(pixels).zip(alphas) {
                *under = over::over(*under, *pixel, over::times(*alpha, opacity));
            }
        }
    }
}
