//! The whole chain: input gain → EQ → compressor and imager → limiter → output gain → dither, and the [`Monitor`] that keeps time with it.
//!
//! Latency is the limiter's and, in linear phase, that of [`LinearPhase`]: one constant for a sample rate and phase. With neutral settings the output is the input, bit for bit, that much later.
//!
//! What is no sample is taken as silence: what is not finite, beyond ±[`LOUDEST`] or denormal. So no filter ever holds anything
//! but numbers, and after such a fault nothing has to recover. Modules end their own tails before these become denormal
//! (their states are cleared at the control clock once they are 500 dB down or more), and none leaves the chain: no processor flag
//! has to be set for it.

use super::{
    CONTROL_INTERVAL, RUN, apply_gain,
    band_stage::BandStage,
    db_to_gain,
    dither::Ditherer,
    eq::Equaliser,
    gain_to_db,
    glide::Glide,
    limiter::Limiter,
    linear_phase::{LinearPhase, minimum_phase_bands},
    monitor::Monitor,
    peak,
    wider::wider,
};
use crate::settings::{ChainSettings, EQ_BANDS, MAX_BANDS, Phase};

/// The greatest sample that the chain takes in: +120 dBFS, far beyond any programme, even in whole numbers instead of ±1.
pub const LOUDEST: f32 = 1e6;

/// How long filters of minimum phase may ring: a narrow EQ band in the bass.
const RINGING_S: f64 = 0.5;
/// Time that gains take to move.
const GLIDE_S: f64 = 0.02;

/// Sample rates that the chain works at, Hz.
pub const SAMPLE_RATES_HZ: std::ops::RangeInclusive<u32> = 8_000..=768_000;

/// What the chain saw and did during one call of [`Chain::process`].
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ChainMeters {
    /// Greatest absolute sample of each channel coming in (linear).
    pub input_peak: [f32; 2],
    /// Greatest absolute sample of each channel going out (linear).
    pub output_peak: [f32; 2],
    /// How far dynamics have moved the gain of each EQ band at most, dB, below 0 or above.
    pub eq_movement_db: [f32; EQ_BANDS],
    /// Greatest level of each compressor band as its detector has it, of the louder channel (linear; a full-scale sine reads
    /// 0.707 with RMS and 1 with peak); 0 while the compressor is off.
    pub compressor_level: [f32; MAX_BANDS],
    /// Greatest gain reduction of each compressor band, dB, 0 or more.
    pub compressor_reduction_db: [f32; MAX_BANDS],
    /// Greatest absolute sample that the limiter had to hold under its ceiling: behind drive and soft clip (linear); 0 while it
    /// is off.
    pub limiter_input_peak: f32,
    /// Greatest gain reduction of the limiter, dB, 0 or more.
    pub limiter_reduction_db: f32,
}

/// A module with a control clock. At rest it needs none until settings change, and takes any number of samples at a time.
trait Module {
    fn rests(&self) -> bool;
    fn control(&mut self, settings: &ChainSettings);
    fn process(&mut self, left: &mut [f64], right: &mut [f64]);
}

impl Module for Equaliser {
    fn rests(&self) -> bool {
        self.rests()
    }

    fn control(&mut self, settings: &ChainSettings) {
        self.control(&settings.eq);
    }

    fn process(&mut self, left: &mut [f64], right: &mut [f64]) {
        self.process(left, right);
    }
}

impl Module for BandStage {
    fn rests(&self) -> bool {
        self.rests()
    }

    fn control(&mut self, settings: &ChainSettings) {
        self.control(&settings.compressor, &settings.imager);
    }

    fn process(&mut self, left: &mut [f64], right: &mut [f64]) {
        self.process(left, right);
    }
}

impl Module for Limiter {
    fn rests(&self) -> bool {
        self.rests()
    }

    fn control(&mut self, settings: &ChainSettings) {
        self.control(&settings.limiter);
    }

    fn process(&mut self, left: &mut [f64], right: &mut [f64]) {
        self.process(left, right);
    }
}

/// The control clock of all modules.
#[derive(Debug, Clone, Copy)]
struct Clock {
    /// Samples until its next step.
    until_control: usize,
    /// Whether the settings are newer than its last step.
    fresh: bool,
}

impl Clock {
    /// Lets a module work on a run, in the segments that it asks for.
    fn run(mut self, module: &mut impl Module, settings: &ChainSettings, left: &mut [f64], right: &mut [f64]) {
        let mut start = 0;
        while start < left.len() {
            if self.until_control == 0 {
                self.until_control = CONTROL_INTERVAL;
                if self.fresh || !module.rests() {
                    module.control(settings);
                    self.fresh = false;
                }
            }
            let segment = if module.rests() { left.len() - start } else { self.until_control.min(left.len() - start) };
            module.process(&mut left[start..start + segment], &mut right[start..start + segment]);
            self.advance(segment);
            start += segment;
        }
    }

