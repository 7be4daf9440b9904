use proptest::prelude::*;

use super::*;
use crate::{
    analysis::Measurement,
    assistant::{
        Item, TargetCurve,
        explain::{self, Spoken},
        finding::Finding,
        gauge::Aims,
    },
    dsp::eq::response::settings_gain_db,
    settings::{MAX_BANDS, Placement, fields::snapped},
};

/// A suggestion of three EQ moves, two compressed bands, a width and a drive, made of settings as the assistant makes it.
fn suggestion() -> Suggestion {
    let mut settings = ChainSettings::default();
    let bell = EqBand { on: true, frequency_hz: 310.0, gain_db: -2.4, q: 1.1, ..EqBand::default() };
    settings.eq.bands[0] = EqBand { filter: FilterType::LowCut, frequency_hz: 25.0, gain_db: 0.0, ..bell };
    settings.eq.bands[2] = bell;
    settings.eq.bands[3] = EqBand { filter: FilterType::HighShelf, frequency_hz: 8000.0, gain_db: 1.8, ..bell };
    settings.compressor.on = true;
    settings.compressor.band_count = 4;
    settings.compressor.bands.iter_mut().for_each(|band| band.on = false);
    for band in [1, 2] {
        settings.compressor.bands[band] =
            CompressorBand { on: true, threshold_db: -22.0, ratio: 1.8, ..Default::default() };
    }
    settings.imager.on = true;
    settings.imager.widths_percent[3] = 85.0;
    settings.limiter.on = true;
    settings.limiter.drive_db = 4.2;
    let settings = snapped(settings);
    let finding = |module, band| Finding {
        module,
        band,
        acts: true,
        cause: "So it is".into(),
        measured: 1.0,
        target_low: 0.0,
        target_high: 0.5,
        unit: "dB",
        confidence: 0.7,
        gauge: None,
        time: None,
    };
    let findings = [
        finding(Module::Eq, Some(0)),
        finding(Module::Eq, Some(2)),
        finding(Module::Eq, Some(3)),
        finding(Module::Compressor, Some(1)),
        finding(Module::Compressor, Some(2)),
        finding(Module::Imager, Some(3)),
        finding(Module::Limiter, None),
    ];
    let measurement = Measurement::default();
    let spoken = Spoken {
        before: &measurement,
        after: &measurement,
        settings: &settings,
        aims: Aims { decided_lufs: -14.0, reductions_db: [0.0; MAX_BANDS] },
        taken_db: [0.0; MAX_BANDS],
        allowed: &Module::ALL,
    };
    let items: Vec<Item> = explain::items(&findings, &spoken);
    Suggestion {
        version: 1,
        settings,
        items,
        expected: measurement.clone(),
        measurement,
        decided_lufs: -14.0,
        styles: Vec::new(),
        limiter_reduction_p95_db: 0.0,
        compressor_reduction_p95_db: [0.0; MAX_BANDS],
        target_curve: TargetCurve::default(),
        loudness_price: Vec::new(),
        price_chosen: None,
        fix_in_the_mix: Vec::new(),
        notes: Vec::new(),
    }
}

fn item(suggestion: &Suggestion, module: Module, band: Option<usize>) -> usize {
    suggestion.items.iter().position(|item| item.module == module && item.band == band).expect("the item is there")
}

/// The whole at 100 %, one item at another amount.
fn but(suggestion: &Suggestion, module: Module, band: Option<usize>, percent: f64) -> Amounts {
    let mut items_percent = vec![100.0; suggestion.items.len()];
    items_percent[item(suggestion, module, band)] = percent;
    Amounts { items_percent, ..Amounts::default() }
}

/// What a person may have set before.
fn worked_on() -> ChainSettings {
    let mut before = ChainSettings::default();
    before.input.gain_db = -1.5;
    before.eq.bands[2] = EqBand { on: true, filter: FilterType::LowShelf, gain_db: 3.0, ..EqBand::default() };
    before.eq.bands[6] = EqBand { on: true, gain_db: -1.0, frequency_hz: 5000.0, ..EqBand::default() };
    before.compressor.on = true;
    before.compressor.bands[0].ratio = 3.0;
    before.limiter.on = true;
    before.limiter.drive_db = 1.0;
    snapped(before)
}

#[test]
fn nothing_is_exactly_what_was_before_and_all_is_the_suggestion() {
    let suggestion = suggestion();
    let nothing = Amounts { whole_percent: 0.0, ..Amounts::default() };
    for before in [ChainSettings::default(), worked_on()] {
        assert_eq!(suggestion.settings_at(&nothing, &before), before);
    }
    assert_eq!(suggestion.settings_at(&Amounts::default(), &ChainSettings::default()), suggestion.settings);
    // Whatever was set before where the suggestion acts, the suggestion sounds the same; the rest stays.
    let all = suggestion.settings_at(&Amounts::default(), &worked_on());
    let mut wanted = suggestion.settings;
    wanted.eq.bands[6] = worked_on().eq.bands[6];
    for band in [0, 3] {
        wanted.compressor.bands[band] = CompressorBand { on: false, ..worked_on().compressor.bands[band] };
    }
    assert_eq!(all, wanted);
}

