/// Width and height.
#[derive(Copy, Clone, PartialEq, Default, Debug)]
pub struct Size {
    pub width: f32,
    pub height: f32,
}

impl Size {
    /// A size of `width` by `height`.
    pub const fn new(width: f32, height: f32) -> Self {
        Self { width, height }
    }
}

impl From<(f32, f32)> for Size {
    fn from((width, height): (f32, f32)) -> Self {
        Self { width, height }
    }
}

/// Width and height in whole pixels.
#[derive(Copy, Clone, PartialEq, Eq, Default, Debug)]
pub struct ISize {
    pub width: i32,
    pub height: i32,
}

impl ISize {
    /// A size of `width` by `height` pixels.
    pub const fn new(width: i32, height: i32) -> Self {
        Self { width, height }
    }
}

impl From<(i32, i32)> for ISize {
    fn from((width, height): (i32, i32)) -> Self {
        Self { width, height }
    }
}
