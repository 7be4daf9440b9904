//! What automation may do to the sound: no click, no zipper, no overshoot, never unstable.

use std::f64::consts::TAU;

use proptest::prelude::*;

use super::*;
use crate::{
    dsp::gain_to_db,
    settings::{BandDynamics, Choice, Placement, Slope},
};

const SAMPLE_RATE: f64 = 48000.0;

fn sine(length: usize, frequency_hz: f64) -> Vec<f64> {
    (0..length).map(|n| (TAU * frequency_hz * n as f64 / SAMPLE_RATE).sin()).collect()
}

fn any_band(greatest_q: f32) -> impl Strategy<Value = EqBand> {
    let figures = (0f32..1.0, -18f32..18.0, 0f32..1.0);
    (0usize..7, figures, 0usize..8, 0usize..3, prop::bool::weighted(0.8), any_dynamics()).prop_map(
        move |(filter, (pitch, gain_db, width), slope, placement, on, dynamics)| EqBand {
            on,
            filter: FilterType::ALL[filter],
            frequency_hz: 10.0 * 3000f32.powf(pitch),
            gain_db,
            q: 0.1 * (greatest_q / 0.1).powf(width),
            slope: Slope::ALL[slope],
            placement: Placement::ALL[placement],
            dynamics,
        },
    )
}

fn any_dynamics() -> impl Strategy<Value = BandDynamics> {
    (prop::bool::weighted(0.3), -60f32..0.0, -18f32..18.0, 0.1f32..50.0, 5f32..200.0).prop_map(
        |(on, threshold_db, range_db, attack_ms, release_ms)| BandDynamics {
            on,
            threshold_db,
            range_db,
            attack_ms,
            release_ms,
        },
    )
}

fn settings_of_one(band: EqBand) -> EqSettings {
    let mut settings = EqSettings { on: true, ..EqSettings::default() };
    settings.bands[0] = band;
    settings
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever jumps, at whatever pace: nothing but numbers comes out, and no more than all resonances stacked could give.
    #[test]
    fn no_automation_is_unstable(
        path in prop::collection::vec(any_band(18.0), 2..40),
        period in 1usize..700,
        seed in 0u64..1000,
        rate in 0usize..3,
    ) {
        let mut equaliser = Equaliser::new([8000.0, SAMPLE_RATE, 384_000.0][rate]);
        let length = path.len() * period;
        let (mut left, mut right) = (noise(length, seed), noise(length, seed + 1));
        run_with(&mut equaliser, &mut left, &mut right, 256, |at| settings_of_one(path[at / period]));
        // +18 dB of gain and a resonance of 18 (+25 dB), each met by noise of full scale, and 1 dB of a swell on the way.
        let limit = 10f64.powf((18.0 + 25.0 + 1.0) / 20.0);
        for sample in left.iter().chain(&right) {
            prop_assert!(sample.abs() < limit, "{sample}");
        }
    }
}

/// Highest level in dBFS above 6 kHz of what a tone of 100 Hz at full scale becomes.
fn hiss_db(settings: impl Fn(usize) -> EqSettings) -> f64 {
    hiss_of_db(sine(1 << 14, 100.0), settings)
}

/// Highest level in dBFS above 6 kHz of what a sound that has nothing there becomes.
fn hiss_of_db(mut left: Vec<f64>, settings: impl Fn(usize) -> EqSettings) -> f64 {
    let length = left.len();
    let mut equaliser = Equaliser::new(SAMPLE_RATE);
    let mut right: Vec<f64> = left.iter().map(|sample| 0.3 * sample).collect();
    run_with(&mut equaliser, &mut left, &mut right, 512, settings);
    for (n, sample) in left.iter_mut().enumerate() {
        // The fourth power of a sine as a window: what lies far from the tone is then of the change's own making.
        *sample *= (TAU * n as f64 / (2 * length) as f64).sin().powi(4);
    }
    let transform = lacquer_fourier::forward::<f64>(length);
    let mut spectrum = transform.make_output_vec();
    transform.process(&mut left, &mut spectrum).unwrap();
    let from = (6000.0 / SAMPLE_RATE * length as f64) as usize;
    let greatest = spectrum[from..].iter().map(|bin| bin.norm()).fold(0.0, f64::max);
    // A tone of full scale would give the window's sum, 3/8 of the length, over 2.
    gain_to_db(greatest / (0.1875 * length as f64))
}

