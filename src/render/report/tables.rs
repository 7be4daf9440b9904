//! The page's figures and tables: what was measured, what was suggested and why, what the chain was set to.

use std::fmt::Write;

use super::{ReportInput, broad_bands, charts::gauge, escape};
use crate::{
    analysis::Measurement,
    assistant::{Item, Suggestion},
    figures::{clock, level, stretch},
    render::wording,
    settings::ChainSettings,
};

/// Length, rate, styles.
pub(super) fn about(input: &ReportInput) -> String {
    let before = input.before;
    let channels = if before.channels == 1 { "mono" } else { "stereo" };
    let mut text = format!("{}, {} kHz, {channels}", clock(before.heard_s), f64::from(before.sample_rate_hz) / 1000.0);
    if let Some(styles) = input.suggestion.and_then(|suggestion| wording::styles(&suggestion.styles)) {
        let _ = write!(text, " · held against {styles}");
    }
    format!("<p>Mastering report · {}</p>", escape(&text))
}

/// What the mix itself must mend, ahead of everything else: of the suggestion, or of the source where nothing was suggested.
pub(super) fn fixes(input: &ReportInput) -> String {
    let song = input.before;
    let fixes: Vec<String> = match input.suggestion {
        Some(suggestion) => {
            let fixes = suggestion.fix_in_the_mix.iter();
            fixes.map(|fix| wording::placed(&fix.sentence, fix.from_s, fix.to_s, song)).collect()
        }
        None => {
            let faults = song.faults.iter();
            faults.map(|fault| wording::placed(&fault.message, fault.from_s, fault.to_s, song)).collect()
        }
    };
    if fixes.is_empty() {
        return String::new();
    }
    let items: String = fixes.iter().map(|sentence| format!("<li>{}</li>", escape(sentence))).collect();
    format!("<section class=\"faults\"><h2>To mend in the mix first</h2><ul>{items}</ul></section>\n")
}

/// The song's parts by how loud they are.
pub(super) fn sections(before: &Measurement) -> String {
    wording::sections(before).map_or(String::new(), |text| format!("<p>{}</p>\n", escape(&text)))
}

/// A figure on its card: name, figure, unit, digits.
type Figure = (&'static str, fn(&Measurement) -> f64, &'static str);

/// The four figures one looks for first.
pub(super) fn figures(input: &ReportInput) -> String {
    let cards: [Figure; 4] = [
        ("Integrated loudness", |m| m.loudness.integrated_lufs, "LUFS"),
        ("True peak", |m| m.loudness.true_peak_dbtp, "dBTP"),
        ("Loudness range", |m| m.loudness.range_lu, "LU"),
        ("Peak over loudness", |m| m.loudness.plr_db, "dB"),
    ];
    let mut out = String::from("<section class=\"figures\">");
    for (name, value, unit) in cards {
        let (was, is) = (level(value(input.before), 1), level(value(input.after), 1));
        let _ = write!(
            out,
            "<div class=\"figure\"><small>{name}</small><b>{is} <span>{unit}</span></b>\
             <div class=\"was\">was {was} {unit}</div></div>"
        );
    }
    out + "</section>\n"
}

/// What the assistant says beside its items.
pub(super) fn notes(suggestion: Option<&Suggestion>) -> String {
    let notes = suggestion.map(|suggestion| suggestion.notes.as_slice()).unwrap_or_default();
    if notes.is_empty() {
        return String::new();
    }
    let items: String = notes.iter().map(|note| format!("<li>{}</li>", escape(note))).collect();
    format!("<ul class=\"notes\">{items}</ul>\n")
}

/// Each item with its reason and the figures behind it.
pub(super) fn items(suggestion: Option<&Suggestion>) -> String {
    let items = suggestion.map(|suggestion| suggestion.items.as_slice()).unwrap_or_default();
    if items.is_empty() {
        return String::new();
    }
    let mut out = String::from(
        "<h2>Why</h2>\n<div class=\"scroll\"><table><thead><tr><th>Module</th><th>Reason</th>\
         <th>Measured against usual</th><th class=\"number\">Confidence</th></tr></thead><tbody>",
    );
    for item in items {
        let class = if item.acts { "" } else { " class=\"idle\"" };
        let _ = write!(
            out,
            "<tr{class}><th>{}</th><td>{}{}{}{}</td><td class=\"against\">{}</td><td class=\"number\">{:.0} %</td></tr>",
            item.module.label(),
            escape(&item.reason),
            small(&item.time.map_or_else(String::new, |time| format!("heard {}", stretch(time.from_s, time.to_s)))),
            small(&wording::changes(&item.changes)),
            small(&wording::effect(item).unwrap_or_default()),
            against(item),
            100.0 * item.confidence,
        );
    }
    out + "</tbody></table></div>\n"
}

