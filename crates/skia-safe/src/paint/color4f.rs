use super::Color;

/// The space colours are given in. There is no value of it: all colours are sRGB and all blending is done in its encoded values, as on the web.
#[derive(Copy, Clone, Debug)]
pub enum ColorSpace {}

/// A colour of four numbers from 0 to 1, not premultiplied.
#[derive(Copy, Clone, PartialEq, Default, Debug)]
pub struct Color4f {
    pub r: f32,
    pub g: f32,
    pub b: f32,
    pub a: f32,
}

impl AsRef<Color4f> for Color4f {
    fn as_ref(&self) -> &Color4f {
        self
    }
}

impl Color4f {
    pub const fn new(r: f32, g: f32, b: f32, a: f32) -> Self {
        Self { r, g, b, a }
    }

    /// The nearest colour of eight bits a channel.
    pub fn to_color(&self) -> Color {
        let [r, g, b, a] = [self.r, self.g, self.b, self.a].map(to_byte);
        Color::from_argb(a, r, g, b)
    }

    /// The nearest pixel: premultiplied RGBA.
    pub(crate) fn to_pixel(self) -> [u8; 4] {
        let a = self.a.clamp(0.0, 1.0);
        [self.r, self.g, self.b, 1.0].map(|channel| to_byte(channel.clamp(0.0, 1.0) * a))
    }

    /// With its opacity multiplied by `alpha`.
    pub(crate) fn faded(self, alpha: f32) -> Self {
        Self { a: self.a * alpha, ..self }
    }

    /// The colour `t` of the way to `other`.
    pub(crate) fn mix(self, other: Self, t: f32) -> Self {
        let mix = |from: f32, to: f32| from + (to - from) * t;
        Self::new(mix(self.r, other.r), mix(self.g, other.g), mix(self.b, other.b), mix(self.a, other.a))
    }
}

fn to_byte(channel: f32) -> u8 {
    (channel.clamp(0.0, 1.0) * 255.0 + 0.5) as u8
}
