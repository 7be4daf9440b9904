//! Glyphs as outlines and as coverage.

use super::laid_lines::GlyphRun;
use crate::path::PathFillType;
use crate::raster::accumulator::Accumulator;
use crate::raster::bitmap::Bitmap;
use skrifa::MetadataProvider;
use skrifa::instance::{LocationRef, NormalizedCoord, Size};
use skrifa::outline::{DrawSettings, OutlineGlyph, OutlinePen};
use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::rc::Rc;
use tiny_skia::Transform;

/// A glyph is kept for each quarter of a pixel that it may begin at.
pub(super) const PLACES: i32 = 4;

/// Glyphs that are kept; then all are forgotten.
const MOST_GLYPHS: usize = 8192;

/// Parts of the size that a letter is made bolder by where its family has no bold.
const EMBOLDENING: f32 = 1.0 / 24.0;

/// What is kept, for all surfaces of this thread.
#[derive(Default)]
pub(super) struct GlyphCache {
    /// By face, glyph and place; `None` for blank ones.
    bitmaps: HashMap<(u64, u32, i32), Option<Rc<Bitmap>>>,
    accumulator: Accumulator,
}

thread_local! {
    pub(super) static GLYPHS: RefCell<GlyphCache> = RefCell::default();
}

impl GlyphCache {
    /// Coverage of a glyph of `size` pixels whose origin is `place` quarters of a pixel right of pixel (0, 0); `None` where it is blank.
    pub fn bitmap(&mut self, run: &GlyphRun, face: u64, size: f32, glyph: u32, place: i32) -> Option<Rc<Bitmap>> {
        let key = (face, glyph, place);
        if let Some(bitmap) = self.bitmaps.get(&key) {
            return bitmap.clone();
        }
        if self.bitmaps.len() >= MOST_GLYPHS {
            self.bitmaps.clear();
        }
        let bitmap = self.rasterise(run, size, glyph, place).map(Rc::new);
        self.bitmaps.insert(key, bitmap.clone());
        bitmap
    }

    fn rasterise(&mut self, run: &GlyphRun, size: f32, glyph: u32, place: i32) -> Option<Bitmap> {
        let outline = run.outline(glyph, size)?;
        let outline = outline.transform(Transform::from_translate(place as f32 / PLACES as f32, 0.0))?;
        let area = crate::Rect::from(outline.bounds()).round_out();
        if area.is_empty() {
            return None;
        }
        let mut bitmap = Bitmap::new(area);
        self.accumulator.fill(&outline, Transform::identity(), PathFillType::Winding, area, &mut bitmap);
        Some(bitmap)
    }
}

impl GlyphRun {
    /// What stands for this run's font in `size` pixels.
    pub fn face(&self, size: f32) -> u64 {
        let mut hasher = DefaultHasher::new();
        (self.font.data.id(), self.font.index, size.to_bits(), &self.coordinates).hash(&mut hasher);
        (self.skew.map(f32::to_bits), self.embolden).hash(&mut hasher);
        hasher.finish()
    }

    /// A glyph's outline around its origin, y down; `None` where it is blank.
    pub fn outline(&self, glyph: u32, size: f32) -> Option<tiny_skia::Path> {
        let font = skrifa::FontRef::from_index(self.font.data.as_ref(), self.font.index).ok()?;
        let outlines = font.outline_glyphs();
        let glyph: OutlineGlyph<'_> = outlines.get(skrifa::GlyphId::new(glyph))?;
        let coordinates: Vec<NormalizedCoord> =
            self.coordinates.iter().map(|bits| NormalizedCoord::from_bits(*bits)).collect();
        let mut pen = Pen(tiny_skia::PathBuilder::new());
        let settings = DrawSettings::unhinted(Size::new(size), LocationRef::new(&coordinates));
        glyph.draw(settings, &mut pen).ok()?;
        let mut outline = pen.0.finish()?;
        if self.embolden {
            let stroke = tiny_skia::Stroke { width: size * EMBOLDENING, ..tiny_skia::Stroke::default() };
            let border = outline.stroke(&stroke, 1.0)?;
            let mut both = tiny_skia::PathBuilder::new();
            both.push_path(&outline);
            both.push_path(&border);
            outline = both.finish()?;
        }
        match self.skew {
            Some(degrees) => outline.transform(Transform::from_skew(-degrees.to_radians().tan(), 0.0)),
            None => Some(outline),
        }
    }
}

/// Fonts count y upwards.
struct Pen(tiny_skia::PathBuilder);

impl OutlinePen for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.0.move_to(x, -y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.0.line_to(x, -y);
    }

    fn quad_to(&mut self, control_x: f32, control_y: f32, x: f32, y: f32) {
        self.0.quad_to(control_x, -control_y, x, -y);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.0.cubic_to(x1, -y1, x2, -y2, x, -y);
    }

    fn close(&mut self) {
        self.0.close();
    }
}
