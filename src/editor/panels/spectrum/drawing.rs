//! Drawing the graph: grid, target, spectra, curves, nodes, and the words under the hand.

use vizia::{
    prelude::*,
    vg::{self, Rect},
};

use super::{
    picture::{Picture, level_at},
    plot::{Options, Plot},
};
use crate::{
    editor::{
        figures,
        paint::{Anchor, area, dashed, fill, polyline, stroke, width_of, within, write, write_strong},
        theme::{Palette, SCALE_SIZE},
    },
    scope::{
        axis::{AUDIBLE, note},
        response::{CURVE_POINTS, Curve},
        spectrum::{point_hz, tilt_db},
    },
    settings::{EQ_BANDS, EqBand, Placement},
};

/// Radius of a node, logical pixels.
const NODE: f32 = 9.0;
/// Frequencies of the grid's lines, and those that have a number.
const LINES_HZ: [f64; 28] = [
    20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0, 100.0, 200.0, 300.0, 400.0, 500.0, 600.0, 700.0, 800.0, 900.0,
    1000.0, 2000.0, 3000.0, 4000.0, 5000.0, 6000.0, 7000.0, 8000.0, 9000.0, 10_000.0, 20_000.0,
];
const NUMBERS_HZ: [(f64, &str); 10] = [
    (20.0, "20"),
    (50.0, "50"),
    (100.0, "100"),
    (200.0, "200"),
    (500.0, "500"),
    (1000.0, "1k"),
    (2000.0, "2k"),
    (5000.0, "5k"),
    (10_000.0, "10k"),
    (20_000.0, "20k"),
];

/// Where a band's node lies; within the plot, whatever its values.
pub fn node(plot: &Plot, band: &EqBand) -> (f32, f32) {
    let gain_db = if band.filter.has_gain() { band.gain_db } else { 0.0 };
    let x = within(plot.x(f64::from(band.frequency_hz)), plot.left, plot.right);
    (x, within(plot.gain_y(gain_db), plot.top, plot.bottom))
}

/// Lines and numbers of frequencies, gains and levels.
pub fn grid(canvas: &Canvas, plot: &Plot, palette: &Palette, options: Options) {
    let (scale, size) = (plot.scale, SCALE_SIZE * plot.scale);
    for hz in LINES_HZ {
        let ink = if matches!(hz, 100.0 | 1000.0 | 10_000.0) { palette.line } else { palette.grid };
        let x = plot.x(hz).round() + 0.5;
        canvas
            .draw_rect(Rect::new(x - 0.5, plot.top, x - 0.5 + scale.round().max(1.0), plot.bottom), &fill(ink.full()));
    }
    for (hz, number) in NUMBERS_HZ {
        write(canvas, number, (plot.x(hz), plot.bottom + 9.0 * scale), size, palette.muted.full(), Anchor::Middle);
    }
    let step_db = if options.gain_db > 12.0 { 6.0 } else { options.gain_db / 4.0 };
    let lines = (options.gain_db / step_db).ceil() as i32;
    for line in -lines..=lines {
        let db = line as f32 * step_db;
        if db.abs() > options.gain_db - 0.01 {
            continue;
        }
        let y = plot.gain_y(db).round();
        let ink = if line == 0 { palette.line } else { palette.grid };
        canvas.draw_rect(Rect::new(plot.left, y, plot.right, y + scale.round().max(1.0)), &fill(ink.full()));
        let decimals = usize::from(step_db.fract() != 0.0) + usize::from((step_db * 10.0).fract() > 1e-3);
        let number = figures::signed(db, decimals);
        write(canvas, &number, (plot.right + 7.0 * scale, y), size, palette.muted.full(), Anchor::Left);
    }
    // Thirds of each range are whole tens.
    let steps = 3;
    for step in 1..steps {
        let level_db = -options.level_db * step as f32 / steps as f32;
        let at = (plot.left - 6.0 * scale, plot.level_y(level_db));
        write(canvas, &figures::plain(level_db, 0), at, size, palette.dim.full(), Anchor::Right);
    }
    // Units where each scale begins: levels on the left, gains on the right.
    let top = plot.top + 6.0 * scale;
    write(canvas, "dBFS", (plot.left - 4.0 * scale, top), size, palette.dim.full(), Anchor::Right);
    write(canvas, "dB", (plot.right + 7.0 * scale, top), size, palette.muted.full(), Anchor::Left);
}

