use crate::geom::*;
use crate::image::Image;

#[derive(Copy, Clone, PartialEq, Eq, Debug, Default)]
pub enum PaintStyle {
    #[default]
    Fill,
    Stroke,
    StrokeAndFill,
}
#[derive(Copy, Clone, PartialEq, Eq, Debug, Default)]
pub enum PaintCap {
    #[default]
    Butt,
    Round,
    Square,
}
#[derive(Copy, Clone, PartialEq, Eq, Debug, Default)]
pub enum PaintJoin {
    #[default]
    Miter,
    Round,
    Bevel,
}
#[derive(Copy, Clone, PartialEq, Eq, Debug, Default)]
pub enum TileMode {
    #[default]
    Clamp,
    Repeat,
    Mirror,
    Decal,
}
#[derive(Copy, Clone, PartialEq, Eq, Debug, Default)]
pub enum BlurStyle {
    #[default]
    Normal,
    Solid,
    Outer,
    Inner,
}
macro_rules! blend {
    ($($n:ident = $t:ident),* $(,)?) => {
        #[derive(Copy, Clone, PartialEq, Eq, Debug, Default)]
        pub enum BlendMode { $(#[allow(clippy::upper_case_acronyms)] $n,)* #[default] SrcOver }
        impl BlendMode {
            pub(crate) fn ts(self) -> tiny_skia::BlendMode {
                match self {
                    $(BlendMode::$n => tiny_skia::BlendMode::$t,)*
                    BlendMode::SrcOver => tiny_skia::BlendMode::SourceOver,
                }
            }
        }
    };
}
blend! {
    Clear = Clear, Src = Source, Dst = Destination, DstOver = DestinationOver, SrcIn = SourceIn,
    DstIn = DestinationIn, SrcOut = SourceOut, DstOut = DestinationOut, SrcATop = SourceAtop,
    DstATop = DestinationAtop, Xor = Xor, Plus = Plus, Modulate = Modulate, Screen = Screen,
    Overlay = Overlay, Darken = Darken, Lighten = Lighten, ColorDodge = ColorDodge,
    ColorBurn = ColorBurn, HardLight = HardLight, SoftLight = SoftLight, Difference = Difference,
    Exclusion = Exclusion, Multiply = Multiply, Hue = Hue, Saturation = Saturation, Color = Color,
    Luminosity = Luminosity,
}
impl BlendMode {
    /// A transparent source leaves an already transparent destination as it is.
    pub(crate) fn keeps_empty(self) -> bool {
        use BlendMode::*;
        matches!(self, SrcIn | DstIn | DstOut | SrcATop | Clear | Dst | Modulate)
    }
    /// Affects destination pixels outside the source shape.
    pub(crate) fn unbounded(self) -> bool {
        use BlendMode::*;
        matches!(self, SrcIn | DstIn | SrcOut | DstATop | Src | Clear | Modulate)
    }
}

#[derive(Copy, Clone, PartialEq, Eq, Debug, Default)]
pub enum FilterMode {
    #[default]
    Nearest,
    Linear,
}
#[derive(Copy, Clone, PartialEq, Eq, Debug, Default)]
pub enum MipmapMode {
    #[default]
    None,
    Nearest,
    Linear,
}
#[derive(Copy, Clone, PartialEq, Debug, Default)]
pub struct SamplingOptions {
    pub filter: FilterMode,
    pub mipmap: MipmapMode,
}
impl SamplingOptions {
    pub fn new(filter: FilterMode, mipmap: MipmapMode) -> Self {
        Self { filter, mipmap }
    }
    pub(crate) fn ts(&self) -> tiny_skia::FilterQuality {
        match self.filter {
            FilterMode::Nearest => tiny_skia::FilterQuality::Nearest,
            FilterMode::Linear => tiny_skia::FilterQuality::Bilinear,
        }
    }
}
impl From<FilterMode> for SamplingOptions {
    fn from(filter: FilterMode) -> Self {
        Self { filter, mipmap: MipmapMode::None }
    }
}

#[derive(Clone, Debug)]
pub struct ColorSpace;

pub mod gradient_shader {
    use super::*;
    #[derive(Clone, Debug, Default)]
    pub struct Interpolation;
    #[derive(Clone, Debug)]
    pub struct GradientColors<'a> {
        pub(crate) colors: &'a [Color4f],
        pub(crate) pos: Option<&'a [f32]>,
        pub(crate) tile: TileMode,
    }
    impl<'a> GradientColors<'a> {
        pub fn new(
            colors: &'a [Color4f],
            pos: Option<&'a [f32]>,
            tile: TileMode,
            _space: impl Into<Option<ColorSpace>>,
        ) -> Self {
            Self { colors, pos, tile }
        }
        pub fn new_evenly_spaced(colors: &'a [Color4f], tile: TileMode, space: impl Into<Option<ColorSpace>>) -> Self {
            Self::new(colors, None, tile, space)
        }
    }
    #[derive(Clone, Debug)]
    pub struct Gradient<'a> {
        pub(crate) colors: GradientColors<'a>,
    }
    impl<'a> Gradient<'a> {
        pub fn new(colors: GradientColors<'a>, _i: impl Into<Interpolation>) -> Self {
            Self { colors }
        }
    }
    /// Older signature, still common in view code.
    pub enum GradientShaderColors<'a> {
        Colors(&'a [Color]),
    }
    impl<'a> From<&'a [Color]> for GradientShaderColors<'a> {
        fn from(c: &'a [Color]) -> Self {
            Self::Colors(c)
        }
    }
    impl<'a, const N: usize> From<&'a [Color; N]> for GradientShaderColors<'a> {
        fn from(c: &'a [Color; N]) -> Self {
            Self::Colors(c)
        }
    }
    pub fn linear<'a>(
        points: (impl Into<Point>, impl Into<Point>),
        colors: impl Into<GradientShaderColors<'a>>,
        pos: impl Into<Option<&'a [f32]>>,
        mode: TileMode,
        _flags: Option<()>,
        local: impl Into<Option<&'a Matrix>>,
    ) -> Option<Shader> {
        let GradientShaderColors::Colors(c) = colors.into();
        let c4: Vec<Color4f> = c.iter().map(|c| (*c).into()).collect();
        let g = Gradient::new(GradientColors::new(&c4, pos.into(), mode, None), Interpolation);
        shaders::linear_gradient(points, &g, local)
    }
}

