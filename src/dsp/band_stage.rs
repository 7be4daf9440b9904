//! Compressor and imager: one crossover, both modules' work on its bands.
//!
//! What runs is a [`Path`] of the settings: nothing at all (bit-exact), one band, two to four bands behind a [`Crossover`], or the imager
//! alone. A change of path (module on or off, another band count) runs both paths side by side, lets the new one's filters
//! fill, and crossfades. All other settings glide within their path. Mono below follows whatever path there is.
//! Latency: none. Cost: that of the path in use; two of them for 40 ms at a change.

#[cfg(target_arch = "x86_64")]
use super::quad::AvxQuad;
use super::{
    CONTROL_INTERVAL,
    compressor::Compressor,
    crossover::{Bands, Crossover},
    glide::Glide,
    imager::{BandWidths, MonoBelow, WidthShelves, side_gains},
    quad::{Quad, ScalarQuad},
};
use crate::settings::{CompressorSettings, ImagerSettings, MAX_BANDS};

#[cfg(test)]
mod tests;

/// Time that a new path's filters run before they are heard.
const WARM_UP_S: f64 = 0.02;
/// Time of the crossfade between two paths.
const FADE_S: f64 = 0.02;

/// Which modules work, and on how many bands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Route {
    /// Neither module: the signal passes untouched.
    Through,
    /// The compressor on so many bands, each with its width.
    Compress(usize),
    /// The imager alone, with widths for so many bands.
    Widths(usize),
}

impl Route {
    fn of(compressor: &CompressorSettings, imager: &ImagerSettings) -> Self {
        let bands = usize::from(compressor.band_count).clamp(1, MAX_BANDS);
        if compressor.on {
            Self::Compress(bands)
        } else if side_gains(imager)[..bands].iter().any(|gain| *gain != 1.0) {
            Self::Widths(bands)
        } else {
            Self::Through
        }
    }
}

/// Crossover, compressor and imager.
pub struct BandStage {
    paths: [Path; 2],
    /// Index of the path that is heard.
    heard: usize,
    started: bool,
    /// Whether the other path is on its way in.
    changing: bool,
    /// Whether the signal passes untouched as long as the settings stay.
    rests: bool,
    warm_up_samples: usize,
    warm_up_left: usize,
    /// Share of the path on its way in.
    fade: Glide,
    mono_below: MonoBelow,
}

impl BandStage {
    /// A stage at `sample_rate` Hz. Latency: none.
    pub fn new(sample_rate: f64) -> Self {
        Self {
            paths: [Path::new(sample_rate), Path::new(sample_rate)],
            heard: 0,
            started: false,
            changing: false,
            rests: false,
            warm_up_samples: (WARM_UP_S * sample_rate).round() as usize,
            warm_up_left: 0,
            fade: Glide::new(FADE_S, sample_rate),
            mono_below: MonoBelow::new(sample_rate),
        }
    }

    /// Clears filters and envelopes.
    pub fn reset(&mut self) {
        self.heard = 0;
        self.started = false;
        self.changing = false;
        self.rests = false;
        self.mono_below.reset();
    }

    /// Whether the signal passes untouched: until the settings change [`BandStage::control`] need not be called, and
    /// [`BandStage::process`] takes any number of samples.
    pub fn rests(&self) -> bool {
        self.rests
    }

    /// Begins a segment.
    pub fn control(&mut self, compressor: &CompressorSettings, imager: &ImagerSettings) {
        let route = Route::of(compressor, imager);
        if !self.started {
            self.started = true;
            self.paths[self.heard].start(route);
        } else if !self.changing && route != self.paths[self.heard].route {
            self.changing = true;
            self.paths[1 - self.heard].start(route);
            self.warm_up_left = if route == Route::Through { 0 } else { self.warm_up_samples };
            self.fade.reset();
            self.fade.aim(0.0);
            self.fade.aim(1.0);
        }
        self.paths[self.heard].control(compressor, imager);
        if self.changing {
            self.paths[1 - self.heard].control(compressor, imager);
        }
        self.mono_below.control(imager);
        self.rests = !self.changing && self.paths[self.heard].route == Route::Through && self.mono_below.is_idle();
    }

    /// Works in place on at most [`CONTROL_INTERVAL`] samples, or any number at rest.
    pub fn process(&mut self, left: &mut [f64], right: &mut [f64]) {
        if self.rests {
            return;
        }
        if self.changing {
            self.process_change(left, right);
        } else {
            self.paths[self.heard].process(left, right);
        }
        self.mono_below.process(left, right);
    }

    /// Both paths, crossfaded.
    fn process_change(&mut self, left: &mut [f64], right: &mut [f64]) {
        let (mut new_left, mut new_right) = ([0.0; CONTROL_INTERVAL], [0.0; CONTROL_INTERVAL]);
        let (new_left, new_right) = (&mut new_left[..left.len()], &mut new_right[..right.len()]);
        new_left.copy_from_slice(left);
        new_right.copy_from_slice(right);
        self.paths[self.heard].process(left, right);
        self.paths[1 - self.heard].process(new_left, new_right);
        for index in 0..left.len() {
            if self.warm_up_left > 0 {
                self.warm_up_left -= 1;
                continue;
            }
            let line = self.fade.next_sample();
            // Without corners: level in its slope at both ends.
            let share = line * line * (3.0 - 2.0 * line);
            for (old, new) in [(&mut left[index], new_left[index]), (&mut right[index], new_right[index])] {
                *old = if share == 1.0 { new } else { *old + share * (new - *old) };
            }
        }
        if self.warm_up_left == 0 && self.fade.is_still() {
            self.heard = 1 - self.heard;
            self.changing = false;
        }
    }

