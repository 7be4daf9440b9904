//! Cost of the window: `cargo bench --bench editor`.
//!
//! Prints CPU milliseconds of the window's thread for a frame while a song plays and everything moves, split into what it takes to
//! hear the audio and to draw, and for each panel drawn alone. Others on the machine can only slow a frame down, so the median stands
//! beside the mean.

use cpu_time::ThreadTime;
use lacquer::{
    editor::headless::{Headless, Look},
    render::demo_mix,
};
use vizia::prelude::EventContext;

const RATE_HZ: u32 = 48_000;
const FRAMES_PER_S: usize = 60;
/// Frames that are measured, after as many that warm up.
const FRAMES: usize = 240;
/// Views that move, and the two that change with what is done, by their ids.
const PANELS: [&str; 7] =
    ["eq graph", "compressor graph", "vectorscope", "limiter trace", "loudness graph", "top bar", "assistant"];
/// Seconds of the song that the assistant hears before its column is drawn: enough for it to suggest something.
const HEARD_S: usize = 36;
const SETTINGS: [(&str, f32); 12] = [
    ("eq1_on", 1.0),
    ("eq1_gain", 2.0),
    ("eq3_on", 1.0),
    ("eq3_gain", -3.0),
    ("eq5_on", 1.0),
    ("eq5_dyn_on", 1.0),
    ("eq7_on", 1.0),
    ("eq7_gain", 1.5),
    ("comp_on", 1.0),
    ("comp_bands", 4.0),
    ("limiter_on", 1.0),
    ("limiter_drive", 8.0),
];

fn main() {
    for (name, scale) in [("100 %", 1.0), ("200 %", 2.0)] {
        measure(name, scale);
    }
}

fn measure(name: &str, scale: f32) {
    let song = demo_mix::synthesise(RATE_HZ);
    let mut window = Headless::new(Look { scale, ..Look::default() });
    for (id, value) in SETTINGS {
        window.console().control(id).set_value(value);
    }
    window.settle();
    let step = RATE_HZ as usize / FRAMES_PER_S;
    // From the chorus on.
    let start = song.left.len() / 2;
    let (mut hearing, mut drawing) = (Vec::new(), Vec::new());
    for frame in 0..2 * FRAMES {
        let from = (start + frame * step) % (song.left.len() - step);
        window.host().process(&song.left[from..from + step], &song.right[from..from + step]);
        let begun = ThreadTime::now();
        window.tick(1.0 / FRAMES_PER_S as f32);
        let heard = begun.elapsed();
        window.stage().draw();
        let drawn = begun.elapsed() - heard;
        if frame >= FRAMES {
            hearing.push(heard.as_secs_f64() * 1e3);
            drawing.push(drawn.as_secs_f64() * 1e3);
        }
    }
    let whole: Vec<f64> = hearing.iter().zip(&drawing).map(|(heard, drawn)| heard + drawn).collect();
    println!("{name}: milliseconds a frame     mean   median   95 %");
    for (what, mut times) in [("whole", whole), ("hearing and tick", hearing), ("drawing", drawing)] {
        report(what, &mut times);
    }
    // With its cards: empty it costs nothing.
    let heard = (HEARD_S * RATE_HZ as usize).min(song.left.len());
    window.listen(&song.left[..heard], &song.right[..heard]);
    assert!(window.place("cards").is_some(), "the assistant suggests something for the song");
    for id in PANELS {
        let mut times: Vec<f64> = (0..FRAMES).map(|_| redraw(&mut window, id)).collect();
        report(id, &mut times);
    }
}

/// Milliseconds to draw one view anew.
fn redraw(window: &mut Headless, id: &str) -> f64 {
    window.stage().with(|cx| {
        if let Some(view) = EventContext::new(cx.context()).resolve_entity_identifier(id) {
            cx.0.needs_redraw(view);
        }
    });
    let begun = ThreadTime::now();
    window.stage().draw();
    begun.elapsed().as_secs_f64() * 1e3
}

fn report(what: &str, times: &mut [f64]) {
    times.sort_by(f64::total_cmp);
    let mean = times.iter().sum::<f64>() / times.len() as f64;
    let at = |share: f64| times[(share * (times.len() - 1) as f64) as usize];
    println!("  {what:24} {mean:8.3} {:8.3} {:8.3}", at(0.5), at(0.95));
}
