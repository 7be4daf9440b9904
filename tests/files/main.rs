//! All that comes from outside as a file: every published form loads for ever, and whatever else comes is refused in a sentence.
//!
//! `LACQUER_FUZZ=100 cargo test --release --test files` tries a hundred times as much, each time something else; `fuzz/` drives the
//! same functions with a fuzzer.
#![cfg(feature = "cli")]

mod audio;
mod cases;
#[path = "../../fuzz/entries.rs"]
mod entries;
mod golden;
mod heap;
mod json;
mod mutation;

use cases::cases;
