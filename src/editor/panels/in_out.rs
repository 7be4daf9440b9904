//! Both ends of the chain: the gains before and after everything, and the dither of an export.

use vizia::prelude::*;

use crate::editor::{Console, widgets::value_box};

/// Parameters, and what they are called here.
const LINES: [(&str, &str); 4] =
    [("input_gain", "input"), ("output_gain", "output"), ("dither", "dither"), ("noise_shaping", "shaping")];
/// Four of these fit beside the figures of loudness.
const LINE_HEIGHT: f32 = 18.0;
const VALUE_HEIGHT: f32 = 20.0;

/// The group, a name and a value in each line.
pub fn in_out(cx: &mut Context, console: &Console) {
    VStack::new(cx, |cx| {
        for (id, name) in LINES {
            HStack::new(cx, |cx| {
                Label::new(cx, name).height(Pixels(LINE_HEIGHT)).width(Pixels(52.0)).hoverable(false);
                // As high as its text, a little more than the line, so that both stand on one height.
                value_box(cx, &console.control(id)).class("plain").height(Pixels(VALUE_HEIGHT)).width(Pixels(54.0));
            })
            .alignment(Alignment::Left)
            .height(Pixels(LINE_HEIGHT));
        }
    })
    .id("in and out")
    .width(Pixels(112.0))
    .padding_left(Pixels(6.0))
    .height(Auto);
}
