//! The equaliser: eight bands in series, each a bell, shelf, cut, notch or tilt on stereo, mid or side.
//!
//! The magnitudes follow the analogue prototypes ([`prototype`]) up to the Nyquist frequency ([`design`], after Vicanek 2016)
//! with minimum phase; each section is a trapezoidal state-variable filter ([`svf`]), which any automation leaves stable. Values
//! glide as far as a filter can follow, and all other changes crossfade ([`band`]), so that no automation swells by more than
//! about 1 dB over what the settings on its way give. A band's gain may follow the level ([`dynamics`]). Sections run several
//! at a time ([`cascade`]); if a band works on mid or side alone, all work on mid and side. Latency: none. Cost: nothing while
//! no band is on; about 10 ns a sample with eight bells at rest, wherever they are placed, 55 ns while all fade, 100 ns while
//! all glide; a band with dynamics 8 ns, and 14 ns while its gain moves. Bands that are off or at 0 dB leave every sample as it
//! is.

mod band;
mod cascade;
mod cut;
mod design;
pub mod dynamics;
mod pole_zero;
pub mod prototype;
mod resonance;
pub mod response;
mod still_form;
mod svf;
#[cfg(test)]
mod tests;
mod voice;

use self::{
    band::{Band, Work},
    cascade::{Cascade, has_wide_vectors},
    design::Designer,
    svf::{Domain, Frame},
};
#[cfg(doc)]
use crate::dsp::CONTROL_INTERVAL;
use crate::{
    dsp::wider::wider,
    settings::{EQ_BANDS, EqSettings},
};

/// Samples at rest from one end of dying tails to the next, and the most that are filtered at a time.
const RESTING_INTERVAL: usize = 256;

/// Eight bands in series.
pub struct Equaliser {
    designer: Designer,
    bands: [Band; EQ_BANDS],
    /// Whether any band does anything in this segment, or listens.
    working: bool,
    /// What the frames are in this segment. Mid and side, when a band works on one of them: all others do just as well.
    domain: Domain,
    has_wide_vectors: bool,
    /// The furthest that each band's gain has moved since the last look, dB.
    furthest_movement_db: [f32; EQ_BANDS],
    /// Samples since the segment began.
    elapsed: u32,
    /// Whether nothing is on its way, so that the next segment is like this one as long as the settings stay.
    rests: bool,
    /// Samples at rest until dying tails are ended.
    until_quieten: usize,
    frames: [Frame; RESTING_INTERVAL],
}

impl Equaliser {
    /// An equaliser at `sample_rate` Hz (8000 to 768000). Latency: none.
    pub fn new(sample_rate: f64) -> Self {
        let mut equaliser = Self {
            designer: Designer::new(sample_rate),
            bands: std::array::from_fn(|_| Band::new(sample_rate)),
            working: false,
            domain: Domain::LeftRight,
            has_wide_vectors: has_wide_vectors(),
            furthest_movement_db: [0.0; EQ_BANDS],
            elapsed: 0,
            rests: false,
            until_quieten: RESTING_INTERVAL,
            frames: [Frame::ZERO; RESTING_INTERVAL],
        };
        equaliser.reset();
        equaliser
    }

    /// Clears the filters; the next [`Equaliser::control`] takes its settings at once.
    pub fn reset(&mut self) {
        self.working = false;
        self.domain = Domain::LeftRight;
        self.elapsed = 0;
        self.rests = false;
        self.furthest_movement_db = [0.0; EQ_BANDS];
        for band in &mut self.bands {
            band.reset();
        }
    }

    /// Whether nothing is on its way: until the settings change [`Equaliser::control`] need not be called, and
    /// [`Equaliser::process`] takes any number of samples.
    pub fn rests(&self) -> bool {
        self.rests
    }

