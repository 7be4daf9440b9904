//! The limiter's ceiling, held against an oracle of its own: eight times the sample rate by a windowed sinc of 256 taps.

use lacquer::{
    dsp::{Chain, gain_to_db},
    settings::{ChainSettings, Phase},
};
use std::ops::Range;

/// Samples on each side that the oracle's interpolation weighs.
const REACH: usize = 128;
const POINTS: usize = 8;

/// Greatest absolute value of the reconstructed signal, linear.
fn true_peak(samples: &[f32]) -> f64 {
    true_peak_within(samples, 0..samples.len())
}

/// The same from one sample to another.
fn true_peak_within(samples: &[f32], range: Range<usize>) -> f64 {
    // Kaiser window, beta 8: 80 dB.
    let bessel = |x: f64| {
        let (mut sum, mut term) = (1.0, 1.0);
        for order in 1..60 {
            term *= (0.5 * x / f64::from(order)).powi(2);
            sum += term;
        }
        sum
    };
    let tap = |distance: f64| {
        let angle = std::f64::consts::PI * distance;
        angle.sin() / angle * bessel(8.0 * (1.0 - (distance / REACH as f64).powi(2)).max(0.0).sqrt()) / bessel(8.0)
    };
    let phases: Vec<Vec<f64>> = (1..POINTS)
        .map(|phase| {
            let after = phase as f64 / POINTS as f64;
            let taps: Vec<f64> = (0..2 * REACH).map(|index| tap(index as f64 - REACH as f64 + 1.0 - after)).collect();
            let sum: f64 = taps.iter().sum();
            taps.iter().map(|tap| tap / sum).collect()
        })
        .collect();
    let mut peak = samples[range.clone()].iter().fold(0f64, |peak, sample| peak.max(f64::from(*sample).abs()));
    let samples: Vec<f64> = samples.iter().map(|sample| f64::from(*sample)).collect();
    for (index, window) in samples.windows(2 * REACH).enumerate() {
        let sample = index + REACH - 1;
        if !(range.start..range.end.saturating_sub(1)).contains(&sample) {
            continue;
        }
        // Between two samples far below the peak no reconstructed one is above it.
        if window[REACH - 1].abs().max(window[REACH].abs()) < 0.4 * peak {
            continue;
        }
        for taps in &phases {
            let mut sums = [0.0; 8];
            for (window, taps) in window.chunks_exact(8).zip(taps.chunks_exact(8)) {
                for lane in 0..8 {
                    sums[lane] += window[lane] * taps[lane];
                }
            }
            peak = peak.max(sums.iter().sum::<f64>().abs());
        }
    }
    peak
}

/// A repeatable generator of numbers from -1 to 1.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    }
}

type Signal = fn(f64, usize) -> Vec<f32>;

fn normalised(samples: Vec<f64>) -> Vec<f32> {
    let peak = samples.iter().fold(0f64, |peak, sample| peak.max(sample.abs()));
    samples.iter().map(|sample| (sample / peak) as f32).collect()
}

fn bursts_of_white_noise(_: f64, length: usize) -> Vec<f32> {
    let mut noise = Noise(5);
    normalised((0..length).map(|n| if n % 4800 < 2400 { noise.next() } else { 0.0 }).collect())
}

/// Kellet's filter: -3 dB an octave.
fn pink_noise(_: f64, length: usize) -> Vec<f32> {
    let mut noise = Noise(7);
    let mut state = [0.0; 3];
    normalised(
        (0..length)
            .map(|_| {
                let white = noise.next();
                state[0] = 0.99765 * state[0] + white * 0.0990460;
                state[1] = 0.96300 * state[1] + white * 0.2965164;
                state[2] = 0.57000 * state[2] + white * 1.0526913;
                state.iter().sum::<f64>() + white * 0.1848
            })
            .collect(),
    )
}