pub mod shaders {
    use super::gradient_shader::Gradient;
    use super::*;
    fn stops(g: &Gradient<'_>) -> Vec<(f32, Color4f)> {
        let n = g.colors.colors.len();
        g.colors
            .colors
            .iter()
            .enumerate()
            .map(|(i, c)| {
                let t = g.colors.pos.map_or(i as f32 / (n.max(2) - 1) as f32, |p| p[i]);
                (t, *c)
            })
            .collect()
    }
    pub fn linear_gradient<'a>(
        points: (impl Into<Point>, impl Into<Point>),
        g: &Gradient<'_>,
        local: impl Into<Option<&'a Matrix>>,
    ) -> Option<Shader> {
        Some(Shader {
            kind: ShaderKind::Linear(points.0.into(), points.1.into(), stops(g), g.colors.tile),
            local: local.into().copied().unwrap_or_default(),
        })
    }
    pub fn radial_gradient<'a>(
        (c, r): (impl Into<Point>, f32),
        g: &Gradient<'_>,
        local: impl Into<Option<&'a Matrix>>,
    ) -> Option<Shader> {
        Some(Shader {
            kind: ShaderKind::Radial(c.into(), r, stops(g), g.colors.tile),
            local: local.into().copied().unwrap_or_default(),
        })
    }
}

