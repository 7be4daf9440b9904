//! The CLAP as a host sees it, through the library's own entry point.

mod buffer_rules;
mod call_sequences;
#[path = "../files/cases.rs"]
mod cases;
mod format_rules;
mod host;
mod host_rules;
mod hostile;
mod listening;
mod material;
#[path = "../files/mutation.rs"]
mod mutation;
mod odd_state;
mod parameters;
mod random;
mod raw;
mod sound;
mod state;
mod value_rules;
mod wire;

use lacquer::settings::{
    ChainSettings,
    fields::{field, fields},
};
use lacquer_clap_host::{Event, Plugin};
use material::*;

#[test]
fn the_plugin_says_who_it_is() {
    let entry = entry();
    let factory = entry.get_plugin_factory().expect("a factory");
    let descriptors: Vec<_> = factory.plugin_descriptors().collect();
    assert_eq!(descriptors.len(), 1);
    let descriptor = &descriptors[0];
    assert_eq!(descriptor.id(), Some(c"org.lacquer.lacquer"));
    assert_eq!(descriptor.name(), Some(c"Lacquer"));
    assert_eq!(descriptor.vendor(), Some(c"Lacquer Audio"));
    assert_eq!(descriptor.version().and_then(|version| version.to_str().ok()), Some(env!("CARGO_PKG_VERSION")));
    let features: Vec<_> = descriptor.features().filter_map(|feature| feature.to_str().ok()).collect();
    assert_eq!(features, ["audio-effect", "stereo", "mastering", "equalizer", "compressor", "limiter"]);
}
