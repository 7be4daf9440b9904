//! Spectra: distortion of the limiter, aliasing of the soft clip, noise of the dither.

use lacquer::{
    dsp::db_to_gain,
    settings::{ChainSettings, Dither},
};

use super::{
    RATE,
    figure::{Axis, Figure, Line, Panel},
};
use crate::{
    device::{Lacquer, render},
    meters::{
        distortion::{intermodulation_db, thd_n_db},
        response::frequencies,
    },
    signals::{Noise, Stereo, fade_in, tones},
};

/// Columns of a spectrum, as wide in pitch.
const COLUMNS: usize = 500;
const LOWEST_HZ: f64 = 20.0;
const HIGHEST_HZ: f64 = 24_000.0;
/// Length of one transform, samples: tones of whole Hz fall on bins.
const LENGTH: usize = 48_000;

/// Power of each bin, a full-scale sine's being 1, averaged over the samples. Bins are 1 Hz wide, and what is measured repeats
/// every second: no window is needed, and none blurs it.
fn powers(samples: &[f64]) -> Vec<f64> {
    let transform = lacquer_fourier::forward::<f64>(LENGTH);
    let scale = 2.0 / LENGTH as f64;
    let mut powers = vec![0.0; LENGTH / 2 + 1];
    let blocks = samples.chunks_exact(LENGTH);
    let count = blocks.len().max(1) as f64;
    for block in blocks {
        let mut block: Vec<f64> = block.iter().map(|sample| scale * sample).collect();
        let mut spectrum = transform.make_output_vec();
        // Fails on wrong lengths alone.
        transform.process(&mut block, &mut spectrum).unwrap_or_default();
        powers.iter_mut().zip(&spectrum).for_each(|(power, value)| *power += value.norm_sqr() / count);
    }
    powers
}

/// The greatest bin of each column, dB.
fn peaks(samples: &[f64]) -> Vec<(f64, f64)> {
    columns(&powers(samples), |bins| bins.iter().fold(0.0, |top: f64, bin| top.max(*bin)))
}

/// A value for each column from its bins, as dB of power.
fn columns(powers: &[f64], value: impl Fn(&[f64]) -> f64) -> Vec<(f64, f64)> {
    let bin = |hz: f64| (hz * LENGTH as f64 / RATE).round() as usize;
    frequencies(LOWEST_HZ, HIGHEST_HZ, COLUMNS + 1)
        .windows(2)
        .map(|edges| {
            let from = bin(edges[0]).min(powers.len() - 1);
            let to = bin(edges[1]).clamp(from + 1, powers.len());
            ((edges[0] * edges[1]).sqrt(), 10.0 * value(&powers[from..to]).max(1e-30).log10())
        })
        .collect()
}

/// Two seconds of the output, when everything has settled and before a limiter looks ahead to the sudden end.
fn settled(settings: ChainSettings, partials: &[(f64, f64, f64)]) -> Vec<f64> {
    let mut tone = tones(RATE, 5.5, partials);
    fade_in(&mut tone, 0.1, RATE);
    let output = render(&mut Lacquer::new(settings, RATE), &Stereo::mono(RATE, &tone)).left();
    output[3 * LENGTH..5 * LENGTH].to_vec()
}

fn limiting(drive_db: f32, release_ms: f32, auto_release: bool) -> ChainSettings {
    let mut settings = ChainSettings::default();
    settings.limiter.on = true;
    settings.limiter.drive_db = drive_db;
    settings.limiter.release_ms = release_ms;
    settings.limiter.auto_release = auto_release;
    settings
}

fn figure(name: &'static str, title: &'static str, reached: String, lines: Vec<Line>) -> Figure {
    let x = Axis::frequency(LOWEST_HZ, HIGHEST_HZ);
    let panel = Panel { x, y: Axis::linear("level, dBFS", -180.0, 0.0, 20.0), height: 300, lines };
    Figure { name, title, reached: reached.replace('-', "−"), panels: vec![panel] }
}

/// Limiters of three releases on a signal, each with its name.
fn limited(partials: &[(f64, f64, f64)]) -> Vec<(&'static str, Vec<f64>)> {
    [("release 5 ms", 5.0, false), ("release 20 ms", 20.0, false), ("auto release, 100 ms", 100.0, true)]
        .map(|(name, release_ms, auto)| (name, settled(limiting(6.0, release_ms, auto), partials)))
        .into()
}

fn joined(figures: impl Iterator<Item = f64>) -> String {
    figures.map(|figure| format!("{figure:.1}")).collect::<Vec<_>>().join(", ")
}

/// 100 Hz at 6 dB of reduction.
pub fn limiter_distortion() -> Figure {
    let outputs = limited(&[(100.0, db_to_gain(-1.0), 0.0)]);
    let reached = format!("THD+N {} dB", joined(outputs.iter().map(|(_, output)| thd_n_db(output, 100.0, RATE))));
    let lines = outputs.iter().enumerate().map(|(colour, (name, output))| Line::new(*name, colour, peaks(output)));
    figure("limiter_distortion", "Limiter: 100 Hz at 6 dB of reduction, 48 kHz", reached, lines.collect())
}

