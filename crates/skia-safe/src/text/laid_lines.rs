use super::metrics::LineMetrics;
use parley::layout::{Line, PositionedLayoutItem};
use parley::{FontData, Layout};
use std::ops::Range;

/// Text in lines: all that is asked of it, flat.
#[derive(Default)]
pub(super) struct LaidLines {
    pub height: f32,
    pub longest: f32,
    pub lines: Vec<LineMetrics>,
    /// Top and bottom of each line.
    pub extents: Vec<(f32, f32)>,
    /// Line by line, in the order of the text.
    pub clusters: Vec<Cluster>,
    pub runs: Vec<GlyphRun>,
    /// There was more text than lines may be.
    pub exceeded: bool,
}

/// Letters that cannot be told apart, from left to right on their line.
pub(super) struct Cluster {
    pub bytes: Range<usize>,
    pub left: f32,
    pub right: f32,
    pub line: usize,
    pub is_rtl: bool,
}

/// Glyphs of one font in one style.
pub(super) struct GlyphRun {
    pub font: FontData,
    pub size: f32,
    /// Places on a variable font's axes, normalized, in parts of 2¹⁴.
    pub coordinates: Vec<i16>,
    /// Degrees that upright letters are sheared by, where the family has no leaning ones.
    pub skew: Option<f32>,
    /// Letters are made bolder, as the family has no bold ones.
    pub embolden: bool,
    /// The span it came from.
    pub span: usize,
    /// Number, and place on the baseline.
    pub glyphs: Vec<(u32, f32, f32)>,
    pub left: f32,
    pub advance: f32,
    pub baseline: f32,
    pub top: f32,
    pub bottom: f32,
    /// From the baseline upwards, and thickness.
    pub underline: (f32, f32),
    pub strikethrough: (f32, f32),
}

impl LaidLines {
    /// The first `limit` lines of `layout`, whose text is `text` and, it may be, an ellipsis.
    pub fn new(layout: &Layout<u32>, limit: usize, text: &str) -> Self {
        let mut laid = Self::default();
        for line in layout.lines().take(limit) {
            laid.add_line(&line, text);
        }
        laid
    }

    fn add_line(&mut self, line: &Line<'_, u32>, text: &str) {
        let number = self.lines.len();
        let metrics = *line.metrics();
        let range = line.text_range();
        let (start, end) = (range.start.min(text.len()), range.end.min(text.len()));
        let whole = &text[start..end];
        let body = whole.trim_end_matches(['\n', '\r']);
        let (top, bottom) = (metrics.block_min_coord, metrics.block_max_coord);
        self.extents.push((top, bottom));
        self.height = bottom;
        self.longest = self.longest.max(metrics.advance - metrics.hanging_advance);
        self.lines.push(LineMetrics {
            start_index: start,
            end_index: start + body.len(),
            end_excluding_whitespaces: start + body.trim_end().len(),
            end_including_newline: end,
            hard_break: whole.ends_with('\n'),
            ascent: f64::from(metrics.baseline - top),
            descent: f64::from(bottom - metrics.baseline),
            unscaled_ascent: f64::from(metrics.baseline - top),
            height: f64::from(metrics.line_height),
            width: f64::from(metrics.advance),
            left: f64::from(metrics.offset),
            baseline: f64::from(metrics.baseline),
            line_number: number,
        });
        self.add_clusters(line, number, text.len());
        for item in line.items() {
            let PositionedLayoutItem::GlyphRun(glyphs) = item else { continue };
            let run = glyphs.run();
            let font = run.font_metrics();
            self.runs.push(GlyphRun {
                font: run.font().clone(),
                size: run.font_size(),
                coordinates: run.normalized_coords().iter().map(|coordinate| coordinate.to_bits()).collect(),
                skew: run.synthesis().skew(),
                embolden: run.synthesis().embolden(),
                span: glyphs.style().brush as usize,
                glyphs: glyphs.positioned_glyphs().map(|glyph| (glyph.id, glyph.x, glyph.y)).collect(),
                left: glyphs.offset(),
                advance: glyphs.advance(),
                baseline: glyphs.baseline(),
                top,
                bottom,
                underline: (font.underline_offset, font.underline_size),
                strikethrough: (font.strikethrough_offset, font.strikethrough_size),
            });
        }
    }

    fn add_clusters(&mut self, line: &Line<'_, u32>, number: usize, text_length: usize) {
        let first = self.clusters.len();
        let mut left = line.metrics().offset;
        for run in line.runs() {
            for cluster in run.visual_clusters() {
                let bytes = cluster.text_range();
                let right = left + cluster.advance();
                if bytes.start < text_length {
                    let bytes = bytes.start..bytes.end.min(text_length);
                    self.clusters.push(Cluster { bytes, left, right, line: number, is_rtl: cluster.is_rtl() });
                }
                left = right;
            }
        }
        self.clusters[first..].sort_by_key(|cluster| cluster.bytes.start);
    }
}
