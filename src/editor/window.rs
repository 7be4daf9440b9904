//! The window in a host: nice-plug's editor over a [`vizia_baseview`] window.
//!
//! On X11 the window has a thread of its own, while hosts want gestures on their main thread: they wait in a queue until the
//! host calls there. Elsewhere the window lives on the main thread already, and gestures go straight to the host.

use std::{
    collections::VecDeque,
    error::Error,
    sync::{Arc, Mutex, MutexGuard},
};

use nice_plug_core::{
    context::gui::GuiContext,
    editor::{
        Editor, EditorHandle, HostCallbacks, HostMainThreadCaller, HostMethods, ParentWindowHandle, ResizeHint,
        SizeConstraints, SpawnedEditor,
        dpi::{LogicalSize, NativeSize, Size},
    },
};
use vizia::{
    backend::BackendContext,
    prelude::{Context, SignalGet},
};
use vizia_baseview::{
    Content, Link, Options,
    baseview::{self, HandlerError, WindowSettings, WindowSize, host::Host},
    open,
};

use super::{Act, Console, Gesture, LEAST_SIZE, Tick, ZOOMS_PERCENT, build};
use crate::plugin::Instance;

/// Ticks in a second: half of most screens' refresh rate, and what meters need.
const TICKS_PER_SECOND: f64 = 30.0;

/// The least that the window will ever be is said when it opens, and the zoom may become smaller afterwards.
const LEAST_ZOOM: f32 = ZOOMS_PERCENT[0] as f32 / 100.0;

type Caller = Arc<Mutex<Box<dyn HostMainThreadCaller>>>;

fn whole<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A poisoned lock only says that a thread panicked; nothing here is left half done.
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// Gestures on their way to the host.
struct Outbox {
    gui: GuiContext,
    /// How to ask for a call on the main thread; none where the window lives there.
    caller: Option<Caller>,
    waiting: Mutex<VecDeque<Gesture>>,
}

impl Outbox {
    fn send(&self, gesture: Gesture) {
        match &self.caller {
            Some(caller) => {
                whole(&self.waiting).push_back(gesture);
                whole(caller).call_main_thread();
            }
            None => self.perform(&gesture),
        }
    }

    /// On the main thread: hands the host all that waits.
    fn flush(&self) {
        loop {
            // The lock is free while the host acts, which may call back.
            let gesture = whole(&self.waiting).pop_front();
            let Some(gesture) = gesture else { return };
            self.perform(&gesture);
        }
    }

    fn perform(&self, gesture: &Gesture) {
        let pointer = gesture.parameter.pointer;
        // SAFETY: the gesture's parameter keeps the plugin's memory, into which the pointer points.
        unsafe {
            match gesture.act {
                Act::Begin => self.gui.raw_begin_set_parameter(pointer),
                Act::Set(position) => self.gui.raw_set_parameter_normalized(pointer, position),
                Act::End => self.gui.raw_end_set_parameter(pointer),
            }
        }
    }
}

/// The plugin's editor: opens windows.
pub struct WindowEditor {
    instance: Instance,
    link: Arc<Link>,
}

impl WindowEditor {
    /// The editor of `instance`.
    pub fn new(instance: Instance) -> Self {
        let state = instance.memory.window();
        let link = Arc::new(Link::new(state.width, state.height));
        let window = link.clone();
        instance.memory.pulse.listen(move || window.beat());
        Self { link, instance }
    }
}

impl Editor for WindowEditor {
    type Handle = WindowHandle;

    fn spawn(
        &self,
        parent: Option<ParentWindowHandle>,
        wait_for_parent: bool,
        fallback_scale_factor: Option<f64>,
        gui: GuiContext,
        host: Option<HostMethods>,
    ) -> Result<SpawnedEditor<WindowHandle>, Box<dyn Error>> {
        let state = self.instance.memory.window();
        self.link.set_size(state.width, state.height);
        let mut caller = None;
        let host = host.map(|methods| {
            let shared: Caller = Arc::new(Mutex::new(methods.main_thread_caller));
            caller = Some(shared.clone());
            Host::new()
                .with_callbacks(Callbacks { host: methods.callbacks, link: self.link.clone() })
                .with_main_thread(MainThread(shared))
        });
        let caller = caller.filter(|_| cfg!(target_os = "linux"));
        let outbox = Arc::new(Outbox { gui, caller, waiting: Mutex::default() });
        let settings = WindowSettings::new()
            .with_parent(parent.as_ref())
            .with_wait_for_parent(wait_for_parent)
            .with_fallback_scale_factor(fallback_scale_factor)
            .with_min_size::<Size>(Some(least_size(LEAST_ZOOM).into()));
        let options = Options { title: "Lacquer".into(), ticks_per_second: TICKS_PER_SECOND };
        let (instance, sent) = (self.instance.clone(), outbox.clone());
        let link = self.link.clone();
        let content = move || Shown { console: None, instance, outbox: sent, link };
        let window = open(settings, &options, &self.link, host, content)?;
        let handle = WindowHandle { link: self.link.clone(), outbox, instance: self.instance.clone() };
        Ok(SpawnedEditor { handle, window })
    }

