//! The assistant's column: listen, what must be mended in the mix, cards, what is fine, and all of it at once.

mod amount;
mod answer;
mod card;
mod hold;
mod picker;
mod price;
mod range_bar;
mod reason;
mod sets;
mod taste;
#[cfg(test)]
mod tests;
mod waiting;
mod words;

use std::{cell::RefCell, rc::Rc};

use vizia::prelude::*;

use self::{
    answer::answered,
    card::{frame, head, prose},
    hold::hold_button,
    waiting::{fresh, hearing, thinking},
    words::Outcome,
};
use crate::{
    assistant::Suggestion,
    editor::{
        desk::{
            Desk, Loudness, Work,
            presets::Existing,
            review::{Review, Verdict},
        },
        figures,
        widgets::button,
    },
};

/// From this much music on the assistant judges with confidence, seconds that count.
const ENOUGH_S: f64 = 30.0;
/// Width of the column in logical pixels.
const WIDTH: f32 = 302.0;
const PADDING: f32 = 12.0;
/// Width of its cards.
const CARDS_WIDTH: f32 = WIDTH - 2.0 * PADDING;
/// Room beside the cards for the bar that says that there are more below; it lies within the column's padding.
const BAR: f32 = 9.0;

/// Builds the panel.
pub fn panel(cx: &mut Context, desk: &Desk) {
    let held = Rc::new(RefCell::new(desk.clone()));
    let column = Column { desk: held.clone() }
        .build(cx, |cx| {
            header(cx, desk);
            taste::taste(cx, desk);
            body(cx, desk);
            footer(cx, desk);
        })
        .class("panel")
        .layout_type(LayoutType::Column)
        .padding(Pixels(PADDING))
        .gap(Pixels(8.0))
        .width(Pixels(WIDTH))
        .height(Stretch(1.0))
        .id("assistant")
        .entity();
    desk.console().animate(column, &held, |desk, _| {
        desk.tick();
        false
    });
}

/// The column itself: files dropped on it are references.
struct Column {
    desk: Rc<RefCell<Desk>>,
}

impl View for Column {
    fn event(&mut self, _: &mut EventContext, event: &mut Event) {
        event.map(|event: &WindowEvent, meta| {
            if let WindowEvent::Drop(DropData::File(path)) = event {
                taste::add(&self.desk.borrow(), path.clone());
                meta.consume();
            }
        });
    }
}

/// What the column is at.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Stage {
    /// Nothing was heard yet.
    Fresh,
    Listening,
    Deciding,
    Answered,
}

fn stage(desk: &Desk, listens: bool, work: &Work) -> Stage {
    match (listens, work.deciding, desk.answer()) {
        (true, ..) => Stage::Listening,
        (_, Some(_), _) => Stage::Deciding,
        (.., Some(_)) => Stage::Answered,
        _ => Stage::Fresh,
    }
}

fn header(cx: &mut Context, desk: &Desk) {
    let listen = desk.console().control("listen");
    let position = listen.position();
    let (work, shown) = (desk.work(), desk.shown());
    let told = desk.clone();
    HStack::new(cx, |cx| {
        VStack::new(cx, |cx| {
            Label::new(cx, "Assistant").class("title").font_size(14.0).hoverable(false);
            let line = Memo::new(move |_| {
                shown.get();
                status(&told, position.get() >= 0.5, &work.get())
            });
            Label::new(cx, line).hoverable(false).id("assistant status");
        })
        .gap(Pixels(2.0))
        .width(Stretch(1.0))
        .height(Auto);
        let (heard, word_of) = (desk.clone(), desk.clone());
        let word = Memo::new(move |_| {
            shown.get();
            match (position.get() >= 0.5, word_of.answer().is_some()) {
                (true, _) => "Decide now",
                (false, true) => "Listen again",
                (false, false) => "Listen",
            }
            .to_owned()
        });
        let sentence =
            "Hears what comes in until it is pressed again, then decides. Play the song, its loudest part included.";
        button(cx, word, sentence, move |_| {
            heard.listen_plainly();
            listen.toggle();
        })
        .toggle_class(
            "accent",
            Memo::new({
                let desk = desk.clone();
                move |_| {
                    shown.get();
                    position.get() >= 0.5 || desk.answer().is_none()
                }
            }),
        )
        .height(Pixels(26.0))
        .id("listen");
    })
    .alignment(Alignment::Left)
    .height(Pixels(36.0));
}

/// The line under the column's name.
fn status(desk: &Desk, listens: bool, work: &Work) -> String {
    let heard = work.heard;
    match stage(desk, listens, work) {
        Stage::Fresh => "Has heard nothing yet".to_owned(),
        Stage::Listening if heard.heard_s < 0.1 => "Waits for music: press play".to_owned(),
        Stage::Listening => format!("Hears {}", figures::clock(heard.heard_s)),
        Stage::Deciding => {
            format!("Decides and verifies: {}", words::percent(100.0 * work.deciding.unwrap_or(0.0)))
        }
        Stage::Answered => {
            let Some(answer) = desk.answer() else { return String::new() };
            let loudest = answer.suggestion.as_ref().map(|suggestion| suggestion.measurement.loudness.loudest_start_s);
            match loudest.filter(|_| answer.heard_s > ENOUGH_S) {
                Some(loudest) => {
                    format!("Heard {}, loudest at {}", figures::clock(answer.heard_s), figures::clock(loudest))
                }
                None => format!("Heard {}", figures::clock(answer.heard_s)),
            }
        }
    }
}

