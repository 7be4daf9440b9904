use std::f64::consts::TAU;

use proptest::prelude::*;

use super::*;
use crate::settings::{CompressorBand, Detector};

const RATE: f64 = 48000.0;

type Stereo = [Vec<f64>; 2];

/// Runs a stage as the chain does: a segment every 32 samples, `settings` of the sample at which it starts.
fn run(signal: &Stereo, pieces: &[usize], settings: impl Fn(usize) -> (CompressorSettings, ImagerSettings)) -> Stereo {
    run_at(RATE, signal, pieces, settings)
}

fn run_at(
    rate: f64,
    signal: &Stereo,
    pieces: &[usize],
    settings: impl Fn(usize) -> (CompressorSettings, ImagerSettings),
) -> Stereo {
    let mut stage = BandStage::new(rate);
    let [mut left, mut right] = signal.clone();
    let mut pieces = pieces.iter().cycle();
    for start in (0..left.len()).step_by(CONTROL_INTERVAL) {
        let (compressor, imager) = settings(start);
        stage.control(&compressor, &imager);
        let end = left.len().min(start + CONTROL_INTERVAL);
        let mut from = start;
        while from < end {
            let to = end.min(from + pieces.next().unwrap());
            stage.process(&mut left[from..to], &mut right[from..to]);
            from = to;
        }
    }
    [left, right]
}

fn process(signal: &Stereo, compressor: CompressorSettings, imager: ImagerSettings) -> Stereo {
    run(signal, &[CONTROL_INTERVAL], |_| (compressor, imager))
}

fn noise(length: usize, gain: f64) -> Stereo {
    let mut state = 12345u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        gain * (f64::from(state >> 8) / 8_388_608.0 - 1.0)
    };
    let left: Vec<f64> = (0..length).map(|_| next()).collect();
    let right = left.iter().map(|sample| 0.4 * sample + 0.6 * next()).collect();
    [left, right]
}

fn tone(hz: f64, length: usize, gains: [f64; 2]) -> Stereo {
    gains.map(|gain| (0..length).map(|index| gain * (TAU * hz * index as f64 / RATE).sin()).collect())
}

fn rms_db(samples: &[f64]) -> f64 {
    10.0 * (samples.iter().map(|sample| sample * sample).sum::<f64>() / samples.len() as f64).log10()
}

fn compressor(band_count: u8) -> CompressorSettings {
    CompressorSettings { on: true, band_count, ..CompressorSettings::default() }
}

fn imager(widths_percent: [f32; MAX_BANDS], mono_below_on: bool) -> ImagerSettings {
    ImagerSettings { on: true, widths_percent, mono_below_on, mono_below_hz: 120.0 }
}

