//! Figures as people read them, in sentences, tables and the window: a true minus, never minus zero, few digits.
//!
//! What can be typed in, or is read by programs, is written by [`crate::settings::text`] and as JSON.

use crate::analysis::measurement::FLOOR_DB;

/// The sign of what is below zero; a hyphen is no minus.
pub const MINUS: char = '\u{2212}';

/// `value` with `decimals` and a true minus; never minus zero.
pub fn plain(value: impl Into<f64>, decimals: usize) -> String {
    typeset(&format!("{:.decimals$}", value.into()))
}

/// [`plain`] with a plus where the value is above zero.
pub fn signed(value: impl Into<f64>, decimals: usize) -> String {
    let value = value.into();
    let text = plain(value, decimals);
    if value > 0.0 && !is_zero(&text) { format!("+{text}") } else { text }
}

/// A level: [`plain`], or a dash where there is none, which is at -120 dB and below.
pub fn level(value: f64, decimals: usize) -> String {
    if value.is_finite() && value > FLOOR_DB { plain(value, decimals) } else { "–".to_owned() }
}

/// A sentence with true minuses before its figures, and none before zero.
pub fn typeset(sentence: &str) -> String {
    let mut out = String::with_capacity(sentence.len() + 8);
    let mut before = ' ';
    for (at, letter) in sentence.char_indices() {
        let rest = &sentence[at + letter.len_utf8()..];
        let begins_figure = rest.starts_with(|next: char| next.is_ascii_digit());
        if !(letter == '-' && begins_figure && (before.is_whitespace() || before == '(')) {
            out.push(letter);
        } else if !is_zero(&rest[..rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len())]) {
            out.push(MINUS);
        }
        before = letter;
    }
    out
}

/// Whether a figure without its sign rounds to zero; a full stop may follow it.
fn is_zero(figure: &str) -> bool {
    figure.chars().all(|c| matches!(c, '0' | '.'))
}

/// A frequency in a sentence: `63 Hz`, `250 Hz`, `4.5 kHz`.
pub fn hertz(frequency_hz: f64) -> String {
    if frequency_hz >= 1000.0 {
        let kilo = format!("{:.1}", frequency_hz / 1000.0);
        format!("{} kHz", kilo.strip_suffix(".0").unwrap_or(&kilo))
    } else {
        format!("{frequency_hz:.0} Hz")
    }
}

/// A place in the song, or its length: `1:07`.
pub fn clock(seconds: f64) -> String {
    let seconds = seconds.max(0.0) as u64;
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// A stretch of the song: `at 1:05`, or `from 0:12 to 3:40`.
pub fn stretch(from_s: f64, to_s: f64) -> String {
    if to_s - from_s < 1.0 {
        format!("at {}", clock(from_s))
    } else {
        format!("from {} to {}", clock(from_s), clock(to_s))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_has_no_level() {
        assert_eq!(
            (level(-14.04, 1), level(FLOOR_DB, 1), level(f64::NAN, 1)),
            ("−14.0".into(), "–".into(), "–".into())
        );
    }

    #[test]
    fn zero_has_no_sign_and_what_is_below_it_a_true_minus() {
        assert_eq!((plain(-1.62, 1), plain(-0.04, 1), plain(0.0f32, 2)), ("−1.6".into(), "0.0".into(), "0.00".into()));
        assert_eq!((signed(2.0, 1), signed(-2.0, 0), signed(0.01, 1)), ("+2.0".into(), "−2".into(), "0.0".into()));
    }

    #[test]
    fn hyphens_in_words_stay_and_minuses_before_figures_are_true() {
        for (written, set) in [
            ("it stands at -3.2 dB (-5 to -1 dB)", "it stands at −3.2 dB (−5 to −1 dB)"),
            ("R-128, a low-cut, -x, 3-4", "R-128, a low-cut, -x, 3-4"),
            ("-0.0 dB and -0.", "0.0 dB and 0."),
            ("-0.05 and -10", "−0.05 and −10"),
            ("", ""),
        ] {
            assert_eq!(typeset(written), set);
        }
    }

    #[test]
    fn places_are_told_in_minutes() {
        assert_eq!((clock(127.9), clock(3723.0), clock(-1.0)), ("2:07".into(), "62:03".into(), "0:00".into()));
        assert_eq!(stretch(65.0, 65.4), "at 1:05");
        assert_eq!(stretch(12.0, 220.0), "from 0:12 to 3:40");
        assert_eq!((hertz(63.0), hertz(4500.0), hertz(1000.0)), ("63 Hz".into(), "4.5 kHz".into(), "1 kHz".into()));
    }
}
