//! The answer: what the mix must mend, cards, what is fine, or why there is no suggestion.

use vizia::prelude::*;

use super::{
    card::{card, frame, head, prose},
    words::{self, Outcome},
};
use crate::{
    assistant::{MixFix, Suggestion},
    editor::{
        desk::{Desk, review::Review},
        figures,
        widgets::button,
    },
    plugin::memory::AssistantState,
};

/// The answer that the project holds.
pub fn answered(cx: &mut Context, desk: &Desk, answer: &AssistantState) {
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
        (None, error) => {
            failed(cx, desk, "No suggestion", error.as_deref().unwrap_or("Nothing came of it."));
        }
    }
}

/// A card for what went wrong, with the way out: to listen again.
fn failed<'a>(cx: &'a mut Context, desk: &Desk, title: &str, sentence: &str) -> Handle<'a, VStack> {
    let listen = desk.console().control("listen");
    frame(cx, Some("care-edge"), |cx| {
        head(cx, title, "", "care");
        prose(cx, words::capital(sentence));
        HStack::new(cx, |cx| {
            button(cx, "Listen again".to_owned(), "Hears the music anew.", move |_| listen.set_value(1.0));
        })
        .height(Pixels(24.0));
    })
}

fn suggested(cx: &mut Context, desk: &Desk, suggestion: &Suggestion, review: Option<&Review>) {
    for (index, fix) in suggestion.fix_in_the_mix.iter().enumerate() {
        mix_fix(cx, fix, index);
    }
    match words::outcome(suggestion) {
        Outcome::Refused => {
            let reason = suggestion.items.first().map(|item| words::without_head(&item.reason)).unwrap_or_default();
            failed(cx, desk, "Too little to judge by", &reason).id("refused");
            return;
        }
        Outcome::NothingToDo => good_news(cx, suggestion),
        Outcome::Cards => {}
    }
    let Some(review) = review else { return };
    let now = desk.now();
    for (index, _) in suggestion.items.iter().enumerate().filter(|(_, item)| item.acts) {
        card(cx, desk, suggestion, index, review, &now);
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

fn mix_fix(cx: &mut Context, fix: &MixFix, index: usize) {
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
    })
    .id(format!("mix fix {index}"));
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
    })
    .id("nothing to do");
}
