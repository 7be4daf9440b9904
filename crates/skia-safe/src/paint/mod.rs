//! How what is drawn looks: colour, shader, stroke, blend mode, filters.

mod blend_mode;
mod color;
mod color4f;
mod gradient;
mod image_filter;
mod mask_filter;
#[allow(clippy::module_inception)]
mod paint;
mod path_effect;
mod sampling;
mod shader;

pub use blend_mode::BlendMode;
pub use color::Color;
pub use color4f::{Color4f, ColorSpace};
pub use gradient::{gradient_shader, shaders};
pub use image_filter::ImageFilter;
pub use mask_filter::{BlurStyle, MaskFilter};
pub use paint::{Paint, PaintCap, PaintJoin, PaintStyle};
pub use path_effect::PathEffect;
pub use sampling::{FilterMode, MipmapMode, SamplingOptions};
pub(crate) use shader::{GradientLine, ShaderKind};
pub use shader::{Shader, TileMode};
