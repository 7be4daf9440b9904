//! Dynamic gain: a band's gain follows the level of what the band works on.
//!
//! The level is listened to through a filter of the band's own: a band-pass of its frequency and Q for a bell, a Butterworth
//! low-pass or high-pass of second order at its frequency for a shelf (a tilt listens above its pivot), on the band's placement;
//! of a stereo band's channels the louder one counts. It is the mean square of the compressor's detector, window 10 ms: a
//! steady sine at the bell's frequency, or well within the shelf, reads its own RMS level (a full-scale one -3.01 dB), at the
//! shelf's frequency 3.01 dB less. From 50 Hz on the reading stands still.
//!
//! Curve: formula (4) of D. Giannoulis, M. Massberg, J. Reiss, "Digital Dynamic Range Compressor Design", JAES 60 (2012), with
//! a ratio R of [`RATIO`] and a knee W of [`KNEE_DB`]. At a level x and a threshold T the gain moves by the range's sign times
//!
//! - 0 below the knee, where 2 (x - T) < -W;
//! - (1 - 1/R) (x - T + W/2)² / (2 W) within it;
//! - (1 - 1/R) (x - T) above it,
//!
//! but never by more than the range, and the band's gain with it stays within ±18 dB. A negative range so compresses 2:1; a
//! positive one raises 2 dB of level to 3. The movement is smoothed by a one-pole in dB, formula (17) of the same
//! paper: 1 - 1/e of a step is covered in the attack or the release time, at any sample rate (but in no less than the time that
//! the band's filter rings, and twenty times that for shelves from Q 2 on, which can't follow faster without a swell). It takes
//! its steps at the control clock
//! and the filters glide from one to the next, so the gain is one step (32 samples) late; the level is the sample's. Cost of a
//! band that listens: about that of two more sections and a level detector, and while its gain moves that of a gliding band. With a
//! static gain of 0 dB its filter runs unheard, so that it has swung in when the gain moves.

use std::f64::consts::{PI, SQRT_2};

use super::{
    cascade::process_beside,
    design::{HIGHEST_SHARE, Values},
    svf::{Coefficients, Domain, Frame, Section},
};
use crate::{
    dsp::{
        CONTROL_INTERVAL,
        compressor::{curve::Curve, decibels::power_to_db, detector::LevelDetector},
        glide::Glides,
    },
    settings::{BandDynamics, Detector, EqBand, FilterType, Placement},
};

/// Level over the threshold for each dB of level that is left over it; the other dB is what the gain moves by.
pub const RATIO: f64 = 2.0;
/// Width of the soft knee about the threshold, dB.
pub const KNEE_DB: f64 = 6.0;
/// The greatest gain of a band, static and dynamic together, dB.
pub const GREATEST_GAIN_DB: f64 = 18.0;

/// Time that threshold and range take to move to new settings.
const GLIDE_S: f64 = 0.02;
/// A movement that ends counts as ended under this share of the range, 0.002 dB at most, so that the band comes to rest.
const NEGLIGIBLE_SHARE: f64 = 1e-4;

/// Where the gain of a band with these dynamics settles on a steady level (dB RMS of what the band listens to), dB of
/// movement. Whether the dynamics are on plays no part, nor does the limit of [`GREATEST_GAIN_DB`].
pub fn movement_db(level_db: f64, dynamics: &BandDynamics) -> f64 {
    let range_db = f64::from(dynamics.range_db);
    range_db.signum() * curve(f64::from(dynamics.threshold_db), range_db).reduction_db(level_db)
}

/// The gain that a band moves to when the level is far over the threshold, dB: its static gain if it has no dynamics.
pub fn gain_at_range_db(band: &EqBand) -> f64 {
    let range_db = if band.dynamics.on { f64::from(band.dynamics.range_db) } else { 0.0 };
    within_limits(f64::from(band.gain_db) + range_db)
}

