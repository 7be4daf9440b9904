//! Windows on an X server: files dropped on them, the clipboard between them, keys and whose they are, two at once, hidden ones, and a thousand after each other.
//!
//! They need a server, one that stays when its last client goes: `xvfb-run -s -noreset cargo test -p vizia-baseview --test x11 --
//! --ignored --test-threads=1`.

#![cfg(target_os = "linux")]

mod drag_source;
mod hands;
mod shown;

use std::{
    fs, thread,
    time::{Duration, Instant},
};

use drag_source::DragSource;
use hands::{ESCAPE, Hands, RETURN, SHIFT};
use shown::{FIELD, Shown};
use x11rb::{
    connection::Connection,
    protocol::xproto::{ConnectionExt, CreateWindowAux, WindowClass},
    wrapper::ConnectionExt as _,
};

const PATIENCE: Duration = Duration::from_secs(20);

/// Waits for what is to come.
fn until(what: &str, mut happened: impl FnMut() -> bool) {
    let start = Instant::now();
    while !happened() {
        assert!(start.elapsed() < PATIENCE, "{what} did not happen");
        thread::sleep(Duration::from_millis(5));
    }
}

/// KiB of memory that this process holds.
fn resident_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("Linux says it");
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("a line for it");
    line.split_whitespace().nth(1).and_then(|figure| figure.parse().ok()).expect("a figure")
}

fn threads() -> usize {
    fs::read_dir("/proc/self/task").expect("Linux says it").count()
}

#[test]
#[ignore = "needs an X server"]
fn a_dropped_file_reaches_the_view_that_wants_it() {
    let window = Shown::open("drop target");
    until("the first tick", || window.ticks() > 0);
    // baseview asks the file system about each file.
    let folder = tempfile::tempdir().expect("a folder");
    let folder_path = folder.path().canonicalize().expect("it is there");
    let paths = ["one song.wav", "ein Stück.flac"].map(|name| folder_path.join(name));
    paths.iter().for_each(|path| fs::write(path, "").expect("a file"));
    DragSource::new().drop_on("drop target", &paths);
    until("the drop", || window.dropped().len() == paths.len());
    assert_eq!(window.dropped(), paths);
}

#[test]
#[ignore = "needs an X server"]
fn what_one_window_copies_another_pastes() {
    let (giving, taking) = (Shown::open("giving"), Shown::open("taking"));
    until("the first ticks", || giving.ticks() > 0 && taking.ticks() > 0);
    let text = "−12.5 LUFS, ein Stück";
    giving.copy(text);
    until("the copying", || giving.has_copied());
    until("the pasting", || {
        taking.paste();
        taking.pasted().as_deref() == Some(text)
    });
}

#[test]
#[ignore = "needs an X server"]
fn keys_are_the_hosts_but_while_a_text_is_typed() {
    let hands = Hands::new();
    let window = Shown::open_within(hands.host, "keys");
    until("the first ticks", || window.ticks() > 5);
    // X11 hands keys to the window under the mouse where that lies in the one with the keyboard, and listens.
    for place in [(390, 290), (50, 50)] {
        hands.move_to(place);
        hands.strike('x'.into());
        assert_eq!(hands.heard(), (1, 1), "nothing is typed yet, the mouse at {place:?}");
    }

    hands.right_click(FIELD);
    until("the keyboard's coming", || !hands.has_keyboard());
    hands.move_to((390, 290));
    hands.strike('a'.into());
    hands.press(SHIFT);
    hands.strike('b'.into());
    hands.release(SHIFT);
    assert_eq!(window.written(), None);
    hands.press(RETURN);
    until("the text", || window.written().is_some());
    assert_eq!(window.written().as_deref(), Some("aB"));
    assert!(!hands.has_keyboard(), "a key is still down that the host has not seen pressed");
    hands.release(RETURN);
    until("the keyboard's going", || hands.has_keyboard());
    assert_eq!(hands.heard(), (0, 0), "what was typed is the text's alone");

    for place in [(390, 290), (50, 50)] {
        hands.move_to(place);
        hands.strike('x'.into());
        assert_eq!(hands.heard(), (1, 1), "the host's again, the mouse at {place:?}");
    }
    assert_eq!(window.written().as_deref(), Some("aB"));
}

#[test]
#[ignore = "needs an X server"]
fn a_menu_has_the_keyboard_while_it_is_open() {
    let hands = Hands::new();
    let window = Shown::open_within(hands.host, "menu");
    until("the first ticks", || window.ticks() > 5);
    // In two places: at one, the second would be a double click.
    for place in [FIELD, (FIELD.0 + 9, FIELD.1)] {
        hands.middle_click(place);
        until("the menu", || window.shows_menu());
        until("the keyboard's coming", || !hands.has_keyboard());
        hands.move_to((390, 290));
        hands.press(ESCAPE);
        until("its end", || !window.shows_menu());
        assert!(!hands.has_keyboard(), "a key is still down that the host has not seen pressed");
        hands.release(ESCAPE);
        until("the keyboard's going", || hands.has_keyboard());
        assert_eq!(hands.heard(), (0, 0), "what closed the menu is not the host's");
        hands.strike(ESCAPE);
        assert_eq!(hands.heard(), (1, 1), "the host's again");
    }
}