    /// The greatest level of each band since the last call, as the detector has it (linear; 0 without compressor), and starts anew.
    pub fn take_level(&mut self) -> [f32; MAX_BANDS] {
        let [first, second] = self.paths.each_mut().map(|path| path.compressor.take_power());
        std::array::from_fn(|band| first[band].max(second[band]).sqrt() as f32)
    }

    /// The most gain reduction of each band since the last call, in dB (0 or more), and starts anew.
    pub fn take_reduction_db(&mut self) -> [f32; MAX_BANDS] {
        let [first, second] = &mut self.paths;
        let (first_db, second_db) = (first.compressor.take_reduction_db(), second.compressor.take_reduction_db());
        std::array::from_fn(|band| first_db[band].max(second_db[band]) as f32)
    }
}

/// One way through the stage, with all the state that any route needs.
struct Path {
    route: Route,
    crossover: Crossover,
    compressor: Compressor,
    band_widths: BandWidths,
    shelves: WidthShelves,
    /// Bands of the left and right channel.
    bands: [[Bands; CONTROL_INTERVAL]; 2],
    /// Whether the processor has vectors of four lanes.
    #[cfg(target_arch = "x86_64")]
    has_avx2: bool,
}

impl Path {
    fn new(sample_rate: f64) -> Self {
        Self {
            #[cfg(target_arch = "x86_64")]
            has_avx2: std::is_x86_feature_detected!("avx2"),
            route: Route::Through,
            crossover: Crossover::new(sample_rate),
            compressor: Compressor::new(sample_rate),
            band_widths: BandWidths::new(sample_rate),
            shelves: WidthShelves::new(sample_rate),
            bands: [[ScalarQuad::ZERO; CONTROL_INTERVAL]; 2],
        }
    }

    /// Takes a route with everything at rest.
    fn start(&mut self, route: Route) {
        self.route = route;
        self.crossover.reset();
        self.compressor.reset();
        self.band_widths.reset();
        self.shelves.reset();
    }

    fn control(&mut self, compressor: &CompressorSettings, imager: &ImagerSettings) {
        match self.route {
            Route::Through => {}
            Route::Compress(bands) => {
                self.crossover.control(&compressor.crossovers_hz, bands);
                self.compressor.control(compressor, bands);
                self.band_widths.control(side_gains(imager));
            }
            Route::Widths(bands) => self.shelves.control(side_gains(imager), &compressor.crossovers_hz, bands),
        }
    }

    fn process(&mut self, left: &mut [f64], right: &mut [f64]) {
        #[cfg(target_arch = "x86_64")]
        if self.has_avx2 {
            // SAFETY: the processor has AVX2, which is all that the function needs.
            unsafe { self.process_avx2(left, right) };
            return;
        }
        self.process_route::<ScalarQuad>(left, right);
    }

    /// [`Path::process_route`] in AVX2 instructions: the same samples.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    fn process_avx2(&mut self, left: &mut [f64], right: &mut [f64]) {
        self.process_route::<AvxQuad>(left, right);
    }

    #[inline(always)]
    fn process_route<Q: Quad>(&mut self, left: &mut [f64], right: &mut [f64]) {
        match self.route {
            Route::Through => {}
            Route::Compress(bands) => self.process_bands::<Q>(bands, left, right),
            Route::Widths(_) => self.shelves.process::<Q>(left, right),
        }
    }

    #[inline(always)]
    fn process_bands<Q: Quad>(&mut self, count: usize, left: &mut [f64], right: &mut [f64]) {
        let [left_bands, right_bands] = &mut self.bands;
        let (left_bands, right_bands) = (&mut left_bands[..left.len()], &mut right_bands[..right.len()]);
        if count == 1 {
            for (samples, bands) in [(&*left, &mut *left_bands), (right, right_bands)] {
                for (sample, bands) in samples.iter().zip(bands) {
                    *bands = Q::splat(0.0).with_first(Q::splat(*sample)).store();
                }
            }
        } else {
            self.crossover.process::<Q>(left, right, [left_bands, right_bands]);
        }
        self.compressor.process::<Q>(left_bands, right_bands);
        self.band_widths.process::<Q>(left_bands, right_bands);
        for ((left, right), (left_bands, right_bands)) in
            left.iter_mut().zip(right).zip(left_bands.iter().zip(right_bands))
        {
            let (left_bands, right_bands) = (Q::load(*left_bands), Q::load(*right_bands));
            // Bands 0 and 1, then 2 and 3, of both channels.
            let [low_left, low_right, high_left, high_right] =
                (left_bands.even(right_bands) + left_bands.odd(right_bands)).store().0;
            (*left, *right) = (low_left + high_left, low_right + high_right);
        }
    }
}
