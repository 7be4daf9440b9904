//! EQ: the posterior correction drawn with few bands, a low cut where there is rumble, a bell on the side where it sticks out.

use crate::{
    analysis::Measurement,
    assistant::{
        bands::{self, Curve},
        ends::{End, MissingEnd},
        finding::{Decision, Finding, hertz},
        gauge::Gauge,
        gaussian::normal_below,
        shape::{self, SHAPE_BANDS, SongShape, centre_hz, region},
        style::Profile,
        suggestion::Module,
        tone::{Standing, Tone},
    },
    settings::{EQ_BANDS, EqBand, EqSettings, FilterType, Slope},
};

use super::{resonance, restraint, side};

/// The low cut sits in the first band; the drawn ones follow.
const LOW_CUT_BAND: usize = 0;
/// The bell on the side sits in the last band.
const SIDE_BAND: usize = EQ_BANDS - 1;
/// The bell on a resonance sits in the one before.
const RESONANCE_BAND: usize = EQ_BANDS - 2;
/// Rumble is cut when it stands this far over the range, dB, and below this frequency.
const RUMBLE_OVER_DB: f64 = 6.0;
const LOW_CUT_HZ: f32 = 25.0;
/// The EQ is left alone where its correction is smaller than this, dB RMS: most of the masters that nobody should touch.
const LEAST_RMS_DB: f64 = 0.7;
/// What is hardly more comes this part of the way, and from the second figure on all of it: two passages of one song that lie on either
/// side of the least then get answers that are not far apart.
const LEAST_SHARE: f64 = 0.3;
const FULL_RMS_DB: f64 = 1.1;
/// What lies this far under the range is not there: an arrangement without bass, a high-pass. Lifting it lifts noise, dB.
const NOT_THERE_DB: f64 = 10.0;
/// Moves smaller than this share of the greatest are the shadow it casts on its neighbours, not findings of their own.
const SIDE_SHOW: f32 = 0.35;
/// Nearer to the expected level than this, in standard deviations, there is no cause.
const LEAST_DEVIATIONS: f64 = 0.5;
/// Outside a range by less than this would read as 0.0 dB.
const LEAST_SAID_DB: f64 = 0.05;
/// What is missing weighs little in the drawing, and only to keep boosts away.
const ABSENT_WEIGHT: f64 = 0.3;

/// Decides the EQ. `ends` are what the spectrum lacks: nothing there is lifted.
pub fn decide(
    measurement: &Measurement,
    song: &SongShape,
    profile: &Profile,
    ends: &[MissingEnd],
) -> Decision<EqSettings> {
    let mut settings = EqSettings::default();
    let mut findings = Vec::new();
    let sample_rate_hz = f64::from(measurement.sample_rate_hz);
    let resonance = resonance::decide(measurement);
    let mended = resonance.as_ref().map(|(bell, _)| resonance::without(song, bell, sample_rate_hz));
    let song = mended.as_ref().unwrap_or(song);
    let side = side::decide(measurement, profile);
    // A hand that is delicate has few bands, whatever they are for.
    let room = bands::MOST_BANDS - usize::from(resonance.is_some()) - usize::from(side.is_some());
    let tone = Tone::decide(song, profile);
    if let Some(tone) = tone.as_ref().filter(|tone| tone.rms_db() >= LEAST_RMS_DB) {
        let mut drawn = bands::draw(&curve(song, tone, share(tone.rms_db())), sample_rate_hz);
        drawn.sort_by(|a, b| b.gain_db.abs().total_cmp(&a.gain_db.abs()));
        let greatest_db = drawn.first().map_or(0.0, |band| band.gain_db.abs());
        // The greatest first: what it moves is no witness for or against the others.
        let mut moved: Vec<(f64, f64)> = Vec::new();
        let mut kept: Vec<(EqBand, Finding)> = Vec::new();
        let is_worth =
            |band: &EqBand| band.gain_db.abs() >= SIDE_SHOW * greatest_db && !lifts_what_is_missing(band, ends);
        for band in drawn.into_iter().filter(is_worth) {
            if kept.len() == room {
                break;
            }
            if let Some(finding) = finding(&band, song, profile, tone, &moved) {
                moved.push(reach(&band));
                kept.push((band, finding));
            }
        }
        kept.sort_by(|a, b| a.0.frequency_hz.total_cmp(&b.0.frequency_hz));
        for (slot, (band, finding)) in (LOW_CUT_BAND + 1..).zip(kept) {
            settings.bands[slot] = band;
            findings.push(Finding { band: Some(slot), ..finding });
        }
    }
    if let Some((band, finding)) = low_cut(measurement, song, profile) {
        settings.bands[LOW_CUT_BAND] = band;
        findings.push(finding);
    }
    if let Some((band, finding)) = resonance {
        settings.bands[RESONANCE_BAND] = band;
        findings.push(Finding { band: Some(RESONANCE_BAND), ..finding });
    }
    if let Some((band, finding)) = side {
        settings.bands[SIDE_BAND] = band;
        findings.push(Finding { band: Some(SIDE_BAND), ..finding });
    }
    restraint::hold(&mut settings, song, sample_rate_hz);
    if findings.is_empty() {
        findings.push(nothing_to_do(tone.as_ref(), profile));
    }
    Decision { settings, findings }
}

