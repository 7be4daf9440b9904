//! The assistant's column: listen, what must be mended in the mix, cards, what is fine, and all of it at once.

mod amount;
mod card;
mod hold;
mod picker;
mod price;
mod range_bar;
mod taste;
mod words;

use std::{cell::RefCell, rc::Rc};

use vizia::prelude::*;

use self::{
    card::{card, frame, head, prose},
    hold::hold_button,
    words::Outcome,
};
use crate::{
    assistant::{MixFix, Suggestion},
    editor::{
        desk::{
            Desk, Work,
            presets::Existing,
            review::{Review, Verdict},
        },
        figures,
        widgets::button,
    },
    plugin::memory::AssistantState,
};

/// From this much music on the assistant judges with confidence, seconds that count.
const ENOUGH_S: f64 = 30.0;
/// Width of the column in logical pixels.
const WIDTH: f32 = 302.0;

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
        .padding(Pixels(12.0))
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
                    format!("Heard {}, loudest part at {}", figures::clock(answer.heard_s), figures::clock(loudest))
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
        .width(Stretch(1.0))
        .height(Auto);
    })
    .show_horizontal_scrollbar(false)
    .width(Stretch(1.0))
    .height(Stretch(1.0))
    .id("cards");
}

/// Three lines about what will happen.
fn fresh(cx: &mut Context) {
    frame(cx, Some("suggested-edge"), |cx| {
        for (number, line) in [
            ("1", "Press Listen and play the song, its loudest part included; half a minute is enough."),
            (
                "2",
                "Suggestions come as cards, each with what was measured, the range it was held against and its reason.",
            ),
            ("3", "Hear each at matched loudness, then accept or reject it. Nothing changes until you accept."),
        ] {
            HStack::new(cx, |cx| {
                Label::new(cx, number).class("suggested").class("strong").width(Pixels(10.0));
                prose(cx, line);
            })
            .gap(Pixels(8.0))
            .height(Auto);
        }
    });
}

/// While music is heard: how much, how much is enough, and where it is loudest.
fn hearing(cx: &mut Context, desk: &Desk) {
    let work = desk.work();
    frame(cx, Some("measured-edge"), |cx| {
        let word = work.map(|work| if work.heard.counted_s >= ENOUGH_S { "enough ✓" } else { "listening" }.to_owned());
        HStack::new(cx, |cx| {
            Label::new(cx, work.map(|work| format!("Heard {}", figures::clock(work.heard.heard_s)))).class("title");
            Element::new(cx).width(Stretch(1.0)).height(Pixels(1.0));
            Label::new(cx, word)
                .class("strong")
                .class("measured")
                .toggle_class("fine", work.map(|work| work.heard.counted_s >= ENOUGH_S));
        })
        .alignment(Alignment::Left)
        .height(Pixels(17.0));
        ZStack::new(cx, |cx| {
            Element::new(cx).class("track").width(Stretch(1.0)).height(Pixels(4.0));
            Element::new(cx)
                .class("track-measured")
                .width(work.map(|work| Percentage((100.0 * work.heard.counted_s / ENOUGH_S).min(100.0) as f32)))
                .height(Pixels(4.0));
        })
        .width(Stretch(1.0))
        .height(Pixels(4.0));
        let line = work.map(|work| {
            let heard = work.heard;
            if heard.heard_s < 0.1 {
                return "Waiting for music: start the song in the host.".to_owned();
            }
            let enough = match heard.counted_s >= ENOUGH_S {
                true => "Enough to decide; more of the song makes it surer".to_owned(),
                false => format!("Enough after {} of music", figures::clock(ENOUGH_S)),
            };
            match heard.heard_s > ENOUGH_S {
                true => format!("{enough}. Loudest part so far at {}.", figures::clock(heard.loudest_s)),
                false => format!("{enough}. Let it hear the loudest part, too."),
            }
        });
        Label::new(cx, line).class("prose").width(Stretch(1.0)).height(Auto).text_wrap(true);
    });
}

/// While it decides.
fn thinking(cx: &mut Context, desk: &Desk) {
    let work = desk.work();
    frame(cx, Some("measured-edge"), |cx| {
        head(cx, "Deciding", "a few seconds", "quiet");
        ZStack::new(cx, |cx| {
            Element::new(cx).class("track").width(Stretch(1.0)).height(Pixels(4.0));
            Element::new(cx)
                .class("track-measured")
                .width(work.map(|work| Percentage(100.0 * work.deciding.unwrap_or(0.0) as f32)))
                .height(Pixels(4.0));
        })
        .width(Stretch(1.0))
        .height(Pixels(4.0));
        prose(cx, "Each suggestion is rendered through the chain and measured again before you see it.");
    });
}

