//! Curves of an equaliser: each band's, their sum, and the sum as dynamics move it now; all computed as the filters work.

use crate::{
    dsp::eq::{dynamics::within_limits, response::BandResponse},
    settings::{EQ_BANDS, EqBand, EqSettings, Placement},
};

use super::axis::AUDIBLE;

/// Points of a curve, evenly over the axis from 20 Hz to 20 kHz.
pub const CURVE_POINTS: usize = 385;

/// Gain in dB at each point.
pub type Curve = [f32; CURVE_POINTS];

/// Frequency of a point of a curve, Hz.
pub fn curve_hz(point: usize) -> f64 {
    AUDIBLE.hz(point as f64 / (CURVE_POINTS - 1) as f64)
}

/// Curves of one equaliser at one sample rate, kept until settings change.
pub struct EqCurves {
    sample_rate_hz: f64,
    /// tan(ω/2) at each point.
    tangents: Vec<f64>,
    bands: [Option<(EqBand, Box<Curve>)>; EQ_BANDS],
    on: bool,
    mid: Box<Curve>,
    side: Box<Curve>,
    /// Whether any band works on mid or side alone.
    split: bool,
}

impl EqCurves {
    /// Curves of an equaliser that does nothing, at `sample_rate_hz`.
    pub fn new(sample_rate_hz: f64) -> Self {
        let tangent = |point| (std::f64::consts::PI * (curve_hz(point) / sample_rate_hz).min(0.4999)).tan();
        Self {
            sample_rate_hz,
            tangents: (0..CURVE_POINTS).map(tangent).collect(),
            bands: Default::default(),
            on: false,
            mid: Box::new([0.0; CURVE_POINTS]),
            side: Box::new([0.0; CURVE_POINTS]),
            split: false,
        }
    }

    /// Samples a second that the curves are true for.
    pub fn sample_rate_hz(&self) -> f64 {
        self.sample_rate_hz
    }

    /// Brings the curves up to date with settings and how far dynamics have moved each band (dB); says whether any changed.
    pub fn update(&mut self, settings: &EqSettings, movement_db: &[f32; EQ_BANDS]) -> bool {
        let mut changed = self.on != settings.on;
        self.on = settings.on;
        for (index, band) in settings.bands.iter().enumerate() {
            let mut band = *band;
            if band.dynamics.on && band.filter.has_gain() {
                band.gain_db = within_limits(f64::from(band.gain_db + movement_db[index])) as f32;
            }
            let kept = &mut self.bands[index];
            if !band.on {
                changed |= kept.take().is_some();
            } else if kept.as_ref().is_none_or(|(of, _)| *of != band) {
                *kept = Some((band, band_curve(&band, self.sample_rate_hz, &self.tangents)));
                changed = true;
            }
        }
        if changed {
            self.sum();
        }
        changed
    }

    fn sum(&mut self) {
        self.mid.fill(0.0);
        self.side.fill(0.0);
        self.split = false;
        if !self.on {
            return;
        }
        for (band, curve) in self.bands.iter().flatten() {
            self.split |= band.placement != Placement::Stereo;
            let sums = [(&mut self.mid, Placement::Side), (&mut self.side, Placement::Mid)];
            for (sum, other) in sums {
                if band.placement != other {
                    sum.iter_mut().zip(curve.iter()).for_each(|(sum, gain)| *sum += gain);
                }
            }
        }
    }

    /// A band's curve, where it is on.
    pub fn band(&self, index: usize) -> Option<&Curve> {
        self.bands.get(index)?.as_ref().map(|(_, curve)| &**curve)
    }

    /// The sum of all bands: as mid hears it.
    pub fn mid(&self) -> &Curve {
        &self.mid
    }

    /// The sum as side hears it, where that differs.
    pub fn side(&self) -> Option<&Curve> {
        self.split.then_some(&*self.side)
    }
}

fn band_curve(band: &EqBand, sample_rate_hz: f64, tangents: &[f64]) -> Box<Curve> {
    let mut powers = [1.0; CURVE_POINTS];
    BandResponse::new(band, sample_rate_hz).multiply_powers(tangents, &mut powers);
    let mut curve = Box::new([0.0; CURVE_POINTS]);
    for (gain, power) in curve.iter_mut().zip(powers) {
        *gain = (10.0 * power.max(1e-20).log10()) as f32;
    }
    curve
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        dsp::eq::response::settings_gain_db,
        settings::{BandDynamics, FilterType},
    };

    fn settings() -> EqSettings {
        let mut settings = EqSettings::default();
        settings.bands[0] = EqBand { on: true, filter: FilterType::LowCut, frequency_hz: 30.0, ..EqBand::default() };
        settings.bands[2] =
            EqBand { on: true, gain_db: -3.0, frequency_hz: 250.0, placement: Placement::Mid, ..EqBand::default() };
        settings.bands[5] =
            EqBand { on: true, gain_db: 2.0, frequency_hz: 8000.0, placement: Placement::Side, ..EqBand::default() };
        settings
    }

    #[test]
    fn sums_are_what_the_equaliser_does() {
        let mut curves = EqCurves::new(48_000.0);
        let settings = settings();
        assert!(curves.update(&settings, &[0.0; EQ_BANDS]));
        assert!(!curves.update(&settings, &[0.0; EQ_BANDS]), "nothing has changed");
        let side = curves.side().expect("bands work on mid and side");
        for (point, (mid, side)) in curves.mid().iter().zip(side).enumerate() {
            for (sum, channel) in [(mid, Placement::Mid), (side, Placement::Side)] {
                let expected = settings_gain_db(&settings, channel, curve_hz(point), 48_000.0);
                assert!((f64::from(*sum) - expected).abs() < 1e-3, "{} Hz: {sum} for {expected}", curve_hz(point));
            }
        }
        assert!(curves.band(2).is_some() && curves.band(3).is_none());
    }

    #[test]
    fn dynamics_move_the_band_that_has_them() {
        let mut settings = EqSettings::default();
        settings.bands[4] = EqBand {
            on: true,
            frequency_hz: 1000.0,
            dynamics: BandDynamics { on: true, ..BandDynamics::default() },
            ..EqBand::default()
        };
        let mut curves = EqCurves::new(48_000.0);
        curves.update(&settings, &[0.0; EQ_BANDS]);
        assert!(curves.mid().iter().all(|gain| *gain == 0.0));
        assert!(curves.update(&settings, &[-2.0; EQ_BANDS]));
        let least = curves.mid().iter().copied().fold(0.0, f32::min);
        assert!((least + 2.0).abs() < 0.01, "{least}");
        settings.on = false;
        assert!(curves.update(&settings, &[-2.0; EQ_BANDS]));
        assert!(curves.mid().iter().all(|gain| *gain == 0.0) && curves.side().is_none());
    }
}
