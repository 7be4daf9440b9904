//! Figures of the EQ, from the chain's impulse response, beside the analogue prototypes.

use std::ops::RangeInclusive;

use lacquer::{
    dsp::eq::prototype,
    settings::{ChainSettings, Choice, EqBand, FilterType, Phase, Slope},
};

use super::figure::{Axis, Figure, Line, Panel};
use crate::{
    device::Lacquer,
    meters::response::{ImpulseResponse, frequencies},
};

/// Where digital EQs have most to lose.
const RATE: f64 = 44_100.0;
const POINTS: usize = 400;
const LOWEST_HZ: f64 = 20.0;
const HIGHEST_HZ: f64 = 20_000.0;

fn measured(band: EqBand, phase: Phase, seconds: f64) -> ImpulseResponse {
    let mut settings = ChainSettings::default();
    settings.eq.phase = phase;
    settings.eq.bands[0] = band;
    ImpulseResponse::new(&mut Lacquer::new(settings, RATE), RATE, seconds)
}

fn band(filter: FilterType, frequency_hz: f32, gain_db: f32, q: f32) -> EqBand {
    EqBand { on: true, filter, frequency_hz, gain_db, q, ..EqBand::default() }
}

/// Curves of bands (solid) and their prototypes (dashed), and below how far they are apart.
fn against_prototype(
    name: &'static str,
    title: &'static str,
    bands: &[(String, usize, EqBand)],
    gains: Axis,
    errors: Axis,
    least_db: f64,
) -> Figure {
    let (mut curves, mut prototypes, mut differences) = (Vec::new(), Vec::new(), Vec::new());
    for (label, colour, band) in bands {
        let response = measured(*band, Phase::Minimum, 0.5);
        let points: Vec<_> = frequencies(LOWEST_HZ, HIGHEST_HZ, POINTS)
            .into_iter()
            .map(|hz| (hz, response.gain_db(hz), prototype::band_gain_db(band, hz)))
            .collect();
        let line = points.iter().map(|(hz, gain_db, _)| (*hz, *gain_db)).collect();
        curves.push(if label.is_empty() { Line::unnamed(*colour, line) } else { Line::new(label, *colour, line) });
        prototypes
            .push(Line::unnamed(*colour, points.iter().map(|(hz, _, ideal_db)| (*hz, *ideal_db)).collect()).dashed());
        // Far down in a cut an error of level is no error.
        let error = points.iter().filter(|(_, _, ideal_db)| *ideal_db > least_db);
        differences.push(Line::unnamed(*colour, error.map(|(hz, gain, ideal)| (*hz, gain - ideal)).collect()));
    }
    let greatest_db = |to_hz: f64| greatest(differences.iter(), LOWEST_HZ..=to_hz);
    let reached =
        format!("Greatest error {:.2} dB to 18 kHz, {:.2} dB to 20 kHz", greatest_db(18_000.0), greatest_db(20_000.0));
    let x = Axis::frequency(LOWEST_HZ, HIGHEST_HZ);
    curves.extend(prototypes);
    let upper = Panel { x: x.clone(), y: gains, height: 250, lines: curves };
    Figure { name, title, reached, panels: vec![upper, Panel { x, y: errors, height: 110, lines: differences }] }
}

/// The greatest absolute value of lines within a range of x.
fn greatest<'a>(lines: impl Iterator<Item = &'a Line>, range: RangeInclusive<f64>) -> f64 {
    lines.flat_map(Line::points).filter(|(x, _)| range.contains(x)).fold(0.0, |top, (_, y)| top.max(y.abs()))
}

/// Bells over the spectrum.
pub fn bells() -> Figure {
    let mut bands = Vec::new();
    for (colour, frequency_hz) in [1000.0, 5000.0, 10_000.0, 16_000.0].into_iter().enumerate() {
        for gain_db in [6.0, -12.0] {
            let label = if gain_db > 0.0 { format!("{} kHz", 0.001 * frequency_hz) } else { String::new() };
            bands.push((label, colour, band(FilterType::Bell, frequency_hz, gain_db, 1.0)));
        }
    }
    against_prototype(
        "eq_bells",
        "Bells of +6 and −12 dB, Q 1, at 44.1 kHz: measured (solid), analogue (dashed)",
        &bands,
        Axis::linear("gain, dB", -14.0, 8.0, 2.0),
        Axis::linear("error, dB", -1.0, 1.0, 0.5),
        -200.0,
    )
}

