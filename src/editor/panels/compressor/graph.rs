//! The bands side by side on the axis of frequency: levels rise from below, reduction hangs from above, thresholds lie across and
//! are dragged up and down, crossovers stand between and are dragged across.

use std::{cell::RefCell, rc::Rc};

use vizia::{prelude::*, vg::Rect};

use super::plot::Plot;
use crate::{
    dsp::crossover::MAX_CROSSOVERS,
    editor::{
        Console, Control,
        console::FINE,
        figures,
        live::{Live, Seen},
        paint::{Anchor, fill, stroke, value_sign, within, write},
        theme::SCALE_SIZE,
        widgets::{tip, value_entry},
    },
    scope::{band_levels::BandLevels, meters::LOWEST_DB},
    settings::MAX_BANDS,
};

/// Reduction that fills a column, dB.
const REDUCTION_RANGE_DB: f32 = 12.0;
/// Neighbours keep a third of an octave apart, as in the chain.
const LEAST_SPACING: f32 = 1.26;
/// How near a hand must come to a line, logical pixels.
const REACH: f32 = 9.0;
/// Room for the reductions' figures and the crossovers' handles under the columns, logical pixels.
const FOOT: f32 = 32.0;
/// Half the width of a crossover's handle.
const PILL: f32 = 17.0;
/// The field in which a value is typed, logical pixels.
const ENTRY: (f32, f32) = (64.0, 20.0);

/// What a hand can take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hold {
    Threshold(usize),
    Crossover(usize),
}

/// A line or handle in the hand, along its own axis in physical pixels.
struct Drag {
    hold: Hold,
    /// Where it would be without limits and steps.
    at: f32,
    /// Where the mouse was.
    last: f32,
}

/// The levels as they are shown.
struct Shown {
    seen: Option<Seen>,
    level_db: [f32; MAX_BANDS],
    reduction_db: [f32; MAX_BANDS],
    running: bool,
    /// For the levels while the compressor is off.
    shares: BandLevels,
}

/// The picture of the bands.
pub struct Graph {
    console: Console,
    shown: Rc<RefCell<Shown>>,
    chosen: Signal<usize>,
    on: Control,
    count: Control,
    thresholds: [Control; MAX_BANDS],
    crossovers: [Control; MAX_CROSSOVERS],
    held: Option<Drag>,
    hover: Option<Hold>,
    /// Whose value is being typed, and where the field lies, logical pixels from the upper left corner.
    typing: Signal<Option<(Control, (f32, f32))>>,
}

