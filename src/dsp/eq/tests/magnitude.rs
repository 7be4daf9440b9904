//! Magnitudes against the analogue prototypes, and the filter against its formula.

use std::f64::consts::{FRAC_1_SQRT_2, PI};

use super::*;
use crate::{
    dsp::{
        eq::{
            prototype,
            response::{BandResponse, band_gain_db, settings_gain_db},
        },
        gain_to_db,
    },
    settings::{Choice, Placement, Slope},
};

const FREQUENCIES_HZ: [f32; 11] =
    [30.0, 200.0, 1000.0, 4000.0, 6000.0, 8000.0, 10000.0, 12000.0, 13500.0, 15000.0, 16000.0];

/// The frequencies from 20 Hz to `highest_hz` at which a band is compared, close together about its own.
fn test_frequencies(centre_hz: f64, highest_hz: f64) -> impl Iterator<Item = f64> {
    let wide = (0..150).map(move |step| 20.0 * (highest_hz / 20.0).powf(f64::from(step) / 149.0));
    let near = (-30..=30).map(move |step| centre_hz * 1.012f64.powi(step));
    wide.chain(near).filter(move |frequency| *frequency <= highest_hz)
}

/// Greatest distance from the prototype up to `highest_hz`, dB, where the prototype passes more than `floor_db`.
fn deviation_db(band: &EqBand, sample_rate: f64, highest_hz: f64, floor_db: f64) -> f64 {
    let response = BandResponse::new(band, sample_rate);
    test_frequencies(f64::from(band.frequency_hz), highest_hz)
        .map(|frequency_hz| (prototype::band_gain_db(band, frequency_hz), response.gain_db(frequency_hz)))
        .filter(|(wanted, _)| *wanted > floor_db)
        .map(|(wanted, got)| (wanted - got).abs())
        .fold(0.0, f64::max)
}

/// The greatest deviation over all frequencies and these Qs and sizes of gain, up to `highest_hz`.
fn greatest_deviation_db(
    filter: FilterType,
    qs: &[f32],
    sizes_db: &[f32],
    sample_rate: f64,
    highest_hz: f64,
    floor_db: f64,
) -> f64 {
    let mut greatest = (0.0, band(filter, 0.0, 0.0, 0.0));
    for frequency_hz in FREQUENCIES_HZ {
        for q in qs {
            for gain_db in sizes_db.iter().flat_map(|size| [*size, -size]) {
                for slope in Slope::ALL {
                    let band = EqBand { slope: *slope, ..band(filter, frequency_hz, gain_db, *q) };
                    let deviation = deviation_db(&band, sample_rate, highest_hz, floor_db);
                    if deviation > greatest.0 {
                        greatest = (deviation, band);
                    }
                    if !matches!(filter, FilterType::LowCut | FilterType::HighCut) {
                        break;
                    }
                }
            }
        }
    }
    let (deviation, band) = greatest;
    println!(
        "{filter:?} at {sample_rate}, {sizes_db:?} dB to {highest_hz} Hz: {deviation:.3} dB ({} Hz, {} dB, Q {}, {:?})",
        band.frequency_hz, band.gain_db, band.q, band.slope
    );
    deviation
}

const ALL_QS: [f32; 12] = [0.1, 0.2, 0.3, 0.4, 0.5, 0.707, 1.0, 1.4, 2.0, 4.0, 8.0, 18.0];
const SHELF_QS: [f32; 9] = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.707, 1.0, 2.0];

#[test]
fn bells_follow_the_prototype() {
    let deviation = |sizes: &[f32], rate, to| greatest_deviation_db(FilterType::Bell, &ALL_QS, sizes, rate, to, -99.0);
    assert!(deviation(&[1.0, 3.0, 6.0], 44100.0, 18000.0) < 0.35);
    assert!(deviation(&[1.0, 3.0, 6.0], 44100.0, 20000.0) < 0.6);
    assert!(deviation(&[9.0, 12.0], 44100.0, 20000.0) < 1.0);
    assert!(deviation(&[18.0], 44100.0, 20000.0) < 1.0);
    assert!(deviation(&[6.0, 12.0], 48000.0, 20000.0) < 0.6);
    assert!(deviation(&[6.0, 12.0, 18.0], 96000.0, 20000.0) < 0.3);
}

#[test]
fn shelves_follow_the_prototype() {
    for filter in [FilterType::LowShelf, FilterType::HighShelf] {
        let deviation = |sizes: &[f32], rate| greatest_deviation_db(filter, &SHELF_QS, sizes, rate, 20000.0, -99.0);
        assert!(deviation(&[1.0, 3.0, 6.0], 44100.0) < 0.25);
        assert!(deviation(&[9.0, 12.0], 44100.0) < 0.4);
        assert!(deviation(&[18.0], 44100.0) < 0.5);
        assert!(deviation(&[6.0, 12.0], 48000.0) < 0.3);
        assert!(deviation(&[6.0, 12.0, 18.0], 96000.0) < 0.2);
        let resonant = |size| greatest_deviation_db(filter, &[2.5, 4.0, 8.0, 18.0], &[size], 44100.0, 20000.0, -99.0);
        assert!(resonant(6.0) < 0.25 && resonant(12.0) < 0.4 && resonant(15.0) < 0.4 && resonant(18.0) < 0.5);
    }
}

