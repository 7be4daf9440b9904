//! The assistant as a whole, on made-up masters and music.

use ebur128::{EbuR128, Mode};
use proptest::prelude::*;

use super::{
    render::{Kept, Wanted, render},
    testing::{Random, drawn_shape, music, song_of, target, truth},
    *,
};
use crate::{
    analysis::{
        Analyser,
        measurement::{Fault, Resonance, Rumble, Severity, TimeRange},
    },
    dsp::eq::response::settings_gain_db,
    figures::{self, plain},
    settings::{Placement, fields, fields::field},
};

fn measured(excerpt: &Excerpt) -> Measurement {
    let mut analyser = Analyser::new(excerpt.sample_rate_hz, 2);
    analyser.add(&excerpt.left, &excerpt.right);
    analyser.measurement()
}

fn decided(song: &Measurement, target: &Target) -> Decided {
    let wishes = Wishes::default();
    let shape = SongShape::of(song).expect("a spectrum");
    let profile = Profile::of(song, &shape, &wishes, std::slice::from_ref(target)).expect("a profile");
    Decided::of(song, &shape, &profile, &wishes)
}

/// Neither the EQ nor dynamics nor width of `music` are those of the made-up masters; for loudness that does not matter.
fn loudness_only(delivery: Delivery) -> Wishes {
    Wishes { delivery, only: vec![Module::Limiter], ..Wishes::default() }
}

fn deliver(lufs: f64) -> Delivery {
    Delivery { name: "custom", integrated_lufs: lufs, ceiling_dbtp: -1.0, source: "test" }
}

#[test]
fn a_typical_master_is_left_alone_and_told_so() {
    let song = song_of(truth().mean.as_slice(), &mut Random(3));
    let decided = decided(&song, &target(150));
    let at_work: Vec<_> = decided.settings.eq.bands.iter().filter(|band| band.on).collect();
    assert!(at_work.is_empty(), "bands where nothing is wrong: {at_work:?}");
    let eq = decided.findings.iter().find(|finding| finding.module == Module::Eq).expect("the EQ speaks");
    assert!(!eq.acts && eq.cause.starts_with("Nothing to do"), "{eq:?}");
}

#[test]
fn a_bump_comes_part_of_the_way_back_and_never_over_four_decibels() {
    let mut shape: Vec<f64> = truth().mean.as_slice().to_vec();
    for (band, level) in shape.iter_mut().enumerate() {
        *level += 6.0 * (-0.5 * ((band as f64 - 10.0) / 2.0).powi(2)).exp();
    }
    let decided = decided(&song_of(&shape, &mut Random(3)), &target(150));
    let hz = shape::centre_hz(10);
    let moved = settings_gain_db(&decided.settings.eq, Placement::Mid, hz, 48000.0);
    assert!((-4.0..-0.5).contains(&moved), "{moved} dB at {hz} Hz against a bump of 6 dB");
    let mut acting = decided.findings.iter().filter(|finding| finding.module == Module::Eq && finding.acts);
    let eq = acting.next().expect("acts");
    assert_eq!(acting.next(), None, "one bump, one move");
    assert!(eq.measured > eq.target_high, "{eq:?}");
    assert!(eq.cause.contains("over the range"), "{}", eq.cause);
}

#[test]
fn what_a_codec_took_away_is_not_boosted() {
    let mut song = song_of(truth().mean.as_slice(), &mut Random(3));
    for band in 25..31 {
        song.spectrum.mid_db[band] = -95.0;
    }
    let decided = decided(&song, &target(150));
    for hz in [9000.0, 12000.0, 16000.0] {
        let moved = settings_gain_db(&decided.settings.eq, Placement::Mid, hz, 48000.0);
        assert!(moved < 0.3, "{moved} dB at {hz} Hz where nothing is");
    }
}

