use super::paragraph_style::TextDirection;
use crate::geometry::Rect;
use std::ops::Range;

/// How high the boxes around a range of text are.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum RectHeightStyle {
    /// As high as the line.
    Tight,
}

/// How wide the boxes around a range of text are.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum RectWidthStyle {
    /// As wide as the text.
    Tight,
}

/// The side of a place between two letters that it belongs to.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Affinity {
    Upstream,
    Downstream,
}

/// A place between two letters, in UTF-16 units from the beginning.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct PositionWithAffinity {
    pub position: i32,
    pub affinity: Affinity,
}

/// Text of one direction on one line.
#[derive(Copy, Clone, PartialEq, Debug)]
pub struct TextBox {
    pub rect: Rect,
    pub direct: TextDirection,
}

/// A cluster: letters that cannot be told apart on the screen.
#[derive(Clone, PartialEq, Debug)]
pub struct GlyphClusterInfo {
    pub bounds: Rect,
    /// In bytes.
    pub text_range: Range<usize>,
    pub position: TextDirection,
}

/// A line, from its first byte to its last; lengths in the paragraph's units.
#[derive(Clone, Debug)]
pub struct LineMetrics {
    pub start_index: usize,
    /// Without a line break at its end.
    pub end_index: usize,
    pub end_excluding_whitespaces: usize,
    pub end_including_newline: usize,
    /// A line break in the text ends it.
    pub hard_break: bool,
    /// From its top to the baseline.
    pub ascent: f64,
    /// From the baseline to its bottom.
    pub descent: f64,
    pub unscaled_ascent: f64,
    pub height: f64,
    pub width: f64,
    /// Where it begins, from the left edge of the paragraph.
    pub left: f64,
    /// From the top of the paragraph.
    pub baseline: f64,
    /// From 0.
    pub line_number: usize,
}