#[test]
fn a_bell_grows_where_it_is() {
    let suggestion = suggestion();
    let mut last_db = 0.0;
    for percent in [1.0, 25.0, 50.0, 75.0, 100.0] {
        let amounts = Amounts { whole_percent: percent, ..Amounts::default() };
        let band = suggestion.settings_at(&amounts, &ChainSettings::default()).eq.bands[2];
        assert_eq!((band.on, band.frequency_hz, band.q), (true, 310.0, 1.1));
        assert!((f64::from(band.gain_db) + 2.4 * percent / 100.0).abs() <= 0.006, "{percent}: {}", band.gain_db);
        assert!(band.gain_db < last_db);
        last_db = band.gain_db;
    }
}

#[test]
fn a_low_cut_rises_from_the_end_of_its_range_in_even_steps() {
    let suggestion = suggestion();
    let hz = |percent: f64| {
        let amounts = Amounts { whole_percent: percent, ..Amounts::default() };
        suggestion.settings_at(&amounts, &ChainSettings::default()).eq.bands[0].frequency_hz
    };
    assert!(hz(1.0) < hz(50.0) && hz(50.0) < hz(99.0) && hz(1.0) < 10.2 && hz(100.0) == 25.0);
}

#[test]
fn another_filter_gives_way_before_the_suggested_one_comes() {
    let suggestion = suggestion();
    let at = |percent: f64| {
        let amounts = Amounts { whole_percent: percent, ..Amounts::default() };
        suggestion.settings_at(&amounts, &worked_on()).eq.bands[2]
    };
    assert_eq!((at(25.0).filter, at(25.0).gain_db), (FilterType::LowShelf, 1.5));
    assert_eq!((at(50.0).filter, at(50.0).gain_db), (FilterType::Bell, 0.0));
    assert_eq!((at(75.0).filter, at(75.0).gain_db), (FilterType::Bell, -1.2));
}

#[test]
fn one_item_at_nothing_leaves_the_others_alone() {
    let suggestion = suggestion();
    let neutral = ChainSettings::default();
    let off = suggestion.settings_at(&but(&suggestion, Module::Compressor, Some(1), 0.0), &neutral);
    assert!(off.compressor.on && off.compressor.band_count == 4);
    assert_eq!(off.compressor.bands[1].ratio, 1.0);
    assert_eq!(off.compressor.bands[2], suggestion.settings.compressor.bands[2]);
    assert_eq!(off.eq, suggestion.settings.eq);
    let no_bell = suggestion.settings_at(&but(&suggestion, Module::Eq, Some(2), 0.0), &neutral);
    assert!(!no_bell.eq.bands[2].on && no_bell.eq.bands[3].on && no_bell.eq.on);
    // The imager needs its bands whether or not anything is compressed.
    let mut amounts = but(&suggestion, Module::Compressor, Some(1), 0.0);
    amounts.items_percent[item(&suggestion, Module::Compressor, Some(2))] = 0.0;
    let width_alone = suggestion.settings_at(&amounts, &neutral);
    assert!(!width_alone.compressor.on && width_alone.compressor.band_count == 4 && width_alone.imager.on);
}

#[test]
fn settings_taken_partly_are_the_suggestion_at_that_amount() {
    let suggestion = suggestion();
    for percent in [0.0, 12.5, 50.0, 99.0, 100.0] {
        let amounts = Amounts { whole_percent: percent, ..Amounts::default() };
        let taken = suggestion.settings_at(&amounts, &ChainSettings::default());
        assert_eq!(partly(&suggestion.settings, percent / 100.0), taken, "{percent} %");
    }
    assert_eq!(partly(&suggestion.settings, f64::NAN), ChainSettings::default());
}

#[test]
fn amounts_multiply_and_what_is_no_number_takes_nothing() {
    let amounts = Amounts { whole_percent: 50.0, items_percent: vec![50.0, f64::NAN, 250.0] };
    assert_eq!([0, 1, 2, 3].map(|item| amounts.share(item)), [0.25, 0.0, 0.5, 0.5]);
    let text = serde_json::to_string(&Amounts::default()).expect("serialises");
    assert_eq!(serde_json::from_str::<Amounts>(&text).expect("reads back"), Amounts::default());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn the_eq_curve_moves_evenly_from_none_to_all(whole in 0.0f64..=100.0) {
        let suggestion = suggestion();
        let at = |percent: f64, hz: f64| {
            let amounts = Amounts { whole_percent: percent, ..Amounts::default() };
            let settings = suggestion.settings_at(&amounts, &ChainSettings::default());
            settings_gain_db(&settings.eq, Placement::Mid, hz, 48000.0)
        };
        for hz in [310.0, 1200.0, 12000.0] {
            let (part, all) = (at(whole, hz), at(100.0, hz));
            prop_assert!((part - all * whole / 100.0).abs() < 0.15, "{hz} Hz: {part} of {all} at {whole} %");
        }
    }

    #[test]
    fn every_value_can_be_set_in_a_host(whole in 0.0f64..=100.0, own in 0.0f64..=100.0) {
        let suggestion = suggestion();
        let amounts = Amounts { whole_percent: whole, items_percent: vec![own; 4] };
        for before in [ChainSettings::default(), worked_on()] {
            let settings = suggestion.settings_at(&amounts, &before);
            prop_assert_eq!(snapped(settings), settings);
        }
    }
}