/// Shelves and the tilt.
pub fn shelves() -> Figure {
    let shapes = [
        ("low shelf 100 Hz", FilterType::LowShelf, 100.0),
        ("low shelf 1 kHz", FilterType::LowShelf, 1000.0),
        ("high shelf 2 kHz", FilterType::HighShelf, 2000.0),
        ("high shelf 8 kHz", FilterType::HighShelf, 8000.0),
        ("high shelf 16 kHz", FilterType::HighShelf, 16_000.0),
        ("tilt 700 Hz", FilterType::Tilt, 700.0),
    ];
    let bands: Vec<_> = shapes
        .into_iter()
        .enumerate()
        .map(|(colour, (label, filter, hz))| (label.to_owned(), colour, band(filter, hz, 6.0, 0.707)))
        .collect();
    against_prototype(
        "eq_shelves",
        "Shelves and tilt of +6 dB at 44.1 kHz: measured (solid), analogue (dashed)",
        &bands,
        Axis::linear("gain, dB", -4.0, 7.0, 1.0),
        Axis::linear("error, dB", -0.5, 0.5, 0.25),
        -200.0,
    )
}

/// Cuts of every slope.
pub fn cuts() -> Figure {
    let mut bands = Vec::new();
    for (colour, slope) in Slope::ALL.iter().enumerate() {
        for (filter, hz) in [(FilterType::LowCut, 100.0), (FilterType::HighCut, 8000.0)] {
            let label = if filter == FilterType::LowCut { Slope::LABELS[colour].to_owned() } else { String::new() };
            bands.push((label, colour, EqBand { slope: *slope, ..band(filter, hz, 0.0, 0.707) }));
        }
    }
    against_prototype(
        "eq_cuts",
        "Low cuts at 100 Hz and high cuts at 8 kHz at 44.1 kHz: measured (solid), Butterworth (dashed)",
        &bands,
        Axis::linear("gain, dB", -72.0, 6.0, 6.0),
        Axis::linear("error, dB", -2.0, 2.0, 1.0),
        -24.0,
    )
}

/// Linear phase beside minimum phase.
pub fn phases() -> Figure {
    let bands = [
        ("bell 30 Hz, Q 2", band(FilterType::Bell, 30.0, 6.0, 2.0)),
        ("bell 300 Hz, Q 4", band(FilterType::Bell, 300.0, -6.0, 4.0)),
        ("bell 3 kHz, Q 1", band(FilterType::Bell, 3000.0, 4.0, 1.0)),
        ("high shelf 10 kHz", band(FilterType::HighShelf, 10_000.0, 3.0, 0.707)),
    ];
    let (mut curves, mut dashed, mut differences) = (Vec::new(), Vec::new(), Vec::new());
    for (colour, (label, band)) in bands.into_iter().enumerate() {
        let [minimum, linear] = [Phase::Minimum, Phase::Linear].map(|phase| measured(band, phase, 1.5));
        let line = |gain: &dyn Fn(f64) -> f64| -> Vec<_> {
            frequencies(10.0, HIGHEST_HZ, POINTS).into_iter().map(|hz| (hz, gain(hz))).collect()
        };
        curves.push(Line::new(label, colour, line(&|hz| linear.gain_db(hz))));
        dashed.push(Line::unnamed(colour, line(&|hz| minimum.gain_db(hz))).dashed());
        differences.push(Line::unnamed(colour, line(&|hz| linear.gain_db(hz) - minimum.gain_db(hz))));
    }
    curves.extend(dashed);
    let x = Axis::frequency(10.0, HIGHEST_HZ);
    let difference_db = greatest(differences.iter(), LOWEST_HZ..=HIGHEST_HZ);
    Figure {
        name: "eq_linear_phase",
        title: "Linear phase (solid) beside minimum phase (dashed) at 44.1 kHz",
        reached: format!("Greatest difference from 20 Hz {difference_db:.4} dB"),
        panels: vec![
            Panel { x: x.clone(), y: Axis::linear("gain, dB", -7.0, 7.0, 1.0), height: 230, lines: curves },
            Panel { x, y: Axis::linear("difference, dB", -0.1, 0.1, 0.05), height: 110, lines: differences },
        ],
    }
}
