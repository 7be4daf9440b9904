//! The spectrum as it runs: bands of 1/24 octave every 1/36 octave, 20 Hz to 20 kHz, averaged over time.
//!
//! Three resolutions after one another (multi-resolution FFT, Hann windows): up to 700 Hz 1.4 s at a lowered rate, up to 2.8 kHz
//! 0.17 s, above 0.04 s. A band has the power of what lies in it: pink noise is flat without tilt, and a steady sine reads its
//! level (a full-scale one in both channels 0 dB). Below 88 Hz a window is too short for 1/24 octave: bands are then as wide as
//! the window tells apart, and count with their density, so that noise stays right and a sine spreads. Powers of both channels are
//! averaged, and over time by a one-pole of the chosen [`Speed`].
//!
//! Latency: half a window. Cost: about fifteen milliseconds of one core for a second of one stereo signal, less when slow.

use std::sync::Arc;

use lacquer_fourier::{Complex, RealToComplex};
use serde::{Deserialize, Serialize};

use super::{axis::AUDIBLE, decimator::Decimator};
use crate::analysis::band::{Band, hann};

/// Points in an octave.
const POINTS_PER_OCTAVE: f64 = 36.0;
/// Number of points of a spectrum, 20 Hz to 20.2 kHz.
pub const POINTS: usize = 360;
/// Width of a point's band, octaves.
const BAND_OCTAVES: f64 = 1.0 / 24.0;
/// Share of a point's power that no other point has: bands are wider than points are apart.
pub const POINT_SHARE: f64 = 1.0 / (POINTS_PER_OCTAVE * BAND_OCTAVES);
/// Least width of a band in bins: a Hann window's main lobe but for a thousandth of its power.
const LEAST_BINS: f64 = 3.5;
/// What a density that falls by 3 dB an octave, pink noise, looks like in bands of constant relative width: flat.
const BANDS_TILT_DB: f64 = 3.0;
/// Frequency about which a spectrum is tilted.
const PIVOT_HZ: f64 = 1000.0;
/// Frames taken up at once.
const PIECE: usize = 512;
/// Powers below this are nothing: -200 dB.
const LEAST_POWER: f32 = 1e-20;

/// Frequency of a point, Hz.
pub fn point_hz(point: usize) -> f64 {
    AUDIBLE.low_hz * 2f64.powf(point as f64 / POINTS_PER_OCTAVE)
}

/// What a tilt adds at a frequency, dB. A tilt of 3 dB an octave shows pink noise flat, one of 4.5 most masters.
pub fn tilt_db(tilt_db_per_octave: f64, hz: f64) -> f64 {
    (tilt_db_per_octave - BANDS_TILT_DB) * (hz / PIVOT_HZ).log2()
}

/// Level of a 1/3-octave band of music, in which a full-scale sine reads -3.01 dB, as a level of a point.
pub fn third_octave_as_point_db(level_db: f64) -> f64 {
    level_db + 10.0 * (2.0 * 3.0 * BAND_OCTAVES).log10()
}

/// How soon the picture follows: the time constant of the average.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Speed {
    Fast,
    #[default]
    Medium,
    Slow,
}

impl Speed {
    pub const ALL: [Self; 3] = [Self::Fast, Self::Medium, Self::Slow];

    /// The word people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Fast => "Fast",
            Self::Medium => "Medium",
            Self::Slow => "Slow",
        }
    }

    /// How far it falls in silence, dB a second.
    pub fn fall_db_per_s(self) -> f64 {
        match self {
            Self::Fast => 60.0,
            Self::Medium => 20.0,
            Self::Slow => 6.0,
        }
    }

    fn time_s(self) -> f64 {
        10.0 * std::f64::consts::LOG10_E / self.fall_db_per_s()
    }
}

/// One stereo signal's spectrum.
pub struct SpectrumAnalyser {
    decimators: [Decimator; 2],
    low: Resolution,
    middle: Resolution,
    high: Resolution,
    speed: Speed,
    powers: Vec<f32>,
    held: Vec<f32>,
}

