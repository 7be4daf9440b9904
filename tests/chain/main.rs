//! The whole chain, seen from outside: what holds for every setting.

mod blocks;
mod endurance;
mod faults;
mod floor;
mod null;
mod realtime;
#[path = "../realtime_trap/mod.rs"]
mod realtime_trap;
mod settings;
mod signals;
