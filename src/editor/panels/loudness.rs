//! Loudness since the last reset: figures, and their story beside the delivery target's line. Between them are both ends of the chain.

use std::{cell::RefCell, rc::Rc};

use vizia::prelude::*;

use super::{frame, in_out::in_out};
use crate::{
    analysis::measurement::FLOOR_DB,
    assistant::Delivery,
    editor::{
        Console, figures,
        live::Seen,
        paint::{Anchor, dashed, polyline, stroke, write},
        theme::SCALE_SIZE,
        widgets::{button, reading, tip},
    },
    scope::loudness::{LoudnessFigures, POINTS_PER_S},
};

/// Points of the graph: about one for two pixels.
const GRAPH_POINTS: usize = 160;
/// Least seconds that the graph is wide.
const LEAST_S: usize = 30;
/// Least range of the graph about the target, LU.
const LEAST_RANGE_LU: f32 = 6.0;
/// How far over its ceiling a true peak is still called fine, dB: what a meter may be off by.
const TOLERANCE_DB: f64 = 0.05;

/// Name, unit and explanation of each figure, in the order of the panel.
const FIGURES: [(&str, &str, &str); 6] = [
    (
        "Integrated",
        "LUFS",
        "Loudness of all since the reset, pauses left out (BS.1770). What streaming services turn by.",
    ),
    ("Short-term", "LUFS", "Loudness of the last 3 seconds."),
    ("Momentary", "LUFS", "Loudness of the last 0.4 seconds."),
    ("Range", "LU", "Loudness range: how far apart the soft and the loud passages lie (EBU Tech 3342)."),
    ("True peak", "dBTP", "The greatest peak that a converter will make of the samples, since the reset."),
    ("PLR", "dB", "True peak over integrated loudness: how much the peaks have been taken down."),
];

/// Builds the panel.
pub fn panel(cx: &mut Context, console: &Console) {
    let shown: [Signal<String>; FIGURES.len()] = FIGURES.map(|_| Signal::new("–".to_owned()));
    let over = Signal::new(false);
    frame(cx, |cx| {
        HStack::new(cx, |cx| {
            for ((name, unit, sentence), text) in FIGURES.into_iter().zip(shown) {
                let column = VStack::new(cx, |cx| {
                    Label::new(cx, name).hoverable(false).height(Pixels(16.0));
                    let figure = reading(cx, text).class("figure").width(Stretch(1.0)).height(Pixels(26.0));
                    if name == "True peak" {
                        figure.toggle_class("care", over);
                    }
                    Label::new(cx, unit).class("scale").hoverable(false).height(Pixels(14.0));
                })
                .width(Pixels(if matches!(unit, "LU" | "dB") { 52.0 } else { 70.0 }))
                .height(Auto)
                .gap(Pixels(4.0));
                tip(column, name, sentence);
            }
            in_out(cx, console);
            let picture = Rc::new(RefCell::new(Story::new(console.instance().memory.delivery())));
            let mut graph = Entity::null();
            ZStack::new(cx, |cx| {
                graph = Graph { console: console.clone(), story: picture.clone() }
                    .build(cx, |_| {})
                    .id("loudness graph")
                    .size(Stretch(1.0))
                    .entity();
                let reset = console.live().clone();
                button(cx, "Reset".to_owned(), "Measures loudness, peaks and the most reduction anew.", move |_| {
                    reset.reset_loudness();
                })
                .id("loudness reset")
                .position_type(PositionType::Absolute)
                .left(Stretch(1.0))
                .top(Stretch(1.0))
                .right(Pixels(0.0))
                .bottom(Pixels(0.0))
                .height(Pixels(20.0));
            })
            .width(Stretch(1.0))
            .height(Stretch(1.0));
            let (live, memory) = (console.live().clone(), console.instance().memory.clone());
            console.animate(graph, &picture, move |story, _| {
                let seen = live.seen();
                let delivery = memory.delivery();
                let aims_elsewhere = std::mem::replace(&mut story.delivery, delivery) != delivery;
                let changed = story
                    .seen
                    .replace(seen)
                    .is_none_or(|last| last.loudness != seen.loudness || last.running != seen.running);
                if changed && let Some(figures) = live.with(|scope| story.take(scope)) {
                    for (signal, text) in shown.iter().zip(texts(&figures)) {
                        if signal.get() != text {
                            signal.set(text);
                        }
                    }
                }
                let is_over = story.true_peak_dbtp > delivery.ceiling_dbtp + TOLERANCE_DB;
                if over.get() != is_over {
                    over.set(is_over);
                }
                changed || aims_elsewhere
            });
        })
        .gap(Pixels(8.0))
        .height(Stretch(1.0))
        .alignment(Alignment::Left);
    })
    .height(Pixels(92.0));
}

