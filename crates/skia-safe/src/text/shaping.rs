use super::font_collection::Fonts;
use super::text_style::TextStyle;
use parley::Layout;
use parley::style::{
    FontFamily, FontFamilyName, FontFeatures, FontStyle, FontVariations, FontWeight, FontWidth, GenericFamily,
    LineHeight, OverflowWrap, StyleProperty,
};
use std::borrow::Cow;
use std::cell::RefCell;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;
use std::rc::Rc;

use super::font_weight::font_style::Slant;

/// Text and the styles of its spans.
#[derive(Clone, Default)]
pub(super) struct StyledText {
    pub text: String,
    pub styles: Vec<TextStyle>,
    /// Without gaps; each with the number of its style.
    pub spans: Vec<(Range<usize>, usize)>,
}

/// Text as glyphs, not yet in lines.
pub(super) struct Shaped {
    /// Lines are broken anew in it for each width.
    pub layout: RefCell<Layout<u32>>,
    /// The width of the widest part that cannot be broken.
    pub least_width: f32,
    /// The width of the longest line there is without breaking any.
    pub most_width: f32,
}

impl StyledText {
    /// What stands for the text as glyphs.
    pub fn key(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.text.hash(&mut hasher);
        for (range, style) in &self.spans {
            range.hash(&mut hasher);
            self.styles[*style].hash_shape(&mut hasher);
        }
        hasher.finish()
    }

    /// Paints and decorations are the caller's: two texts that differ in these only are the same here.
    pub fn shape_cached(&self, fonts: &mut Fonts, key: u64) -> Rc<Shaped> {
        if let Some(shaped) = fonts.shaped.get(key) {
            return shaped;
        }
        let layout = self.shape(fonts, self.text.len(), "");
        let widths = layout.calculate_content_widths();
        let shaped = Rc::new(Shaped { layout: RefCell::new(layout), least_width: widths.min, most_width: widths.max });
        fonts.shaped.put(key, shaped.clone(), 1);
        shaped
    }

    /// Shapes the first `length` bytes, and `tail` in their last style.
    pub fn shape(&self, fonts: &mut Fonts, length: usize, tail: &str) -> Layout<u32> {
        let text = [&self.text[..length], tail].concat();
        let families = &fonts.families;
        let mut builder = fonts.layouts.ranged_builder(&mut fonts.context, &text, 1.0, true);
        // A line is as high as its own letters: parley begins each with a box of its default style, which has a size of its own.
        if let Some(smallest) = self.spans.iter().map(|(_, style)| &self.styles[*style]).min_by(smaller) {
            for property in properties(smallest, families) {
                builder.push_default(property);
            }
        }
        for (i, (range, style)) in self.spans.iter().enumerate() {
            if range.start >= length && i > 0 {
                break;
            }
            let is_last = self.spans.get(i + 1).is_none_or(|(next, _)| next.start >= length);
            let range = range.start..if is_last { text.len() } else { range.end };
            if !range.is_empty() {
                let number = i as u32;
                for property in properties(&self.styles[*style], families) {
                    builder.push(property, range.clone());
                }
                builder.push(StyleProperty::Brush(number), range);
            }
        }
        builder.build(&text)
    }
}

fn smaller(one: &&TextStyle, other: &&TextStyle) -> std::cmp::Ordering {
    one.size.total_cmp(&other.size)
}

/// A style in parley's words. All of `families` are looked at after those the style names.
fn properties<'a>(style: &'a TextStyle, families: &'a [String]) -> Vec<StyleProperty<'a, u32>> {
    let names = style.families.iter().chain(families).map(|family| match family.as_str() {
        "sans-serif" => FontFamilyName::Generic(GenericFamily::SansSerif),
        "serif" => FontFamilyName::Generic(GenericFamily::Serif),
        "monospace" => FontFamilyName::Generic(GenericFamily::Monospace),
        name => FontFamilyName::Named(Cow::Borrowed(name)),
    });
    let slant = match style.font_style.slant {
        Slant::Upright => FontStyle::Normal,
        Slant::Italic => FontStyle::Italic,
        Slant::Oblique => FontStyle::Oblique(None),
    };
    let mut properties = vec![
        StyleProperty::FontFamily(FontFamily::List(Cow::Owned(names.collect()))),
        StyleProperty::FontSize(style.size),
        StyleProperty::FontWeight(FontWeight::new(style.font_style.weight.value())),
        StyleProperty::FontWidth(FontWidth::from_ratio(style.font_style.width.ratio())),
        StyleProperty::FontStyle(slant),
        StyleProperty::LetterSpacing(style.letter_spacing),
        StyleProperty::OverflowWrap(OverflowWrap::BreakWord),
    ];
    if let Some(height) = style.height {
        properties.push(StyleProperty::LineHeight(LineHeight::FontSizeRelative(height)));
    }
    // As CSS writes them: "wght" 550, "tnum" 1.
    let list = |settings: Vec<String>| Cow::Owned(settings.join(", "));
    if !style.coordinates.is_empty() {
        let axis = |tag: [u8; 4]| tag.map(char::from).iter().collect::<String>();
        let settings = style.coordinates.iter().map(|c| format!("\"{}\" {}", axis(c.axis.bytes()), c.value));
        properties.push(StyleProperty::FontVariations(FontVariations::Source(list(settings.collect()))));
    }
    if !style.features.is_empty() {
        let settings = style.features.iter().map(|(tag, value)| format!("\"{tag}\" {value}"));
        properties.push(StyleProperty::FontFeatures(FontFeatures::Source(list(settings.collect()))));
    }
    properties
}
