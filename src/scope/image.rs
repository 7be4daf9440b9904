//! The stereo image as it runs: points of a goniometer, correlation, and the width of each band.
//!
//! A point is (side, mid) with side = (right - left)/2 and mid = (left + right)/2: mono stands upright, left leans left.
//! Correlation and widths are means of power over [`MEAN_S`], exponential.

use std::collections::VecDeque;

#[cfg(target_arch = "x86_64")]
use crate::dsp::quad::AvxQuad;
use crate::{
    dsp::{
        CONTROL_INTERVAL,
        crossover::{Crossover, MAX_CROSSOVERS},
        quad::{Quad, ScalarQuad},
    },
    settings::MAX_BANDS,
};

/// Points that are shown.
pub const POINTS: usize = 600;
/// Music that the points are taken from.
const POINTS_S: f64 = 0.25;
/// Time constant of the means.
const MEAN_S: f64 = 0.3;
/// Time in which the scale opens again after something loud, to 1/e.
const SCALE_S: f64 = 2.0;
/// No scale is finer: below -60 dBFS points keep to the middle.
const LEAST_SCALE: f32 = 1e-3;
/// Less power than this is silence.
const LEAST_POWER: f64 = 1e-12;

/// Powers and product of two channels.
#[derive(Debug, Clone, Copy, Default)]
struct Moments {
    left: f64,
    right: f64,
    product: f64,
}

impl Moments {
    fn add(&mut self, left: f64, right: f64) {
        self.left += left * left;
        self.right += right * right;
        self.product += left * right;
    }

    fn scale(&mut self, factor: f64) {
        self.left *= factor;
        self.right *= factor;
        self.product *= factor;
    }

    /// 1 for mono and for silence, 0 for unrelated channels or one alone, -1 for one turned over.
    fn correlation(&self) -> f64 {
        let both = (self.left * self.right).sqrt();
        if both > LEAST_POWER {
            (self.product / both).clamp(-1.0, 1.0)
        } else if self.left + self.right > LEAST_POWER {
            0.0
        } else {
            1.0
        }
    }

    /// Level of side over mid as an amplitude: 0 mono, 1 unrelated channels; at most 2.
    fn width(&self) -> f64 {
        let (sum, cross) = (self.left + self.right, 2.0 * self.product);
        let (mid, side) = ((sum + cross).max(0.0), (sum - cross).max(0.0));
        if sum <= LEAST_POWER { 0.0 } else { (side / mid.max(1e-3 * sum)).sqrt().min(2.0) }
    }
}

/// The same of each band, side by side.
#[derive(Debug, Clone, Copy, Default)]
struct BandMoments {
    left: ScalarQuad,
    right: ScalarQuad,
    product: ScalarQuad,
}

impl BandMoments {
    fn scale(&mut self, factor: f64) {
        for moments in [&mut self.left, &mut self.right, &mut self.product] {
            *moments = moments.map(|moment| moment * factor);
        }
    }

    fn band(&self, band: usize) -> Moments {
        Moments { left: self.left.0[band], right: self.right.0[band], product: self.product.0[band] }
    }
}

/// Watches the stereo image of one signal.
pub struct ImageMeter {
    sample_rate_hz: f64,
    points: VecDeque<[f32; 2]>,
    point_step: usize,
    until_point: usize,
    scale: f32,
    whole: Moments,
    bands: BandMoments,
    crossover: Crossover,
    split: ([f32; MAX_CROSSOVERS], usize),
}

impl ImageMeter {
    /// A meter at `sample_rate_hz` that has heard nothing.
    pub fn new(sample_rate_hz: f64) -> Self {
        let point_step = ((POINTS_S * sample_rate_hz) as usize / POINTS).max(1);
        Self {
            sample_rate_hz,
            points: VecDeque::with_capacity(POINTS),
            point_step,
            until_point: 0,
            scale: LEAST_SCALE,
            whole: Moments::default(),
            bands: BandMoments::default(),
            crossover: Crossover::new(sample_rate_hz),
            split: ([0.0; MAX_CROSSOVERS], 0),
        }
    }

