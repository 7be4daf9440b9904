//! Where frequencies and levels lie among the compressor's bands.

use crate::scope::axis::AUDIBLE;

/// The lowest level that is shown, dBFS: the least threshold.
const RANGE_DB: f32 = 60.0;

/// The columns within the bounds, in physical pixels.
pub struct Plot {
    pub left: f32,
    pub right: f32,
    pub top: f32,
    pub bottom: f32,
    pub scale: f32,
}

impl Plot {
    pub fn y(&self, db: f32) -> f32 {
        self.top - db / RANGE_DB * (self.bottom - self.top)
    }

    pub fn db(&self, y: f32) -> f32 {
        -(y - self.top) / (self.bottom - self.top).max(1.0) * RANGE_DB
    }

    pub fn x(&self, hz: f32) -> f32 {
        self.left + AUDIBLE.share(f64::from(hz)) as f32 * (self.right - self.left)
    }

    pub fn hz(&self, x: f32) -> f32 {
        AUDIBLE.hz(f64::from((x - self.left) / (self.right - self.left).max(1.0))) as f32
    }
}
