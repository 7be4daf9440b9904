//! A host's window on Windows, with the plugin's in it: messages, hands, pictures, and what this process has of the system.

use std::{
    ffi::c_void,
    mem::zeroed,
    ptr,
    time::{Duration, Instant},
};

use clap_sys::ext::gui::{CLAP_WINDOW_API_WIN32, clap_window, clap_window_handle};
use windows_sys::{
    Win32::{
        Foundation::{HWND, LPARAM, RECT},
        Graphics::Gdi::{
            BI_RGB, BITMAPINFO, BITMAPINFOHEADER, BitBlt, CreateCompatibleBitmap, CreateCompatibleDC, DIB_RGB_COLORS,
            DeleteDC, DeleteObject, GetDC, GetDIBits, ReleaseDC, SRCCOPY, SelectObject,
        },
        System::{
            LibraryLoader::GetModuleHandleW,
            Threading::{GR_GDIOBJECTS, GR_USEROBJECTS, GetCurrentProcess, GetGuiResources, GetProcessHandleCount},
        },
        UI::WindowsAndMessaging::{
            CreateWindowExW, DefWindowProcW, DestroyWindow, DispatchMessageW, GW_CHILD, GetClientRect, GetWindow, MSG,
            PM_REMOVE, PeekMessageW, PostMessageW, RegisterClassW, TranslateMessage, WM_LBUTTONDOWN, WM_LBUTTONUP,
            WM_MOUSEMOVE, WNDCLASSW, WS_OVERLAPPEDWINDOW, WS_VISIBLE,
        },
    },
    w,
};

use super::counting::held_bytes;

/// A host's window, in which a plugin's is opened.
pub struct Parent(HWND);

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

    /// What it is to a CLAP.
    pub fn window(&self) -> clap_window {
        clap_window { api: CLAP_WINDOW_API_WIN32.as_ptr(), specific: clap_window_handle { win32: self.0.cast() } }
    }

    /// The plugin's window within it.
    pub fn child(&self) -> Option<Child> {
        // SAFETY: the window is there as long as this.
        let child = unsafe { GetWindow(self.0, GW_CHILD) };
        (!child.is_null()).then_some(Child(child))
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
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// A plugin's window.
pub struct Child(HWND);

impl Child {
    pub fn size(&self) -> (i32, i32) {
        // SAFETY: there is room for the answer.
        unsafe {
            let mut area: RECT = zeroed();
            assert!(GetClientRect(self.0, &raw mut area) != 0);
            (area.right, area.bottom)
        }
    }

    fn post(&self, message: u32, buttons: usize, (x, y): (i32, i32)) {
        // SAFETY: the message says what a hand does; nobody reads memory by it.
        assert!(unsafe { PostMessageW(self.0, message, buttons, ((y << 16) | x) as LPARAM) } != 0);
        pump(Duration::from_millis(20));
    }

    /// Presses the left button at a place and lets it go.
    pub fn click(&self, place: (i32, i32)) {
        self.post(WM_MOUSEMOVE, 0, place);
        self.post(WM_LBUTTONDOWN, 1, place);
        self.post(WM_LBUTTONUP, 0, place);
    }

    /// Presses the left button at a place, moves in steps, and lets it go.
    pub fn drag(&self, (x, y): (i32, i32), (right, down): (i32, i32)) {
        const STEPS: i32 = 10;
        self.post(WM_MOUSEMOVE, 0, (x, y));
        self.post(WM_LBUTTONDOWN, 1, (x, y));
        (1..=STEPS).for_each(|step| self.post(WM_MOUSEMOVE, 1, (x + right * step / STEPS, y + down * step / STEPS)));
        self.post(WM_LBUTTONUP, 0, (x + right, y + down));
    }

    /// What is to be seen in it: 4 bytes a pixel (blue, green, red and nothing), rows from above.
    pub fn picture(&self) -> Vec<u8> {
        let (width, height) = self.size();
        let mut pixels = vec![0; 4 * width as usize * height as usize];
        // SAFETY: each thing is made for this window, used, and given back; there is room for all pixels.
        unsafe {
            let screen = GetDC(self.0);
            let memory = CreateCompatibleDC(screen);
            let bitmap = CreateCompatibleBitmap(screen, width, height);
            let before = SelectObject(memory, bitmap);
            assert!(BitBlt(memory, 0, 0, width, height, screen, 0, 0, SRCCOPY) != 0);
            SelectObject(memory, before);
            let mut info: BITMAPINFO = zeroed();
            info.bmiHeader = BITMAPINFOHEADER {
                biSize: size_of::<BITMAPINFOHEADER>() as u32,
                biWidth: width,
                // Below zero: from above.
                biHeight: -height,
                biPlanes: 1,
                biBitCount: 32,
                biCompression: BI_RGB,
                ..zeroed()
            };
            let room = pixels.as_mut_ptr().cast::<c_void>();
            let rows = GetDIBits(memory, bitmap, 0, height as u32, room, &raw mut info, DIB_RGB_COLORS);
            assert_eq!(rows, height);
            DeleteObject(bitmap);
            DeleteDC(memory);
            ReleaseDC(self.0, screen);
        }
        pixels
    }
}

/// What this process holds. Under Wine the system says of windows, pens and handles that there are none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    pub bytes: usize,
    /// Windows, timers, menus.
    pub user: u32,
    /// Pens, bitmaps, fonts.
    pub drawing: u32,
    /// Threads, events, files.
    pub handles: u32,
}

impl Held {
    pub fn now() -> Self {
        let mut handles = 0;
        // SAFETY: the process asks for its own figures, and there is room for them.
        unsafe {
            let process = GetCurrentProcess();
            GetProcessHandleCount(process, &raw mut handles);
            Self {
                bytes: held_bytes(),
                user: GetGuiResources(process, GR_USEROBJECTS),
                drawing: GetGuiResources(process, GR_GDIOBJECTS),
                handles,
            }
        }
    }
}
