//! A stage in a window of the system.

use std::{
    cell::RefCell,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use baseview::{
    DamageArea, DropData, Event as SystemEvent, EventStatus, HandlerError, MouseEvent, ScrollDelta, TimerHandle,
    Window, WindowContext, WindowEvent as FrameEvent, WindowHandler, WindowSettings, WindowSize, WindowWaker,
    dpi::LogicalSize, host::Host,
};
use keyboard_types::{KeyState, KeyboardEvent};
use vizia::{backend::BackendContext, prelude::*};

use crate::{Stage, keyboard::Keyboard, keys, painter::Painter, sight::Sight, wish::Wish};

/// What a window shows. Made, used and dropped on the window's thread.
pub trait Content: 'static {
    /// Builds the tree.
    fn build(&mut self, cx: &mut Context);

    /// Comes before each turn, `elapsed_s` after the last one: what has changed elsewhere goes into signals.
    fn tick(&mut self, cx: &mut BackendContext, elapsed_s: f32);

    /// How much larger than the system's scale everything is: 1 is as it is. Asked after each turn; the window takes the size
    /// that goes with it.
    fn zoom(&self) -> f32;

    /// The window goes.
    fn close(&mut self);
}

/// How a window opens.
#[derive(Debug, Clone)]
pub struct Options {
    pub title: String,
    /// Ticks in a second.
    pub ticks_per_second: f64,
}

/// Size and scale of a window, as it is, was last, or is to open.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Geometry {
    /// Logical pixels of the system, zoom included.
    pub width: f32,
    pub height: f32,
    /// Physical pixels to a logical one of the system.
    pub scale: f64,
}

/// How long a host's timer may be silent before the window goes on by its own.
const PATIENCE_MS: u64 = 500;

/// What a window's thread and the host's main thread share.
pub struct Link {
    size: AtomicU64,
    scale: AtomicU64,
    news: AtomicBool,
    shown: AtomicBool,
    /// Whether the host's timer has come round, and when it did last: milliseconds since `made`, none is 0.
    beat: AtomicBool,
    beaten_ms: AtomicU64,
    made: Instant,
    waker: Mutex<Option<WindowWaker>>,
    pub(crate) wish: Wish,
}

impl Link {
    pub fn new(width: f32, height: f32) -> Self {
        let link = Self {
            size: AtomicU64::new(0),
            scale: AtomicU64::new(1f64.to_bits()),
            news: AtomicBool::new(false),
            shown: AtomicBool::new(true),
            beat: AtomicBool::new(false),
            beaten_ms: AtomicU64::new(0),
            made: Instant::now(),
            waker: Mutex::new(None),
            wish: Wish::default(),
        };
        link.set_size(width, height);
        link
    }

    /// The window's size, or the one that it will open with.
    pub fn geometry(&self) -> Geometry {
        let size = self.size.load(Ordering::Relaxed);
        Geometry {
            width: f32::from_bits((size >> 32) as u32),
            height: f32::from_bits(size as u32),
            scale: f64::from_bits(self.scale.load(Ordering::Relaxed)),
        }
    }

    /// Says with what size to open.
    pub fn set_size(&self, width: f32, height: f32) {
        let packed = (u64::from(width.to_bits()) << 32) | u64::from(height.to_bits());
        self.size.store(packed, Ordering::Relaxed);
    }

    /// Wakes the window: something has changed that it shows.
    pub fn wake(&self) {
        self.news.store(true, Ordering::Release);
        self.poll();
    }

    /// The host's timer has come round: the window takes its turns by it, and not by its own while it goes on.
    pub fn beat(&self) {
        self.beaten_ms.store(self.now_ms(), Ordering::Relaxed);
        self.beat.store(true, Ordering::Release);
        self.poll();
    }

    /// Whether the host's timer goes.
    fn has_pace(&self) -> bool {
        let last_ms = self.beaten_ms.load(Ordering::Relaxed);
        last_ms != 0 && self.now_ms().saturating_sub(last_ms) < PATIENCE_MS
    }

