//! Where letters are, and what is where.

use super::laid_lines::Cluster;
use super::metrics::{Affinity, GlyphClusterInfo, PositionWithAffinity, RectHeightStyle, RectWidthStyle, TextBox};
use super::paragraph::Paragraph;
use super::paragraph_style::TextDirection;
use crate::geometry::{Point, Rect};
use std::ops::Range;

impl Paragraph {
    /// The line that a byte is on; the last one for the end of the text.
    pub fn get_line_number_at(&self, byte: usize) -> Option<usize> {
        let lines = &self.laid.lines;
        let within = lines.iter().position(|line| (line.start_index..line.end_including_newline).contains(&byte));
        within.or_else(|| lines.len().checked_sub(1).filter(|_| byte <= self.text.text.len()))
    }

    /// Boxes around a range of text, which counts UTF-16 units: one for each line, and for each direction on it.
    pub fn get_rects_for_range(
        &self,
        range: Range<usize>,
        _height: RectHeightStyle,
        _width: RectWidthStyle,
    ) -> Vec<TextBox> {
        let (start, end) = (self.byte(range.start), self.byte(range.end));
        let mut boxes: Vec<(usize, TextBox)> = Vec::new();
        for cluster in &self.laid.clusters {
            if cluster.bytes.start >= end || cluster.bytes.end <= start {
                continue;
            }
            let rect = self.bounds(cluster);
            let direct = direction(cluster);
            match boxes.last_mut() {
                Some((line, text_box)) if *line == cluster.line && text_box.direct == direct => {
                    text_box.rect = text_box.rect.union(&rect);
                }
                _ => boxes.push((cluster.line, TextBox { rect, direct })),
            }
        }
        boxes.into_iter().map(|(_, text_box)| text_box).collect()
    }

    /// The place between letters that is nearest to a point.
    pub fn get_glyph_position_at_coordinate(&self, point: impl Into<Point>) -> PositionWithAffinity {
        let point = point.into();
        let Some(cluster) = self.nearest(point) else {
            return PositionWithAffinity { position: 0, affinity: Affinity::Downstream };
        };
        let is_left = point.x < (cluster.left + cluster.right) * 0.5 || cluster.left == cluster.right;
        let (byte, affinity) = if is_left != cluster.is_rtl {
            (cluster.bytes.start, Affinity::Downstream)
        } else {
            (cluster.bytes.end, Affinity::Upstream)
        };
        PositionWithAffinity { position: self.utf16(byte) as i32, affinity }
    }

    /// The cluster that a byte belongs to; the last one for the end of the text.
    pub fn get_glyph_cluster_at(&self, byte: usize) -> Option<GlyphClusterInfo> {
        let clusters = &self.laid.clusters;
        let cluster = clusters.iter().find(|cluster| cluster.bytes.contains(&byte)).or(clusters.last())?;
        Some(self.info(cluster))
    }

    /// The cluster nearest to a point.
    pub fn get_closest_glyph_cluster_at(&self, point: impl Into<Point>) -> Option<GlyphClusterInfo> {
        self.nearest(point.into()).map(|cluster| self.info(cluster))
    }

    /// On the point's line, or the last one above; clusters without width only where there is no other.
    fn nearest(&self, point: Point) -> Option<&Cluster> {
        let extents = &self.laid.extents;
        let line = extents.iter().position(|(_, bottom)| point.y < *bottom).or(extents.len().checked_sub(1))?;
        let distance = |cluster: &Cluster| (cluster.left - point.x).max(point.x - cluster.right).max(0.0);
        let on_line = || self.laid.clusters.iter().filter(|cluster| cluster.line == line);
        on_line()
            .filter(|cluster| cluster.right > cluster.left)
            .min_by(|a, b| distance(a).total_cmp(&distance(b)))
            .or_else(|| on_line().next())
    }

    fn info(&self, cluster: &Cluster) -> GlyphClusterInfo {
        let position = direction(cluster);
        GlyphClusterInfo { bounds: self.bounds(cluster), text_range: cluster.bytes.clone(), position }
    }

    fn bounds(&self, cluster: &Cluster) -> Rect {
        let (top, bottom) = self.laid.extents[cluster.line];
        Rect::new(cluster.left, top, cluster.right, bottom)
    }

    /// The byte that so many UTF-16 units end at.
    fn byte(&self, units: usize) -> usize {
        let mut before = 0;
        for (at, letter) in self.text.text.char_indices() {
            if before >= units {
                return at;
            }
            before += letter.len_utf16();
        }
        self.text.text.len()
    }

    fn utf16(&self, byte: usize) -> usize {
        self.text.text[..byte].chars().map(char::len_utf16).sum()
    }
}

fn direction(cluster: &Cluster) -> TextDirection {
    if cluster.is_rtl { TextDirection::RTL } else { TextDirection::LTR }
}
