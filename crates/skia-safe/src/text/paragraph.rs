use super::font_collection::{FontCollection, Fonts};
use super::laid_lines::LaidLines;
use super::metrics::LineMetrics;
use super::paragraph_style::ParagraphStyle;
use super::shaping::{Shaped, StyledText};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::rc::Rc;

/// Wider than any window: lines are not broken, and not aligned.
const UNBOUNDED: f32 = 1e6;

/// Text in lines. Glyphs and lines of the same text in the same style and width are worked out once for all paragraphs of a [`FontCollection`].
pub struct Paragraph {
    style: ParagraphStyle,
    fonts: FontCollection,
    pub(super) text: StyledText,
    key: u64,
    shaped: Rc<Shaped>,
    width: f32,
    pub(super) laid: Rc<LaidLines>,
}

impl Paragraph {
    pub(super) fn new(style: ParagraphStyle, fonts: FontCollection, text: StyledText) -> Self {
        let key = text.key();
        let shaped = text.shape_cached(&mut fonts.fonts(), key);
        Self { style, fonts, text, key, shaped, width: f32::NAN, laid: Rc::default() }
    }

    /// Breaks lines so that they fit into `width`, and aligns them in it. Before this there are no lines.
    pub fn layout(&mut self, width: f32) {
        if self.width == width {
            return;
        }
        self.width = width;
        let mut hasher = DefaultHasher::new();
        (self.key, width.to_bits(), self.style.align, self.style.direction).hash(&mut hasher);
        (self.style.max_lines, &self.style.ellipsis).hash(&mut hasher);
        let key = hasher.finish();
        let mut fonts = self.fonts.fonts();
        let known = fonts.laid.get(key);
        self.laid = known.unwrap_or_else(|| {
            let laid = Rc::new(self.lay_lines(&mut fonts));
            fonts.laid.put(key, laid.clone(), 1);
            laid
        });
    }

    fn lay_lines(&self, fonts: &mut Fonts) -> LaidLines {
        let width = (self.width < UNBOUNDED).then_some(self.width.max(0.0));
        let limit = self.style.line_limit();
        let mut layout = self.shaped.layout.borrow_mut();
        layout.break_all_lines(width);
        let exceeded = layout.len() > limit;
        let ellipsis = &self.style.ellipsis;
        let mut elided = match width {
            Some(width) if exceeded && !ellipsis.is_empty() => {
                let start = layout.get(limit - 1).map_or(0, |line| line.text_range().start);
                Some(self.text.shape_with_ellipsis(fonts, start, ellipsis, width))
            }
            _ => None,
        };
        let whole = self.text.text.len();
        let (layout, end) = elided.as_mut().map_or((&mut *layout, whole), |(elided, end)| (elided, *end));
        if width.is_some() {
            layout.align(self.style.alignment(), Default::default());
        }
        LaidLines { exceeded, ..LaidLines::new(layout, limit, &self.text.text[..end]) }
    }

    /// The width it was laid out for.
    pub fn max_width(&self) -> f32 {
        if self.width.is_nan() { 0.0 } else { self.width }
    }

    /// From the top of the first line to the bottom of the last.
    pub fn height(&self) -> f32 {
        self.laid.height
    }

    /// The width of the widest part that cannot be broken.
    pub fn min_intrinsic_width(&self) -> f32 {
        self.shaped.least_width
    }

    /// The width of the longest line, if none is broken.
    pub fn max_intrinsic_width(&self) -> f32 {
        self.shaped.most_width
    }

    pub fn longest_line(&self) -> f32 {
        self.laid.longest
    }

    /// The first line's baseline, from the top.
    pub fn alphabetic_baseline(&self) -> f32 {
        self.laid.lines.first().map_or(0.0, |line| line.baseline as f32)
    }

    /// True where something was left out.
    pub fn did_exceed_max_lines(&self) -> bool {
        self.laid.exceeded
    }

    /// How many lines there are.
    pub fn line_number(&self) -> usize {
        self.laid.lines.len()
    }

    pub fn get_line_metrics(&self) -> Vec<LineMetrics> {
        self.laid.lines.clone()
    }

    pub fn get_line_metrics_at(&self, line: usize) -> Option<LineMetrics> {
        self.laid.lines.get(line).cloned()
    }
}
