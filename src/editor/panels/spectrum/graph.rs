//! The graph: grid, spectra, target, curves and nodes, and the hands on them.

use std::{cell::RefCell, rc::Rc, sync::Arc};

use vizia::{prelude::*, vg::Rect};

use super::{
    drawing::{self, node},
    menu,
    picture::Picture,
    plot::{Options, Plot},
};
use crate::{
    editor::{
        Console, Control,
        console::FINE,
        paint::{Anchor, Layer, within, write},
        theme::Palette,
        widgets::open_menu,
    },
    link::SoloSwitch,
    settings::{EQ_BANDS, EqBand, FilterType},
};

/// Where a hand finds a node, logical pixels.
const REACH: f32 = 13.0;
/// What a notch of the wheel does to Q: a factor, and its fine root.
const Q_STEP: f32 = 1.15;
const FINE_Q_STEP: f32 = 1.0141;
/// A node in the hand.
struct Drag {
    band: usize,
    /// Where the node would be without limits and steps, physical pixels.
    at: (f32, f32),
    last: (f32, f32),
}

/// The graph over the equaliser.
pub struct Graph {
    console: Console,
    picture: Rc<RefCell<Picture>>,
    options: Signal<Options>,
    selected: Signal<Option<usize>>,
    hover: Option<(f32, f32)>,
    drag: Option<Drag>,
    solo: Arc<SoloSwitch>,
    /// The range that is heard alone while the button is down, Hz.
    soloed: Option<(f32, f32)>,
    /// The grid with its numbers; curves and nodes: what does not move with the music.
    grid: RefCell<Layer<Scene>>,
    shapes: RefCell<Layer<(Scene, u64, Option<usize>)>>,
}

