//! What Lacquer is built from: nothing that speaks to a network, and everything from the one registry.

const LOCK: &str = include_str!("../Cargo.lock");
const DENY: &str = include_str!("../deny.toml");

/// The quoted values of lines that begin with `key`.
fn values<'a>(text: &'a str, key: &'a str) -> impl Iterator<Item = &'a str> {
    text.lines().filter_map(move |line| line.trim().strip_prefix(key)?.split('"').nth(1))
}

#[test]
fn no_crate_that_is_banned_is_there() {
    let banned: Vec<_> = values(DENY, "{ crate = ").collect();
    assert!(banned.len() > 20 && banned.contains(&"reqwest"), "{banned:?}");
    let crates: Vec<_> = values(LOCK, "name = ").collect();
    assert!(crates.contains(&"lacquer") && crates.contains(&"symphonia"), "the list is read");
    let there: Vec<_> = crates.iter().filter(|name| banned.contains(name)).collect();
    assert!(there.is_empty(), "{there:?}: see deny.toml");
}

#[test]
fn every_crate_comes_from_the_registry() {
    let sources: Vec<_> = values(LOCK, "source = ").collect();
    assert!(sources.len() > 100, "the list is read");
    for source in sources {
        assert_eq!(source, "registry+https://github.com/rust-lang/crates.io-index");
    }
}