#[test]
fn loudness_is_what_was_decided_and_peaks_stay_under_the_ceiling() {
    let mut music = music(13.0);
    let song = measured(&music);
    let targets = [target(150)];
    for lufs in [-23.0, -14.0, -11.0] {
        let wishes = loudness_only(deliver(lufs));
        let suggestion = suggest_against(&mut music, &song, &wishes, &targets, &mut |_| {}).expect("a suggestion");
        let rendered = render(
            &mut music,
            2,
            &suggestion.settings,
            Wanted { kept: Kept::All(0), ..Wanted::default() },
            &mut |_| {},
        )
        .expect("renders")
        .kept;
        // The oracle is the ebur128 crate on the rendered samples, not the suggestion's own measurement.
        let mut oracle = EbuR128::new(2, rendered.sample_rate_hz, Mode::I | Mode::TRUE_PEAK).expect("a meter");
        oracle.add_frames_planar_f32(&[&rendered.left, &rendered.right]).expect("frames");
        let integrated_lufs = oracle.loudness_global().expect("a loudness");
        let peak = oracle.true_peak(0).expect("a peak").max(oracle.true_peak(1).expect("a peak"));
        assert!((integrated_lufs - suggestion.decided_lufs).abs() <= 0.1, "{lufs}: {:?}", suggestion.notes);
        assert!(20.0 * peak.log10() <= -1.0 + 1e-3, "{lufs}: {peak}");
        assert!(suggestion.limiter_reduction_p95_db <= decide::limiter::MOST_REDUCTION_DB + 0.01);
        if (suggestion.decided_lufs - lufs).abs() > 0.2 {
            let note = suggestion.notes.iter().find(|note| note.contains("would cost"));
            assert!(note.is_some_and(|note| {
                note.contains(&format!("{} LUFS", plain(suggestion.expected.loudness.integrated_lufs, 1)))
            }));
        }
    }
}

/// Verses at a third of the level, a chorus in the middle.
fn verse_and_chorus() -> Excerpt {
    let mut song = music(42.0);
    let rate = song.sample_rate_hz as usize;
    for channel in [&mut song.left, &mut song.right] {
        for (n, sample) in channel.iter_mut().enumerate() {
            *sample *= if (14 * rate..28 * rate).contains(&n) { 1.0 } else { 0.35 };
        }
    }
    song
}

#[test]
fn it_is_told_in_which_section_the_limiter_works() {
    let mut song = verse_and_chorus();
    let measurement = measured(&song);
    let targets = [target(150)];
    let wishes = loudness_only(deliver(-12.0));
    let suggestion = suggest_against(&mut song, &measurement, &wishes, &targets, &mut |_| {}).expect("a suggestion");
    let note = suggestion.notes.iter().find(|note| note.starts_with("The limiter works")).expect("a note");
    let chorus = measurement.loudest_section().expect("sections");
    assert!((chorus.from_s - 14.0).abs() < 2.0 && (chorus.to_s - 28.0).abs() < 2.0, "{chorus:?}");
    assert!(note.contains(&format!("most {}", figures::stretch(chorus.from_s, chorus.to_s))), "{note}");
    // The figures are those of the rendered song.
    let rendered = render(&mut song, 2, &suggestion.settings, Wanted::default(), &mut |_| {}).expect("renders");
    for section in &measurement.sections {
        let stretch = TimeRange { from_s: section.from_s, to_s: section.to_s };
        let taken = plain(rendered.limiter_within(stretch), 1);
        if section == chorus {
            assert!(note.contains(&format!("by {taken} dB (95th percentile)")), "{note}");
        } else {
            assert!(rendered.limiter_within(stretch) < rendered.limiter().p95_db);
        }
    }
}

