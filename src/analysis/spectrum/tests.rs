use crate::analysis::measurement::{FINE_BANDS, FLOOR_DB, THIRD_OCTAVES, fine_centre_hz, third_octave_centre_hz};
use crate::analysis::testing::{analyse, noise, sine};

const RATE_HZ: u32 = 48000;

#[test]
fn a_sine_lies_in_its_band_with_its_power() {
    for band in 0..THIRD_OCTAVES {
        let hz = third_octave_centre_hz(band);
        let tone = sine(hz, 0.5, RATE_HZ, 4.0);
        let spectrum = analyse(RATE_HZ, &tone, &tone).spectrum;
        let level_db = 10.0 * (0.5f64 * 0.5 / 2.0).log10();
        // The lowest bands are barely wider than the four bins of the window's main lobe.
        let tolerance = if band < 3 { 0.1 } else { 0.02 };
        assert!((spectrum.mid_db[band] - level_db).abs() < tolerance, "{hz} Hz: {} dB", spectrum.mid_db[band]);
        assert!((spectrum.left_db[band] - level_db).abs() < tolerance);
        assert_eq!(spectrum.side_db[band], FLOOR_DB);
        for (other, level) in spectrum.mid_db.iter().enumerate().filter(|(other, _)| other.abs_diff(band) > 1) {
            assert!(*level < level_db - 50.0, "{hz} Hz leaks into band {other}: {level} dB");
        }
    }
}

#[test]
fn two_sines_in_neighbouring_bands_are_told_apart() {
    let (low_hz, high_hz) = (third_octave_centre_hz(5), third_octave_centre_hz(6));
    let low = sine(low_hz, 0.4, RATE_HZ, 4.0);
    let both: Vec<f32> = low.iter().zip(sine(high_hz, 0.04, RATE_HZ, 4.0)).map(|(a, b)| a + b).collect();
    let spectrum = analyse(RATE_HZ, &both, &both).spectrum;
    assert!((spectrum.mid_db[5] - 10.0 * 0.08f64.log10()).abs() < 0.02, "{}", spectrum.mid_db[5]);
    assert!((spectrum.mid_db[6] - 10.0 * 0.0008f64.log10()).abs() < 0.1, "{}", spectrum.mid_db[6]);
}

#[test]
fn white_noise_has_the_same_density_in_every_band() {
    let (left, right) = (noise(1, RATE_HZ, 60.0), noise(2, RATE_HZ, 60.0));
    let spectrum = analyse(RATE_HZ, &left, &right).spectrum;
    // Uniform noise of amplitude 0.5 has the power 1/12; half the sample rate shares it; mid and side halve it again.
    let density_db = 10.0 * (1.0f64 / 12.0 / 24000.0).log10();
    let check = |level: f64, centre_hz: f64, octaves: f64, expected_db: f64| {
        let half = 2f64.powf(octaves / 2.0);
        let width_hz = (centre_hz * half).min(24000.0) - centre_hz / half;
        // Noise power over 60 s and so many hertz is uncertain by 4.34 dB / sqrt(60 s x width), windows included: 4.5 sigma.
        let tolerance = 4.5 * 4.34 / (60.0 * width_hz).sqrt() + 0.005;
        let error = level - (expected_db + 10.0 * width_hz.log10());
        assert!(error.abs() < tolerance, "{centre_hz} Hz: off by {error} dB, may be {tolerance}");
    };
    for band in 0..THIRD_OCTAVES {
        let hz = third_octave_centre_hz(band);
        check(spectrum.left_db[band], hz, 1.0 / 3.0, density_db);
        check(spectrum.right_db[band], hz, 1.0 / 3.0, density_db);
        check(spectrum.mid_db[band], hz, 1.0 / 3.0, density_db - 3.0103);
        check(spectrum.side_db[band], hz, 1.0 / 3.0, density_db - 3.0103);
    }
    for band in 0..FINE_BANDS {
        check(spectrum.fine_mid_db[band], fine_centre_hz(band), 1.0 / 12.0, density_db - 3.0103);
    }
}

#[test]
fn fine_bands_add_up_to_thirds() {
    let music = noise(3, RATE_HZ, 4.0);
    let spectrum = analyse(RATE_HZ, &music, &music).spectrum;
    // A third holds four twelfths, but centred on it: three whole ones and two halves.
    for band in 4..28 {
        let power = |fine: usize| 10f64.powf(spectrum.fine_mid_db[fine] / 10.0);
        let centre = 4 * band;
        let sum = power(centre - 1) + power(centre) + power(centre + 1) + 0.5 * (power(centre - 2) + power(centre + 2));
        assert!((10.0 * sum.log10() - spectrum.mid_db[band]).abs() < 1.0, "{band}");
    }
}

#[test]
fn silence_and_fades_do_not_count() {
    let tone = sine(1000.0, 0.5, RATE_HZ, 10.0);
    let mut with_gaps = vec![0.0; 5 * RATE_HZ as usize];
    with_gaps.extend(&tone);
    with_gaps.extend(vec![0.0; 5 * RATE_HZ as usize]);
    with_gaps.extend(tone.iter().map(|sample| sample * 0.01));
    let (plain, gapped) = (analyse(RATE_HZ, &tone, &tone), analyse(RATE_HZ, &with_gaps, &with_gaps));
    let (plain_db, gapped_db) = (plain.spectrum.mid_db[17], gapped.spectrum.mid_db[17]);
    // Windows half in silence count where they are over the gate.
    assert!((plain_db - gapped_db).abs() < 0.4, "{plain_db} and {gapped_db}");
    assert!((gapped.gated_s - 10.0).abs() < 0.5, "{}", gapped.gated_s);
}

#[test]
fn the_loudest_half_minute_has_its_own_spectrum() {
    let mut song = sine(200.0, 0.05, RATE_HZ, 20.0);
    song.extend(sine(2000.0, 0.3, RATE_HZ, 31.0));
    song.extend(sine(200.0, 0.05, RATE_HZ, 20.0));
    let measurement = analyse(RATE_HZ, &song, &song);
    assert!((measurement.loudness.loudest_start_s - 20.0).abs() <= 1.0, "{}", measurement.loudness.loudest_start_s);
    let spectrum = &measurement.spectrum;
    assert!((spectrum.loudest_mid_db[20] - 10.0 * 0.045f64.log10()).abs() < 0.1, "{}", spectrum.loudest_mid_db[20]);
    assert!(spectrum.loudest_mid_db[10] < -50.0, "{}", spectrum.loudest_mid_db[10]);
}

#[test]
fn bands_above_half_the_sample_rate_are_at_the_floor() {
    let music = noise(4, 8000, 3.0);
    let spectrum = analyse(8000, &music, &music).spectrum;
    for band in 0..THIRD_OCTAVES {
        assert_eq!(spectrum.mid_db[band] == FLOOR_DB, third_octave_centre_hz(band) >= 4000.0, "{band}");
    }
}
