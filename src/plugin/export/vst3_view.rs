//! Stands between a VST3 host on Linux and the framework's view.
//!
//! The framework never lets go of what it registers with the host's run loop (nice-plug 0.4.2, `view.rs`): two sockets and a queue for each
//! opening of the window. After some five hundred openings no socket could be had, and that would be the host's end. The guard keeps
//! account of what is registered, and takes it back when the host takes its frame back. Through the same run loop the host's own timer
//! paces the window.

use std::{
    ptr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicPtr, Ordering},
    },
};

use nice_plug::wrapper::vst3::vst3::{
    Class, ComPtr, ComRef, ComWrapper,
    Steinberg::{
        FIDString, IPlugFrame, IPlugFrameTrait, IPlugView, IPlugViewContentScaleSupport,
        IPlugViewContentScaleSupportTrait, IPlugViewTrait,
        Linux::{IEventHandler, IEventHandlerTrait, IRunLoop, IRunLoopTrait, ITimerHandler, ITimerHandlerTrait},
        TBool, ViewRect, kResultFalse, kResultOk, tresult,
    },
};

use super::{
    super::{memory::Memory, pulse::PERIOD_MS},
    last_tasks::LastTasks,
};

/// Gives away a guarded view in place of `inner`, whose owner the caller is; null stays null.
///
/// # Safety
/// `inner` is null or a view of the framework's that belongs to the caller.
pub unsafe fn guarded(inner: *mut IPlugView, memory: &Arc<Memory>, tasks: &Arc<LastTasks>) -> *mut IPlugView {
    // SAFETY: as the caller says.
    let Some(inner) = (unsafe { ComPtr::from_raw(inner) }) else {
        return ptr::null_mut();
    };
    let view = ComWrapper::new(View {
        scale: inner.cast(),
        inner,
        memory: memory.clone(),
        tasks: tasks.clone(),
        own: AtomicPtr::default(),
        frame: Mutex::default(),
        timer: Mutex::default(),
        is_attached: AtomicBool::new(false),
    });
    let Some(pointer) = view.to_com_ptr::<IPlugView>() else {
        return ptr::null_mut();
    };
    view.own.store(pointer.as_ptr(), Ordering::Relaxed);
    pointer.into_raw()
}

/// A view as the host sees it.
struct View {
    inner: ComPtr<IPlugView>,
    scale: Option<ComPtr<IPlugViewContentScaleSupport>>,
    memory: Arc<Memory>,
    tasks: Arc<LastTasks>,
    /// This view, as the host knows it.
    own: AtomicPtr<IPlugView>,
    /// What stands for the host's frame before the framework.
    frame: Mutex<Option<ComWrapper<Frame>>>,
    /// What the host's timer calls while the window is open.
    timer: Mutex<Option<ComWrapper<Timer>>>,
    is_attached: AtomicBool,
}

fn whole<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Class for View {
    type Interfaces = (IPlugView, IPlugViewContentScaleSupport);
}

impl View {
    /// The frame, for calls that may come back here: nothing is held meanwhile.
    fn frame(&self) -> Option<ComWrapper<Frame>> {
        whole(&self.frame).clone()
    }

    fn start_timer(&self) {
        let Some(frame) = self.frame() else { return };
        let timer = ComWrapper::new(Timer(self.memory.clone()));
        let Some(handler) = timer.as_com_ref::<ITimerHandler>() else { return };
        // SAFETY: the handler is kept until it is taken back.
        if unsafe { frame.run_loop.registerTimer(handler.as_ptr(), PERIOD_MS.into()) } == kResultOk {
            *whole(&self.timer) = Some(timer);
        }
    }

    fn stop_timer(&self) {
        let timer = whole(&self.timer).take();
        if let (Some(timer), Some(frame)) = (timer, self.frame())
            && let Some(handler) = timer.as_com_ref::<ITimerHandler>()
        {
            // SAFETY: it was registered there.
            unsafe { frame.run_loop.unregisterTimer(handler.as_ptr()) };
        }
    }

