//! Figures: panels of lines over labelled axes, drawn as small SVG files that read on light and on dark pages.
//!
//! Lines are clipped to their panel and thinned out where that cannot be seen, so that a figure has a few kilobytes and the same
//! bytes every time.

use anyhow::{Result, anyhow};
use plotters::{
    backend::SVGBackend,
    chart::ChartBuilder,
    coord::{
        Shift,
        ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter},
    },
    drawing::{DrawingArea, IntoDrawingArea},
    element::{PathElement, Text},
    style::{
        Color, RGBColor, ShapeStyle, TextStyle,
        text_anchor::{HPos, Pos, VPos},
    },
};

use super::path::{clipped, thinned};

/// Coordinates in the file are whole numbers; one unit of the page holds so many.
const SCALE: i32 = 4;
const WIDTH: i32 = 760 * SCALE;
const TITLE_HEIGHT: i32 = 54 * SCALE;
const LEGEND_HEIGHT: i32 = 22 * SCALE;
const MARGIN: i32 = 10 * SCALE;
const Y_LABELS_WIDTH: i32 = 66 * SCALE;
const X_LABELS_HEIGHT: i32 = 48 * SCALE;
/// Long enough that the labels of both axes stay apart in their corner.
const TICK: i32 = 8 * SCALE;
const TEXT_SIZE: i32 = 13 * SCALE;
const TITLE_SIZE: i32 = 15 * SCALE;
/// Mean width of a letter, in text sizes: there are no fonts to ask here.
const LETTER: f64 = 0.56;
/// How far a line may be from what it shows, in units of the file: half a hundredth of an inch on a screen.
const TOLERANCE: f64 = 1.0;

const INK: RGBColor = RGBColor(0x1f, 0x23, 0x28);
const GRID: RGBColor = RGBColor(0xd8, 0xde, 0xe4);
const PAPER: RGBColor = RGBColor(0xff, 0xff, 0xff);
/// Colours that people with any colour vision tell apart (Okabe and Ito), black left out; on dark paper the second ones.
const COLOURS: [(RGBColor, &str); 8] = [
    (RGBColor(0x00, 0x72, 0xb2), "#56b4e9"),
    (RGBColor(0xd5, 0x5e, 0x00), "#ff8a3d"),
    (RGBColor(0x00, 0x9e, 0x73), "#2fd3a4"),
    (RGBColor(0xcc, 0x79, 0xa7), "#e9a3cb"),
    (RGBColor(0x9a, 0x78, 0x00), "#f0e442"),
    (RGBColor(0x5b, 0x4f, 0xc9), "#a79bff"),
    (RGBColor(0x6e, 0x77, 0x81), "#9aa4af"),
    (RGBColor(0xa4, 0x0e, 0x26), "#ff7b86"),
];

/// One axis.
#[derive(Debug, Clone)]
pub struct Axis {
    label: &'static str,
    logarithmic: bool,
    ticks: Vec<f64>,
    from: f64,
    to: f64,
}

impl Axis {
    /// Even steps with a tick each.
    pub fn linear(label: &'static str, from: f64, to: f64, step: f64) -> Self {
        let count = ((to - from) / step).round() as i32;
        let ticks = (0..=count).map(|index| from + f64::from(index) * step).collect();
        Self { label, logarithmic: false, ticks, from, to }
    }

    /// Frequencies in Hz by octaves and decades.
    pub fn frequency(from: f64, to: f64) -> Self {
        const TICKS: [f64; 13] =
            [10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0, 10_000.0, 20_000.0, 50_000.0, 100_000.0];
        let ticks = TICKS.into_iter().filter(|tick| (from..=to).contains(tick)).collect();
        Self { label: "frequency, Hz", logarithmic: true, ticks, from, to }
    }

    fn place(&self, value: f64) -> f64 {
        if self.logarithmic { value.max(f64::MIN_POSITIVE).log10() } else { value }
    }

