//! A song to try mastering on, synthesised from formulas: drums, bass, chords, lead; a quiet intro, a verse, a chorus.
//!
//! It is an unmastered mix with honest flaws, so that one hears what mastering does: the top is dull, the low mids boom around
//! 250 Hz, the playing is uneven, a little of the bass is out of phase. Peaks lie at -6 dBFS. The same bytes every time.

mod instruments;
mod room;

use instruments::Noise;

use crate::{
    assistant::Excerpt,
    dsp::{CONTROL_INTERVAL, eq::Equaliser},
    settings::{EqBand, EqSettings, FilterType},
};

const TEMPO_BPM: f64 = 104.0;
const BEATS_IN_BAR: f64 = 4.0;
/// Bars where verse, chorus and the last chord begin.
const VERSE_BAR: usize = 4;
const CHORUS_BAR: usize = 8;
const END_BAR: usize = 15;
/// The last chord and the room ring this long, seconds.
const TAIL_S: f64 = 3.0;
/// Greatest sample of the finished mix, -6 dBFS.
const PEAK: f64 = 0.501;
/// How far the mixing console's bus is driven into its bend at the greatest peak: takes some 2 dB off it.
const CONSOLE_DRIVE: f64 = 1.0;

/// A chord: bass note and three voices, MIDI numbers.
struct Chord(f64, [f64; 3]);

const A_MINOR: Chord = Chord(33.0, [57.0, 60.0, 64.0]);
const F_MAJOR: Chord = Chord(29.0, [57.0, 60.0, 65.0]);
const C_MAJOR: Chord = Chord(36.0, [55.0, 60.0, 64.0]);
const G_MAJOR: Chord = Chord(31.0, [55.0, 59.0, 62.0]);
const SONG: [Chord; END_BAR + 1] = [
    A_MINOR, F_MAJOR, C_MAJOR, G_MAJOR, A_MINOR, F_MAJOR, C_MAJOR, G_MAJOR, F_MAJOR, G_MAJOR, A_MINOR, G_MAJOR,
    F_MAJOR, G_MAJOR, A_MINOR, C_MAJOR,
];

/// Melody notes: beat, length in beats, MIDI number.
const INTRO_MELODY: [(f64, f64, f64); 6] =
    [(2.0, 2.0, 76.0), (6.0, 1.0, 72.0), (7.0, 1.0, 69.0), (10.0, 2.0, 79.0), (14.0, 1.0, 74.0), (15.0, 1.0, 71.0)];
const CHORUS_MELODY: [(f64, f64, f64); 22] = [
    (0.0, 1.5, 69.0),
    (1.5, 0.5, 72.0),
    (2.0, 2.0, 76.0),
    (4.0, 1.5, 74.0),
    (5.5, 0.5, 71.0),
    (6.0, 2.0, 74.0),
    (8.0, 1.0, 72.0),
    (9.0, 1.0, 76.0),
    (10.0, 1.5, 81.0),
    (11.5, 0.5, 79.0),
    (12.0, 3.0, 79.0),
    (15.0, 1.0, 74.0),
    (16.0, 1.5, 77.0),
    (17.5, 0.5, 76.0),
    (18.0, 2.0, 72.0),
    (20.0, 1.0, 74.0),
    (21.0, 1.0, 76.0),
    (22.0, 1.5, 79.0),
    (23.5, 0.5, 76.0),
    (24.0, 2.0, 76.0),
    (26.0, 2.0, 74.0),
    (28.0, 4.0, 72.0),
];

/// Renders the mix at `sample_rate_hz` (8000 to 768000): 39 seconds of stereo.
pub fn synthesise(sample_rate_hz: u32) -> Excerpt {
    let rate_hz = f64::from(sample_rate_hz);
    let seconds = bar_s(END_BAR as f64) + TAIL_S;
    let mut mix = Mix::new(rate_hz, seconds);
    let mut hand = Hand(Noise::new(2026));
    for bar in 0..=END_BAR {
        chords(&mut mix, bar, &mut hand);
        if (VERSE_BAR..END_BAR).contains(&bar) {
            drums(&mut mix, bar, &mut hand);
            bass(&mut mix, bar, &mut hand);
        }
    }
    let strike = instruments::kick(rate_hz);
    mix.add(bar_s(END_BAR as f64), &strike, 0.8, 0.0, 0.02);
    mix.add(bar_s(END_BAR as f64), &instruments::bass(rate_hz, SONG[END_BAR].0, 2.4), 0.5, 0.0, 0.0);
    melody(&mut mix, 0.0, &INTRO_MELODY, 0.10, &mut hand);
    melody(&mut mix, CHORUS_BAR as f64, &CHORUS_MELODY, 0.26, &mut hand);
    mix.finish(sample_rate_hz)
}

