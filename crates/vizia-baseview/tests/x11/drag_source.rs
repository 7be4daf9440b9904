//! A program that drags files onto another one's window, as file managers do: XDND, version 5
//! (<https://www.freedesktop.org/wiki/Specifications/XDND/>).

use std::{
    os::unix::ffi::OsStrExt,
    path::PathBuf,
    time::{Duration, Instant},
};

use x11rb::{
    CURRENT_TIME,
    connection::Connection,
    protocol::{
        Event,
        xproto::{
            AtomEnum, ClientMessageEvent, ConnectionExt, CreateWindowAux, EventMask, PropMode, SelectionNotifyEvent,
            WindowClass,
        },
    },
    rust_connection::RustConnection,
    wrapper::ConnectionExt as _,
};

/// Its own window, which owns what is dragged.
pub struct DragSource {
    connection: RustConnection,
    root: u32,
    window: u32,
}

impl DragSource {
    pub fn new() -> Self {
        let (connection, screen) = x11rb::connect(None).expect("an X server");
        let (root, visual) = {
            let screen = &connection.setup().roots[screen];
            (screen.root, screen.root_visual)
        };
        let window = connection.generate_id().expect("an id");
        let look = CreateWindowAux::new();
        connection
            .create_window(0, window, root, 0, 0, 1, 1, 0, WindowClass::INPUT_OUTPUT, visual, &look)
            .expect("a window");
        connection.flush().expect("a server that listens");
        Self { connection, root, window }
    }

    fn atom(&self, name: &str) -> u32 {
        let reply = self.connection.intern_atom(false, name.as_bytes()).expect("sent").reply();
        reply.expect("an atom").atom
    }

    /// The window with this title, wherever it is in the tree.
    fn find(&self, title: &str) -> u32 {
        let name = self.atom("WM_NAME");
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(10) {
            let mut windows = vec![self.root];
            while let Some(window) = windows.pop() {
                let property =
                    self.connection.get_property(false, window, name, AtomEnum::ANY, 0, 256).expect("sent").reply();
                if property.is_ok_and(|property| property.value == title.as_bytes()) {
                    return window;
                }
                if let Ok(tree) = self.connection.query_tree(window).expect("sent").reply() {
                    windows.extend(tree.children);
                }
            }
        }
        panic!("there is no window `{title}`");
    }

    /// Drags the files over the middle of a window, drops them, and stays until the window has said that it is done with them.
    pub fn drop_on(&self, title: &str, paths: &[PathBuf]) {
        let target = self.find(title);
        let place = self.connection.translate_coordinates(target, self.root, 100, 60).expect("sent").reply();
        let place = place.expect("a place on the screen");
        let uri_list = self.atom("text/uri-list");
        let selection = self.atom("XdndSelection");
        self.connection.set_selection_owner(self.window, selection, CURRENT_TIME).expect("sent");
        let at = (u32::from(place.dst_x as u16) << 16) | u32::from(place.dst_y as u16);
        let version = 5 << 24;
        self.tell(target, "XdndEnter", [self.window, version, uri_list, 0, 0]);
        self.tell(target, "XdndPosition", [self.window, 0, at, CURRENT_TIME, self.atom("XdndActionCopy")]);
        self.serve(&uris(paths));
        self.tell(target, "XdndDrop", [self.window, 0, CURRENT_TIME, 0, 0]);
        let finished = self.atom("XdndFinished");
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(10) {
            match self.connection.poll_for_event().expect("a server that answers") {
                Some(Event::ClientMessage(message)) if message.type_ == finished => return,
                Some(_) => {}
                None => std::thread::sleep(Duration::from_millis(2)),
            }
        }
        panic!("the window did not say that it has taken the files");
    }

    fn tell(&self, target: u32, message: &str, data: [u32; 5]) {
        let event = ClientMessageEvent::new(32, target, self.atom(message), data);
        self.connection.send_event(false, target, EventMask::NO_EVENT, event).expect("sent");
        self.connection.flush().expect("a server that listens");
    }

    /// Hands over what is dragged, once it is asked for.
    fn serve(&self, data: &[u8]) {
        loop {
            let Event::SelectionRequest(request) = self.connection.wait_for_event().expect("an event") else {
                continue;
            };
            self.connection
                .change_property8(PropMode::REPLACE, request.requestor, request.property, request.target, data)
                .expect("sent");
            let answer = SelectionNotifyEvent {
                response_type: x11rb::protocol::xproto::SELECTION_NOTIFY_EVENT,
                sequence: 0,
                time: request.time,
                requestor: request.requestor,
                selection: request.selection,
                target: request.target,
                property: request.property,
            };
            self.connection.send_event(false, request.requestor, EventMask::NO_EVENT, answer).expect("sent");
            self.connection.flush().expect("a server that listens");
            return;
        }
    }
}

/// RFC 2483: a line for each file, what is not plain percent-encoded.
fn uris(paths: &[PathBuf]) -> Vec<u8> {
    let mut list = String::new();
    for path in paths {
        list += "file://";
        for byte in path.as_os_str().as_bytes() {
            match byte {
                b'/' | b'.' | b'-' | b'_' => list.push(char::from(*byte)),
                byte if byte.is_ascii_alphanumeric() => list.push(char::from(*byte)),
                byte => list += &format!("%{byte:02X}"),
            }
        }
        list += "\r\n";
    }
    list.into_bytes()
}
