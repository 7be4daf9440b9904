//! What the record measures after a suggestion was accepted: the output is heard as the input was, and measured as it goes.
//!
//! The window asks for it ([`Aftermath::begin`]); each request starts the measurement anew. Only the record counts: what
//! plays while one compares, tries out or bypasses is left out.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use crate::{
    analysis::{Analyser, Measurement},
    link::{Feed, Outlet, Ring},
};

/// Pause between two measurements of what has been heard.
const MEASURING_PAUSE: Duration = Duration::from_secs(1);

/// What the window asks for and gets.
#[derive(Default)]
pub struct Aftermath {
    /// Number of the last request; 0: nothing is to be heard.
    wanted: AtomicU64,
    requests: AtomicU64,
    /// The measurement and the request that it answers.
    measured: Mutex<Option<(u64, Arc<Measurement>)>>,
}

impl Aftermath {
    /// Measures the output from now on.
    pub fn begin(&self) {
        let request = self.requests.fetch_add(1, Ordering::AcqRel) + 1;
        self.wanted.store(request, Ordering::Release);
    }

    /// Ends that.
    pub fn end(&self) {
        self.wanted.store(0, Ordering::Release);
    }

    /// The request to be answered, 0 where there is none.
    pub fn wanted(&self) -> u64 {
        self.wanted.load(Ordering::Acquire)
    }

    /// The newest measurement since the last [`Aftermath::begin`].
    pub fn measured(&self) -> Option<Arc<Measurement>> {
        let wanted = self.wanted();
        let measured = self.measured.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        measured.as_ref().filter(|(request, _)| *request == wanted).map(|(_, measurement)| measurement.clone())
    }

    fn tell(&self, request: u64, measurement: Measurement) {
        let mut measured = self.measured.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        *measured = Some((request, Arc::new(measurement)));
    }
}

/// The audio thread's end.
pub struct AfterFeed {
    feed: Feed,
    wanted: u64,
    plain: bool,
}

impl AfterFeed {
    /// A feed to `outlet`. Allocates.
    pub fn new(sample_rate_hz: u32, channels: u16, outlet: &Arc<Outlet>) -> Self {
        Self { feed: Feed::new(sample_rate_hz, channels, outlet), wanted: 0, plain: false }
    }

    /// Says what is wanted from the next frame on, and whether what goes out is the record.
    pub fn begin(&mut self, wanted: u64, plain: bool) {
        self.plain = plain;
        if wanted != self.wanted {
            self.wanted = wanted;
            self.feed.set_listening(false);
            self.feed.set_listening(wanted != 0);
        }
    }

    /// Takes what goes out, where it is wanted.
    pub fn add(&mut self, left: &[f32], right: &[f32]) {
        if self.wanted != 0 && self.plain {
            self.feed.add(left, right);
        }
    }
}

/// The worker's end.
#[derive(Default)]
pub struct AfterListener {
    ring: Option<Arc<Ring>>,
    hearing: Option<Hearing>,
}

struct Hearing {
    session: u64,
    request: u64,
    analyser: Analyser,
    measured: Instant,
}

impl AfterListener {
    /// Empties the ring of `outlet` and tells what was measured.
    pub fn hear(&mut self, outlet: &Outlet, aftermath: &Aftermath) {
        let newest = outlet.ring();
        let same = match (&self.ring, &newest) {
            (Some(current), Some(newest)) => Arc::ptr_eq(current, newest),
            (current, newest) => current.is_none() == newest.is_none(),
        };
        if !same {
            self.ring = newest;
            self.hearing = None;
        }
        let request = aftermath.wanted();
        let Some(ring) = &self.ring else { return };
        while let Some(block) = ring.pop() {
            if request == 0 || block.session != outlet.begun() {
                continue;
            }
            let goes_on = |hearing: &Hearing| hearing.session == block.session && hearing.request == request;
            if !self.hearing.as_ref().is_some_and(goes_on) {
                let analyser = Analyser::new(ring.sample_rate_hz, ring.channels).without_descriptors();
                self.hearing = Some(Hearing { session: block.session, request, analyser, measured: Instant::now() });
            }
            if let Some(hearing) = &mut self.hearing {
                hearing.analyser.add(&block.left[..block.frames], &block.right[..block.frames]);
            }
        }
        if let Some(hearing) = &mut self.hearing
            && hearing.request == request
            && hearing.measured.elapsed() >= MEASURING_PAUSE
        {
            hearing.measured = Instant::now();
            aftermath.tell(request, hearing.analyser.measurement());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_record_is_measured_since_the_last_request_and_comparisons_are_left_out() {
        let (outlet, aftermath) = (Arc::new(Outlet::default()), Aftermath::default());
        let mut feed = AfterFeed::new(8000, 2, &outlet);
        let mut listener = AfterListener::default();
        let mut play = |level: f32, wanted: u64, plain: bool, seconds: usize| {
            feed.begin(wanted, plain);
            for _ in 0..seconds * 10 {
                let tone: Vec<f32> = (0..800).map(|n| level * (n as f32 * 0.7).sin()).collect();
                feed.add(&tone, &tone);
                listener.hear(&outlet, &aftermath);
            }
            if let Some(hearing) = &mut listener.hearing {
                hearing.measured = Instant::now() - MEASURING_PAUSE;
            }
            listener.hear(&outlet, &aftermath);
            aftermath.measured()
        };
        assert_eq!(play(0.5, 0, true, 1), None, "nobody asked");
        aftermath.begin();
        let loud = play(0.5, aftermath.wanted(), true, 4).expect("measured");
        let heard_s = loud.heard_s;
        assert!((3.5..=4.0).contains(&heard_s), "{heard_s}");
        assert_eq!(play(0.5, aftermath.wanted(), false, 2).expect("kept").heard_s, heard_s, "bypassed meanwhile");
        aftermath.begin();
        assert_eq!(aftermath.measured(), None, "that was about other settings");
        let quiet = play(0.05, aftermath.wanted(), true, 4).expect("measured anew");
        let apart = loud.loudness.integrated_lufs - quiet.loudness.integrated_lufs;
        assert!((apart - 20.0).abs() < 0.2, "{apart}");
        aftermath.end();
        assert_eq!(play(0.5, aftermath.wanted(), true, 1), None);
    }
}
