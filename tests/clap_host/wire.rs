//! Events and their lists as they go between a host and the plugin.

use std::{
    cell::RefCell,
    mem::{size_of, zeroed},
    ptr,
};

use clap_sys::events::*;

/// An event as bytes: what it says of its length and time may be wrong.
#[repr(C)]
#[derive(Clone, Copy)]
pub union Wire {
    pub header: clap_event_header,
    pub value: clap_event_param_value,
    pub modulation: clap_event_param_mod,
    pub transport: clap_event_transport,
}

/// What an event of the format's own begins with.
fn header<T>(time: u32, type_: u16) -> clap_event_header {
    clap_event_header { size: size_of::<T>() as u32, time, space_id: CLAP_CORE_EVENT_SPACE_ID, type_, flags: 0 }
}

impl Wire {
    /// A parameter's value, for all voices.
    pub fn value(time: u32, id: u32, value: f64) -> Self {
        let header = header::<clap_event_param_value>(time, CLAP_EVENT_PARAM_VALUE);
        let (note_id, port_index, channel, key) = (-1, -1, -1, -1);
        let cookie = ptr::null_mut();
        Self {
            value: clap_event_param_value { header, param_id: id, cookie, note_id, port_index, channel, key, value },
        }
    }

    /// What is added to a parameter's value, for all voices.
    pub fn modulation(time: u32, id: u32, amount: f64) -> Self {
        let header = header::<clap_event_param_mod>(time, CLAP_EVENT_PARAM_MOD);
        let (note_id, port_index, channel, key) = (-1, -1, -1, -1);
        let cookie = ptr::null_mut();
        Self {
            modulation: clap_event_param_mod {
                header,
                param_id: id,
                cookie,
                note_id,
                port_index,
                channel,
                key,
                amount,
            },
        }
    }

    /// A transport that plays at so many beats a minute.
    pub fn transport(time: u32, tempo: f64) -> Self {
        // SAFETY: zeros are a valid transport.
        let mut transport: clap_event_transport = unsafe { zeroed() };
        transport.header = header::<clap_event_transport>(time, CLAP_EVENT_TRANSPORT);
        transport.flags = CLAP_TRANSPORT_IS_PLAYING | CLAP_TRANSPORT_HAS_TEMPO;
        transport.tempo = tempo;
        Self { transport }
    }

    /// The same of another space.
    pub fn of_space(mut self, space_id: u16) -> Self {
        self.header.space_id = space_id;
        self
    }
}

/// # Safety
/// The list is one that [`incoming`] made, within the call that it was made for.
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

/// The list that gives these.
pub fn incoming(events: &mut &[Wire]) -> clap_input_events {
    clap_input_events { ctx: ptr::from_mut(events).cast(), size: Some(events_size), get: Some(events_get) }
}

/// What the plugin sends during a call.
#[derive(Default)]
pub struct Sent(RefCell<Vec<clap_event_header>>);

unsafe extern "C" fn pushed(list: *const clap_output_events, event: *const clap_event_header) -> bool {
    // SAFETY: the plugin gives the list that it was given, whose context is the `Sent` that lasts for the call, and an event.
    let (sent, event) = unsafe { (&*(*list).ctx.cast::<Sent>(), *event) };
    sent.0.borrow_mut().push(event);
    true
}

impl Sent {
    /// The list that takes them.
    pub fn list(&self) -> clap_output_events {
        clap_output_events { ctx: ptr::from_ref(self).cast_mut().cast(), try_push: Some(pushed) }
    }

    /// How many there are, once it is sure that they lie within a block of so many frames, in their order, and are the format's own.
    pub fn checked(&self, frames: u32) -> usize {
        let sent = self.0.borrow();
        assert!(sent.is_sorted_by_key(|event| event.time), "events in the order of their time");
        for event in sent.iter() {
            assert!(event.time < frames.max(1), "an event at {} in a block of {frames}", event.time);
            assert_eq!(event.space_id, CLAP_CORE_EVENT_SPACE_ID);
            assert!(event.size as usize >= size_of::<clap_event_header>());
        }
        sent.len()
    }
}
