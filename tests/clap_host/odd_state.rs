//! States that no Lacquer ever saved, as a project that was damaged may hold them.

use proptest::prelude::*;

use super::{
    cases::cases,
    mutation::{grafted, grafts, mutated, mutations},
    state::{GOLDEN, framed, scrambled, values},
    *,
};

/// What a state can be made odd with.
const WORDS: &[&str] =
    &["1e999", "null", "\\\"", "{", "}", "[[[[", "\"f32\": 1e300", "\\u0000", "-0", "99999999999999999999"];

/// Loads it into an instance that stands elsewhere: it is taken, or refused and nothing has changed; it plays and saves either way.
fn load(plugin: &mut Plugin, state: &[u8]) {
    let before = values(plugin);
    if plugin.load_state(state).is_err() {
        assert_eq!(values(plugin), before, "what is refused changes nothing");
    }
    for (value, param) in values(plugin).into_iter().zip(plugin.params()) {
        assert!((param.min..=param.max).contains(&value), "{}", param.name);
    }
    let played = play(plugin, &song(2048), 512, &[]);
    assert!(played.iter().flatten().all(|sample| sample.is_finite()));
    plugin.save().expect("saves");
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn odd_states_load_or_change_nothing(changes in mutations(WORDS), grafts in grafts()) {
        let mut plugin = scrambled();
        let odd = mutated(GOLDEN.as_bytes(), &changes);
        load(&mut plugin, &framed(grafted(GOLDEN, &grafts).as_bytes()));
        load(&mut plugin, &framed(&odd));
        load(&mut plugin, &odd);
    }
}
