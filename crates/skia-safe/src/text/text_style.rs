use super::decoration::TextDecoration;
use super::font_variation::FontArguments;
use super::font_variation::font_arguments::variation_position::Coordinate;
use super::font_weight::FontStyle;
use crate::paint::{Color, Paint};
use std::hash::{Hash, Hasher};

/// How a span of text looks. The default: 14 units high, regular, sans-serif, black.
#[derive(Clone, Debug)]
pub struct TextStyle {
    pub(super) families: Vec<String>,
    pub(super) size: f32,
    pub(super) font_style: FontStyle,
    pub(super) foreground: Option<Paint>,
    pub(super) background: Option<Paint>,
    color: Color,
    pub(super) decoration: TextDecoration,
    pub(super) decoration_color: Color,
    pub(super) coordinates: Vec<Coordinate>,
    pub(super) features: Vec<(String, i32)>,
    pub(super) letter_spacing: f32,
    pub(super) height: Option<f32>,
}

impl Default for TextStyle {
    fn default() -> Self {
        Self {
            families: vec!["sans-serif".into()],
            size: 14.0,
            font_style: FontStyle::default(),
            foreground: None,
            background: None,
            color: Color::BLACK,
            decoration: TextDecoration::NO_DECORATION,
            decoration_color: Color::BLACK,
            coordinates: Vec::new(),
            features: Vec::new(),
            letter_spacing: 0.0,
            height: None,
        }
    }
}

impl TextStyle {
    pub fn new() -> Self {
        Self::default()
    }

    /// The colour of the letters, where no paint is set.
    pub fn set_color(&mut self, color: impl Into<Color>) -> &mut Self {
        self.color = color.into();
        self
    }

    /// How letters are painted: colour, shader, blend mode, stroke.
    pub fn set_foreground_paint(&mut self, paint: &Paint) -> &mut Self {
        self.foreground = Some(paint.clone());
        self
    }

    /// What is painted behind them, as high as the line.
    pub fn set_background_paint(&mut self, paint: &Paint) -> &mut Self {
        self.background = Some(paint.clone());
        self
    }

    pub fn set_decoration_type(&mut self, decoration: TextDecoration) {
        self.decoration = decoration;
    }

    pub fn set_decoration_color(&mut self, color: impl Into<Color>) {
        self.decoration_color = color.into();
    }

    /// Families in the order of preference; `sans-serif`, `serif` and `monospace` are all families there are.
    pub fn set_font_families(&mut self, families: &[impl AsRef<str>]) -> &mut Self {
        self.families = families.iter().map(|family| family.as_ref().to_owned()).collect();
        self
    }

    pub fn set_font_size(&mut self, size: f32) -> &mut Self {
        self.size = size;
        self
    }

    pub fn set_font_style(&mut self, style: FontStyle) -> &mut Self {
        self.font_style = style;
        self
    }

    /// Sets an OpenType feature by its tag: `tnum` 1 makes all figures as wide as each other.
    pub fn add_font_feature(&mut self, feature: impl AsRef<str>, value: i32) {
        self.features.push((feature.as_ref().to_owned(), value));
    }

    pub fn reset_font_features(&mut self) {
        self.features.clear();
    }

    /// Added after each letter.
    pub fn set_letter_spacing(&mut self, spacing: f32) -> &mut Self {
        self.letter_spacing = spacing;
        self
    }

    /// The height of a line as a multiple of the font size, instead of what the font says.
    pub fn set_height(&mut self, height: f32) -> &mut Self {
        self.height = Some(height);
        self
    }

    /// Places on the axes of a variable font.
    pub fn set_font_arguments<'a>(&mut self, arguments: impl Into<Option<&'a FontArguments>>) -> &mut Self {
        self.coordinates = arguments.into().map(|arguments| arguments.coordinates.clone()).unwrap_or_default();
        self
    }

    /// How letters are painted.
    pub(super) fn paint(&self) -> Paint {
        self.foreground.clone().unwrap_or_else(|| Paint::new(crate::Color4f::from(self.color), None))
    }

    /// All that letters' places depend on.
    pub(super) fn hash_shape(&self, hasher: &mut impl Hasher) {
        (&self.families, self.size.to_bits(), self.font_style, &self.features).hash(hasher);
        (self.letter_spacing.to_bits(), self.height.map(f32::to_bits)).hash(hasher);
        for coordinate in &self.coordinates {
            (coordinate.axis, coordinate.value.to_bits()).hash(hasher);
        }
    }
}
