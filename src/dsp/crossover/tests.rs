use std::f64::consts::TAU;

use lacquer_fourier::Complex;
use proptest::prelude::*;

use super::*;

/// Spectrum of a sequence whose length is a power of two.
fn spectrum(mut samples: Vec<f64>) -> Vec<Complex<f64>> {
    let forward = lacquer_fourier::forward(samples.len());
    let mut bins = forward.make_output_vec();
    forward.process(&mut samples, &mut bins).unwrap();
    bins
}

/// Bands of the left and right channel for a piece of the signal.
fn split(crossover: &mut Crossover, left: &[f64], right: &[f64]) -> [[Bands; CONTROL_INTERVAL]; 2] {
    let mut bands = [[ScalarQuad::ZERO; CONTROL_INTERVAL]; 2];
    let [left_bands, right_bands] = &mut bands;
    crossover.process::<ScalarQuad>(left, right, [left_bands, right_bands]);
    bands
}

/// Impulse response of each band: the left channel's, then the right channel's.
fn impulse_responses(crossovers_hz: [f32; 3], bands: usize, rate: f64, length: usize) -> Vec<Vec<f64>> {
    let mut crossover = Crossover::new(rate);
    let mut responses = vec![Vec::with_capacity(length); 2 * bands];
    for start in (0..length).step_by(CONTROL_INTERVAL) {
        crossover.control(&crossovers_hz, bands);
        let mut left = [0.0; CONTROL_INTERVAL];
        if start == 0 {
            left[0] = 1.0;
        }
        let right = left.map(|sample| -0.5 * sample);
        for (channel, rows) in split(&mut crossover, &left, &right).iter().enumerate() {
            for row in rows {
                for (response, sample) in responses[channel * bands..][..bands].iter_mut().zip(row.0) {
                    response.push(sample);
                }
                assert!(row.0[bands..].iter().all(|sample| *sample == 0.0), "bands that are not in use are silent");
            }
        }
    }
    responses
}

fn check(bands: usize, crossovers_hz: [f32; 3], rate: f64) {
    let length = 1 << 17;
    let responses = impulse_responses(crossovers_hz, bands, rate, length);
    let sum: Vec<f64> =
        (0..length).map(|index| responses[..bands].iter().map(|response| response[index]).sum()).collect();
    for (bin, value) in spectrum(sum).iter().enumerate() {
        let db = 20.0 * value.norm().log10();
        assert!(db.abs() < 1e-6, "{bands} bands, {crossovers_hz:?} at {rate}: {db} dB in bin {bin}");
    }
    for band in 0..bands {
        for (left, right) in responses[band].iter().zip(&responses[bands + band]) {
            assert!((-0.5 * left - right).abs() < 1e-15);
        }
        for (bin, value) in spectrum(responses[band].clone()).iter().enumerate() {
            let hz = bin as f64 * rate / length as f64;
            let expected = band_magnitude(hz, band, &crossovers_hz, bands, rate);
            assert!((value.norm() - expected).abs() < 1e-7, "band {band} at {hz} Hz: {} {expected}", value.norm());
        }
    }
}

#[test]
fn bands_sum_to_an_all_pass_and_each_has_the_stated_magnitude() {
    for rate in [8000.0, 44100.0, 192_000.0] {
        for crossovers_hz in [[120.0, 1000.0, 5000.0], [300.0, 310.0, 320.0], [16000.0, 16000.0, 16000.0]] {
            check(2, crossovers_hz, rate);
            check(3, crossovers_hz, rate);
            check(4, crossovers_hz, rate);
        }
    }
    check(4, [30.0, 60.0, 16000.0], 48000.0);
}

#[test]
fn slopes_are_24_db_an_octave_and_meet_at_minus_6_db() {
    let crossovers_hz = [200.0, 1000.0, 5000.0];
    let db = |hz: f64, band: usize| 20.0 * band_magnitude(hz, band, &crossovers_hz, 2, 192_000.0).log10();
    assert!((db(200.0, 0) + 6.0206).abs() < 1e-3);
    assert!((db(200.0, 1) + 6.0206).abs() < 1e-3);
    assert!((db(3200.0, 0) - db(1600.0, 0) + 24.08).abs() < 0.05);
    assert!((db(25.0, 1) - db(12.5, 1) - 24.08).abs() < 0.05);
}

