//! Dynamic gain: the curve, the level it goes by, its times, and what it must leave alone.

use std::f64::consts::TAU;

use super::*;
use crate::{
    dsp::{
        eq::{
            dynamics::{gain_at_range_db, movement_db},
            response::BandResponse,
        },
        gain_to_db,
    },
    settings::{BandDynamics, Placement, Slope},
};

const SAMPLE_RATE: f64 = 48000.0;
/// 20·log10(√2): how far the RMS of a sine lies under its peak.
const SINE_CREST_DB: f64 = 3.010_299_956_639_812;

/// Dynamics that are quick, for steady sounds.
fn quick(threshold_db: f32, range_db: f32) -> BandDynamics {
    BandDynamics { on: true, threshold_db, range_db, attack_ms: 1.0, release_ms: 5.0 }
}

/// A sine whose RMS level is `level_db`.
fn tone(length: usize, frequency_hz: f64, level_db: f64, sample_rate: f64) -> Vec<f64> {
    let peak = 10f64.powf((level_db + SINE_CREST_DB) / 20.0);
    (0..length).map(|n| peak * (TAU * frequency_hz * n as f64 / sample_rate).sin()).collect()
}

fn rms_db(samples: &[f64]) -> f64 {
    gain_to_db((samples.iter().map(|sample| sample * sample).sum::<f64>() / samples.len() as f64).sqrt())
}

/// The movement of the first band after these channels, dB.
fn settled_movement_db(band: EqBand, mut left: Vec<f64>, mut right: Vec<f64>) -> f64 {
    let mut equaliser = Equaliser::new(SAMPLE_RATE);
    run(&mut equaliser, &settings_of(&[band]), &mut left, &mut right);
    equaliser.take_movement_db();
    f64::from(equaliser.take_movement_db()[0])
}

/// Formula (4) of Giannoulis et al. as it is printed, output less input, of ratio 2 and knee 6 dB.
fn published_reduction_db(x: f64, t: f64) -> f64 {
    let (r, w) = (2.0, 6.0);
    if 2.0 * (x - t) < -w {
        0.0
    } else if 2.0 * (x - t).abs() <= w {
        -(1.0 / r - 1.0) * (x - t + w / 2.0) * (x - t + w / 2.0) / (2.0 * w)
    } else {
        -(t + (x - t) / r - x)
    }
}

#[test]
fn a_steady_sine_gets_the_gain_of_the_published_curve() {
    // A tone where each type has its whole gain.
    let types = [
        (FilterType::Bell, 1000.0, 1000.0),
        (FilterType::LowShelf, 4000.0, 100.0),
        (FilterType::HighShelf, 200.0, 10000.0),
    ];
    for (filter, frequency_hz, tone_hz) in types {
        for (gain_db, range_db) in [(0.0f32, -6.0f32), (0.0, 6.0), (-4.0, 9.0), (5.0, -15.0)] {
            for level_db in [-60.0, -43.5, -42.0, -40.0, -38.0, -37.0, -34.0, -28.5, -20.0, -10.0] {
                let dynamics = quick(-40.0, range_db);
                let band = EqBand { dynamics, ..band(filter, frequency_hz, gain_db, 0.7) };
                let input = tone(24000, tone_hz, level_db, SAMPLE_RATE);
                let (mut left, mut right) = (input.clone(), input.clone());
                run(&mut Equaliser::new(SAMPLE_RATE), &settings_of(&[band]), &mut left, &mut right);
                let movement = published_reduction_db(level_db, -40.0).min(f64::from(range_db.abs()));
                let wanted = f64::from(gain_db) + f64::from(range_db.signum()) * movement;
                let got = rms_db(&left[19200..]) - rms_db(&input[19200..]);
                assert!(
                    (got - wanted).abs() < 0.01,
                    "{filter:?} {gain_db} {range_db} at {level_db}: {got} for {wanted}"
                );
                assert!((movement_db(level_db, &dynamics) - f64::from(range_db.signum()) * movement).abs() < 1e-9);
            }
        }
    }
}

#[test]
fn the_sum_stays_within_18_db_and_the_response_shows_where_the_range_ends() {
    for (gain_db, range_db, end_db) in [(12.0, 18.0, 18.0), (-12.0, -18.0, -18.0), (3.0, -5.0, -2.0)] {
        let band = EqBand { dynamics: quick(-80.0, range_db), ..band(FilterType::Bell, 1000.0, gain_db, 1.0) };
        let input = tone(24000, 1000.0, -10.0, SAMPLE_RATE);
        let moved = settled_movement_db(band, input.clone(), input);
        assert!((f64::from(gain_db) + moved - end_db).abs() < 0.01, "{gain_db} {range_db}: {moved}");
        assert_eq!(gain_at_range_db(&band), end_db);
        assert!((BandResponse::at_range(&band, SAMPLE_RATE).gain_db(1000.0) - end_db).abs() < 1e-6);
        let fixed = EqBand { dynamics: BandDynamics { on: false, ..band.dynamics }, ..band };
        assert!((BandResponse::at_range(&fixed, SAMPLE_RATE).gain_db(1000.0) - f64::from(gain_db)).abs() < 1e-6);
    }
}