    fn now_ms(&self) -> u64 {
        // From 1 on: 0 is never.
        self.made.elapsed().as_millis() as u64 + 1
    }

    fn poll(&self) {
        if let Some(waker) = &*self.waker.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) {
            waker.request_poll();
        }
    }

    /// Says whether the window can be seen.
    pub fn set_shown(&self, shown: bool) {
        self.shown.store(shown, Ordering::Relaxed);
        if shown {
            self.wake();
        }
    }

    fn set_waker(&self, waker: Option<WindowWaker>) {
        *self.waker.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = waker;
    }

    /// Lets go of a window that is about to be dropped.
    pub fn forget_window(&self) {
        self.set_waker(None);
    }

    fn note(&self, size: &WindowSize) {
        self.set_size(size.logical.width as f32, size.logical.height as f32);
        self.scale.store(size.scale_factor.to_bits(), Ordering::Relaxed);
    }
}

/// Opens a window with `settings` (its parent, its scale), to whose title, size and timing `options` and `link` are added. `content`
/// is called on the window's thread.
///
/// # Errors
/// When the system makes no window, or the window has no pixels.
pub fn open<C: Content>(
    settings: WindowSettings,
    options: &Options,
    link: &Arc<Link>,
    host: Option<Host>,
    content: impl FnOnce() -> C + Send + 'static,
) -> Result<Window, baseview::Error> {
    let geometry = link.geometry();
    let settings = settings
        .with_title(options.title.clone())
        .with_size(LogicalSize::new(geometry.width, geometry.height))
        .with_resizable(true);
    let (options, shared) = (options.clone(), link.clone());
    let window =
        Window::create_with_host(settings, move |context| Handler::new(context, shared, &options, content()), host)?;
    link.set_waker(Some(window.waker()));
    link.set_shown(true);
    Ok(window)
}

/// The root's view: takes vizia's wishes to the window.
struct Root {
    context: WindowContext,
    link: Arc<Link>,
}

impl View for Root {
    fn event(&mut self, _: &mut EventContext, event: &mut Event) {
        // Wishes that a window does not grant are no errors of ours.
        event.map(|event: &WindowEvent, _| match event {
            WindowEvent::SetCursor(icon) => {
                let _ = self.context.set_mouse_cursor(keys::cursor(*icon));
            }
            WindowEvent::SetSize(size) => {
                let size = LogicalSize::new(size.width, size.height).cast();
                self.link.wish.make(size, self.context.scale_factor());
            }
            WindowEvent::WindowClose => self.context.request_close(),
            _ => {}
        });
    }
}

struct Inner<C> {
    stage: Stage,
    painter: Painter,
    content: C,
    zoom: f32,
    last_tick: Instant,
    sight: Sight,
}

/// baseview's handler; its calls may come while another one is under way, and are then left out.
struct Handler<C: Content> {
    inner: RefCell<Inner<C>>,
    keyboard: RefCell<Keyboard>,
    context: WindowContext,
    link: Arc<Link>,
    /// Kept: on X11 dropping the handle silences the timer.
    _timer: TimerHandle,
}

impl<C: Content> Handler<C> {
    fn new(context: WindowContext, link: Arc<Link>, options: &Options, mut content: C) -> Result<Self, HandlerError> {
        let size = context.size();
        link.note(&size);
        let pixels = (size.physical.width.max(1), size.physical.height.max(1));
        let painter = Painter::new(&context, pixels)?;
        let zoom = content.zoom();
        let root = Root { context: context.clone(), link: link.clone() };
        let stage = Stage::new(pixels, size.scale_factor * f64::from(zoom), root, |cx| content.build(cx));
        let stage = stage.ok_or_else(|| HandlerError::from_boxed("no memory for the window's picture".into()))?;
        let timer = context
            .create_timer(Duration::from_secs_f64(1.0 / options.ticks_per_second))
            .map_err(|error| HandlerError::from_boxed(error.to_string().into()))?;
        let sight = Sight::new(&context);
        let inner = Inner { stage, painter, content, zoom, last_tick: Instant::now(), sight };
        Ok(Self { inner: RefCell::new(inner), keyboard: RefCell::default(), context, link, _timer: timer })
    }

