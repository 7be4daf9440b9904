//! How much memory a piece of work takes at most: an allocator that keeps each thread's account.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
};

thread_local! {
    /// Bytes taken and not given back since the account was opened.
    static HELD: Cell<isize> = const { Cell::new(0) };
    static MOST: Cell<isize> = const { Cell::new(0) };
}

/// The system's allocator with an account.
struct Accountant;

fn book(bytes: isize) {
    let held = HELD.get() + bytes;
    HELD.set(held);
    MOST.set(MOST.get().max(held));
}

// SAFETY: every call goes to the system's allocator unchanged; the accounts are thread-local cells that need no memory.
unsafe impl GlobalAlloc for Accountant {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        book(layout.size() as isize);
        // SAFETY: the caller keeps to the contract of `alloc`, which is the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        book(layout.size() as isize);
        // SAFETY: the caller keeps to the contract of `alloc_zeroed`, which is the same.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        book(-(layout.size() as isize));
        // SAFETY: the pointer came from `System` with this layout.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // Old and new are both there while one is copied to the other.
        book(size as isize);
        book(-(layout.size() as isize));
        // SAFETY: the pointer came from `System` with this layout.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Accountant = Accountant;

/// Runs `work`; gives with its result the most bytes that it held at once on this thread.
pub fn most_held<R>(work: impl FnOnce() -> R) -> (R, usize) {
    HELD.set(0);
    MOST.set(0);
    let result = work();
    (result, MOST.get().unsigned_abs())
}

#[test]
fn the_account_is_kept() {
    let ((), most) = most_held(|| drop(std::hint::black_box(vec![1u8; 1_000_000])));
    assert!((1_000_000..1_100_000).contains(&most), "{most}");
    let (kept, most) = most_held(|| std::hint::black_box(vec![0u64; 1000]));
    assert!((8000..9000).contains(&most), "{most}");
    drop(kept);
}
