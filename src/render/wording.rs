//! Settings, items and styles in words: what tables and reports say of them.

use crate::{
    analysis::{Measurement, measurement::Section},
    assistant::{Change, Item, PricePoint, StyleShare},
    figures::{clock, plain, stretch, typeset},
    settings::{
        ChainSettings, FilterType, MAX_BANDS,
        fields::{Field, Kind, field, fields},
        text,
    },
};

/// All settings of the modules and bands that work: the group's name and what it is set to.
pub fn settings(settings: &ChainSettings) -> Vec<(String, Vec<String>)> {
    grouped(settings, fields().iter().filter(|field| !field.pointer.is_empty() && works(settings, &field.group)))
}

/// What a suggestion's item sets, in one line; what it leaves at its usual value is not told.
pub fn changes(changes: &[Change]) -> String {
    let mut settings = ChainSettings::default();
    let changed = changes.iter().filter_map(|change| Some((field(&change.id)?, change.value)));
    let changed: Vec<_> = changed.filter(|(field, value)| *value != field.default).collect();
    for (field, value) in &changed {
        field.set(&mut settings, *value);
    }
    let groups = grouped(&settings, changed.iter().map(|(field, _)| *field));
    let lines: Vec<_> = groups.into_iter().map(|(group, texts)| format!("{group}: {}", texts.join(", "))).collect();
    lines.join("; ")
}

fn grouped<'a>(settings: &ChainSettings, fields: impl Iterator<Item = &'a Field>) -> Vec<(String, Vec<String>)> {
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for field in fields {
        let Some(text) = setting(settings, field) else { continue };
        let name = field.group.replace('/', " ").to_lowercase().replace("eq", "EQ");
        let name = name[..1].to_uppercase() + &name[1..];
        match groups.last_mut() {
            Some((group, texts)) if *group == name => texts.push(text),
            _ => groups.push((name, vec![text])),
        }
    }
    groups
}

/// What an item measured and what it was held against, in one line; nothing where it measured nothing.
pub fn against(item: &Item) -> Option<String> {
    let Item { measured, target_low: low, target_high: high, unit, .. } = item;
    if unit.is_empty() || ![measured, low, high].iter().all(|value| value.is_finite()) {
        return None;
    }
    // Correlations lie between -1 and 1.
    let digits = if unit == "correlation" { 2 } else { 1 };
    let [measured, low, high] = [measured, low, high].map(|value| plain(*value, digits));
    Some(if low == high {
        format!("{measured} {unit}, asked for {low} {unit}")
    } else {
        format!("{measured} {unit}, usual {low} to {high} {unit}")
    })
}

/// What an item was to reach and what it did, in one line; nothing where it changes nothing.
pub fn effect(item: &Item) -> Option<String> {
    let effect = item.effect?;
    let digits = if item.unit == "correlation" { 2 } else { 1 };
    let figure = |value: f64| format!("{} {}", plain(value, digits), item.unit);
    let [expected, achieved] = [effect.expected, effect.achieved].map(figure);
    Some(format!("expected {expected}, achieved {achieved}"))
}

/// Where the song is loud and where it is quiet, in one sentence; nothing where it is all the same.
pub fn sections(measurement: &Measurement) -> Option<String> {
    let (loud, quiet) = (measurement.loudest_section()?, measurement.quietest_section()?);
    if loud == quiet {
        return None;
    }
    let told = |section: &Section| {
        format!("{} at {} LUFS", stretch(section.from_s, section.to_s), plain(section.loudness_lufs, 1))
    };
    let count = measurement.sections.len();
    Some(format!("Of {count} sections the loudest is {}, the quietest {}.", told(loud), told(quiet)))
}

/// What is wrong in the mix, with its place in the song where the sentence does not tell it.
pub fn placed(sentence: &str, from_s: f64, to_s: f64, song: &Measurement) -> String {
    let place = stretch(from_s, to_s);
    if sentence.contains(&place) {
        return sentence.to_owned();
    }
    let whole = from_s <= 0.0 && to_s >= song.heard_s;
    let place = if whole { "All through".to_owned() } else { place[..1].to_uppercase() + &place[1..] };
    format!("{place}: {sentence}")
}

/// The price of the loudness that was chosen, in one sentence; nothing where nothing is limited.
pub fn price(chosen: &PricePoint) -> Option<String> {
    let at = clock(chosen.worst_s?);
    let [lufs, median_db, loud_db, most_db] =
        [chosen.integrated_lufs, chosen.reduction_median_db, chosen.reduction_p95_db, chosen.reduction_max_db]
            .map(|value| plain(value, 1));
    Some(format!(
        "{lufs} LUFS cost {median_db} dB of limiting at the median of the loud parts, {loud_db} dB at their 95th percentile, {most_db} dB \
         at the worst moment ({at})."
    ))
}

/// The styles a song was held against, in one line; nothing where none was likely.
pub fn styles(styles: &[StyleShare]) -> Option<String> {
    /// Shares below this tell nothing.
    const LEAST_SHARE: f64 = 0.05;
    let likely: Vec<_> = styles.iter().filter(|style| style.share >= LEAST_SHARE).collect();
    match likely.as_slice() {
        [] => None,
        [style] => Some(style.name.clone()),
        several => {
            let shares = several.iter().map(|style| format!("{} {:.0} %", style.name, 100.0 * style.share));
            Some(shares.collect::<Vec<_>>().join(", "))
        }
    }
}

