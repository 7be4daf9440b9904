use super::state::State;
use super::{ClipOp, SaveLayerRec};
use crate::geometry::{IRect, M44, Matrix, Point, RRect, Rect, Vector};
use crate::paint::Paint;
use crate::path::Path;
use std::cell::{RefCell, RefMut};

/// Draws on a [`Surface`](crate::Surface). What draws is in `drawing.rs`; here are the matrix, the clip and layers.
pub struct Canvas(pub(crate) RefCell<State>);

impl Canvas {
    pub(crate) fn new(width: i32, height: i32) -> Self {
        Self(RefCell::new(State::new(width, height)))
    }

    pub(crate) fn state(&self) -> RefMut<'_, State> {
        self.0.borrow_mut()
    }

    /// Keeps matrix and clip for [`Self::restore`]. Returns what [`Self::save_count`] was.
    pub fn save(&self) -> usize {
        self.state().save(false)
    }

    /// [`Self::save`], and begins a layer: what is drawn until it is restored is then drawn as one, with the opacity, blend mode and image filter of
    /// the layer's paint.
    pub fn save_layer(&self, rec: &SaveLayerRec<'_>) -> usize {
        self.state().save_layer(rec)
    }

    /// A layer of an opacity from 0 to 255.
    pub fn save_layer_alpha(&self, bounds: impl Into<Option<Rect>>, alpha: u32) -> usize {
        self.save_layer_alpha_f(bounds, alpha as f32 / 255.0)
    }

    /// A layer of an opacity from 0 to 1.
    pub fn save_layer_alpha_f(&self, bounds: impl Into<Option<Rect>>, alpha: f32) -> usize {
        let mut paint = Paint::default();
        paint.set_alpha_f(alpha);
        let bounds = bounds.into();
        let rec = SaveLayerRec { bounds: bounds.as_ref(), paint: Some(&paint), backdrop: None };
        self.save_layer(&rec)
    }

    /// Back to the matrix and clip before the last save; its layer is drawn. Without one it does nothing.
    pub fn restore(&self) -> &Self {
        self.state().restore();
        self
    }

    /// How many saves are not restored, and one.
    pub fn save_count(&self) -> usize {
        self.state().save_count()
    }

    /// Restores until [`Self::save_count`] is `count`.
    pub fn restore_to_count(&self, count: usize) -> &Self {
        let mut state = self.state();
        while state.save_count() > count.max(1) {
            state.restore();
        }
        drop(state);
        self
    }

    pub fn translate(&self, delta: impl Into<Vector>) -> &Self {
        self.concat(&Matrix::translate(delta))
    }

    pub fn scale(&self, scale: (f32, f32)) -> &Self {
        self.concat(&Matrix::scale(scale))
    }

    /// Clockwise, around `pivot` or the origin.
    pub fn rotate(&self, degrees: f32, pivot: Option<Point>) -> &Self {
        self.concat(&Matrix::rotate_deg_pivot(degrees, pivot.unwrap_or_default()))
    }

    pub fn skew(&self, skew: (f32, f32)) -> &Self {
        self.concat(&Matrix::skew(skew))
    }

    /// `matrix` is applied before what was there.
    pub fn concat(&self, matrix: &Matrix) -> &Self {
        let mut state = self.state();
        let whole = state.matrix() * *matrix;
        state.set_matrix(whole);
        drop(state);
        self
    }

    pub fn set_matrix(&self, matrix: &M44) -> &Self {
        self.state().set_matrix(matrix.to_m33());
        self
    }

    pub fn reset_matrix(&self) -> &Self {
        self.state().set_matrix(Matrix::new_identity());
        self
    }

    /// The way from the units that are drawn in to pixels.
    pub fn local_to_device(&self) -> M44 {
        self.local_to_device_as_3x3().into()
    }

    pub fn local_to_device_as_3x3(&self) -> Matrix {
        self.state().matrix()
    }

    /// The pixels that may be drawn on; `None` where there are none.
    pub fn device_clip_bounds(&self) -> Option<IRect> {
        let rect = self.state().clip_rect();
        (!rect.is_empty()).then_some(rect)
    }

    /// [`Self::device_clip_bounds`] in the units that are drawn in.
    pub fn local_clip_bounds(&self) -> Option<Rect> {
        let inverse = self.local_to_device_as_3x3().invert()?;
        self.device_clip_bounds().map(|rect| inverse.map_rect(Rect::from(rect)).0)
    }

    /// Clips to a rectangle. Where it is not turned, its edges are rounded to whole pixels, whatever `anti_alias` says.
    pub fn clip_rect(
        &self,
        rect: impl AsRef<Rect>,
        op: impl Into<Option<ClipOp>>,
        anti_alias: impl Into<Option<bool>>,
    ) -> &Self {
        self.clip_path(&Path::rect(rect, None), op, anti_alias)
    }

    pub fn clip_rrect(
        &self,
        rrect: impl AsRef<RRect>,
        op: impl Into<Option<ClipOp>>,
        anti_alias: impl Into<Option<bool>>,
    ) -> &Self {
        self.clip_path(&Path::rrect(rrect, None), op, anti_alias)
    }

    pub fn clip_path(&self, path: &Path, op: impl Into<Option<ClipOp>>, anti_alias: impl Into<Option<bool>>) -> &Self {
        self.state().clip_path(path, op.into().unwrap_or_default(), anti_alias.into().unwrap_or(false));
        self
    }
}
