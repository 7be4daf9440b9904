//! How the window listens: a trial while a button is held, one module alone, matched loudness, the difference alone.
//!
//! Matching turns the processed sound by a fixed figure that is found when it is needed and does not follow the song.

use super::review::Values;
use crate::{assistant::Module, link::Audition, settings::fields::fields};

/// The most that is turned, dB.
const MOST_MATCH_DB: f64 = 24.0;

/// What is on, and what it comes to.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Listening {
    /// What is tried out, and how many LU louder it is than what sounds without.
    trial: Option<(Values, f64)>,
    /// The module that is heard without the others.
    pub solo: Option<Module>,
    pub delta: bool,
    pub matched: bool,
    /// Loudness of the input minus that of the record, LU, as it was last found.
    pub difference_lu: Option<f64>,
}

impl Listening {
    /// Tries values out at the loudness of what sounds without them.
    pub fn try_out(&mut self, values: Values, louder_lu: f64) {
        self.trial = Some((values, louder_lu));
    }

    /// Ends that; whether there was anything to end.
    pub fn end_trial(&mut self) -> bool {
        self.trial.take().is_some()
    }

    /// What the audio thread is to play.
    pub fn audition(&self) -> Audition {
        let position = |id: &String| fields().iter().position(|field| field.id == *id);
        let (values, louder_lu) = self.trial.as_ref().map_or((&[][..], 0.0), |(values, louder)| (&values[..], *louder));
        let matched_lu = if self.matched || self.delta { self.difference_lu.unwrap_or(0.0) } else { 0.0 };
        let match_db = (matched_lu - louder_lu).clamp(-MOST_MATCH_DB, MOST_MATCH_DB);
        let turns = self.matched || self.delta || self.trial.is_some();
        // A trial is heard as it will be, whatever was alone before.
        let silent: Vec<_> = match (self.solo, &self.trial) {
            (Some(solo), None) => Module::ALL.into_iter().filter(|module| *module != solo).map(switch_off).collect(),
            _ => Vec::new(),
        };
        Audition {
            changes: values.iter().chain(&silent).filter_map(|(id, value)| Some((position(id)?, *value))).collect(),
            match_db: turns.then_some(match_db as f32),
            delta: self.delta,
        }
    }
}

/// What takes a module out of the sound.
fn switch_off(module: Module) -> (String, f32) {
    (switch_id(module).to_owned(), 0.0)
}

/// The parameter that is a module's switch.
pub fn switch_id(module: Module) -> &'static str {
    match module {
        Module::Eq => "eq_on",
        Module::Compressor => "comp_on",
        Module::Imager => "imager_on",
        Module::Limiter => "limiter_on",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_alone_is_all_others_switched_off_but_for_a_trial() {
        let mut listening = Listening { solo: Some(Module::Imager), ..Listening::default() };
        let mut settings = crate::settings::ChainSettings::default();
        settings.compressor.on = true;
        settings.imager.on = true;
        settings.limiter.on = true;
        listening.audition().apply(&mut settings);
        assert!(settings.imager.on);
        assert!(!settings.eq.on && !settings.compressor.on && !settings.limiter.on);
        listening.try_out(vec![("limiter_drive".into(), 4.0)], 0.0);
        assert_eq!(listening.audition().changes.len(), 1);
    }

    #[test]
    fn a_trial_sounds_as_loud_as_what_it_stands_in_for() {
        let mut listening = Listening::default();
        assert!(listening.audition().is_silent());
        listening.try_out(vec![("limiter_drive".into(), 4.0), ("from_the_future".into(), 1.0)], 3.0);
        let audition = listening.audition();
        assert_eq!((audition.changes.len(), audition.match_db, audition.delta), (1, Some(-3.0), false));
        // Over a matched sound both differences count.
        listening.matched = true;
        listening.difference_lu = Some(-2.0);
        assert_eq!(listening.audition().match_db, Some(-5.0));
        assert!(listening.end_trial() && !listening.end_trial());
        assert_eq!(listening.audition().match_db, Some(-2.0));
        listening.matched = false;
        listening.delta = true;
        assert_eq!(listening.audition(), Audition { changes: Vec::new(), match_db: Some(-2.0), delta: true });
    }
}
