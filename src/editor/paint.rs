//! Drawing by hand: paints, paths and text for views that draw themselves.

use std::{cell::RefCell, collections::HashMap, rc::Rc};

use vizia::{
    prelude::{BoundingBox, Canvas},
    vg::{
        Color, FontMgr, FontStyle, Paint, PaintStyle, Path, PathBuilder, PathEffect, Point, Rect, SamplingOptions,
        Surface,
        font_style::{Slant, Weight, Width},
        surfaces,
        textlayout::{FontCollection, Paragraph, ParagraphBuilder, ParagraphStyle, TextStyle, TypefaceFontProvider},
    },
};

use super::theme::{FONTS, Palette};

/// Laid out texts that are kept; more than a window shows at once.
const KEPT: usize = 512;
/// Wider than any line of the window, in physical pixels.
const ENDLESS: f32 = 8192.0;

/// Weight of [`write_strong`], as OpenType counts it.
pub const SEMI_BOLD: u16 = 600;

/// A smooth filling.
pub fn fill(color: Color) -> Paint {
    let mut paint = Paint::default();
    paint.set_anti_alias(true);
    paint.set_color(color);
    paint
}

/// A smooth line of a width in physical pixels.
pub fn stroke(color: Color, width: f32) -> Paint {
    let mut paint = fill(color);
    paint.set_style(PaintStyle::Stroke);
    paint.set_stroke_width(width);
    paint
}

/// A smooth dashed line; width and dashes in physical pixels.
pub fn dashed(color: Color, width: f32, dash: f32, gap: f32) -> Paint {
    let mut paint = stroke(color, width);
    paint.set_path_effect(PathEffect::dash(&[dash, gap], 0.0));
    paint
}

/// A picture that is drawn once and shown until what it depends on, `K`, has changed.
pub struct Layer<K>(Option<(K, Surface)>);

impl<K> Default for Layer<K> {
    fn default() -> Self {
        Self(None)
    }
}

impl<K: PartialEq> Layer<K> {
    /// Shows what `draw` draws within `bounds`, in whole physical pixels; drawn anew only where `key` is another one than the last time.
    pub fn show(&mut self, canvas: &Canvas, bounds: BoundingBox, key: K, draw: impl FnOnce(&Canvas)) {
        let (left, top) = (bounds.x.floor(), bounds.y.floor());
        if self.0.as_ref().is_none_or(|(known, _)| *known != key) {
            let size = ((bounds.right().ceil() - left) as i32, (bounds.bottom().ceil() - top) as i32);
            // Memory of this size is costly to ask for: what moves a little asks for it often.
            let kept = self.0.take().map(|(_, surface)| surface).filter(|kept| (kept.width(), kept.height()) == size);
            let Some(mut surface) = kept.or_else(|| surfaces::raster_n32_premul(size)) else { return };
            let picture = surface.canvas();
            picture.clear(Color::TRANSPARENT);
            picture.save();
            picture.translate((-left, -top));
            draw(picture);
            picture.restore();
            self.0 = Some((key, surface));
        }
        if let Some((_, picture)) = &mut self.0 {
            picture.draw(canvas, (left, top), SamplingOptions::default(), None);
        }
    }
}

/// `value` within two edges; at the lower one where they have crossed: for as long as a window is too small for what it shows, a
/// place's edges do.
pub fn within(value: f32, low: f32, high: f32) -> f32 {
    value.min(high).max(low)
}

/// vizia's box as a rectangle to draw.
pub fn rect(bounds: BoundingBox) -> Rect {
    Rect::new(bounds.x, bounds.y, bounds.x + bounds.w, bounds.y + bounds.h)
}

/// The open line through these points.
pub fn polyline(points: impl IntoIterator<Item = (f32, f32)>) -> Path {
    let mut path = PathBuilder::new();
    for (index, point) in points.into_iter().enumerate() {
        if index == 0 {
            path.move_to(point)
        } else {
            path.line_to(point)
        };
    }
    path.detach()
}

/// What lies between the line through these points and a level.
pub fn area(points: &[(f32, f32)], level: f32) -> Path {
    let mut path = PathBuilder::new();
    if let (Some(first), Some(last)) = (points.first(), points.last()) {
        path.move_to((first.0, level));
        for point in points {
            path.line_to(*point);
        }
        path.line_to((last.0, level));
        path.close();
    }
    path.detach()
}

