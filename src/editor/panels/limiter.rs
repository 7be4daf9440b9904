//! The limiter.

use vizia::prelude::*;

use super::{frame, head};
use crate::editor::{Console, widgets::named_value};

/// Builds the panel.
pub fn panel(cx: &mut Context, console: &Console) {
    frame(cx, |cx| {
        head(cx, console, "Limiter", "limiter_on", |_| {});
        Element::new(cx).size(Stretch(1.0)).hoverable(false);
        HStack::new(cx, |cx| {
            for (id, name) in [
                ("limiter_drive", "drive"),
                ("limiter_ceiling", "ceiling"),
                ("limiter_release", "release"),
                ("limiter_link", "stereo link"),
            ] {
                named_value(cx, &console.control(id), name).width(Stretch(1.0));
            }
        })
        .gap(Pixels(4.0))
        .height(Auto);
    })
    .width(Stretch(292.0));
}
