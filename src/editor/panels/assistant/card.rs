//! One card: an item of the suggestion, open, accepted or rejected.

use vizia::prelude::*;

use super::{
    CARDS_WIDTH,
    amount::amount,
    hold::hold_button,
    price::{self, price},
    range_bar::{Figures, range_bar},
    reason::reason,
    sets::{count, sets},
    words,
};
use crate::{
    analysis::Measurement,
    assistant::{Item, Module, Suggestion},
    editor::{
        desk::{
            Desk, Loudness,
            review::{Review, Verdict},
        },
        figures,
        widgets::{button, icon_button, tip},
    },
    settings::ChainSettings,
};

/// Less music over the gates than this says little about what was achieved, seconds.
const ENOUGH_S: f64 = 10.0;

/// From a card's edge to its text, logical pixels.
const PADDING: f32 = 10.0;
/// Room for a card's text, logical pixels.
pub const INNER_WIDTH: f32 = CARDS_WIDTH - 2.0 * PADDING;

/// The card of an item that does something, where `now` is what sounds.
pub fn card(
    cx: &mut Context,
    desk: &Desk,
    suggestion: &Suggestion,
    index: usize,
    review: &Review,
    now: &ChainSettings,
) {
    let Some(card) = review.cards.get(index) else { return };
    let item = &suggestion.items[index];
    let comes_to = || Comes {
        percent: card.percent,
        share: review.tried(Some(index)).share(index),
        sets: sets(item, &review.settings_with(index, suggestion, now)),
    };
    match card.verdict {
        Verdict::Open => open(cx, desk, suggestion, index, &comes_to()),
        Verdict::Accepted => accepted(cx, desk, item, index, &comes_to()),
        Verdict::Rejected => rejected(cx, desk, item, index),
    }
}

/// What a card comes to at the amounts of the moment.
struct Comes {
    /// Its own amount.
    percent: f64,
    /// How much of it that and the whole's amount leave, 0 to 1.
    share: f64,
    /// What it sets.
    sets: String,
}

/// A card's frame; `edge` is the class of its left edge.
pub fn frame<'a>(
    cx: &'a mut Context,
    edge: Option<&'static str>,
    content: impl FnOnce(&mut Context),
) -> Handle<'a, VStack> {
    VStack::new(cx, |cx| {
        content(cx);
        if let Some(edge) = edge {
            Element::new(cx)
                .class("edge")
                .class(edge)
                .position_type(PositionType::Absolute)
                .left(Pixels(0.0))
                .top(Pixels(0.0))
                .width(Pixels(2.0))
                .height(Stretch(1.0))
                .hoverable(false);
        }
    })
    .class("card")
    .padding(Pixels(PADDING))
    .padding_top(Pixels(8.0))
    .padding_bottom(Pixels(9.0))
    .gap(Pixels(6.0))
    .width(Stretch(1.0))
    .height(Auto)
}

/// A card's first line: what it is about, and a word about it on the right.
pub fn head(cx: &mut Context, title: &str, word: &str, class: &'static str) {
    HStack::new(cx, |cx| {
        Label::new(cx, title.to_owned()).class("title").hoverable(false);
        Element::new(cx).width(Stretch(1.0)).height(Pixels(1.0)).hoverable(false);
        Label::new(cx, word.to_owned()).class("strong").class(class).hoverable(false);
    })
    .alignment(Alignment::Left)
    .height(Pixels(17.0));
}

/// A paragraph as wide as the card.
pub fn prose(cx: &mut Context, text: impl Into<String>) {
    Label::new(cx, text.into()).class("prose").width(Stretch(1.0)).height(Auto).text_wrap(true).hoverable(false);
}

/// What a card sets.
fn set_line(cx: &mut Context, words: &str) {
    Label::new(cx, words::capital(words))
        .class("sets")
        .width(Stretch(1.0))
        .height(Auto)
        .text_wrap(true)
        .hoverable(false);
}

