//! One page for an album: what each song was and is, and how they stand to each other.

use std::fmt::Write;

use super::escape;
use crate::{
    analysis::Measurement,
    assistant::album::{MOST_LOUDNESS_CHANGE_LU, MOST_TONE_CHANGE_DB},
    figures::{level, plain},
};

/// One song of the page.
#[derive(Debug, Clone)]
pub struct AlbumRow {
    pub title: String,
    pub before: Measurement,
    pub after: Measurement,
    pub is_anchor: bool,
    /// How much of the song's own EQ is left beside the album's.
    pub tone_percent: f64,
    /// What was done and why, a sentence each.
    pub reasons: Vec<String>,
}

/// The page as text. `failures` are the songs that could not be mastered, a sentence each.
pub fn html(title: &str, rows: &[AlbumRow], failures: &[String]) -> String {
    let anchor = rows.iter().find(|row| row.is_anchor);
    let mut table = String::new();
    let mut why = String::new();
    for row in rows {
        let lufs = |measurement: &Measurement| measurement.loudness.integrated_lufs;
        let against =
            |of: fn(&AlbumRow) -> &Measurement| anchor.map_or(f64::NAN, |anchor| lufs(of(row)) - lufs(of(anchor)));
        let name = if row.is_anchor { " (anchor)" } else { "" };
        let _ = write!(table, "<tr><th>{}{name}</th>", escape(&row.title));
        for (was, is, unit) in [
            (lufs(&row.before), lufs(&row.after), "LUFS"),
            (against(|row| &row.before), against(|row| &row.after), "LU"),
            (row.before.loudness.true_peak_dbtp, row.after.loudness.true_peak_dbtp, "dBTP"),
            (row.before.loudness.plr_db, row.after.loudness.plr_db, "dB"),
        ] {
            let _ = write!(table, "<td class=\"number\">{} → {} {unit}</td>", level(was, 1), level(is, 1));
        }
        let _ = write!(table, "<td class=\"number\">{} %</td></tr>", plain(row.tone_percent, 0));
        if !row.reasons.is_empty() {
            let items: String = row.reasons.iter().map(|reason| format!("<li>{}</li>", escape(reason))).collect();
            let _ = write!(why, "<h2>{}</h2>\n<ul class=\"notes\">{items}</ul>\n", escape(&row.title));
        }
    }
    let failed: String = failures.iter().map(|failure| format!("<li>{}</li>", escape(failure))).collect();
    let failed = match failures {
        [] => String::new(),
        _ => format!("<section class=\"faults\"><h2>Not mastered</h2><ul>{failed}</ul></section>\n"),
    };
    let title = escape(title);
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title} – album report</title>\n<style>\n{style}</style>\n</head>\n<body>\n\
         <header><h1>{title}</h1><p>Album report · {count} songs. Against the anchor each song keeps its loudness within \
         {MOST_LOUDNESS_CHANGE_LU:.0} LU, and its EQ stays within {MOST_TONE_CHANGE_DB:.0} dB of the album's.</p></header>\n{failed}\
         <div class=\"scroll\"><table><thead><tr><th>Song</th><th class=\"number\">Loudness</th>\
         <th class=\"number\">Against the anchor</th><th class=\"number\">True peak</th><th class=\"number\">PLR</th>\
         <th class=\"number\">Own EQ</th></tr></thead><tbody>{table}</tbody></table></div>\n{why}\
         <footer>Lacquer {version}. Loudness after ITU-R BS.1770-5.</footer>\n</body>\n</html>\n",
        style = include_str!("style.css"),
        count = rows.len(),
        version = env!("CARGO_PKG_VERSION"),
    )
}