impl Graph {
    /// Builds the picture; a press chooses a band.
    pub fn build<'a>(cx: &'a mut Context, console: &Console, chosen: Signal<usize>) -> Handle<'a, Self> {
        let shown = Rc::new(RefCell::new(Shown {
            seen: None,
            level_db: [LOWEST_DB; MAX_BANDS],
            reduction_db: [0.0; MAX_BANDS],
            running: false,
            shares: BandLevels::default(),
        }));
        let graph = Self {
            console: console.clone(),
            shown: shown.clone(),
            chosen,
            on: console.control("comp_on"),
            count: console.control("comp_bands"),
            thresholds: std::array::from_fn(|band| console.control(&format!("comp{}_threshold", band + 1))),
            crossovers: std::array::from_fn(|index| console.control(&format!("crossover{}", index + 1))),
            held: None,
            hover: None,
            typing: Signal::new(None),
        };
        let drawn = graph.thresholds.iter().chain(&graph.crossovers).chain([&graph.on, &graph.count]);
        let signals: Vec<_> = drawn.map(Control::position).collect();
        let (on, count, bands, crossovers) =
            (graph.on.clone(), graph.count.clone(), graph.count.clone(), graph.crossovers.clone());
        let typing = graph.typing;
        let field = move |cx: &mut Context| {
            let Some((control, (left, top))) = typing.get() else { return };
            value_entry(cx, &control, move || typing.set(None))
                .position_type(PositionType::Absolute)
                .left(Pixels(left))
                .top(Pixels(top))
                .width(Pixels(ENTRY.0))
                .height(Pixels(ENTRY.1));
        };
        let mut handle = View::build(graph, cx, |cx| {
            Binding::new(cx, typing, field);
        })
        .bind(chosen, |mut view| view.needs_redraw());
        for signal in signals {
            let count = count.clone();
            handle = handle.bind(signal, move |mut view| {
                let last = count.value() as usize - 1;
                if chosen.get() > last {
                    chosen.set(last);
                }
                view.needs_redraw();
            });
        }
        let handle = tip(
            handle,
            "Bands",
            "Drag a line up and down for the threshold, a handle across for the crossover. Blue is the level that the band's detector \
             hears, orange its gain reduction. Double click resets, right click types.",
        );
        let live = console.live().clone();
        console.animate(handle.entity(), &shown, move |shown, _| {
            let crossovers_hz = crossovers.each_ref().map(Control::value);
            shown.advance(&live, on.is_on(), &crossovers_hz, bands.value() as usize)
        });
        handle
    }

    fn plot(&self, bounds: BoundingBox, scale: f32) -> Plot {
        Plot { left: bounds.x, right: bounds.right(), top: bounds.y, bottom: bounds.bottom() - FOOT * scale, scale }
    }

    fn bands(&self) -> usize {
        (self.count.value() as usize).clamp(1, MAX_BANDS)
    }

    /// Edges of the columns, from the lowest frequency to the highest.
    fn edges(&self, plot: &Plot) -> Vec<f32> {
        let between = self.crossovers[..self.bands() - 1].iter().map(|control| plot.x(control.value()));
        std::iter::once(plot.left).chain(between).chain([plot.right]).collect()
    }

    fn band_at(&self, plot: &Plot, x: f32) -> usize {
        let edges = self.edges(plot);
        edges[1..edges.len() - 1].iter().filter(|edge| x >= **edge).count()
    }

    fn hold_at(&self, plot: &Plot, (x, y): (f32, f32)) -> Option<Hold> {
        let reach = REACH * plot.scale;
        let edges = self.edges(plot);
        let away = |index: usize| (edges[index + 1] - x).abs();
        let nearest = (0..self.bands() - 1).min_by(|one, other| away(*one).total_cmp(&away(*other)));
        let grasp = if y > plot.bottom { PILL * plot.scale } else { reach / 2.0 };
        if let Some(index) = nearest.filter(|index| away(*index) <= grasp) {
            return Some(Hold::Crossover(index));
        }
        let band = self.band_at(plot, x);
        let threshold = plot.y(self.thresholds[band].value());
        ((threshold - y).abs() <= reach && y <= plot.bottom + reach).then_some(Hold::Threshold(band))
    }

    fn control(&self, hold: Hold) -> &Control {
        match hold {
            Hold::Threshold(band) => &self.thresholds[band],
            Hold::Crossover(index) => &self.crossovers[index],
        }
    }

    fn begin_drag(&mut self, plot: &Plot, hold: Hold, (x, y): (f32, f32)) {
        let control = self.control(hold);
        control.begin();
        let (at, last) = match hold {
            Hold::Threshold(_) => (plot.y(control.value()), y),
            Hold::Crossover(_) => (plot.x(control.value()), x),
        };
        self.held = Some(Drag { hold, at, last });
    }

    fn drag_to(&mut self, plot: &Plot, (x, y): (f32, f32), fine: bool) {
        let Some(Drag { hold, at, last }) = &mut self.held else { return };
        let (to, low, high) = match hold {
            Hold::Threshold(_) => (y, plot.top, plot.bottom),
            Hold::Crossover(_) => (x, plot.left, plot.right),
        };
        if to == *last {
            return;
        }
        *at = within(*at + (to - *last) * if fine { FINE } else { 1.0 }, low, high);
        *last = to;
        match (*hold, *at) {
            (Hold::Threshold(band), y) => self.thresholds[band].set_value(plot.db(y)),
            (Hold::Crossover(index), x) => {
                let last = self.bands() - 2;
                let lowest = if index == 0 { 0.0 } else { self.crossovers[index - 1].value() * LEAST_SPACING };
                let highest = if index == last { f32::MAX } else { self.crossovers[index + 1].value() / LEAST_SPACING };
                self.crossovers[index].set_value(plot.hz(x).min(highest).max(lowest));
            }
        }
    }
}

