//! A CLAP host that opens the plugin's window, and has timers.

use std::{
    ffi::{CStr, c_char, c_void},
    ptr,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
};

use clap_sys::{
    events::{clap_event_header, clap_input_events, clap_output_events},
    ext::{
        gui::{CLAP_EXT_GUI, clap_host_gui, clap_plugin_gui, clap_window},
        params::{CLAP_EXT_PARAMS, clap_plugin_params},
        timer_support::{CLAP_EXT_TIMER_SUPPORT, clap_host_timer_support, clap_plugin_timer_support},
    },
    factory::plugin_factory::{CLAP_PLUGIN_FACTORY_ID, clap_plugin_factory},
    host::clap_host,
    plugin::clap_plugin,
    version::CLAP_VERSION,
};

/// The number of the one timer that the host gives.
const TIMER: u32 = 7;

/// What the plugin asks of the host.
#[derive(Default)]
struct Asked {
    /// The timer's period, 0 without one.
    period_ms: AtomicUsize,
    callback: AtomicBool,
    knows_windows: AtomicBool,
}

/// An instance, and the host that it knows.
pub struct Clap {
    plugin: *const clap_plugin,
    asked: Box<Asked>,
    _host: Box<clap_host>,
}

/// # Safety
/// `host` is the one that the instance was made with.
unsafe fn asked<'a>(host: *const clap_host) -> &'a Asked {
    // SAFETY: as the caller says, and the data last as long as the instance.
    unsafe { &*(*host).host_data.cast::<Asked>() }
}

unsafe extern "C" fn register_timer(host: *const clap_host, period_ms: u32, timer: *mut u32) -> bool {
    // SAFETY: the plugin gives its host, and room for the answer.
    unsafe {
        *timer = TIMER;
        asked(host).period_ms.swap(period_ms as usize, Ordering::AcqRel) == 0
    }
}

unsafe extern "C" fn unregister_timer(host: *const clap_host, timer: u32) -> bool {
    // SAFETY: as above.
    timer == TIMER && unsafe { asked(host) }.period_ms.swap(0, Ordering::AcqRel) != 0
}

unsafe extern "C" fn refuse_size(_: *const clap_host, _: u32, _: u32) -> bool {
    false
}

unsafe extern "C" fn refuse(_: *const clap_host) -> bool {
    false
}

unsafe extern "C" fn closed(_: *const clap_host, _: bool) {}

unsafe extern "C" fn extension(host: *const clap_host, id: *const c_char) -> *const c_void {
    static GUI: clap_host_gui = clap_host_gui {
        resize_hints_changed: Some(nothing),
        request_resize: Some(refuse_size),
        request_show: Some(refuse),
        request_hide: Some(refuse),
        closed: Some(closed),
    };
    static TIMERS: clap_host_timer_support =
        clap_host_timer_support { register_timer: Some(register_timer), unregister_timer: Some(unregister_timer) };
    // SAFETY: the plugin gives its host and names an extension by a string.
    let (id, host) = unsafe { (CStr::from_ptr(id), asked(host)) };
    if id == CLAP_EXT_TIMER_SUPPORT {
        (&raw const TIMERS).cast()
    } else if id == CLAP_EXT_GUI && host.knows_windows.load(Ordering::Acquire) {
        (&raw const GUI).cast()
    } else {
        ptr::null()
    }
}

unsafe extern "C" fn nothing(_: *const clap_host) {}

unsafe extern "C" fn request_callback(host: *const clap_host) {
    // SAFETY: the plugin gives its host.
    unsafe { asked(host) }.callback.store(true, Ordering::Release);
}

unsafe extern "C" fn no_events(_: *const clap_input_events) -> u32 {
    0
}

unsafe extern "C" fn no_event(_: *const clap_input_events, _: u32) -> *const clap_event_header {
    ptr::null()
}

unsafe extern "C" fn take_event(_: *const clap_output_events, _: *const clap_event_header) -> bool {
    true
}