    /// Closes the window if it is open.
    fn close(&self) -> Option<tresult> {
        self.is_attached.swap(false, Ordering::AcqRel).then(|| {
            self.stop_timer();
            // As when it opens.
            // SAFETY: the window is open.
            self.tasks.undisturbed(|| unsafe { self.inner.removed() })
        })
    }

    /// Lets go of the host's frame, and of all that the framework has registered with its run loop.
    fn let_go(&self) {
        let Some(frame) = whole(&self.frame).take() else { return };
        // SAFETY: no frame is what a host may say.
        unsafe { self.inner.setFrame(ptr::null_mut()) };
        frame.take_back();
    }
}

impl Drop for View {
    fn drop(&mut self) {
        self.close();
        self.let_go();
    }
}

impl IPlugViewTrait for View {
    unsafe fn isPlatformTypeSupported(&self, kind: FIDString) -> tresult {
        // SAFETY: the host's call, as it is.
        unsafe { self.inner.isPlatformTypeSupported(kind) }
    }

    unsafe fn attached(&self, parent: *mut std::ffi::c_void, kind: FIDString) -> tresult {
        // Without the run loop, which the format demands of hosts on Linux, what hands do would have no way to the main thread.
        if self.frame().is_none_or(|frame| frame.is_refused.load(Ordering::Acquire)) {
            return kResultFalse;
        }
        // The framework panics where its worker looks for the window at the moment in which that opens.
        // SAFETY: the host's call, as it is.
        let answer = self.tasks.undisturbed(|| unsafe { self.inner.attached(parent, kind) });
        if answer == kResultOk {
            self.is_attached.store(true, Ordering::Release);
            self.start_timer();
        }
        answer
    }

    unsafe fn removed(&self) -> tresult {
        self.close().unwrap_or(kResultFalse)
    }

    unsafe fn onWheel(&self, distance: f32) -> tresult {
        // SAFETY: the host's call, as it is.
        unsafe { self.inner.onWheel(distance) }
    }

    unsafe fn onKeyDown(&self, key: u16, code: i16, modifiers: i16) -> tresult {
        // SAFETY: the host's call, as it is.
        unsafe { self.inner.onKeyDown(key, code, modifiers) }
    }

    unsafe fn onKeyUp(&self, key: u16, code: i16, modifiers: i16) -> tresult {
        // SAFETY: the host's call, as it is.
        unsafe { self.inner.onKeyUp(key, code, modifiers) }
    }

    unsafe fn getSize(&self, size: *mut ViewRect) -> tresult {
        // SAFETY: the host's call, as it is.
        unsafe { self.inner.getSize(size) }
    }

    unsafe fn onSize(&self, size: *mut ViewRect) -> tresult {
        if size.is_null() {
            return kResultFalse;
        }
        // SAFETY: the host's call, as it is.
        unsafe { self.inner.onSize(size) }
    }

    unsafe fn onFocus(&self, state: TBool) -> tresult {
        // SAFETY: the host's call, as it is.
        unsafe { self.inner.onFocus(state) }
    }

    unsafe fn setFrame(&self, frame: *mut IPlugFrame) -> tresult {
        // A window cannot do without its frame, whose end this may be.
        self.close();
        self.let_go();
        // SAFETY: the host gives a frame or null.
        let Some(host) = (unsafe { ComRef::from_raw(frame) }) else {
            return kResultOk;
        };
        let Some(run_loop) = host.cast() else {
            return kResultOk;
        };
        let view = self.own.load(Ordering::Relaxed);
        let frame = ComWrapper::new(Frame {
            host: host.to_com_ptr(),
            run_loop,
            view,
            handlers: Mutex::default(),
            is_refused: AtomicBool::new(false),
        });
        let Some(shown) = frame.to_com_ptr::<IPlugFrame>() else {
            return kResultFalse;
        };
        *whole(&self.frame) = Some(frame);
        // SAFETY: what stands for the frame lasts until it is taken back.
        unsafe { self.inner.setFrame(shown.as_ptr()) }
    }

