//! A window of a server that says what it has seen.

use std::{
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use raw_window_handle::{HandleError, HasWindowHandle, RawWindowHandle, WindowHandle, XlibWindowHandle};
use vizia::{backend::BackendContext, prelude::*};
use vizia_baseview::{
    Content, Link, Options,
    baseview::{Window, WindowSettings},
    open,
};

/// The middle of the field for a text.
pub const FIELD: (i16, i16) = (120, 170);

/// What the window's thread and the test share.
#[derive(Default)]
struct Seen {
    ticks: AtomicUsize,
    dropped: Mutex<Vec<PathBuf>>,
    /// A text to put on the clipboard.
    copy: Mutex<Option<String>>,
    paste: AtomicBool,
    pasted: Mutex<Option<String>>,
    /// What was typed into the field and taken with the return key.
    written: Mutex<Option<String>>,
    menu: AtomicBool,
}

fn whole<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("no test panics while it holds it")
}

/// A host's window.
struct Parent(u32);

impl HasWindowHandle for Parent {
    fn window_handle(&self) -> Result<WindowHandle<'_>, HandleError> {
        let handle = RawWindowHandle::Xlib(XlibWindowHandle::new(self.0.into()));
        // SAFETY: the test's window outlives the one that is opened in it.
        Ok(unsafe { WindowHandle::borrow_raw(handle) })
    }
}

/// An open window of 320 × 200 pixels; closed when it is dropped.
pub struct Shown {
    window: Option<Window>,
    link: Arc<Link>,
    seen: Arc<Seen>,
}

impl Shown {
    pub fn open(title: &str) -> Self {
        Self::open_with(title, WindowSettings::new())
    }

    /// One that lies within another window, as a plugin's in its host's.
    pub fn open_within(parent: u32, title: &str) -> Self {
        Self::open_with(title, WindowSettings::new().with_parent(&Parent(parent)))
    }

    fn open_with(title: &str, settings: WindowSettings) -> Self {
        let (link, seen) = (Arc::new(Link::new(320.0, 200.0)), Arc::new(Seen::default()));
        let options = Options { title: title.to_owned(), ticks_per_second: 60.0 };
        let sees = seen.clone();
        let window = open(settings, &options, &link, None, move || Looking { seen: sees });
        let window = window.expect("an X server that makes windows");
        window.show().expect("a window that can be shown");
        Self { window: Some(window), link, seen }
    }

    pub fn ticks(&self) -> usize {
        self.seen.ticks.load(Ordering::Relaxed)
    }

    pub fn dropped(&self) -> Vec<PathBuf> {
        whole(&self.seen.dropped).clone()
    }

    /// Puts a text on the clipboard at the next tick.
    pub fn copy(&self, text: &str) {
        *whole(&self.seen.copy) = Some(text.to_owned());
    }

    pub fn has_copied(&self) -> bool {
        whole(&self.seen.copy).is_none()
    }

    /// Takes what is on the clipboard at the next tick.
    pub fn paste(&self) {
        self.seen.paste.store(true, Ordering::Relaxed);
    }

    pub fn pasted(&self) -> Option<String> {
        whole(&self.seen.pasted).clone()
    }

    /// The host's timer comes round.
    pub fn beat(&self) {
        self.link.beat();
    }

    pub fn written(&self) -> Option<String> {
        whole(&self.seen.written).clone()
    }

    /// Whether a menu is open: a middle click opens one, Escape closes it.
    pub fn shows_menu(&self) -> bool {
        self.seen.menu.load(Ordering::Relaxed)
    }

    pub fn hide(&self) {
        self.link.set_shown(false);
    }

    pub fn show(&self) {
        self.link.set_shown(true);
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        self.link.forget_window();
        self.window = None;
    }
}

struct Looking {
    seen: Arc<Seen>,
}

