//! What the worker shows of its work: one atomic a figure.

use std::sync::atomic::{AtomicU32, Ordering};

/// How far listening has come.
#[derive(Default)]
pub struct Meters {
    /// Hundredths of a second of music heard since Listen was turned on.
    heard_centiseconds: AtomicU32,
}

impl Meters {
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
    fn what_was_heard_is_told_to_the_hundredth() {
        let meters = Meters::default();
        assert_eq!(meters.heard_s(), 0.0);
        meters.set_heard_s(42.128);
        assert_eq!(meters.heard_s(), 42.12);
    }
}
