//! True-peak limiter: no peak of the signal that a converter will reconstruct passes the ceiling.
//!
//! Drive → soft clip → gain on the delayed signal, in two stages. The first goes by peaks that are known early: a detector
//! ([`true_peak`], eight times the sample rate) that looks only a few samples ahead of each, before the soft clip's delay, and
//! the soft clip's curve. Almost the whole latency is then left for the gain's way down ([`envelope`]: hold, stereo link, release,
//! smoothing), and the longer this is the less it is heard. The second goes by the exact detector, whose filter is long, behind
//! the soft clip: it takes off what the first is not sure to ([`assured`]), which for programme is next to nothing. Each gain is
//! smooth and reaches what a peak needs before the peak arrives, so it neither clips nor splatters. Latency: 5 ms or less, one
//! constant for a sample rate, whatever the settings, on or off. Peaks are held [`MARGIN_DB`] under the ceiling. Off, or on with
//! nothing above that, no drive and no soft clip, the samples pass bit-exactly.
//!
//! A change of the ceiling holds for exactly the samples that come in from then on: with the host's compensation of the latency
//! that is where the automation is drawn. The drive glides over 20 ms. Switched on amid a song, the limiter first looks at what
//! is on its way out and then fades in over 20 ms.
//!
//! Cost: some 50 multiplications a sample and channel in single precision where a peak may reach the ceiling, 100 more where it
//! may be higher than its estimate, a few elsewhere ([`bound`]), nearly nothing when off.

mod assured;
mod bound;
mod envelope;
mod half_band;
mod hold;
mod ramp;
mod release;
mod soft_clip;
mod true_peak;

use self::{
    envelope::{Envelope, MOST_DB, Row},
    half_band::History,
    soft_clip::SoftClip,
    true_peak::TruePeak,
};
use super::{CONTROL_INTERVAL, db_to_gain, delay::DelayLine, gain_to_db, glide::Glide, peak, wider};
use crate::settings::LimiterSettings;

/// Latency in seconds, rounded down to whole samples.
pub const LATENCY_S: f64 = 0.005;
/// Time that the drive takes to move and the switch to fade.
const GLIDE_S: f64 = 0.02;
/// Peaks are held this far under the ceiling, dB: in the last two percent of the spectrum no filter as short as the look-ahead sees
/// all of a peak.
pub const MARGIN_DB: f64 = 0.08;
/// The same behind the soft clip, whose harmonics reach the end of the spectrum at any level.
pub const SOFT_CLIP_MARGIN_DB: f64 = 0.25;
/// Peaks that are higher than their estimates by less than this are left: 0.009 dB, the error of the early detector's filter up to
/// three quarters of the spectrum.
const MISSED: f32 = 1.001;

/// True-peak limiter with a soft clip ahead.
pub struct Limiter {
    latency: usize,
    /// The signal as it came in, for the way around the limiter.
    dry: [DelayLine; 2],
    drive: Glide,
    soft_clip: SoftClip,
    early: [TruePeak; 2],
    exact: [TruePeak; 2],
    ceiling: f32,
    /// The ceilings of the samples that the detectors have come to, and how many samples the exact one is later.
    ceilings: History,
    later: usize,
    /// The settings that the stages of the limiter have.
    taken: Option<LimiterSettings>,
    /// Takes off what the early detector finds, and what it missed.
    envelopes: [Envelope; 2],
    /// Greatest sample that came to the exact detector, and least gain, since the last look.
    input_peak: f32,
    least_gain: f64,
    /// The signal on its way to the gain.
    wet: [DelayLine; 2],
    /// 0: around the limiter, 1: through it.
    switch: Glide,
    on: bool,
    /// Whether the signal goes through the limiter in this segment, if only to fade out.
    works: bool,
    /// Whether nothing has come in since the last reset: the delayed signal is then silence.
    fresh: bool,
    /// Samples that must still pass before the delayed signal is one that the detectors have seen.
    unseen: usize,
}

