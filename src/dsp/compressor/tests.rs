use std::f64::consts::TAU;

use super::*;

const RATE: f64 = 48000.0;

/// One band of a stereo signal through the compressor.
fn run(settings: &CompressorSettings, rate: f64, signal: impl Fn(usize) -> [f64; 2], length: usize) -> Vec<[f64; 2]> {
    let mut compressor = Compressor::new(rate);
    let mut out = Vec::with_capacity(length);
    for start in (0..length).step_by(CONTROL_INTERVAL) {
        compressor.control(settings, 1);
        let input: [[f64; 2]; CONTROL_INTERVAL] = std::array::from_fn(|index| signal(start + index));
        let [mut left, mut right] = [0, 1].map(|channel| input.map(|row| ScalarQuad([row[channel], 0.0, 0.0, 0.0])));
        compressor.process::<ScalarQuad>(&mut left, &mut right);
        out.extend(left.iter().zip(right).map(|(left, right)| [left.0[0], right.0[0]]));
    }
    out
}

fn band(threshold_db: f32, ratio: f32) -> CompressorBand {
    CompressorBand { threshold_db, ratio, knee_db: 0.0, range_db: 24.0, ..CompressorBand::default() }
}

fn settings(detector: Detector, band: CompressorBand) -> CompressorSettings {
    CompressorSettings { on: true, detector, bands: [band; MAX_BANDS], ..CompressorSettings::default() }
}

fn sine(hz: f64, level_db: f64) -> impl Fn(usize) -> f64 {
    let gain = 10f64.powf(level_db / 20.0);
    move |index| gain * (TAU * hz * index as f64 / RATE).sin()
}

/// Gain over the last second in dB, from the power of output and input.
fn settled_gain_db(out: &[[f64; 2]], input: impl Fn(usize) -> f64, channel: usize) -> f64 {
    let start = out.len() - RATE as usize;
    let (mut power_out, mut power_in) = (0.0, 0.0);
    for (index, row) in out.iter().enumerate().skip(start) {
        power_out += row[channel] * row[channel];
        power_in += input(index).powi(2);
    }
    10.0 * (power_out / power_in).log10()
}

#[test]
fn steady_sines_settle_on_the_static_curve() {
    for knee_db in [0.0, 12.0] {
        let band = CompressorBand { knee_db, attack_ms: 5.0, release_ms: 100.0, ..band(-24.0, 4.0) };
        for hz in [100.0, 997.0, 6000.0] {
            for level_db in [-40.0, -27.0, -22.0, -12.0, 0.0] {
                // The level of a sine: its peak, or 3.01 dB less as root mean square.
                for (detector, below_peak_db) in [(Detector::Peak, 0.0), (Detector::Rms, 3.0103)] {
                    let tone = sine(hz, level_db);
                    let out = run(&settings(detector, band), RATE, |index| [tone(index); 2], 96000);
                    let expected_db = curve::gain_db(level_db - below_peak_db, &band);
                    let measured_db = settled_gain_db(&out, &tone, 0);
                    assert!(
                        (measured_db - expected_db).abs() < 0.05,
                        "{detector:?}, {hz} Hz at {level_db}: {measured_db} {expected_db}"
                    );
                }
            }
        }
    }
}

/// Seconds after the steps up and down at which 1 - 1/e of the way of the gain, in dB, is covered: a square wave from 12 dB below
/// the threshold to 12 dB above it and back.
fn step_times_s(band: CompressorBand, rate: f64, detector: Detector, high_s: f64) -> [f64; 2] {
    let settings = settings(detector, band);
    let high = 10f64.powf((f64::from(band.threshold_db) + 12.0) / 20.0);
    let low = high * 10f64.powf(-24.0 / 20.0);
    let (start, end) = ((0.1 * rate) as usize, ((0.1 + high_s) * rate) as usize);
    let level = |index: usize| if (start..end).contains(&index) { high } else { low };
    let length = end + (10.0 * f64::from(band.release_ms) * 0.001 * rate) as usize;
    let out = run(&settings, rate, |index| [level(index) * if index % 2 == 0 { 1.0 } else { -1.0 }; 2], length);
    let gain_db = |index: usize| 20.0 * (out[index][0].abs() / level(index)).log10();
    let covered = 1.0 - (-1f64).exp();
    let deepest_db = gain_db(end - 1);
    let up = (start..end).find(|index| gain_db(*index) <= covered * deepest_db).unwrap();
    let down = (end..length).find(|index| gain_db(*index) >= (1.0 - covered) * deepest_db).unwrap();
    [(up - start) as f64 / rate, (down - end) as f64 / rate]
}

