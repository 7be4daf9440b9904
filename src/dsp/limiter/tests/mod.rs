//! The limiter held against what physics and its own documentation say.

mod detector;
mod release;
mod soft_clip;
mod stages;

use super::*;

const RATES: [f64; 8] = [8_000.0, 11_025.0, 44_100.0, 48_000.0, 96_000.0, 192_000.0, 384_000.0, 768_000.0];

/// On, holding peaks under -1 dB.
fn on() -> LimiterSettings {
    LimiterSettings { on: true, ..holding(-1.0) }
}

/// Off, but holding peaks under `db` when on and without soft clip: the ceiling is the margin higher.
fn holding(db: f64) -> LimiterSettings {
    LimiterSettings { ceiling_dbtp: (db + MARGIN_DB) as f32, ..LimiterSettings::default() }
}

/// Runs in segments as the chain does; settings are those of `settings` at each segment's first sample.
fn run(
    limiter: &mut Limiter,
    left: &[f64],
    right: &[f64],
    settings: impl Fn(usize) -> LimiterSettings,
) -> [Vec<f64>; 2] {
    let (mut left, mut right) = (left.to_vec(), right.to_vec());
    for (segment, (left, right)) in
        left.chunks_mut(CONTROL_INTERVAL).zip(right.chunks_mut(CONTROL_INTERVAL)).enumerate()
    {
        limiter.control(&settings(segment * CONTROL_INTERVAL));
        limiter.process(left, right);
    }
    [left, right]
}

fn sine(sample_rate: f64, frequency_hz: f64, amplitude: f64, length: usize) -> Vec<f64> {
    let step = std::f64::consts::TAU * frequency_hz / sample_rate;
    (0..length).map(|n| amplitude * (step * n as f64).sin()).collect()
}

/// Amplitude of one frequency over whole periods of it.
fn amplitude_at(samples: &[f64], sample_rate: f64, frequency_hz: f64) -> f64 {
    let step = std::f64::consts::TAU * frequency_hz / sample_rate;
    let (sin, cos) = samples.iter().enumerate().fold((0.0, 0.0), |(sin, cos), (n, sample)| {
        let (s, c) = (step * n as f64).sin_cos();
        (sin + sample * s, cos + sample * c)
    });
    2.0 * f64::hypot(sin, cos) / samples.len() as f64
}

#[test]
fn latency_is_at_most_5_ms_and_off_or_idle_is_a_bit_exact_delay_at_every_rate() {
    for sample_rate in RATES {
        let idle = LimiterSettings { ceiling_dbtp: 0.0, ..on() };
        for settings in [LimiterSettings::default(), idle] {
            let mut limiter = Limiter::new(sample_rate);
            let latency = limiter.latency();
            assert!(latency as f64 <= 0.005 * sample_rate);
            let (left, right) = (sine(sample_rate, 997.0, 0.9, 4000), sine(sample_rate, 61.0, 0.7, 4000));
            let [out_left, out_right] = run(&mut limiter, &left, &right, |_| settings);
            assert_eq!(out_left[latency..], left[..4000 - latency]);
            assert_eq!(out_right[latency..], right[..4000 - latency]);
            assert_eq!(limiter.take_reduction_db(), 0.0);
        }
    }
}

#[test]
fn reduction_is_what_the_peak_needs_and_is_reported() {
    let rate = 48_000.0;
    let mut limiter = Limiter::new(rate);
    let settings = LimiterSettings { on: true, drive_db: 7.0, ..holding(-2.0) };
    let tone = sine(rate, 1000.0, 1.0, 48_000);
    let [left, _] = run(&mut limiter, &tone, &tone, |_| settings);
    let reduction_db = limiter.take_reduction_db();
    assert!((reduction_db - 9.0).abs() < 0.02, "{reduction_db}");
    let peak_db = crate::dsp::gain_to_db(amplitude_at(&left[24_000..], rate, 1000.0));
    assert!((peak_db + 2.0).abs() < 0.02, "{peak_db}");
}

