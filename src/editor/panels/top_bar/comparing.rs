//! A and B, the bypass at matched loudness, and the difference alone.

use vizia::prelude::*;

use crate::editor::{
    desk::{Desk, slots::Slot},
    figures,
    widgets::{icon_button, is_press, lamp, tip, toggle},
};

struct Press {
    act: Box<dyn Fn()>,
}

impl View for Press {
    fn element(&self) -> Option<&'static str> {
        Some("press-switch")
    }

    fn event(&mut self, _: &mut EventContext, event: &mut Event) {
        event.map(|event: &WindowEvent, meta| {
            if is_press(event) {
                (self.act)();
                meta.consume();
            }
        });
    }
}

/// A pressable row that stays down while `on`.
fn press<'a>(
    cx: &'a mut Context,
    on: bool,
    content: impl FnOnce(&mut Context),
    act: impl Fn() + 'static,
) -> Handle<'a, Press> {
    Press { act: Box::new(act) }
        .build(cx, content)
        .class("press")
        .checked(on)
        .layout_type(LayoutType::Row)
        .alignment(Alignment::Center)
        .gap(Pixels(6.0))
        .padding_left(Pixels(9.0))
        .padding_right(Pixels(9.0))
        .width(Auto)
        .role(Role::Switch)
}

/// The two slots, and copying from one to the other.
pub fn slots(cx: &mut Context, desk: &Desk) {
    let shown = desk.shown();
    let desk = desk.clone();
    Binding::new(cx, shown, move |cx| {
        let sounding = desk.with(|model| model.kept.slots.sounding);
        HStack::new(cx, |cx| {
            HStack::new(cx, |cx| {
                for slot in [Slot::A, Slot::B] {
                    let switching = desk.clone();
                    let view = press(
                        cx,
                        slot == sounding,
                        |cx| {
                            Label::new(cx, slot.letter()).hoverable(false);
                        },
                        move || {
                            if switching.with(|model| model.kept.slots.sounding) != slot {
                                switching.listen_plainly();
                                switching.act(|model, now| model.switch_slot(now));
                            }
                        },
                    )
                    .id(format!("slot {}", slot.letter()));
                    tip(
                        view,
                        "A and B",
                        "Two sounds to compare. B starts as A; changes are made to the one that sounds.",
                    );
                }
            })
            .size(Auto);
            let copying = desk.clone();
            let (from, to) = (sounding.letter(), sounding.other().letter());
            let sentence = format!("Copies {from}, which sounds, to {to}.");
            icon_button(cx, format!("{from}→{to}"), "Copy", &sentence, move |_| {
                copying.act(|model, now| {
                    model.copy_slot(now);
                    Vec::new()
                });
            })
            .width(Pixels(36.0))
            .id("copy slot");
        })
        .gap(Pixels(4.0))
        .size(Auto);
    });
}

/// Matched loudness, bypass, delta.
pub fn monitoring(cx: &mut Context, desk: &Desk) {
    let shown = desk.shown();
    let desk = desk.clone();
    HStack::new(cx, move |cx| {
        let bypass = desk.console().control("bypass");
        HStack::new(cx, |cx| {
            let bound = desk.clone();
            Binding::new(cx, shown, move |cx| {
                let listening = bound.listening();
                let switching = bound.clone();
                let view = press(
                    cx,
                    listening.matched,
                    |cx| dotted(cx, "Matched", listening.matched),
                    move || switching.set_listening(|listening| listening.matched = !listening.matched),
                )
                .id("matched");
                let turned = match listening.difference_lu {
                    Some(lu) => format!("Now {}.", figures::with_unit(&figures::signed(lu as f32, 1), "dB")),
                    None => "Play a few seconds: the difference is measured first.".to_owned(),
                };
                let sentence = format!(
                    "Turns the processed sound to the loudness of the input, so that louder does not pass for better. {turned} \
                     Only while this window is open; bounces do not know it."
                );
                tip(view, "Matched loudness", sentence);
            });
            toggle(cx, &bypass, "Bypass");
        })
        .gap(Pixels(4.0))
        .size(Auto);
        let bound = desk.clone();
        Binding::new(cx, shown, move |cx| {
            let on = bound.listening().delta;
            let switching = bound.clone();
            let view = press(
                cx,
                on,
                |cx| dotted(cx, "Delta", on),
                move || switching.set_listening(|listening| listening.delta = !listening.delta),
            )
            .id("delta");
            tip(
                view,
                "Delta",
                "Only what is changed: the processed sound at matched loudness, minus the input. Ends with this window; \
                 bounces do not know it.",
            );
        });
    })
    .gap(Pixels(8.0))
    .size(Auto);
}

fn dotted(cx: &mut Context, word: &str, on: bool) {
    lamp(cx, on);
    Label::new(cx, word.to_owned()).hoverable(false);
}
