//! What the chain plays now: the parameters, and the accepted suggestion over them.

use std::sync::Arc;

use super::memory::Memory;
use crate::{
    link::OverlayOutlet,
    settings::{ChainSettings, fields::fields},
};

/// The audio thread's view of parameters and suggestion; neither allocates nor waits.
pub struct Sound {
    memory: Arc<Memory>,
    overlay: OverlayOutlet,
    /// What [`crate::params::HostParams::changes`] said when the settings were made.
    seen: Option<u32>,
    settings: ChainSettings,
}

impl Sound {
    /// The view on `memory`, whose suggestions come by `overlay`.
    pub fn new(memory: Arc<Memory>, overlay: OverlayOutlet) -> Self {
        Self { memory, overlay, seen: None, settings: ChainSettings::default() }
    }

    /// The settings as of now.
    pub fn settings(&mut self) -> &ChainSettings {
        let params = &self.memory.params;
        let changes = params.changes();
        let new_overlay = self.overlay.update();
        if new_overlay || self.seen != Some(changes) {
            self.seen = Some(changes);
            for (index, field) in fields().iter().enumerate() {
                field.set(&mut self.settings, params.chain_value(index));
            }
            if params.accept.value() {
                for (index, value) in self.overlay.overlay() {
                    fields()[*index].set(&mut self.settings, *value);
                }
            }
        }
        &self.settings
    }

    /// Whether the input is being listened to.
    pub fn listening(&self) -> bool {
        self.memory.params.listen.value()
    }
}