/// The level that a band reads, from how far its gain moves: within the range and above the knee half of what is over -60.
fn level_read_db(filter: FilterType, frequency_hz: f32, q: f32, placement: Placement, channels: [Vec<f64>; 2]) -> f64 {
    let dynamics = BandDynamics { attack_ms: 20.0, release_ms: 20.0, ..quick(-40.0, -18.0) };
    let band = EqBand { placement, dynamics, ..band(filter, frequency_hz, 0.0, q) };
    let [left, right] = channels;
    -40.0 - 2.0 * settled_movement_db(band, left, right)
}

#[test]
fn a_sine_reads_its_rms_level_at_any_frequency_and_q() {
    for frequency_hz in [50.0f32, 120.0, 1000.0, 9000.0, 16000.0] {
        for q in [0.1, 0.7, 4.0, 18.0] {
            let input = tone(96000, f64::from(frequency_hz), -20.0, SAMPLE_RATE);
            let read = level_read_db(FilterType::Bell, frequency_hz, q, Placement::Stereo, [input.clone(), input]);
            assert!((read + 20.0).abs() < 0.02, "{frequency_hz} Hz, Q {q}: {read}");
        }
    }
    for (filter, in_plateau_hz) in
        [(FilterType::LowShelf, 100.0), (FilterType::HighShelf, 10000.0), (FilterType::Tilt, 10000.0)]
    {
        for (tone_hz, wanted) in [(in_plateau_hz, -20.0), (1000.0, -20.0 - SINE_CREST_DB)] {
            let input = tone(48000, tone_hz, -20.0, SAMPLE_RATE);
            let read = level_read_db(filter, 1000.0, 2.0, Placement::Stereo, [input.clone(), input]);
            assert!((read - wanted).abs() < 0.02, "{filter:?}, {tone_hz} Hz: {read}");
        }
    }
}

#[test]
fn each_placement_reads_its_own_signal() {
    let loud = tone(48000, 1000.0, -20.0, SAMPLE_RATE);
    let silent = vec![0.0; loud.len()];
    let turned: Vec<f64> = loud.iter().map(|sample| -sample).collect();
    // Mid and side are half the sum and half the difference of the channels.
    let half_db = -20.0 + gain_to_db(0.5);
    for (placement, channels, wanted) in [
        (Placement::Stereo, [&loud, &loud], Some(-20.0)),
        (Placement::Stereo, [&silent, &loud], Some(-20.0)),
        (Placement::Stereo, [&loud, &turned], Some(-20.0)),
        (Placement::Mid, [&loud, &loud], Some(-20.0)),
        (Placement::Mid, [&loud, &silent], Some(half_db)),
        (Placement::Mid, [&loud, &turned], None),
        (Placement::Side, [&loud, &turned], Some(-20.0)),
        (Placement::Side, [&silent, &loud], Some(half_db)),
        (Placement::Side, [&loud, &loud], None),
    ] {
        let read = level_read_db(FilterType::Bell, 1000.0, 1.0, placement, channels.map(Clone::clone));
        // Where nothing is heard nothing moves, which reads as the threshold.
        assert!((read - wanted.unwrap_or(-40.0)).abs() < 0.02, "{placement:?}: {read} for {wanted:?}");
    }
}

#[test]
fn a_loud_side_does_not_move_a_mid_band_nor_the_other_way_round() {
    let (quiet, loud) = (tone(24000, 1000.0, -70.0, SAMPLE_RATE), tone(24000, 1000.0, -10.0, SAMPLE_RATE));
    let add = |sign: f64| quiet.iter().zip(&loud).map(move |(quiet, loud)| quiet + sign * loud).collect();
    let (with, without): (Vec<f64>, Vec<f64>) = (add(1.0), add(-1.0));
    let band = EqBand { dynamics: quick(-40.0, -12.0), ..band(FilterType::Bell, 1000.0, 0.0, 1.0) };
    let mid = EqBand { placement: Placement::Mid, ..band };
    let side = EqBand { placement: Placement::Side, ..band };
    // Mid quiet, side loud, and then exchanged.
    assert_eq!(settled_movement_db(mid, with.clone(), without.clone()), 0.0);
    assert!((settled_movement_db(side, with.clone(), without.clone()) + 12.0).abs() < 0.01);
    let turned: Vec<f64> = without.iter().map(|sample| -sample).collect();
    assert_eq!(settled_movement_db(side, with.clone(), turned.clone()), 0.0);
    assert!((settled_movement_db(mid, with, turned) + 12.0).abs() < 0.01);
}

