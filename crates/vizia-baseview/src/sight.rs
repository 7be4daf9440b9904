//! Whether a window can be seen. A window within a host's is hidden with it, and no system tells the inner one; it has to ask.

#[cfg(target_os = "linux")]
pub use x11::Sight;

#[cfg(not(target_os = "linux"))]
pub use elsewhere::Sight;

/// X11: a window is unviewable when it or any that it lies in is not mapped. The server is asked on a connection of its own, a few times
/// a second.
#[cfg(target_os = "linux")]
mod x11 {
    use std::time::{Duration, Instant};

    use baseview::WindowContext;
    use raw_window_handle::{HasWindowHandle, RawWindowHandle};
    use x11rb::{
        protocol::xproto::{ConnectionExt, MapState, Window},
        rust_connection::RustConnection,
    };

    /// How often the server is asked.
    const PAUSE: Duration = Duration::from_millis(250);
    /// Gestures that are on their way to the host when the window goes out of sight still get there.
    const AFTERWARDS: Duration = Duration::from_secs(2);

    /// The window, and what was known of it last.
    pub struct Sight {
        window: Option<(RustConnection, Window)>,
        asked: Option<Instant>,
        /// Since when nobody sees it.
        unseen: Option<Instant>,
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
            Self { window: connected, asked: None, unseen: None }
        }

        /// Whether anybody could have seen it lately.
        pub fn is_seen(&mut self) -> bool {
            if self.asked.is_none_or(|asked| asked.elapsed() >= PAUSE) {
                self.asked = Some(Instant::now());
                if self.is_viewable() {
                    self.unseen = None;
                } else {
                    self.unseen.get_or_insert_with(Instant::now);
                }
            }
            self.unseen.is_none_or(|since| since.elapsed() < AFTERWARDS)
        }

        fn is_viewable(&self) -> bool {
            let Some((connection, window)) = &self.window else { return true };
            let state = connection.get_window_attributes(*window).ok().and_then(|asked| asked.reply().ok());
            state.is_none_or(|state| state.map_state == MapState::VIEWABLE)
        }
    }
}

/// Windows and macOS: the host says so, or nobody.
#[cfg(not(target_os = "linux"))]
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
