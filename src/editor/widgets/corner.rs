//! The window's lower right corner: dragging it makes the window larger or smaller.

use vizia::prelude::*;

use super::tip::tip;
use crate::editor::{Console, LEAST_SIZE, paint::stroke};

const SIZE: f32 = 18.0;

struct Corner {
    console: Console,
    /// From the mouse to the window's corner when the drag began, in physical pixels.
    held: Option<(f32, f32)>,
}

/// The handle; the last thing in the window but for its menus.
pub fn corner(cx: &mut Context, console: &Console) {
    let handle = Corner { console: console.clone(), held: None }.build(cx, |_| {});
    tip(
        handle,
        "Size",
        "Drag to make the window larger or smaller. The menu at the upper right makes everything in it larger.",
    )
    .position_type(PositionType::Absolute)
    .left(Stretch(1.0))
    .top(Stretch(1.0))
    .right(Pixels(0.0))
    .bottom(Pixels(0.0))
    .size(Pixels(SIZE))
    .cursor(CursorIcon::NwseResize)
    .id("corner");
}

impl View for Corner {
    fn event(&mut self, cx: &mut EventContext, event: &mut Event) {
        event.map(|event: &WindowEvent, meta| match event {
            WindowEvent::MouseDown(MouseButton::Left) => {
                let window = cx.cache.get_bounds(Entity::root());
                let mouse = cx.mouse();
                self.held = Some((window.w - mouse.cursor_x, window.h - mouse.cursor_y));
                cx.capture();
                meta.consume();
            }
            WindowEvent::MouseMove(x, y) => {
                let Some((right, below)) = self.held else { return };
                let zoom = self.console.zoom().get();
                // The system's own logical pixels, which know nothing of the zoom.
                let system = cx.scale_factor() / zoom;
                let length = |pixels: f32, least: u32| (pixels / system).max(least as f32 * zoom).round() as u32;
                let size = WindowSize::new(length(x + right, LEAST_SIZE.0), length(y + below, LEAST_SIZE.1));
                cx.emit_to(Entity::root(), WindowEvent::SetSize(size));
                meta.consume();
            }
            WindowEvent::MouseUp(MouseButton::Left) if self.held.take().is_some() => {
                cx.release();
                meta.consume();
            }
            _ => {}
        });
    }

    fn draw(&self, cx: &mut DrawContext, canvas: &Canvas) {
        let (bounds, scale, palette) = (cx.bounds(), cx.scale_factor(), self.console.palette());
        let paint = stroke(palette.dim.full(), 1.2 * scale);
        for inset in [4.0, 8.0] {
            let (right, bottom) = (bounds.right() - 3.0 * scale, bounds.bottom() - 3.0 * scale);
            canvas.draw_line((right - inset * scale, bottom), (right, bottom - inset * scale), &paint);
        }
    }
}