fn body(cx: &mut Context, desk: &Desk) {
    let position = desk.console().control("listen").position();
    let work = desk.work();
    let deciding = Memo::new(move |_| work.get().deciding.is_some());
    let listening = Memo::new(move |_| position.get() >= 0.5);
    let desk = desk.clone();
    ScrollView::new(cx, move |cx| {
        VStack::new(cx, move |cx| {
            let shown = desk.shown();
            Binding::new(cx, shown, move |cx| {
                let desk = desk.clone();
                notice(cx, &desk);
                Binding::new(cx, listening, move |cx| {
                    let desk = desk.clone();
                    Binding::new(cx, deciding, move |cx| {
                        // Cards one below the other.
                        VStack::new(cx, |cx| {
                            if listening.get() {
                                hearing(cx, &desk);
                            } else if deciding.get() {
                                thinking(cx, &desk);
                            } else if let Some(answer) = desk.answer() {
                                answered(cx, &desk, &answer);
                            } else {
                                fresh(cx);
                            }
                        })
                        .gap(Pixels(6.0))
                        .width(Stretch(1.0))
                        .height(Auto);
                    });
                });
            });
        })
        .gap(Pixels(6.0))
        .width(Pixels(CARDS_WIDTH))
        .height(Auto);
    })
    .show_horizontal_scrollbar(false)
    .width(Pixels(CARDS_WIDTH + BAR))
    .height(Stretch(1.0))
    .id("cards");
}

/// What could not be loaded or saved, with the ways out.
fn notice(cx: &mut Context, desk: &Desk) {
    let Some(notice) = desk.with(|model| model.notice.clone()) else { return };
    frame(cx, Some("care-edge"), |cx| {
        head(cx, "Preset", "not done", "care");
        prose(cx, notice.sentence.clone());
        HStack::new(cx, |cx| {
            if let Some(name) = notice.replace.clone() {
                let (replacing, other) = (desk.clone(), desk.clone());
                let free = desk.with(|model| model.library.free_name(&name));
                button(cx, "Replace".to_owned(), "The old preset goes.", move |_| {
                    replacing.save_preset(&name, Existing::Replace)
                })
                .id("notice replace");
                let word = format!("Save as {free}");
                button(cx, word, "The old preset stays.", move |_| other.save_preset(&free, Existing::Keep));
            }
            let away = desk.clone();
            button(cx, "Close".to_owned(), "Everything is as it was.", move |_| away.dismiss_notice())
                .id("notice close");
        })
        .gap(Pixels(6.0))
        .height(Pixels(24.0));
    });
}

fn footer(cx: &mut Context, desk: &Desk) {
    let listening = desk.console().control("listen").position().map(|position| *position >= 0.5);
    let desk = desk.clone();
    let shown = desk.shown();
    Binding::new(cx, shown, move |cx| {
        let desk = desk.clone();
        Binding::new(cx, listening, move |cx| {
            let answer = desk.answer();
            let suggestion = answer.as_ref().and_then(|answer| answer.suggestion.as_ref());
            let acts = suggestion.is_some_and(|suggestion| words::outcome(suggestion) == Outcome::Cards);
            let review = desk.with(|model| model.kept.review.clone());
            let (Some(review), true, false) = (review, acts, listening.get()) else { return };
            let open = open_cards(suggestion, &review);
            taste::whole_amount(cx, &desk, review.whole_percent);
            HStack::new(cx, |cx| {
                let accepting = desk.clone();
                let sentence = "Sets what the open cards suggest, at their amounts, a few parameters at a time.";
                button(cx, "Accept all".to_owned(), sentence, move |_| {
                    accepting.decide("accept all", |review, suggestion, now| review.accept_all(suggestion, now));
                })
                .class("accent")
                .width(Stretch(1.0))
                .height(Pixels(30.0))
                .disabled(!open)
                .id("accept all");
                let heard = desk.clone();
                let sentence = "While held: all open cards beside what is accepted, as loud as without them.";
                hold_button(cx, "Hear", sentence, move |down| match down {
                    true => heard.hear(None, Loudness::Matched),
                    false => heard.listen_plainly(),
                })
                .height(Pixels(30.0))
                .disabled(!open)
                .id("hear all");
                let rejecting = desk.clone();
                button(cx, "Reject all".to_owned(), "Puts the open cards aside; what is accepted stays.", move |_| {
                    rejecting.decide("reject all", |review, suggestion, _| {
                        review.reject_all(suggestion);
                        Vec::new()
                    });
                })
                .height(Pixels(30.0))
                .disabled(!open)
                .id("reject all");
            })
            .gap(Pixels(8.0))
            .height(Pixels(30.0));
        });
    });
}

/// Whether any card waits for a decision.
fn open_cards(suggestion: Option<&Suggestion>, review: &Review) -> bool {
    let items = suggestion.map(|suggestion| suggestion.items.as_slice()).unwrap_or_default();
    items.iter().zip(&review.cards).any(|(item, card)| item.acts && card.verdict == Verdict::Open)
}
