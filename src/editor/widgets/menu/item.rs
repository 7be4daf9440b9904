//! What stands in a menu.

use std::rc::Rc;

use vizia::prelude::*;

use super::{BESIDE, CHOICE_HEIGHT, HEAD_HEIGHT, LINE_HEIGHT, NOTE_SIZE, TEXT_SIZE};
use crate::editor::paint::width_of;

pub type Choose = Rc<dyn Fn(&mut EventContext)>;

/// One line of a menu.
#[derive(Clone)]
pub enum Item {
    /// A word above what belongs together.
    Head(String),
    /// A line between.
    Line,
    /// Something to choose.
    Choice { text: String, note: String, chosen: bool, enabled: bool, act: Choose },
}

impl Item {
    /// Something to choose.
    pub fn choice(text: impl Into<String>, act: impl Fn(&mut EventContext) + 'static) -> Self {
        Self::Choice { text: text.into(), note: String::new(), chosen: false, enabled: true, act: Rc::new(act) }
    }

    pub fn head(text: impl Into<String>) -> Self {
        Self::Head(text.into())
    }

    /// Marks what is the case now.
    pub fn chosen(mut self, is: bool) -> Self {
        if let Self::Choice { chosen, .. } = &mut self {
            *chosen = is;
        }
        self
    }

    /// Small print at the right: a value, a key.
    pub fn with_note(mut self, words: impl Into<String>) -> Self {
        if let Self::Choice { note, .. } = &mut self {
            *note = words.into();
        }
        self
    }

    /// How much of a menu's height it takes, logical pixels.
    pub fn height(&self) -> f32 {
        match self {
            Self::Head(_) => HEAD_HEIGHT,
            Self::Line => LINE_HEIGHT,
            Self::Choice { .. } => CHOICE_HEIGHT,
        }
    }

    /// How wide it is at least, logical pixels.
    pub fn width(&self) -> f32 {
        match self {
            Self::Head(text) => width_of(text, NOTE_SIZE, false) + BESIDE / 2.0,
            Self::Line => 0.0,
            // The heavier weight: what is chosen has it.
            Self::Choice { text, note, .. } => {
                width_of(text, TEXT_SIZE, true) + width_of(note, NOTE_SIZE, false) + BESIDE
            }
        }
    }

    /// Whether it can be chosen now.
    pub fn enabled(mut self, can: bool) -> Self {
        if let Self::Choice { enabled, .. } = &mut self {
            *enabled = can;
        }
        self
    }

    /// What choosing it does, where it can be chosen now.
    pub fn choose(&self) -> Option<&Choose> {
        match self {
            Self::Choice { enabled: true, act, .. } => Some(act),
            _ => None,
        }
    }
}
