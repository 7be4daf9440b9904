//! `plots`: what the chain does to sound, as figures for the documentation.
//!
//! Everything is measured through the whole chain, from samples; only what is drawn dashed as a prototype is computed.

mod dynamics;
mod eq;
mod figure;
mod limiter;
mod path;
mod spectra;

use std::path::Path;

use anyhow::{Result, bail};
use lacquer::dsp::gain_to_db;

use crate::{files, meters::rms};

/// Where the figures go, from the workspace's folder.
const FOLDER: &str = "docs/measurements";
/// Sample rate of what is not the EQ.
const RATE: f64 = 48_000.0;

/// Draws all figures.
///
/// # Errors
/// When an argument is given (there are none), or a file cannot be written.
pub fn run(mut arguments: impl Iterator<Item = String>) -> Result<()> {
    if let Some(argument) = arguments.next() {
        bail!("`plots` takes no options, so not `{argument}`");
    }
    let figures = [
        eq::bells,
        eq::shelves,
        eq::cuts,
        eq::phases,
        dynamics::dynamic_eq,
        dynamics::crossover,
        dynamics::compressor_curves,
        dynamics::compressor_steps,
        dynamics::imager,
        limiter::burst,
        limiter::release,
        spectra::limiter_distortion,
        spectra::limiter_intermodulation,
        spectra::soft_clip,
        spectra::dither,
    ];
    for figure in figures {
        let figure = figure();
        let path = Path::new(FOLDER).join(figure.name).with_extension("svg");
        files::write(&path, &figure.svg()?)?;
        println!("{}", path.display());
    }
    Ok(())
}

/// Level of a tone over time: (seconds, dB), one value a period, its RMS given as peak.
fn envelope_db(samples: &[f64], tone_hz: f64) -> Vec<(f64, f64)> {
    let period = (RATE / tone_hz) as usize;
    let level = |part: &[f64]| gain_to_db(rms(part) * std::f64::consts::SQRT_2);
    samples.chunks_exact(period).enumerate().map(|(n, part)| ((n * period) as f64 / RATE, level(part))).collect()
}
