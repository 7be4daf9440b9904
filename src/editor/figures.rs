//! Values as the window shows them: sign, few decimals, a true minus, a space before the unit that no line breaks at.
//!
//! Hosts and files have their own texts ([`crate::settings::text`]), which can be typed in and lose nothing; these are for eyes.

pub use crate::figures::{clock, level, plain, signed};
use crate::settings::fields::Kind;

const UNIT_SPACE: char = '\u{a0}';

/// A figure and its unit, a space between that no line breaks at.
pub fn with_unit(figure: &str, unit: &str) -> String {
    format!("{figure}{UNIT_SPACE}{unit}")
}

/// A frequency: `63 Hz`, `1.20 kHz`, `12.5 kHz`.
pub fn frequency(hz: f32) -> String {
    match hz {
        hz if hz < 99.95 => with_unit(&trimmed(hz, 1), "Hz"),
        hz if hz < 999.5 => with_unit(&plain(hz, 0), "Hz"),
        hz if hz < 9995.0 => with_unit(&plain(hz / 1000.0, 2), "kHz"),
        hz => with_unit(&plain(hz / 1000.0, 1), "kHz"),
    }
}

/// A time: `2.5 ms`, `120 ms`, `1.20 s`.
pub fn milliseconds(ms: f32) -> String {
    match ms {
        ms if ms < 99.95 => with_unit(&trimmed(ms, 1), "ms"),
        ms if ms < 999.5 => with_unit(&plain(ms, 0), "ms"),
        ms => with_unit(&plain(ms / 1000.0, 2), "s"),
    }
}

/// A field's value.
pub fn value(kind: Kind, value: f32) -> String {
    match kind {
        Kind::Number { unit, min, .. } => match unit.trim() {
            "Hz" => frequency(value),
            "ms" => milliseconds(value),
            "%" => with_unit(&plain(value, 0), "%"),
            ":1" => format!("{}:1", plain(value, if value < 9.95 { 1 } else { 0 })),
            "" => plain(value, if value < 9.95 { 2 } else { 1 }),
            unit if min < 0.0 => with_unit(&signed(value, 1), unit),
            unit => with_unit(&plain(value, 1), unit),
        },
        Kind::Count { .. } => plain(value, 0),
        Kind::Switch => if value >= 0.5 { "On" } else { "Off" }.to_owned(),
        Kind::Choice { labels } => labels[(value.round().max(0.0) as usize).min(labels.len() - 1)].to_owned(),
    }
}

/// With `decimals`, but none when they would be zeros.
fn trimmed(value: f32, decimals: usize) -> String {
    let text = plain(value, decimals);
    text.trim_end_matches('0').strip_suffix('.').map_or(text.clone(), ToOwned::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{
        fields::{field, fields},
        text,
    };

    #[test]
    fn values_are_written_as_people_read_them() {
        for (id, number, wanted) in [
            ("eq1_gain", -1.62, "−1.6 dB"),
            ("eq1_gain", 2.0, "+2.0 dB"),
            ("eq1_gain", -0.01, "0.0 dB"),
            ("limiter_ceiling", -1.0, "−1.0 dBTP"),
            ("comp1_knee", 6.0, "6.0 dB"),
            ("eq1_freq", 63.0, "63 Hz"),
            ("eq1_freq", 250.4, "250 Hz"),
            ("eq1_freq", 1200.0, "1.20 kHz"),
            ("eq1_freq", 12500.0, "12.5 kHz"),
            ("eq1_q", 0.8, "0.80"),
            ("comp1_ratio", 1.6, "1.6:1"),
            ("comp1_attack", 30.0, "30 ms"),
            ("comp1_attack", 2.5, "2.5 ms"),
            ("comp1_release", 1200.0, "1.20 s"),
            ("comp_mix", 100.0, "100 %"),
            ("comp_on", 1.0, "On"),
        ] {
            let shown = value(field(id).unwrap().kind, number);
            assert_eq!(shown.replace(UNIT_SPACE, " "), wanted, "{id}");
        }
    }

    #[test]
    fn what_is_shown_can_be_typed_in_again() {
        for field in fields() {
            let Kind::Number { min, max, .. } = field.kind else { continue };
            for share in [0.0, 0.11, 0.5, 0.93, 1.0] {
                let number = field.snap(min + (max - min) * share);
                let typed = text::parse(field.kind, &value(field.kind, number));
                let again = typed.map(|typed| value(field.kind, typed));
                assert_eq!(again, Some(value(field.kind, number)), "{}", field.id);
            }
        }
    }
}