/// What songs like this one measure.
pub fn target(canvas: &Canvas, plot: &Plot, palette: &Palette, picture: &Picture, options: Options) {
    if picture.target.is_empty() {
        return;
    }
    let place = |hz: f64, level_db: f32| {
        let shown_db = level_db + picture.target_shift_db + tilt_db(options.tilt_db, hz) as f32;
        (plot.x(hz), plot.level_y(shown_db))
    };
    let mut path = vg::PathBuilder::new();
    for (index, (hz, _, high)) in picture.target.iter().enumerate() {
        let at = place(*hz, *high);
        if index == 0 {
            path.move_to(at)
        } else {
            path.line_to(at)
        };
    }
    for (hz, low, _) in picture.target.iter().rev() {
        path.line_to(place(*hz, *low));
    }
    path.close();
    canvas.draw_path(&path.detach(), &fill(palette.fine.faint(0.15)));
    let mean = polyline(picture.target.iter().map(|(hz, low, high)| place(*hz, (low + high) / 2.0)));
    canvas.draw_path(&mean, &dashed(palette.fine.faint(0.7), plot.scale, 2.0 * plot.scale, 3.0 * plot.scale));
}

/// Input, output and the output's peaks.
pub fn spectra(canvas: &Canvas, plot: &Plot, palette: &Palette, picture: &Picture) {
    // Points are as far apart as the second is from the first.
    let step = AUDIBLE.share(point_hz(1));
    let line = |levels_db: &[f32]| -> Vec<(f32, f32)> {
        let place = |(point, level_db): (usize, &f32)| {
            // A little below the plot is low enough, and keeps the path's numbers small.
            (plot.x_at(point as f64 * step), plot.level_y(*level_db).min(plot.bottom + 4.0 * plot.scale))
        };
        levels_db.iter().enumerate().map(place).collect()
    };
    // What the host has stopped stays, dimmed.
    let strength = if picture.running { 1.0 } else { 0.45 };
    let before = line(&picture.before_db);
    canvas.draw_path(&area(&before, plot.bottom), &fill(palette.measured.faint(0.16 * strength)));
    canvas.draw_path(&polyline(line(&picture.held_db)), &stroke(palette.heard.faint(0.22 * strength), plot.scale));
    canvas.draw_path(&polyline(before), &stroke(palette.measured.faint(0.8 * strength), plot.scale));
    let after = polyline(line(&picture.after_db));
    canvas.draw_path(&after, &stroke(palette.heard.faint(0.9 * strength), 1.2 * plot.scale));
}

fn curve_line(plot: &Plot, curve: &Curve) -> Vec<(f32, f32)> {
    let (over, under) = (plot.top - 4.0 * plot.scale, plot.bottom + 4.0 * plot.scale);
    let share = |point: usize| point as f64 / (CURVE_POINTS - 1) as f64;
    let place = |(point, gain_db): (usize, &f32)| (plot.x_at(share(point)), within(plot.gain_y(*gain_db), over, under));
    curve.iter().enumerate().map(place).collect()
}

/// Each band's share, what is suggested, and the sum.
pub fn curves(canvas: &Canvas, plot: &Plot, palette: &Palette, picture: &Picture, selected: Option<usize>) {
    let settings = picture.controls.settings();
    let strength = if settings.on { 1.0 } else { 0.35 };
    let zero = plot.gain_y(0.0);
    for band in 0..EQ_BANDS {
        let Some(curve) = picture.curves.band(band) else { continue };
        let opacity = if selected == Some(band) { 0.22 } else { 0.09 };
        canvas.draw_path(&area(&curve_line(plot, curve), zero), &fill(palette.heard.faint(opacity * strength)));
    }
    let scale = plot.scale;
    if let Some(ghost) = &picture.ghost {
        let path = polyline(curve_line(plot, ghost.curves.mid()));
        canvas.draw_path(&path, &dashed(palette.suggested.full(), 1.6 * scale, 4.0 * scale, 4.0 * scale));
    }
    if let Some(side) = picture.curves.side() {
        let path = polyline(curve_line(plot, side));
        canvas.draw_path(&path, &dashed(palette.heard.faint(0.7 * strength), 1.4 * scale, 6.0 * scale, 3.0 * scale));
    }
    let sum = polyline(curve_line(plot, picture.curves.mid()));
    canvas.draw_path(&sum, &stroke(palette.heard.faint(strength), 2.0 * scale));
}