#[test]
fn tilts_and_notches_follow_the_prototype() {
    let tilt = |size| greatest_deviation_db(FilterType::Tilt, &[1.0], &[size], 44100.0, 20000.0, -99.0);
    assert!(tilt(6.0) < 0.2 && tilt(12.0) < 0.35 && tilt(18.0) < 0.5);
    let notch = |qs| greatest_deviation_db(FilterType::Notch, qs, &[0.0], 44100.0, 20000.0, -30.0);
    assert!(notch(&[4.0, 8.0, 18.0]) < 0.3);
    assert!(notch(&ALL_QS) < 0.7);
}

#[test]
fn cuts_of_any_slope_follow_the_prototype_down_to_minus_60_db() {
    for filter in [FilterType::LowCut, FilterType::HighCut] {
        let deviation = |rate| greatest_deviation_db(filter, &ALL_QS, &[0.0], rate, 20000.0, -60.0);
        assert!(deviation(44100.0) < 0.2);
        assert!(deviation(48000.0) < 0.2);
        assert!(deviation(96000.0) < 0.1);
    }
}

#[test]
fn cuts_fall_by_their_slope_and_reach_minus_3_db_at_the_corner() {
    for sample_rate in [44100.0, 96000.0] {
        for slope in Slope::ALL {
            let per_octave = 6.0206 * slope.order() as f64;
            for (filter, corner_hz, far_hz) in
                [(FilterType::LowCut, 400.0f32, 25.0), (FilterType::HighCut, 200.0, 3200.0)]
            {
                let q = FRAC_1_SQRT_2 as f32;
                let response =
                    BandResponse::new(&EqBand { slope: *slope, ..band(filter, corner_hz, 0.0, q) }, sample_rate);
                assert!((response.gain_db(f64::from(corner_hz)) + 3.0103).abs() < 1e-4);
                let farther_hz = if filter == FilterType::LowCut { far_hz / 2.0 } else { far_hz * 2.0 };
                let fall = response.power(far_hz).log10() * 10.0 - response.power(farther_hz).log10() * 10.0;
                assert!((fall / per_octave - 1.0).abs() < 0.02, "{filter:?} {slope:?}: {fall} dB/oct");
            }
            // High corners keep their -3 dB within what the whole curve keeps.
            for filter in [FilterType::LowCut, FilterType::HighCut] {
                let band = EqBand { slope: *slope, ..band(filter, 15000.0, 0.0, FRAC_1_SQRT_2 as f32) };
                assert!((band_gain_db(&band, 15000.0, sample_rate) + 3.0103).abs() < 0.1);
            }
        }
    }
}

#[test]
fn a_notch_removes_its_frequency_at_any_rate() {
    for sample_rate in [8000.0, 44100.0, 384_000.0, 768_000.0] {
        for frequency_hz in [30.0, 1000.0, 3500.0] {
            for q in [0.1, 1.0, 18.0] {
                let gain_db =
                    band_gain_db(&band(FilterType::Notch, frequency_hz, 0.0, q), f64::from(frequency_hz), sample_rate);
                assert!(gain_db < -150.0, "{frequency_hz} Hz, Q {q} at {sample_rate}: {gain_db}");
            }
        }
    }
}

#[test]
fn a_frequency_beyond_the_rate_is_held_below_it() {
    let held = BandResponse::new(&band(FilterType::Bell, 0.49 * 8000.0, 6.0, 1.0), 8000.0);
    let asked = BandResponse::new(&band(FilterType::Bell, 30000.0, 6.0, 1.0), 8000.0);
    for frequency_hz in [100.0, 2000.0, 3900.0] {
        assert!((held.gain_db(frequency_hz) - asked.gain_db(frequency_hz)).abs() < 1e-4);
    }
}

