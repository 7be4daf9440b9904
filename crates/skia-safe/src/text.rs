use crate::canvas::Canvas;
use crate::geom::*;
use crate::paint::*;
use parley::style::{FontFamily, FontFamilyName, GenericFamily, StyleProperty};
use parley::{FontContext, Layout, LayoutContext};
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

#[derive(Copy, Clone, PartialEq, Eq, Hash, Default, Debug)]
pub struct FourByteTag(u32);
impl From<u32> for FourByteTag {
    fn from(v: u32) -> Self {
        Self(v)
    }
}
impl From<(char, char, char, char)> for FourByteTag {
    fn from(c: (char, char, char, char)) -> Self {
        Self(u32::from_be_bytes([c.0 as u8, c.1 as u8, c.2 as u8, c.3 as u8]))
    }
}

pub mod font_style {
    #[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
    pub struct Weight(pub(crate) i32);
    impl From<i32> for Weight {
        fn from(v: i32) -> Self {
            Self(v)
        }
    }
    impl Weight {
        pub const NORMAL: Self = Self(400);
        pub const BOLD: Self = Self(700);
    }
    #[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
    pub struct Width(pub(crate) i32);
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
    }
    #[derive(Copy, Clone, PartialEq, Eq, Debug)]
    pub enum Slant {
        Upright,
        Italic,
        Oblique,
    }
}
use font_style::{Slant, Weight, Width};
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct FontStyle {
    weight: Weight,
    width: Width,
    slant: Slant,
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

pub mod font_arguments {
    pub mod variation_position {
        #[derive(Copy, Clone, PartialEq, Default, Debug)]
        pub struct Coordinate {
            pub axis: crate::FourByteTag,
            pub value: f32,
        }
    }
    #[derive(Clone, Debug)]
    pub struct VariationPosition<'a> {
        pub coordinates: &'a [variation_position::Coordinate],
    }
}
use font_arguments::{VariationPosition, variation_position::Coordinate};
#[derive(Clone, Debug, Default)]
pub struct FontArguments {
    coords: Vec<Coordinate>,
}
impl FontArguments {
    pub fn new() -> Self {
        Self::default()
    }
    pub fn set_variation_design_position(mut self, p: VariationPosition<'_>) -> Self {
        self.coords = p.coordinates.to_vec();
        self
    }
}

#[derive(Clone)]
pub struct Typeface(Arc<Vec<u8>>);

#[derive(Clone, Default)]
pub struct FontMgr(Option<textlayout::TypefaceFontProvider>);
impl FontMgr {
    pub fn new() -> Self {
        Self::default()
    }
    pub fn new_from_data(&self, d: &[u8], _i: impl Into<Option<usize>>) -> Option<Typeface> {
        skrifa::FontRef::from_index(d, 0).ok()?;
        Some(Typeface(Arc::new(d.to_vec())))
    }
}

struct FontSystem {
    fcx: FontContext,
    lcx: LayoutContext<u32>,
    seen: usize,
    families: Vec<String>,
}

pub mod textlayout {
    use super::*;

    #[derive(Copy, Clone, PartialEq, Eq, Debug, Default)]
    pub enum TextAlign {
        Left,
        Right,
        Center,
        Justify,
        #[default]
        Start,
        End,
    }
    #[derive(Copy, Clone, PartialEq, Eq, Debug, Default)]
    #[allow(clippy::upper_case_acronyms)]
    pub enum TextDirection {
        RTL,
        #[default]
        LTR,
    }
    bitflags::bitflags! {
        #[derive(Copy, Clone, PartialEq, Eq, Debug, Default)]
        pub struct TextDecoration: u32 {
            const NO_DECORATION = 0;
            const UNDERLINE = 1;
            const OVERLINE = 2;
            const LINE_THROUGH = 4;
        }
    }
    #[derive(Copy, Clone, PartialEq, Eq, Debug, Default)]
    pub enum TextDecorationStyle {
        #[default]
        Solid,
        Double,
        Dotted,
        Dashed,
        Wavy,
    }
    #[derive(Copy, Clone, PartialEq, Eq, Debug)]
    pub enum RectHeightStyle {
        Tight,
        Max,
        IncludeLineSpacingMiddle,
        IncludeLineSpacingTop,
        IncludeLineSpacingBottom,
        Strut,
    }
    #[derive(Copy, Clone, PartialEq, Eq, Debug)]
    pub enum RectWidthStyle {
        Tight,
        Max,
    }
    #[derive(Copy, Clone, PartialEq, Eq, Debug)]
    pub enum Affinity {
        Upstream,
        Downstream,
    }
    #[derive(Copy, Clone, PartialEq, Eq, Debug)]
    pub struct PositionWithAffinity {
        pub position: i32,
        pub affinity: Affinity,
    }
    #[derive(Copy, Clone, PartialEq, Debug)]
    pub struct TextBox {
        pub rect: Rect,
        pub direct: TextDirection,
    }
    #[derive(Clone, PartialEq, Debug)]
    pub struct GlyphClusterInfo {
        pub bounds: Rect,
        pub text_range: Range<usize>,
        pub position: TextDirection,
    }
    #[derive(Clone, Debug)]
    pub struct LineMetrics {
        pub start_index: usize,
        pub end_index: usize,
        pub end_excluding_whitespaces: usize,
        pub end_including_newline: usize,
        pub hard_break: bool,
        pub ascent: f64,
        pub descent: f64,
        pub unscaled_ascent: f64,
        pub height: f64,
        pub width: f64,
        pub left: f64,
        pub baseline: f64,
        pub line_number: usize,
    }

