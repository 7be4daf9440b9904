//! A card's reason: the first lines of it, and all of it after a click, so that a column of cards can be looked over.

use vizia::prelude::*;

use super::card::INNER_WIDTH;
use crate::editor::{
    desk::Desk,
    paint::width_of,
    widgets::{is_press, tip},
};

/// Lines of a folded reason, and the size of its text as the sheet of styles has it.
const LINES: usize = 2;
const TEXT_SIZE: f32 = 12.0;

struct Reason {
    unfolded: Signal<Option<usize>>,
    index: usize,
}

/// The reason of the item with this index; one reason at a time is unfolded.
pub fn reason(cx: &mut Context, desk: &Desk, index: usize, sentence: &str) {
    let unfolded = desk.unfolded();
    let is_open = unfolded.map(move |open| *open == Some(index));
    let (text, short) = (sentence.to_owned(), folded(sentence, INNER_WIDTH, LINES));
    let view = Reason { unfolded, index }
        .build(cx, move |cx| {
            Binding::new(cx, is_open, move |cx| {
                Label::new(cx, if is_open.get() { text.clone() } else { short.clone() })
                    .class("prose")
                    .width(Stretch(1.0))
                    .height(Auto)
                    .text_wrap(true)
                    .hoverable(false);
            });
        })
        .width(Stretch(1.0))
        .height(Auto)
        .cursor(CursorIcon::Hand)
        .id(format!("reason {index}"));
    tip(view, "", sentence);
}

impl View for Reason {
    fn element(&self) -> Option<&'static str> {
        Some("card-reason")
    }

    fn event(&mut self, _: &mut EventContext, event: &mut Event) {
        event.map(|event: &WindowEvent, meta| {
            if is_press(event) {
                let open = self.unfolded.get() == Some(self.index);
                self.unfolded.set((!open).then_some(self.index));
                meta.consume();
            }
        });
    }
}

/// As many whole words as fill so many lines of a width in logical pixels, and what says that there is more.
fn folded(text: &str, width: f32, lines: usize) -> String {
    let wide = |words: &[&str], end: &str| width_of(&(words.join(" ") + end), TEXT_SIZE, false) > width;
    let words: Vec<&str> = text.split(' ').collect();
    let mut start = 0;
    for line in 1..=lines {
        let rest = &words[start..];
        if !wide(rest, "") {
            return text.to_owned();
        }
        let end = if line == lines { " …" } else { "" };
        let over = (2..=rest.len()).find(|count| wide(&rest[..*count], end)).unwrap_or(rest.len() + 1);
        start += over - 1;
    }
    words[..start].join(" ").trim_end_matches([',', ':', ';']).to_owned() + " …"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folded_reason_ends_with_a_whole_word_and_a_short_one_is_whole() {
        let text = "Everything below 270 Hz stands at +9.3 dB against the mean, 10.2 dB over the range of songs like this one, which \
                    is more than masters of any style have, and nothing in the arrangement asks for it.";
        let short = folded(text, INNER_WIDTH, LINES);
        let kept = short.strip_suffix(" …").expect("there is more");
        let next = text[kept.len()..].chars().next().expect("there is more");
        assert!(text.starts_with(kept) && (next == ' ' || next == ','), "{short}");
        assert!(width_of(kept, TEXT_SIZE, false) > (LINES as f32 - 0.6) * INNER_WIDTH, "{short}");
        assert_eq!(folded("The mix is clean.", INNER_WIDTH, LINES), "The mix is clean.");
    }
}
