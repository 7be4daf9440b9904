//! A vizia tree without a window: what a window's loop does, step by step, and the picture that comes of it.

use std::{ops::Range, path::PathBuf, time::Instant};

use vizia::{
    backend::{BackendContext, WindowDescription},
    events::EventManager,
    prelude::{
        BoundingBox, Context, DropData, Entity, Event, EventContext, GenerationalId, Key, Modifiers, Propagation,
        Runtime, View, WindowEvent, WindowSize, WindowState,
    },
    vg,
};
use vizia_reactive::Scope;

/// Turns in one [`Stage::turn`] at the most: what settles at all settles in three or four.
const MOST_TURNS: usize = 8;

/// Part of a picture, in pixels.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Area {
    pub columns: Range<usize>,
    pub rows: Range<usize>,
}

impl Area {
    pub fn is_empty(&self) -> bool {
        self.columns.is_empty() || self.rows.is_empty()
    }
}

/// A vizia tree with its picture.
pub struct Stage {
    context: BackendContext,
    events: EventManager,
    picture: vg::Surface,
    /// vizia draws what has changed here first.
    scratch: vg::Surface,
    width: u32,
    height: u32,
    /// An animation runs, or events wait.
    restless: bool,
    /// Owns every signal that is made within, so that they go when the stage goes.
    scope: Scope,
}

impl Stage {
    /// A tree of `width` × `height` physical pixels, `scale` of them to a logical one, with `root` as its root's view and what
    /// `build` makes in it. `None` when there is no memory for the picture.
    pub fn new(
        (width, height): (u32, u32),
        scale: f64,
        root: impl View,
        build: impl FnOnce(&mut Context),
    ) -> Option<Self> {
        let (width, height) = (width.max(1), height.max(1));
        let (picture, scratch) = surfaces(width, height)?;
        let scope = Scope::new();
        let context = scope.enter(|| {
            // Not Runtime::init_on_ui_thread(): it names one thread for the whole process, and each window may have its own.
            let mut context = BackendContext::new(Context::new());
            context.renegotiate_language();
            context.0.add_built_in_styles();
            let mut description = WindowDescription::new();
            let logical = |pixels: u32| (f64::from(pixels) / scale).round() as u32;
            description.inner_size = WindowSize::new(logical(width), logical(height));
            context.add_main_window(Entity::root(), &description, scale as f32);
            context.add_window(root);
            // Without this entry vizia draws nothing.
            let state = WindowState { window_description: description, ..WindowState::default() };
            context.0.windows.insert(Entity::root(), state);
            build(context.context());
            context.set_window_size(Entity::root(), width as f32, height as f32);
            context.needs_refresh(Entity::root());
            context
        });
        Some(Self { context, events: EventManager::new(), picture, scratch, width, height, restless: true, scope })
    }

    /// Width and height of the picture in pixels.
    pub fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    /// Physical pixels to a logical one.
    pub fn scale(&self) -> f32 {
        self.context.scale_factor()
    }

    /// Takes another size in physical pixels and another scale; everything is laid out and drawn anew. `false` when there is no
    /// memory for the picture: the old one stays.
    pub fn resize(&mut self, (width, height): (u32, u32), scale: f64) -> bool {
        let (width, height) = (width.max(1), height.max(1));
        let Some((picture, scratch)) = surfaces(width, height) else {
            return false;
        };
        (self.picture, self.scratch, self.width, self.height) = (picture, scratch, width, height);
        self.context.set_scale_factor(scale);
        self.context.set_window_size(Entity::root(), width as f32, height as f32);
        self.context.needs_refresh(Entity::root());
        self.restless = true;
        true
    }

    /// Hands the tree an event of the window, in physical pixels where it has a place. It takes effect with the next turn.
    pub fn emit(&mut self, event: WindowEvent) {
        if let WindowEvent::MouseDown(_) | WindowEvent::MouseScroll(..) = event {
            // What lies under a mouse that rests may have been built anew since it came there.
            let mouse = *EventContext::new(self.context.context()).mouse();
            let (x, y) = (mouse.cursor_x, mouse.cursor_y);
            self.context.emit_window_event(Entity::root(), WindowEvent::MouseMove(x, y));
        }
        self.context.emit_window_event(Entity::root(), event);
        self.restless = true;
    }

