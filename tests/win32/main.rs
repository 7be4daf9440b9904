//! The plugin's own window in a host's window on Windows: it draws itself, hands reach the host, and it leaves nothing behind.
//!
//! One test after the other: `cargo test --test win32 -- --test-threads=1`. `LACQUER_PICTURE` names a file for what is seen (PPM).

#![cfg(windows)]

#[expect(dead_code, reason = "timers are asked for on Linux alone")]
#[path = "../x11/clap.rs"]
mod clap;
mod counting;
mod desktop;
mod parent;

use std::{collections::HashSet, env, fs, time::Duration};

use clap::Clap;
use desktop::Held;
use lacquer_clap_host::number;
use parent::{Parent, pump};

/// Places in the window at 100 %: the limiter's switch and its drive's value, and the window's menu.
const LIMITER_SWITCH: (i32, i32) = (509, 383);
const LIMITER_DRIVE: (i32, i32) = (519, 523);
const MENU_BUTTON: (i32, i32) = (1069, 20);
/// How long a window gets to draw itself.
const SHOWN: Duration = Duration::from_millis(400);

#[test]
fn a_window_draws_itself_and_hands_in_it_reach_the_host() {
    let (plugin, parent) = (Clap::new(true), Parent::new());
    assert!(plugin.open(&parent.window()));
    pump(SHOWN);
    let child = parent.child().expect("a window within the host's");
    assert_eq!(child.size(), (1100, 680));
    let before = child.picture();
    let colours: HashSet<_> = before.chunks(4).map(|pixel| (pixel[0], pixel[1], pixel[2])).collect();
    assert!(colours.len() > 100, "{} colours", colours.len());
    let (on, drive) = (number("limiter_on"), number("limiter_drive"));
    assert_eq!((plugin.value(on), plugin.value(drive)), (0.0, 0.0));
    child.click(LIMITER_SWITCH);
    pump(SHOWN);
    assert_eq!(plugin.value(on), 1.0);
    // A third of the way through the range: 60 of 180 pixels.
    child.drag(LIMITER_DRIVE, (0, -60));
    pump(SHOWN);
    let value = plugin.value(drive);
    assert!((value - 1.0 / 3.0).abs() < 0.06, "{value}");
    let after = child.picture();
    let moved = before.chunks(4).zip(after.chunks(4)).filter(|(before, after)| before[..3] != after[..3]).count();
    assert!(moved > 500, "{moved} pixels show it");
    if let Some(path) = env::var_os("LACQUER_PICTURE") {
        let mut picture = b"P6 1100 680 255\n".to_vec();
        picture.extend(after.chunks(4).flat_map(|pixel| [pixel[2], pixel[1], pixel[0]]));
        fs::write(path, picture).expect("written");
    }
    plugin.close();
    pump(SHOWN);
    assert!(parent.child().is_none());
}

#[test]
fn a_menu_takes_the_keyboard_and_gives_it_back() {
    let (plugin, parent) = (Clap::new(true), Parent::new());
    assert!(plugin.open(&parent.window()));
    pump(SHOWN);
    let child = parent.child().expect("a window within the host's");
    parent.take_keyboard();
    for _ in 0..2 {
        child.click(LIMITER_SWITCH);
        pump(SHOWN);
        assert!(parent.has_keyboard(), "a switch needs none");
        let before = child.picture();
        child.click(MENU_BUTTON);
        pump(SHOWN);
        assert!(child.has_keyboard());
        let covered = child.picture();
        child.strike_escape();
        pump(SHOWN);
        assert!(parent.has_keyboard(), "keys are the host's again");
        let alike =
            |other: &[u8]| child.picture().chunks(4).zip(other.chunks(4)).filter(|(a, b)| a[..3] == b[..3]).count();
        assert!(alike(&before) > alike(&covered) + 10_000, "the menu is gone");
    }
}

#[test]
fn two_windows_live_at_once_and_each_alone() {
    let (plugins, parents) = ([Clap::new(true), Clap::new(true)], [Parent::new(), Parent::new()]);
    for (plugin, parent) in plugins.iter().zip(&parents) {
        assert!(plugin.open(&parent.window()));
    }
    pump(SHOWN);
    let [first, second] = &plugins;
    first.close();
    parents[1].child().expect("it is still there").click(LIMITER_SWITCH);
    pump(SHOWN);
    let on = number("limiter_on");
    assert_eq!((first.value(on), second.value(on)), (0.0, 1.0));
}

#[test]
fn openings_leave_nothing_behind() {
    const OPENINGS: usize = 40;
    let (plugin, parent) = (Clap::new(true), Parent::new());
    let once = || {
        assert!(plugin.open(&parent.window()));
        pump(Duration::from_millis(60));
        assert!(parent.child().is_some());
        plugin.close();
        pump(Duration::from_millis(20));
        assert!(parent.child().is_none());
    };
    // What is set up once for all windows.
    (0..5).for_each(|_| once());
    let before = Held::now();
    (0..OPENINGS).for_each(|_| once());
    let after = Held::now();
    println!("{OPENINGS} openings: {before:?} before, {after:?} after");
    let grown = after.bytes.saturating_sub(before.bytes) / OPENINGS;
    assert!(grown < 10_000, "{grown} bytes an opening");
    for (before, after) in [(before.user, after.user), (before.drawing, after.drawing), (before.handles, after.handles)]
    {
        // Threads of the system come and go; a window's own handle would be one each.
        let grown = after.saturating_sub(before) as usize;
        assert!(grown < OPENINGS / 4, "{before} before, {after} after {OPENINGS} openings");
    }
}
