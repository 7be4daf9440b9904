//! The window of a CLAP: for hosts that have room for one, and on Linux paced by the host's timer where it has one. Elsewhere the window's
//! own timer is one of the host's main thread already.

use std::{
    ffi::{CStr, c_char},
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

use clap_sys::{
    ext::{
        gui::{CLAP_EXT_GUI, clap_host_gui, clap_plugin_gui},
        timer_support::{CLAP_EXT_TIMER_SUPPORT, clap_host_timer_support, clap_plugin_timer_support},
    },
    host::clap_host,
    plugin::clap_plugin,
};

use super::{
    super::{memory::Memory, pulse::PERIOD_MS},
    clap_guard::Guarded,
};

/// No timer of the host's.
const NONE: u32 = u32::MAX;

/// The host's timer for one instance.
pub struct Pacing {
    host: *const clap_host,
    memory: Option<Arc<Memory>>,
    timer: AtomicU32,
}

impl Pacing {
    /// None yet; `host` lasts as long as this.
    pub fn new(host: *const clap_host, memory: Option<Arc<Memory>>) -> Self {
        Self { host, memory, timer: AtomicU32::new(NONE) }
    }

    /// An extension of the host's.
    ///
    /// # Safety
    /// `T` is the extension that `id` names.
    unsafe fn extension<T>(&self, id: &CStr) -> Option<&T> {
        // SAFETY: the host lasts as long as this, and gives the extension that is named, or null.
        unsafe { (*self.host).get_extension?(self.host, id.as_ptr()).cast::<T>().as_ref() }
    }

    fn timers(&self) -> Option<&clap_host_timer_support> {
        // SAFETY: it is the one that the id names.
        unsafe { self.extension(CLAP_EXT_TIMER_SUPPORT) }
    }

    /// Whether the host knows of windows: the framework takes it for granted.
    fn knows_windows(&self) -> bool {
        // SAFETY: as above.
        unsafe { self.extension::<clap_host_gui>(CLAP_EXT_GUI).is_some() }
    }

    fn start(&self) {
        self.stop();
        if !cfg!(target_os = "linux") {
            return;
        }
        let mut timer = NONE;
        if let Some(register) = self.timers().and_then(|timers| timers.register_timer)
            // SAFETY: the host's own call, and room for its answer.
            && unsafe { register(self.host, PERIOD_MS, &raw mut timer) }
        {
            self.timer.store(timer, Ordering::Relaxed);
        }
    }

    /// Gives the timer back, if there is one.
    pub fn stop(&self) {
        let timer = self.timer.swap(NONE, Ordering::Relaxed);
        if timer != NONE
            && let Some(unregister) = self.timers().and_then(|timers| timers.unregister_timer)
        {
            // SAFETY: the host's own call, with what it gave.
            unsafe { unregister(self.host, timer) };
        }
    }
}

/// The framework's window but for its timer: the same for all instances.
///
/// # Safety
/// `inner` is the framework's.
pub unsafe fn gui(inner: &clap_plugin_gui) -> &'static clap_plugin_gui {
    static GUI: OnceLock<clap_plugin_gui> = OnceLock::new();
    GUI.get_or_init(|| clap_plugin_gui { create: Some(create), destroy: Some(destroy), ..*inner })
}

/// What the host's timers call.
pub static TIMER: clap_plugin_timer_support = clap_plugin_timer_support { on_timer: Some(on_timer) };

/// The guard around an instance, and the framework's window.
///
/// # Safety
/// `plugin` is null, or what the host was given and has not destroyed yet.
unsafe fn parts<'a>(plugin: *const clap_plugin) -> Option<(&'a Guarded, &'a clap_plugin_gui)> {
    // SAFETY: as the caller says; the extension is the one that the id names.
    unsafe {
        let guarded = Guarded::of(plugin)?;
        Some((guarded, guarded.extension::<clap_plugin_gui>(CLAP_EXT_GUI)?))
    }
}

unsafe extern "C" fn create(plugin: *const clap_plugin, api: *const c_char, is_floating: bool) -> bool {
    // SAFETY: the host gives what it was given, and a string that lasts for the call.
    unsafe {
        let Some((guarded, gui)) = parts(plugin) else {
            return false;
        };
        if api.is_null() || !guarded.pacing.knows_windows() {
            return false;
        }
        let is_made = gui.create.is_some_and(|create| create(plugin, api, is_floating));
        if is_made {
            guarded.pacing.start();
        }
        is_made
    }
}

unsafe extern "C" fn destroy(plugin: *const clap_plugin) {
    // SAFETY: as above.
    unsafe {
        if let Some((guarded, gui)) = parts(plugin) {
            guarded.pacing.stop();
            if let Some(destroy) = gui.destroy {
                destroy(plugin);
            }
        }
    }
}

unsafe extern "C" fn on_timer(plugin: *const clap_plugin, timer: u32) {
    // SAFETY: as above.
    if let Some(guarded) = unsafe { Guarded::of(plugin) }
        && timer == guarded.pacing.timer.load(Ordering::Relaxed)
        && let Some(memory) = &guarded.pacing.memory
    {
        memory.pulse.beat();
    }
}
