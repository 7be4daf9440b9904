use super::{BlendMode, Color, Color4f, ColorSpace, ImageFilter, MaskFilter, PathEffect, Shader};

/// What of a path is drawn.
#[derive(Copy, Clone, PartialEq, Eq, Debug, Default)]
pub enum PaintStyle {
    #[default]
    Fill,
    Stroke,
    StrokeAndFill,
}

/// How a stroke ends.
#[derive(Copy, Clone, PartialEq, Eq, Debug, Default)]
pub enum PaintCap {
    #[default]
    Butt,
    Round,
    Square,
}

/// How a stroke turns a corner.
#[derive(Copy, Clone, PartialEq, Eq, Debug, Default)]
pub enum PaintJoin {
    #[default]
    Miter,
    Round,
    Bevel,
}

/// How something is drawn. The default: opaque black, filled, without antialiasing.
#[derive(Clone, Debug)]
pub struct Paint {
    pub(crate) color: Color4f,
    pub(crate) anti_alias: bool,
    pub(crate) style: PaintStyle,
    pub(crate) stroke_width: f32,
    pub(crate) miter_limit: f32,
    pub(crate) cap: PaintCap,
    pub(crate) join: PaintJoin,
    pub(crate) blend_mode: BlendMode,
    pub(crate) shader: Option<Shader>,
    pub(crate) path_effect: Option<PathEffect>,
    pub(crate) mask_filter: Option<MaskFilter>,
    pub(crate) image_filter: Option<ImageFilter>,
}

impl Default for Paint {
    fn default() -> Self {
        Self {
            color: Color4f::new(0.0, 0.0, 0.0, 1.0),
            anti_alias: false,
            style: PaintStyle::Fill,
            stroke_width: 0.0,
            miter_limit: 4.0,
            cap: PaintCap::Butt,
            join: PaintJoin::Miter,
            blend_mode: BlendMode::SrcOver,
            shader: None,
            path_effect: None,
            mask_filter: None,
            image_filter: None,
        }
    }
}

impl AsRef<Paint> for Paint {
    fn as_ref(&self) -> &Paint {
        self
    }
}

impl Paint {
    /// The default in another colour.
    pub fn new(color: impl AsRef<Color4f>, _color_space: impl Into<Option<ColorSpace>>) -> Self {
        Self { color: *color.as_ref(), ..Self::default() }
    }

    /// Back to the default.
    pub fn reset(&mut self) -> &mut Self {
        *self = Self::default();
        self
    }

    pub fn is_anti_alias(&self) -> bool {
        self.anti_alias
    }

    /// Whether pixels that a shape covers in part are coloured in part. Text always is.
    pub fn set_anti_alias(&mut self, anti_alias: bool) -> &mut Self {
        self.anti_alias = anti_alias;
        self
    }

    pub fn style(&self) -> PaintStyle {
        self.style
    }

    pub fn set_style(&mut self, style: PaintStyle) -> &mut Self {
        self.style = style;
        self
    }

    /// [`PaintStyle::Stroke`] or [`PaintStyle::Fill`].
    pub fn set_stroke(&mut self, stroke: bool) -> &mut Self {
        self.set_style(if stroke { PaintStyle::Stroke } else { PaintStyle::Fill })
    }

    pub fn color(&self) -> Color {
        self.color.to_color()
    }

    pub fn color4f(&self) -> Color4f {
        self.color
    }

    /// Of a colour with a shader only the opacity counts.
    pub fn set_color(&mut self, color: impl Into<Color>) -> &mut Self {
        self.color = color.into().into();
        self
    }

    pub fn set_color4f(&mut self, color: impl AsRef<Color4f>, _color_space: Option<&ColorSpace>) -> &mut Self {
        self.color = *color.as_ref();
        self
    }

    pub fn set_argb(&mut self, a: u8, r: u8, g: u8, b: u8) -> &mut Self {
        self.set_color(Color::from_argb(a, r, g, b))
    }

    pub fn alpha_f(&self) -> f32 {
        self.color.a
    }

    pub fn alpha(&self) -> u8 {
        self.color().a()
    }

    /// Opacity from 0 to 1, clamped.
    pub fn set_alpha_f(&mut self, alpha: f32) -> &mut Self {
        self.color.a = alpha.clamp(0.0, 1.0);
        self
    }

    pub fn set_alpha(&mut self, alpha: u8) -> &mut Self {
        self.set_alpha_f(f32::from(alpha) / 255.0)
    }

    pub fn stroke_width(&self) -> f32 {
        self.stroke_width
    }

    /// 0 is a hairline: one pixel wide at any scale.
    pub fn set_stroke_width(&mut self, width: f32) -> &mut Self {
        self.stroke_width = width;
        self
    }

    /// The length of a mitre at most, in stroke widths; longer ones are bevelled.
    pub fn set_stroke_miter(&mut self, limit: f32) -> &mut Self {
        self.miter_limit = limit;
        self
    }

    pub fn set_stroke_cap(&mut self, cap: PaintCap) -> &mut Self {
        self.cap = cap;
        self
    }

    pub fn set_stroke_join(&mut self, join: PaintJoin) -> &mut Self {
        self.join = join;
        self
    }

    pub fn blend_mode(&self) -> BlendMode {
        self.blend_mode
    }

    pub fn set_blend_mode(&mut self, mode: BlendMode) -> &mut Self {
        self.blend_mode = mode;
        self
    }

    pub fn shader(&self) -> Option<Shader> {
        self.shader.clone()
    }

    /// A colour for each place instead of one for all.
    pub fn set_shader(&mut self, shader: impl Into<Option<Shader>>) -> &mut Self {
        self.shader = shader.into();
        self
    }

    /// Dashes; strokes only.
    pub fn set_path_effect(&mut self, effect: impl Into<Option<PathEffect>>) -> &mut Self {
        self.path_effect = effect.into();
        self
    }

    /// A blur; fills in one colour, drawn over what is there, only.
    pub fn set_mask_filter(&mut self, filter: impl Into<Option<MaskFilter>>) -> &mut Self {
        self.mask_filter = filter.into();
        self
    }

    /// What is done to a layer before it is drawn; layers only.
    pub fn set_image_filter(&mut self, filter: impl Into<Option<ImageFilter>>) -> &mut Self {
        self.image_filter = filter.into();
        self
    }

    /// The stroke, with hairlines given the width that makes one pixel at `scale`.
    pub(crate) fn stroke(&self, scale: f32) -> tiny_skia::Stroke {
        tiny_skia::Stroke {
            width: if self.stroke_width > 0.0 { self.stroke_width } else { 1.0 / scale.max(1e-6) },
            miter_limit: self.miter_limit,
            line_cap: match self.cap {
                PaintCap::Butt => tiny_skia::LineCap::Butt,
                PaintCap::Round => tiny_skia::LineCap::Round,
                PaintCap::Square => tiny_skia::LineCap::Square,
            },
            line_join: match self.join {
                PaintJoin::Miter => tiny_skia::LineJoin::Miter,
                PaintJoin::Round => tiny_skia::LineJoin::Round,
                PaintJoin::Bevel => tiny_skia::LineJoin::Bevel,
            },
            dash: self.path_effect.as_ref().and_then(PathEffect::to_tiny_skia),
        }
    }
}