/// What all pictures of the graph depend on: place, scale, options, colours.
type Scene = (BoundingBox, f32, Options, &'static Palette);

impl Graph {
    /// Builds the graph. `selected` is the band whose values are shown in full.
    pub fn build<'a>(
        cx: &'a mut Context,
        console: &Console,
        picture: &Rc<RefCell<Picture>>,
        options: Signal<Options>,
        selected: Signal<Option<usize>>,
    ) -> Handle<'a, Self> {
        let live = console.live().clone();
        let graph = Self {
            console: console.clone(),
            picture: picture.clone(),
            options,
            selected,
            hover: None,
            drag: None,
            solo: console.instance().solo.clone(),
            soloed: None,
            grid: RefCell::default(),
            shapes: RefCell::default(),
        };
        let handle = View::build(graph, cx, |_| {}).bind(selected, |mut view| view.needs_redraw());
        let memory = console.instance().memory.clone();
        console.animate(handle.entity(), picture, move |picture, _| picture.advance(&live, &memory));
        handle
    }

    fn plot(&self, bounds: BoundingBox, scale: f32) -> Plot {
        Plot::new(bounds, scale, self.options.get())
    }

    /// The band whose node lies under a place.
    fn node_at(&self, plot: &Plot, (x, y): (f32, f32)) -> Option<usize> {
        let picture = self.picture.borrow();
        let bands = picture.controls.settings().bands;
        let selected = self.selected.get();
        let distance = |band: &usize| {
            let (node_x, node_y) = node(plot, &bands[*band]);
            (node_x - x).hypot(node_y - y)
        };
        let near = (0..EQ_BANDS).filter(|band| bands[*band].on || selected == Some(*band));
        near.filter(|band| distance(band) <= REACH * plot.scale).min_by(|a, b| distance(a).total_cmp(&distance(b)))
    }

    fn begin_drag(&mut self, cx: &mut EventContext, plot: &Plot, band: usize, at: (f32, f32)) {
        let picture = self.picture.borrow();
        let settings = picture.controls.settings().bands[band];
        let controls = &picture.controls.bands[band];
        controls.frequency.begin();
        if settings.filter.has_gain() {
            controls.gain.begin();
        }
        self.drag = Some(Drag { band, at: node(plot, &settings), last: at });
        cx.capture();
        cx.set_active(true);
    }

    fn drag_to(&mut self, plot: &Plot, to: (f32, f32), fine: bool) {
        let Some(drag) = &mut self.drag else { return };
        let factor = if fine { FINE } else { 1.0 };
        drag.at.0 = within(drag.at.0 + (to.0 - drag.last.0) * factor, plot.left, plot.right);
        drag.at.1 = within(drag.at.1 + (to.1 - drag.last.1) * factor, plot.top, plot.bottom);
        drag.last = to;
        let picture = self.picture.borrow();
        let controls = &picture.controls.bands[drag.band];
        controls.frequency.set_value(plot.hz(drag.at.0) as f32);
        if controls.gain.is_held() {
            controls.gain.set_value(plot.gain_db(drag.at.1));
        }
    }

    fn end_drag(&mut self, cx: &mut EventContext) {
        if let Some(drag) = self.drag.take() {
            let picture = self.picture.borrow();
            let controls = &picture.controls.bands[drag.band];
            Control::end_together(&[&controls.frequency, &controls.gain]);
            cx.release();
            cx.set_active(false);
        }
    }

    /// Lets the band in the hand, or what lies about a place, be heard alone.
    fn hear_alone(&mut self, plot: &Plot, at: (f32, f32)) {
        // As the hand has just set it: the picture follows at the next tick.
        let band = self.drag.as_ref().map(|drag| self.picture.borrow().controls.bands[drag.band].band());
        let range = band.as_ref().map_or_else(|| around(plot.hz(at.0) as f32, 1.0), range_of);
        self.soloed = Some(range);
        self.solo.set(Some(range));
    }

    fn double_click(&mut self, cx: &mut EventContext, plot: &Plot, at: (f32, f32)) {
        self.end_drag(cx);
        if let Some(band) = self.node_at(plot, at) {
            let changes = self.picture.borrow().controls.reset(band);
            self.console.apply(changes);
        } else if plot.contains(at) {
            self.add_band(plot.hz(at.0) as f32, plot.gain_db(at.1));
        }
    }

    fn add_band(&self, frequency_hz: f32, gain_db: f32) {
        let picture = self.picture.borrow();
        if let Some(band) = picture.controls.free() {
            self.console.apply(picture.controls.addition(band, frequency_hz, gain_db));
            self.selected.set(Some(band));
        }
    }

    fn turn(&self, plot: &Plot, at: (f32, f32), notches: f32, fine: bool) -> bool {
        let Some(band) = self.drag.as_ref().map(|drag| drag.band).or_else(|| self.node_at(plot, at)) else {
            return false;
        };
        let q = &self.picture.borrow().controls.bands[band].q;
        q.set_value(q.value() * (if fine { FINE_Q_STEP } else { Q_STEP }).powf(notches));
        true
    }

    fn open_menu(&self, cx: &mut EventContext, plot: &Plot, at: (f32, f32)) {
        let items = match self.node_at(plot, at) {
            Some(band) => {
                self.selected.set(Some(band));
                menu::band(&self.console, &self.picture, band, self.selected)
            }
            None => {
                let (hz, gain_db) = (plot.hz(at.0) as f32, plot.gain_db(at.1));
                menu::empty(&self.console, &self.picture, self.selected, hz, gain_db)
            }
        };
        open_menu(cx, items);
    }

    /// What a hand could do here, where tips are wanted: on a node, and on the plane until there is a first band.
    fn hint(&self, picture: &Picture, on_node: bool) -> Option<&'static str> {
        let bands = picture.controls.settings().bands.iter().any(|band| band.on);
        let hint = match on_node {
            true => "wheel: Q   alt: heard alone   right click: more",
            false if !bands => "double click: a band   alt: heard alone   right click: more",
            false => return None,
        };
        (self.console.tips().get() && self.drag.is_none()).then_some(hint)
    }
}

impl Drop for Graph {
    fn drop(&mut self) {
        // A window may go while the button is down.
        self.solo.set(None);
    }
}

/// `octaves` about a frequency, Hz.
fn around(hz: f32, octaves: f32) -> (f32, f32) {
    let half = 2f32.powf(octaves / 2.0);
    (hz / half, hz * half)
}

/// The range of frequencies that a band works on, Hz. A bell's is where it has more than half its gain in dB.
fn range_of(band: &EqBand) -> (f32, f32) {
    let hz = band.frequency_hz;
    match band.filter {
        FilterType::Bell | FilterType::Notch => {
            let octaves = 2.0 * (0.5 / band.q).asinh() / std::f32::consts::LN_2;
            around(hz, octaves.clamp(0.33, 4.0))
        }
        FilterType::LowShelf | FilterType::LowCut => (10.0, hz),
        FilterType::HighShelf | FilterType::HighCut => (hz, 22_000.0),
        FilterType::Tilt => around(hz, 2.0),
    }
}

