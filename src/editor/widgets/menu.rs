//! Menus, which open where the hand is. The window has one at a time, in a layer above everything. While one is open the arrow
//! keys, Return and Escape are its own.

mod item;

use std::rc::Rc;

pub use item::Item;
use vizia::prelude::*;

use self::item::Choose;
use super::{is_press, tip::tip};

/// Heights of a menu's lines, logical pixels.
const CHOICE_HEIGHT: f32 = 24.0;
const HEAD_HEIGHT: f32 = 20.0;
const LINE_HEIGHT: f32 = 9.0;
/// Sizes of its texts; the sheet of styles has the same.
const TEXT_SIZE: f32 = 12.0;
const NOTE_SIZE: f32 = 10.0;
/// Room within a choice beside its text: mark, the least gap before the note, and both ends.
const BESIDE: f32 = 46.0;
/// Room around the lines, its border among it.
const FRAME: f32 = 10.0;
/// What a menu keeps from the window's edges.
const MARGIN: f32 = 4.0;
/// Room for the bar of a menu that scrolls.
const BAR: f32 = 10.0;

/// Opens a menu at a place of the window in physical pixels; `send` it as an event.
#[derive(Clone)]
struct Open {
    items: Vec<Item>,
    at: (f32, f32),
    /// Width and height of the window.
    window: (f32, f32),
}

impl Open {
    /// The choice that comes `way` (1, -1) of the one at `at`, round the end; from the end where there is none yet.
    fn next(&self, at: Option<usize>, way: isize) -> Option<usize> {
        let count = self.items.len() as isize;
        let from = at.map_or(if way > 0 { -1 } else { count }, |at| at as isize);
        let mut others = (1..=count).map(|steps| (from + way * steps).rem_euclid(count) as usize);
        others.find(|place| self.items[*place].choose().is_some())
    }
}

struct Close;

/// Brings a choice into view where the menu scrolls.
struct Reveal(usize);

/// Opens a menu where the mouse is.
pub fn open_menu(cx: &mut EventContext, items: Vec<Item>) {
    let at = (cx.mouse().cursor_x, cx.mouse().cursor_y);
    open_menu_at(cx, items, at);
}

/// Opens a menu at a place of the window, in physical pixels.
fn open_menu_at(cx: &mut EventContext, items: Vec<Item>, at: (f32, f32)) {
    // vizia's events must be Send; what a menu holds never leaves this thread, so it goes by way of the layer's own cell.
    let window = cx.cache.get_bounds(Entity::root());
    NEXT.with(|next| next.replace(Some(Open { items, at, window: (window.w, window.h) })));
    cx.emit_custom(Event::new(Wake).target(Entity::root()).propagate(Propagation::Subtree));
}

thread_local! {
    /// The menu that the next [`Wake`] opens: set and taken within one turn of one window.
    static NEXT: std::cell::RefCell<Option<Open>> = const { std::cell::RefCell::new(None) };
}

struct Wake;

/// The layer for the window's menu; the last thing that a window builds.
pub struct Menu {
    open: Signal<Option<Rc<Open>>>,
    /// The choice that the mouse or the arrow keys have come to, by its place among the items.
    at: Signal<Option<usize>>,
}

impl Menu {
    /// The layer; it takes no room and no mouse while no menu is open.
    pub fn layer(cx: &mut Context) -> Handle<'_, Self> {
        let open: Signal<Option<Rc<Open>>> = Signal::new(None);
        let at = Signal::new(None);
        Self { open, at }
            .build(cx, move |cx| {
                Binding::new(cx, open, move |cx| {
                    if let Some(menu) = open.get() {
                        Shade.build(cx, |_| {}).position_type(PositionType::Absolute).size(Stretch(1.0));
                        sheet(cx, &menu, at);
                    }
                });
            })
            .position_type(PositionType::Absolute)
            .size(Stretch(1.0))
            .z_index(100)
            .pointer_events(open.map(|menu| if menu.is_some() { PointerEvents::Auto } else { PointerEvents::None }))
    }

    /// What a key does to the menu that is open.
    fn key(&mut self, cx: &mut EventContext, code: Code) {
        let Some(menu) = self.open.get() else { return };
        let at = match code {
            Code::Escape => return self.open.set(None),
            Code::Enter | Code::NumpadEnter => {
                if let Some(act) = self.at.get().and_then(|at| menu.items.get(at)?.choose()) {
                    self.open.set(None);
                    act(cx);
                }
                return;
            }
            Code::ArrowDown => menu.next(self.at.get(), 1),
            Code::ArrowUp => menu.next(self.at.get(), -1),
            Code::Home => menu.next(None, 1),
            Code::End => menu.next(None, -1),
            _ => return,
        };
        self.at.set(at);
        if let Some(at) = at {
            cx.emit_custom(Event::new(Reveal(at)).target(cx.current()).propagate(Propagation::Subtree));
        }
    }
}