/// Kick, snare and hi-hat: sudden starts, low and full-band.
fn drums(sample_rate: f64, length: usize) -> Vec<f32> {
    let mut noise = Noise(11);
    let beat = (0.125 * sample_rate) as usize;
    normalised(
        (0..length)
            .map(|n| {
                let (beat_number, time) = (n / beat, (n % beat) as f64 / sample_rate);
                let kick =
                    (std::f64::consts::TAU * (50.0 * time - 8.0 * (-time / 0.02).exp())).sin() * (-time / 0.08).exp();
                let snare = noise.next() * (-time / 0.03).exp();
                let hat = noise.next() * (-time / 0.01).exp();
                match beat_number % 4 {
                    0 => 1.4 * kick + 0.4 * hat,
                    2 => snare + 0.3 * kick,
                    _ => 0.7 * hat,
                }
            })
            .collect(),
    )
}

/// fs/4 at 45 degrees: the samples are 3 dB below the peaks between them.
fn quarter_rate_sine(_: f64, length: usize) -> Vec<f32> {
    (0..length).map(|n| (std::f64::consts::FRAC_PI_2 * (n as f64 + 0.5 + 1.0 / 16.0)).sin() as f32).collect()
}

fn bursts_of_11_khz(sample_rate: f64, length: usize) -> Vec<f32> {
    (0..length)
        .map(|n| {
            let time = n as f64 / sample_rate;
            let gate = if (100.0 * time) as usize & 1 == 0 { 1.0 } else { 0.02 };
            (gate * (std::f64::consts::TAU * 11_000.0 * time).sin()) as f32
        })
        .collect()
}

/// From 20 Hz to 20 kHz.
fn chirp(sample_rate: f64, length: usize) -> Vec<f32> {
    let seconds = length as f64 / sample_rate;
    (0..length)
        .map(|n| {
            let time = n as f64 / sample_rate;
            (std::f64::consts::TAU * (20.0 + 19_980.0 * time / (2.0 * seconds)) * time).sin() as f32
        })
        .collect()
}

/// Single samples, pairs whose peak lies between them, and pairs of opposite sign.
fn impulses(_: f64, length: usize) -> Vec<f32> {
    let mut samples = vec![0.0; length];
    for (index, place) in (300..length - 300).step_by(777).enumerate() {
        samples[place] = 1.0;
        samples[place + 1] = [0.0, 1.0, -0.9][index % 3];
    }
    samples
}

/// The most by which a reconstructed peak may pass the ceiling.
const TOLERANCE_DB: f64 = 0.05;

/// How far the peaks of a limited signal lie above the ceiling, dB.
fn overshoot_db(settings: &ChainSettings, sample_rate: f64, samples: &[f32]) -> f64 {
    let (mut left, mut right) = (samples.to_vec(), samples.to_vec());
    Chain::new(sample_rate, settings.eq.phase).process(settings, &mut left, &mut right);
    assert_eq!(left, right, "equal channels stay equal");
    gain_to_db(true_peak(&left)) - f64::from(settings.limiter.ceiling_dbtp)
}

fn limiting(drive_db: f32) -> ChainSettings {
    let mut settings = ChainSettings::default();
    settings.limiter.on = true;
    settings.limiter.drive_db = drive_db;
    settings
}

#[test]
fn no_reconstructed_peak_passes_the_ceiling() {
    let signals: [(&str, Signal); 7] = [
        ("pink noise", pink_noise),
        ("bursts of white noise", bursts_of_white_noise),
        ("drums", drums),
        ("sine at a quarter of the rate", quarter_rate_sine),
        ("bursts at 11 kHz", bursts_of_11_khz),
        ("chirp", chirp),
        ("impulses", impulses),
    ];
    for (name, signal) in signals {
        for sample_rate in [44_100.0, 48_000.0, 96_000.0] {
            let samples = signal(sample_rate, (0.5 * sample_rate) as usize);
            for drive_db in [3.0, 6.0, 12.0] {
                let over_db = overshoot_db(&limiting(drive_db), sample_rate, &samples);
                println!("{name} at {sample_rate} Hz, {drive_db} dB of drive: {over_db:+.3} dB");
                assert!(over_db <= TOLERANCE_DB, "{name} at {sample_rate} Hz, {drive_db} dB: {over_db:+.3} dB");
                assert!(
                    over_db > -0.2,
                    "{name} at {sample_rate} Hz, {drive_db} dB is limited too far: {over_db:+.3} dB"
                );
            }
        }
    }
}