fn small(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("<small>{}</small>", escape(text)) }
}

fn against(item: &Item) -> String {
    let Some(text) = wording::against(item) else { return String::new() };
    let gauge = gauge(item.measured, item.target_low, item.target_high);
    format!("{gauge}<small>{}</small>", escape(&text))
}

/// What other loudnesses would cost.
pub(super) fn price(suggestion: Option<&Suggestion>) -> String {
    let points = suggestion.map(|suggestion| suggestion.loudness_price.as_slice()).unwrap_or_default();
    if points.is_empty() {
        return String::new();
    }
    let mut out = String::from(
        "<h2>What loudness would cost</h2>\n<div class=\"scroll\"><table><thead><tr><th class=\"number\">Loudness</th>\
         <th class=\"number\">Drive</th><th class=\"number\">Limiting, median</th><th class=\"number\">95 % of loud parts</th>\
         <th class=\"number\">most</th><th class=\"number\">at</th></tr></thead><tbody>",
    );
    let chosen = suggestion.and_then(|suggestion| suggestion.price_chosen);
    let named = points.iter().map(|point| ("", point)).chain(chosen.iter().map(|point| ("Chosen: ", point)));
    for (name, point) in named {
        let _ = write!(out, "<tr><td class=\"number\">{name}{} LUFS</td>", level(point.integrated_lufs, 1));
        for db in [point.drive_db, point.reduction_median_db, point.reduction_p95_db, point.reduction_max_db] {
            let _ = write!(out, "<td class=\"number\">{} dB</td>", level(db, 1));
        }
        let _ = write!(out, "<td class=\"number\">{}</td></tr>", point.worst_s.map_or("–".to_owned(), clock));
    }
    out + "</tbody></table></div>\n"
}

/// Dynamics and stereo image by band, before and after.
pub(super) fn details(input: &ReportInput) -> String {
    let (before, after) = (input.before, input.after);
    let mut out = String::from(
        "<h2>Dynamics and stereo image</h2>\n<div class=\"scroll\"><table><thead><tr><th>Band</th>\
         <th class=\"number\">Crest factor</th><th class=\"number\">Correlation</th><th class=\"number\">Side against mid</th>\
         </tr></thead><tbody>",
    );
    let mut row = |name: &str, cells: [(f64, f64, usize, &str); 3]| {
        let _ = write!(out, "<tr><th>{}</th>", escape(name));
        for (was, is, digits, unit) in cells {
            let _ = write!(out, "<td class=\"number\">{} → {}{unit}</td>", level(was, digits), level(is, digits));
        }
        out += "</tr>";
    };
    for (band, name) in broad_bands().enumerate() {
        let (dynamics, stereo) =
            ((&before.dynamics.bands, &after.dynamics.bands), (&before.stereo.bands, &after.stereo.bands));
        row(
            &name,
            [
                (dynamics.0[band].crest_db, dynamics.1[band].crest_db, 1, " dB"),
                (stereo.0[band].correlation, stereo.1[band].correlation, 2, ""),
                (stereo.0[band].side_mid_db, stereo.1[band].side_mid_db, 1, " dB"),
            ],
        );
    }
    out + "</tbody></table></div>\n"
}

/// All settings of the modules and bands that work.
pub(super) fn settings(settings: &ChainSettings) -> String {
    let groups = wording::settings(settings);
    if groups.is_empty() {
        return "<h2>Settings</h2>\n<p>All neutral: the sound was not changed.</p>\n".to_owned();
    }
    let mut out = String::from("<h2>Settings</h2>\n<div class=\"scroll\"><table><tbody>");
    for (group, texts) in groups {
        let _ = write!(out, "<tr><th>{}</th><td>{}</td></tr>", escape(&group), escape(&texts.join(", ")));
    }
    out + "</tbody></table></div>\n"
}