impl Clap {
    /// An instance in a host that has room for windows, or none.
    pub fn new(knows_windows: bool) -> Self {
        let asked = Box::new(Asked { knows_windows: knows_windows.into(), ..Asked::default() });
        let host = Box::new(clap_host {
            clap_version: CLAP_VERSION,
            host_data: ptr::from_ref(&*asked).cast_mut().cast(),
            name: c"a host".as_ptr(),
            vendor: c"".as_ptr(),
            url: c"".as_ptr(),
            version: c"1".as_ptr(),
            get_extension: Some(extension),
            request_restart: Some(nothing),
            request_process: Some(nothing),
            request_callback: Some(request_callback),
        });
        let entry = &lacquer::plugin::clap_entry;
        // SAFETY: the entry point is the crate's own; host and what it knows are kept as long as the instance.
        let plugin = unsafe {
            assert!(entry.init.expect("an entry")(c"".as_ptr()));
            let factory = entry.get_factory.expect("an entry")(CLAP_PLUGIN_FACTORY_ID.as_ptr());
            let factory = factory.cast::<clap_plugin_factory>().as_ref().expect("a factory");
            let plugin =
                factory.create_plugin.expect("a call")(factory, &raw const *host, c"org.lacquer.lacquer".as_ptr());
            assert!((*plugin).init.expect("a call")(plugin));
            plugin
        };
        Self { plugin, asked, _host: host }
    }

    fn extension<T>(&self, id: &CStr) -> &T {
        // SAFETY: callers ask for the extension that the id names; it lasts as long as the instance.
        unsafe { (*self.plugin).get_extension.expect("a call")(self.plugin, id.as_ptr()).cast::<T>().as_ref() }
            .expect("the extension")
    }

    fn gui(&self) -> &clap_plugin_gui {
        self.extension(CLAP_EXT_GUI)
    }

    /// Opens the window within another one, which lasts longer, and says whether it did.
    pub fn open(&self, parent: &clap_window) -> bool {
        let gui = self.gui();
        // SAFETY: the instance's own calls, in the format's order; the other window lasts longer.
        unsafe {
            gui.create.expect("a call")(self.plugin, parent.api, false)
                && gui.set_parent.expect("a call")(self.plugin, parent)
                && gui.show.expect("a call")(self.plugin)
        }
    }

    pub fn close(&self) {
        // SAFETY: the instance's own call.
        unsafe { self.gui().destroy.expect("a call")(self.plugin) };
    }

    /// The position of a parameter, when what hands did has been taken over.
    pub fn value(&self, id: u32) -> f64 {
        let params = self.extension::<clap_plugin_params>(CLAP_EXT_PARAMS);
        let (nothing, taken) = (
            clap_input_events { ctx: ptr::null_mut(), size: Some(no_events), get: Some(no_event) },
            clap_output_events { ctx: ptr::null_mut(), try_push: Some(take_event) },
        );
        let mut value = f64::NAN;
        // SAFETY: the instance's own calls; lists and room last for them.
        unsafe {
            params.flush.expect("a call")(self.plugin, &raw const nothing, &raw const taken);
            assert!(params.get_value.expect("a call")(self.plugin, id, &raw mut value));
        }
        value
    }

    /// The period of the timer that the plugin has, 0 without one.
    pub fn period_ms(&self) -> usize {
        self.asked.period_ms.load(Ordering::Acquire)
    }

    /// What a host does on its main thread: calls back where that was asked for, and the timer.
    pub fn turn(&self) {
        let timers = self.extension::<clap_plugin_timer_support>(CLAP_EXT_TIMER_SUPPORT);
        // SAFETY: the instance's own calls.
        unsafe {
            if self.asked.callback.swap(false, Ordering::AcqRel) {
                (*self.plugin).on_main_thread.expect("a call")(self.plugin);
            }
            if self.period_ms() > 0 {
                timers.on_timer.expect("a call")(self.plugin, TIMER);
            }
        }
    }
}

impl Drop for Clap {
    fn drop(&mut self) {
        // SAFETY: the end of the instance.
        unsafe { (*self.plugin).destroy.expect("a call")(self.plugin) };
    }
}
