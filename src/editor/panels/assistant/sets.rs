//! What a card sets, in a line and in an engineer's words.

use crate::{
    assistant::{Item, Module},
    editor::{figures, wording::sentence_case},
    settings::{
        ChainSettings, Choice, FilterType, Placement, Slope,
        fields::{field, fields},
    },
};

/// What stands in `settings` where the item changes them: `Low shelf −1.6 dB at 250 Hz, Q 0.65`.
pub fn sets(item: &Item, settings: &ChainSettings) -> String {
    let shown = |id: &str| field(id).map(|field| figures::value(field.kind, field.get(settings))).unwrap_or_default();
    match (item.module, item.band) {
        (Module::Eq, Some(band)) => eq_band(settings, band),
        (Module::Eq, None) => String::new(),
        (Module::Compressor, band) => {
            let n = band.unwrap_or(0) + 1;
            let (ratio, threshold) = (shown(&format!("comp{n}_ratio")), shown(&format!("comp{n}_threshold")));
            format!("{ratio} over {threshold}, attack {}", shown(&format!("comp{n}_attack")))
        }
        (Module::Imager, band) => {
            let n = band.unwrap_or(0) + 1;
            // A width of 100 % is no width's business, but where nothing else is set.
            let imager = &settings.imager;
            let mono = imager.mono_below_on.then(|| format!("mono below {}", shown("mono_below")));
            let keeps = mono.is_some() && imager.widths_percent.get(n - 1) == Some(&100.0);
            let width = (!keeps).then(|| format!("width {}", shown(&format!("width{n}"))));
            width.into_iter().chain(mono).collect::<Vec<_>>().join(", ")
        }
        (Module::Limiter, _) => {
            let parts = [
                ("input_gain", "input"),
                ("limiter_drive", "drive"),
                ("limiter_ceiling", "ceiling"),
                ("output_gain", "output"),
            ];
            let changes = |id: &str| item.changes.iter().any(|change| change.id == id);
            // A gain of nothing is no gain; a ceiling of nothing is one.
            let is_idle = |id: &str| id != "limiter_ceiling" && field(id).is_some_and(|gain| gain.get(settings) == 0.0);
            let set = parts.iter().filter(|(id, _)| changes(id) && !is_idle(id));
            set.map(|(id, name)| format!("{name} {}", shown(id))).collect::<Vec<_>>().join(", ")
        }
    }
}

/// A band of the equaliser with what its filter listens to.
fn eq_band(settings: &ChainSettings, band: usize) -> String {
    let Some(band) = settings.eq.bands.get(band) else { return String::new() };
    let filter = sentence_case(FilterType::LABELS[band.filter.index()]);
    let at = figures::frequency(band.frequency_hz);
    let gain = |db: f32| figures::with_unit(&figures::signed(db, 1), "dB");
    let q = figures::plain(band.q, 2);
    let mut words = match band.filter {
        FilterType::LowCut | FilterType::HighCut => {
            format!("{filter} at {at}, {}", Slope::LABELS[band.slope.index()].replace(' ', "\u{a0}"))
        }
        FilterType::Notch => format!("{filter} at {at}, Q {q}"),
        _ => format!("{filter} {} at {at}, Q {q}", gain(band.gain_db)),
    };
    if band.dynamics.on && band.filter.has_gain() {
        words += &format!(", {} when loud", gain(band.dynamics.range_db));
    }
    match band.placement {
        Placement::Stereo => {}
        placement => words += &format!(", {}", Placement::LABELS[placement.index()].to_lowercase()),
    }
    words
}

/// How many fields an item sets, for its tip.
pub fn count(item: &Item) -> String {
    match item.changes.len() {
        1 => "sets 1 parameter".to_owned(),
        count => format!("sets {count} of {} parameters", fields().len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        editor::panels::assistant::words::tests::item,
        settings::{BandDynamics, EqBand},
    };

    fn said(module: Module, band: Option<usize>, ids: &[&str], set: impl FnOnce(&mut ChainSettings)) -> String {
        let changes: Vec<_> = ids.iter().map(|id| (*id, 0.0)).collect();
        let item = item(module, band, &changes);
        let mut settings = ChainSettings::default();
        set(&mut settings);
        sets(&item, &settings).replace('\u{a0}', " ")
    }

    #[test]
    fn bands_are_said_by_filter_gain_frequency_and_width() {
        let eq = |change: fn(&mut EqBand)| {
            said(Module::Eq, Some(2), &["eq3_gain"], |settings| {
                let band = &mut settings.eq.bands[2];
                (band.frequency_hz, band.gain_db, band.q) = (250.0, -1.6, 0.8);
                change(band);
            })
        };
        assert_eq!(eq(|_| {}), "Bell −1.6 dB at 250 Hz, Q 0.80");
        assert_eq!(eq(|band| band.filter = FilterType::LowShelf), "Low shelf −1.6 dB at 250 Hz, Q 0.80");
        assert_eq!(eq(|band| band.filter = FilterType::LowCut), "Low cut at 250 Hz, 12 dB/oct");
        assert_eq!(eq(|band| band.placement = Placement::Side), "Bell −1.6 dB at 250 Hz, Q 0.80, side");
        let dynamic = eq(|band| band.dynamics = BandDynamics { on: true, range_db: -2.0, ..band.dynamics });
        assert_eq!(dynamic, "Bell −1.6 dB at 250 Hz, Q 0.80, −2.0 dB when loud");
    }

    #[test]
    fn modules_are_said_by_what_is_changed_in_them() {
        let compressor = said(Module::Compressor, Some(1), &["comp2_ratio"], |settings| {
            let band = &mut settings.compressor.bands[1];
            (band.ratio, band.threshold_db, band.attack_ms) = (1.5, -20.0, 30.0);
        });
        assert_eq!(compressor, "1.5:1 over −20.0 dB, attack 30 ms");
        let imager = |mono: bool, width: f32| {
            said(Module::Imager, Some(0), &["width1", "mono_below"], |settings| {
                settings.imager.mono_below_on = mono;
                (settings.imager.widths_percent[0], settings.imager.mono_below_hz) = (width, 100.0);
            })
        };
        assert_eq!(imager(true, 100.0), "mono below 100 Hz");
        assert_eq!(imager(true, 90.0), "width 90 %, mono below 100 Hz");
        assert_eq!(imager(false, 100.0), "width 100 %");
        let limiter = said(Module::Limiter, None, &["limiter_drive", "limiter_ceiling"], |settings| {
            (settings.limiter.drive_db, settings.limiter.ceiling_dbtp) = (5.5, -1.0);
        });
        assert_eq!(limiter, "drive 5.5 dB, ceiling −1.0 dBTP");
        let output =
            |gain_db: f32| said(Module::Limiter, None, &["output_gain"], |settings| settings.output.gain_db = gain_db);
        assert_eq!((output(-2.0).as_str(), output(0.0).as_str()), ("output −2.0 dB", ""));
        // A song that is louder than asked for is turned down ahead of the ceiling.
        let quieter = said(Module::Limiter, None, &["input_gain", "limiter_drive", "limiter_ceiling"], |settings| {
            settings.input.gain_db = -1.9;
        });
        assert_eq!(quieter, "input −1.9 dB, ceiling −1.0 dBTP");
    }
}
