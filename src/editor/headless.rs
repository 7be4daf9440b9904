//! The window without a display: built whole at any size, scale and theme, driven by injected events, drawn into memory, with
//! an instance of the plugin behind it that plays real audio. For tests, screenshots and measurements.

mod answers;
mod host;
#[cfg(test)]
mod tests;

use std::{
    cell::RefCell,
    collections::BTreeMap,
    rc::Rc,
    thread,
    time::{Duration, Instant},
};

pub use answers::nothing_to_do;
pub use host::Host;
use nice_plug::prelude::Params;
use vizia::prelude::*;
use vizia_baseview::Stage;

use super::{Act, Console, Desk, Library, SIZE, Theme, Tick, build_with};

/// Time between two ticks: thirty a second.
const TICK: Duration = Duration::from_micros(33_333);

/// How a window is built.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Look {
    /// Logical pixels.
    pub size: (u32, u32),
    /// Physical pixels to a logical one.
    pub scale: f32,
    pub theme: Theme,
}

impl Default for Look {
    fn default() -> Self {
        Self { size: SIZE, scale: 1.0, theme: Theme::Dark }
    }
}

/// What a host keeps of the plugin beside its parameters.
pub type Project = BTreeMap<String, String>;

/// What a hand did, as the host was told.
pub type Told = (String, Act);

/// A window without a display.
pub struct Headless {
    stage: Stage,
    console: Console,
    desk: Desk,
    /// The person's own presets, empty at first.
    presets: tempfile::TempDir,
    host: Host,
    told: Rc<RefCell<Vec<Told>>>,
    scale: f32,
    /// The button that is down.
    mouse: (f32, f32),
}

/// The root's view: there is no system to ask for a cursor or a size.
struct Nothing;

impl View for Nothing {}

impl Headless {
    /// A window over a fresh instance.
    ///
    /// # Panics
    /// When there is no memory for its picture.
    pub fn new(look: Look) -> Self {
        Self::over(Host::new(48_000), look)
    }

    /// A window over an instance that has played already.
    ///
    /// # Panics
    /// When there is no memory for its picture.
    pub fn over(host: Host, look: Look) -> Self {
        let told: Rc<RefCell<Vec<Told>>> = Rc::default();
        let mut console = None;
        let Ok(presets) = tempfile::tempdir() else { panic!("no folder for presets") };
        let library = Library::new(Some(presets.path().to_owned()));
        let (keep, instance) = (told.clone(), host.instance());
        let pixels = |logical: u32| (logical as f32 * look.scale).round() as u32;
        let size = (pixels(look.size.0), pixels(look.size.1));
        let stage = Stage::new(size, f64::from(look.scale), Nothing, |cx| {
            let made = Console::new(instance, move |gesture| {
                if let Act::Set(position) = gesture.act {
                    host::set(gesture.parameter.pointer, position);
                }
                keep.borrow_mut().push((gesture.parameter.id.clone(), gesture.act));
            });
            made.theme().set(look.theme);
            let desk = build_with(cx, &made, library);
            console = Some((made, desk));
        });
        let (Some(stage), Some((console, desk))) = (stage, console) else {
            panic!("no memory for a picture of {size:?}")
        };
        let mut window = Self { stage, console, desk, presets, host, told, scale: look.scale, mouse: (-1.0, -1.0) };
        window.settle();
        window
    }

    pub fn console(&self) -> &Console {
        &self.console
    }

    /// What is decided in the window.
    pub fn desk(&self) -> &Desk {
        &self.desk
    }

    /// Where the person's own presets are.
    pub fn presets(&self) -> &std::path::Path {
        self.presets.path()
    }

    /// The host and with it the plugin.
    pub fn host(&mut self) -> &mut Host {
        &mut self.host
    }

    /// The tree itself.
    pub fn stage(&mut self) -> &mut Stage {
        &mut self.stage
    }

    /// Takes what the host was told since the last call.
    pub fn take_told(&self) -> Vec<Told> {
        self.told.take()
    }

    /// What a host would save of the plugin beside its parameters.
    pub fn project(&self) -> Project {
        self.console.instance().memory.serialize_fields()
    }

