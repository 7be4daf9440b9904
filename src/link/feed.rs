//! The input's audio on its way from the audio thread to the worker.
//!
//! While `listen` is on, the audio thread fills blocks of [`BLOCK_FRAMES`] frames and pushes each into a ring that holds
//! a second of music. It never waits: when the ring is full the block is dropped and counted. Only in offline rendering,
//! where no deadline exists and blocks arrive faster than they can be heard, it waits for room, so that a bounce is
//! heard without gaps. The audio between turning `listen` on and off is one *session*.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use crossbeam::queue::ArrayQueue;

/// Frames of one block: small enough that little is lost with one, large enough that pushing costs nothing.
pub const BLOCK_FRAMES: usize = 256;
/// How much music the ring holds: several times the worker's longest pause.
const RING_S: f64 = 1.0;
/// How long an offline render waits for room before it gives up on the worker.
const OFFLINE_WAIT: Duration = Duration::from_secs(20);
const OFFLINE_PAUSE: Duration = Duration::from_millis(1);

/// A piece of the input.
#[derive(Clone, Copy)]
pub struct Block {
    /// Which session the block belongs to; counts from 1.
    pub session: u64,
    /// How many frames of the two channels are filled.
    pub frames: usize,
    pub left: [f32; BLOCK_FRAMES],
    pub right: [f32; BLOCK_FRAMES],
}

/// The blocks on their way, at one sample rate.
pub struct Ring {
    pub sample_rate_hz: u32,
    /// Channels that the host has; mono comes as two equal ones.
    pub channels: u16,
    blocks: ArrayQueue<Block>,
}

impl Ring {
    fn new(sample_rate_hz: u32, channels: u16) -> Self {
        let blocks = (RING_S * f64::from(sample_rate_hz)) as usize / BLOCK_FRAMES + 1;
        Self { sample_rate_hz, channels, blocks: ArrayQueue::new(blocks) }
    }

    /// The next block, if one waits.
    pub fn pop(&self) -> Option<Block> {
        self.blocks.pop()
    }
}

/// The worker's end.
#[derive(Default)]
pub struct Outlet {
    /// Replaced when the plugin is activated at another rate. Never locked by the audio thread.
    ring: Mutex<Option<Arc<Ring>>>,
    sessions: AtomicU64,
    ended: AtomicU64,
    dropped_frames: AtomicU64,
}

impl Outlet {
    /// The ring in use.
    pub fn ring(&self) -> Option<Arc<Ring>> {
        self.ring.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).clone()
    }

    /// The last session that ended; all its blocks are in the ring by then.
    pub fn ended(&self) -> u64 {
        self.ended.load(Ordering::Acquire)
    }

    /// The last session that began.
    pub fn begun(&self) -> u64 {
        self.sessions.load(Ordering::Acquire)
    }

    /// Takes the count of frames that found no room.
    pub fn take_dropped_frames(&self) -> u64 {
        self.dropped_frames.swap(0, Ordering::AcqRel)
    }
}

/// The audio thread's end.
pub struct Feed {
    ring: Arc<Ring>,
    outlet: Arc<Outlet>,
    block: Block,
    listening: bool,
    /// Whether the host renders offline.
    may_wait: bool,
}

impl Feed {
    /// A feed with a new ring, which takes the place of the outlet's last one. Allocates.
    pub fn new(sample_rate_hz: u32, channels: u16, outlet: &Arc<Outlet>) -> Self {
        let ring = Arc::new(Ring::new(sample_rate_hz, channels));
        *outlet.ring.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = Some(ring.clone());
        let block = Block { session: 0, frames: 0, left: [0.0; BLOCK_FRAMES], right: [0.0; BLOCK_FRAMES] };
        Self { ring, outlet: outlet.clone(), block, listening: false, may_wait: false }
    }

    /// Whether this feed suits these circumstances.
    pub fn suits(&self, sample_rate_hz: u32, channels: u16) -> bool {
        self.ring.sample_rate_hz == sample_rate_hz && self.ring.channels == channels
    }

    /// Says whether the host renders offline, where waiting for room is allowed.
    pub fn set_offline(&mut self, offline: bool) {
        self.may_wait = offline;
    }

    /// Says whether `listen` is on from the next frame on.
    pub fn set_listening(&mut self, listening: bool) {
        if listening == self.listening {
            return;
        }
        self.listening = listening;
        if listening {
            self.block.session = self.outlet.sessions.fetch_add(1, Ordering::AcqRel) + 1;
            self.block.frames = 0;
        } else {
            self.flush();
            self.outlet.ended.store(self.block.session, Ordering::Release);
        }
    }

