use super::font_collection::Fonts;
use super::shaping::StyledText;
use parley::Layout;

/// Characters that look bad before an ellipsis: spaces, and what vizia ends each text with.
const LOOSE_ENDS: [char; 3] = [' ', '\n', '\u{200B}'];

impl StyledText {
    /// As much of the text as fits, with `ellipsis` at its end, and the byte at which the text ends before it: the line that
    /// begins at byte `start` is the last.
    pub fn shape_with_ellipsis(
        &self,
        fonts: &mut Fonts,
        start: usize,
        ellipsis: &str,
        width: f32,
    ) -> (Layout<u32>, usize) {
        let ends: Vec<usize> = self.text[start..].char_indices().map(|(at, _)| start + at).collect();
        let mut shape = |end: usize| {
            let end = self.text[..end].trim_end_matches(LOOSE_ENDS).len().max(start);
            let mut layout = self.shape(fonts, end, ellipsis);
            layout.break_all_lines(Some(width));
            (layout, end)
        };
        let mut longest = None;
        // Of the ends, `fits` are known to fit and those from `spills` on not to.
        let (mut fits, mut spills) = (0, ends.len());
        while fits < spills {
            let middle = (fits + spills) / 2;
            let (layout, end) = shape(ends[middle]);
            if layout.lines().last().is_none_or(|line| line.text_range().start <= start) {
                longest = Some((layout, end));
                fits = middle + 1;
            } else {
                spills = middle;
            }
        }
        longest.unwrap_or_else(|| shape(start))
    }
}
