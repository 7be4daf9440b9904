//! Whose the keyboard is: the window's while a text is typed in it or a menu is open, the host's otherwise.

use baseview::WindowContext;
use keyboard_types::{Code, KeyState};

/// What the window holds of the keyboard.
#[derive(Default)]
pub struct Keyboard {
    /// Keys whose press was the window's and that are still down.
    taken: Vec<Code>,
    borrowed: Borrowed,
    ear: Ear,
}

impl Keyboard {
    /// Of a window in which nothing is typed yet.
    pub fn new(context: &WindowContext) -> Self {
        let mut keyboard = Self { ear: Ear::new(context), ..Self::default() };
        keyboard.ear.listen(false);
        keyboard
    }

    /// Whether a key is the window's and not the host's, where the tree `uses` it now. A key's release goes where its press went:
    /// the return key that ends a text must not be let go in a host that has not seen it pressed.
    pub fn takes(&mut self, state: KeyState, code: Code, uses: bool) -> bool {
        let place = self.taken.iter().position(|taken| *taken == code);
        match (state, place) {
            (KeyState::Down, None) if uses => self.taken.push(code),
            (KeyState::Up, Some(place)) => drop(self.taken.swap_remove(place)),
            _ => {}
        }
        place.is_some() || (uses && state == KeyState::Down)
    }

    /// Asks for the keyboard when it is wanted, and gives it back when it is not any more and no key of the window's is down.
    pub fn mind(&mut self, context: &WindowContext, wanted: bool) {
        self.ear.listen(wanted || !self.taken.is_empty());
        if wanted && !context.has_focus() {
            self.borrowed.take_note(context);
            // A system that keeps the keyboard from us is no error of ours.
            let _ = context.focus();
        } else if !wanted && self.taken.is_empty() {
            self.borrowed.give_back(context);
        }
    }

    /// The keyboard went elsewhere: what is let go there is not seen here.
    pub fn lose(&mut self) {
        self.taken.clear();
    }
}

#[cfg(target_os = "linux")]
use x11::{Borrowed, Ear};

/// X11: keys go to the window that has the focus, or to the one within it that lies under the mouse and listens, whether or not it has
/// a use for them; and no host takes the focus back by itself.
#[cfg(target_os = "linux")]
mod x11 {
    use std::mem::zeroed;

    use baseview::WindowContext;
    use raw_window_handle::{HasDisplayHandle, HasWindowHandle, RawDisplayHandle, RawWindowHandle};
    use x11_dl::xlib::{Display, KeyPressMask, KeyReleaseMask, Xlib};
    use x11rb::{
        CURRENT_TIME,
        protocol::xproto::{ConnectionExt, InputFocus, Window},
        rust_connection::RustConnection,
    };

    /// The window that had the keyboard before.
    #[derive(Debug, Default)]
    pub struct Borrowed(Option<(RustConnection, Window)>);

    impl Borrowed {
        /// Remembers who has the keyboard now.
        pub fn take_note(&mut self, _: &WindowContext) {
            self.0 = owner();
        }

        /// Gives the keyboard back, where nobody else has taken it in the meantime.
        pub fn give_back(&mut self, context: &WindowContext) {
            let Some((connection, owner)) = self.0.take() else { return };
            if context.has_focus() {
                // Waits for the server: what a connection has left to say when it goes is not heard. An owner that has gone is no
                // error of ours.
                let _ = connection.set_input_focus(InputFocus::PARENT, owner, CURRENT_TIME).map(|sent| sent.check());
            }
        }
    }

    /// Whether the window listens to keys. What it does not listen to goes on to the host's window around it.
    #[derive(Default)]
    pub struct Ear(Option<Listener>);

    /// The window as its own connection knows it.
    struct Listener {
        xlib: Xlib,
        display: *mut Display,
        window: u64,
        listens: Option<bool>,
    }

    impl Ear {
        /// Of the window of `context`.
        pub fn new(context: &WindowContext) -> Self {
            let display = context.display_handle().ok().and_then(|handle| match handle.as_raw() {
                RawDisplayHandle::Xlib(handle) => handle.display,
                _ => None,
            });
            let window = context.window_handle().ok().and_then(|handle| match handle.as_raw() {
                RawWindowHandle::Xlib(handle) => Some(handle.window),
                RawWindowHandle::Xcb(handle) => Some(handle.window.get().into()),
                _ => None,
            });
            Self(display.zip(window).zip(Xlib::open().ok()).map(|((display, window), xlib)| Listener {
                xlib,
                display: display.as_ptr().cast(),
                window,
                listens: None,
            }))
        }

