//! The gain computer: how much a level above the threshold is turned down once everything has settled.
//!
//! Formula (4) of D. Giannoulis, M. Massberg, J. Reiss, "Digital Dynamic Range Compressor Design - A Tutorial and Analysis",
//! JAES 60 (2012): nothing below the knee, (1/R - 1)·(x - T + W/2)²/(2W) within, (1/R - 1)·(x - T) above. The range then limits
//! what results.

use crate::{
    dsp::quad::{LANES, Quad, Real, ScalarQuad},
    settings::CompressorBand,
};

/// The static curve of one band, or of bands side by side, in the form in which it is computed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Curve<T> {
    /// Where the knee starts, dBFS.
    knee_start_db: T,
    /// Width of the knee, dB.
    knee_db: T,
    /// 1/(2·knee), or 0 for a hard knee.
    curvature: T,
    /// 1 - 1/ratio.
    slope: T,
    /// The most reduction, dB.
    range_db: T,
}

impl Curve<f64> {
    /// The curve with these settings. A ratio below 1 counts as 1.
    pub fn new(threshold_db: f64, ratio: f64, knee_db: f64, range_db: f64) -> Self {
        let knee_db = knee_db.max(0.0);
        Self {
            knee_start_db: threshold_db - 0.5 * knee_db,
            knee_db,
            curvature: if knee_db > 0.0 { 0.5 / knee_db } else { 0.0 },
            slope: 1.0 - 1.0 / ratio.max(1.0),
            range_db: range_db.max(0.0),
        }
    }

    /// A curve that never reduces anything.
    pub fn flat() -> Self {
        Self::new(0.0, 1.0, 0.0, 0.0)
    }

    /// Level up to which nothing is reduced, dBFS.
    pub fn quiet_db(&self) -> f64 {
        if self.slope > 0.0 && self.range_db > 0.0 { self.knee_start_db } else { f64::INFINITY }
    }
}

impl<T: Real> Curve<T> {
    /// Gain reduction at a level, dB, 0 or more.
    #[inline(always)]
    pub fn reduction_db(&self, level_db: T) -> T {
        let over_start_db = (level_db - self.knee_start_db).greater(T::splat(0.0));
        let within_knee_db = over_start_db.lesser(self.knee_db);
        // At the knee's end the quadratic part is half the knee's width, just what a straight line from the threshold gives.
        let bent_db = within_knee_db * within_knee_db * self.curvature + (over_start_db - within_knee_db);
        (self.slope * bent_db).lesser(self.range_db)
    }
}

impl<Q: Quad> Curve<Q> {
    /// Four curves side by side.
    #[inline(always)]
    pub fn side_by_side(lanes: &[Curve<f64>; LANES]) -> Self {
        let gather = |value: fn(&Curve<f64>) -> f64| Q::load(ScalarQuad(lanes.each_ref().map(value)));
        Self {
            knee_start_db: gather(|curve| curve.knee_start_db),
            knee_db: gather(|curve| curve.knee_db),
            curvature: gather(|curve| curve.curvature),
            slope: gather(|curve| curve.slope),
            range_db: gather(|curve| curve.range_db),
        }
    }
}

impl From<&CompressorBand> for Curve<f64> {
    fn from(band: &CompressorBand) -> Self {
        Self::new(
            f64::from(band.threshold_db),
            f64::from(band.ratio),
            f64::from(band.knee_db),
            f64::from(band.range_db),
        )
    }
}

/// Gain of a band's static curve at a level, dB, 0 or less: what the compressor settles at on a steady signal. Makeup and
/// mix are not in it, nor whether the band is on.
pub fn gain_db(level_db: f64, band: &CompressorBand) -> f64 {
    -Curve::from(band).reduction_db(level_db)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The paper's formula (4) as it is printed: output level of an input level.
    fn published_output_db(x: f64, t: f64, r: f64, w: f64) -> f64 {
        if 2.0 * (x - t) < -w {
            x
        } else if 2.0 * (x - t).abs() <= w && w > 0.0 {
            x + (1.0 / r - 1.0) * (x - t + w / 2.0).powi(2) / (2.0 * w)
        } else {
            t + (x - t) / r
        }
    }

    #[test]
    fn follows_the_published_formula() {
        for (threshold_db, ratio, knee_db) in
            [(-20.0, 4.0, 0.0), (-20.0, 1.5, 6.0), (-35.5, 10.0, 24.0), (0.0, 2.0, 12.0), (-60.0, 1.0, 6.0)]
        {
            let band = CompressorBand { threshold_db, ratio, knee_db, range_db: 1000.0, ..CompressorBand::default() };
            for step in -1000..=200 {
                let level_db = f64::from(step) * 0.1;
                let expected =
                    published_output_db(level_db, f64::from(threshold_db), f64::from(ratio), f64::from(knee_db))
                        - level_db;
                assert!(
                    (gain_db(level_db, &band) - expected).abs() < 1e-9,
                    "{threshold_db} {ratio} {knee_db} {level_db}"
                );
            }
        }
    }

    #[test]
    fn range_limits_the_reduction() {
        let band =
            CompressorBand { threshold_db: -40.0, ratio: 10.0, knee_db: 0.0, range_db: 3.0, ..Default::default() };
        assert_eq!(gain_db(-10.0, &band), -3.0);
        assert!((gain_db(-39.0, &band) + 0.9).abs() < 1e-6);
    }
}
