//! One parameter of the host, read from the window's thread.

use std::{collections::HashMap, sync::Arc};

use nice_plug::prelude::ParamPtr;

use crate::{
    params,
    plugin::memory::Memory,
    settings::fields::{Kind, field},
};

/// One parameter. Its values live in atomics of the instance's memory, which outlives its window.
pub struct Parameter {
    pub id: String,
    /// What a host calls it.
    pub name: String,
    pub kind: Kind,
    /// What hosts and nice-plug know it by.
    pub pointer: ParamPtr,
    /// Keeps what `pointer` points to.
    _memory: Arc<Memory>,
}

impl Parameter {
    /// Where it stands, 0 to 1.
    pub fn position(&self) -> f32 {
        // SAFETY: `_memory` keeps the parameter, which is never moved.
        unsafe { self.pointer.unmodulated_normalized_value() }
    }

    /// Its value: switches as 0 or 1, choices by their index.
    pub fn value(&self) -> f32 {
        self.value_at(self.position())
    }

    /// Where it stands when nobody has touched it.
    pub fn default_position(&self) -> f32 {
        // SAFETY: as in `position`.
        unsafe { self.pointer.default_normalized_value() }
    }

    /// The value at a position, on the parameter's step.
    pub fn value_at(&self, position: f32) -> f32 {
        // SAFETY: as in `position`.
        let value = unsafe { self.pointer.preview_plain(position.clamp(0.0, 1.0)) };
        self.snap(value)
    }

    /// The position of a value, which is brought into range and onto the step.
    pub fn position_of(&self, value: f32) -> f32 {
        // SAFETY: as in `position`.
        unsafe { self.pointer.preview_normalized(self.snap(value)) }
    }

    fn snap(&self, value: f32) -> f32 {
        field(&self.id).map_or(value, |field| field.snap(value))
    }

    /// How many values it has, where they can be counted on fingers: choices, counts, switches.
    pub fn count(&self) -> Option<usize> {
        match self.kind {
            Kind::Number { .. } => None,
            Kind::Count { min, max } => Some((max - min + 1) as usize),
            Kind::Switch => Some(2),
            Kind::Choice { labels } => Some(labels.len()),
        }
    }
}

/// All parameters of an instance by id.
pub fn list(memory: &Arc<Memory>) -> HashMap<String, Arc<Parameter>> {
    let map = memory.params.map();
    let parameters = map.into_iter().filter_map(|(id, pointer, _)| {
        let kind = params::kind(&id)?;
        // SAFETY: the pointer points into `memory`, which is at hand.
        let name = unsafe { pointer.name() }.to_owned();
        Some((id.clone(), Arc::new(Parameter { id, name, kind, pointer, _memory: memory.clone() })))
    });
    parameters.collect()
}
