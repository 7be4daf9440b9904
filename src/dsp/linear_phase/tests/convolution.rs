//! The partitioned convolution is a convolution; mid and side each get their bands; without bands nothing is touched.

use super::*;
use crate::dsp::eq::response::settings_gain_db;

fn music(noise: &mut Noise, length: usize) -> Vec<f64> {
    (0..length).map(|n| 0.5 * noise.between(-1.0, 1.0) + 0.5 * (0.01 * n as f64).sin()).collect()
}

/// The sum that defines it.
fn convolved(samples: &[f64], taps: &[f64], index: usize) -> f64 {
    let reach = taps.len().min(index + 1);
    (0..reach).map(|tap| taps[tap] * samples[index - tap]).sum()
}

#[test]
fn it_is_the_sum_over_all_taps() {
    let settings = settings_of(&[
        band(FilterType::Bell, 60.0, 9.0, 2.0),
        band(FilterType::HighShelf, 3000.0, -6.0, 0.7),
        EqBand { placement: Placement::Side, ..band(FilterType::LowCut, 100.0, 0.0, 0.7) },
    ]);
    for rate in [8_000.0, 12_000.0, 48_000.0] {
        let [mid_taps, _] = impulse_response(rate, &settings, 1.0);
        let [side_taps, _] = impulse_response(rate, &settings, -1.0);
        let mut stage = LinearPhase::new(rate);
        let first = stage.latency() - stage.layout.centre();
        let length = first + 2 * stage.layout.taps() + 5000;
        let mut noise = Noise(31);
        let (left, right) = (music(&mut noise, length), music(&mut noise, length));
        let (mut out_left, mut out_right) = (left.clone(), right.clone());
        run(&mut stage, &settings, &mut out_left, &mut out_right);
        let images = [Image::Mid, Image::Side]
            .map(|image| left.iter().zip(&right).map(|(left, right)| image.of(*left, *right)).collect::<Vec<_>>());
        for index in (first..length).step_by(1237) {
            let mid = convolved(&images[0], &mid_taps, index - first);
            let side = convolved(&images[1], &side_taps, index - first);
            // 130 dB under full scale.
            assert!((out_left[index] - (mid + side)).abs() < 3e-7, "{index} at {rate} Hz");
            assert!((out_right[index] - (mid - side)).abs() < 3e-7, "{index} at {rate} Hz");
        }
        assert!(out_left[..first].iter().all(|sample| *sample == 0.0), "nothing comes ahead of the kernel");
    }
}

/// What is not the sine when a full-scale one of 1 kHz goes through, under what comes out, dB.
fn noise_db(settings: &EqSettings) -> f64 {
    let rate = 48_000.0;
    let turn = 2.0 * std::f64::consts::PI * 1000.0 / rate;
    let mut stage = LinearPhase::new(rate);
    let delay = stage.latency();
    let start = delay + stage.layout.centre();
    let mut left: Vec<_> = (0..start + 48_000).map(|n| (turn * n as f64).sin()).collect();
    let mut right = left.clone();
    run(&mut stage, settings, &mut left, &mut right);
    // A sine goes through a symmetrical kernel as a sine, delayed and of another size.
    let sine = |n: usize| (turn * (n - delay) as f64).sin();
    let gain = 2.0 / 48_000.0 * (start..start + 48_000).map(|n| left[n] * sine(n)).sum::<f64>();
    let wanted_db = settings_gain_db(settings, Placement::Mid, 1000.0, rate);
    assert!((20.0 * gain.log10() - wanted_db).abs() < 0.001);
    let rest = (start..start + 48_000).map(|n| (left[n] - gain * sine(n)).powi(2)).sum::<f64>() / 48_000.0;
    10.0 * (rest / (0.5 * gain * gain)).log10()
}

#[test]
fn noise_lies_far_under_what_the_bands_change() {
    let bell = |gain_db| noise_db(&settings_of(&[band(FilterType::Bell, 1000.0, gain_db, 1.0)]));
    assert!(bell(18.0) < -138.0);
    assert!(bell(6.0) < -142.0 && bell(-6.0) < -138.0);
    assert!(bell(1.5) < -150.0 && bell(-1.5) < -150.0);
    let elsewhere = [band(FilterType::Bell, 30.0, 12.0, 2.0), band(FilterType::HighShelf, 9000.0, -6.0, 0.7)];
    assert!(noise_db(&settings_of(&elsewhere)) < -140.0);
}