/// Part of the way that a correction of this size comes.
fn share(rms_db: f64) -> f64 {
    let risen = ((rms_db - LEAST_RMS_DB) / (FULL_RMS_DB - LEAST_RMS_DB)).clamp(0.0, 1.0);
    LEAST_SHARE + (1.0 - LEAST_SHARE) * risen
}

fn curve(song: &SongShape, tone: &Tone, share: f64) -> Curve {
    Curve {
        frequency_hz: (0..SHAPE_BANDS).map(centre_hz).collect(),
        gain_db: tone.correction_db.iter().map(|db| share * db).collect(),
        weight: song.present.iter().map(|present| if *present { 1.0 } else { ABSENT_WEIGHT }).collect(),
    }
}

fn lifts_what_is_missing(band: &EqBand, ends: &[MissingEnd]) -> bool {
    let shelf_to = match band.filter {
        FilterType::LowShelf => Some(End::Low),
        FilterType::HighShelf => Some(End::High),
        _ => None,
    };
    band.gain_db > 0.0 && ends.iter().any(|end| end.takes_in(f64::from(band.frequency_hz), shelf_to))
}

/// What the song shows where the band works; `None` when it shows nothing that the band would mend.
fn finding(band: &EqBand, song: &SongShape, profile: &Profile, tone: &Tone, moved: &[(f64, f64)]) -> Option<Finding> {
    let (low_hz, high_hz) = reach(band);
    let standing = Standing::of(song, profile, (low_hz, high_hz), moved)?;
    let gain_db = f64::from(band.gain_db);
    let apart = standing.measured_db - standing.expected_db;
    if apart * gain_db >= 0.0 || apart.abs() < LEAST_DEVIATIONS * standing.deviation_db {
        return None;
    }
    let (target_low, target_high) = standing.range_db();
    if gain_db > 0.0 && standing.measured_db < target_low - NOT_THERE_DB {
        return None;
    }
    let frequency_hz = f64::from(band.frequency_hz);
    let place = match band.filter {
        FilterType::LowShelf => format!("Everything below {} stands", hertz(frequency_hz)),
        FilterType::HighShelf => format!("Everything above {} stands", hertz(frequency_hz)),
        _ => {
            let name = region(frequency_hz);
            let verb = if name.ends_with("mids") { "stand" } else { "stands" };
            format!("The {name} around {} {verb}", hertz(frequency_hz))
        }
    };
    let masters = format!("{} with the rest of this spectrum", profile.label);
    let range = format!("({target_low:+.1} to {target_high:+.1} dB)");
    let measured_db = standing.measured_db;
    let stands = if measured_db > target_high + LEAST_SAID_DB {
        format!("{:.1} dB over the range of {masters} {range}", measured_db - target_high)
    } else if measured_db < target_low - LEAST_SAID_DB {
        format!("{:.1} dB under the range of {masters} {range}", target_low - measured_db)
    } else {
        let side = if apart > 0.0 { "above" } else { "below" };
        format!("{:.1} dB {side} the middle of {masters} {range}", apart.abs())
    };
    let cause = format!("{place} at {measured_db:+.1} dB against the mean, {stands}");
    let nearest = (0..SHAPE_BANDS)
        .min_by(|a, b| {
            let middle_hz = (low_hz.max(centre_hz(0)) * high_hz.min(centre_hz(SHAPE_BANDS - 1))).sqrt();
            let octaves = |band: &usize| (centre_hz(*band) / middle_hz).log2().abs();
            octaves(a).total_cmp(&octaves(b))
        })
        .unwrap_or(0);
    Some(Finding {
        module: Module::Eq,
        band: None,
        acts: true,
        cause,
        measured: standing.measured_db,
        target_low,
        target_high,
        unit: "dB",
        confidence: tone.confidence(nearest, gain_db),
        gauge: Some(Gauge::Region { low_hz, high_hz }),
        time: None,
    })
}