impl Limiter {
    /// A limiter at `sample_rate` Hz.
    pub fn new(sample_rate: f64) -> Self {
        let latency = (LATENCY_S * sample_rate) as usize;
        let soft_clip = SoftClip::new(sample_rate);
        let (early, exact) = (TruePeak::early(sample_rate), TruePeak::exact(sample_rate));
        let exact_delay = soft_clip.delay() + exact.delay();
        let later = exact_delay - early.delay();
        let wet = DelayLine::new(latency - soft_clip.delay());
        Self {
            latency,
            dry: [DelayLine::new(latency), DelayLine::new(latency)],
            drive: Glide::new(GLIDE_S, sample_rate),
            soft_clip,
            envelopes: [
                Envelope::new(sample_rate, latency - early.delay(), Some(later)),
                Envelope::new(sample_rate, latency - exact_delay, None),
            ],
            early: [early.clone(), early],
            exact: [exact.clone(), exact],
            ceiling: 1.0,
            ceilings: History::new(exact_delay, CONTROL_INTERVAL),
            later,
            taken: None,
            input_peak: 0.0,
            least_gain: 1.0,
            wet: [wet.clone(), wet],
            switch: Glide::new(GLIDE_S, sample_rate),
            on: false,
            works: false,
            fresh: true,
            unseen: 0,
        }
    }

    /// Delay in samples: the same whatever the settings, on or off.
    pub fn latency(&self) -> usize {
        self.latency
    }

    /// Clears delays and envelopes.
    pub fn reset(&mut self) {
        self.dry.iter_mut().for_each(DelayLine::reset);
        self.switch.reset();
        self.reset_wet();
        self.on = false;
        self.works = false;
        self.fresh = true;
        self.unseen = 0;
    }

    fn reset_wet(&mut self) {
        self.taken = None;
        self.drive.reset();
        self.soft_clip.reset();
        self.early.iter_mut().chain(&mut self.exact).for_each(TruePeak::reset);
        self.envelopes.iter_mut().for_each(Envelope::reset);
        self.least_gain = 1.0;
        self.wet.iter_mut().for_each(DelayLine::reset);
    }

    /// Begins a segment. A new ceiling holds for the very sample that comes in next and all after it; those before keep to the
    /// one before.
    pub fn control(&mut self, settings: &LimiterSettings) {
        self.on = settings.on;
        if self.on && !self.works {
            self.reset_wet();
            self.unseen = if self.fresh { 0 } else { self.latency };
        }
        self.fresh = false;
        if !self.on || self.unseen == 0 {
            self.switch.aim(f64::from(u8::from(self.on)));
        }
        self.works = self.on || !self.switch.is_still();
        if !self.works {
            return;
        }
        if self.taken != Some(*settings) {
            self.drive.aim(db_to_gain(f64::from(settings.drive_db)));
            let margin_db = if settings.soft_clip_on { SOFT_CLIP_MARGIN_DB } else { MARGIN_DB };
            let ceiling_db = f64::from(settings.ceiling_dbtp) - margin_db;
            self.ceiling = db_to_gain(ceiling_db) as f32;
            if self.taken.is_none() {
                self.ceilings.fill(self.ceiling);
            }
            self.taken = Some(*settings);
            self.soft_clip.aim(settings, ceiling_db);
            self.envelopes.iter_mut().for_each(|envelope| envelope.control(settings));
        }
        self.soft_clip.control();
    }

    /// Whether the limiter is off and nothing of it fades: until the settings change [`Limiter::control`] need not be called, and
    /// [`Limiter::process`] takes any number of samples.
    pub fn rests(&self) -> bool {
        !self.works
    }

    /// Works in place on at most [`CONTROL_INTERVAL`] samples, or any number at rest.
    pub fn process(&mut self, left: &mut [f64], right: &mut [f64]) {
        if !self.works {
            self.dry[0].process(left);
            self.dry[1].process(right);
            return;
        }
        let length = left.len();
        self.unseen = self.unseen.saturating_sub(length);
        if self.switch.is_still() && self.switch.current() == 1.0 {
            self.dry[0].push(left);
            self.dry[1].push(right);
            self.process_wet(left, right);
            return;
        }
        let mut dry = [[0.0; CONTROL_INTERVAL]; 2];
        for (index, samples) in [&*left, &*right].into_iter().enumerate() {
            dry[index][..length].copy_from_slice(samples);
            self.dry[index].process(&mut dry[index][..length]);
        }
        self.process_wet(left, right);
        for index in 0..length {
            let share = self.switch.next_sample();
            if share < 1.0 {
                left[index] = dry[0][index] + share * (left[index] - dry[0][index]);
                right[index] = dry[1][index] + share * (right[index] - dry[1][index]);
            }
        }
    }