/// A gain as far as bands have it.
pub fn within_limits(gain_db: f64) -> f64 {
    gain_db.clamp(-GREATEST_GAIN_DB, GREATEST_GAIN_DB)
}

fn curve(threshold_db: f64, range_db: f64) -> Curve<f64> {
    Curve::new(threshold_db, RATIO, KNEE_DB, range_db.abs())
}

/// What the listening filter is for a band of this type; [`Coefficients::IDENTITY`] for those without a gain.
fn listening_filter(filter: FilterType, values: Values, sample_rate: f64) -> Coefficients {
    let frequency = (PI * (values.frequency_hz / sample_rate).min(HIGHEST_SHARE)).tan();
    let mixed = |damping: f64, drive, input, band_pass, low_pass| Coefficients {
        frequency,
        damping: damping * frequency,
        second_order: 1.0,
        drive,
        input,
        band_pass,
        low_pass,
    };
    match filter {
        FilterType::Bell => mixed(1.0 / values.q, 1.0 / values.q, 0.0, 1.0, 0.0),
        FilterType::LowShelf => mixed(SQRT_2, 1.0, 0.0, 0.0, 1.0),
        FilterType::HighShelf | FilterType::Tilt => mixed(SQRT_2, 1.0, 1.0, -SQRT_2, -1.0),
        FilterType::LowCut | FilterType::HighCut | FilterType::Notch => Coefficients::IDENTITY,
    }
}

/// The dynamics of one band.
#[derive(Clone)]
pub struct Dynamics {
    sample_rate: f64,
    /// Threshold and range, dB; the range is 0 while off.
    figures: Glides<2>,
    attack_ms: f64,
    release_ms: f64,
    filter: Section,
    /// Frequency in Hz and Q that the filter has or is on its way to.
    tuned: [f64; 2],
    detector: LevelDetector<f64>,
    /// Mean square of what was heard last, of the louder channel.
    power: f64,
    reach: Reach,
    movement_db: f64,
    /// Whether there is a range or one on its way out.
    on: bool,
    /// Whether the band listens.
    works: bool,
}

impl Dynamics {
    /// Dynamics that are off, at `sample_rate` Hz.
    pub fn new(sample_rate: f64) -> Self {
        let BandDynamics { attack_ms, release_ms, .. } = BandDynamics::default();
        Self {
            sample_rate,
            figures: Glides::new(GLIDE_S, sample_rate),
            attack_ms: f64::from(attack_ms),
            release_ms: f64::from(release_ms),
            filter: Section::new(),
            tuned: [0.0; 2],
            detector: LevelDetector::new(sample_rate),
            power: 0.0,
            reach: Reach::default(),
            movement_db: 0.0,
            on: false,
            works: false,
        }
    }

    /// Off at once; the next [`Dynamics::aim`] jumps.
    pub fn reset(&mut self) {
        self.figures.reset();
        self.stop();
    }

    fn stop(&mut self) {
        self.on = false;
        if self.works {
            self.works = false;
            self.detector.reset();
        }
        self.power = 0.0;
        self.reach = Reach::default();
        self.movement_db = 0.0;
    }

    /// Takes settings; `on` counts in place of the one among them.
    pub fn aim(&mut self, settings: &BandDynamics, on: bool) {
        // Brought into their ranges, from whatever they are.
        let within = |value: f32, least: f64, greatest: f64| f64::from(value).max(least).min(greatest);
        let range_db = within(settings.range_db, -GREATEST_GAIN_DB, GREATEST_GAIN_DB);
        let range_db = if on { range_db } else { 0.0 };
        self.figures.aim([within(settings.threshold_db, -80.0, 0.0), range_db]);
        self.attack_ms = within(settings.attack_ms, 0.1, 300.0);
        self.release_ms = within(settings.release_ms, 5.0, 3000.0);
        self.on = range_db != 0.0 || !self.figures.is_still();
    }

    /// Whether [`Dynamics::control`] has to be called.
    pub fn is_on(&self) -> bool {
        self.on
    }

