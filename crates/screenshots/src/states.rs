//! The states that are shown, and how a window comes there: by the same hands and the same audio as in a host.

use lacquer::{
    assistant::Excerpt,
    editor::{
        Theme,
        headless::{Headless, Look},
    },
    render::demo_mix::synthesise,
};

/// One picture.
pub struct State {
    /// The file's name, without `.png`.
    pub name: &'static str,
    pub shows: &'static str,
    /// Brings a window into the state.
    pub reach: fn() -> Headless,
}

pub const STATES: &[State] = &[
    State { name: "first-run", shows: "nothing heard yet", reach: || Headless::new(Look::default()) },
    State {
        name: "light",
        shows: "the light theme",
        reach: || Headless::new(Look { theme: Theme::Light, ..Look::default() }),
    },
    State { name: "75-percent", shows: "at 75 %", reach: || Headless::new(Look { scale: 0.75, ..Look::default() }) },
    State { name: "200-percent", shows: "at 200 %", reach: || Headless::new(Look { scale: 2.0, ..Look::default() }) },
    State { name: "listening", shows: "while music is heard", reach: listening },
    State {
        name: "suggestions",
        shows: "what the assistant suggests for the demo mix",
        reach: || suggestions(Theme::Dark),
    },
    State { name: "suggestions-light", shows: "the same in the light theme", reach: || suggestions(Theme::Light) },
    State { name: "accepted", shows: "after all was accepted and heard", reach: accepted },
    State { name: "error", shows: "a broken preset", reach: error },
    State { name: "menu", shows: "the window's menu", reach: menu },
    State { name: "tip", shows: "a tool tip", reach: tip },
];

fn menu() -> Headless {
    let mut window = Headless::new(Look::default());
    let at = window.middle("window menu");
    window.click(at);
    window
}

fn tip() -> Headless {
    let mut window = Headless::new(Look::default());
    let at = window.middle("value limiter_drive");
    window.move_to(at);
    window.wait(std::time::Duration::from_millis(900));
    window
}

/// The demo mix at 48 kHz, up to `seconds`.
fn demo(seconds: usize) -> Excerpt {
    let mut demo = synthesise(48_000);
    demo.left.truncate(seconds * 48_000);
    demo.right.truncate(seconds * 48_000);
    demo
}

fn listening() -> Headless {
    let mut window = Headless::new(Look::default());
    let demo = demo(22);
    window.host().automate("listen", 1.0);
    for (left, right) in demo.left.chunks(16_384).zip(demo.right.chunks(16_384)) {
        window.play(left, right);
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    window
}

fn suggestions(theme: Theme) -> Headless {
    let mut window = Headless::new(Look { theme, ..Look::default() });
    let demo = demo(36);
    window.listen(&demo.left, &demo.right);
    window
}

fn accepted() -> Headless {
    let mut window = suggestions(Theme::Dark);
    let all = window.middle("accept all");
    window.click(all);
    window.settle();
    let demo = demo(36);
    for (left, right) in demo.left.chunks(16_384).zip(demo.right.chunks(16_384)) {
        window.play(left, right);
        std::thread::sleep(std::time::Duration::from_millis(40));
    }
    window.wait(std::time::Duration::from_millis(1500));
    window
}

fn error() -> Headless {
    let mut window = Headless::new(Look::default());
    let file = window.presets().join("Old favourite.json");
    if std::fs::write(&file, "{ \"format\": \"lacquer-settings\", ").is_ok() {
        let previous = window.middle("previous preset");
        window.click(previous);
    }
    window.settle();
    window
}
