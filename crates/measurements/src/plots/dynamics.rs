//! Figures of the compressor, the dynamic EQ, the crossover and the imager.

use lacquer::{
    dsp::{db_to_gain, gain_to_db},
    settings::{BandDynamics, ChainSettings, CompressorBand, Detector, EqBand, FilterType},
};

use super::{
    RATE, envelope_db,
    figure::{Axis, Figure, Line, Panel},
};
use crate::{
    device::{Lacquer, render},
    meters::{
        response::{ImpulseResponse, frequencies},
        rms,
    },
    signals::{Stereo, tones},
};

const POINTS: usize = 400;

/// Output level of a steady tone that goes in at `level_db` (RMS of a sine, as peak), dB.
fn level_out_db(settings: ChainSettings, tone_hz: f64, level_db: f64) -> f64 {
    const SECONDS: f64 = 1.5;
    let tone = tones(RATE, SECONDS, &[(tone_hz, db_to_gain(level_db), 0.0)]);
    let output = render(&mut Lacquer::new(settings, RATE), &Stereo::mono(RATE, &tone)).left();
    gain_to_db(rms(&output[output.len() - (0.2 * RATE) as usize..]) * std::f64::consts::SQRT_2)
}

fn compressor(band: CompressorBand) -> ChainSettings {
    let mut settings = ChainSettings::default();
    settings.compressor.on = true;
    settings.compressor.detector = Detector::Peak;
    settings.compressor.bands[0] = CompressorBand { range_db: 24.0, ..band };
    settings
}

/// Output over input level for ratios and knees.
pub fn compressor_curves() -> Figure {
    let cases = [
        ("1.5 : 1, knee 0", 1.5, 0.0, 24.0),
        ("2 : 1, knee 6 dB", 2.0, 6.0, 24.0),
        ("4 : 1, knee 12 dB", 4.0, 12.0, 24.0),
        ("10 : 1, knee 24 dB", 10.0, 24.0, 24.0),
        ("10 : 1, knee 0, range 6 dB", 10.0, 0.0, 6.0),
    ];
    const THRESHOLD_DB: f64 = -24.0;
    let mut lines = Vec::new();
    let mut error_db = 0f64;
    for (colour, (label, ratio, knee_db, range_db)) in cases.into_iter().enumerate() {
        let mut settings = compressor(CompressorBand {
            threshold_db: THRESHOLD_DB as f32,
            ratio: ratio as f32,
            knee_db: knee_db as f32,
            release_ms: 100.0,
            ..CompressorBand::default()
        });
        settings.compressor.bands[0].range_db = range_db as f32;
        let points: Vec<_> =
            (-48..=0).map(f64::from).map(|level| (level, level_out_db(settings, 1000.0, level))).collect();
        for (level, out_db) in &points {
            let ideal_db =
                published_curve_db(level - THRESHOLD_DB, ratio, knee_db).max(level - THRESHOLD_DB - range_db);
            error_db = error_db.max((out_db - THRESHOLD_DB - ideal_db).abs());
        }
        lines.push(Line::new(label, colour, points));
    }
    let x = Axis::linear("input level (peak of 1 kHz), dBFS", -48.0, 0.0, 6.0);
    let panel = Panel { x, y: Axis::linear("output, dBFS", -48.0, 0.0, 6.0), height: 340, lines };
    Figure {
        name: "compressor_curves",
        title: "Compressor, threshold −24 dBFS",
        reached: format!("Greatest deviation from the published formula {error_db:.3} dB"),
        panels: vec![panel],
    }
}

/// Formula (4) of Giannoulis, Massberg and Reiss (JAES 60, 2012): level out over level in, both above the threshold, dB.
fn published_curve_db(level_db: f64, ratio: f64, knee_db: f64) -> f64 {
    if 2.0 * level_db < -knee_db {
        level_db
    } else if 2.0 * level_db.abs() <= knee_db && knee_db > 0.0 {
        level_db + (1.0 / ratio - 1.0) * (level_db + 0.5 * knee_db).powi(2) / (2.0 * knee_db)
    } else {
        level_db / ratio
    }
}