    /// Begins a segment, `elapsed` samples after the last one began, for a band of this type with these values at
    /// the end of the segment, whose filter rings for so many seconds.
    pub fn control(&mut self, filter: FilterType, ahead: Values, rings_s: f64, elapsed: u32) {
        let [threshold_db, range_db] = *self.figures.advance(elapsed);
        if self.figures.is_still() && range_db == 0.0 {
            self.stop();
            return;
        }
        let tuned = [ahead.frequency_hz, ahead.q];
        if !self.works {
            self.works = true;
            self.filter.start(&listening_filter(filter, ahead, self.sample_rate));
        } else if tuned != self.tuned {
            self.filter.move_to(&listening_filter(filter, ahead, self.sample_rate));
        } else if !self.filter.rest_if_arrived() {
            self.filter.continue_moving();
        }
        self.tuned = tuned;
        self.filter.quieten();
        let reduction_db = curve(threshold_db, range_db).reduction_db(power_to_db(self.power));
        // Smoothed as a share of the range: a range that glides moves the gain no faster than it glides itself.
        let wanted = if reduction_db > 0.0 { reduction_db / range_db.abs() } else { 0.0 };
        let ms = if wanted > self.reach.share { self.attack_ms } else { self.release_ms };
        self.reach.step(wanted, ms.max(1000.0 * rings_s), f64::from(elapsed) / self.sample_rate);
        self.movement_db = range_db * self.reach.share;
    }

    /// What is added to the band's gain from the end of this segment on, dB.
    pub fn movement_db(&self) -> f64 {
        self.movement_db
    }

    /// Whether [`Dynamics::listen`] has to be called.
    pub fn works(&self) -> bool {
        self.works
    }

    /// Hears what the band works on; at most [`CONTROL_INTERVAL`] frames. `section` filters them in place meanwhile: both work
    /// while the other waits for its own state.
    pub fn listen(
        &mut self,
        frames: &mut [Frame],
        domain: Domain,
        placement: Placement,
        section: Option<&mut Section>,
    ) {
        let mut heard = [Frame::ZERO; CONTROL_INTERVAL];
        let heard = &mut heard[..frames.len()];
        for (heard, frame) in heard.iter_mut().zip(&*frames) {
            *heard = placed(*frame, domain, placement);
        }
        match section {
            Some(section) => process_beside(&mut self.filter, heard, section, frames),
            None => self.filter.process(heard),
        }
        let (mut samples, mut powers) = ([[0.0; CONTROL_INTERVAL]; 2], [[0.0; CONTROL_INTERVAL]; 2]);
        for (index, heard) in heard.iter().enumerate() {
            [samples[0][index], samples[1][index]] = heard.to_array();
        }
        let samples = samples.each_ref().map(|samples| &samples[..heard.len()]);
        // One row: the louder channel's.
        self.detector.process::<f64, 1>(Detector::Rms, samples, &mut powers);
        if let Some(last) = heard.len().checked_sub(1) {
            self.power = powers[0][last];
        }
    }
}

/// What a band placed there works on: left and right, or mid or side twice.
fn placed(frame: Frame, domain: Domain, placement: Placement) -> Frame {
    match placement {
        Placement::Stereo => domain.to_left_right(frame),
        Placement::Mid => Frame::splat(domain.to_mid_side(frame).to_array()[0]),
        Placement::Side => Frame::splat(domain.to_mid_side(frame).to_array()[1]),
    }
}

/// The share of the range that the gain has moved by.
#[derive(Debug, Clone, Copy, Default)]
struct Reach {
    share: f64,
}

impl Reach {
    /// A one-pole's step of so many seconds that covers 1 - 1/e in `ms`.
    fn step(&mut self, wanted: f64, ms: f64, seconds: f64) {
        self.share += (wanted - self.share) * -(-1000.0 * seconds / ms).exp_m1();
        if wanted == 0.0 && self.share < NEGLIGIBLE_SHARE {
            self.share = 0.0;
        }
    }
}
