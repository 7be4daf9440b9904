//! Repeatable test signals.

/// A generator of numbers without visible pattern.
pub struct Noise(pub u64);

impl Noise {
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    /// From 0 up to `end`, without it.
    pub fn below(&mut self, end: usize) -> usize {
        self.bits() as usize % end
    }

    /// From 0 to 1.
    pub fn share(&mut self) -> f32 {
        self.bits() as f32 / (1u64 << 31) as f32
    }
}

/// Noise whose level wanders from silence to full scale and stays at both for a while, with a tone.
pub fn music(seed: u64, length: usize) -> Vec<f32> {
    let mut noise = Noise(seed);
    let mut level = 0f32;
    (0..length)
        .map(|n| {
            if n % 1024 == 0 {
                level = (1.5 * noise.share() - 0.25).clamp(0.0, 1.0);
            }
            level * (0.7 * (2.0 * noise.share() - 1.0) + 0.3 * (0.031 * n as f32).sin())
        })
        .collect()
}

/// Where two signals differ in any bit for the first time.
pub fn first_difference(one: &[f32], other: &[f32]) -> Option<usize> {
    assert_eq!(one.len(), other.len());
    one.iter().zip(other).position(|(one, other)| one.to_bits() != other.to_bits())
}