/// Where the field for a value lies that is asked for at a place: around it, within the graph.
fn field_at(bounds: BoundingBox, scale: f32, (x, y): (f32, f32)) -> (f32, f32) {
    let along = |at: f32, start: f32, length: f32, field: f32| {
        within((at - start) / scale - field / 2.0, 0.0, length / scale - field)
    };
    (along(x, bounds.x, bounds.w, ENTRY.0), along(y, bounds.y, bounds.h, ENTRY.1))
}

impl Shown {
    fn advance(&mut self, live: &Live, on: bool, crossovers_hz: &[f32; MAX_CROSSOVERS], bands: usize) -> bool {
        let seen = live.seen();
        let changed =
            self.seen.replace(seen).is_none_or(|last| last.modules != seen.modules || last.running != seen.running);
        if changed {
            self.running = seen.running;
            live.with(|scope| {
                let rate_hz = scope.sample_rate_hz();
                self.level_db = if on {
                    scope.meters.compressor_level_db
                } else {
                    self.shares.levels_db(scope.before.powers(), crossovers_hz, bands, rate_hz)
                };
                self.reduction_db = scope.meters.compressor_reduction_db;
            });
        }
        changed
    }
}

impl View for Graph {
    fn element(&self) -> Option<&'static str> {
        Some("compressor-graph")
    }

    fn event(&mut self, cx: &mut EventContext, event: &mut Event) {
        event.map(|event: &WindowEvent, meta| {
            let plot = self.plot(cx.bounds(), cx.scale_factor());
            let at = (cx.mouse().cursor_x, cx.mouse().cursor_y);
            let fine = cx.modifiers().contains(Modifiers::SHIFT);
            match event {
                WindowEvent::MouseMove(x, y) => {
                    self.drag_to(&plot, (*x, *y), fine);
                    let held = self.held.as_ref().map(|drag| drag.hold);
                    let hover = held.or_else(|| self.hold_at(&plot, (*x, *y)));
                    if hover != self.hover {
                        self.hover = hover;
                        cx.emit(WindowEvent::SetCursor(match hover {
                            Some(Hold::Threshold(_)) => CursorIcon::NsResize,
                            Some(Hold::Crossover(_)) => CursorIcon::EwResize,
                            None => CursorIcon::Default,
                        }));
                        cx.needs_redraw();
                    }
                }
                WindowEvent::MouseOut if self.held.is_none() => {
                    self.hover = None;
                    cx.needs_redraw();
                }
                WindowEvent::MouseDown(MouseButton::Left) => {
                    self.chosen.set(self.band_at(&plot, at.0));
                    if let Some(hold) = self.hold_at(&plot, at) {
                        self.begin_drag(&plot, hold, at);
                        cx.capture();
                    }
                    meta.consume();
                }
                WindowEvent::MouseUp(MouseButton::Left) => {
                    if let Some(drag) = self.held.take() {
                        self.control(drag.hold).end();
                        cx.release();
                    }
                }
                WindowEvent::MouseDoubleClick(MouseButton::Left) => {
                    if let Some(hold) = self.hold_at(&plot, at) {
                        self.control(hold).reset();
                    }
                    meta.consume();
                }
                WindowEvent::MouseDown(MouseButton::Right) => {
                    if let Some(hold) = self.hold_at(&plot, at) {
                        self.typing.set(Some((self.control(hold).clone(), field_at(cx.bounds(), plot.scale, at))));
                    }
                    meta.consume();
                }
                WindowEvent::MouseScroll(_, notches) if *notches != 0.0 => {
                    let hold = self.hold_at(&plot, at).unwrap_or(Hold::Threshold(self.band_at(&plot, at.0)));
                    self.control(hold).turn(*notches, fine);
                    meta.consume();
                }
                _ => {}
            }
        });
    }

    fn draw(&self, cx: &mut DrawContext, canvas: &Canvas) {
        let (scale, palette) = (cx.scale_factor(), self.console.palette());
        let plot = self.plot(cx.bounds(), scale);
        let shown = self.shown.borrow();
        let on = self.on.is_on();
        let strength = if shown.running && on { 1.0 } else { 0.45 };
        let edges = self.edges(&plot);
        let (size, radius, gap) = (SCALE_SIZE * scale, 3.0 * scale, 2.0 * scale);
        for band in 0..self.bands() {
            let (left, right) = (edges[band] + gap, (edges[band + 1] - gap).max(edges[band] + gap + scale));
            let column = Rect::new(left, plot.top, right, plot.bottom);
            canvas.draw_round_rect(column, radius, radius, &fill(palette.card.full()));
            let level = within(plot.y(shown.level_db[band]), plot.top, plot.bottom);
            if level < plot.bottom - 0.5 {
                let bar = Rect::new(left, level, right, plot.bottom);
                canvas.draw_round_rect(bar, radius, radius, &fill(palette.measured.faint(0.35 * strength)));
            }
            let reduction_db = shown.reduction_db[band];
            let reach = (reduction_db / REDUCTION_RANGE_DB).min(1.0) * (plot.bottom - plot.top);
            if reach > 0.5 {
                let bar = Rect::new(left, plot.top, right, plot.top + reach);
                canvas.draw_round_rect(bar, radius, radius, &fill(palette.suggested.faint(0.85 * strength)));
            }
            if self.bands() > 1 && self.chosen.get() == band {
                canvas.draw_round_rect(column, radius, radius, &stroke(palette.muted.full(), scale));
            }
            let y = plot.y(self.thresholds[band].value()).round();
            let lit = self.hover == Some(Hold::Threshold(band));
            let line = stroke(palette.heard.faint(if on { 1.0 } else { 0.5 }), if lit { 2.5 } else { 1.5 } * scale);
            canvas.draw_line((left, y), (right, y), &line);
            if right - left > 24.0 * scale {
                let figure = figures::plain(-reduction_db, 1);
                let ink = if reduction_db >= 0.05 { palette.text } else { palette.muted };
                let at = ((left + right) / 2.0, plot.bottom + 8.0 * scale);
                write(canvas, &figure, at, size, ink.full(), Anchor::Middle);
            }
        }
        for index in 0..self.bands() - 1 {
            let hz = self.crossovers[index].value();
            let x = within(edges[index + 1], plot.left + PILL * scale, plot.right - PILL * scale);
            let (top, bottom) = (plot.bottom + 16.0 * scale, plot.bottom + 31.0 * scale);
            let lit = self.hover == Some(Hold::Crossover(index));
            let pill = Rect::new(x - PILL * scale, top, x + PILL * scale, bottom);
            canvas.draw_round_rect(pill, 7.5 * scale, 7.5 * scale, &fill(palette.raised.full()));
            if lit {
                canvas.draw_round_rect(pill, 7.5 * scale, 7.5 * scale, &stroke(palette.muted.full(), scale));
            }
            let words =
                if hz < 1000.0 { figures::plain(hz, 0) } else { format!("{}k", figures::plain(hz / 1000.0, 1)) };
            write(canvas, &words, (x, (top + bottom) / 2.0), size, palette.text.full(), Anchor::Middle);
        }
        if let Some(hold) = self.hover {
            self.draw_value(canvas, &plot, &edges, hold);
        }
        if self.bands() == 1 {
            let at = (plot.left, plot.bottom + 23.0 * scale);
            write(canvas, "one band, whole spectrum", at, size, palette.muted.full(), Anchor::Left);
        }
    }
}

impl Graph {
    /// The value of what is under the hand, at its line.
    fn draw_value(&self, canvas: &Canvas, plot: &Plot, edges: &[f32], hold: Hold) {
        let (palette, scale) = (self.console.palette(), plot.scale);
        let control = self.control(hold);
        let at = match hold {
            Hold::Threshold(band) => ((edges[band] + edges[band + 1]) / 2.0, plot.y(control.value())),
            Hold::Crossover(index) => {
                let x = edges[index + 1];
                canvas.draw_line((x, plot.top), (x, plot.bottom), &stroke(palette.muted.full(), scale));
                (x, plot.bottom)
            }
        };
        let within = Rect::new(plot.left, plot.top, plot.right, plot.bottom);
        value_sign(canvas, palette, &control.text().get(), at, within, scale);
    }
}
