use crate::analysis::measurement::{DYNAMICS_BANDS, FLOOR_DB};
use crate::analysis::testing::{analyse, drums, noise, sine};

const RATE_HZ: u32 = 48000;

#[test]
fn the_crest_of_a_sine_is_three_decibels() {
    // Faded in, for the filters overshoot when a tone starts at once.
    let fade = |(n, sample): (usize, f32)| sample * (n as f32 / 24000.0).min(1.0);
    let tone: Vec<f32> = sine(300.0, 0.5, RATE_HZ, 60.0).into_iter().enumerate().map(fade).collect();
    let dynamics = analyse(RATE_HZ, &tone, &tone).dynamics;
    assert!((dynamics.crest_db - 3.01).abs() < 0.03, "{}", dynamics.crest_db);
    assert!((dynamics.bands[1].crest_db - 3.01).abs() < 0.03, "{}", dynamics.bands[1].crest_db);
}

#[test]
fn the_crest_of_a_square_wave_is_none() {
    let square: Vec<f32> = (0..5 * RATE_HZ).map(|n| if n / 240 % 2 == 0 { 0.5 } else { -0.5 }).collect();
    let crest_db = analyse(RATE_HZ, &square, &square).dynamics.crest_db;
    assert!(crest_db.abs() < 0.01, "{crest_db}");
}

#[test]
fn a_tone_has_its_level_in_its_band() {
    for (band, hz) in [(0, 50.0), (1, 350.0), (2, 2200.0), (3, 10000.0)] {
        let tone = sine(hz, 0.5, RATE_HZ, 5.0);
        let dynamics = analyse(RATE_HZ, &tone, &tone).dynamics;
        let median_db = dynamics.bands[band].level_percentiles_db[1];
        // Half the amplitude squared, less what two Linkwitz-Riley slopes take off more than an octave away.
        assert!((median_db + 9.03).abs() < 0.7, "{hz} Hz: {median_db} dB");
        for other in (0..DYNAMICS_BANDS).filter(|other| *other != band) {
            let leak_db = dynamics.bands[other].level_percentiles_db[1];
            assert!(leak_db < median_db - 20.0, "{hz} Hz in band {other}: {leak_db} dB");
        }
    }
}

#[test]
fn levels_are_told_by_how_long_they_last() {
    // Three quarters of the time at -12 dBFS, the rest 10 dB up.
    let mut steps = sine(300.0, 0.25 * 10f64.powf(-0.5), RATE_HZ, 15.0);
    steps.extend(sine(300.0, 0.25, RATE_HZ, 5.0));
    let levels = analyse(RATE_HZ, &steps, &steps).dynamics.bands[1].level_percentiles_db;
    assert!((levels[1] - (levels[3] - 10.0)).abs() < 0.3, "{levels:?}");
    assert!((levels[3] - levels[4]).abs() < 0.3, "{levels:?}");
}

#[test]
fn every_beat_is_an_onset_and_their_distance_the_tempo() {
    for bpm in [75.0, 100.0, 127.5, 150.0] {
        let beats = drums(bpm, RATE_HZ, 30.0);
        let dynamics = analyse(RATE_HZ, &beats, &beats).dynamics;
        let expected = bpm / 60.0;
        assert!((dynamics.onsets_per_s / expected - 1.0).abs() < 0.1, "{bpm}: {} a second", dynamics.onsets_per_s);
        for band in [0, 3] {
            let rate = dynamics.bands[band].onsets_per_s;
            assert!((rate / expected - 1.0).abs() < 0.1, "{bpm}, band {band}: {rate} a second");
        }
        let tempo = dynamics.tempo_bpm.expect("a drum machine has a clear tempo");
        assert!((tempo / bpm - 1.0).abs() < 0.005, "{bpm}: {tempo}");
    }
}

#[test]
fn steady_sound_has_neither_onsets_nor_tempo() {
    let (left, right) = (noise(1, RATE_HZ, 30.0), noise(2, RATE_HZ, 30.0));
    let dynamics = analyse(RATE_HZ, &left, &right).dynamics;
    assert!(dynamics.onsets_per_s < 0.2, "{}", dynamics.onsets_per_s);
    assert_eq!(dynamics.tempo_bpm, None);
    let tone = sine(110.0, 0.3, RATE_HZ, 30.0);
    let dynamics = analyse(RATE_HZ, &tone, &tone).dynamics;
    // One at the start.
    assert!(dynamics.onsets_per_s < 0.05, "{}", dynamics.onsets_per_s);
    assert_eq!(dynamics.tempo_bpm, None);
}

#[test]
fn a_band_that_the_sample_rate_does_not_reach_is_at_the_floor() {
    let music = noise(1, 8000, 5.0);
    let dynamics = analyse(8000, &music, &music).dynamics;
    assert_eq!(dynamics.bands[3].level_percentiles_db, [FLOOR_DB; 5]);
    assert!(dynamics.bands[2].level_percentiles_db[0] > -30.0);
}
