//! All that is decided in the window, without a window: each act changes what is kept, is remembered as a step to undo, and
//! gives the values that the host is to set.

#[cfg(test)]
mod odd_states;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use super::{
    history::{Change, History, Step},
    presets::{self, Existing, Library, Place},
    review::{Review, Values, changes_to, in_order},
    slots::Slots,
};
use crate::{
    assistant::Suggestion,
    plugin::taste::Taste,
    settings::{
        ChainSettings,
        fields::{field, snapped},
    },
};

/// The version of [`Kept`] that this program writes. It reads this one and all before.
const VERSION: u32 = 1;

/// What the window keeps in the project, and undo takes back and forth.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Kept {
    pub version: u32,
    pub review: Option<Review>,
    pub slots: Slots,
    /// The preset that was loaded or saved last.
    pub preset: Option<Place>,
}

impl Default for Kept {
    fn default() -> Self {
        Self { version: VERSION, review: None, slots: Slots::default(), preset: None }
    }
}

impl Kept {
    /// Reads what a project holds, which anybody can have written: amounts and sounds are brought into their ranges; `None` where it cannot
    /// be read, or comes from a later version.
    fn admitted(text: &str) -> Option<Self> {
        let mut kept: Self = serde_json::from_str(text).ok().filter(|kept: &Self| kept.version <= VERSION)?;
        kept.slots.waiting = kept.slots.waiting.map(snapped);
        if let Some(review) = &mut kept.review {
            review.base = review.base.map(snapped);
            let amounts = review.cards.iter_mut().map(|card| &mut card.percent);
            amounts.chain([&mut review.whole_percent]).for_each(|percent| *percent = percent.clamp(0.0, 100.0));
        }
        Some(kept)
    }
}

/// All that undo takes back and forth beside the parameters: what the window keeps, and what the plugin keeps of a person's taste.
#[derive(Debug, Clone, PartialEq)]
struct Aside {
    kept: Kept,
    taste: Taste,
}

/// Something that went wrong, said in a sentence until it is put away.
#[derive(Debug, Clone, PartialEq)]
pub struct Notice {
    pub sentence: String,
    /// The preset that may be replaced, when that was asked.
    pub replace: Option<String>,
}

/// The window's decisions. Times are seconds on any clock that runs forward.
#[derive(Debug, Clone)]
pub struct Model {
    pub kept: Kept,
    /// What the song is held against, and how loud it is to be.
    pub taste: Taste,
    pub library: Library,
    pub notice: Option<Notice>,
    history: History<Aside>,
    /// The sound of the preset as it was loaded or saved: what differs from it is marked.
    preset_sound: Option<ChainSettings>,
    /// When hands last changed something, and which parameters: what follows at once belongs to the same step.
    last_edit: Option<(f64, Vec<String>)>,
}

/// A hand that goes on within this time goes on with its step, seconds.
const SAME_STEP_S: f64 = 0.7;
/// Parameters that end their gestures within this time were moved by one hand, seconds.
const SAME_HAND_S: f64 = 0.02;

impl Model {
    /// The model of a fresh project.
    pub fn new(library: Library) -> Self {
        Self {
            kept: Kept::default(),
            taste: Taste::default(),
            library,
            notice: None,
            history: History::default(),
            preset_sound: None,
            last_edit: None,
        }
    }

    /// What the project keeps of the window, as text.
    pub fn text(&self) -> String {
        // Plain data always serialises.
        serde_json::to_string(&self.kept).unwrap_or_default()
    }

    /// Takes up what a project kept, and its taste; what cannot be read, or is of a later version, counts as nothing.
    pub fn restore(&mut self, text: Option<&str>, taste: Taste) {
        self.taste = taste;
        self.kept = text.and_then(Kept::admitted).unwrap_or_default();
        self.preset_sound =
            self.kept.preset.as_ref().and_then(|place| self.library.load(place).ok()).map(|loaded| loaded.settings);
        self.history.clear();
        self.notice = None;
        self.last_edit = None;
    }

    /// Begins the review of a new answer; an answer that is under review already goes on.
    pub fn receive(&mut self, decision: u64, suggestion: Option<&Suggestion>) {
        let known = self.kept.review.as_ref().is_some_and(|review| {
            review.decision == decision && suggestion.is_some_and(|it| it.items.len() == review.cards.len())
        });
        if !known {
            self.kept.review = suggestion.map(|suggestion| Review::of(decision, suggestion));
        }
    }

    /// Remembers what hands did to parameters: (id, before, after), with the step's name.
    pub fn record(&mut self, name: &str, edits: &[(String, f32, f32)], time_s: f64) {
        let edits: Vec<_> = edits.iter().filter(|(id, ..)| is_a_step(id)).collect();
        if edits.is_empty() {
            return;
        }
        let changes: Vec<Change> =
            edits.iter().map(|(id, before, after)| Change { id: id.clone(), before: *before, after: *after }).collect();
        let ids: Vec<String> = edits.iter().map(|(id, ..)| id.clone()).collect();
        let goes_on = self.last_edit.as_ref().is_some_and(|(last_s, last)| {
            let since_s = time_s - last_s;
            since_s <= SAME_HAND_S || (since_s <= SAME_STEP_S && *last == ids)
        });
        if goes_on && self.history.undoes().is_some() && self.history.redoes().is_none() {
            self.history.extend(name, changes);
        } else {
            let aside = self.aside();
            self.history.add(Step { name: name.to_owned(), changes, before: aside.clone(), after: aside });
        }
        self.last_edit = Some((time_s, ids));
    }

