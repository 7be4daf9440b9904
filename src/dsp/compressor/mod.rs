//! A compressor of one to four bands: turns loud passages down, each band and channel by itself or linked.
//!
//! Feed-forward: level ([`detector`]) → static curve ([`curve`]) → attack and release ([`envelope`]) → gain, all in decibels and for every
//! sample, after D. Giannoulis, M. Massberg, J. Reiss, "Digital Dynamic Range Compressor Design - A Tutorial and Analysis", JAES 60 (2012).
//! Works on bands that a crossover has split (or on the whole signal as one band) and multiplies each by its gain; dry and wet are mixed
//! by that gain too, so that dry is the phase-matched sum of the same bands and mixing never combs. A band whose reduction is
//! zero passes bit for bit but for its makeup. Latency: none. Cost: about fifty operations a sample and lane.
//!
//! Stereo link: the level of each channel is drawn towards the louder one's, in decibels; at 100 % both have the same
//! level and therefore the same gain.

pub mod curve;
pub mod decibels;
pub mod detector;
pub mod envelope;

#[cfg(test)]
mod tests;

use self::{
    curve::{Curve, CurveLanes},
    decibels::{db_to_gain, greater, power_to_db},
    detector::LevelDetector,
    envelope::{Ballistics, Envelope},
};
use super::{
    CONTROL_INTERVAL,
    crossover::Lanes,
    glide::Glides,
    svf::{BUTTERWORTH_DAMPING, Svf, SvfCoefficients},
};
use crate::settings::{CompressorBand, CompressorSettings, Detector, MAX_BANDS};

/// Lanes of four bands of two channels.
pub const MAX_LANES: usize = 2 * MAX_BANDS;

/// Time that gains and the static curve take to move to new settings.
const GLIDE_S: f64 = 0.02;
/// Highest sidechain low cut as a part of the sample rate, so that the filter exists at any rate.
const HIGHEST_OF_RATE: f64 = 0.49;

/// A compressor for bands of one stereo signal.
pub struct Compressor {
    sample_rate: f64,
    settings: Option<CompressorSettings>,
    detector: LevelDetector,
    envelope: Envelope,
    ballistics: [Ballistics; MAX_BANDS],
    /// Threshold, ratio, knee and range of each band.
    curve_shapes: [Glides<4>; MAX_BANDS],
    curves: [Curve; MAX_BANDS],
    /// 0 to 1.
    link: Glides<1>,
    /// Gain of each band's dry share.
    dry: Glides<MAX_BANDS>,
    /// Gain of each band's compressed share, with makeup.
    wet: Glides<MAX_BANDS>,
    low_cut: Option<SvfCoefficients<MAX_LANES>>,
    low_cut_filter: Svf<MAX_LANES>,
    greatest_reduction_db: [f64; MAX_BANDS],
}

impl Compressor {
    /// A compressor at `sample_rate` Hz.
    pub fn new(sample_rate: f64) -> Self {
        Self {
            sample_rate,
            settings: None,
            detector: LevelDetector::new(sample_rate),
            envelope: Envelope::at_rest(),
            ballistics: [Ballistics::new(&CompressorBand::default(), sample_rate); MAX_BANDS],
            curve_shapes: std::array::from_fn(|_| Glides::new(GLIDE_S, sample_rate)),
            curves: [Curve::flat(); MAX_BANDS],
            link: Glides::new(GLIDE_S, sample_rate),
            dry: Glides::new(GLIDE_S, sample_rate),
            wet: Glides::new(GLIDE_S, sample_rate),
            low_cut: None,
            low_cut_filter: Svf::at_rest(),
            greatest_reduction_db: [0.0; MAX_BANDS],
        }
    }

    /// Clears levels and reduction; the next [`Compressor::control`] takes its settings at once.
    pub fn reset(&mut self) {
        self.settings = None;
        self.detector.reset();
        self.envelope.reset();
        for shape in &mut self.curve_shapes {
            shape.reset();
        }
        self.link.reset();
        self.dry.reset();
        self.wet.reset();
        self.low_cut = None;
        self.low_cut_filter = Svf::at_rest();
        self.greatest_reduction_db = [0.0; MAX_BANDS];
    }

    /// Begins a segment. Soloed bands beyond `band_count` count for nothing.
    pub fn control(&mut self, settings: &CompressorSettings, band_count: usize) {
        let changed = self.settings.as_ref() != Some(settings);
        if changed {
            self.settings = Some(*settings);
            self.take_settings(settings, band_count);
        }
        for (shape, curve) in self.curve_shapes.iter_mut().zip(&mut self.curves) {
            if shape.is_still() && !changed {
                continue;
            }
            let [threshold_db, ratio, knee_db, range_db] = *shape.advance(CONTROL_INTERVAL as u32);
            *curve = Curve::new(threshold_db, ratio, knee_db, range_db);
        }
        self.link.advance(CONTROL_INTERVAL as u32);
        self.envelope.settle();
        self.low_cut_filter.settle();
    }

