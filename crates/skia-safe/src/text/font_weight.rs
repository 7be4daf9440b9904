use font_style::{Slant, Weight, Width};

/// The parts of a [`FontStyle`].
pub mod font_style {
    /// From 1 (thin) to 1000; 400 is regular.
    #[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
    pub struct Weight(i32);

    impl Weight {
        pub const NORMAL: Self = Self(400);
        pub const BOLD: Self = Self(700);

        pub(crate) fn value(self) -> f32 {
            self.0 as f32
        }
    }

    impl From<i32> for Weight {
        fn from(weight: i32) -> Self {
            Self(weight)
        }
    }

    /// From 1 (half as wide as normal) to 9 (twice as wide), as in a font's OS/2 table.
    #[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
    pub struct Width(i32);

    impl Width {
        pub const ULTRA_CONDENSED: Self = Self(1);
        pub const EXTRA_CONDENSED: Self = Self(2);
        pub const CONDENSED: Self = Self(3);
        pub const SEMI_CONDENSED: Self = Self(4);
        pub const NORMAL: Self = Self(5);
        pub const SEMI_EXPANDED: Self = Self(6);
        pub const EXPANDED: Self = Self(7);
        pub const EXTRA_EXPANDED: Self = Self(8);
        pub const ULTRA_EXPANDED: Self = Self(9);

        /// As a part of the normal width (CSS Fonts 4, `font-width`).
        pub(crate) fn ratio(self) -> f32 {
            const RATIOS: [f32; 9] = [0.5, 0.625, 0.75, 0.875, 1.0, 1.125, 1.25, 1.5, 2.0];
            RATIOS[(self.0.clamp(1, 9) - 1) as usize]
        }
    }

    /// How letters lean.
    #[derive(Copy, Clone, PartialEq, Eq, Debug, Hash)]
    pub enum Slant {
        Upright,
        /// Letters of their own. Where the font has none, upright ones are sheared.
        Italic,
        /// Upright letters, sheared.
        Oblique,
    }
}

/// Which of a family's fonts.
#[derive(Copy, Clone, PartialEq, Eq, Debug, Hash)]
pub struct FontStyle {
    pub(super) weight: Weight,
    pub(super) width: Width,
    pub(super) slant: Slant,
}

impl Default for FontStyle {
    fn default() -> Self {
        Self::new(Weight::NORMAL, Width::NORMAL, Slant::Upright)
    }
}

impl FontStyle {
    pub fn new(weight: Weight, width: Width, slant: Slant) -> Self {
        Self { weight, width, slant }
    }
}
