//! Tests of the linear-phase stage, by subject; what they share is here.

mod convolution;
mod magnitude;
mod motion;

use super::{spectra::Kernel, *};
use crate::{
    dsp::CONTROL_INTERVAL,
    settings::{EqBand, FilterType, Placement},
};

/// An equaliser's settings with these bands, each of them on.
fn settings_of(bands: &[EqBand]) -> EqSettings {
    let mut settings = EqSettings::default();
    for (target, band) in settings.bands.iter_mut().zip(bands) {
        *target = EqBand { on: true, ..*band };
    }
    settings
}

fn band(filter: FilterType, frequency_hz: f32, gain_db: f32, q: f32) -> EqBand {
    EqBand { on: true, filter, frequency_hz, gain_db, q, ..EqBand::default() }
}

/// Runs both channels through with settings that stay.
fn run(stage: &mut LinearPhase, settings: &EqSettings, left: &mut [f64], right: &mut [f64]) {
    for (left, right) in left.chunks_mut(CONTROL_INTERVAL).zip(right.chunks_mut(CONTROL_INTERVAL)) {
        stage.control(settings);
        stage.process(left, right);
    }
}

/// What comes out when one sample of 1 goes into the left channel (`side` 0), into both (1) or into the right one turned over (-1):
/// both channels from the first sample on that the kernel reaches, as many as it has taps.
fn impulse_response(sample_rate: f64, settings: &EqSettings, right: f64) -> [Vec<f64>; 2] {
    let mut stage = LinearPhase::new(sample_rate);
    let first = stage.latency() - stage.layout.centre();
    let length = first + stage.layout.taps();
    let mut channels = [vec![0.0; length], vec![0.0; length]];
    channels[0][0] = 1.0;
    channels[1][0] = right;
    let [left, right] = &mut channels;
    run(&mut stage, settings, left, right);
    channels.map(|channel| channel[first..].to_vec())
}

/// A repeatable generator of numbers from 0 to 1.
struct Noise(u64);

impl Noise {
    fn share(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }

    fn between(&mut self, least: f64, greatest: f64) -> f64 {
        least + (greatest - least) * self.share()
    }

    fn below(&mut self, end: usize) -> usize {
        (self.share() * end as f64) as usize
    }
}