#[test]
fn frequencies_work_in_rising_order_apart_and_below_half_the_rate() {
    for (set, rate) in [([5000.0, 100.0, 90.0], 48000.0), ([16000.0; 3], 8000.0), ([f32::NAN, 30.0, 30.0], 8000.0)] {
        let hz = working_frequencies_hz(&set, 4, rate);
        assert!(hz[0] > 0.0 && hz[2] <= 0.49 * rate);
        assert!(hz[1] >= 1.2599 * hz[0] && hz[2] >= 1.2599 * hz[1], "{hz:?}");
    }
    assert_eq!(working_frequencies_hz(&[120.0, 1000.0, 5000.0], 4, 48000.0), [120.0, 1000.0, 5000.0]);
    // Crossovers that no band uses do not push those in use.
    assert_eq!(working_frequencies_hz(&[3000.0, 16000.0, 16000.0], 2, 8000.0)[0], 3000.0);
}

/// Greatest second difference of the sum of a 100 Hz tone's bands while the crossovers jump once, against steady ones: a click
/// is a jump of value or slope, which the second difference shows and the tone itself hardly has.
#[test]
fn a_jump_of_frequency_does_not_click() {
    let rate = 48000.0;
    let roughness = |jump: bool| {
        let mut crossover = Crossover::new(rate);
        let mut sums = Vec::new();
        for start in (0..48000).step_by(CONTROL_INTERVAL) {
            let hz = if jump && start > 24000 { [2000.0, 4000.0, 12000.0] } else { [60.0, 400.0, 3000.0] };
            crossover.control(&hz, 4);
            let x: [f64; CONTROL_INTERVAL] =
                std::array::from_fn(|index| (TAU * 100.0 * (start + index) as f64 / rate).sin());
            let [left, _] = split(&mut crossover, &x, &x);
            sums.extend(left.map(|bands| bands.0.iter().sum::<f64>()));
        }
        let settled = &sums[12000..];
        settled.windows(3).map(|three| (three[0] - 2.0 * three[1] + three[2]).abs()).fold(0.0, f64::max)
    };
    let steady = roughness(false);
    assert!((steady - (TAU * 100.0 / rate).powi(2)).abs() < 0.01 * steady, "{steady}");
    // The phase runs through more than a full circle within 20 ms, so that the tone is for a moment several times as fast.
    assert!(roughness(true) < 20.0 * steady, "{} {steady}", roughness(true));
}

/// How far the sum of bands strays from the level of a tone while the crossovers move, dB. The left channel gets a cosine and the
/// right one a sine, so that both together have the same level at every sample.
fn stray_db(hz: f64, bands: usize, crossovers_hz: impl Fn(f64) -> [f32; 3]) -> f64 {
    let rate = 48000.0;
    let mut crossover = Crossover::new(rate);
    let mut worst_db = 0f64;
    for start in (0..96000).step_by(CONTROL_INTERVAL) {
        crossover.control(&crossovers_hz(start as f64 / rate), bands);
        let tone = |phase: fn(f64) -> f64| -> [f64; CONTROL_INTERVAL] {
            std::array::from_fn(|index| phase(TAU * hz * (start + index) as f64 / rate))
        };
        let [left, right] = split(&mut crossover, &tone(f64::cos), &tone(f64::sin));
        if start >= 24000 {
            for (left, right) in left.iter().zip(right) {
                let level = left.0.iter().sum::<f64>().hypot(right.0.iter().sum());
                worst_db = worst_db.max((20.0 * level.log10()).abs());
            }
        }
    }
    worst_db
}

#[test]
fn the_sum_stays_flat_while_crossovers_move() {
    for bands in 2..=4 {
        for hz in [60.0, 250.0, 1000.0, 4000.0, 12000.0] {
            let still_db = stray_db(hz, bands, |_| [120.0, 1000.0, 5000.0]);
            assert!(still_db < 1e-6, "{hz} Hz: {still_db}");
            // Automated by hand: an octave to and fro in two seconds.
            let slow_db = stray_db(hz, bands, |time| {
                let factor = (0.5 * (TAU * 0.5 * time).sin()).exp2() as f32;
                [120.0 * factor, 1000.0 / factor, 5000.0 * factor]
            });
            assert!(slow_db < 0.05, "{bands} bands, {hz} Hz: {slow_db}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn any_path_of_frequencies_keeps_the_sum_bounded(
        path in prop::collection::vec([10f32..20000.0, 10f32..20000.0, 10f32..20000.0], 1..60),
        seed in 1u32..1000,
    ) {
        let mut crossover = Crossover::new(44100.0);
        let mut noise = seed;
        for hz in path.iter().flat_map(|hz| [hz; 6]) {
            crossover.control(hz, 4);
            let x: [f64; CONTROL_INTERVAL] = std::array::from_fn(|_| {
                noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                f64::from(noise >> 16) / 32768.0 - 1.0
            });
            for bands in split(&mut crossover, &x, &x).as_flattened() {
                prop_assert!(bands.0.iter().all(|sample| sample.abs() < 16.0), "{bands:?}");
            }
        }
    }
}
