//! The test cases of EBU Tech 3341 (metering in EBU mode) and EBU Tech 3342 (loudness range), through the analyser.
//!
//! Signals are made after the documents' descriptions: stereo in phase at 48 kHz, 1 kHz unless said otherwise.

use std::f64::consts::TAU;

use lacquer::analysis::{Analyser, Measurement};

const RATE_HZ: u32 = 48000;
/// An integral number of samples to the period, as the documents' own files have it.
const TONE_HZ: f64 = 1000.0;

fn samples(seconds: f64) -> usize {
    (seconds * f64::from(RATE_HZ)).round() as usize
}

/// Sections of a test signal: peak level in dBFS, seconds.
type Sections<'a> = &'a [(f64, f64)];

/// One tone throughout, changing in level alone.
fn tone(sections: Sections) -> Vec<f32> {
    let mut signal = Vec::new();
    for (level_dbfs, seconds) in sections {
        let amplitude = 10f64.powf(level_dbfs / 20.0);
        let start = signal.len();
        signal.extend((start..start + samples(*seconds)).map(|n| {
            let phase = TAU * TONE_HZ * n as f64 / f64::from(RATE_HZ);
            (amplitude * phase.sin()) as f32
        }));
    }
    signal
}

fn measure(signal: &[f32]) -> Measurement {
    let mut analyser = Analyser::new(RATE_HZ, 2);
    analyser.add(signal, signal);
    analyser.measurement()
}

fn assert_lufs(case: &str, measured: f64, expected: f64) {
    assert!((measured - expected).abs() <= 0.1, "case {case}: {measured:.3} LUFS, expected {expected}");
}

#[test]
fn steady_tones_read_their_level_in_all_three_windows() {
    for (case, level) in [("3341-1", -23.0), ("3341-2", -33.0)] {
        let signal = tone(&[(level, 20.0)]);
        let mut analyser = Analyser::new(RATE_HZ, 2);
        analyser.add(&signal, &signal);
        let loudness = analyser.measurement().loudness;
        assert_lufs(case, analyser.momentary_lufs(), level);
        assert_lufs(case, analyser.short_term_lufs(), level);
        assert_lufs(case, loudness.integrated_lufs, level);
        assert_lufs(case, loudness.momentary_max_lufs, level);
        assert_lufs(case, loudness.short_term_max_lufs, level);
    }
}

#[test]
fn the_gates_leave_out_what_is_quiet() {
    let cases: [(&str, Sections); 3] = [
        ("3341-3", &[(-36.0, 10.0), (-23.0, 60.0), (-36.0, 10.0)]),
        ("3341-4", &[(-72.0, 10.0), (-36.0, 10.0), (-23.0, 60.0), (-36.0, 10.0), (-72.0, 10.0)]),
        ("3341-5", &[(-26.0, 20.0), (-20.0, 20.1), (-26.0, 20.0)]),
    ];
    for (case, sections) in cases {
        assert_lufs(case, measure(&tone(sections)).loudness.integrated_lufs, -23.0);
    }
}

#[test]
fn short_term_loudness_stays_constant_over_a_pattern_of_three_seconds() {
    let sections = [(-20.0, 1.34), (-30.0, 1.66)].repeat(5);
    let signal = tone(&sections);
    let mut analyser = Analyser::new(RATE_HZ, 2);
    for (n, block) in signal.chunks(480).enumerate() {
        analyser.add(block, block);
        if (n + 1) * 480 >= samples(3.0) {
            assert_lufs("3341-9", analyser.short_term_lufs(), -23.0);
        }
    }
}

#[test]
fn the_short_term_maximum_does_not_depend_on_when_the_tone_starts() {
    for n in 0..20 {
        let silence_s = 0.15 * f64::from(n);
        let mut signal = vec![0.0; samples(silence_s)];
        signal.extend(tone(&[(-23.0, 3.0)]));
        signal.extend(vec![0.0; samples(1.0)]);
        assert_lufs(&format!("3341-10, {silence_s:.2} s"), measure(&signal).loudness.short_term_max_lufs, -23.0);
    }
}

#[test]
fn momentary_loudness_stays_constant_over_a_pattern_of_its_length() {
    let sections = [(-20.0, 0.18), (-30.0, 0.22)].repeat(25);
    let signal = tone(&sections);
    let mut analyser = Analyser::new(RATE_HZ, 2);
    for (n, block) in signal.chunks(480).enumerate() {
        analyser.add(block, block);
        if (n + 1) * 480 >= samples(1.0) {
            assert_lufs("3341-12", analyser.momentary_lufs(), -23.0);
        }
    }
}