/// A circle for each band that is on, and for each that is suggested.
pub fn nodes(canvas: &Canvas, plot: &Plot, palette: &Palette, picture: &Picture, selected: Option<usize>) {
    let scale = plot.scale;
    let size = SCALE_SIZE * scale;
    let settings = picture.controls.settings();
    for (index, band) in settings.bands.iter().enumerate() {
        let chosen = selected == Some(index);
        if !band.on && !chosen {
            continue;
        }
        let (x, y) = node(plot, band);
        if band.on && band.dynamics.on && band.filter.has_gain() {
            // How far the gain may move, and where it is.
            let reach = within(plot.gain_y(band.gain_db + band.dynamics.range_db), plot.top, plot.bottom);
            let now = within(plot.gain_y(band.gain_db + picture.movement_db[index]), plot.top, plot.bottom);
            canvas.draw_line((x, y), (x, reach), &stroke(palette.measured.faint(0.45), 4.0 * scale));
            canvas.draw_line((x, y), (x, now), &stroke(palette.measured.full(), 4.0 * scale));
        }
        let works = band.on && settings.on;
        let ink = if works { palette.heard } else { palette.dim };
        let (ground, number) = if chosen && works { (palette.heard, palette.panel) } else { (palette.raised, ink) };
        canvas.draw_circle((x, y), NODE * scale, &fill(ground.full()));
        canvas.draw_circle((x, y), NODE * scale, &stroke(ink.full(), 1.5 * scale));
        write_strong(canvas, &(index + 1).to_string(), (x, y), size, number.full(), Anchor::Middle);
        let mark = match band.placement {
            Placement::Stereo => continue,
            Placement::Mid => "M",
            Placement::Side => "S",
        };
        let place = (x + (NODE + 2.0) * scale, y - NODE * scale);
        write_strong(canvas, mark, place, 9.0 * scale, palette.text.full(), Anchor::Left);
    }
    let Some(ghost) = &picture.ghost else { return };
    for (index, band) in ghost.settings.bands.iter().enumerate().filter(|(index, _)| ghost.changed[*index]) {
        let (x, y) = node(plot, band);
        canvas.draw_circle((x, y), NODE * scale, &fill(palette.background.full()));
        canvas.draw_circle(
            (x, y),
            NODE * scale,
            &dashed(palette.suggested.full(), 1.5 * scale, 3.0 * scale, 2.0 * scale),
        );
        write_strong(canvas, &(index + 1).to_string(), (x, y), size, palette.suggested.full(), Anchor::Middle);
    }
}

/// Frequency, note, gain and level under the hand; below them what it could do, where that is to be said.
pub fn readout(
    canvas: &Canvas,
    plot: &Plot,
    palette: &Palette,
    picture: &Picture,
    at: (f32, f32),
    node_under: Option<usize>,
    hint: Option<&str>,
) {
    let scale = plot.scale;
    let band = node_under.map(|band| picture.controls.settings().bands[band]);
    let hz = band.map_or_else(|| plot.hz(at.0), |band| f64::from(band.frequency_hz));
    let (name, cents) = note(hz);
    let place = (AUDIBLE.share(hz) * (CURVE_POINTS - 1) as f64).round();
    let gain_db = match band {
        Some(band) if band.filter.has_gain() => band.gain_db,
        _ => picture.curves.mid()[(place.max(0.0) as usize).min(CURVE_POINTS - 1)],
    };
    let mut words = format!(
        "{}   {name}{}   {}",
        figures::frequency(hz as f32),
        if cents == 0 { String::new() } else { format!(" {} ct", figures::signed(cents as f32, 0)) },
        figures::with_unit(&figures::signed(gain_db, 1), "dB"),
    );
    if let Some(band) = band {
        words += &format!("   Q {}", figures::plain(band.q, 2));
    } else if let Some(level_db) = level_at(&picture.after_db, hz).filter(|level_db| *level_db > -110.0) {
        words += &format!("   heard {}", figures::with_unit(&figures::plain(level_db, 0), "dB"));
    }
    let size = 11.0 * scale;
    let small = SCALE_SIZE * scale;
    let widest = width_of(&words, size, false).max(hint.map_or(0.0, |hint| width_of(hint, small, false)));
    let (width, line) = (widest + 16.0 * scale, 20.0 * scale);
    let height = if hint.is_some() { line + 14.0 * scale } else { line };
    let left = (at.0 + 14.0 * scale).min(plot.right - width).max(plot.left);
    let over = at.1 - height - 10.0 * scale;
    let top = if over > plot.top { over } else { at.1 + 16.0 * scale };
    let card = Rect::new(left, top, left + width, top + height);
    canvas.draw_round_rect(card, 4.0 * scale, 4.0 * scale, &fill(palette.raised.faint(0.95)));
    let place = (left + 8.0 * scale, top + line / 2.0);
    write(canvas, &words, place, size, palette.text.full(), Anchor::Left);
    if let Some(hint) = hint {
        let place = (left + 8.0 * scale, top + line + 4.0 * scale);
        write(canvas, hint, place, small, palette.muted.full(), Anchor::Left);
    }
}

/// Darkens what is not heard while a range is.
pub fn solo(canvas: &Canvas, plot: &Plot, palette: &Palette, (low_hz, high_hz): (f32, f32)) {
    let [low, high] = [low_hz, high_hz].map(|hz| within(plot.x(f64::from(hz)), plot.left, plot.right));
    for (left, right) in [(plot.left, low), (high, plot.right)] {
        canvas.draw_rect(Rect::new(left, plot.top, right, plot.bottom), &fill(palette.panel.faint(0.75)));
    }
    for x in [low, high] {
        canvas.draw_line((x, plot.top), (x, plot.bottom), &stroke(palette.care.full(), plot.scale));
    }
    let at = ((low + high) / 2.0, plot.top + 10.0 * plot.scale);
    write(canvas, "heard alone", at, SCALE_SIZE * plot.scale, palette.care.full(), Anchor::Middle);
}