#[test]
fn attack_and_release_cover_1_less_1_over_e_of_a_step_at_any_rate() {
    for sample_rate in [44100.0, 96000.0, 192_000.0] {
        for (attack_ms, release_ms) in [(20.0f32, 60.0f32), (100.0, 250.0)] {
            let dynamics = BandDynamics { attack_ms, release_ms, ..quick(-50.0, -4.0) };
            let settings = settings_of(&[EqBand { dynamics, ..band(FilterType::Bell, 2000.0, 0.0, 0.7) }]);
            let seconds = |ms: f32| f64::from(ms) * 1e-3;
            let loud = (8.0 * seconds(attack_ms) * sample_rate) as usize;
            let total = loud + (8.0 * seconds(release_ms) * sample_rate) as usize;
            let mut left = tone(total, 2000.0, -10.0, sample_rate);
            left[loud..].fill(0.0);
            let mut right = left.clone();
            let mut equaliser = Equaliser::new(sample_rate);
            let mut movements = Vec::new();
            for (left, right) in left.chunks_mut(CONTROL_INTERVAL).zip(right.chunks_mut(CONTROL_INTERVAL)) {
                equaliser.control(&settings);
                equaliser.process(left, right);
                movements.push(f64::from(equaliser.take_movement_db()[0]));
            }
            let step_s = CONTROL_INTERVAL as f64 / sample_rate;
            let covered = 4.0 * (1.0 - (-1f64).exp());
            let attacked = movements.iter().position(|db| *db < -covered).unwrap() as f64 * step_s;
            let released = movements.iter().rposition(|db| *db < covered - 4.0).unwrap() as f64 * step_s;
            let released = released - loud as f64 / sample_rate;
            // The window of 10 ms reaches the level after a bit of it upwards and forgets it after all of it downwards.
            assert!(
                (-0.001..0.002).contains(&(attacked - seconds(attack_ms))),
                "{sample_rate} {attack_ms}: {attacked}"
            );
            assert!(
                (0.008..0.012).contains(&(released - seconds(release_ms))),
                "{sample_rate} {release_ms}: {released}"
            );
        }
    }
}

#[test]
fn below_the_knee_every_bit_is_that_of_the_static_band() {
    for placement in [Placement::Stereo, Placement::Mid, Placement::Side] {
        for filter in [FilterType::Bell, FilterType::LowShelf, FilterType::HighShelf, FilterType::Tilt] {
            for gain_db in [0.0, 4.0] {
                let still = EqBand { placement, ..band(filter, 900.0, gain_db, 1.0) };
                // The noise's peaks are 20 dB under the knee's start.
                let outputs = [EqBand { dynamics: quick(-20.0, -9.0), ..still }, still].map(|band| {
                    let quiet = |seed| noise(9000, seed).iter().map(|sample| 0.007 * sample).collect::<Vec<_>>();
                    let (mut left, mut right) = (quiet(1), quiet(2));
                    run(&mut Equaliser::new(SAMPLE_RATE), &settings_of(&[band]), &mut left, &mut right);
                    (left, right)
                });
                assert_eq!(outputs[0], outputs[1]);
            }
        }
    }
}

#[test]
fn cuts_and_notches_have_no_dynamics() {
    for filter in [FilterType::LowCut, FilterType::HighCut, FilterType::Notch] {
        let still = EqBand { slope: Slope::Db24, ..band(filter, 900.0, 3.0, 1.0) };
        let outputs = [EqBand { dynamics: quick(-60.0, -9.0), ..still }, still].map(|band| {
            let (mut left, mut right) = (noise(5000, 3), noise(5000, 4));
            let mut equaliser = Equaliser::new(SAMPLE_RATE);
            run(&mut equaliser, &settings_of(&[band]), &mut left, &mut right);
            assert_eq!(equaliser.take_movement_db(), [0.0; EQ_BANDS]);
            left
        });
        assert_eq!(outputs[0], outputs[1]);
    }
}

#[test]
fn a_band_comes_to_rest_when_it_falls_silent_and_when_its_dynamics_go_off() {
    let moving = settings_of(&[EqBand { dynamics: quick(-40.0, -12.0), ..band(FilterType::Bell, 500.0, 0.0, 1.0) }]);
    let mut off = moving;
    off.bands[0].dynamics.on = false;
    for (later, loud_until) in [(moving, 10000), (off, 20000)] {
        let mut equaliser = Equaliser::new(SAMPLE_RATE);
        let mut left = tone(20000, 500.0, -20.0, SAMPLE_RATE);
        left[loud_until..].fill(0.0);
        let input = left.clone();
        let mut right = left.clone();
        run_with(&mut equaliser, &mut left, &mut right, 512, |at| if at < 10000 { moving } else { later });
        assert_ne!(left[..10000], input[..10000]);
        assert_eq!(left[15000..], input[15000..]);
        assert!(equaliser.take_movement_db()[0] < -9.0);
        assert_eq!(equaliser.take_movement_db()[0], 0.0);
    }
}
