//! Trees that come and go on one thread, as windows do on a host's main thread: they leave nothing behind.

#![cfg(target_os = "linux")]

use vizia::prelude::*;
use vizia_baseview::Stage;

struct Root;

impl View for Root {}

/// Bytes that are asked of the allocator and not given back.
fn held_bytes() -> usize {
    // SAFETY: the call looks at the allocator's own figures.
    let heap = unsafe { libc::mallinfo2() };
    heap.uordblks + heap.hblkhd
}

/// A tree with signals, and with what is built anew when they change.
fn come_and_go() {
    let mut signal = None;
    let build = |cx: &mut Context| {
        let number = Signal::new(1);
        signal = Some(number);
        for _ in 0..20 {
            Binding::new(cx, number, move |cx| {
                let doubled = Memo::new(move |_| number.get() * 2);
                Label::new(cx, doubled.map(ToString::to_string));
            });
        }
    };
    let mut stage = Stage::new((300, 200), 1.0, Root, build).expect("memory for a picture");
    stage.turn();
    stage.with(|_| signal.expect("built").set(2));
    stage.turn();
    stage.draw();
}

#[test]
fn a_tree_leaves_nothing_behind() {
    const TREES: usize = 200;
    (0..20).for_each(|_| come_and_go());
    let before = held_bytes();
    (0..TREES).for_each(|_| come_and_go());
    let grown = held_bytes().saturating_sub(before) / TREES;
    assert!(grown < 200, "{grown} bytes a tree");
}