#[test]
fn every_design_is_finite_and_bounded_up_to_the_highest_frequency() {
    for sample_rate in [8000.0, 44100.0, 384_000.0, 768_000.0] {
        for filter in FilterType::ALL {
            for share in [0.0001f32, 0.2, 0.34, 0.35, 0.4, 0.42499, 0.425, 0.43, 0.45, 0.47, 0.49] {
                for q in [0.1, 0.5, 0.707, 2.0, 18.0] {
                    for gain_db in [-18.0, -6.0, -0.01, 0.01, 6.0, 18.0] {
                        for slope in [Slope::Db6, Slope::Db30, Slope::Db48] {
                            let frequency_hz = share * sample_rate as f32;
                            let band = EqBand { slope, ..band(*filter, frequency_hz, gain_db, q) };
                            let response = BandResponse::new(&band, sample_rate);
                            // No prototype rises over its gain or resonance by more; a resonant shelf does both.
                            let highest_db = f64::from(gain_db.abs()) + gain_to_db(f64::from(q.max(1.0))) + 6.0;
                            for step in 0..200 {
                                let gain_db = response.gain_db(f64::from(step) / 400.0 * sample_rate);
                                assert!(gain_db < highest_db, "{band:?} at {sample_rate}, step {step}: {gain_db} dB");
                            }
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn no_shelf_rings_louder_than_its_prototype_by_much() {
    // A peak may be narrower than any grid: each section is asked where it resonates.
    for sample_rate in [8000.0, 44100.0, 48000.0, 96000.0] {
        let designer = design::Designer::new(sample_rate);
        for (filter, step) in [FilterType::LowShelf, FilterType::HighShelf]
            .into_iter()
            .flat_map(|filter| (0..80).map(move |step| (filter, step)))
        {
            let frequency_hz = ((0.2 + 0.007 * step as f32) * sample_rate as f32).min(30000.0);
            for (q, gain) in
                [0.1, 0.707, 1.9, 2.0, 4.0, 9.0, 18.0].into_iter().flat_map(|q| (-60..=60).map(move |gain| (q, gain)))
            {
                let band = band(filter, frequency_hz, 0.3 * gain as f32 + 0.013, q);
                let peak_db = (-60..=60)
                    .map(|step| prototype::band_gain_db(&band, f64::from(frequency_hz) * 1.01f64.powi(step)))
                    .fold(0.0, f64::max);
                let response = BandResponse::new(&band, sample_rate);
                let shape = design::Shape::of(&band);
                for section in &designer.design(shape, design::Values::of(&band))[..shape.sections()] {
                    let own_hz = section.frequency.atan() / PI * sample_rate;
                    for heard_hz in [0.98 * own_hz, own_hz, (1.02 * own_hz).min(0.5 * sample_rate)] {
                        let over_db = response.gain_db(heard_hz) - peak_db;
                        assert!(over_db < 15.0, "{band:?} at {sample_rate}: {over_db:.1} dB over at {heard_hz:.0} Hz");
                    }
                }
            }
        }
    }
}

/// Gain in dB of the impulse response of one channel in each bin of a transform of `length`.
fn measured_db(settings: &EqSettings, sample_rate: f64, length: usize, inputs: [f64; 2], output: usize) -> Vec<f64> {
    let mut equaliser = Equaliser::new(sample_rate);
    let mut channels = inputs.map(|input| {
        let mut samples = vec![0.0; length];
        samples[0] = input;
        samples
    });
    let [left, right] = &mut channels;
    run(&mut equaliser, settings, left, right);
    let transform = lacquer_fourier::forward::<f64>(length);
    let mut spectrum = transform.make_output_vec();
    transform.process(&mut channels[output], &mut spectrum).unwrap();
    spectrum.iter().map(|bin| gain_to_db(bin.norm())).collect()
}

#[test]
fn the_filter_does_what_its_formula_says() {
    let length = 1 << 15;
    for sample_rate in [44100.0, 96000.0] {
        for filter in FilterType::ALL {
            for frequency_hz in [500.0, 12000.0] {
                for slope in [Slope::Db6, Slope::Db18, Slope::Db48] {
                    let band = EqBand { slope, ..band(*filter, frequency_hz, -5.0, 1.2) };
                    let measured = measured_db(&settings_of(&[band]), sample_rate, length, [1.0, 0.0], 0);
                    let response = BandResponse::new(&band, sample_rate);
                    for (bin, gain_db) in measured.iter().enumerate().step_by(61) {
                        let wanted_db = response.gain_db(bin as f64 * sample_rate / length as f64);
                        let close = (wanted_db - gain_db).abs() < 1e-6 || (wanted_db < -150.0 && *gain_db < -150.0);
                        assert!(close, "{band:?}, bin {bin}: {gain_db} for {wanted_db}");
                    }
                }
            }
        }
    }
}

#[test]
fn eight_bands_and_placements_multiply_as_their_sum_says() {
    let mut bands = Vec::new();
    for (index, filter) in FilterType::ALL.iter().enumerate() {
        let placement = [Placement::Stereo, Placement::Mid, Placement::Side][index % 3];
        bands.push(EqBand { placement, ..band(*filter, 150.0 * 2f32.powi(index as i32), 4.0, 1.0) });
    }
    let settings = settings_of(&bands);
    let length = 1 << 15;
    for (channel, inputs) in [(Placement::Mid, [1.0, 1.0]), (Placement::Side, [1.0, -1.0])] {
        let measured = measured_db(&settings, 48000.0, length, inputs, 0);
        for bin in (20..length / 2).step_by(997) {
            let wanted_db = settings_gain_db(&settings, channel, bin as f64 * 48000.0 / length as f64, 48000.0);
            assert!((wanted_db - measured[bin]).abs() < 1e-6);
        }
    }
}
