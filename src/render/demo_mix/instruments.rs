//! The demo mix's players: each renders one note or one stroke as samples, from its formula alone.

use std::f64::consts::TAU;

/// White noise from a linear congruential generator (Knuth's MMIX constants): the same on every machine.
pub(super) struct Noise(u64);

impl Noise {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next value, -1 to 1.
    pub(super) fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    }
}

/// Two-pole state-variable filter (Simper, "Linear trapezoidal integrated SVF", 2011), for the instruments' own tone.
#[derive(Default)]
pub(super) struct Filter {
    ic1: f64,
    ic2: f64,
}

/// What comes out of a [`Filter`].
pub(super) struct Outputs {
    pub(super) low: f64,
    pub(super) band: f64,
    pub(super) high: f64,
}

impl Filter {
    pub(super) fn process(&mut self, input: f64, cutoff_hz: f64, q: f64, rate_hz: f64) -> Outputs {
        let g = (TAU * 0.5 * cutoff_hz.min(0.45 * rate_hz) / rate_hz).tan();
        let k = 1.0 / q;
        let a1 = 1.0 / (1.0 + g * (g + k));
        let v3 = input - self.ic2;
        let band = a1 * (self.ic1 + g * v3);
        let low = self.ic2 + g * band;
        self.ic1 = 2.0 * band - self.ic1;
        self.ic2 = 2.0 * low - self.ic2;
        Outputs { low, band: band * k, high: input - k * band - low }
    }
}

/// A sawtooth whose step is rounded by two samples (polyBLEP; Välimäki and Huovilainen 2007), so that it does not alias much.
struct Saw {
    phase: f64,
}

impl Saw {
    fn next(&mut self, frequency_hz: f64, rate_hz: f64) -> f64 {
        let step = frequency_hz / rate_hz;
        let t = self.phase;
        self.phase = (self.phase + step).fract();
        let corner = if t < step {
            let t = t / step;
            t + t - t * t - 1.0
        } else if t > 1.0 - step {
            let t = (t - 1.0) / step;
            t * t + t + t + 1.0
        } else {
            0.0
        };
        2.0 * t - 1.0 - corner
    }
}

/// Frequency of a MIDI note number, Hz.
pub(super) fn note_hz(note: f64) -> f64 {
    440.0 * 2f64.powf((note - 69.0) / 12.0)
}

/// Renders `seconds` of a voice that is given the time of each sample.
fn voice(rate_hz: f64, seconds: f64, mut at: impl FnMut(f64) -> f64) -> Vec<f64> {
    (0..(seconds * rate_hz) as usize).map(|n| at(n as f64 / rate_hz)).collect()
}

/// Rises in `attack_s`, holds until `end_s - release_s`, falls to zero at `end_s`.
fn gate(t: f64, attack_s: f64, release_s: f64, end_s: f64) -> f64 {
    (t / attack_s).min(1.0) * ((end_s - t) / release_s).clamp(0.0, 1.0)
}

pub(super) fn kick(rate_hz: f64) -> Vec<f64> {
    let mut phase = 0.0;
    let mut click = Noise::new(7);
    voice(rate_hz, 0.4, |t| {
        phase += (47.0 + 130.0 * (-t / 0.022).exp()) / rate_hz;
        let body = (TAU * phase).sin() * (-t / 0.11).exp();
        let beater = click.next() * (-t / 0.003).exp() * 0.25;
        (1.6 * (body + beater)).tanh() * gate(t, 0.0007, 0.05, 0.4)
    })
}

pub(super) fn snare(rate_hz: f64, seed: u64) -> Vec<f64> {
    let (mut noise, mut wires) = (Noise::new(seed), Filter::default());
    voice(rate_hz, 0.35, |t| {
        let skin = (TAU * 186.0 * t + 2.0 * (-t / 0.012).exp()).sin() * (-t / 0.06).exp();
        let rattle = wires.process(noise.next(), 2000.0, 0.6, rate_hz).high * (-t / 0.085).exp();
        (0.8 * skin + 0.75 * rattle) * gate(t, 0.0005, 0.05, 0.35)
    })
}

