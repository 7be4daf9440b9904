//! The few functions of lilv (the library that finds and starts LV2 plugins) that the host needs, taken from
//! `liblilv-0.so.0` when the program runs, and LV2's own structures as its C headers lay them out.

use std::ffi::{c_char, c_void};

use libloading::Library;

/// Names under which the library is found, by platform.
const FILES: [&str; 3] = ["liblilv-0.so.0", "liblilv-0.so", "liblilv-0.dylib"];

/// An object of lilv's, only ever handled by pointer.
pub type Object = *mut c_void;

macro_rules! functions {
    ($($name:ident($($argument:ty),*) $(-> $result:ty)?;)+) => {
        /// lilv's functions, each under its own name without `lilv_`.
        pub struct Lilv {
            $(pub $name: unsafe extern "C" fn($($argument),*) $(-> $result)?,)+
            /// Holds the library in memory as long as its functions can be called.
            _library: Library,
        }

        impl Lilv {
            /// The library, or `None` when it is not installed.
            pub fn load() -> Option<Self> {
                // SAFETY: loading lilv runs its initialisers, which have no preconditions.
                let library = FILES.iter().find_map(|file| unsafe { Library::new(file) }.ok())?;
                // SAFETY: the types are those of lilv.h (0.24), stable since lilv 0.5.
                unsafe {
                    $(let $name = *library.get(concat!("lilv_", stringify!($name), "\0").as_bytes()).ok()?;)+
                    Some(Self { $($name,)+ _library: library })
                }
            }
        }
    };
}

functions! {
    world_new() -> Object;
    world_load_all(Object);
    world_get_all_plugins(Object) -> Object;
    plugins_get_by_uri(Object, Object) -> Object;
    new_uri(Object, *const c_char) -> Object;
    new_string(Object, *const c_char) -> Object;
    node_free(Object);
    plugin_get_num_ports(Object) -> u32;
    plugin_get_port_by_index(Object, u32) -> Object;
    plugin_get_port_by_symbol(Object, Object) -> Object;
    plugin_get_port_ranges_float(Object, *mut f32, *mut f32, *mut f32);
    plugin_has_latency(Object) -> bool;
    plugin_get_latency_port_index(Object) -> u32;
    port_is_a(Object, Object, Object) -> bool;
    port_get_index(Object, Object) -> u32;
    plugin_instantiate(Object, f64, *const *const Feature) -> *mut Instance;
    instance_free(*mut Instance);
}

/// `LilvInstance`.
#[repr(C)]
pub struct Instance {
    pub descriptor: *const Descriptor,
    pub handle: *mut c_void,
    _private: *mut c_void,
}

/// `LV2_Descriptor`.
#[repr(C)]
pub struct Descriptor {
    _uri: *const c_char,
    _instantiate: *const c_void,
    pub connect_port: unsafe extern "C" fn(*mut c_void, u32, *mut c_void),
    pub activate: Option<unsafe extern "C" fn(*mut c_void)>,
    pub run: unsafe extern "C" fn(*mut c_void, u32),
    pub deactivate: Option<unsafe extern "C" fn(*mut c_void)>,
    _cleanup: *const c_void,
    pub extension_data: Option<unsafe extern "C" fn(*const c_char) -> *const c_void>,
}

/// `LV2_Feature`.
#[repr(C)]
pub struct Feature {
    pub uri: *const c_char,
    pub data: *mut c_void,
}

/// `LV2_URID_Map`.
#[repr(C)]
pub struct UridMap {
    pub handle: *mut c_void,
    pub map: unsafe extern "C" fn(*mut c_void, *const c_char) -> u32,
}

/// `LV2_URID_Unmap`.
#[repr(C)]
pub struct UridUnmap {
    pub handle: *mut c_void,
    pub unmap: unsafe extern "C" fn(*mut c_void, u32) -> *const c_char,
}

/// `LV2_Options_Option`.
#[repr(C)]
pub struct OptionEntry {
    pub context: u32,
    pub subject: u32,
    pub key: u32,
    pub size: u32,
    pub kind: u32,
    pub value: *const c_void,
}

/// `LV2_Worker_Schedule`.
#[repr(C)]
pub struct WorkerSchedule {
    pub handle: *mut c_void,
    pub schedule_work: unsafe extern "C" fn(*mut c_void, u32, *const c_void) -> u32,
}

/// `LV2_Worker_Respond_Function`.
pub type Respond = unsafe extern "C" fn(*mut c_void, u32, *const c_void) -> u32;

/// `LV2_Worker_Interface`.
#[repr(C)]
pub struct WorkerInterface {
    pub work: unsafe extern "C" fn(*mut c_void, Respond, *mut c_void, u32, *const c_void) -> u32,
    pub work_response: Option<unsafe extern "C" fn(*mut c_void, u32, *const c_void) -> u32>,
    pub end_run: Option<unsafe extern "C" fn(*mut c_void) -> u32>,
}

/// `LV2_Atom_Sequence` without events: the header that a host writes before each block.
#[repr(C)]
pub struct SequenceHeader {
    pub size: u32,
    pub kind: u32,
    pub unit: u32,
    pub pad: u32,
}
