//! The imager.

use vizia::prelude::*;

use super::{frame, head};
use crate::editor::{
    Console,
    widgets::{named_value, toggle},
};

/// Builds the panel.
pub fn panel(cx: &mut Context, console: &Console) {
    frame(cx, |cx| {
        head(cx, console, "Imager", "imager_on", |_| {});
        Element::new(cx).size(Stretch(1.0)).hoverable(false);
        HStack::new(cx, |cx| {
            named_value(cx, &console.control("width1"), "width").width(Stretch(1.0));
            named_value(cx, &console.control("mono_below"), "mono below").width(Stretch(1.0));
        })
        .gap(Pixels(4.0))
        .height(Auto);
        toggle(cx, &console.control("mono_below_on"), "Mono bass");
    })
    .width(Stretch(178.0));
}