    unsafe fn canResize(&self) -> tresult {
        // SAFETY: the host's call, as it is.
        unsafe { self.inner.canResize() }
    }

    unsafe fn checkSizeConstraint(&self, size: *mut ViewRect) -> tresult {
        // SAFETY: the host's call, as it is.
        unsafe { self.inner.checkSizeConstraint(size) }
    }
}

impl IPlugViewContentScaleSupportTrait for View {
    unsafe fn setContentScaleFactor(&self, factor: f32) -> tresult {
        // SAFETY: the host's call, as it is.
        self.scale.as_ref().map_or(kResultFalse, |scale| unsafe { scale.setContentScaleFactor(factor) })
    }
}

/// The host's frame and run loop as the framework sees them.
struct Frame {
    host: ComPtr<IPlugFrame>,
    run_loop: ComPtr<IRunLoop>,
    /// The view as the host knows it; it outlives its frame.
    view: *mut IPlugView,
    /// What the framework has registered, and the descriptors that wake it.
    handlers: Mutex<Vec<(*mut IEventHandler, i32)>>,
    /// Whether the host has refused one.
    is_refused: AtomicBool,
}

impl Class for Frame {
    type Interfaces = (IPlugFrame, IRunLoop);
}

impl Frame {
    /// Takes back what the framework has left with the host's run loop, each with the hold on itself that the framework keeps in it.
    fn take_back(&self) {
        let left = std::mem::take(&mut *whole(&self.handlers));
        for (pointer, descriptor) in left {
            // SAFETY: the handler keeps itself until its hold on itself is let go, here and once.
            unsafe {
                self.run_loop.unregisterEventHandler(pointer);
                if let Some(handler) = ComPtr::from_raw(pointer) {
                    // What still waits there is done now, rather than on the framework's worker.
                    handler.onFDIsSet(descriptor);
                }
            }
        }
    }
}

impl IPlugFrameTrait for Frame {
    unsafe fn resizeView(&self, _: *mut IPlugView, size: *mut ViewRect) -> tresult {
        // SAFETY: the host gets the view that it knows, and the framework's size.
        unsafe { self.host.resizeView(self.view, size) }
    }
}

impl IRunLoopTrait for Frame {
    unsafe fn registerEventHandler(&self, handler: *mut IEventHandler, descriptor: i32) -> tresult {
        // SAFETY: the framework's call, as it is.
        let answer = unsafe { self.run_loop.registerEventHandler(handler, descriptor) };
        // The framework would take a refusal for the end of everything: it hears of none, and no window opens.
        self.is_refused.fetch_or(answer != kResultOk, Ordering::AcqRel);
        whole(&self.handlers).push((handler, descriptor));
        kResultOk
    }

    unsafe fn unregisterEventHandler(&self, handler: *mut IEventHandler) -> tresult {
        let mut handlers = whole(&self.handlers);
        let before = handlers.len();
        handlers.retain(|(pointer, _)| *pointer != handler);
        let was_there = handlers.len() < before;
        drop(handlers);
        if was_there {
            // SAFETY: it was registered there.
            unsafe { self.run_loop.unregisterEventHandler(handler) }
        } else {
            kResultFalse
        }
    }

    unsafe fn registerTimer(&self, timer: *mut ITimerHandler, period_ms: u64) -> tresult {
        // SAFETY: the framework's call, as it is.
        unsafe { self.run_loop.registerTimer(timer, period_ms) }
    }

    unsafe fn unregisterTimer(&self, timer: *mut ITimerHandler) -> tresult {
        // SAFETY: the framework's call, as it is.
        unsafe { self.run_loop.unregisterTimer(timer) }
    }
}

/// What the host's timer calls.
struct Timer(Arc<Memory>);

impl Class for Timer {
    type Interfaces = (ITimerHandler,);
}

impl ITimerHandlerTrait for Timer {
    unsafe fn onTimer(&self) {
        self.0.pulse.beat();
    }
}