    fn tick(&self) {
        self.turn_and_paint();
        self.link.ask_for_size(&self.context);
    }

    fn turn_and_paint(&self) {
        let Ok(mut inner) = self.inner.try_borrow_mut() else { return };
        let inner = &mut *inner;
        self.link.news.store(false, Ordering::Release);
        let elapsed_s = inner.last_tick.elapsed().as_secs_f32();
        inner.last_tick = Instant::now();
        let Inner { stage, content, .. } = inner;
        stage.with(|cx| content.tick(cx, elapsed_s));
        // Always: what bindings a signal has woken is vizia's own secret.
        stage.turn();
        let zoom = content.zoom();
        if zoom != inner.zoom {
            let old = std::mem::replace(&mut inner.zoom, zoom);
            let size = self.context.size();
            let grown = |length: f64| length * f64::from(zoom / old);
            let wanted = LogicalSize::new(grown(size.logical.width), grown(size.logical.height));
            // Where the host refuses, the window keeps its size and shows everything larger or smaller.
            inner.stage.resize(inner.stage.size(), size.scale_factor * f64::from(zoom));
            self.link.wish.make(wanted, size.scale_factor);
            return;
        }
        // A window whose connection is gone is closed by baseview; there is nobody to tell here.
        let _ = inner.painter.paint(&mut inner.stage);
    }

    /// What a timer is for: a tick while anybody sees it.
    fn turn(&self) {
        let is_seen = || self.inner.try_borrow_mut().is_ok_and(|mut inner| inner.sight.is_seen());
        if self.link.shown.load(Ordering::Relaxed) && is_seen() {
            self.tick();
        }
    }

    fn emit(&self, event: WindowEvent) {
        if let Ok(mut inner) = self.inner.try_borrow_mut() {
            inner.stage.emit(event);
            // At once: how an event ends may decide who the next one is for.
            inner.stage.turn();
        }
        self.link.ask_for_size(&self.context);
    }

    fn set_modifiers(&self, held: keyboard_types::Modifiers) {
        if let Ok(mut inner) = self.inner.try_borrow_mut() {
            inner.stage.set_modifiers(keys::modifiers(held));
        }
    }

    fn mouse(&self, event: MouseEvent) {
        match event {
            MouseEvent::CursorMoved { position, modifiers } => {
                self.set_modifiers(modifiers);
                self.emit(WindowEvent::MouseMove(position.x as f32, position.y as f32));
            }
            MouseEvent::ButtonPressed { button, modifiers } => {
                self.set_modifiers(modifiers);
                self.emit(WindowEvent::MouseDown(keys::button(button)));
            }
            MouseEvent::ButtonReleased { button, modifiers } => {
                self.set_modifiers(modifiers);
                self.emit(WindowEvent::MouseUp(keys::button(button)));
                self.mind_keyboard();
            }
            MouseEvent::WheelScrolled { delta, modifiers } => {
                self.set_modifiers(modifiers);
                // Twenty pixels of a touch pad are a notch of a wheel.
                let (x, y) = match delta {
                    ScrollDelta::Lines { x, y } => (x, y),
                    ScrollDelta::Pixels { x, y } => (x / 20.0, y / 20.0),
                };
                self.emit(WindowEvent::MouseScroll(x, y));
            }
            MouseEvent::CursorEntered => self.emit(WindowEvent::MouseEnter),
            MouseEvent::CursorLeft => self.emit(WindowEvent::MouseLeave),
            MouseEvent::DragDropped { position, data: DropData::Files(files), .. } => {
                let Ok(mut inner) = self.inner.try_borrow_mut() else { return };
                for file in files {
                    inner.stage.drop_file(file, (position.x as f32, position.y as f32));
                    inner.stage.turn();
                }
            }
            _ => {}
        }
    }

