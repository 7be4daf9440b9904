//! A compressor of one to four bands: turns loud passages down, each band and channel by itself or linked.
//!
//! Feed-forward: level ([`detector`]) → static curve ([`curve`]) → attack and release ([`envelope`]) → gain, all in decibels and for every
//! sample, after D. Giannoulis, M. Massberg, J. Reiss, "Digital Dynamic Range Compressor Design - A Tutorial and Analysis", JAES 60 (2012).
//! Works on bands that a crossover has split (or on the whole signal as one band) and multiplies each by its gain,
//! `dry + wet · gain` with `dry` = 1 - mix and `wet` = mix · makeup: dry is the phase-matched sum of the same bands, so that mixing
//! never combs. A band that is off has `dry` = 1 and `wet` = 0; with any band soloed all others have neither. A band whose
//! reduction is zero passes bit for bit but for its makeup.
//!
//! Stereo link: with a link of l the level of each channel is l · the louder channel's + (1 - l) · its own, in decibels; at 100 %
//! both have the same gain. The sidechain low cut is a Butterworth high-pass of second order (bilinear, its corner exact) ahead of the
//! detectors of all bands.
//!
//! Latency: none. Cost: about eighty operations a sample on four bands at once, two thirds more when the channels are
//! not linked, and less than twenty while nothing is loud enough to be reduced.

pub mod curve;
pub mod decibels;
pub mod detector;
pub mod envelope;

#[cfg(test)]
mod tests;

use self::{
    curve::Curve,
    decibels::power_to_db,
    detector::LevelDetector,
    envelope::{Ballistics, Envelope},
};
use super::{
    CONTROL_INTERVAL,
    crossover::Bands,
    glide::Glides,
    quad::{LANES, Quad, Real, ScalarQuad},
    svf::{Svf, SvfCoefficients},
};
use crate::settings::{CompressorBand, CompressorSettings, Detector, MAX_BANDS};

const _: () = assert!(MAX_BANDS == LANES, "a lane for each band");

/// Time that gains and the static curve take to move to new settings.
const GLIDE_S: f64 = 0.02;
/// Levels so far below a knee are certainly below it, whatever the errors of decibels.
const QUIET_MARGIN_DB: f64 = 1e-5;
/// Highest sidechain low cut as a part of the sample rate, so that the filter exists at any rate.
const HIGHEST_OF_RATE: f64 = 0.49;

/// A compressor for bands of one stereo signal.
pub struct Compressor {
    sample_rate: f64,
    settings: Option<CompressorSettings>,
    detector: LevelDetector<Bands>,
    envelopes: [Envelope; 2],
    ballistics: [Ballistics; MAX_BANDS],
    /// Threshold, ratio, knee and range of each band.
    curve_shapes: [Glides<4>; MAX_BANDS],
    curves: [Curve<f64>; MAX_BANDS],
    /// Powers up to which the curves reduce nothing.
    quiet_powers: ScalarQuad,
    /// 0 to 1.
    link: Glides<1>,
    /// Whether both channels have one reduction, which is then computed once.
    linked: bool,
    /// Gain of each band's dry share.
    dry: Glides<MAX_BANDS>,
    /// Gain of each band's compressed share, with makeup.
    wet: Glides<MAX_BANDS>,
    low_cut: Option<SvfCoefficients<f64>>,
    low_cut_filters: [Svf<ScalarQuad>; 2],
    greatest_power: ScalarQuad,
    greatest_reduction_db: [f64; MAX_BANDS],
    /// What the detector hears when there is a low cut, left and right.
    filtered: [[Bands; CONTROL_INTERVAL]; 2],
    /// Levels, then reductions, then gains, left and right.
    work: [[Bands; CONTROL_INTERVAL]; 2],
}