    #[derive(Clone, Default)]
    pub struct TypefaceFontProvider(pub(super) Rc<RefCell<Vec<Typeface>>>);
    impl TypefaceFontProvider {
        pub fn new() -> Self {
            Self::default()
        }
        pub fn register_typeface<'a>(&mut self, t: Typeface, _alias: impl Into<Option<&'a str>>) -> usize {
            self.0.borrow_mut().push(t);
            1
        }
    }
    impl From<TypefaceFontProvider> for FontMgr {
        fn from(p: TypefaceFontProvider) -> Self {
            FontMgr(Some(p))
        }
    }

    #[derive(Clone)]
    pub struct FontCollection {
        pub(super) sys: Rc<RefCell<FontSystem>>,
        assets: Option<TypefaceFontProvider>,
    }
    impl From<&FontCollection> for FontCollection {
        fn from(f: &FontCollection) -> Self {
            f.clone()
        }
    }
    impl Default for FontCollection {
        fn default() -> Self {
            Self::new()
        }
    }
    /// Where a desktop Linux keeps a usable sans; read only when the program registers no font.
    const FALLBACK: &[&str] = &[
        "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
        "/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf",
        "/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf",
        "/System/Library/Fonts/Helvetica.ttc",
        "C:\\Windows\\Fonts\\segoeui.ttf",
    ];
    impl FontCollection {
        pub fn new() -> Self {
            use parley::fontique::{Collection, CollectionOptions, SourceCache};
            let collection = Collection::new(CollectionOptions { shared: false, system_fonts: false });
            let fcx = FontContext { collection, source_cache: SourceCache::default() };
            let sys = FontSystem { fcx, lcx: LayoutContext::new(), seen: 0, families: Vec::new() };
            Self { sys: Rc::new(RefCell::new(sys)), assets: None }
        }
        pub fn set_default_font_manager<'a>(
            &mut self,
            _f: impl Into<Option<FontMgr>>,
            _family: impl Into<Option<&'a str>>,
        ) {
        }
        pub fn set_asset_font_manager(&mut self, f: impl Into<Option<FontMgr>>) {
            self.assets = f.into().and_then(|f| f.0);
        }
        pub fn clear_caches(&mut self) {}
        /// Takes over typefaces registered since the last call.
        pub(super) fn sync(&self) {
            let mut s = self.sys.borrow_mut();
            let s = &mut *s;
            let add = |s: &mut FontSystem, d: Arc<Vec<u8>>| {
                let blob = parley::fontique::Blob::new(d);
                for (id, _) in s.fcx.collection.register_fonts(blob, None) {
                    if let Some(n) = s.fcx.collection.family_name(id).map(str::to_owned) {
                        if !s.families.contains(&n) {
                            s.families.push(n);
                        }
                    }
                }
            };
            let n = s.seen;
            if let Some(a) = &self.assets {
                let a = a.0.borrow();
                for t in &a[s.seen.min(a.len())..] {
                    add(s, t.0.clone());
                }
                s.seen = a.len();
            }
            if s.families.is_empty() {
                for f in FALLBACK {
                    if let Ok(d) = std::fs::read(f) {
                        add(s, Arc::new(d));
                        break;
                    }
                }
            } else if s.seen == n {
                return;
            }
            let ids: Vec<_> = s.families.iter().filter_map(|f| s.fcx.collection.family_id(f)).collect();
            for g in [GenericFamily::SansSerif, GenericFamily::Serif, GenericFamily::SystemUi, GenericFamily::Monospace]
            {
                s.fcx.collection.set_generic_families(g, ids.iter().copied());
            }
        }
    }

    #[derive(Clone, Debug)]
    pub struct TextStyle {
        pub(super) families: Vec<String>,
        pub(super) size: f32,
        pub(super) style: FontStyle,
        pub(super) fg: Option<Paint>,
        pub(super) bg: Option<Paint>,
        pub(super) color: Color,
        pub(super) deco: TextDecoration,
        pub(super) deco_color: Color,
        pub(super) coords: Vec<Coordinate>,
        pub(super) letter: f32,
        pub(super) height: Option<f32>,
    }
    impl Default for TextStyle {
        fn default() -> Self {
            Self {
                families: vec!["sans-serif".into()],
                size: 14.0,
                style: FontStyle::default(),
                fg: None,
                bg: None,
                color: Color::BLACK,
                deco: TextDecoration::empty(),
                deco_color: Color::BLACK,
                coords: Vec::new(),
                letter: 0.0,
                height: None,
            }
        }
    }
    impl TextStyle {
        pub fn new() -> Self {
            Self::default()
        }
        pub fn set_color(&mut self, c: impl Into<Color>) -> &mut Self {
            self.color = c.into();
            self
        }
        pub fn set_foreground_paint(&mut self, p: &Paint) -> &mut Self {
            self.fg = Some(p.clone());
            self
        }
        pub fn set_background_paint(&mut self, p: &Paint) -> &mut Self {
            self.bg = Some(p.clone());
            self
        }
        pub fn set_decoration_type(&mut self, d: TextDecoration) {
            self.deco = d;
        }
        pub fn set_decoration_style(&mut self, _s: TextDecorationStyle) {}
        pub fn set_decoration_color(&mut self, c: impl Into<Color>) {
            self.deco_color = c.into();
        }
        pub fn set_font_families(&mut self, f: &[impl AsRef<str>]) -> &mut Self {
            self.families = f.iter().map(|s| s.as_ref().to_owned()).collect();
            self
        }
        pub fn set_font_size(&mut self, s: f32) -> &mut Self {
            self.size = s;
            self
        }
        pub fn set_font_style(&mut self, s: FontStyle) -> &mut Self {
            self.style = s;
            self
        }
        pub fn set_letter_spacing(&mut self, s: f32) -> &mut Self {
            self.letter = s;
            self
        }
        pub fn set_height(&mut self, h: f32) -> &mut Self {
            self.height = Some(h);
            self
        }
        pub fn set_font_arguments<'a>(&mut self, a: impl Into<Option<&'a FontArguments>>) -> &mut Self {
            self.coords = a.into().map(|a| a.coords.clone()).unwrap_or_default();
            self
        }
        pub(super) fn paint(&self) -> Paint {
            self.fg.clone().unwrap_or_else(|| {
                let mut p = Paint::default();
                p.set_color(self.color);
                p
            })
        }
    }

    #[derive(Clone, Debug, Default)]
    pub struct ParagraphStyle {
        pub(super) align: TextAlign,
        pub(super) dir: TextDirection,
        pub(super) max_lines: Option<usize>,
        pub(super) ellipsis: String,
        pub(super) text: TextStyle,
    }
    impl ParagraphStyle {
        pub fn new() -> Self {
            Self::default()
        }
        pub fn set_text_align(&mut self, a: TextAlign) -> &mut Self {
            self.align = a;
            self
        }
        pub fn set_text_direction(&mut self, d: TextDirection) -> &mut Self {
            self.dir = d;
            self
        }
        pub fn set_max_lines(&mut self, n: impl Into<Option<usize>>) -> &mut Self {
            self.max_lines = n.into().filter(|n| *n > 0);
            self
        }
        pub fn set_ellipsis(&mut self, e: impl AsRef<str>) -> &mut Self {
            self.ellipsis = e.as_ref().to_owned();
            self
        }
        pub fn set_text_style(&mut self, t: &TextStyle) -> &mut Self {
            self.text = t.clone();
            self
        }
        pub fn turn_hinting_off(&mut self) -> &mut Self {
            self
        }
    }

    pub struct ParagraphBuilder {
        style: ParagraphStyle,
        fonts: FontCollection,
        text: String,
        styles: Vec<TextStyle>,
        stack: Vec<usize>,
        spans: Vec<(Range<usize>, usize)>,
    }
    impl ParagraphBuilder {
        pub fn new(style: &ParagraphStyle, fonts: impl Into<FontCollection>) -> Self {
            Self {
                style: style.clone(),
                fonts: fonts.into(),
                text: String::new(),
                styles: vec![style.text.clone()],
                stack: vec![0],
                spans: Vec::new(),
            }
        }
        pub fn push_style(&mut self, s: &TextStyle) -> &mut Self {
            self.styles.push(s.clone());
            self.stack.push(self.styles.len() - 1);
            self
        }
        pub fn pop(&mut self) -> &mut Self {
            if self.stack.len() > 1 {
                self.stack.pop();
            }
            self
        }
        pub fn add_text(&mut self, t: impl AsRef<str>) -> &mut Self {
            let a = self.text.len();
            self.text.push_str(t.as_ref());
            self.spans.push((a..self.text.len(), *self.stack.last().unwrap()));
            self
        }
        pub fn build(&mut self) -> Paragraph {
            self.fonts.sync();
            let mut p = Paragraph {
                style: self.style.clone(),
                fonts: self.fonts.clone(),
                text: std::mem::take(&mut self.text),
                styles: std::mem::take(&mut self.styles),
                spans: std::mem::take(&mut self.spans),
                layout: Layout::new(),
                min_w: 0.0,
                max_w: 0.0,
                laid_for: None,
                laid: Laid::default(),
            };
            p.layout = p.shape(p.text.len(), "");
            let w = p.layout.calculate_content_widths();
            (p.min_w, p.max_w) = (w.min, w.max);
            p
        }
    }

    pub struct Paragraph {
        style: ParagraphStyle,
        fonts: FontCollection,
        text: String,
        styles: Vec<TextStyle>,
        spans: Vec<(Range<usize>, usize)>,
        layout: Layout<u32>,
        min_w: f32,
        max_w: f32,
        laid_for: Option<u32>,
        laid: Laid,
    }

    #[derive(Default)]
    pub(super) struct Laid {
        width: f32,
        height: f32,
        longest: f32,
        lines: Vec<LineMetrics>,
        tops: Vec<(f32, f32)>,
        clusters: Vec<Cluster>,
        runs: Vec<GlyphRun>,
        exceeded: bool,
    }
    struct Cluster {
        range: Range<usize>,
        x0: f32,
        x1: f32,
        line: usize,
        rtl: bool,
    }
    pub(super) struct GlyphRun {
        pub font: parley::FontData,
        pub size: f32,
        pub coords: Vec<i16>,
        pub skew: Option<f32>,
        pub bold: bool,
        pub style: usize,
        pub glyphs: Vec<(u32, f32, f32)>,
        pub x: f32,
        pub advance: f32,
        pub baseline: f32,
        pub top: f32,
        pub bottom: f32,
        pub underline: (f32, f32),
        pub strike: (f32, f32),
    }

    impl Paragraph {
        /// Shapes the first `len` bytes, then `tail` in the last style.
        fn shape(&self, len: usize, tail: &str) -> Layout<u32> {
            let mut text = self.text[..len].to_owned();
            text.push_str(tail);
            let mut sys = self.fonts.sys.borrow_mut();
            let sys = &mut *sys;
            let families = &sys.families;
            let mut b = sys.lcx.ranged_builder(&mut sys.fcx, &text, 1.0, true);
            let end = text.len();
            for (i, (r, si)) in self.spans.iter().enumerate() {
                if r.start >= len && i > 0 {
                    break;
                }
                let next = self.spans.get(i + 1).map_or(true, |n| n.0.start >= len);
                let r = r.start..if next { end } else { r.end };
                if r.is_empty() {
                    continue;
                }
                let st = &self.styles[*si];
                let mut stack: Vec<FontFamilyName<'_>> = Vec::new();
                for f in st.families.iter().chain(families.iter()) {
                    stack.push(match f.as_str() {
                        "sans-serif" => FontFamilyName::Generic(GenericFamily::SansSerif),
                        "serif" => FontFamilyName::Generic(GenericFamily::Serif),
                        "monospace" => FontFamilyName::Generic(GenericFamily::Monospace),
                        n => FontFamilyName::Named(Cow::Owned(n.to_owned())),
                    });
                }
                b.push(StyleProperty::FontFamily(FontFamily::List(Cow::Owned(stack))), r.clone());
                b.push(StyleProperty::FontSize(st.size), r.clone());
                b.push(StyleProperty::FontWeight(parley::style::FontWeight::new(st.style.weight.0 as f32)), r.clone());
                const W: [f32; 9] = [0.5, 0.625, 0.75, 0.875, 1.0, 1.125, 1.25, 1.5, 2.0];
                let w = W[(st.style.width.0.clamp(1, 9) - 1) as usize];
                b.push(StyleProperty::FontWidth(parley::style::FontWidth::from_ratio(w)), r.clone());
                b.push(
                    StyleProperty::FontStyle(match st.style.slant {
                        Slant::Upright => parley::style::FontStyle::Normal,
                        Slant::Italic => parley::style::FontStyle::Italic,
                        Slant::Oblique => parley::style::FontStyle::Oblique(None),
                    }),
                    r.clone(),
                );
                if !st.coords.is_empty() {
                    let css: Vec<String> = st
                        .coords
                        .iter()
                        .map(|c| format!("\"{}\" {}", String::from_utf8_lossy(&c.axis.0.to_be_bytes()), c.value))
                        .collect();
                    b.push(
                        StyleProperty::FontVariations(parley::style::FontVariations::Source(Cow::Owned(
                            css.join(", "),
                        ))),
                        r.clone(),
                    );
                }
                if st.letter != 0.0 {
                    b.push(StyleProperty::LetterSpacing(st.letter), r.clone());
                }
                if let Some(h) = st.height {
                    b.push(StyleProperty::LineHeight(parley::style::LineHeight::FontSizeRelative(h)), r.clone());
                }
                b.push(StyleProperty::OverflowWrap(parley::style::OverflowWrap::BreakWord), r.clone());
                b.push(StyleProperty::Brush(*si as u32), r);
            }
            b.build(&text)
        }

        pub fn layout(&mut self, width: f32) {
            if self.laid_for == Some(width.to_bits()) {
                return;
            }
            self.laid_for = Some(width.to_bits());
            let bounded = width.is_finite() && width < 1e6;
            let max = bounded.then_some(width.max(0.0));
            self.layout.break_all_lines(max);
            let limit = match (self.style.max_lines, self.style.ellipsis.is_empty()) {
                (Some(n), _) => n,
                (None, false) => 1,
                (None, true) => usize::MAX,
            };
            let too_many = self.layout.len() > limit;
            let mut cut = None;
            if too_many {
                if let (Some(w), false) = (max, self.style.ellipsis.is_empty()) {
                    let start = self.layout.get(limit - 1).map_or(0, |l| l.text_range().start);
                    cut = Some(self.elide(start, w));
                }
            }
            let align = match self.style.align {
                TextAlign::Left => parley::layout::Alignment::Left,
                TextAlign::Right => parley::layout::Alignment::Right,
                TextAlign::Center => parley::layout::Alignment::Center,
                TextAlign::Justify => parley::layout::Alignment::Justify,
                TextAlign::Start if self.style.dir == TextDirection::RTL => parley::layout::Alignment::Right,
                TextAlign::End if self.style.dir == TextDirection::LTR => parley::layout::Alignment::Right,
                _ => parley::layout::Alignment::Left,
            };
            let fin = |l: &mut Layout<u32>| {
                l.break_all_lines(max);
                if bounded {
                    l.align(align, Default::default());
                }
            };
            self.laid = match cut {
                Some(mut l) => {
                    fin(&mut l);
                    collect(&l, limit, &self.text)
                }
                None => {
                    fin(&mut self.layout);
                    collect(&self.layout, limit, &self.text)
                }
            };
            self.laid.exceeded = too_many;
            self.laid.width = width;
        }

        /// Longest prefix whose last line, from byte `start`, fits with the ellipsis.
        fn elide(&self, start: usize, w: f32) -> Layout<u32> {
            let stops: Vec<usize> = self.text[start..].char_indices().map(|(i, _)| start + i).collect();
            let (mut lo, mut hi) = (0usize, stops.len().saturating_sub(1));
            let mut best = None;
            while lo <= hi && !stops.is_empty() {
                let mid = (lo + hi) / 2;
                let head = self.text[..stops[mid]].trim_end_matches([' ', '\n', '\u{200B}']).len().max(start);
                let mut l = self.shape(head, &self.style.ellipsis);
                l.break_all_lines(Some(w));
                let ok = l.lines().last().is_none_or(|x| x.text_range().start <= start);
                if ok {
                    best = Some(l);
                    lo = mid + 1;
                } else {
                    if mid == 0 {
                        break;
                    }
                    hi = mid - 1;
                }
            }
            best.unwrap_or_else(|| self.shape(start, &self.style.ellipsis))
        }

        pub fn max_width(&self) -> f32 {
            self.laid.width
        }
        pub fn height(&self) -> f32 {
            self.laid.height
        }
        pub fn min_intrinsic_width(&self) -> f32 {
            self.min_w
        }
        pub fn max_intrinsic_width(&self) -> f32 {
            self.max_w
        }
        pub fn longest_line(&self) -> f32 {
            self.laid.longest
        }
        pub fn alphabetic_baseline(&self) -> f32 {
            self.laid.lines.first().map_or(0.0, |l| l.baseline as f32)
        }
        pub fn did_exceed_max_lines(&self) -> bool {
            self.laid.exceeded
        }
        pub fn line_number(&self) -> usize {
            self.laid.lines.len()
        }
        pub fn get_line_metrics(&self) -> Vec<LineMetrics> {
            self.laid.lines.clone()
        }
        pub fn get_line_metrics_at(&self, n: usize) -> Option<LineMetrics> {
            self.laid.lines.get(n).cloned()
        }
        pub fn get_line_number_at(&self, byte: usize) -> Option<usize> {
            self.laid
                .lines
                .iter()
                .position(|l| byte >= l.start_index && byte < l.end_including_newline)
                .or_else(|| (byte <= self.text.len()).then(|| self.laid.lines.len().checked_sub(1)).flatten())
        }
        fn to_byte(&self, utf16: usize) -> usize {
            let mut n = 0;
            for (i, c) in self.text.char_indices() {
                if n >= utf16 {
                    return i;
                }
                n += c.len_utf16();
            }
            self.text.len()
        }
        fn to_utf16(&self, byte: usize) -> usize {
            self.text[..byte.min(self.text.len())].chars().map(char::len_utf16).sum()
        }
        fn dir(rtl: bool) -> TextDirection {
            if rtl { TextDirection::RTL } else { TextDirection::LTR }
        }
        fn cluster_rect(&self, c: &Cluster) -> Rect {
            let (t, b) = self.laid.tops[c.line];
            Rect::new(c.x0, t, c.x1, b)
        }
        /// `range` counts UTF-16 units, as in Skia.
        pub fn get_rects_for_range(
            &self,
            range: Range<usize>,
            _h: RectHeightStyle,
            _w: RectWidthStyle,
        ) -> Vec<TextBox> {
            let (a, b) = (self.to_byte(range.start), self.to_byte(range.end));
            let mut out: Vec<(usize, TextBox)> = Vec::new();
            for c in &self.laid.clusters {
                if c.range.start >= b || c.range.end <= a {
                    continue;
                }
                let r = self.cluster_rect(c);
                let d = Self::dir(c.rtl);
                match out.last_mut() {
                    Some((l, t)) if *l == c.line && t.direct == d => t.rect = t.rect.union(&r),
                    _ => out.push((c.line, TextBox { rect: r, direct: d })),
                }
            }
            out.into_iter().map(|x| x.1).collect()
        }
        fn line_at_y(&self, y: f32) -> Option<usize> {
            let n = self.laid.tops.len();
            self.laid.tops.iter().position(|t| y < t.1).or(n.checked_sub(1))
        }
        fn cluster_at(&self, p: Point) -> Option<&Cluster> {
            let line = self.line_at_y(p.y)?;
            let d = |c: &Cluster| if p.x < c.x0 { c.x0 - p.x } else { (p.x - c.x1).max(0.0) };
            self.laid
                .clusters
                .iter()
                .filter(|c| c.line == line && c.x1 > c.x0)
                .min_by(|a, b| d(a).total_cmp(&d(b)))
                .or_else(|| self.laid.clusters.iter().find(|c| c.line == line))
        }
        pub fn get_glyph_position_at_coordinate(&self, p: impl Into<Point>) -> PositionWithAffinity {
            let p = p.into();
            let Some(c) = self.cluster_at(p) else {
                return PositionWithAffinity { position: 0, affinity: Affinity::Downstream };
            };
            let left = p.x < (c.x0 + c.x1) * 0.5 || c.x0 == c.x1;
            let (byte, affinity) =
                if left != c.rtl { (c.range.start, Affinity::Downstream) } else { (c.range.end, Affinity::Upstream) };
            PositionWithAffinity { position: self.to_utf16(byte) as i32, affinity }
        }
        fn info(&self, c: &Cluster) -> GlyphClusterInfo {
            GlyphClusterInfo { bounds: self.cluster_rect(c), text_range: c.range.clone(), position: Self::dir(c.rtl) }
        }
        pub fn get_glyph_cluster_at(&self, byte: usize) -> Option<GlyphClusterInfo> {
            self.laid
                .clusters
                .iter()
                .find(|c| c.range.contains(&byte))
                .or(self.laid.clusters.last())
                .map(|c| self.info(c))
        }
        pub fn get_closest_glyph_cluster_at(&self, p: impl Into<Point>) -> Option<GlyphClusterInfo> {
            self.cluster_at(p.into()).map(|c| self.info(c))
        }

        pub fn paint(&self, canvas: &Canvas, at: impl Into<Point>) {
            let o = at.into();
            for r in &self.laid.runs {
                let st = &self.styles[r.style.min(self.styles.len() - 1)];
                if let Some(bg) = &st.bg {
                    canvas.draw_rect(Rect::new(o.x + r.x, o.y + r.top, o.x + r.x + r.advance, o.y + r.bottom), bg);
                }
            }
            for r in &self.laid.runs {
                let st = &self.styles[r.style.min(self.styles.len() - 1)];
                draw_run(canvas, r, o, &st.paint());
                let mut p = Paint::default();
                p.set_color(st.deco_color);
                let bar = |y: f32, h: f32| {
                    let y = (o.y + r.baseline - y).round();
                    canvas.draw_rect(Rect::new(o.x + r.x, y, o.x + r.x + r.advance, y + h.round().max(1.0)), &p);
                };
                if st.deco.contains(TextDecoration::UNDERLINE) {
                    bar(r.underline.0, r.underline.1);
                }
                if st.deco.contains(TextDecoration::LINE_THROUGH) {
                    bar(r.strike.0, r.strike.1);
                }
                if st.deco.contains(TextDecoration::OVERLINE) {
                    bar(r.baseline - r.top, r.underline.1);
                }
            }
        }
    }

    fn collect(l: &Layout<u32>, limit: usize, text: &str) -> Laid {
        let mut o = Laid::default();
        for (n, line) in l.lines().enumerate().take(limit) {
            let m = *line.metrics();
            let tr = line.text_range();
            let (a, e) = (tr.start.min(text.len()), tr.end.min(text.len()));
            let t = &text[a..e];
            let hard = t.ends_with('\n');
            let body = t.trim_end_matches(['\n', '\r']);
            o.tops.push((m.block_min_coord, m.block_max_coord));
            o.height = m.block_max_coord;
            o.longest = o.longest.max(m.advance);
            o.lines.push(LineMetrics {
                start_index: a,
                end_index: a + body.len(),
                end_excluding_whitespaces: a + body.trim_end().len(),
                end_including_newline: e,
                hard_break: hard,
                ascent: (m.baseline - m.block_min_coord) as f64,
                descent: (m.block_max_coord - m.baseline) as f64,
                unscaled_ascent: (m.baseline - m.block_min_coord) as f64,
                height: m.line_height as f64,
                width: m.advance as f64,
                left: m.offset as f64,
                baseline: m.baseline as f64,
                line_number: n,
            });
            let mut x = m.offset;
            let first = o.clusters.len();
            for run in line.runs() {
                for c in run.visual_clusters() {
                    let r = c.text_range();
                    let x1 = x + c.advance();
                    if r.start < text.len() {
                        o.clusters.push(Cluster {
                            range: r.start..r.end.min(text.len()),
                            x0: x,
                            x1,
                            line: n,
                            rtl: c.is_rtl(),
                        });
                    }
                    x = x1;
                }
            }
            o.clusters[first..].sort_by_key(|c| c.range.start);
            for item in line.items() {
                let parley::layout::PositionedLayoutItem::GlyphRun(g) = item else { continue };
                let run = g.run();
                let fm = run.font_metrics();
                o.runs.push(GlyphRun {
                    font: run.font().clone(),
                    size: run.font_size(),
                    coords: run.normalized_coords().iter().map(|c| c.to_bits()).collect(),
                    skew: run.synthesis().skew(),
                    bold: run.synthesis().embolden(),
                    style: g.style().brush as usize,
                    glyphs: g.positioned_glyphs().map(|p| (p.id as u32, p.x, p.y)).collect(),
                    x: g.offset(),
                    advance: g.advance(),
                    baseline: g.baseline(),
                    top: m.block_min_coord,
                    bottom: m.block_max_coord,
                    underline: (fm.underline_offset, fm.underline_size),
                    strike: (fm.strikethrough_offset, fm.strikethrough_size),
                });
            }
        }
        o
    }
}

