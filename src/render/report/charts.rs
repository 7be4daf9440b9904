//! Charts as inline SVG: curves and bands over a grid, and the little gauge of one item. Colours come from the page's style.

use std::fmt::Write;

use super::escape;
use crate::figures::level;

/// Size of a chart in its own units; the page scales it.
const WIDTH: f64 = 900.0;
const HEIGHT: f64 = 300.0;
/// Room for the figures left of and below the grid, and a little air above and right of it.
const LEFT: f64 = 68.0;
const BOTTOM: f64 = 28.0;
const AIR: f64 = 10.0;
/// More points than this cannot be told apart on paper.
const MOST_POINTS: usize = 700;

/// One direction of a chart.
pub(super) struct Axis {
    pub(super) min: f64,
    pub(super) max: f64,
    pub(super) logarithmic: bool,
    /// Where grid lines are, and what stands beside them.
    pub(super) ticks: Vec<(f64, String)>,
}

impl Axis {
    /// Frequency, 20 Hz to 20 kHz.
    pub(super) fn frequency() -> Self {
        let ticks = [20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0, 10_000.0, 20_000.0]
            .map(|hz| (hz, if hz < 1000.0 { format!("{hz} Hz") } else { format!("{} kHz", hz / 1000.0) }));
        Self { min: 19.0, max: 21_000.0, logarithmic: true, ticks: ticks.to_vec() }
    }

    /// Time from 0 to `seconds`.
    pub(super) fn time(seconds: f64) -> Self {
        let max = seconds.max(1.0);
        let step = [1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0]
            .into_iter()
            .find(|step| max / step <= 12.0)
            .unwrap_or(1800.0);
        let ticks = (0..=(max / step) as usize).map(|n| {
            let s = n as f64 * step;
            (s, format!("{}:{:02}", (s / 60.0) as u64, s as u64 % 60))
        });
        Self { min: 0.0, max, logarithmic: false, ticks: ticks.collect() }
    }

    /// Levels that hold all of `values`, in round steps.
    pub(super) fn level(values: impl Iterator<Item = f64>, unit: &str) -> Self {
        let (low, high) = values
            .filter(|value| value.is_finite())
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
        let (low, high) = if low <= high { (low, high) } else { (-1.0, 0.0) };
        let spread = (high - low).max(1.0);
        let step = [0.5, 1.0, 2.0, 3.0, 5.0, 10.0].into_iter().find(|step| spread / step <= 6.0).unwrap_or(20.0);
        let min = (low / step).floor() * step;
        let max = ((high / step).ceil() * step).max(min + step);
        let count = ((max - min) / step).round() as usize;
        let digits = usize::from(step < 1.0);
        let ticks = (0..=count).map(|n| min + n as f64 * step);
        let ticks = ticks.map(|value| {
            let unit = if value == max { unit } else { "" };
            (value, format!("{}{unit}", level(value, digits)))
        });
        Self { min, max, logarithmic: false, ticks: ticks.collect() }
    }

    /// Position of a value, 0 to 1.
    fn share(&self, value: f64) -> f64 {
        let bent = |value: f64| if self.logarithmic { value.max(f64::MIN_POSITIVE).ln() } else { value };
        ((bent(value) - bent(self.min)) / (bent(self.max) - bent(self.min))).clamp(0.0, 1.0)
    }
}

/// A curve with its name and the style class that colours it.
pub(super) struct Curve {
    pub(super) name: String,
    pub(super) class: &'static str,
    pub(super) points: Vec<(f64, f64)>,
    pub(super) dashed: bool,
}

/// A filled range: x, low, high.
pub(super) struct Range {
    pub(super) name: &'static str,
    pub(super) class: &'static str,
    pub(super) points: Vec<(f64, f64, f64)>,
}

/// A chart on its card.
pub(super) struct Chart {
    pub(super) title: &'static str,
    pub(super) x: Axis,
    pub(super) y: Axis,
    pub(super) range: Option<Range>,
    pub(super) curves: Vec<Curve>,
}