/// The curve of what loudness costs, against the loudest part itself and the whole song.
#[test]
fn the_price_of_loudness_rises_and_is_what_the_song_then_costs() {
    let mut song = verse_and_chorus();
    let measurement = measured(&song);
    let wishes = loudness_only(deliver(-10.0));
    let suggestion =
        suggest_against(&mut song, &measurement, &wishes, &[target(150)], &mut |_| {}).expect("a suggestion");
    let price = &suggestion.loudness_price;
    assert!(price.len() >= 3, "{price:?}");
    for pair in price.windows(2) {
        assert!(pair[1].integrated_lufs > pair[0].integrated_lufs && pair[1].drive_db > pair[0].drive_db);
        assert!(
            pair[1].reduction_p95_db >= pair[0].reduction_p95_db
                && pair[1].reduction_median_db >= pair[0].reduction_median_db
        );
        assert!(pair[1].reduction_max_db >= pair[1].reduction_p95_db);
    }
    for point in price.iter().filter(|point| point.reduction_max_db > 0.1) {
        let worst_s = point.worst_s.expect("a moment");
        assert!((13.0..29.0).contains(&worst_s), "the worst moment is in the chorus: {point:?}");
        let mut settings = ChainSettings::default();
        settings.limiter.on = true;
        (settings.limiter.drive_db, settings.limiter.ceiling_dbtp) = (point.drive_db as f32, -1.0);
        let rendered = render(&mut song, 2, &settings, Wanted::default(), &mut |_| {}).expect("renders");
        assert!(
            (rendered.integrated_lufs - point.integrated_lufs).abs() < 0.6,
            "{point:?}: {}",
            rendered.integrated_lufs
        );
        assert!(
            (rendered.limiter().p95_db - point.reduction_p95_db).abs() < 0.8,
            "{point:?}: {:?}",
            rendered.limiter()
        );
    }
}

/// Whatever acts has a figure that it was to reach, and that it did reach on the rendered music.
#[test]
fn every_item_that_acts_is_expected_to_do_something_and_does_it() {
    let mut song = verse_and_chorus();
    // An offset, a bump at 2.5 kHz and loose bass: EQ, imager and limiter have something to do.
    let rate = f64::from(song.sample_rate_hz);
    for (n, (left, right)) in song.left.iter_mut().zip(&mut song.right).enumerate() {
        let bass = (0.1 * (std::f64::consts::TAU * 70.0 * n as f64 / rate).sin()) as f32;
        (*left, *right) = (*left + bass + 0.02, *right - 0.9 * bass + 0.02);
    }
    let measurement = measured(&song);
    let suggestion = suggest_against(
        &mut song,
        &measurement,
        &Wishes { delivery: deliver(-12.0), ..Wishes::default() },
        &[target(150)],
        &mut |_| {},
    )
    .expect("a suggestion");
    let acting: Vec<&Item> = suggestion.items.iter().filter(|item| item.acts).collect();
    let modules: Vec<Module> = acting.iter().map(|item| item.module).collect();
    assert!([Module::Eq, Module::Imager, Module::Limiter].iter().all(|module| modules.contains(module)), "{acting:#?}");
    for item in acting {
        let effect = item.effect.unwrap_or_else(|| panic!("no effect: {item:#?}"));
        let tolerance = match item.unit.as_str() {
            "LUFS" => 0.2,
            "%" => 0.1,
            "correlation" => 0.25,
            _ => 2.0,
        };
        assert!((effect.expected - effect.achieved).abs() < tolerance, "{item:#?}");
        let gauge = effect.gauge.expect("a gauge");
        assert_eq!(gauge.read(&suggestion.expected), Some(effect.achieved), "{item:#?}");
        assert!((gauge.read(&measurement).expect("read") - item.measured).abs() < 0.05, "{item:#?}");
    }
}

#[test]
fn an_amount_of_zero_is_exactly_neutral() {
    let mut music = music(12.0);
    let song = measured(&music);
    let wishes = Wishes { amount_percent: 0.0, ..Wishes::default() };
    let suggestion = suggest_against(&mut music, &song, &wishes, &[target(60)], &mut |_| {}).expect("answers");
    assert_eq!(suggestion.settings, ChainSettings::default());
    assert!(suggestion.items.iter().all(|item| !item.acts && item.changes.is_empty()));
}