/// Coverage of one glyph, relative to its origin.
struct GlyphBits {
    left: i32,
    top: i32,
    w: i32,
    h: i32,
    cov: Vec<u8>,
}
#[derive(Hash, PartialEq, Eq, Clone)]
struct FaceKey {
    font: u64,
    index: u32,
    size: u32,
    coords: Vec<i16>,
    skew: u32,
    bold: bool,
}
#[derive(Default)]
struct GlyphCache {
    faces: HashMap<FaceKey, HashMap<(u32, u8), Option<Rc<GlyphBits>>>>,
    count: usize,
}
thread_local!(static GLYPHS: RefCell<GlyphCache> = RefCell::default());

struct Pen(tiny_skia::PathBuilder);
impl skrifa::outline::OutlinePen for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.0.move_to(x, -y)
    }
    fn line_to(&mut self, x: f32, y: f32) {
        self.0.line_to(x, -y)
    }
    fn quad_to(&mut self, a: f32, b: f32, x: f32, y: f32) {
        self.0.quad_to(a, -b, x, -y)
    }
    fn curve_to(&mut self, a: f32, b: f32, c: f32, d: f32, x: f32, y: f32) {
        self.0.cubic_to(a, -b, c, -d, x, -y)
    }
    fn close(&mut self) {
        self.0.close()
    }
}