    fn text(&self, place: f64) -> String {
        let value = if self.logarithmic { 10f64.powf(place) } else { place };
        if self.logarithmic && value > 999.0 {
            return format!("{}k", (value / 100.0).round() / 10.0);
        }
        // As many decimals as the steps need, without the traces of binary fractions.
        let rounded = (value * 1e4).round() / 1e4 + 0.0;
        format!("{rounded}").replace('-', "−")
    }

    fn ends(&self) -> (f64, f64) {
        (self.place(self.from), self.place(self.to))
    }
}

/// An axis as the drawing library asks for it: in places.
struct Places<'a>(&'a Axis);

impl Ranged for Places<'_> {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, place: &f64, (start, end): (i32, i32)) -> i32 {
        let (from, to) = self.0.ends();
        start + ((place - from) / (to - from) * f64::from(end - start)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, _: Hint) -> Vec<f64> {
        self.0.ticks.iter().map(|tick| self.0.place(*tick)).collect()
    }

    fn range(&self) -> std::ops::Range<f64> {
        let (from, to) = self.0.ends();
        from..to
    }
}

impl ValueFormatter<f64> for Places<'_> {
    fn format(place: &f64) -> String {
        place.to_string()
    }
}

/// A line through points.
#[derive(Debug, Clone)]
pub struct Line {
    /// What the legend says; lines without a name are not in it.
    name: Option<String>,
    points: Vec<(f64, f64)>,
    colour: usize,
    dashed: bool,
}

impl Line {
    pub fn new(name: impl Into<String>, colour: usize, points: Vec<(f64, f64)>) -> Self {
        Self { name: Some(name.into()), points, colour, dashed: false }
    }

    /// Not in the legend.
    pub fn unnamed(colour: usize, points: Vec<(f64, f64)>) -> Self {
        Self { name: None, points, colour, dashed: false }
    }

    pub fn points(&self) -> &[(f64, f64)] {
        &self.points
    }

    pub fn dashed(self) -> Self {
        Self { dashed: true, ..self }
    }

    fn style(&self) -> ShapeStyle {
        let RGBColor(red, green, blue) = COLOURS[self.colour % COLOURS.len()].0;
        // Dashed lines have a colour of their own, by which the style sheet knows them.
        let blue = if self.dashed { blue ^ 1 } else { blue };
        RGBColor(red, green, blue).stroke_width(if self.dashed { 5 } else { 6 })
    }
}

/// Lines over one pair of axes.
#[derive(Debug, Clone)]
pub struct Panel {
    pub x: Axis,
    pub y: Axis,
    /// Height on the page.
    pub height: i32,
    pub lines: Vec<Line>,
}

/// A figure: its file's name (without `.svg`), its title, the figures reached, and its panels from above.
#[derive(Debug, Clone)]
pub struct Figure {
    pub name: &'static str,
    pub title: &'static str,
    pub reached: String,
    pub panels: Vec<Panel>,
}

impl Figure {
    /// The file's text.
    ///
    /// # Errors
    /// When the drawing library refuses something.
    pub fn svg(&self) -> Result<String> {
        let height: i32 = TITLE_HEIGHT + self.panels.iter().map(|panel| panel.full_height()).sum::<i32>() + MARGIN;
        let mut text = String::new();
        {
            let page = SVGBackend::with_string(&mut text, (WIDTH as u32, height as u32)).into_drawing_area();
            page.fill(&PAPER).map_err(failed)?;
            let title = TextStyle::from(("sans-serif", TITLE_SIZE)).color(&INK);
            page.draw(&Text::new(self.title, (Y_LABELS_WIDTH + MARGIN, 10 * SCALE), title)).map_err(failed)?;
            let reached = TextStyle::from(("sans-serif", TEXT_SIZE)).color(&INK);
            page.draw(&Text::new(self.reached.clone(), (Y_LABELS_WIDTH + MARGIN, 32 * SCALE), reached))
                .map_err(failed)?;
            let mut rest = page.split_vertically(TITLE_HEIGHT).1;
            for panel in &self.panels {
                let (area, below) = rest.split_vertically(panel.full_height());
                panel.draw(&area)?;
                rest = below;
            }
            page.present().map_err(failed)?;
        }
        let size = format!("width=\"{WIDTH}\" height=\"{height}\"");
        let shown = format!("width=\"{}\" height=\"{}\"", WIDTH / SCALE, height / SCALE);
        let text = text.replacen(&size, &shown, 1).replacen(">\n", &format!(">\n{}", style_sheet()), 1);
        // The library repeats what is the default.
        Ok(text.replace(" opacity=\"1\"", "").replace(" fill=\"none\"", ""))
    }
}

