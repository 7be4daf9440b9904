//! What lies between a window's thread and the host's.

use std::{
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Instant,
};

use baseview::{WindowSize, WindowWaker};

use crate::wish::Wish;

/// Size and scale of a window, as it is, was last, or is to open.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Geometry {
    /// Logical pixels of the system, zoom included.
    pub width: f32,
    pub height: f32,
    /// Physical pixels to a logical one of the system.
    pub scale: f64,
}

/// How long a host's timer may be silent before the window goes on by its own.
const PATIENCE_MS: u64 = 500;

/// What a window's thread and the host's main thread share.
pub struct Link {
    size: AtomicU64,
    scale: AtomicU64,
    news: AtomicBool,
    shown: AtomicBool,
    /// Whether the host's timer has come round, and when it did last: milliseconds since `made`, none is 0.
    beat: AtomicBool,
    beaten_ms: AtomicU64,
    made: Instant,
    waker: Mutex<Option<WindowWaker>>,
    pub(crate) wish: Wish,
}

impl Link {
    pub fn new(width: f32, height: f32) -> Self {
        let link = Self {
            size: AtomicU64::new(0),
            scale: AtomicU64::new(1f64.to_bits()),
            news: AtomicBool::new(false),
            shown: AtomicBool::new(true),
            beat: AtomicBool::new(false),
            beaten_ms: AtomicU64::new(0),
            made: Instant::now(),
            waker: Mutex::new(None),
            wish: Wish::default(),
        };
        link.set_size(width, height);
        link
    }

    /// The window's size, or the one that it will open with.
    pub fn geometry(&self) -> Geometry {
        let size = self.size.load(Ordering::Relaxed);
        Geometry {
            width: f32::from_bits((size >> 32) as u32),
            height: f32::from_bits(size as u32),
            scale: f64::from_bits(self.scale.load(Ordering::Relaxed)),
        }
    }

    /// Says with what size to open.
    pub fn set_size(&self, width: f32, height: f32) {
        let packed = (u64::from(width.to_bits()) << 32) | u64::from(height.to_bits());
        self.size.store(packed, Ordering::Relaxed);
    }

    /// Wakes the window: something has changed that it shows.
    pub fn wake(&self) {
        self.news.store(true, Ordering::Release);
        self.poll();
    }

    /// The host's timer has come round: the window takes its turns by it, and not by its own while it goes on.
    pub fn beat(&self) {
        self.beaten_ms.store(self.now_ms(), Ordering::Relaxed);
        self.beat.store(true, Ordering::Release);
        self.poll();
    }

    /// Whether the host's timer has come round since this was asked last.
    pub(crate) fn take_beat(&self) -> bool {
        self.beat.swap(false, Ordering::AcqRel)
    }

    /// Whether the host's timer goes.
    pub(crate) fn has_pace(&self) -> bool {
        let last_ms = self.beaten_ms.load(Ordering::Relaxed);
        last_ms != 0 && self.now_ms().saturating_sub(last_ms) < PATIENCE_MS
    }

    fn now_ms(&self) -> u64 {
        // From 1 on: 0 is never.
        self.made.elapsed().as_millis() as u64 + 1
    }

    fn poll(&self) {
        if let Some(waker) = &*self.waker.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) {
            waker.request_poll();
        }
    }

    /// Says whether the window can be seen.
    pub fn set_shown(&self, shown: bool) {
        self.shown.store(shown, Ordering::Relaxed);
        if shown {
            self.wake();
        }
    }

    /// Whether the window can be seen, as far as the host says.
    pub(crate) fn is_shown(&self) -> bool {
        self.shown.load(Ordering::Relaxed)
    }

    /// Whether anything has changed that is not shown yet.
    pub(crate) fn has_news(&self) -> bool {
        self.news.load(Ordering::Acquire)
    }

    /// All news is about to be shown.
    pub(crate) fn take_news(&self) {
        self.news.store(false, Ordering::Release);
    }

    pub(crate) fn set_waker(&self, waker: Option<WindowWaker>) {
        *self.waker.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = waker;
    }

    /// Lets go of a window that is about to be dropped.
    pub fn forget_window(&self) {
        self.set_waker(None);
    }

    pub(crate) fn note(&self, size: &WindowSize) {
        self.set_size(size.logical.width as f32, size.logical.height as f32);
        self.scale.store(size.scale_factor.to_bits(), Ordering::Relaxed);
    }
}