/// Gain of a dynamic EQ band over the level.
pub fn dynamic_eq() -> Figure {
    let cases = [
        ("range −6 dB", 0.0, -6.0),
        ("range −12 dB", 0.0, -12.0),
        ("+4 dB, range −4 dB", 4.0, -4.0),
        ("range +6 dB", 0.0, 6.0),
    ];
    let lines: Vec<Line> = cases
        .into_iter()
        .enumerate()
        .map(|(colour, (label, gain_db, range_db))| {
            let mut settings = ChainSettings::default();
            settings.eq.bands[0] = EqBand {
                on: true,
                filter: FilterType::Bell,
                frequency_hz: 1000.0,
                gain_db,
                q: 1.0,
                dynamics: BandDynamics { on: true, threshold_db: -30.0, range_db, ..BandDynamics::default() },
                ..EqBand::default()
            };
            let points = (-60..=0).map(f64::from).map(|level| (level, level_out_db(settings, 1000.0, level) - level));
            Line::new(label, colour, points.collect())
        })
        .collect();
    let ends: Vec<_> = lines
        .iter()
        .filter_map(|line| line.points().last())
        .map(|(_, gain)| format!("{:+.2}", (100.0 * gain).round() / 100.0 + 0.0).replace('-', "−"))
        .collect();
    let x = Axis::linear("level of 1 kHz (peak), dBFS", -60.0, 0.0, 6.0);
    let panel = Panel { x, y: Axis::linear("gain, dB", -14.0, 8.0, 2.0), height: 280, lines };
    let title = "Dynamic EQ: a bell at 1 kHz, Q 1, threshold −30 dBFS";
    Figure {
        name: "eq_dynamic",
        title,
        reached: format!("Gains at 0 dBFS: {} dB", ends.join(", ")),
        panels: vec![panel],
    }
}

/// Gain of the compressor after a step up and down, over time in ms from `from_s`.
fn steps(band: CompressorBand, loud_s: f64, from_s: f64, to_s: f64) -> Vec<(f64, f64)> {
    const TONE_HZ: f64 = 3000.0;
    const STEP_DB: f64 = 20.0;
    const UP_S: f64 = 0.5;
    let mut tone = tones(RATE, UP_S + loud_s + 4.0, &[(TONE_HZ, db_to_gain(-6.0), 0.0)]);
    let loud = (UP_S * RATE) as usize..((UP_S + loud_s) * RATE) as usize;
    tone.iter_mut().enumerate().filter(|(n, _)| !loud.contains(n)).for_each(|(_, s)| *s *= db_to_gain(-STEP_DB));
    let output = render(&mut Lacquer::new(compressor(band), RATE), &Stereo::mono(RATE, &tone)).left();
    let gains = envelope_db(&output, TONE_HZ).into_iter().zip(envelope_db(&tone, TONE_HZ));
    let times = gains.map(|((time_s, out_db), (_, in_db))| (1e3 * (time_s - UP_S), out_db - in_db));
    times.filter(|(time_ms, _)| (1e3 * from_s..=1e3 * to_s).contains(time_ms)).collect()
}

/// When a line first lies on the other side of `level_db` from 0 on, as text in ms.
pub fn crossing(line: &Line, level_db: f64, falls: bool) -> String {
    let crossed = |gain_db: f64| if falls { gain_db < level_db } else { gain_db > level_db };
    let found = line.points().iter().find(|(time_ms, gain_db)| *time_ms > 0.0 && crossed(*gain_db));
    found.map_or("–".to_owned(), |(time_ms, _)| format!("{time_ms:.0}"))
}

/// Attack and release after steps, with the times that they are set to.
pub fn compressor_steps() -> Figure {
    const REDUCTION_DB: f64 = 9.0;
    let step = CompressorBand { threshold_db: -18.0, ratio: 4.0, knee_db: 0.0, ..CompressorBand::default() };
    let attacks = [1.0f32, 10.0, 30.0, 100.0].into_iter().enumerate().map(|(colour, attack_ms)| {
        let band = CompressorBand { attack_ms, release_ms: 100.0, ..step };
        Line::new(format!("attack {attack_ms} ms"), colour, steps(band, 1.0, -0.05, 0.4))
    });
    let after = |band: CompressorBand, loud_s: f64| -> Vec<(f64, f64)> {
        let line = steps(CompressorBand { attack_ms: 1.0, ..band }, loud_s, loud_s - 0.1, loud_s + 1.4);
        line.into_iter().map(|(time_ms, gain_db)| (time_ms - 1e3 * loud_s, gain_db)).collect()
    };
    let releases = [50.0f32, 200.0, 500.0].into_iter().enumerate().map(|(colour, release_ms)| {
        Line::new(format!("release {release_ms} ms"), colour, after(CompressorBand { release_ms, ..step }, 1.0))
    });
    let auto = CompressorBand { release_ms: 200.0, auto_release: true, ..step };
    let autos = [(0.03, "auto, 200 ms, after 30 ms"), (3.0, "auto, 200 ms, after 3 s")];
    let autos =
        autos.into_iter().zip(3..).map(|((loud_s, label), colour)| Line::new(label, colour, after(auto, loud_s)));
    let (attacks, releases): (Vec<_>, Vec<_>) = (attacks.collect(), releases.chain(autos).collect());
    let times = |lines: &[Line], level_db: f64, falls| -> String {
        lines.iter().map(|line| crossing(line, level_db, falls)).collect::<Vec<_>>().join(", ")
    };
    let share = 1.0 / std::f64::consts::E;
    let reached = format!(
        "1 − 1/e of the step after {} ms; back after {} ms, the detector's 5 ms included",
        times(&attacks, -REDUCTION_DB * (1.0 - share), true),
        times(&releases, -REDUCTION_DB * share, false)
    );
    let gain = || Axis::linear("gain, dB", -10.0, 1.0, 1.0);
    let panel =
        |label, from, to, step, lines| Panel { x: Axis::linear(label, from, to, step), y: gain(), height: 190, lines };
    Figure {
        name: "compressor_steps",
        title: "Compressor 4 : 1 after a step of 20 dB, 12 dB of it above the threshold",
        reached,
        panels: vec![
            panel("time after the step up, ms", -50.0, 400.0, 50.0, attacks),
            panel("time after the step down, ms", -100.0, 1400.0, 100.0, releases),
        ],
    }
}

