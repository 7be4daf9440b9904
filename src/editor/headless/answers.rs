//! Answers of the assistant that a short piece of music does not bring about.

use super::Project;
use crate::plugin::memory::{AssistantState, KEY};

/// A project whose answer is as one to a finished master: every module was looked at and found to have nothing to do.
pub fn nothing_to_do(project: &Project) -> Project {
    let mut project = project.clone();
    let answer = project.get(KEY).and_then(|text| AssistantState::from_text(text));
    if let Some(mut state) = answer {
        if let Some(suggestion) = &mut state.suggestion {
            suggestion.items.dedup_by_key(|item| item.module);
            for item in &mut suggestion.items {
                (item.acts, item.band, item.effect, item.time) = (false, None, None, None);
                item.changes.clear();
                item.reason = "Nothing to do: it lies where songs like this have it.".into();
            }
            suggestion.fix_in_the_mix.clear();
            suggestion.notes.clear();
        }
        // Plain data always serialises.
        project.insert(KEY.to_owned(), serde_json::to_string(&state).unwrap_or_default());
    }
    project
}
