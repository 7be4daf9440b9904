//! The parameters of an instance by the numbers that hosts of both formats know them by.

use std::sync::Arc;

use nice_plug::prelude::{ParamPtr, Params};

use super::super::memory::Memory;
use crate::params::host_number;

/// What a format keeps of each parameter, with the memory that all of them point into. Finding one neither allocates nor waits.
pub struct Numbered<T> {
    params: Vec<(u32, T)>,
    memory: Arc<Memory>,
}

impl<T> Numbered<T> {
    /// Of the instance with this memory; `keep` makes what is kept of a parameter with this id.
    pub fn new(memory: Arc<Memory>, keep: impl Fn(&str, ParamPtr) -> T) -> Self {
        let numbered = |(id, param, _): (String, ParamPtr, String)| (host_number(&id), keep(&id, param));
        let mut params: Vec<_> = memory.param_map().into_iter().map(numbered).collect();
        params.sort_unstable_by_key(|(number, _)| *number);
        Self { params, memory }
    }

    /// The one with this number.
    pub fn of(&self, number: u32) -> Option<&T> {
        self.params.binary_search_by_key(&number, |(number, _)| *number).ok().map(|index| &self.params[index].1)
    }

    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.params.iter().map(|(_, kept)| kept)
    }

    /// What they are parameters of.
    pub fn memory(&self) -> &Arc<Memory> {
        &self.memory
    }
}