fn outline(r: &textlayout::GlyphRun, size: f32, id: u32) -> Option<tiny_skia::Path> {
    use skrifa::MetadataProvider;
    let f = skrifa::FontRef::from_index(r.font.data.as_ref(), r.font.index).ok()?;
    let g = f.outline_glyphs().get(skrifa::GlyphId::new(id))?;
    let coords: Vec<skrifa::instance::NormalizedCoord> =
        r.coords.iter().map(|c| skrifa::instance::NormalizedCoord::from_bits(*c)).collect();
    let mut pen = Pen(tiny_skia::PathBuilder::new());
    let set = skrifa::outline::DrawSettings::unhinted(
        skrifa::instance::Size::new(size),
        skrifa::instance::LocationRef::new(&coords),
    );
    g.draw(set, &mut pen).ok()?;
    let p = pen.0.finish()?;
    match r.skew {
        Some(deg) => p.transform(tiny_skia::Transform::from_skew(-deg.to_radians().tan(), 0.0)),
        None => Some(p),
    }
}

fn rasterize(r: &textlayout::GlyphRun, size: f32, id: u32, sub: u8) -> Option<GlyphBits> {
    let p = outline(r, size, id)?;
    let p = p.transform(tiny_skia::Transform::from_translate(sub as f32 / 4.0, 0.0))?;
    let extra = if r.bold { size / 24.0 } else { 0.0 };
    let b = p.bounds();
    let (l, t) = ((b.left() - extra).floor() as i32 - 1, (b.top() - extra).floor() as i32 - 1);
    let (w, h) = ((b.right() + extra).ceil() as i32 + 1 - l, (b.bottom() + extra).ceil() as i32 + 1 - t);
    let mut m = tiny_skia::Mask::new(w as u32, h as u32)?;
    let tr = tiny_skia::Transform::from_translate(-l as f32, -t as f32);
    m.fill_path(&p, tiny_skia::FillRule::Winding, true, tr);
    if r.bold {
        let st = tiny_skia::Stroke { width: extra, ..Default::default() };
        if let Some(s) = p.stroke(&st, 1.0) {
            let mut k = tiny_skia::Mask::new(w as u32, h as u32)?;
            k.fill_path(&s, tiny_skia::FillRule::Winding, true, tr);
            for (a, b) in m.data_mut().iter_mut().zip(k.data()) {
                *a = (*a).max(*b);
            }
        }
    }
    Some(GlyphBits { left: l, top: t, w, h, cov: m.take() })
}

