//! What must leave the samples as they are, and what must not depend on how the host cuts them.

use super::*;
use crate::settings::{BandDynamics, Choice, Placement, Slope};

fn unchanged(settings: &EqSettings, left: &[f64], right: &[f64]) -> bool {
    let mut equaliser = Equaliser::new(48000.0);
    let (mut out_left, mut out_right) = (left.to_vec(), right.to_vec());
    run(&mut equaliser, settings, &mut out_left, &mut out_right);
    let same = |a: &[f64], b: &[f64]| a.iter().zip(b).all(|(a, b)| a.to_bits() == b.to_bits());
    same(left, &out_left) && same(right, &out_right)
}

#[test]
fn default_settings_and_bands_at_0_db_pass_every_bit() {
    let (left, right) = (noise(5000, 1), noise(5000, 2));
    assert!(unchanged(&EqSettings { on: true, ..EqSettings::default() }, &left, &right));
    for placement in Placement::ALL {
        let bands = [FilterType::Bell, FilterType::LowShelf, FilterType::HighShelf, FilterType::Tilt]
            .map(|filter| EqBand { placement: *placement, ..band(filter, 300.0, 0.0, 3.0) });
        assert!(unchanged(&settings_of(&bands), &left, &right));
    }
    let off = EqSettings { on: false, ..settings_of(&[band(FilterType::Bell, 300.0, 9.0, 3.0)]) };
    assert!(unchanged(&off, &left, &right));
}

#[test]
fn mono_passes_a_side_band_unchanged_and_stays_mono_in_every_band() {
    let mono = noise(5000, 3);
    for filter in FilterType::ALL {
        let side = EqBand { placement: Placement::Side, ..band(*filter, 800.0, 6.0, 2.0) };
        assert!(unchanged(&settings_of(&[side]), &mono, &mono), "{filter:?}");
        for placement in [Placement::Stereo, Placement::Mid] {
            let mut equaliser = Equaliser::new(48000.0);
            let (mut left, mut right) = (mono.clone(), mono.clone());
            let settings = settings_of(&[EqBand { placement, ..side }]);
            run(&mut equaliser, &settings, &mut left, &mut right);
            assert_eq!(left, right);
            assert_ne!(left, mono);
        }
        let mid = EqBand { placement: Placement::Mid, ..side };
        let opposite: Vec<f64> = mono.iter().map(|sample| -sample).collect();
        assert!(unchanged(&settings_of(&[mid]), &mono, &opposite), "{filter:?}");
    }
}

#[test]
fn a_band_that_went_off_passes_every_bit_again() {
    let sounding = settings_of(&[
        band(FilterType::Bell, 100.0, 9.0, 8.0),
        band(FilterType::LowCut, 30.0, 0.0, 0.7),
        EqBand { placement: Placement::Side, ..band(FilterType::Notch, 3000.0, 0.0, 1.0) },
    ]);
    let mut equaliser = Equaliser::new(48000.0);
    let (mut left, mut right) = (noise(9000, 4), noise(9000, 5));
    let (before_left, before_right) = (left.clone(), right.clone());
    // 20 ms of fade end 960 samples after the change.
    run_with(&mut equaliser, &mut left, &mut right, 9000, |at| {
        if at < 4000 { sounding } else { EqSettings { on: false, ..sounding } }
    });
    assert_ne!(left[4900..4960], before_left[4900..4960]);
    let silent_from = 4000 + 960 + CONTROL_INTERVAL;
    assert_eq!(left[silent_from..], before_left[silent_from..]);
    assert_eq!(right[silent_from..], before_right[silent_from..]);
}

/// Settings that change at odd moments in every way there is.
fn restless(at: usize) -> EqSettings {
    let dynamics = BandDynamics { on: true, threshold_db: -30.0, range_db: -12.0, attack_ms: 2.0, release_ms: 30.0 };
    let mut settings = settings_of(&[
        band(FilterType::Bell, 200.0, 6.0, 4.0),
        band(FilterType::HighShelf, 9000.0, -3.0, 0.7),
        EqBand { slope: Slope::Db42, ..band(FilterType::LowCut, 40.0, 0.0, 0.9) },
        EqBand { placement: Placement::Side, ..band(FilterType::Tilt, 600.0, 3.0, 1.0) },
        EqBand { dynamics, ..band(FilterType::LowShelf, 300.0, 0.0, 0.7) },
        EqBand { placement: Placement::Mid, dynamics, ..band(FilterType::Bell, 900.0, -2.0, 1.0) },
    ]);
    if at >= 333 {
        settings.bands[0].frequency_hz = 5000.0;
    }
    if at >= 350 {
        settings.bands[0].gain_db = 0.0;
        settings.bands[1].q = 0.3;
    }
    if at >= 701 {
        settings.bands[2].slope = Slope::Db12;
        settings.bands[3].placement = Placement::Mid;
    }
    if at >= 1000 {
        settings.bands[2].filter = FilterType::Notch;
        settings.bands[3].on = false;
    }
    if at >= 1700 {
        settings.bands[4].frequency_hz = 500.0;
        settings.bands[5].dynamics.range_db = 9.0;
    }
    if at >= 2800 {
        settings.bands[4].dynamics.on = false;
        settings.bands[0].gain_db = -4.0;
        settings.bands[3].on = true;
    }
    if at >= 5000 {
        settings.on = false;
    }
    settings
}

#[test]
fn the_hosts_block_size_changes_no_bit() {
    let outputs: Vec<_> = [7000, 512, 64, 33, 7, 1]
        .map(|block| {
            let mut equaliser = Equaliser::new(44100.0);
            let (mut left, mut right) = (noise(7000, 6), noise(7000, 7));
            run_with(&mut equaliser, &mut left, &mut right, block, restless);
            (left, right)
        })
        .into_iter()
        .collect();
    for output in &outputs[1..] {
        assert_eq!(outputs[0], *output);
    }
}

#[test]
fn after_a_reset_it_starts_as_new() {
    let mut equaliser = Equaliser::new(44100.0);
    let outputs = [8, 8].map(|seed| {
        let (mut left, mut right) = (noise(3000, seed), noise(3000, seed + 1));
        run_with(&mut equaliser, &mut left, &mut right, 64, restless);
        equaliser.reset();
        (left, right)
    });
    assert_eq!(outputs[0], outputs[1]);
}

#[test]
fn the_first_settings_hold_from_the_first_sample() {
    // What a filter at rest does to an impulse is the same at once and later.
    let settings = settings_of(&[band(FilterType::HighShelf, 2000.0, 9.0, 0.7)]);
    let mut equaliser = Equaliser::new(48000.0);
    let mut left = vec![0.0; 8000];
    (left[0], left[6000]) = (1.0, 1.0);
    let mut right = left.clone();
    run(&mut equaliser, &settings, &mut left, &mut right);
    for index in 0..500 {
        assert!((left[index] - left[6000 + index]).abs() < 1e-12);
    }
}