#[test]
fn the_ceiling_holds_with_the_shortest_release_and_the_soft_clip() {
    let samples = drums(48_000.0, 24_000);
    for soft_clip_db in [0.0, 3.0, 12.0] {
        let mut settings = limiting(12.0);
        settings.limiter.release_ms = 1.0;
        settings.limiter.auto_release = false;
        settings.limiter.soft_clip_on = true;
        settings.limiter.soft_clip_db = soft_clip_db;
        let over_db = overshoot_db(&settings, 48_000.0, &samples);
        assert!(over_db <= TOLERANCE_DB, "soft clip {soft_clip_db} dB: {over_db:+.3} dB");
    }
}

#[test]
fn the_ceiling_holds_at_low_and_high_sample_rates() {
    for sample_rate in [8_000.0, 16_000.0, 22_050.0, 88_200.0, 176_400.0, 192_000.0, 384_000.0, 768_000.0] {
        let samples = drums(sample_rate, (0.3 * sample_rate) as usize);
        let over_db = overshoot_db(&limiting(9.0), sample_rate, &samples);
        println!("{sample_rate} Hz: {over_db:+.3} dB");
        // Within 5 ms a low rate has room for a shorter filter only, and these drums have noise up to the spectrum's end.
        let tolerance_db = if sample_rate < 44_100.0 { 0.3 } else { TOLERANCE_DB };
        assert!(over_db <= tolerance_db, "{sample_rate} Hz: {over_db:+.3} dB");
    }
}

/// Runs one signal on both channels, with the settings of each piece of `piece` samples.
fn automated(
    sample_rate: f64,
    samples: &[f32],
    piece: usize,
    settings: impl Fn(usize) -> ChainSettings,
) -> (Vec<f32>, usize) {
    let (mut left, mut right) = (samples.to_vec(), samples.to_vec());
    let mut chain = Chain::new(sample_rate, Phase::Minimum);
    for (index, (left, right)) in left.chunks_mut(piece).zip(right.chunks_mut(piece)).enumerate() {
        chain.process(&settings(index), left, right);
    }
    (left, chain.latency())
}

/// Every sample keeps to the ceiling that held when it came in, in steps and in ramps, down and up.
#[test]
fn the_ceiling_holds_where_its_automation_is_drawn() {
    let rate = 48_000.0;
    let steps: fn(usize) -> f32 = |piece| [-1.0, -6.0, -12.0, -3.0, 0.0, -9.0][piece % 6];
    let ramp: fn(usize) -> f32 = |piece| -0.1 * (piece % 240).min(240 - piece % 240) as f32;
    for (name, piece, ceiling_db) in [("steps", 1500, steps), ("a ramp", 32, ramp)] {
        for (signal, samples) in [("drums", drums(rate, 24_000)), ("noise", bursts_of_white_noise(rate, 24_000))] {
            let settings = |index: usize| {
                let mut settings = limiting(9.0);
                settings.limiter.ceiling_dbtp = ceiling_db(index);
                settings
            };
            let (out, latency) = automated(rate, &samples, piece, settings);
            let mut most_db = f64::NEG_INFINITY;
            for index in 0..(samples.len() - latency) / piece {
                let range = latency + index * piece..latency + (index + 1) * piece;
                let margin = REACH.min(range.start);
                let around = &out[range.start - margin..out.len().min(range.end + REACH)];
                let peak = true_peak_within(around, margin..margin + piece);
                most_db = most_db.max(gain_to_db(peak) - f64::from(ceiling_db(index)));
            }
            println!("{name}, {signal}: {most_db:+.3} dB");
            assert!(most_db <= TOLERANCE_DB, "{name}, {signal}: {most_db:+.3} dB");
        }
    }
}

#[test]
fn the_ceiling_holds_while_the_drive_moves() {
    let rate = 48_000.0;
    for (signal, samples) in [("drums", drums(rate, 48_000)), ("noise", bursts_of_white_noise(rate, 48_000))] {
        let drive_db = |piece: usize| [0.0, 12.0, 3.0, 24.0, 6.0][piece % 5];
        let (out, _) = automated(rate, &samples, 700, |piece| limiting(drive_db(piece)));
        let over_db = gain_to_db(true_peak(&out)) + 1.0;
        println!("{signal}: {over_db:+.3} dB");
        assert!(over_db <= TOLERANCE_DB, "{signal}: {over_db:+.3} dB");
    }
}

