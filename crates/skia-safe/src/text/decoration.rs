bitflags::bitflags! {
    /// Lines along text.
    #[derive(Copy, Clone, PartialEq, Eq, Debug, Default)]
    pub struct TextDecoration: u32 {
        const NO_DECORATION = 0;
        const UNDERLINE = 1;
        const OVERLINE = 2;
        const LINE_THROUGH = 4;
    }
}

/// What the lines look like. These are names that a style sheet's words can be turned into: lines are solid, and there is no way to set another style.
#[derive(Copy, Clone, PartialEq, Eq, Debug, Default)]
pub enum TextDecorationStyle {
    #[default]
    Solid,
    Double,
    Dotted,
    Dashed,
    Wavy,
}
