//! A host without manners: it calls the plugin's own functions with whatever a test gives it.

use std::{
    ffi::{CStr, c_char, c_void},
    mem::{MaybeUninit, size_of},
    ptr,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
};

use clap_sys::{
    audio_buffer::clap_audio_buffer,
    events::*,
    ext::{latency::*, params::*, state::*},
    factory::plugin_factory::{CLAP_PLUGIN_FACTORY_ID, clap_plugin_factory},
    host::clap_host,
    plugin::clap_plugin,
    process::{clap_process, clap_process_status},
    stream::{clap_istream, clap_ostream},
    version::CLAP_VERSION,
};

pub const ID: &CStr = c"org.lacquer.lacquer";

/// The plugin's factory.
pub fn factory() -> &'static clap_plugin_factory {
    let entry = &lacquer::plugin::clap_entry;
    // SAFETY: the entry point is the crate's own, and what it gives lasts as long as the program.
    unsafe {
        assert!(entry.init.expect("an entry")(c"".as_ptr()));
        let factory = entry.get_factory.expect("an entry")(CLAP_PLUGIN_FACTORY_ID.as_ptr());
        factory.cast::<clap_plugin_factory>().as_ref().expect("a factory")
    }
}

/// What the plugin asks of the host.
#[derive(Default)]
struct Asked {
    activating: AtomicBool,
    latency_changes: AtomicUsize,
    /// Those that came while the plugin was not being activated, which the format forbids.
    late_latency_changes: AtomicUsize,
    restarts: AtomicUsize,
}

/// An instance, and the host that it knows.
pub struct Raw {
    pub plugin: *const clap_plugin,
    asked: Box<Asked>,
    _host: Box<clap_host>,
}

// SAFETY: the tests hand the instance to threads as hosts do, and beyond what they may: that is what is tried.
unsafe impl Sync for Raw {}
// SAFETY: as above.
unsafe impl Send for Raw {}

/// A block as the plugin is called with. Pointers may be anything that the guard looks at before it is used.
pub struct Block<'a> {
    pub frames: u32,
    /// Channels of the main port; `None` for no port at all.
    pub inputs: Option<&'a mut [*mut f32]>,
    pub outputs: Option<&'a mut [*mut f32]>,
    pub events: &'a [Wire],
    pub transport: *const clap_event_transport,
    /// What the host left in the output's constant mask.
    pub mask: u64,
}

/// An event as bytes: what it says of its length and time may be wrong.
#[repr(C)]
#[derive(Clone, Copy)]
pub union Wire {
    pub header: clap_event_header,
    pub value: clap_event_param_value,
    pub transport: clap_event_transport,
}

impl Wire {
    /// A parameter's value.
    pub fn value(time: u32, id: u32, value: f64) -> Self {
        let header = clap_event_header {
            size: size_of::<clap_event_param_value>() as u32,
            time,
            space_id: CLAP_CORE_EVENT_SPACE_ID,
            type_: CLAP_EVENT_PARAM_VALUE,
            flags: 0,
        };
        let anywhere = (-1, -1, -1, -1);
        let (note_id, port_index, channel, key) = anywhere;
        Self {
            value: clap_event_param_value {
                header,
                param_id: id,
                cookie: ptr::null_mut(),
                note_id,
                port_index,
                channel,
                key,
                value,
            },
        }
    }
}

/// # Safety
/// The list is one that [`input_list`] made, within the call that it was made for.
unsafe fn listed<'a>(list: *const clap_input_events) -> &'a [Wire] {
    // SAFETY: as the caller says, its context is the slice.
    unsafe { *(*list).ctx.cast::<&[Wire]>() }
}

unsafe extern "C" fn events_size(list: *const clap_input_events) -> u32 {
    // SAFETY: the plugin gives the list that it was given.
    unsafe { listed(list) }.len() as u32
}

unsafe extern "C" fn events_get(list: *const clap_input_events, index: u32) -> *const clap_event_header {
    // SAFETY: as above. Every variant begins with the header.
    unsafe { listed(list) }.get(index as usize).map_or(ptr::null(), |event| ptr::from_ref(event).cast())
}

unsafe extern "C" fn nothing_pushed(_: *const clap_output_events, _: *const clap_event_header) -> bool {
    false
}

unsafe extern "C" fn latency_changed(host: *const clap_host) {
    // SAFETY: the host's data are what it asked for, which lasts as long as the instance.
    let asked = unsafe { &*(*host).host_data.cast::<Asked>() };
    asked.latency_changes.fetch_add(1, Ordering::AcqRel);
    if !asked.activating.load(Ordering::Acquire) {
        asked.late_latency_changes.fetch_add(1, Ordering::AcqRel);
    }
}

