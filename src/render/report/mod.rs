//! One HTML page that shows what mastering did: figures, charts, each item with its reason. Self-contained: no other file, no
//! network, no script.

pub mod album;
mod charts;
mod tables;

use charts::{Axis, Chart, Curve, Range, in_time};

use super::master::{REDUCTION_STEP_S, Reductions};
use crate::{
    analysis::{
        Measurement,
        measurement::{DYNAMICS_EDGES_HZ, FLOOR_DB},
    },
    assistant::Suggestion,
    figures::{hertz, level},
    settings::ChainSettings,
};

/// Levels this far below the loudest third of an octave are not drawn: what lies there is inaudible.
const SPECTRUM_DEPTH_DB: f64 = 55.0;
/// Least change of a third of an octave worth a chart, dB.
const LEAST_CHANGE_DB: f64 = 0.1;
/// Least gain reduction worth a curve, dB.
const LEAST_REDUCTION_DB: f32 = 0.1;
/// The compressor's bands' colours.
const BAND_CLASSES: [&str; 4] = ["b1", "b2", "b3", "b4"];

/// Everything the page shows.
#[derive(Debug, Clone)]
pub struct ReportInput<'a> {
    /// What was mastered: a file's name or a title.
    pub title: &'a str,
    /// The source, whole.
    pub before: &'a Measurement,
    /// The result, whole.
    pub after: &'a Measurement,
    /// What the chain was set to.
    pub settings: &'a ChainSettings,
    /// What the assistant said, unless the settings came from elsewhere.
    pub suggestion: Option<&'a Suggestion>,
    pub reductions: &'a Reductions,
}

/// The page as text.
pub fn html(input: &ReportInput) -> String {
    let title = escape(input.title);
    let charts = [spectrum(input), tone(input), loudness(input), reduction(input)]
        .map(|chart| chart.map_or(String::new(), |c| c.html()));
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title} – mastering report</title>\n<style>\n{style}</style>\n</head>\n<body>\n\
         <header><h1>{title}</h1>{about}</header>\n{fixes}{figures}{notes}\
         <h2>What was heard and done</h2>\n{sections}{charts}{items}{price}{details}{settings}\
         <footer>Lacquer {version}. Loudness after ITU-R BS.1770-5 and EBU R 128; spectra are gated long-term averages of the mid \
         signal in thirds of an octave.</footer>\n</body>\n</html>\n",
        style = include_str!("style.css"),
        about = tables::about(input),
        fixes = tables::fixes(input),
        figures = tables::figures(input),
        notes = tables::notes(input.suggestion),
        sections = tables::sections(input.before),
        charts = charts.concat(),
        items = tables::items(input.suggestion),
        price = tables::price(input.suggestion),
        details = tables::details(input),
        settings = tables::settings(input.settings),
        version = env!("CARGO_PKG_VERSION"),
    )
}

/// The spectrum before and after at the same level, over what masters like this have.
fn spectrum(input: &ReportInput) -> Option<Chart> {
    let (before, after) = (&input.before.spectrum, &input.after.spectrum);
    if before.centre_hz.is_empty() || before.mid_db.len() != after.mid_db.len() {
        return None;
    }
    let loudest = before.mid_db.iter().fold(f64::NEG_INFINITY, |most, db| most.max(*db));
    if loudest <= FLOOR_DB {
        return None;
    }
    let floor = loudest - SPECTRUM_DEPTH_DB;
    let moved_db = level_difference_db(&before.mid_db, &after.mid_db, floor);
    let points = |levels: &[f64], shift: f64| -> Vec<(f64, f64)> {
        before.centre_hz.iter().zip(levels).map(|(hz, db)| (*hz, (db - shift).max(floor))).collect()
    };
    let mut curves = vec![
        Curve { name: "before".into(), class: "before", points: points(&before.mid_db, 0.0), dashed: false },
        Curve {
            name: "after, level matched".into(),
            class: "after",
            points: points(&after.mid_db, moved_db),
            dashed: false,
        },
    ];
    let target =
        input.suggestion.map(|suggestion| &suggestion.target_curve).filter(|target| !target.mean_db.is_empty());
    let range = target.map(|target| {
        let mean = target.centre_hz.iter().zip(&target.mean_db).map(|(hz, db)| (*hz, db.max(floor))).collect();
        curves.insert(0, Curve { name: "masters like this, mean".into(), class: "target", points: mean, dashed: true });
        let spread = target.low_db.iter().zip(&target.high_db);
        let points =
            target.centre_hz.iter().zip(spread).map(|(hz, (low, high))| (*hz, low.max(floor), high.max(floor)));
        Range { name: "± one standard deviation", class: "target", points: points.collect() }
    });
    let levels = curves.iter().flat_map(|curve| curve.points.iter().map(|(_, db)| *db));
    let edges = range.iter().flat_map(|range| range.points.iter().flat_map(|(_, low, high)| [*low, *high]));
    let y = Axis::level(levels.chain(edges), " dB");
    Some(Chart { title: "Spectrum", x: Axis::frequency(), y, range, curves })
}

