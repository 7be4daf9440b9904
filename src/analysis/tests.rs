use super::measurement::FLOOR_DB;
use super::testing::{analyse, noise, sine};
use super::{Analyser, Measurement};

/// Every figure must be a number; JSON would turn what is none into `null`.
fn assert_all_finite(measurement: &Measurement) {
    let text = serde_json::to_string(measurement).unwrap();
    let nulls = text.matches("null").count() - text.matches("\"tempo_bpm\":null").count();
    assert_eq!(nulls, 0, "{text}");
}

/// Something with dynamics, stereo and a pause.
fn song(rate_hz: u32) -> (Vec<f32>, Vec<f32>) {
    let hiss = noise(5, rate_hz, 9.0);
    let tone = sine(220.0, 0.4, rate_hz, 9.0);
    let at = |n: usize| n as f32 / rate_hz as f32;
    let shape = |n: usize| if (4.0..5.0).contains(&at(n)) { 0.0 } else { (-(at(n) % 0.5) * 8.0).exp() };
    let left = (0..hiss.len()).map(|n| shape(n) * (hiss[n] + tone[n])).collect();
    let right = (0..hiss.len()).map(|n| shape(n) * (0.5 * hiss[n] - 0.7 * tone[n])).collect();
    (left, right)
}

#[test]
fn the_length_of_the_blocks_changes_nothing() {
    let (left, right) = song(44100);
    let whole = analyse(44100, &left, &right);
    assert!(whole.loudness.integrated_lufs > -40.0);
    for length in [1, 7, 64, 480, 1000, 4096, 100_003] {
        let mut analyser = Analyser::new(44100, 2);
        for (left, right) in left.chunks(length).zip(right.chunks(length)) {
            analyser.add(left, right);
        }
        assert!(analyser.measurement() == whole, "blocks of {length}");
    }
}

#[test]
fn asking_on_the_way_changes_nothing() {
    let (left, right) = song(48000);
    let mut asked = Analyser::new(48000, 2);
    for (left, right) in left.chunks(9999).zip(right.chunks(9999)) {
        asked.add(left, right);
        assert_all_finite(&asked.measurement());
    }
    assert!(asked.measurement() == analyse(48000, &left, &right));
}

#[test]
fn nothing_and_silence_are_at_the_floor() {
    for seconds in [0.0, 0.05, 5.0] {
        let silence = vec![0.0; (seconds * 48000.0) as usize];
        let measurement = analyse(48000, &silence, &silence);
        assert_all_finite(&measurement);
        let loudness = &measurement.loudness;
        assert_eq!(loudness.integrated_lufs, FLOOR_DB);
        assert_eq!(loudness.true_peak_dbtp, FLOOR_DB);
        assert_eq!(loudness.short_term_max_lufs, FLOOR_DB);
        assert_eq!((loudness.plr_db, loudness.psr_db, loudness.range_lu), (0.0, 0.0, 0.0));
        assert!(measurement.spectrum.mid_db.iter().all(|level| *level == FLOOR_DB));
        assert_eq!(measurement.gated_s, 0.0);
    }
}

#[test]
fn a_tenth_of_a_second_is_measured_as_far_as_it_goes() {
    let tone = sine(1000.0, 0.5, 48000, 0.1);
    let measurement = analyse(48000, &tone, &tone);
    assert_all_finite(&measurement);
    assert!((measurement.heard_s - 0.1).abs() < 1e-9);
    assert!((measurement.loudness.sample_peak_dbfs + 6.02).abs() < 0.01);
    // Less than a gating block has no integrated loudness.
    assert_eq!(measurement.loudness.integrated_lufs, FLOOR_DB);
    assert!((measurement.spectrum.mid_db[17] + 9.03).abs() < 0.5, "{}", measurement.spectrum.mid_db[17]);
    assert!((measurement.dynamics.crest_db - 3.01).abs() < 0.1, "{}", measurement.dynamics.crest_db);
}

#[test]
fn every_sample_rate_hears_the_same_song() {
    for rate_hz in [8000, 11025, 22050, 44100, 96000, 176_400, 192_000, 384_000, 768_000] {
        let tone = sine(1000.0, 0.5, rate_hz, 4.0);
        let measurement = analyse(rate_hz, &tone, &tone);
        assert_all_finite(&measurement);
        // K-weighting is +0.69 dB at 1 kHz, two channels +3.01; the bilinear transform bends it at low rates.
        let tolerance = if rate_hz < 32000 { 0.6 } else { 0.05 };
        let integrated = measurement.loudness.integrated_lufs;
        assert!((integrated + 6.02).abs() < tolerance, "{rate_hz} Hz: {integrated} LUFS");
        let level = measurement.spectrum.mid_db[17];
        assert!((level + 9.03).abs() < 0.01, "{rate_hz} Hz: {level} dB");
        assert!((measurement.loudness.true_peak_dbtp + 6.02).abs() < 0.1, "{rate_hz} Hz");
    }
}

#[test]
fn what_is_no_number_is_left_out() {
    let (mut left, right) = song(48000);
    for (n, broken) in [(100, f32::NAN), (20_000, f32::INFINITY), (20_001, f32::NEG_INFINITY)] {
        left[n] = broken;
    }
    let measurement = analyse(48000, &left, &right);
    assert_all_finite(&measurement);
    let clean = analyse(48000, &song(48000).0, &right);
    assert!((measurement.loudness.integrated_lufs - clean.loudness.integrated_lufs).abs() < 0.01);
    let nothing = vec![f32::NAN; 48000];
    assert_all_finite(&analyse(48000, &nothing, &nothing));
    let monstrous = vec![f32::MAX; 48000];
    assert_all_finite(&analyse(48000, &monstrous, &right[..48000]));
}
