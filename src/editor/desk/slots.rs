//! A and B: two sounds to compare. One sounds, the other waits.

use serde::{Deserialize, Serialize};

use crate::settings::ChainSettings;

/// Which of the two sounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Slot {
    #[default]
    A,
    B,
}

impl Slot {
    /// The other one.
    pub fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }

    /// Its letter.
    pub fn letter(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
        }
    }
}

/// The slot that sounds, and what waits in the other; nothing waits until one has switched or copied.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Slots {
    pub sounding: Slot,
    pub waiting: Option<ChainSettings>,
}

impl Slots {
    /// Switches: `now` waits, and what waited is given to be set. The first switch goes to the same sound, to be changed from there.
    #[must_use]
    pub fn switch(&mut self, now: ChainSettings) -> ChainSettings {
        self.sounding = self.sounding.other();
        self.waiting.replace(now).unwrap_or(now)
    }

    /// Copies what sounds into the slot that waits.
    pub fn copy(&mut self, now: ChainSettings) {
        self.waiting = Some(now);
    }

    /// Whether both are the same.
    pub fn are_alike(&self, now: &ChainSettings) -> bool {
        self.waiting.as_ref().is_none_or(|waiting| waiting == now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sound(gain_db: f32) -> ChainSettings {
        let mut settings = ChainSettings::default();
        settings.output.gain_db = gain_db;
        settings
    }

    #[test]
    fn the_two_change_places_and_copying_makes_them_alike() {
        let mut slots = Slots::default();
        assert_eq!(slots.switch(sound(1.0)), sound(1.0), "B starts as A");
        assert_eq!(slots.sounding, Slot::B);
        // Changed in B, back to A, to B again.
        assert_eq!(slots.switch(sound(2.0)), sound(1.0));
        assert_eq!((slots.sounding, slots.are_alike(&sound(1.0))), (Slot::A, false));
        assert_eq!(slots.switch(sound(1.0)), sound(2.0));
        slots.copy(sound(2.0));
        assert!(slots.are_alike(&sound(2.0)));
        let text = serde_json::to_string(&slots).expect("serialises");
        assert_eq!(serde_json::from_str::<Slots>(&text).expect("comes back"), slots);
    }
}
