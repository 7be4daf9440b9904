//! How the window listens, on its way to the audio thread: changes tried out, matched loudness, the difference alone.
//!
//! None of it is a host parameter: it is never saved, never automated, ends with the window, and offline rendering does not
//! know it. So nobody finds a trial or a difference in a record.

use std::sync::Mutex;

use super::Overlay;
use crate::settings::{ChainSettings, fields::fields};

/// What the window wants to hear in place of what the parameters say.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Audition {
    /// Values that stand in for those of the parameters.
    pub changes: Overlay,
    /// How far the processed sound is turned, dB; `None` leaves that to the parameters.
    pub match_db: Option<f32>,
    /// Whether only what the chain changes is heard.
    pub delta: bool,
}

impl Audition {
    /// Whether it changes anything.
    pub fn is_silent(&self) -> bool {
        self.changes.is_empty() && self.match_db.is_none() && !self.delta
    }

    /// Puts what is tried out over the settings.
    pub fn apply(&self, settings: &mut ChainSettings) {
        for (index, value) in &self.changes {
            fields()[*index].set(settings, *value);
        }
        if let Some(match_db) = self.match_db {
            settings.monitor.level_match = true;
            settings.monitor.level_match_db = match_db;
        }
        settings.monitor.delta = self.delta;
    }
}

/// Where the window puts an audition in.
pub struct AuditionInlet(Mutex<triple_buffer::Input<Audition>>);

/// Where the audio thread finds the newest audition; it never waits, and what it no longer uses is freed at the inlet.
pub struct AuditionOutlet(triple_buffer::Output<Audition>);

/// A way for auditions, with nothing in it.
pub fn audition_way() -> (AuditionInlet, AuditionOutlet) {
    let (input, output) = triple_buffer::triple_buffer(&Audition::default());
    (AuditionInlet(Mutex::new(input)), AuditionOutlet(output))
}

impl AuditionInlet {
    /// Publishes an audition in place of the last one.
    pub fn publish(&self, audition: Audition) {
        // A poisoned lock only says that another thread panicked between two writes; the buffer itself stays whole.
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).write(audition);
    }
}

impl AuditionOutlet {
    /// Takes up the newest audition and says whether there was a new one.
    pub fn update(&mut self) -> bool {
        self.0.update()
    }

    /// The audition last taken up.
    pub fn audition(&self) -> &Audition {
        self.0.output_buffer()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_audition_stands_over_the_settings_and_leaves_the_rest() {
        let (inlet, mut outlet) = audition_way();
        assert!(!outlet.update() && outlet.audition().is_silent());
        let drive = fields().iter().position(|field| field.id == "limiter_drive").expect("a field");
        inlet.publish(Audition { changes: vec![(drive, 3.0)], match_db: Some(-2.5), delta: true });
        assert!(outlet.update());
        let mut settings = ChainSettings::default();
        settings.output.gain_db = 1.0;
        outlet.audition().apply(&mut settings);
        assert_eq!((settings.limiter.drive_db, settings.output.gain_db), (3.0, 1.0));
        let monitor = settings.monitor;
        assert!(monitor.delta && monitor.level_match && monitor.level_match_db == -2.5 && !monitor.bypass);
        // Without a wish of its own the parameters' matching holds.
        Audition::default().apply(&mut settings);
        assert!(settings.monitor.level_match && !settings.monitor.delta);
    }
}
