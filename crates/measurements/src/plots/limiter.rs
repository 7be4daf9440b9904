//! Figures of the limiter over time.

use lacquer::{
    dsp::{db_to_gain, gain_to_db},
    settings::ChainSettings,
};

use super::{
    RATE,
    dynamics::crossing,
    envelope_db,
    figure::{Axis, Figure, Line, Panel},
};
use crate::{
    device::{Lacquer, render},
    meters::true_peak::TruePeakMeter,
    signals::{Stereo, tones},
};

const CEILING_DB: f64 = -1.0;

fn limiting(change: impl Fn(&mut ChainSettings)) -> ChainSettings {
    let mut settings = ChainSettings::default();
    settings.limiter.on = true;
    settings.limiter.ceiling_dbtp = CEILING_DB as f32;
    change(&mut settings);
    settings
}

/// A tone of 1 kHz at `quiet_db` with a part at `loud_db`, that much above the ceiling, in seconds.
fn burst_of(tone_hz: f64, quiet_db: f64, loud_db: f64, loud: std::ops::Range<f64>, seconds: f64) -> Vec<f64> {
    let mut tone = tones(RATE, seconds, &[(tone_hz, 1.0, 0.0)]);
    for (n, sample) in tone.iter_mut().enumerate() {
        *sample *= db_to_gain(if loud.contains(&(n as f64 / RATE)) { loud_db } else { quiet_db });
    }
    tone
}

/// Waveforms around the start of a burst, and the gain between them.
pub fn burst() -> Figure {
    const START_S: f64 = 0.5;
    const LOUD_S: f64 = 0.01;
    let tone = burst_of(1000.0, -16.0, 5.0, START_S..START_S + LOUD_S, 1.0);
    let settings = limiting(|settings| settings.limiter.release_ms = 20.0);
    let output = render(&mut Lacquer::new(settings, RATE), &Stereo::mono(RATE, &tone)).left();
    let shown = ((START_S - 0.008) * RATE) as usize..((START_S + 0.04) * RATE) as usize;
    let line = |value: &dyn Fn(usize) -> Option<f64>| -> Vec<(f64, f64)> {
        shown.clone().filter_map(|n| Some((1e3 * (n as f64 / RATE - START_S), value(n)?))).collect()
    };
    // Near its zeros a tone says nothing about the gain.
    let gain = line(&|n| (tone[n].abs() > 0.05).then(|| gain_to_db(output[n] / tone[n])));
    let time = || Axis::linear("time, ms", -8.0, 40.0, 4.0);
    let ceiling = db_to_gain(CEILING_DB);
    let ceilings =
        [1.0, -1.0].map(|sign| Line::unnamed(6, vec![(-8.0, sign * ceiling), (40.0, sign * ceiling)]).dashed());
    let single: Vec<f32> = output.iter().map(|sample| *sample as f32).collect();
    let peak_dbtp = TruePeakMeter::new().peak_dbtp(&single);
    let mut waves =
        vec![Line::new("input", 1, line(&|n| Some(tone[n]))), Line::new("output", 0, line(&|n| Some(output[n])))];
    waves.extend(ceilings);
    Figure {
        name: "limiter_burst",
        title: "Limiter: a burst of 1 kHz, 6 dB above the ceiling (dashed), release 20 ms",
        reached: format!("Greatest reconstructed peak {peak_dbtp:.2} dBTP, ceiling {CEILING_DB:.2} dBTP")
            .replace('-', "−"),
        panels: vec![
            Panel { x: time(), y: Axis::linear("sample", -2.0, 2.0, 0.5), height: 220, lines: waves },
            Panel {
                x: time(),
                y: Axis::linear("gain, dB", -7.0, 1.0, 1.0),
                height: 150,
                lines: vec![Line::unnamed(2, gain)],
            },
        ],
    }
}

/// Gain after a short and a long burst, fixed and auto release.
pub fn release() -> Figure {
    const TONE_HZ: f64 = 3000.0;
    const START_S: f64 = 0.5;
    const SHOWN_MS: f64 = 900.0;
    let line = |loud_s: f64, release_ms: f32, auto: bool| -> Vec<(f64, f64)> {
        let settings = limiting(|settings| {
            settings.limiter.release_ms = release_ms;
            settings.limiter.auto_release = auto;
        });
        let tone = burst_of(TONE_HZ, -26.0, 5.0, START_S..START_S + loud_s, START_S + loud_s + 1.5);
        let output = render(&mut Lacquer::new(settings, RATE), &Stereo::mono(RATE, &tone)).left();
        envelope_db(&output, TONE_HZ)
            .into_iter()
            .zip(envelope_db(&tone, TONE_HZ))
            .map(|((time_s, out_db), (_, in_db))| (1e3 * (time_s - START_S - loud_s), out_db - in_db))
            .filter(|(time_ms, _)| (-50.0..=SHOWN_MS).contains(time_ms))
            .collect()
    };
    let cases = [
        ("20 ms", 0.02, 20.0, false),
        ("100 ms", 0.02, 100.0, false),
        ("300 ms", 0.02, 300.0, false),
        ("auto, 100 ms, burst of 20 ms", 0.02, 100.0, true),
        ("auto, 100 ms, burst of 2 s", 2.0, 100.0, true),
    ];
    let lines: Vec<_> = cases
        .into_iter()
        .enumerate()
        .map(|(colour, (name, loud_s, release_ms, auto))| Line::new(name, colour, line(loud_s, release_ms, auto)))
        .collect();
    let times: Vec<_> = lines.iter().map(|line| crossing(line, -6.0 / std::f64::consts::E, false)).collect();
    let x = Axis::linear("time after the burst, ms", -50.0, SHOWN_MS, 50.0);
    let panel = Panel { x, y: Axis::linear("gain, dB", -7.0, 1.0, 1.0), height: 240, lines };
    Figure {
        name: "limiter_release",
        title: "Limiter: release after 6 dB of reduction",
        reached: format!("Down to the e-th part {} ms after the burst", times.join(", ")),
        panels: vec![panel],
    }
}