fn answered(cx: &mut Context, desk: &Desk, answer: &AssistantState) {
    if answer.dropped_s > 0.5 {
        frame(cx, Some("care-edge"), |cx| {
            head(
                cx,
                "Gaps in what was heard",
                &figures::with_unit(&figures::plain(answer.dropped_s as f32, 1), "s"),
                "care",
            );
            prose(cx, "The machine was too busy to hear everything. Listen again where it matters.");
        });
    }
    match (&answer.suggestion, &answer.error) {
        (Some(suggestion), _) => {
            let review = desk.with(|model| model.kept.review.clone());
            suggested(cx, desk, suggestion, review.as_ref());
        }
        (None, error) => failed(cx, desk, "No suggestion", error.as_deref().unwrap_or("Nothing came of it.")),
    }
}

/// A card for what went wrong, with the way out: to listen again.
fn failed(cx: &mut Context, desk: &Desk, title: &str, sentence: &str) {
    let listen = desk.console().control("listen");
    frame(cx, Some("care-edge"), |cx| {
        head(cx, title, "", "care");
        prose(cx, taste::capital(sentence));
        HStack::new(cx, |cx| {
            button(cx, "Listen again".to_owned(), "Hears the music anew.", move |_| listen.set_value(1.0));
        })
        .height(Pixels(24.0));
    });
}

fn suggested(cx: &mut Context, desk: &Desk, suggestion: &Suggestion, review: Option<&Review>) {
    for fix in &suggestion.fix_in_the_mix {
        mix_fix(cx, fix);
    }
    match words::outcome(suggestion) {
        Outcome::Refused => {
            let reason = suggestion.items.first().map(|item| words::without_head(&item.reason)).unwrap_or_default();
            failed(cx, desk, "Too little to judge by", &reason);
            return;
        }
        Outcome::NothingToDo => good_news(cx, suggestion),
        Outcome::Cards => {}
    }
    let Some(review) = review else { return };
    for (index, _) in suggestion.items.iter().enumerate().filter(|(_, item)| item.acts) {
        if let Some(decided) = review.cards.get(index) {
            card(cx, desk, suggestion, index, *decided);
        }
    }
    for item in suggestion.items.iter().filter(|item| !item.acts) {
        let left = item.reason.contains("left alone") || item.reason.starts_with("The loudness stays");
        let (word, class) = if left { ("left alone", "quiet") } else { ("nothing to do ✓", "fine") };
        frame(cx, None, |cx| {
            head(cx, &words::title(item), word, class);
            prose(cx, words::without_head(&item.reason));
        });
    }
    for note in &suggestion.notes {
        frame(cx, None, |cx| prose(cx, note.clone()));
    }
}

fn mix_fix(cx: &mut Context, fix: &MixFix) {
    frame(cx, Some("care-edge"), |cx| {
        let place = match fix.to_s - fix.from_s < 1.0 {
            true => figures::clock(fix.from_s),
            false => format!("{}–{}", figures::clock(fix.from_s), figures::clock(fix.to_s)),
        };
        HStack::new(cx, |cx| {
            Label::new(cx, "Fix in the mix").class("title").class("care").hoverable(false);
            Element::new(cx).width(Stretch(1.0)).height(Pixels(1.0)).hoverable(false);
            Label::new(cx, place).hoverable(false);
        })
        .alignment(Alignment::Left)
        .height(Pixels(17.0));
        prose(cx, fix.sentence.clone());
    });
}

/// "Nothing to do" is the best that can be said of a mix.
fn good_news(cx: &mut Context, suggestion: &Suggestion) {
    let loudness = &suggestion.measurement.loudness;
    frame(cx, Some("fine-edge"), |cx| {
        head(cx, "Good as it is ✓", "nothing to do", "fine");
        let figure = |value: f64, unit: &str| figures::with_unit(&figures::plain(value as f32, 1), unit);
        prose(
            cx,
            format!(
                "Spectrum, dynamics, width and loudness all lie where masters like this one have them: {}, {}, range {}.",
                figure(loudness.integrated_lufs, "LUFS"),
                figure(loudness.true_peak_dbtp, "dBTP"),
                figure(loudness.range_lu, "LU"),
            ),
        );
    });
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
                    true => heard.hear(None),
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
