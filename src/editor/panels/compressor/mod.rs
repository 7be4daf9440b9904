//! The compressor: its bands with level, threshold and reduction, and the values of the chosen one.

mod graph;
mod plot;

use vizia::prelude::*;

use self::graph::Graph;
use super::{frame, head, reset_button};
use crate::{
    assistant::Module,
    editor::{
        Console, Desk,
        widgets::{button, named_value, segmented, toggle},
    },
};

/// Which values are in sight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Page {
    /// The chosen band's threshold, ratio and times.
    Main,
    /// The chosen band's knee, make-up gain and range.
    Shape,
    /// What all bands share.
    All,
}

const PAGES: [(Page, &str, &str); 3] = [
    (Page::Main, "Main", "Threshold, ratio and times of the chosen band."),
    (Page::Shape, "Shape", "Knee, make-up gain and range of the chosen band."),
    (Page::All, "All", "What all bands share: detector, low cut, link and mix."),
];

/// Builds the panel.
pub fn panel(cx: &mut Context, desk: &Desk) {
    let console = desk.console();
    let chosen = Signal::new(0usize);
    let page = Signal::new(Page::Main);
    frame(cx, |cx| {
        head(cx, desk, Module::Compressor, |cx| {
            segmented(cx, &console.control("comp_bands"), &["1", "2", "3", "4"]);
            reset_button(cx, console, "compressor", |id| {
                id.starts_with("comp") && id != "comp_on" || id.starts_with("crossover")
            });
        });
        Graph::build(cx, console, chosen).id("compressor graph").width(Stretch(1.0)).height(Stretch(1.0));
        let (line, values) = (console.clone(), console.clone());
        HStack::new(cx, |cx| {
            Binding::new(cx, chosen, move |cx| {
                let band = chosen.get() + 1;
                HStack::new(cx, |cx| {
                    toggle(cx, &line.control(&format!("comp{band}_on")), &format!("Band {band}")).height(Pixels(20.0));
                    toggle(cx, &line.control(&format!("comp{band}_solo")), "Solo").height(Pixels(20.0));
                })
                .gap(Pixels(4.0))
                .size(Auto);
            });
            Element::new(cx).width(Stretch(1.0)).height(Pixels(1.0)).hoverable(false);
            for (wanted, word, sentence) in PAGES {
                button(cx, word.to_owned(), sentence, move |_| page.set(wanted))
                    .class("bare")
                    .checked(page.map(move |page| *page == wanted))
                    .id(format!("compressor page {word}"))
                    .padding_left(Pixels(5.0))
                    .padding_right(Pixels(5.0))
                    .height(Pixels(20.0));
            }
        })
        .alignment(Alignment::Left)
        .gap(Pixels(2.0))
        .height(Pixels(20.0));
        let both = Memo::new(move |_| (chosen.get(), page.get()));
        Binding::new(cx, both, move |cx| {
            let (band, page) = both.get();
            page_values(cx, &values, band + 1, page);
        });
    })
    .gap(Pixels(6.0))
    .width(Stretch(284.0));
}

fn page_values(cx: &mut Context, console: &Console, band: usize, page: Page) {
    let of_band = |suffix: &str| console.control(&format!("comp{band}_{suffix}"));
    HStack::new(cx, |cx| match page {
        Page::Main => {
            for (suffix, name) in
                [("threshold", "threshold"), ("ratio", "ratio"), ("attack", "attack"), ("release", "release")]
            {
                named_value(cx, &of_band(suffix), name).width(Stretch(1.0));
            }
        }
        Page::Shape => {
            for (suffix, name) in [("knee", "knee"), ("makeup", "make-up"), ("range", "range")] {
                named_value(cx, &of_band(suffix), name).width(Stretch(1.0));
            }
            toggle(cx, &of_band("auto_release"), "Auto release").height(Pixels(20.0)).top(Pixels(14.0));
        }
        Page::All => {
            named_value(cx, &console.control("comp_detector"), "detector").width(Stretch(1.0));
            for (id, name) in [("comp_sc_low_cut", "low cut"), ("comp_link", "link"), ("comp_mix", "mix")] {
                named_value(cx, &console.control(id), name).width(Stretch(1.0));
            }
        }
    })
    .gap(Pixels(4.0))
    .height(Pixels(36.0));
}
