//! A window on Windows rests while the one that it lies in is hidden.

#![cfg(windows)]

use std::{
    mem::zeroed,
    num::NonZeroIsize,
    ptr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use raw_window_handle::{HandleError, HasWindowHandle, RawWindowHandle, Win32WindowHandle, WindowHandle};
use vizia::{backend::BackendContext, prelude::*};
use vizia_baseview::{Content, Link, Options, baseview::WindowSettings, open};
use windows_sys::{
    Win32::{
        Foundation::HWND,
        System::LibraryLoader::GetModuleHandleW,
        UI::WindowsAndMessaging::{
            CreateWindowExW, DefWindowProcW, DestroyWindow, DispatchMessageW, MSG, PM_REMOVE, PeekMessageW,
            RegisterClassW, SW_HIDE, SW_SHOW, ShowWindow, TranslateMessage, WNDCLASSW, WS_OVERLAPPEDWINDOW, WS_VISIBLE,
        },
    },
    w,
};

/// A host's window.
struct Parent(HWND);

impl Parent {
    fn new() -> Self {
        // SAFETY: the class is described in full, and the window is made of it; both are this thread's.
        let window = unsafe {
            let module = GetModuleHandleW(ptr::null());
            let class = WNDCLASSW {
                lpfnWndProc: Some(DefWindowProcW),
                hInstance: module,
                lpszClassName: w!("a host's window"),
                ..zeroed()
            };
            RegisterClassW(&raw const class);
            let (style, title) = (WS_OVERLAPPEDWINDOW | WS_VISIBLE, w!("a host"));
            let nothing = ptr::null_mut();
            CreateWindowExW(0, class.lpszClassName, title, style, 0, 0, 400, 300, nothing, nothing, module, ptr::null())
        };
        assert!(!window.is_null(), "a window");
        Self(window)
    }

    fn show(&self, is_shown: bool) {
        // SAFETY: it is this thread's window.
        unsafe { ShowWindow(self.0, if is_shown { SW_SHOW } else { SW_HIDE }) };
    }
}

impl Drop for Parent {
    fn drop(&mut self) {
        // SAFETY: it is this thread's window.
        unsafe { DestroyWindow(self.0) };
    }
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

/// What a host's main thread does for a while.
fn pump(time: Duration) {
    let start = Instant::now();
    while start.elapsed() < time {
        // SAFETY: there is room for a message, which goes where it is meant to.
        unsafe {
            let mut message: MSG = zeroed();
            while PeekMessageW(&raw mut message, ptr::null_mut(), 0, 0, PM_REMOVE) != 0 {
                TranslateMessage(&raw const message);
                DispatchMessageW(&raw const message);
            }
        }
        thread::sleep(Duration::from_millis(2));
    }
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
    parent.show(false);
    // What is on its way gets time.
    pump(Duration::from_millis(2500));
    assert_eq!(ticked(Duration::from_secs(1)), 0, "nothing ticks while nobody sees it");
    parent.show(true);
    assert!(ticked(Duration::from_secs(1)) > 5, "it goes on");
    link.forget_window();
    drop(window);
}
