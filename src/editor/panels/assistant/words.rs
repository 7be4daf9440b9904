//! What the cards say beside the assistant's own sentences.

use crate::{
    assistant::{Item, Module, StyleShare, Suggestion},
    editor::figures,
    settings::{ChainSettings, FilterType, fields::field},
};

/// A card's title: the module and what it is about.
pub fn title(item: &Item) -> String {
    let about = match (item.module, item.band) {
        (Module::Eq, Some(band)) => eq_region(item, band),
        (Module::Compressor, Some(band)) => Some(["bass", "low mids", "high mids", "treble"][band.min(3)]),
        (Module::Imager, Some(0)) => Some("bass"),
        (Module::Imager, Some(_)) => Some("width"),
        (Module::Limiter, _) => Some("loudness"),
        _ => None,
    };
    about.map_or(item.module.label().to_owned(), |about| format!("{}: {about}", item.module.label()))
}

/// The part of the spectrum that an EQ's item works on.
fn eq_region(item: &Item, band: usize) -> Option<&'static str> {
    let mut settings = ChainSettings::default();
    for change in &item.changes {
        if let Some(field) = field(&change.id) {
            field.set(&mut settings, change.value);
        }
    }
    let band = settings.eq.bands.get(band)?;
    Some(match (band.filter, band.frequency_hz) {
        (FilterType::LowCut, _) => "rumble",
        (FilterType::HighCut, _) => "top",
        (FilterType::Tilt, _) => "balance",
        (_, hz) if hz < 60.0 => "sub bass",
        (_, hz) if hz < 150.0 => "bass",
        (_, hz) if hz < 450.0 => "low mids",
        (_, hz) if hz < 1600.0 => "mids",
        (_, hz) if hz < 5000.0 => "presence",
        (_, hz) if hz < 9000.0 => "treble",
        _ => "air",
    })
}

/// Confidence in a word.
pub fn confidence(share: f64) -> &'static str {
    match share {
        share if share >= 0.85 => "sure",
        share if share >= 0.65 => "likely",
        share if share >= 0.4 => "perhaps",
        _ => "a guess",
    }
}

/// A figure of an item in its unit; correlations lie between −1 and 1 and need two decimals.
pub fn figure(item: &Item, value: f64) -> String {
    let decimals = if item.unit == "correlation" { 2 } else { 1 };
    let figure = match item.unit.as_str() {
        "dB" => figures::signed(value as f32, decimals),
        _ => figures::plain(value as f32, decimals),
    };
    figures::with_unit(&figure, &item.unit)
}

/// The range an item was held against; one figure where it was asked for.
pub fn range(item: &Item) -> String {
    if item.unit == "correlation" {
        // The other figures of the same line say what it is.
        return format!(
            "usual {} to {}",
            figures::plain(item.target_low as f32, 2),
            figures::plain(item.target_high as f32, 2)
        );
    }
    if item.target_low == item.target_high {
        return format!("asked for {}", figure(item, item.target_low));
    }
    let low = match item.unit.as_str() {
        "dB" => figures::signed(item.target_low as f32, 1),
        _ => figures::plain(item.target_low as f32, 1),
    };
    format!("usual {low} to {}", figure(item, item.target_high))
}

/// Whether an item's figures can be drawn on a range.
pub fn has_range(item: &Item) -> bool {
    !item.unit.is_empty() && [item.measured, item.target_low, item.target_high].iter().all(|value| value.is_finite())
}

/// The most likely styles: `metal 62 %, all 30 %`.
pub fn styles(styles: &[StyleShare]) -> String {
    /// Shares below this tell nothing.
    const LEAST_SHARE: f64 = 0.1;
    let likely = styles.iter().filter(|style| style.share >= LEAST_SHARE);
    let share = |style: &StyleShare| format!("{} {}", style_name(&style.name), percent(100.0 * style.share));
    likely.map(share).collect::<Vec<_>>().join(", ")
}

/// A target's name as people read it.
pub fn style_name(name: &str) -> String {
    match name {
        "all" => "all music".to_owned(),
        name => name.replace('_', " "),
    }
}

pub fn percent(value: f64) -> String {
    figures::with_unit(&figures::plain(value as f32, 0), "%")
}

/// What the whole answer comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// There is something to decide.
    Cards,
    /// Everything lies where it should.
    NothingToDo,
    /// Too little was heard, or what was heard cannot be judged.
    Refused,
}

/// Of a suggestion.
pub fn outcome(suggestion: &Suggestion) -> Outcome {
    // A refusal holds every module against the seconds that are needed.
    let refused = !suggestion.items.is_empty() && suggestion.items.iter().all(|item| !item.acts && item.unit == "s");
    match suggestion.items.iter().any(|item| item.acts) {
        true => Outcome::Cards,
        false if refused => Outcome::Refused,
        false => Outcome::NothingToDo,
    }
}

/// The sentence without the words that the card's head says already.
pub fn without_head(reason: &str) -> String {
    let rest = reason.strip_prefix("Nothing to do: ").or_else(|| reason.strip_prefix("Left as it is: "));
    rest.map_or(reason.to_owned(), capital)
}

/// A text with a capital at its beginning.
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().to_string() + letters.as_str()).unwrap_or_default()
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::assistant::Change;

    pub fn item(module: Module, band: Option<usize>, changes: &[(&str, f32)]) -> Item {
        let changes = changes.iter().map(|(id, value)| Change { id: (*id).to_owned(), value: *value }).collect();
        Item {
            module,
            band,
            acts: true,
            reason: "Nothing to do: it is fine.".into(),
            measured: 2.8,
            target_low: -1.0,
            target_high: 1.0,
            unit: "dB".into(),
            confidence: 0.9,
            changes,
            time: None,
            effect: None,
        }
    }

    #[test]
    fn titles_and_ranges_are_in_an_engineers_words() {
        let eq = item(Module::Eq, Some(2), &[("eq3_freq", 250.0), ("eq3_gain", -1.6), ("eq3_q", 0.8)]);
        assert_eq!(title(&eq), "EQ: low mids");
        assert_eq!(range(&eq).replace('\u{a0}', " "), "usual −1.0 to +1.0 dB");
        let correlation = Item { unit: "correlation".into(), target_low: 0.35, target_high: 0.98, ..eq.clone() };
        assert_eq!(range(&correlation), "usual 0.35 to 0.98", "its unit stands beside the measured figure");
        assert_eq!(figure(&eq, eq.measured).replace('\u{a0}', " "), "+2.8 dB");
        assert_eq!(title(&item(Module::Limiter, None, &[])), "Limiter: loudness");
        assert_eq!(title(&item(Module::Imager, Some(2), &[("width3", 90.0)])), "Imager: width");
        assert_eq!(without_head(&eq.reason), "It is fine.");
        assert_eq!((confidence(0.9), confidence(0.5), confidence(0.1)), ("sure", "perhaps", "a guess"));
    }
}