/// The same in theory, for the mean square over a window of `window_s`, in which the power goes from one level to the other in a
/// straight line: the reduction's differential equation in steps of a microsecond.
fn step_times_of_mean_square_s(times_ms: [f32; 2], window_s: f64) -> [f64; 2] {
    const STEP_S: f64 = 1e-6;
    let over_db = |power: f64| (10.0 * power.log10()).max(0.0);
    let (low, high) = (10f64.powf(-1.2), 10f64.powf(1.2));
    let covered = 1.0 - (-1f64).exp();
    let time_s = |tau_ms: f32, from: f64, to: f64| {
        let (mut reduction_db, mut time_s) = (over_db(from), 0.0f64);
        let goal_db = reduction_db + covered * (over_db(to) - reduction_db);
        while (reduction_db < goal_db) == (from < to) {
            time_s += STEP_S;
            let power = from + (to - from) * (time_s / window_s).min(1.0);
            reduction_db += (over_db(power) - reduction_db) * STEP_S / (f64::from(tau_ms) * 0.001);
        }
        time_s
    };
    [time_s(times_ms[0], low, high), time_s(times_ms[1], high, low)]
}

#[test]
fn attack_and_release_are_the_times_to_1_minus_1_over_e_at_any_rate() {
    for rate in [8000.0, 44100.0, 48000.0, 96000.0, 384_000.0, 768_000.0] {
        for times_ms in [[0.1, 50.0], [3.0, 300.0], [30.0, 100.0], [100.0, 5.0]] {
            let [attack_ms, release_ms] = times_ms;
            let band = CompressorBand { attack_ms, release_ms, ..band(-30.0, 2.0) };
            let high_s = 0.05 + 0.012 * f64::from(attack_ms);
            let [attack_s, release_s] = step_times_s(band, rate, Detector::Peak, high_s);
            let (expected_s, sample_s) = (f64::from(attack_ms) * 0.001, 1.0 / rate);
            assert!((attack_s - expected_s).abs() <= 1.01 * sample_s, "{rate}, {attack_ms} ms: {attack_s}");
            // The peak detector's window holds the level for 5 ms to 6 ms first.
            let held_s = release_s - f64::from(release_ms) * 0.001;
            assert!((0.0049..0.0061).contains(&held_s), "{rate}, {release_ms} ms: {release_s}");
            // The mean square of 10 ms adds what the differential equation says.
            let [attack_s, release_s] = step_times_s(band, rate, Detector::Rms, high_s);
            let window_s = 0.01 * (rate * 0.001).round() / (rate * 0.001);
            let [expected_attack_s, expected_release_s] = step_times_of_mean_square_s(times_ms, window_s);
            let tolerance_s = 0.0003 + sample_s;
            assert!((attack_s - expected_attack_s).abs() < tolerance_s, "{rate}, {attack_ms} ms RMS: {attack_s}");
            assert!((release_s - expected_release_s).abs() < tolerance_s, "{rate}, {release_ms} ms RMS: {release_s}");
            // In round figures, which the manual tells.
            let added_ms = [1000.0 * attack_s - f64::from(attack_ms), 1000.0 * release_s - f64::from(release_ms)];
            assert!(
                (3.2..4.4).contains(&added_ms[0]) && (6.4..7.5).contains(&added_ms[1]),
                "{times_ms:?}: {added_ms:?}"
            );
        }
    }
}