fn beat_s(beats: f64) -> f64 {
    beats * 60.0 / TEMPO_BPM
}

fn bar_s(bars: f64) -> f64 {
    beat_s(bars * BEATS_IN_BAR)
}

/// An uneven player: one of the flaws.
struct Hand(Noise);

impl Hand {
    /// A gain that strays by up to `spread_db` either way.
    fn gain(&mut self, spread_db: f64) -> f64 {
        crate::dsp::db_to_gain(spread_db * self.0.next())
    }

    /// Strays by up to `spread_ms` after the beat.
    fn late_s(&mut self, spread_ms: f64) -> f64 {
        0.001 * spread_ms * 0.5 * (1.0 + self.0.next())
    }
}

fn drums(mix: &mut Mix, bar: usize, hand: &mut Hand) {
    let rate_hz = mix.rate_hz;
    let chorus = bar >= CHORUS_BAR;
    let start_s = bar_s(bar as f64);
    let kicks: &[f64] = if chorus { &[0.0, 1.5, 2.0, 3.5] } else { &[0.0, 2.5] };
    let kick = instruments::kick(rate_hz);
    for beat in kicks {
        mix.add(start_s + beat_s(*beat), &kick, 0.5 * hand.gain(2.5), 0.0, 0.01);
    }
    for (stroke, beat) in [1.0, 3.0].into_iter().enumerate() {
        let snare = instruments::snare(rate_hz, 100 + (2 * bar + stroke) as u64);
        let gain = if chorus { 0.5 } else { 0.38 };
        mix.add(start_s + beat_s(beat) + hand.late_s(4.0), &snare, gain * hand.gain(3.0), 0.06, 0.16);
    }
    let strokes = if chorus { 16 } else { 8 };
    for stroke in 0..strokes {
        let beat = BEATS_IN_BAR * f64::from(stroke) / f64::from(strokes);
        let open = chorus && stroke % 8 == 6;
        let hat = instruments::hat(rate_hz, u64::from(1000 + 16 * bar as u32 + stroke), if open { 0.14 } else { 0.03 });
        let accent = if stroke % 2 == 0 { 0.22 } else { 0.12 };
        mix.add(start_s + beat_s(beat) + hand.late_s(5.0), &hat, accent * hand.gain(2.0), 0.35, 0.03);
    }
}

fn bass(mix: &mut Mix, bar: usize, hand: &mut Hand) {
    let root = SONG[bar].0;
    for eighth in 0..8 {
        let note = if eighth == 7 { root + 7.0 } else { root };
        let samples = instruments::bass(mix.rate_hz, note, beat_s(0.46));
        let start_s = bar_s(bar as f64) + beat_s(0.5 * f64::from(eighth)) + hand.late_s(6.0);
        // Uneven notes and a wide chorus pedal, which turns part of the low end over on one side.
        let gain = if bar >= CHORUS_BAR { 0.36 } else { 0.28 } * hand.gain(5.0);
        mix.add(start_s, &samples, gain, 0.0, 0.0);
        mix.add_side(start_s + 0.004, &samples, 0.75 * gain);
    }
}

fn chords(mix: &mut Mix, bar: usize, hand: &mut Hand) {
    let rate_hz = mix.rate_hz;
    let start_s = bar_s(bar as f64);
    let (gain, brightness_hz) = match bar {
        ..VERSE_BAR => (0.085, 2200.0),
        VERSE_BAR..CHORUS_BAR => (0.075, 4000.0),
        _ => (0.13, 9000.0),
    };
    let seconds = if bar == END_BAR { TAIL_S - 0.3 } else { bar_s(1.0) + 0.15 };
    for (voice, note) in SONG[bar].1.into_iter().enumerate() {
        for (detune_cents, pan) in [(7.0 + voice as f64, -0.85), (-6.0 - voice as f64, 0.85)] {
            let pad = instruments::pad(rate_hz, note, seconds, detune_cents, brightness_hz);
            mix.add(start_s, &pad, gain, pan, 0.35);
        }
    }
    // The piano breaks the chord upwards, an octave above the pad.
    let steps = if bar == END_BAR { 1 } else { 8 };
    for step in 0..steps {
        let note = SONG[bar].1[[0, 2, 1, 2, 0, 1, 2, 1][step]] + 12.0;
        let keys = instruments::keys(rate_hz, note, beat_s(1.6));
        let level = if bar < VERSE_BAR { 0.09 } else { 0.10 };
        let pan = if step % 2 == 0 { -0.4 } else { 0.45 };
        mix.add(start_s + beat_s(0.5 * step as f64) + hand.late_s(8.0), &keys, level * hand.gain(3.0), pan, 0.3);
    }
}

