//! How true EQ curves stay near the top of the spectrum.
//!
//! A bell at 1 kHz is, at 192 kHz, the analogue one whatever the design; moved up to 10 kHz it ought to keep its shape at 44.1 kHz.
//! That holds for any meaning that a maker gives to Q.

use anyhow::{Context, Result};
use lacquer::settings::{ChainSettings, EqBand, FilterType, Phase};

use crate::{
    device::{Device, Lacquer, RENDER_BLOCK},
    lv2::{Host, controls},
    meters::response::{ImpulseResponse, frequencies},
    subjects::{CALF_EQ, LSP_EQ, X42_EQ},
    table::{Cell, Table},
};

const RATE: f64 = 44_100.0;
const HIGH_HZ: f64 = 10_000.0;
/// The curve that is moved up, and the rate at which it is taken: warped by less than a thousandth.
const LOW_HZ: f64 = 1000.0;
const LOW_RATE: f64 = 192_000.0;
/// Where curves are compared, Hz.
const FROM_HZ: f64 = 1000.0;
const TO_HZ: [f64; 2] = [18_000.0, 20_000.0];
const POINTS: usize = 120;
/// Response of a filter at 1 kHz, seconds: it has rung out.
const SECONDS: f64 = 0.2;

#[derive(Clone, Copy)]
enum Make {
    Lacquer(Phase),
    /// Address, controls of a bell and of a high shelf of +6 dB with `HZ` for the frequency.
    Plugin(&'static str, [&'static str; 2]),
}

const LSP: [&str; 2] = ["ft_0=1 g_0=1.9953 q_0=1 f_0=HZ", "ft_0=3 g_0=1.9953 q_0=0.7 f_0=HZ"];
const LSP_MATCHED: [&str; 2] = ["ft_0=1 g_0=1.9953 q_0=1 f_0=HZ fm_0=1", "ft_0=3 g_0=1.9953 q_0=0.7 f_0=HZ fm_0=1"];
const LSP_LINEAR: [&str; 2] = ["mode=1 ft_0=1 g_0=1.9953 q_0=1 f_0=HZ", "mode=1 ft_0=3 g_0=1.9953 q_0=0.7 f_0=HZ"];
const CALF: [&str; 2] = ["p1_active=1 p1_level=1.9953 p1_q=1 p1_freq=HZ", "hs_active=1 hs_level=1.9953 hs_freq=HZ"];
const X42: [&str; 2] = ["sec4=1 gain4=6 q4=1 freq4=HZ", "HSsec=1 HSgain=6 HSq=1 HSfreq=HZ"];

const SUBJECTS: [(&str, Make); 7] = [
    ("Lacquer", Make::Lacquer(Phase::Minimum)),
    ("Lacquer, linear phase", Make::Lacquer(Phase::Linear)),
    ("LSP parametric EQ, RLC (BT)", Make::Plugin(LSP_EQ, LSP)),
    ("LSP parametric EQ, RLC (MT)", Make::Plugin(LSP_EQ, LSP_MATCHED)),
    ("LSP parametric EQ, FIR", Make::Plugin(LSP_EQ, LSP_LINEAR)),
    ("Calf EQ8", Make::Plugin(CALF_EQ, CALF)),
    ("x42 fil4", Make::Plugin(X42_EQ, X42)),
];

/// The greatest error of a bell and a high shelf at 10 kHz.
///
/// # Errors
/// When a peer does not start.
pub fn table(host: Option<&Host>) -> Result<Table> {
    let mut table = Table::new(
        "EQ curves at 44.1 kHz",
        "Greatest error from 1 kHz up to 18 and 20 kHz of a bell (+6 dB, Q 1) and a high shelf (+6 dB) at 10 kHz, against the curve \
         that the same EQ has at 1 kHz in a project at 192 kHz, moved up: dB. That is the analogue shape, whatever a maker means by Q.",
        ["EQ", "bell to 18 kHz", "bell to 20 kHz", "shelf to 18 kHz", "shelf to 20 kHz"],
    );
    for (name, make) in SUBJECTS {
        if host.is_none() && matches!(make, Make::Plugin(..)) {
            continue;
        }
        let mut cells = Vec::new();
        for shape in 0..2 {
            let curve = |frequency_hz: f64, rate: f64| -> Result<ImpulseResponse> {
                let mut device = open(host, make, shape, frequency_hz, rate)?;
                Ok(ImpulseResponse::new(&mut *device, rate, SECONDS))
            };
            let (low, high) = (curve(LOW_HZ, LOW_RATE)?, curve(HIGH_HZ, RATE)?);
            for to_hz in TO_HZ {
                let errors = frequencies(FROM_HZ, to_hz, POINTS)
                    .into_iter()
                    .map(|hz| (high.gain_db(hz) - low.gain_db(hz * LOW_HZ / HIGH_HZ)).abs());
                cells.push(Cell::number(errors.fold(0.0, f64::max), 2));
            }
        }
        table.push(name, cells);
    }
    table.mark_lowest(0..4);
    Ok(table)
}

fn open(host: Option<&Host>, make: Make, shape: usize, frequency_hz: f64, rate: f64) -> Result<Box<dyn Device>> {
    match make {
        Make::Lacquer(phase) => {
            let mut settings = ChainSettings::default();
            settings.eq.phase = phase;
            let (filter, q) = [(FilterType::Bell, 1.0), (FilterType::HighShelf, 0.707)][shape];
            let frequency_hz = frequency_hz as f32;
            settings.eq.bands[0] = EqBand { on: true, filter, frequency_hz, gain_db: 6.0, q, ..EqBand::default() };
            Ok(Box::new(Lacquer::new(settings, rate)))
        }
        Make::Plugin(uri, texts) => {
            let text = texts[shape].replace("HZ", &frequency_hz.to_string());
            let host = host.context("lilv is not installed")?;
            Ok(Box::new(host.open(uri, &controls(&text)?, rate, RENDER_BLOCK)?))
        }
    }
}
