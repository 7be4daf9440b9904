//! The deciding half of the window: undo, A/B, presets, the review of a suggestion, and how one listens meanwhile.
//!
//! [`Model`] decides and knows nothing of windows. [`Desk`] holds it beside the [`Console`]: it sends the values that come of
//! each act, records what hands do elsewhere in the window, follows the worker, and tells the panels what to show anew.

mod auditioning;
pub mod history;
pub mod listening;
pub mod model;
pub mod presets;
pub mod review;
pub mod slots;

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    rc::Rc,
    sync::Arc,
    time::Instant,
};

pub use auditioning::Loudness;
use vizia::prelude::{Signal, SignalUpdate};

use self::{
    listening::Listening,
    model::Model,
    presets::{Existing, Library, Place},
    review::{Review, Values},
};
use super::{Console, Edit, wording};
use crate::{
    analysis::Measurement,
    assistant::Suggestion,
    link::{Audition, Heard, LoadReader},
    plugin::{
        memory::AssistantState,
        taste::{References, Taste},
    },
    settings::{ChainSettings, fields::fields},
};

/// What the assistant is at, for the panels.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Work {
    pub heard: Heard,
    /// 0 to 1 while it decides.
    pub deciding: Option<f64>,
}

/// The figures in small print.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Figures {
    /// Share of a core's time, 0 to 1 and beyond.
    pub load: f64,
    pub latency_s: Option<f64>,
}

/// The desk of one window. Cheap to clone.
#[derive(Clone)]
pub struct Desk(Rc<Inner>);

struct Inner {
    console: Console,
    model: RefCell<Model>,
    listening: RefCell<Listening>,
    answer: RefCell<Option<Rc<AssistantState>>>,
    achieved: RefCell<Option<Arc<Measurement>>>,
    references: RefCell<References>,
    /// Values on their way to the host, which the parameters do not show yet.
    pending: RefCell<HashMap<String, f32>>,
    seen_loads: Cell<Option<u64>>,
    seen_decision: Cell<u64>,
    seen_changes: Cell<Option<u32>>,
    load: RefCell<LoadReader>,
    start: Instant,
    /// Grows whenever anything that was decided, or is to be, has changed.
    shown: Signal<u64>,
    work: Signal<Work>,
    figures: Signal<Figures>,
    unfolded: Signal<Option<usize>>,
    /// Whether what sounds differs from the preset.
    differs: Signal<bool>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.console.instance().memory.audition(Audition::default());
    }
}

impl Desk {
    /// The desk of `console`, with the presets in `library`. Within a stage's `build` only: it makes signals.
    pub fn new(console: &Console, library: Library) -> Self {
        let load = LoadReader::new(&console.instance().vitals);
        let desk = Self(Rc::new(Inner {
            console: console.clone(),
            model: RefCell::new(Model::new(library)),
            listening: RefCell::default(),
            answer: RefCell::default(),
            achieved: RefCell::default(),
            references: RefCell::default(),
            pending: RefCell::default(),
            seen_loads: Cell::new(None),
            seen_decision: Cell::new(0),
            seen_changes: Cell::new(None),
            load: RefCell::new(load),
            start: Instant::now(),
            shown: Signal::new(0),
            work: Signal::new(Work::default()),
            figures: Signal::new(Figures { load: 0.0, latency_s: console.instance().vitals.latency_s() }),
            unfolded: Signal::new(None),
            differs: Signal::new(false),
        }));
        let weak = Rc::downgrade(&desk.0);
        console.on_edit(move |edits| {
            if let Some(inner) = weak.upgrade() {
                Self(inner).record(edits);
            }
        });
        desk.tick();
        desk
    }

    pub fn console(&self) -> &Console {
        &self.0.console
    }

    /// Grows whenever cards, presets, slots or undo have changed: bind to it.
    pub fn shown(&self) -> Signal<u64> {
        self.0.shown
    }

    pub fn work(&self) -> Signal<Work> {
        self.0.work
    }

    pub fn figures(&self) -> Signal<Figures> {
        self.0.figures
    }

    /// The item whose reason is shown in full.
    pub fn unfolded(&self) -> Signal<Option<usize>> {
        self.0.unfolded
    }