fn difference(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

#[test]
fn neutral_settings_are_a_bit_exact_null() {
    let signal = noise(4096, 0.25);
    for (compressor, imager) in [
        (CompressorSettings::default(), ImagerSettings::default()),
        (CompressorSettings::default(), imager([100.0; MAX_BANDS], false)),
        // One band below its threshold.
        (compressor(1), ImagerSettings::default()),
        (compressor(1), imager([100.0; MAX_BANDS], false)),
        // Widths of bands that are not in use.
        (CompressorSettings::default(), imager([100.0, 150.0, 0.0, 20.0], false)),
        // Mix 0 %: a dry signal, however deep the compression would be.
        (
            CompressorSettings {
                mix_percent: 0.0,
                bands: [CompressorBand { threshold_db: -60.0, ratio: 10.0, makeup_db: 6.0, ..Default::default() };
                    MAX_BANDS],
                ..compressor(1)
            },
            ImagerSettings::default(),
        ),
    ] {
        assert_eq!(process(&signal, compressor, imager), signal, "{compressor:?} {imager:?}");
    }
}

#[test]
fn dry_bands_sum_to_an_all_pass_of_the_input() {
    // An all-pass keeps the energy of a burst that rings out within the signal.
    let mut signal = noise(4096, 0.5);
    for channel in &mut signal {
        channel.resize(32768, 0.0);
    }
    let energy = |samples: &[f64]| samples.iter().map(|sample| sample * sample).sum::<f64>();
    for bands in 2..=4 {
        let deep = CompressorBand { threshold_db: -60.0, ratio: 10.0, ..Default::default() };
        let settings = CompressorSettings { mix_percent: 0.0, bands: [deep; MAX_BANDS], ..compressor(bands) };
        let out = process(&signal, settings, ImagerSettings::default());
        for (out, signal) in out.iter().zip(&signal) {
            assert!((energy(out) / energy(signal) - 1.0).abs() < 1e-9);
        }
    }
}

#[test]
fn mono_stays_mono_to_the_bit() {
    let [mono, _] = noise(8192, 0.5);
    let signal = [mono.clone(), mono.clone()];
    for bands in 1..=4 {
        for on in [false, true] {
            let deep = CompressorBand { threshold_db: -40.0, ratio: 4.0, attack_ms: 1.0, ..Default::default() };
            let compressor =
                CompressorSettings { on, bands: [deep; MAX_BANDS], stereo_link_percent: 30.0, ..compressor(bands) };
            let [left, right] = process(&signal, compressor, imager([0.0, 170.0, 50.0, 200.0], true));
            assert_eq!(left, right);
            if !on {
                assert_eq!(left, mono, "the imager alone does not touch the mid");
            }
        }
    }
}

#[test]
fn the_imager_leaves_the_mono_sum_alone() {
    let signal = noise(16384, 0.5);
    let mono_sum = |[left, right]: &Stereo| left.iter().zip(right).map(|(l, r)| l + r).collect::<Vec<_>>();
    for bands in 1..=4 {
        for on in [false, true] {
            let compressor = CompressorSettings { on, ..compressor(bands) };
            let off = process(&signal, compressor, ImagerSettings::default());
            let widened = process(&signal, compressor, imager([0.0, 200.0, 130.0, 60.0], true));
            let residue = difference(&mono_sum(&off), &mono_sum(&widened));
            assert!(residue < 1e-12, "{bands} bands, compressor {on}: {residue}");
            assert!(difference(&off[0], &widened[0]) > 0.1, "and the sides do change");
        }
    }
}

#[test]
fn mixing_never_combs() {
    // All bands 12 dB down, half of it mixed to half of the dry signal: -4.08 dB at any frequency, those of the crossovers too.
    let band = CompressorBand { makeup_db: -12.0, ..Default::default() };
    let settings = CompressorSettings { mix_percent: 50.0, bands: [band; MAX_BANDS], ..compressor(4) };
    let expected_db = 20.0 * (0.5 + 0.5 * 10f64.powf(-12.0 / 20.0)).log10();
    for hz in [40.0, 120.0, 350.0, 1000.0, 2200.0, 5000.0, 14000.0] {
        let out = process(&tone(hz, 48000, [0.1, 0.1]), settings, ImagerSettings::default());
        let gain_db = rms_db(&out[0][24000..]) - rms_db(&tone(hz, 24000, [0.1, 0.1])[0]);
        assert!((gain_db - expected_db).abs() < 0.001, "{hz} Hz: {gain_db}");
    }
}

#[test]
fn width_is_the_gain_of_the_side_in_each_band() {
    let widths = [0.0, 50.0, 150.0, 200.0];
    for on in [false, true] {
        let compressor = CompressorSettings { on, crossovers_hz: [100.0, 1000.0, 8000.0], ..compressor(4) };
        for (hz, gain) in [(20.0, 0.0), (330.0, 0.5), (2900.0, 1.5), (20000.0, 2.0)] {
            let [left, right] = process(&tone(hz, 48000, [0.1, -0.1]), compressor, imager(widths, false));
            let side: Vec<f64> = left.iter().zip(&right).map(|(l, r)| 0.5 * (l - r)).skip(24000).collect();
            let measured = 10f64.powf((rms_db(&side) - rms_db(&tone(hz, 24000, [0.1, 0.0])[0])) / 20.0);
            // A fifth of an octave of LR4 skirt away a neighbour leaks by a few per cent at most.
            assert!((measured - gain).abs() < 0.03 + 0.03 * gain, "compressor {on}, {hz} Hz: {measured} {gain}");
        }
    }
}

#[test]
fn mono_below_removes_the_side_by_24_db_an_octave() {
    for (hz, expected_db) in [(30.0, -48.2), (60.0, -24.6), (120.0, -6.02), (1200.0, 0.0)] {
        let out =
            process(&tone(hz, 96000, [0.1, -0.1]), CompressorSettings::default(), imager([100.0; MAX_BANDS], true));
        let gain_db = rms_db(&out[0][48000..]) - rms_db(&tone(hz, 48000, [0.1, 0.0])[0]);
        assert!((gain_db - expected_db).abs() < 0.05, "{hz} Hz: {gain_db} dB");
    }
}

#[test]
fn solo_leaves_the_other_bands_out() {
    let mut settings = CompressorSettings { crossovers_hz: [100.0, 1000.0, 8000.0], ..compressor(4) };
    settings.bands[2].solo = true;
    let level_db = |hz: f64, settings: CompressorSettings| {
        let out = process(&tone(hz, 48000, [0.1, 0.1]), settings, ImagerSettings::default());
        rms_db(&out[0][24000..]) - rms_db(&tone(hz, 24000, [0.1, 0.1])[0])
    };
    // Both neighbours take a ninth of a decibel at the middle of a band of three octaves.
    assert!(level_db(2900.0, settings).abs() < 0.3);
    assert!(level_db(50.0, settings) < -60.0);
    // A solo in a band that is not in use is none.
    settings.band_count = 2;
    assert!(level_db(50.0, settings).abs() < 1e-3);
}

/// What a switch must not do to a steady tone: jump. A jump shows in the second difference, in which a 50 Hz tone itself is tiny.
#[test]
fn no_switch_clicks() {
    let signal = tone(50.0, 48000, [0.5, -0.3]);
    let deep =
        CompressorBand { threshold_db: -30.0, ratio: 4.0, attack_ms: 20.0, makeup_db: 6.0, ..Default::default() };
    let base = (
        CompressorSettings { bands: [deep; MAX_BANDS], crossovers_hz: [90.0, 700.0, 5000.0], ..compressor(3) },
        imager([50.0, 150.0, 100.0, 200.0], true),
    );
    type Change = fn(&mut CompressorSettings, &mut ImagerSettings);
    let changes: [(&str, Change); 14] = [
        ("compressor", |c, _| c.on = false),
        ("imager", |_, i| i.on = false),
        ("both", |c, i| (c.on, i.on) = (false, false)),
        ("one band", |c, _| c.band_count = 1),
        ("four bands", |c, _| c.band_count = 4),
        ("band", |c, _| c.bands[0].on = false),
        ("solo", |c, _| c.bands[1].solo = true),
        ("mono below", |_, i| i.mono_below_on = false),
        ("mono below frequency", |_, i| i.mono_below_hz = 30.0),
        ("width", |_, i| i.widths_percent = [200.0; MAX_BANDS]),
        ("crossovers", |c, _| c.crossovers_hz = [30.0, 2000.0, 9000.0]),
        ("mix", |c, _| c.mix_percent = 0.0),
        ("makeup", |c, _| c.bands[0].makeup_db = -12.0),
        ("threshold", |c, _| c.bands[0].threshold_db = 0.0),
    ];
    let roughness = |samples: &[f64]| {
        samples.windows(3).map(|three| (three[0] - 2.0 * three[1] + three[2]).abs()).fold(0.0, f64::max)
    };
    for (name, change) in changes {
        let mut other = base;
        change(&mut other.0, &mut other.1);
        for (from, to) in [(base, other), (other, base)] {
            // Far enough in for all filters to have settled before the switch.
            let out = run(&signal, &[CONTROL_INTERVAL], |start| if start < 24000 { from } else { to });
            for channel in &out {
                let rough = roughness(&channel[12000..]);
                // The corner where a ramp of 20 ms over the tone's whole amplitude begins; any jump is more.
                assert!(rough < 0.6 / (0.02 * RATE), "{name}: {rough}");
            }
        }
    }
}

#[test]
fn what_is_switched_off_is_bit_exact_again() {
    let signal = noise(24000, 0.5);
    let on = (compressor(4), imager([50.0, 150.0, 100.0, 200.0], true));
    let off = (CompressorSettings::default(), ImagerSettings::default());
    let out = run(&signal, &[CONTROL_INTERVAL], |start| if start < 9600 { on } else { off });
    for (out, signal) in out.iter().zip(&signal) {
        assert!(difference(&out[..9600], &signal[..9600]) > 0.1);
        assert_eq!(out[12800..], signal[12800..]);
    }
}

#[cfg(target_arch = "x86_64")]
#[test]
fn wide_instructions_give_the_same_samples() {
    let signal = noise(8192, 0.8);
    for bands in 1..=4 {
        for on in [false, true] {
            let deep = CompressorBand { threshold_db: -30.0, ratio: 4.0, attack_ms: 1.0, ..Default::default() };
            let settings = CompressorSettings { on, bands: [deep; MAX_BANDS], ..compressor(bands) };
            let image = imager([0.0, 170.0, 50.0, 200.0], true);
            let wide = process(&signal, settings, image);
            let mut stage = BandStage::new(RATE);
            for path in &mut stage.paths {
                path.has_avx2 = false;
            }
            let [mut left, mut right] = signal.clone();
            for (left, right) in left.chunks_mut(CONTROL_INTERVAL).zip(right.chunks_mut(CONTROL_INTERVAL)) {
                stage.control(&settings, &image);
                stage.process(left, right);
            }
            assert_eq!([left, right], wide, "{bands} bands, compressor {on}");
        }
    }
}

fn any_settings() -> impl Strategy<Value = (CompressorSettings, ImagerSettings)> {
    let band = (
        any::<bool>(),
        prop::bool::weighted(0.1),
        (-60f32..0.0, 1f32..10.0, 0f32..24.0),
        (0.1f32..300.0, 5f32..3000.0, any::<bool>()),
        (-12f32..12.0, 0f32..24.0),
    )
        .prop_map(|(on, solo, (threshold_db, ratio, knee_db), (attack_ms, release_ms, auto_release), gains)| {
            CompressorBand {
                on,
                solo,
                threshold_db,
                ratio,
                knee_db,
                attack_ms,
                release_ms,
                auto_release,
                makeup_db: gains.0,
                range_db: gains.1,
            }
        });
    (
        (prop::bool::weighted(0.8), 1u8..5, [30f32..16000.0, 30f32..16000.0, 30f32..16000.0], any::<bool>()),
        (0f32..500.0, 0f32..100.0, 0f32..100.0),
        [band.clone(), band.clone(), band.clone(), band],
        (any::<bool>(), [0f32..200.0, 0f32..200.0, 0f32..200.0, 0f32..200.0], any::<bool>(), 20f32..500.0),
    )
        .prop_map(|((on, band_count, crossovers_hz, peak), (low_cut, link, mix), bands, image)| {
            (
                CompressorSettings {
                    on,
                    band_count,
                    crossovers_hz,
                    detector: if peak { Detector::Peak } else { Detector::Rms },
                    sidechain_low_cut_hz: low_cut,
                    stereo_link_percent: link,
                    mix_percent: mix,
                    bands,
                },
                ImagerSettings { on: image.0, widths_percent: image.1, mono_below_on: image.2, mono_below_hz: image.3 },
            )
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    /// Whatever the imager does, at any sample rate, with the compressor and without it, also while it moves.
    #[test]
    fn the_mono_sum_does_not_know_of_the_imager(
        rate in prop::sample::select(vec![8000.0, 22050.0, 44100.0, 48000.0, 96000.0, 192_000.0, 384_000.0, 768_000.0]),
        (compressor, _) in any_settings(),
        images in prop::collection::vec(any_settings(), 1..12),
        hold in 1usize..60,
    ) {
        let signal = noise(8192, 1.0);
        let image = |start: usize| images[start / CONTROL_INTERVAL / hold % images.len()].1;
        let without = run_at(rate, &signal, &[CONTROL_INTERVAL], |_| (compressor, ImagerSettings::default()));
        let with = run_at(rate, &signal, &[CONTROL_INTERVAL], |start| (compressor, image(start)));
        for index in 0..signal[0].len() {
            let (sum, expected) = (with[0][index] + with[1][index], without[0][index] + without[1][index]);
            // -120 dB would be a millionth; rounding alone is less than a millionth of that.
            prop_assert!((sum - expected).abs() < 1e-12, "sample {index}: {sum} {expected}");
        }
    }

    #[test]
    fn any_path_of_settings_stays_bounded_and_does_not_depend_on_pieces(
        path in prop::collection::vec(any_settings(), 1..12),
        pieces in prop::collection::vec(1usize..40, 1..8),
        hold in 1usize..100,
    ) {
        let signal = noise(8192, 1.0);
        let settings = |start: usize| path[start / CONTROL_INTERVAL / hold % path.len()];
        let whole = run(&signal, &[CONTROL_INTERVAL], settings);
        for samples in &whole {
            // Four bands of ±1 with 12 dB of makeup and 200 % of width, and room for the transients of moving filters.
            prop_assert!(samples.iter().all(|sample| sample.abs() < 100.0));
        }
        prop_assert_eq!(run(&signal, &pieces, settings), whole);
    }
}