impl SpectrumAnalyser {
    /// An analyser at `sample_rate_hz`.
    pub fn new(sample_rate_hz: f64) -> Self {
        let step = ((sample_rate_hz / 6000.0).round() as usize).max(1);
        let low_rate_hz = sample_rate_hz / step as f64;
        let low_points = points_below(700.0);
        let middle_points = points_below(2800.0);
        Self {
            decimators: [Decimator::new(step), Decimator::new(step)],
            low: Resolution::new(low_rate_hz, 1.2, 16, 0..low_points),
            middle: Resolution::new(sample_rate_hz, 0.15, 4, low_points..middle_points),
            high: Resolution::new(sample_rate_hz, 0.04, 2, middle_points..POINTS),
            speed: Speed::default(),
            powers: vec![0.0; POINTS],
            held: vec![0.0; POINTS],
        }
    }

    /// Chooses how soon the picture follows.
    pub fn set_speed(&mut self, speed: Speed) {
        self.speed = speed;
    }

    /// Hears a part of any length; gives whether anything in the picture has changed.
    pub fn add(&mut self, left: &[f32], right: &[f32]) -> bool {
        let time_s = self.speed.time_s();
        let mut changed = false;
        for (left, right) in left.chunks(PIECE).zip(right.chunks(PIECE)) {
            let frames = left.len().min(right.len());
            let (mut sound, mut slow) = ([[0.0; PIECE]; 2], [[0.0; PIECE]; 2]);
            let mut slow_frames = 0;
            let channels = sound.iter_mut().zip(&mut slow).zip(&mut self.decimators);
            for (((channel, slow), decimator), samples) in channels.zip([left, right]) {
                for (kept, sample) in channel.iter_mut().zip(&samples[..frames]) {
                    *kept = if sample.is_finite() { *sample } else { 0.0 };
                }
                slow_frames = 0;
                decimator.process(&channel[..frames], |sample| {
                    slow[slow_frames] = sample;
                    slow_frames += 1;
                });
            }
            let sound = sound.each_ref().map(|channel| &channel[..frames]);
            changed |= self.middle.add(sound, time_s, &mut self.powers);
            changed |= self.high.add(sound, time_s, &mut self.powers);
            let slow = slow.each_ref().map(|channel| &channel[..slow_frames]);
            changed |= self.low.add(slow, time_s, &mut self.powers);
        }
        if changed {
            for (held, power) in self.held.iter_mut().zip(&self.powers) {
                *held = held.max(*power);
            }
        }
        changed
    }

    /// Powers of the points: 1 for a full-scale sine in both channels.
    pub fn powers(&self) -> &[f32] {
        &self.powers
    }

    /// The greatest powers since the last [`SpectrumAnalyser::reset_held`].
    pub fn held(&self) -> &[f32] {
        &self.held
    }

    /// Forgets the peaks.
    pub fn reset_held(&mut self) {
        self.held.copy_from_slice(&self.powers);
    }
}

/// Level of a power, dB.
pub fn level_db(power: f32) -> f32 {
    10.0 * power.max(LEAST_POWER).log10()
}

fn points_below(hz: f64) -> usize {
    (0..POINTS).take_while(|point| point_hz(*point) < hz).count()
}

/// One window length and the points that are told apart with it.
struct Resolution {
    fft: Arc<dyn RealToComplex<f32>>,
    window: Vec<f32>,
    rate_hz: f64,
    hop: usize,
    /// The last samples of both channels, a ring.
    sound: [Vec<f32>; 2],
    position: usize,
    until_due: usize,
    input: Vec<f32>,
    output: Vec<Complex<f32>>,
    scratch: Vec<Complex<f32>>,
    bins: Vec<f32>,
    first_point: usize,
    /// Each point's band, and what a sum over it counts.
    bands: Vec<(Band, f32)>,
}

