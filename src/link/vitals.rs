//! What the audio thread tells of itself: how long it works, for how much music, and the latency.
//!
//! Counters that only grow, so that any number of readers can each look at their own stretch of time. Time is read from the
//! processor's own counter, which takes neither a system call nor a lock.

use std::{
    sync::atomic::{AtomicU32, AtomicU64, Ordering},
    time::Instant,
};

/// The audio thread writes, whoever likes reads.
#[derive(Default)]
pub struct Vitals {
    busy_ticks: AtomicU64,
    frames: AtomicU64,
    sample_rate_hz: AtomicU32,
    latency_frames: AtomicU32,
}

impl Vitals {
    /// Says what was activated.
    pub fn activated(&self, sample_rate_hz: u32, latency_frames: u32) {
        self.sample_rate_hz.store(sample_rate_hz, Ordering::Relaxed);
        self.latency_frames.store(latency_frames, Ordering::Relaxed);
    }

    /// Says that music of so many frames has been worked on since `begun`, which [`ticks`] gave.
    pub fn worked(&self, begun: u64, frames: usize) {
        self.busy_ticks.fetch_add(ticks().saturating_sub(begun), Ordering::Relaxed);
        self.frames.fetch_add(frames as u64, Ordering::Relaxed);
    }

    /// Delay from input to output, seconds; nothing before the first activation.
    pub fn latency_s(&self) -> Option<f64> {
        let rate = self.sample_rate_hz.load(Ordering::Relaxed);
        (rate > 0).then(|| f64::from(self.latency_frames.load(Ordering::Relaxed)) / f64::from(rate))
    }

    /// Frames worked on since the start.
    pub fn frames(&self) -> u64 {
        self.frames.load(Ordering::Relaxed)
    }

    /// Sample rate of the last activation, Hz; 0 before the first.
    pub fn sample_rate_hz(&self) -> u32 {
        self.sample_rate_hz.load(Ordering::Relaxed)
    }
}

/// Reads the share of its time that the audio thread works.
pub struct LoadReader {
    looked: Instant,
    ticks: u64,
    busy_ticks: u64,
    frames: u64,
}

/// A look back shorter than this says more about the scheduler than about the load, seconds.
const SHORTEST_LOOK_S: f64 = 0.25;

impl LoadReader {
    /// A reader that looks at what comes from now on.
    pub fn new(vitals: &Vitals) -> Self {
        Self {
            looked: Instant::now(),
            ticks: ticks(),
            busy_ticks: vitals.busy_ticks.load(Ordering::Relaxed),
            frames: vitals.frames.load(Ordering::Relaxed),
        }
    }

    /// Time worked over the time that the music lasts, since the last answer: 1 is all that there is. Nothing when too little time
    /// has gone by; 0 when no music was played.
    pub fn load(&mut self, vitals: &Vitals) -> Option<f64> {
        let elapsed_s = self.looked.elapsed().as_secs_f64();
        if elapsed_s < SHORTEST_LOOK_S {
            return None;
        }
        let now = Self::new(vitals);
        let ticks_per_s = now.ticks.saturating_sub(self.ticks).max(1) as f64 / elapsed_s;
        let music_s = (now.frames - self.frames) as f64 / f64::from(vitals.sample_rate_hz().max(1));
        let busy_s = (now.busy_ticks - self.busy_ticks) as f64 / ticks_per_s;
        *self = now;
        Some(if music_s > 0.0 { busy_s / music_s } else { 0.0 })
    }
}

/// The processor's time stamp counter: steady, at a rate that [`LoadReader`] finds out.
#[cfg(target_arch = "x86_64")]
#[inline]
pub fn ticks() -> u64 {
    // SAFETY: reading the counter has no preconditions on x86-64; every such processor has it.
    unsafe { core::arch::x86_64::_rdtsc() }
}

/// The processor's virtual counter.
#[cfg(target_arch = "aarch64")]
#[inline]
pub fn ticks() -> u64 {
    let count: u64;
    // SAFETY: reading this register is allowed to programs on Linux, macOS and Windows, and changes nothing.
    unsafe { core::arch::asm!("mrs {}, cntvct_el0", out(reg) count, options(nomem, nostack, preserves_flags)) };
    count
}

/// Nanoseconds since the first call.
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
pub fn ticks() -> u64 {
    static START: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    START.get_or_init(Instant::now).elapsed().as_nanos() as u64
}

#[cfg(test)]
mod tests {
    use std::{thread, time::Duration};

    use super::*;

    #[test]
    fn load_is_the_time_worked_over_the_time_the_music_lasts() {
        let vitals = Vitals::default();
        assert_eq!(vitals.latency_s(), None);
        vitals.activated(48_000, 240);
        assert_eq!(vitals.latency_s(), Some(0.005));
        let mut reader = LoadReader::new(&vitals);
        assert_eq!(reader.load(&vitals), None, "no time has gone by");
        let begun = ticks();
        thread::sleep(Duration::from_millis(300));
        vitals.worked(begun, 48_000);
        // At least 0.3 s of work for a second of music; a busy machine sleeps longer, but the same clock counts that.
        let load = reader.load(&vitals).expect("long enough");
        assert!(load >= 0.29, "{load}");
        thread::sleep(Duration::from_millis(300));
        assert_eq!(reader.load(&vitals), Some(0.0), "no music, no load");
    }
}