/// Plays an excerpt in blocks of one odd length.
struct Chopped(Excerpt, usize);

impl Programme for Chopped {
    fn sample_rate_hz(&self) -> u32 {
        self.0.sample_rate_hz
    }

    fn play(&mut self, sink: &mut dyn FnMut(&[f32], &[f32])) -> Result<(), ProgrammeError> {
        for (left, right) in self.0.left.chunks(self.1).zip(self.0.right.chunks(self.1)) {
            sink(left, right);
        }
        Ok(())
    }
}

#[test]
fn the_answer_is_the_same_to_the_last_bit_whatever_the_blocks() {
    let music = music(12.0);
    let song = measured(&music);
    let targets = [target(60)];
    let wishes = Wishes { delivery: deliver(-12.0), ..Wishes::default() };
    let answer = |block: usize| {
        let mut chopped = Chopped(music.clone(), block);
        let suggestion = suggest_against(&mut chopped, &song, &wishes, &targets, &mut |_| {}).expect("answers");
        serde_json::to_string(&suggestion).expect("serialises")
    };
    let whole = answer(1 << 20);
    assert_eq!(whole, answer(1 << 20));
    assert_eq!(whole, answer(997));
}

#[test]
fn the_items_changes_are_the_settings_and_each_sentence_carries_its_numbers() {
    let mut music = music(13.0);
    let mut song = measured(&music);
    let mut random = Random(9);
    // A song that gives every module a cause.
    let model = song_of(&drawn_shape(&mut random), &mut random);
    song.dynamics = model.dynamics.clone();
    song.dynamics.bands[1].level_percentiles_db = [-45.0, -36.0, -28.0, -20.0, -18.0];
    song.dynamics.bands[1].crest_db = 19.0;
    song.stereo.bands[0].correlation = 0.1;
    song.stereo.bands[0].side_mid_db = -3.0;
    let targets = [target(150)];
    for amount_percent in [100.0, 40.0] {
        let wishes = Wishes { amount_percent, ..Wishes::default() };
        let suggestion = suggest_against(&mut music, &song, &wishes, &targets, &mut |_| {}).expect("answers");
        let mut settings = ChainSettings::default();
        for change in suggestion.items.iter().flat_map(|item| &item.changes) {
            field(&change.id).expect("a published field").set(&mut settings, change.value);
        }
        assert_eq!(settings, suggestion.settings);
        assert_eq!(fields::snapped(suggestion.settings), suggestion.settings);
        for item in &suggestion.items {
            let said = |value: f64| [2, 1, 0].iter().any(|decimals| item.reason.contains(&plain(value, *decimals)));
            assert!(said(item.measured), "{} is not in: {}", item.measured, item.reason);
            assert_eq!(item.acts, !item.changes.is_empty(), "{item:?}");
            if item.acts {
                assert!(said(item.target_low) && said(item.target_high), "{item:?}");
            }
            assert!(item.reason.ends_with('.') && !item.reason.contains("NaN"), "{}", item.reason);
        }
        for module in Module::ALL {
            assert!(suggestion.items.iter().any(|item| item.module == module), "nothing said of {module:?}");
        }
    }
}

