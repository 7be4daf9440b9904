//! Levels of the compressor's bands while it is off and its detectors hear nothing: from the spectrum of what comes in.

use super::spectrum::{POINT_SHARE, POINTS, point_hz};
use crate::{
    dsp::crossover::{MAX_CROSSOVERS, band_magnitude},
    settings::MAX_BANDS,
};

/// How a spectrum is shared out among bands; kept until the bands change.
#[derive(Debug, Clone, Default)]
pub struct BandLevels {
    of: Option<([f32; MAX_CROSSOVERS], usize, f64)>,
    /// What each point's power counts in each band.
    weights: Vec<[f32; MAX_BANDS]>,
}

impl BandLevels {
    /// RMS level of each band, dBFS, of a spectrum's points; `count` bands (1 to 4) split as the chain splits them.
    pub fn levels_db(
        &mut self,
        powers: &[f32],
        crossovers_hz: &[f32; MAX_CROSSOVERS],
        count: usize,
        sample_rate_hz: f64,
    ) -> [f32; MAX_BANDS] {
        let wanted = (*crossovers_hz, count, sample_rate_hz);
        if self.of.replace(wanted) != Some(wanted) {
            let weight = |hz: f64, band: usize| {
                let magnitude = band_magnitude(hz, band, crossovers_hz, count, sample_rate_hz);
                (0.5 * POINT_SHARE * magnitude * magnitude) as f32
            };
            let row = |point| {
                let hz = point_hz(point).min(0.499 * sample_rate_hz);
                std::array::from_fn(|band| weight(hz, band))
            };
            self.weights = (0..POINTS).map(row).collect();
        }
        let mut sums = [1e-20f32; MAX_BANDS];
        for (power, weights) in powers.iter().zip(&self.weights) {
            for (sum, weight) in sums.iter_mut().zip(weights) {
                *sum += power * weight;
            }
        }
        sums.map(|sum| 10.0 * sum.log10())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scope::spectrum::SpectrumAnalyser;

    #[test]
    fn a_sine_lies_in_its_band_with_its_rms_level() {
        let rate_hz = 48_000.0;
        let sine: Vec<f32> =
            (0..120_000).map(|n| 0.1 * (std::f64::consts::TAU * 3000.0 * n as f64 / rate_hz).sin() as f32).collect();
        let mut analyser = SpectrumAnalyser::new(rate_hz);
        analyser.add(&sine, &sine);
        let levels = BandLevels::default().levels_db(analyser.powers(), &[120.0, 1000.0, 9000.0], 4, rate_hz);
        // -20 dBFS peak is -23.01 dB RMS; the crossovers' skirts take little of it.
        assert!((levels[2] + 23.0).abs() < 0.6, "{levels:?}");
        assert!(levels[1] < -40.0 && levels[3] < -40.0 && levels[0] < -70.0, "{levels:?}");
        let whole = BandLevels::default().levels_db(analyser.powers(), &[120.0, 1000.0, 9000.0], 1, rate_hz);
        assert!((whole[0] + 23.0).abs() < 0.4, "{whole:?}");
    }
}