    /// Whether what sounds differs from the preset that was loaded.
    pub fn differs(&self) -> Signal<bool> {
        self.0.differs
    }

    /// Looks at the model. It must not be asked for within.
    pub fn with<T>(&self, look: impl FnOnce(&Model) -> T) -> T {
        look(&self.0.model.borrow())
    }

    /// The assistant's last answer.
    pub fn answer(&self) -> Option<Rc<AssistantState>> {
        self.0.answer.borrow().clone()
    }

    /// What the record measures since the last card was accepted.
    pub fn achieved(&self) -> Option<Arc<Measurement>> {
        self.0.achieved.borrow().clone()
    }

    /// What has become of the references.
    pub fn references(&self) -> References {
        self.0.references.borrow().clone()
    }

    /// What sounds, or will when all that was sent has arrived.
    pub fn now(&self) -> ChainSettings {
        let params = &self.0.console.instance().memory.params;
        let pending = self.0.pending.borrow();
        let mut settings = ChainSettings::default();
        for (index, field) in fields().iter().enumerate() {
            let value = pending.get(&field.id).copied().unwrap_or_else(|| params.chain_value(index));
            field.set(&mut settings, value);
        }
        settings
    }

    /// Once a tick: follows host and worker.
    pub fn tick(&self) {
        let inner = &*self.0;
        let instance = inner.console.instance();
        let memory = &instance.memory;
        if !inner.console.is_applying() {
            inner.pending.borrow_mut().clear();
        }
        let loads = memory.loads();
        let loaded = inner.seen_loads.replace(Some(loads)) != Some(loads);
        if loaded {
            inner.model.borrow_mut().restore(memory.desk().as_deref(), memory.taste());
        }
        let decision = memory.decision();
        if inner.seen_decision.replace(decision) != decision || loaded {
            let answer = memory.answer().map(Rc::new);
            let suggestion = answer.as_ref().and_then(|answer| answer.suggestion.as_ref());
            inner.model.borrow_mut().receive(decision, suggestion);
            *inner.answer.borrow_mut() = answer;
            self.listen_plainly();
            let accepted = self.with(|model| model.kept.review.as_ref().is_some_and(Review::has_accepted));
            if accepted {
                memory.aftermath.begin()
            } else {
                memory.aftermath.end()
            }
            self.show();
        }
        let achieved = memory.aftermath.measured();
        let same = match (&*inner.achieved.borrow(), &achieved) {
            (Some(old), Some(new)) => Arc::ptr_eq(old, new),
            (old, new) => old.is_none() && new.is_none(),
        };
        if !same {
            *inner.achieved.borrow_mut() = achieved;
            self.show();
        }
        let references = memory.references();
        if *inner.references.borrow() != references {
            *inner.references.borrow_mut() = references;
            self.show();
        }
        inner.work.set_if_changed(Work { heard: instance.progress.heard(), deciding: instance.progress.deciding() });
        if let Some(load) = inner.load.borrow_mut().load(&instance.vitals) {
            inner.figures.set_if_changed(Figures { load, latency_s: instance.vitals.latency_s() });
        }
        let changes = memory.params.changes();
        if inner.seen_changes.replace(Some(changes)) != Some(changes) {
            self.follow_preset();
        }
    }

    /// Does something to the model and sends the values that come of it.
    pub fn act(&self, act: impl FnOnce(&mut Model, &ChainSettings) -> Values) {
        let now = self.now();
        let values = act(&mut self.0.model.borrow_mut(), &now);
        self.send(values);
        self.keep();
    }

    /// [`Desk::act`] on the review of the last suggestion, under a step's name.
    pub fn decide(&self, name: &str, decide: impl FnOnce(&mut Review, &Suggestion, &ChainSettings) -> Values) {
        let Some(answer) = self.answer() else { return };
        let Some(suggestion) = &answer.suggestion else { return };
        self.listen_plainly();
        self.act(|model, now| model.decide(name, suggestion, now, decide));
        let accepted = self.with(|model| model.kept.review.as_ref().is_some_and(Review::has_accepted));
        let aftermath = &self.0.console.instance().memory.aftermath;
        if accepted { aftermath.begin() } else { aftermath.end() }
    }

