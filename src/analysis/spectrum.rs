//! The long-term average spectrum of mid, side, left and right (Welch 1967: Hann windows, half overlapping), gated.
//!
//! Windows are about 0.7 s long (32768 samples at 48 kHz), so that the 1/12-octave bands at 20 Hz are told apart. A window counts
//! by its own loudness, K-weighted in the spectrum. Bins are shared out among bands by overlap: white noise comes out flat
//! to the hertz, a sine with its power. Cost: two real FFTs a window.

use std::collections::VecDeque;
use std::sync::Arc;

use lacquer_fourier::{Complex, RealToComplex};

use super::band::{Band, hann, weighted_sum};
use super::faults::hum::HumMeter;
use super::faults::low_pass::{FIRST_HZ, STRIP_HZ, STRIPS};
use super::gate::{CLASSES, class_of, classes_over, power_to_lufs};
use super::k_weighting::k_weighting_power;
use super::level_db;
use super::measurement::{
    DYNAMICS_BANDS, DYNAMICS_EDGES_HZ, FINE_BANDS, FLOOR_DB, Resonances, Rumble, Spectrum, THIRD_OCTAVES, TimeRange,
    fine_centre_hz, third_octave_centre_hz,
};
use super::overlap::Overlap;
use super::resonance::ResonanceMeter;
use super::rumble::RumbleMeter;
use super::sightings::Sightings;

/// Least length of a window in seconds; the next power of two is taken.
const WINDOW_S: f64 = 0.6;
/// Length of the loudest passage in seconds.
const LOUDEST_S: f64 = 30.0;

/// The signals that are told apart.
pub(super) const MID: usize = 0;
pub(super) const SIDE: usize = 1;
pub(super) const LEFT: usize = 2;
pub(super) const RIGHT: usize = 3;
const SIGNALS: usize = 4;

/// Mean powers of one window, or sums of them over many.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Powers {
    /// How many windows are in here.
    pub(super) windows: u32,
    thirds: [[f64; THIRD_OCTAVES]; SIGNALS],
    fine: [f64; FINE_BANDS],
    /// By the bands of the dynamics.
    pub(super) broad: [[f64; SIGNALS]; DYNAMICS_BANDS],
    pub(super) whole: [f64; SIGNALS],
    /// Mid and side, K-weighted.
    pub(super) weighted: [f64; 2],
    /// Both channels in narrow strips at the top, for the edge of a codec.
    top: [f64; STRIPS],
}

impl Powers {
    const NONE: Self = Self {
        windows: 0,
        thirds: [[0.0; THIRD_OCTAVES]; SIGNALS],
        fine: [0.0; FINE_BANDS],
        broad: [[0.0; SIGNALS]; DYNAMICS_BANDS],
        whole: [0.0; SIGNALS],
        weighted: [0.0; 2],
        top: [0.0; STRIPS],
    };

    fn add(&mut self, other: &Self) {
        let add = |to: &mut [f64], from: &[f64]| to.iter_mut().zip(from).for_each(|(to, from)| *to += from);
        self.windows += other.windows;
        add(self.thirds.as_flattened_mut(), other.thirds.as_flattened());
        add(&mut self.fine, &other.fine);
        add(self.broad.as_flattened_mut(), other.broad.as_flattened());
        add(&mut self.whole, &other.whole);
        add(&mut self.weighted, &other.weighted);
        add(&mut self.top, &other.top);
    }
}

/// Bands and scratch for the analysis of one window.
#[derive(Clone)]
struct Transform {
    fft: Arc<dyn RealToComplex<f32>>,
    window: Vec<f32>,
    input: Vec<f32>,
    scratch: Vec<Complex<f32>>,
    spectra: [Vec<Complex<f32>>; 2],
    powers: [Vec<f32>; SIGNALS],
    thirds: Vec<Band>,
    fine: Vec<Band>,
    broad: Vec<Band>,
    whole: Band,
    k_weights: Vec<f32>,
    top: Vec<Band>,
}

/// Listens and keeps the long-term average spectrum.
pub(super) struct SpectrumMeter {
    transform: Transform,
    sound: Overlap,
    hop_s: f64,
    nyquist_hz: f64,
    classes: Vec<Option<Box<Powers>>>,
    hum: HumMeter,
    resonance: ResonanceMeter,
    rumble: RumbleMeter,
    /// When side is as loud as mid in each broad band.
    loose: Sightings,
    /// Mid of the windows of the last 30 s, loudness class and thirds.
    recent: VecDeque<[f64; THIRD_OCTAVES]>,
    loudest: Option<([f64; THIRD_OCTAVES], usize)>,
}