impl Compressor {
    /// A compressor at `sample_rate` Hz.
    pub fn new(sample_rate: f64) -> Self {
        Self {
            sample_rate,
            settings: None,
            detector: LevelDetector::new(sample_rate),
            envelopes: [Envelope::AT_REST; 2],
            ballistics: [Ballistics::new(&CompressorBand::default(), sample_rate); MAX_BANDS],
            curve_shapes: std::array::from_fn(|_| Glides::new(GLIDE_S, sample_rate)),
            curves: [Curve::flat(); MAX_BANDS],
            quiet_powers: ScalarQuad::ZERO,
            link: Glides::new(GLIDE_S, sample_rate),
            linked: false,
            dry: Glides::new(GLIDE_S, sample_rate),
            wet: Glides::new(GLIDE_S, sample_rate),
            low_cut: None,
            low_cut_filters: [Svf::at_rest(); 2],
            greatest_power: ScalarQuad::ZERO,
            greatest_reduction_db: [0.0; MAX_BANDS],
            filtered: [[ScalarQuad::ZERO; CONTROL_INTERVAL]; 2],
            work: [[ScalarQuad::ZERO; CONTROL_INTERVAL]; 2],
        }
    }

    /// Clears levels and reduction; the next [`Compressor::control`] takes its settings at once.
    pub fn reset(&mut self) {
        self.settings = None;
        self.detector.reset();
        self.envelopes = [Envelope::AT_REST; 2];
        for shape in &mut self.curve_shapes {
            shape.reset();
        }
        self.link.reset();
        self.dry.reset();
        self.wet.reset();
        self.low_cut = None;
        self.low_cut_filters = [Svf::at_rest(); 2];
        self.greatest_power = ScalarQuad::ZERO;
        self.greatest_reduction_db = [0.0; MAX_BANDS];
    }

