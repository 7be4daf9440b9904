use super::Color4f;

/// A colour of eight bits a channel, not premultiplied, as 0xAARRGGBB.
#[derive(Copy, Clone, PartialEq, Eq, Default, Debug, Hash)]
pub struct Color(u32);

impl Color {
    pub const TRANSPARENT: Self = Self(0);
    pub const BLACK: Self = Self(0xFF00_0000);
    pub const WHITE: Self = Self(0xFFFF_FFFF);
    pub const RED: Self = Self(0xFFFF_0000);
    pub const GREEN: Self = Self(0xFF00_FF00);
    pub const BLUE: Self = Self(0xFF00_00FF);

    /// From 0xAARRGGBB.
    pub const fn new(argb: u32) -> Self {
        Self(argb)
    }

    pub const fn from_argb(a: u8, r: u8, g: u8, b: u8) -> Self {
        Self((a as u32) << 24 | (r as u32) << 16 | (g as u32) << 8 | b as u32)
    }

    /// Opaque.
    pub const fn from_rgb(r: u8, g: u8, b: u8) -> Self {
        Self::from_argb(255, r, g, b)
    }

    pub const fn a(self) -> u8 {
        (self.0 >> 24) as u8
    }

    pub const fn r(self) -> u8 {
        (self.0 >> 16) as u8
    }

    pub const fn g(self) -> u8 {
        (self.0 >> 8) as u8
    }

    pub const fn b(self) -> u8 {
        self.0 as u8
    }

    /// The same colour with another opacity.
    pub const fn with_a(self, a: u8) -> Self {
        Self(self.0 & 0x00FF_FFFF | (a as u32) << 24)
    }
}

impl From<u32> for Color {
    fn from(argb: u32) -> Self {
        Self(argb)
    }
}

impl From<Color> for Color4f {
    fn from(color: Color) -> Self {
        let unit = |channel: u8| f32::from(channel) / 255.0;
        Self::new(unit(color.r()), unit(color.g()), unit(color.b()), unit(color.a()))
    }
}
