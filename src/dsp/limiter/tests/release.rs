//! What the gain does after a peak: distortion of steady sounds, release times, pumping beside drums.

use super::{
    super::release::{AUTO_FOLLOW_RATIO, AUTO_PEAK_RATIO, AUTO_RISE_S, AUTO_SUSTAINED_RATIO},
    *,
};
use crate::dsp::gain_to_db;

/// THD+N of a tone, dB: what the best fit of its sine and cosine leaves of whole periods.
fn thd_n_db(samples: &[f64], rate: f64, frequency_hz: f64) -> f64 {
    let step = std::f64::consts::TAU * frequency_hz / rate;
    let part = |of: fn(f64) -> f64| {
        2.0 * samples.iter().enumerate().map(|(n, y)| y * of(step * n as f64)).sum::<f64>() / samples.len() as f64
    };
    let (sine, cosine) = (part(f64::sin), part(f64::cos));
    let fit = |angle: f64| sine * angle.sin() + cosine * angle.cos();
    let rest: f64 = samples.iter().enumerate().map(|(n, y)| (y - fit(step * n as f64)).powi(2)).sum();
    let power = 0.5 * (sine * sine + cosine * cosine) * samples.len() as f64;
    10.0 * (rest / power).max(1e-20).log10()
}

/// THD+N at 6 dB of reduction: peaks that recur are held, so the release time plays no part.
#[test]
fn a_bass_tone_in_deep_limiting_is_clean_at_any_release_time() {
    let rate = 48_000.0;
    for frequency_hz in [40.0, 60.0, 100.0, 130.0, 150.0, 200.0] {
        let tone = sine(rate, frequency_hz, 1.0, 96_000);
        for (release_ms, auto_release) in [(1.0, false), (10.0, false), (100.0, false), (10.0, true), (100.0, true)] {
            let settings = LimiterSettings { on: true, drive_db: 6.0, release_ms, auto_release, ..holding(0.0) };
            let [left, _] = run(&mut Limiter::new(rate), &tone, &tone, |_| settings);
            let thd_n_db = thd_n_db(&left[48_000..], rate, frequency_hz);
            println!("{frequency_hz} Hz, {release_ms} ms, auto {auto_release}: {thd_n_db:.1} dB");
            let most_db = if frequency_hz == 100.0 { -130.0 } else { -90.0 };
            assert!(thd_n_db < most_db, "{thd_n_db:.1} dB at {frequency_hz} Hz, {release_ms} ms, auto {auto_release}");
        }
    }
}

/// What else is in a signal of a loud 60 Hz and a soft 7 kHz tone after 6 dB of limiting, relative to the latter (SMPTE RP 120).
#[test]
fn bass_does_not_modulate_treble() {
    let rate = 48_000.0;
    let input: Vec<f64> = sine(rate, 60.0, 0.8, 96_000)
        .iter()
        .zip(sine(rate, 7000.0, 0.2, 96_000))
        .map(|(bass, treble)| bass + treble)
        .collect();
    for (release_ms, most_db) in [(5.0, -85.0), (100.0, -85.0)] {
        let settings = LimiterSettings { on: true, drive_db: 6.0, release_ms, auto_release: false, ..holding(0.0) };
        let [left, _] = run(&mut Limiter::new(rate), &input, &input, |_| settings);
        let steady = &left[48_000..];
        let treble = amplitude_at(steady, rate, 7000.0);
        let sidebands: f64 = (1..=8)
            .flat_map(|order| [7000.0 - 60.0 * f64::from(order), 7000.0 + 60.0 * f64::from(order)])
            .map(|frequency_hz| amplitude_at(steady, rate, frequency_hz).powi(2))
            .sum();
        let intermodulation_db = 10.0 * (sidebands / treble.powi(2)).max(1e-20).log10();
        println!("intermodulation at {release_ms} ms: {intermodulation_db:.1} dB");
        assert!(intermodulation_db < most_db, "{intermodulation_db:.1} dB at {release_ms} ms");
    }
}

/// A tone `over_db` above the ceiling for `seconds`, then silence for as long as asked.
fn burst(rate: f64, over_db: f64, seconds: f64, silence_s: f64) -> Vec<f64> {
    let loud = (seconds * rate) as usize;
    let mut samples = sine(rate, 1000.0, db_to_gain(over_db), loud);
    samples.resize(loud + (silence_s * rate) as usize, 0.0);
    samples
}

