//! The limiter: ten seconds of what came in, what went out and what was taken away, and its controls.

use std::{cell::RefCell, rc::Rc};

use vizia::{prelude::*, vg::Rect};

use super::{frame, head, reset_button};
use crate::{
    analysis::measurement::FLOOR_DB,
    assistant::Module,
    dsp::gain_to_db,
    editor::{
        Console, Control, Desk,
        console::FINE,
        figures,
        live::Seen,
        paint::{Anchor, area, dashed, fill, polyline, stroke, value_sign, within, write},
        theme::SCALE_SIZE,
        widgets::{control_tip_with, named_value, reading, tip, toggle, value_box},
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
/// Reduction that is shown as some, dB: what is written as 0.0 is none.
const LEAST_REDUCTION_DB: f32 = 0.05;
/// Where there is no figure yet.
const NOTHING: &str = "–";
/// Columns that are drawn: one for 40 ms.
const DRAWN: usize = COLUMNS / 2;

/// Builds the panel.
pub fn panel(cx: &mut Context, desk: &Desk) {
    let console = desk.console();
    let most = Signal::new(NOTHING.to_owned());
    let reduces = Signal::new(false);
    frame(cx, |cx| {
        head(cx, desk, Module::Limiter, |cx| {
            toggle(cx, &console.control("soft_clip_on"), "Soft clip").height(Pixels(20.0));
            reset_button(cx, console, "limiter", |id| id.starts_with("limiter_") || id.starts_with("soft_clip"));
        });
        let shown = Rc::new(RefCell::new(Shown::default()));
        let ceiling = console.control("limiter_ceiling");
        let on = console.control("limiter_on");
        let trace =
            Trace { console: console.clone(), shown: shown.clone(), ceiling: ceiling.clone(), lit: false, held: None }
                .build(cx, |_| {})
                .id("limiter trace")
                .bind(ceiling.position(), |mut view| view.needs_redraw())
                .bind(on.position(), |mut view| view.needs_redraw())
                .width(Stretch(1.0))
                .height(Stretch(1.0));
        let hands = "Drag the line, or wheel; with shift fine. Double click resets.";
        let view = control_tip_with(trace, &ceiling, hands).entity();
        let live = console.live().clone();
        console.animate(view, &shown, move |shown, _| {
            let seen = live.seen();
            let changed = shown
                .seen
                .replace(seen)
                .is_none_or(|last| last.modules != seen.modules || last.running != seen.running);
            shown.running = seen.running;
            if changed && let Some(most_db) = live.with(|scope| shown.take(scope)) {
                let heard = shown.peak_dbtp > FLOOR_DB;
                most.set_if_changed(match heard {
                    true => figures::with_unit(&figures::plain(most_db, 1), "dB"),
                    false => NOTHING.to_owned(),
                });
                reduces.set_if_changed(heard && most_db >= LEAST_REDUCTION_DB);
            }
            changed
        });
        HStack::new(cx, |cx| {
            // Widths in the proportions of the longest values.
            for (id, name, width) in [
                ("limiter_drive", "drive", 50.0),
                ("limiter_ceiling", "ceiling", 68.0),
                ("limiter_release", "release", 50.0),
            ] {
                named_value(cx, &console.control(id), name).width(Stretch(width));
            }
            let column = VStack::new(cx, |cx| {
                Label::new(cx, "most").class("name").hoverable(false).height(Pixels(16.0));
                reading(cx, most)
                    .class("value")
                    .toggle_class("suggested", reduces)
                    .toggle_class("quiet", reduces.map(|reduces| !reduces))
                    .width(Stretch(1.0))
                    .height(Pixels(20.0));
            })
            .width(Stretch(48.0))
            .height(Auto);
            tip(column, "most", "The most gain reduction since the last reset of the loudness.");
        })
        .gap(Pixels(6.0))
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
        .gap(Pixels(4.0))
        .height(Pixels(20.0));
    })
    .gap(Pixels(6.0))
    .width(Stretch(292.0));
}

struct Shown {
    seen: Option<Seen>,
    /// Oldest first.
    columns: Vec<Column>,
    running: bool,
    /// True peak of the output since the last reset of the loudness.
    peak_dbtp: f64,
}

impl Default for Shown {
    fn default() -> Self {
        Self { seen: None, columns: Vec::new(), running: false, peak_dbtp: FLOOR_DB }
    }
}

impl Shown {
    /// Takes the trace and the true peak; gives the most reduction.
    fn take(&mut self, scope: &crate::scope::Scope) -> f32 {
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
        self.peak_dbtp = scope.loudness.figures().true_peak_dbtp;
        scope.trace.most_reduction_db()
    }
}

struct Trace {
    console: Console,
    shown: Rc<RefCell<Shown>>,
    ceiling: Control,
    /// Whether a hand is on the ceiling's line.
    lit: bool,
    /// While a hand holds it: where the line would be without limits and steps, and where the mouse was, in physical pixels.
    held: Option<(f32, f32)>,
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
                    if let Some((at, last)) = self.held.as_mut().filter(|(_, last)| last != y) {
                        let fine = if cx.modifiers().contains(Modifiers::SHIFT) { FINE } else { 1.0 };
                        *at = within(*at + (y - *last) * fine, bounds.y, bounds.bottom());
                        *last = *y;
                        self.ceiling.set_value(TOP_DB - (*at - bounds.y) / bounds.h.max(1.0) * RANGE_DB);
                    }
                    let lit = self.held.is_some() || on_line(*y);
                    if lit != self.lit {
                        self.lit = lit;
                        cx.emit(WindowEvent::SetCursor(if lit { CursorIcon::NsResize } else { CursorIcon::Default }));
                        cx.needs_redraw();
                    }
                }
                WindowEvent::MouseOut if self.held.is_none() => {
                    self.lit = false;
                    cx.needs_redraw();
                }
                WindowEvent::MouseDown(MouseButton::Left) if on_line(cx.mouse().cursor_y) => {
                    self.ceiling.begin();
                    self.held = Some((line(self.ceiling.value()), cx.mouse().cursor_y));
                    cx.capture();
                    meta.consume();
                }
                WindowEvent::MouseUp(MouseButton::Left) if self.held.take().is_some() => {
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
        let y = |db: f32| within(top + (TOP_DB - db) / RANGE_DB * (bottom - top), top, bottom);
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
        if self.lit {
            let at = ((left + right) / 2.0, ceiling);
            value_sign(canvas, palette, &self.ceiling.text().get(), at, ground, scale);
        }
        let caption = if shown.columns.is_empty() { "10 s of input, output and reduction" } else { "10 s" };
        let at = (left + 6.0 * scale, bottom - 8.0 * scale);
        write(canvas, caption, at, size, palette.muted.full(), Anchor::Left);
        if shown.peak_dbtp > FLOOR_DB {
            let peak = figures::with_unit(&figures::level(shown.peak_dbtp, 1), "dBTP");
            let at = (right - 6.0 * scale, bottom - 8.0 * scale);
            write(canvas, &format!("peak {peak}"), at, size, palette.text.full(), Anchor::Right);
        }
    }
}