impl View for Menu {
    fn event(&mut self, cx: &mut EventContext, event: &mut Event) {
        event.map(|_: &Wake, _| {
            if let Some(menu) = NEXT.with(|next| next.take()) {
                self.at.set(None);
                self.open.set(Some(Rc::new(menu)));
            }
        });
        event.map(|_: &Close, meta| {
            self.open.set(None);
            meta.consume();
        });
        event.map(|event: &WindowEvent, _| {
            if let WindowEvent::KeyDown(code, _) = event {
                self.key(cx, *code);
            }
        });
    }
}

/// Everything around an open menu: a press there closes it.
struct Shade;

impl View for Shade {
    fn event(&mut self, cx: &mut EventContext, event: &mut Event) {
        event.map(|event: &WindowEvent, meta| {
            if let WindowEvent::MouseDown(_) = event {
                cx.emit(Close);
                meta.consume();
            }
        });
    }
}

/// Where the menu opened; moved in when it would hang over the window's edge.
struct Sheet;

impl View for Sheet {
    fn element(&self) -> Option<&'static str> {
        Some("menu-sheet")
    }

    fn event(&mut self, cx: &mut EventContext, event: &mut Event) {
        event.map(|event: &WindowEvent, _| {
            if let WindowEvent::GeometryChanged(_) = event {
                let (bounds, scale) = (cx.bounds(), cx.scale_factor());
                let window = cx.cache.get_bounds(Entity::root());
                let margin = MARGIN * scale;
                // Back by as much as hangs over, but not past the other edge. Layout is under way, which a new place would be too
                // late for.
                let back = |over: f32, room: f32| -over.min(room).max(0.0) / scale;
                let x = back(bounds.right() + margin - window.right(), bounds.x - margin);
                let y = back(bounds.bottom() + margin - window.bottom(), bounds.y - margin);
                cx.set_translate((Pixels(x), Pixels(y)));
            }
        });
    }
}

fn sheet(cx: &mut Context, menu: &Rc<Open>, at: Signal<Option<usize>>) {
    let scale = cx.scale_factor();
    let (x, y) = (menu.at.0 / scale, menu.at.1 / scale);
    let (window_width, window_height) = (menu.window.0 / scale, menu.window.1 / scale);
    let room = window_height - 2.0 * MARGIN;
    let height = menu.items.iter().map(Item::height).sum::<f32>() + FRAME;
    let menu = menu.clone();
    if height <= room {
        Sheet
            .build(cx, move |cx| {
                lines(cx, &menu, at);
            })
            .left(Pixels(x.round()))
            .top(Pixels(y.round()))
            .size(Auto)
    } else {
        // As high as the window, and as wide as its widest line, which a scrolled view cannot find out by itself.
        let width = menu.items.iter().map(Item::width).fold(0.0, f32::max) + FRAME + BAR;
        let width = width.ceil().min(window_width - 2.0 * MARGIN);
        let left = x.min(window_width - MARGIN - width).max(MARGIN);
        Sheet
            .build(cx, move |cx| {
                ScrollView::new(cx, move |cx| {
                    VStack::new(cx, |cx| lines(cx, &menu, at))
                        .padding_right(Pixels(BAR))
                        .width(Stretch(1.0))
                        .height(Auto);
                })
                .show_horizontal_scrollbar(false)
                .size(Stretch(1.0));
            })
            .left(Pixels(left.round()))
            .top(Pixels(MARGIN))
            .width(Pixels(width))
            .height(Pixels(room))
    }
    .layout_type(LayoutType::Column)
    .position_type(PositionType::Absolute)
    .padding(Pixels(4.0))
    .min_width(Pixels(140.0))
    .role(Role::Menu)
    .id("menu")
    // Keys are the menu's for as long as it is open.
    .on_build(|cx| cx.focus_with_visibility(false));
}

