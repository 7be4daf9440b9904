//! The parameters of an instance as a CLAP host lists, reads and flushes them.
//!
//! The framework keeps the choice of a list as a share of its length, in 32 bits: the sixth of seven reads 4.99999988 (nice-plug 0.4.2,
//! `wrapper.rs`), which a host that cuts off the fraction takes for the fifth. Here whole values are whole. A value is what the host set,
//! not what its modulation makes of it: the format has the host add that by itself.

use std::{
    ffi::c_char,
    sync::{Arc, OnceLock},
    thread,
    time::Duration,
};

use clap_sys::{
    events::{clap_input_events, clap_output_events},
    ext::params::{CLAP_EXT_PARAMS, CLAP_PARAM_IS_STEPPED, clap_param_info, clap_plugin_params},
    plugin::clap_plugin,
};
use nice_plug::prelude::{ParamPtr, Params};

use super::{super::memory::Memory, clap_events::Within, clap_guard::Guarded};
use crate::params::host_number;

/// How often a flush looks whether the block that plays on another thread has ended, and for how long.
const FLUSH_PAUSE: Duration = Duration::from_millis(1);
const FLUSH_LOOKS: u32 = 1000;

/// All parameters of an instance.
pub struct Values {
    /// By their number.
    params: Vec<(u32, ParamPtr)>,
    /// Keeps what the pointers point to.
    _memory: Arc<Memory>,
}

impl Values {
    /// Those of the instance with this memory.
    pub fn new(memory: Arc<Memory>) -> Self {
        let mut params: Vec<_> =
            memory.param_map().into_iter().map(|(id, param, _)| (host_number(&id), param)).collect();
        params.sort_unstable_by_key(|(number, _)| *number);
        Self { params, _memory: memory }
    }

    fn of(&self, id: u32) -> Option<ParamPtr> {
        self.params.binary_search_by_key(&id, |(number, _)| *number).ok().map(|index| self.params[index].1)
    }

    /// What the host set, in the host's range.
    fn value(&self, id: u32) -> Option<f64> {
        let param = self.of(id)?;
        // SAFETY: the memory, into which all of them point, is kept.
        let (share, steps) = unsafe { (f64::from(param.unmodulated_normalized_value()), param.step_count()) };
        Some(steps.map_or(share, |steps| (share * steps as f64).round()))
    }

    /// A value of the framework's as it is meant.
    fn whole(&self, id: u32, value: f64) -> f64 {
        // SAFETY: as above.
        let is_stepped = self.of(id).is_some_and(|param| unsafe { param.step_count() }.is_some());
        if is_stepped { value.round() } else { value }
    }
}

/// The framework's parameters but for what is guarded: the same for all instances.
///
/// # Safety
/// `inner` is the framework's.
pub unsafe fn params(inner: &clap_plugin_params) -> &'static clap_plugin_params {
    static PARAMS: OnceLock<clap_plugin_params> = OnceLock::new();
    PARAMS.get_or_init(|| clap_plugin_params {
        get_info: Some(get_info),
        get_value: Some(get_value),
        text_to_value: Some(text_to_value),
        flush: Some(flush),
        ..*inner
    })
}

/// The guard around an instance, and the framework's parameters.
///
/// # Safety
/// `plugin` is null, or what the host was given and has not destroyed yet.
unsafe fn parts<'a>(plugin: *const clap_plugin) -> Option<(&'a Guarded, &'a clap_plugin_params)> {
    // SAFETY: as the caller says; the extension is the one that the id names.
    unsafe {
        let guarded = Guarded::of(plugin)?;
        Some((guarded, guarded.extension::<clap_plugin_params>(CLAP_EXT_PARAMS)?))
    }
}

unsafe extern "C" fn get_info(plugin: *const clap_plugin, index: u32, info: *mut clap_param_info) -> bool {
    // SAFETY: the host gives what it was given; there is room for the answer, or null is given.
    unsafe {
        let Some((_, params)) = parts(plugin) else {
            return false;
        };
        // The framework takes the parameter after the last for one.
        let is_listed = params.count.is_some_and(|count| index < count(plugin))
            && params.get_info.is_some_and(|get_info| get_info(plugin, index, info));
        if is_listed && (*info).flags & CLAP_PARAM_IS_STEPPED != 0 {
            (*info).default_value = (*info).default_value.round();
        }
        is_listed
    }
}

unsafe extern "C" fn get_value(plugin: *const clap_plugin, id: u32, value: *mut f64) -> bool {
    // SAFETY: as above.
    unsafe {
        let Some((guarded, params)) = parts(plugin) else {
            return false;
        };
        match &guarded.values {
            None => params.get_value.is_some_and(|get_value| get_value(plugin, id, value)),
            Some(values) => match (values.value(id), value.as_mut()) {
                (Some(now), Some(value)) => {
                    *value = now;
                    true
                }
                _ => false,
            },
        }
    }
}

unsafe extern "C" fn text_to_value(plugin: *const clap_plugin, id: u32, text: *const c_char, value: *mut f64) -> bool {
    // SAFETY: as above; the text is a string that lasts for the call, or null, which the framework looks at.
    unsafe {
        let Some((guarded, params)) = parts(plugin) else {
            return false;
        };
        let is_read = params.text_to_value.is_some_and(|text_to_value| text_to_value(plugin, id, text, value));
        if is_read && let Some(values) = &guarded.values {
            *value = values.whole(id, *value);
        }
        is_read
    }
}

unsafe extern "C" fn flush(
    plugin: *const clap_plugin,
    events: *const clap_input_events,
    sent: *const clap_output_events,
) {
    // SAFETY: as above; lists last for the call.
    unsafe {
        let Some((guarded, params)) = parts(plugin) else {
            return;
        };
        let Some(flush) = params.flush else {
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
