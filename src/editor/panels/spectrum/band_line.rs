//! The first line of the panel while a band is chosen: its values, in two pages that fit the narrowest window.

use std::{cell::RefCell, rc::Rc};

use vizia::prelude::*;

use super::{choice_menu, picture::Picture};
use crate::{
    editor::{
        Control,
        widgets::{button, icon_button, toggle, value_box},
    },
    settings::{Choice, FilterType, Placement, Slope},
};

/// Which of a band's values are in sight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// Shape and place.
    Main,
    /// How the gain follows the music.
    Dynamics,
}

const PAGES: [(Page, &str, &str); 2] = [
    (Page::Main, "Shape", "The band's shape, frequency, gain and Q."),
    (Page::Dynamics, "Dynamics", "How the band's gain follows the music: threshold, range and times."),
];

/// The line. `page` outlives it: the next band is shown as this one was.
pub fn band_line(
    cx: &mut Context,
    picture: &Rc<RefCell<Picture>>,
    band: usize,
    selected: Signal<Option<usize>>,
    page: Signal<Page>,
) {
    let (on, shown) = (picture.borrow().controls.bands[band].on.clone(), picture.clone());
    HStack::new(cx, |cx| {
        toggle(cx, &on, &format!("Band {}", band + 1)).height(Pixels(20.0));
        Binding::new(cx, page, move |cx| {
            HStack::new(cx, |cx| match page.get() {
                Page::Main => shape(cx, &shown, band),
                Page::Dynamics => dynamics(cx, &shown, band),
            })
            .alignment(Alignment::Left)
            .gap(Pixels(6.0))
            .width(Stretch(1.0))
            .height(Pixels(20.0));
        });
        for (wanted, word, sentence) in PAGES {
            button(cx, word.to_owned(), sentence, move |_| page.set(wanted))
                .class("bare")
                .checked(page.map(move |page| *page == wanted))
                .id(format!("band page {word}"))
                .padding_left(Pixels(6.0))
                .padding_right(Pixels(6.0))
                .height(Pixels(20.0));
        }
        icon_button(cx, "×".to_owned(), "Done", "Back to the graph's own options.", move |_| selected.set(None))
            .class("bare")
            .id("band done")
            .width(Pixels(20.0))
            .height(Pixels(20.0));
    })
    .alignment(Alignment::Left)
    .gap(Pixels(4.0))
    .height(Pixels(20.0));
}

fn shape(cx: &mut Context, picture: &Rc<RefCell<Picture>>, band: usize) {
    let picture = picture.borrow();
    let controls = &picture.controls.bands[band];
    choice_menu(cx, &controls.filter, FilterType::LABELS, "The band's shape.");
    value_box(cx, &controls.frequency);
    value_box(cx, &controls.gain);
    Label::new(cx, "Q").hoverable(false);
    value_box(cx, &controls.q);
    let (filter, slope) = (controls.filter.position(), controls.slope.clone());
    let last = (FilterType::LABELS.len() - 1) as f32;
    let cuts = filter.map(move |position| {
        let filter = FilterType::from_index((position * last).round() as usize);
        matches!(filter, FilterType::LowCut | FilterType::HighCut)
    });
    Binding::new(cx, cuts, move |cx| {
        if cuts.get() {
            choice_menu(cx, &slope, Slope::LABELS, "How steep the cut is.");
        }
    });
    choice_menu(cx, &controls.placement, Placement::LABELS, "Which part of the stereo image the band works on.");
}

fn dynamics(cx: &mut Context, picture: &Rc<RefCell<Picture>>, band: usize) {
    let picture = picture.borrow();
    let controls = &picture.controls.bands[band];
    toggle(cx, &controls.dynamic, "Dynamic").padding_left(Pixels(7.0)).padding_right(Pixels(7.0)).height(Pixels(20.0));
    let named: [(&str, &Control); 4] = [
        ("over", &controls.threshold),
        ("range", &controls.range),
        ("attack", &controls.attack),
        ("release", &controls.release),
    ];
    for (name, control) in named {
        HStack::new(cx, |cx| {
            Label::new(cx, name).hoverable(false);
            value_box(cx, control).class("plain").min_width(Pixels(40.0));
        })
        .alignment(Alignment::Left)
        .gap(Pixels(4.0))
        .width(Auto)
        .height(Pixels(20.0));
    }
}