    /// Says which bands widths are told of: `count` bands (1 to 4) split as the chain splits them.
    pub fn set_bands(&mut self, crossovers_hz: &[f32; MAX_CROSSOVERS], count: usize) {
        if self.split.1 != count {
            self.crossover.reset();
            self.bands = BandMoments::default();
        }
        self.split = (*crossovers_hz, count.clamp(1, MAX_BANDS));
    }

    /// Hears a part of any length.
    pub fn add(&mut self, left: &[f32], right: &[f32]) {
        for (left, right) in left.chunks(CONTROL_INTERVAL).zip(right.chunks(CONTROL_INTERVAL)) {
            self.add_piece(left, right);
        }
    }

    fn add_piece(&mut self, left: &[f32], right: &[f32]) {
        let frames = left.len().min(right.len());
        let decay = (-(frames as f64) / (MEAN_S * self.sample_rate_hz)).exp();
        self.scale *= (-(frames as f64) / (SCALE_S * self.sample_rate_hz)).exp() as f32;
        self.whole.scale(decay);
        self.bands.scale(decay);
        let (mut wide_left, mut wide_right) = ([0f64; CONTROL_INTERVAL], [0f64; CONTROL_INTERVAL]);
        for (n, (left, right)) in left.iter().zip(right).enumerate() {
            let [left, right] = [*left, *right].map(|sample| if sample.is_finite() { sample } else { 0.0 });
            (wide_left[n], wide_right[n]) = (f64::from(left), f64::from(right));
            self.whole.add(wide_left[n], wide_right[n]);
            if self.until_point == 0 {
                self.until_point = self.point_step;
                if self.points.len() == POINTS {
                    self.points.pop_front();
                }
                let point = [(right - left) * 0.5, (left + right) * 0.5];
                self.scale = self.scale.max(point[0].abs().max(point[1].abs())).max(LEAST_SCALE);
                self.points.push_back(point);
            }
            self.until_point -= 1;
        }
        if self.split.1 > 1 {
            self.crossover.control(&self.split.0, self.split.1);
            self.add_bands(&wide_left[..frames], &wide_right[..frames]);
        }
    }

    fn add_bands(&mut self, left: &[f64], right: &[f64]) {
        #[cfg(target_arch = "x86_64")]
        if std::is_x86_feature_detected!("avx2") {
            // SAFETY: the processor has AVX2, which is all that the function needs.
            unsafe { self.add_bands_avx2(left, right) };
            return;
        }
        self.add_quads::<ScalarQuad>(left, right);
    }

