//! Reads every sentence against its numbers, on songs made up so that each template is spoken.

use super::*;
use crate::{
    analysis::measurement::{DYNAMICS_EDGES_HZ, Resonance},
    assistant::{
        Target, Wishes,
        shape::SongShape,
        style::Profile,
        testing::{Random, drawn_shape, song_of, target},
        verify::Decided,
    },
    settings::fields::field,
};

/// Songs of every kind of trouble.
fn songs() -> Vec<Measurement> {
    let mut random = Random(21);
    (0..40)
        .map(|number| {
            let mut shape = drawn_shape(&mut random);
            if number % 3 == 0 {
                let (middle, gain_db) = (4.0 + 20.0 * random.even(), if number % 2 == 0 { 9.0 } else { -9.0 });
                for (band, level) in shape.iter_mut().enumerate() {
                    *level += gain_db * (-0.5 * ((band as f64 - middle) / 2.0).powi(2)).exp();
                }
            }
            let mut song = song_of(&shape, &mut random);
            for band in 0..4 {
                (song.stereo.bands[band].low_hz, song.stereo.bands[band].high_hz) =
                    (DYNAMICS_EDGES_HZ[band], DYNAMICS_EDGES_HZ[band + 1]);
            }
            match number % 8 {
                1 => song.spectrum.mid_db[0] += 70.0,
                2 => {
                    song.dynamics.bands[1].level_percentiles_db = [-45.0, -36.0, -28.0, -20.0, -18.0];
                    song.dynamics.bands[1].crest_db = 19.0;
                }
                3 => (song.stereo.bands[0].correlation, song.stereo.bands[0].side_mid_db) = (-0.2, -2.0),
                4 => song.stereo.bands[2].side_mid_db = 1.5,
                5 => song.stereo.bands[2].side_mid_db = -24.0,
                6 => {
                    let found = Resonance { frequency_hz: 812.0, prominence_db: 6.4, present_share: 0.93 };
                    song.resonances.found = vec![found];
                }
                7 => (20..23).for_each(|band| song.spectrum.side_db[band] = song.spectrum.mid_db[band] + 1.0),
                _ => {}
            }
            song
        })
        .collect()
}

fn spoken(song: &Measurement, targets: &[Target]) -> Vec<Item> {
    let wishes = Wishes::default();
    let shape = SongShape::of(song).expect("a spectrum");
    let profile = Profile::of(song, &shape, &wishes, targets).expect("a profile");
    let decided = Decided::of(song, &shape, &profile, &wishes);
    let settings = fields::snapped(decided.settings);
    let aims = Aims { decided_lufs: -14.0, reductions_db: decided.reductions_db };
    let spoken = Spoken {
        before: song,
        after: song,
        settings: &settings,
        aims,
        taken_db: decided.reductions_db,
        allowed: &Module::ALL,
    };
    items(&decided.findings, &spoken)
}

/// The numbers of a sentence with what follows them: `4.5 kHz` is 4500 Hz. Names of things (95th) are none.
fn numbers(sentence: &str) -> Vec<(f64, usize, bool)> {
    let words: Vec<&str> = sentence.split_whitespace().collect();
    let mut numbers = Vec::new();
    for (index, word) in words.iter().enumerate() {
        let text = word.trim_matches(|c: char| !(c.is_ascii_digit() || c == '-' || c == '+')).trim_end_matches(":1");
        let Ok(value) = text.parse::<f64>() else { continue };
        let decimals = text.split_once('.').map_or(0, |(_, decimals)| decimals.len());
        let unit = words.get(index + 1).map_or("", |next| next.trim_end_matches(|c: char| !c.is_alphabetic()));
        match unit {
            "kHz" => numbers.push((1000.0 * value, 0, true)),
            "Hz" => numbers.push((value, 0, true)),
            "masters" => {}
            _ => numbers.push((value, decimals, false)),
        }
    }
    numbers
}

#[test]
fn every_number_is_the_measurements_or_the_settings_and_every_sign_is_right() {
    let targets = [target(150)];
    let mut templates = std::collections::BTreeSet::new();
    for song in songs() {
        for item in spoken(&song, &targets) {
            let (measured, low, high) = (item.measured, item.target_low, item.target_high);
            let mut figures = vec![measured, low, high, measured - high, low - measured, measured - 0.5 * (low + high)];
            figures.extend(item.changes.iter().map(|change| f64::from(change.value)));
            figures.extend(song.resonances.found.iter().map(|found| 100.0 * found.present_share));
            figures.extend(song.dynamics.bands.iter().map(|band| band.crest_db));
            figures.extend(song.stereo.bands.iter().flat_map(|band| [band.correlation, band.side_mid_db]));
            let acting = item.acts;
            for (value, decimals, is_hz) in numbers(&item.reason) {
                let fits = if is_hz {
                    let known =
                        item.changes.iter().filter(|change| change.id.contains("freq") || change.id.contains("mono"));
                    let known = known.map(|change| f64::from(change.value)).chain(DYNAMICS_EDGES_HZ).chain([25.0]);
                    // Frequencies are said in two or three digits.
                    known.into_iter().any(|hz| (hz / value).ln().abs() < 0.03)
                } else {
                    let half = 0.5 * 10f64.powi(-(decimals as i32)) + 1e-6;
                    figures.iter().any(|figure| (figure.abs() - value.abs()).abs() <= half)
                };
                // What was looked for in vain is told with thresholds and ranges of its own.
                assert!(fits || !acting || item.module == Module::Compressor, "{value} in: {}\n{item:?}", item.reason);
            }
            let says = |words: &str| item.reason.contains(words);
            if says(" over the range") && acting {
                assert!(measured > high, "{item:?}");
            }
            if says(" under the range") {
                assert!(measured < low, "{item:?}");
            }
            if says(" above the middle") || says(" below the middle") {
                assert_eq!(says(" above the middle"), measured > 0.5 * (low + high), "{item:?}");
            }
            let gain = item.changes.iter().find(|change| change.id.ends_with("_gain") && change.id.starts_with("eq"));
            if let Some(gain) = gain.filter(|gain| gain.value != 0.0) {
                assert_eq!(says("takes part of it off"), gain.value < 0.0, "{item:?}");
                assert_eq!(says("gives part of it back"), gain.value > 0.0, "{item:?}");
            }
            assert_eq!(says("Nothing to do"), !acting, "{item:?}");
            assert!(item.changes.iter().all(|change| field(&change.id).is_some()));
            let template: String = item.reason.chars().filter(|c| c.is_alphabetic()).take(9).collect();
            templates.insert((item.module.label(), template));
        }
    }
    assert!(templates.len() >= 10, "only these were spoken: {templates:?}");
}
