//! Reads every sentence against its numbers, on songs made up so that each template is spoken.

use super::*;
use crate::{
    analysis::{
        Analyser,
        measurement::{DYNAMICS_EDGES_HZ, Resonance, Rumble},
    },
    assistant::{
        Delivery, Target, Wishes, cost_db,
        decide::limiter::MOST_REDUCTION_DB,
        shape::{SongShape, spreads_db},
        style::Profile,
        suggest_against,
        testing::{Random, drawn_shape, music, song_of, target},
        verify::Decided,
    },
    figures,
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
            match number % 12 {
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
                8 => song.channels = 1,
                11 => {
                    song.rumble = Some(Rumble {
                        below_hz: 26.0,
                        level_db: -41.3,
                        movement_db: 6.1,
                        bass_movement_db: 14.7,
                        correlation: -0.07,
                    })
                }
                9 => {
                    // Loud parts that stand out, and no hits that stick out of them.
                    song.dynamics.bands[1].level_percentiles_db = [-45.0, -36.0, -28.0, -20.0, -18.0];
                    song.dynamics.bands[1].crest_db = 10.0;
                }
                10 => {
                    for band in &mut song.dynamics.bands {
                        band.level_percentiles_db = [-90.0, -60.0, -45.0, -20.0, -18.0];
                    }
                }
                7 => (20..23).for_each(|band| song.spectrum.side_db[band] = song.spectrum.mid_db[band] + 1.0),
                _ => {}
            }
            song
        })
        .collect()
}

fn profile_of(song: &Measurement, targets: &[Target]) -> Profile {
    let shape = SongShape::of(song).expect("a spectrum");
    Profile::of(song, &shape, &Wishes::default(), targets).expect("a profile")
}