/// What the chain did to the spectrum, the level as a whole aside.
fn tone(input: &ReportInput) -> Option<Chart> {
    let (before, after) = (&input.before.spectrum, &input.after.spectrum);
    let loudest = before.mid_db.iter().fold(FLOOR_DB, |most, db| most.max(*db));
    if loudest <= FLOOR_DB || before.mid_db.len() != after.mid_db.len() {
        return None;
    }
    let floor = loudest - SPECTRUM_DEPTH_DB;
    let moved_db = level_difference_db(&before.mid_db, &after.mid_db, floor);
    let levels = before.mid_db.iter().zip(&after.mid_db);
    let heard = before.centre_hz.iter().zip(levels).filter(|(_, (before, _))| **before > floor);
    let points: Vec<_> = heard.map(|(hz, (before, after))| (*hz, after - before - moved_db)).collect();
    if points.iter().all(|(_, db)| db.abs() < LEAST_CHANGE_DB) {
        return None;
    }
    // An even scale around zero, at least a decibel either way: small moves must look small.
    let most = points.iter().fold(1.0f64, |most, (_, db)| most.max(db.abs()));
    let y = Axis::level([-most, most].into_iter(), " dB");
    let curve = Curve { name: "after less before, level matched".into(), class: "after", points, dashed: false };
    Some(Chart { title: "Change of tone", x: Axis::frequency(), y, range: None, curves: vec![curve] })
}

/// How much louder `after` is on the whole, bands that are heard counting alike.
fn level_difference_db(before: &[f64], after: &[f64], floor: f64) -> f64 {
    let heard = before.iter().zip(after).filter(|(before, _)| **before > floor);
    let (sum, count) = heard.fold((0.0, 0.0), |(sum, count), (before, after)| (sum + after - before, count + 1.0));
    if count > 0.0 { sum / count } else { 0.0 }
}

/// Short-term loudness over time, and the loudness it was made for.
fn loudness(input: &ReportInput) -> Option<Chart> {
    /// The first short-term value stands for the first three seconds.
    const FIRST_S: f64 = 3.0;
    /// This far below the whole song's loudness lie fades and pauses, drawn at the bottom, LU.
    const DEPTH_LU: f64 = 20.0;
    let quietest_lufs = input.before.loudness.integrated_lufs.min(input.after.loudness.integrated_lufs) - DEPTH_LU;
    let curve = |name: &str, class, measurement: &Measurement| {
        let mut points = in_time(&measurement.loudness.short_term_lufs, FIRST_S, 1.0, 1.0);
        points.iter_mut().for_each(|(_, lufs)| *lufs = lufs.max(quietest_lufs));
        Curve { name: name.into(), class, points, dashed: false }
    };
    let mut curves = vec![curve("before", "before", input.before), curve("after", "after", input.after)];
    if curves.iter().any(|curve| curve.points.len() < 2) {
        return None;
    }
    let seconds = input.before.heard_s;
    let whole = input.after.loudness.integrated_lufs;
    if whole > FLOOR_DB {
        let name = format!("after, whole song: {} LUFS", level(whole, 1));
        curves.push(Curve { name, class: "target", points: vec![(0.0, whole), (seconds, whole)], dashed: true });
    }
    let y = Axis::level(curves.iter().flat_map(|curve| curve.points.iter().map(|(_, lufs)| *lufs)), " LUFS");
    Some(Chart { title: "Loudness over time (short-term, 3 s)", x: Axis::time(seconds), y, range: None, curves })
}

/// Gain reduction over time, downwards.
fn reduction(input: &ReportInput) -> Option<Chart> {
    let acts = |values: &[f32]| values.iter().any(|db| *db >= LEAST_REDUCTION_DB);
    let curve = |name: String, class, values: &[f32]| {
        let points = in_time(values, 0.0, REDUCTION_STEP_S, -1.0);
        Curve { name, class, points, dashed: false }
    };
    let bands = usize::from(input.settings.compressor.band_count);
    let mut curves = Vec::new();
    for (index, values) in input.reductions.compressor_db.iter().take(bands).enumerate().filter(|(_, v)| acts(v)) {
        curves.push(curve(band_name(input.settings, index), BAND_CLASSES[index], values));
    }
    if acts(&input.reductions.limiter_db) {
        curves.push(curve("limiter".into(), "limiter", &input.reductions.limiter_db));
    }
    if curves.is_empty() {
        return None;
    }
    let deepest = curves.iter().flat_map(|curve| curve.points.iter().map(|(_, db)| *db));
    let y = Axis::level(deepest.chain([0.0]), " dB");
    let x = Axis::time(input.before.heard_s);
    Some(Chart { title: "Gain reduction over time", x, y, range: None, curves })
}

/// What a compressor band covers.
fn band_name(settings: &ChainSettings, band: usize) -> String {
    let count = usize::from(settings.compressor.band_count);
    let edges = &settings.compressor.crossovers_hz;
    match (band, count) {
        (_, 1) => "compressor".to_owned(),
        (0, _) => format!("compressor to {}", hertz(f64::from(edges[0]))),
        (band, count) if band + 1 == count => format!("compressor from {}", hertz(f64::from(edges[band - 1]))),
        (band, _) => {
            format!("compressor {} to {}", hertz(f64::from(edges[band - 1])), hertz(f64::from(edges[band])))
        }
    }
}

/// Names of the broad bands that dynamics and stereo image are measured in.
fn broad_bands() -> impl Iterator<Item = String> {
    DYNAMICS_EDGES_HZ.windows(2).map(|edges| format!("{} to {}", hertz(edges[0]), hertz(edges[1])))
}

/// A text as it may stand in HTML, in an attribute too.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests;
