//! The plugin's window in a host's: hands, pictures, and what this process has of the system.

use std::{ffi::c_void, mem::zeroed, time::Duration};

use clap_sys::ext::gui::{CLAP_WINDOW_API_WIN32, clap_window, clap_window_handle};
use windows_sys::Win32::{
    Foundation::{HWND, LPARAM, RECT},
    Graphics::Gdi::{
        BI_RGB, BITMAPINFO, BITMAPINFOHEADER, BitBlt, CreateCompatibleBitmap, CreateCompatibleDC, DIB_RGB_COLORS,
        DeleteDC, DeleteObject, GetDC, GetDIBits, ReleaseDC, SRCCOPY, SelectObject,
    },
    System::Threading::{GR_GDIOBJECTS, GR_USEROBJECTS, GetCurrentProcess, GetGuiResources, GetProcessHandleCount},
    UI::{
        Input::KeyboardAndMouse::{GetFocus, SetFocus, VK_ESCAPE},
        WindowsAndMessaging::{
            GW_CHILD, GetClientRect, GetWindow, PostMessageW, WM_KEYDOWN, WM_KEYUP, WM_LBUTTONDOWN, WM_LBUTTONUP,
            WM_MOUSEMOVE,
        },
    },
};

use super::{
    counting::held_bytes,
    parent::{Parent, pump},
};

impl Parent {
    /// What it is to a CLAP.
    pub fn window(&self) -> clap_window {
        clap_window { api: CLAP_WINDOW_API_WIN32.as_ptr(), specific: clap_window_handle { win32: self.0.cast() } }
    }

    /// Gives it the keyboard.
    pub fn take_keyboard(&self) {
        // SAFETY: the window is there as long as this.
        unsafe { SetFocus(self.0) };
    }

    pub fn has_keyboard(&self) -> bool {
        // SAFETY: the system says which of this thread's windows it is, if any.
        unsafe { GetFocus() == self.0 }
    }

    /// The plugin's window within it.
    pub fn child(&self) -> Option<Child> {
        // SAFETY: the window is there as long as this.
        let child = unsafe { GetWindow(self.0, GW_CHILD) };
        (!child.is_null()).then_some(Child(child))
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

    pub fn has_keyboard(&self) -> bool {
        // SAFETY: as above.
        unsafe { GetFocus() == self.0 }
    }

    /// Strikes the Escape key, which is the second of a keyboard's first row.
    pub fn strike_escape(&self) {
        const SCAN_CODE: LPARAM = 1 << 16;
        /// One stroke; and that the key was down, and goes up.
        const DOWN: LPARAM = 1;
        const UP: LPARAM = 0xc000_0001;
        for (message, how) in [(WM_KEYDOWN, DOWN), (WM_KEYUP, UP)] {
            // SAFETY: the message says what a hand does; nobody reads memory by it.
            assert!(unsafe { PostMessageW(self.0, message, VK_ESCAPE.into(), SCAN_CODE | how) } != 0);
            pump(Duration::from_millis(20));
        }
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