/// Reduction after a burst, dB, from its end on.
fn reductions_db(rate: f64, loud_s: f64, silence_s: f64, settings: LimiterSettings) -> Vec<f64> {
    let gains = gains(rate, &burst(rate, 6.0, loud_s, silence_s), |_| settings);
    gains[(loud_s * rate) as usize..].iter().map(|gain| -gain_to_db(*gain)).collect()
}

/// The first time at which the reduction is below `db`, seconds.
fn time_below(reductions_db: &[f64], db: f64, rate: f64) -> f64 {
    reductions_db.iter().position(|reduction| *reduction < db).unwrap_or(usize::MAX) as f64 / rate
}

#[test]
fn the_release_time_is_that_to_the_e_th_part_at_every_sample_rate() {
    for rate in [8_000.0, 44_100.0, 48_000.0, 96_000.0, 192_000.0] {
        for release_ms in [10.0, 50.0, 200.0] {
            let settings = LimiterSettings { on: true, release_ms, auto_release: false, ..holding(0.0) };
            let reductions_db = reductions_db(rate, 0.1, 0.5, settings);
            let time_ms = 1000.0
                * (time_below(&reductions_db, 4.0 / std::f64::consts::E, rate) - time_below(&reductions_db, 4.0, rate));
            let tolerance_ms = 0.01 * f64::from(release_ms) + 1000.0 / rate;
            assert!(
                (time_ms - f64::from(release_ms)).abs() < tolerance_ms,
                "{time_ms} ms for {release_ms} ms at {rate} Hz"
            );
            // Look-ahead, hold and smoothing come on top; at low rates some samples of rounding.
            let all_ms = 1000.0 * time_below(&reductions_db, 6.0 / std::f64::consts::E, rate);
            assert!(
                all_ms < f64::from(release_ms) + 5.0 + 40_000.0 / rate,
                "{all_ms} ms for {release_ms} ms at {rate} Hz"
            );
        }
    }
}

/// Solved by hand: what is sustained comes to the held reduction within its rise and then falls with its multiple of the release
/// time R; what is above it falls with its part of R.
#[test]
fn auto_release_follows_its_two_time_constants() {
    for (rate, release_ms) in [(44_100.0, 40.0f32), (48_000.0, 100.0), (96_000.0, 100.0)] {
        let release_s = 0.001 * f64::from(release_ms);
        let settings = LimiterSettings { on: true, release_ms, auto_release: true, ..holding(0.0) };
        for loud_s in [0.002, 0.02, 2.0] {
            let reductions_db = reductions_db(rate, loud_s, 1.0, settings);
            // The hold is a few milliseconds longer than the burst: told by where the fast fall has come to.
            let from_db = 5.0;
            let from_s = time_below(&reductions_db, from_db, rate);
            let greatest_error_db = |held_s: f64| {
                let sustained_db = 6.0 * (1.0 - (-held_s / AUTO_RISE_S).exp());
                let at = |time_s: f64| {
                    let fall = |from_db: f64, ratio: f64| from_db * (-time_s / (ratio * release_s)).exp();
                    fall(6.0, AUTO_PEAK_RATIO).max(fall(sustained_db, AUTO_SUSTAINED_RATIO))
                };
                let mut times = (0..96_000).map(|n| f64::from(n) / rate);
                let start_s = times.find(|time_s| at(*time_s) < from_db).unwrap();
                let error_db = |times: f64| {
                    let later_s = times * release_s;
                    (at(start_s + later_s) - reductions_db[((from_s + later_s) * rate) as usize]).abs()
                };
                [0.25, 0.5, 1.0, 2.0, 4.0].into_iter().map(error_db).fold(0.0, f64::max)
            };
            let held_s = (0..80).map(|n| loud_s + 0.0001 * f64::from(n));
            let best_db = held_s.map(greatest_error_db).fold(f64::INFINITY, f64::min);
            assert!(best_db < 0.06, "{rate} Hz, {release_ms} ms, {loud_s} s: {best_db} dB off");
        }
    }
}