impl SpectrumMeter {
    pub(super) fn new(sample_rate_hz: u32) -> Self {
        let length = ((f64::from(sample_rate_hz) * WINDOW_S) as usize).next_power_of_two();
        Self {
            transform: Transform::new(f64::from(sample_rate_hz), length),
            sound: Overlap::new(length),
            hop_s: length as f64 / 2.0 / f64::from(sample_rate_hz),
            nyquist_hz: f64::from(sample_rate_hz) / 2.0,
            classes: vec![None; CLASSES],
            hum: HumMeter::new(f64::from(sample_rate_hz) / length as f64),
            resonance: ResonanceMeter::new(f64::from(sample_rate_hz) / length as f64, length / 2 + 1),
            rumble: RumbleMeter::new(f64::from(sample_rate_hz) / length as f64, length / 2 + 1),
            loose: Sightings::new(length as f64 / 2.0 / f64::from(sample_rate_hz), DYNAMICS_BANDS),
            recent: VecDeque::new(),
            loudest: None,
        }
    }

    /// Listens to a part of any length.
    pub(super) fn add(&mut self, mut left: &[f32], mut right: &[f32]) {
        while self.sound.fill(&mut left, &mut right) {
            self.end_window();
            self.sound.advance();
        }
    }

    fn end_window(&mut self) {
        let powers = self.transform.analyse(&self.sound.left, &self.sound.right, self.sound.left.len());
        if self.recent.len() == ((LOUDEST_S / self.hop_s) as usize).saturating_sub(1) {
            self.recent.pop_front();
        }
        self.recent.push_back(powers.thirds[MID]);
        let lufs = powers.lufs();
        self.hum.add(&self.transform.powers[MID], lufs);
        let [mid, side, ..] = &self.transform.powers;
        self.resonance.add(mid, side, powers.whole[MID]);
        self.rumble.add(mid, powers.whole[MID]);
        self.loose.look(class_of(lufs).is_some());
        for (band, powers) in powers.broad.iter().enumerate() {
            self.loose.see(band, f64::from(u8::from(powers[SIDE] > 0.0 && powers[SIDE] >= powers[MID])));
        }
        if let Some(class) = class_of(lufs) {
            self.classes[class].get_or_insert_with(|| Box::new(Powers::NONE)).add(&powers);
        }
    }

    /// What the windows show of mains hum.
    pub(super) fn hum(&self) -> &HumMeter {
        &self.hum
    }

    /// What stands out and stays put.
    pub(super) fn resonances(&self) -> Resonances {
        self.resonance.resonances()
    }

    /// When side is as loud as mid or louder for most of some seconds, in a broad band.
    pub(super) fn loose(&self, band: usize) -> Option<TimeRange> {
        self.loose.stretch(band, 0.5)
    }

    /// What goes on under the music.
    pub(super) fn rumble(&self) -> Option<Rumble> {
        self.rumble.rumble()
    }

    /// The last 30 s are the loudest so far.
    pub(super) fn remember_loudest(&mut self) {
        let mut sum = [0.0; THIRD_OCTAVES];
        for thirds in &self.recent {
            sum.iter_mut().zip(thirds).for_each(|(sum, power)| *sum += power);
        }
        self.loudest = Some((sum, self.recent.len()));
    }

    /// Sums over all windows over the gate. Where not one window is full yet, what there is, followed by silence.
    pub(super) fn gated(&self, gate_lufs: f64) -> Powers {
        let mut sum = Powers::NONE;
        if self.recent.is_empty() {
            let powers = self.transform.clone().analyse(&self.sound.left, &self.sound.right, self.sound.filled);
            if class_of(powers.lufs()).is_some() {
                sum.add(&powers);
            }
        } else {
            self.classes[classes_over(gate_lufs)].iter().flatten().for_each(|powers| sum.add(powers));
        }
        sum
    }

    /// The spectrum of the windows in `gated`.
    pub(super) fn spectrum(&self, gated: &Powers) -> Spectrum {
        let nyquist_hz = self.nyquist_hz;
        let levels = |powers: &[f64], windows: usize, centre_hz: &dyn Fn(usize) -> f64| -> Vec<f64> {
            let level = |(band, power): (usize, &f64)| {
                if windows == 0 || centre_hz(band) >= nyquist_hz { FLOOR_DB } else { level_db(power / windows as f64) }
            };
            powers.iter().enumerate().map(level).collect()
        };
        let windows = gated.windows as usize;
        let thirds = |signal: usize| levels(&gated.thirds[signal], windows, &third_octave_centre_hz);
        Spectrum {
            centre_hz: (0..THIRD_OCTAVES).map(third_octave_centre_hz).collect(),
            mid_db: thirds(MID),
            side_db: thirds(SIDE),
            left_db: thirds(LEFT),
            right_db: thirds(RIGHT),
            loudest_mid_db: match &self.loudest {
                Some((sum, windows)) => levels(sum, *windows, &third_octave_centre_hz),
                None => thirds(MID),
            },
            fine_centre_hz: (0..FINE_BANDS).map(fine_centre_hz).collect(),
            fine_mid_db: levels(&gated.fine, windows, &fine_centre_hz),
        }
    }
}

