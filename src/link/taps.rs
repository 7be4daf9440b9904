//! What runs through the chain on its way to an open window: input, output and what the chain saw, block by block.
//!
//! While a window watches, the audio thread fills blocks of up to [`TAP_FRAMES`] frames and pushes each into a ring. Nothing
//! waits: when the ring is full the block is dropped, and the next one says so. While nobody watches, the audio thread looks
//! at one atomic a call and does nothing else. Input and output of a block are of the same time at the plugin's ends; whoever
//! wants them aligned delays the input by [`TapRing::latency`].

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use crossbeam::queue::ArrayQueue;

use crate::{dsp::ChainMeters, settings::MonitorSettings};

/// Most frames of one block: 10.7 ms at 48 kHz, less than a display's frame.
pub const TAP_FRAMES: usize = 512;
/// How much the ring holds: many frames of a display, and hardly any memory.
const RING_S: f64 = 0.25;

/// What went through the chain in a few milliseconds.
#[derive(Clone, Copy)]
pub struct TapBlock {
    /// How many frames of the channels are filled.
    pub frames: usize,
    /// Left and right as they came in.
    pub before: [[f32; TAP_FRAMES]; 2],
    /// Left and right as they went out.
    pub after: [[f32; TAP_FRAMES]; 2],
    /// What the chain saw meanwhile.
    pub meters: ChainMeters,
    /// How one listened at its end.
    pub monitor: MonitorSettings,
    /// Whether music is missing between the block before and this one.
    pub follows_gap: bool,
}

impl TapBlock {
    fn empty() -> Self {
        Self {
            frames: 0,
            before: [[0.0; TAP_FRAMES]; 2],
            after: [[0.0; TAP_FRAMES]; 2],
            meters: ChainMeters::default(),
            monitor: MonitorSettings::default(),
            follows_gap: true,
        }
    }
}

/// The blocks on their way, at one sample rate and latency.
pub struct TapRing {
    pub sample_rate_hz: f64,
    /// Frames by which the output lags the input.
    pub latency: usize,
    blocks: ArrayQueue<TapBlock>,
}

impl TapRing {
    /// The next block, if one waits.
    pub fn pop(&self) -> Option<TapBlock> {
        self.blocks.pop()
    }
}

/// The windows' end: which ring there is, and how many watch it.
#[derive(Default)]
pub struct Taps {
    /// Replaced when the plugin is activated with another rate or latency. Never locked by the audio thread.
    ring: Mutex<Option<Arc<TapRing>>>,
    watchers: AtomicUsize,
}

impl Taps {
    /// The ring in use.
    pub fn ring(&self) -> Option<Arc<TapRing>> {
        self.ring.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).clone()
    }

    /// Makes the audio thread fill the ring for as long as the answer lives.
    pub fn watch(self: &Arc<Self>) -> Watch {
        self.watchers.fetch_add(1, Ordering::AcqRel);
        Watch(self.clone())
    }
}

/// Somebody watches. Dropping it ends that.
pub struct Watch(Arc<Taps>);

impl Drop for Watch {
    fn drop(&mut self) {
        self.0.watchers.fetch_sub(1, Ordering::AcqRel);
    }
}

/// The audio thread's end.
pub struct TapFeed {
    ring: Arc<TapRing>,
    taps: Arc<Taps>,
    block: TapBlock,
    /// Whether the frames that come next are watched.
    watched: bool,
}

impl TapFeed {
    /// A feed with a new ring, which takes the place of the last one. Allocates.
    pub fn new(sample_rate_hz: f64, latency: usize, taps: &Arc<Taps>) -> Self {
        let blocks = (RING_S * sample_rate_hz) as usize / TAP_FRAMES + 2;
        let ring = Arc::new(TapRing { sample_rate_hz, latency, blocks: ArrayQueue::new(blocks) });
        *taps.ring.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = Some(ring.clone());
        Self { ring, taps: taps.clone(), block: TapBlock::empty(), watched: false }
    }

    /// Looks whether somebody watches from the next frame on, and says so.
    pub fn begin(&mut self) -> bool {
        let watched = self.taps.watchers.load(Ordering::Acquire) > 0;
        if watched && !self.watched {
            self.block.frames = 0;
            self.block.meters = ChainMeters::default();
            self.block.follows_gap = true;
        }
        self.watched = watched;
        watched
    }

    /// Frames that the block still takes, 1 or more.
    pub fn room(&self) -> usize {
        TAP_FRAMES - self.block.frames
    }