        /// Begins to listen, or ceases to.
        pub fn listen(&mut self, listens: bool) {
            let Some(here) = self.0.as_mut().filter(|here| here.listens != Some(listens)) else { return };
            // SAFETY: the connection is the window's own, on its thread, and lasts longer than this; there is room for the answer.
            unsafe {
                let mut about = zeroed();
                if (here.xlib.XGetWindowAttributes)(here.display, here.window, &raw mut about) == 0 {
                    return;
                }
                let keys = KeyPressMask | KeyReleaseMask;
                let others = about.your_event_mask & !keys;
                (here.xlib.XSelectInput)(here.display, here.window, if listens { others | keys } else { others });
                (here.xlib.XFlush)(here.display);
            }
            here.listens = Some(listens);
        }
    }

    fn owner() -> Option<(RustConnection, Window)> {
        let connection = x11rb::connect(None).ok()?.0;
        let owner = connection.get_input_focus().ok()?.reply().ok()?.focus;
        Some((connection, owner))
    }
}

#[cfg(windows)]
use win32::{Borrowed, Ear};

/// Windows: keys go to the window that has the focus and to no other, whether or not it has a use for them; and no host takes the focus
/// back by itself.
#[cfg(windows)]
mod win32 {
    use std::ptr;

    use baseview::WindowContext;
    use windows_sys::Win32::{
        Foundation::HWND,
        UI::{
            Input::KeyboardAndMouse::{GetFocus, SetFocus},
            WindowsAndMessaging::IsWindow,
        },
    };

    pub use super::deaf::Ear;

    /// The window of this thread that had the keyboard before.
    #[derive(Debug)]
    pub struct Borrowed(HWND);

    impl Default for Borrowed {
        fn default() -> Self {
            Self(ptr::null_mut())
        }
    }

    impl Borrowed {
        /// Remembers who has the keyboard now.
        pub fn take_note(&mut self, _: &WindowContext) {
            // SAFETY: the system says which of this thread's windows it is, if any.
            self.0 = unsafe { GetFocus() };
        }

        /// Gives the keyboard back, where nobody else has taken it in the meantime.
        pub fn give_back(&mut self, context: &WindowContext) {
            let owner = std::mem::replace(&mut self.0, ptr::null_mut());
            // SAFETY: the system looks whether there still is such a window.
            if context.has_focus() && unsafe { IsWindow(owner) } != 0 {
                // SAFETY: as above.
                unsafe { SetFocus(owner) };
            }
        }
    }
}

#[cfg(not(any(target_os = "linux", windows)))]
use elsewhere::{Borrowed, Ear};

/// Elsewhere keys that the window has no use for go on to the host.
#[cfg(not(any(target_os = "linux", windows)))]
mod elsewhere {
    use baseview::WindowContext;

    pub use super::deaf::Ear;

    #[derive(Debug, Default)]
    pub struct Borrowed;

    impl Borrowed {
        pub fn take_note(&mut self, _: &WindowContext) {}

        pub fn give_back(&mut self, _: &WindowContext) {}
    }
}

/// Where a window hears no keys that are not sent to it.
#[cfg(not(target_os = "linux"))]
mod deaf {
    use baseview::WindowContext;

    #[derive(Default)]
    pub struct Ear;

    impl Ear {
        pub fn new(_: &WindowContext) -> Self {
            Self
        }

        pub fn listen(&mut self, _: bool) {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use KeyState::{Down, Up};

    #[test]
    fn without_a_text_all_keys_are_the_hosts() {
        let mut keyboard = Keyboard::default();
        for code in [Code::Space, Code::KeyA, Code::ShiftLeft, Code::Enter] {
            assert!(!keyboard.takes(Down, code, false), "{code:?} down");
            assert!(!keyboard.takes(Up, code, false), "{code:?} up");
        }
    }

    #[test]
    fn in_a_text_keys_and_what_is_held_with_them_are_the_windows() {
        let mut keyboard = Keyboard::default();
        assert!(keyboard.takes(Down, Code::ControlLeft, true));
        assert!(keyboard.takes(Down, Code::KeyA, true));
        assert!(keyboard.takes(Up, Code::KeyA, true));
        assert!(keyboard.takes(Up, Code::ControlLeft, true));
    }

    #[test]
    fn a_key_that_ends_the_text_is_let_go_where_it_was_pressed() {
        let mut keyboard = Keyboard::default();
        assert!(keyboard.takes(Down, Code::Enter, true));
        assert!(keyboard.takes(Down, Code::Enter, false), "held, it repeats");
        assert!(keyboard.takes(Up, Code::Enter, false));
        assert!(!keyboard.takes(Down, Code::Enter, false), "the next one is the host's");
        assert!(!keyboard.takes(Up, Code::Enter, false));
    }

    #[test]
    fn a_key_pressed_in_the_host_is_let_go_there() {
        let mut keyboard = Keyboard::default();
        assert!(!keyboard.takes(Down, Code::Space, false));
        assert!(!keyboard.takes(Up, Code::Space, true));
    }

    #[test]
    fn a_key_let_go_elsewhere_is_forgotten() {
        let mut keyboard = Keyboard::default();
        assert!(keyboard.takes(Down, Code::KeyA, true));
        keyboard.lose();
        assert!(!keyboard.takes(Up, Code::KeyA, true));
    }
}