    /// Takes the input's frames, if `listen` is on.
    pub fn add(&mut self, left: &[f32], right: &[f32]) {
        if !self.listening {
            return;
        }
        let (mut left, mut right) = (left, right);
        while !left.is_empty() && !right.is_empty() {
            let start = self.block.frames;
            let frames = left.len().min(right.len()).min(BLOCK_FRAMES - start);
            self.block.left[start..start + frames].copy_from_slice(&left[..frames]);
            self.block.right[start..start + frames].copy_from_slice(&right[..frames]);
            self.block.frames += frames;
            (left, right) = (&left[frames..], &right[frames..]);
            if self.block.frames == BLOCK_FRAMES {
                self.flush();
            }
        }
    }

    /// Sends what has been gathered, although the block is not full.
    pub fn flush(&mut self) {
        if self.block.frames == 0 {
            return;
        }
        let mut refused = self.ring.blocks.push(self.block);
        if self.may_wait {
            let mut waited = Duration::ZERO;
            while let (Err(block), true) = (refused, waited < OFFLINE_WAIT) {
                thread::sleep(OFFLINE_PAUSE);
                waited += OFFLINE_PAUSE;
                refused = self.ring.blocks.push(block);
            }
        }
        if refused.is_err() {
            self.outlet.dropped_frames.fetch_add(self.block.frames as u64, Ordering::AcqRel);
        }
        self.block.frames = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(outlet: &Outlet) -> Vec<(u64, Vec<f32>)> {
        let ring = outlet.ring().unwrap();
        std::iter::from_fn(|| ring.pop()).map(|block| (block.session, block.left[..block.frames].to_vec())).collect()
    }

    #[test]
    fn what_is_played_while_listening_arrives_whole_and_in_order() {
        let outlet = Arc::new(Outlet::default());
        let mut feed = Feed::new(48_000, 2, &outlet);
        let song: Vec<f32> = (0..1000).map(|n| n as f32).collect();
        feed.add(&song[..100], &song[..100]);
        feed.set_listening(true);
        for piece in song[100..700].chunks(37) {
            feed.add(piece, piece);
        }
        assert_eq!(outlet.ended(), 0);
        feed.set_listening(false);
        feed.add(&song[700..], &song[700..]);
        assert_eq!((outlet.begun(), outlet.ended()), (1, 1));
        let heard = heard(&outlet);
        assert!(heard.iter().all(|(session, _)| *session == 1));
        let samples: Vec<f32> = heard.into_iter().flat_map(|(_, left)| left).collect();
        assert_eq!(samples, song[100..700]);
        assert_eq!(outlet.take_dropped_frames(), 0);
    }

    #[test]
    fn a_full_ring_drops_the_newest_and_counts() {
        let outlet = Arc::new(Outlet::default());
        let mut feed = Feed::new(8000, 2, &outlet);
        feed.set_listening(true);
        let room = (8000 / BLOCK_FRAMES + 1) * BLOCK_FRAMES;
        let song = vec![0.5; room + 3 * BLOCK_FRAMES];
        feed.add(&song, &song);
        assert_eq!(outlet.take_dropped_frames(), 3 * BLOCK_FRAMES as u64);
        let frames: usize = heard(&outlet).iter().map(|(_, left)| left.len()).sum();
        assert_eq!(frames, room);
    }

    #[test]
    fn an_offline_render_waits_for_the_listener() {
        let outlet = Arc::new(Outlet::default());
        let mut feed = Feed::new(8000, 2, &outlet);
        feed.set_offline(true);
        feed.set_listening(true);
        let song: Vec<f32> = (0..40_000).map(|n| n as f32).collect();
        let ring = outlet.ring().unwrap();
        let heard = thread::scope(|scope| {
            let listener = scope.spawn(|| {
                let mut heard = Vec::new();
                while outlet.ended() == 0 || heard.len() < song.len() {
                    match ring.pop() {
                        Some(block) => heard.extend_from_slice(&block.left[..block.frames]),
                        None => thread::yield_now(),
                    }
                }
                heard
            });
            feed.add(&song, &song);
            feed.set_listening(false);
            listener.join().unwrap()
        });
        assert_eq!(heard, song);
    }
}
