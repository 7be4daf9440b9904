//! Stands between a CLAP host and the framework.

use std::{
    ffi::{CStr, c_char, c_void},
    mem::MaybeUninit,
    ptr,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

#[cfg(feature = "editor")]
use clap_sys::ext::{
    gui::{CLAP_EXT_GUI, clap_plugin_gui},
    timer_support::CLAP_EXT_TIMER_SUPPORT,
};
use clap_sys::{
    ext::{
        audio_ports::{CLAP_EXT_AUDIO_PORTS, clap_audio_port_info, clap_plugin_audio_ports},
        params::{CLAP_EXT_PARAMS, clap_plugin_params},
        state::{CLAP_EXT_STATE, clap_plugin_state},
        tail::{CLAP_EXT_TAIL, clap_plugin_tail},
    },
    host::clap_host,
    plugin::clap_plugin,
    process::{CLAP_PROCESS_ERROR, clap_process, clap_process_status},
};

#[cfg(feature = "editor")]
use super::clap_window::{self, Pacing};
use super::{
    super::memory::Memory,
    clap_buffers::{has, silence, tell_constants},
    clap_events::Within,
    clap_sent::Sent,
    clap_values::{self, Values},
    turn::Turns,
};

/// What the host asks how long the sound lasts.
static TAIL: clap_plugin_tail = clap_plugin_tail { get: Some(tail) };

/// An instance as the host sees it.
#[repr(C)]
pub(super) struct Guarded {
    /// First, so that a pointer to it is one to the whole. Its data are the framework's, which looks at nothing else of it.
    plugin: clap_plugin,
    /// The framework's own calls.
    inner: clap_plugin,
    /// Channels that were agreed upon at activation; 0 while the instance is not active.
    channels: AtomicU32,
    /// Who plays a block or flushes parameters.
    pub(super) turns: Turns,
    /// The parameters, unless they are the framework's affair.
    pub(super) values: Option<Values>,
    /// The host's timer for the window.
    #[cfg(feature = "editor")]
    pub(super) pacing: Pacing,
}

/// Puts a guard around an instance of the framework, made for `host` and with this memory. It goes when the host destroys it.
pub fn guarded(inner: clap_plugin, host: *const clap_host, memory: Option<Arc<Memory>>) -> *const clap_plugin {
    #[cfg(not(feature = "editor"))]
    let _ = host;
    let plugin = clap_plugin {
        destroy: Some(destroy),
        activate: Some(activate),
        deactivate: Some(deactivate),
        process: Some(process),
        get_extension: Some(get_extension),
        ..inner
    };
    let guarded = Guarded {
        plugin,
        inner,
        channels: AtomicU32::new(0),
        turns: Turns::default(),
        values: memory.clone().map(Values::new),
        #[cfg(feature = "editor")]
        pacing: Pacing::new(host, memory),
    };
    Box::into_raw(Box::new(guarded)).cast()
}

impl Guarded {
    /// # Safety
    /// `plugin` is null, or what [`guarded`] gave and not destroyed yet.
    pub(super) unsafe fn of<'a>(plugin: *const clap_plugin) -> Option<&'a Self> {
        // SAFETY: it points to the first field of such a whole.
        unsafe { plugin.cast::<Self>().as_ref() }
    }

    /// An extension of the framework's.
    ///
    /// # Safety
    /// `T` is the extension that `id` names.
    pub(super) unsafe fn extension<T>(&self, id: &CStr) -> Option<&T> {
        // SAFETY: the framework gives a pointer that lasts as long as the instance, or null.
        unsafe { self.inner.get_extension?(&raw const self.plugin, id.as_ptr()).cast::<T>().as_ref() }
    }

    /// Channels of the main output as it is now.
    fn layout(&self) -> Option<u32> {
        let mut info = MaybeUninit::<clap_audio_port_info>::zeroed();
        // SAFETY: the extension is the one that the id names; it fills what it is given where it says so, and zeros are valid.
        unsafe {
            let ports = self.extension::<clap_plugin_audio_ports>(CLAP_EXT_AUDIO_PORTS)?;
            ports.get?(&raw const self.plugin, 0, false, info.as_mut_ptr()).then(|| info.assume_init().channel_count)
        }
    }
}

unsafe extern "C" fn destroy(plugin: *const clap_plugin) {
    // SAFETY: the host destroys what it was given, once, and uses it no more.
    unsafe {
        if let Some(guarded) = Guarded::of(plugin) {
            #[cfg(feature = "editor")]
            guarded.pacing.stop();
            if let Some(destroy) = guarded.inner.destroy {
                destroy(plugin);
            }
            drop(Box::from_raw(plugin.cast::<Guarded>().cast_mut()));
        }
    }
}

unsafe extern "C" fn activate(plugin: *const clap_plugin, rate_hz: f64, min_frames: u32, max_frames: u32) -> bool {
    // SAFETY: the host gives what it was given.
    let Some(guarded) = (unsafe { Guarded::of(plugin) }) else {
        return false;
    };
    // SAFETY: the same instance's own call.
    let active = guarded.inner.activate.is_some_and(|call| unsafe { call(plugin, rate_hz, min_frames, max_frames) });
    guarded.channels.store(if active { guarded.layout().unwrap_or(0) } else { 0 }, Ordering::Release);
    active
}

unsafe extern "C" fn deactivate(plugin: *const clap_plugin) {
    // SAFETY: as above.
    if let Some(guarded) = unsafe { Guarded::of(plugin) } {
        guarded.channels.store(0, Ordering::Release);
        if let Some(deactivate) = guarded.inner.deactivate {
            // SAFETY: the same instance's own call.
            unsafe { deactivate(plugin) };
        }
    }
}

unsafe extern "C" fn process(plugin: *const clap_plugin, call: *const clap_process) -> clap_process_status {
    // SAFETY: the host gives what it was given, and a description of the block that lasts for the call.
    let (Some(guarded), Some(call)) = (unsafe { Guarded::of(plugin) }, unsafe { call.as_ref() }) else {
        return CLAP_PROCESS_ERROR;
    };
    // Whoever plays already writes to these buffers, perhaps: they are left alone.
    let (Some(_turn), Some(inner)) = (guarded.turns.take(), guarded.inner.process) else {
        return CLAP_PROCESS_ERROR;
    };
    let channels = guarded.channels.load(Ordering::Acquire);
    if channels == 0 {
        // SAFETY: the host's buffers are what it says of them.
        unsafe { silence(call) };
        return CLAP_PROCESS_ERROR;
    }
    // SAFETY: the lists, if there are any, last for the call.
    let mut events = unsafe { Within::new(call.in_events, call.frames_count) };
    // SAFETY: as above.
    let mut sent = unsafe { Sent::new(call.out_events, guarded.values.as_ref()) };
    let mut passed = clap_process { in_events: events.list(), out_events: sent.list(), ..*call };
    // SAFETY: as above.
    let fits = unsafe { has(call.audio_outputs, call.audio_outputs_count, channels) }
        && unsafe { has(call.audio_inputs, call.audio_inputs_count, channels) };
    if !fits {
        (passed.audio_inputs_count, passed.audio_outputs_count) = (0, 0);
    }
    // SAFETY: the same instance's own call, with what it can bear.
    let status = unsafe { inner(plugin, &raw const passed) };
    if let Some(values) = &guarded.values {
        values.recheck(&mut events);
    }
    if call.frames_count == 0 {
        return status;
    }
    if !fits || status == CLAP_PROCESS_ERROR {
        // SAFETY: as above.
        unsafe { silence(call) };
        return CLAP_PROCESS_ERROR;
    }
    // What a host left of the block before says nothing of this one.
    // SAFETY: the first output is there with all its channels, and the host's to be written to.
    unsafe { tell_constants(&mut *call.audio_outputs, call.frames_count) };
    status
}

unsafe extern "C" fn get_extension(plugin: *const clap_plugin, id: *const c_char) -> *const c_void {
    // SAFETY: the host gives what it was given, and a string that lasts for the call; the extension is the one that it names.
    unsafe {
        let Some(guarded) = Guarded::of(plugin).filter(|_| !id.is_null()) else {
            return ptr::null();
        };
        if CStr::from_ptr(id) == CLAP_EXT_PARAMS
            && let Some(params) = guarded.extension::<clap_plugin_params>(CLAP_EXT_PARAMS)
        {
            return ptr::from_ref(clap_values::params(params)).cast();
        }
        if CStr::from_ptr(id) == CLAP_EXT_STATE
            && let Some(state) = guarded.extension::<clap_plugin_state>(CLAP_EXT_STATE)
        {
            return ptr::from_ref(clap_values::state(state)).cast();
        }
        if CStr::from_ptr(id) == CLAP_EXT_TAIL && guarded.values.is_some() {
            return (&raw const TAIL).cast();
        }
        #[cfg(feature = "editor")]
        if CStr::from_ptr(id) == CLAP_EXT_TIMER_SUPPORT {
            return (&raw const clap_window::TIMER).cast();
        } else if CStr::from_ptr(id) == CLAP_EXT_GUI
            && let Some(gui) = guarded.extension::<clap_plugin_gui>(CLAP_EXT_GUI)
        {
            return ptr::from_ref(clap_window::gui(gui)).cast();
        }
        guarded.inner.get_extension.map_or(ptr::null(), |call| call(plugin, id))
    }
}

/// The framework knows it from the first block on only.
unsafe extern "C" fn tail(plugin: *const clap_plugin) -> u32 {
    // SAFETY: the host gives what it was given.
    let guarded = unsafe { Guarded::of(plugin) };
    guarded.and_then(|guarded| guarded.values.as_ref()).map_or(0, |values| values.memory().tail_frames())
}
