//! A host's window on Windows, and what a host's main thread does.

use std::{
    mem::zeroed,
    ptr, thread,
    time::{Duration, Instant},
};

use windows_sys::{
    Win32::{
        Foundation::HWND,
        System::LibraryLoader::GetModuleHandleW,
        UI::WindowsAndMessaging::{
            CreateWindowExW, DefWindowProcW, DestroyWindow, DispatchMessageW, MSG, PM_REMOVE, PeekMessageW,
            RegisterClassW, TranslateMessage, WNDCLASSW, WS_OVERLAPPEDWINDOW, WS_VISIBLE,
        },
    },
    w,
};

/// A host's window, in which a plugin's is opened.
pub struct Parent(pub HWND);

impl Parent {
    pub fn new() -> Self {
        // SAFETY: the class is described in full, and the window is made of it; both are this thread's.
        let window = unsafe {
            let module = GetModuleHandleW(ptr::null());
            let class = WNDCLASSW {
                lpfnWndProc: Some(DefWindowProcW),
                hInstance: module,
                lpszClassName: w!("a host's window"),
                ..zeroed()
            };
            // Refused where it is there already.
            RegisterClassW(&raw const class);
            let (style, title) = (WS_OVERLAPPEDWINDOW | WS_VISIBLE, w!("a host"));
            let nothing = ptr::null_mut();
            CreateWindowExW(
                0,
                class.lpszClassName,
                title,
                style,
                0,
                0,
                1120,
                730,
                nothing,
                nothing,
                module,
                ptr::null(),
            )
        };
        assert!(!window.is_null(), "a window");
        Self(window)
    }
}

impl Drop for Parent {
    fn drop(&mut self) {
        // SAFETY: it is this thread's window.
        unsafe { DestroyWindow(self.0) };
    }
}

/// What a host's main thread does: hands its messages to the windows that they are for, for a while.
pub fn pump(time: Duration) {
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
