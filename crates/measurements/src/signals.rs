//! The signals that everything is measured with. Each is made from formulas: the same samples every time.

use std::{f64::consts::TAU, path::Path};

use anyhow::Result;
use lacquer::{
    assistant::Programme,
    dsp::db_to_gain,
    render::{Recording, demo_mix},
};
use lacquer_fourier::Complex;

/// A stereo signal at a sample rate in Hz.
#[derive(Debug, Clone, PartialEq)]
pub struct Stereo {
    pub sample_rate: f64,
    pub channels: [Vec<f32>; 2],
}

impl Stereo {
    /// The same samples on both channels.
    pub fn mono(sample_rate: f64, samples: &[f64]) -> Self {
        let channel: Vec<f32> = samples.iter().map(|sample| *sample as f32).collect();
        Self { sample_rate, channels: [channel.clone(), channel] }
    }

    /// Two channels turned by one gain so that the greatest sample of both lies at `peak_db` dBFS.
    pub fn with_peak(sample_rate: f64, mut channels: [Vec<f64>; 2], peak_db: f64) -> Self {
        let peak = channels.iter().flatten().fold(0f64, |peak, sample| peak.max(sample.abs()));
        let gain = db_to_gain(peak_db) / peak.max(f64::MIN_POSITIVE);
        channels.iter_mut().flatten().for_each(|sample| *sample *= gain);
        let [left, right] = channels.map(|channel| channel.iter().map(|sample| *sample as f32).collect());
        Self { sample_rate, channels: [left, right] }
    }

    /// Samples of one channel.
    pub fn length(&self) -> usize {
        self.channels[0].len()
    }

    /// A part of it.
    pub fn part(&self, range: std::ops::Range<usize>) -> Self {
        let cut = |channel: &Vec<f32>| channel[range.clone()].to_vec();
        Self { sample_rate: self.sample_rate, channels: [cut(&self.channels[0]), cut(&self.channels[1])] }
    }

    /// The left channel in double precision.
    pub fn left(&self) -> Vec<f64> {
        self.channels[0].iter().map(|sample| f64::from(*sample)).collect()
    }

    /// The `seconds` of it that are loudest (by their mean square), or all of it when it is no longer.
    pub fn loudest(&self, seconds: f64) -> Self {
        let length = (seconds * self.sample_rate) as usize;
        if self.length() <= length {
            return self.clone();
        }
        let step = (0.1 * self.sample_rate) as usize;
        let energy = |start: usize| -> f64 {
            self.channels.iter().flat_map(|c| &c[start..start + length]).map(|s| f64::from(*s).powi(2)).sum()
        };
        let start = (0..=self.length() - length)
            .step_by(step.max(1))
            .max_by(|a, b| energy(*a).total_cmp(&energy(*b)))
            .unwrap_or(0);
        self.part(start..start + length)
    }
}

/// A repeatable generator of numbers from -1 to 1.
pub struct Noise(u64);

