//! The greatest peak of the last so many samples, as gain reduction in dB.
//!
//! A peak is held as long as the look-ahead needs it. Bass would be distorted by a gain that moves within its period, so while
//! peaks recur, that is while one rises to nearly the height of one that is further past than the look-ahead and nothing
//! between was as high, they are held long enough to meet the next one. A single hit is let go at once. How fast the gain
//! then comes back has no part in this: bass stays clean at any release time.
//!
//! The maximum is kept by chunks, so that each sample costs one comparison and each chunk's end a fixed number of them; the
//! hold ends on a whole chunk.

use super::envelope::MOST_DB;
use crate::dsp::peak;

/// Length of a chunk.
const CHUNK_S: f64 = 1.0 / 3000.0;
const SHORTEST_CHUNK: usize = 8;

/// A peak recurs when it passes the ceiling by this part of what the one before did: less would take a decay for a tone.
const RECURRENCE: f32 = 0.9;

/// What the look-ahead sees has fallen when it passes the ceiling by less than this part of what was before: the peaks of a
/// steady tone differ by less, as sampling has it.
const STEADY: f32 = 0.99;

/// Hold of one channel's peaks.
#[derive(Debug, Clone)]
pub struct Hold {
    chunk: usize,
    in_chunk: usize,
    /// Greatest ratio of the chunk so far, at least 1.
    running: f32,
    /// Greatest ratios of whole chunks.
    chunks: Vec<f32>,
    newest: usize,
    /// Chunks that the look-ahead asks for.
    least: usize,
    /// Chunks since a peak last recurred.
    since_recurrence: usize,
    /// Greatest ratio of the chunks that the look-ahead asks for, of all, and of those that are held.
    near: f32,
    far: f32,
    window: f32,
    held: f32,
    held_db: f64,
}

impl Hold {
    /// Holds for at least `least` samples and, while peaks recur, `extra` more.
    pub fn new(sample_rate: f64, least: usize, extra: usize) -> Self {
        let chunk = ((CHUNK_S * sample_rate) as usize).max(SHORTEST_CHUNK);
        let least_chunks = least.div_ceil(chunk);
        let most = least_chunks + extra.div_ceil(chunk);
        Self {
            chunk,
            in_chunk: 0,
            running: 1.0,
            chunks: vec![1.0; most],
            newest: 0,
            least: least_chunks,
            since_recurrence: usize::MAX,
            near: 1.0,
            far: 1.0,
            window: 1.0,
            held: 1.0,
            held_db: 0.0,
        }
    }

    /// Forgets all peaks.
    pub fn reset(&mut self) {
        self.in_chunk = 0;
        self.running = 1.0;
        self.chunks.fill(1.0);
        self.newest = 0;
        self.since_recurrence = usize::MAX;
        (self.near, self.far, self.window) = (1.0, 1.0, 1.0);
        self.hold(1.0);
    }

    /// Becomes the other.
    pub fn copy_from(&mut self, other: &Self) {
        self.chunks.copy_from_slice(&other.chunks);
        (self.in_chunk, self.newest) = (other.in_chunk, other.newest);
        self.since_recurrence = other.since_recurrence;
        (self.running, self.near, self.far, self.window) = (other.running, other.near, other.far, other.window);
        (self.held, self.held_db) = (other.held, other.held_db);
    }

    /// Both hold the greater of the two from now on. They must have gone through the same number of samples.
    pub fn join(&mut self, other: &mut Self) {
        for (chunk, other) in self.chunks.iter_mut().zip(&other.chunks) {
            *chunk = chunk.max(*other);
        }
        self.running = self.running.max(other.running);
        (self.near, self.far) = (self.near.max(other.near), self.far.max(other.far));
        self.window = self.window.max(other.window);
        self.since_recurrence = self.since_recurrence.min(other.since_recurrence);
        other.copy_from(self);
    }

    /// Whether there has been nothing above the ceiling.
    pub fn is_idle(&self) -> bool {
        self.running == 1.0 && self.chunks.iter().all(|chunk| *chunk == 1.0)
    }

    /// Passes `samples` samples without peaks when idle.
    pub fn skip(&mut self, samples: usize) {
        self.in_chunk = (self.in_chunk + samples) % self.chunk;
        self.hold(1.0);
    }

    /// Takes peaks as ratios to the ceiling and gives the reduction that the greatest one asks for.
    pub fn process(&mut self, mut ratios: &[f32], mut held_db: &mut [f64]) {
        while !ratios.is_empty() && !held_db.is_empty() {
            let run = ratios.len().min(held_db.len()).min(self.chunk - self.in_chunk);
            let (now, later) = ratios.split_at(run);
            let (slots, later_slots) = held_db.split_at_mut(run);
            let loudest = peak(now);
            let top = if loudest > self.running { loudest } else { self.running };
            if top <= self.window {
                self.running = top;
                self.hold(self.window);
                slots.fill(self.held_db);
            } else {
                for (ratio, slot) in now.iter().zip(slots) {
                    self.running = if *ratio > self.running { *ratio } else { self.running };
                    self.hold(if self.running > self.window { self.running } else { self.window });
                    *slot = self.held_db;
                }
            }
            self.in_chunk += run;
            if self.in_chunk == self.chunk {
                self.end_chunk();
            }
            (ratios, held_db) = (later, later_slots);
        }
    }

    #[inline(always)]
    fn hold(&mut self, ratio: f32) {
        if ratio != self.held {
            self.held = ratio;
            self.held_db = (20.0 * f64::from(ratio).log10()).min(MOST_DB);
        }
    }

    fn end_chunk(&mut self) {
        self.in_chunk = 0;
        let chunk = std::mem::replace(&mut self.running, 1.0);
        // What rises again to nearly the height of a peak that the look-ahead no longer sees is a period of bass.
        let (near, far) = (self.near, self.far);
        if chunk > near && near - 1.0 < STEADY * (far - 1.0) && chunk - 1.0 >= RECURRENCE * (far - 1.0) {
            self.since_recurrence = 0;
        } else {
            self.since_recurrence = self.since_recurrence.saturating_add(1);
        }
        let all = self.chunks.len();
        let leaving = [self.least, all].map(|count| self.chunks[(self.newest + 1 + all - count) % all]);
        self.newest = (self.newest + 1) % all;
        self.chunks[self.newest] = chunk;
        self.near = self.greatest(self.least, [near, chunk], leaving[0]);
        self.far = self.greatest(all, [far, chunk], leaving[1]);
        let recurs = self.since_recurrence <= all;
        self.window = if recurs { self.far } else { self.near };
    }

    /// The greatest of the last `count` chunks of the ring, known what the greatest was before the newest came and which one has
    /// left for it: only where that was the greatest all must be looked at.
    fn greatest(&self, count: usize, [before, newest]: [f32; 2], left: f32) -> f32 {
        if newest >= before {
            return newest;
        }
        if left < before {
            return before;
        }
        // Up to the newest, and what is left from the ring's end.
        let first = (self.newest + 1).saturating_sub(count);
        let from_end = &self.chunks[self.chunks.len() - (count - (self.newest + 1 - first))..];
        peak(&self.chunks[first..=self.newest]).max(peak(from_end))
    }
}
