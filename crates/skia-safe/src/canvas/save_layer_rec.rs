use crate::geometry::Rect;
use crate::paint::{ImageFilter, Paint};

/// What a layer is like. See [`Canvas::save_layer`](super::Canvas::save_layer).
#[derive(Clone, Default)]
pub struct SaveLayerRec<'a> {
    pub(super) bounds: Option<&'a Rect>,
    pub(super) paint: Option<&'a Paint>,
    pub(super) backdrop: Option<&'a ImageFilter>,
}

impl<'a> SaveLayerRec<'a> {
    /// Nothing is drawn outside `bounds`.
    pub fn bounds(self, bounds: &'a Rect) -> Self {
        Self { bounds: Some(bounds), ..self }
    }

    /// Its opacity, blend mode and image filter are used when the layer is drawn.
    pub fn paint(self, paint: &'a Paint) -> Self {
        Self { paint: Some(paint), ..self }
    }

    /// The layer begins with what lies under it, filtered.
    pub fn backdrop(self, filter: &'a ImageFilter) -> Self {
        Self { backdrop: Some(filter), ..self }
    }
}
