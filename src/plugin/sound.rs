//! What the chain plays now: the parameters, the accepted suggestion over them, and what the window tries out over both.

use std::sync::Arc;

use super::memory::Memory;
use crate::{
    link::{AuditionOutlet, OverlayOutlet, SoloSwitch},
    settings::{ChainSettings, SoloRange, fields::fields},
};

/// The audio thread's view of parameters and suggestion; neither allocates nor waits.
pub struct Sound {
    memory: Arc<Memory>,
    overlay: OverlayOutlet,
    audition: AuditionOutlet,
    solo: Arc<SoloSwitch>,
    /// Whether the host renders offline: a record is made, and nobody listens.
    offline: bool,
    /// What [`crate::params::HostParams::changes`] said when the settings were made.
    seen: Option<u32>,
    settings: ChainSettings,
}

impl Sound {
    /// The view on `memory`, whose suggestions come by `overlay` and whose window's trials by `audition`; `solo` says what a
    /// hand wants to hear alone.
    pub fn new(memory: Arc<Memory>, overlay: OverlayOutlet, audition: AuditionOutlet, solo: Arc<SoloSwitch>) -> Self {
        Self { memory, overlay, audition, solo, offline: false, seen: None, settings: ChainSettings::default() }
    }

    /// Says whether the host renders offline.
    pub fn set_offline(&mut self, offline: bool) {
        self.offline = offline;
        self.seen = None;
    }

    /// The settings as of now.
    pub fn settings(&mut self) -> &ChainSettings {
        let params = &self.memory.params;
        let changes = params.changes();
        let new_overlay = self.overlay.update();
        let new_audition = self.audition.update();
        if new_overlay || new_audition || self.seen != Some(changes) {
            self.seen = Some(changes);
            for (index, field) in fields().iter().enumerate() {
                field.set(&mut self.settings, params.chain_value(index));
            }
            if params.accept.value() {
                for (index, value) in self.overlay.overlay() {
                    fields()[*index].set(&mut self.settings, *value);
                }
            }
            self.settings.monitor.delta = false;
            if !self.offline {
                self.audition.audition().apply(&mut self.settings);
            }
        }
        self.settings.monitor.solo = if self.offline { SoloRange::default() } else { self.solo.range() };
        &self.settings
    }

    /// Whether what [`Sound::settings`] gave last is the record itself: neither bypassed nor matched nor tried out.
    pub fn is_the_record(&self) -> bool {
        let monitor = &self.settings.monitor;
        !monitor.bypass
            && !monitor.solo.on
            && !monitor.delta
            && !monitor.level_match
            && self.audition.audition().changes.is_empty()
    }

    /// Whether the input is being listened to.
    pub fn listening(&self) -> bool {
        self.memory.params.listen.value()
    }
}
