//! Stands between a CLAP host and the framework.

use std::{
    cell::UnsafeCell,
    ffi::{CStr, c_char, c_void},
    mem::{MaybeUninit, size_of},
    ptr, slice,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::Duration,
};

#[cfg(feature = "editor")]
use clap_sys::ext::{
    gui::{CLAP_EXT_GUI, clap_plugin_gui},
    timer_support::CLAP_EXT_TIMER_SUPPORT,
};
use clap_sys::{
    audio_buffer::clap_audio_buffer,
    events::{clap_event_header, clap_input_events, clap_output_events},
    ext::{
        audio_ports::{CLAP_EXT_AUDIO_PORTS, clap_audio_port_info, clap_plugin_audio_ports},
        params::{CLAP_EXT_PARAMS, clap_param_info, clap_plugin_params},
    },
    host::clap_host,
    plugin::clap_plugin,
    process::{CLAP_PROCESS_ERROR, clap_process, clap_process_status},
};

#[cfg(feature = "editor")]
use super::clap_window::{self, Pacing};
use super::{super::memory::Memory, turn::Turns};

/// How often a flush looks whether the block that plays on another thread has ended, and for how long.
const FLUSH_PAUSE: Duration = Duration::from_millis(1);
const FLUSH_LOOKS: u32 = 1000;
/// Longest event that can be moved into its block, in words of 8 bytes: CLAP's own have 13 at most.
const EVENT_WORDS: usize = 32;
/// Stands for an event that is none: of nobody's space, so that nobody looks at it.
static NOTHING: clap_event_header =
    clap_event_header { size: size_of::<clap_event_header>() as u32, time: 0, space_id: u16::MAX, type_: 0, flags: 0 };

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
    turns: Turns,
    /// The host's timer for the window.
    #[cfg(feature = "editor")]
    pub(super) pacing: Pacing,
}

/// Puts a guard around an instance of the framework, made for `host` and with this memory. It goes when the host destroys it.
pub fn guarded(inner: clap_plugin, host: *const clap_host, memory: Option<Arc<Memory>>) -> *const clap_plugin {
    #[cfg(not(feature = "editor"))]
    let _ = (host, memory);
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
    // SAFETY: the list, if there is one, lasts for the call.
    let mut events = unsafe { Within::new(call.in_events, call.frames_count) };
    let mut passed = clap_process { in_events: events.list(), ..*call };
    // SAFETY: as above.
    let fits = unsafe { has(call.audio_outputs, call.audio_outputs_count, channels) }
        && unsafe { has(call.audio_inputs, call.audio_inputs_count, channels) };
    if fits {
        // What a host left of the block before says nothing of this one.
        // SAFETY: the first output is there, and the host's to be written to.
        unsafe { (*call.audio_outputs).constant_mask = 0 };
    } else {
        (passed.audio_inputs_count, passed.audio_outputs_count) = (0, 0);
    }
    // SAFETY: the same instance's own call, with what it can bear.
    let status = unsafe { inner(plugin, &raw const passed) };
    if fits || call.frames_count == 0 {
        return status;
    }
    // SAFETY: as above.
    unsafe { silence(call) };
    CLAP_PROCESS_ERROR
}

/// Whether the first port has all its channels.
///
/// # Safety
/// There are so many ports at `ports`, and each has a pointer for each of its channels, or is null.
unsafe fn has(ports: *const clap_audio_buffer, count: u32, channels: u32) -> bool {
    // SAFETY: as the caller says.
    unsafe {
        match ports.as_ref() {
            Some(port) if count > 0 && port.channel_count == channels && !port.data32.is_null() => {
                slice::from_raw_parts(port.data32, channels as usize).iter().all(|channel| !channel.is_null())
            }
            _ => false,
        }
    }
}

/// Fills with zeros what is there of the outputs.
///
/// # Safety
/// The outputs are what the call says of them, or null.
unsafe fn silence(call: &clap_process) {
    /// # Safety
    /// `data` is null or holds so many pointers, each null or to so many samples.
    unsafe fn clear<T>(data: *mut *mut T, channels: u32, frames: usize) {
        if data.is_null() {
            return;
        }
        // SAFETY: as the caller says; zero bytes are the number zero.
        unsafe {
            for channel in slice::from_raw_parts(data, channels as usize) {
                if !channel.is_null() {
                    ptr::write_bytes(*channel, 0, frames);
                }
            }
        }
    }
    if call.audio_outputs.is_null() {
        return;
    }
    // SAFETY: as the caller says.
    unsafe {
        for port in slice::from_raw_parts(call.audio_outputs, call.audio_outputs_count as usize) {
            clear(port.data32, port.channel_count, call.frames_count as usize);
            clear(port.data64, port.channel_count, call.frames_count as usize);
        }
    }
}

/// A host's events, with none of them past the last frame, or before the one ahead of it in the list: such a one takes effect there.
struct Within {
    list: clap_input_events,
    host: *const clap_input_events,
    last_frame: u32,
    /// The event that was given last: where it stands in the list, the earliest that it may be, and when it is.
    given: (u32, u32, u32),
    /// The event that was moved last. The framework is done with one before it asks for the next.
    moved: UnsafeCell<[u64; EVENT_WORDS]>,
}

