use super::text_style::TextStyle;

/// Where lines lie.
#[derive(Copy, Clone, PartialEq, Eq, Debug, Default, Hash)]
pub enum TextAlign {
    Left,
    Right,
    Center,
    /// All lines but the last are stretched to the whole width.
    Justify,
    /// Where reading begins.
    #[default]
    Start,
    /// Where it ends.
    End,
}

/// Where reading begins. Letters run as Unicode's bidirectional algorithm says, whatever this is.
#[derive(Copy, Clone, PartialEq, Eq, Debug, Default, Hash)]
#[allow(clippy::upper_case_acronyms)]
pub enum TextDirection {
    RTL,
    #[default]
    LTR,
}

/// How lines are made.
#[derive(Clone, Debug, Default)]
pub struct ParagraphStyle {
    pub(super) align: TextAlign,
    pub(super) direction: TextDirection,
    pub(super) max_lines: Option<usize>,
    pub(super) ellipsis: String,
    pub(super) text_style: TextStyle,
}

impl ParagraphStyle {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn set_text_align(&mut self, align: TextAlign) -> &mut Self {
        self.align = align;
        self
    }

    /// What [`TextAlign::Start`] and [`TextAlign::End`] mean.
    pub fn set_text_direction(&mut self, direction: TextDirection) -> &mut Self {
        self.direction = direction;
        self
    }

    /// Further lines are left out. 0 is no limit.
    pub fn set_max_lines(&mut self, lines: impl Into<Option<usize>>) -> &mut Self {
        self.max_lines = lines.into().filter(|lines| *lines > 0);
        self
    }

    /// What stands for what is left out; without a limit of lines there is then one line.
    pub fn set_ellipsis(&mut self, ellipsis: impl AsRef<str>) -> &mut Self {
        self.ellipsis = ellipsis.as_ref().to_owned();
        self
    }

    /// The style of text that no other one was pushed for.
    pub fn set_text_style(&mut self, style: &TextStyle) -> &mut Self {
        self.text_style = style.clone();
        self
    }

    /// Lines there may be.
    pub(super) fn line_limit(&self) -> usize {
        match self.max_lines {
            Some(lines) => lines,
            None if self.ellipsis.is_empty() => usize::MAX,
            None => 1,
        }
    }

    pub(super) fn alignment(&self) -> parley::layout::Alignment {
        use parley::layout::Alignment;
        match (self.align, self.direction) {
            (TextAlign::Center, _) => Alignment::Center,
            (TextAlign::Justify, _) => Alignment::Justify,
            (TextAlign::Left, _) | (TextAlign::Start, TextDirection::LTR) | (TextAlign::End, TextDirection::RTL) => {
                Alignment::Left
            }
            (TextAlign::Right, _) | (TextAlign::Start, TextDirection::RTL) | (TextAlign::End, TextDirection::LTR) => {
                Alignment::Right
            }
        }
    }
}