/// A hi-hat that rings for `decay_s`.
pub(super) fn hat(rate_hz: f64, seed: u64, decay_s: f64) -> Vec<f64> {
    let (mut noise, mut metal, mut air) = (Noise::new(seed), Filter::default(), Filter::default());
    let end_s = 5.0 * decay_s;
    voice(rate_hz, end_s, |t| {
        let ring = metal.process(noise.next(), 5600.0, 0.9, rate_hz).high;
        air.process(ring, 9500.0, 0.6, rate_hz).low * (-t / decay_s).exp() * gate(t, 0.0004, 0.01, end_s)
    })
}

pub(super) fn bass(rate_hz: f64, note: f64, seconds: f64) -> Vec<f64> {
    let frequency_hz = note_hz(note);
    let (mut saw, mut tone) = (Saw { phase: 0.5 }, Filter::default());
    voice(rate_hz, seconds, |t| {
        let cutoff_hz = 300.0 + 900.0 * (-t / 0.09).exp();
        let string = tone.process(saw.next(frequency_hz, rate_hz), cutoff_hz, 0.9, rate_hz).low;
        let sub = (TAU * frequency_hz * t).sin();
        (0.7 * string + 0.4 * sub) * gate(t, 0.004, 0.04, seconds) * (0.65 + 0.35 * (-t / 0.2).exp())
    })
}

/// One note of the pad; `detune_cents` sets the left hand's players apart from the right's.
pub(super) fn pad(rate_hz: f64, note: f64, seconds: f64, detune_cents: f64, brightness_hz: f64) -> Vec<f64> {
    let up_hz = note_hz(note + detune_cents / 100.0);
    let down_hz = note_hz(note - 0.6 * detune_cents / 100.0);
    let (mut first, mut second) = (Saw { phase: 0.2 + 0.01 * detune_cents.abs() }, Saw { phase: 0.7 });
    let mut tone = Filter::default();
    voice(rate_hz, seconds, |t| {
        let cutoff_hz = brightness_hz * (0.8 + 0.2 * (TAU * 0.21 * t + detune_cents).sin());
        let saws = first.next(up_hz, rate_hz) + second.next(down_hz, rate_hz);
        0.5 * tone.process(saws, cutoff_hz, 0.7, rate_hz).low * gate(t, 0.12, 0.3, seconds)
    })
}

/// A plucked electric piano: two sines, one bending the other (frequency modulation, Chowning 1973).
pub(super) fn keys(rate_hz: f64, note: f64, seconds: f64) -> Vec<f64> {
    let frequency_hz = note_hz(note);
    voice(rate_hz, seconds, |t| {
        let hammer = 2.6 * (-t / 0.15).exp() * (TAU * 2.0 * frequency_hz * t).sin();
        let tine = 0.5 * (-t / 0.04).exp() * (TAU * 7.0 * frequency_hz * t).sin();
        (TAU * frequency_hz * t + hammer + tine).sin() * (-t / 0.45).exp() * gate(t, 0.003, 0.05, seconds)
    })
}

pub(super) fn lead(rate_hz: f64, note: f64, seconds: f64) -> Vec<f64> {
    let (mut first, mut second, mut tone) = (Saw { phase: 0.5 }, Saw { phase: 0.1 }, Filter::default());
    voice(rate_hz, seconds, |t| {
        let vibrato = 0.18 * (t / 0.5).min(1.0) * (TAU * 5.3 * t).sin();
        let frequency_hz = note_hz(note + vibrato);
        let saws = first.next(frequency_hz, rate_hz) + 0.7 * second.next(1.004 * frequency_hz, rate_hz);
        let formant = tone.process(saws, 2600.0 + 2600.0 * (-t / 0.3).exp(), 1.1, rate_hz);
        (0.5 * formant.low + 0.3 * formant.band) * gate(t, 0.015, 0.08, seconds)
    })
}
