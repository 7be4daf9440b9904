//! From outlines to pixels, row by row: coverage of each pixel, cut by clips, coloured by a painter.
//!
//! tiny-skia's own loops work on whole pixmaps and whole masks. A window's frame is many small shapes on a big one, so these touch only the pixels that
//! change.

pub(crate) mod accumulator;
pub(crate) mod bitmap;
pub(crate) mod blend;
pub(crate) mod blur;
pub(crate) mod coverage;
pub(crate) mod flatten;
pub(crate) mod lanes;
pub(crate) mod lines;
pub(crate) mod over;
pub(crate) mod painter;
pub(crate) mod pixels;
pub(crate) mod sparse_mask;
pub(crate) mod strips;
