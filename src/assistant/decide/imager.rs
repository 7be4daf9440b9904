//! Width: only with cause. Bass that is out of phase goes to the middle, a band outside the range comes part of the way.

use crate::{
    analysis::measurement::{DYNAMICS_BANDS, DYNAMICS_EDGES_HZ, Measurement},
    assistant::{
        finding::{Decision, Finding, hertz},
        gauge::Gauge,
        gaussian::normal_below,
        style::Profile,
        suggestion::Module,
    },
    settings::{ImagerSettings, MAX_BANDS},
};

/// Bass with less correlation than this loses weight in mono, whatever other masters do.
const LOOSE_BASS_CORRELATION: f64 = 0.5;
/// Side this far below mid in the bass does no harm, dB.
const HARMLESS_SIDE_DB: f64 = -12.0;
/// Mono below: loose bass, and bass that is out of phase.
const MONO_BELOW_HZ: (f32, f32) = (100.0, 150.0);
/// A band narrower than this was meant to be mono, dB.
const MONO_SIDE_DB: f64 = -30.0;
/// Outside the range by less than this is not worth a move, dB.
const LEAST_EXCESS_DB: f64 = 1.0;
/// Part of the way that a band comes back.
const PART: f64 = 0.5;
/// Widths stay within these, per cent.
const WIDTH_PERCENT: (f64, f64) = (70.0, 125.0);
/// A band this far below the loudest one has no width to speak of, dB.
const QUIET_BAND_DB: f64 = 40.0;

/// Decides the imager.
pub fn decide(measurement: &Measurement, profile: &Profile) -> Decision<ImagerSettings> {
    let mut settings = ImagerSettings::default();
    let mut findings = Vec::new();
    if measurement.channels < 2 {
        let cause = "Nothing to do: the music is mono, correlation 1.00";
        return Decision { settings, findings: vec![image_finding(None, false, cause.into(), 1.0, (1.0, 1.0), 1.0)] };
    }
    let bass = &measurement.stereo.bands[0];
    let range = profile.ranges.bass_correlation;
    if bass.correlation < LOOSE_BASS_CORRELATION.min(range.low) && bass.side_mid_db > HARMLESS_SIDE_DB {
        settings.mono_below_on = true;
        settings.mono_below_hz = if bass.correlation < 0.0 { MONO_BELOW_HZ.1 } else { MONO_BELOW_HZ.0 };
        let cause = format!(
            "Below 120 Hz the channels correlate at {:.2} (range of {}: {:.2} to {:.2}), side {:.1} dB against mid",
            bass.correlation, profile.label, range.low, range.high, bass.side_mid_db
        );
        let sure = normal_below((range.middle - bass.correlation) / range.deviation());
        let finding = image_finding(Some(0), true, cause, bass.correlation, (range.low, range.high), sure);
        findings.push(Finding {
            unit: "correlation",
            gauge: Some(Gauge::BassCorrelation),
            time: bass.loose,
            ..finding
        });
    }
    let first = usize::from(settings.mono_below_on);
    for band in first..DYNAMICS_BANDS.min(MAX_BANDS) {
        let width_db = measurement.stereo.bands[band].side_mid_db;
        let range = profile.ranges.width_db[band];
        let (excess_db, word) = match width_db {
            width if width > range.high => (width - range.high, "over"),
            width if width < range.low && width > MONO_SIDE_DB && band > 0 => (width - range.low, "under"),
            _ => continue,
        };
        if is_quiet(measurement, band) || excess_db.abs() < LEAST_EXCESS_DB {
            continue;
        }
        let width = 100.0 * 10f64.powf(-PART * excess_db / 20.0);
        settings.widths_percent[band] = (width.clamp(WIDTH_PERCENT.0, WIDTH_PERCENT.1) / 5.0).round() as f32 * 5.0;
        if settings.widths_percent[band] == 100.0 {
            continue;
        }
        let cause = format!(
            "From {} to {} side stands {width_db:.1} dB against mid, {:.1} dB {word} the range of {} ({:.1} to {:.1} dB)",
            hertz(DYNAMICS_EDGES_HZ[band]),
            hertz(DYNAMICS_EDGES_HZ[band + 1]),
            excess_db.abs(),
            profile.label,
            range.low,
            range.high
        );
        let confidence = normal_below((width_db - range.middle).abs() / range.deviation());
        let finding = image_finding(Some(band), true, cause, width_db, (range.low, range.high), confidence);
        findings.push(Finding { gauge: Some(Gauge::Width { band }), ..finding });
    }
    settings.on = !findings.is_empty();
    if findings.is_empty() {
        findings.push(nothing_to_do(measurement, profile));
    }
    Decision { settings, findings }
}