/// Whether a group of settings is heard.
fn works(settings: &ChainSettings, group: &str) -> bool {
    let band = group.rsplit(' ').next().and_then(|number| number.parse::<usize>().ok()).map(|number| number - 1);
    let (module, banded) = group.split_once('/').map_or((group, false), |(module, _)| (module, true));
    match (module, band.filter(|_| banded)) {
        ("EQ", Some(band)) => settings.eq.on && settings.eq.bands.get(band).is_some_and(|band| band.on),
        ("EQ", None) => settings.eq.on && settings.eq.bands.iter().any(|band| band.on),
        ("Compressor", Some(band)) => {
            let used = band < usize::from(settings.compressor.band_count).min(MAX_BANDS);
            settings.compressor.on && used && settings.compressor.bands[band].on
        }
        ("Compressor", None) => settings.compressor.on,
        ("Imager", _) => settings.imager.on,
        ("Limiter", _) => settings.limiter.on,
        _ => true,
    }
}

/// One setting as people read it; nothing for what is off, for what has no effect where it stands, and for a module's own
/// switch, which is told by its being listed.
fn setting(settings: &ChainSettings, field: &Field) -> Option<String> {
    let set = field.get(settings);
    // The group has said these words already.
    let module = if field.group == "Compressor" { "Comp" } else { &field.group };
    let name = match field.group.contains('/') {
        true => field.name.splitn(3, ' ').nth(2).unwrap_or(&field.name),
        false => field.name.strip_prefix(module).map_or(field.name.as_str(), str::trim_start),
    };
    let band = field.pointer.strip_prefix("/eq/bands/").and_then(|rest| rest.split('/').next()?.parse::<usize>().ok());
    let band = band.and_then(|band| settings.eq.bands.get(band));
    let filter = band.map(|band| band.filter);
    let dynamic = band.is_some_and(|band| band.dynamics.on && band.filter.has_gain());
    let cuts = matches!(filter, Some(FilterType::LowCut | FilterType::HighCut));
    let idle = match (field.group.as_str(), name) {
        ("Input" | "Output", _) => set == field.default,
        (_, "On") | ("Imager", "Mono Below On") | ("Limiter", "Soft Clip On") => true,
        ("Imager", "Mono Below") => !settings.imager.mono_below_on,
        ("Limiter", "Soft Clip Amount") => !settings.limiter.soft_clip_on,
        // Minimum phase is what is expected of an equaliser.
        ("EQ", _) => set == field.default,
        (_, "Slope") => !cuts,
        (_, "Gain") => filter.is_some_and(|filter| !filter.has_gain()),
        (_, name) if name.starts_with("Dynamic") => !dynamic,
        (_, name) => {
            let crossover = name.strip_prefix("Crossover ").and_then(|number| number.parse::<u8>().ok());
            crossover.is_some_and(|number| number >= settings.compressor.band_count)
        }
    };
    match field.kind {
        _ if idle => None,
        Kind::Switch if set < 0.5 => None,
        Kind::Switch => Some(name.trim_end_matches(" On").to_owned()),
        Kind::Choice { .. } if name == "Type" => Some(value(field, set)),
        _ => Some(format!("{name} {}", value(field, set))),
    }
}

/// A value as people read it, without zeros at its end.
fn value(field: &Field, value: f32) -> String {
    let figure = text::figure(field.kind, value);
    match field.kind {
        Kind::Number { unit, .. } => {
            let short = if figure.contains('.') { figure.trim_end_matches('0').trim_end_matches('.') } else { &figure };
            format!("{}{unit}", typeset(short))
        }
        _ => figure,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{EqBand, Phase};

    #[test]
    fn only_what_is_heard_is_said() {
        assert!(settings(&ChainSettings::default()).is_empty());
        let mut bent = ChainSettings::default();
        bent.eq.bands[1] = EqBand { on: true, gain_db: -2.5, frequency_hz: 250.0, q: 0.9, ..EqBand::default() };
        bent.eq.bands[3] = EqBand { on: true, filter: FilterType::LowCut, frequency_hz: 25.0, ..EqBand::default() };
        bent.eq.bands[3].dynamics.on = true;
        let mut moving = bent;
        moving.eq.phase = Phase::Linear;
        moving.eq.bands[1].dynamics.on = true;
        let texts = settings(&moving);
        assert_eq!(texts[0], ("EQ".to_owned(), vec!["Phase Linear".to_owned()]));
        let dynamic = [
            "Dynamic",
            "Dynamic Threshold −30 dB",
            "Dynamic Range −3 dB",
            "Dynamic Attack 20 ms",
            "Dynamic Release 150 ms",
        ];
        assert_eq!(texts[1].1[5..], dynamic);
        assert_eq!(
            settings(&bent),
            [
                ("EQ band 2", "Bell, Frequency 250 Hz, Gain −2.5 dB, Q 0.9, Placement Stereo"),
                ("EQ band 4", "Low Cut, Frequency 25 Hz, Q 0.7, Slope 12 dB/oct, Placement Stereo"),
            ]
            .map(|(group, texts)| (group.to_owned(), texts.split(", ").map(str::to_owned).collect::<Vec<_>>()))
        );
    }

    #[test]
    fn changes_are_one_line() {
        let change = |id: &str, value| Change { id: id.to_owned(), value };
        let text = changes(&[
            change("limiter_on", 1.0),
            change("limiter_drive", 3.91),
            change("eq2_on", 1.0),
            change("eq2_type", 2.0),
            change("eq2_gain", -0.4),
            change("no_such_field", 1.0),
        ]);
        assert_eq!(text, "Limiter: Drive 3.91 dB; EQ band 2: High Shelf, Gain −0.4 dB");
    }
}
