//! What the assistant said, kept for the host's project and for the audio thread.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
};

use nice_plug::prelude::{ParamPtr, Params};
use serde::{Deserialize, Serialize};

use super::{
    aftermath::Aftermath,
    pulse::Pulse,
    taste::{References, Taste},
    window_state::{self, WindowState},
};
use crate::{
    assistant::{Delivery, Module, Suggestion},
    link::{Audition, AuditionInlet, Overlay, OverlayInlet},
    params::HostParams,
    settings::fields::fields,
};

/// The version of [`AssistantState`] that this program writes. It reads this one and all before.
pub const VERSION: u32 = 1;
/// The name under which a saved state holds the assistant's answer.
pub const KEY: &str = "assistant";
/// The name under which a saved state holds what the song is to sound like ([`Taste`]).
pub const TASTE_KEY: &str = "taste";
/// The name under which a saved state holds what the window keeps.
pub const DESK_KEY: &str = "desk";
/// All names that this version knows.
const KEYS: [&str; 4] = [KEY, TASTE_KEY, DESK_KEY, window_state::KEY];

/// The assistant's last answer, as it is saved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AssistantState {
    pub version: u32,
    /// Counts the answers, from 1.
    #[serde(default)]
    pub decision: u64,
    /// Seconds of music that the answer rests on.
    #[serde(default)]
    pub heard_s: f64,
    /// Seconds of music that were lost on the way because the worker did not keep up.
    #[serde(default)]
    pub dropped_s: f64,
    /// Name of the delivery that was asked for.
    #[serde(default)]
    pub deliver: String,
    /// How far the assistant was asked to go.
    #[serde(default)]
    pub amount_percent: f64,
    /// Which modules it was allowed to use.
    #[serde(default)]
    pub only: Vec<Module>,
    #[serde(default)]
    pub suggestion: Option<Suggestion>,
    /// Why there is no suggestion.
    #[serde(default)]
    pub error: Option<String>,
}

impl AssistantState {
    /// Reads what a state holds; `None` where that is broken, from a later version, or no answer that could ever have been given.
    pub fn from_text(text: &str) -> Option<Self> {
        let mut state: Self = serde_json::from_str(text).ok()?;
        if !(1..=VERSION).contains(&state.version) {
            return None;
        }
        if let Some(suggestion) = state.suggestion.take() {
            state.suggestion = Some(suggestion.admitted()?);
        }
        Some(state)
    }
}

/// Parameters and memory: everything that a state holds.
pub struct Memory {
    pub params: HostParams,
    /// What the record measures since a suggestion was accepted.
    pub aftermath: Aftermath,
    /// The host's timer, for the window.
    pub pulse: Pulse,
    /// What sounds on after the music has ended, frames; 0 before the first activation.
    tail_frames: AtomicU32,
    answer: Mutex<Answer>,
    overlay: OverlayInlet,
    audition: AuditionInlet,
    taste: Mutex<Taste>,
    references: Mutex<References>,
    /// What the window keeps, to the letter; none until it keeps anything.
    desk: Mutex<Option<String>>,
    window: Mutex<WindowState>,
    /// What a later version saved beside all that, to the letter: going back and forth between versions loses nothing.
    others: Mutex<BTreeMap<String, String>>,
    /// The number of the last answer, for whoever looks often.
    decision: AtomicU64,
    /// Counts the loading of states: music heard before belongs to another project.
    loads: AtomicU64,
}

/// The answer as it was written and, where it can be read, what it says.
#[derive(Default)]
struct Answer {
    /// Kept to the letter, so that a state loaded and saved again is the same.
    text: Option<String>,
    state: Option<AssistantState>,
}

impl Memory {
    /// An empty memory that publishes answers to `overlay` and what the window tries out to `audition`.
    pub fn new(overlay: OverlayInlet, audition: AuditionInlet) -> Arc<Self> {
        Arc::new(Self {
            params: HostParams::default(),
            aftermath: Aftermath::default(),
            pulse: Pulse::default(),
            tail_frames: AtomicU32::new(0),
            answer: Mutex::default(),
            overlay,
            audition,
            taste: Mutex::default(),
            references: Mutex::default(),
            desk: Mutex::default(),
            window: Mutex::default(),
            others: Mutex::default(),
            decision: AtomicU64::new(0),
            loads: AtomicU64::new(0),
        })
    }

    /// What sounds on after the music has ended: the latency and what the chain rings, frames. 0 before the first activation.
    pub fn tail_frames(&self) -> u32 {
        self.tail_frames.load(Ordering::Acquire)
    }

    /// Says what sounds on from now on.
    pub fn set_tail_frames(&self, frames: u32) {
        self.tail_frames.store(frames, Ordering::Release);
    }

    /// Lets the audio thread play what the window tries out, until it says otherwise.
    pub fn audition(&self, audition: Audition) {
        self.audition.publish(audition);
    }

    /// The number of the last answer ([`AssistantState::decision`]), 0 before the first.
    pub fn decision(&self) -> u64 {
        self.decision.load(Ordering::Acquire)
    }

    /// What the song is to sound like.
    pub fn taste(&self) -> Taste {
        whole(&self.taste).clone()
    }