#[test]
fn auto_release_is_short_after_a_peak_and_long_after_sustained_reduction() {
    let band = CompressorBand { attack_ms: 1.0, release_ms: 100.0, auto_release: true, ..band(-30.0, 4.0) };
    let release_s = |high_s: f64| step_times_s(band, RATE, Detector::Peak, high_s)[1];
    let (short_s, long_s) = (release_s(0.01), release_s(3.0));
    // 10 ms charge the slow envelope by 1 - exp(-15/200), hold of the detector included: the fast release of 50 ms sees nearly all.
    assert!((0.050..0.075).contains(&short_s), "{short_s}");
    // Fully charged, the slow envelope falls with 500 ms and the reduction follows it with 50 ms, that is as
    // (500·exp(-t/500) - 50·exp(-t/50))/450; the detector's window of 5 to 6 ms comes first.
    let expected_s = 0.5 * (1.0 + (500f64 / 450.0).ln());
    assert!((0.0049..0.0061).contains(&(long_s - expected_s)), "{long_s}");
    let lengths = [0.01, 0.03, 0.1, 0.3, 1.0].map(release_s);
    assert!(lengths.is_sorted(), "the longer the reduction, the slower its release: {lengths:?}");
}

#[test]
fn range_is_the_most_reduction() {
    let band = CompressorBand { range_db: 2.5, attack_ms: 1.0, ..band(-40.0, 10.0) };
    let tone = sine(1000.0, -6.0);
    let out = run(&settings(Detector::Rms, band), RATE, |index| [tone(index); 2], 96000);
    assert!((settled_gain_db(&out, &tone, 0) + 2.5).abs() < 1e-3);
}

#[test]
fn stereo_link_draws_each_channel_to_the_louder_level() {
    let band = CompressorBand { attack_ms: 1.0, ..band(-30.0, 3.0) };
    let (loud, quiet) = (sine(1000.0, -10.0), sine(1000.0, -34.0));
    let gains_db = |link: f32| {
        let settings = CompressorSettings { stereo_link_percent: link, ..settings(Detector::Peak, band) };
        let out = run(&settings, RATE, |index| [loud(index), quiet(index)], 96000);
        if link == 100.0 {
            for (index, row) in out.iter().enumerate() {
                assert!((row[0] * quiet(index) - row[1] * loud(index)).abs() < 1e-15, "one gain for both channels");
            }
        }
        [settled_gain_db(&out, &loud, 0), settled_gain_db(&out, &quiet, 1)]
    };
    for (link, quiet_level_db) in [(0.0, -34.0), (50.0, -22.0), (100.0, -10.0)] {
        let [loud_db, quiet_db] = gains_db(link);
        assert!((loud_db - curve::gain_db(-10.0, &band)).abs() < 0.05, "{link} %: {loud_db}");
        assert!((quiet_db - curve::gain_db(quiet_level_db, &band)).abs() < 0.05, "{link} %: {quiet_db}");
    }
}

#[test]
fn mix_adds_dry_and_compressed_and_makeup_lifts_the_compressed_alone() {
    let band = CompressorBand { attack_ms: 1.0, makeup_db: 3.0, ..band(-30.0, 4.0) };
    let tone = sine(1000.0, -10.0);
    let wet = 10f64.powf((curve::gain_db(-10.0, &band) + 3.0) / 20.0);
    for mix_percent in [0.0, 30.0, 100.0] {
        let settings = CompressorSettings { mix_percent, ..settings(Detector::Peak, band) };
        let out = run(&settings, RATE, |index| [tone(index); 2], 96000);
        let mix = f64::from(mix_percent) / 100.0;
        let expected_db = 20.0 * (1.0 - mix + mix * wet).log10();
        assert!((settled_gain_db(&out, &tone, 0) - expected_db).abs() < 0.05, "{mix_percent} %");
    }
}