fn open(cx: &mut Context, desk: &Desk, suggestion: &Suggestion, index: usize, comes: &Comes) {
    let item = &suggestion.items[index];
    let word = words::confidence(item.confidence);
    frame(cx, Some("suggested-edge"), |cx| {
        head(cx, &words::title(item), word, "quiet");
        set_line(cx, &comes.sets);
        reason(cx, desk, index, &item.reason);
        figures_of(cx, desk, item, comes.share, None);
        if item.module == Module::Limiter && suggestion.loudness_price.len() > 1 {
            let view = price(cx, desk.console(), &suggestion.loudness_price, suggestion.price_chosen);
            tip(view, "Price of loudness", price::sentence(suggestion.price_chosen.as_ref()));
            hear_loudness(cx, desk, index);
        }
        HStack::new(cx, |cx| {
            let decided = desk.clone();
            amount(cx, desk.console(), format!("amount {index}"), comes.percent, move |percent| {
                let name = "amount of a suggestion";
                decided.decide(name, |review, suggestion, now| review.set_percent(index, percent, suggestion, now));
            });
            let heard = desk.clone();
            let sentence = "While held: this beside what is accepted, as loud as without it. Nothing is set.";
            hold_button(cx, "Hear", sentence, move |down| match down {
                true => heard.hear(Some(index), Loudness::Matched),
                false => heard.listen_plainly(),
            })
            .id(format!("hear {index}"));
            let (accepting, title) = (desk.clone(), words::title(item));
            let sentence = format!("{}: {}.", words::capital(&comes.sets), count(item));
            button(cx, "Accept".to_owned(), &sentence, move |_| {
                accepting.decide(&format!("accept {title}"), |review, suggestion, now| {
                    review.accept(index, suggestion, now)
                });
            })
            .class("accent")
            .id(format!("accept {index}"));
            reject_button(cx, desk, item, index);
        })
        .alignment(Alignment::Left)
        .gap(Pixels(6.0))
        .height(Pixels(24.0));
    });
}

/// Beside the trial at matched loudness, which tells what limiting does to the sound: one as loud as it will be.
fn hear_loudness(cx: &mut Context, desk: &Desk, index: usize) {
    HStack::new(cx, |cx| {
        let louder = desk.louder_lu(index).unwrap_or_default();
        let words = format!("{} louder", figures::with_unit(&figures::signed(louder as f32, 1), "LU"));
        Label::new(cx, words).class("small").hoverable(false);
        Element::new(cx).width(Stretch(1.0)).height(Pixels(1.0)).hoverable(false);
        let heard = desk.clone();
        let sentence = "While held: this as loud as it will be, not matched. Nothing is set.";
        hold_button(cx, "Hear loudness", sentence, move |down| match down {
            true => heard.hear(Some(index), Loudness::Own),
            false => heard.listen_plainly(),
        })
        .class("bare")
        .height(Pixels(20.0))
        .id(format!("hear loudness {index}"));
    })
    .alignment(Alignment::Left)
    .height(Pixels(20.0));
}

fn reject_button(cx: &mut Context, desk: &Desk, item: &Item, index: usize) {
    let (rejecting, title) = (desk.clone(), words::title(item));
    icon_button(cx, "×".to_owned(), "Reject", "Puts the card aside; it can be brought back.", move |_| {
        rejecting.decide(&format!("reject {title}"), |review, suggestion, now| review.reject(index, suggestion, now));
    })
    .id(format!("reject {index}"));
}