impl Within {
    /// # Safety
    /// `host` is null or a list that lasts as long as this.
    unsafe fn new(host: *const clap_input_events, frames: u32) -> Self {
        let list = clap_input_events { ctx: ptr::null_mut(), size: Some(Self::size), get: Some(Self::get) };
        // SAFETY: as the caller says.
        let whole = unsafe { host.as_ref() }.filter(|list| list.size.is_some() && list.get.is_some());
        let host = whole.map_or(ptr::null(), ptr::from_ref);
        let moved = UnsafeCell::new([0; EVENT_WORDS]);
        Self { list, host, last_frame: frames.saturating_sub(1), given: (0, 0, 0), moved }
    }

    /// The list to give away, while this stays where it is.
    fn list(&mut self) -> *const clap_input_events {
        if self.host.is_null() {
            return ptr::null();
        }
        self.list.ctx = ptr::from_mut(self).cast();
        &raw const self.list
    }

    unsafe extern "C" fn size(list: *const clap_input_events) -> u32 {
        // SAFETY: the context is the `Within` that gave the list, and the host's list has all its calls.
        unsafe {
            let within = (*list).ctx.cast::<Self>();
            let host = (*within).host;
            (*host).size.map_or(0, |size| size(host))
        }
    }

    unsafe extern "C" fn get(list: *const clap_input_events, index: u32) -> *const clap_event_header {
        // SAFETY: as above; an event is as long as it says, and is copied into room that is long enough and aligned for any.
        unsafe {
            let within = (*list).ctx.cast::<Self>();
            let host = (*within).host;
            let event = (*host).get.map_or(ptr::null(), |get| get(host, index));
            if event.is_null() {
                return &raw const NOTHING;
            }
            // The framework asks in order, and for some twice.
            let (last, mut earliest, given) = (*within).given;
            if index != last {
                earliest = if index > last { given } else { 0 };
            }
            let time = (*event).time.clamp(earliest, (*within).last_frame);
            (*within).given = (index, earliest, time);
            if (*event).time == time {
                return event;
            }
            let bytes = (*event).size as usize;
            if !(size_of::<clap_event_header>()..=EVENT_WORDS * size_of::<u64>()).contains(&bytes) {
                return &raw const NOTHING;
            }
            let moved = (&raw mut (*within).moved).cast::<u8>();
            ptr::copy_nonoverlapping(event.cast::<u8>(), moved, bytes);
            let moved = moved.cast::<clap_event_header>();
            (*moved).time = time;
            moved
        }
    }
}

unsafe extern "C" fn get_extension(plugin: *const clap_plugin, id: *const c_char) -> *const c_void {
    /// The framework's parameters but for what is guarded: the same for all instances.
    static PARAMS: OnceLock<clap_plugin_params> = OnceLock::new();
    // SAFETY: the host gives what it was given, and a string that lasts for the call; the extension is the one that it names.
    unsafe {
        let Some(guarded) = Guarded::of(plugin).filter(|_| !id.is_null()) else {
            return ptr::null();
        };
        if CStr::from_ptr(id) == CLAP_EXT_PARAMS
            && let Some(params) = guarded.extension::<clap_plugin_params>(CLAP_EXT_PARAMS)
        {
            return ptr::from_ref(PARAMS.get_or_init(|| clap_plugin_params {
                flush: Some(flush),
                get_info: Some(param_info),
                ..*params
            }))
            .cast();
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

unsafe extern "C" fn param_info(plugin: *const clap_plugin, index: u32, info: *mut clap_param_info) -> bool {
    // SAFETY: as above; there is room for the answer, or null is given.
    unsafe {
        let params = Guarded::of(plugin).and_then(|guarded| guarded.extension::<clap_plugin_params>(CLAP_EXT_PARAMS));
        params.is_some_and(|params| {
            // The framework takes the parameter after the last for one.
            params.count.is_some_and(|count| index < count(plugin))
                && params.get_info.is_some_and(|get_info| get_info(plugin, index, info))
        })
    }
}

unsafe extern "C" fn flush(
    plugin: *const clap_plugin,
    events: *const clap_input_events,
    sent: *const clap_output_events,
) {
    // SAFETY: as above; lists last for the call.
    unsafe {
        let Some(guarded) = Guarded::of(plugin) else {
            return;
        };
        let Some(flush) = guarded.extension::<clap_plugin_params>(CLAP_EXT_PARAMS).and_then(|params| params.flush)
        else {
            return;
        };
        // On the audio thread nobody else plays, and nothing waits.
        for _ in 0..FLUSH_LOOKS {
            if let Some(_turn) = guarded.turns.take() {
                let mut events = Within::new(events, 0);
                return flush(plugin, events.list(), sent);
            }
            thread::sleep(FLUSH_PAUSE);
        }
    }
}
