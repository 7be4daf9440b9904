//! What the audio thread and the worker show: one atomic a figure.

use std::sync::atomic::{AtomicU32, Ordering};

use atomic_float::AtomicF32;

use crate::{
    dsp::ChainMeters,
    settings::{EQ_BANDS, MAX_BANDS},
};

/// Greatest levels and reductions since they were last taken.
#[derive(Default)]
pub struct Meters {
    input_peak: [AtomicF32; 2],
    output_peak: [AtomicF32; 2],
    eq_movement_db: [AtomicF32; EQ_BANDS],
    compressor_reduction_db: [AtomicF32; MAX_BANDS],
    limiter_reduction_db: AtomicF32,
    /// Hundredths of a second of music heard since Listen was turned on.
    heard_centiseconds: AtomicU32,
}

impl Meters {
    /// Adds what the chain saw in one call.
    pub fn add(&self, meters: &ChainMeters) {
        for (all, one) in [
            (&self.input_peak[..], &meters.input_peak[..]),
            (&self.output_peak[..], &meters.output_peak[..]),
            (&self.compressor_reduction_db[..], &meters.compressor_reduction_db[..]),
        ] {
            for (all, one) in all.iter().zip(one) {
                all.fetch_max(*one, Ordering::Relaxed);
            }
        }
        for (furthest, one) in self.eq_movement_db.iter().zip(&meters.eq_movement_db) {
            // Only the audio thread adds, so a figure can only be taken in between, and then the greater one is right.
            if one.abs() > furthest.load(Ordering::Relaxed).abs() {
                furthest.store(*one, Ordering::Relaxed);
            }
        }
        self.limiter_reduction_db.fetch_max(meters.limiter_reduction_db, Ordering::Relaxed);
    }

    /// The greatest figures since the last call, which starts them anew.
    pub fn take(&self) -> ChainMeters {
        let take = |figure: &AtomicF32| figure.swap(0.0, Ordering::Relaxed);
        ChainMeters {
            input_peak: self.input_peak.each_ref().map(take),
            output_peak: self.output_peak.each_ref().map(take),
            eq_movement_db: self.eq_movement_db.each_ref().map(take),
            compressor_reduction_db: self.compressor_reduction_db.each_ref().map(take),
            limiter_reduction_db: take(&self.limiter_reduction_db),
        }
    }

    /// Says how much music has been heard.
    pub fn set_heard_s(&self, seconds: f64) {
        self.heard_centiseconds.store((seconds * 100.0) as u32, Ordering::Relaxed);
    }

    /// Seconds of music heard since Listen was turned on.
    pub fn heard_s(&self) -> f64 {
        f64::from(self.heard_centiseconds.load(Ordering::Relaxed)) / 100.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_greatest_figure_stays_until_it_is_taken() {
        let meters = Meters::default();
        let with = |peak, reduction: f32| ChainMeters {
            input_peak: [peak, 0.1],
            eq_movement_db: [-reduction; EQ_BANDS],
            limiter_reduction_db: reduction,
            ..ChainMeters::default()
        };
        meters.add(&with(0.5, 2.0));
        meters.add(&with(0.25, 3.0));
        assert_eq!(meters.take(), with(0.5, 3.0));
        assert_eq!(meters.take(), ChainMeters::default());
    }
}
