//! What a person reads at the end: figures before and after, and each thing the assistant said.

use std::fmt::Write;

use lacquer::{
    analysis::{Measurement, measurement::FLOOR_DB},
    assistant::Suggestion,
    figures::plain,
    render::wording,
};

/// Gains in dB that bring two songs to the loudness of the quieter one. Nothing is turned up, so nothing clips.
pub fn matching_gains_db(before: &Measurement, after: &Measurement) -> (f64, f64) {
    let (before, after) = (before.loudness.integrated_lufs, after.loudness.integrated_lufs);
    if before <= FLOOR_DB || after <= FLOOR_DB {
        return (0.0, 0.0);
    }
    let quieter = before.min(after);
    (quieter - before, quieter - after)
}

/// The table and the sentences.
pub fn table(before: &Measurement, after: &Measurement, suggestion: &Suggestion) -> String {
    let (a, b) = (&before.loudness, &after.loudness);
    let rows = [
        ("Integrated loudness", a.integrated_lufs, b.integrated_lufs, "LUFS"),
        ("Short-term maximum", a.short_term_max_lufs, b.short_term_max_lufs, "LUFS"),
        ("True peak", a.true_peak_dbtp, b.true_peak_dbtp, "dBTP"),
        ("Peak to loudness (PLR)", a.plr_db, b.plr_db, "dB"),
        ("Loudness range (LRA)", a.range_lu, b.range_lu, "LU"),
    ];
    let mut text = format!("{:<24}{:>9}{:>9}\n", "", "before", "after");
    for (name, before, after, unit) in rows {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{name:<24}{:>9}{:>9}  {unit}", plain(before, 1), plain(after, 1));
    }
    text.push_str("\nThe assistant\n");
    let mut say = |head: &str, sentence: &str| {
        let _ = writeln!(text, "  {head:<11} {sentence}");
    };
    for fix in &suggestion.fix_in_the_mix {
        say("Mix", &wording::placed(&fix.sentence, fix.from_s, fix.to_s, before));
    }
    if let Some(sections) = wording::sections(before) {
        say("Sections", &sections);
    }
    for item in &suggestion.items {
        say(item.module.label(), &item.reason);
        if let Some(effect) = wording::effect(item) {
            say("", &effect);
        }
    }
    if let Some(price) = suggestion.price_chosen.as_ref().and_then(wording::price) {
        say("Price", &price);
    }
    for note in &suggestion.notes {
        say("Note", note);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loud(lufs: f64) -> Measurement {
        let mut measurement = Measurement::default();
        measurement.loudness.integrated_lufs = lufs;
        measurement
    }

    #[test]
    fn the_louder_of_a_pair_is_turned_down_and_silence_is_left_alone() {
        assert_eq!(matching_gains_db(&loud(-20.0), &loud(-14.0)), (0.0, -6.0));
        assert_eq!(matching_gains_db(&loud(-9.0), &loud(-14.0)), (-5.0, 0.0));
        assert_eq!(matching_gains_db(&loud(FLOOR_DB), &loud(-14.0)), (0.0, 0.0));
    }
}