impl Powers {
    /// Loudness of the mean window: left and right squared are twice mid and side squared.
    fn lufs(&self) -> f64 {
        power_to_lufs(2.0 * (self.weighted[0] + self.weighted[1]) / f64::from(self.windows.max(1)))
    }

    /// Mean powers of the strips at the top.
    pub(super) fn mean_top(&self) -> [f64; STRIPS] {
        self.top.map(|power| power / f64::from(self.windows.max(1)))
    }
}

impl Transform {
    fn new(sample_rate_hz: f64, length: usize) -> Self {
        let fft = lacquer_fourier::forward(length);
        let bins = length / 2 + 1;
        let bin_hz = sample_rate_hz / length as f64;
        let around = |centre_hz: f64, octaves: f64| {
            let half = 2f64.powf(octaves / 2.0);
            Band::new(centre_hz / half, centre_hz * half, bin_hz, bins)
        };
        let top_hz = sample_rate_hz / 2.0;
        let broad = |band: usize| {
            let high_hz = if band + 1 == DYNAMICS_BANDS { top_hz } else { DYNAMICS_EDGES_HZ[band + 1].min(top_hz) };
            Band::new(DYNAMICS_EDGES_HZ[band].min(top_hz), high_hz, bin_hz, bins)
        };
        Self {
            window: hann(length),
            input: fft.make_input_vec(),
            scratch: fft.make_scratch_vec(),
            spectra: [fft.make_output_vec(), fft.make_output_vec()],
            fft,
            powers: std::array::from_fn(|_| vec![0.0; bins]),
            thirds: (0..THIRD_OCTAVES).map(|band| around(third_octave_centre_hz(band), 1.0 / 3.0)).collect(),
            fine: (0..FINE_BANDS).map(|band| around(fine_centre_hz(band), 1.0 / 12.0)).collect(),
            broad: (0..DYNAMICS_BANDS).map(broad).collect(),
            whole: Band::new(DYNAMICS_EDGES_HZ[0], top_hz, bin_hz, bins),
            top: (0..STRIPS)
                .map(|strip| FIRST_HZ + strip as f64 * STRIP_HZ)
                .map(|low_hz| Band::new(low_hz.min(top_hz), (low_hz + STRIP_HZ).min(top_hz), bin_hz, bins))
                .collect(),
            k_weights: (0..bins).map(|bin| k_weighting_power(bin as f64 * bin_hz, sample_rate_hz) as f32).collect(),
        }
    }

    /// Mean powers of a window of which the first `filled` samples are sound.
    fn analyse(&mut self, left: &[f32], right: &[f32], filled: usize) -> Powers {
        let energy: f64 = self.window[..filled].iter().map(|gain| f64::from(gain * gain)).sum();
        // Mean power by Parseval's theorem, both halves of the spectrum in one.
        let scale = if energy > 0.0 { (2.0 / (energy * left.len() as f64)) as f32 } else { 0.0 };
        let mono = left == right;
        for (channel, samples) in [left, right].into_iter().enumerate().take(if mono { 1 } else { 2 }) {
            let windowed = self.input.iter_mut().zip(samples).zip(&self.window).enumerate();
            windowed.for_each(|(n, ((input, sample), gain))| *input = if n < filled { sample * gain } else { 0.0 });
            // Lengths are those of the plan, the only error there is.
            let done = self.fft.process_with_scratch(&mut self.input, &mut self.spectra[channel], &mut self.scratch);
            debug_assert!(done.is_ok());
        }
        // Of one length, so that the loop checks no bounds and whole vectors can be made of it.
        let bins = self.spectra[0].len();
        let [mid, side, left, right] = self.powers.each_mut().map(|powers| &mut powers[..bins]);
        let (first, second) = (&self.spectra[0][..bins], &self.spectra[usize::from(!mono)][..bins]);
        for bin in 0..bins {
            let (l, r) = (first[bin], second[bin]);
            mid[bin] = (l + r).norm_sqr() * (scale * 0.25);
            side[bin] = (l - r).norm_sqr() * (scale * 0.25);
            left[bin] = l.norm_sqr() * scale;
            right[bin] = r.norm_sqr() * scale;
        }
        let powers = &self.powers;
        Powers {
            windows: 1,
            thirds: std::array::from_fn(|signal| std::array::from_fn(|band| self.thirds[band].sum(&powers[signal]))),
            fine: std::array::from_fn(|band| self.fine[band].sum(&powers[MID])),
            broad: std::array::from_fn(|band| std::array::from_fn(|signal| self.broad[band].sum(&powers[signal]))),
            whole: std::array::from_fn(|signal| self.whole.sum(&powers[signal])),
            weighted: [MID, SIDE].map(|signal| weighted_sum(&powers[signal], &self.k_weights)),
            top: std::array::from_fn(|strip| self.top[strip].sum(&powers[LEFT]) + self.top[strip].sum(&powers[RIGHT])),
        }
    }
}

#[cfg(test)]
mod tests;
