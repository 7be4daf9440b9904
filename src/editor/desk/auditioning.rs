//! What the desk lets be heard without setting it: trials, one module alone, matched loudness, the difference.

use super::{Desk, listening::Listening};
use crate::assistant::Module;

/// How loud a trial is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loudness {
    /// As loud as what sounds without it, so that louder does not pass for better.
    Matched,
    /// As loud as it will be.
    Own,
}

impl Desk {
    /// Lets an item be heard beside what is accepted; all open ones without an item.
    pub fn hear(&self, item: Option<usize>, loudness: Loudness) {
        let trial = self.look_at_review(|review, suggestion, now| review.trial(&review.tried(item), suggestion, now));
        if let Some((values, louder_lu)) = trial {
            let turned_lu = if loudness == Loudness::Matched { louder_lu } else { 0.0 };
            self.0.listening.borrow_mut().try_out(values, turned_lu);
            self.publish();
        }
    }

    /// How many LU louder an item makes what is accepted.
    pub fn louder_lu(&self, item: usize) -> Option<f64> {
        let trial =
            self.look_at_review(|review, suggestion, now| review.trial(&review.tried(Some(item)), suggestion, now));
        trial.map(|(_, louder_lu)| louder_lu)
    }

    /// Lets a module be heard without the others, or all of them again.
    pub fn toggle_solo(&self, module: Module) {
        let mut listening = self.0.listening.borrow_mut();
        listening.solo = (listening.solo != Some(module)).then_some(module);
        drop(listening);
        self.publish();
        self.show();
    }

    /// Ends that.
    pub fn listen_plainly(&self) {
        if self.0.listening.borrow_mut().end_trial() {
            self.publish();
        }
    }

    /// How one listens.
    pub fn listening(&self) -> Listening {
        self.0.listening.borrow().clone()
    }

    /// Changes how one listens. The loudness to match is measured on what runs; before that, it is that of what is accepted.
    pub fn set_listening(&self, change: impl FnOnce(&mut Listening)) {
        let measured = self.0.console.live().with(|scope| scope.matching.difference_lu()).flatten();
        let proven = || self.look_at_review(|review, suggestion, _| -suggestion.louder_lu_at(&review.taken()));
        let difference_lu = measured.or_else(proven);
        let mut listening = self.0.listening.borrow_mut();
        listening.difference_lu = difference_lu;
        change(&mut listening);
        drop(listening);
        self.publish();
        self.show();
    }

    fn publish(&self) {
        let audition = self.0.listening.borrow().audition();
        self.0.console.instance().memory.audition(audition);
    }
}
