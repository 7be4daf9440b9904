use super::clip::Clip;
use super::layer::Layer;
use crate::cache::Cache;
use crate::geometry::{IRect, Matrix};
use crate::raster::accumulator::Accumulator;
use crate::raster::bitmap::Bitmap;
use crate::raster::pixels::Pixels;
use crate::raster::sparse_mask::SparseMask;
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes of masks and of shadows that are kept.
const MOST_MASKS: usize = 4 << 20;
const MOST_SHADOWS: usize = 8 << 20;

static NEXT_ID: AtomicU64 = AtomicU64::new(0);

/// All that a canvas knows.
pub(crate) struct State {
    /// The surface, and above it the layers under way.
    pub(super) layers: Vec<Layer>,
    /// Transparent images as large as the surface, for the next layers.
    pub(super) pool: Vec<Pixels>,
    pub(super) matrix: Matrix,
    pub(super) clip: Clip,
    pub(super) saves: Vec<Saved>,
    pub(super) accumulator: Accumulator,
    pub(super) masks: Cache<Rc<SparseMask>>,
    pub(super) shadows: Cache<Rc<Bitmap>>,
    /// Where the surface was drawn on since [`Self::take_damage`].
    damage: IRect,
    /// How often the surface was drawn on.
    revision: u64,
    /// No other surface's, ever.
    id: u64,
}

pub(super) struct Saved {
    matrix: Matrix,
    clip: Clip,
    is_layer: bool,
}

impl State {
    pub fn new(width: i32, height: i32) -> Self {
        let surface = Layer::surface(Pixels::new(width, height));
        let bounds = surface.bounds;
        Self {
            layers: vec![surface],
            pool: Vec::new(),
            matrix: Matrix::new_identity(),
            clip: Clip::new(bounds),
            saves: Vec::new(),
            accumulator: Accumulator::default(),
            masks: Cache::new(MOST_MASKS),
            shadows: Cache::new(MOST_SHADOWS),
            damage: bounds,
            revision: 0,
            id: NEXT_ID.fetch_add(1, Ordering::Relaxed),
        }
    }

    /// What the surface shows.
    pub fn pixels(&self) -> &Pixels {
        &self.layers[0].pixels
    }

    pub fn matrix(&self) -> Matrix {
        self.matrix
    }

    pub fn set_matrix(&mut self, matrix: Matrix) {
        self.matrix = matrix;
    }

    pub fn clip_rect(&self) -> IRect {
        self.clip.rect
    }

    pub fn save_count(&self) -> usize {
        self.saves.len() + 1
    }

    /// Returns the count from before.
    pub fn save(&mut self, is_layer: bool) -> usize {
        let count = self.save_count();
        self.saves.push(Saved { matrix: self.matrix, clip: self.clip.clone(), is_layer });
        count
    }

    pub fn restore(&mut self) {
        let Some(saved) = self.saves.pop() else { return };
        self.matrix = saved.matrix;
        self.clip = saved.clip;
        if saved.is_layer {
            self.draw_layer();
        }
    }

    /// The layer that is drawn on.
    pub(super) fn top(&mut self) -> &mut Layer {
        self.layers.last_mut().expect("the surface is never taken away")
    }

    /// Notes that `area` of the layer is drawn on.
    pub(super) fn touch(&mut self, area: IRect) {
        if self.layers.len() == 1 {
            self.damage = self.damage.union(&area);
            self.revision += 1;
        }
        let top = self.top();
        top.touched = top.touched.union(&area);
    }

    /// Copies `part` of `pixels` as it is to where their top left corner comes to `at`.
    pub fn place(&mut self, pixels: &Pixels, part: IRect, at: (i32, i32)) {
        let area = part.offset(at.0, at.1).intersection(&self.clip.rect);
        if !area.is_empty() {
            self.touch(area);
            self.top().pixels.place(pixels, area.offset(-at.0, -at.1), (area.left, area.top));
        }
    }

    pub fn id(&self) -> u64 {
        self.id
    }

    /// True where all of the surface itself is drawn on.
    pub fn is_whole(&self) -> bool {
        self.layers.len() == 1 && self.clip.masks.is_empty() && self.clip.rect == self.layers[0].bounds
    }

    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Where the surface was drawn on since the last call.
    pub fn take_damage(&mut self) -> IRect {
        std::mem::take(&mut self.damage)
    }
}
