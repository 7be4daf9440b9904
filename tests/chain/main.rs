//! The whole chain, seen from outside: what holds for every setting.

mod blocks;
mod faults;
mod null;
mod settings;
mod signals;
