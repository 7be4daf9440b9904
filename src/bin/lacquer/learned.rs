//! What a target has learned, for people: songs and albums, the mean shape with its spread, and the songs that fit worst.

use std::path::PathBuf;

use lacquer::{
    analysis::measurement::third_octave_centre_hz,
    assistant::{Fit, Target},
    figures::signed,
};

/// Columns of the plot.
const WIDTH: usize = 48;
/// First band of a shape among the 1/3 octaves of the analysis: 31 Hz.
const FIRST_BAND: usize = 2;
/// Songs that are named.
const NAMED: usize = 5;

/// The whole account.
pub fn text(target: &Target, fits: Vec<(PathBuf, Fit)>) -> String {
    let count = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    let mut text =
        format!("\nTarget `{}`: {}, {}\n", target.name, count(target.songs, "song"), count(target.albums, "album"));
    if let Some(upon) = target.method.split_once(" upon `").and_then(|(_, upon)| upon.split_once('`')) {
        text += &format!("  upon  {}\n", upon.0);
    }
    for source in &target.sources {
        text += &format!("  {:4}  {}\n", source.songs, source.name);
    }
    text += "\nSpectrum in 1/3 octaves, its mean taken off: middle (o) and one standard deviation to either side, dB\n";
    text += &plot(target);
    text += &worst(fits);
    text.trim_end().to_owned()
}

fn plot(target: &Target) -> String {
    let (mean, rows) = (&target.shape.mean_db, &target.shape.covariance_db2);
    let deviation = |band: usize| rows[band][band].max(0.0).sqrt();
    let ends = |sign: f64| (0..mean.len()).map(move |band| mean[band] + sign * deviation(band));
    let (low, high) = (ends(-1.0).fold(0.0, f64::min), ends(1.0).fold(0.0, f64::max));
    let column = |db: f64| ((db - low) / (high - low).max(1e-9) * (WIDTH - 1) as f64).round() as usize;
    let mut text = String::new();
    for (band, mean_db) in mean.iter().enumerate() {
        let mut line = [' '; WIDTH];
        line[column(0.0)] = '.';
        line[column(mean_db - deviation(band))..=column(mean_db + deviation(band))].fill('-');
        line[column(*mean_db)] = 'o';
        let hz = frequency(third_octave_centre_hz(band + FIRST_BAND));
        let line: String = line.iter().collect();
        text += format!("{hz:>9} {:>6} ±{:4.1}  {line}", signed(*mean_db, 1), deviation(band)).trim_end();
        text.push('\n');
    }
    text
}

/// The songs furthest from the middle, the strangest first.
fn worst(mut fits: Vec<(PathBuf, Fit)>) -> String {
    if fits.len() < 2 {
        return String::new();
    }
    fits.sort_by(|a, b| b.1.deviations.total_cmp(&a.1.deviations).then(a.0.cmp(&b.0)));
    let mut text = String::from("\nFurthest from the middle, in standard deviations (1 is usual), and where most\n");
    for (file, fit) in fits.iter().take(NAMED) {
        let side = if fit.furthest_db > 0.0 { "over" } else { "under" };
        text += &format!(
            "  {:4.1}  {}: {:.1} dB {side} the middle at {}\n",
            fit.deviations,
            file.display(),
            fit.furthest_db.abs(),
            frequency(fit.furthest_hz)
        );
    }
    text
}

fn frequency(hz: f64) -> String {
    if hz >= 1000.0 { format!("{:.1} kHz", hz / 1000.0) } else { format!("{hz:.0} Hz") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_strangest_song_is_named_first_and_every_band_has_a_line() {
        let target = &Target::shipped()[0];
        let fit = |deviations| Fit { deviations, furthest_hz: 8000.0, furthest_db: -9.34 };
        let fits = (0..7).map(|song| (PathBuf::from(format!("{song}.wav")), fit(f64::from(song)))).collect();
        let text = text(target, fits);
        assert_eq!(text.matches('±').count(), target.shape.mean_db.len(), "{text}");
        assert!(text.contains(&format!("{} songs, {} albums", target.songs, target.albums)), "{text}");
        let lines: Vec<&str> = text.lines().rev().take(NAMED).collect();
        assert!(lines[NAMED - 1].contains("6.wav: 9.3 dB under the middle at 8.0 kHz"), "{text}");
        assert!(!text.contains("1.wav"), "five are enough: {text}");
    }
}
