//! How much of a card is taken: a bar with its figure, which can be typed. A drag is one act, when the hand lets go.

use std::rc::Rc;

use vizia::{prelude::*, vg::Rect};

use super::words;
use crate::editor::{
    Console,
    paint::{fill, rect},
    widgets::{entry, tip},
};

const HEIGHT: f32 = 18.0;
const THUMB: f32 = 5.5;
/// Width of the figure.
const FIGURE: f32 = 40.0;
/// A notch of the wheel, percent; a fine one is a fifth.
const NOTCH: f64 = 5.0;
/// How much slower a fine drag is.
const FINE: f64 = 0.1;

struct Amount {
    console: Console,
    shown: Signal<f64>,
    /// Whether the amount is being typed.
    typing: Signal<bool>,
    decide: Rc<dyn Fn(f64)>,
    /// Where the mouse was last, while the hand holds it, and the amount in full.
    held: Option<(f32, f64)>,
}

/// The bar and its figure; `decide` hears the amount when the hand lets go.
pub fn amount(cx: &mut Context, console: &Console, id: String, percent: f64, decide: impl Fn(f64) + 'static) {
    let (shown, typing) = (Signal::new(percent), Signal::new(false));
    let decide: Rc<dyn Fn(f64)> = Rc::new(decide);
    let view = Amount { console: console.clone(), shown, typing, decide: decide.clone(), held: None }
        .build(cx, |_| {})
        .bind(shown, |mut view| view.needs_redraw())
        .width(Stretch(1.0))
        .min_width(Pixels(36.0))
        .height(Pixels(HEIGHT))
        .role(Role::Slider)
        .id(id);
    let hands = "How much of it is taken. Drag, or wheel; with shift fine. Double click: all of it; right click types.";
    tip(view, "Amount", hands);
    Binding::new(cx, typing, move |cx| {
        if typing.get() {
            let decide = decide.clone();
            entry(cx, words::percent(shown.get()), move |typed| {
                typing.set(false);
                if let Some(percent) = typed.and_then(typed_percent) {
                    shown.set_if_changed(percent);
                    decide(percent);
                }
            })
            .width(Pixels(FIGURE + 8.0))
            .height(Pixels(HEIGHT + 2.0));
        } else {
            Label::new(cx, shown.map(|percent| words::percent(*percent)))
                .width(Pixels(FIGURE))
                .text_align(TextAlign::Right)
                .text_wrap(false)
                .hoverable(false);
        }
    });
}

/// The amount that a text means, with or without its sign.
fn typed_percent(text: &str) -> Option<f64> {
    let percent = text.trim().trim_end_matches('%').trim().parse::<f64>().ok()?;
    percent.is_finite().then(|| percent.clamp(0.0, 100.0).round())
}

impl Amount {
    fn show(&self, percent: f64) {
        self.shown.set_if_changed(percent.clamp(0.0, 100.0).round());
    }
}

impl View for Amount {
    fn element(&self) -> Option<&'static str> {
        Some("slide-bar")
    }

    fn event(&mut self, cx: &mut EventContext, event: &mut Event) {
        event.map(|event: &WindowEvent, meta| {
            let (bounds, thumb) = (cx.bounds(), THUMB * cx.scale_factor());
            let room = f64::from((bounds.w - 2.0 * thumb).max(1.0));
            let fine = cx.modifiers().contains(Modifiers::SHIFT);
            match event {
                WindowEvent::MouseDown(MouseButton::Left) => {
                    let x = cx.mouse().cursor_x;
                    let percent = match fine {
                        true => self.shown.get(),
                        false => 100.0 * f64::from(x - bounds.x - thumb) / room,
                    };
                    self.held = Some((x, percent.clamp(0.0, 100.0)));
                    self.show(percent);
                    cx.capture();
                    cx.set_active(true);
                }
                WindowEvent::MouseMove(x, _) if self.held.is_some() => {
                    if let Some((last, percent)) = &mut self.held {
                        let moved = 100.0 * f64::from(x - *last) / room * if fine { FINE } else { 1.0 };
                        *percent = (*percent + moved).clamp(0.0, 100.0);
                        *last = *x;
                        let percent = *percent;
                        self.show(percent);
                    }
                }
                WindowEvent::MouseUp(MouseButton::Left) if self.held.is_some() => {
                    self.held = None;
                    cx.release();
                    cx.set_active(false);
                    (self.decide)(self.shown.get());
                }
                WindowEvent::MouseDown(MouseButton::Right) => self.typing.set(true),
                WindowEvent::MouseDoubleClick(MouseButton::Left) => {
                    self.show(100.0);
                    self.held = Some((cx.mouse().cursor_x, 100.0));
                }
                WindowEvent::MouseScroll(_, notches) if *notches != 0.0 => {
                    let notch = if fine { NOTCH / 5.0 } else { NOTCH };
                    self.show(self.shown.get() + notch * f64::from(notches.signum()));
                    (self.decide)(self.shown.get());
                }
                WindowEvent::MouseOver | WindowEvent::MouseOut => {
                    cx.needs_redraw();
                    return;
                }
                _ => return,
            }
            meta.consume();
        });
    }

    fn draw(&self, cx: &mut DrawContext, canvas: &Canvas) {
        let (bounds, scale, palette) = (cx.bounds(), cx.scale_factor(), self.console.palette());
        let (thumb, half) = (THUMB * scale, 1.5 * scale);
        let at = |share: f32| bounds.x + thumb + share * (bounds.w - 2.0 * thumb);
        let middle = bounds.y + bounds.h / 2.0;
        let track = |from: f32, to: f32| Rect::new(from, middle - half, to, middle + half);
        let share = self.shown.get() as f32 / 100.0;
        canvas.draw_round_rect(track(at(0.0), at(1.0)), half, half, &fill(palette.line.full()));
        canvas.draw_round_rect(track(at(0.0), at(share)), half, half, &fill(palette.suggested.full()));
        let under_hand = rect(bounds).contains(vizia::vg::Point::new(cx.mouse().cursor_x, cx.mouse().cursor_y));
        let lit = self.held.is_some() || under_hand;
        let ink = if lit { palette.heard } else { palette.text };
        canvas.draw_circle((at(share), middle), if lit { thumb } else { thumb * 0.9 }, &fill(ink.full()));
    }
}
