//! The parameters of an instance as a CLAP host lists, reads and flushes them.
//!
//! The framework keeps the choice of a list as a share of its length, in 32 bits: the sixth of seven reads 4.99999988 (nice-plug 0.4.2,
//! `wrapper.rs`), which a host that cuts off the fraction takes for the fifth. Here whole values are whole. A value is what the host set,
//! not what its modulation makes of it: the format has the host add that by itself.
//!
//! And the framework forgets what is set while modulation holds a value at an end of its range: what sounds the same is taken for the same
//! (nice-plug-core 0.4.2, `params/float.rs`). So while there is modulation, what a host sends is looked through once more.

use std::{
    ffi::c_char,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    thread,
    time::Duration,
};

use clap_sys::{
    events::{clap_input_events, clap_output_events},
    ext::{
        params::{CLAP_EXT_PARAMS, CLAP_PARAM_IS_STEPPED, clap_param_info, clap_plugin_params},
        state::{CLAP_EXT_STATE, clap_plugin_state},
    },
    plugin::clap_plugin,
    stream::clap_istream,
};
use nice_plug::prelude::ParamPtr;

use super::{
    super::memory::Memory,
    clap_events::{Change, Within},
    clap_guard::Guarded,
    clap_sent::Sent,
    numbered::Numbered,
};

/// How often a flush looks whether the block that plays on another thread has ended, and for how long.
const FLUSH_PAUSE: Duration = Duration::from_millis(1);
const FLUSH_LOOKS: u32 = 1000;

/// All parameters of an instance.
pub struct Values {
    params: Numbered<Value>,
    /// Whether any of them is modulated.
    are_modulated: AtomicBool,
}

/// One parameter.
struct Value {
    param: ParamPtr,
    /// What a share of 1 is in the host's range.
    scale: f64,
    is_stepped: bool,
    /// The share that modulation adds, as bits.
    amount: AtomicU32,
}

impl Values {
    /// Those of the instance with this memory.
    pub fn new(memory: Arc<Memory>) -> Self {
        let value = |_: &str, param: ParamPtr| {
            // SAFETY: the memory, into which it points, is there, and kept below.
            let steps = unsafe { param.step_count() };
            let (scale, is_stepped) = (steps.unwrap_or(1) as f64, steps.is_some());
            Value { param, scale, is_stepped, amount: AtomicU32::new(0) }
        };
        Self { params: Numbered::new(memory, value), are_modulated: AtomicBool::new(false) }
    }

    /// What they are parameters of.
    pub fn memory(&self) -> &Arc<Memory> {
        self.params.memory()
    }

    /// Looks through what the framework was sent once more, where there is modulation: each parameter is what it was set to last.
    pub fn recheck(&self, events: &mut Within) {
        if !events.modulates() && !self.are_modulated.load(Ordering::Relaxed) {
            return;
        }
        events.each(|event| match event {
            Change::Set { id, value } => self.ensure(id, value),
            Change::Modulate { id, amount } => self.modulate(id, amount),
        });
        let are_modulated = self.params.iter().any(|value| value.amount() != 0.0);
        self.are_modulated.store(are_modulated, Ordering::Relaxed);
    }

    /// Sees to it that one was set to a value of the host's range.
    pub fn ensure(&self, id: u32, value: f64) {
        if let Some(param) = self.params.of(id).filter(|_| value.is_finite()) {
            param.ensure(value);
        }
    }

    /// Notes what modulation adds to one, and adds it.
    pub fn modulate(&self, id: u32, amount: f64) {
        if let Some(param) = self.params.of(id).filter(|_| amount.is_finite()) {
            param.modulate(amount);
        }
    }

    /// Sets parameters while none is modulated.
    fn unmodulated<T>(&self, set: impl FnOnce() -> T) -> T {
        let modulated = || self.params.iter().filter(|value| value.amount() != 0.0);
        // SAFETY: the memory, into which all of them point, is kept.
        modulated().for_each(|value| unsafe {
            value.param._internal_modulate_value(0.0);
        });
        let answer = set();
        modulated().for_each(Value::remodulate);
        answer
    }
}

impl Value {
    fn amount(&self) -> f32 {
        f32::from_bits(self.amount.load(Ordering::Relaxed))
    }

    /// What the host set, in its range.
    fn now(&self) -> f64 {
        // SAFETY: the memory, into which it points, is kept.
        let value = f64::from(unsafe { self.param.unmodulated_normalized_value() }) * self.scale;
        self.whole(value)
    }

    /// A value of the framework's as it is meant.
    fn whole(&self, value: f64) -> f64 {
        if self.is_stepped { value.round() } else { value }
    }

    /// Sees to it that it was set to this.
    fn ensure(&self, value: f64) {
        let share = value as f32 / self.scale as f32;
        // SAFETY: as above.
        unsafe {
            let settled = self.param.preview_normalized(self.param.preview_plain(share));
            if self.param.unmodulated_normalized_value() != settled {
                self.param._internal_modulate_value(0.0);
                self.param._internal_set_normalized_value(share);
                self.remodulate();
            }
        }
    }

    fn modulate(&self, amount: f64) {
        self.amount.store((amount as f32 / self.scale as f32).to_bits(), Ordering::Relaxed);
        self.remodulate();
    }

    fn remodulate(&self) {
        // SAFETY: as above.
        unsafe { self.param._internal_modulate_value(self.amount()) };
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

/// The framework's state but for what is guarded: the same for all instances.
///
/// # Safety
/// `inner` is the framework's.
pub unsafe fn state(inner: &clap_plugin_state) -> &'static clap_plugin_state {
    static STATE: OnceLock<clap_plugin_state> = OnceLock::new();
    STATE.get_or_init(|| clap_plugin_state { load: Some(load), ..*inner })
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
            Some(values) => match (values.params.of(id), value.as_mut()) {
                (Some(param), Some(value)) => {
                    *value = param.now();
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
        if is_read && let Some(param) = guarded.values.as_ref().and_then(|values| values.params.of(id)) {
            *value = param.whole(*value);
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
                let mut sent = Sent::new(sent, guarded.values.as_ref());
                flush(plugin, events.list(), sent.list());
                if let Some(values) = &guarded.values {
                    values.recheck(&mut events);
                }
                return;
            }
            thread::sleep(FLUSH_PAUSE);
        }
    }
}

unsafe extern "C" fn load(plugin: *const clap_plugin, stream: *const clap_istream) -> bool {
    // SAFETY: as above; the stream lasts for the call, or is null, which the framework looks at.
    unsafe {
        let Some(guarded) = Guarded::of(plugin) else {
            return false;
        };
        let Some(load) = guarded.extension::<clap_plugin_state>(CLAP_EXT_STATE).and_then(|state| state.load) else {
            return false;
        };
        match &guarded.values {
            None => load(plugin, stream),
            Some(values) => values.unmodulated(|| load(plugin, stream)),
        }
    }
}