fn accepted(cx: &mut Context, desk: &Desk, item: &Item, index: usize, comes: &Comes) {
    frame(cx, None, |cx| {
        head(cx, &words::title(item), "accepted ✓", "fine");
        set_line(cx, &comes.sets);
        let achieved = desk.achieved().filter(|measured| measured.gated_s >= ENOUGH_S);
        figures_of(cx, desk, item, comes.share, achieved.as_deref());
        HStack::new(cx, |cx| {
            let decided = desk.clone();
            amount(cx, desk.console(), format!("amount {index}"), comes.percent, move |percent| {
                let name = "amount of a suggestion";
                decided.decide(name, |review, suggestion, now| review.set_percent(index, percent, suggestion, now));
            });
            let (undoing, title) = (desk.clone(), words::title(item));
            button(
                cx,
                "Undo this".to_owned(),
                "Takes this card alone back: what it set is as it was before.",
                move |_| {
                    undoing.decide(&format!("take back {title}"), |review, suggestion, now| {
                        review.reopen(index, suggestion, now)
                    });
                },
            )
            .id(format!("undo {index}"));
        })
        .alignment(Alignment::Left)
        .gap(Pixels(6.0))
        .height(Pixels(24.0));
    });
}

fn rejected(cx: &mut Context, desk: &Desk, item: &Item, index: usize) {
    frame(cx, None, |cx| {
        HStack::new(cx, |cx| {
            Label::new(cx, words::title(item)).class("quiet").hoverable(false);
            Label::new(cx, "rejected").class("dim").hoverable(false);
            Element::new(cx).width(Stretch(1.0)).height(Pixels(1.0)).hoverable(false);
            let (returning, title) = (desk.clone(), words::title(item));
            button(cx, "Bring back".to_owned(), "Lays the card open again.", move |_| {
                returning.decide(&format!("bring back {title}"), |review, suggestion, now| {
                    review.reopen(index, suggestion, now)
                });
            })
            .height(Pixels(20.0))
            .id(format!("return {index}"));
        })
        .alignment(Alignment::Left)
        .gap(Pixels(8.0))
        .height(Pixels(20.0));
    });
}

/// What was measured on the range it was held against, and in small print what it comes to.
fn figures_of(cx: &mut Context, desk: &Desk, item: &Item, share: f64, record: Option<&Measurement>) {
    if !words::has_range(item) {
        return;
    }
    let expected = item.effect.map(|effect| item.measured + share * (effect.expected - item.measured));
    let achieved = record.and_then(|record| item.effect.as_ref()?.read(record));
    let shown = Figures { measured: item.measured, low: item.target_low, high: item.target_high, expected, achieved };
    let view = range_bar(cx, desk.console(), shown);
    let sentence = "Blue dot: as it was measured. Green: the range of songs like this. Orange tick: what is expected. White ring: \
                    what the record measures since.";
    tip(view, figures_line(item, expected, achieved), sentence);
    HStack::new(cx, |cx| {
        Label::new(cx, figures_line(item, expected, achieved)).class("small").hoverable(false);
        Element::new(cx).width(Stretch(1.0)).height(Pixels(1.0)).hoverable(false);
        let place = item.time.map(|time| match time.to_s - time.from_s < 1.0 {
            true => format!("most at {}", figures::clock(time.from_s)),
            false => crate::figures::stretch(time.from_s, time.to_s),
        });
        let right = match (&item.effect, record) {
            (Some(_), Some(record)) => format!("after {}", figures::clock(record.heard_s)),
            _ => place.unwrap_or_else(|| words::range(item)),
        };
        Label::new(cx, right).class("small").hoverable(false);
    })
    .alignment(Alignment::Left)
    .height(Pixels(13.0));
}

/// `+2.8 → +1.2 dB`; once the record was heard, `expected +1.2, achieved +1.3 dB`.
fn figures_line(item: &Item, expected: Option<f64>, achieved: Option<f64>) -> String {
    let bare = |value: f64| {
        let text = words::figure(item, value);
        text.strip_suffix(item.unit.as_str()).map_or(text.clone(), |bare| bare.trim_end().to_owned())
    };
    match (expected, achieved) {
        (Some(expected), Some(achieved)) => {
            format!("expected {}, achieved {}", bare(expected), words::figure(item, achieved))
        }
        (Some(expected), None) => format!("{} → {}", bare(item.measured), words::figure(item, expected)),
        _ => words::figure(item, item.measured),
    }
}
