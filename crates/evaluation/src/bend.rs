//! What is done to masters before the assistant sees them: bends of the spectrum and gross faults, as linear-phase filters.

use std::f64::consts::PI;

use crate::{chance::Chance, clip::Clip};

/// Taps of the filter: 8 Hz apart at 48 kHz.
const TAPS: usize = 12_289;
/// Length of the transforms that filter.
const BLOCK: usize = 65_536;
/// Range that bends are drawn over, Hz.
const LOWEST_HZ: f64 = 31.0;
const HIGHEST_HZ: f64 = 16_000.0;

/// A curve over frequency.
#[derive(Debug, Clone, PartialEq)]
pub enum Bend {
    /// A tilt of so many dB from the middle to either end of the range, and bells.
    Drawn { tilt_db: f64, bells: Vec<Bell> },
    /// Second-order high-pass.
    HighPass { hz: f64 },
    /// Fourth-order low-pass.
    LowPass { hz: f64 },
    /// A bell as an EQ has it.
    Peak { hz: f64, gain_db: f64, q: f64 },
    /// What lies from one frequency to the other alone, by eighth-order edges: together with what it leaves it is the whole.
    Band { low_hz: f64, high_hz: f64 },
}

/// A Gaussian bell over the logarithm of frequency.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bell {
    pub hz: f64,
    pub gain_db: f64,
    pub sigma_octaves: f64,
}

impl Bend {
    /// A bend of strength `k`: a tilt of up to 3k dB either way and one to three bells of 2k to 5k dB, 0.4 to 1.2 octaves wide.
    pub fn drawn(chance: &mut Chance, k: f64) -> Self {
        let tilt_db = chance.within(-3.0, 3.0) * k;
        let octaves = (HIGHEST_HZ / LOWEST_HZ).log2();
        let bells = (0..1 + chance.below(3))
            .map(|_| Bell {
                hz: LOWEST_HZ * 2f64.powf(chance.within(0.5, octaves - 0.5)),
                sigma_octaves: chance.within(0.4, 1.2),
                gain_db: chance.sign() * chance.within(2.0, 5.0) * k,
            })
            .collect();
        Self::Drawn { tilt_db, bells }
    }

    /// Gain at a frequency, dB.
    pub fn gain_db(&self, hz: f64) -> f64 {
        let hz = hz.max(1.0);
        match self {
            Self::Drawn { tilt_db, bells } => {
                let (low, high) = (LOWEST_HZ.log2(), HIGHEST_HZ.log2());
                let place = (hz.log2() - 0.5 * (low + high)) / (0.5 * (high - low));
                let bells: f64 = bells
                    .iter()
                    .map(|bell| {
                        let apart = (hz / bell.hz).log2() / bell.sigma_octaves;
                        bell.gain_db * (-0.5 * apart * apart).exp()
                    })
                    .sum();
                tilt_db * place.clamp(-1.0, 1.0) + bells
            }
            Self::HighPass { hz: corner } => -10.0 * (1.0 + (corner / hz).powi(4)).log10(),
            Self::LowPass { hz: corner } => -10.0 * (1.0 + (hz / corner).powi(8)).log10(),
            Self::Band { low_hz, high_hz } => {
                -10.0 * ((1.0 + (low_hz / hz).powi(16)) * (1.0 + (hz / high_hz).powi(16))).log10()
            }
            Self::Peak { hz: centre, gain_db, q } => {
                let (x, a) = (hz / centre, 10f64.powf(gain_db / 40.0));
                let shape = |width: f64| (1.0 - x * x).powi(2) + (x * width / q).powi(2);
                10.0 * (shape(a) / shape(1.0 / a)).log10()
            }
        }
    }

    /// The clip with the bend in it, at the same length.
    pub fn apply(&self, clip: &Clip) -> Clip {
        let taps = self.taps(f64::from(clip.sample_rate_hz));
        let [left, right] = [&clip.left, &clip.right].map(|samples| convolved(samples, &taps));
        Clip { sample_rate_hz: clip.sample_rate_hz, channels: clip.channels, left, right }
    }