/// The figures as they are shown, in the order of [`FIGURES`].
fn texts(loudness: &LoudnessFigures) -> [String; FIGURES.len()] {
    let level = |value: f64| figures::level(value, 1);
    let maybe = |value: Option<f64>| value.map_or("–".to_owned(), |value| figures::plain(value as f32, 1));
    [
        level(loudness.integrated_lufs),
        level(loudness.short_term_lufs),
        level(loudness.momentary_lufs),
        maybe(loudness.range_lu),
        level(loudness.true_peak_dbtp),
        maybe(loudness.plr_db()),
    ]
}

/// What the graph shows.
struct Story {
    delivery: Delivery,
    seen: Option<Seen>,
    /// Short-term and momentary loudness, the louder of what one point covers, LUFS.
    short_term_lufs: Vec<f32>,
    momentary_lufs: Vec<f32>,
    heard_s: f64,
    true_peak_dbtp: f64,
    running: bool,
}

impl Story {
    fn new(delivery: Delivery) -> Self {
        Self {
            delivery,
            seen: None,
            short_term_lufs: Vec::new(),
            momentary_lufs: Vec::new(),
            heard_s: 0.0,
            true_peak_dbtp: FLOOR_DB,
            running: false,
        }
    }

    fn take(&mut self, scope: &crate::scope::Scope) -> LoudnessFigures {
        let figures = *scope.loudness.figures();
        let points = scope.loudness.points();
        self.heard_s = figures.heard_s;
        self.true_peak_dbtp = figures.true_peak_dbtp;
        self.running = self.seen.is_some_and(|seen| seen.running);
        self.short_term_lufs.clear();
        self.momentary_lufs.clear();
        let each = points.len().max(LEAST_S * POINTS_PER_S).div_ceil(GRAPH_POINTS);
        let mut start = 0;
        while start < points.len() {
            let group = points.range(start..(start + each).min(points.len()));
            let (mut short_term, mut momentary) = (FLOOR_DB as f32, FLOOR_DB as f32);
            for point in group {
                short_term = short_term.max(point.short_term_lufs);
                momentary = momentary.max(point.momentary_lufs);
            }
            self.short_term_lufs.push(short_term);
            self.momentary_lufs.push(momentary);
            start += each;
        }
        figures
    }
}

struct Graph {
    console: Console,
    story: Rc<RefCell<Story>>,
}

impl View for Graph {
    fn element(&self) -> Option<&'static str> {
        Some("loudness-graph")
    }

    fn draw(&self, cx: &mut DrawContext, canvas: &Canvas) {
        let (bounds, scale, palette) = (cx.bounds(), cx.scale_factor(), self.console.palette());
        let story = self.story.borrow();
        let size = SCALE_SIZE * scale;
        let (left, right) = (bounds.x, bounds.right() - 30.0 * scale);
        let (top, bottom) = (bounds.y + 2.0 * scale, bounds.bottom() - 18.0 * scale);
        let target = story.delivery.integrated_lufs as f32;
        let heard = || story.short_term_lufs.iter().copied().filter(|lufs| *lufs > -70.0);
        // Room for the target and for all that was heard within 18 LU under it.
        let highest = heard().fold(target + LEAST_RANGE_LU / 2.0, |top, lufs| top.max(lufs + 1.0));
        let lowest = heard().fold(target - LEAST_RANGE_LU, |low, lufs| low.min(lufs - 1.0)).max(highest - 24.0);
        let y = |lufs: f32| top + ((highest - lufs) / (highest - lowest)).clamp(0.0, 1.0) * (bottom - top);
        let target_y = y(target).round();
        let line = dashed(palette.fine.faint(0.8), scale, 3.0 * scale, 3.0 * scale);
        canvas.draw_line((left, target_y), (right, target_y), &line);
        write(
            canvas,
            &figures::plain(target, 0),
            (right + 6.0 * scale, target_y),
            size,
            palette.fine.full(),
            Anchor::Left,
        );
        let count = story.short_term_lufs.len().max(GRAPH_POINTS.min(LEAST_S * POINTS_PER_S)).max(2) as f32;
        let place = |values: &[f32]| {
            let points: Vec<_> = values
                .iter()
                .enumerate()
                .filter(|(_, lufs)| **lufs > -70.0)
                .map(|(index, lufs)| (left + index as f32 / (count - 1.0) * (right - left), y(*lufs)))
                .collect();
            polyline(points)
        };
        let strength = if story.running { 1.0 } else { 0.55 };
        canvas.draw_path(&place(&story.momentary_lufs), &stroke(palette.heard.faint(0.3 * strength), scale));
        canvas.draw_path(&place(&story.short_term_lufs), &stroke(palette.heard.faint(strength), 1.3 * scale));
        // The button for the reset stands beside it.
        let roomy = bounds.w > 150.0 * scale;
        let caption = match story.heard_s > 0.0 {
            true if roomy => format!("{}, short-term", figures::clock(story.heard_s)),
            true => figures::clock(story.heard_s),
            false if roomy => "nothing heard yet".to_owned(),
            false => String::new(),
        };
        write(canvas, &caption, (left, bottom + 9.0 * scale), size, palette.muted.full(), Anchor::Left);
    }
}