    fn size(&self) -> NativeSize<u32> {
        let geometry = self.link.geometry();
        NativeSize::from_size(LogicalSize::new(geometry.width, geometry.height).into(), geometry.scale)
    }

    fn resize_hint(&self) -> ResizeHint {
        resize_hint(&self.instance)
    }
}

fn least_size(zoom: f32) -> LogicalSize<f32> {
    LogicalSize::new(LEAST_SIZE.0 as f32 * zoom, LEAST_SIZE.1 as f32 * zoom)
}

fn resize_hint(instance: &Instance) -> ResizeHint {
    let min_size = Some(least_size(instance.memory.window().zoom));
    ResizeHint { size_constraints: SizeConstraints::Logical { min_size, max_size: None }, ..ResizeHint::RESIZABLE }
}

/// What a window shows; lives on its thread.
struct Shown {
    console: Option<Console>,
    instance: Instance,
    outbox: Arc<Outbox>,
    link: Arc<Link>,
}

impl Content for Shown {
    fn build(&mut self, cx: &mut Context) {
        let outbox = self.outbox.clone();
        let console = Console::new(self.instance.clone(), move |gesture| outbox.send(gesture));
        build(cx, &console);
        self.console = Some(console);
    }

    fn tick(&mut self, cx: &mut BackendContext, elapsed_s: f32) {
        let Some(console) = &self.console else { return };
        console.tick(cx, Tick { elapsed_s });
        let geometry = self.link.geometry();
        self.instance.memory.update_window(|state| (state.width, state.height) = (geometry.width, geometry.height));
    }

    fn zoom(&self) -> f32 {
        self.console.as_ref().map_or_else(|| self.instance.memory.window().zoom, |console| console.zoom().get())
    }

    fn close(&mut self) {
        if let Some(console) = &self.console {
            console.close();
        }
    }
}

/// The host's hold on an open window.
pub struct WindowHandle {
    link: Arc<Link>,
    outbox: Arc<Outbox>,
    instance: Instance,
}

impl EditorHandle for WindowHandle {
    type Window = baseview::Window;
    type Error = baseview::Error;

    fn run_until_closed(window: Self::Window) -> Result<(), Self::Error> {
        window.run_until_closed()
    }

    fn set_parent(&self, parent: ParentWindowHandle, window: &Self::Window) -> Result<(), Self::Error> {
        window.set_parent(&parent)
    }

    fn show(&self, window: &Self::Window) -> Result<(), Self::Error> {
        self.link.set_shown(true);
        window.show()
    }

    fn hide(&self, window: &Self::Window) -> Result<(), Self::Error> {
        self.link.set_shown(false);
        window.hide()
    }

    fn set_size(&self, size: NativeSize<u32>, window: &Self::Window) -> Result<(), Self::Error> {
        window.resize(Size::from(size))
    }

    fn adjust_size(&self, size: NativeSize<u32>, window: &Self::Window) -> Option<NativeSize<u32>> {
        let now = window.size();
        let current = NativeSize::from_logical_or_physical(now.logical, now.physical);
        Some(resize_hint(&self.instance).adjust_size(size, current, now.scale_factor))
    }

    fn host_main_thread_callback(&self, window: &Self::Window) {
        self.outbox.flush();
        window.host_main_thread_callback();
    }

    fn set_fallback_scale_factor(&self, factor: f64, window: &Self::Window) -> Result<(), Self::Error> {
        window.suggest_fallback_scale_factor(factor)
    }

    fn state_changed(&self) {
        self.link.wake();
    }

    fn param_value_changed(&self, _: &str, _: f32) {
        self.link.wake();
    }

    fn param_modulation_changed(&self, _: &str, _: f32) {}
}

impl Drop for WindowHandle {
    fn drop(&mut self) {
        // Before the window, on the main thread: what hands did last still reaches the host.
        self.outbox.flush();
        self.link.forget_window();
    }
}

/// nice-plug's host as baseview's.
struct Callbacks {
    host: Box<dyn HostCallbacks>,
    link: Arc<Link>,
}

impl baseview::host::HostCallbacks for Callbacks {
    fn request_resize(&mut self, size: WindowSize) -> Result<(), HandlerError> {
        if !self.link.asks_for(&size) {
            return Ok(());
        }
        let answer = self.host.request_resize(Size::Physical(size.physical), size.scale_factor);
        answer.map_err(|refusal| {
            self.link.note_refusal();
            HandlerError::from_boxed(refusal)
        })
    }

    fn destroyed(&mut self) {
        self.host.destroyed();
    }
}

struct MainThread(Caller);

impl baseview::host::HostMainThreadCaller for MainThread {
    fn call_main_thread(&mut self) {
        whole(&self.0).call_main_thread();
    }
}
