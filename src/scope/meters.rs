//! Needles: what they show rises at once and falls evenly.

use crate::{
    dsp::{ChainMeters, gain_to_db},
    settings::{EQ_BANDS, MAX_BANDS},
};

/// How fast a needle falls, dB a second.
pub const FALL_DB_PER_S: f64 = 20.0;
/// The lowest level that is shown, dBFS.
pub const LOWEST_DB: f32 = -90.0;

/// What the modules of the chain do now.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ModuleMeters {
    /// Greatest sample of each channel coming in, dBFS.
    pub input_peak_db: [f32; 2],
    /// Greatest sample of each channel going out, dBFS.
    pub output_peak_db: [f32; 2],
    /// How far dynamics move each EQ band, dB.
    pub eq_movement_db: [f32; EQ_BANDS],
    /// Level of each compressor band as its detector has it, dBFS.
    pub compressor_level_db: [f32; MAX_BANDS],
    /// Gain reduction of each compressor band, dB, 0 or more.
    pub compressor_reduction_db: [f32; MAX_BANDS],
    /// Gain reduction of the limiter, dB, 0 or more.
    pub limiter_reduction_db: f32,
}

impl Default for ModuleMeters {
    fn default() -> Self {
        Self {
            input_peak_db: [LOWEST_DB; 2],
            output_peak_db: [LOWEST_DB; 2],
            eq_movement_db: [0.0; EQ_BANDS],
            compressor_level_db: [LOWEST_DB; MAX_BANDS],
            compressor_reduction_db: [0.0; MAX_BANDS],
            limiter_reduction_db: 0.0,
        }
    }
}

impl ModuleMeters {
    /// Takes what the chain saw in `seconds`.
    pub fn add(&mut self, seconds: f64, saw: &ChainMeters) {
        let fall_db = (FALL_DB_PER_S * seconds) as f32;
        let level = |shown: &mut f32, peak: f32| {
            *shown = (gain_to_db(f64::from(peak)) as f32).max(*shown - fall_db).max(LOWEST_DB);
        };
        for (shown, peak) in [
            (&mut self.input_peak_db[..], &saw.input_peak[..]),
            (&mut self.output_peak_db[..], &saw.output_peak[..]),
            (&mut self.compressor_level_db[..], &saw.compressor_level[..]),
        ] {
            shown.iter_mut().zip(peak).for_each(|(shown, peak)| level(shown, *peak));
        }
        let reduction = |shown: &mut f32, now: f32| *shown = now.max(*shown - fall_db).max(0.0);
        for (shown, now) in self.compressor_reduction_db.iter_mut().zip(saw.compressor_reduction_db) {
            reduction(shown, now);
        }
        reduction(&mut self.limiter_reduction_db, saw.limiter_reduction_db);
        self.eq_movement_db = saw.eq_movement_db;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn needles_rise_at_once_and_fall_twenty_decibels_a_second() {
        let mut meters = ModuleMeters::default();
        let loud = ChainMeters {
            output_peak: [1.0, 0.1],
            limiter_reduction_db: 6.0,
            compressor_level: [0.1; MAX_BANDS],
            ..ChainMeters::default()
        };
        meters.add(0.01, &loud);
        assert_eq!(meters.output_peak_db, [0.0, -20.0]);
        assert_eq!((meters.limiter_reduction_db, meters.compressor_level_db[3]), (6.0, -20.0));
        for _ in 0..100 {
            meters.add(0.001, &ChainMeters::default());
        }
        assert!((meters.output_peak_db[0] + 2.0).abs() < 0.01 && (meters.limiter_reduction_db - 4.0).abs() < 0.01);
        meters.add(10.0, &ChainMeters::default());
        assert_eq!(meters, ModuleMeters::default());
    }
}