#[test]
fn linked_channels_share_their_gain_and_unlinked_ones_do_not() {
    let rate = 48_000.0;
    let (loud, quiet) = (sine(rate, 1000.0, 2.0, 24_000), sine(rate, 1500.0, 0.1, 24_000));
    for (link, expected_db) in [(100.0, -7.02), (50.0, -3.51), (0.0, 0.0)] {
        let settings = LimiterSettings { stereo_link_percent: link, ..on() };
        let [_, right] = run(&mut Limiter::new(rate), &loud, &quiet, |_| settings);
        let gain_db = crate::dsp::gain_to_db(amplitude_at(&right[14_400..], rate, 1500.0) / 0.1);
        assert!((gain_db - expected_db).abs() < 0.03, "link {link} %: {gain_db} dB");
    }
}

#[test]
fn switching_does_not_click() {
    let rate = 48_000.0;
    let tone = sine(rate, 50.0, 0.8, 48_000);
    // Both the limited tone and the plain one move by no more than this from sample to sample.
    let steepest = 0.8 * std::f64::consts::TAU * 50.0 / rate;
    let settings = |n: usize| LimiterSettings {
        on: (n / 9_600) % 2 == 1,
        ceiling_dbtp: -9.0,
        soft_clip_on: (n / 3_200) % 2 == 1,
        ..LimiterSettings::default()
    };
    let [left, _] = run(&mut Limiter::new(rate), &tone, &tone, settings);
    let step = left.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f64::max);
    assert!(step < 1.6 * steepest, "a step of {step} where the tone has {steepest}");
}

/// Gains of a channel that holds a constant too soft to matter, linked to one that gets `loud`: they show what the limiter does.
/// The latency is taken away.
fn gains(sample_rate: f64, loud: &[f64], settings: impl Fn(usize) -> LimiterSettings) -> Vec<f64> {
    const SOFT: f64 = 0.001;
    let mut limiter = Limiter::new(sample_rate);
    let latency = limiter.latency();
    let loud = [loud, &vec![0.0; latency]].concat();
    let [_, soft] = run(&mut limiter, &loud, &vec![SOFT; loud.len()], settings);
    soft[latency..].iter().map(|sample| sample / SOFT).collect()
}

/// Nothing is shifted between the channels, whatever each of them goes through.
#[test]
fn left_and_right_are_aligned_to_the_sample() {
    for sample_rate in RATES {
        let length = 6000;
        let quiet: Vec<f64> = (0..length).map(|n| if n % 50 == 7 { 0.1 } else { 0.0 }).collect();
        let loud: Vec<f64> = quiet.iter().map(|sample| 40.0 * sample).collect();
        for soft_clip_on in [false, true] {
            let settings = LimiterSettings { stereo_link_percent: 0.0, soft_clip_on, ..on() };
            let mut limiter = Limiter::new(sample_rate);
            let latency = limiter.latency();
            let [left, right] = run(&mut limiter, &loud, &quiet, |_| settings);
            assert_eq!(right[latency..], quiet[..length - latency], "{sample_rate} Hz");
            for (limited, plain) in left[latency..].chunks(50).zip(quiet.chunks(50)).take(40) {
                let top = |samples: &[f64]| {
                    (0..samples.len()).fold(0, |top, n| if samples[n].abs() > samples[top].abs() { n } else { top })
                };
                assert_eq!(top(limited), top(plain), "{sample_rate} Hz, soft clip {soft_clip_on}");
            }
        }
    }
}

#[test]
fn channels_join_and_part_without_a_step() {
    let rate = 48_000.0;
    let tone = sine(rate, 1000.0, 2.0, 48_000);
    let settings = |n: usize| LimiterSettings { stereo_link_percent: [0.0, 100.0][n / 12_000 % 2], ..on() };
    let gains = gains(rate, &tone, settings);
    assert_eq!(gains[11_000], 1.0, "apart, a soft channel is left alone");
    let reduction_db = -crate::dsp::gain_to_db(gains[23_000]);
    assert!((reduction_db - 7.02).abs() < 0.02, "joined, it follows the loud one: {reduction_db} dB");
    let step = gains.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f64::max);
    assert!(step < 0.01, "a step of {step}");
}
