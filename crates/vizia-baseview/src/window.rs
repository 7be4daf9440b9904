//! A stage in a window of the system.

use std::{
    cell::RefCell,
    sync::Arc,
    time::{Duration, Instant},
};

use baseview::{
    DamageArea, DropData, Event as SystemEvent, EventStatus, HandlerError, MouseEvent, ScrollDelta, TimerHandle,
    Window, WindowContext, WindowEvent as FrameEvent, WindowHandler, WindowSettings, WindowSize, dpi::LogicalSize,
    host::Host,
};
use keyboard_types::{KeyState, KeyboardEvent};
use vizia::{backend::BackendContext, prelude::*};

use crate::{Link, Stage, keyboard::Keyboard, keys, painter::Painter, sight::Sight};

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
        Ok(Self {
            inner: RefCell::new(inner),
            keyboard: RefCell::new(Keyboard::new(&context)),
            context,
            link,
            _timer: timer,
        })
    }

    fn tick(&self) {
        self.turn_and_paint();
        self.link.ask_for_size(&self.context);
    }

    fn turn_and_paint(&self) {
        let Ok(mut inner) = self.inner.try_borrow_mut() else { return };
        let inner = &mut *inner;
        self.link.take_news();
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
        if self.link.is_shown() && is_seen() {
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

    /// The keyboard is asked of the host only while there is a text to type or a menu is open.
    fn mind_keyboard(&self) {
        let wanted = self.inner.try_borrow().is_ok_and(|inner| inner.stage.wants_keyboard());
        if let Ok(mut keyboard) = self.keyboard.try_borrow_mut() {
            keyboard.mind(&self.context, wanted);
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
        if self.link.take_beat() {
            self.turn();
        }
        if self.link.has_news() {
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