    /// Takes what comes in; no more frames than [`TapFeed::room`], and [`TapFeed::hear_after`] with as many comes next.
    pub fn hear_before(&mut self, left: &[f32], right: &[f32]) {
        put(&mut self.block.before, self.block.frames, left, right);
    }

    /// Takes what went out, and what the chain saw meanwhile.
    pub fn hear_after(&mut self, left: &[f32], right: &[f32], meters: &ChainMeters, monitor: &MonitorSettings) {
        put(&mut self.block.after, self.block.frames, left, right);
        self.block.frames += left.len().min(right.len());
        self.block.meters.raise(meters);
        self.block.monitor = *monitor;
        if self.block.frames >= TAP_FRAMES {
            self.block.follows_gap = self.ring.blocks.push(self.block).is_err();
            self.block.frames = 0;
            self.block.meters = ChainMeters::default();
        }
    }
}

fn put(channels: &mut [[f32; TAP_FRAMES]; 2], start: usize, left: &[f32], right: &[f32]) {
    for (channel, samples) in channels.iter_mut().zip([left, right]) {
        for (kept, sample) in channel[start..].iter_mut().zip(samples) {
            *kept = *sample;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn play(feed: &mut TapFeed, from: usize, frames: usize) {
        let mut start = from;
        while start < from + frames {
            let end = (from + frames).min(start + feed.room()).min(start + 100);
            let before: Vec<f32> = (start..end).map(|n| n as f32).collect();
            let after: Vec<f32> = before.iter().map(|sample| -sample).collect();
            let meters = ChainMeters { limiter_reduction_db: end as f32, ..ChainMeters::default() };
            feed.hear_before(&before, &before);
            feed.hear_after(&after, &after, &meters, &MonitorSettings::default());
            start = end;
        }
    }

    #[test]
    fn what_is_watched_arrives_whole_in_order_and_side_by_side() {
        let taps = Arc::new(Taps::default());
        let mut feed = TapFeed::new(48_000.0, 240, &taps);
        assert!(!feed.begin(), "nobody watches");
        let watch = taps.watch();
        assert!(feed.begin());
        play(&mut feed, 0, 3 * TAP_FRAMES + 7);
        let ring = taps.ring().unwrap();
        let blocks: Vec<_> = std::iter::from_fn(|| ring.pop()).collect();
        assert_eq!(blocks.len(), 3, "the rest waits for its block to fill");
        for (index, block) in blocks.iter().enumerate() {
            assert_eq!(block.follows_gap, index == 0);
            let expected: Vec<f32> = (index * TAP_FRAMES..(index + 1) * TAP_FRAMES).map(|n| n as f32).collect();
            assert_eq!(block.before[0].to_vec(), expected);
            assert!(block.after[1].iter().zip(&expected).all(|(after, before)| *after == -before));
            assert_eq!(
                block.meters.limiter_reduction_db,
                ((index + 1) * TAP_FRAMES) as f32,
                "the greatest of the block"
            );
        }
        drop(watch);
        assert!(!feed.begin());
    }

    #[test]
    fn a_full_ring_drops_blocks_and_says_so() {
        let taps = Arc::new(Taps::default());
        let mut feed = TapFeed::new(8000.0, 0, &taps);
        let _watch = taps.watch();
        feed.begin();
        let room = (RING_S * 8000.0) as usize / TAP_FRAMES + 2;
        play(&mut feed, 0, (room + 2) * TAP_FRAMES);
        let ring = taps.ring().unwrap();
        assert_eq!(std::iter::from_fn(|| ring.pop()).count(), room);
        play(&mut feed, 0, 2 * TAP_FRAMES);
        assert_eq!(std::iter::from_fn(|| ring.pop()).map(|block| block.follows_gap).collect::<Vec<_>>(), [true, false]);
    }

    #[test]
    fn who_watches_anew_sees_nothing_of_the_time_before() {
        let taps = Arc::new(Taps::default());
        let mut feed = TapFeed::new(48_000.0, 0, &taps);
        let first = taps.watch();
        feed.begin();
        play(&mut feed, 0, 100);
        drop(first);
        feed.begin();
        let _second = taps.watch();
        feed.begin();
        play(&mut feed, 5000, TAP_FRAMES);
        let block = taps.ring().unwrap().pop().unwrap();
        assert_eq!((block.before[0][0], block.follows_gap), (5000.0, true));
    }
}