#[test]
fn music_that_shows_nothing_gets_neutral_settings_and_the_reason() {
    let mut excerpt = music(4.0);
    let mut short = measured(&excerpt);
    short.gated_s = 3.9;
    let mut silent = short.clone();
    silent.gated_s = 60.0;
    silent.loudness.integrated_lufs = -120.0;
    let mut broken = song_of(truth().mean.as_slice(), &mut Random(1));
    broken.loudness.true_peak_dbtp = f64::NAN;
    let mut inverted = song_of(truth().mean.as_slice(), &mut Random(1));
    inverted.faults.push(Fault {
        kind: FaultKind::ChannelInverted,
        from_s: 0.0,
        to_s: 60.0,
        severity: Severity::Severe,
        message: "The right channel is turned over.".into(),
    });
    for (song, word) in [(short, "3.9 s"), (silent, "silent"), (broken, "not numbers"), (inverted, "turned over")] {
        let suggestion =
            suggest_against(&mut excerpt, &song, &Wishes::default(), &[target(60)], &mut |_| {}).expect("answers");
        assert_eq!(suggestion.settings, ChainSettings::default());
        assert!(suggestion.items.iter().all(|item| !item.acts && item.reason.contains(word)), "{:?}", suggestion.items);
    }
}

#[test]
fn an_unknown_style_is_refused_with_the_names() {
    let mut excerpt = music(1.0);
    let song = song_of(truth().mean.as_slice(), &mut Random(1));
    let wishes = Wishes { style: Style::named("polka"), ..Wishes::default() };
    let error = suggest_against(&mut excerpt, &song, &wishes, &[target(60)], &mut |_| {}).expect_err("refused");
    assert!(error.0.contains("polka") && error.0.contains("all"), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_measurement_gets_past_the_limits_of_delicacy(seed in 1u64..u64::MAX, wildness in 0.0f64..12.0) {
        thread_local!(static TARGET: Target = target(80));
        let mut random = Random(seed);
        let mut shape = drawn_shape(&mut random);
        for level in &mut shape {
            *level += wildness * random.normal();
        }
        let mut song = song_of(&shape, &mut random);
        for band in 0..4 {
            let spread = 8.0 + wildness.abs() * random.even() * 2.0;
            song.dynamics.bands[band].level_percentiles_db = [-50.0, -30.0, -30.0 + 0.6 * spread, -30.0 + spread, -29.0 + spread];
            song.dynamics.bands[band].crest_db = 10.0 + 15.0 * random.even();
            song.stereo.bands[band].side_mid_db = -40.0 + 50.0 * random.even();
            song.stereo.bands[band].correlation = 1.0 - 2.0 * random.even();
        }
        // A resonance, rumble and a side that sticks out ask for bands of their own.
        if random.even() < 0.5 {
            let (frequency_hz, prominence_db) = (150.0 * 40f64.powf(random.even()), 3.0 + 12.0 * random.even());
            song.resonances.found = vec![Resonance { frequency_hz, prominence_db, present_share: 0.9, time: None }];
        }
        if random.even() < 0.5 {
            song.rumble = Some(Rumble { below_hz: 26.0, level_db: -30.0, harmless_db: -50.0, ..Rumble::default() });
        }
        if random.even() < 0.5 {
            let from = 8 + (12.0 * random.even()) as usize;
            (from..from + 3).for_each(|band| song.spectrum.side_db[band] = song.spectrum.mid_db[band] + 1.0);
        }
        let decided = TARGET.with(|target| decided(&song, target));
        let settings = snapped(decided.settings);
        prop_assert!(settings.eq.bands.iter().filter(|band| band.on && band.gain_db != 0.0).count() <= 5);
        for band in settings.eq.bands.iter().filter(|band| band.on) {
            let is_narrow = band.q == 6.0 && (-5.0..=-2.0).contains(&band.gain_db);
            prop_assert!(is_narrow || (band.gain_db.abs() <= 4.0 && (0.4..=2.0).contains(&band.q)), "{band:?}");
        }
        for band in settings.compressor.bands.iter().filter(|band| band.on && settings.compressor.on) {
            prop_assert!((1.3..=2.5).contains(&band.ratio) && band.threshold_db <= 0.0, "{band:?}");
        }
        for width in settings.imager.widths_percent {
            prop_assert!((70.0..=125.0).contains(&width));
        }
        prop_assert!(decided.reductions_db.iter().all(|reduction| *reduction <= 2.0));
    }
}
