//! The command `lacquer`.
fn main() {}
