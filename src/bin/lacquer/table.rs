//! Plain, aligned tables for people.

use std::path::Path;

use lacquer::{
    analysis::Measurement,
    assistant::{Item, Suggestion},
    figures::{self, clock, plain, stretch},
    render::wording,
};

/// Width of the page where text is wrapped: what a terminal shows without turning lines over.
const WIDTH: usize = 100;
/// Width of the column of names.
const NAMES: usize = 26;

/// Head of the table with one row a file.
pub fn overview_head() -> String {
    "  Length    LUFS  max S   range   dBTP    PLR   corr  faults  file".to_owned()
}

/// One row of that table, and a line for each fault.
pub fn overview_row(file: &Path, m: &Measurement) -> String {
    let loudness = &m.loudness;
    let mut row = format!(
        "{:>8} {} {} {:7.1} {} {:6.1} {:>6} {:7}  {}",
        clock(m.heard_s),
        level(loudness.integrated_lufs, 7),
        level(loudness.short_term_max_lufs, 6),
        loudness.range_lu,
        level(loudness.true_peak_dbtp, 6),
        loudness.plr_db,
        plain(m.stereo.correlation, 2),
        m.faults.len(),
        file.display()
    );
    for fault in &m.faults {
        row += &format!("\n{}", wrapped(&format!("{:>8} at {}:", "!", clock(fault.from_s)), 19, &fault.message));
    }
    row
}

/// All that a person asks about one file.
pub fn measurement(file: &Path, m: &Measurement) -> String {
    let loudness = &m.loudness;
    let mut lines = vec![headline(file, m), String::new()];
    let mut row = |name: &str, value: f64, unit: &str| lines.push(format!("{name:NAMES$}{} {unit}", level(value, 7)));
    row("Integrated loudness", loudness.integrated_lufs, "LUFS");
    row("Short-term, loudest", loudness.short_term_max_lufs, "LUFS");
    row("Momentary, loudest", loudness.momentary_max_lufs, "LUFS");
    row("Loudness range", loudness.range_lu, "LU");
    row("True peak", loudness.true_peak_dbtp, "dBTP");
    row("Peak over loudness (PLR)", loudness.plr_db, "dB");
    row("Crest factor", m.dynamics.crest_db, "dB");
    if let Some(tempo) = m.dynamics.tempo_bpm {
        row("Tempo", tempo, "BPM");
    }
    row("Lost in mono", m.stereo.mono_loss_lu, "LU");
    lines.push(format!("{:NAMES$}{:>7}", "Correlation", plain(m.stereo.correlation, 2)));
    lines.push(String::new());
    lines.push(format!("{:NAMES$}{:>7}{:>12}{:>13}{:>12}", "Band", "level", "crest", "correlation", "side/mid"));
    for (dynamics, stereo) in m.dynamics.bands.iter().zip(&m.stereo.bands) {
        let name = format!("{}-{} Hz", dynamics.low_hz.round(), dynamics.high_hz.round());
        lines.push(format!(
            "{name:NAMES$}{} dB{:9.1} dB{:>13}{} dB",
            level(dynamics.level_percentiles_db[1], 7),
            dynamics.crest_db,
            plain(stereo.correlation, 2),
            level(stereo.side_mid_db, 9),
        ));
    }
    lines.extend(faults(m));
    lines.join("\n")
}

/// What the assistant said about one file.
pub fn suggestion(file: &Path, s: &Suggestion) -> String {
    let mut lines = vec![headline(file, &s.measurement)];
    if let Some(styles) = wording::styles(&s.styles) {
        lines.push(format!("Held against: {styles}"));
    }
    lines.extend(fixes(s));
    lines.push(String::new());
    lines.push(before_and_after(&s.measurement, &s.expected));
    lines.push(String::new());
    let price = s.price_chosen.as_ref().and_then(wording::price).map(|text| wrapped("Price", 12, &text));
    let sections = wording::sections(&s.measurement).map(|text| wrapped("Sections", 12, &text));
    let told: Vec<String> = sections.into_iter().chain(price).collect();
    if !told.is_empty() {
        lines.extend(told);
        lines.push(String::new());
    }
    for item in &s.items {
        lines.extend(self::item(item));
    }
    for note in &s.notes {
        lines.push(wrapped("Note", 12, note));
    }
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines.join("\n")
}

