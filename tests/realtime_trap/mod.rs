//! A trap for what an audio thread must not do: ask the heap for anything, or the system.
//!
//! The heap is watched by a counting allocator. System calls are caught by Linux's syscall user dispatch (kernel 5.11, x86-64): while
//! a byte of the thread says so, the kernel answers any call with a signal instead, and the trap notes the call's number.
//! A lock that is taken already makes its caller wait in a system call (`futex`), so locks are caught when others hold them.
//! Elsewhere only the heap is watched.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
};

thread_local! {
    static WATCHED: Cell<bool> = const { Cell::new(false) };
    static HEAP_CALLS: Cell<usize> = const { Cell::new(0) };
}

/// The system's allocator, counting the calls of a watched thread.
struct CountingAllocator;

impl CountingAllocator {
    fn count() {
        if WATCHED.get() {
            HEAP_CALLS.set(HEAP_CALLS.get() + 1);
        }
    }
}

// SAFETY: every call goes to the system's allocator unchanged; the counters are thread-local cells that need no memory.
unsafe impl GlobalAlloc for CountingAllocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        Self::count();
        // SAFETY: the caller keeps to the contract of `alloc`, which is the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        Self::count();
        // SAFETY: the pointer came from `System.alloc` with this layout.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        Self::count();
        // SAFETY: the pointer came from `System.alloc` with this layout.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

/// What a thread did while it was watched.
#[derive(Debug, PartialEq, Eq)]
pub struct Caught {
    /// Calls of the allocator.
    pub heap_calls: usize,
    /// Number of the first system call, if there was any. No further one is noticed.
    pub system_call: Option<i32>,
}

/// What nothing forbidden looks like.
pub const NOTHING: Caught = Caught { heap_calls: 0, system_call: None };

/// Runs `work`, watched.
pub fn watch<R>(work: impl FnOnce() -> R) -> (R, Caught) {
    system_calls::prepare();
    HEAP_CALLS.set(0);
    WATCHED.set(true);
    system_calls::block();
    let result = work();
    let system_call = system_calls::allow();
    WATCHED.set(false);
    (result, Caught { heap_calls: HEAP_CALLS.get(), system_call })
}

/// Whether system calls can be caught here.
pub fn catches_system_calls() -> bool {
    system_calls::prepare()
}

/// Shows that the trap catches what it is for; every test that relies on it does so first.
pub fn prove() {
    let (_, caught) = watch(|| drop(std::hint::black_box(Box::new(1))));
    assert_eq!(caught.heap_calls, 2, "an allocation and its end");
    if catches_system_calls() {
        let (_, caught) = watch(std::thread::yield_now);
        assert!(caught.system_call.is_some(), "a system call");
    } else {
        eprintln!("system calls cannot be caught on this system: the heap alone is watched");
    }
    assert_eq!(watch(|| ()).1, NOTHING);
}

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod system_calls {
    use std::{
        cell::Cell,
        ffi::{c_int, c_void},
        sync::Once,
    };

    const PR_SET_SYSCALL_USER_DISPATCH: c_int = 59;
    const PR_SYS_DISPATCH_ON: usize = 1;
    const ALLOW: u8 = 0;
    const BLOCK: u8 = 1;
    /// Where a `siginfo_t` for `SIGSYS` holds the number of the call (`si_syscall`).
    const NUMBER_OFFSET: usize = 24;

    thread_local! {
        /// What the kernel reads at every system call of the thread.
        static SELECTOR: Cell<u8> = const { Cell::new(ALLOW) };
        static PREPARED: Cell<Option<bool>> = const { Cell::new(None) };
        static FIRST: Cell<Option<i32>> = const { Cell::new(None) };
    }

    /// Asks the kernel to watch this thread's byte; whether it does.
    pub fn prepare() -> bool {
        if let Some(prepared) = PREPARED.get() {
            return prepared;
        }
        static HANDLER: Once = Once::new();
        HANDLER.call_once(|| {
            let handler: extern "C" fn(c_int, *mut libc::siginfo_t, *mut c_void) = note;
            // SAFETY: an action of zeros is a valid one; the handler has the form that SA_SIGINFO asks for and touches
            // nothing but thread-local cells.
            unsafe {
                let mut action: libc::sigaction = std::mem::zeroed();
                action.sa_sigaction = handler as usize;
                action.sa_flags = libc::SA_SIGINFO;
                libc::sigaction(libc::SIGSYS, &action, std::ptr::null_mut());
            }
        });
        // SAFETY: the byte lives as long as its thread, and the kernel ends watching when the thread ends.
        let answer = unsafe {
            libc::prctl(PR_SET_SYSCALL_USER_DISPATCH, PR_SYS_DISPATCH_ON, 0usize, 0usize, SELECTOR.with(Cell::as_ptr))
        };
        PREPARED.set(Some(answer == 0));
        answer == 0
    }

    /// From now on the thread's system calls are caught.
    pub fn block() {
        FIRST.set(None);
        if PREPARED.get() == Some(true) {
            SELECTOR.set(BLOCK);
        }
    }

    /// Ends that; the number of the call that was caught.
    pub fn allow() -> Option<i32> {
        SELECTOR.set(ALLOW);
        FIRST.get()
    }

    /// Notes the call, which fails as an unknown one, and lets all further ones through: the way back is itself one.
    extern "C" fn note(_signal: c_int, info: *mut libc::siginfo_t, context: *mut c_void) {
        SELECTOR.set(ALLOW);
        // SAFETY: the kernel hands a `siginfo_t` for SIGSYS, whose number lies within it, and the context of the thread.
        unsafe {
            FIRST.set(Some(info.cast::<u8>().add(NUMBER_OFFSET).cast::<i32>().read_unaligned()));
            let context = &mut *context.cast::<libc::ucontext_t>();
            context.uc_mcontext.gregs[libc::REG_RAX as usize] = -i64::from(libc::ENOSYS);
        }
    }
}

#[cfg(not(all(target_os = "linux", target_arch = "x86_64")))]
mod system_calls {
    pub fn prepare() -> bool {
        false
    }

    pub fn block() {}

    pub fn allow() -> Option<i32> {
        None
    }
}
