//! What the plugin may ask of its host.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread::{self, ThreadId},
};

use clack_extensions::{
    latency::{HostLatency, HostLatencyImpl},
    log::{HostLog, HostLogImpl, LogSeverity},
    params::{HostParams, HostParamsImplMainThread, HostParamsImplShared, ParamClearFlags, ParamRescanFlags},
    state::{HostState, HostStateImpl},
    thread_check::{HostThreadCheck, HostThreadCheckImpl},
};
use clack_host::{prelude::*, utils::ClapId};

/// Ties the handlers together for clack.
pub struct Handlers;

impl HostHandlers for Handlers {
    type Shared<'a> = Callbacks;
    type MainThread<'a> = MainThread;
    type AudioProcessor<'a> = ();

    fn declare_extensions(builder: &mut HostExtensions<Self>, _: &Self::Shared<'_>) {
        builder
            .register::<HostLatency>()
            .register::<HostLog>()
            .register::<HostParams>()
            .register::<HostState>()
            .register::<HostThreadCheck>();
    }
}

/// Requests from any thread. They are noted, and met when the host is idle.
pub struct Callbacks {
    main_thread: ThreadId,
    callback: AtomicBool,
    restarts: AtomicUsize,
    complaints: Mutex<Vec<String>>,
}

impl Default for Callbacks {
    fn default() -> Self {
        Self {
            main_thread: thread::current().id(),
            callback: AtomicBool::new(false),
            restarts: AtomicUsize::new(0),
            complaints: Mutex::default(),
        }
    }
}

impl Callbacks {
    /// Whether a call on the main thread was asked for since this was last called.
    pub fn take_callback(&self) -> bool {
        self.callback.swap(false, Ordering::AcqRel)
    }

    /// Restarts asked for since the beginning.
    pub fn restarts(&self) -> usize {
        self.restarts.load(Ordering::Acquire)
    }

    /// Warnings and errors logged since the beginning.
    pub fn complaints(&self) -> Vec<String> {
        self.complaints.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl SharedHandler<'_> for Callbacks {
    fn request_restart(&self) {
        self.restarts.fetch_add(1, Ordering::AcqRel);
    }

    // Blocks come without pause while the plugin is active: there is nothing to wake.
    fn request_process(&self) {}

    fn request_callback(&self) {
        self.callback.store(true, Ordering::Release);
    }
}

impl HostLogImpl for Callbacks {
    fn log(&self, severity: LogSeverity, message: &str) {
        if !matches!(severity, LogSeverity::Debug | LogSeverity::Info) {
            self.complaints.lock().unwrap_or_else(PoisonError::into_inner).push(message.to_owned());
        }
    }
}

impl HostParamsImplShared for Callbacks {
    // The next block flushes parameters.
    fn request_flush(&self) {}
}

impl HostThreadCheckImpl for Callbacks {
    fn is_main_thread(&self) -> bool {
        thread::current().id() == self.main_thread
    }

    // A test may play on the main thread, which is then both; any other thread that asks is the one that plays.
    fn is_audio_thread(&self) -> bool {
        true
    }
}

/// Requests on the main thread: values, latency and state are read afresh whenever they are asked for.
pub struct MainThread;

impl<'a> MainThreadHandler<'a> for MainThread {}

impl HostLatencyImpl for MainThread {
    fn changed(&self) {}
}

impl HostParamsImplMainThread for MainThread {
    fn rescan(&self, _: ParamRescanFlags) {}
    fn clear(&self, _: ClapId, _: ParamClearFlags) {}
}

impl HostStateImpl for MainThread {
    fn mark_dirty(&self) {}
}