/// Dashes, and other colours where the page is dark.
fn style_sheet() -> String {
    let hex = |RGBColor(red, green, blue): RGBColor| format!("#{red:02X}{green:02X}{blue:02X}");
    let (mut dashes, mut dark) = (Vec::new(), String::new());
    for (colour, on_dark) in COLOURS {
        let RGBColor(red, green, blue) = colour;
        let dashed = hex(RGBColor(red, green, blue ^ 1));
        dark.push_str(&format!("[stroke=\"{}\"],[stroke=\"{dashed}\"]{{stroke:{on_dark}}}", hex(colour)));
        dashes.push(format!("[stroke=\"{dashed}\"]"));
    }
    format!(
        "<style>polyline{{fill:none;stroke-linejoin:round}}{}{{stroke-dasharray:20 14}}@media (prefers-color-scheme:dark){{\
         rect[fill=\"{paper}\"]{{fill:#0d1117}}text{{fill:#d1d7e0}}[stroke=\"{grid}\"]{{stroke:#2b323b}}[stroke=\"{ink}\"]\
         {{stroke:#9198a1}}{dark}}}</style>\n",
        dashes.join(","),
        paper = hex(PAPER),
        grid = hex(GRID),
        ink = hex(INK),
    )
}

fn failed(error: impl std::fmt::Display) -> anyhow::Error {
    anyhow!("the figure cannot be drawn: {error}")
}

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

impl Panel {
    fn legend(&self) -> Vec<Vec<&Line>> {
        let room = WIDTH - Y_LABELS_WIDTH - 2 * MARGIN;
        let mut rows: Vec<Vec<&Line>> = Vec::new();
        let mut used = room;
        for line in self.lines.iter().filter(|line| line.name.is_some()) {
            used += line.legend_width();
            match rows.last_mut().filter(|_| used <= room) {
                Some(row) => row.push(line),
                None => {
                    used = line.legend_width();
                    rows.push(vec![line]);
                }
            }
        }
        rows
    }

    fn full_height(&self) -> i32 {
        self.height * SCALE + self.legend().len() as i32 * LEGEND_HEIGHT + X_LABELS_HEIGHT + MARGIN
    }

