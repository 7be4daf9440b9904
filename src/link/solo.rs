//! The range of frequencies that a hand wants to hear alone, on its way to the audio thread: one atomic.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::settings::SoloRange;

/// Both ends as the bits of `f32`, the lower one in the upper half; 0 while all is heard.
#[derive(Default)]
pub struct SoloSwitch(AtomicU64);

impl SoloSwitch {
    /// Lets one range be heard, or everything.
    pub fn set(&self, range: Option<(f32, f32)>) {
        let bits =
            range.map_or(0, |(low_hz, high_hz)| u64::from(low_hz.to_bits()) << 32 | u64::from(high_hz.to_bits()));
        self.0.store(bits, Ordering::Relaxed);
    }

    /// What is to be heard.
    pub fn range(&self) -> SoloRange {
        let bits = self.0.load(Ordering::Relaxed);
        let [low_hz, high_hz] = [(bits >> 32) as u32, bits as u32].map(f32::from_bits);
        SoloRange { on: bits != 0, low_hz, high_hz }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_arrives_as_it_was_set() {
        let switch = SoloSwitch::default();
        assert_eq!(switch.range(), SoloRange::default());
        switch.set(Some((120.5, 3000.0)));
        assert_eq!(switch.range(), SoloRange { on: true, low_hz: 120.5, high_hz: 3000.0 });
        switch.set(None);
        assert!(!switch.range().on);
    }
}
