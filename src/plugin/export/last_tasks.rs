//! Lets the framework's worker finish with an instance before the instance goes.
//!
//! All VST3 instances share one worker thread on Linux. It ends where it finds a task of an instance that is gone; from then on nobody's
//! requests reach the host, and the end of the last instance panics within the host's call (nice-plug 0.4.2, `background_thread.rs`).

use std::{
    sync::{Arc, Condvar, Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

/// Gives the worker of one instance something to do.
pub type Post = Box<dyn Fn(Mark) + Send + Sync>;

/// How long the worker gets for what all instances asked of it: it has microseconds of work for each, unless a host keeps it.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long a full queue is left alone.
const PAUSE: Duration = Duration::from_millis(5);
/// What the worker needs to let go of the instance when it has told of the last task. An instance that cannot leave a mark waits for
/// so many pauses instead.
const LETTING_GO: Duration = Duration::from_millis(2);
const PAUSES_UNMARKED: u32 = 10;

/// A task that only tells that it was reached.
pub struct Mark(Arc<Reached>);

#[derive(Default)]
struct Reached {
    is_reached: Mutex<bool>,
    news: Condvar,
}

impl Mark {
    /// Tells it.
    pub fn reach(self) {
        *self.0.is_reached.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.0.news.notify_all();
    }
}

/// The tasks of one instance.
pub struct LastTasks {
    post: Option<Post>,
    /// Held by what the worker must not meet half done.
    peace: Mutex<()>,
}

impl LastTasks {
    /// Those that come by `post`.
    pub fn new(post: Option<Post>) -> Self {
        Self { post, peace: Mutex::new(()) }
    }

    /// Does what the worker must not meet half done, with nothing left for it to do before; and nobody else does such a thing meanwhile.
    pub fn undisturbed<T>(&self, act: impl FnOnce() -> T) -> T {
        let _peace = self.peace.lock().unwrap_or_else(PoisonError::into_inner);
        self.wait();
        act()
    }

    /// Waits until all that was asked of the worker so far is done. Not for the audio thread. Gives whether it is done: a worker that
    /// does not answer is dead or kept by the host.
    pub fn wait(&self) -> bool {
        let Some(post) = &self.post else {
            thread::sleep(PAUSE * PAUSES_UNMARKED);
            return true;
        };
        let begun = Instant::now();
        let reached = Arc::new(Reached::default());
        post(Mark(reached.clone()));
        // Where there was no room for the mark it was dropped on the spot, and nobody has it but this.
        while Arc::strong_count(&reached) == 1 && !*reached.is_reached.lock().unwrap_or_else(PoisonError::into_inner) {
            if begun.elapsed() > PATIENCE {
                return false;
            }
            thread::sleep(PAUSE);
            post(Mark(reached.clone()));
        }
        let is_reached = reached.is_reached.lock().unwrap_or_else(PoisonError::into_inner);
        let left = PATIENCE.saturating_sub(begun.elapsed());
        let (is_reached, _) = reached
            .news
            .wait_timeout_while(is_reached, left, |is_reached| !*is_reached)
            .unwrap_or_else(PoisonError::into_inner);
        *is_reached
    }

    /// The same at the instance's end: when it is true, nobody uses the instance any more.
    pub fn end(&self) -> bool {
        let is_done = self.wait();
        thread::sleep(LETTING_GO);
        is_done
    }
}
