//! EQ of the side signal, only with cause: about an octave of it that sticks out of the range of masters while the width of the
//! broad band around it is in order. What is too wide or too narrow as a whole is the imager's.

use crate::{
    analysis::{Measurement, measurement::DYNAMICS_BANDS},
    assistant::{
        bands::{bell, two_digits},
        finding::{Finding, hertz},
        gauge::Gauge,
        gaussian::normal_below,
        shape::{self, SHAPE_BANDS, centre_hz},
        style::Profile,
        suggestion::Module,
        target::Range,
    },
    settings::{EqBand, Placement},
};

/// Bands of a third of an octave that must all stick out: a single one is a note.
const STRETCH: usize = 3;
/// How far each of them must lie over the range, dB.
const LEAST_EXCESS_DB: f64 = 3.0;
/// Part of the way that the stretch comes back.
const PART: f64 = 0.5;
/// The bell goes no deeper, dB.
const DEEPEST_DB: f64 = 3.0;
/// An octave wide, as the stretch.
const Q: f32 = 1.4;
/// Below, loose bass is the imager's; above, side is air.
const FROM_HZ: f64 = 150.0;
const TO_HZ: f64 = 12_000.0;
/// A stretch this far below the loudest third of the side is not what one hears of it, dB.
const QUIET_DB: f64 = 30.0;

/// The bell that the side wants, with its cause; `None` where nothing sticks out.
pub fn decide(measurement: &Measurement, profile: &Profile) -> Option<(EqBand, Finding)> {
    if measurement.channels < 2 {
        return None;
    }
    let ratios = shape::side_mid_db(measurement)?;
    let side = &measurement.spectrum.side_db[shape::FIRST_BAND..];
    let loudest = side.iter().copied().fold(f64::MIN, f64::max);
    let sticks_out = |band: usize| {
        ratios[band] - profile.side_mid_db[band].high >= LEAST_EXCESS_DB && side[band] > loudest - QUIET_DB
    };
    let over = |middle: usize| mean(middle, |band| ratios[band] - profile.side_mid_db[band].high);
    let middle = (1..SHAPE_BANDS - 1)
        .filter(|middle| (FROM_HZ..TO_HZ).contains(&centre_hz(*middle)) && !is_too_wide(measurement, profile, *middle))
        .filter(|middle| stretch(*middle).all(sticks_out))
        .max_by(|a, b| over(*a).total_cmp(&over(*b)))?;
    let range = range_of(profile, middle);
    let measured = mean(middle, |band| ratios[band]);
    let frequency_hz = two_digits(centre_hz(middle));
    let gain_db = -(PART * over(middle)).min(DEEPEST_DB);
    let band = bell(frequency_hz, gain_db, Q, Placement::Side);
    let cause = format!(
        "Around {} side stands {measured:+.1} dB against mid, {:.1} dB over the range of {} ({:+.1} to {:+.1} dB)",
        hertz(frequency_hz),
        measured - range.high,
        profile.label,
        range.low,
        range.high
    );
    let finding = Finding {
        module: Module::Eq,
        band: None,
        acts: true,
        cause,
        measured,
        target_low: range.low,
        target_high: range.high,
        unit: "dB",
        confidence: normal_below((measured - range.middle).abs() / range.deviation()),
        gauge: Some(Gauge::SideRatio { hz: frequency_hz }),
        time: None,
    };
    Some((band, finding))
}

/// How far side stands from the middle of its range around a frequency, dB; for the proof.
pub fn distance_db(measurement: &Measurement, profile: &Profile, frequency_hz: f64) -> Option<f64> {
    let ratios = shape::side_mid_db(measurement)?;
    let bands = bands_around(frequency_hz)?;
    let apart = |band: &usize| (ratios[*band] - profile.side_mid_db[*band].middle).abs();
    Some(bands.iter().map(apart).sum::<f64>() / bands.len() as f64)
}

/// The bands of a shape that a bell at this frequency is judged by.
pub fn bands_around(frequency_hz: f64) -> Option<Vec<usize>> {
    let octaves = |band: usize| (centre_hz(band) / frequency_hz).log2().abs();
    let middle = (1..SHAPE_BANDS - 1).min_by(|a, b| octaves(*a).total_cmp(&octaves(*b)))?;
    Some(stretch(middle).collect())
}

