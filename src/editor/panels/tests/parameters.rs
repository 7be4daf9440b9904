//! Every parameter of the host has its place in the window.

use vizia::prelude::SignalGet;

use super::{place, set, window};
use crate::{
    editor::headless::Headless,
    params::HostParams,
    settings::{Choice, FilterType, MAX_BANDS},
};

/// Parameters without a control of their own, and why.
const EXCUSED: [(&str, &str); 4] = [
    ("accept", "for hosts without a window: here each card is accepted by itself"),
    ("assist_amount", "for hosts without a window: here cards have amounts, and all of them one"),
    ("level_match", "the window's own matching follows the loudness that is measured"),
    ("level_match_gain", "the same"),
];

/// What has another control than a widget that is named after its parameter.
fn other_way(window: &mut Headless, id: &str) -> bool {
    let assistant = |window: &mut Headless, line: &str| {
        let at = window.middle("style");
        window.click(at);
        window.choose(line);
    };
    match id {
        "listen" => {
            let at = window.middle("listen");
            window.click(at);
        }
        "assist_deliver" => {
            let at = window.middle("delivery");
            window.click(at);
            window.choose("CD −11\u{a0}LUFS, −0.3\u{a0}dBTP");
        }
        "assist_eq" => assistant(window, "Equaliser"),
        "assist_comp" => assistant(window, "Compressor"),
        "assist_imager" => assistant(window, "Imager"),
        "assist_limiter" => assistant(window, "Limiter"),
        id if id.starts_with("crossover") => {
            let hz = window.console().value(id);
            let (x, y, w, h) = window.place("compressor graph").expect("the graph");
            let at = (x + (hz / 20.0).ln() / 1000f32.ln() * w, y + h - 9.0);
            window.drag(at, (at.0 + 4.0, at.1));
        }
        _ => return false,
    }
    true
}

/// Brings the values of a band into sight, as a hand would.
fn choose_band(window: &mut Headless, id: &str) {
    let Some((module, rest)) = id.split_once('_') else { return };
    let number = module.chars().last().and_then(|letter| letter.to_digit(10));
    let Some(number) = number else {
        if id.starts_with("comp_") {
            click(window, "compressor page All");
        }
        return;
    };
    if module.starts_with("eq") {
        let at = place(window, window.console().value(&format!("{module}_freq")), 0.0);
        window.click(at);
        let page = if rest.starts_with("dyn") { "Dynamics" } else { "Shape" };
        click(window, &format!("band page {page}"));
    } else if module.starts_with("comp") {
        let edges_hz = [20.0, 120.0, 1000.0, 5000.0, 20_000.0];
        let hz = edges_hz[number as usize - 1] * 1.6f32;
        let (x, y, w, h) = window.place("compressor graph").expect("the graph");
        // Away from the thresholds, which lie at the top.
        window.click((x + (hz / 20.0).ln() / 1000f32.ln() * w, y + (h - 32.0) / 2.0));
        let shape = ["knee", "makeup", "range", "auto_release"].contains(&rest);
        click(window, &format!("compressor page {}", if shape { "Shape" } else { "Main" }));
    }
    window.settle();
}

fn click(window: &mut Headless, id: &str) {
    let at = window.middle(id);
    window.click(at);
    window.settle();
}

/// Changes a parameter by the widget that is named after it; says whether there is one.
fn widget(window: &mut Headless, id: &str) -> bool {
    for kind in ["value", "toggle", "power", "menu"] {
        let Some((x, y, w, h)) = window.place(&format!("{kind} {id}")) else { continue };
        let at = (x + w / 2.0, y + h / 2.0);
        assert!(x >= 0.0 && x + w <= 1100.0 && w > 10.0, "{id} is in sight: {x}, {w}");
        match kind {
            "value" => {
                let up = window.console().control(id).position().get() < 0.5;
                window.wheel(at, if up { 1.0 } else { -1.0 });
            }
            "menu" => {
                window.click(at);
                let line = match id.rsplit('_').next() {
                    Some("type") => "Notch",
                    Some("slope") => "24 dB/oct",
                    Some("placement") => "Side",
                    Some("phase") => "Linear",
                    _ => panic!("{id} has a menu of its own"),
                };
                window.choose(line);
            }
            _ => window.click(at),
        }
        return true;
    }
    // Side by side: what is not chosen yet.
    for word in ["2", "3"] {
        if window.place(&format!("segment {id} {word}")).is_some() {
            click(window, &format!("segment {id} {word}"));
            return true;
        }
    }
    false
}

#[test]
fn every_parameter_of_the_host_can_be_changed_by_hand() {
    let mut window = window();
    let mut missing = Vec::new();
    for (id, ..) in HostParams::default().map() {
        if EXCUSED.iter().any(|(excused, _)| *excused == id) {
            continue;
        }
        set(&mut window, &[("comp_bands", MAX_BANDS as f32)]);
        for band in 1..=8 {
            let is_cut = id == format!("eq{band}_slope");
            let filter = if is_cut { FilterType::LowCut } else { FilterType::Bell };
            let own = |suffix: &str| format!("eq{band}_{suffix}");
            let frequency_hz = 40.0 * 2f32.powi(band);
            let values = [("on", 1.0), ("type", filter.index() as f32), ("freq", frequency_hz), ("gain", 0.0)];
            let values = values.map(|(suffix, value)| (own(suffix), value));
            set(&mut window, &values.each_ref().map(|(id, value)| (id.as_str(), *value)));
        }
        choose_band(&mut window, &id);
        let before = window.console().value(&id);
        let found = other_way(&mut window, &id) || widget(&mut window, &id);
        window.settle();
        if !found || window.console().value(&id) == before {
            missing.push(id);
        }
    }
    assert!(missing.is_empty(), "no hand can change {missing:?}");
}
