//! Drawing: a matrix, a clip and layers around shapes, images and text.

#[allow(clippy::module_inception)]
mod canvas;
mod clip;
mod drawing;
mod fill;
mod layer;
mod save_layer_rec;
mod shadow;
mod state;

pub use canvas::Canvas;
pub use clip::ClipOp;
pub use drawing::SrcRectConstraint;
pub use save_layer_rec::SaveLayerRec;
