//! The states that are shown, and how a window comes there: by the same hands and the same audio as in a host.

use std::{sync::OnceLock, thread, time::Duration};

use lacquer::{
    assistant::Excerpt,
    editor::{
        LEAST_SIZE, Theme,
        desk::presets::Existing,
        headless::{Headless, Look, Project, nothing_to_do},
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

/// Seconds of the demo mix that the assistant hears: more than it needs, both loud parts.
const HEARD_S: usize = 36;

pub const STATES: &[State] = &[
    State { name: "first-run", shows: "nothing heard yet", reach: || Headless::new(Look::default()) },
    State { name: "listening", shows: "while music is heard", reach: listening },
    State {
        name: "suggestions",
        shows: "what the assistant suggests for the demo mix",
        reach: || suggested(Look::default()),
    },
    State {
        name: "light",
        shows: "the same in the light theme",
        reach: || suggested(Look { theme: Theme::Light, ..Look::default() }),
    },
    State {
        name: "75-percent",
        shows: "the same at 75 %",
        reach: || suggested(Look { scale: 0.75, ..Look::default() }),
    },
    State {
        name: "200-percent",
        shows: "the same at 200 %",
        reach: || suggested(Look { scale: 2.0, ..Look::default() }),
    },
    State {
        name: "least-size",
        shows: "the same in the smallest window",
        reach: || suggested(Look { size: LEAST_SIZE, ..Look::default() }),
    },
    State { name: "heard-enough", shows: "while more is heard than is needed", reach: heard_enough },
    State { name: "too-little", shows: "too little heard to judge by", reach: too_little },
    State { name: "faults", shows: "what must be mended in the mix", reach: faults },
    State { name: "nothing-to-do", shows: "a master that needs nothing", reach: good_master },
    State { name: "rejected", shows: "a rejected card", reach: rejected },
    State { name: "price", shows: "the limiter's card with the price of loudness", reach: price },
    State { name: "accepted", shows: "after all was accepted and heard", reach: accepted },
    State { name: "modules", shows: "all modules at work", reach: modules },
    State { name: "modules-off", shows: "all modules off", reach: modules_off },
    State { name: "bypassed", shows: "bypassed while it plays", reach: bypassed },
    State { name: "stopped", shows: "after the host has stopped", reach: stopped },
    State { name: "preset-error", shows: "a broken preset", reach: preset_error },
    State { name: "reference-error", shows: "a reference that is no audio file", reach: reference_error },
    State { name: "band", shows: "the values of a chosen band", reach: || band("Shape") },
    State { name: "band-dynamics", shows: "how a chosen band follows the music", reach: || band("Dynamics") },
    State { name: "band-menu", shows: "the menu of a band", reach: band_menu },
    State { name: "hover", shows: "a threshold under the hand", reach: hover },
    State { name: "style-menu", shows: "what a song is held against", reach: || opened("style") },
    State { name: "long-menu", shows: "more presets than fit the window", reach: long_menu },
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
    window.wait(Duration::from_millis(900));
    window
}

/// The demo mix at 48 kHz, up to `seconds`.
fn demo(seconds: usize) -> Excerpt {
    let mut demo = synthesise(48_000);
    demo.left.truncate(seconds * 48_000);
    demo.right.truncate(seconds * 48_000);
    demo
}

/// Plays the demo mix, in time for the worker to follow.
fn play(window: &mut Headless, seconds: usize) {
    let demo = demo(seconds);
    for (left, right) in demo.left.chunks(16_384).zip(demo.right.chunks(16_384)) {
        window.play(left, right);
        thread::sleep(Duration::from_millis(30));
    }
}

fn set(window: &mut Headless, values: &[(&str, f32)]) {
    for (id, value) in values {
        window.console().control(id).set_value(*value);
    }
    window.settle();
}

fn listening() -> Headless {
    let mut window = Headless::new(Look::default());
    window.host().automate("listen", 1.0);
    play(&mut window, 22);
    window
}

/// A project in which the assistant has heard the demo mix.
fn project() -> &'static Project {
    static PROJECT: OnceLock<Project> = OnceLock::new();
    PROJECT.get_or_init(|| {
        let mut window = Headless::new(Look::default());
        let demo = demo(HEARD_S);
        window.listen(&demo.left, &demo.right);
        window.project()
    })
}

/// A window over what the assistant answers to this.
fn after(left: &[f32], right: &[f32]) -> Headless {
    let mut window = Headless::new(Look::default());
    window.listen(left, right);
    window
}

fn heard_enough() -> Headless {
    let mut window = Headless::new(Look::default());
    window.host().automate("listen", 1.0);
    play(&mut window, HEARD_S);
    window
}

fn too_little() -> Headless {
    let demo = demo(5);
    after(&demo.left, &demo.right)
}

fn faults() -> Headless {
    let mut demo = demo(HEARD_S);
    // A left channel that was recorded too hot.
    for sample in &mut demo.left {
        *sample = (*sample * 8.0).clamp(-1.0, 1.0);
    }
    after(&demo.left, &demo.right)
}

fn good_master() -> Headless {
    let mut window = Headless::new(Look::default());
    window.load(&nothing_to_do(project()));
    play(&mut window, HEARD_S);
    window
}

fn rejected() -> Headless {
    let mut window = suggested(Look::default());
    let first = (0..20).find(|index| window.place(&format!("reject {index}")).is_some());
    if let Some(index) = first {
        let at = window.middle(&format!("reject {index}"));
        window.click(at);
    }
    window.settle();
    window
}

fn price() -> Headless {
    let mut window = suggested(Look::default());
    let cards = window.middle("cards");
    for _ in 0..60 {
        window.wheel(cards, -1.0);
        window.settle();
        let limiter = (0..20).rev().find(|index| window.place(&format!("hear loudness {index}")).is_some());
        let seen = limiter.and_then(|index| window.place(&format!("accept {index}")));
        if seen.is_some_and(|(_, y, _, h)| y + h < 590.0) {
            break;
        }
    }
    window
}

/// Where a band's node lies in the graph at ±12 dB.
fn node(window: &mut Headless, band: usize) -> (f32, f32) {
    let value = |window: &Headless, suffix: &str| window.console().value(&format!("eq{band}_{suffix}"));
    let (hz, gain_db) = (value(window, "freq"), value(window, "gain"));
    let (x, y, w, h) = window.place("eq graph").unwrap_or_default();
    let share = (hz / 20.0).ln() / 1000f32.ln();
    (x + 30.0 + share * (w - 64.0), y + (h - 16.0) / 2.0 * (1.0 - gain_db / 12.0))
}

fn band(page: &str) -> Headless {
    let mut window = modules();
    let at = node(&mut window, 5);
    window.click(at);
    window.settle();
    let page = window.middle(&format!("band page {page}"));
    window.click(page);
    window.move_to(at);
    play(&mut window, 2);
    window
}

fn band_menu() -> Headless {
    let mut window = modules();
    let at = node(&mut window, 5);
    window.right_click(at);
    window.settle();
    window
}

fn hover() -> Headless {
    let mut window = modules();
    let threshold_db = window.console().value("comp2_threshold");
    let (x, y, w, h) = window.place("compressor graph").unwrap_or_default();
    let share = (400.0f32 / 20.0).ln() / 1000f32.ln();
    window.move_to((x + share * w, y - threshold_db / 60.0 * (h - 32.0)));
    play(&mut window, 1);
    window
}

/// A fresh window with the menu of a button.
fn opened(button: &str) -> Headless {
    let mut window = Headless::new(Look::default());
    let at = window.middle(button);
    window.click(at);
    window.settle();
    window
}

fn long_menu() -> Headless {
    let mut window = Headless::new(Look::default());
    for number in 1..=40 {
        window.desk().save_preset(&format!("Record of mine, song {number:02}"), Existing::Keep);
    }
    let at = window.middle("presets");
    window.click(at);
    window.settle();
    window
}

fn suggested(look: Look) -> Headless {
    let mut window = Headless::new(look);
    window.load(project());
    play(&mut window, HEARD_S);
    window
}

fn accepted() -> Headless {
    let mut window = Headless::new(Look::default());
    window.load(project());
    let all = window.middle("accept all");
    window.click(all);
    window.settle();
    play(&mut window, HEARD_S);
    window.wait(Duration::from_millis(1500));
    play(&mut window, 2);
    window
}

/// A sound in which everything works hard enough to be seen.
fn modules() -> Headless {
    let mut window = Headless::new(Look::default());
    let values = [
        ("eq1_on", 1.0),
        ("eq1_type", 3.0),
        ("eq1_freq", 30.0),
        ("eq3_on", 1.0),
        ("eq3_freq", 250.0),
        ("eq3_gain", -2.5),
        ("eq5_on", 1.0),
        ("eq5_freq", 3000.0),
        ("eq5_gain", 1.5),
        ("eq5_dyn_on", 1.0),
        ("eq5_dyn_range", -3.0),
        ("eq5_dyn_threshold", -36.0),
        ("comp_on", 1.0),
        ("comp_bands", 4.0),
        ("comp1_threshold", -26.0),
        ("comp2_threshold", -28.0),
        ("comp3_threshold", -34.0),
        ("comp4_threshold", -44.0),
        ("comp2_ratio", 2.0),
        ("imager_on", 1.0),
        ("width1", 60.0),
        ("width4", 120.0),
        ("mono_below_on", 1.0),
        ("limiter_on", 1.0),
        ("limiter_drive", 13.0),
    ];
    set(&mut window, &values);
    play(&mut window, 24);
    window
}

fn modules_off() -> Headless {
    let mut window = Headless::new(Look::default());
    set(&mut window, &[("eq3_on", 1.0), ("eq3_gain", -2.5), ("comp_bands", 3.0), ("eq_on", 0.0)]);
    play(&mut window, 14);
    window
}

fn bypassed() -> Headless {
    let mut window = suggested(Look::default());
    let at = window.middle("toggle bypass");
    window.click(at);
    play(&mut window, 4);
    window
}

fn stopped() -> Headless {
    let mut window = modules();
    window.wait(Duration::from_millis(800));
    window
}

fn preset_error() -> Headless {
    let mut window = Headless::new(Look::default());
    let file = window.presets().join("Old favourite.json");
    if std::fs::write(&file, "{ \"format\": \"lacquer-settings\", ").is_ok() {
        let previous = window.middle("previous preset");
        window.click(previous);
    }
    window.settle();
    window
}

fn reference_error() -> Headless {
    let mut window = Headless::new(Look::default());
    let file = window.presets().join("Cover.wav");
    if std::fs::write(&file, "no audio").is_ok() {
        let at = window.middle("assistant");
        window.drop_file(&file, at);
    }
    window.wait(Duration::from_millis(1500));
    window
}