fn melody(mix: &mut Mix, bar: f64, notes: &[(f64, f64, f64)], gain: f64, hand: &mut Hand) {
    for (beat, beats, note) in notes {
        let lead = instruments::lead(mix.rate_hz, *note, beat_s(0.96 * beats));
        let start_s = bar_s(bar) + beat_s(*beat) + hand.late_s(10.0);
        let gain = gain * hand.gain(2.5);
        mix.add(start_s, &lead, gain, -0.08, 0.35);
        // Echoes of a dotted eighth, left and right in turn.
        mix.add(start_s + beat_s(0.75), &lead, 0.28 * gain, 0.7, 0.2);
        mix.add(start_s + beat_s(1.5), &lead, 0.12 * gain, -0.7, 0.2);
    }
}

/// Everything played so far, and what goes to the room.
struct Mix {
    rate_hz: f64,
    left: Vec<f64>,
    right: Vec<f64>,
    send: Vec<f64>,
}

impl Mix {
    fn new(rate_hz: f64, seconds: f64) -> Self {
        let frames = (seconds * rate_hz) as usize;
        Self { rate_hz, left: vec![0.0; frames], right: vec![0.0; frames], send: vec![0.0; frames] }
    }

    /// Adds samples at a time; `pan` from -1 (left) to 1 (right) at constant power, `send` is the share that goes to the room.
    fn add(&mut self, start_s: f64, samples: &[f64], gain: f64, pan: f64, send: f64) {
        let angle = (pan + 1.0) * std::f64::consts::FRAC_PI_4;
        for (bus, gain) in
            [(&mut self.left, gain * angle.cos()), (&mut self.right, gain * angle.sin()), (&mut self.send, gain * send)]
        {
            add_at(bus, (start_s * self.rate_hz) as usize, samples, gain);
        }
    }

    /// Adds samples to the side signal alone: up on the left, down on the right.
    fn add_side(&mut self, start_s: f64, samples: &[f64], gain: f64) {
        let start = (start_s * self.rate_hz) as usize;
        add_at(&mut self.left, start, samples, gain);
        add_at(&mut self.right, start, samples, -gain);
    }

    /// Adds the room, bends the tone as an untreated control room would, and brings the peak to [`PEAK`].
    fn finish(mut self, sample_rate_hz: u32) -> Excerpt {
        let [wet_left, wet_right] = room::reverberate(&self.send, self.rate_hz, 1.7);
        add_at(&mut self.left, 0, &wet_left, 1.0);
        add_at(&mut self.right, 0, &wet_right, 1.0);
        let mut eq = Equaliser::new(self.rate_hz);
        for (left, right) in self.left.chunks_mut(CONTROL_INTERVAL).zip(self.right.chunks_mut(CONTROL_INTERVAL)) {
            eq.control(&flaws());
            eq.process(left, right);
        }
        let peak = self.left.iter().chain(&self.right).fold(f64::MIN_POSITIVE, |peak, sample| peak.max(sample.abs()));
        // The console's bus rounds the strongest peaks, as any console driven to its nominal level does.
        let console = |sample: f64| PEAK * (CONSOLE_DRIVE * sample / peak).tanh() / CONSOLE_DRIVE.tanh();
        let [left, right] =
            [self.left, self.right].map(|side| side.into_iter().map(|sample| console(sample) as f32).collect());
        Excerpt { sample_rate_hz, left, right }
    }
}

fn add_at(bus: &mut [f64], start: usize, samples: &[f64], gain: f64) {
    for (out, sample) in bus.iter_mut().skip(start).zip(samples) {
        *out += gain * sample;
    }
}

/// What is wrong with the tone: boomy low mids, a dull top.
fn flaws() -> EqSettings {
    let mut eq = EqSettings::default();
    let on = EqBand { on: true, ..EqBand::default() };
    eq.bands[0] = EqBand { frequency_hz: 250.0, gain_db: 11.0, q: 1.0, ..on };
    eq.bands[1] = EqBand { filter: FilterType::HighShelf, frequency_hz: 4500.0, gain_db: -17.0, q: 0.5, ..on };
    eq
}

#[cfg(test)]
mod tests;
