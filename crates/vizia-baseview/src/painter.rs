//! Brings a stage's picture into a window of the system.

use std::num::NonZeroU32;

use baseview::{HandlerError, WindowContext};

use crate::Stage;

/// A window's pixels.
pub struct Painter {
    surface: softbuffer::Surface<WindowContext, WindowContext>,
    /// Something lay over the window, or its size is new: all of it is shown again.
    exposed: bool,
}

impl Painter {
    /// The pixels of the window of `context`, of this size in physical pixels.
    pub fn new(context: &WindowContext, size: (u32, u32)) -> Result<Self, HandlerError> {
        let display = softbuffer::Context::new(context.clone()).map_err(failed)?;
        let surface = softbuffer::Surface::new(&display, context.clone()).map_err(failed)?;
        let mut painter = Self { surface, exposed: true };
        painter.resize(size)?;
        Ok(painter)
    }

    pub fn resize(&mut self, (width, height): (u32, u32)) -> Result<(), HandlerError> {
        self.exposed = true;
        self.surface.resize(at_least_one(width), at_least_one(height)).map_err(failed)
    }

    /// Says that what the window shows may have been damaged.
    pub fn expose(&mut self) {
        self.exposed = true;
    }

    /// Draws what has changed and shows it.
    pub fn paint(&mut self, stage: &mut Stage) -> Result<(), HandlerError> {
        if !stage.draw() && !self.exposed {
            return Ok(());
        }
        let (width, height) = stage.size();
        let mut buffer = self.surface.buffer_mut().map_err(failed)?;
        if buffer.len() != (width * height) as usize {
            return Ok(());
        }
        // An age of 1 says that the buffer still holds the last picture.
        let whole = self.exposed || buffer.age() != 1;
        let damage = stage.take_damage();
        let area = if whole { stage.whole() } else { damage };
        if !area.is_empty() {
            stage.copy_picture(&area, &mut buffer);
            let shown = softbuffer::Rect {
                x: area.columns.start as u32,
                y: area.rows.start as u32,
                width: at_least_one(area.columns.len() as u32),
                height: at_least_one(area.rows.len() as u32),
            };
            buffer.present_with_damage(&[shown]).map_err(failed)?;
        }
        self.exposed = false;
        Ok(())
    }
}

fn at_least_one(length: u32) -> NonZeroU32 {
    NonZeroU32::new(length).unwrap_or(NonZeroU32::MIN)
}

fn failed(error: impl std::fmt::Display) -> HandlerError {
    HandlerError::from_boxed(error.to_string().into())
}
