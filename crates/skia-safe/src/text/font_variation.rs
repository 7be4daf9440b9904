use font_arguments::VariationPosition;
use font_arguments::variation_position::Coordinate;

/// Four letters that name an axis of a variable font.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Default, Debug)]
pub struct FourByteTag(u32);

impl FourByteTag {
    pub(super) fn bytes(self) -> [u8; 4] {
        self.0.to_be_bytes()
    }
}

impl From<u32> for FourByteTag {
    fn from(tag: u32) -> Self {
        Self(tag)
    }
}

impl From<(char, char, char, char)> for FourByteTag {
    fn from((a, b, c, d): (char, char, char, char)) -> Self {
        Self(u32::from_be_bytes([a as u8, b as u8, c as u8, d as u8]))
    }
}

/// The parts of [`FontArguments`].
pub mod font_arguments {
    /// A place on each axis of a variable font; axes that are not named stay at their defaults.
    #[derive(Clone, Debug)]
    pub struct VariationPosition<'a> {
        pub coordinates: &'a [variation_position::Coordinate],
    }

    pub mod variation_position {
        /// A place on one axis, in its own units.
        #[derive(Copy, Clone, PartialEq, Default, Debug)]
        pub struct Coordinate {
            pub axis: crate::FourByteTag,
            pub value: f32,
        }
    }
}

/// What is set of a variable font beside weight, width and slant.
#[derive(Clone, Debug, Default)]
pub struct FontArguments {
    pub(super) coordinates: Vec<Coordinate>,
}

impl FontArguments {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn set_variation_design_position(self, position: VariationPosition<'_>) -> Self {
        Self { coordinates: position.coordinates.to_vec() }
    }
}
