//! The window's hands on the parameters: every change that the window makes goes through here, as a host's gesture.
//!
//! [`Console::control`] gives the handle of one parameter. What hands do is sent to a sink as [`Gesture`]s; the plugin's sink
//! performs them with the host on its main thread, a test's keeps them. What the host itself changes is seen at the next
//! [`Console::tick`] and shown. A gesture that is finished is told to those who asked ([`Console::on_edit`]): undo and A/B live
//! on that.

mod control;
mod parameter;
mod spread;

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    rc::Rc,
    sync::Arc,
};

pub use control::{Control, FINE};
pub use parameter::Parameter;
use spread::Spread;
use vizia::{
    backend::BackendContext,
    prelude::{Entity, Signal, SignalGet, SignalUpdate},
};

use super::{live::Live, theme::Palette, theme::Theme};
use crate::{
    link::Audition,
    plugin::{Instance, window_state::SpectrumOptions},
};

/// One step of changing a parameter.
#[derive(Clone)]
pub struct Gesture {
    pub parameter: Arc<Parameter>,
    pub act: Act,
}

/// What a gesture's step is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Act {
    Begin,
    /// The new position, 0 to 1.
    Set(f32),
    End,
}

/// Takes the gestures of one window.
pub type Sink = Rc<dyn Fn(Gesture)>;

/// One parameter before and after something that hands did.
#[derive(Debug, Clone, PartialEq)]
pub struct Edit {
    pub id: String,
    /// Values, not positions.
    pub before: f32,
    pub after: f32,
}

/// What a view that moves by itself is told at each tick.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tick {
    /// Seconds since the last one.
    pub elapsed_s: f32,
}

/// Whether to draw the view anew; `None` when it has gone.
type Watcher = Box<dyn FnMut(Tick) -> Option<bool>>;
type Listener = Rc<dyn Fn(&[Edit])>;

/// All that the views of one window share. Cheap to clone; lives on the window's thread.
#[derive(Clone)]
pub struct Console(Rc<Inner>);

struct Inner {
    live: Live,
    instance: Instance,
    parameters: HashMap<String, Arc<Parameter>>,
    sink: Sink,
    controls: RefCell<HashMap<String, Control>>,
    watchers: RefCell<Vec<(Entity, Watcher)>>,
    listeners: RefCell<Vec<Listener>>,
    spread: RefCell<Spread>,
    theme: Signal<Theme>,
    /// 1 is 100 %.
    zoom: Signal<f32>,
    spectrum: Signal<SpectrumOptions>,
    tips: Signal<bool>,
    /// Changes whenever a value that the chain sees has changed, whoever changed it.
    seen_changes: Cell<Option<u32>>,
    changes: Signal<u32>,
}

impl Console {
    /// The console of `instance`, whose gestures go to `sink`. Within a stage's `build` only: it makes signals.
    pub fn new(instance: Instance, sink: impl Fn(Gesture) + 'static) -> Self {
        let parameters = parameter::list(&instance.memory);
        let state = instance.memory.window();
        Self(Rc::new(Inner {
            parameters,
            live: Live::new(&instance.taps, &instance.pictures),
            instance,
            sink: Rc::new(sink),
            controls: RefCell::default(),
            watchers: RefCell::default(),
            listeners: RefCell::default(),
            spread: RefCell::default(),
            theme: Signal::new(state.theme),
            zoom: Signal::new(state.zoom),
            spectrum: Signal::new(state.spectrum),
            tips: Signal::new(state.tips),
            seen_changes: Cell::new(None),
            changes: Signal::new(0),
        }))
    }

    /// The instance whose window this is: meters, memory, live data.
    pub fn instance(&self) -> &Instance {
        &self.0.instance
    }

    /// The running audio.
    pub fn live(&self) -> &Live {
        &self.0.live
    }

    /// The handle of the parameter with this id ([`crate::params::HostParams::map`] lists them).
    ///
    /// # Panics
    /// When there is no such parameter: ids are part of the source.
    pub fn control(&self, id: &str) -> Control {
        if let Some(control) = self.0.controls.borrow().get(id) {
            return control.clone();
        }
        let parameter = self.0.parameters.get(id);
        let parameter = parameter.unwrap_or_else(|| panic!("there is no parameter `{id}`")).clone();
        let control = Control::new(parameter, Rc::downgrade(&self.0));
        self.0.controls.borrow_mut().insert(id.to_owned(), control.clone());
        control
    }

    /// What [`Console::control`] takes.
    pub fn has(&self, id: &str) -> bool {
        self.0.parameters.contains_key(id)
    }

    /// The value of a parameter as it is now, whether or not a view shows it.
    pub fn value(&self, id: &str) -> f32 {
        self.0.parameters.get(id).map_or(0.0, |parameter| parameter.value())
    }

    /// Sets many values as one edit, spread over ticks: some hosts fall over a hundred gestures at once.
    pub fn apply(&self, changes: impl IntoIterator<Item = (String, f32)>) {
        let changes = changes.into_iter().filter(|(id, _)| self.has(id)).collect();
        self.0.spread.borrow_mut().add(changes);
    }

