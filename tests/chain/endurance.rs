//! Hours of blocks with everything at random: rates, settings, automation, levels, faults in the input.
//!
//! `cargo xtask test` plays minutes; `cargo xtask endurance` plays 24 hours' worth. Each stretch starts from a number of its own, which
//! a failure names, so that it can be played again alone.

use std::{
    env,
    sync::atomic::{AtomicU64, AtomicUsize, Ordering},
    thread,
};

use super::{
    settings::{any_settings, change_one},
    signals::Noise,
};
use lacquer::{
    dsp::Chain,
    settings::{ChainSettings, Dither},
};

/// How much audio is played, in hours.
const HOURS: &str = "LACQUER_ENDURANCE_HOURS";
const HOURS_IN_TESTS: f64 = 0.05;
/// Which stretch is played alone.
const STRETCH: &str = "LACQUER_ENDURANCE_STRETCH";

/// The usual ones more often.
const RATES: [f64; 12] = [
    44_100.0, 48_000.0, 8_000.0, 44_100.0, 48_000.0, 96_000.0, 44_100.0, 48_000.0, 22_050.0, 192_000.0, 48_000.0,
    384_000.0,
];
/// Length of a stretch in seconds of audio.
const STRETCH_S: f64 = 6.0;
const LONGEST_BLOCK: usize = 8192;
/// What the limiter may let a sample pass its ceiling by while settings move: its true-peak bound of 0.05 dB, with room for the
/// rates below 43 kHz, where more can lie between the samples.
const OVER_CEILING: f32 = 1.03;
/// After this time no glide, fade or delay of what was before is left.
const SETTLED_S: f64 = 0.2;

/// What a sample of the input is: mostly music, at times nothing, at times what no chain should ever be given.
fn fill(samples: &mut [f32], noise: &mut Noise) {
    const ODD: [f32; 8] = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 3e38, -1e30, 1e-40, -1e-45, 1e6];
    let kind = noise.below(12);
    let amplitude = [1.0, 0.1, 4.0, 1e-4, 1e-20, 1e6][noise.below(10).min(5) * usize::from(kind > 1)];
    let turn = noise.share() * 0.5;
    for (n, sample) in samples.iter_mut().enumerate() {
        *sample = match kind {
            0 => 0.0,
            1 if noise.below(50) == 0 => ODD[noise.below(ODD.len())],
            2..5 => amplitude * (turn * n as f32).sin(),
            _ => amplitude * (2.0 * noise.share() - 1.0),
        };
    }
}

/// Neither infinite, nor not a number, nor denormal.
fn is_sound(sample: f32) -> bool {
    sample == 0.0 || sample.is_normal()
}

/// The greatest sample that may come out; none when the limiter is not in charge.
fn greatest(settings: &ChainSettings) -> Option<f32> {
    let monitor = settings.monitor;
    if !settings.limiter.on || monitor.bypass || settings.output.dither != Dither::Off {
        return None;
    }
    let matched_db = if monitor.level_match { monitor.level_match_db } else { 0.0 };
    Some(OVER_CEILING * 10f32.powf((settings.limiter.ceiling_dbtp + settings.output.gain_db + matched_db) / 20.0))
}

/// Plays one stretch; gives the samples played.
fn play(number: u64) -> Result<u64, String> {
    let mut noise = Noise(number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let rate = RATES[number as usize % RATES.len()];
    let mut settings = any_settings(&mut noise);
    let mut chain = Chain::new(rate, settings.eq.phase);
    let (mut left, mut right) = (vec![0f32; LONGEST_BLOCK], vec![0f32; LONGEST_BLOCK]);
    let total = (STRETCH_S * rate) as u64;
    let (mut played, mut bound_holds_from) = (0u64, (SETTLED_S * rate) as u64);
    let mut bound = greatest(&settings);
    while played < total {
        let block = (LONGEST_BLOCK as f32).powf(noise.share()) as usize;
        fill(&mut left[..block], &mut noise);
        fill(&mut right[..block], &mut noise);
        match noise.below(40) {
            0 => settings = any_settings(&mut noise),
            1..20 => change_one(&mut settings, &mut noise),
            _ => {}
        }
        if greatest(&settings) != bound {
            bound = greatest(&settings);
            bound_holds_from = played + chain.latency() as u64 + (SETTLED_S * rate) as u64;
        }
        let meters = chain.process(&settings, &mut left[..block], &mut right[..block]);
        let at = || format!("stretch {number}, {rate} Hz, sample {played}: {settings:?}");
        if let Some(sample) = left[..block].iter().chain(&right[..block]).find(|sample| !is_sound(**sample)) {
            return Err(format!("{sample:e} came out: {}", at()));
        }
        let top = meters.output_peak[0].max(meters.output_peak[1]);
        if let Some(bound) = bound.filter(|_| played >= bound_holds_from)
            && top > bound
        {
            return Err(format!("{top} came out, past {bound}: {}", at()));
        }
        if !meters.compressor_reduction_db.iter().all(|db| db.is_finite()) || !meters.limiter_reduction_db.is_finite() {
            return Err(format!("the meters show {meters:?}: {}", at()));
        }
        played += block as u64;
    }
    Ok(played)
}

#[test]
fn hours_of_anything_leave_only_sound_samples_under_the_ceiling() {
    if let Ok(number) = env::var(STRETCH) {
        let number = number.parse().unwrap_or_else(|_| panic!("{STRETCH} is the number of a stretch, not {number:?}"));
        play(number).unwrap();
        return;
    }
    let hours = match env::var(HOURS) {
        Ok(hours) => hours.parse().unwrap_or_else(|_| panic!("{HOURS} is a number of hours, not {hours:?}")),
        Err(_) => HOURS_IN_TESTS,
    };
    let stretches = (hours * 3600.0 / STRETCH_S).ceil() as u64;
    let (next, samples) = (AtomicU64::new(0), AtomicU64::new(0));
    let faults = AtomicUsize::new(0);
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= stretches {
                        break;
                    }
                    match play(number) {
                        Ok(played) => _ = samples.fetch_add(played, Ordering::Relaxed),
                        Err(fault) => {
                            eprintln!("{fault}");
                            faults.fetch_add(1, Ordering::Relaxed);
                        }
                    }
                }
            });
        }
    });
    println!("{hours} hours in {stretches} stretches, {} samples", samples.into_inner());
    assert_eq!(faults.into_inner(), 0, "faults in {stretches} stretches; {STRETCH}=NUMBER plays one again");
}
