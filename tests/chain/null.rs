//! Neutral settings and the bypass leave the sound as it is.

use super::{
    settings::{any_settings, undithered},
    signals::{Noise, first_difference, music},
};
use lacquer::{
    dsp::Chain,
    settings::{ChainSettings, Choice, Phase},
};

const RATES: [f64; 10] =
    [8_000.0, 11_025.0, 22_050.0, 44_100.0, 48_000.0, 88_200.0, 96_000.0, 192_000.0, 384_000.0, 768_000.0];

/// Both channels after the chain, without what its latency puts ahead.
fn through(chain: &mut Chain, settings: &ChainSettings, left: &[f32], right: &[f32]) -> [Vec<f32>; 2] {
    let latency = chain.latency();
    let padded = |samples: &[f32]| [samples, &vec![0.0; latency]].concat();
    let (mut left, mut right) = (padded(left), padded(right));
    chain.process(settings, &mut left, &mut right);
    [left.split_off(latency), right.split_off(latency)]
}

#[test]
fn neutral_settings_are_a_bit_exact_null_at_every_rate() {
    let mut all_on = ChainSettings::default();
    all_on.limiter.on = true;
    all_on.limiter.ceiling_dbtp = 0.0;
    for (rate, phase) in RATES.into_iter().flat_map(|rate| Phase::ALL.iter().map(move |phase| (rate, *phase))) {
        let (mut left, mut right) = (music(1, 5000), music(2, 5000));
        for sample in left.iter_mut().chain(&mut right) {
            *sample *= 0.25;
        }
        // Full scale, far beyond it and hardly there, at a distance from each other.
        (left[100], left[1000], right[2000], right[2500]) = (1.0, -1.0, f32::MIN_POSITIVE, -1e-20);
        let [out_left, out_right] = through(&mut Chain::new(rate, phase), &ChainSettings::default(), &left, &right);
        assert_eq!(first_difference(&out_left, &left), None, "{rate} Hz, {phase:?}");
        assert_eq!(first_difference(&out_right, &right), None, "{rate} Hz, {phase:?}");
        left[100] = 0.5;
        left[1000] = 0.5;
        let [out_left, out_right] = through(&mut Chain::new(rate, phase), &all_on, &left, &right);
        assert_eq!(first_difference(&out_left, &left), None, "limiter on, {rate} Hz, {phase:?}");
        assert_eq!(first_difference(&out_right, &right), None, "limiter on, {rate} Hz, {phase:?}");
    }
}

#[test]
fn bypass_is_the_input_late_by_the_latency_whatever_the_settings() {
    let mut noise = Noise(3);
    for rate in [44_100.0, 96_000.0] {
        for _ in 0..8 {
            let mut settings = any_settings(&mut noise);
            settings.monitor.bypass = true;
            let (left, right) = (music(4, 5000), music(5, 5000));
            let [out_left, out_right] = through(&mut Chain::new(rate, settings.eq.phase), &settings, &left, &right);
            assert_eq!(first_difference(&out_left, &left), None);
            assert_eq!(first_difference(&out_right, &right), None);
        }
    }
}

#[test]
fn delta_is_what_the_chain_changes_and_silence_where_it_changes_nothing() {
    let (left, right) = (music(6, 5000), music(7, 5000));
    let mut neutral = ChainSettings::default();
    neutral.monitor.delta = true;
    for output in through(&mut Chain::new(48_000.0, Phase::Minimum), &neutral, &left, &right) {
        assert!(output.iter().all(|sample| *sample == 0.0));
    }
    // Louder by 6 dB and matched again: nothing else was changed. Unmatched, what is left is the gain less the input.
    let mut louder = neutral;
    louder.output.gain_db = 6.0;
    let [unmatched, _] = through(&mut Chain::new(48_000.0, Phase::Minimum), &louder, &left, &right);
    for (heard, dry) in unmatched.iter().zip(&left) {
        assert!((heard - dry * (10f32.powf(0.3) - 1.0)).abs() < 1e-6);
    }
    louder.monitor.level_match = true;
    louder.monitor.level_match_db = -6.0;
    let [matched, _] = through(&mut Chain::new(48_000.0, Phase::Minimum), &louder, &left, &right);
    assert!(matched.iter().all(|sample| sample.abs() < 1e-6));
    // An EQ's delta is its output minus its input, and the bypass goes before it.
    let mut bent = ChainSettings::default();
    bent.eq.bands[3].on = true;
    bent.eq.bands[3].gain_db = -3.0;
    let [whole, _] = through(&mut Chain::new(48_000.0, Phase::Minimum), &bent, &left, &right);
    bent.monitor.delta = true;
    let [delta, _] = through(&mut Chain::new(48_000.0, Phase::Minimum), &bent, &left, &right);
    for ((delta, whole), dry) in delta.iter().zip(&whole).zip(&left) {
        assert!((delta - (whole - dry)).abs() < 1e-6);
    }
    bent.monitor.bypass = true;
    let [bypassed, _] = through(&mut Chain::new(48_000.0, Phase::Minimum), &bent, &left, &right);
    assert_eq!(first_difference(&bypassed, &left), None);
}

#[test]
fn bypass_does_not_click() {
    let rate = 48_000.0;
    let tone: Vec<f32> =
        (0..48_000).map(|n| 0.5 * (std::f32::consts::TAU * 50.0 * n as f32 / 48_000.0).sin()).collect();
    let steepest = 0.5 * std::f32::consts::TAU * 50.0 / 48_000.0;
    let mut settings = ChainSettings::default();
    settings.output.gain_db = -12.0;
    settings.eq.bands[2].on = true;
    settings.eq.bands[2].gain_db = 6.0;
    let mut chain = Chain::new(rate, Phase::Minimum);
    let (mut left, mut right) = (tone.clone(), tone);
    for (index, (left, right)) in left.chunks_mut(4800).zip(right.chunks_mut(4800)).enumerate() {
        settings.monitor.bypass = index % 2 == 1;
        chain.process(&settings, left, right);
    }
    let step = left[1000..].windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max);
    assert!(step < 1.2 * steepest, "a step of {step} where the tone has {steepest}");
}

#[test]
fn equal_channels_stay_equal_and_swapped_channels_come_out_swapped() {
    let mut noise = Noise(6);
    for _ in 0..24 {
        let settings = undithered(any_settings(&mut noise));
        let (one, other) = (music(7, 6000), music(8, 6000));
        let [left, right] = through(&mut Chain::new(48_000.0, settings.eq.phase), &settings, &one, &one);
        // As numbers: the two zeros are equal.
        let differs = left.iter().zip(&right).position(|(left, right)| left != right);
        assert_eq!(differs, None, "{settings:?}");
        let [left, right] = through(&mut Chain::new(48_000.0, settings.eq.phase), &settings, &one, &other);
        let [swapped_left, swapped_right] =
            through(&mut Chain::new(48_000.0, settings.eq.phase), &settings, &other, &one);
        for (straight, swapped) in left.iter().chain(&right).zip(swapped_right.iter().chain(&swapped_left)) {
            let tolerance = 1e-5 * straight.abs().max(1.0);
            assert!((straight - swapped).abs() <= tolerance, "{straight} and {swapped}: {settings:?}");
        }
    }
}
