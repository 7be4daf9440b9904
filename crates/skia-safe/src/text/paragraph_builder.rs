use super::font_collection::FontCollection;
use super::paragraph::Paragraph;
use super::paragraph_style::ParagraphStyle;
use super::shaping::StyledText;
use super::text_style::TextStyle;

/// Builds a [`Paragraph`], span by span.
pub struct ParagraphBuilder {
    style: ParagraphStyle,
    fonts: FontCollection,
    text: StyledText,
    /// Numbers of the styles that were pushed and not popped.
    stack: Vec<usize>,
}

impl ParagraphBuilder {
    pub fn new(style: &ParagraphStyle, fonts: impl Into<FontCollection>) -> Self {
        let text = StyledText { styles: vec![style.text_style.clone()], ..StyledText::default() };
        Self { style: style.clone(), fonts: fonts.into(), text, stack: Vec::new() }
    }

    /// The style of what is added from now on.
    pub fn push_style(&mut self, style: &TextStyle) -> &mut Self {
        self.stack.push(self.text.styles.len());
        self.text.styles.push(style.clone());
        self
    }

    /// Back to the style before the last one that was pushed.
    pub fn pop(&mut self) -> &mut Self {
        self.stack.pop();
        self
    }

    pub fn add_text(&mut self, text: impl AsRef<str>) -> &mut Self {
        let start = self.text.text.len();
        self.text.text.push_str(text.as_ref());
        let style = self.stack.last().copied().unwrap_or(0);
        self.text.spans.push((start..self.text.text.len(), style));
        self
    }

    /// The paragraph. The builder has its paragraph style and no text afterwards.
    pub fn build(&mut self) -> Paragraph {
        let base = StyledText { styles: vec![self.style.text_style.clone()], ..StyledText::default() };
        let text = std::mem::replace(&mut self.text, base);
        self.stack.clear();
        Paragraph::new(self.style.clone(), self.fonts.clone(), text)
    }
}
