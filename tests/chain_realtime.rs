//! Real time: [`Chain::process`] never allocates or frees, whatever the settings and blocks.
//!
//! Allocation is trapped here. Locks and system calls need no trap of their own to be ruled out: nothing under `dsp` names a
//! mutex, a channel, a file, a clock, a thread or a printing macro, which the second test reads in the source.

use lacquer::{
    dsp::Chain,
    settings::{
        ChainSettings,
        fields::{Kind, fields},
    },
};
use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
    path::Path,
};

thread_local! {
    static WATCHED: Cell<bool> = const { Cell::new(false) };
    static CALLS: Cell<usize> = const { Cell::new(0) };
}

/// The system's allocator, counting the calls of a watched thread.
struct CountingAllocator;

impl CountingAllocator {
    fn count() {
        if WATCHED.get() {
            CALLS.set(CALLS.get() + 1);
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

/// Calls of the allocator while `work` runs.
fn allocator_calls(work: impl FnOnce()) -> usize {
    CALLS.set(0);
    WATCHED.set(true);
    work();
    WATCHED.set(false);
    CALLS.get()
}

struct Noise(u64);

impl Noise {
    fn share(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as f32 / (1u64 << 31) as f32
    }
}

fn any_settings(noise: &mut Noise) -> ChainSettings {
    let mut settings = ChainSettings::default();
    for field in fields() {
        let (min, max) = match field.kind {
            Kind::Number { min, max, .. } => (min, max),
            Kind::Count { min, max } => (min as f32, max as f32),
            Kind::Switch => (0.0, 1.0),
            Kind::Choice { labels } => (0.0, (labels.len() - 1) as f32),
        };
        field.set(&mut settings, min + noise.share() * (max - min));
    }
    settings
}

#[test]
fn processing_never_allocates() {
    assert!(allocator_calls(|| drop(std::hint::black_box(Box::new(1)))) > 0, "the trap works");
    let mut noise = Noise(1);
    for rate in [8_000.0, 48_000.0, 96_000.0, 384_000.0] {
        let mut chain = Chain::new(rate);
        let (mut left, mut right) = (vec![0f32; 8192], vec![0f32; 8192]);
        for block in [1, 7, 64, 511, 512, 4096, 8192, 64, 1, 3000, 32, 31, 33] {
            for _ in 0..4 {
                let settings = any_settings(&mut noise);
                for sample in left.iter_mut().chain(&mut right) {
                    *sample = 3.0 * noise.share() - 1.5;
                }
                let calls = allocator_calls(|| {
                    chain.process(&settings, &mut left[..block], &mut right[..block]);
                });
                assert_eq!(calls, 0, "blocks of {block} at {rate} Hz: {settings:?}");
            }
        }
        assert_eq!(allocator_calls(|| chain.reset()), 0, "reset may be called from the audio thread as well");
    }
}

/// What may lock, wait, print or ask the system.
const FORBIDDEN: [&str; 12] = [
    "Mutex",
    "RwLock",
    "Condvar",
    "mpsc",
    "OnceLock",
    "std::fs",
    "std::io",
    "std::time",
    "std::thread",
    "println!",
    "dbg!",
    "log::",
];

#[test]
fn no_source_of_the_chain_names_a_lock_or_a_system_call() {
    fn read(folder: &Path, seen: &mut usize) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.ends_with("tests") || path.ends_with("tests.rs") {
                continue;
            }
            if path.is_dir() {
                read(&path, seen);
            } else {
                *seen += 1;
                let source = std::fs::read_to_string(&path).unwrap();
                let code = source.split("#[cfg(test)]").next().unwrap_or_default();
                for word in FORBIDDEN {
                    assert!(!code.contains(word), "{} names {word}", path.display());
                }
            }
        }
    }
    let mut seen = 0;
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/dsp"), &mut seen);
    assert!(seen > 10, "the sources were found");
}
