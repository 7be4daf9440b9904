//! The plugin's own window in hosts' windows on an X server: opened and closed again and again, by hosts that keep the rules and by
//! others.
//!
//! They need a server, one that stays when its last client goes: `xvfb-run -s -noreset cargo test --test x11 -- --ignored
//! --test-threads=1`.

#![cfg(target_os = "linux")]

mod clap;
mod desktop;
#[expect(dead_code, reason = "other tests ask a host for more")]
#[path = "../vst3_host/host.rs"]
mod host;
mod vst3;

use std::{
    panic,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

use clap::Clap;
use desktop::{Held, Parent};
use host::{Calls, Vst3};
use lacquer_clap_host::number;
use nice_plug::wrapper::vst3::vst3::{
    ComPtr, ComWrapper,
    Steinberg::{IPlugFrame, IPlugViewTrait, Vst::IEditControllerTrait, kResultOk},
};
use vst3::{Bare, Frame, View};

/// How long an open window gets to draw itself.
const SHOWN: Duration = Duration::from_millis(60);
const PATIENCE: Duration = Duration::from_secs(20);
const PERIOD: Duration = Duration::from_millis(33);

/// Waits for what is to come, while the host goes on.
fn until(what: &str, mut happened: impl FnMut() -> bool) {
    let start = Instant::now();
    while !happened() {
        assert!(start.elapsed() < PATIENCE, "{what} did not happen");
        thread::sleep(Duration::from_millis(5));
    }
}

fn turns(mut turn: impl FnMut()) {
    let start = Instant::now();
    while start.elapsed() < SHOWN {
        turn();
        thread::sleep(Duration::from_millis(5));
    }
}

/// Opens and closes windows; bytes an opening that are not given back. Threads and descriptors have to be given back to the last.
fn open_and_close(openings: usize, mut once: impl FnMut()) -> f64 {
    let threads = Held::now().threads;
    // The last window's threads end a little after it.
    let mut measured = |times: usize| {
        (0..times).for_each(|_| once());
        until("the end of threads", || Held::now().threads <= threads);
        Held::now()
    };
    // What is set up once for all windows.
    let before = measured(5);
    let after = measured(openings);
    let grown = after.bytes.saturating_sub(before.bytes) as f64 / openings as f64;
    println!("{openings} openings: {before:?} before, {after:?} after, {grown:.0} bytes an opening");
    assert!(after.descriptors <= before.descriptors, "{before:?} before, {after:?} after");
    grown
}

fn vst3_openings(openings: usize) -> f64 {
    let (plugin, parent) = (Vst3::new(), Parent::new());
    open_and_close(openings, || {
        let view = View::new(&plugin, Frame::default());
        assert_eq!(view.open(&parent), kResultOk);
        // The server may not be done with the one before.
        until("a window within the host's", || parent.children().len() == 1);
        turns(|| view.frame.turn());
        assert_eq!(view.close(), kResultOk);
        assert_eq!(view.set_frame(false), kResultOk);
        assert_eq!(view.frame.registered(), (0, 0), "the host's run loop has nothing of the plugin's left");
    })
}

fn clap_openings(openings: usize) -> f64 {
    let (plugin, parent) = (Clap::new(true), Parent::new());
    open_and_close(openings, || {
        assert!(plugin.open(&parent.window()));
        // The server may not be done with the one before.
        until("a window within the host's", || parent.children().len() == 1);
        turns(|| plugin.turn());
        plugin.close();
    })
}

#[test]
#[ignore = "needs an X server, and to itself"]
fn few_openings_leave_nothing_behind() {
    for grown in [vst3_openings(30), clap_openings(30)] {
        assert!(grown < 10_000.0, "{grown} bytes an opening");
    }
}

#[test]
#[ignore = "needs an X server, to itself, and minutes"]
fn a_thousand_openings_leave_nothing_behind() {
    for grown in [vst3_openings(1000), clap_openings(1000)] {
        assert!(grown < 1000.0, "{grown} bytes an opening");
    }
}

/// An instance whose audio thread is another than the one that its window is opened on.
struct Shared(Vst3);

// SAFETY: a host's audio thread plays while its main thread has the window.
unsafe impl Sync for Shared {}

impl Shared {
    /// Opens the window, lets it draw itself, and closes it.
    fn show_once(&self, parent: &Parent) {
        let view = View::new(&self.0, Frame::default());
        assert_eq!(view.open(parent), kResultOk);
        turns(|| view.frame.turn());
        assert_eq!(view.close(), kResultOk);
        assert_eq!(view.set_frame(false), kResultOk);
    }

    fn load(&self, state: &[u8]) -> bool {
        self.0.load(state)
    }

    fn play(&self, song: &[Vec<f32>]) -> Vec<Vec<f32>> {
        self.0.play(song, Calls { block: 480, in_place: true }, &[])
    }
}

/// Hosts may load a state from a thread of their own, at the very moment in which a window opens: the worker, which tells windows of
/// it, must not meet one that is half there.
#[test]
#[ignore = "needs an X server"]
fn states_are_loaded_from_elsewhere_while_windows_open() {
    static PANICS: AtomicUsize = AtomicUsize::new(0);
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |told| {
        PANICS.fetch_add(1, Ordering::Relaxed);
        usual(told);
    }));
    let (plugin, parent) = (Shared(Vst3::new()), Parent::new());
    let state = plugin.0.save();
    let done = AtomicBool::new(false);
    let loads = thread::scope(|scope| {
        let loader = scope.spawn(|| {
            let mut loads = 0;
            while !done.load(Ordering::Acquire) {
                loads += usize::from(plugin.load(&state));
            }
            loads
        });
        (0..12).for_each(|_| plugin.show_once(&parent));
        done.store(true, Ordering::Release);
        loader.join().expect("it lives")
    });
    assert_eq!(PANICS.load(Ordering::Relaxed), 0);
    assert!(loads > 12, "{loads} loads beside 12 openings");
}

