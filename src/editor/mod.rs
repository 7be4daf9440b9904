//! The plugin's window: one picture of the song, one column of advice.
//!
//! # How it is put together
//! [`build`] makes the whole window in a vizia tree: the top bar, on the left spectrum, modules and loudness, on the right the
//! assistant. It runs in two places: in a host's window ([`window`]) and without any display ([`headless`]), where tests and
//! screenshots drive it. It is 1100 × 680 logical pixels at 100 %; in a larger window the spectrum takes what is gained.
//!
//! | module | what it is |
//! | --- | --- |
//! | [`console`] | what hands do to parameters, as gestures of the host; what the host changes, shown |
//! | [`desk`] | undo, A/B, presets, the review of a suggestion, how one listens |
//! | [`widgets`] | controls for any panel, with tool tips |
//! | [`paint`] | drawing by hand: lines, areas, text |
//! | [`theme`] | colours, type, the style sheet |
//! | [`figures`], [`wording`] | values and names as people read them |
//! | [`panels`] | one file a panel |
//! | [`headless`] | the window without a display, with audio running through it |
//! | [`window`] | the window in a host |
//!
//! # How a panel is written
//! A panel is a function `panel(cx, console)` that builds views. What it needs of the plugin it has from the [`Console`]:
//!
//! ```text
//! let drive = console.control("limiter_drive");       // the handle of a parameter, by its published id
//! named_value(cx, &drive, "drive");                   // a widget does the rest: gesture, tip, reset, typing
//! Label::new(cx, drive.text());                       // what is shown, with its unit; follows the host, too
//! drive.position().map(|position| …);                 // 0 to 1: a signal to bind to
//! drive.begin(); drive.set_value(3.4); drive.end();   // one gesture, one step of undo; set_value alone is a whole one
//! console.apply([("eq1_gain".into(), 1.5), …]);       // many values: one edit, a few at each tick
//! console.on_edit(|edits| …);                         // each finished edit, with what was before: undo lives on it
//! console.changes()                                   // a signal that grows whenever any parameter has changed
//! console.instance()                                  // meters, memory and live data of the plugin
//! ```
//!
//! A view that draws itself implements vizia's `View`: `draw` takes its colours from `console.palette()`, its bounds in
//! physical pixels from `cx.bounds()` (multiply logical sizes by `cx.scale_factor()`), its lines and texts from [`paint`].
//! It never computes there: what moves is brought up to date in a tick and drawn only when that says so,
//!
//! ```text
//! let shown = Rc::new(RefCell::new(Shown::default()));
//! let view = Meter { shown: shown.clone(), console: console.clone() }.build(cx, |_| {}).entity();
//! console.animate(view, &shown, |shown, tick| shown.advance(tick.elapsed_s));   // true: draw me anew
//! ```
//!
//! and where it follows a signal, `.bind(signal, |mut view| view.needs_redraw())`. What can be dragged holds a
//! [`widgets::Grip`]; what has another shape calls `control.begin()`, `set_position` and `end` itself, with `cx.capture()`
//! between. Everything has a tip ([`widgets::control_tip()`], [`widgets::tip()`]) and is at least 18 logical pixels high.
//!
//! vizia keeps its own rules: models see an event before views do; `on_press` closures must be `Send + Sync`, which is why
//! widgets implement `View::event`; a wrong declaration in the style sheet drops its rule without a word.

pub mod console;
pub mod desk;
pub mod figures;
pub mod headless;
pub mod live;
pub mod paint;
pub mod panels;
pub mod theme;
pub mod widgets;
pub mod window;
pub mod wording;

pub use console::{Act, Console, Control, Edit, Gesture, Tick};
pub use desk::{Desk, presets::Library};
pub use theme::Theme;
use vizia::prelude::*;

/// Size of the window at 100 %, in logical pixels.
pub const SIZE: (u32, u32) = (1100, 680);
/// The least that it can be made, at 100 %: in a narrower one the modules' values would not stand beside each other.
pub const LEAST_SIZE: (u32, u32) = (1080, 620);
/// What the zoom menu offers, in percent.
pub const ZOOMS_PERCENT: [u32; 6] = [75, 100, 125, 150, 175, 200];
/// Logical pixels from the window's edge to the panels.
const MARGIN: f32 = 10.0;

/// Whether the whole window is a tone darker.
struct Bypassed(bool);

/// Gives the window's root the class by which the style sheet chooses the palette of a bypassed window.
struct Tone;

impl Model for Tone {
    fn event(&mut self, cx: &mut EventContext, event: &mut Event) {
        event.map(|Bypassed(bypassed): &Bypassed, _| {
            cx.with_current(Entity::root(), |cx| cx.toggle_class("bypassed", *bypassed));
            // The sheet is part of the program, and was read when the window was built.
            let _ = cx.reload_styles();
        });
    }
}

/// Fonts and styles, and the whole window, with the presets where this system keeps them.
pub fn build(cx: &mut Context, console: &Console) -> Desk {
    build_with(cx, console, Library::standard())
}

/// [`build`] with other presets.
pub fn build_with(cx: &mut Context, console: &Console, library: Library) -> Desk {
    let desk = Desk::new(console, library);
    for font in theme::FONTS {
        cx.add_font_mem(font);
    }
    // The sheet is part of the program; vizia reads it without complaint whatever it says.
    let _ = cx.add_stylesheet(CSS::String(theme::sheet()));
    widgets::tip_layer(cx, console.tips());
    cx.emit(EnvironmentEvent::SetLocale(langid!("en-US")));
    let theme = console.theme();
    Binding::new(cx, theme, move |cx| {
        cx.emit(EnvironmentEvent::SetThemeMode(theme.get().mode()));
        cx.needs_redraw(Entity::root());
    });
    Tone.build(cx);
    let bypass = console.control("bypass").position().map(|position| *position >= 0.5);
    Binding::new(cx, bypass, move |cx| {
        cx.emit(Bypassed(bypass.get()));
        cx.needs_redraw(Entity::root());
    });
    VStack::new(cx, |cx| {
        panels::top_bar::panel(cx, &desk);
        HStack::new(cx, |cx| {
            VStack::new(cx, |cx| {
                panels::spectrum::panel(cx, &desk);
                HStack::new(cx, |cx| {
                    panels::compressor::panel(cx, &desk);
                    panels::imager::panel(cx, &desk);
                    panels::limiter::panel(cx, &desk);
                })
                .gap(Pixels(theme::GAP))
                .height(Pixels(206.0));
                panels::loudness::panel(cx, console);
            })
            .gap(Pixels(theme::GAP));
            panels::assistant::panel(cx, &desk);
        })
        .gap(Pixels(theme::GAP));
    })
    .padding(Pixels(MARGIN))
    .padding_top(Pixels(theme::GAP))
    .gap(Pixels(12.0))
    .size(Stretch(1.0));
    widgets::corner(cx, console);
    widgets::Menu::layer(cx);
    desk
}