/// 60 Hz and 7 kHz at 6 dB of reduction, and the surroundings of 7 kHz.
pub fn limiter_intermodulation() -> Figure {
    const AROUND_HZ: std::ops::RangeInclusive<usize> = 6700..=7300;
    let peak = db_to_gain(-1.0);
    let outputs = limited(&[(60.0, 0.8 * peak, 0.0), (7000.0, 0.2 * peak, 0.0)]);
    let figures = outputs.iter().map(|(_, output)| intermodulation_db(output, 60, 7000, RATE));
    let reached = format!("Intermodulation {} dB", joined(figures));
    let (mut all, mut near) = (Vec::new(), Vec::new());
    for (colour, (name, output)) in outputs.iter().enumerate() {
        all.push(Line::new(*name, colour, peaks(output)));
        let powers = powers(output);
        let levels = AROUND_HZ.map(|hz| (hz as f64, 10.0 * powers[hz].max(1e-30).log10()));
        near.push(Line::unnamed(colour, levels.collect()));
    }
    let title = "Limiter: 60 Hz and 7 kHz (4 : 1) at 6 dB of reduction, 48 kHz";
    let mut figure = figure("limiter_intermodulation", title, reached, all);
    figure.panels.push(Panel {
        x: Axis::linear("frequency, Hz", *AROUND_HZ.start() as f64, *AROUND_HZ.end() as f64, 60.0),
        lines: near,
        ..figure.panels[0].clone()
    });
    figure
}

/// A high tone far into the soft clip, with and without what lies on its harmonics.
pub fn soft_clip() -> Figure {
    const TONE_HZ: f64 = 4999.0;
    // Fixed and short, so that the limiter behind the clip is at rest or repeats.
    let mut settings = limiting(0.0, 20.0, false);
    settings.limiter.soft_clip_on = true;
    settings.limiter.soft_clip_db = 6.0;
    settings.limiter.drive_db = 6.0;
    let output = settled(settings, &[(TONE_HZ, db_to_gain(-1.0), 0.0)]);
    let mut aliases = powers(&output);
    // What lies on a harmonic is wanted.
    aliases.iter_mut().step_by(TONE_HZ as usize).for_each(|power| *power = 0.0);
    let greatest = |bins: &[f64]| 10.0 * bins.iter().fold(1e-30, |top: f64, bin| top.max(*bin)).log10();
    let (heard, beyond) = aliases.split_at(20_000);
    let reached =
        format!("Aliasing at most {:.0} dBFS up to 20 kHz, {:.0} dBFS beyond", greatest(heard), greatest(beyond));
    let rest = columns(&aliases, |bins| bins.iter().fold(0.0, |top: f64, bin| top.max(*bin)));
    let lines = vec![Line::new("all", 0, peaks(&output)), Line::new("without the harmonics", 1, rest)];
    figure("soft_clip", "Soft clip: 4999 Hz driven 6 dB into 6 dB of bend, 48 kHz", reached, lines)
}

/// Noise of the dither, in bands of one Hz.
pub fn dither() -> Figure {
    const SECONDS: f64 = 40.0;
    // A tone of no round number of steps, and little noise besides: nothing repeats.
    let mut noise = Noise::new(21);
    let tone: Vec<f64> = tones(RATE, SECONDS, &[(997.0, db_to_gain(-60.0), 0.0)])
        .into_iter()
        .map(|sample| sample + 1e-9 * noise.sample())
        .collect();
    let mut noises = Vec::new();
    let mut line = |name: &str, colour, bits, shaping| {
        let mut settings = ChainSettings::default();
        settings.output.dither = bits;
        settings.output.noise_shaping = shaping;
        let output = render(&mut Lacquer::new(settings, RATE), &Stereo::mono(RATE, &tone)).left();
        let powers = powers(&output);
        let beside = powers.iter().enumerate().filter(|(hz, _)| !(990..1005).contains(hz)).map(|(_, power)| power);
        noises.push(10.0 * (0.5 * beside.sum::<f64>()).log10());
        let density = columns(&powers, |bins| bins.iter().sum::<f64>() / bins.len() as f64);
        Line::new(name, colour, density)
    };
    let lines = vec![
        line("16 bit, TPDF", 0, Dither::Bits16, false),
        line("16 bit, shaped", 1, Dither::Bits16, true),
        line("24 bit, TPDF", 2, Dither::Bits24, false),
    ];
    let x = Axis::frequency(LOWEST_HZ, HIGHEST_HZ);
    let y = Axis::linear("level in 1 Hz, dBFS", -200.0, -40.0, 20.0);
    let panel = Panel { x, y, height: 280, lines };
    let reached = format!("Noise in all {} dBFS (RMS)", joined(noises.into_iter())).replace('-', "−");
    Figure { name: "dither", title: "Dither of a tone at 997 Hz, −60 dBFS, 48 kHz", reached, panels: vec![panel] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lacquer::dsp::gain_to_db;

    #[test]
    fn a_spectrum_tells_levels_of_tones_and_nothing_beside_them() {
        let samples = tones(RATE, 2.0, &[(1000.0, 1.0, 0.1), (5000.0, 1e-6, 0.0)]);
        let powers = powers(&samples);
        assert!(gain_to_db(powers[1000].sqrt()).abs() < 0.001);
        assert!((gain_to_db(powers[5000].sqrt()) + 120.0).abs() < 0.01);
        let beside = powers[1020..4980].iter().fold(0.0, |top: f64, bin| top.max(*bin));
        assert!(gain_to_db(beside.sqrt()) < -170.0, "{beside}");
    }
}