fn spoken(song: &Measurement, profile: &Profile) -> Vec<Item> {
    let shape = SongShape::of(song).expect("a spectrum");
    let decided = Decided::of(song, &shape, profile, &Wishes::default());
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

/// A number of a sentence.
#[derive(Debug)]
struct Said {
    value: f64,
    decimals: usize,
    is_hz: bool,
}

/// The numbers of a sentence with what follows them: `4.5 kHz` is 4500 Hz. Names of things (95th) and counts of masters are none.
fn numbers(sentence: &str) -> Vec<Said> {
    assert!(!sentence.contains(" -") && !sentence.contains("(-"), "a hyphen for a minus: {sentence}");
    let sentence = sentence.replace(figures::MINUS, "-");
    let words: Vec<&str> = sentence.split_whitespace().collect();
    let mut numbers = Vec::new();
    for (index, word) in words.iter().enumerate() {
        let text = word.trim_matches(|c: char| !(c.is_ascii_digit() || c == '-' || c == '+')).trim_end_matches(":1");
        let Ok(value) = text.parse::<f64>() else { continue };
        let decimals = text.split_once('.').map_or(0, |(_, decimals)| decimals.len());
        let unit = words.get(index + 1).map_or("", |next| next.trim_end_matches(|c: char| !c.is_alphabetic()));
        match unit {
            "kHz" => numbers.push(Said { value: 1000.0 * value, decimals: 0, is_hz: true }),
            "Hz" => numbers.push(Said { value, decimals: 0, is_hz: true }),
            "masters" => {}
            _ if word.contains("th") => {}
            _ => numbers.push(Said { value, decimals, is_hz: false }),
        }
    }
    numbers
}

impl Said {
    /// Whether it is one of these, rounded as it is said.
    fn is_of(&self, figures: &[f64]) -> bool {
        let half = 0.5 * 10f64.powi(-(self.decimals as i32)) + 1e-6;
        figures.iter().any(|figure| match self.is_hz {
            // Frequencies are said in two or three digits.
            true => (figure / self.value).ln().abs() < 0.03,
            false => (figure.abs() - self.value.abs()).abs() <= half,
        })
    }
}

#[test]
fn every_number_is_the_measurements_or_the_settings_and_every_sign_is_right() {
    let targets = [target(150)];
    let mut templates = std::collections::BTreeSet::new();
    for song in songs() {
        let profile = profile_of(&song, &targets);
        for item in spoken(&song, &profile) {
            let (measured, low, high) = (item.measured, item.target_low, item.target_high);
            let mut figures = vec![measured, low, high, measured - high, low - measured, measured - 0.5 * (low + high)];
            figures.extend(item.changes.iter().map(|change| f64::from(change.value)));
            match item.module {
                Module::Eq => {
                    figures.extend(song.resonances.found.iter().map(|found| 100.0 * found.present_share));
                    let of_rumble = |it: &Rumble| [it.level_db, it.movement_db, it.bass_movement_db, it.correlation];
                    figures.extend(song.rumble.iter().flat_map(of_rumble));
                }
                Module::Compressor => {
                    let spreads = spreads_db(&song);
                    for (band, range) in profile.ranges.spread_db.iter().enumerate() {
                        figures.extend([spreads[band], spreads[band] - range.high, range.low, range.high]);
                    }
                    // What is to be taken from the loud parts.
                    figures.extend([1.0, 2.0]);
                    let spread = item.band.map(|band| spreads[band] - profile.ranges.spread_db[band].high);
                    figures.extend(spread.map(|excess_db| 1.0 + 0.5 * excess_db));
                }
                Module::Imager => {
                    figures.extend(song.stereo.bands.iter().flat_map(|band| [band.correlation, band.side_mid_db]))
                }
                Module::Limiter => {}
            }
            let mut known_hz: Vec<f64> = DYNAMICS_EDGES_HZ.to_vec();
            known_hz.push(25.0);
            let of_frequency = item.changes.iter().filter(|it| it.id.contains("freq") || it.id.contains("mono"));
            known_hz.extend(of_frequency.map(|change| f64::from(change.value)));
            for said in numbers(&item.reason) {
                let fits = said.is_of(if said.is_hz { &known_hz } else { &figures });
                // How much an idle EQ was called for in the mean stands in its sentence alone.
                assert!(fits || (item.module == Module::Eq && !item.acts), "{said:?} in: {}\n{item:?}", item.reason);
            }
            let says = |words: &str| item.reason.contains(words);
            if says(" over the range") && item.acts {
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
            assert_eq!(says("Nothing to do"), !item.acts, "{item:?}");
            // Nothing is done where what was measured lies where it should.
            let judges_dynamics_or_image = matches!(item.module, Module::Compressor | Module::Imager);
            if !item.acts && judges_dynamics_or_image {
                assert!((low..=high).contains(&measured), "{item:?}");
            }
            assert!(item.changes.iter().all(|change| field(&change.id).is_some()));
            let template: String = item.reason.chars().filter(|c| c.is_alphabetic()).take(40).collect();
            templates.insert((item.module.label(), template));
        }
    }
    for (module, words) in [
        ("Compressor", "Nothingtodothedynamicscallfornocompressi"),
        ("Compressor", "Nothingtodofrom"),
        ("Compressor", "Nothingtodothepartscomeandgo"),
        ("Imager", "Nothingtodonobandisoutofphase"),
        ("Imager", "Nothingtodothemusicismono"),
    ] {
        let is_spoken = templates.iter().any(|(label, text)| *label == module && text.starts_with(words));
        assert!(is_spoken, "{words} was not spoken: {templates:#?}");
    }
    assert!(templates.len() >= 12, "only these were spoken: {templates:#?}");
}

#[test]
fn the_limiters_numbers_are_those_of_the_rendered_song() {
    let mut music = music(14.0);
    let mut analyser = Analyser::new(music.sample_rate_hz, 2);
    analyser.add(&music.left, &music.right);
    let song = analyser.measurement();
    let targets = [target(150)];
    let mut told = std::collections::BTreeSet::new();
    for (lufs, amount_percent, only) in [
        (-40.0, 100.0, true),
        (-23.0, 100.0, true),
        (-14.0, 100.0, true),
        (-12.0, 100.0, true),
        (-12.0, 60.0, true),
        (-5.0, 100.0, true),
        (song.loudness.integrated_lufs, 100.0, true),
        (-14.0, 100.0, false),
    ] {
        let delivery = Delivery { name: "custom", integrated_lufs: lufs, ceiling_dbtp: -1.0, source: "test" };
        let only = if only { vec![Module::Limiter] } else { vec![Module::Imager] };
        let wishes = Wishes { delivery, amount_percent, only, ..Wishes::default() };
        let answer = suggest_against(&mut music, &song, &wishes, &targets, &mut |_| {}).expect("an answer");
        let limiter = answer.items.iter().find(|item| item.module == Module::Limiter).expect("it speaks");
        let reached = answer.expected.loudness.integrated_lufs;
        let mut figures = vec![song.loudness.integrated_lufs, song.loudness.true_peak_dbtp, lufs, -1.0, reached];
        figures.extend(limiter.changes.iter().map(|change| f64::from(change.value)));
        figures.extend([amount_percent, reached + 1.0, MOST_REDUCTION_DB]);
        let cost = |lufs: f64| cost_db(&answer.loudness_price, lufs);
        figures.extend(cost(reached + 1.0).into_iter().chain(cost(lufs)));
        figures.extend(answer.loudness_price.last().map(|point| point.reduction_p95_db));
        figures.push(profile_of(&song, &targets).ranges.plr_db.low);
        figures
            .extend(answer.price_chosen.iter().flat_map(|chosen| [chosen.reduction_p95_db, chosen.reduction_max_db]));
        let notes = answer.notes.iter().filter(|note| note.starts_with("Loudness"));
        for sentence in notes.chain([&limiter.reason]) {
            for said in numbers(sentence) {
                assert!(said.is_of(&figures), "{said:?} in: {sentence}\n{answer:#?}");
            }
        }
        assert!(!limiter.acts || limiter.reason.contains(&figures::plain(reached, 1)), "{}", limiter.reason);
        if let Some(worst_s) = answer.price_chosen.and_then(|chosen| chosen.worst_s) {
            assert!(limiter.reason.contains("next to nothing") || limiter.reason.contains(&figures::clock(worst_s)));
            assert_eq!(limiter.time.map(|time| time.from_s), Some(worst_s));
        }
        for words in
            ["the output at", "of drive", "worst moment", "would cost", "of the way", "Nothing to do", "stays as it is"]
        {
            if limiter.reason.contains(words) {
                told.insert(words);
            }
        }
    }
    assert!(told.len() >= 6, "only these were told: {told:?}");
}
