//! Meters, each held against theory by its tests: true peak, distortion, modulation, frequency response, delay.

pub mod alignment;
pub mod distortion;
pub mod modulation;
pub mod recovery;
pub mod response;
pub mod true_peak;

/// Root of the mean square.
pub fn rms(samples: &[f64]) -> f64 {
    (samples.iter().map(|sample| sample * sample).sum::<f64>() / samples.len().max(1) as f64).sqrt()
}

/// Amplitude and phase of one frequency as a complex number: exact when a whole number of its periods, and of those of whatever
/// else sounds, fits into the samples.
pub fn partial(samples: &[f64], frequency_hz: f64, sample_rate: f64) -> [f64; 2] {
    let step = std::f64::consts::TAU * frequency_hz / sample_rate;
    let mut sums = [0.0; 2];
    for (n, sample) in samples.iter().enumerate() {
        let (sine, cosine) = (step * n as f64).sin_cos();
        sums[0] += sample * cosine;
        sums[1] += sample * sine;
    }
    sums.map(|sum| 2.0 * sum / samples.len().max(1) as f64)
}

/// Amplitude of one frequency.
pub fn amplitude(samples: &[f64], frequency_hz: f64, sample_rate: f64) -> f64 {
    let [cosine, sine] = partial(samples, frequency_hz, sample_rate);
    cosine.hypot(sine)
}