    fn process_wet(&mut self, left: &mut [f64], right: &mut [f64]) {
        let length = left.len();
        if self.drive.is_still() {
            let drive = self.drive.current();
            if drive != 1.0 {
                left.iter_mut().chain(&mut *right).for_each(|sample| *sample *= drive);
            }
        } else {
            for (left, right) in left.iter_mut().zip(&mut *right) {
                let drive = self.drive.next_sample();
                *left *= drive;
                *right *= drive;
            }
        }
        let mut ratios = [[0f32; CONTROL_INTERVAL]; 2];
        let ceilings = self.ceilings.take(&[self.ceiling; CONTROL_INTERVAL][..length]);
        let (early_ceilings, exact_ceilings) = (&ceilings[self.later..][..length], &ceilings[..length]);
        let lowest = least(early_ceilings);
        for ((detector, samples), ratios) in self.early.iter_mut().zip([&*left, &*right]).zip(&mut ratios) {
            detector.process(&single(samples)[..length], lowest, &mut ratios[..length]);
        }
        self.soft_clip.process(left, right);
        for ratios in &mut ratios {
            self.soft_clip.bend_peaks(&mut ratios[..length]);
            for (ratio, ceiling) in ratios.iter_mut().zip(early_ceilings) {
                *ratio /= ceiling;
            }
        }
        let [first, second] = &mut self.envelopes;
        let mut gains = [[1.0; CONTROL_INTERVAL]; 2];
        let first_gains = first.process([&ratios[0][..length], &ratios[1][..length]], &mut gains);
        for (index, samples) in [&mut *left, &mut *right].into_iter().enumerate() {
            let samples_then = single(samples);
            self.input_peak = self.input_peak.max(peak(&samples_then[..length]));
            // What a peak is over the ceiling when the first gain has done what it is sure to do.
            let mut thresholds = [0f32; CONTROL_INTERVAL];
            for ((threshold, ceiling), gain) in thresholds.iter_mut().zip(exact_ceilings).zip(first.assured(index)) {
                *threshold = MISSED * ceiling / *gain as f32;
            }
            let lowest = least(&thresholds[..length]);
            let ratios = &mut ratios[index][..length];
            self.exact[index].process(&samples_then[..length], lowest, ratios);
            for (ratio, threshold) in ratios.iter_mut().zip(&thresholds) {
                *ratio /= threshold;
            }
            self.wet[index].process(samples);
        }
        let mut gains_for_missed = [[1.0; CONTROL_INTERVAL]; 2];
        let second_gains = second.process([&ratios[0][..length], &ratios[1][..length]], &mut gains_for_missed);
        if first_gains.is_empty() && second_gains.is_empty() {
            return;
        }
        for (index, samples) in [left, right].into_iter().enumerate() {
            let row = |rows: &[Row]| rows.get(index).or(rows.first()).copied().unwrap_or([1.0; CONTROL_INTERVAL]);
            let mut gains = row(first_gains);
            for (gain, second) in gains.iter_mut().zip(&row(second_gains)) {
                *gain *= second;
            }
            for (sample, gain) in samples.iter_mut().zip(&gains) {
                *sample *= gain;
            }
            let gain = least(&gains[..length]);
            self.least_gain = if gain < self.least_gain { gain } else { self.least_gain };
        }
    }

    /// The greatest sample behind drive and soft clip since the last call (linear; 0 while off), and starts anew.
    pub fn take_input_peak(&mut self) -> f32 {
        std::mem::take(&mut self.input_peak)
    }

    /// The most gain reduction since the last call, in dB (0 or more), and starts anew.
    pub fn take_reduction_db(&mut self) -> f32 {
        let least = std::mem::replace(&mut self.least_gain, 1.0);
        (-gain_to_db(least)).clamp(0.0, MOST_DB) as f32
    }
}

/// The least of some numbers; none is infinity.
fn least<T: Copy + PartialOrd + From<f32>>(numbers: &[T]) -> T {
    let lesser = |least: T, number: T| if number < least { number } else { least };
    let (groups, rest) = numbers.as_chunks::<8>();
    let mut lanes = [T::from(f32::INFINITY); 8];
    for group in groups {
        for (lane, number) in lanes.iter_mut().zip(group) {
            *lane = lesser(*lane, *number);
        }
    }
    lanes.iter().chain(rest).fold(T::from(f32::INFINITY), |least, number| lesser(least, *number))
}

/// Samples in single precision.
fn single(samples: &[f64]) -> [f32; CONTROL_INTERVAL] {
    let mut single = [0f32; CONTROL_INTERVAL];
    for (single, sample) in single.iter_mut().zip(samples) {
        *single = *sample as f32;
    }
    single
}

#[cfg(test)]
mod tests;
