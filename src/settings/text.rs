//! Values as people read and type them: `1.50 dB`, `1.2k`, `on`, `Low Shelf`.

use super::fields::Kind;

/// The value as text, without its unit.
pub fn figure(kind: Kind, value: f32) -> String {
    match kind {
        Kind::Number { steps_per_unit, .. } => {
            let decimals = steps_per_unit.log10().ceil().max(0.0) as usize;
            let on_step = (value * steps_per_unit).round() / steps_per_unit;
            // Adding zero turns -0 into 0.
            format!("{:.decimals$}", on_step + 0.0)
        }
        Kind::Count { .. } => format!("{value:.0}"),
        Kind::Switch => if value >= 0.5 { "On" } else { "Off" }.to_owned(),
        Kind::Choice { labels } => labels[(value.round().max(0.0) as usize).min(labels.len() - 1)].to_owned(),
    }
}

/// The value that a text means, with or without its unit, in any case; `None` when it means nothing here.
///
/// Frequencies may be in `kHz` or `k`, times in `s`. Values past the range's ends give the end.
pub fn parse(kind: Kind, text: &str) -> Option<f32> {
    let text = text.trim().to_lowercase().replace('\u{2212}', "-");
    match kind {
        Kind::Number { min, max, unit, .. } => quantity(&text, unit.trim()).map(|value| value.clamp(min, max)),
        Kind::Count { min, max } => text.parse::<i32>().ok().map(|value| value.clamp(min, max) as f32),
        Kind::Switch => match text.as_str() {
            "on" | "true" | "yes" | "1" => Some(1.0),
            "off" | "false" | "no" | "0" => Some(0.0),
            _ => None,
        },
        Kind::Choice { labels } => {
            let wanted = squeezed(&text);
            labels.iter().position(|label| squeezed(&label.to_lowercase()) == wanted).map(|index| index as f32)
        }
    }
}

/// The text without white space.
fn squeezed(text: &str) -> String {
    text.split_whitespace().collect()
}

/// A number and its unit (both in lower case) as a number of `unit`s.
fn quantity(text: &str, unit: &str) -> Option<f32> {
    let end = text.find(|c: char| !matches!(c, '0'..='9' | '.' | ',' | '+' | '-')).unwrap_or(text.len());
    let (number, suffix) = text.split_at(end);
    let factor = factor(suffix.trim(), &unit.to_lowercase())?;
    // Many languages write the decimal point as a comma.
    let number = if number.contains('.') { number.to_owned() } else { number.replacen(',', ".", 1) };
    number.parse::<f32>().ok().map(|number| number * factor).filter(|value| value.is_finite())
}

/// How many of `unit` one of `suffix` is.
fn factor(suffix: &str, unit: &str) -> Option<f32> {
    match (suffix, unit) {
        ("", _) => Some(1.0),
        (suffix, unit) if suffix == unit => Some(1.0),
        ("k" | "khz", "hz") | ("s", "ms") => Some(1000.0),
        ("dbfs" | "dbtp", "db") => Some(1.0),
        ("db", "dbtp" | "dbfs") => Some(1.0),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::fields::{field, fields};

    #[test]
    fn people_type_units_as_they_like() {
        let gain = field("eq1_gain").unwrap().kind;
        let frequency = field("eq1_freq").unwrap().kind;
        let attack = field("comp1_attack").unwrap().kind;
        let ratio = field("comp1_ratio").unwrap().kind;
        for (kind, text, value) in [
            (gain, "1.5", 1.5),
            (gain, "1.5 dB", 1.5),
            (gain, " -3 db ", -3.0),
            (gain, "\u{2212}3dB", -3.0),
            (gain, "+2,25 dB", 2.25),
            (gain, "99", 18.0),
            (frequency, "1.2k", 1200.0),
            (frequency, "1.2 kHz", 1200.0),
            (frequency, "1200 Hz", 1200.0),
            (frequency, "1200", 1200.0),
            (attack, "0.1 s", 100.0),
            (attack, "30ms", 30.0),
            (ratio, "2:1", 2.0),
            (ratio, "1.50", 1.5),
            (Kind::Switch, "ON", 1.0),
            (Kind::Switch, "false", 0.0),
            (Kind::Count { min: 1, max: 4 }, "3", 3.0),
        ] {
            assert_eq!(parse(kind, text), Some(value), "{text}");
        }
        for (kind, text) in [
            (gain, ""),
            (gain, "loud"),
            (gain, "nan"),
            (gain, "inf dB"),
            (gain, "3 Hz"),
            (gain, "1-2"),
            (attack, "3k"),
            (Kind::Switch, "perhaps"),
            (Kind::Count { min: 1, max: 4 }, "2.5"),
        ] {
            assert_eq!(parse(kind, text), None, "{text}");
        }
    }

    #[test]
    fn choices_are_known_in_any_case() {
        let filter = field("eq1_type").unwrap().kind;
        assert_eq!(parse(filter, "low shelf"), Some(1.0));
        assert_eq!(parse(filter, "LOWSHELF"), Some(1.0));
        assert_eq!(parse(filter, "low"), None);
        assert_eq!(figure(filter, 1.0), "Low Shelf");
    }

    #[test]
    fn every_value_is_read_back_from_its_own_text() {
        for field in fields() {
            let values: Vec<f32> = match field.kind {
                Kind::Number { min, max, .. } => {
                    (0..=200).map(|k| field.snap(min + (max - min) * k as f32 / 200.0)).collect()
                }
                Kind::Count { min, max } => (min..=max).map(|value| value as f32).collect(),
                Kind::Switch => vec![0.0, 1.0],
                Kind::Choice { labels } => (0..labels.len()).map(|index| index as f32).collect(),
            };
            let unit = if let Kind::Number { unit, .. } = field.kind { unit } else { "" };
            for value in values {
                let text = format!("{}{unit}", figure(field.kind, value));
                assert_eq!(parse(field.kind, &text).map(|v| field.snap(v)), Some(value), "{}: {text}", field.id);
                assert!(!text.starts_with("-0.00 "), "{text}");
            }
        }
    }
}
