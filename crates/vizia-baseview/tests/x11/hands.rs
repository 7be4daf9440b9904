//! Mouse and keys, as a person's, by the server's XTEST extension; and a host's window that hears the keys which are its own.

use std::time::Duration;

use x11rb::{
    CURRENT_TIME,
    connection::Connection,
    protocol::{
        Event,
        xproto::{
            BUTTON_PRESS_EVENT, BUTTON_RELEASE_EVENT, ConnectionExt, CreateWindowAux, EventMask, InputFocus,
            KEY_PRESS_EVENT, KEY_RELEASE_EVENT, MOTION_NOTIFY_EVENT, WindowClass,
        },
        xtest::ConnectionExt as _,
    },
    rust_connection::RustConnection,
    wrapper::ConnectionExt as _,
};

/// Keysyms (X11/keysymdef.h); letters are their own.
pub const RETURN: u32 = 0xff0d;
pub const SHIFT: u32 = 0xffe1;
pub const ESCAPE: u32 = 0xff1b;

/// A host's window of 400 × 300 pixels in the screen's corner, which has the keyboard.
pub struct Hands {
    connection: RustConnection,
    root: u32,
    pub host: u32,
}

impl Hands {
    pub fn new() -> Self {
        let (connection, screen) = x11rb::connect(None).expect("an X server");
        let (host, root) = (connection.generate_id().expect("an id"), connection.setup().roots[screen].root);
        let look = CreateWindowAux::new().event_mask(EventMask::KEY_PRESS | EventMask::KEY_RELEASE);
        connection
            .create_window(0, host, root, 0, 0, 400, 300, 0, WindowClass::INPUT_OUTPUT, 0, &look)
            .expect("a window");
        connection.map_window(host).expect("mapped");
        connection.set_input_focus(InputFocus::PARENT, host, CURRENT_TIME).expect("sent");
        connection.sync().expect("a server");
        Self { connection, root, host }
    }

    fn act(&self, kind: u8, detail: u8, (x, y): (i16, i16)) {
        self.connection.xtest_fake_input(kind, detail, CURRENT_TIME, self.root, x, y, 0).expect("sent");
        self.connection.sync().expect("a server");
        // Far apart enough that the window sees one after the other.
        std::thread::sleep(Duration::from_millis(20));
    }

    pub fn move_to(&self, place: (i16, i16)) {
        self.act(MOTION_NOTIFY_EVENT, 0, place);
    }

    pub fn right_click(&self, place: (i16, i16)) {
        self.click(place, 3);
    }

    pub fn middle_click(&self, place: (i16, i16)) {
        self.click(place, 2);
    }

    fn click(&self, place: (i16, i16), button: u8) {
        self.move_to(place);
        self.act(BUTTON_PRESS_EVENT, button, place);
        self.act(BUTTON_RELEASE_EVENT, button, place);
    }

    /// The key that gives this sign on the server's keyboard.
    fn code(&self, keysym: u32) -> u8 {
        let setup = self.connection.setup();
        let (first, last) = (setup.min_keycode, setup.max_keycode);
        let mapping = self.connection.get_keyboard_mapping(first, last - first + 1).expect("sent").reply();
        let mapping = mapping.expect("a keyboard");
        let mut keys = mapping.keysyms.chunks(mapping.keysyms_per_keycode.into());
        let place = keys.position(|signs| signs.contains(&keysym)).expect("a key for it");
        first + place as u8
    }

    pub fn press(&self, keysym: u32) {
        self.act(KEY_PRESS_EVENT, self.code(keysym), (0, 0));
    }

    pub fn release(&self, keysym: u32) {
        self.act(KEY_RELEASE_EVENT, self.code(keysym), (0, 0));
    }

    pub fn strike(&self, keysym: u32) {
        self.press(keysym);
        self.release(keysym);
    }

    /// Presses and releases that the host's window has heard since the last call.
    pub fn heard(&self) -> (usize, usize) {
        let (mut pressed, mut released) = (0, 0);
        while let Some(event) = self.connection.poll_for_event().expect("a server that answers") {
            match event {
                Event::KeyPress(_) => pressed += 1,
                Event::KeyRelease(_) => released += 1,
                _ => {}
            }
        }
        (pressed, released)
    }

    /// Whether the host's window has the keyboard.
    pub fn has_keyboard(&self) -> bool {
        let focus = self.connection.get_input_focus().expect("sent").reply().expect("an owner");
        focus.focus == self.host
    }
}
