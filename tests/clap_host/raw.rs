//! A host without manners: it calls the plugin's own functions with whatever a test gives it.

use std::{
    ffi::{CStr, c_void},
    mem::{MaybeUninit, zeroed},
    ptr,
};

use clap_sys::{
    audio_buffer::clap_audio_buffer,
    events::clap_event_transport,
    ext::{latency::*, params::*, state::*, tail::*},
    factory::plugin_factory::{CLAP_PLUGIN_FACTORY_ID, clap_plugin_factory},
    plugin::clap_plugin,
    process::{clap_process, clap_process_status},
    stream::{clap_istream, clap_ostream},
};

pub use super::wire::Wire;
use super::{
    host::{Call, During, Host},
    wire::{Sent, incoming},
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

/// An instance, and the host that it knows.
pub struct Raw {
    pub plugin: *const clap_plugin,
    pub host: Box<Host>,
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

/// A port of these channels.
pub fn port(channels: &mut [*mut f32], constant_mask: u64) -> clap_audio_buffer {
    clap_audio_buffer {
        data32: if channels.is_empty() { ptr::null_mut() } else { channels.as_mut_ptr() },
        data64: ptr::null_mut(),
        channel_count: channels.len() as u32,
        latency: 0,
        constant_mask,
    }
}

impl Raw {
    /// A new instance, whose host is told its latency and meets no request.
    pub fn new() -> Self {
        Self::of(Host::new(false))
    }

    /// A new instance, whose host offers all that this plugin may ask for.
    pub fn well_hosted() -> Self {
        Self::of(Host::new(true))
    }

    fn of(host: Box<Host>) -> Self {
        let raw = Self::made(host);
        // SAFETY: the instance's own call.
        assert!(raw.host.doing(During::Init, || unsafe { (*raw.plugin).init.expect("a call")(raw.plugin) }));
        raw
    }

    /// An instance that is not initialised.
    pub fn made(host: Box<Host>) -> Self {
        // SAFETY: the host lasts as long as the instance, and the calls are the plugin's own.
        let plugin =
            unsafe { factory().create_plugin.expect("it makes plugins")(factory(), host.pointer(), ID.as_ptr()) };
        assert!(!plugin.is_null());
        Self { plugin, host }
    }

    pub fn activate(&self, rate_hz: f64, max_frames: u32) -> bool {
        let activate = || {
            // SAFETY: the instance's own call.
            unsafe { (*self.plugin).activate.expect("a call")(self.plugin, rate_hz, 1, max_frames) }
        };
        self.host.doing(During::Activate, activate)
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

    /// Meets the plugin's wish to be called on the main thread, again and again until it has none.
    pub fn settle(&self) {
        for _ in 0..10 {
            if !self.host.take_callback() {
                return;
            }
            // SAFETY: the instance's own call.
            let call = || unsafe { (*self.plugin).on_main_thread.expect("a call")(self.plugin) };
            self.host.doing(During::MainThread, call);
        }
        panic!("it asks to be called without end");
    }

    /// Restarts asked for, latency changes told, and those told at a time when none may be.
    pub fn asked(&self) -> [usize; 3] {
        [
            self.host.count(|told| told.call == Call::Restart),
            self.host.count(|told| told.call == Call::LatencyChanged),
            self.host.count(|told| told.call == Call::LatencyChanged && told.during != During::Activate),
        ]
    }

    /// Plays a block. Gives the plugin's answer and the output's constant mask.
    pub fn process(&self, block: Block) -> (clap_process_status, u64) {
        let input = block.inputs.map(|channels| port(channels, 0));
        let mut output = block.outputs.map(|channels| port(channels, block.mask));
        let ports =
            (input.as_ref().map_or(ptr::null(), ptr::from_ref), output.as_mut().map_or(ptr::null_mut(), ptr::from_mut));
        let status = self.process_ports(block.frames, ports, block.events, block.transport);
        (status, output.map_or(0, |output| output.constant_mask))
    }

    /// Plays a block with one port each way, or null for none. What the plugin sends back keeps to the format's rules.
    pub fn process_ports(
        &self,
        frames: u32,
        (input, output): (*const clap_audio_buffer, *mut clap_audio_buffer),
        mut events: &[Wire],
        transport: *const clap_event_transport,
    ) -> clap_process_status {
        let list = incoming(&mut events);
        let sent = Sent::default();
        let taken = sent.list();
        let call = clap_process {
            steady_time: -1,
            frames_count: frames,
            transport,
            audio_inputs: input,
            audio_outputs: output,
            audio_inputs_count: (!input.is_null()).into(),
            audio_outputs_count: (!output.is_null()).into(),
            in_events: &raw const list,
            out_events: &raw const taken,
        };
        // SAFETY: what is called lasts for the call; what is wrong in it is what the plugin must look at first.
        let status = unsafe { (*self.plugin).process.expect("a call")(self.plugin, &raw const call) };
        assert_eq!(sent.checked(frames), 0, "without a window it sends nothing back, not even what it was sent");
        status
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

    /// All parameters in the plugin's order.
    pub fn params(&self) -> Vec<clap_param_info> {
        let params = self.extension::<clap_plugin_params>(CLAP_EXT_PARAMS).expect("parameters");
        // SAFETY: the instance's own calls; zeros are valid in what they fill.
        unsafe {
            let info = |index| {
                let mut info = zeroed();
                assert!(params.get_info.expect("a call")(self.plugin, index, &raw mut info), "it is listed");
                info
            };
            (0..params.count.expect("a call")(self.plugin)).map(info).collect()
        }
    }

    /// The values of all parameters in the plugin's order.
    pub fn values(&self) -> Vec<f64> {
        self.params().iter().map(|param| self.value(param.id)).collect()
    }

    pub fn flush(&self, mut events: &[Wire]) {
        let params = self.extension::<clap_plugin_params>(CLAP_EXT_PARAMS).expect("parameters");
        let list = incoming(&mut events);
        let sent = Sent::default();
        let taken = sent.list();
        // SAFETY: the lists last for the call.
        let flush = || unsafe { params.flush.expect("a call")(self.plugin, &raw const list, &raw const taken) };
        self.host.doing(During::Flush, flush);
        assert_eq!(sent.checked(0), 0, "without a window it sends nothing back");
    }

    pub fn latency(&self) -> u32 {
        let latency = self.extension::<clap_plugin_latency>(CLAP_EXT_LATENCY).expect("a latency");
        // SAFETY: the instance's own call.
        unsafe { latency.get.expect("a call")(self.plugin) }
    }

    pub fn tail(&self) -> u32 {
        let tail = self.extension::<clap_plugin_tail>(CLAP_EXT_TAIL).expect("a tail");
        // SAFETY: the instance's own call.
        unsafe { tail.get.expect("a call")(self.plugin) }
    }

    /// The whole state.
    pub fn saved(&self) -> Vec<u8> {
        self.save(usize::MAX, usize::MAX).expect("saves")
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
        self.host.doing(During::Load, || unsafe { state.load.expect("a call")(self.plugin, &raw const stream) })
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        // SAFETY: destroyed once, and used no more.
        unsafe { (*self.plugin).destroy.expect("a call")(self.plugin) }
    }
}
