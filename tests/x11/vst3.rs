//! A VST3 host's window: a frame with a run loop, as the format demands on Linux.

use std::{
    cell::{Cell, RefCell},
    ptr,
    rc::Rc,
    time::{Duration, Instant},
};

use nice_plug::wrapper::vst3::vst3::{
    Class, ComPtr, ComRef, ComWrapper,
    Steinberg::{
        IPlugFrame, IPlugFrameTrait, IPlugView, IPlugViewTrait,
        Linux::{IEventHandler, IEventHandlerTrait, IRunLoop, IRunLoopTrait, ITimerHandler, ITimerHandlerTrait},
        ViewRect,
        Vst::IEditControllerTrait,
        kResultFalse, kResultOk, tresult,
    },
};

use super::{desktop::Parent, host::Vst3};

/// A timer of the host's: who is called, how often, and when it was last.
type Timer = (ComPtr<ITimerHandler>, Duration, Rc<Cell<Instant>>);

/// The frame around a plugin's view, and the host's run loop.
#[derive(Default)]
pub struct Frame {
    handlers: RefCell<Vec<(ComPtr<IEventHandler>, i32)>>,
    timers: RefCell<Vec<Timer>>,
    /// Calls of timers so far.
    pub beats: Cell<usize>,
    /// The view for which a size was asked last, and the size.
    pub wanted: Cell<Option<(usize, i32, i32)>>,
    refuses: Cell<bool>,
}

impl Class for Frame {
    type Interfaces = (IPlugFrame, IRunLoop);
}

impl IPlugFrameTrait for Frame {
    unsafe fn resizeView(&self, view: *mut IPlugView, size: *mut ViewRect) -> tresult {
        // SAFETY: the plugin gives its view and a size.
        unsafe {
            self.wanted.set(Some((view as usize, (*size).right - (*size).left, (*size).bottom - (*size).top)));
            ComRef::from_raw(view).map_or(kResultFalse, |view| view.onSize(size))
        }
    }
}

impl IRunLoopTrait for Frame {
    unsafe fn registerEventHandler(&self, handler: *mut IEventHandler, descriptor: i32) -> tresult {
        // SAFETY: the plugin gives a handler.
        match unsafe { ComRef::from_raw(handler) } {
            Some(handler) if !self.refuses.get() => {
                self.handlers.borrow_mut().push((handler.to_com_ptr(), descriptor));
                kResultOk
            }
            _ => kResultFalse,
        }
    }

    unsafe fn unregisterEventHandler(&self, handler: *mut IEventHandler) -> tresult {
        // Let go of outside the list: the end of a handler may come back here.
        let place = self.handlers.borrow().iter().position(|(other, _)| other.as_ptr() == handler);
        let gone = place.map(|place| self.handlers.borrow_mut().remove(place));
        if gone.is_some() { kResultOk } else { kResultFalse }
    }

    unsafe fn registerTimer(&self, handler: *mut ITimerHandler, period_ms: u64) -> tresult {
        // SAFETY: as above.
        let Some(handler) = (unsafe { ComRef::from_raw(handler) }) else {
            return kResultFalse;
        };
        let period = Duration::from_millis(period_ms);
        self.timers.borrow_mut().push((handler.to_com_ptr(), period, Rc::new(Cell::new(Instant::now()))));
        kResultOk
    }

    unsafe fn unregisterTimer(&self, handler: *mut ITimerHandler) -> tresult {
        let place = self.timers.borrow().iter().position(|(other, ..)| other.as_ptr() == handler);
        let gone = place.map(|place| self.timers.borrow_mut().remove(place));
        if gone.is_some() { kResultOk } else { kResultFalse }
    }
}

/// A frame without a run loop, as no host on Linux may have.
pub struct Bare;

impl Class for Bare {
    type Interfaces = (IPlugFrame,);
}

impl IPlugFrameTrait for Bare {
    unsafe fn resizeView(&self, _: *mut IPlugView, _: *mut ViewRect) -> tresult {
        kResultFalse
    }
}

impl Frame {
    /// One whose run loop takes no handlers.
    pub fn refusing() -> Self {
        Self { refuses: Cell::new(true), ..Self::default() }
    }

    /// Handlers and timers that are registered.
    pub fn registered(&self) -> (usize, usize) {
        (self.handlers.borrow().len(), self.timers.borrow().len())
    }

    pub fn periods(&self) -> Vec<Duration> {
        self.timers.borrow().iter().map(|(_, period, _)| *period).collect()
    }

    /// What a host does between two turns of its run loop: calls the handlers whose descriptors have news, and timers that are due.
    pub fn turn(&self) {
        let handlers = self.handlers.borrow().clone();
        for (handler, descriptor) in handlers {
            let mut asked = libc::pollfd { fd: descriptor, events: libc::POLLIN, revents: 0 };
            // SAFETY: one descriptor is asked for, and its handler is registered.
            unsafe {
                if libc::poll(&raw mut asked, 1, 0) > 0 {
                    handler.onFDIsSet(descriptor);
                }
            }
        }
        let timers = self.timers.borrow().clone();
        for (handler, period, last) in timers {
            if last.get().elapsed() >= period {
                last.set(Instant::now());
                self.beats.set(self.beats.get() + 1);
                // SAFETY: it is registered.
                unsafe { handler.onTimer() };
            }
        }
    }
}

/// A view, which a host lets go of at its end.
pub struct View {
    pub view: ComPtr<IPlugView>,
    pub frame: ComWrapper<Frame>,
}

impl View {
    /// A view of the instance's, within a frame.
    pub fn new(plugin: &Vst3, frame: Frame) -> Self {
        // SAFETY: the instance's own call; the view belongs to the caller.
        let view = unsafe { ComPtr::from_raw(plugin.controller.createView(c"editor".as_ptr())) }.expect("a view");
        let frame = ComWrapper::new(frame);
        let this = Self { view, frame };
        assert_eq!(this.set_frame(true), kResultOk);
        this
    }

    /// Gives the frame, or takes it back.
    pub fn set_frame(&self, is_there: bool) -> tresult {
        let frame = self.frame.as_com_ref::<IPlugFrame>().expect("an interface");
        // SAFETY: the frame lasts as long as this.
        unsafe { self.view.setFrame(if is_there { frame.as_ptr() } else { ptr::null_mut() }) }
    }

    pub fn open(&self, parent: &Parent) -> tresult {
        // SAFETY: the parent is a window of the server.
        unsafe { self.view.attached(parent.id as usize as *mut _, c"X11EmbedWindowID".as_ptr()) }
    }

    pub fn close(&self) -> tresult {
        // SAFETY: the instance's own call.
        unsafe { self.view.removed() }
    }
}