#[test]
fn linking_anew_brings_both_channels_to_one_gain() {
    let band = CompressorBand { attack_ms: 5.0, release_ms: 30.0, ..band(-40.0, 4.0) };
    let (loud, quiet) = (sine(500.0, -10.0), sine(500.0, -30.0));
    let mut compressor = Compressor::new(RATE);
    let mut gains_db = Vec::new();
    for start in (0..96000).step_by(CONTROL_INTERVAL) {
        let stereo_link_percent = if (24000..48000).contains(&start) { 0.0 } else { 100.0 };
        compressor.control(&CompressorSettings { stereo_link_percent, ..settings(Detector::Peak, band) }, 1);
        let row =
            |tone: &dyn Fn(usize) -> f64| std::array::from_fn(|index| ScalarQuad([tone(start + index), 0.0, 0.0, 0.0]));
        let (mut left, mut right): ([_; CONTROL_INTERVAL], [_; CONTROL_INTERVAL]) = (row(&loud), row(&quiet));
        compressor.process::<ScalarQuad>(&mut left, &mut right);
        let gain = |out: ScalarQuad, input: f64| 20.0 * (out.0[0] / input).abs().log10();
        gains_db.push([gain(left[9], loud(start + 9)), gain(right[9], quiet(start + 9))]);
    }
    let apart_db = |start: usize| (gains_db[start / 32][0] - gains_db[start / 32][1]).abs();
    assert!(apart_db(23000) < 1e-9 && apart_db(47000) > 5.0 && apart_db(95000) < 1e-9);
    // Neither way a jump: the link glides over 20 ms, and 15 dB of that are 0.5 dB in 32 samples.
    let steps_db = gains_db[23000 / 32..].windows(2).flat_map(|two| [two[1][0] - two[0][0], two[1][1] - two[0][1]]);
    assert!(steps_db.fold(0f64, |most, step| most.max(step.abs())) < 1.5);
}

#[test]
fn sidechain_low_cut_weakens_the_detector_by_12_db_an_octave_and_no_sound() {
    let band = CompressorBand { attack_ms: 5.0, ..band(-40.0, 2.0) };
    for (hz, cut_hz) in [(50.0f64, 200.0f64), (100.0, 100.0), (2000.0, 100.0)] {
        let settings = CompressorSettings { sidechain_low_cut_hz: cut_hz as f32, ..settings(Detector::Rms, band) };
        let tone = sine(hz, -6.0);
        let out = run(&settings, RATE, |index| [tone(index); 2], 144_000);
        // Butterworth high-pass of second order.
        let cut_db = -10.0 * (1.0 + (cut_hz / hz).powi(4)).log10();
        let expected_db = curve::gain_db(-6.0 - 3.0103 + cut_db, &band);
        let measured_db = settled_gain_db(&out, &tone, 0);
        assert!((measured_db - expected_db).abs() < 0.1, "{hz} Hz over {cut_hz}: {measured_db} {expected_db}");
    }
}

#[test]
fn bands_work_each_with_its_own_settings() {
    let mut settings = settings(Detector::Peak, CompressorBand { attack_ms: 1.0, ..band(-20.0, 2.0) });
    settings.bands[1].on = false;
    settings.bands[2].threshold_db = -10.0;
    settings.bands[3].ratio = 10.0;
    let mut compressor = Compressor::new(RATE);
    let mut last = [[ScalarQuad::ZERO; CONTROL_INTERVAL]; 2];
    for _ in 0..1000 {
        compressor.control(&settings, 4);
        last = [[ScalarQuad::splat(1.0); CONTROL_INTERVAL]; 2];
        let [left, right] = &mut last;
        compressor.process::<ScalarQuad>(left, right);
    }
    let expected_db = [10.0, 0.0, 5.0, 18.0];
    let reduction_db = compressor.take_reduction_db();
    for band in 0..MAX_BANDS {
        assert!((expected_db[band] - reduction_db[band]).abs() < 0.01, "{reduction_db:?}");
        for channel in last {
            assert!((crate::dsp::gain_to_db(channel[31].0[band]) + reduction_db[band]).abs() < 0.01);
        }
    }
    assert_eq!(last[0][31].0[1], 1.0, "a band that is off passes bit for bit");
    assert_eq!(compressor.take_reduction_db(), [0.0; MAX_BANDS], "the meter starts anew");
}

#[test]
fn what_has_been_released_is_bit_exact_again() {
    let band = CompressorBand { attack_ms: 1.0, release_ms: 20.0, ..band(-30.0, 4.0) };
    let signal = |index: usize| if index < 9600 { 0.5 } else { 0.001 * (index as f64).sin() };
    let out = run(&settings(Detector::Rms, band), RATE, |index| [signal(index); 2], 48000);
    for (index, row) in out.iter().enumerate().skip(40000) {
        assert_eq!(*row, [signal(index); 2]);
    }
}
