//! Text: fonts, paragraphs, glyphs. Shaping, fallback and line breaking are parley's, outlines skrifa's.

mod decoration;
mod ellipsis;
mod font_collection;
mod font_mgr;
mod font_variation;
mod font_weight;
mod glyphs;
mod laid_lines;
mod metrics;
mod paint_text;
mod paragraph;
mod paragraph_builder;
mod paragraph_style;
mod queries;
mod shaping;
mod text_style;

pub use font_mgr::{FontMgr, Typeface};
pub use font_variation::{FontArguments, FourByteTag, font_arguments};
pub use font_weight::{FontStyle, font_style};

/// Paragraphs.
pub mod textlayout {
    pub use super::decoration::{TextDecoration, TextDecorationStyle};
    pub use super::font_collection::FontCollection;
    pub use super::font_mgr::TypefaceFontProvider;
    pub use super::metrics::{
        Affinity, GlyphClusterInfo, LineMetrics, PositionWithAffinity, RectHeightStyle, RectWidthStyle, TextBox,
    };
    pub use super::paragraph::Paragraph;
    pub use super::paragraph_builder::ParagraphBuilder;
    pub use super::paragraph_style::{ParagraphStyle, TextAlign, TextDirection};
    pub use super::text_style::TextStyle;
}