fn lines(cx: &mut Context, menu: &Open, at: Signal<Option<usize>>) {
    for (place, item) in menu.items.iter().enumerate() {
        line(cx, item, place, at);
    }
}

fn line(cx: &mut Context, item: &Item, place: usize, at: Signal<Option<usize>>) {
    match item {
        Item::Head(text) => {
            HStack::new(cx, |cx| {
                Label::new(cx, text.clone());
            })
            .class("menu-head")
            .padding_left(Pixels(8.0))
            .padding_top(Pixels(4.0))
            .width(Auto)
            .height(Pixels(HEAD_HEIGHT));
        }
        Item::Line => {
            // Room above and below: what is stacked keeps none of its own.
            VStack::new(cx, |cx| {
                Element::new(cx).class("menu-line");
            })
            .alignment(Alignment::Left)
            .height(Pixels(LINE_HEIGHT))
            .width(Stretch(1.0));
        }
        Item::Choice { text, note, chosen, enabled, act } => {
            Line { act: act.clone(), place, at }
                .build(cx, |cx| {
                    Label::new(cx, if *chosen { "✓" } else { "" }).width(Pixels(14.0)).hoverable(false);
                    Label::new(cx, text.clone()).hoverable(false);
                    Element::new(cx).width(Stretch(1.0)).min_width(Pixels(16.0)).hoverable(false);
                    Label::new(cx, note.clone()).class("scale").hoverable(false);
                })
                .class("menu-item")
                .checked(*chosen)
                .toggle_class("at", at.map(move |at| *at == Some(place)))
                .disabled(!*enabled)
                .layout_type(LayoutType::Row)
                .alignment(Alignment::Left)
                .padding_left(Pixels(6.0))
                .padding_right(Pixels(10.0))
                .width(Auto)
                .min_width(Stretch(1.0))
                .role(Role::MenuItem)
                .id(format!("choice {text}"));
        }
    }
}

struct Line {
    act: Choose,
    place: usize,
    at: Signal<Option<usize>>,
}

impl View for Line {
    fn event(&mut self, cx: &mut EventContext, event: &mut Event) {
        event.map(|event: &WindowEvent, meta| match event {
            WindowEvent::MouseUp(MouseButton::Left) if !cx.is_disabled() && cx.is_hovered() => {
                cx.emit(Close);
                (self.act)(cx);
                meta.consume();
            }
            WindowEvent::MouseEnter | WindowEvent::MouseMove(..) if !cx.is_disabled() => {
                self.at.set_if_changed(Some(self.place));
            }
            WindowEvent::MouseLeave if self.at.get() == Some(self.place) => self.at.set(None),
            _ => {}
        });
        event.map(|Reveal(place): &Reveal, _| {
            if *place == self.place {
                cx.emit(ScrollEvent::ScrollToView(cx.current()));
            }
        });
    }
}

struct MenuButton {
    items: Box<dyn Fn() -> Vec<Item>>,
}

/// A button that shows `word` and opens a menu of `items` below itself.
pub fn menu_button<'a>(
    cx: &'a mut Context,
    word: impl Res<String> + Clone + 'static,
    sentence: &str,
    items: impl Fn() -> Vec<Item> + 'static,
) -> Handle<'a, impl View> {
    let view = MenuButton { items: Box::new(items) }
        .build(cx, |cx| {
            Label::new(cx, word).hoverable(false).text_wrap(false);
            Label::new(cx, "▼").class("dim").font_size(7.0).hoverable(false);
        })
        .class("press")
        .layout_type(LayoutType::Row)
        .alignment(Alignment::Center)
        .gap(Pixels(6.0))
        .padding_left(Pixels(10.0))
        .padding_right(Pixels(8.0))
        .width(Auto)
        .role(Role::Button);
    tip(view, "", sentence)
}

impl View for MenuButton {
    fn element(&self) -> Option<&'static str> {
        Some("menu-opener")
    }

    fn event(&mut self, cx: &mut EventContext, event: &mut Event) {
        event.map(|event: &WindowEvent, meta| {
            if is_press(event) {
                let bounds = cx.bounds();
                let items = (self.items)();
                open_menu_at(cx, items, (bounds.x, bounds.bottom() + 2.0 * cx.scale_factor()));
                meta.consume();
            }
        });
    }
}