#[derive(Clone, Debug)]
pub(crate) enum ShaderKind {
    Linear(Point, Point, Vec<(f32, Color4f)>, TileMode),
    Radial(Point, f32, Vec<(f32, Color4f)>, TileMode),
    Image(Image, TileMode, SamplingOptions),
}
#[derive(Clone, Debug)]
pub struct Shader {
    pub(crate) kind: ShaderKind,
    pub(crate) local: Matrix,
}
fn spread(t: TileMode) -> tiny_skia::SpreadMode {
    match t {
        TileMode::Clamp | TileMode::Decal => tiny_skia::SpreadMode::Pad,
        TileMode::Repeat => tiny_skia::SpreadMode::Repeat,
        TileMode::Mirror => tiny_skia::SpreadMode::Reflect,
    }
}
impl Shader {
    pub(crate) fn ts(&self, alpha: f32) -> Option<tiny_skia::Shader<'_>> {
        let tp = |p: Point| tiny_skia::Point::from_xy(p.x, p.y);
        let st = |v: &[(f32, Color4f)]| {
            v.iter()
                .map(|(t, c)| {
                    let c = Color4f { a: c.a * alpha, ..*c };
                    tiny_skia::GradientStop::new(*t, c.ts())
                })
                .collect::<Vec<_>>()
        };
        match &self.kind {
            ShaderKind::Linear(a, b, s, m) => {
                tiny_skia::LinearGradient::new(tp(*a), tp(*b), st(s), spread(*m), self.local.ts())
            }
            ShaderKind::Radial(c, r, s, m) => {
                tiny_skia::RadialGradient::new(tp(*c), 0.0, tp(*c), *r, st(s), spread(*m), self.local.ts())
            }
            ShaderKind::Image(i, m, s) => {
                Some(tiny_skia::Pattern::new(i.pixmap().as_ref(), spread(*m), s.ts(), alpha, self.local.ts()))
            }
        }
    }
}

#[derive(Clone, Debug)]
pub struct PathEffect {
    pub(crate) dash: Vec<f32>,
    pub(crate) phase: f32,
}
impl PathEffect {
    pub fn dash(intervals: &[f32], phase: f32) -> Option<Self> {
        (intervals.len() >= 2 && intervals.len() % 2 == 0).then(|| Self { dash: intervals.to_vec(), phase })
    }
}
#[derive(Clone, Debug)]
pub struct MaskFilter {
    pub(crate) sigma: f32,
    pub(crate) respect_ctm: bool,
}
impl MaskFilter {
    pub fn blur(_s: BlurStyle, sigma: f32, respect_ctm: impl Into<Option<bool>>) -> Option<Self> {
        (sigma > 0.0).then(|| Self { sigma, respect_ctm: respect_ctm.into().unwrap_or(true) })
    }
}
/// Chain of crop and blur.
#[derive(Clone, Debug, Default)]
pub struct ImageFilter {
    pub(crate) crop: Option<Rect>,
    pub(crate) blur: Option<(f32, f32)>,
}
impl ImageFilter {
    pub fn crop(
        rect: impl AsRef<Rect>,
        _t: impl Into<Option<TileMode>>,
        input: impl Into<Option<ImageFilter>>,
    ) -> Option<Self> {
        let mut f = input.into().unwrap_or_default();
        f.crop = Some(*rect.as_ref());
        Some(f)
    }
    pub fn blur<'a>(
        mut self,
        _crop: impl Into<Option<&'a IRect>>,
        sigma: (f32, f32),
        _t: impl Into<Option<TileMode>>,
    ) -> Option<Self> {
        self.blur = Some(sigma);
        Some(self)
    }
}
pub mod image_filters {
    use super::*;
    pub fn blur(
        sigma: (f32, f32),
        _t: impl Into<Option<TileMode>>,
        input: impl Into<Option<ImageFilter>>,
        _crop: impl Into<Option<Rect>>,
    ) -> Option<ImageFilter> {
        let mut f = input.into().unwrap_or_default();
        f.blur = Some(sigma);
        Some(f)
    }
}

