use super::state::State;
use crate::geometry::{IRect, Matrix, Rect};
use crate::paint::{MaskFilter, Paint};
use crate::path::Path;
use crate::raster::bitmap::Bitmap;
use crate::raster::blur;
use crate::raster::coverage::Coverage;
use crate::raster::sparse_mask::{ClipMask, clipped};
use std::rc::Rc;

/// The longest side of a blurred shape, in pixels: larger ones are not drawn. No window is as large.
const LONGEST: i32 = 16_384;

impl State {
    /// Fills `path` in the paint's colour, with its coverage blurred.
    pub(super) fn draw_blurred(&mut self, path: &Path, paint: &Paint, filter: &MaskFilter) {
        let sigma = if filter.respects_matrix { filter.sigma * self.matrix.mean_scale() } else { filter.sigma };
        // Bounds from before anything was cut away: an inner shadow's are those of what it is cut from.
        let Some(outline) = &path.0.outline else { return };
        let device = self.matrix.map_rect(Rect::from(outline.bounds())).0;
        let area = device.round_out().outset(blur::reach(sigma));
        if self.clip.rect.intersection(&area).is_empty() || area.width().max(area.height()) > LONGEST {
            return;
        }
        let shadow = self.shadow(path, sigma, area);
        self.cover_bitmap(&shadow, (area.left, area.top), paint.color);
    }

    /// The blurred coverage of `path`, with `area`'s top left corner as its origin, kept for the next frame. A shadow that moves by whole pixels stays the same.
    fn shadow(&mut self, path: &Path, sigma: f32, area: IRect) -> Rc<Bitmap> {
        let (width, height) = (area.width(), area.height());
        let matrix = Matrix::translate((-area.left, -area.top)) * self.matrix;
        let key = path.key(&matrix, (sigma.to_bits(), width, height));
        if let Some(shadow) = key.and_then(|key| self.shadows.get(key)) {
            return shadow;
        }
        let all = IRect::from_wh(width, height);
        let mut shadow = Bitmap::new(all);
        let cuts = self.cuts(path, &matrix, true, all);
        let cuts: Vec<&ClipMask> = cuts.iter().collect();
        let mut cover = |x: i32, y: i32, coverage: Coverage<'_>| clipped(&cuts, x, y, coverage, &mut shadow);
        self.cover_path(path, &matrix, true, all, &mut cover);
        blur::blur::<1>(&mut shadow.alphas, width as usize, height as usize, sigma, sigma);
        let shadow = Rc::new(shadow);
        if let Some(key) = key {
            self.shadows.put(key, shadow.clone(), shadow.alphas.len());
        }
        shadow
    }
}