    fn take_settings(&mut self, settings: &CompressorSettings, band_count: usize) {
        let mix = f64::from(settings.mix_percent) * 0.01;
        let soloing = settings.bands[..band_count.min(MAX_BANDS)].iter().any(|band| band.solo);
        let (mut dry, mut wet) = ([0.0; MAX_BANDS], [0.0; MAX_BANDS]);
        for (index, band) in settings.bands.iter().enumerate() {
            // A band that is off keeps its ballistics: what it still reduces is let go at its own pace.
            let ratio = if band.on { f64::from(band.ratio) } else { 1.0 };
            self.curve_shapes[index].aim([
                f64::from(band.threshold_db),
                ratio,
                f64::from(band.knee_db),
                f64::from(band.range_db),
            ]);
            self.ballistics[index] = Ballistics::new(band, self.sample_rate);
            if band.solo || !soloing {
                let share = if band.on { mix } else { 0.0 };
                dry[index] = 1.0 - share;
                wet[index] = share * super::db_to_gain(f64::from(band.makeup_db));
            }
        }
        self.dry.aim(dry);
        self.wet.aim(wet);
        self.link.aim([f64::from(settings.stereo_link_percent) * 0.01]);
        let low_cut_hz = f64::from(settings.sidechain_low_cut_hz).min(HIGHEST_OF_RATE * self.sample_rate);
        if low_cut_hz > 0.0 {
            if self.low_cut.is_none() {
                self.low_cut_filter = Svf::at_rest();
            }
            let g = (std::f64::consts::PI * low_cut_hz / self.sample_rate).tan();
            self.low_cut = Some(SvfCoefficients::new([g; MAX_LANES]));
        } else {
            self.low_cut = None;
        }
    }

    /// Multiplies the `N / 2` bands by their gains, in place.
    #[inline(always)]
    pub fn process<const N: usize>(&mut self, bands: &mut [Lanes<N>]) {
        let mut work = [[0.0; N]; CONTROL_INTERVAL];
        let work = &mut work[..bands.len()];
        work.copy_from_slice(bands);
        if let Some(coefficients) = self.low_cut {
            self.cut_lows(&coefficients, work);
        }
        let detector = self.settings.as_ref().map_or(Detector::Peak, |settings| settings.detector);
        self.detector.process(detector, work);
        self.ask_reduction(work);
        self.envelope.process::<N>(&across_channels(&self.ballistics), work);
        self.apply(work, bands);
    }

    /// The sidechain's high-pass of second order.
    #[inline(always)]
    fn cut_lows<const N: usize>(&mut self, coefficients: &SvfCoefficients<MAX_LANES>, lanes: &mut [Lanes<N>]) {
        for row in lanes {
            let mut x = [0.0; MAX_LANES];
            x[..N].copy_from_slice(row);
            let outputs = self.low_cut_filter.tick(coefficients, x);
            for lane in 0..N {
                row[lane] = x[lane] - BUTTERWORTH_DAMPING * outputs.band[lane] - outputs.low[lane];
            }
        }
    }

    /// Replaces levels (as powers) by the reduction that the static curves ask for, dB.
    #[inline(always)]
    fn ask_reduction<const N: usize>(&self, lanes: &mut [Lanes<N>]) {
        let curves = CurveLanes::<N>::new(&across_channels(&self.curves));
        let [link] = *self.link.current();
        for power in lanes.as_flattened_mut() {
            *power = power_to_db(*power);
        }
        for row in lanes {
            let (left_db, right_db) = row.split_at_mut(N / 2);
            for band in 0..N / 2 {
                // At a link of 1 exactly the louder level, at 0 exactly one's own.
                let shared_db = link * greater(left_db[band], right_db[band]);
                left_db[band] = curves.reduction_db(band, shared_db + (1.0 - link) * left_db[band]);
                right_db[band] = curves.reduction_db(band, shared_db + (1.0 - link) * right_db[band]);
            }
        }
    }

    /// Multiplies by the gain of the smoothed reduction, dB, which is used up.
    #[inline(always)]
    fn apply<const N: usize>(&mut self, reductions_db: &mut [Lanes<N>], bands: &mut [Lanes<N>]) {
        let mut greatest_db = [0.0; N];
        for row in &*reductions_db {
            for (greatest_db, reduction_db) in greatest_db.iter_mut().zip(row) {
                *greatest_db = greater(*reduction_db, *greatest_db);
            }
        }
        for (lane, greatest_db) in greatest_db.iter().enumerate() {
            let band = lane % (N / 2);
            self.greatest_reduction_db[band] = greater(self.greatest_reduction_db[band], *greatest_db);
        }
        for reduction_db in reductions_db.as_flattened_mut() {
            *reduction_db = db_to_gain(-*reduction_db);
        }
        let still = self.dry.is_still() && self.wet.is_still();
        let mut dry: Lanes<N> = across_channels(self.dry.current());
        let mut wet: Lanes<N> = across_channels(self.wet.current());
        for (row, band) in reductions_db.iter().zip(bands) {
            if !still {
                dry = across_channels(self.dry.advance(1));
                wet = across_channels(self.wet.advance(1));
            }
            for lane in 0..N {
                band[lane] *= dry[lane] + wet[lane] * row[lane];
            }
        }
    }

    /// The greatest reduction of each band since the last call, dB, 0 or more.
    pub fn take_reduction_db(&mut self) -> [f64; MAX_BANDS] {
        std::mem::replace(&mut self.greatest_reduction_db, [0.0; MAX_BANDS])
    }
}

/// Values of bands, for the lanes of both channels.
#[inline(always)]
fn across_channels<T: Copy, const N: usize>(of_bands: &[T; MAX_BANDS]) -> [T; N] {
    std::array::from_fn(|lane| of_bands[lane % (N / 2)])
}
