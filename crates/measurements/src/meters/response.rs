//! Frequency response of a device, from what comes out when one sample goes in.

use lacquer::dsp::gain_to_db;

use super::partial;
use crate::{
    device::{Device, render},
    signals::Stereo,
};

/// Height of the sample: low, so that nothing limits it, and a power of two, so that it is scaled exactly.
const IMPULSE: f64 = 0.0625;
/// What comes out when one sample goes into the left channel (and the right, or nothing there), divided by its height.
#[derive(Debug, Clone)]
pub struct ImpulseResponse {
    pub sample_rate: f64,
    pub samples: Vec<f64>,
}

impl ImpulseResponse {
    /// Of both channels fed alike, `seconds` long before the sample (what a linear phase brings ahead) and after it.
    pub fn new(device: &mut dyn Device, sample_rate: f64, seconds: f64) -> Self {
        let side = (seconds * sample_rate) as usize;
        let mut samples = vec![0.0; 2 * side];
        samples[side] = IMPULSE;
        let out = render(device, &Stereo::mono(sample_rate, &samples));
        Self { sample_rate, samples: out.left().iter().map(|sample| sample / IMPULSE).collect() }
    }

    /// Gain at a frequency, dB.
    pub fn gain_db(&self, frequency_hz: f64) -> f64 {
        let [cosine, sine] = partial(&self.samples, frequency_hz, self.sample_rate);
        gain_to_db(0.5 * self.samples.len() as f64 * cosine.hypot(sine))
    }
}

/// `count` frequencies in even musical steps from `low_hz` to `high_hz`, both included.
pub fn frequencies(low_hz: f64, high_hz: f64, count: usize) -> Vec<f64> {
    let ratio = (high_hz / low_hz).ln() / (count.max(2) - 1) as f64;
    (0..count).map(|index| low_hz * (ratio * index as f64).exp()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The mean of this sample and the one before: |cos(πf/fs)|.
    struct Mean([f32; 2]);

    impl Device for Mean {
        fn process(&mut self, left: &mut [f32], right: &mut [f32]) {
            for (channel, samples) in [left, right].into_iter().enumerate() {
                for sample in samples {
                    let mean = 0.5 * (*sample + self.0[channel]);
                    self.0[channel] = *sample;
                    *sample = mean;
                }
            }
        }

        fn latency(&self) -> usize {
            0
        }
    }

    #[test]
    fn a_mean_of_two_samples_has_the_gain_of_theory() {
        let response = ImpulseResponse::new(&mut Mean([0.0; 2]), 48_000.0, 0.1);
        for frequency in frequencies(20.0, 20_000.0, 20) {
            let expected = gain_to_db((std::f64::consts::PI * frequency / 48_000.0).cos());
            assert!((response.gain_db(frequency) - expected).abs() < 1e-5, "{frequency} Hz");
        }
    }
}
