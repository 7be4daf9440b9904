//! The limiter: ten seconds of what came in, what went out and what was taken away, and its controls.

use std::{cell::RefCell, rc::Rc};

use vizia::{prelude::*, vg::Rect};

use super::{frame, head, reset_button};
use crate::{
    analysis::measurement::FLOOR_DB,
    assistant::Module,
    dsp::gain_to_db,
    editor::{
        Console, Control, Desk, figures,
        live::Seen,
        paint::{Anchor, area, dashed, fill, polyline, stroke, write},
        theme::SCALE_SIZE,
        widgets::{control_tip, named_value, reading, tip, toggle, value_box},
    },
    scope::trace::{COLUMNS, Column},
};

/// Levels that the trace shows, dB from the top.
const TOP_DB: f32 = 6.0;
const RANGE_DB: f32 = 36.0;
/// Reduction that reaches the trace's lower edge, dB.
const REDUCTION_RANGE_DB: f32 = 12.0;
/// How near a hand must come to the ceiling's line, logical pixels.
const REACH: f32 = 9.0;
/// Columns that are drawn: one for 40 ms.
const DRAWN: usize = COLUMNS / 2;

/// Builds the panel.
pub fn panel(cx: &mut Context, desk: &Desk) {
    let console = desk.console();
    let most = Signal::new("–".to_owned());
    let peak = Signal::new("–".to_owned());
    frame(cx, |cx| {
        head(cx, desk, Module::Limiter, |cx| {
            toggle(cx, &console.control("soft_clip_on"), "Soft clip").height(Pixels(20.0));
            reset_button(cx, console, "limiter", |id| id.starts_with("limiter_") || id.starts_with("soft_clip"));
        });
        let shown = Rc::new(RefCell::new(Shown::default()));
        let ceiling = console.control("limiter_ceiling");
        let on = console.control("limiter_on");
        let trace = Trace { console: console.clone(), shown: shown.clone(), ceiling: ceiling.clone(), lit: false }
            .build(cx, |_| {})
            .id("limiter trace")
            .bind(ceiling.position(), |mut view| view.needs_redraw())
            .bind(on.position(), |mut view| view.needs_redraw())
            .width(Stretch(1.0))
            .height(Stretch(1.0));
        let view = control_tip(trace, &ceiling).entity();
        let live = console.live().clone();
        console.animate(view, &shown, move |shown, _| {
            let seen = live.seen();
            let changed = shown
                .seen
                .replace(seen)
                .is_none_or(|last| last.modules != seen.modules || last.running != seen.running);
            shown.running = seen.running;
            if changed && let Some((most_db, peak_dbtp)) = live.with(|scope| shown.take(scope)) {
                let most_text = figures::with_unit(&figures::plain(most_db, 1), "dB");
                let known = peak_dbtp > FLOOR_DB;
                let peak_text = if known { figures::plain(peak_dbtp as f32, 1) } else { "–".to_owned() };
                for (signal, text) in [(most, most_text), (peak, peak_text)] {
                    if signal.get() != text {
                        signal.set(text);
                    }
                }
            }
            changed
        });
        HStack::new(cx, |cx| {
            // Widths in the proportions of the longest values.
            for (id, name, width) in [
                ("limiter_drive", "drive", 54.0),
                ("limiter_ceiling", "ceiling", 72.0),
                ("limiter_release", "release", 54.0),
            ] {
                named_value(cx, &console.control(id), name).width(Stretch(width));
            }
            for (name, text, class, width, sentence) in [
                ("peak", peak, "text", 40.0, "True peak of the output since the last reset of the loudness."),
                ("most", most, "suggested", 48.0, "The most gain reduction since the last reset of the loudness."),
            ] {
                let column = VStack::new(cx, |cx| {
                    Label::new(cx, name).class("name").hoverable(false).height(Pixels(16.0));
                    reading(cx, text).class("value").class(class).width(Stretch(1.0)).height(Pixels(20.0));
                })
                .width(Stretch(width))
                .height(Auto);
                tip(column, name, sentence);
            }
        })
        .height(Auto);
        HStack::new(cx, |cx| {
            toggle(cx, &console.control("limiter_auto_release"), "Auto release").height(Pixels(20.0));
            Element::new(cx).width(Stretch(1.0)).height(Pixels(1.0)).hoverable(false);
            for (id, name) in [("limiter_link", "link"), ("soft_clip", "clip")] {
                Label::new(cx, name).hoverable(false);
                value_box(cx, &console.control(id));
            }
        })
        .alignment(Alignment::Left)
        .gap(Pixels(6.0))
        .height(Pixels(20.0));
    })
    .gap(Pixels(6.0))
    .width(Stretch(292.0));
}

#[derive(Default)]
struct Shown {
    seen: Option<Seen>,
    /// Oldest first.
    columns: Vec<Column>,
    running: bool,
}

impl Shown {
    /// Takes the trace; gives the most reduction and the true peak.
    fn take(&mut self, scope: &crate::scope::Scope) -> (f32, f64) {
        let columns = scope.trace.columns();
        self.columns.clear();
        // Pairs counted from the newest, so that a column's place does not jitter as the trace moves on.
        let mut pair: Option<Column> = None;
        for column in columns.rev() {
            match pair.take() {
                None => pair = Some(*column),
                Some(other) => self.columns.push(Column {
                    input_peak: column.input_peak.max(other.input_peak),
                    output_peak: column.output_peak.max(other.output_peak),
                    reduction_db: column.reduction_db.max(other.reduction_db),
                }),
            }
        }
        self.columns.reverse();
        (scope.trace.most_reduction_db(), scope.loudness.figures().true_peak_dbtp)
    }
}