    /// Does something that changes what is kept: one step. `act` gives the values to set; so does this, in their order.
    pub fn act(&mut self, name: &str, now: &ChainSettings, act: impl FnOnce(&mut Kept) -> Values) -> Values {
        let before = self.aside();
        let values = in_order(act(&mut self.kept));
        let changes = values.iter().map(|(id, after)| {
            let before = field(id).map_or(*after, |field| field.get(now));
            Change { id: id.clone(), before, after: *after }
        });
        let step = Step { name: name.to_owned(), changes: changes.collect(), before, after: self.aside() };
        self.history.add(step);
        self.last_edit = None;
        values
    }

    /// Changes the taste: one step, to which belongs what the same hand sets beside it.
    pub fn set_taste(&mut self, name: &str, change: impl FnOnce(&mut Taste), time_s: f64) {
        let before = self.aside();
        change(&mut self.taste);
        if self.taste != before.taste {
            let after = self.aside();
            self.history.add(Step { name: name.to_owned(), changes: Vec::new(), before, after });
            self.last_edit = Some((time_s, Vec::new()));
        }
    }

    fn aside(&self) -> Aside {
        Aside { kept: self.kept.clone(), taste: self.taste.clone() }
    }

    /// [`Model::act`] on the review of `suggestion`; nothing without one.
    pub fn decide(
        &mut self,
        name: &str,
        suggestion: &Suggestion,
        now: &ChainSettings,
        decide: impl FnOnce(&mut Review, &Suggestion, &ChainSettings) -> Values,
    ) -> Values {
        self.act(name, now, |kept| match &mut kept.review {
            Some(review) => decide(review, suggestion, now),
            None => Values::new(),
        })
    }

    /// Takes the last step back.
    pub fn undo(&mut self) -> Values {
        let undone = self.history.undo();
        self.take(undone)
    }

    /// Does the last undone step again.
    pub fn redo(&mut self) -> Values {
        let redone = self.history.redo();
        self.take(redone)
    }

    fn take(&mut self, taken: Option<super::history::Move<Aside>>) -> Values {
        let Some(taken) = taken else { return Values::new() };
        let preset_stays = self.kept.preset == taken.aside.kept.preset;
        (self.kept, self.taste) = (taken.aside.kept, taken.aside.taste);
        if !preset_stays {
            self.preset_sound =
                self.kept.preset.as_ref().and_then(|place| self.library.load(place).ok()).map(|it| it.settings);
        }
        self.last_edit = None;
        in_order(taken.values)
    }

    /// What undo would take back.
    pub fn undoes(&self) -> Option<&str> {
        self.history.undoes()
    }

    /// What redo would do again.
    pub fn redoes(&self) -> Option<&str> {
        self.history.redoes()
    }

    /// Switches between A and B.
    pub fn switch_slot(&mut self, now: &ChainSettings) -> Values {
        let name = format!("switch to {}", self.kept.slots.sounding.other().letter());
        self.act(&name, now, |kept| {
            let to = kept.slots.switch(*now);
            changes_to(&to, now)
        })
    }

    /// Copies what sounds into the other slot.
    pub fn copy_slot(&mut self, now: &ChainSettings) {
        let slot = self.kept.slots.sounding;
        let name = format!("copy {} to {}", slot.letter(), slot.other().letter());
        self.act(&name, now, |kept| {
            kept.slots.copy(*now);
            Values::new()
        });
    }

    /// Loads a preset; where that fails there is a notice, and nothing else has changed.
    pub fn load_preset(&mut self, place: &Place, now: &ChainSettings) -> Values {
        match self.library.load(place) {
            Ok(loaded) => {
                self.notice = None;
                self.preset_sound = Some(loaded.settings);
                self.act(&format!("preset {}", place.name()), now, |kept| {
                    kept.preset = Some(place.clone());
                    // Cards lay over the sound that is now gone.
                    if let Some(review) = &mut kept.review {
                        review.lay_open();
                    }
                    changes_to(&loaded.settings, now)
                })
            }
            Err(error) => {
                self.notice = Some(Notice { sentence: sentence(&error), replace: None });
                Values::new()
            }
        }
    }

    /// Loads the preset before or after the present one.
    pub fn step_preset(&mut self, steps: isize, now: &ChainSettings) -> Values {
        self.library.refresh();
        let place = self.library.beside(self.kept.preset.as_ref(), steps);
        self.load_preset(&place, now)
    }

    /// Saves what sounds as a preset; where that fails, or would replace one unasked, there is a notice.
    pub fn save_preset(&mut self, name: &str, existing: Existing, now: &ChainSettings) {
        match self.library.save(name, now, existing) {
            Ok(place) => {
                self.notice = None;
                self.kept.preset = Some(place);
                self.preset_sound = Some(sound_of(now));
            }
            Err(error) => {
                let replace = matches!(error, presets::Error::Exists(_)).then(|| name.trim().to_owned());
                self.notice = Some(Notice { sentence: sentence(&error), replace });
            }
        }
    }

    /// Whether what sounds differs from the preset that was loaded.
    pub fn differs_from_preset(&self, now: &ChainSettings) -> bool {
        self.preset_sound.is_some_and(|sound| !changes_to(&sound, now).is_empty())
    }
}

impl Review {
    /// Lays all cards open, since another sound was set.
    fn lay_open(&mut self) {
        self.base = None;
        for card in &mut self.cards {
            card.verdict = Default::default();
        }
    }
}

/// The error with its first letter large and a full stop.
fn sentence(error: &presets::Error) -> String {
    let text = error.to_string();
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str().trim_end_matches('.'))
}

/// Whether changing this parameter is a step: all but listening in its two senses.
fn is_a_step(id: &str) -> bool {
    !matches!(id, "listen" | "accept") && field(id).is_none_or(|field| !field.pointer.is_empty())
}

/// The settings without how one listens.
fn sound_of(settings: &ChainSettings) -> ChainSettings {
    ChainSettings { monitor: Default::default(), ..*settings }
}
