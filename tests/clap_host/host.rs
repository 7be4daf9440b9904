//! What the plugin may call of its host: each call is noted, with the thread that made it and with what the host was doing.

use std::{
    ffi::{CStr, c_char, c_void},
    ptr,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, ThreadId},
};

use clap_sys::{
    ext::{latency::*, params::*, state::*, tail::*, thread_check::*},
    host::clap_host,
    version::CLAP_VERSION,
};

/// A call of the host's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    Extension,
    Restart,
    Process,
    Callback,
    LatencyChanged,
    TailChanged,
    Dirty,
    Rescan(u32),
    Clear,
    Flush,
}

/// What the host's main thread does: it is the plugin that is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum During {
    Nothing,
    Init,
    Activate,
    Load,
    Flush,
    MainThread,
}

/// One call as it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    pub call: Call,
    pub on_main: bool,
    pub during: During,
}

/// The host that an instance knows.
pub struct Host {
    host: clap_host,
    main: ThreadId,
    /// Whether it offers all extensions, or that for the latency alone.
    offers_all: bool,
    during: Mutex<During>,
    told: Mutex<Vec<Told>>,
    wants_callback: AtomicBool,
    wants_restart: AtomicBool,
}

// SAFETY: what it points to are strings and calls that last as long as the program.
unsafe impl Sync for Host {}

impl Host {
    /// One whose main thread is the one that makes it.
    pub fn new(offers_all: bool) -> Box<Self> {
        let host = clap_host {
            clap_version: CLAP_VERSION,
            host_data: ptr::null_mut(),
            name: c"raw".as_ptr(),
            vendor: c"".as_ptr(),
            url: c"".as_ptr(),
            version: c"1".as_ptr(),
            get_extension: Some(extension),
            request_restart: Some(restart),
            request_process: Some(process),
            request_callback: Some(callback),
        };
        let mut made = Box::new(Self {
            host,
            main: thread::current().id(),
            offers_all,
            during: Mutex::new(During::Nothing),
            told: Mutex::default(),
            wants_callback: AtomicBool::new(false),
            wants_restart: AtomicBool::new(false),
        });
        made.host.host_data = ptr::from_mut(&mut *made).cast();
        made
    }

    pub fn pointer(&self) -> *const clap_host {
        &raw const self.host
    }

    /// Calls the plugin on the main thread.
    pub fn doing<T>(&self, what: During, call: impl FnOnce() -> T) -> T {
        *self.during.lock().unwrap_or_else(PoisonError::into_inner) = what;
        let answer = call();
        *self.during.lock().unwrap_or_else(PoisonError::into_inner) = During::Nothing;
        answer
    }

    /// All that it was told since this was last asked.
    pub fn take_told(&self) -> Vec<Told> {
        std::mem::take(&mut *self.told.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// How often it was told so far.
    pub fn count(&self, is: impl Fn(&Told) -> bool) -> usize {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).iter().filter(|told| is(told)).count()
    }

    /// Whether a callback was asked for since this was last asked.
    pub fn take_callback(&self) -> bool {
        self.wants_callback.swap(false, Ordering::AcqRel)
    }

    /// Whether a restart was asked for since this was last asked.
    pub fn take_restart(&self) -> bool {
        self.wants_restart.swap(false, Ordering::AcqRel)
    }

    fn note(&self, call: Call) {
        let during = *self.during.lock().unwrap_or_else(PoisonError::into_inner);
        let told = Told { call, on_main: thread::current().id() == self.main, during };
        self.told.lock().unwrap_or_else(PoisonError::into_inner).push(told);
    }
}

/// # Safety
/// The host is one that [`Host`] made, which lasts as long as the instance that it was given to.
unsafe fn of<'a>(host: *const clap_host) -> &'a Host {
    // SAFETY: as the caller says.
    unsafe { &*(*host).host_data.cast::<Host>() }
}

unsafe extern "C" fn extension(host: *const clap_host, id: *const c_char) -> *const c_void {
    static LATENCY: clap_host_latency = clap_host_latency { changed: Some(latency_changed) };
    static TAIL: clap_host_tail = clap_host_tail { changed: Some(tail_changed) };
    static STATE: clap_host_state = clap_host_state { mark_dirty: Some(dirty) };
    static PARAMS: clap_host_params =
        clap_host_params { rescan: Some(rescan), clear: Some(clear), request_flush: Some(flush) };
    static THREADS: clap_host_thread_check =
        clap_host_thread_check { is_main_thread: Some(is_main), is_audio_thread: Some(is_audio) };
    // SAFETY: the plugin gives what it was given, and names an extension by a string.
    let (host, id) = unsafe { (of(host), CStr::from_ptr(id)) };
    host.note(Call::Extension);
    if id == CLAP_EXT_LATENCY {
        (&raw const LATENCY).cast()
    } else if !host.offers_all {
        ptr::null()
    } else if id == CLAP_EXT_TAIL {
        (&raw const TAIL).cast()
    } else if id == CLAP_EXT_STATE {
        (&raw const STATE).cast()
    } else if id == CLAP_EXT_PARAMS {
        (&raw const PARAMS).cast()
    } else if id == CLAP_EXT_THREAD_CHECK {
        (&raw const THREADS).cast()
    } else {
        ptr::null()
    }
}

unsafe extern "C" fn restart(host: *const clap_host) {
    // SAFETY: the plugin gives what it was given, here and below.
    let host = unsafe { of(host) };
    host.note(Call::Restart);
    host.wants_restart.store(true, Ordering::Release);
}

unsafe extern "C" fn process(host: *const clap_host) {
    // SAFETY: as above.
    unsafe { of(host) }.note(Call::Process);
}

unsafe extern "C" fn callback(host: *const clap_host) {
    // SAFETY: as above.
    let host = unsafe { of(host) };
    host.note(Call::Callback);
    host.wants_callback.store(true, Ordering::Release);
}

unsafe extern "C" fn latency_changed(host: *const clap_host) {
    // SAFETY: as above.
    unsafe { of(host) }.note(Call::LatencyChanged);
}

unsafe extern "C" fn tail_changed(host: *const clap_host) {
    // SAFETY: as above.
    unsafe { of(host) }.note(Call::TailChanged);
}

unsafe extern "C" fn dirty(host: *const clap_host) {
    // SAFETY: as above.
    unsafe { of(host) }.note(Call::Dirty);
}

unsafe extern "C" fn rescan(host: *const clap_host, flags: u32) {
    // SAFETY: as above.
    unsafe { of(host) }.note(Call::Rescan(flags));
}

unsafe extern "C" fn clear(host: *const clap_host, _: u32, _: u32) {
    // SAFETY: as above.
    unsafe { of(host) }.note(Call::Clear);
}

unsafe extern "C" fn flush(host: *const clap_host) {
    // SAFETY: as above.
    unsafe { of(host) }.note(Call::Flush);
}

unsafe extern "C" fn is_main(host: *const clap_host) -> bool {
    // SAFETY: as above.
    thread::current().id() == unsafe { of(host) }.main
}

unsafe extern "C" fn is_audio(host: *const clap_host) -> bool {
    // SAFETY: as above.
    !unsafe { is_main(host) }
}