    /// Hands the tree a message of its own, as models and views understand it.
    pub fn send(&mut self, event: Event) {
        self.context.send_event(event);
        self.restless = true;
    }

    /// A file was dropped on the window at a place in physical pixels. Every view hears of it until one takes it: vizia itself tells only the root.
    pub fn drop_file(&mut self, path: PathBuf, (x, y): (f32, f32)) {
        self.emit(WindowEvent::MouseMove(x, y));
        let event = Event::new(WindowEvent::Drop(DropData::File(path)));
        self.send(event.target(Entity::root()).origin(Entity::root()).propagate(Propagation::Subtree));
    }

    /// Says which modifier keys are held.
    pub fn set_modifiers(&mut self, modifiers: Modifiers) {
        *self.context.modifiers() = modifiers;
    }

    /// Says whether the window has the keyboard.
    pub fn set_focus(&mut self, focused: bool) {
        self.context.0.window_has_focus = focused;
        self.emit(WindowEvent::WindowFocused(focused));
    }

    /// Whether the view that has the focus within the tree lives by keys, so that the keyboard is its own and not the host's: a text that
    /// is typed, or a menu, whose view is a `menu-sheet`.
    pub fn wants_keyboard(&self) -> bool {
        matches!(self.context.focused_element(), Some("textbox" | "menu-sheet"))
    }

    /// Whether this key, pressed now, is one that the tree has a use for.
    pub fn uses(&self, key: Option<&Key>) -> bool {
        match self.context.focused_element() {
            Some("textbox") => !matches!(key, Some(Key::F1 | Key::F2 | Key::F3 | Key::F4 | Key::F5 | Key::F6)),
            Some("menu-sheet") => {
                matches!(key, Some(Key::Escape | Key::Enter | Key::ArrowUp | Key::ArrowDown | Key::Home | Key::End))
            }
            _ => false,
        }
    }