    /// Loads what [`Headless::project`] gave, as a host that opens a project.
    pub fn load(&mut self, project: &Project) {
        self.console.instance().memory.deserialize_fields(project);
        self.settle();
    }

    /// Ticks until nothing moves any more, half a second at the most.
    pub fn settle(&mut self) {
        let start = Instant::now();
        loop {
            self.tick(0.0);
            self.stage.turn();
            if !self.stage.draw() && !self.console.is_applying() || start.elapsed() > Duration::from_millis(500) {
                return;
            }
            thread::sleep(Duration::from_millis(4));
        }
    }

    /// One tick that says `elapsed_s` have passed, and a turn.
    pub fn tick(&mut self, elapsed_s: f32) {
        let Self { stage, console, .. } = self;
        stage.with(|cx| console.tick(cx, Tick { elapsed_s }));
        stage.turn();
    }

    /// Plays `audio` (left, right) through the plugin, ticking and drawing as a host's timer would, but as fast as it goes.
    pub fn play(&mut self, left: &[f32], right: &[f32]) {
        let frames = (self.host.sample_rate_hz() as f32 * TICK.as_secs_f32()) as usize;
        for (left, right) in left.chunks(frames).zip(right.chunks(frames)) {
            self.host.process(left, right);
            self.tick(TICK.as_secs_f32());
            self.stage.draw();
        }
    }

    /// Lets the assistant hear `audio` from its start to its end, and waits for what it decides, a minute at the most.
    pub fn listen(&mut self, left: &[f32], right: &[f32]) {
        /// The worker takes up the music it is given this often, in frames: its ring holds a second.
        const PIECE: usize = 16_384;
        let before = self.console.instance().memory.decision();
        self.host.automate("listen", 1.0);
        for (left, right) in left.chunks(PIECE).zip(right.chunks(PIECE)) {
            self.play(left, right);
            thread::sleep(Duration::from_millis(15));
        }
        self.host.automate("listen", 0.0);
        // The plugin sees the switch with the next audio.
        self.play(&[0.0; 512], &[0.0; 512]);
        let start = Instant::now();
        while self.console.instance().memory.decision() == before && start.elapsed() < Duration::from_secs(60) {
            self.tick(TICK.as_secs_f32());
            thread::sleep(TICK);
        }
        self.settle();
    }

    /// Lets ticks pass without audio, as when the host has stopped: that long in real time.
    pub fn wait(&mut self, time: Duration) {
        let start = Instant::now();
        while start.elapsed() < time {
            self.tick(TICK.as_secs_f32());
            self.stage.draw();
            thread::sleep(TICK);
        }
    }

    /// The place of the view with this id in logical pixels: (x, y, width, height).
    pub fn place(&mut self, id: &str) -> Option<(f32, f32, f32, f32)> {
        let scale = self.scale;
        self.stage.with(|cx| {
            let view = EventContext::new(cx.context()).resolve_entity_identifier(id)?;
            let bounds = cx.cache().get_bounds(view);
            Some((bounds.x / scale, bounds.y / scale, bounds.w / scale, bounds.h / scale))
        })
    }

    /// The middle of the view with this id.
    ///
    /// # Panics
    /// When there is no such view.
    pub fn middle(&mut self, id: &str) -> (f32, f32) {
        let (x, y, w, h) = self.place(id).unwrap_or_else(|| panic!("there is no view `{id}`"));
        (x + w / 2.0, y + h / 2.0)
    }