    /// Begins a segment.
    pub fn control(&mut self, settings: &EqSettings) {
        self.working = false;
        let mut domain = Domain::LeftRight;
        let bands = self.bands.iter_mut().zip(&settings.bands).zip(&mut self.furthest_movement_db);
        for ((band, band_settings), furthest_db) in bands {
            band.control(band_settings, settings.on && band_settings.on, &self.designer, self.elapsed);
            self.working |= band.work() != Work::Nothing || band.listens();
            if band.needs_mid_side() {
                domain = Domain::MidSide;
            }
            let movement_db = band.movement_db() as f32;
            if movement_db.abs() > furthest_db.abs() {
                *furthest_db = movement_db;
            }
        }
        self.elapsed = 0;
        self.rests = self.bands.iter().all(Band::rests);
        self.until_quieten = RESTING_INTERVAL;
        if domain != self.domain {
            self.domain = domain;
            for band in &mut self.bands {
                band.change_domain(domain);
            }
        }
    }

    /// Filters in place; for at most [`CONTROL_INTERVAL`] samples since the last [`Equaliser::control`], or any number at rest.
    pub fn process(&mut self, left: &mut [f64], right: &mut [f64]) {
        if !self.rests {
            self.elapsed += left.len() as u32;
        }
        if !self.working {
            return;
        }
        let mut start = 0;
        while start < left.len() {
            let end = left.len().min(start + self.until_quieten);
            self.process_run(&mut left[start..end], &mut right[start..end]);
            self.until_quieten -= end - start;
            if self.until_quieten == 0 {
                self.until_quieten = RESTING_INTERVAL;
                self.bands.iter_mut().for_each(Band::rest_on);
            }
            start = end;
        }
    }

    /// Filters at most [`RESTING_INTERVAL`] samples.
    fn process_run(&mut self, left: &mut [f64], right: &mut [f64]) {
        let domain = self.domain;
        let frames = &mut self.frames[..left.len()];
        match domain {
            Domain::LeftRight => join_left_right(left, right, frames),
            Domain::MidSide => join_mid_side(left, right, frames),
        }
        let mut cascade = Cascade::new(self.has_wide_vectors);
        let mut changed = false;
        for band in &mut self.bands {
            changed |= band.work() != Work::Nothing;
            let mut run = 0;
            if band.listens() {
                cascade.finish(frames);
                run = band.listen(frames, domain);
            }
            match band.work() {
                Work::Nothing => {}
                Work::Plain => {
                    for section in &mut band.plain_sections()[run..] {
                        cascade.push(section, frames);
                    }
                }
                Work::Fade => {
                    cascade.finish(frames);
                    band.fade(frames);
                }
            }
        }
        cascade.finish(frames);
        if !changed {
            return;
        }
        match domain {
            Domain::LeftRight => split_left_right(frames, left, right),
            Domain::MidSide => split_mid_side(frames, left, right),
        }
    }

    /// The furthest that dynamics have moved each band's gain since the last call, in dB, below 0 or above, and starts anew
    /// from where it is.
    pub fn take_movement_db(&mut self) -> [f32; EQ_BANDS] {
        let now = std::array::from_fn(|index| self.bands[index].movement_db() as f32);
        std::mem::replace(&mut self.furthest_movement_db, now)
    }
}

wider! {
    fn join_left_right(left: &[f64], right: &[f64], frames: &mut [Frame]) {
        for ((frame, left), right) in frames.iter_mut().zip(left).zip(right) {
            *frame = Frame::new([*left, *right]);
        }
    }
}

wider! {
    fn join_mid_side(left: &[f64], right: &[f64], frames: &mut [Frame]) {
        for ((frame, left), right) in frames.iter_mut().zip(left).zip(right) {
            *frame = Domain::LeftRight.to_mid_side(Frame::new([*left, *right]));
        }
    }
}

wider! {
    fn split_left_right(frames: &[Frame], left: &mut [f64], right: &mut [f64]) {
        for ((frame, left), right) in frames.iter().zip(left).zip(right) {
            [*left, *right] = frame.to_array();
        }
    }
}

wider! {
    fn split_mid_side(frames: &[Frame], left: &mut [f64], right: &mut [f64]) {
        for ((frame, left), right) in frames.iter().zip(left).zip(right) {
            [*left, *right] = Domain::MidSide.to_left_right(*frame).to_array();
        }
    }
}