    /// [`ImageMeter::add_quads`] in AVX2 instructions: the same moments.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    fn add_bands_avx2(&mut self, left: &[f64], right: &[f64]) {
        self.add_quads::<AvxQuad>(left, right);
    }

    #[inline(always)]
    fn add_quads<Q: Quad>(&mut self, left: &[f64], right: &[f64]) {
        let mut bands = [[ScalarQuad::ZERO; CONTROL_INTERVAL]; 2];
        let [left_bands, right_bands] = &mut bands;
        let (left_bands, right_bands) = (&mut left_bands[..left.len()], &mut right_bands[..left.len()]);
        self.crossover.process::<Q>(left, right, [&mut *left_bands, &mut *right_bands]);
        let moments = &mut self.bands;
        let (mut lefts, mut rights, mut products) =
            (Q::load(moments.left), Q::load(moments.right), Q::load(moments.product));
        for (left, right) in left_bands.iter().zip(right_bands.iter()) {
            let (left, right) = (Q::load(*left), Q::load(*right));
            lefts = lefts + left * left;
            rights = rights + right * right;
            products = products + left * right;
        }
        *moments = BandMoments { left: lefts.store(), right: rights.store(), product: products.store() };
    }

    /// The last points, oldest first, scaled so that the loudest of the last seconds reaches 1.
    pub fn points(&self) -> impl ExactSizeIterator<Item = [f32; 2]> {
        let loudest = self.points.iter().flatten().fold(self.scale, |top, value| top.max(value.abs()));
        let gain = 1.0 / loudest;
        self.points.iter().map(move |point| point.map(|value| value * gain))
    }

    /// Correlation of both channels, -1 to 1.
    pub fn correlation(&self) -> f64 {
        self.whole.correlation()
    }

    /// Side over mid of each band as an amplitude: 0 mono, 1 unrelated channels; at most 2.
    pub fn widths(&self) -> [f64; MAX_BANDS] {
        match self.split.1 {
            // The only band is the whole.
            0 | 1 => [self.whole.width(); MAX_BANDS],
            _ => std::array::from_fn(|band| self.bands.band(band).width()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE_HZ: f64 = 48_000.0;
    const CROSSOVERS_HZ: [f32; MAX_CROSSOVERS] = [120.0, 1000.0, 5000.0];

    fn sine(hz: f64) -> Vec<f32> {
        (0..RATE_HZ as usize * 2)
            .map(|n| 0.5 * (std::f64::consts::TAU * hz * n as f64 / RATE_HZ).sin() as f32)
            .collect()
    }

    #[test]
    fn correlation_of_known_signals() {
        let (low, high) = (sine(1000.0), sine(3000.0));
        let silence = vec![0.0; low.len()];
        let turned: Vec<f32> = low.iter().map(|sample| -sample).collect();
        // A quarter turn apart: 1 kHz at 48 kHz has 48 samples a period.
        let quarter: Vec<f32> = low[12..].to_vec();
        // At an angle of 60 degrees the correlation is its cosine.
        let sixth: Vec<f32> = low[8..].to_vec();
        for (left, right, expected) in [
            (&low, &low, 1.0),
            (&low, &turned, -1.0),
            (&low, &high, 0.0),
            (&low, &quarter, 0.0),
            (&low, &sixth, 0.5),
            (&low, &silence, 0.0),
            (&silence, &silence, 1.0),
        ] {
            let mut meter = ImageMeter::new(RATE_HZ);
            meter.add(left, right);
            assert!((meter.correlation() - expected).abs() < 0.02, "{} for {expected}", meter.correlation());
        }
    }

    #[test]
    fn each_band_has_its_own_width() {
        // Mono bass, unrelated treble, a side of half the mid between.
        let (bass, presence, treble) = (sine(50.0), sine(2000.0), (sine(9000.0), sine(11_000.0)));
        let frames = bass.len();
        let left: Vec<f32> = (0..frames).map(|n| bass[n] + 1.5 * presence[n] + treble.0[n]).collect();
        let right: Vec<f32> = (0..frames).map(|n| bass[n] + 0.5 * presence[n] + treble.1[n]).collect();
        let mut meter = ImageMeter::new(RATE_HZ);
        meter.set_bands(&CROSSOVERS_HZ, 4);
        meter.add(&left, &right);
        let widths = meter.widths();
        assert!(widths[0] < 0.02, "{widths:?}");
        assert!((widths[2] - 0.5).abs() < 0.03, "{widths:?}");
        assert!((widths[3] - 1.0).abs() < 0.05, "{widths:?}");
        let mut whole = ImageMeter::new(RATE_HZ);
        whole.set_bands(&CROSSOVERS_HZ, 1);
        whole.add(&treble.0, &treble.1);
        assert!((whole.widths()[0] - 1.0).abs() < 0.05);
    }

    #[test]
    fn points_lean_to_their_side_and_fill_the_picture() {
        let sound = sine(1000.0);
        let silence = vec![0.0; sound.len()];
        let mut meter = ImageMeter::new(RATE_HZ);
        meter.add(&sound, &silence);
        assert_eq!(meter.points().len(), POINTS);
        assert!(meter.points().all(|[side, mid]| (side + mid).abs() < 1e-6), "left leans left");
        let top = meter.points().fold(0f32, |top, [_, mid]| top.max(mid.abs()));
        assert!((0.9..=1.0).contains(&top), "{top}");
        let mut mono = ImageMeter::new(RATE_HZ);
        mono.add(&sound, &sound);
        assert!(mono.points().all(|[side, _]| side == 0.0));
    }
}
