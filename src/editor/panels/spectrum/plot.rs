//! Where things lie in the graph: frequencies across, gains and levels up.

use vizia::prelude::BoundingBox;

pub use crate::plugin::window_state::SpectrumOptions as Options;
use crate::scope::axis::AUDIBLE;

/// Room for numbers beside the plot, logical pixels.
const LEFT: f32 = 30.0;
const RIGHT: f32 = 34.0;
const BOTTOM: f32 = 16.0;

/// What can be chosen.
pub const GAINS_DB: [f32; 4] = [3.0, 6.0, 12.0, 18.0];
pub const LEVELS_DB: [f32; 3] = [60.0, 90.0, 120.0];
pub const TILTS_DB: [f64; 4] = [0.0, 3.0, 4.5, 6.0];

/// The plot within the graph's bounds, in physical pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plot {
    pub left: f32,
    pub right: f32,
    pub top: f32,
    pub bottom: f32,
    pub scale: f32,
    options: Options,
}

impl Plot {
    pub fn new(bounds: BoundingBox, scale: f32, options: Options) -> Self {
        Self {
            left: bounds.x + LEFT * scale,
            right: bounds.right() - RIGHT * scale,
            top: bounds.y,
            bottom: bounds.bottom() - BOTTOM * scale,
            scale,
            options,
        }
    }

    /// Where a frequency lies.
    pub fn x(&self, hz: f64) -> f32 {
        self.x_at(AUDIBLE.share(hz))
    }

    /// Where a share of the axis of frequency lies.
    pub fn x_at(&self, share: f64) -> f32 {
        self.left + share as f32 * (self.right - self.left)
    }

    /// The frequency at a place.
    pub fn hz(&self, x: f32) -> f64 {
        AUDIBLE.hz(f64::from((x - self.left) / (self.right - self.left).max(1.0)))
    }

    /// Where a gain lies.
    pub fn gain_y(&self, gain_db: f32) -> f32 {
        let middle = (self.top + self.bottom) / 2.0;
        middle - gain_db / self.options.gain_db * (self.bottom - self.top) / 2.0
    }

    /// The gain at a place.
    pub fn gain_db(&self, y: f32) -> f32 {
        let middle = (self.top + self.bottom) / 2.0;
        (middle - y) / ((self.bottom - self.top) / 2.0).max(1.0) * self.options.gain_db
    }

    /// Where a level of a spectrum lies: the top is 0 dBFS.
    pub fn level_y(&self, level_db: f32) -> f32 {
        self.top - level_db / self.options.level_db * (self.bottom - self.top)
    }

    /// Whether a place lies within.
    pub fn contains(&self, (x, y): (f32, f32)) -> bool {
        (self.left..=self.right).contains(&x) && (self.top..=self.bottom).contains(&y)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_found_again() {
        let bounds = BoundingBox { x: 10.0, y: 40.0, w: 1500.0, h: 500.0 };
        let plot = Plot::new(bounds, 2.0, Options::default());
        for hz in [20.0, 125.0, 1000.0, 20_000.0] {
            assert!((plot.hz(plot.x(hz)) / hz - 1.0).abs() < 1e-4, "{hz}");
        }
        for gain_db in [-12.0, -1.6, 0.0, 7.25, 12.0] {
            assert!((plot.gain_db(plot.gain_y(gain_db)) - gain_db).abs() < 1e-3);
        }
        assert_eq!((plot.x(20.0), plot.gain_y(12.0), plot.level_y(0.0)), (plot.left, plot.top, plot.top));
        assert_eq!((plot.gain_y(-12.0), plot.level_y(-90.0)), (plot.bottom, plot.bottom));
    }
}