impl Resolution {
    fn new(rate_hz: f64, least_s: f64, hops: usize, points: std::ops::Range<usize>) -> Self {
        let length = ((rate_hz * least_s) as usize).next_power_of_two();
        let fft = lacquer_fourier::forward(length);
        let window = hann(length);
        let energy: f64 = window.iter().map(|gain| f64::from(gain * gain)).sum();
        // Parseval's theorem, both halves of the spectrum in one; the mean of two channels; a sine's mean power is half.
        let scale = 2.0 / (energy * length as f64) * 0.5 * 2.0;
        let bin_hz = rate_hz / length as f64;
        let bins = length / 2 + 1;
        let band = |point: usize| {
            let hz = point_hz(point);
            let nominal_hz = hz * (2f64.powf(BAND_OCTAVES / 2.0) - 2f64.powf(-BAND_OCTAVES / 2.0));
            if nominal_hz >= LEAST_BINS * bin_hz {
                let half = 2f64.powf(BAND_OCTAVES / 2.0);
                (Band::new(hz / half, hz * half, bin_hz, bins), scale as f32)
            } else {
                let half_hz = LEAST_BINS * bin_hz / 2.0;
                let share = nominal_hz / (2.0 * half_hz);
                (Band::new((hz - half_hz).max(0.0), hz + half_hz, bin_hz, bins), (scale * share) as f32)
            }
        };
        Self {
            window,
            rate_hz,
            hop: length / hops,
            sound: [vec![0.0; length], vec![0.0; length]],
            position: 0,
            until_due: length / hops,
            input: fft.make_input_vec(),
            output: fft.make_output_vec(),
            scratch: fft.make_scratch_vec(),
            bins: vec![0.0; bins],
            first_point: points.start,
            bands: points.map(band).collect(),
            fft,
        }
    }

    /// Takes a part of both channels; where a window is due moves `powers` towards it, and says so.
    fn add(&mut self, sound: [&[f32]; 2], time_s: f64, powers: &mut [f32]) -> bool {
        let mut changed = false;
        let mut sound = sound;
        while !sound[0].is_empty() {
            let count = sound[0].len().min(self.until_due).min(self.window.len() - self.position);
            for (channel, sound) in self.sound.iter_mut().zip(&mut sound) {
                let (now, later) = sound.split_at(count);
                channel[self.position..self.position + count].copy_from_slice(now);
                *sound = later;
            }
            self.position = (self.position + count) % self.window.len();
            self.until_due -= count;
            if self.until_due == 0 {
                self.until_due = self.hop;
                self.look(time_s, powers);
                changed = true;
            }
        }
        changed
    }

    /// Moves `powers` towards those of the last window.
    fn look(&mut self, time_s: f64, powers: &mut [f32]) {
        self.bins.fill(0.0);
        for channel in &self.sound {
            let (newer, older) = channel.split_at(self.position);
            let (begin, end) = self.input.split_at_mut(older.len());
            let (rising, falling) = self.window.split_at(older.len());
            for (input, sound, window) in [(begin, older, rising), (end, newer, falling)] {
                for ((input, sample), gain) in input.iter_mut().zip(sound).zip(window) {
                    *input = sample * gain;
                }
            }
            // Lengths are those of the plan, the only error there is.
            let done = self.fft.process_with_scratch(&mut self.input, &mut self.output, &mut self.scratch);
            debug_assert!(done.is_ok());
            for (bin, value) in self.bins.iter_mut().zip(&self.output) {
                *bin += value.norm_sqr();
            }
        }
        let share = 1.0 - (-(self.hop as f64) / (self.rate_hz * time_s)).exp();
        let powers = &mut powers[self.first_point..];
        for ((band, scale), power) in self.bands.iter().zip(powers) {
            let now = band.sum(&self.bins) as f32 * scale;
            *power += share as f32 * (now - *power);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE_HZ: f64 = 48_000.0;

    fn sine(hz: f64, gain: f32, seconds: f64, rate_hz: f64) -> Vec<f32> {
        let turn = std::f64::consts::TAU * hz / rate_hz;
        (0..(seconds * rate_hz) as usize).map(|n| gain * (turn * n as f64).sin() as f32).collect()
    }

    /// White noise of uniform distribution, ±1: mean power 1/3.
    fn white(samples: usize) -> Vec<f32> {
        let mut state = 0x2545_F491_4F6C_DD1Du64;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 40) as f32 / (1u64 << 23) as f32 - 1.0
        };
        (0..samples).map(|_| next()).collect()
    }

