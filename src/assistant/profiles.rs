//! The texts of the targets that come with Lacquer, made by `lacquer learn`.

/// All music first, then the styles.
pub const TEXTS: &[&str] = &[
    include_str!("../../assets/targets/all.json"),
    include_str!("../../assets/targets/electronic_and_ambient.json"),
    include_str!("../../assets/targets/folk_and_orchestral.json"),
    include_str!("../../assets/targets/metal.json"),
];
