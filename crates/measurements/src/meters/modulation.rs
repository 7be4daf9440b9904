//! How unsteady a steady tone becomes beside other sound: what one hears as pumping (slow) and as roughness (fast).
//!
//! The tone's band is cut out, its envelope taken (the analytic signal), and the envelope read in decibels.

use lacquer::dsp::gain_to_db;
use lacquer_fourier::Complex;

use super::rms;
use crate::signals::shaped;

/// What happened to a tone.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Modulation {
    /// RMS deviation of the tone's level from its mean, dB.
    pub depth_db: f64,
    /// All that was added in the band but for the slow part (farther than [`ROUGH_FROM_HZ`] from the tone), over the tone, dB.
    pub roughness_db: f64,
}

/// Sidebands nearer than this are heard as change of level, those beyond as roughness.
pub const ROUGH_FROM_HZ: f64 = 20.0;
/// Left out at both ends, where the band's filter has its edge effects, seconds.
const EDGE_S: f64 = 0.25;

/// The modulation of a tone within `half_band_hz` around it; no other sound may have been in that band.
pub fn modulation(samples: &[f64], tone_hz: f64, half_band_hz: f64, sample_rate: f64) -> Modulation {
    let band = envelope(samples, tone_hz, half_band_hz, sample_rate);
    let edge = (EDGE_S * sample_rate) as usize;
    let inside = &band[edge..band.len() - edge];
    let levels: Vec<f64> = inside.iter().map(|value| gain_to_db(value.norm())).collect();
    let mean = levels.iter().sum::<f64>() / levels.len() as f64;
    let deviations: Vec<f64> = levels.iter().map(|level| level - mean).collect();
    // The tone turned to DC; what moves faster than the limit is roughness.
    let parts = [inside.iter().map(|value| value.re).collect(), inside.iter().map(|value| value.im).collect()];
    let parts = parts.map(|samples: Vec<f64>| {
        let fast = shaped(&samples, sample_rate, |hz| f64::from(u8::from(hz > ROUGH_FROM_HZ)));
        (rms(&samples), rms(&fast))
    });
    let [(real, fast_real), (imaginary, fast_imaginary)] = parts;
    Modulation {
        depth_db: rms(&deviations),
        roughness_db: gain_to_db(fast_real.hypot(fast_imaginary) / real.hypot(imaginary)),
    }
}

/// The complex envelope of a band: its content turned down by the tone's frequency.
pub fn envelope(samples: &[f64], tone_hz: f64, half_band_hz: f64, sample_rate: f64) -> Vec<Complex<f64>> {
    let low = |hz: f64| f64::from(u8::from(hz < half_band_hz));
    let turned = |cosine: bool| -> Vec<f64> {
        let step = std::f64::consts::TAU * tone_hz / sample_rate;
        let product: Vec<f64> = samples
            .iter()
            .enumerate()
            .map(|(n, sample)| {
                let angle = step * n as f64;
                2.0 * sample * if cosine { angle.cos() } else { -angle.sin() }
            })
            .collect();
        shaped(&product, sample_rate, low)
    };
    turned(true).into_iter().zip(turned(false)).map(|(re, im)| Complex { re, im }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signals::tones;

    const RATE: f64 = 48_000.0;

    fn modulated(depth_db: f64, modulator_hz: f64) -> Modulation {
        let tone = tones(RATE, 4.0, &[(3000.0, 0.1, 0.0)]);
        let modulator = tones(RATE, 4.0, &[(modulator_hz, depth_db, 0.0)]);
        let low = tones(RATE, 4.0, &[(80.0, 0.7, 0.0)]);
        let samples: Vec<f64> =
            tone.iter().zip(&modulator).zip(&low).map(|((t, m), l)| t * 10f64.powf(m / 20.0) + l).collect();
        modulation(&samples, 3000.0, 1000.0, RATE)
    }

    #[test]
    fn the_depth_of_a_sine_is_its_rms() {
        for depth_db in [0.1, 3.0] {
            let found = modulated(depth_db, 4.0);
            assert!((found.depth_db - depth_db / 2f64.sqrt()).abs() < 0.01 * depth_db, "{found:?}");
        }
    }

    #[test]
    fn fast_modulation_is_rough_and_slow_is_not() {
        // A modulation index m has two sidebands of m/2 each: m/√2 of the tone's RMS.
        let fast = modulated(0.1, 100.0);
        let expected = gain_to_db(0.1 * std::f64::consts::LN_10 / 20.0 / 2f64.sqrt());
        assert!((fast.roughness_db - expected).abs() < 0.1, "{fast:?} {expected}");
        assert!(modulated(0.1, 4.0).roughness_db < -80.0);
    }
}
