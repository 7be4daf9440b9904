/// How a source is combined with what is there: Porter and Duff's operators and the modes of the W3C's Compositing and Blending, Level 1.
#[derive(Copy, Clone, PartialEq, Eq, Debug, Default)]
pub enum BlendMode {
    Clear,
    Src,
    Dst,
    #[default]
    SrcOver,
    DstOver,
    SrcIn,
    DstIn,
    SrcOut,
    DstOut,
    SrcATop,
    DstATop,
    Xor,
    Plus,
    Modulate,
    Screen,
    Overlay,
    Darken,
    Lighten,
    ColorDodge,
    ColorBurn,
    HardLight,
    SoftLight,
    Difference,
    Exclusion,
    Multiply,
    Hue,
    Saturation,
    Color,
    Luminosity,
}

impl BlendMode {
    /// True where a source leaves a transparent destination transparent.
    pub(crate) fn keeps_empty(self) -> bool {
        use BlendMode::*;
        matches!(self, SrcIn | DstIn | DstOut | SrcATop | Clear | Dst | Modulate)
    }

    /// True where a transparent source changes the destination.
    pub(crate) fn changes_outside(self) -> bool {
        use BlendMode::*;
        matches!(self, SrcIn | DstIn | SrcOut | DstATop | Src | Clear | Modulate)
    }

    pub(crate) fn to_tiny_skia(self) -> tiny_skia::BlendMode {
        use tiny_skia::BlendMode as To;
        match self {
            Self::Clear => To::Clear,
            Self::Src => To::Source,
            Self::Dst => To::Destination,
            Self::SrcOver => To::SourceOver,
            Self::DstOver => To::DestinationOver,
            Self::SrcIn => To::SourceIn,
            Self::DstIn => To::DestinationIn,
            Self::SrcOut => To::SourceOut,
            Self::DstOut => To::DestinationOut,
            Self::SrcATop => To::SourceAtop,
            Self::DstATop => To::DestinationAtop,
            Self::Xor => To::Xor,
            Self::Plus => To::Plus,
            Self::Modulate => To::Modulate,
            Self::Screen => To::Screen,
            Self::Overlay => To::Overlay,
            Self::Darken => To::Darken,
            Self::Lighten => To::Lighten,
            Self::ColorDodge => To::ColorDodge,
            Self::ColorBurn => To::ColorBurn,
            Self::HardLight => To::HardLight,
            Self::SoftLight => To::SoftLight,
            Self::Difference => To::Difference,
            Self::Exclusion => To::Exclusion,
            Self::Multiply => To::Multiply,
            Self::Hue => To::Hue,
            Self::Saturation => To::Saturation,
            Self::Color => To::Color,
            Self::Luminosity => To::Luminosity,
        }
    }
}
