//! The events of a block or a flush as a CLAP host gives them.

use std::{cell::UnsafeCell, mem::size_of, ptr};

use clap_sys::events::{
    CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_MIDI, CLAP_EVENT_PARAM_MOD, CLAP_EVENT_PARAM_VALUE, CLAP_EVENT_TRANSPORT,
    clap_event_header, clap_event_midi, clap_event_param_mod, clap_event_param_value, clap_event_transport,
    clap_input_events,
};

/// Longest event that can be moved into its block, in words of 8 bytes: CLAP's own have 13 at most.
const EVENT_WORDS: usize = 32;

/// What stands for an event that is none: one of nobody's space, so that nobody looks at it. It has its time, which the framework counts with.
fn nothing(time: u32) -> clap_event_header {
    clap_event_header { size: size_of::<clap_event_header>() as u32, time, space_id: u16::MAX, type_: 0, flags: 0 }
}

/// The bytes that an event of this kind has at least, of those that the framework looks at.
fn least_bytes(event: &clap_event_header) -> usize {
    match (event.space_id, event.type_) {
        (CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_PARAM_VALUE) => size_of::<clap_event_param_value>(),
        (CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_PARAM_MOD) => size_of::<clap_event_param_mod>(),
        (CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_TRANSPORT) => size_of::<clap_event_transport>(),
        (CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_MIDI) => size_of::<clap_event_midi>(),
        _ => size_of::<clap_event_header>(),
    }
}

/// What an event does to a parameter, in the host's range.
pub enum Change {
    Set { id: u32, value: f64 },
    Modulate { id: u32, amount: f64 },
}

/// A host's events, with none of them past the last frame, or before the one ahead of it in the list: such a one takes effect there.
pub struct Within {
    list: clap_input_events,
    host: *const clap_input_events,
    last_frame: u32,
    /// The event that was given last: where it stands in the list, the earliest that it may be, and when it is.
    given: (u32, u32, u32),
    /// Whether one that was given modulates a parameter.
    modulates: bool,
    /// The event that was moved last. The framework is done with one before it asks for the next.
    moved: UnsafeCell<[u64; EVENT_WORDS]>,
}

impl Within {
    /// # Safety
    /// `host` is null or a list that lasts as long as this.
    pub unsafe fn new(host: *const clap_input_events, frames: u32) -> Self {
        let list = clap_input_events { ctx: ptr::null_mut(), size: Some(Self::size), get: Some(Self::get) };
        // SAFETY: as the caller says.
        let whole = unsafe { host.as_ref() }.filter(|list| list.size.is_some() && list.get.is_some());
        let host = whole.map_or(ptr::null(), ptr::from_ref);
        let moved = UnsafeCell::new([0; EVENT_WORDS]);
        Self { list, host, last_frame: frames.saturating_sub(1), given: (0, 0, 0), modulates: false, moved }
    }

    /// The list to give away, while this stays where it is.
    pub fn list(&mut self) -> *const clap_input_events {
        if self.host.is_null() {
            return ptr::null();
        }
        self.list.ctx = ptr::from_mut(self).cast();
        &raw const self.list
    }

    /// Whether any that the framework took modulates a parameter.
    pub fn modulates(&self) -> bool {
        self.modulates
    }

    /// Calls `take` with what each does to a parameter, in their order. The host's list still lasts.
    pub fn each(&mut self, mut take: impl FnMut(Change)) {
        let list = self.list();
        if list.is_null() {
            return;
        }
        // SAFETY: the list is this one's own; an event that is given as one of these kinds is all of it.
        unsafe {
            for index in 0..Self::size(list) {
                let event = Self::get(list, index);
                match ((*event).space_id, (*event).type_) {
                    (CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_PARAM_VALUE) => {
                        let event = &*event.cast::<clap_event_param_value>();
                        take(Change::Set { id: event.param_id, value: event.value });
                    }
                    (CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_PARAM_MOD) => {
                        let event = &*event.cast::<clap_event_param_mod>();
                        take(Change::Modulate { id: event.param_id, amount: event.amount });
                    }
                    _ => (),
                }
            }
        }
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
            // The framework asks in order, and for some twice.
            let (last, mut earliest, given) = (*within).given;
            if index != last {
                earliest = if index > last { given } else { 0 };
            }
            let time = event.as_ref().map_or(0, |event| event.time).clamp(earliest, (*within).last_frame);
            (*within).given = (index, earliest, time);
            let moved = (&raw mut (*within).moved).cast::<clap_event_header>();
            let bytes = event.as_ref().map_or(0, |event| event.size as usize);
            let is_whole = event.as_ref().is_some_and(|event| bytes >= least_bytes(event));
            if is_whole && ((*event).space_id, (*event).type_) == (CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_PARAM_MOD) {
                (*within).modulates = true;
            }
            if is_whole && (*event).time == time {
                return event;
            }
            if is_whole && bytes <= EVENT_WORDS * size_of::<u64>() {
                ptr::copy_nonoverlapping(event.cast::<u8>(), moved.cast(), bytes);
                (*moved).time = time;
            } else {
                *moved = nothing(time);
            }
            moved
        }
    }
}