    /// Symmetric taps: the magnitude's inverse transform, windowed (Hann).
    fn taps(&self, sample_rate: f64) -> Vec<f64> {
        let inverse = lacquer_fourier::inverse::<f64>(BLOCK);
        let mut spectrum = inverse.make_input_vec();
        for (bin, value) in spectrum.iter_mut().enumerate() {
            let gain_db = self.gain_db(bin as f64 * sample_rate / BLOCK as f64).max(-90.0);
            value.re = 10f64.powf(gain_db / 20.0);
        }
        let mut impulse = inverse.make_output_vec();
        // The lengths are the plan's own.
        let _ = inverse.process(&mut spectrum, &mut impulse);
        let half = TAPS / 2;
        (0..TAPS)
            .map(|tap| {
                let window = 0.5 - 0.5 * (2.0 * PI * (tap as f64 + 1.0) / (TAPS as f64 + 1.0)).cos();
                window * impulse[(tap + BLOCK - half) % BLOCK] / BLOCK as f64
            })
            .collect()
    }
}

/// `samples` filtered by symmetric `taps`, without their delay (overlap-add).
fn convolved(samples: &[f32], taps: &[f64]) -> Vec<f32> {
    let (forward, inverse) = (lacquer_fourier::forward::<f64>(BLOCK), lacquer_fourier::inverse::<f64>(BLOCK));
    let mut buffer = forward.make_input_vec();
    buffer[..taps.len()].copy_from_slice(taps);
    let mut filter = forward.make_output_vec();
    let _ = forward.process(&mut buffer, &mut filter);
    let mut spectrum = forward.make_output_vec();
    let (step, delay) = (BLOCK - taps.len() + 1, taps.len() / 2);
    let mut output = vec![0f64; samples.len() + BLOCK];
    for (index, piece) in samples.chunks(step).enumerate() {
        buffer.fill(0.0);
        for (place, sample) in buffer.iter_mut().zip(piece) {
            *place = f64::from(*sample);
        }
        let _ = forward.process(&mut buffer, &mut spectrum);
        for (value, gain) in spectrum.iter_mut().zip(&filter) {
            *value *= gain / BLOCK as f64;
        }
        // What rounding leaves imaginary at both ends would be refused.
        let last = spectrum.len() - 1;
        (spectrum[0].im, spectrum[last].im) = (0.0, 0.0);
        let _ = inverse.process(&mut spectrum, &mut buffer);
        for (place, value) in output[index * step..].iter_mut().zip(&buffer) {
            *place += value;
        }
    }
    output[delay..delay + samples.len()].iter().map(|sample| *sample as f32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gain of the filtered tone over the tone, dB.
    fn measured_db(bend: &Bend, hz: f64) -> f64 {
        let tone: Vec<f32> = (0..96_000).map(|n| (2.0 * PI * hz * n as f64 / 48_000.0).sin() as f32).collect();
        let clip = Clip { sample_rate_hz: 48_000, channels: 2, left: tone.clone(), right: tone };
        let bent = bend.apply(&clip);
        let power = |samples: &[f32]| samples[20_000..76_000].iter().map(|x| f64::from(*x).powi(2)).sum::<f64>();
        10.0 * (power(&bent.left) / power(&clip.left)).log10()
    }

    #[test]
    fn audio_takes_the_curve_that_was_drawn() {
        let drawn = Bend::drawn(&mut Chance::of(3, "song", "bend"), 2.0);
        let peak = Bend::Peak { hz: 1000.0, gain_db: 9.0, q: 1.0 };
        for bend in [drawn, peak, Bend::HighPass { hz: 200.0 }, Bend::LowPass { hz: 6000.0 }] {
            for hz in [60.0, 200.0, 1000.0, 3000.0, 8000.0] {
                let (measured, wanted) = (measured_db(&bend, hz), bend.gain_db(hz));
                assert!((measured - wanted).abs() < 0.1, "{bend:?} at {hz}: {measured} for {wanted}");
            }
        }
    }

    #[test]
    fn a_peak_has_its_gain_at_its_centre_and_half_of_it_at_its_edges() {
        let peak = Bend::Peak { hz: 1000.0, gain_db: 8.0, q: 8.0 };
        assert!((peak.gain_db(1000.0) - 8.0).abs() < 1e-9);
        let edge = 1000.0 * ((1.0f64 + 1.0 / 256.0).sqrt() + 1.0 / 16.0);
        assert!((peak.gain_db(edge) - 4.0).abs() < 0.01);
        assert!(peak.gain_db(4000.0) < 0.1);
    }
}
