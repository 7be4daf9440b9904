//! Splits left and right into the broad bands of [`super::measurement::DYNAMICS_EDGES_HZ`] and measures power and peak of each.
//!
//! Every band is cut out by a high-pass and a low-pass of the fourth order (Linkwitz and Riley 1976, 24 dB an octave), each two
//! state-variable filters in Zavalishin's trapezoidal form, which stays exact in single precision at 20 Hz and 384 kHz. Four bands
//! of two channels are the eight lanes of one vector. Cost: four filter sections a sample.

use wide::f32x8;

use super::measurement::{DYNAMICS_BANDS, DYNAMICS_EDGES_HZ};

/// Channels times bands; lane = channel * DYNAMICS_BANDS + band.
const LANES: usize = 2 * DYNAMICS_BANDS;
/// A cutoff over this share of the sample rate is none: the filter is passed by.
const HIGHEST_CUTOFF: f64 = 0.45;

/// Two second-order filters in a row in every lane.
struct Filter {
    /// Feedback terms of the state-variable filter.
    a: [f32x8; 3],
    /// How much of the input, of the band-pass and of the low-pass makes the output.
    mix: [f32x8; 3],
    state: [[f32x8; 2]; 2],
}

impl Filter {
    /// Of each lane its cutoff in Hz, none to pass the lane through.
    fn new(high_pass: bool, cutoff_hz: [Option<f64>; LANES], sample_rate_hz: f64) -> Self {
        // Butterworth's damping: two of them in a row are Linkwitz and Riley's.
        let damping = std::f64::consts::SQRT_2;
        let lanes = |value: &dyn Fn(Option<f64>) -> f64| f32x8::from(cutoff_hz.map(|cutoff| value(cutoff) as f32));
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
            state: [[f32x8::ZERO; 2]; 2],
        }
    }

    fn process(&mut self, mut sample: f32x8) -> f32x8 {
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
    high_pass: Filter,
    low_pass: Filter,
    power: f32x8,
    peak: f32x8,
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
            power: f32x8::ZERO,
            peak: f32x8::ZERO,
            samples: 0,
            exists: std::array::from_fn(|band| low_hz(band).is_some()),
        }
    }

    /// Listens to a part of a block.
    pub(super) fn add(&mut self, left: &[f32], right: &[f32]) {
        for (l, r) in left.iter().zip(right) {
            let sample = f32x8::from([*l, *l, *l, *l, *r, *r, *r, *r]);
            let band = self.low_pass.process(self.high_pass.process(sample));
            self.power += band * band;
            self.peak = self.peak.max(band.abs());
        }
        self.samples += left.len();
    }

    /// A block is complete.
    pub(super) fn end_block(&mut self) -> BandBlock {
        let (power, peak) = (self.power.to_array(), self.peak.to_array());
        let samples = std::mem::take(&mut self.samples).max(1) as f64;
        (self.power, self.peak) = (f32x8::ZERO, f32x8::ZERO);
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
