//! A window on Windows rests while the one that it lies in is hidden.

#![cfg(windows)]

#[path = "../../../tests/win32/parent.rs"]
mod parent;

use std::{
    num::NonZeroIsize,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use parent::{Parent, pump};
use raw_window_handle::{HandleError, HasWindowHandle, RawWindowHandle, Win32WindowHandle, WindowHandle};
use vizia::{backend::BackendContext, prelude::*};
use vizia_baseview::{Content, Link, Options, baseview::WindowSettings, open};
use windows_sys::Win32::UI::WindowsAndMessaging::{SW_HIDE, SW_SHOW, ShowWindow};

fn show(parent: &Parent, is_shown: bool) {
    // SAFETY: it is this thread's window.
    unsafe { ShowWindow(parent.0, if is_shown { SW_SHOW } else { SW_HIDE }) };
}

impl HasWindowHandle for Parent {
    fn window_handle(&self) -> Result<WindowHandle<'_>, HandleError> {
        let window = NonZeroIsize::new(self.0 as isize).ok_or(HandleError::Unavailable)?;
        // SAFETY: the test's window outlives the one that is opened in it.
        Ok(unsafe { WindowHandle::borrow_raw(RawWindowHandle::Win32(Win32WindowHandle::new(window))) })
    }
}

struct Counted(Arc<AtomicUsize>);

impl Content for Counted {
    fn build(&mut self, cx: &mut Context) {
        Label::new(cx, "counted");
    }

    fn tick(&mut self, _: &mut BackendContext, _: f32) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn zoom(&self) -> f32 {
        1.0
    }

    fn close(&mut self) {}
}

#[test]
fn a_window_within_a_hidden_one_does_nothing() {
    let (parent, link, ticks) = (Parent::new(), Arc::new(Link::new(320.0, 200.0)), Arc::new(AtomicUsize::new(0)));
    let options = Options { title: "inside".into(), ticks_per_second: 60.0 };
    let content = Counted(ticks.clone());
    let settings = WindowSettings::new().with_parent(&parent);
    let window = open(settings, &options, &link, None, move || content).expect("a window");
    window.show().expect("shown");
    let ticked = |time: Duration| {
        let before = ticks.load(Ordering::Relaxed);
        pump(time);
        ticks.load(Ordering::Relaxed) - before
    };
    assert!(ticked(Duration::from_secs(1)) > 5, "it ticks while it is seen");
    show(&parent, false);
    // What is on its way gets time.
    pump(Duration::from_millis(2500));
    assert_eq!(ticked(Duration::from_secs(1)), 0, "nothing ticks while nobody sees it");
    show(&parent, true);
    assert!(ticked(Duration::from_secs(1)) > 5, "it goes on");
    link.forget_window();
    drop(window);
}