    /// Chooses what the song is to sound like. Music that was heard and is still held is judged anew.
    pub fn set_taste(&self, taste: Taste) {
        *whole(&self.taste) = taste;
    }

    /// Loudness and ceiling that the assistant aims for: one's own, or the chosen profile's.
    pub fn delivery(&self) -> Delivery {
        whole(&self.taste).own_delivery().unwrap_or_else(|| self.params.delivery())
    }

    /// What has become of the references.
    pub fn references(&self) -> References {
        whole(&self.references).clone()
    }

    /// Says what has become of the references.
    pub fn tell_references(&self, references: References) {
        *whole(&self.references) = references;
    }

    /// What the window keeps in the project.
    pub fn desk(&self) -> Option<String> {
        whole(&self.desk).clone()
    }

    /// Keeps what the window wants to find again.
    pub fn keep_desk(&self, text: String) {
        *whole(&self.desk) = Some(text);
    }

    /// The last answer.
    pub fn answer(&self) -> Option<AssistantState> {
        self.lock().state.clone()
    }

    /// How the window was left.
    pub fn window(&self) -> WindowState {
        *whole(&self.window)
    }

    /// Keeps how the window is left.
    pub fn update_window(&self, change: impl FnOnce(&mut WindowState)) {
        change(&mut whole(&self.window));
    }

    /// Changes whenever a state is loaded.
    pub fn loads(&self) -> u64 {
        self.loads.load(Ordering::Acquire)
    }

    /// Keeps an answer, numbers it, and lets the audio thread have its values; `loads` is what [`Memory::loads`] said
    /// when the music was heard: an answer that comes after another state was loaded is not kept.
    pub fn keep(&self, mut state: AssistantState, loads: u64) {
        let mut answer = self.lock();
        if self.loads() != loads {
            return;
        }
        // A state may hold any number, the last one that there is too.
        let last = answer.state.as_ref().map_or(0, |last| last.decision);
        state.decision = last.checked_add(1).unwrap_or(1);
        self.overlay.publish(overlay_of(&state));
        answer.text = serde_json::to_string(&state).ok();
        self.decision.store(state.decision, Ordering::Release);
        answer.state = Some(state);
    }

    fn lock(&self) -> MutexGuard<'_, Answer> {
        whole(&self.answer)
    }

    fn load(&self, text: Option<&String>) {
        let mut answer = self.lock();
        self.loads.fetch_add(1, Ordering::AcqRel);
        let state = text.and_then(|text| AssistantState::from_text(text));
        self.overlay.publish(state.as_ref().map(overlay_of).unwrap_or_default());
        self.decision.store(state.as_ref().map_or(0, |state| state.decision), Ordering::Release);
        *answer = Answer { text: text.cloned(), state };
    }
}

/// What is locked. A poisoned lock only says that a thread panicked; every write here leaves the value whole.
fn whole<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// The values that stand in for the parameters' while the suggestion is accepted.
fn overlay_of(state: &AssistantState) -> Overlay {
    let Some(suggestion) = &state.suggestion else {
        return Overlay::new();
    };
    let louder_lu = suggestion.expected.loudness.integrated_lufs - suggestion.measurement.loudness.integrated_lufs;
    let changes = suggestion.items.iter().flat_map(|item| &item.changes);
    changes
        .map(|change| (change.id.as_str(), change.value))
        .chain([("level_match_gain", -louder_lu as f32)])
        .filter_map(|(id, value)| Some((fields().iter().position(|field| field.id == id)?, value)))
        .collect()
}

// SAFETY: the pointers of `HostParams::map` point into parameters that are never moved or dropped before the memory
// itself is, and nice-plug keeps the memory in an `Arc` for as long as it uses them.
unsafe impl Params for Memory {
    fn param_map(&self) -> Vec<(String, ParamPtr, String)> {
        self.params.map()
    }

    fn serialize_fields(&self) -> BTreeMap<String, String> {
        let mut fields = whole(&self.others).clone();
        let mut put = |key: &str, text: Option<String>| {
            if let Some(text) = text {
                fields.insert(key.to_owned(), text);
            }
        };
        put(KEY, self.lock().text.clone());
        let taste = self.taste();
        put(TASTE_KEY, serde_json::to_string(&taste).ok().filter(|_| taste != Taste::default()));
        put(DESK_KEY, self.desk());
        let window = self.window();
        put(window_state::KEY, serde_json::to_string(&window).ok().filter(|_| window != WindowState::default()));
        fields
    }

    fn deserialize_fields(&self, serialized: &BTreeMap<String, String>) {
        let taste = serialized.get(TASTE_KEY).and_then(|text| serde_json::from_str(text).ok());
        self.set_taste(taste.unwrap_or_default());
        *whole(&self.desk) = serialized.get(DESK_KEY).cloned();
        let window = serialized.get(window_state::KEY).map(|text| WindowState::read(text)).unwrap_or_default();
        self.update_window(|state| *state = window);
        let unknown = |(key, _): &(&String, &String)| !KEYS.contains(&key.as_str());
        let others = serialized.iter().filter(unknown).map(|(key, text)| (key.clone(), text.clone()));
        *whole(&self.others) = others.collect();
        self.load(serialized.get(KEY));
    }
}

#[cfg(test)]
mod tests;