#[test]
fn the_momentary_maximum_does_not_depend_on_when_the_tone_starts() {
    for n in 0..20 {
        let silence_s = 0.02 * f64::from(n);
        let mut signal = vec![0.0; samples(silence_s)];
        signal.extend(tone(&[(-23.0, 0.4)]));
        signal.extend(vec![0.0; samples(1.0)]);
        assert_lufs(&format!("3341-13, {silence_s:.2} s"), measure(&signal).loudness.momentary_max_lufs, -23.0);
    }
}

fn assert_dbtp(case: &str, signal: &[f32], expected: f64) {
    let measured = measure(signal).loudness.true_peak_dbtp;
    assert!(
        (expected - 0.4..=expected + 0.2).contains(&measured),
        "case {case}: {measured:.3} dBTP, expected {expected}"
    );
}

/// A sine of so many samples to the period, faded in and out so that its ends are no peaks of their own.
fn faded_sine(period: f64, phase_degrees: f64, amplitude: f64) -> Vec<f32> {
    let length = samples(1.0);
    let fade = samples(0.1) as f64;
    let value = |n: usize| {
        let edge = (n.min(length - n) as f64 / fade).min(1.0);
        (amplitude * edge * (TAU * n as f64 / period + phase_degrees.to_radians()).sin()) as f32
    };
    (0..length).map(value).collect()
}

#[test]
fn true_peaks_between_the_samples_are_found() {
    assert_dbtp("3341-15", &faded_sine(4.0, 0.0, 0.50), -6.0);
    assert_dbtp("3341-16", &faded_sine(4.0, 45.0, 0.50), -6.0);
    assert_dbtp("3341-17", &faded_sine(6.0, 60.0, 0.50), -6.0);
    assert_dbtp("3341-18", &faded_sine(8.0, 67.5, 0.50), -6.0);
    assert_dbtp("3341-19", &faded_sine(4.0, 45.0, 1.41), 3.0);
}

#[test]
fn a_short_burst_reads_the_same_at_every_offset_of_decimation() {
    // A tone of 4000 Hz at 192 kHz, amplitude a half, in it one period of fs/6 (of the lower rate) with amplitude one, limited to the
    // band of the lower rate by a long windowed sinc, then every fourth sample from offset 0, 1, 2, 3.
    const OVER: usize = 4;
    let length = samples(0.5) * OVER;
    let period = 6.0 * OVER as f64;
    let middle = length / 2;
    let burst = |n: usize| {
        let inside = n >= middle && n < middle + 6 * OVER;
        let fade = (n.min(length - n) as f64 / (length as f64 * 0.1)).min(1.0);
        fade * if inside { 1.0 } else { 0.5 } * (TAU * (n as f64 - middle as f64) / period).sin()
    };
    let fine: Vec<f64> = (0..length).map(burst).collect();
    let half = 32 * OVER as isize;
    let kernel: Vec<f64> = (-half..=half)
        .map(|n| {
            let x = n as f64 / OVER as f64 * 0.95;
            let sinc = if n == 0 { 1.0 } else { (TAU / 2.0 * x).sin() / (TAU / 2.0 * x) };
            let hann = 0.5 + 0.5 * (TAU / 2.0 * n as f64 / half as f64).cos();
            sinc * hann * 0.95 / OVER as f64
        })
        .collect();
    let limited = |n: usize| -> f64 {
        kernel
            .iter()
            .enumerate()
            .map(|(k, weight)| {
                let at = n as isize + k as isize - half;
                fine.get(at.max(0) as usize).map_or(0.0, |value| value * weight)
            })
            .sum()
    };
    // The peak of the band-limited burst at the fine rate is what every decimated version must read.
    let peak = (middle - 200..middle + 200).map(|n| limited(n).abs()).fold(0.0, f64::max);
    for offset in 0..OVER {
        let signal: Vec<f32> = (offset..length).step_by(OVER).map(|n| (limited(n) / peak) as f32).collect();
        assert_dbtp(&format!("3341-{}", 20 + offset), &signal, 0.0);
    }
}

#[test]
fn loudness_range_follows_the_steps_of_level() {
    let cases: [(&str, Sections, f64); 4] = [
        ("3342-1", &[(-20.0, 20.0), (-30.0, 20.0)], 10.0),
        ("3342-2", &[(-20.0, 20.0), (-15.0, 20.0)], 5.0),
        ("3342-3", &[(-40.0, 20.0), (-20.0, 20.0)], 20.0),
        ("3342-4", &[(-50.0, 20.0), (-35.0, 20.0), (-20.0, 20.0), (-35.0, 20.0), (-50.0, 20.0)], 15.0),
    ];
    for (case, sections, expected) in cases {
        let range = measure(&tone(sections)).loudness.range_lu;
        assert!((range - expected).abs() <= 1.0, "case {case}: {range:.2} LU, expected {expected}");
    }
}
