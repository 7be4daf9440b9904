//! What the worker is at, one atomic a figure.

use std::sync::atomic::{AtomicU32, Ordering};

/// How far listening and deciding have come.
#[derive(Default)]
pub struct Progress {
    /// Hundredths of a second.
    heard: AtomicU32,
    counted: AtomicU32,
    loudest: AtomicU32,
    /// Thousandths, and one more, so that 0 says that nothing is being decided.
    deciding: AtomicU32,
}

/// What has been heard since Listen was turned on.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Heard {
    /// Seconds of music.
    pub heard_s: f64,
    /// Seconds that count: over the gates, neither silence nor fade-out.
    pub counted_s: f64,
    /// Where the loudest 30 s start, seconds.
    pub loudest_s: f64,
}

impl Progress {
    /// Says what has been heard.
    pub fn hear(&self, heard: Heard) {
        let figures =
            [(&self.heard, heard.heard_s), (&self.counted, heard.counted_s), (&self.loudest, heard.loudest_s)];
        for (figure, seconds) in figures {
            figure.store((seconds * 100.0) as u32, Ordering::Relaxed);
        }
    }

    /// What has been heard.
    pub fn heard(&self) -> Heard {
        let seconds = |figure: &AtomicU32| f64::from(figure.load(Ordering::Relaxed)) / 100.0;
        Heard { heard_s: seconds(&self.heard), counted_s: seconds(&self.counted), loudest_s: seconds(&self.loudest) }
    }

    /// Says how far deciding has come, 0 to 1; `None` when nothing is being decided.
    pub fn decide(&self, share: Option<f64>) {
        let figure = share.map_or(0, |share| (share.clamp(0.0, 1.0) * 1000.0) as u32 + 1);
        self.deciding.store(figure, Ordering::Relaxed);
    }

    /// How far deciding has come, 0 to 1, while it goes on.
    pub fn deciding(&self) -> Option<f64> {
        let figure = self.deciding.load(Ordering::Relaxed);
        figure.checked_sub(1).map(|figure| f64::from(figure) / 1000.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_is_read_to_the_hundredth() {
        let progress = Progress::default();
        assert_eq!((progress.heard(), progress.deciding()), (Heard::default(), None));
        progress.hear(Heard { heard_s: 42.128, counted_s: 30.0, loudest_s: 12.5 });
        assert_eq!(progress.heard(), Heard { heard_s: 42.12, counted_s: 30.0, loudest_s: 12.5 });
        progress.decide(Some(0.25));
        assert_eq!(progress.deciding(), Some(0.25));
        progress.decide(None);
        assert_eq!(progress.deciding(), None);
    }
}