/// Soft clip, release and link switched amid the song, the channels different.
#[test]
fn the_ceiling_holds_while_everything_else_is_switched() {
    let rate = 48_000.0;
    for (signal, samples) in [("drums", drums(rate, 48_000)), ("noise", bursts_of_white_noise(rate, 48_000))] {
        let mut left = samples.clone();
        let mut right: Vec<f32> = samples.iter().rev().map(|sample| 0.8 * sample).collect();
        let mut chain = Chain::new(rate, Phase::Minimum);
        for (piece, (left, right)) in left.chunks_mut(317).zip(right.chunks_mut(317)).enumerate() {
            let mut settings = limiting(9.0);
            settings.limiter.soft_clip_on = piece / 7 % 2 == 1;
            settings.limiter.auto_release = piece / 3 % 2 == 0;
            settings.limiter.release_ms = [1.0, 300.0, 20.0][piece % 3];
            settings.limiter.stereo_link_percent = [0.0, 100.0, 50.0][piece / 5 % 3];
            chain.process(&settings, left, right);
        }
        let over_db = gain_to_db(true_peak(&left).max(true_peak(&right))) + 1.0;
        println!("{signal}: {over_db:+.3} dB");
        assert!(over_db <= TOLERANCE_DB, "{signal}: {over_db:+.3} dB");
    }
}

/// Switched on amid a song, the limiter first looks at what is on its way and then fades in over 20 ms.
#[test]
fn the_ceiling_holds_soon_after_switching_on_amid_a_song() {
    let rate = 48_000.0;
    let samples = bursts_of_white_noise(rate, 24_000);
    for switched_on in [9_600, 10_007, 10_500] {
        let settings = |piece: usize| {
            let mut settings = limiting(12.0);
            settings.limiter.on = piece > 0;
            settings
        };
        let (mut left, mut right) = (samples.clone(), samples.clone());
        let mut chain = Chain::new(rate, Phase::Minimum);
        let (before, after) = left.split_at_mut(switched_on);
        let (right_before, right_after) = right.split_at_mut(switched_on);
        chain.process(&settings(0), before, right_before);
        chain.process(&settings(1), after, right_after);
        // Once through the look-ahead, and the fade, rounded up to whole steps of the control clock.
        let from = switched_on + chain.latency() + (0.02 * rate) as usize + 2 * 32;
        let over_db = gain_to_db(true_peak(&left[from..])) + 1.0;
        assert!(over_db <= TOLERANCE_DB, "{over_db:+.3} dB");
    }
}

/// A whole song: the demo mix.
#[cfg(feature = "cli")]
#[test]
fn the_ceiling_holds_on_a_song() {
    for rate in [44_100, 48_000, 96_000] {
        let mix = lacquer::render::demo_mix::synthesise(rate);
        let length = 4 * rate as usize;
        let start = (mix.left.len() / 2).min(mix.left.len().saturating_sub(length));
        for drive_db in [3.0, 6.0, 12.0] {
            let [mut left, mut right] =
                [&mix.left, &mix.right].map(|channel| channel[start..channel.len().min(start + length)].to_vec());
            // The drive counts from full scale.
            let top = left.iter().chain(&right).fold(0f32, |top, sample| top.max(sample.abs()));
            left.iter_mut().chain(&mut right).for_each(|sample| *sample /= top);
            Chain::new(f64::from(rate), Phase::Minimum).process(&limiting(drive_db), &mut left, &mut right);
            let over_db = gain_to_db(true_peak(&left).max(true_peak(&right))) + 1.0;
            println!("demo mix at {rate} Hz, {drive_db} dB of drive: {over_db:+.3} dB");
            assert!(over_db <= TOLERANCE_DB, "{rate} Hz, {drive_db} dB: {over_db:+.3} dB");
        }
    }
}
