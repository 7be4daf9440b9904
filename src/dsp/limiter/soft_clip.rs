//! The soft clip: bends what passes a threshold below the ceiling towards the ceiling, without memory.
//!
//! The curve is x up to the threshold and then `t + w d / sqrt(w² + d²)`, with d = x - t and w the way from threshold to
//! ceiling: value, slope and curvature have no step, so its harmonics fall fast. It is worked out at four times the sample rate
//! (twice above 100 kHz), and only the difference to the straight signal is filtered back and added, so that the signal
//! itself passes bit-exactly wherever nothing bends. The delay is [`SoftClip::delay`], on or off.

use super::half_band::{Doubler, Halver, Shape, interleave};
use crate::{
    dsp::{CONTROL_INTERVAL, db_to_gain, delay::DelayLine, glide::Glide},
    settings::LimiterSettings,
};

/// Time to switch the stage and to move its threshold.
const GLIDE_S: f64 = 0.02;
/// Samples on each side in the outer filters: only the difference passes them, so they may bend near the spectrum's end.
const REACH: usize = 12;
const OUTER_EDGE: f64 = 0.9;
/// Longest time that the outer filter may look ahead; it is shorter at low rates.
const LONGEST_REACH_S: f64 = 0.0005;
const INNER: Shape = Shape { reach: 4, edge: 0.5 };
/// Above this sample rate twice the rate is enough.
const FOURFOLD_UP_TO_HZ: f64 = 100_000.0;
/// The narrowest bend: a soft clip of 0 dB is a hard one.
const NARROWEST: f64 = 1e-6;

/// The soft clip of both channels.
#[derive(Debug, Clone)]
pub struct SoftClip {
    channels: [Channel; 2],
    delay: usize,
    /// Share of the difference that is added: 0 when off.
    amount: Glide,
    /// Whether there is anything to add in this segment.
    works: bool,
    threshold: Glide,
    ceiling: Glide,
}

#[derive(Debug, Clone)]
struct Channel {
    line: DelayLine,
    outer_up: Doubler,
    outer_down: Halver,
    inner: Option<(Doubler, Halver)>,
}

impl SoftClip {
    /// A soft clip at `sample_rate` Hz.
    pub fn new(sample_rate: f64) -> Self {
        let fourfold = sample_rate <= FOURFOLD_UP_TO_HZ;
        let outer = Shape { reach: REACH.min((LONGEST_REACH_S * sample_rate) as usize).max(2), edge: OUTER_EDGE };
        // Up and down again; the inner filters count half samples.
        let delay = 2 * outer.reach + if fourfold { INNER.reach } else { 0 };
        let channel = Channel {
            line: DelayLine::new(delay),
            outer_up: Doubler::new(outer, CONTROL_INTERVAL),
            outer_down: Halver::new(outer, CONTROL_INTERVAL),
            inner: fourfold
                .then(|| (Doubler::new(INNER, 2 * CONTROL_INTERVAL), Halver::new(INNER, 2 * CONTROL_INTERVAL))),
        };
        Self {
            channels: [channel.clone(), channel],
            delay,
            amount: Glide::new(GLIDE_S, sample_rate),
            works: false,
            threshold: Glide::new(GLIDE_S, sample_rate),
            ceiling: Glide::new(GLIDE_S, sample_rate),
        }
    }

    /// Delay in samples, whether the stage is on or off.
    pub fn delay(&self) -> usize {
        self.delay
    }

    /// Forgets the past.
    pub fn reset(&mut self) {
        for channel in &mut self.channels {
            channel.line.reset();
        }
        self.forget_filters();
        self.amount.reset();
        self.works = false;
        self.threshold.reset();
        self.ceiling.reset();
    }

    fn forget_filters(&mut self) {
        for channel in &mut self.channels {
            channel.outer_up.reset();
            channel.outer_down.reset();
            if let Some((up, down)) = &mut channel.inner {
                up.reset();
                down.reset();
            }
        }
    }