/// Which part of a text stands at the place that is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    Left,
    Middle,
    Right,
}

/// Writes one line of text. `at` is the anchor's x and the middle of the line's height; sizes in physical pixels.
pub fn write(canvas: &Canvas, text: &str, at: (f32, f32), size: f32, color: Color, anchor: Anchor) {
    with_layout(text, size, false, color, |paragraph, width| put(canvas, paragraph, width, at, anchor));
}

/// [`write()`] in the heavier weight.
pub fn write_strong(canvas: &Canvas, text: &str, at: (f32, f32), size: f32, color: Color, anchor: Anchor) {
    with_layout(text, size, true, color, |paragraph, width| put(canvas, paragraph, width, at, anchor));
}

/// A value on a small card of its own over a line at a place, or under it where there is no room; it stays within a rectangle.
pub fn value_sign(canvas: &Canvas, palette: &Palette, value: &str, at: (f32, f32), within: Rect, scale: f32) {
    let size = 11.0 * scale;
    let (width, height) = (width_of(value, size, false) + 12.0 * scale, 18.0 * scale);
    let left = (at.0 - width / 2.0).min(within.right - width).max(within.left);
    let over = at.1 - height - 4.0 * scale;
    let top = if over >= within.top { over } else { at.1 + 4.0 * scale };
    let card = Rect::new(left, top, left + width, top + height);
    canvas.draw_round_rect(card, 4.0 * scale, 4.0 * scale, &fill(palette.raised.full()));
    let middle = (left + width / 2.0, top + height / 2.0);
    write(canvas, value, middle, size, palette.text.full(), Anchor::Middle);
}

/// How wide a line of text is, in physical pixels.
pub fn width_of(text: &str, size: f32, strong: bool) -> f32 {
    with_layout(text, size, strong, Color::WHITE, |_, width| width)
}

fn put(canvas: &Canvas, paragraph: &Paragraph, width: f32, (x, y): (f32, f32), anchor: Anchor) {
    let left = match anchor {
        Anchor::Left => x,
        Anchor::Middle => x - width / 2.0,
        Anchor::Right => x - width,
    };
    paragraph.paint(canvas, Point::new(left.round(), (y - paragraph.height() / 2.0).round()));
}

type Key = (String, u32, bool, u32);

struct Texts {
    fonts: FontCollection,
    kept: HashMap<Key, Rc<(Paragraph, f32)>>,
}

thread_local! {
    static TEXTS: RefCell<Texts> = RefCell::new(Texts { fonts: fonts(), kept: HashMap::new() });
}

fn fonts() -> FontCollection {
    let manager = FontMgr::default();
    let mut provider = TypefaceFontProvider::new();
    for font in FONTS {
        if let Some(face) = manager.new_from_data(font, None) {
            provider.register_typeface(face, None);
        }
    }
    let mut fonts = FontCollection::new();
    fonts.set_default_font_manager(manager, None);
    let provider: FontMgr = provider.into();
    fonts.set_asset_font_manager(provider);
    fonts
}

fn with_layout<T>(text: &str, size: f32, strong: bool, color: Color, use_it: impl FnOnce(&Paragraph, f32) -> T) -> T {
    let packed = u32::from_be_bytes([color.a(), color.r(), color.g(), color.b()]);
    let key = (text.to_owned(), size.to_bits(), strong, packed);
    let layout = TEXTS.with_borrow_mut(|texts| {
        if let Some(layout) = texts.kept.get(&key) {
            return layout.clone();
        }
        if texts.kept.len() >= KEPT {
            texts.kept.clear();
        }
        let mut style = TextStyle::new();
        let weight = if strong { i32::from(SEMI_BOLD) } else { 400 };
        style.set_font_families(&["Inter"]);
        style.set_font_size(size);
        style.set_font_style(FontStyle::new(Weight::from(weight), Width::NORMAL, Slant::Upright));
        style.set_color(color);
        let mut lines = ParagraphStyle::new();
        lines.set_text_style(&style);
        lines.set_max_lines(1);
        let mut builder = ParagraphBuilder::new(&lines, &texts.fonts);
        builder.push_style(&style);
        builder.add_text(text);
        let mut paragraph = builder.build();
        paragraph.layout(ENDLESS);
        let width = paragraph.longest_line();
        let layout = Rc::new((paragraph, width));
        texts.kept.insert(key, layout.clone());
        layout
    });
    use_it(&layout.0, layout.1)
}
