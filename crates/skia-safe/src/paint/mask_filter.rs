/// What a blurred shape looks like.
#[derive(Copy, Clone, PartialEq, Eq, Debug, Default)]
pub enum BlurStyle {
    /// Blurred inside and outside.
    #[default]
    Normal,
}

/// What is done to a shape's coverage before it is coloured: a Gaussian blur, as three box blurs.
#[derive(Clone, Debug)]
pub struct MaskFilter {
    pub(crate) sigma: f32,
    /// `sigma` is in the units of the shape, not in pixels.
    pub(crate) respects_matrix: bool,
}

impl MaskFilter {
    /// A blur of standard deviation `sigma`; `None` where it is not positive. With `respect_ctm` (the default) it scales with the canvas.
    pub fn blur(_style: BlurStyle, sigma: f32, respect_ctm: impl Into<Option<bool>>) -> Option<Self> {
        (sigma > 0.0).then(|| Self { sigma, respects_matrix: respect_ctm.into().unwrap_or(true) })
    }
}