/// The four bands of the crossover and their sum.
pub fn crossover() -> Figure {
    const SECONDS: f64 = 1.0;
    let mut settings = ChainSettings::default();
    settings.compressor.on = true;
    settings.compressor.band_count = 4;
    // A ratio of one: the bands are split and summed, nothing else.
    settings.compressor.bands.iter_mut().for_each(|band| band.ratio = 1.0);
    let response = |settings: ChainSettings| -> Vec<(f64, f64)> {
        let response = ImpulseResponse::new(&mut Lacquer::new(settings, RATE), RATE, SECONDS);
        frequencies(10.0, 22_000.0, POINTS).into_iter().map(|hz| (hz, response.gain_db(hz))).collect()
    };
    let mut lines: Vec<Line> = (0..4)
        .map(|band| {
            let mut solo = settings;
            solo.compressor.bands[band].solo = true;
            Line::new(format!("band {}", band + 1), band, response(solo))
        })
        .collect();
    let sum = response(settings);
    lines.push(Line::new("sum", 6, sum.clone()));
    let error_db = sum.iter().fold(0f64, |top, (_, gain_db)| top.max(gain_db.abs()));
    let x = Axis::frequency(10.0, 22_000.0);
    Figure {
        name: "crossover",
        title: "Crossover at 120 Hz, 1 and 5 kHz, 48 kHz: each band alone, and all together",
        reached: format!("The sum is flat within {error_db:.4} dB"),
        panels: vec![
            Panel { x: x.clone(), y: Axis::linear("gain, dB", -60.0, 6.0, 6.0), height: 230, lines },
            Panel { x, y: Axis::linear("sum, dB", -0.05, 0.05, 0.025), height: 90, lines: vec![Line::unnamed(6, sum)] },
        ],
    }
}

/// What the imager does to mid and side.
pub fn imager() -> Figure {
    const SECONDS: f64 = 1.0;
    let mut settings = ChainSettings::default();
    settings.compressor.band_count = 4;
    settings.imager.on = true;
    settings.imager.widths_percent = [60.0, 100.0, 130.0, 180.0];
    settings.imager.mono_below_on = true;
    let side = (SECONDS * RATE) as usize;
    let mut impulse = vec![0f32; 2 * side];
    impulse[side] = 0.125;
    let line = |name, colour, sign: f32| {
        let other = impulse.iter().map(|sample| sign * sample).collect();
        let signal = Stereo { sample_rate: RATE, channels: [impulse.clone(), other] };
        let output = render(&mut Lacquer::new(settings, RATE), &signal);
        let [left, right] = &output.channels;
        let sum = left.iter().zip(right).map(|(left, right)| 4.0 * f64::from(left + sign * right));
        let response = ImpulseResponse { sample_rate: RATE, samples: sum.collect() };
        let points = frequencies(20.0, 20_000.0, POINTS).into_iter().map(|hz| (hz, response.gain_db(hz)));
        Line::new(name, colour, points.collect())
    };
    let lines = vec![line("side", 1, -1.0), line("mid", 0, 1.0)];
    let mid_db = lines[1].points().iter().fold(0f64, |top, (_, gain_db)| top.max(gain_db.abs()));
    let y = Axis::linear("gain, dB", -30.0, 9.0, 3.0);
    let panel = Panel { x: Axis::frequency(20.0, 20_000.0), y, height: 260, lines };
    Figure {
        name: "imager",
        title: "Imager: widths of 60, 100, 130 and 180 %, mono below 120 Hz",
        reached: format!("What goes in as mid is changed by at most {mid_db:.4} dB"),
        panels: vec![panel],
    }
}
