//! A vizia window without a display: what a host's window would do by hand, turn by turn.

use skia_safe::Surface;
use vizia::backend::{BackendContext, WindowDescription};
use vizia::events::EventManager;
use vizia::prelude::*;

/// The root view: draws nothing of its own.
struct Root;
impl View for Root {}

pub struct Window {
    cx: BackendContext,
    events: EventManager,
    surface: Surface,
    dirty_surface: Surface,
}

impl Window {
    /// `width` and `height` in points; `scale` pixels a point.
    pub fn new(width: u32, height: u32, scale: f32, content: impl FnOnce(&mut Context)) -> Self {
        let pixels = |points: u32| (points as f32 * scale).round();
        let size = (pixels(width) as i32, pixels(height) as i32);
        let mut cx = BackendContext::new(Context::new());
        cx.renegotiate_language();
        cx.0.add_built_in_styles();
        content(cx.context());
        let mut description = WindowDescription::new();
        description.inner_size = WindowSize::new(width, height);
        cx.add_main_window(Entity::root(), &description, scale);
        cx.add_window(Root);
        cx.0.windows.insert(Entity::root(), WindowState { window_description: description, ..Default::default() });
        cx.set_window_size(Entity::root(), pixels(width), pixels(height));
        cx.needs_refresh(Entity::root());
        let mut surface = skia_safe::surfaces::raster_n32_premul(size).expect("a window has a size");
        let dirty_surface = surface.new_surface_with_dimensions(size).expect("a window has a size");
        Self { cx, events: EventManager::new(), surface, dirty_surface }
    }

    /// One turn of the event loop. True while there is more to do.
    fn turn(&mut self) -> bool {
        Runtime::drain_pending_work();
        self.events.flush_events(self.cx.context(), |_| {});
        self.cx.process_style_updates();
        let animating = self.cx.process_animations();
        self.cx.process_visual_updates();
        self.cx.process_timers();
        self.cx.emit_scheduled_events();
        animating
            || self.cx.has_queued_events()
            || self.cx.0.windows.values().any(|window| !window.redraw_list.is_empty())
    }

    /// Turns and draws until nothing moves, half a second at most.
    pub fn settle(&mut self) {
        for _ in 0..60 {
            let more = self.turn();
            self.cx.draw(Entity::root(), &mut self.surface, &mut self.dirty_surface);
            if !more {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(8));
        }
    }

    fn send(&mut self, event: WindowEvent) {
        self.cx.emit_window_event(Entity::root(), event);
        self.turn();
    }

    /// A press and release of the left button at a point in pixels.
    pub fn click(&mut self, x: f32, y: f32) {
        self.send(WindowEvent::MouseMove(x, y));
        self.send(WindowEvent::MouseDown(MouseButton::Left));
        self.send(WindowEvent::MouseUp(MouseButton::Left));
    }

    /// One pixel of the window, premultiplied RGBA.
    pub fn pixel(&self, x: usize, y: usize) -> [u8; 4] {
        let width = self.surface.width() as usize;
        self.surface.with_rgba(|bytes| {
            let at = (y * width + x) * 4;
            bytes[at..at + 4].try_into().expect("four bytes")
        })
    }
}
