//! The results as one HTML page: the table, error before against after, by package and by kind of bend, best and worst songs.

use std::{collections::BTreeMap, fmt::Write};

use crate::{store::Outcome, table::Row};

/// Side of a plot in pixels: of all songs, and of one group.
const SIDE: f64 = 420.0;
const SMALL_SIDE: f64 = 130.0;
/// Range of a plot, dB.
const RANGE_DB: f64 = 10.0;
/// Songs named at either end.
const NAMED: usize = 5;

/// The page.
pub fn html(rows: &[Row], outcomes: &[Outcome]) -> String {
    let mut page = String::from(
        "<!doctype html><html lang=en><meta charset=utf-8><title>How the assistant is judged</title><style>\
         body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color:#222;background:#fff}\
         table{border-collapse:collapse;margin:1rem 0}td,th{padding:.2rem .8rem;text-align:right;border-bottom:1px solid #ddd}\
         td:first-child,th:first-child{text-align:left}.no{color:#a33}.plots{display:flex;gap:2rem;flex-wrap:wrap}\
         circle{fill:#2a6f97;fill-opacity:.5}line{stroke:#999}text{font-size:12px;fill:#555}</style>\
         <h1>How the assistant is judged</h1><p>Each song is held against a target that was learned without its package. \
         Errors are root mean squares over 1/3 octaves of mid from 31 Hz to 16 kHz, level removed, against the master as it was \
         released, measured on what the real chain gives out.</p><table><tr><th>what<th>songs<th>reached<th>aim<th>all the way to the mean<th>matchering</tr>",
    );
    for row in rows {
        let (class, sign) = (if row.holds() { "" } else { " class=no" }, if row.at_least { "≥" } else { "≤" });
        let beside = |value: Option<f64>| value.map_or_else(String::new, |value| format!("{value:+.0}{}", row.unit));
        let _ = write!(
            page,
            "<tr><td>{}<td>{}<td{class}>{:.2}{}<td>{sign} {}{}<td>{}<td>{}</tr>",
            row.what,
            row.songs,
            row.reached,
            row.unit,
            row.aim,
            row.unit,
            beside(row.all_the_way),
            beside(row.matchering)
        );
    }
    page += "</table>";
    let bent = |trial: &str| outcomes.iter().filter(|outcome| outcome.trial == trial).collect::<Vec<_>>();
    page += "<h2>Error before against after</h2><div class=plots>";
    for (trial, title) in [("bend-1", "bends of strength 1"), ("bend-2", "bends of strength 2")] {
        page += &scatter(&bent(trial), title, SIDE);
    }
    page += "</div>";
    let both = [bent("bend-1"), bent("bend-2")].concat();
    page += "<h2>By package</h2>";
    page += &grouped(&both, |outcome| outcome.package.clone());
    page += "<h2>By kind of bend</h2>";
    let faults = ["tilt-up", "tilt-down", "peak", "high-pass", "low-pass"].map(bent).concat();
    let every = [both.clone(), faults].concat();
    page += &grouped(&every, |outcome| {
        if !outcome.trial.starts_with("bend-") {
            return outcome.trial.clone();
        }
        let tilt = if outcome.figure("tilt_db").abs() > 2.0 { "with a tilt of over 2 dB" } else { "with little tilt" };
        format!("strength {}, bells: {}, {tilt}", &outcome.trial[5..], outcome.figure("bells"))
    });
    page += "<h2>Best and worst songs</h2>";
    page += &ends(&both);
    page + "</html>\n"
}

/// Each song's error before, against after; below the line it came nearer.
fn scatter(outcomes: &[&Outcome], title: &str, side: f64) -> String {
    let place = |db: f64| db.clamp(0.0, RANGE_DB) / RANGE_DB * side;
    let (wide, high) = (side + 50.0, side + 60.0);
    let mut svg = format!(
        "<figure><figcaption>{}: {}</figcaption>\
         <svg width={wide} height={high} viewBox='-30 -10 {wide} {high}' role=img>\
         <line x1=0 y1={side} x2={side} y2={side} /><line x1=0 y1=0 x2=0 y2={side} />\
         <line x1=0 y1={side} x2={side} y2=0 stroke-dasharray=4 />",
        escaped(title),
        outcomes.len(),
    );
    for tick in [0.0, 5.0, 10.0] {
        let _ = write!(
            svg,
            "<text x={} y={} text-anchor=middle>{tick}</text><text x=-8 y={} text-anchor=end>{tick}</text>",
            place(tick),
            side + 16.0,
            side - place(tick) + 4.0
        );
    }
    for outcome in outcomes {
        let (x, y) = (place(outcome.figure("error_before_db")), side - place(outcome.figure("error_after_db")));
        let _ = write!(svg, "<circle cx={x:.1} cy={y:.1} r=3><title>{}</title></circle>", escaped(&outcome.song));
    }
    let _ = write!(
        svg,
        "<text x={} y={} text-anchor=middle>before, dB</text><text x=6 y=4>after, dB</text></svg></figure>",
        side / 2.0,
        side + 34.0
    );
    svg
}

