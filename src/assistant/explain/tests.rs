//! Reads every sentence against its numbers, on songs made up so that each template is spoken.

use super::*;
use crate::{
    analysis::{
        Analyser,
        measurement::{DYNAMICS_EDGES_HZ, Fault, FaultKind, Resonance, Rumble, Severity},
        rumble::LEAST_CORRELATION,
    },
    assistant::{
        Delivery, Target, Wishes, cost_db,
        decide::limiter::MOST_REDUCTION_DB,
        ends::{End, MissingEnd},
        judgement::{Judged, Judgement},
        loudness::dropped,
        shape::{SongShape, spreads_db},
        style::Profile,
        suggest_against,
        testing::{Random, drawn_shape, music, song_of, target},
        tone::Tone,
        verify::Decided,
    },
    figures,
    settings::fields::field,
};

/// Songs of every kind of trouble.
fn songs() -> Vec<Measurement> {
    let mut random = Random(21);
    (0..52)
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
            match number % 13 {
                1 => song.spectrum.mid_db[0] += 70.0,
                2 => {
                    song.dynamics.bands[1].level_percentiles_db = [-45.0, -36.0, -28.0, -20.0, -18.0];
                    song.dynamics.bands[1].crest_db = 19.0;
                }
                3 => (song.stereo.bands[0].correlation, song.stereo.bands[0].side_mid_db) = (-0.2, -2.0),
                4 => song.stereo.bands[2].side_mid_db = 1.5,
                5 => song.stereo.bands[2].side_mid_db = -24.0,
                6 => {
                    let found = Resonance { frequency_hz: 812.0, prominence_db: 6.4, present_share: 0.93, time: None };
                    song.resonances.found = vec![found];
                }
                8 => song.channels = 1,
                12 => {
                    let (kind, severity) = (FaultKind::Dc, Severity::Minor);
                    song.faults.push(Fault { kind, from_s: 0.0, to_s: 60.0, severity, message: "An offset.".into() });
                    song.offset_percent = [0.4, -1.7];
                }
                11 => {
                    song.rumble = Some(Rumble {
                        below_hz: 26.0,
                        level_db: -41.3,
                        harmless_db: -52.0,
                        movement_db: 6.1,
                        bass_movement_db: 14.7,
                        correlation: -0.07,
                        time: None,
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
        .chain([tilted()])
        .collect()
}

/// A song that falls by 0.8 dB an octave more than others: enough to be called for, too little anywhere to be shown.
fn tilted() -> Measurement {
    let mut random = Random(271);
    let mut shape = drawn_shape(&mut random);
    for (band, level) in shape.iter_mut().enumerate() {
        *level -= 0.27 * (band as f64 - 13.5);
    }
    song_of(&shape, &mut random)
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
    let mut told = std::collections::BTreeSet::new();
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
                    // The correlations that notes have.
                    figures.extend([LEAST_CORRELATION, 1.0]);
                    if !item.acts {
                        let shape = SongShape::of(&song).expect("a spectrum");
                        let tone = Tone::decide(&shape, &profile).expect("a tone");
                        figures.extend([tone.rms_db(), tone.most_db()]);
                    }
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
                assert!(fits, "{said:?} in: {}\n{item:?}", item.reason);
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
            let known: Vec<&str> = TEMPLATES
                .iter()
                .filter(|(module, words)| *module == item.module && says(words))
                .map(|(_, words)| *words)
                .collect();
            assert!(!known.is_empty(), "no template says: {}", item.reason);
            told.extend(known);
        }
    }
    let untold: Vec<_> = TEMPLATES.iter().filter(|(_, words)| !told.contains(words)).collect();
    assert!(untold.is_empty(), "not spoken, so not checked: {untold:#?}");
}

/// What each sentence of EQ, compressor and imager is known by: its cause, and what is done about it.
const TEMPLATES: &[(Module, &str)] = &[
    (Module::Eq, "dB over the range of"),
    (Module::Eq, "dB under the range of"),
    (Module::Eq, "dB above the middle of"),
    (Module::Eq, "dB below the middle of"),
    (Module::Eq, "; a bell of"),
    (Module::Eq, "; a bell on the side of"),
    (Module::Eq, "; a low shelf of"),
    (Module::Eq, "; a high shelf of"),
    (Module::Eq, "Rumble below 25 Hz stands at"),
    (Module::Eq, "goes on while the bass comes and goes"),
    (Module::Eq, "A constant offset of"),
    (Module::Eq, "; a low cut at"),
    (Module::Eq, "A resonance at"),
    (Module::Eq, "; a narrow bell of"),
    (Module::Eq, "RMS is not worth a move"),
    (Module::Eq, "but no part of that stands out by itself"),
    (Module::Compressor, "Nothing to do: the dynamics call for no compression"),
    (Module::Compressor, "Nothing to do: from"),
    (Module::Compressor, "Nothing to do: the parts come and go"),
    (Module::Compressor, "off the loud parts"),
    (Module::Imager, "Nothing to do: no band is out of phase"),
    (Module::Imager, "Nothing to do: the music is mono"),
    (Module::Imager, "Below 120 Hz the channels correlate"),
    (Module::Imager, "keeps it together"),
    (Module::Imager, "dB over the range of"),
    (Module::Imager, "dB under the range of"),
    (Module::Imager, "goes part of the way"),
];

/// The sentences beside the items.
#[test]
fn what_is_missing_or_taken_back_is_told_in_its_own_figures() {
    for (end, corner_hz, missing_db) in [(End::Low, 210.0, 14.2), (End::High, 6300.0, 21.7)] {
        let sentence = MissingEnd { end, corner_hz, missing_db }.sentence("all music (310 masters)");
        for said in numbers(&sentence) {
            let figures = [missing_db];
            assert!(said.is_of(if said.is_hz { &[210.0, 6300.0] } else { &figures }), "{said:?} in: {sentence}");
        }
    }
    for of in [Judged::Shape, Judged::Side, Judged::Resonance, Judged::Spread, Judged::Bass, Judged::Widths] {
        let finding = dropped(Judgement { of, before: 1.87, after: 2.13 });
        assert!(numbers(&finding.cause).iter().all(|said| said.is_of(&[1.87, 2.13])), "{}", finding.cause);
    }
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