/// A row that compares: name, figure, unit.
type Figure = (&'static str, fn(&Measurement) -> f64, &'static str);

/// The figures that mastering is about, on both sides of it.
pub fn before_and_after(before: &Measurement, after: &Measurement) -> String {
    let rows: [Figure; 6] = [
        ("Integrated loudness", |m| m.loudness.integrated_lufs, "LUFS"),
        ("Short-term, loudest", |m| m.loudness.short_term_max_lufs, "LUFS"),
        ("Loudness range", |m| m.loudness.range_lu, "LU"),
        ("True peak", |m| m.loudness.true_peak_dbtp, "dBTP"),
        ("Peak over loudness (PLR)", |m| m.loudness.plr_db, "dB"),
        ("Crest factor", |m| m.dynamics.crest_db, "dB"),
    ];
    let mut text = format!("{:NAMES$}{:>7} {:>8}", "", "before", "after");
    for (name, value, unit) in rows {
        text += &format!("\n{name:NAMES$}{} {} {unit}", level(value(before), 7), level(value(after), 8));
    }
    text
}

fn item(item: &Item) -> Vec<String> {
    let mut lines = vec![wrapped(item.module.label(), 12, &item.reason)];
    if let Some(against) = wording::against(item) {
        lines.push(format!("{:12}measured {against}, confidence {:.0} %", "", 100.0 * item.confidence));
    }
    if let Some(time) = item.time {
        lines.push(format!("{:12}heard {}", "", stretch(time.from_s, time.to_s)));
    }
    if let Some(effect) = wording::effect(item) {
        lines.push(format!("{:12}{effect}", ""));
    }
    let changes = wording::changes(&item.changes);
    if !changes.is_empty() {
        lines.push(wrapped("", 12, &changes));
    }
    lines.push(String::new());
    lines
}

/// What the mix itself must mend, with its place.
fn fixes(s: &Suggestion) -> Vec<String> {
    if s.fix_in_the_mix.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![String::new(), "To mend in the mix".to_owned()];
    for fix in &s.fix_in_the_mix {
        lines.push(wrapped("  -", 4, &wording::placed(&fix.sentence, fix.from_s, fix.to_s, &s.measurement)));
    }
    lines
}

fn faults(m: &Measurement) -> Vec<String> {
    if m.faults.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![String::new(), "Faults".to_owned()];
    lines.extend(m.faults.iter().map(|fault| wrapped(&format!("  at {}", clock(fault.from_s)), 12, &fault.message)));
    lines
}

fn headline(file: &Path, m: &Measurement) -> String {
    let channels = if m.channels == 1 { "mono" } else { "stereo" };
    format!("{}  {}  {} kHz  {channels}", file.display(), clock(m.heard_s), f64::from(m.sample_rate_hz) / 1000.0)
}

/// A level with one decimal; a dash where there is none.
fn level(value: f64, width: usize) -> String {
    format!("{:>width$}", figures::level(value, 1))
}

/// `text` broken at words, behind a head that takes `indent` columns of the first line.
pub fn wrapped(head: &str, indent: usize, text: &str) -> String {
    let mut lines = vec![format!("{head:indent$}")];
    let mut used = indent.max(head.chars().count());
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if used + 1 + length > WIDTH && used > indent {
            lines.push(" ".repeat(indent));
            used = indent;
        }
        if let Some(line) = lines.last_mut() {
            if used > indent || !line.ends_with(' ') {
                line.push(' ');
                used += 1;
            }
            line.push_str(word);
            used += length;
        }
    }
    lines.join("\n")
}
