//! A host's desktop: windows for plugins' windows, and what this process has of the system.

use std::fs;

use clap_sys::ext::gui::{CLAP_WINDOW_API_X11, clap_window, clap_window_handle};
use x11rb::{
    connection::Connection,
    protocol::xproto::{ConnectionExt, CreateWindowAux, Window, WindowClass},
    rust_connection::RustConnection,
    wrapper::ConnectionExt as _,
};

/// A host's window, in which a plugin's is opened.
pub struct Parent {
    connection: RustConnection,
    pub id: Window,
}

impl Parent {
    pub fn new() -> Self {
        let (connection, screen) = x11rb::connect(None).expect("an X server");
        let (id, root) = (connection.generate_id().expect("an id"), connection.setup().roots[screen].root);
        let look = CreateWindowAux::new();
        connection
            .create_window(0, id, root, 0, 0, 1100, 680, 0, WindowClass::INPUT_OUTPUT, 0, &look)
            .expect("a window");
        connection.map_window(id).expect("mapped");
        connection.sync().expect("a server");
        Self { connection, id }
    }

    /// What it is to a CLAP.
    pub fn window(&self) -> clap_window {
        clap_window { api: CLAP_WINDOW_API_X11.as_ptr(), specific: clap_window_handle { x11: self.id.into() } }
    }

    /// Windows that lie within it.
    pub fn children(&self) -> Vec<Window> {
        let asked = self.connection.query_tree(self.id).expect("a server");
        asked.reply().expect("an answer").children
    }
}

impl Drop for Parent {
    fn drop(&mut self) {
        self.connection.destroy_window(self.id).expect("a server");
        self.connection.sync().expect("a server");
    }
}

/// What this process holds.
#[derive(Debug, Clone, Copy)]
pub struct Held {
    /// Bytes that are asked of the allocator and not given back: what it keeps for later is not counted.
    pub bytes: usize,
    pub threads: usize,
    pub descriptors: usize,
}

impl Held {
    pub fn now() -> Self {
        let count = |folder: &str| fs::read_dir(folder).expect("Linux says it").count();
        // SAFETY: the call looks at the allocator's own figures.
        let heap = unsafe { libc::mallinfo2() };
        Self {
            bytes: heap.uordblks + heap.hblkhd,
            threads: count("/proc/self/task"),
            descriptors: count("/proc/self/fd"),
        }
    }
}