    /// Keys are asked of the host only while there is a text to type.
    fn mind_keyboard(&self) {
        let typing = self.inner.try_borrow().is_ok_and(|inner| inner.stage.takes_text());
        if let Ok(mut keyboard) = self.keyboard.try_borrow_mut() {
            keyboard.mind(&self.context, typing);
        }
    }

    fn key(&self, event: &KeyboardEvent) -> EventStatus {
        use keyboard_types::Modifiers as Held;
        self.set_modifiers(event.modifiers);
        let (code, key) = keys::key(event);
        let uses = self.inner.try_borrow().is_ok_and(|inner| inner.stage.uses(key.as_ref()));
        let used = self.keyboard.try_borrow_mut().is_ok_and(|mut held| held.takes(event.state, event.code, uses));
        if event.state == KeyState::Down {
            if let keyboard_types::Key::Character(text) = &event.key
                && !event.modifiers.intersects(Held::CONTROL | Held::META)
            {
                text.chars().for_each(|letter| self.emit(WindowEvent::CharInput(letter)));
            }
            self.emit(WindowEvent::KeyDown(code, key));
        } else {
            self.emit(WindowEvent::KeyUp(code, key));
        }
        self.mind_keyboard();
        if used { EventStatus::Captured } else { EventStatus::Ignored }
    }

    fn will_close(&self) {
        if let Ok(mut inner) = self.inner.try_borrow_mut() {
            inner.content.close();
        }
    }
}

impl<C: Content> WindowHandler for Handler<C> {
    fn draw(&self) -> Result<(), HandlerError> {
        let Ok(mut inner) = self.inner.try_borrow_mut() else { return Ok(()) };
        let Inner { stage, painter, .. } = &mut *inner;
        stage.turn_if_needed();
        painter.paint(stage)
    }

    fn damage(&self, _: DamageArea) {
        if let Ok(mut inner) = self.inner.try_borrow_mut() {
            inner.painter.expose();
        }
    }

    fn poll(&self) {
        if self.link.beat.swap(false, Ordering::AcqRel) {
            self.turn();
        }
        if self.link.news.load(Ordering::Acquire) {
            self.tick();
        }
    }

    fn on_timer(&self, _: &TimerHandle) {
        if !self.link.has_pace() {
            self.turn();
        }
    }

    fn resized(&self, size: WindowSize) -> Result<(), HandlerError> {
        let Ok(mut inner) = self.inner.try_borrow_mut() else { return Ok(()) };
        let pixels = (size.physical.width.max(1), size.physical.height.max(1));
        self.link.note(&size);
        let scale = size.scale_factor * f64::from(inner.zoom);
        if inner.stage.resize(pixels, scale) {
            inner.painter.resize(pixels)?;
        }
        inner.stage.turn();
        Ok(())
    }

    fn on_event(&self, event: SystemEvent) -> EventStatus {
        match event {
            SystemEvent::Mouse(event) => self.mouse(event),
            SystemEvent::Keyboard(event) => return self.key(&event),
            SystemEvent::Window(FrameEvent::WillClose) => self.will_close(),
            SystemEvent::Window(event @ (FrameEvent::Focused | FrameEvent::Unfocused)) => {
                if let Ok(mut inner) = self.inner.try_borrow_mut() {
                    inner.stage.set_focus(matches!(event, FrameEvent::Focused));
                }
                if let (FrameEvent::Unfocused, Ok(mut keyboard)) = (event, self.keyboard.try_borrow_mut()) {
                    keyboard.lose();
                }
            }
            _ => {}
        }
        EventStatus::Ignored
    }
}
