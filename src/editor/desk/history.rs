//! Undo and redo of all that is done in the window.
//!
//! A step is what one hand movement did: the parameters it changed, each with its value before and after, and what it changed
//! beside them (which slot sounds, which preset is loaded, which cards are accepted: an *aside*). Only those parameters go back, so
//! that what the host has automated meanwhile stays; the host's own undo is not touched. How one listens (bypass, matching) is no step.

/// Steps kept; the oldest goes when there are more.
const MOST_STEPS: usize = 200;

/// One parameter in a step.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    pub id: String,
    pub before: f32,
    pub after: f32,
}

/// One step. `A` is what can change beside the parameters.
#[derive(Debug, Clone, PartialEq)]
pub struct Step<A> {
    /// What was done, as the tip of undo says it: `Gain of EQ 3`.
    pub name: String,
    pub changes: Vec<Change>,
    /// How the rest stood before and after.
    pub before: A,
    pub after: A,
}

/// What undo or redo asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct Move<A> {
    /// Parameters by id, and their values.
    pub values: Vec<(String, f32)>,
    pub aside: A,
}

/// All steps, those done and those undone.
#[derive(Debug, Clone)]
pub struct History<A> {
    steps: Vec<Step<A>>,
    /// Steps that are done; those beyond can be done again.
    done: usize,
}

impl<A> Default for History<A> {
    fn default() -> Self {
        Self { steps: Vec::new(), done: 0 }
    }
}

impl<A: Clone + PartialEq> History<A> {
    /// Adds a step; what was undone can no longer be done again. A step that changes nothing is none.
    pub fn add(&mut self, mut step: Step<A>) {
        step.changes.retain(|change| change.before != change.after);
        if step.changes.is_empty() && step.before == step.after {
            return;
        }
        self.steps.truncate(self.done);
        self.steps.push(step);
        if self.steps.len() > MOST_STEPS {
            self.steps.remove(0);
        }
        self.done = self.steps.len();
    }

    /// Adds changes to the last step, where a hand moves several parameters at once.
    pub fn extend(&mut self, name: &str, changes: Vec<Change>) {
        let Some(step) = self.steps.last_mut().filter(|_| self.done > 0) else { return };
        for change in changes {
            match step.changes.iter_mut().find(|known| known.id == change.id) {
                Some(known) => known.after = change.after,
                None => step.changes.push(change),
            }
        }
        step.name = name.to_owned();
    }

    /// Takes the last step back: what is to be set, or `None` when there is nothing.
    pub fn undo(&mut self) -> Option<Move<A>> {
        let step = self.steps.get(self.done.checked_sub(1)?)?;
        self.done -= 1;
        let values = step.changes.iter().map(|change| (change.id.clone(), change.before)).collect();
        Some(Move { values, aside: step.before.clone() })
    }

    /// Does the last undone step again.
    pub fn redo(&mut self) -> Option<Move<A>> {
        let step = self.steps.get(self.done)?;
        self.done += 1;
        let values = step.changes.iter().map(|change| (change.id.clone(), change.after)).collect();
        Some(Move { values, aside: step.after.clone() })
    }

    /// What undo would take back.
    pub fn undoes(&self) -> Option<&str> {
        Some(&self.steps.get(self.done.checked_sub(1)?)?.name)
    }

    /// What redo would do again.
    pub fn redoes(&self) -> Option<&str> {
        Some(&self.steps.get(self.done)?.name)
    }

    /// Forgets everything: another project was loaded.
    pub fn clear(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(id: &str, before: f32, after: f32) -> Step<u8> {
        Step { name: id.into(), changes: vec![Change { id: id.into(), before, after }], before: 0, after: 0 }
    }

    #[test]
    fn steps_go_back_and_forth_in_order_and_touch_only_their_own_parameters() {
        let mut history = History::default();
        history.add(step("a", 0.0, 1.0));
        history.add(step("b", 5.0, 6.0));
        assert_eq!(history.undoes(), Some("b"));
        assert_eq!(history.undo().map(|undone| undone.values), Some(vec![("b".into(), 5.0)]));
        assert_eq!(history.undo().map(|undone| undone.values), Some(vec![("a".into(), 0.0)]));
        assert_eq!(history.undo(), None);
        assert_eq!(history.redo().map(|redone| redone.values), Some(vec![("a".into(), 1.0)]));
        // Something new: what was undone is gone.
        history.add(step("c", 0.0, 1.0));
        assert_eq!((history.redoes(), history.undoes()), (None, Some("c")));
        history.undo();
        assert_eq!(history.undoes(), Some("a"));
    }

    #[test]
    fn what_changes_nothing_is_no_step_and_an_aside_alone_is_one() {
        let mut history = History::default();
        history.add(step("a", 1.0, 1.0));
        assert_eq!(history.undoes(), None);
        history.add(Step { name: "slot B".into(), changes: Vec::new(), before: 0, after: 1 });
        assert_eq!(history.undo().map(|undone| undone.aside), Some(0));
        assert_eq!(history.redo().map(|redone| redone.aside), Some(1));
    }

    #[test]
    fn a_hand_on_two_parameters_is_one_step() {
        let mut history = History::default();
        history.add(step("frequency", 100.0, 200.0));
        let gain = |before, after| Change { id: "gain".into(), before, after };
        history.extend("EQ 3", vec![gain(0.0, -1.0)]);
        history.extend("EQ 3", vec![gain(-1.0, -2.0)]);
        let undone = history.undo().expect("a step");
        assert_eq!(undone.values, [("frequency".into(), 100.0), ("gain".into(), 0.0)]);
        assert_eq!(history.redo().expect("the same").values[1], ("gain".into(), -2.0));
    }

    #[test]
    fn the_oldest_steps_go_when_there_are_too_many() {
        let mut history = History::default();
        for n in 0..MOST_STEPS + 10 {
            history.add(step("a", n as f32, n as f32 + 1.0));
        }
        let mut undone = 0;
        while history.undo().is_some() {
            undone += 1;
        }
        assert_eq!(undone, MOST_STEPS);
    }
}
