//! Nothing allocates on the audio thread, whatever happens in a block.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
};

use clack_host::{
    events::{
        Pckn,
        event_types::ParamValueEvent,
        io::{EventBuffer, InputEvents, OutputEvents},
    },
    prelude::*,
    utils::ClapId,
};
use lacquer::settings::fields::fields;

/// Counts what this thread asks of the heap while it is armed.
struct Trap;

thread_local! {
    static ARMED: Cell<bool> = const { Cell::new(false) };
    static CAUGHT: Cell<usize> = const { Cell::new(0) };
}

fn notice() {
    if ARMED.get() {
        CAUGHT.set(CAUGHT.get() + 1);
    }
}

// SAFETY: everything is left to the system's allocator; counting neither allocates nor unwinds.
unsafe impl GlobalAlloc for Trap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        notice();
        // SAFETY: the caller's promises are passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        notice();
        // SAFETY: the caller's promises are passed on.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static TRAP: Trap = Trap;

struct Handlers;

impl HostHandlers for Handlers {
    type Shared<'a> = Shared;
    type MainThread<'a> = ();
    type AudioProcessor<'a> = ();
}

struct Shared;

impl SharedHandler<'_> for Shared {
    fn request_restart(&self) {}
    fn request_process(&self) {}
    fn request_callback(&self) {}
}

fn number(id: &str) -> u32 {
    id.bytes().fold(0u32, |hash, byte| hash.wrapping_mul(31).wrapping_add(u32::from(byte))) & 0x7fff_ffff
}

/// Every parameter changes in every block, each at a sample of its own, and Listen goes on and off.
fn storm(block: usize) -> EventBuffer {
    let mut events = EventBuffer::new();
    let ids = fields().iter().map(|field| field.id.as_str());
    let count = fields().len();
    for (index, id) in ids.enumerate() {
        let value = f64::from(((block * 37 + index * 11) % 100) as u32) / 99.0;
        let time = (index * 511 / count) as u32;
        events.push(&ParamValueEvent::new(time, ClapId::new(number(id)), Pckn::match_all(), value));
    }
    for (id, every) in [("listen", 7), ("accept", 3)] {
        let value = f64::from(u8::from(block % every < every - 2));
        events.push(&ParamValueEvent::new(511, ClapId::new(number(id)), Pckn::match_all(), value));
    }
    events
}

#[test]
fn processing_never_touches_the_heap() {
    const FRAMES: usize = 512;
    // SAFETY: the entry point is the crate's own, made by nice-plug for hosts as this one.
    let entry = unsafe { PluginEntry::load_from_raw(&lacquer::plugin::clap_entry, c"") }.expect("the entry works");
    let host = HostInfo::new("Trap", "Lacquer Audio", "", "1").expect("a host");
    let mut instance =
        PluginInstance::<Handlers>::new(|_| Shared, |_| (), &entry, c"org.lacquer.lacquer", &host).expect("instance");
    let configuration =
        PluginAudioConfiguration { sample_rate: 48_000.0, min_frames_count: 1, max_frames_count: FRAMES as u32 };
    let mut audio = instance.activate(|_, _| (), configuration).expect("activates").start_processing().expect("starts");
    let mut input = [[0.0f32; FRAMES]; 2];
    let mut output = [[0.0f32; FRAMES]; 2];
    let (mut input_ports, mut output_ports) = (AudioPorts::with_capacity(2, 1), AudioPorts::with_capacity(2, 1));
    let mut sent = EventBuffer::with_capacity(1024);
    for block in 0..200 {
        for (index, (left, right)) in input[0].clone().iter().zip(&input[1].clone()).enumerate() {
            let phase = (block * FRAMES + index) as f32 * 0.031;
            input[0][index] = 0.5 * left + 0.4 * phase.sin();
            input[1][index] = if block % 50 == 49 { f32::NAN } else { 0.5 * right.min(1.0) + 0.4 * phase.cos() };
        }
        let events = storm(block);
        let inputs = input_ports.with_input_buffers([AudioPortBuffer {
            latency: 0,
            channels: AudioPortBufferType::f32_input_only(input.iter_mut().map(InputChannel::variable)),
        }]);
        let mut outputs = output_ports.with_output_buffers([AudioPortBuffer {
            latency: 0,
            channels: AudioPortBufferType::f32_output_only(output.iter_mut().map(|c| c.as_mut_slice())),
        }]);
        let (events, mut sent) = (InputEvents::from_buffer(&events), OutputEvents::from_buffer(&mut sent));
        ARMED.set(true);
        if block % 20 == 19 {
            audio.reset();
        }
        let processed = audio.process(&inputs, &mut outputs, &events, &mut sent, None, None);
        ARMED.set(false);
        processed.expect("processes");
        assert_eq!(CAUGHT.get(), 0, "block {block} asked the heap for something");
        assert!(output.iter().flatten().all(|sample| sample.is_finite()), "block {block}");
    }
    instance.deactivate(audio.stop_processing());
    // The trap works.
    ARMED.set(true);
    drop(std::hint::black_box(Box::new(1)));
    ARMED.set(false);
    assert_eq!(CAUGHT.get(), 2);
}