/// A band that is one thing and from sample 8000 on another.
fn change(from: EqBand, to: EqBand) -> impl Fn(usize) -> EqSettings {
    move |at| settings_of_one(if at < 8000 { from } else { to })
}

#[test]
fn nothing_clicks() {
    for filter in FilterType::ALL {
        let sounding = EqBand { slope: Slope::Db24, ..band(*filter, 150.0, 12.0, 2.0) };
        for (what, other) in [
            ("off", EqBand { on: false, ..sounding }),
            ("frequency", EqBand { frequency_hz: 3000.0, ..sounding }),
            ("gain", EqBand { gain_db: -12.0, ..sounding }),
            ("q", EqBand { q: 0.3, ..sounding }),
            ("slope", EqBand { slope: Slope::Db48, ..sounding }),
            ("placement", EqBand { placement: Placement::Side, ..sounding }),
            ("bell", EqBand { filter: FilterType::Bell, frequency_hz: 90.0, ..sounding }),
            ("low cut", EqBand { filter: FilterType::LowCut, ..sounding }),
        ] {
            for (from, to) in [(sounding, other), (other, sounding)] {
                let hiss = hiss_db(change(from, to));
                assert!(hiss < -100.0, "{filter:?}, {what}: {hiss:.1} dBFS");
            }
        }
        let switched = |at: usize| EqSettings { on: !(5000..9000).contains(&at), ..settings_of_one(sounding) };
        assert!(hiss_db(switched) < -100.0, "{filter:?}: {:.1} dBFS", hiss_db(switched));
    }
}

#[test]
fn sweeps_have_no_zipper_noise() {
    for filter in FilterType::ALL {
        for interval in [1usize, 32, 480] {
            let swept = |at: usize| {
                let at = at / interval * interval;
                let phase = (at as f32 / 16384.0 * std::f32::consts::TAU * 3.0).sin();
                let frequency_hz = 300.0 * (1.5 * phase).exp2();
                settings_of_one(EqBand { slope: Slope::Db24, ..band(*filter, frequency_hz, 12.0 * phase, 2.0) })
            };
            assert!(hiss_db(swept) < -110.0, "{filter:?}, each {interval}: {:.1} dBFS", hiss_db(swept));
        }
    }
}

#[test]
fn dynamics_that_pump_have_no_zipper_noise() {
    // Swells eight times a second between -50 and 0 dBFS, through the whole range of the band's gain.
    let swelling: Vec<f64> = sine(1 << 14, 100.0)
        .iter()
        .enumerate()
        .map(|(n, sample)| sample * (0.5 - 0.497 * (TAU * 8.0 * n as f64 / SAMPLE_RATE).cos()))
        .collect();
    for filter in [FilterType::Bell, FilterType::LowShelf, FilterType::HighShelf, FilterType::Tilt] {
        for (gain_db, range_db) in [(0.0, -18.0), (0.0, 18.0), (9.0, -18.0)] {
            for attack_ms in [0.1, 20.0] {
                let dynamics = BandDynamics { on: true, threshold_db: -40.0, range_db, attack_ms, release_ms: 5.0 };
                let band = EqBand { dynamics, ..band(filter, 100.0, gain_db, 1.0) };
                let hiss = hiss_of_db(swelling.clone(), |_| settings_of_one(band));
                // Under what the loudest tone has become.
                let loudest_db = f64::from((gain_db + range_db).max(gain_db));
                assert!(hiss < loudest_db - 110.0, "{filter:?} {gain_db} {range_db} {attack_ms}: {hiss:.1} dBFS");
            }
        }
    }
}