/// Whether a band is too far under the loudest one to have a width to speak of.
fn is_quiet(measurement: &Measurement, band: usize) -> bool {
    measurement.dynamics.under_loudest_db(band) > QUIET_BAND_DB
}

/// Why no width is moved, by the band that is nearest to being too wide.
fn nothing_to_do(measurement: &Measurement, profile: &Profile) -> Finding {
    let spare_db =
        |band: usize| profile.ranges.width_db[band].high + LEAST_EXCESS_DB - measurement.stereo.bands[band].side_mid_db;
    let heard = (0..DYNAMICS_BANDS).filter(|band| !is_quiet(measurement, *band));
    let widest = heard.min_by(|a, b| spare_db(*a).total_cmp(&spare_db(*b))).unwrap_or(0);
    let width_db = measurement.stereo.bands[widest].side_mid_db;
    let cause = format!(
        "Nothing to do: no band is out of phase or far outside the widths of {}; the widest is from {} to {}, where side stands \
         {width_db:.1} dB against mid, and {:.1} dB would call for a move",
        profile.label,
        hertz(DYNAMICS_EDGES_HZ[widest]),
        hertz(DYNAMICS_EDGES_HZ[widest + 1]),
        width_db + spare_db(widest)
    );
    let sure = normal_below(spare_db(widest) / profile.ranges.width_db[widest].deviation());
    // However narrow: what was meant to be mono stays so.
    image_finding(None, false, cause, width_db, (MONO_SIDE_DB.min(width_db), width_db + spare_db(widest)), sure)
}

/// Whether any band's width is moved, so that the crossover must have all bands.
pub fn needs_bands(settings: &ImagerSettings) -> bool {
    settings.on && settings.widths_percent.iter().any(|width| *width != 100.0)
}

fn image_finding(
    band: Option<usize>,
    acts: bool,
    cause: String,
    measured: f64,
    (target_low, target_high): (f64, f64),
    confidence: f64,
) -> Finding {
    Finding {
        module: Module::Imager,
        band,
        acts,
        cause,
        measured,
        target_low,
        target_high,
        unit: "dB",
        confidence,
        gauge: None,
        time: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        analysis::measurement::TimeRange,
        assistant::{
            Wishes,
            shape::SongShape,
            testing::{Random, drawn_shape, song_of, target},
        },
    };

    fn decided(change: impl FnOnce(&mut Measurement)) -> (Decision<ImagerSettings>, Profile) {
        let mut random = Random(31);
        let mut song = song_of(&drawn_shape(&mut random), &mut random);
        change(&mut song);
        let target = target(40);
        let shape = SongShape::of(&song).expect("a shape");
        let profile = Profile::of(&song, &shape, &Wishes::default(), std::slice::from_ref(&target)).expect("a profile");
        (decide(&song, &profile), profile)
    }

    #[test]
    fn loose_bass_goes_to_the_middle_and_says_when_it_is_loose() {
        for (correlation, below_hz) in [(0.3, 100.0), (-0.2, 150.0)] {
            let time = TimeRange { from_s: 12.0, to_s: 40.0 };
            let (decision, _) = decided(|song| {
                let bass = &mut song.stereo.bands[0];
                (bass.correlation, bass.side_mid_db, bass.loose) = (correlation, -2.0, Some(time));
            });
            assert!(decision.settings.on && decision.settings.mono_below_on);
            assert_eq!(decision.settings.mono_below_hz, below_hz);
            assert_eq!((decision.findings[0].time, decision.findings[0].measured), (Some(time), correlation));
        }
        // As loose, but so far under mid that nobody would miss it.
        let harmless = |song: &mut Measurement| {
            (song.stereo.bands[0].correlation, song.stereo.bands[0].side_mid_db) = (0.3, -14.0);
        };
        assert!(!decided(harmless).0.settings.mono_below_on);
    }

    #[test]
    fn a_band_comes_half_of_the_way_back_and_ordinary_ones_stay() {
        let (ordinary, profile) = decided(|song| {
            (0..DYNAMICS_BANDS).for_each(|band| song.stereo.bands[band].correlation = 0.95);
        });
        assert!(!ordinary.settings.on && !ordinary.findings[0].acts, "{:?}", ordinary.findings);
        let high_db = profile.ranges.width_db[2].high;
        let (wide, _) = decided(|song| song.stereo.bands[2].side_mid_db = high_db + 4.0);
        // Half of 4 dB is a fifth less, in steps of five.
        assert_eq!(wide.settings.widths_percent[2], 80.0);
        let (mono, _) = decided(|song| song.stereo.bands[2].side_mid_db = -60.0);
        assert_eq!(mono.settings.widths_percent[2], 100.0, "what was meant to be mono stays so");
    }
}