unsafe extern "C" fn extension(_: *const clap_host, id: *const c_char) -> *const c_void {
    static LATENCY: clap_host_latency = clap_host_latency { changed: Some(latency_changed) };
    // SAFETY: the plugin names an extension by a string.
    if unsafe { CStr::from_ptr(id) } == CLAP_EXT_LATENCY { (&raw const LATENCY).cast() } else { ptr::null() }
}

unsafe extern "C" fn restart(host: *const clap_host) {
    // SAFETY: as above.
    unsafe { (*(*host).host_data.cast::<Asked>()).restarts.fetch_add(1, Ordering::AcqRel) };
}

unsafe extern "C" fn ignored(_: *const clap_host) {}

impl Raw {
    /// A new instance.
    pub fn new() -> Self {
        let asked = Box::<Asked>::default();
        let host = Box::new(clap_host {
            clap_version: CLAP_VERSION,
            host_data: ptr::from_ref(&*asked).cast_mut().cast(),
            name: c"raw".as_ptr(),
            vendor: c"".as_ptr(),
            url: c"".as_ptr(),
            version: c"1".as_ptr(),
            get_extension: Some(extension),
            request_restart: Some(restart),
            request_process: Some(ignored),
            request_callback: Some(ignored),
        });
        // SAFETY: the host lasts as long as the instance, and the calls are the plugin's own.
        let plugin =
            unsafe { factory().create_plugin.expect("it makes plugins")(factory(), &raw const *host, ID.as_ptr()) };
        assert!(!plugin.is_null());
        // SAFETY: as above.
        assert!(unsafe { (*plugin).init.expect("a call")(plugin) });
        Self { plugin, asked, _host: host }
    }

    pub fn activate(&self, rate_hz: f64, max_frames: u32) -> bool {
        self.asked.activating.store(true, Ordering::Release);
        // SAFETY: the instance's own calls.
        let active = unsafe { (*self.plugin).activate.expect("a call")(self.plugin, rate_hz, 1, max_frames) };
        self.asked.activating.store(false, Ordering::Release);
        active
    }

    pub fn start(&self) -> bool {
        // SAFETY: the instance's own call.
        unsafe { (*self.plugin).start_processing.expect("a call")(self.plugin) }
    }

    pub fn stop(&self) {
        // SAFETY: the instance's own call.
        unsafe { (*self.plugin).stop_processing.expect("a call")(self.plugin) }
    }

    pub fn deactivate(&self) {
        // SAFETY: the instance's own call.
        unsafe { (*self.plugin).deactivate.expect("a call")(self.plugin) }
    }

    /// Restarts asked for, latency changes told, and those told at a time when none may be.
    pub fn asked(&self) -> [usize; 3] {
        let asked = &self.asked;
        [&asked.restarts, &asked.latency_changes, &asked.late_latency_changes]
            .map(|count| count.load(Ordering::Acquire))
    }

    /// Plays a block. Gives the plugin's answer and the output's constant mask.
    pub fn process(&self, block: Block) -> (clap_process_status, u64) {
        let port = |channels: &mut [*mut f32], constant_mask| clap_audio_buffer {
            data32: if channels.is_empty() { ptr::null_mut() } else { channels.as_mut_ptr() },
            data64: ptr::null_mut(),
            channel_count: channels.len() as u32,
            latency: 0,
            constant_mask,
        };
        let input = block.inputs.map(|channels| port(channels, 0));
        let mut output = block.outputs.map(|channels| port(channels, block.mask));
        let mut events = block.events;
        let list = input_list(&mut events);
        let sent = clap_output_events { ctx: ptr::null_mut(), try_push: Some(nothing_pushed) };
        let call = clap_process {
            steady_time: -1,
            frames_count: block.frames,
            transport: block.transport,
            audio_inputs: input.as_ref().map_or(ptr::null(), ptr::from_ref),
            audio_outputs: output.as_mut().map_or(ptr::null_mut(), ptr::from_mut),
            audio_inputs_count: input.is_some().into(),
            audio_outputs_count: output.is_some().into(),
            in_events: &raw const list,
            out_events: &raw const sent,
        };
        // SAFETY: what is called lasts for the call; what is wrong in it is what the plugin must look at first.
        let status = unsafe { (*self.plugin).process.expect("a call")(self.plugin, &raw const call) };
        (status, output.map_or(0, |output| output.constant_mask))
    }