    /// Lets `work` at the tree from outside: for what a tick brings. The next turn takes it up.
    pub fn with<T: 'static>(&mut self, work: impl FnOnce(&mut BackendContext) -> T) -> T {
        let Self { context, scope, .. } = self;
        scope.enter(|| work(context))
    }

    /// Makes the next [`Stage::turn_if_needed`] turn.
    pub fn wake(&mut self) {
        self.restless = true;
    }

    /// Turns when something waits: an event, a signal, an animation, a timer.
    pub fn turn_if_needed(&mut self) {
        let timer = self.context.get_next_timer_time().is_some_and(|due| due <= Instant::now());
        if self.restless || timer || Runtime::has_pending_work() {
            self.turn();
        }
    }

    /// Brings the tree up to date; afterwards nothing is left in vizia's queue of this thread.
    pub fn turn(&mut self) {
        for _ in 0..MOST_TURNS {
            let animates = self.turn_once();
            self.restless = animates || self.context.has_queued_events();
            if !self.context.has_queued_events() && !Runtime::has_pending_work() {
                return;
            }
        }
    }

    fn turn_once(&mut self) -> bool {
        let Self { context, events, scope, .. } = self;
        scope.enter(|| {
            context.process_timers();
            context.emit_scheduled_events();
            Runtime::drain_pending_work();
            events.flush_events(context.context(), |_| {});
            context.process_style_updates();
            let animates = context.process_animations();
            context.process_visual_updates();
            animates
        })
    }

    /// Whether the picture is not what the tree would draw.
    pub fn is_dirty(&self) -> bool {
        let window = self.context.0.windows.get(&Entity::root());
        window.is_some_and(|window| !window.redraw_list.is_empty() || window.dirty_rect.is_some())
    }

    /// Draws what has changed since the last call; `false` when that was nothing.
    ///
    /// vizia draws one rectangle around all that has changed. Views that lie apart are therefore given to it one after the other: two meters in
    /// opposite corners are not the whole window.
    pub fn draw(&mut self) -> bool {
        if !self.is_dirty() {
            return false;
        }
        let Self { context, picture, scratch, scope, .. } = self;
        let changed = context.0.windows.get_mut(&Entity::root()).map(|window| std::mem::take(&mut window.redraw_list));
        let changed: Vec<_> = changed.into_iter().flatten().collect();
        let cache = context.cache();
        // Not all that is to be drawn has a place: bindings have none, nor have views that are gone.
        let regions = regions(changed.into_iter().map(|view| {
            let (x, y) = (cache.get_posx(view), cache.get_posy(view));
            (view, BoundingBox { x, y, w: cache.get_width(view), h: cache.get_height(view) })
        }));
        scope.enter(|| {
            for views in regions {
                // Which leaves out those that are gone: vizia has no bounds to draw them in, and would panic.
                views.into_iter().for_each(|view| context.0.needs_redraw(view));
                context.draw(Entity::root(), picture, scratch);
            }
        });
        true
    }

    /// Gives the picture to `read`: rows of premultiplied red, green, blue, alpha, top to bottom without gaps.
    pub fn read_picture<T>(&self, read: impl FnOnce(&[u8]) -> T) -> T {
        self.picture.with_rgba(read)
    }

    /// What was drawn on since the last call.
    pub fn take_damage(&mut self) -> Area {
        let damage = self.picture.take_damage();
        let side = |length: i32, most: u32| length.clamp(0, most as i32) as usize;
        Area {
            columns: side(damage.left, self.width)..side(damage.right, self.width),
            rows: side(damage.top, self.height)..side(damage.bottom, self.height),
        }
    }

    /// All of the picture.
    pub fn whole(&self) -> Area {
        Area { columns: 0..self.width as usize, rows: 0..self.height as usize }
    }

    /// Copies an area of the picture into a window's buffer of `0x00RRGGBB`.
    pub fn copy_picture(&self, area: &Area, buffer: &mut [u32]) {
        let width = self.width as usize;
        self.read_picture(|pixels| {
            let rows = pixels.chunks_exact(width * 4).zip(buffer.chunks_exact_mut(width));
            for (source, target) in rows.skip(area.rows.start).take(area.rows.len()) {
                let source = &source.as_chunks::<4>().0[area.columns.clone()];
                for (pixel, source) in target[area.columns.clone()].iter_mut().zip(source) {
                    *pixel = u32::from_le_bytes([source[2], source[1], source[0], 0]);
                }
            }
        });
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        // A binding's signals are in no scope but its own, which ends when it is taken out of the tree. Where windows live on the host's main
        // thread, nothing else would ever end them.
        let Self { context, scope, .. } = self;
        scope.enter(|| context.context().remove(Entity::root()));
        scope.dispose();
    }
}

/// Views whose rectangles lie near each other, in few groups: what a group's rectangle covers in vain costs less than another walk through
/// the tree. Always at least one group, for what has changed without a view.
fn regions(changed: impl Iterator<Item = (Entity, BoundingBox)>) -> Vec<Vec<Entity>> {
    /// Pixels that are drawn in about the time that a walk takes.
    const WALK: f32 = 30_000.0;
    let area = |bounds: &BoundingBox| bounds.w * bounds.h;
    let mut groups: Vec<(BoundingBox, Vec<Entity>)> = Vec::new();
    // Views without any size, hidden ones for instance: what they leave behind is vizia's to know.
    let mut nowhere = Vec::new();
    for (view, bounds) in changed {
        if area(&bounds) <= 0.0 {
            nowhere.push(view);
            continue;
        }
        let (mut bounds, mut views) = (bounds, vec![view]);
        // A group that grows may reach another one.
        while let Some(near) =
            groups.iter().position(|(other, _)| area(&other.union(&bounds)) <= area(other) + area(&bounds) + WALK)
        {
            let (other, members) = groups.swap_remove(near);
            bounds = bounds.union(&other);
            views.extend(members);
        }
        groups.push((bounds, views));
    }
    let mut groups: Vec<_> = groups.into_iter().map(|(_, views)| views).collect();
    match groups.first_mut() {
        Some(first) => first.extend(nowhere),
        None => groups.push(nowhere),
    }
    groups
}

fn surfaces(width: u32, height: u32) -> Option<(vg::Surface, vg::Surface)> {
    let size = (i32::try_from(width).ok()?, i32::try_from(height).ok()?);
    let mut picture = vg::surfaces::raster_n32_premul(size)?;
    let scratch = picture.new_surface_with_dimensions(size)?;
    Some((picture, scratch))
}
