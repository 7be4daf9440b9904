//! Whether a window can be seen. A window within a host's is hidden with it, and no system tells the inner one; it has to ask.

#[cfg(not(any(target_os = "linux", windows)))]
pub use elsewhere::Sight;
#[cfg(windows)]
pub use win32::Sight;
#[cfg(target_os = "linux")]
pub use x11::Sight;

/// For how long nobody has seen a window.
#[cfg(any(target_os = "linux", windows))]
mod unseen {
    use std::time::{Duration, Instant};

    /// Gestures that are on their way to the host when the window goes out of sight still get there.
    const AFTERWARDS: Duration = Duration::from_secs(2);

    /// Since when it is out of sight.
    #[derive(Default)]
    pub struct Unseen(Option<Instant>);

    impl Unseen {
        pub fn note(&mut self, is_viewable: bool) {
            if is_viewable {
                self.0 = None;
            } else {
                self.0.get_or_insert_with(Instant::now);
            }
        }

        /// Whether anybody could have seen it lately.
        pub fn was_seen_lately(&self) -> bool {
            self.0.is_none_or(|since| since.elapsed() < AFTERWARDS)
        }
    }
}

/// X11: a window is unviewable when it or any that it lies in is not mapped. The server is asked on a connection of its own, a few times
/// a second.
#[cfg(target_os = "linux")]
mod x11 {
    use std::time::{Duration, Instant};

    use baseview::WindowContext;
    use raw_window_handle::{HasWindowHandle, RawWindowHandle};

    use super::unseen::Unseen;
    use x11rb::{
        protocol::xproto::{ConnectionExt, MapState, Window},
        rust_connection::RustConnection,
    };

    /// How often the server is asked.
    const PAUSE: Duration = Duration::from_millis(250);
    /// The window, and what was known of it last.
    pub struct Sight {
        window: Option<(RustConnection, Window)>,
        asked: Option<Instant>,
        unseen: Unseen,
    }

    impl Sight {
        /// Of the window of `context`. One that cannot be asked for counts as seen.
        pub fn new(context: &WindowContext) -> Self {
            let window = context.window_handle().ok().and_then(|handle| match handle.as_raw() {
                RawWindowHandle::Xlib(handle) => Window::try_from(handle.window).ok(),
                RawWindowHandle::Xcb(handle) => Some(handle.window.get()),
                _ => None,
            });
            let connected = window.and_then(|window| Some((x11rb::connect(None).ok()?.0, window)));
            Self { window: connected, asked: None, unseen: Unseen::default() }
        }

        /// Whether anybody could have seen it lately.
        pub fn is_seen(&mut self) -> bool {
            if self.asked.is_none_or(|asked| asked.elapsed() >= PAUSE) {
                self.asked = Some(Instant::now());
                let is_viewable = self.is_viewable();
                self.unseen.note(is_viewable);
            }
            self.unseen.was_seen_lately()
        }

        fn is_viewable(&self) -> bool {
            let Some((connection, window)) = &self.window else { return true };
            let state = connection.get_window_attributes(*window).ok().and_then(|asked| asked.reply().ok());
            state.is_none_or(|state| state.map_state == MapState::VIEWABLE)
        }
    }
}

/// Windows: a window is visible when all that it lies in are; one that was made an icon still is.
#[cfg(windows)]
mod win32 {
    use baseview::WindowContext;
    use raw_window_handle::{HasWindowHandle, RawWindowHandle};
    use windows_sys::Win32::{
        Foundation::HWND,
        UI::WindowsAndMessaging::{GA_ROOT, GetAncestor, IsIconic, IsWindowVisible},
    };

    use super::unseen::Unseen;

    /// The window, and what was known of it last.
    pub struct Sight {
        window: Option<HWND>,
        unseen: Unseen,
    }

    impl Sight {
        /// Of the window of `context`. One that cannot be asked for counts as seen.
        pub fn new(context: &WindowContext) -> Self {
            let window = context.window_handle().ok().and_then(|handle| match handle.as_raw() {
                RawWindowHandle::Win32(handle) => Some(handle.hwnd.get() as HWND),
                _ => None,
            });
            Self { window, unseen: Unseen::default() }
        }

        /// Whether anybody could have seen it lately.
        pub fn is_seen(&mut self) -> bool {
            let is_viewable = self.window.is_none_or(|window| {
                // SAFETY: the system looks whether there is such a window.
                unsafe { IsWindowVisible(window) != 0 && IsIconic(GetAncestor(window, GA_ROOT)) == 0 }
            });
            self.unseen.note(is_viewable);
            self.unseen.was_seen_lately()
        }
    }
}

/// macOS: the host says so, or nobody.
#[cfg(not(any(target_os = "linux", windows)))]
mod elsewhere {
    use baseview::WindowContext;

    /// Knows nothing.
    pub struct Sight;

    impl Sight {
        /// Of the window of `context`.
        pub fn new(_: &WindowContext) -> Self {
            Self
        }

        /// Whether anybody could have seen it lately.
        pub fn is_seen(&mut self) -> bool {
            true
        }
    }
}