    /// Chooses a line of the open menu, wherever the window's edge has let it go; where the menu scrolls, scrolls to it.
    ///
    /// # Panics
    /// When no menu is open, or it has no such line.
    pub fn choose(&mut self, line: &str) {
        /// What a menu keeps from the window's edge.
        const MARGIN: f32 = 4.0;
        /// What a notch scrolls, logical pixels.
        const NOTCH: f32 = 20.0;
        let (left, top, width, height) = self.place("menu").unwrap_or_else(|| panic!("no menu is open"));
        let (window_width, window_height) = self.stage.size();
        let over = |end: f32, window: u32| (end + MARGIN - window as f32 / self.scale).max(0.0);
        let (back, up) = (over(left + width, window_width), over(top + height, window_height));
        for _ in 0..4 {
            let (x, y) = self.middle(&format!("choice {line}"));
            if (top + 8.0..top + height - 8.0).contains(&y) {
                self.click((x - back, y - up));
                return;
            }
            let middle = top + height / 2.0;
            self.wheel((left + width / 2.0 - back, middle - up), ((middle - y) / NOTCH).round());
            self.settle();
        }
        panic!("`{line}` does not come into sight");
    }

    /// Moves the mouse there, in logical pixels.
    pub fn move_to(&mut self, (x, y): (f32, f32)) {
        self.mouse = (x, y);
        self.send(WindowEvent::MouseMove(x * self.scale, y * self.scale));
    }

    /// Presses a button where the mouse is.
    pub fn press(&mut self, button: MouseButton) {
        self.send(WindowEvent::MouseDown(button));
    }

    /// Releases a button.
    pub fn release(&mut self, button: MouseButton) {
        self.send(WindowEvent::MouseUp(button));
    }

    /// A click of the left button.
    pub fn click(&mut self, at: (f32, f32)) {
        self.move_to(at);
        self.press(MouseButton::Left);
        self.release(MouseButton::Left);
    }

    /// A click of the right button.
    pub fn right_click(&mut self, at: (f32, f32)) {
        self.move_to(at);
        self.press(MouseButton::Right);
        self.release(MouseButton::Right);
    }

    /// Two clicks within the time of a double click.
    pub fn double_click(&mut self, at: (f32, f32)) {
        self.click(at);
        self.click(at);
    }

    /// A drag with the left button in ten moves.
    pub fn drag(&mut self, from: (f32, f32), to: (f32, f32)) {
        self.move_to(from);
        self.press(MouseButton::Left);
        for step in 1..=10 {
            let share = step as f32 / 10.0;
            self.move_to((from.0 + (to.0 - from.0) * share, from.1 + (to.1 - from.1) * share));
        }
        self.release(MouseButton::Left);
    }

    /// Notches of the wheel at a place; up is positive.
    pub fn wheel(&mut self, at: (f32, f32), notches: f32) {
        self.move_to(at);
        self.send(WindowEvent::MouseScroll(0.0, notches));
    }

    /// Holds these modifier keys from now on.
    pub fn hold(&mut self, modifiers: Modifiers) {
        self.stage.set_modifiers(modifiers);
    }

    /// Drops a file there, in logical pixels.
    pub fn drop_file(&mut self, path: &std::path::Path, (x, y): (f32, f32)) {
        self.stage.drop_file(path.to_owned(), (x * self.scale, y * self.scale));
        self.tick(0.0);
    }

    /// Presses and releases a key.
    pub fn key(&mut self, code: Code, key: Key) {
        self.send(WindowEvent::KeyDown(code, Some(key.clone())));
        self.send(WindowEvent::KeyUp(code, Some(key)));
    }

    /// Types a text, letter by letter.
    pub fn type_text(&mut self, text: &str) {
        for letter in text.chars() {
            self.send(WindowEvent::CharInput(letter));
        }
    }

    /// Takes another size (logical pixels) and scale.
    pub fn resize(&mut self, (width, height): (u32, u32), scale: f32) {
        let pixels = |logical: u32| (logical as f32 * scale).round() as u32;
        self.scale = scale;
        assert!(self.stage.resize((pixels(width), pixels(height)), f64::from(scale)), "no memory for the picture");
        self.settle();
    }

    /// Draws what has changed and gives width, height and the pixels: premultiplied red, green, blue, alpha.
    pub fn picture(&mut self) -> (u32, u32, Vec<u8>) {
        self.settle();
        let (width, height) = self.stage.size();
        (width, height, self.stage.read_picture(<[u8]>::to_vec))
    }

    fn send(&mut self, event: WindowEvent) {
        self.stage.emit(event);
        self.tick(0.0);
    }
}