/// Frequencies that a band works on.
fn reach(band: &EqBand) -> (f64, f64) {
    let frequency_hz = f64::from(band.frequency_hz);
    match band.filter {
        FilterType::LowShelf => (10.0, frequency_hz),
        FilterType::HighShelf => (frequency_hz, 30000.0),
        _ => {
            // Half the bandwidth of the Cookbook's bell, and a third of an octave at least.
            let octaves = ((1.0 / (2.0 * f64::from(band.q))).asinh() / std::f64::consts::LN_2).clamp(0.34, 1.2);
            (frequency_hz * (-octaves).exp2(), frequency_hz * octaves.exp2())
        }
    }
}

fn low_cut(measurement: &Measurement, song: &SongShape, profile: &Profile) -> Option<(EqBand, Finding)> {
    let rumble_db = shape::rumble_db(measurement, song);
    let range = profile.ranges.rumble_db;
    if rumble_db < range.high + RUMBLE_OVER_DB {
        return None;
    }
    let band = EqBand {
        on: true,
        filter: FilterType::LowCut,
        frequency_hz: LOW_CUT_HZ,
        q: 0.7,
        slope: Slope::Db12,
        ..EqBand::default()
    };
    let cause = format!(
        "Rumble below 25 Hz stands at {rumble_db:+.1} dB against the mean, {:.1} dB over the range of {} ({:+.1} to {:+.1} dB)",
        rumble_db - range.high,
        profile.label,
        range.low,
        range.high
    );
    let finding = Finding {
        module: Module::Eq,
        band: Some(LOW_CUT_BAND),
        acts: true,
        cause,
        measured: rumble_db,
        target_low: range.low,
        target_high: range.high,
        unit: "dB",
        confidence: normal_below((rumble_db - range.middle) / range.deviation()),
        gauge: Some(Gauge::Rumble),
        time: None,
    };
    Some((band, finding))
}

fn nothing_to_do(tone: Option<&Tone>, profile: &Profile) -> Finding {
    let rms_db = tone.map_or(0.0, Tone::rms_db);
    let cause = match tone {
        Some(tone) => {
            let why = if rms_db < LEAST_RMS_DB {
                format!("and less than {LEAST_RMS_DB:.2} dB RMS is not worth a move")
            } else {
                "but no part of that stands out by itself".to_owned()
            };
            format!(
                "Nothing to do: held against {}, the spectrum calls for {rms_db:.2} dB RMS ({:.1} dB at most), {why}",
                profile.label,
                tone.most_db()
            )
        }
        None => format!("Nothing to do: the spectrum cannot be held against {}", profile.label),
    };
    Finding {
        module: Module::Eq,
        band: None,
        acts: false,
        cause,
        measured: rms_db,
        target_low: 0.0,
        target_high: LEAST_RMS_DB,
        unit: "dB",
        confidence: tone.map_or(0.0, |tone| 1.0 - tone.matters),
        gauge: None,
        time: None,
    }
}