impl Noise {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn sample(&mut self) -> f64 {
        // Knuth's MMIX constants; the upper bits are the random ones.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    }
}

/// Sines of (frequency in Hz, amplitude, phase in turns), added up.
pub fn tones(sample_rate: f64, seconds: f64, partials: &[(f64, f64, f64)]) -> Vec<f64> {
    (0..(seconds * sample_rate) as usize)
        .map(|n| {
            let time = n as f64 / sample_rate;
            partials.iter().map(|(hz, amplitude, turns)| amplitude * (TAU * (hz * time + turns)).sin()).sum()
        })
        .collect()
}

/// Starts softly: a raised cosine of `seconds`.
pub fn fade_in(samples: &mut [f64], seconds: f64, sample_rate: f64) {
    let length = (seconds * sample_rate) as usize;
    for (index, sample) in samples.iter_mut().take(length).enumerate() {
        *sample *= 0.5 - 0.5 * (TAU * 0.5 * index as f64 / length as f64).cos();
    }
}

/// -3 dB an octave from 20 Hz up to half the sample rate: white noise whose spectrum is turned.
pub fn pink_noise(sample_rate: f64, seconds: f64, seed: u64) -> Vec<f64> {
    let mut noise = Noise::new(seed);
    let white: Vec<f64> = (0..(seconds * sample_rate) as usize).map(|_| noise.sample()).collect();
    shaped(&white, sample_rate, |hz| if hz < 20.0 { 0.0 } else { (20.0 / hz).sqrt() })
}

/// The samples with their spectrum multiplied by `gain` of the frequency in Hz.
pub fn shaped(samples: &[f64], sample_rate: f64, gain: impl Fn(f64) -> f64) -> Vec<f64> {
    let mut samples = samples.to_vec();
    let length = samples.len();
    let (forward, inverse) = (lacquer_fourier::forward::<f64>(length), lacquer_fourier::inverse::<f64>(length));
    let mut spectrum = vec![Complex::default(); length / 2 + 1];
    // Both fail on wrong lengths alone, and these are the planner's own.
    if forward.process(&mut samples, &mut spectrum).is_ok() {
        for (bin, value) in spectrum.iter_mut().enumerate() {
            *value *= gain(bin as f64 * sample_rate / length as f64) / length as f64;
        }
        spectrum[0].im = 0.0;
        if length.is_multiple_of(2) {
            spectrum[length / 2].im = 0.0;
        }
        inverse.process(&mut spectrum, &mut samples).unwrap_or_default();
    }
    samples
}

/// Seconds between two hits of [`drums`].
const DRUMS_EVERY_S: f64 = 0.25;

/// Kick, hi-hat, snare, hi-hat: sudden starts, from 50 Hz up to half the sample rate.
pub fn drums(sample_rate: f64, seconds: f64, seed: u64) -> Vec<f64> {
    let mut noise = Noise::new(seed);
    let beat = (DRUMS_EVERY_S * sample_rate) as usize;
    (0..(seconds * sample_rate) as usize)
        .map(|n| {
            let time = (n % beat) as f64 / sample_rate;
            let kick = (TAU * (50.0 * time + 6.0 * (1.0 - (-time / 0.02).exp()))).sin() * (-time / 0.1).exp();
            let snare = noise.sample() * (-time / 0.05).exp() + 0.5 * (TAU * 190.0 * time).sin() * (-time / 0.06).exp();
            let hat = noise.sample() * (-time / 0.015).exp();
            match n / beat % 4 {
                0 => kick + 0.3 * hat,
                2 => 0.8 * snare + 0.3 * hat,
                _ => 0.5 * hat,
            }
        })
        .collect()
}

/// Seconds between two hits of [`hits`].
pub const HITS_EVERY_S: f64 = 0.5;

/// Kick and snare in turn, with the same peak, the stick's 5 ms of noise on each.
pub fn hits(sample_rate: f64, seconds: f64) -> Vec<f64> {
    let mut noise = Noise::new(17);
    let beat = (HITS_EVERY_S * sample_rate) as usize;
    let mut samples: Vec<f64> = (0..(seconds * sample_rate) as usize)
        .map(|n| {
            let time = (n % beat) as f64 / sample_rate;
            let stick = noise.sample() * (-time / 0.005).exp();
            if (n / beat).is_multiple_of(2) {
                (TAU * (55.0 * time + 4.0 * (1.0 - (-time / 0.02).exp()))).sin() * (-time / 0.1).exp() + 0.2 * stick
            } else {
                (TAU * 190.0 * time).sin() * (-time / 0.06).exp()
                    + 0.4 * noise.sample() * (-time / 0.06).exp()
                    + 0.3 * stick
            }
        })
        .collect();
    for hit in samples.chunks_mut(beat) {
        let peak = hit.iter().fold(f64::MIN_POSITIVE, |peak, sample| peak.max(sample.abs()));
        hit.iter_mut().for_each(|sample| *sample /= peak);
    }
    samples
}

/// A sine at a quarter of the sample rate, 45° off: its samples lie 3 dB below the peaks between them.
pub fn quarter_rate_sine(sample_rate: f64, seconds: f64) -> Vec<f64> {
    let mut samples = tones(sample_rate, seconds, &[(0.25 * sample_rate, 1.0, 0.125)]);
    fade_in(&mut samples, 0.01, sample_rate);
    samples
}

/// 11 kHz, a quarter of a second on, a quarter off, switched without a ramp.
pub fn bursts_of_11_khz(sample_rate: f64, seconds: f64) -> Vec<f64> {
    let gate = (0.25 * sample_rate) as usize;
    let mut samples = tones(sample_rate, seconds, &[(11_000.0, 1.0, 0.05)]);
    samples.iter_mut().enumerate().filter(|(n, _)| n / gate % 2 == 1).for_each(|(_, sample)| *sample = 0.0);
    samples
}

/// The program's demo mix, or the song in a file.
///
/// # Errors
/// A sentence about what is wrong with the file.
pub fn song(file: Option<&Path>, sample_rate_hz: u32) -> Result<Stereo> {
    let Some(file) = file else {
        let mix = demo_mix::synthesise(sample_rate_hz);
        return Ok(Stereo { sample_rate: f64::from(sample_rate_hz), channels: [mix.left, mix.right] });
    };
    let mut recording = Recording::open(file)?;
    let mut channels = [Vec::new(), Vec::new()];
    let sample_rate = f64::from(recording.sample_rate_hz());
    recording.play(&mut |left, right| {
        channels[0].extend_from_slice(left);
        channels[1].extend_from_slice(right);
    })?;
    Ok(Stereo { sample_rate, channels })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pink_noise_falls_by_3_db_an_octave() {
        let noise = pink_noise(48_000.0, 4.0, 1);
        let power = |low: f64, high: f64| -> f64 {
            let inside = shaped(&noise, 48_000.0, |hz| f64::from(u8::from((low..high).contains(&hz))));
            inside.iter().map(|sample| sample * sample).sum()
        };
        // Every octave holds the same power.
        let low = power(100.0, 200.0);
        for octave in [400.0, 1600.0, 6400.0] {
            let ratio_db = 10.0 * (power(octave, 2.0 * octave) / low).log10();
            assert!(ratio_db.abs() < 0.6, "{octave} Hz: {ratio_db} dB");
        }
    }

    #[test]
    fn shaping_with_a_gain_of_one_changes_nothing() {
        let noise: Vec<f64> = (0..1000).map(|n| f64::from(n * 37 % 101) - 50.0).collect();
        for (shaped, sample) in shaped(&noise, 48_000.0, |_| 1.0).iter().zip(&noise) {
            assert!((shaped - sample).abs() < 1e-9);
        }
    }

    #[test]
    fn the_loudest_part_is_found() {
        let mut samples = vec![0.1; 48_000];
        samples[30_000..36_000].fill(0.9);
        let part = Stereo::mono(48_000.0, &samples).loudest(0.125);
        assert_eq!(part.length(), 6000);
        let loud = part.channels[0].iter().filter(|sample| **sample > 0.5).count();
        assert!(loud >= 3600, "{loud}");
    }
}
