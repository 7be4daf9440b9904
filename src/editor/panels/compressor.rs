//! The compressor.

use vizia::prelude::*;

use super::{frame, head};
use crate::editor::{
    Console,
    widgets::{named_value, segmented},
};

/// Builds the panel.
pub fn panel(cx: &mut Context, console: &Console) {
    frame(cx, |cx| {
        head(cx, console, "Compressor", "comp_on", |cx| {
            segmented(cx, &console.control("comp_bands"), &["1", "2", "3", "4"]);
        });
        Element::new(cx).size(Stretch(1.0)).hoverable(false);
        HStack::new(cx, |cx| {
            for (id, name) in [
                ("comp1_threshold", "threshold"),
                ("comp1_ratio", "ratio"),
                ("comp1_attack", "attack"),
                ("comp_mix", "mix"),
            ] {
                named_value(cx, &console.control(id), name).width(Stretch(1.0));
            }
        })
        .gap(Pixels(4.0))
        .height(Auto);
    })
    .width(Stretch(284.0));
}