fn draw_run(canvas: &Canvas, r: &textlayout::GlyphRun, o: Point, paint: &Paint) {
    let mut st = canvas.0.borrow_mut();
    let m = st.matrix();
    let scale = m.0[0];
    let simple = m.0[1] == 0.0
        && m.0[3] == 0.0
        && m.0[0] == m.0[4]
        && scale > 0.0
        && r.size * scale < 200.0
        && paint.style == PaintStyle::Fill
        && paint.shader.is_none()
        && paint.blend == BlendMode::SrcOver;
    if !simple {
        drop(st);
        let mut p = paint.clone();
        p.aa = true;
        for &(id, x, y) in &r.glyphs {
            if let Some(g) =
                outline(r, r.size, id).and_then(|g| g.transform(tiny_skia::Transform::from_translate(o.x + x, o.y + y)))
            {
                let g = crate::path::Path::from_ts(Some(g), crate::path::PathFillType::Winding);
                canvas.draw_path(&g, &p);
            }
        }
        return;
    }
    let size = r.size * scale;
    // quick reject
    let clip = st.clip_rect();
    let a = m.map_xy(o.x + r.x, o.y + r.top);
    let b = m.map_xy(o.x + r.x + r.advance, o.y + r.bottom);
    let box_ = Rect::new(a.x, a.y, b.x, b.y).round_out().outset(size as i32);
    if box_.sect(&clip).is_empty() {
        return;
    }
    let key = FaceKey {
        font: r.font.data.id(),
        index: r.font.index,
        size: size.to_bits(),
        coords: r.coords.clone(),
        skew: r.skew.unwrap_or(0.0).to_bits(),
        bold: r.bold,
    };
    GLYPHS.with(|c| {
        let mut c = c.borrow_mut();
        if c.count > 8192 {
            c.faces.clear();
            c.count = 0;
        }
        let c = &mut *c;
        let face = c.faces.entry(key).or_default();
        for &(id, x, y) in &r.glyphs {
            let p = m.map_xy(o.x + x, o.y + y);
            let fx = (p.x * 4.0).round() as i32;
            let (px, sub) = (fx.div_euclid(4), fx.rem_euclid(4) as u8);
            let py = p.y.round() as i32;
            let bits = face.entry((id, sub)).or_insert_with(|| {
                c.count += 1;
                rasterize(r, size, id, sub).map(Rc::new)
            });
            if let Some(g) = bits {
                st.blit(&g.cov, (g.w, g.h), (px + g.left, py + g.top), paint.color);
            }
        }
    });
}
