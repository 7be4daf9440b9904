//! Loudness: the figures of the output.

use vizia::prelude::*;

use super::frame;
use crate::editor::Console;

/// Name and unit of each figure, in the order of the panel.
const FIGURES: [(&str, &str); 6] = [
    ("Integrated", "LUFS"),
    ("Short-term", "LUFS"),
    ("Momentary", "LUFS"),
    ("Range", "LU"),
    ("True peak", "dBTP"),
    ("PLR", "dB"),
];

/// Builds the panel.
pub fn panel(cx: &mut Context, _: &Console) {
    frame(cx, |cx| {
        HStack::new(cx, |cx| {
            for (name, unit) in FIGURES {
                VStack::new(cx, |cx| {
                    Label::new(cx, name);
                    Label::new(cx, "–").class("figure");
                    Label::new(cx, unit).class("scale");
                })
                .width(Pixels(84.0))
                .height(Auto)
                .gap(Pixels(1.0));
            }
        })
        .height(Stretch(1.0))
        .alignment(Alignment::Left);
    })
    .height(Pixels(92.0));
}
