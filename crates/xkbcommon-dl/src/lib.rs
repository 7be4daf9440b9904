//! The functions of libxkbcommon and libxkbcommon-x11 by which baseview 0.4.2 reads keys, loaded where they are installed.
//!
//! baseview makes a map of the keyboard for each window and counts on it to go with the state that is made of it. It does not: a state has a
//! hold of its own on its map (`xkb_state_new`: "the state holds a reference on the keymap"), and the one that the maker has is never let go.
//! That is some 70 KB for each opening of a window. Here the maker's hold ends when the state is there.
//!
//! Names are those of the library's headers (xkbcommon.h, xkbcommon-x11.h).

#![cfg(target_os = "linux")]
#![allow(non_camel_case_types)]

use std::{
    ffi::{c_char, c_int, c_uint},
    sync::OnceLock,
};

use libloading::Library;

pub mod x11;

/// What maps are made in.
pub enum xkb_context {}

/// What the keys of a keyboard mean.
pub enum xkb_keymap {}

/// Which keys are down.
pub enum xkb_state {}

/// A key's number.
pub type xkb_keycode_t = u32;

/// How a context is made.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum xkb_context_flags {
    XKB_CONTEXT_NO_FLAGS = 0,
}

/// How a map is made.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum xkb_keymap_compile_flags {
    XKB_KEYMAP_COMPILE_NO_FLAGS = 0,
}

/// Where a key goes.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum xkb_key_direction {
    XKB_KEY_UP,
    XKB_KEY_DOWN,
}

/// Takes the functions of these names out of a library.
macro_rules! functions {
    ($(#[$meta:meta])* $name:ident { $($function:ident($($argument:ty),*) $(-> $answer:ty)?;)* }) => {
        $(#[$meta])*
        pub struct $name {
            $(pub $function: unsafe extern "C" fn($($argument),*) $(-> $answer)?,)*
            _library: libloading::Library,
        }

        impl $name {
            /// `None` where one of them is missing.
            ///
            /// # Safety
            /// The library's functions are those of its headers.
            unsafe fn of(library: libloading::Library) -> Option<Self> {
                // SAFETY: as the caller says; what is taken out is kept no longer than the library.
                unsafe {
                    Some(Self {
                        $($function: *library.get(concat!(stringify!($function), "\0").as_bytes()).ok()?,)*
                        _library: library,
                    })
                }
            }
        }
    };
}
use functions;

functions! {
    /// libxkbcommon.
    XkbCommon {
        xkb_context_new(xkb_context_flags) -> *mut xkb_context;
        xkb_context_unref(*mut xkb_context);
        xkb_keymap_unref(*mut xkb_keymap);
        xkb_state_unref(*mut xkb_state);
        xkb_state_key_get_utf8(*mut xkb_state, xkb_keycode_t, *mut c_char, usize) -> c_int;
        xkb_state_update_key(*mut xkb_state, xkb_keycode_t, xkb_key_direction) -> c_uint;
    }
}

/// libxkbcommon, if it is installed.
pub fn xkbcommon_option() -> Option<&'static XkbCommon> {
    static LIBRARY: OnceLock<Option<XkbCommon>> = OnceLock::new();
    // SAFETY: the library has these functions since its first version, and nothing else has its name.
    LIBRARY.get_or_init(|| unsafe { XkbCommon::of(open(&["libxkbcommon.so.0", "libxkbcommon.so"])?) }).as_ref()
}

/// The first of these libraries that is installed.
fn open(names: &[&str]) -> Option<Library> {
    // SAFETY: what these libraries do when they are loaded is nothing.
    names.iter().find_map(|name| unsafe { Library::new(name) }.ok())
}
