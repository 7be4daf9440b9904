//! SVG documents, drawn by resvg: shapes, gradients, patterns, clips, masks and filters; no text, no raster images inside.

use crate::canvas::Canvas;
use crate::geometry::{IRect, Matrix, Rect, Size};
use crate::paint::Paint;
use crate::raster::pixels::Pixels;
use crate::text::FontMgr;
use crate::wrapper::PointerWrapper;
use resvg::usvg;
use std::cell::RefCell;
use std::fmt::{Display, Formatter};
use std::rc::Rc;

/// The longest side of a document on the screen, in pixels; larger ones are not drawn. No window is as large.
const LONGEST: i32 = 16_384;

/// A size as Skia's own struct names it.
#[allow(non_snake_case)]
#[derive(Clone, Copy, Debug, Default)]
pub struct NativeSize {
    pub fWidth: f32,
    pub fHeight: f32,
}

/// What can be read of a document.
#[allow(non_snake_case)]
#[derive(Clone, Debug, Default)]
pub struct NativeDom {
    /// The document's own size, until another one is set.
    pub fContainerSize: NativeSize,
}

/// Why a document could not be read.
#[derive(Debug)]
pub struct LoadError(usvg::Error);

impl Display for LoadError {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "the SVG document could not be read: {}", self.0)
    }
}

impl std::error::Error for LoadError {}

/// A document. Clones share what is drawn of it.
#[derive(Clone)]
pub struct Dom {
    tree: Rc<usvg::Tree>,
    native: NativeDom,
    /// What was drawn last, and through which matrix.
    last: Rc<RefCell<Option<Drawn>>>,
}

/// The matrix without its whole pixels of translation: an icon that moves by those stays the same.
type Key = [u32; 6];

type Drawn = (Key, Rc<Pixels>);

impl Dom {
    /// Reads a document from the bytes of its file, compressed or not. Fonts are not used.
    pub fn from_bytes(bytes: impl AsRef<[u8]>, _fonts: impl Into<FontMgr>) -> Result<Self, LoadError> {
        let tree = usvg::Tree::from_data(bytes.as_ref(), &usvg::Options::default()).map_err(LoadError)?;
        let size = NativeSize { fWidth: tree.size().width(), fHeight: tree.size().height() };
        Ok(Self { tree: Rc::new(tree), native: NativeDom { fContainerSize: size }, last: Rc::default() })
    }

    /// Reads a document from its text. Not `FromStr`, as it is not in skia-safe.
    #[allow(clippy::should_implement_trait)]
    pub fn from_str(text: impl AsRef<str>, fonts: impl Into<FontMgr>) -> Result<Self, LoadError> {
        Self::from_bytes(text.as_ref().as_bytes(), fonts)
    }

    /// The size that lengths in per cent refer to. A document with a size of its own is drawn in that.
    pub fn set_container_size(&mut self, size: impl Into<Size>) {
        let size = size.into();
        self.native.fContainerSize = NativeSize { fWidth: size.width, fHeight: size.height };
    }

    /// Draws the document with its top left corner at the origin.
    pub fn render(&self, canvas: &Canvas) {
        let mut state = canvas.state();
        let matrix = state.matrix();
        let size = self.tree.size();
        let area = matrix.map_rect(Rect::from_wh(size.width(), size.height())).0.round_out();
        if area.is_empty() || area.width().max(area.height()) > LONGEST {
            return;
        }
        let pixels = self.pixels(&matrix, area);
        state.set_matrix(Matrix::new_identity());
        state.draw_pixels(&pixels, pixels.bounds(), (area.left, area.top), &Paint::default());
        state.set_matrix(matrix);
    }

    fn pixels(&self, matrix: &Matrix, area: IRect) -> Rc<Pixels> {
        let matrix = Matrix::translate((-area.left, -area.top)) * *matrix;
        // Where a large translation leaves only some bits for parts of a pixel, differences below a 64th cannot be seen.
        let coarse = |offset: f32| ((offset * 64.0).round() as i32).cast_unsigned();
        let [a, b, c, d, e, f, ..] = matrix.0;
        let key = [a.to_bits(), b.to_bits(), coarse(c), d.to_bits(), e.to_bits(), coarse(f)];
        let mut last = self.last.borrow_mut();
        if let Some((_, pixels)) = last.as_ref().filter(|(last, _)| *last == key) {
            return pixels.clone();
        }
        let mut pixels = Pixels::new(area.width(), area.height());
        resvg::render(&self.tree, matrix.affine(), &mut pixels.as_tiny_skia_mut());
        let pixels = Rc::new(pixels);
        *last = Some((key, pixels.clone()));
        pixels
    }
}

impl PointerWrapper<NativeDom> for Dom {
    fn inner(&self) -> &NativeDom {
        &self.native
    }
}
