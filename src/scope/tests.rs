use std::sync::Arc;

use super::*;
use crate::{
    dsp::Chain,
    link::{TapFeed, Taps},
    settings::{ChainSettings, Phase},
};

const RATE_HZ: f64 = 48_000.0;

/// Plays seconds of a sound through a chain and a scope that watches it.
fn watched(settings: &ChainSettings, seconds: f64, sound: impl Fn(usize) -> f32) -> Scope {
    let mut chain = Chain::new(RATE_HZ, settings.eq.phase);
    let taps = Arc::new(Taps::default());
    let mut feed = TapFeed::new(RATE_HZ, chain.latency(), &taps);
    let _watch = taps.watch();
    let ring = taps.ring().unwrap();
    let mut scope = Scope::new(ring.sample_rate_hz, ring.latency);
    let samples: Vec<f32> = (0..(seconds * RATE_HZ) as usize).map(sound).collect();
    for piece in samples.chunks(480) {
        let (mut left, mut right) = (piece.to_vec(), piece.to_vec());
        let mut start = 0;
        while start < piece.len() {
            feed.begin();
            let end = piece.len().min(start + feed.room());
            feed.hear_before(&left[start..end], &right[start..end]);
            let meters = chain.process(settings, &mut left[start..end], &mut right[start..end]);
            feed.hear_after(&left[start..end], &right[start..end], &meters, &settings.monitor);
            start = end;
        }
        while let Some(block) = ring.pop() {
            scope.hear(&block);
        }
    }
    scope
}

fn tone(hz: f64, gain: f64) -> impl Fn(usize) -> f32 {
    move |n| (gain * (std::f64::consts::TAU * hz * n as f64 / RATE_HZ).sin()) as f32
}

#[test]
fn before_and_after_are_of_one_time_whatever_the_latency() {
    for phase in [Phase::Minimum, Phase::Linear] {
        let mut settings = ChainSettings::default();
        settings.eq.phase = phase;
        // Clicks every quarter of a second: their spectra differ as soon as windows hold them at different places.
        let scope = watched(&settings, 3.0, |n| if n % 12_000 == 0 { 0.9 } else { 0.0 });
        assert_eq!(scope.before.powers(), scope.after.powers(), "{phase:?}");
        assert!(scope.before.powers().iter().any(|power| *power > 1e-9));
    }
}

#[test]
fn what_the_modules_do_is_shown_in_figures() {
    let mut settings = ChainSettings::default();
    settings.compressor.on = true;
    settings.compressor.bands[0].threshold_db = -20.0;
    settings.compressor.bands[0].ratio = 2.0;
    settings.compressor.bands[0].knee_db = 0.0;
    settings.limiter.on = true;
    settings.limiter.drive_db = 12.0;
    settings.limiter.ceiling_dbtp = -1.0;
    // -9 dBFS peak is -12 dBFS RMS: 8 dB over the threshold, 4 dB of reduction; then 12 dB of drive onto -1 dBTP.
    let scope = watched(&settings, 2.0, tone(997.0, 10f64.powf(-8.99 / 20.0)));
    let meters = &scope.meters;
    assert!((meters.compressor_level_db[0] + 12.0).abs() < 0.1, "{meters:?}");
    assert!((meters.compressor_reduction_db[0] - 4.0).abs() < 0.1, "{meters:?}");
    let last = scope.trace.columns().last().unwrap();
    // -9 - 4 + 12 = -1 dBFS at the limiter, which holds it a margin under its ceiling.
    assert!((20.0 * f64::from(last.input_peak).log10() + 1.0).abs() < 0.2, "{last:?}");
    assert!(last.output_peak <= 0.8913 && last.output_peak > 0.87, "{last:?}");
    assert!(last.reduction_db > 0.0 && last.reduction_db < 0.3, "{last:?}");
    assert!(scope.trace.columns().len() > 95);
}

#[test]
fn the_record_is_measured_however_one_listens() {
    let mut settings = ChainSettings::default();
    settings.output.gain_db = 3.0;
    let plain = watched(&settings, 4.0, tone(1000.0, 0.1));
    assert!((plain.loudness.figures().integrated_lufs + 17.0).abs() < 0.1, "{:?}", plain.loudness.figures());
    settings.monitor.level_match = true;
    settings.monitor.level_match_db = -3.0;
    let matched = watched(&settings, 4.0, tone(1000.0, 0.1));
    let apart = matched.loudness.figures().integrated_lufs - plain.loudness.figures().integrated_lufs;
    assert!(apart.abs() < 0.01, "{apart}");
    settings.monitor.bypass = true;
    let bypassed = watched(&settings, 4.0, tone(1000.0, 0.1));
    assert_eq!(bypassed.loudness.figures().heard_s, 0.0, "the input is no record");
}