struct Trace {
    console: Console,
    shown: Rc<RefCell<Shown>>,
    ceiling: Control,
    /// Whether a hand is on the ceiling's line.
    lit: bool,
}

impl View for Trace {
    fn element(&self) -> Option<&'static str> {
        Some("limiter-trace")
    }

    fn event(&mut self, cx: &mut EventContext, event: &mut Event) {
        event.map(|event: &WindowEvent, meta| {
            let (bounds, reach) = (cx.bounds(), REACH * cx.scale_factor());
            let line = |db: f32| bounds.y + (TOP_DB - db) / RANGE_DB * bounds.h;
            let on_line = |y: f32| (line(self.ceiling.value()) - y).abs() <= reach;
            match event {
                WindowEvent::MouseMove(_, y) => {
                    if self.ceiling.is_held() {
                        self.ceiling.set_value(TOP_DB - (y - bounds.y) / bounds.h.max(1.0) * RANGE_DB);
                    }
                    let lit = self.ceiling.is_held() || on_line(*y);
                    if lit != self.lit {
                        self.lit = lit;
                        cx.emit(WindowEvent::SetCursor(if lit { CursorIcon::NsResize } else { CursorIcon::Default }));
                        cx.needs_redraw();
                    }
                }
                WindowEvent::MouseOut if !self.ceiling.is_held() => {
                    self.lit = false;
                    cx.needs_redraw();
                }
                WindowEvent::MouseDown(MouseButton::Left) if on_line(cx.mouse().cursor_y) => {
                    self.ceiling.begin();
                    cx.capture();
                    meta.consume();
                }
                WindowEvent::MouseUp(MouseButton::Left) if self.ceiling.is_held() => {
                    self.ceiling.end();
                    cx.release();
                }
                WindowEvent::MouseDoubleClick(MouseButton::Left) if on_line(cx.mouse().cursor_y) => {
                    self.ceiling.reset();
                    meta.consume();
                }
                WindowEvent::MouseScroll(_, notches) if *notches != 0.0 => {
                    self.ceiling.turn(*notches, cx.modifiers().contains(Modifiers::SHIFT));
                    meta.consume();
                }
                _ => {}
            }
        });
    }

    fn draw(&self, cx: &mut DrawContext, canvas: &Canvas) {
        let (bounds, scale, palette) = (cx.bounds(), cx.scale_factor(), self.console.palette());
        let shown = self.shown.borrow();
        let (left, right, top, bottom) = (bounds.x, bounds.right() - 22.0 * scale, bounds.y, bounds.bottom());
        let ground = Rect::new(left, top, right, bottom);
        canvas.draw_round_rect(ground, 3.0 * scale, 3.0 * scale, &fill(palette.card.full()));
        let on = self.console.control("limiter_on").is_on();
        let strength = if shown.running && on { 1.0 } else { 0.45 };
        let y = |db: f32| (top + (TOP_DB - db) / RANGE_DB * (bottom - top)).clamp(top, bottom);
        let x = |index: usize| right - (shown.columns.len() - 1 - index) as f32 / (DRAWN - 1) as f32 * (right - left);
        let level = |peak: f32| gain_to_db(f64::from(peak)) as f32;
        canvas.save();
        canvas.clip_rect(ground, None, None);
        if shown.columns.len() > 1 {
            let line = |value: &dyn Fn(&Column) -> f32| -> Vec<(f32, f32)> {
                shown.columns.iter().enumerate().map(|(index, column)| (x(index), value(column))).collect()
            };
            let output = line(&|column| y(level(column.output_peak)));
            canvas.draw_path(&area(&output, bottom), &fill(palette.measured.faint(0.28 * strength)));
            canvas.draw_path(&polyline(output), &stroke(palette.heard.faint(0.55 * strength), scale));
            if on {
                let input = line(&|column| y(level(column.input_peak)));
                canvas.draw_path(&polyline(input), &stroke(palette.measured.faint(0.9 * strength), scale));
                let reach = |column: &Column| top + column.reduction_db / REDUCTION_RANGE_DB * (bottom - top);
                let reduction = line(&|column| reach(column).min(bottom));
                canvas.draw_path(&area(&reduction, top), &fill(palette.suggested.faint(0.8 * strength)));
            }
        }
        canvas.restore();
        let size = SCALE_SIZE * scale;
        for db in [0.0f32, -12.0, -24.0] {
            let at = (right + 4.0 * scale, y(db).max(top + 5.0 * scale));
            write(canvas, &figures::plain(db, 0), at, size, palette.muted.full(), Anchor::Left);
        }
        let ceiling = y(self.ceiling.value()).round();
        let ink = if self.lit { palette.heard.full() } else { palette.heard.faint(0.6) };
        canvas.draw_line((left, ceiling), (right, ceiling), &dashed(ink, 1.2 * scale, 2.0 * scale, 3.0 * scale));
        let caption = if shown.columns.is_empty() { "10 s of input, output and reduction" } else { "10 s" };
        let at = (left + 6.0 * scale, bottom - 8.0 * scale);
        write(canvas, caption, at, size, palette.muted.full(), Anchor::Left);
    }
}
