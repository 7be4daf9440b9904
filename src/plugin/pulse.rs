//! The host's timer, on its way from the host's main thread to the window.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// How often the window wants to be told: 30 times a second.
#[cfg(feature = "editor")]
pub const PERIOD_MS: u32 = 33;

type Listener = Box<dyn Fn() + Send>;

/// Tells the window of each time that the host's timer comes round.
#[derive(Default)]
pub struct Pulse(Mutex<Option<Listener>>);

impl Pulse {
    /// Says who is told, in place of who was told before.
    pub fn listen(&self, listener: impl Fn() + Send + 'static) {
        *self.listener() = Some(Box::new(listener));
    }

    /// The timer has come round. For the host's main thread.
    pub fn beat(&self) {
        if let Some(listener) = &*self.listener() {
            listener();
        }
    }

    fn listener(&self) -> MutexGuard<'_, Option<Listener>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