    /// Whether [`Console::apply`] still has values to set.
    pub fn is_applying(&self) -> bool {
        !self.0.spread.borrow().is_empty()
    }

    /// Calls `listener` after each finished edit with the parameters that it changed.
    pub fn on_edit(&self, listener: impl Fn(&[Edit]) + 'static) {
        self.0.listeners.borrow_mut().push(Rc::new(listener));
    }

    /// Calls `step` at each tick; where it says `true`, the view is drawn anew. For what moves: meters, graphs.
    ///
    /// `state` is what the view draws; the step gets it, and is forgotten when the view has gone with the last other hold on it.
    /// The step is the console's own: one that holds the console keeps both, and the instance, for ever.
    pub fn animate<T: 'static>(
        &self,
        view: Entity,
        state: &Rc<RefCell<T>>,
        mut step: impl FnMut(&mut T, Tick) -> bool + 'static,
    ) {
        let state = Rc::downgrade(state);
        let watcher = move |tick| state.upgrade().map(|state| step(&mut state.borrow_mut(), tick));
        self.0.watchers.borrow_mut().push((view, Box::new(watcher)));
    }

    /// Grows whenever any parameter has changed: bind to it what depends on many.
    pub fn changes(&self) -> Signal<u32> {
        self.0.changes
    }

    /// The theme; bind to it what must be built anew.
    pub fn theme(&self) -> Signal<Theme> {
        self.0.theme
    }

    /// Whether the window shows that what comes in is heard as it came.
    pub fn is_bypassed(&self) -> bool {
        self.control("bypass").is_on()
    }

    /// The colours to draw with now.
    pub fn palette(&self) -> &'static Palette {
        self.0.theme.get().palette(self.is_bypassed())
    }

    /// The person's own enlargement, 0.75 to 2.
    pub fn zoom(&self) -> Signal<f32> {
        self.0.zoom
    }

    /// How the spectrum is looked at.
    pub fn spectrum(&self) -> Signal<SpectrumOptions> {
        self.0.spectrum
    }

    /// Whether a hand that rests on something is told what it is.
    pub fn tips(&self) -> Signal<bool> {
        self.0.tips
    }

    /// Keeps how the window looks in the plugin's state, for the next one.
    fn keep_look(&self) {
        let inner = &*self.0;
        inner.instance.memory.update_window(|state| {
            (state.theme, state.zoom) = (inner.theme.get(), inner.zoom.get());
            (state.spectrum, state.tips) = (inner.spectrum.get(), inner.tips.get());
        });
    }

    /// One tick, before the stage's turn: takes up what the host changed, sends what waits, moves what moves.
    pub fn tick(&self, cx: &mut BackendContext, tick: Tick) {
        let now = self.0.instance.memory.params.changes();
        if self.0.seen_changes.replace(Some(now)) != Some(now) {
            self.0.changes.set(now);
        }
        // Cloned, so that a control may be made while another is shown.
        let controls: Vec<_> = self.0.controls.borrow().values().cloned().collect();
        for control in controls {
            control.follow();
        }
        self.send_spread();
        self.0.live.set_speed(self.0.spectrum.get().speed);
        self.0.live.tick(tick.elapsed_s);
        self.keep_look();
        let mut watchers = std::mem::take(&mut *self.0.watchers.borrow_mut());
        watchers.retain_mut(|(view, step)| {
            let outcome = step(tick);
            if outcome == Some(true) {
                cx.0.needs_redraw(*view);
            }
            outcome.is_some()
        });
        // Those that came while the others were called.
        watchers.append(&mut self.0.watchers.borrow_mut());
        *self.0.watchers.borrow_mut() = watchers;
    }

    /// Ends what hands still hold and what is tried out: the window goes.
    pub fn close(&self) {
        self.0.instance.memory.audition(Audition::default());
        let controls: Vec<_> = self.0.controls.borrow().values().cloned().collect();
        for control in controls {
            control.end();
        }
    }

    fn send_spread(&self) {
        let due = self.0.spread.borrow_mut().due();
        for (id, value) in due {
            let Some(parameter) = self.0.parameters.get(&id) else { continue };
            let before = parameter.value();
            let position = parameter.position_of(value);
            for act in [Act::Begin, Act::Set(position), Act::End] {
                (self.0.sink)(Gesture { parameter: parameter.clone(), act });
            }
            if let Some(control) = self.0.controls.borrow().get(&id) {
                control.show(position);
            }
            self.0.spread.borrow_mut().done(Edit { id, before, after: parameter.value_at(position) });
        }
        let finished = self.0.spread.borrow_mut().take_finished();
        for edits in finished {
            self.0.tell(&edits);
        }
    }
}

impl Inner {
    fn tell(&self, edits: &[Edit]) {
        let edits: Vec<_> = edits.iter().filter(|edit| edit.before != edit.after).cloned().collect();
        if edits.is_empty() {
            return;
        }
        let listeners = self.listeners.borrow().clone();
        for listener in listeners {
            listener(&edits);
        }
    }
}