    fn advance(&mut self, samples: usize) {
        let ahead = samples.saturating_sub(self.until_control);
        self.until_control =
            self.until_control.saturating_sub(samples) + ahead.next_multiple_of(CONTROL_INTERVAL) - ahead;
        self.fresh = false;
    }
}

/// The mastering chain for one stereo signal. Mono runs through it as two equal channels.
pub struct Chain {
    settings: ChainSettings,
    /// The same as modules take them: what one does, no other is told to.
    module_settings: ChainSettings,
    started: bool,
    clock: Clock,
    input_gain: Glide,
    /// The EQ's static bands in linear phase.
    linear: Option<LinearPhase>,
    /// All of the EQ's bands in minimum phase; in linear phase those with dynamics.
    eq: Equaliser,
    bands: BandStage,
    limiter: Limiter,
    output_gain: Glide,
    ditherer: Ditherer,
    monitor: Monitor,
    /// The run that is being worked on.
    wet: [[f64; RUN]; 2],
    latency: usize,
    /// Samples that the filters of minimum phase may ring.
    ringing: usize,
}

impl Chain {
    /// A chain at `sample_rate` Hz (8000 to 768000) whose EQ has this phase for the chain's life, ready to process. The phase in
    /// the settings is not looked at: the latency hangs on it, which must not change while processing.
    pub fn new(sample_rate: f64, phase: Phase) -> Self {
        let limiter = Limiter::new(sample_rate);
        let linear = (phase == Phase::Linear).then(|| LinearPhase::new(sample_rate));
        let latency = limiter.latency() + linear.as_ref().map_or(0, LinearPhase::latency);
        Self {
            settings: ChainSettings::default(),
            module_settings: ChainSettings::default(),
            started: false,
            clock: Clock { until_control: 0, fresh: true },
            input_gain: Glide::new(GLIDE_S, sample_rate),
            linear,
            eq: Equaliser::new(sample_rate),
            bands: BandStage::new(sample_rate),
            limiter,
            output_gain: Glide::new(GLIDE_S, sample_rate),
            ditherer: Ditherer::new(sample_rate),
            monitor: Monitor::new(sample_rate, latency),
            wet: [[0.0; RUN]; 2],
            latency,
            ringing: (RINGING_S * sample_rate) as usize,
        }
    }

    /// What the EQ does to the phase.
    pub fn phase(&self) -> Phase {
        if self.linear.is_some() { Phase::Linear } else { Phase::Minimum }
    }

    /// Delay from input to output in samples: one constant for a sample rate and phase, whatever the settings.
    pub fn latency(&self) -> usize {
        self.latency
    }

    /// Samples that may still sound after the input has ended and the latency is over.
    pub fn ringing(&self) -> usize {
        self.ringing + self.linear.as_ref().map_or(0, LinearPhase::ringing)
    }

    /// Silences everything that still rings; the next block starts at its settings without gliding to them.
    pub fn reset(&mut self) {
        self.started = false;
        self.input_gain.reset();
        if let Some(linear) = &mut self.linear {
            linear.reset();
        }
        self.eq.reset();
        self.bands.reset();
        self.limiter.reset();
        self.output_gain.reset();
        self.ditherer.reset();
        self.monitor.reset();
    }

    /// Processes both channels in place. They must be of the same length (the longer one's end is left alone otherwise).
    pub fn process(&mut self, settings: &ChainSettings, left: &mut [f32], right: &mut [f32]) -> ChainMeters {
        let mut meters = ChainMeters::default();
        let length = left.len().min(right.len());
        if length > 0 && (!self.started || *settings != self.settings) {
            self.started = true;
            self.take(settings);
        }
        let (left, right) = (&mut left[..length], &mut right[..length]);
        for (left, right) in left.chunks_mut(RUN).zip(right.chunks_mut(RUN)) {
            self.process_run(left, right, &mut meters);
        }
        meters.eq_movement_db = self.eq.take_movement_db();
        meters.compressor_level = self.bands.take_level();
        meters.compressor_reduction_db = self.bands.take_reduction_db();
        meters.limiter_input_peak = self.limiter.take_input_peak();
        meters.limiter_reduction_db = self.limiter.take_reduction_db();
        meters
    }