impl Content for Looking {
    fn build(&mut self, cx: &mut Context) {
        // Deep in the tree, as in a real window.
        let seen = self.seen.clone();
        VStack::new(cx, move |cx| {
            HStack::new(cx, move |cx| {
                Basket { seen }.build(cx, |cx| {
                    Label::new(cx, "files go here");
                });
            });
        });
        // After what it lies upon.
        field(cx, self.seen.clone());
    }

    fn tick(&mut self, cx: &mut BackendContext, _: f32) {
        let mut cx = EventContext::new(cx.context());
        if let Some(text) = whole(&self.seen.copy).take() {
            cx.set_clipboard(text).expect("a clipboard");
        }
        if self.seen.paste.swap(false, Ordering::Relaxed) {
            *whole(&self.seen.pasted) = cx.get_clipboard().ok();
        }
        cx.needs_redraw();
        self.seen.ticks.fetch_add(1, Ordering::Relaxed);
    }

    fn zoom(&self) -> f32 {
        1.0
    }

    fn close(&mut self) {}
}

struct Basket {
    seen: Arc<Seen>,
}

impl View for Basket {
    fn event(&mut self, _: &mut EventContext, event: &mut Event) {
        event.map(|event: &WindowEvent, meta| {
            if let WindowEvent::Drop(DropData::File(path)) = event {
                whole(&self.seen.dropped).push(path.clone());
                meta.consume();
            }
        });
    }
}

struct Field {
    typing: Signal<bool>,
    menu: Signal<bool>,
}

struct Sheet {
    seen: Arc<Seen>,
    menu: Signal<bool>,
}

impl View for Sheet {
    fn element(&self) -> Option<&'static str> {
        Some("menu-sheet")
    }

    fn event(&mut self, _: &mut EventContext, event: &mut Event) {
        event.map(|event: &WindowEvent, _| match event {
            WindowEvent::KeyDown(Code::Escape, _) => self.menu.set(false),
            WindowEvent::Destroyed => self.seen.menu.store(false, Ordering::Relaxed),
            _ => {}
        });
    }
}

/// A word that becomes a text to type by a right click, as the values of a window do, and opens a menu by a middle one.
fn field(cx: &mut Context, seen: Arc<Seen>) {
    let (typing, menu) = (Signal::new(false), Signal::new(false));
    Field { typing, menu }
        .build(cx, move |cx| {
            let sees = seen.clone();
            Binding::new(cx, menu, move |cx| {
                if menu.get() {
                    sees.menu.store(true, Ordering::Relaxed);
                    Sheet { seen: sees.clone(), menu }
                        .build(cx, |_| {})
                        .on_build(|cx| cx.focus_with_visibility(false))
                        .position_type(PositionType::Absolute)
                        .size(Pixels(20.0));
                }
            });
            Binding::new(cx, typing, move |cx| {
                let seen = seen.clone();
                if typing.get() {
                    Textbox::new(cx, Signal::new(String::new()))
                        .on_submit(move |_, text, done| {
                            *whole(&seen.written) = done.then_some(text);
                            typing.set(false);
                        })
                        .on_build(|cx| cx.emit(TextEvent::StartEdit))
                        .size(Stretch(1.0));
                } else {
                    Label::new(cx, "a word").hoverable(false);
                }
            });
        })
        .position_type(PositionType::Absolute)
        .left(Pixels(f32::from(FIELD.0) - 80.0))
        .top(Pixels(f32::from(FIELD.1) - 12.0))
        .width(Pixels(160.0))
        .height(Pixels(24.0));
}

impl View for Field {
    fn event(&mut self, _: &mut EventContext, event: &mut Event) {
        event.map(|event: &WindowEvent, meta| {
            if let WindowEvent::MouseDown(button @ (MouseButton::Right | MouseButton::Middle)) = event {
                let opens = if *button == MouseButton::Right { self.typing } else { self.menu };
                opens.set(true);
                meta.consume();
            }
        });
    }
}