#[test]
fn mid_and_side_bands_work_where_they_are_placed() {
    let bell = |placement| EqBand { placement, ..band(FilterType::Bell, 500.0, 9.0, 1.0) };
    let rate = 12_000.0;
    let centre = Layout::new(rate).centre();
    let unit: Vec<_> = (0..2 * centre).map(|tap| f64::from(u8::from(tap == centre))).collect();
    let same = |one: &[f64], other: &[f64]| one.iter().zip(other).all(|(one, other)| (one - other).abs() < 1e-13);
    let [stereo, _] = impulse_response(rate, &settings_of(&[bell(Placement::Stereo)]), 1.0);
    for (placement, inside, outside) in [(Placement::Mid, 1.0, -1.0), (Placement::Side, -1.0, 1.0)] {
        let settings = settings_of(&[bell(placement)]);
        let [left, right] = impulse_response(rate, &settings, inside);
        let turned: Vec<_> = right.iter().map(|tap| tap * inside).collect();
        assert!(same(&left, &stereo) && same(&turned, &stereo), "{placement:?} bell, where it works");
        let [left, right] = impulse_response(rate, &settings, outside);
        let turned: Vec<_> = right.iter().map(|tap| tap * outside).collect();
        assert!(same(&left, &unit) && same(&turned, &unit), "{placement:?} bell, where it does not");
    }
    // A stereo band leaves an empty channel empty.
    let [_, right] = impulse_response(rate, &settings_of(&[bell(Placement::Stereo)]), 0.0);
    assert!(right.iter().all(|tap| *tap == 0.0));
}

#[test]
fn without_static_bands_it_is_a_bit_exact_delay() {
    let dynamic = EqBand {
        dynamics: crate::settings::BandDynamics { on: true, ..Default::default() },
        ..band(FilterType::Bell, 900.0, 6.0, 1.0)
    };
    let mut off = settings_of(&[band(FilterType::Bell, 100.0, 3.0, 1.0)]);
    off.on = false;
    let neutral = [
        EqSettings::default(),
        settings_of(&[band(FilterType::Bell, 100.0, 0.0, 1.0), band(FilterType::Tilt, 100.0, 0.0, 1.0)]),
        settings_of(&[dynamic]),
        off,
    ];
    for (settings, rate) in neutral.iter().zip([8_000.0, 44_100.0, 96_000.0, 768_000.0]) {
        let mut stage = LinearPhase::new(rate);
        let mut noise = Noise(32);
        let length = stage.latency() + 3000;
        let (left, right) = (music(&mut noise, length), music(&mut noise, length));
        let (mut out_left, mut out_right) = (left.clone(), right.clone());
        run(&mut stage, settings, &mut out_left, &mut out_right);
        let latency = stage.latency();
        assert_eq!((&out_left[latency..], &out_right[latency..]), (&left[..3000], &right[..3000]), "{rate} Hz");
        assert!(out_left[..latency].iter().chain(&out_right[..latency]).all(|sample| *sample == 0.0));
    }
}

#[test]
fn only_bands_with_dynamics_are_left_to_minimum_phase() {
    let with_dynamics = |filter| {
        let mut band = band(filter, 900.0, 6.0, 1.0);
        band.dynamics.on = true;
        band
    };
    let settings = settings_of(&[
        with_dynamics(FilterType::Bell),
        band(FilterType::Bell, 100.0, 3.0, 1.0),
        with_dynamics(FilterType::LowCut),
        with_dynamics(FilterType::HighShelf),
    ]);
    let left = minimum_phase_bands(&settings).bands.map(|band| band.on);
    assert_eq!(left, [true, false, false, true, false, false, false, false]);
    let convolved = static_bands(&settings).map(|band| band.is_some());
    assert_eq!(convolved, [false, true, true, false, false, false, false, false]);
}