    /// Takes over what need not be told again as long as the settings stay.
    fn take(&mut self, settings: &ChainSettings) {
        self.settings = *settings;
        self.module_settings = *settings;
        self.clock = Clock { until_control: 0, fresh: true };
        if let Some(linear) = &mut self.linear {
            linear.control(&settings.eq);
            self.module_settings.eq = minimum_phase_bands(&settings.eq);
        }
        self.ditherer.control(&settings.output);
        self.input_gain.aim(db_to_gain(f64::from(settings.input.gain_db)));
        self.output_gain.aim(db_to_gain(f64::from(settings.output.gain_db)));
        self.monitor.control(&settings.monitor);
    }

    /// At most [`RUN`] samples, through one module after the other.
    fn process_run(&mut self, left: &mut [f32], right: &mut [f32], meters: &mut ChainMeters) {
        let length = left.len();
        let [wet_left, wet_right] = &mut self.wet;
        let (wet_left, wet_right) = (&mut wet_left[..length], &mut wet_right[..length]);
        let channels = [(&mut *left, &mut *wet_left), (&mut *right, &mut *wet_right)];
        for (channel, (samples, wet)) in channels.into_iter().enumerate() {
            let peak = take_in(samples, wet);
            meters.input_peak[channel] = meters.input_peak[channel].max(peak);
        }
        self.monitor.hear(left, right);

        apply_gain(&mut self.input_gain, wet_left, wet_right);
        if let Some(linear) = &mut self.linear {
            linear.process(wet_left, wet_right);
        }
        self.clock.run(&mut self.eq, &self.module_settings, wet_left, wet_right);
        self.clock.run(&mut self.bands, &self.module_settings, wet_left, wet_right);
        self.clock.run(&mut self.limiter, &self.module_settings, wet_left, wet_right);
        self.clock.advance(length);
        apply_gain(&mut self.output_gain, wet_left, wet_right);
        self.ditherer.process(wet_left, wet_right);
        self.monitor.process(wet_left, wet_right);

        for (channel, (samples, wet)) in [(left, wet_left), (right, wet_right)].into_iter().enumerate() {
            let peak = give_out(wet, samples);
            meters.output_peak[channel] = meters.output_peak[channel].max(peak);
        }
    }
}

wider! {
    /// Makes silence of what is no sample, gives the others in double precision too, and the greatest absolute value.
    fn take_in(samples: &mut [f32], wet: &mut [f64]) -> f32 {
        for (sample, wet) in samples.iter_mut().zip(wet) {
            *sample = sound(*sample);
            *wet = f64::from(*sample);
        }
        peak(samples)
    }
}

wider! {
    /// Gives samples in single precision, silence for what is none there, and the greatest absolute value.
    fn give_out(wet: &[f64], samples: &mut [f32]) -> f32 {
        for (sample, wet) in samples.iter_mut().zip(wet) {
            *sample = sound(*wet as f32);
        }
        peak(samples)
    }
}

/// The sample itself, or a zero of its sign when it is none.
#[inline(always)]
fn sound(sample: f32) -> f32 {
    // Both are compared whatever the first gives: no branch.
    let is_sound = (sample.abs() >= f32::MIN_POSITIVE) & (sample.abs() <= LOUDEST);
    if is_sound { sample } else { 0f32.copysign(sample) }
}

impl ChainMeters {
    /// Adds what the chain saw in a later call: of each figure the greater one stays.
    pub fn raise(&mut self, later: &Self) {
        let figures = [
            (&mut self.input_peak[..], &later.input_peak[..]),
            (&mut self.output_peak[..], &later.output_peak[..]),
            (&mut self.compressor_level[..], &later.compressor_level[..]),
            (&mut self.compressor_reduction_db[..], &later.compressor_reduction_db[..]),
            (std::slice::from_mut(&mut self.limiter_input_peak), std::slice::from_ref(&later.limiter_input_peak)),
            (std::slice::from_mut(&mut self.limiter_reduction_db), std::slice::from_ref(&later.limiter_reduction_db)),
        ];
        for (greatest, one) in figures.into_iter().flat_map(|(all, later)| all.iter_mut().zip(later)) {
            *greatest = greatest.max(*one);
        }
        for (furthest, one) in self.eq_movement_db.iter_mut().zip(&later.eq_movement_db) {
            if one.abs() > furthest.abs() {
                *furthest = *one;
            }
        }
    }

    /// Level of the louder output channel's peak, dBFS.
    pub fn output_peak_db(&self) -> f64 {
        gain_to_db(f64::from(self.output_peak[0].max(self.output_peak[1])))
    }
}