    #[test]
    fn a_sine_reads_its_level_at_its_frequency_and_its_tilt() {
        for rate_hz in [44_100.0, 48_000.0, 96_000.0] {
            for hz in [100.0, 333.0, 690.0, 1000.0, 2790.0, 2810.0, 10_000.0, 17_000.0] {
                let mut analyser = SpectrumAnalyser::new(rate_hz);
                analyser.set_speed(Speed::Fast);
                let sound = sine(hz, 0.1, 2.5, rate_hz);
                analyser.add(&sound, &sound);
                let levels: Vec<f32> = analyser.powers().iter().map(|power| level_db(*power)).collect();
                let top = (0..POINTS).max_by(|a, b| levels[*a].total_cmp(&levels[*b])).unwrap();
                assert!((point_hz(top) / hz).log2().abs() < 1.0 / 24.0, "{hz} Hz found at {} Hz", point_hz(top));
                // Where bands are hardly wider than what a window tells apart, a sine beside a band's middle loses a little.
                let tolerance_db = if hz < 200.0 { 0.6 } else { 0.3 };
                assert!((levels[top] + 20.0).abs() < tolerance_db, "{hz} Hz at {rate_hz} Hz reads {} dB", levels[top]);
                let far = (0..POINTS).filter(|point| (point_hz(*point) / hz).log2().abs() > 0.5);
                let spill = far.map(|point| levels[point]).fold(f32::MIN, f32::max);
                assert!(spill < -70.0, "{hz} Hz spills {spill} dB an octave and a half away");
            }
        }
        assert_eq!(tilt_db(4.5, 1000.0), 0.0);
        assert!((tilt_db(4.5, 4000.0) - 3.0).abs() < 1e-12, "1.5 dB an octave over what bands do by themselves");
        assert_eq!(tilt_db(3.0, 63.0), 0.0);
    }

    #[test]
    fn white_noise_rises_three_decibels_an_octave_and_pink_is_flat() {
        // White noise in bands of constant relative width is what a tilt of three decibels makes of pink.
        let mut analyser = SpectrumAnalyser::new(RATE_HZ);
        analyser.set_speed(Speed::Slow);
        let noise = white(RATE_HZ as usize * 30);
        let mut mean = vec![0.0; POINTS];
        let looks = 20;
        for piece in noise.chunks(noise.len() / looks) {
            analyser.add(piece, piece);
            mean.iter_mut().zip(analyser.powers()).for_each(|(mean, power)| *mean += f64::from(*power) / looks as f64);
        }
        for centre_hz in [30.0, 60.0, 125.0, 500.0, 700.0, 1000.0, 2800.0, 4000.0, 16_000.0] {
            let near = (0..POINTS).filter(|point| (point_hz(*point) / centre_hz).log2().abs() < 0.2);
            let powers: Vec<f64> = near.map(|point| mean[point] / point_hz(point)).collect();
            let density = powers.iter().sum::<f64>() / powers.len() as f64;
            // Mean power 1/3 over half the sample rate; a sine reads twice its mean power; the band's width over its centre.
            let width = 2f64.powf(BAND_OCTAVES / 2.0) - 2f64.powf(-BAND_OCTAVES / 2.0);
            let expected = 2.0 / 3.0 / (RATE_HZ / 2.0) * width;
            let off_db = 10.0 * (density / expected).log10();
            assert!(off_db.abs() < 1.0, "about {centre_hz} Hz {off_db} dB off");
        }
    }

    #[test]
    fn silence_falls_at_the_chosen_speed_and_peaks_stay() {
        let point = points_below(1000.0);
        for speed in Speed::ALL {
            let mut analyser = SpectrumAnalyser::new(RATE_HZ);
            analyser.set_speed(speed);
            let sound = sine(1000.0, 1.0, 2.0, RATE_HZ);
            analyser.add(&sound, &sound);
            let silence = vec![0.0; RATE_HZ as usize / 2];
            analyser.add(&silence, &silence);
            let first = level_db(analyser.powers()[point]);
            analyser.add(&silence, &silence);
            let fall = f64::from(first - level_db(analyser.powers()[point])) * 2.0;
            // It falls window by window, so half a second is known to a window's hop.
            assert!((fall / speed.fall_db_per_s() - 1.0).abs() < 0.08, "{speed:?}: {fall} dB/s");
            assert!(analyser.held().iter().any(|power| level_db(*power) > -1.0), "the sine's peak stays");
            analyser.reset_held();
            assert_eq!(analyser.held(), analyser.powers());
        }
    }

    #[test]
    fn thirds_of_music_lie_on_its_points() {
        // A band of 1/3 octave of flat density holds eight bands of 1/24; sines read 3.01 dB more here.
        assert!((third_octave_as_point_db(-20.0) - (-20.0 - 9.03 + 3.01)).abs() < 0.01);
    }
}
