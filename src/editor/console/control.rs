//! The handle of one parameter: what it shows, and what hands do to it.

use std::{
    cell::Cell,
    rc::{Rc, Weak},
    sync::Arc,
};

use vizia::prelude::{Signal, SignalGet, SignalUpdate};

use super::{Act, Edit, Gesture, Inner, Parameter};
use crate::{editor::figures, settings::text};

/// Positions that a turn of the wheel passes; a fine one passes a tenth.
const WHEEL_STEP: f32 = 0.02;
/// How much slower a fine drag is.
pub const FINE: f32 = 0.1;

/// A parameter in the window. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct Control(Rc<State>);

struct State {
    parameter: Arc<Parameter>,
    console: Weak<Inner>,
    /// Where it is shown, 0 to 1.
    position: Signal<f32>,
    text: Signal<String>,
    /// Where the parameter itself stood last: only when that changes does the window follow, for while a host does not
    /// process, a value that was set comes back late.
    followed: Cell<f32>,
    /// The value before the gesture that is under way.
    held: Cell<Option<f32>>,
}

impl Control {
    pub(super) fn new(parameter: Arc<Parameter>, console: Weak<Inner>) -> Self {
        let position = parameter.position();
        let text = figures::value(parameter.kind, parameter.value_at(position));
        Self(Rc::new(State {
            position: Signal::new(position),
            text: Signal::new(text),
            followed: Cell::new(position),
            held: Cell::new(None),
            parameter,
            console,
        }))
    }

    pub fn parameter(&self) -> &Parameter {
        &self.0.parameter
    }

    /// Where it is shown, 0 to 1: bind to it.
    pub fn position(&self) -> Signal<f32> {
        self.0.position
    }

    /// What is shown of it, with its unit: bind to it.
    pub fn text(&self) -> Signal<String> {
        self.0.text
    }

    /// The value that is shown.
    pub fn value(&self) -> f32 {
        self.0.parameter.value_at(self.0.position.get())
    }

    /// Whether a switch is on.
    pub fn is_on(&self) -> bool {
        self.value() >= 0.5
    }

    /// Whether a gesture is under way.
    pub fn is_held(&self) -> bool {
        self.0.held.get().is_some()
    }

    /// Begins a gesture: a button goes down on the control.
    pub fn begin(&self) {
        if self.0.held.get().is_none() {
            self.0.held.set(Some(self.value()));
            self.send(Act::Begin);
        }
    }

    /// Moves it to a position. Outside of a gesture this is a whole one.
    pub fn set_position(&self, position: f32) {
        let alone = !self.is_held();
        if alone {
            self.begin();
        }
        // By way of the value, so that host and window agree on the step.
        let position = self.0.parameter.position_of(self.0.parameter.value_at(position));
        if position != self.0.position.get() {
            self.show(position);
            self.send(Act::Set(position));
        }
        if alone {
            self.end();
        }
    }

    /// Sets a value. Outside of a gesture this is a whole one.
    pub fn set_value(&self, value: f32) {
        self.set_position(self.0.parameter.position_of(value));
    }

    /// Ends a gesture: the button goes up.
    pub fn end(&self) {
        Self::end_together(&[self]);
    }

    /// Ends the gestures of controls that one hand held: together they are one edit.
    pub fn end_together(controls: &[&Self]) {
        let edits: Vec<_> = controls.iter().filter_map(|control| control.finish()).collect();
        if let Some(console) = controls.first().and_then(|control| control.0.console.upgrade()) {
            console.tell(&edits);
        }
    }

    fn finish(&self) -> Option<Edit> {
        let before = self.0.held.take()?;
        self.send(Act::End);
        Some(Edit { id: self.0.parameter.id.clone(), before, after: self.value() })
    }

    /// Back to where it stands when nobody has touched it.
    pub fn reset(&self) {
        self.set_position(self.0.parameter.default_position());
    }

    /// Turns a switch over; takes the next of a few values.
    pub fn toggle(&self) {
        let count = self.0.parameter.count().unwrap_or(2);
        let last = (count - 1).max(1) as f32;
        let index = (self.0.position.get() * last).round() as usize;
        self.set_position(((index + 1) % count.max(1)) as f32 / last);
    }

    /// One notch of the wheel: up is positive.
    pub fn turn(&self, notches: f32, fine: bool) {
        match self.0.parameter.count() {
            Some(count) => self.set_position(self.0.position.get() + notches.signum() / (count - 1).max(1) as f32),
            None => {
                let step = if fine { WHEEL_STEP * FINE } else { WHEEL_STEP };
                self.set_position(self.0.position.get() + notches * step);
            }
        }
    }

    /// Takes what was typed; `false` when it means nothing here.
    pub fn enter(&self, typed: &str) -> bool {
        let value = text::parse(self.0.parameter.kind, typed);
        if let Some(value) = value {
            self.set_value(value);
        }
        value.is_some()
    }

    /// Shows what the parameter itself has become, unless a hand holds it.
    pub(super) fn follow(&self) {
        let position = self.0.parameter.position();
        if position != self.0.followed.replace(position) && !self.is_held() {
            self.show(position);
        }
    }

    pub(super) fn show(&self, position: f32) {
        if position != self.0.position.get() {
            self.0.position.set(position);
            self.0.text.set(figures::value(self.0.parameter.kind, self.0.parameter.value_at(position)));
        }
    }

    fn send(&self, act: Act) {
        if let Some(console) = self.0.console.upgrade() {
            (console.sink)(Gesture { parameter: self.0.parameter.clone(), act });
        }
    }
}