#[derive(Clone, Debug)]
pub struct Paint {
    pub(crate) color: Color4f,
    pub(crate) aa: bool,
    pub(crate) style: PaintStyle,
    pub(crate) width: f32,
    pub(crate) miter: f32,
    pub(crate) cap: PaintCap,
    pub(crate) join: PaintJoin,
    pub(crate) blend: BlendMode,
    pub(crate) shader: Option<Shader>,
    pub(crate) effect: Option<PathEffect>,
    pub(crate) mask: Option<MaskFilter>,
    pub(crate) filter: Option<ImageFilter>,
}
impl Default for Paint {
    fn default() -> Self {
        Self {
            color: Color4f::new(0.0, 0.0, 0.0, 1.0),
            aa: false,
            style: PaintStyle::Fill,
            width: 0.0,
            miter: 4.0,
            cap: PaintCap::Butt,
            join: PaintJoin::Miter,
            blend: BlendMode::SrcOver,
            shader: None,
            effect: None,
            mask: None,
            filter: None,
        }
    }
}
impl AsRef<Paint> for Paint {
    fn as_ref(&self) -> &Paint {
        self
    }
}
impl Paint {
    pub fn new(color: impl AsRef<Color4f>, _cs: impl Into<Option<ColorSpace>>) -> Self {
        Self { color: *color.as_ref(), ..Self::default() }
    }
    pub fn reset(&mut self) -> &mut Self {
        *self = Self::default();
        self
    }
    pub fn is_anti_alias(&self) -> bool {
        self.aa
    }
    pub fn set_anti_alias(&mut self, v: bool) -> &mut Self {
        self.aa = v;
        self
    }
    pub fn set_dither(&mut self, _v: bool) -> &mut Self {
        self
    }
    pub fn style(&self) -> PaintStyle {
        self.style
    }
    pub fn set_style(&mut self, s: PaintStyle) -> &mut Self {
        self.style = s;
        self
    }
    pub fn set_stroke(&mut self, s: bool) -> &mut Self {
        self.style = if s { PaintStyle::Stroke } else { PaintStyle::Fill };
        self
    }
    pub fn color(&self) -> Color {
        self.color.to_color()
    }
    pub fn color4f(&self) -> Color4f {
        self.color
    }
    pub fn set_color(&mut self, c: impl Into<Color>) -> &mut Self {
        self.color = c.into().into();
        self
    }
    pub fn set_color4f(&mut self, c: impl AsRef<Color4f>, _cs: Option<&ColorSpace>) -> &mut Self {
        self.color = *c.as_ref();
        self
    }
    pub fn set_argb(&mut self, a: u8, r: u8, g: u8, b: u8) -> &mut Self {
        self.set_color(Color::from_argb(a, r, g, b))
    }
    pub fn alpha_f(&self) -> f32 {
        self.color.a
    }
    pub fn alpha(&self) -> u8 {
        (self.color.a * 255.0 + 0.5) as u8
    }
    pub fn set_alpha_f(&mut self, a: f32) -> &mut Self {
        self.color.a = a.clamp(0.0, 1.0);
        self
    }
    pub fn set_alpha(&mut self, a: u8) -> &mut Self {
        self.set_alpha_f(a as f32 / 255.0)
    }
    pub fn stroke_width(&self) -> f32 {
        self.width
    }
    pub fn set_stroke_width(&mut self, w: f32) -> &mut Self {
        self.width = w;
        self
    }
    pub fn set_stroke_miter(&mut self, m: f32) -> &mut Self {
        self.miter = m;
        self
    }
    pub fn set_stroke_cap(&mut self, c: PaintCap) -> &mut Self {
        self.cap = c;
        self
    }
    pub fn set_stroke_join(&mut self, j: PaintJoin) -> &mut Self {
        self.join = j;
        self
    }
    pub fn shader(&self) -> Option<Shader> {
        self.shader.clone()
    }
    pub fn set_shader(&mut self, s: impl Into<Option<Shader>>) -> &mut Self {
        self.shader = s.into();
        self
    }
    pub fn set_blend_mode(&mut self, b: BlendMode) -> &mut Self {
        self.blend = b;
        self
    }
    pub fn set_path_effect(&mut self, e: impl Into<Option<PathEffect>>) -> &mut Self {
        self.effect = e.into();
        self
    }
    pub fn set_mask_filter(&mut self, m: impl Into<Option<MaskFilter>>) -> &mut Self {
        self.mask = m.into();
        self
    }
    pub fn set_image_filter(&mut self, f: impl Into<Option<ImageFilter>>) -> &mut Self {
        self.filter = f.into();
        self
    }
    pub(crate) fn ts(&self) -> Option<tiny_skia::Paint<'_>> {
        let shader = match &self.shader {
            Some(s) => s.ts(self.color.a)?,
            None => tiny_skia::Shader::SolidColor(self.color.ts()),
        };
        Some(tiny_skia::Paint { shader, blend_mode: self.blend.ts(), anti_alias: self.aa, ..Default::default() })
    }
    pub(crate) fn stroke(&self) -> tiny_skia::Stroke {
        tiny_skia::Stroke {
            width: self.width,
            miter_limit: self.miter,
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
            dash: self.effect.as_ref().and_then(|e| tiny_skia::StrokeDash::new(e.dash.clone(), e.phase)),
        }
    }
}
