//! The right to play or to flush parameters, which one thread has at a time.

use std::sync::atomic::{AtomicBool, Ordering};

/// Whether somebody has it.
#[derive(Default)]
pub struct Turns(AtomicBool);

/// Somebody has it until this goes.
pub struct Turn<'a>(&'a AtomicBool);

impl Turns {
    /// The right, unless another thread has it. Never waits.
    pub fn take(&self) -> Option<Turn<'_>> {
        self.0.compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed).ok().map(|_| Turn(&self.0))
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}