/// Change of the mean error and share that got worse, by group, and a plot of each.
fn grouped(outcomes: &[&Outcome], group: impl Fn(&Outcome) -> String) -> String {
    let mut groups: BTreeMap<String, Vec<&Outcome>> = BTreeMap::new();
    for outcome in outcomes {
        groups.entry(group(outcome)).or_default().push(outcome);
    }
    let mut table =
        String::from("<table><tr><th><th>trials<th>before, dB<th>after, dB<th>change<th>worse by over 0.5 dB</tr>");
    let mut plots = String::new();
    for (name, members) in groups {
        plots += &scatter(&members, &name, SMALL_SIDE);
        let mean =
            |figure: &str| members.iter().map(|outcome| outcome.figure(figure)).sum::<f64>() / members.len() as f64;
        let (before, after) = (mean("error_before_db"), mean("error_after_db"));
        let worse = members.iter().filter(|outcome| gain_db(outcome) < -0.5).count();
        let _ = write!(
            table,
            "<tr><td>{}<td>{}<td>{before:.2}<td>{after:.2}<td>{:+.0} %<td>{worse}</tr>",
            escaped(&name),
            members.len(),
            100.0 * (after / before - 1.0)
        );
    }
    table + "</table><div class=plots>" + &plots + "</div>"
}

/// How much nearer a song came, dB.
fn gain_db(outcome: &Outcome) -> f64 {
    outcome.figure("error_before_db") - outcome.figure("error_after_db")
}

fn ends(outcomes: &[&Outcome]) -> String {
    let mut order = outcomes.to_vec();
    order.sort_by(|one, other| gain_db(other).total_cmp(&gain_db(one)));
    let worst = order.len().saturating_sub(NAMED).max(NAMED.min(order.len()));
    let mut table = String::from("<table><tr><th>song<th>trial<th>before, dB<th>after, dB</tr>");
    for outcome in order.iter().take(NAMED).chain(&order[worst..]) {
        let _ = write!(
            table,
            "<tr><td>{}<td>{}<td>{:.2}<td>{:.2}</tr>",
            escaped(&outcome.song),
            outcome.trial,
            outcome.figure("error_before_db"),
            outcome.figure("error_after_db")
        );
    }
    table + "</table>"
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_break_the_page() {
        let figures = BTreeMap::from([("error_before_db".to_owned(), 2.0), ("error_after_db".to_owned(), 1.0)]);
        let outcome = Outcome { package: "<p>".into(), song: "<script>".into(), trial: "bend-1".into(), figures };
        let tilted = Outcome { trial: "tilt-up".into(), ..outcome.clone() };
        let page = html(&[], &[outcome, tilted]);
        assert!(page.contains("&lt;script&gt;") && !page.contains("<script>") && page.contains("-50 %"), "{page}");
        // One plot of all, one of the package, one of each kind of bend, with the song in each.
        assert_eq!(page.matches("<circle").count(), 4, "{page}");
    }

    #[test]
    fn the_best_and_the_worst_are_named_in_order() {
        let outcomes: Vec<Outcome> = (0..12)
            .map(|number| {
                let after = 2.0 + 0.1 * f64::from((number * 5) % 12);
                let figures =
                    BTreeMap::from([("error_before_db".to_owned(), 2.5), ("error_after_db".to_owned(), after)]);
                Outcome { package: "p".into(), song: format!("song {after:.1}"), trial: "bend-2".into(), figures }
            })
            .collect();
        let page = ends(&outcomes.iter().collect::<Vec<_>>());
        let named: Vec<&str> = page.split("<td>song ").skip(1).filter_map(|rest| rest.get(..3)).collect();
        assert_eq!(named, ["2.0", "2.1", "2.2", "2.3", "2.4", "2.7", "2.8", "2.9", "3.0", "3.1"]);
    }
}
