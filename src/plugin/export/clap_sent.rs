//! What an instance sends back to a CLAP host.

use std::ptr;

use clap_sys::events::{
    CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_PARAM_VALUE, clap_event_header, clap_event_param_value, clap_output_events,
};

use super::clap_values::Values;

/// A host's list for what is sent, through which the window's own changes of parameters go when they take hold: the framework forgets
/// those as it does the host's ([`Values`]).
pub struct Sent<'a> {
    list: clap_output_events,
    host: *const clap_output_events,
    values: Option<&'a Values>,
}

impl<'a> Sent<'a> {
    /// # Safety
    /// `host` is null or a list that lasts as long as this.
    pub unsafe fn new(host: *const clap_output_events, values: Option<&'a Values>) -> Self {
        let list = clap_output_events { ctx: ptr::null_mut(), try_push: Some(Self::push) };
        // SAFETY: as the caller says.
        let whole = unsafe { host.as_ref() }.filter(|list| list.try_push.is_some());
        Self { list, host: whole.map_or(ptr::null(), ptr::from_ref), values }
    }

    /// The list to give away, while this stays where it is.
    pub fn list(&mut self) -> *const clap_output_events {
        if self.host.is_null() {
            return ptr::null();
        }
        self.list.ctx = ptr::from_mut(self).cast();
        &raw const self.list
    }

    unsafe extern "C" fn push(list: *const clap_output_events, event: *const clap_event_header) -> bool {
        // SAFETY: the context is the `Sent` that gave the list, and the framework's events are all that they say.
        unsafe {
            let sent = (*list).ctx.cast::<Self>();
            if ((*event).space_id, (*event).type_) == (CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_PARAM_VALUE)
                && let Some(values) = (*sent).values
            {
                let event = &*event.cast::<clap_event_param_value>();
                values.ensure(event.param_id, event.value);
            }
            let host = (*sent).host;
            (*host).try_push.is_some_and(|push| push(host, event))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{cell::Cell, mem::zeroed};

    use nice_plug::prelude::{ParamPtr, Params};

    use super::*;
    use crate::{
        link::{audition::audition_way, overlay::overlay_way},
        params::host_number,
        plugin::memory::Memory,
    };

    unsafe extern "C" fn counted(list: *const clap_output_events, _: *const clap_event_header) -> bool {
        // SAFETY: the context is the test's own count.
        let count = unsafe { &*(*list).ctx.cast::<Cell<usize>>() };
        count.set(count.get() + 1);
        true
    }

    #[test]
    fn what_a_window_sets_while_modulation_holds_a_value_at_its_end_is_kept() {
        const ID: &str = "input_gain";
        let memory = Memory::new(overlay_way().0, audition_way().0);
        let values = Values::new(memory.clone());
        let param: ParamPtr = memory.param_map().into_iter().find(|(id, ..)| id == ID).expect("it is there").1;
        values.modulate(host_number(ID), 2.0);

        // SAFETY: zeros are a valid event.
        let mut event: clap_event_param_value = unsafe { zeroed() };
        (event.header.type_, event.param_id, event.value) = (CLAP_EVENT_PARAM_VALUE, host_number(ID), 0.75);
        // SAFETY: the memory is kept; this is what the framework does with what the window sets.
        let now = || unsafe { (param.unmodulated_normalized_value(), param.modulated_normalized_value()) };
        // SAFETY: as above.
        unsafe { param._internal_set_normalized_value(0.75) };
        assert_ne!(now().0, 0.75, "the framework keeps it by itself: this guard is for nothing");

        let count = Cell::new(0usize);
        let host = clap_output_events { ctx: ptr::from_ref(&count).cast_mut().cast(), try_push: Some(counted) };
        // SAFETY: the list lasts as long.
        let mut sent = unsafe { Sent::new(&raw const host, Some(&values)) };
        let list = sent.list();
        // SAFETY: the list's own call, with an event that is all that it says.
        assert!(unsafe { (*list).try_push.expect("a call")(list, &raw const event.header) });
        assert_eq!((now(), count.get()), ((0.75, 1.0), 1), "kept, sounding as before, and told to the host");
    }
}