#[test]
#[ignore = "needs an X server"]
fn two_windows_live_at_once_and_each_alone() {
    let (one, other) = (Shown::open("one"), Shown::open("other"));
    until("ticks of both", || one.ticks() > 5 && other.ticks() > 5);
    drop(one);
    let before = other.ticks();
    until("ticks of the one that is left", || other.ticks() > before + 5);
}

#[test]
#[ignore = "needs an X server"]
fn a_hidden_window_does_nothing_and_a_shown_one_goes_on() {
    let window = Shown::open("hidden");
    until("the first ticks", || window.ticks() > 5);
    window.hide();
    thread::sleep(Duration::from_millis(200));
    let before = window.ticks();
    thread::sleep(Duration::from_millis(500));
    assert_eq!(window.ticks(), before, "nothing ticks while it is hidden");
    window.show();
    until("further ticks", || window.ticks() > before + 5);
}

/// By its own timer it would tick sixty times a second.
#[test]
#[ignore = "needs an X server"]
fn the_hosts_timer_paces_a_window_while_it_goes() {
    let window = Shown::open("paced");
    until("the first ticks", || window.ticks() > 5);
    window.beat();
    let (before, mut beats) = (window.ticks(), 1);
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(1) {
        thread::sleep(Duration::from_millis(100));
        window.beat();
        beats += 1;
    }
    let ticks = window.ticks() - before;
    assert!((2..=beats + 1).contains(&ticks), "{ticks} ticks for {beats} calls of the timer");
    // The host's timer stops, and a window goes on.
    let before = window.ticks();
    until("ticks without a host", || window.ticks() > before + 20);
    window.beat();
    window.hide();
    thread::sleep(Duration::from_millis(100));
    let before = window.ticks();
    window.beat();
    thread::sleep(Duration::from_millis(100));
    assert_eq!(window.ticks(), before, "the host's timer wakes no hidden window");
}

#[test]
#[ignore = "needs an X server"]
fn a_window_within_a_hidden_one_does_nothing() {
    let (connection, screen) = x11rb::connect(None).expect("an X server");
    let (parent, root) = (connection.generate_id().expect("an id"), connection.setup().roots[screen].root);
    let look = CreateWindowAux::new();
    connection
        .create_window(0, parent, root, 0, 0, 400, 300, 0, WindowClass::INPUT_OUTPUT, 0, &look)
        .expect("a window");
    connection.map_window(parent).expect("mapped");
    connection.sync().expect("a server");
    let window = Shown::open_within(parent, "inside");
    until("the first ticks", || window.ticks() > 5);
    connection.unmap_window(parent).expect("unmapped");
    connection.sync().expect("a server");
    // It is asked a few times a second, and what is on its way gets time; then nothing ticks.
    let mut before = 0;
    until("rest while nobody sees it", || {
        before = window.ticks();
        thread::sleep(Duration::from_millis(500));
        window.ticks() == before
    });
    connection.map_window(parent).expect("mapped");
    connection.sync().expect("a server");
    until("further ticks", || window.ticks() > before + 5);
    drop(window);
}

/// Opens and closes windows; KiB an opening that are not given back, and threads that are left.
fn open_and_close(openings: usize) -> (f64, usize) {
    let once = || {
        let window = Shown::open("again");
        until("the first picture", || window.ticks() > 1);
    };
    // What is set up once for all windows.
    (0..10).for_each(|_| once());
    let (before_kib, before_threads) = (resident_kib(), threads());
    (0..openings).for_each(|_| once());
    // The last window's threads end a little after it.
    let start = Instant::now();
    while threads() > before_threads && start.elapsed() < PATIENCE {
        thread::sleep(Duration::from_millis(10));
    }
    let grown_kib = resident_kib().saturating_sub(before_kib) as f64 / openings as f64;
    println!("{openings} windows: {before_kib} KiB before, {} after, {grown_kib:.1} a window", resident_kib());
    (grown_kib, threads().saturating_sub(before_threads))
}

#[test]
#[ignore = "needs an X server, and to itself"]
fn few_windows_leave_little_behind() {
    let (grown_kib, left) = open_and_close(40);
    assert!(grown_kib < 300.0, "{grown_kib} KiB a window");
    assert_eq!(left, 0, "threads");
}

#[test]
#[ignore = "needs an X server, to itself, and minutes"]
fn a_thousand_windows_leave_little_behind() {
    let (grown_kib, left) = open_and_close(1000);
    assert!(grown_kib < 100.0, "{grown_kib} KiB a window");
    assert_eq!(left, 0, "threads");
}