/// A sound whose peaks fall by themselves is followed; a level one that stops is not.
#[test]
fn auto_release_goes_with_a_decay_and_waits_after_a_level_sound() {
    let rate = 48_000.0;
    let settings = LimiterSettings { on: true, release_ms: 150.0, auto_release: true, ..holding(0.0) };
    let fixed = LimiterSettings { auto_release: false, ..settings };
    // From 6 dB over the ceiling to it in 100 ms.
    let decay: Vec<f64> = sine(rate, 1000.0, db_to_gain(6.0), 24_000)
        .iter()
        .enumerate()
        .map(|(n, sample)| sample * db_to_gain(-60.0 * n as f64 / rate))
        .collect();
    let at = |settings: LimiterSettings, time_s: f64| {
        -gain_to_db(gains(rate, &decay, |_| settings)[(time_s * rate) as usize])
    };
    for (time_s, needed_db) in [(0.05, 3.0), (0.08, 1.2)] {
        let [auto_db, fixed_db] = [settings, fixed].map(|settings| at(settings, time_s));
        // A part of the release time for what is above the sustained part; behind 60 dB/s the hold of 5 ms and the lag.
        let [peak_s, follow_s] = [AUTO_PEAK_RATIO, AUTO_FOLLOW_RATIO].map(|ratio| ratio * 0.15);
        let most_db = f64::max(6.0 * (-time_s / peak_s).exp(), needed_db) + 60.0 * (0.005 + follow_s);
        assert!(auto_db < most_db, "{auto_db} dB at {time_s} s, where at most {most_db} dB are expected");
        assert!(fixed_db > auto_db + 0.1, "{fixed_db} dB at {time_s} s without auto release");
    }
    let stopped_db = reductions_db(rate, 0.1, 0.3, settings)[(0.1 * rate) as usize];
    assert!(stopped_db > 3.8, "{stopped_db} dB 100 ms after a level sound");
}

/// Release goes to none and stops at what is held: beside a decay that is slower than itself it lags by nothing.
#[test]
fn a_release_faster_than_the_decay_of_a_sound_does_not_lag() {
    let rate = 48_000.0;
    let settings = LimiterSettings { on: true, release_ms: 20.0, auto_release: false, ..holding(0.0) };
    let decay: Vec<f64> = sine(rate, 1000.0, db_to_gain(6.0), 24_000)
        .iter()
        .enumerate()
        .map(|(n, sample)| sample * db_to_gain(-40.0 * n as f64 / rate))
        .collect();
    let gains = gains(rate, &decay, |_| settings);
    for time_s in [0.02, 0.05, 0.08] {
        let (needed_db, found_db) = (6.0 - 40.0 * time_s, -gain_to_db(gains[(time_s * rate) as usize]));
        assert!((found_db - needed_db).abs() < 0.15, "{found_db}, not {needed_db} dB at {time_s} s");
    }
}

/// A steady tone beside single hits of 6 dB of reduction: the gain is down no longer than look-ahead and release ask for, and
/// moves so smoothly that next to nothing lies farther than 1 kHz from the tone.
#[test]
fn a_hit_is_let_go_at_once_and_smoothly() {
    let rate = 48_000.0;
    let mut hits = vec![0.0; 96_000];
    for hit in hits.chunks_mut(24_000) {
        hit[8000..8024].copy_from_slice(&sine(rate, 1000.0, 2.0, 24));
    }
    for release_ms in [5.0f32, 20.0, 100.0] {
        let settings = LimiterSettings { on: true, release_ms, auto_release: false, ..holding(0.0) };
        let gains = gains(rate, &hits, |_| settings);
        let reductions_db: Vec<f64> = gains[24_000..72_000].iter().map(|gain| -gain_to_db(*gain)).collect();
        let deepest_db = reductions_db.iter().fold(0f64, |deepest, reduction| deepest.max(*reduction));
        assert!((deepest_db - 6.0).abs() < 0.1, "{deepest_db} dB");
        // As long as at full depth, two hits.
        let down_ms = reductions_db.iter().sum::<f64>() / deepest_db * 1000.0 / rate / 2.0;
        println!("{release_ms} ms: down for {down_ms:.1} ms");
        assert!(down_ms < f64::from(release_ms) + 5.5, "down for {down_ms} ms with {release_ms} ms");
        let mut gains = gains[24_000..72_000].to_vec();
        let fft = lacquer_fourier::forward::<f64>(gains.len());
        let mut spectrum = fft.make_output_vec();
        fft.process(&mut gains, &mut spectrum).unwrap();
        let far: f64 = spectrum[1000..].iter().map(|bin| 2.0 * bin.norm_sqr()).sum();
        let far_db = 10.0 * (far / spectrum[0].norm_sqr()).log10();
        println!("beyond 1 kHz {far_db:.1} dB");
        assert!(far_db < -60.0, "{far_db} dB beyond 1 kHz");
    }
}