    /// Takes the settings over, gliding.
    pub fn control(&mut self, settings: &LimiterSettings) {
        self.amount.aim(f64::from(u8::from(settings.soft_clip_on)));
        let works = !(self.amount.is_still() && self.amount.target() == 0.0);
        if works && !self.works {
            self.forget_filters();
        }
        self.works = works;
        let ceiling_db = f64::from(settings.ceiling_dbtp);
        self.ceiling.aim(db_to_gain(ceiling_db));
        self.threshold.aim(db_to_gain(ceiling_db - f64::from(settings.soft_clip_db)));
    }

    /// Works in place on at most [`CONTROL_INTERVAL`] samples.
    pub fn process(&mut self, left: &mut [f64], right: &mut [f64]) {
        if !self.works {
            self.channels[0].line.process(left);
            self.channels[1].line.process(right);
            return;
        }
        let mut curve = [Curve::default(); CONTROL_INTERVAL];
        let curve = &mut curve[..left.len()];
        for curve in curve.iter_mut() {
            let threshold = self.threshold.next_sample();
            let width = (self.ceiling.next_sample() - threshold).max(NARROWEST);
            *curve =
                Curve { threshold: threshold as f32, width: width as f32, amount: self.amount.next_sample() as f32 };
        }
        self.channels[0].process(curve, left);
        self.channels[1].process(curve, right);
    }
}

/// The curve at one sample.
#[derive(Debug, Clone, Copy, Default)]
struct Curve {
    threshold: f32,
    width: f32,
    amount: f32,
}

impl Curve {
    /// What the curve adds to `x`.
    #[inline(always)]
    fn difference(self, x: f32) -> f32 {
        let beyond = (x.abs() - self.threshold).max(0.0);
        let bent = beyond * (self.width / (self.width * self.width + beyond * beyond).sqrt());
        (self.amount * (bent - beyond)).copysign(-x)
    }

    #[inline(always)]
    fn bend(curve: &[Self], samples: &mut [f32]) {
        let each = samples.len() / curve.len();
        for (samples, curve) in samples.chunks_exact_mut(each).zip(curve) {
            for sample in samples {
                *sample = curve.difference(*sample);
            }
        }
    }
}

impl Channel {
    fn process(&mut self, curve: &[Curve], samples: &mut [f64]) {
        const LONGEST: usize = 2 * CONTROL_INTERVAL;
        let length = samples.len();
        let mut single = [0f32; CONTROL_INTERVAL];
        let single = &mut single[..length];
        for (single, sample) in single.iter_mut().zip(&*samples) {
            *single = *sample as f32;
        }
        let (mut even, mut odd) = ([0f32; CONTROL_INTERVAL], [0f32; CONTROL_INTERVAL]);
        let (even, odd) = (&mut even[..length], &mut odd[..length]);
        self.outer_up.process(single, even, odd);
        if let Some((up, down)) = &mut self.inner {
            let (mut row, mut inner_even, mut inner_odd) = ([0f32; LONGEST], [0f32; LONGEST], [0f32; LONGEST]);
            let row = &mut row[..2 * length];
            let (inner_even, inner_odd) = (&mut inner_even[..2 * length], &mut inner_odd[..2 * length]);
            interleave(even, odd, row);
            up.process(row, inner_even, inner_odd);
            Curve::bend(curve, inner_even);
            Curve::bend(curve, inner_odd);
            down.process(inner_even, inner_odd, row);
            for ((pair, even), odd) in row.as_chunks::<2>().0.iter().zip(&mut *even).zip(&mut *odd) {
                [*even, *odd] = *pair;
            }
        } else {
            Curve::bend(curve, even);
            Curve::bend(curve, odd);
        }
        self.outer_down.process(even, odd, single);
        self.line.process(samples);
        for (sample, difference) in samples.iter_mut().zip(&*single) {
            *sample += f64::from(*difference);
        }
    }
}
