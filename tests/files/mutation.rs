//! Good files made bad: bytes changed, lost, doubled and put in, and values of a JSON tree put in each other's place.

use proptest::{prelude::*, sample::Index};
use serde_json::{Value, json};

/// What is done to the bytes of a file. A place is a share of the file's length, so that one change fits every file.
#[derive(Debug, Clone)]
pub enum Mutation {
    Set(Index, u8),
    /// Four bytes in the first of the file, where its head is: lengths, rates and counts.
    Head(Index, [u8; 4]),
    Remove(Index, usize),
    Double(Index, usize),
    Insert(Index, &'static str),
    Cut(Index),
}

/// The part of a file that is called its head, bytes.
const HEAD: usize = 256;

impl Mutation {
    fn apply(&self, bytes: &mut Vec<u8>) {
        if bytes.is_empty() {
            return;
        }
        let length = bytes.len();
        match self {
            Self::Set(at, byte) => bytes[at.index(length)] = *byte,
            Self::Head(at, word) => {
                let at = at.index(length.min(HEAD));
                bytes[at..].iter_mut().zip(word).for_each(|(byte, new)| *byte = *new);
            }
            Self::Remove(at, count) => _ = bytes.drain(at.index(length)..length.min(at.index(length) + count)),
            Self::Double(at, count) => {
                let from = at.index(length);
                let piece = bytes[from..length.min(from + count)].to_vec();
                bytes.splice(from..from, piece);
            }
            Self::Insert(at, text) => _ = bytes.splice(at.index(length)..at.index(length), text.bytes()),
            Self::Cut(at) => bytes.truncate(at.index(length)),
        }
    }
}

/// A file after all of `mutations`.
pub fn mutated(file: &[u8], mutations: &[Mutation]) -> Vec<u8> {
    let mut bytes = file.to_vec();
    mutations.iter().for_each(|mutation| mutation.apply(&mut bytes));
    bytes
}

/// One to six changes; `words` are what may be put in.
pub fn mutations(words: &'static [&'static str]) -> impl Strategy<Value = Vec<Mutation>> {
    let edge = prop_oneof![
        Just([0; 4]),
        Just([0xff; 4]),
        Just([0xff, 0xff, 0xff, 0x7f]),
        Just([0x7f, 0xff, 0xff, 0xff]),
        Just([0, 0, 0, 0x80]),
        any::<[u8; 4]>(),
    ];
    let one = prop_oneof![
        3 => (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Mutation::Set(at, byte)),
        4 => (any::<Index>(), edge).prop_map(|(at, word)| Mutation::Head(at, word)),
        1 => (any::<Index>(), 1..400usize).prop_map(|(at, count)| Mutation::Remove(at, count)),
        1 => (any::<Index>(), 1..400usize).prop_map(|(at, count)| Mutation::Double(at, count)),
        2 => (any::<Index>(), prop::sample::select(words)).prop_map(|(at, text)| Mutation::Insert(at, text)),
        1 => any::<Index>().prop_map(Mutation::Cut),
    ];
    prop::collection::vec(one, 1..7)
}

/// A value put in a tree's place, or the place taken away.
#[derive(Debug, Clone)]
pub struct Graft(Index, Option<Value>);

/// One to four grafts.
pub fn grafts() -> impl Strategy<Value = Vec<Graft>> {
    let nested = |depth: usize| (0..depth).fold(json!(1), |inner, _| json!([inner]));
    let values = vec![
        Value::Null,
        json!(true),
        json!(""),
        json!("NaN"),
        json!("\u{0}\u{1b}[2J"),
        json!("long ".repeat(2000)),
        json!(0),
        json!(-1),
        json!(0.5),
        json!(-0.0),
        json!(1e-320),
        json!(1e39),
        json!(-1.7e308),
        json!(u64::MAX),
        json!(i64::MIN),
        json!(4),
        json!([]),
        json!({}),
        json!([1, 2, 3]),
        json!({ "from_another_version": 1 }),
        nested(100),
    ];
    let value = prop::option::weighted(0.9, prop::sample::select(values));
    prop::collection::vec((any::<Index>(), value).prop_map(|(at, value)| Graft(at, value)), 1..5)
}

/// A JSON text after all of `grafts`.
pub fn grafted(text: &str, grafts: &[Graft]) -> String {
    let mut tree: Value = serde_json::from_str(text).expect("JSON");
    for Graft(at, value) in grafts {
        let mut places = Vec::new();
        collect(&tree, String::new(), &mut places);
        let place = at.get(&places);
        match (value, place.rsplit_once('/')) {
            (Some(value), _) => *tree.pointer_mut(place).expect("a place") = value.clone(),
            (None, Some((parent, key))) => match tree.pointer_mut(parent) {
                Some(Value::Object(object)) => _ = object.remove(key),
                Some(Value::Array(array)) => _ = array.pop(),
                _ => {}
            },
            (None, None) => {}
        }
    }
    tree.to_string()
}

/// Pointers to all values of a tree.
fn collect(tree: &Value, place: String, places: &mut Vec<String>) {
    match tree {
        Value::Object(object) => {
            for (key, value) in object.iter().filter(|(key, _)| !key.contains(['/', '~'])) {
                collect(value, format!("{place}/{key}"), places);
            }
        }
        Value::Array(array) => {
            array.iter().enumerate().for_each(|(index, value)| collect(value, format!("{place}/{index}"), places));
        }
        _ => {}
    }
    places.push(place);
}
