use crate::geom::*;
use crate::paint::*;
use std::sync::Arc;
use tiny_skia::Pixmap;

#[derive(Clone, Debug)]
pub struct Data(Arc<Vec<u8>>);
impl Data {
    /// # Safety
    /// Copies; the keyword is kept for signature compatibility.
    pub unsafe fn new_bytes(d: &[u8]) -> Self {
        Self::new_copy(d)
    }
    pub fn new_copy(d: &[u8]) -> Self {
        Self(Arc::new(d.to_vec()))
    }
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

#[derive(Clone)]
pub struct Image(Arc<Pixmap>);
impl std::fmt::Debug for Image {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Image({}x{})", self.width(), self.height())
    }
}
impl AsRef<Image> for Image {
    fn as_ref(&self) -> &Image {
        self
    }
}
impl Image {
    /// PNG only in this probe.
    pub fn from_encoded(d: impl Into<Data>) -> Option<Image> {
        Pixmap::decode_png(d.into().as_bytes()).ok().map(Self::from_pixmap)
    }
    pub(crate) fn from_pixmap(p: Pixmap) -> Self {
        Self(Arc::new(p))
    }
    pub(crate) fn pixmap(&self) -> &Pixmap {
        &self.0
    }
    pub fn width(&self) -> i32 {
        self.0.width() as i32
    }
    pub fn height(&self) -> i32 {
        self.0.height() as i32
    }
    pub fn dimensions(&self) -> ISize {
        ISize::new(self.width(), self.height())
    }
    /// RGBA, premultiplied.
    pub fn pixels(&self) -> &[u8] {
        self.0.data()
    }
    pub fn to_shader<'a>(
        &self,
        tile: impl Into<Option<(TileMode, TileMode)>>,
        sampling: impl Into<SamplingOptions>,
        local: impl Into<Option<&'a Matrix>>,
    ) -> Option<Shader> {
        Some(Shader {
            kind: ShaderKind::Image(self.clone(), tile.into().map_or(TileMode::Clamp, |t| t.0), sampling.into()),
            local: local.into().copied().unwrap_or_default(),
        })
    }
}
