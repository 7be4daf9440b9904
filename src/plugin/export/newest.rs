//! What the guard around an instance shares with it. The framework makes the instance and shows nothing of it, but does so on the
//! thread that asks for one.

use std::{
    cell::RefCell,
    sync::{Arc, Weak},
};

use super::{super::memory::Memory, last_tasks::Post};

thread_local! {
    static NEWEST: RefCell<Newest> = RefCell::default();
}

/// The instance that was made last on this thread.
#[derive(Default)]
struct Newest {
    memory: Weak<Memory>,
    post: Option<Post>,
}

/// Says that an instance with this memory is being made.
pub fn begin(memory: &Arc<Memory>) {
    NEWEST.with_borrow_mut(|newest| *newest = Newest { memory: Arc::downgrade(memory), post: None });
}

/// Says how it gives the framework's worker something to do.
#[cfg(feature = "editor")]
pub fn set_post(post: Post) {
    NEWEST.with_borrow_mut(|newest| newest.post = Some(post));
}

/// The memory of the instance that was made last, unless it is gone, and the way to its worker, if there is one.
pub fn take() -> (Option<Arc<Memory>>, Option<Post>) {
    let Newest { memory, post } = NEWEST.take();
    (memory.upgrade(), post)
}
