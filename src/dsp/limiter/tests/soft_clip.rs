//! The soft clip: harmonics as its curve has them, and nothing else.

use super::*;
use crate::dsp::gain_to_db;

const RATE: f64 = 48_000.0;
/// Whole periods of every whole number of 5 Hz.
const LENGTH: usize = 9_600;

/// A tone through the soft clip, 3 dB below a ceiling of 0 dB, when all has settled.
fn clipped(frequency_hz: f64, over_db: f64) -> Vec<f64> {
    let tone = sine(RATE, frequency_hz, db_to_gain(over_db), 4 * LENGTH);
    let settings =
        LimiterSettings { soft_clip_on: true, soft_clip_db: 3.0, ceiling_dbtp: SOFT_CLIP_MARGIN_DB as f32, ..on() };
    let [left, _] = run(&mut Limiter::new(RATE), &tone, &tone, |_| settings);
    left[3 * LENGTH..].to_vec()
}

/// Whatever is no harmonic of the tone has been folded back from beyond half the sample rate.
#[test]
fn the_soft_clip_does_not_alias_at_any_frequency() {
    for (over_db, highest_khz) in [(1.6, 15), (3.0, 11)] {
        for tone_khz in (1..=highest_khz).step_by(2) {
            let tone_hz = f64::from(tone_khz) * 1000.0;
            let clipped = clipped(tone_hz, over_db);
            let folded_db = (1..24)
                .filter(|khz| khz % tone_khz != 0)
                .map(|khz| gain_to_db(amplitude_at(&clipped, RATE, 1000.0 * f64::from(khz))))
                .fold(-200.0, f64::max);
            println!("{over_db} dB over at {tone_khz} kHz: {folded_db:.1} dB");
            assert!(folded_db < -80.0, "{over_db} dB over at {tone_khz} kHz: {folded_db:.1} dB");
        }
    }
}

/// The Fourier series of the documented curve, summed numerically over one period.
#[test]
fn the_harmonics_are_those_of_the_curve() {
    let over_db = 2.5;
    let (threshold, width) = (db_to_gain(-3.0), 1.0 - db_to_gain(-3.0));
    let curve = |x: f64| {
        let beyond = x.abs() - threshold;
        let bent = if beyond > 0.0 { threshold + width * beyond / width.hypot(beyond) } else { x.abs() };
        bent.copysign(x)
    };
    const POINTS: usize = 4096;
    let clipped = clipped(500.0, over_db);
    for order in [1, 3, 5, 7, 9, 11, 13] {
        let expected: f64 = (0..POINTS)
            .map(|n| {
                let angle = std::f64::consts::TAU * n as f64 / POINTS as f64;
                2.0 * curve(db_to_gain(over_db) * angle.sin()) * (f64::from(order) * angle).sin() / POINTS as f64
            })
            .sum();
        let found = amplitude_at(&clipped, RATE, 500.0 * f64::from(order));
        assert!((found - expected.abs()).abs() < 1e-4, "harmonic {order}: {found}, not {expected}");
    }
    assert!(gain_to_db(amplitude_at(&clipped, RATE, 1000.0)) < -120.0, "the curve is odd");
}

#[test]
fn below_its_threshold_the_soft_clip_is_a_bit_exact_delay() {
    let tone = sine(RATE, 997.0, db_to_gain(-3.1), 4000);
    let settings =
        LimiterSettings { soft_clip_on: true, soft_clip_db: 3.0, ceiling_dbtp: SOFT_CLIP_MARGIN_DB as f32, ..on() };
    let mut limiter = Limiter::new(RATE);
    let latency = limiter.latency();
    let [left, _] = run(&mut limiter, &tone, &tone, |_| settings);
    assert_eq!(left[latency..], tone[..4000 - latency]);
}
