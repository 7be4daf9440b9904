//! Numbers that look like chance and are the same each time.

/// Where they come from.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        let mut random = Self(seed);
        random.bits();
        random
    }

    pub fn bits(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 32) as u32
    }

    pub fn below(&mut self, count: u32) -> u32 {
        self.bits() % count
    }

    /// From 0 to 1.
    pub fn share(&mut self) -> f64 {
        f64::from(self.bits()) / f64::from(u32::MAX)
    }
}