#[test]
#[ignore = "needs an X server"]
fn windows_come_and_go_while_it_plays_and_nothing_is_heard_of_it() {
    let tone = |n: usize| (n as f32 * 0.031).sin() * 0.5;
    let song: Vec<Vec<f32>> = vec![(0..9600).map(tone).collect(); 2];
    let (plugin, parent) = (Shared(Vst3::new()), Parent::new());
    assert!(plugin.0.activate(48_000.0, 480));
    let done = AtomicBool::new(false);
    let heard = thread::scope(|scope| {
        let audio = scope.spawn(|| {
            let mut heard = Vec::new();
            while !done.load(Ordering::Acquire) {
                heard.push(plugin.play(&song));
                thread::sleep(Duration::from_millis(2));
            }
            heard
        });
        (0..8).for_each(|_| plugin.show_once(&parent));
        done.store(true, Ordering::Release);
        audio.join().expect("nothing panics while it plays")
    });
    assert!(heard.len() > 50, "{} passages", heard.len());
    let other = Shared(Vst3::new());
    assert!(other.0.activate(48_000.0, 480));
    for (passage, heard) in heard.iter().enumerate() {
        assert!(*heard == other.play(&song), "passage {passage}");
    }
}

#[test]
#[ignore = "needs an X server"]
fn the_hosts_timer_is_asked_for_while_the_window_is_open() {
    let (plugin, parent) = (Vst3::new(), Parent::new());
    let view = View::new(&plugin, Frame::default());
    assert_eq!(view.frame.registered().1, 0);
    assert_eq!(view.open(&parent), kResultOk);
    assert_eq!(view.frame.periods(), [PERIOD]);
    until("calls of the timer", || {
        view.frame.turn();
        view.frame.beats.get() > 3
    });
    assert_eq!(view.close(), kResultOk);
    assert_eq!(view.frame.registered().1, 0);

    let plugin = Clap::new(true);
    assert_eq!(plugin.period_ms(), 0);
    assert!(plugin.open(&parent.window()));
    assert_eq!(plugin.period_ms() as u128, PERIOD.as_millis());
    turns(|| plugin.turn());
    assert_eq!(plugin.value(number("limiter_on")), 0.0);
    plugin.close();
    assert_eq!(plugin.period_ms(), 0);
}

#[test]
#[ignore = "needs an X server"]
fn hosts_that_end_things_out_of_order_lose_nothing() {
    let (plugin, parent) = (Vst3::new(), Parent::new());
    let view = View::new(&plugin, Frame::default());
    for _ in 0..2 {
        assert_ne!(view.close(), kResultOk, "nothing is open");
        assert_eq!(view.open(&parent), kResultOk);
        assert_ne!(view.open(&parent), kResultOk, "it is open already");
        // The frame goes while the window is open, which cannot do without.
        assert_eq!(view.set_frame(false), kResultOk);
        assert_eq!(view.frame.registered(), (0, 0));
        until("the end of the window", || parent.children().is_empty());
        assert_ne!(view.close(), kResultOk);
        assert_ne!(view.open(&parent), kResultOk, "there is no frame");
        assert_eq!(view.set_frame(true), kResultOk);
    }
    // The view goes with its window open, the frame later.
    assert_eq!(view.open(&parent), kResultOk);
    let View { view, frame } = view;
    drop(view);
    assert_eq!(frame.registered(), (0, 0));
    until("the end of the window", || parent.children().is_empty());
    // The instance goes with its window open, the view after it.
    let view = View::new(&plugin, Frame::default());
    assert_eq!(view.open(&parent), kResultOk);
    turns(|| view.frame.turn());
    drop(plugin);
    turns(|| view.frame.turn());
    assert_ne!(view.open(&parent), kResultOk);
    let View { view, frame } = view;
    drop(view);
    assert_eq!(frame.registered(), (0, 0));

    let plugin = Clap::new(true);
    assert!(plugin.open(&parent.window()));
    turns(|| plugin.turn());
    // The instance goes with its window open.
    drop(plugin);
    until("the end of the window", || parent.children().is_empty());
}

#[test]
#[ignore = "needs an X server"]
fn without_what_a_window_needs_of_its_host_there_is_none() {
    let (plugin, parent) = (Vst3::new(), Parent::new());
    assert!(!Clap::new(false).open(&parent.window()), "the host has no room for windows");
    let refusing = View::new(&plugin, Frame::refusing());
    assert_ne!(refusing.open(&parent), kResultOk);
    drop(refusing);
    let bare = ComWrapper::new(Bare);
    // SAFETY: the instance's own calls; the frame lasts longer than the view.
    unsafe {
        let view = ComPtr::from_raw(plugin.controller.createView(c"editor".as_ptr())).expect("a view");
        let frame = bare.as_com_ref::<IPlugFrame>().expect("an interface");
        assert_eq!(view.setFrame(frame.as_ptr()), kResultOk);
        assert_ne!(view.attached(parent.id as usize as *mut _, c"X11EmbedWindowID".as_ptr()), kResultOk);
    }
    assert!(parent.children().is_empty());
}