impl Chart {
    /// The card as HTML.
    pub(super) fn html(&self) -> String {
        let mut keys = String::new();
        for curve in &self.curves {
            let _ = write!(keys, r#"<span class="key {}">{}</span>"#, curve.class, escape(&curve.name));
        }
        if let Some(range) = &self.range {
            let _ = write!(keys, r#"<span class="key swatch {}">{}</span>"#, range.class, escape(range.name));
        }
        format!(
            "<figure><figcaption><strong>{title}</strong><span class=\"keys\">{keys}</span></figcaption>\
             <svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{title}\">{}{}{}</svg></figure>\n",
            self.grid(),
            self.range.as_ref().map(|range| self.area(range)).unwrap_or_default(),
            self.curves.iter().map(|curve| self.line(curve)).collect::<String>(),
            title = escape(self.title),
        )
    }

    fn x(&self, value: f64) -> f64 {
        LEFT + self.x.share(value) * (WIDTH - LEFT - AIR)
    }

    fn y(&self, value: f64) -> f64 {
        HEIGHT - BOTTOM - self.y.share(value) * (HEIGHT - BOTTOM - AIR)
    }

    fn grid(&self) -> String {
        let (top, bottom, right) = (AIR, HEIGHT - BOTTOM, WIDTH - AIR);
        let mut out = String::new();
        for (value, label) in &self.x.ticks {
            let x = self.x(*value);
            let _ = write!(out, r#"<path class="grid" d="M{x:.1} {top}V{bottom}"/>"#);
            // A label at the very edge would be cut off by it.
            let anchor = if x > right - 20.0 { "end" } else { "middle" };
            let _ = write!(out, r#"<text x="{x:.1}" y="{:.1}" text-anchor="{anchor}">{label}</text>"#, bottom + 18.0);
        }
        for (value, label) in &self.y.ticks {
            let y = self.y(*value);
            let _ = write!(out, r#"<path class="grid" d="M{LEFT} {y:.1}H{right}"/>"#);
            let _ = write!(out, r#"<text x="{:.1}" y="{:.1}" text-anchor="end">{label}</text>"#, LEFT - 6.0, y + 4.0);
        }
        out
    }

    fn line(&self, curve: &Curve) -> String {
        let path = path(curve.points.iter().map(|(x, y)| (self.x(*x), self.y(*y))));
        let dashed = if curve.dashed { " dashed" } else { "" };
        format!(r#"<path class="curve {}{dashed}" d="{path}"/>"#, curve.class)
    }

    fn area(&self, range: &Range) -> String {
        let there = range.points.iter().map(|(x, _, high)| (self.x(*x), self.y(*high)));
        let back = range.points.iter().rev().map(|(x, low, _)| (self.x(*x), self.y(*low)));
        format!(r#"<path class="area {}" d="{}Z"/>"#, range.class, path(there.chain(back)))
    }
}

fn path(points: impl Iterator<Item = (f64, f64)>) -> String {
    let mut out = String::new();
    for (index, (x, y)) in points.enumerate() {
        let _ = write!(out, "{}{x:.1} {y:.1}", if index == 0 { 'M' } else { 'L' });
    }
    out
}

/// Points of a series in time, `step_s` apart, the greatest of each stretch where there are too many to draw.
pub(super) fn in_time(values: &[f32], first_s: f64, step_s: f64, sign: f64) -> Vec<(f64, f64)> {
    let stretch = values.len().div_ceil(MOST_POINTS).max(1);
    let greatest = |chunk: &[f32]| chunk.iter().fold(f32::NEG_INFINITY, |most, value| most.max(*value));
    values
        .chunks(stretch)
        .enumerate()
        .map(|(n, chunk)| (first_s + (n * stretch) as f64 * step_s, sign * f64::from(greatest(chunk))))
        .collect()
}

/// What was measured (dot) against the usual range (bar).
pub(super) fn gauge(measured: f64, low: f64, high: f64) -> String {
    if ![measured, low, high].iter().all(|value| value.is_finite()) || low > high {
        return String::new();
    }
    let air = 0.15 * (high.max(measured) - low.min(measured)).max(1e-6);
    let (from, to) = (low.min(measured) - air, high.max(measured) + air);
    let x = |value: f64| 4.0 + 142.0 * (value - from) / (to - from);
    format!(
        "<svg class=\"gauge\" viewBox=\"0 0 150 18\" aria-hidden=\"true\"><path class=\"track\" d=\"M4 9H146\"/>\
         <rect class=\"range\" x=\"{:.1}\" y=\"3\" width=\"{:.1}\" height=\"12\" rx=\"3\"/>\
         <circle class=\"mark\" cx=\"{:.1}\" cy=\"9\" r=\"4\"/></svg>",
        x(low),
        (x(high) - x(low)).max(1.0),
        x(measured)
    )
}
