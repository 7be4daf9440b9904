//! The CLAP's entry point: nice-plug's own (`nice_export_clap`) but for the guard around each instance.

use std::{
    ffi::{CStr, c_char, c_void},
    ptr,
    sync::{Arc, OnceLock},
};

use nice_plug::wrapper::{
    clap::{
        CLAP_PLUGIN_FACTORY_ID, CLAP_VERSION, PluginDescriptor, Wrapper, clap_host, clap_plugin,
        clap_plugin_descriptor, clap_plugin_entry, clap_plugin_factory,
    },
    setup_logger,
};

use super::{super::Lacquer, clap_guard::guarded, newest};

/// What hosts look for.
// SAFETY: no other symbol of the library has this name, which hosts look for.
#[unsafe(no_mangle)]
#[used]
pub static clap_entry: clap_plugin_entry = clap_plugin_entry {
    clap_version: CLAP_VERSION,
    init: Some(init),
    deinit: Some(deinit),
    get_factory: Some(get_factory),
};

static FACTORY: clap_plugin_factory = clap_plugin_factory {
    get_plugin_count: Some(get_plugin_count),
    get_plugin_descriptor: Some(get_plugin_descriptor),
    create_plugin: Some(create_plugin),
};

fn descriptor() -> &'static PluginDescriptor {
    static DESCRIPTOR: OnceLock<PluginDescriptor> = OnceLock::new();
    DESCRIPTOR.get_or_init(PluginDescriptor::for_plugin::<Lacquer>)
}

unsafe extern "C" fn init(_: *const c_char) -> bool {
    setup_logger::<Lacquer>();
    true
}

unsafe extern "C" fn deinit() {}

unsafe extern "C" fn get_factory(id: *const c_char) -> *const c_void {
    // SAFETY: hosts name the factory they want by a string that lasts for the call.
    if !id.is_null() && unsafe { CStr::from_ptr(id) } == CLAP_PLUGIN_FACTORY_ID {
        (&raw const FACTORY).cast()
    } else {
        ptr::null()
    }
}

unsafe extern "C" fn get_plugin_count(_: *const clap_plugin_factory) -> u32 {
    1
}

unsafe extern "C" fn get_plugin_descriptor(_: *const clap_plugin_factory, index: u32) -> *const clap_plugin_descriptor {
    if index == 0 { descriptor().clap_plugin_descriptor() } else { ptr::null() }
}

unsafe extern "C" fn create_plugin(
    _: *const clap_plugin_factory,
    host: *const clap_host,
    id: *const c_char,
) -> *const clap_plugin {
    // SAFETY: the id is a string that lasts for the call.
    if host.is_null() || id.is_null() || unsafe { CStr::from_ptr(id) } != descriptor().clap_id() {
        return ptr::null();
    }
    // The count that is given away here is taken back when the host destroys the instance.
    // SAFETY: the host lasts longer than its instances.
    let wrapper = Arc::into_raw(unsafe { Wrapper::<Lacquer>::new(host) });
    let (memory, _) = newest::take();
    // SAFETY: the wrapper lives until then, and with it what it shows to hosts.
    unsafe { guarded(*(*wrapper).clap_plugin.as_ptr(), host, memory) }
}
