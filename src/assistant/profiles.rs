//! The texts of the targets that come with Lacquer, made by `lacquer learn` from folders of one album (a package) each.
//!
//! Music alone was learned from: stems, loops of ambience and sounds of nature in the same packages were left out, and the
//! styles follow titles and tags.

/// All music first, then the styles.
pub const TEXTS: &[&str] = &[
    include_str!("../../assets/targets/all.json"),
    include_str!("../../assets/targets/electronic_and_ambient.json"),
    include_str!("../../assets/targets/folk_and_orchestral.json"),
    include_str!("../../assets/targets/metal.json"),
];