    /// Changes the review of the last suggestion without a step: while a hand is still at it.
    pub fn look_at_review<T>(&self, look: impl FnOnce(&mut Review, &Suggestion, &ChainSettings) -> T) -> Option<T> {
        let answer = self.answer()?;
        let suggestion = answer.suggestion.as_ref()?;
        let now = self.now();
        let mut model = self.0.model.borrow_mut();
        Some(look(model.kept.review.as_mut()?, suggestion, &now))
    }

    /// Takes the last step back.
    pub fn undo(&self) {
        self.listen_plainly();
        self.act(|model, _| model.undo());
    }

    /// Does the last undone step again.
    pub fn redo(&self) {
        self.listen_plainly();
        self.act(|model, _| model.redo());
    }

    /// Saves what sounds under a name.
    pub fn save_preset(&self, name: &str, existing: Existing) {
        let now = self.now();
        self.0.model.borrow_mut().save_preset(name, existing, &now);
        self.keep();
    }

    /// Loads a preset.
    pub fn load_preset(&self, place: &Place) {
        self.act(|model, now| model.load_preset(place, now));
    }

    /// Puts the notice away.
    pub fn dismiss_notice(&self) {
        self.0.model.borrow_mut().notice = None;
        self.show();
    }

    /// Chooses style, references or a loudness of one's own: a step under this name.
    pub fn set_taste(&self, name: &str, change: impl FnOnce(&mut Taste)) {
        let time_s = self.0.start.elapsed().as_secs_f64();
        self.0.model.borrow_mut().set_taste(name, change, time_s);
        self.keep_taste();
        self.show();
    }

    /// Has the plugin hold what the model says of the taste: references are measured anew where they have changed.
    fn keep_taste(&self) {
        let (memory, taste) = (&self.0.console.instance().memory, self.with(|model| model.taste.clone()));
        if memory.taste() != taste {
            memory.set_taste(taste);
        }
    }

    fn record(&self, edits: &[Edit]) {
        let by_hand: Vec<_> = {
            let pending = self.0.pending.borrow();
            let own = |edit: &&Edit| pending.get(&edit.id) != Some(&edit.after);
            edits.iter().filter(own).map(|edit| (edit.id.clone(), edit.before, edit.after)).collect()
        };
        if by_hand.is_empty() {
            return;
        }
        let name = self.name_of(&by_hand);
        self.0.model.borrow_mut().record(&name, &by_hand, self.0.start.elapsed().as_secs_f64());
        self.show();
    }

    /// What undo says of an edit: the parameter, or what several have in common.
    fn name_of(&self, edits: &[(String, f32, f32)]) -> String {
        let name = |id: &str| wording::name(self.0.console.control(id).parameter());
        match edits {
            [(id, ..)] => name(id),
            [(first, ..), ..] => {
                let first = name(first);
                let common = edits.iter().skip(1).fold(first.clone(), |common, (id, ..)| {
                    let other = name(id);
                    let words = common.split(' ').zip(other.split(' ')).take_while(|(one, two)| one == two);
                    words.map(|(word, _)| word).collect::<Vec<_>>().join(" ")
                });
                if common.is_empty() { format!("{} settings", edits.len()) } else { common }
            }
            [] => String::new(),
        }
    }

    fn send(&self, values: Values) {
        if !values.is_empty() {
            // Another sound has another loudness.
            self.0.console.live().with(|scope| scope.matching.reset());
        }
        self.0.pending.borrow_mut().extend(values.iter().cloned());
        self.0.console.apply(values);
        self.follow_preset();
    }

    fn keep(&self) {
        let text = self.with(Model::text);
        self.0.console.instance().memory.keep_desk(text);
        self.keep_taste();
        self.show();
    }

    fn follow_preset(&self) {
        let now = self.now();
        let differs = self.with(|model| model.differs_from_preset(&now));
        self.0.differs.set_if_changed(differs);
    }

    fn show(&self) {
        self.0.shown.update(|shown| *shown += 1);
    }
}
