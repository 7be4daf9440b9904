//! The states that are shown, and how a window comes there: by the same hands and the same audio as in a host.

use lacquer::editor::{
    Theme,
    headless::{Headless, Look},
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
