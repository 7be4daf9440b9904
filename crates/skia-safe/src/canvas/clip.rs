use super::state::State;
use crate::geometry::{IRect, Matrix};
use crate::path::Path;
use crate::raster::coverage::{Cover, Coverage};
use crate::raster::sparse_mask::{ClipMask, SparseMask, clipped};
use std::rc::Rc;

/// How a shape changes the clip.
#[derive(Copy, Clone, PartialEq, Eq, Debug, Default)]
pub enum ClipOp {
    /// Nothing is drawn inside the shape any more.
    Difference,
    /// Nothing is drawn outside the shape any more.
    #[default]
    Intersect,
}

/// Where is drawn: in `rect`, cut by each mask.
#[derive(Clone, Debug)]
pub(super) struct Clip {
    pub rect: IRect,
    pub masks: Vec<ClipMask>,
}

impl Clip {
    pub fn new(rect: IRect) -> Self {
        Self { rect, masks: Vec::new() }
    }

    /// The masks that cut something of `area` away.
    pub fn masks_over(&self, area: &IRect) -> Vec<&ClipMask> {
        self.masks.iter().filter(|mask| !mask.leaves(area)).collect()
    }
}

impl State {
    pub fn clip_path(&mut self, path: &Path, op: ClipOp, anti_alias: bool) {
        let device = self.matrix.map_rect(path.bounds()).0;
        if op == ClipOp::Intersect && path.0.rect.is_some() && !path.is_cut() && self.matrix.rect_stays_rect() {
            // Views lie on whole pixels; so a rectangle needs no mask.
            self.clip.rect = self.clip.rect.intersection(&device.round());
            return;
        }
        let inverse = op == ClipOp::Difference;
        if !inverse {
            self.clip.rect = self.clip.rect.intersection(&device.round_out());
        }
        if self.clip.rect.intersection(&device.round_out()).is_empty() {
            return;
        }
        let matrix = self.matrix;
        let surface = self.layers[0].bounds;
        let mask = self.mask(path, &matrix, anti_alias, surface);
        self.clip.masks.push(ClipMask { mask, inverse });
    }

    /// What `path` covers within `area`, kept for the next frame.
    fn mask(&mut self, path: &Path, matrix: &Matrix, anti_alias: bool, area: IRect) -> Rc<SparseMask> {
        let bounds = matrix.map_rect(path.bounds()).0.round_out().intersection(&area);
        let key = path.key(matrix, (anti_alias, bounds));
        if let Some(mask) = key.and_then(|key| self.masks.get(key)) {
            return mask;
        }
        let cuts = self.cuts(path, matrix, anti_alias, area);
        let cuts: Vec<&ClipMask> = cuts.iter().collect();
        let mask = Rc::new(SparseMask::new(bounds, |builder| {
            let mut cover = |x: i32, y: i32, coverage: Coverage<'_>| clipped(&cuts, x, y, coverage, builder);
            self.cover_path(path, matrix, anti_alias, bounds, &mut cover);
        }));
        if let Some(key) = key {
            self.masks.put(key, mask.clone(), mask.size());
        }
        mask
    }

    /// Masks for what `op` cut away from a path, within `area`.
    pub fn cuts(&mut self, path: &Path, matrix: &Matrix, anti_alias: bool, area: IRect) -> Vec<ClipMask> {
        let within = path.0.within.iter().map(|path| (path, false));
        let without = path.0.without.iter().map(|path| (path, true));
        within
            .chain(without)
            .map(|(path, inverse)| ClipMask { mask: self.mask(path, matrix, anti_alias, area), inverse })
            .collect()
    }

    /// Coverage of a path's outline, before anything was cut away, within `area`.
    pub fn cover_path(&mut self, path: &Path, matrix: &Matrix, anti_alias: bool, area: IRect, cover: &mut dyn Cover) {
        if let Some(outline) = &path.0.outline {
            self.accumulator.cover(outline, matrix.affine(), path.0.fill, anti_alias, area, cover);
        }
    }
}
