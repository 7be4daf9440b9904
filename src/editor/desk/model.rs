//! All that is decided in the window, without a window: each act changes what is kept, is remembered as a step to undo, and
//! gives the values that the host is to set.

use serde::{Deserialize, Serialize};

use super::{
    history::{Change, History, Step},
    presets::{self, Existing, Library, Place},
    review::{Review, Values, changes_to, in_order},
    slots::Slots,
};
use crate::{
    assistant::Suggestion,
    settings::{ChainSettings, fields::field},
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
    pub library: Library,
    pub notice: Option<Notice>,
    history: History<Kept>,
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

    /// Takes up what a project kept; what cannot be read, or is of a later version, counts as nothing.
    pub fn restore(&mut self, text: Option<&str>) {
        let kept = text.and_then(|text| serde_json::from_str::<Kept>(text).ok()).filter(|kept| kept.version <= VERSION);
        self.kept = kept.unwrap_or_default();
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
            let (before, after) = (self.kept.clone(), self.kept.clone());
            self.history.add(Step { name: name.to_owned(), changes, before, after });
        }
        self.last_edit = Some((time_s, ids));
    }

    /// Does something that changes what is kept: one step. `act` gives the values to set; so does this, in their order.
    pub fn act(&mut self, name: &str, now: &ChainSettings, act: impl FnOnce(&mut Kept) -> Values) -> Values {
        let before = self.kept.clone();
        let values = in_order(act(&mut self.kept));
        let changes = values.iter().map(|(id, after)| {
            let before = field(id).map_or(*after, |field| field.get(now));
            Change { id: id.clone(), before, after: *after }
        });
        let step = Step { name: name.to_owned(), changes: changes.collect(), before, after: self.kept.clone() };
        self.history.add(step);
        self.last_edit = None;
        values
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

    fn take(&mut self, taken: Option<super::history::Move<Kept>>) -> Values {
        let Some(taken) = taken else { return Values::new() };
        let preset_stays = self.kept.preset == taken.aside.preset;
        self.kept = taken.aside;
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

#[cfg(test)]
mod tests {
    use super::*;

    fn model() -> (tempfile::TempDir, Model) {
        let folder = tempfile::tempdir().expect("a folder");
        let library = Library::new(Some(folder.path().to_owned()));
        (folder, Model::new(library))
    }

    fn set(values: Values, now: &mut ChainSettings) {
        for (id, value) in values {
            field(&id).expect("a field").set(now, value);
        }
    }

    fn edit(id: &str, before: f32, after: f32) -> Vec<(String, f32, f32)> {
        vec![(id.to_owned(), before, after)]
    }

    #[test]
    fn a_drag_is_one_step_and_automation_is_none() {
        let (_folder, mut model) = model();
        let mut now = ChainSettings::default();
        now.output.gain_db = 2.0;
        model.record("output gain", &edit("output_gain", 0.0, 2.0), 0.0);
        // The host automates something else, which nobody records; undo leaves it.
        now.limiter.drive_db = 3.0;
        set(model.undo(), &mut now);
        assert_eq!((now.output.gain_db, now.limiter.drive_db), (0.0, 3.0));
        set(model.redo(), &mut now);
        assert_eq!(now.output.gain_db, 2.0);
        // How one listens is no step.
        model.record("bypass", &edit("bypass", 0.0, 1.0), 5.0);
        model.record("listen", &edit("listen", 0.0, 1.0), 6.0);
        assert_eq!(model.undoes(), Some("output gain"));
    }

    #[test]
    fn notches_of_the_wheel_and_both_axes_of_a_node_are_one_step() {
        let (_folder, mut model) = model();
        for notch in 0..5 {
            model.record("gain", &edit("eq1_gain", notch as f32, notch as f32 + 1.0), 0.1 * f64::from(notch));
        }
        assert_eq!(model.undo(), [("eq1_gain".into(), 0.0)]);
        assert_eq!(model.undoes(), None);
        model.record("frequency", &edit("eq2_freq", 100.0, 200.0), 10.0);
        model.record("EQ 2", &edit("eq2_gain", 0.0, -1.0), 10.001);
        assert_eq!(model.undoes(), Some("EQ 2"));
        assert_eq!(model.undo(), [("eq2_freq".into(), 100.0), ("eq2_gain".into(), 0.0)]);
        // Half a minute later it is another step.
        model.record("gain", &edit("eq1_gain", 0.0, 1.0), 20.0);
        model.record("gain", &edit("eq1_gain", 1.0, 2.0), 50.0);
        assert_eq!(model.undo(), [("eq1_gain".into(), 1.0)]);
    }

    #[test]
    fn slots_presets_and_undo_work_together_and_are_kept_in_the_project() {
        let (_folder, mut model) = model();
        let mut now = ChainSettings::default();
        let warm = Place::Factory("Open top".into());
        set(model.load_preset(&warm, &now), &mut now);
        assert!(now.eq.bands[7].on && !model.differs_from_preset(&now));
        set(model.switch_slot(&now), &mut now);
        set(model.load_preset(&Place::Factory("Neutral".into()), &now), &mut now);
        assert_eq!(now, ChainSettings::default());
        set(model.switch_slot(&now), &mut now);
        assert!(now.eq.bands[7].on, "A again");
        set(model.undo(), &mut now);
        assert_eq!((now, model.kept.slots.sounding.letter()), (ChainSettings::default(), "B"));
        set(model.undo(), &mut now);
        assert!(now.eq.bands[7].on);
        assert_eq!(model.kept.preset, Some(warm), "undo names the preset again");
        let text = model.text();
        let kept = model.kept.clone();
        model.restore(Some(&text));
        assert_eq!((&model.kept, model.undoes()), (&kept, None));
        assert!(!model.differs_from_preset(&now));
        now.output.gain_db = 1.0;
        assert!(model.differs_from_preset(&now));
        for other in [None, Some("{"), Some("{\"version\": 9}")] {
            model.restore(other);
            assert_eq!(model.kept, Kept::default());
        }
    }

    #[test]
    fn a_preset_that_fails_leaves_everything_and_a_sentence() {
        let (folder, mut model) = model();
        std::fs::write(folder.path().join("odd.json"), "{}").expect("written");
        model.library.refresh();
        let now = ChainSettings::default();
        let odd = model.library.own().next().expect("listed");
        assert_eq!(model.load_preset(&odd, &now), []);
        let notice = model.notice.clone().expect("said");
        assert!(notice.sentence.starts_with("The preset “odd” cannot be loaded"), "{notice:?}");
        assert_eq!((model.undoes(), &model.kept.preset), (None, &None));
        // Saving over it asks first.
        model.save_preset("odd", Existing::Keep, &now);
        assert_eq!(model.notice.as_ref().and_then(|notice| notice.replace.clone()), Some("odd".to_owned()));
        model.save_preset("odd", Existing::Replace, &now);
        assert_eq!((&model.notice, &model.kept.preset), (&None, &Some(odd)));
        assert!(model.load_preset(&model.kept.preset.clone().expect("saved"), &now).is_empty(), "it sounds already");
    }
}
