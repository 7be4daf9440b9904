use crate::data::Data;
use crate::geometry::{ISize, Matrix};
use crate::paint::{SamplingOptions, Shader, ShaderKind, TileMode};
use crate::raster::pixels::Pixels;
use std::fmt::{Debug, Formatter};
use std::sync::Arc;

/// What an image is written as.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum EncodedImageFormat {
    PNG,
}

/// A graphics card's context: there is no value of it.
pub enum DirectContext {}

/// An image in memory, cheap to clone.
#[derive(Clone)]
pub struct Image(Arc<Pixels>);

impl Debug for Image {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Image({} × {})", self.width(), self.height())
    }
}

impl AsRef<Image> for Image {
    fn as_ref(&self) -> &Image {
        self
    }
}

impl Image {
    /// From a PNG file's bytes; `None` for any other format and for a broken file.
    pub fn from_encoded(data: impl Into<Data>) -> Option<Self> {
        let pixmap = tiny_skia::Pixmap::decode_png(data.into().as_bytes()).ok()?;
        Some(Self::from_pixels(Pixels::from(&pixmap)))
    }

    /// As a file's bytes.
    pub fn encode<'a>(
        &self,
        _context: impl Into<Option<&'a mut DirectContext>>,
        format: EncodedImageFormat,
        _quality: impl Into<Option<u32>>,
    ) -> Option<Data> {
        match format {
            EncodedImageFormat::PNG => Some(Data::new_copy(&self.0.as_tiny_skia().encode_png().ok()?)),
        }
    }

    pub(crate) fn from_pixels(pixels: Pixels) -> Self {
        Self(Arc::new(pixels))
    }

    pub(crate) fn pixels(&self) -> &Pixels {
        &self.0
    }

    pub fn width(&self) -> i32 {
        self.0.width()
    }

    pub fn height(&self) -> i32 {
        self.0.height()
    }

    pub fn dimensions(&self) -> ISize {
        ISize::new(self.width(), self.height())
    }

    /// The image as a colour for each place, its top left corner at the origin. Both axes are tiled as the first of `tile_modes` says.
    pub fn to_shader<'a>(
        &self,
        tile_modes: impl Into<Option<(TileMode, TileMode)>>,
        sampling: impl Into<SamplingOptions>,
        local_matrix: impl Into<Option<&'a Matrix>>,
    ) -> Option<Shader> {
        let tile_mode = tile_modes.into().map_or(TileMode::Clamp, |(x, _)| x);
        Some(Shader {
            kind: ShaderKind::Image { image: self.clone(), tile_mode, sampling: sampling.into() },
            local_matrix: local_matrix.into().copied().unwrap_or_default(),
        })
    }
}
