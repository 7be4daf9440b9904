//! The column before there is an answer: what will happen, what is heard, and that it decides.

use vizia::prelude::*;

use super::{
    ENOUGH_S,
    card::{frame, head, prose},
};
use crate::editor::{desk::Desk, figures};

/// Three lines about what will happen.
pub fn fresh(cx: &mut Context) {
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
pub fn hearing(cx: &mut Context, desk: &Desk) {
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
        progress(cx, work.map(|work| Percentage((100.0 * work.heard.counted_s / ENOUGH_S).min(100.0) as f32)));
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
pub fn thinking(cx: &mut Context, desk: &Desk) {
    let work = desk.work();
    frame(cx, Some("measured-edge"), |cx| {
        head(cx, "Deciding", "a few seconds", "quiet");
        progress(cx, work.map(|work| Percentage(100.0 * work.deciding.unwrap_or(0.0) as f32)));
        prose(cx, "Each suggestion is rendered through the chain and measured again before you see it.");
    });
}

/// A bar that fills to `share` of its width.
fn progress(cx: &mut Context, share: impl Res<Units> + 'static) {
    ZStack::new(cx, |cx| {
        Element::new(cx).class("track").width(Stretch(1.0)).height(Pixels(4.0));
        Element::new(cx).class("track-measured").width(share).height(Pixels(4.0));
    })
    .width(Stretch(1.0))
    .height(Pixels(4.0));
}
