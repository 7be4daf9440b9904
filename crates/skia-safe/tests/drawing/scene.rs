//! A surface to draw on, and its pixels.

use skia_safe::textlayout::{
    FontCollection, Paragraph, ParagraphBuilder, ParagraphStyle, TextStyle, TypefaceFontProvider,
};
use skia_safe::{Canvas, Color, FontMgr, Paint, PaintStyle, Surface, surfaces};

pub struct Scene {
    pub surface: Surface,
}

impl Scene {
    /// Draws on `background`.
    pub fn new(width: i32, height: i32, background: Color, draw: impl FnOnce(&Canvas)) -> Self {
        let mut surface = surfaces::raster_n32_premul((width, height)).expect("a scene has a size");
        surface.canvas().clear(background);
        draw(surface.canvas());
        Self { surface }
    }

    pub fn bytes(&mut self) -> Vec<u8> {
        let pixels = self.surface.peek_pixels().expect("a surface in memory");
        pixels.bytes().expect("a surface in memory").to_vec()
    }

    /// Premultiplied red, green, blue, alpha.
    pub fn pixel(&mut self, x: i32, y: i32) -> [u8; 4] {
        let at = ((y * self.surface.width() + x) * 4) as usize;
        self.bytes()[at..at + 4].try_into().expect("four bytes")
    }

    /// One channel of all pixels, row by row, from 0 to 1.
    pub fn channel(&mut self, channel: usize) -> Vec<f64> {
        self.bytes().chunks_exact(4).map(|pixel| f64::from(pixel[channel]) / 255.0).collect()
    }

    /// The sum of one channel over all pixels: the area that is white on black.
    pub fn area(&mut self) -> f64 {
        self.channel(0).iter().sum()
    }
}

/// An antialiased paint in one colour.
pub fn ink(color: impl Into<Color>) -> Paint {
    let mut paint = Paint::default();
    paint.set_anti_alias(true).set_color(color);
    paint
}

/// An antialiased stroke.
pub fn pen(color: impl Into<Color>, width: f32) -> Paint {
    let mut paint = ink(color);
    paint.set_style(PaintStyle::Stroke).set_stroke_width(width);
    paint
}

/// The fonts that the program ships.
pub fn fonts() -> FontCollection {
    let files: [&[u8]; 3] = [
        include_bytes!("../../../../assets/fonts/Inter-Regular.otf"),
        include_bytes!("../../../../assets/fonts/Inter-SemiBold.otf"),
        include_bytes!("../../../../assets/fonts/LacquerSymbols-Regular.ttf"),
    ];
    let mut provider = TypefaceFontProvider::new();
    for file in files {
        let typeface = FontMgr::new().new_from_data(file, None).expect("a font file");
        provider.register_typeface(typeface, None);
    }
    let mut fonts = FontCollection::new();
    fonts.set_asset_font_manager(Some(provider.into()));
    fonts
}

pub fn text_style(size: f32, color: Color) -> TextStyle {
    let mut style = TextStyle::new();
    style.set_font_families(&["Inter"]).set_font_size(size).set_color(color);
    style
}

pub fn paragraph(
    fonts: &FontCollection,
    style: &ParagraphStyle,
    text_style: &TextStyle,
    text: &str,
    width: f32,
) -> Paragraph {
    let mut builder = ParagraphBuilder::new(style, fonts);
    builder.push_style(text_style).add_text(text);
    let mut paragraph = builder.build();
    paragraph.layout(width);
    paragraph
}
