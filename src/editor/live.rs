//! The running audio in the window: one [`Scope`] for all panels, fed once a tick.
//!
//! A panel that shows what runs asks [`Live::seen`] in its step and draws anew only when its own picture has changed. When the
//! host stops, nothing changes any more but [`Live::is_running`], once: pictures freeze and dim.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    sync::Arc,
};

use crate::{
    link::{TapRing, Taps, Watch},
    scope::{Pictures, Scope, spectrum::Speed},
};

/// Without audio for so long, the host has stopped.
const STOPPED_AFTER_S: f32 = 0.3;
/// Blocks heard in one tick at most: after a window was hidden, it need not catch up all at once.
const MOST_BLOCKS: usize = 48;

/// How many times each picture has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Seen {
    pub spectrum: u64,
    pub modules: u64,
    pub loudness: u64,
    pub running: bool,
}

/// The running audio of one window. Cheap to clone.
#[derive(Clone)]
pub struct Live(Rc<Inner>);

struct Inner {
    taps: Arc<Taps>,
    _watch: Watch,
    ring: RefCell<Option<Arc<TapRing>>>,
    pictures: Pictures,
    seen: Cell<Seen>,
    silent_s: Cell<f32>,
    speed: Cell<Speed>,
}

impl Live {
    /// Watches what runs through `taps`, with the pictures of the last window.
    pub fn new(taps: &Arc<Taps>, pictures: &Pictures) -> Self {
        // What is left of an earlier window's time is old.
        if let Some(ring) = taps.ring() {
            while ring.pop().is_some() {}
        }
        Self(Rc::new(Inner {
            taps: taps.clone(),
            _watch: taps.watch(),
            ring: RefCell::default(),
            pictures: pictures.clone(),
            seen: Cell::default(),
            silent_s: Cell::new(f32::INFINITY),
            speed: Cell::default(),
        }))
    }

    /// Hears what has come since the last tick.
    pub fn tick(&self, elapsed_s: f32) {
        let inner = &*self.0;
        let mut ring = inner.ring.borrow_mut();
        let newest = inner.taps.ring();
        if ring.as_ref().map(Arc::as_ptr) != newest.as_ref().map(Arc::as_ptr) {
            *ring = newest;
        }
        let Some(ring) = &*ring else { return };
        let mut scope = inner.pictures.lock();
        if !scope.as_ref().is_some_and(|scope| scope.suits(ring.sample_rate_hz, ring.latency)) {
            let mut fresh = Scope::new(ring.sample_rate_hz, ring.latency);
            fresh.set_speed(inner.speed.get());
            *scope = Some(fresh);
        }
        let Some(scope) = &mut *scope else { return };
        let mut seen = inner.seen.get();
        let mut blocks = 0;
        while blocks < MOST_BLOCKS
            && let Some(block) = ring.pop()
        {
            blocks += 1;
            let changes = scope.hear(&block);
            seen.spectrum += u64::from(changes.spectrum);
            seen.modules += u64::from(changes.modules);
            seen.loudness += u64::from(changes.loudness);
        }
        let silent_s = if blocks > 0 { 0.0 } else { inner.silent_s.get() + elapsed_s };
        inner.silent_s.set(silent_s);
        seen.running = silent_s < STOPPED_AFTER_S;
        inner.seen.set(seen);
    }

    /// What has changed so far: another answer than the last time means a new picture.
    pub fn seen(&self) -> Seen {
        self.0.seen.get()
    }

    /// Whether audio comes.
    pub fn is_running(&self) -> bool {
        self.0.seen.get().running
    }

    /// Looks at the pictures, or changes them by hand; `None` before the plugin was activated. Asked within itself it has nothing.
    pub fn with<T>(&self, look: impl FnOnce(&mut Scope) -> T) -> Option<T> {
        self.0.pictures.lock().as_mut().map(look)
    }

    /// Chooses how soon the spectra follow.
    pub fn set_speed(&self, speed: Speed) {
        if self.0.speed.replace(speed) != speed {
            self.with(|scope| scope.set_speed(speed));
        }
    }

    /// Measures loudness, peaks and the most reduction anew.
    pub fn reset_loudness(&self) {
        self.with(|scope| {
            scope.loudness.reset();
            scope.trace.reset();
        });
        let mut seen = self.0.seen.get();
        seen.loudness += 1;
        seen.modules += 1;
        self.0.seen.set(seen);
    }

    /// Forgets the peaks of the spectra.
    pub fn reset_held(&self) {
        self.with(|scope| {
            scope.before.reset_held();
            scope.after.reset_held();
        });
        let mut seen = self.0.seen.get();
        seen.spectrum += 1;
        self.0.seen.set(seen);
    }
}