/// Whether the broad band around is itself over its range, which the imager answers for.
fn is_too_wide(measurement: &Measurement, profile: &Profile, middle: usize) -> bool {
    let hz = centre_hz(middle);
    let broad = |band: &usize| {
        let stereo = &measurement.stereo.bands[*band];
        (stereo.low_hz..stereo.high_hz).contains(&hz)
    };
    (0..DYNAMICS_BANDS)
        .find(broad)
        .is_some_and(|band| measurement.stereo.bands[band].side_mid_db > profile.ranges.width_db[band].high)
}

fn stretch(middle: usize) -> std::ops::RangeInclusive<usize> {
    middle - STRETCH / 2..=middle + STRETCH / 2
}

fn mean(middle: usize, of: impl Fn(usize) -> f64) -> f64 {
    stretch(middle).map(of).sum::<f64>() / STRETCH as f64
}

fn range_of(profile: &Profile, middle: usize) -> Range {
    Range {
        low: mean(middle, |band| profile.side_mid_db[band].low),
        middle: mean(middle, |band| profile.side_mid_db[band].middle),
        high: mean(middle, |band| profile.side_mid_db[band].high),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        analysis::measurement::DYNAMICS_EDGES_HZ,
        assistant::{
            Wishes,
            shape::SongShape,
            testing::{Random, drawn_shape, song_of, target},
        },
        settings::FilterType,
    };

    fn song() -> Measurement {
        let mut random = Random(31);
        let mut song = song_of(&drawn_shape(&mut random), &mut random);
        for (band, stereo) in song.stereo.bands.iter_mut().enumerate() {
            (stereo.low_hz, stereo.high_hz) = (DYNAMICS_EDGES_HZ[band], DYNAMICS_EDGES_HZ[band + 1]);
            stereo.side_mid_db = -10.0;
        }
        song
    }

    fn profile(song: &Measurement) -> Profile {
        let shape = SongShape::of(song).expect("a shape");
        Profile::of(song, &shape, &Wishes::default(), &[target(150)]).expect("a profile")
    }

    /// Side `excess_db` louder in `count` thirds from 2 kHz on.
    fn raised(mut song: Measurement, excess_db: f64, count: usize) -> Measurement {
        for band in 20..20 + count {
            song.spectrum.side_db[band] = song.spectrum.mid_db[band] - 10.0 + excess_db;
        }
        song
    }

    #[test]
    fn an_octave_of_side_that_sticks_out_is_lowered_part_of_the_way() {
        let song = raised(song(), 9.0, 3);
        let (band, finding) = decide(&song, &profile(&song)).expect("a cause");
        assert_eq!((band.placement, band.filter, band.frequency_hz), (Placement::Side, FilterType::Bell, 2500.0));
        assert!((-3.0..=-1.5).contains(&band.gain_db), "{}", band.gain_db);
        assert!((finding.measured + 1.0).abs() < 1e-9 && finding.measured > finding.target_high + LEAST_EXCESS_DB);
        assert!(
            finding.cause.contains("2.5 kHz") && finding.cause.contains("-1.0 dB against mid"),
            "{}",
            finding.cause
        );
    }

    #[test]
    fn without_cause_the_side_is_left_alone() {
        let usual = song();
        let profile = profile(&usual);
        let note = raised(usual.clone(), 12.0, 1);
        let mono = Measurement { channels: 1, ..raised(usual.clone(), 9.0, 3) };
        let mut wide = raised(usual.clone(), 9.0, 3);
        wide.stereo.bands[2].side_mid_db = profile.ranges.width_db[2].high + 5.0;
        for (song, what) in [(usual, "usual"), (note, "a note"), (mono, "mono"), (wide, "the imager's")] {
            assert!(decide(&song, &profile).is_none(), "{what}");
        }
    }

    #[test]
    fn what_the_bell_lowers_comes_nearer() {
        let before = raised(song(), 9.0, 3);
        let after = raised(song(), 7.0, 3);
        let profile = profile(&before);
        let distance = |song| distance_db(song, &profile, 2500.0).expect("a distance");
        assert!((distance(&before) - distance(&after) - 2.0).abs() < 1e-9);
    }
}