    /// Begins a segment. Soloed bands beyond `band_count` count for nothing.
    pub fn control(&mut self, settings: &CompressorSettings, band_count: usize) {
        let changed = self.settings.as_ref() != Some(settings);
        if changed {
            self.settings = Some(*settings);
            self.take_settings(settings, band_count);
        }
        let curves = self.curves.iter_mut().zip(&mut self.quiet_powers.0);
        for (shape, (curve, quiet_power)) in self.curve_shapes.iter_mut().zip(curves) {
            if shape.is_still() && !changed {
                continue;
            }
            let [threshold_db, ratio, knee_db, range_db] = *shape.advance(CONTROL_INTERVAL as u32);
            *curve = Curve::new(threshold_db, ratio, knee_db, range_db);
            *quiet_power = super::db_to_gain(2.0 * (curve.quiet_db() - QUIET_MARGIN_DB));
        }
        let [link] = *self.link.advance(CONTROL_INTERVAL as u32);
        self.envelopes.iter_mut().for_each(Envelope::settle);
        let [left, right] = &mut self.envelopes;
        self.linked = link == 1.0 && left.is_like(right);
        if self.linked {
            *right = *left;
        }
        self.low_cut_filters.iter_mut().for_each(Svf::<ScalarQuad>::settle);
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
                self.low_cut_filters = [Svf::at_rest(); 2];
            }
            let g = (std::f64::consts::PI * low_cut_hz / self.sample_rate).tan();
            self.low_cut = Some(SvfCoefficients::new(g));
        } else {
            self.low_cut = None;
        }
    }

    /// Multiplies the bands by their gains, in place.
    #[inline(always)]
    pub fn process<Q: Quad>(&mut self, left: &mut [Bands], right: &mut [Bands]) {
        if self.linked {
            self.process_rows::<Q, 1>(left, right);
        } else {
            self.process_rows::<Q, 2>(left, right);
        }
    }

    /// With one reduction for both channels or one for each.
    #[inline(always)]
    fn process_rows<Q: Quad, const ROWS: usize>(&mut self, left: &mut [Bands], right: &mut [Bands]) {
        let length = left.len();
        let mut heard = [&*left, &*right];
        if let Some(low_cut) = &self.low_cut {
            let low_cut = SvfCoefficients::<Q>::side_by_side([low_cut; LANES]);
            for ((samples, kept), filtered) in heard.iter_mut().zip(&mut self.low_cut_filters).zip(&mut self.filtered) {
                let mut filter = kept.load();
                for (sample, filtered) in samples.iter().zip(filtered.iter_mut()) {
                    *filtered = filter.high_pass(&low_cut, Q::load(*sample)).store();
                }
                *kept = filter.store();
                *samples = &filtered[..length];
            }
        }
        let detector = self.settings.as_ref().map_or(Detector::Peak, |settings| settings.detector);
        let loudest = self.detector.process::<Q, ROWS>(detector, heard, &mut self.work);
        self.greatest_power = Q::load(self.greatest_power).greater(loudest).store();
        let loudest = loudest.store();
        let quiet = loudest.0.iter().zip(self.quiet_powers.0).all(|(loudest, quiet)| *loudest < quiet);
        if quiet && self.envelopes == [Envelope::AT_REST; 2] {
            self.work[0][..length].fill(ScalarQuad::splat(1.0));
            self.apply::<Q, 1>(left, right);
            return;
        }
        if quiet {
            for row in &mut self.work[..ROWS] {
                row[..length].fill(ScalarQuad::ZERO);
            }
        } else {
            self.ask_reduction::<Q, ROWS>(length);
        }
        for (row, envelope) in self.work[..ROWS].iter_mut().zip(&mut self.envelopes) {
            let greatest_db = envelope.process::<Q>(&self.ballistics, &mut row[..length]).store();
            for (greatest_db, reduction_db) in self.greatest_reduction_db.iter_mut().zip(greatest_db.0) {
                *greatest_db = reduction_db.greater(*greatest_db);
            }
        }
        if ROWS == 1 {
            self.envelopes[1] = self.envelopes[0];
        }
        self.apply::<Q, ROWS>(left, right);
    }

    /// Replaces levels (as powers) by the reduction that the static curves ask for, dB.
    #[inline(always)]
    fn ask_reduction<Q: Quad, const ROWS: usize>(&mut self, length: usize) {
        let curves = Curve::<Q>::side_by_side(&self.curves);
        let [left, right] = &mut self.work;
        if ROWS == 1 {
            for row in &mut left[..length] {
                *row = curves.reduction_db(power_to_db(Q::load(*row))).store();
            }
            return;
        }
        let [link] = *self.link.current();
        let (link, own) = (Q::splat(link), Q::splat(1.0 - link));
        for (left, right) in left[..length].iter_mut().zip(right) {
            let (left_db, right_db) = (power_to_db(Q::load(*left)), power_to_db(Q::load(*right)));
            // At a link of 1 exactly the louder level, at 0 exactly one's own.
            let shared_db = link * left_db.greater(right_db);
            *left = curves.reduction_db(shared_db + own * left_db).store();
            *right = curves.reduction_db(shared_db + own * right_db).store();
        }
    }

    /// Multiplies by dry gain and wet gain times the gain of the reduction.
    #[inline(always)]
    fn apply<Q: Quad, const ROWS: usize>(&mut self, left: &mut [Bands], right: &mut [Bands]) {
        let still = self.dry.is_still() && self.wet.is_still();
        let load = |gains: &Glides<MAX_BANDS>| Q::load(ScalarQuad(*gains.current()));
        let (mut dry, mut wet) = (load(&self.dry), load(&self.wet));
        let [left_gains, right_gains] = [&self.work[0], &self.work[ROWS - 1]];
        let gains = left_gains.iter().zip(right_gains);
        for ((left, right), (left_gain, right_gain)) in left.iter_mut().zip(right).zip(gains) {
            if !still {
                self.dry.advance(1);
                self.wet.advance(1);
                (dry, wet) = (load(&self.dry), load(&self.wet));
            }
            *left = (Q::load(*left) * (dry + wet * Q::load(*left_gain))).store();
            *right = (Q::load(*right) * (dry + wet * Q::load(*right_gain))).store();
        }
    }

    /// The greatest level of each band's louder channel since the last call, as a power.
    pub fn take_power(&mut self) -> [f64; MAX_BANDS] {
        std::mem::replace(&mut self.greatest_power, ScalarQuad::ZERO).0
    }

    /// The greatest reduction of each band since the last call, dB, 0 or more.
    pub fn take_reduction_db(&mut self) -> [f64; MAX_BANDS] {
        std::mem::replace(&mut self.greatest_reduction_db, [0.0; MAX_BANDS])
    }
}
