//! The keyboard of an X server.

use std::{ffi::c_void, sync::OnceLock};

use super::{functions, open, xkb_context, xkb_keymap, xkb_keymap_compile_flags, xkb_state, xkbcommon_option};

/// A connection to a server, of libxcb.
pub type xcb_connection_t = c_void;

functions! {
    /// libxkbcommon-x11.
    XkbCommonX11 {
        xkb_x11_get_core_keyboard_device_id(*mut xcb_connection_t) -> i32;
        xkb_x11_keymap_new_from_device(*mut xkb_context, *mut xcb_connection_t, i32, xkb_keymap_compile_flags) -> *mut xkb_keymap;
        xkb_x11_state_new_from_device(*mut xkb_keymap, *mut xcb_connection_t, i32) -> *mut xkb_state;
    }
}

type NewState = unsafe extern "C" fn(*mut xkb_keymap, *mut xcb_connection_t, i32) -> *mut xkb_state;

/// The library's own way to a state.
static NEW_STATE: OnceLock<NewState> = OnceLock::new();

/// libxkbcommon-x11, if it is installed: `xkb_x11_state_new_from_device` takes its map over.
pub fn xkbcommon_x11_option() -> Option<&'static XkbCommonX11> {
    static LIBRARY: OnceLock<Option<XkbCommonX11>> = OnceLock::new();
    LIBRARY
        .get_or_init(|| {
            // SAFETY: the library has these functions since its first version, and nothing else has its name.
            let library = unsafe { XkbCommonX11::of(open(&["libxkbcommon-x11.so.0", "libxkbcommon-x11.so"])?)? };
            NEW_STATE.get_or_init(|| library.xkb_x11_state_new_from_device);
            Some(XkbCommonX11 { xkb_x11_state_new_from_device: take_map_over, ..library })
        })
        .as_ref()
}

/// Makes a state, which has a hold of its own on the map, and lets the maker's go.
unsafe extern "C" fn take_map_over(
    keymap: *mut xkb_keymap,
    connection: *mut xcb_connection_t,
    device: i32,
) -> *mut xkb_state {
    let (Some(new_state), Some(common)) = (NEW_STATE.get(), xkbcommon_option()) else {
        return std::ptr::null_mut();
    };
    // SAFETY: the caller gives a map that is its own, and will not use it afterwards.
    unsafe {
        let state = new_state(keymap, connection, device);
        (common.xkb_keymap_unref)(keymap);
        state
    }
}