impl View for Graph {
    fn element(&self) -> Option<&'static str> {
        Some("eq-graph")
    }

    fn event(&mut self, cx: &mut EventContext, event: &mut Event) {
        event.map(|event: &WindowEvent, meta| {
            let plot = self.plot(cx.bounds(), cx.scale_factor());
            let at = (cx.mouse().cursor_x, cx.mouse().cursor_y);
            let fine = cx.modifiers().contains(Modifiers::SHIFT);
            match event {
                WindowEvent::MouseMove(x, y) => {
                    self.hover = Some((*x, *y));
                    self.drag_to(&plot, (*x, *y), fine);
                    if self.soloed.is_some() {
                        self.hear_alone(&plot, (*x, *y));
                    }
                    let icon = if self.drag.is_some() {
                        CursorIcon::Grabbing
                    } else if self.node_at(&plot, (*x, *y)).is_some() {
                        CursorIcon::Grab
                    } else {
                        CursorIcon::Default
                    };
                    cx.emit(WindowEvent::SetCursor(icon));
                    cx.needs_redraw();
                }
                WindowEvent::MouseOut | WindowEvent::MouseLeave if self.drag.is_none() => {
                    self.hover = None;
                    cx.needs_redraw();
                }
                WindowEvent::MouseDown(MouseButton::Left) => {
                    let band = self.node_at(&plot, at);
                    self.selected.set(band);
                    if let Some(band) = band {
                        self.begin_drag(cx, &plot, band, at);
                    }
                    if cx.modifiers().intersects(Modifiers::ALT | Modifiers::CTRL) && plot.contains(at) {
                        self.hear_alone(&plot, at);
                        cx.capture();
                    }
                    meta.consume();
                }
                WindowEvent::MouseDown(MouseButton::Right) => {
                    self.open_menu(cx, &plot, at);
                    meta.consume();
                }
                WindowEvent::MouseUp(MouseButton::Left) => {
                    self.end_drag(cx);
                    if self.soloed.take().is_some() {
                        self.solo.set(None);
                        cx.release();
                        cx.needs_redraw();
                    }
                }
                WindowEvent::MouseDoubleClick(MouseButton::Left) => {
                    self.double_click(cx, &plot, at);
                    meta.consume();
                }
                WindowEvent::MouseScroll(_, notches) if *notches != 0.0 && self.turn(&plot, at, *notches, fine) => {
                    cx.needs_redraw();
                    meta.consume();
                }
                _ => {}
            }
        });
    }

    fn draw(&self, cx: &mut DrawContext, canvas: &Canvas) {
        let (palette, scale) = (self.console.palette(), cx.scale_factor());
        let plot = self.plot(cx.bounds(), scale);
        let picture = self.picture.borrow();
        let scene = (cx.bounds(), scale, self.options.get(), palette);
        self.grid.borrow_mut().show(canvas, cx.bounds(), scene, |canvas| {
            canvas.clear(palette.panel.full());
            drawing::grid(canvas, &plot, palette, self.options.get());
        });
        let within = Rect::new(plot.left, plot.top, plot.right, plot.bottom);
        canvas.save();
        canvas.clip_rect(within, None, None);
        drawing::target(canvas, &plot, palette, &picture, self.options.get());
        drawing::spectra(canvas, &plot, palette, &picture);
        canvas.restore();
        let selected = self.selected.get();
        // A node at the edge hangs over it.
        let reach = cx.bounds().expand(REACH * scale);
        self.shapes.borrow_mut().show(canvas, reach, (scene, picture.revision, selected), |canvas| {
            canvas.save();
            canvas.clip_rect(within, None, None);
            drawing::curves(canvas, &plot, palette, &picture, selected);
            canvas.restore();
            drawing::nodes(canvas, &plot, palette, &picture, selected);
        });
        if !picture.heard {
            let middle = ((plot.left + plot.right) / 2.0, plot.bottom - 40.0 * scale);
            let words = "Play the song to see its spectrum; double click to add a band";
            write(canvas, words, middle, 12.0 * scale, palette.muted.full(), Anchor::Middle);
        }
        if let Some(range) = self.soloed {
            drawing::solo(canvas, &plot, palette, range);
        }
        if let Some(at) = self.hover
            && plot.contains(at)
        {
            let node = self.node_at(&plot, at);
            drawing::readout(canvas, &plot, palette, &picture, at, node, self.hint(&picture, node.is_some()));
        }
    }
}