    /// Plays the channels in place.
    pub fn play(&self, channels: &mut [Vec<f32>], events: &[Wire]) -> clap_process_status {
        let frames = channels.first().map_or(0, Vec::len) as u32;
        let mut outputs: Vec<_> = channels.iter_mut().map(Vec::as_mut_ptr).collect();
        let mut inputs = outputs.clone();
        let (inputs, outputs) = (Some(&mut inputs[..]), Some(&mut outputs[..]));
        self.process(Block { frames, inputs, outputs, events, transport: ptr::null(), mask: 0 }).0
    }

    pub fn extension<T>(&self, id: &CStr) -> Option<&T> {
        // SAFETY: the caller names the extension whose type it asks for; it lasts as long as the instance.
        unsafe { (*self.plugin).get_extension.expect("a call")(self.plugin, id.as_ptr()).cast::<T>().as_ref() }
    }

    pub fn value(&self, id: u32) -> f64 {
        let params = self.extension::<clap_plugin_params>(CLAP_EXT_PARAMS).expect("parameters");
        let mut value = MaybeUninit::uninit();
        // SAFETY: where it says that it gave the value, it did.
        unsafe {
            assert!(params.get_value.expect("a call")(self.plugin, id, value.as_mut_ptr()), "its own parameter");
            value.assume_init()
        }
    }

    pub fn flush(&self, mut events: &[Wire]) {
        let params = self.extension::<clap_plugin_params>(CLAP_EXT_PARAMS).expect("parameters");
        let list = input_list(&mut events);
        // SAFETY: the lists last for the call; there may be none.
        unsafe { params.flush.expect("a call")(self.plugin, &raw const list, ptr::null()) }
    }

    pub fn latency(&self) -> u32 {
        let latency = self.extension::<clap_plugin_latency>(CLAP_EXT_LATENCY).expect("a latency");
        // SAFETY: the instance's own call.
        unsafe { latency.get.expect("a call")(self.plugin) }
    }

    /// Saves to a stream that takes `most` bytes a call and breaks after `room`.
    pub fn save(&self, most: usize, room: usize) -> Option<Vec<u8>> {
        struct Sink(Vec<u8>, usize, usize);
        unsafe extern "C" fn write(stream: *const clap_ostream, bytes: *const c_void, size: u64) -> i64 {
            // SAFETY: the context is the sink, and there are so many bytes.
            let (sink, bytes) = unsafe {
                (&mut *(*stream).ctx.cast::<Sink>(), std::slice::from_raw_parts(bytes.cast::<u8>(), size as usize))
            };
            let taken = bytes.len().min(sink.1).min(sink.2 - sink.0.len());
            sink.0.extend_from_slice(&bytes[..taken]);
            if taken == 0 { -1 } else { taken as i64 }
        }
        let mut sink = Sink(Vec::new(), most, room);
        let stream = clap_ostream { ctx: (&raw mut sink).cast(), write: Some(write) };
        let state = self.extension::<clap_plugin_state>(CLAP_EXT_STATE).expect("a state");
        // SAFETY: the stream lasts for the call.
        unsafe { state.save.expect("a call")(self.plugin, &raw const stream) }.then_some(sink.0)
    }

    /// Loads from a stream that gives `most` bytes a call and, after `room`, an error.
    pub fn load(&self, bytes: &[u8], most: usize, room: usize) -> bool {
        struct Source<'a>(&'a [u8], usize, usize);
        unsafe extern "C" fn read(stream: *const clap_istream, bytes: *mut c_void, size: u64) -> i64 {
            // SAFETY: the context is the source, and there is room for so many bytes.
            unsafe {
                let source = &mut *(*stream).ctx.cast::<Source>();
                let given = source.0.len().min(source.1).min(size as usize);
                if given > source.2 {
                    return -1;
                }
                ptr::copy_nonoverlapping(source.0.as_ptr(), bytes.cast(), given);
                source.0 = &source.0[given..];
                source.2 -= given;
                given as i64
            }
        }
        let mut source = Source(bytes, most, room);
        let stream = clap_istream { ctx: (&raw mut source).cast(), read: Some(read) };
        let state = self.extension::<clap_plugin_state>(CLAP_EXT_STATE).expect("a state");
        // SAFETY: the stream lasts for the call.
        unsafe { state.load.expect("a call")(self.plugin, &raw const stream) }
    }
}

fn input_list(events: &mut &[Wire]) -> clap_input_events {
    clap_input_events { ctx: ptr::from_mut(events).cast(), size: Some(events_size), get: Some(events_get) }
}

impl Drop for Raw {
    fn drop(&mut self) {
        // SAFETY: destroyed once, and used no more.
        unsafe { (*self.plugin).destroy.expect("a call")(self.plugin) }
    }
}
