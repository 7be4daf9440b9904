use super::TileMode;
use crate::geometry::{IRect, Rect};

/// What is done to a layer, or to what lies under it, before it is drawn: cropped, then blurred.
#[derive(Clone, Debug, Default)]
pub struct ImageFilter {
    /// In the units of the canvas when the layer is saved.
    pub(crate) crop: Option<Rect>,
    /// Standard deviations in pixels.
    pub(crate) blur: Option<(f32, f32)>,
}

impl ImageFilter {
    /// Only what lies in `rect` of what `input` leaves, transparent outside. Of several crops the last counts.
    pub fn crop(
        rect: impl AsRef<Rect>,
        _tile_mode: impl Into<Option<TileMode>>,
        input: impl Into<Option<Self>>,
    ) -> Option<Self> {
        Some(Self { crop: Some(*rect.as_ref()), ..input.into().unwrap_or_default() })
    }

    /// A Gaussian blur, as three box blurs, of standard deviations `sigma` in pixels along x and y. Of several blurs the last counts.
    pub fn blur<'a>(
        self,
        _crop: impl Into<Option<&'a IRect>>,
        sigma: (f32, f32),
        _tile_mode: impl Into<Option<TileMode>>,
    ) -> Option<Self> {
        Some(Self { blur: Some(sigma), ..self })
    }
}