    fn draw(&self, area: &Area) -> Result<()> {
        let rows = self.legend();
        let (legend, chart_area) = area.split_vertically(rows.len() as i32 * LEGEND_HEIGHT);
        for (index, row) in rows.iter().enumerate() {
            let mut x = Y_LABELS_WIDTH + MARGIN;
            let y = index as i32 * LEGEND_HEIGHT + LEGEND_HEIGHT / 2;
            for line in row {
                line.draw_legend(&legend, x, y)?;
                x += line.legend_width();
            }
        }

        let ((x_from, x_to), (y_from, y_to)) = (self.x.ends(), self.y.ends());
        let mut chart = ChartBuilder::on(&chart_area)
            .margin_left(MARGIN)
            .margin_right(2 * MARGIN)
            .margin_top(MARGIN / 2)
            .margin_bottom(MARGIN)
            .x_label_area_size(X_LABELS_HEIGHT - MARGIN / 2)
            .y_label_area_size(Y_LABELS_WIDTH)
            .build_cartesian_2d(Places(&self.x), Places(&self.y))
            .map_err(failed)?;
        let label = TextStyle::from(("sans-serif", TEXT_SIZE)).color(&INK);
        chart
            .configure_mesh()
            .bold_line_style(GRID.stroke_width(SCALE as u32))
            .light_line_style(GRID.mix(0.0))
            .set_all_tick_mark_size(TICK)
            .axis_style(INK.stroke_width(SCALE as u32))
            .x_desc(self.x.label)
            .y_desc(self.y.label)
            .x_label_formatter(&|place| self.x.text(*place))
            .y_label_formatter(&|place| self.y.text(*place))
            .label_style(label.clone())
            .axis_desc_style(label)
            .draw()
            .map_err(failed)?;
        let pixels = [f64::from(WIDTH) / (x_to - x_from), f64::from(self.height * SCALE) / (y_to - y_from)];
        for line in &self.lines {
            let places = line.points.iter().map(|(x, y)| (self.x.place(*x), self.y.place(*y)));
            for part in clipped(places, x_from..=x_to, y_from..=y_to) {
                let points = thinned(&part, pixels, TOLERANCE);
                chart.draw_series([PathElement::new(points, line.style())]).map_err(failed)?;
            }
        }
        Ok(())
    }
}

impl Line {
    fn legend_width(&self) -> i32 {
        let letters = self.name.as_deref().unwrap_or_default().chars().count() as f64;
        44 * SCALE + (letters * LETTER * f64::from(TEXT_SIZE)) as i32
    }

    fn draw_legend(&self, area: &Area, x: i32, y: i32) -> Result<()> {
        let sample = PathElement::new(vec![(x, y), (x + 24 * SCALE, y)], self.style());
        area.draw(&sample).map_err(failed)?;
        let style: TextStyle =
            TextStyle::from(("sans-serif", TEXT_SIZE)).color(&INK).pos(Pos::new(HPos::Left, VPos::Center));
        let name = self.name.clone().unwrap_or_default();
        area.draw(&Text::new(name, (x + 29 * SCALE, y), style)).map_err(failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waves() -> Figure {
        let wave =
            |phase: f64| (0..2000).map(|n| f64::from(n) / 100.0).map(|x| (20.0 + x, (x + phase).sin())).collect();
        let panel = Panel {
            x: Axis::frequency(20.0, 40.0),
            y: Axis::linear("level, dB", -0.5, 0.5, 0.25),
            height: 100,
            lines: vec![Line::new("one", 0, wave(0.0)), Line::new("two", 1, wave(1.0)).dashed()],
        };
        Figure { name: "waves", title: "Waves", reached: "1 dB".into(), panels: vec![panel.clone(), panel] }
    }

    #[test]
    fn a_figure_is_small_names_its_lines_and_axes_and_is_the_same_every_time() {
        let text = waves().svg().expect("drawn");
        assert_eq!(text, waves().svg().expect("drawn"));
        assert!(text.len() < 20_000, "{} bytes", text.len());
        for part in ["Waves", "1 dB", "one", "two", "level, dB", "frequency, Hz", "−0.25", "prefers-color-scheme"] {
            assert!(text.contains(part), "{part}");
        }
        assert_eq!(text.matches("<svg").count(), text.matches("</svg>").count());
    }

    #[test]
    fn lines_stay_within_their_panels() {
        let text = waves().svg().expect("drawn");
        let height = (TITLE_HEIGHT + 2 * waves().panels[0].full_height() + MARGIN) as f64;
        let lines = text.split("points=\"").skip(1).filter_map(|rest| rest.split('"').next());
        let mut count = 0;
        for pair in lines.flat_map(str::split_whitespace) {
            let (x, y) = pair.split_once(',').expect("a pair");
            let (x, y): (f64, f64) = (x.parse().expect("a number"), y.parse().expect("a number"));
            assert!((0.0..=f64::from(WIDTH)).contains(&x) && (0.0..=height).contains(&y), "{pair}");
            count += 1;
        }
        assert!(count > 100, "{count}");
    }
}
