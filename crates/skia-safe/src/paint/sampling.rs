/// How a colour between an image's pixels is found.
#[derive(Copy, Clone, PartialEq, Eq, Debug, Default)]
pub enum FilterMode {
    /// The nearest pixel's.
    #[default]
    Nearest,
    /// Between the four around.
    Linear,
}

/// Smaller copies of an image for drawing it smaller: there are none.
#[derive(Copy, Clone, PartialEq, Eq, Debug, Default)]
pub enum MipmapMode {
    #[default]
    None,
}

/// How an image is looked at when it is scaled, turned or moved by parts of a pixel.
#[derive(Copy, Clone, PartialEq, Debug, Default)]
pub struct SamplingOptions {
    pub filter: FilterMode,
    pub mipmap: MipmapMode,
}

impl SamplingOptions {
    pub fn new(filter: FilterMode, mipmap: MipmapMode) -> Self {
        Self { filter, mipmap }
    }

    pub(crate) fn to_tiny_skia(self) -> tiny_skia::FilterQuality {
        match self.filter {
            FilterMode::Nearest => tiny_skia::FilterQuality::Nearest,
            FilterMode::Linear => tiny_skia::FilterQuality::Bilinear,
        }
    }
}

impl From<FilterMode> for SamplingOptions {
    fn from(filter: FilterMode) -> Self {
        Self { filter, mipmap: MipmapMode::None }
    }
}
