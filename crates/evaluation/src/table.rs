//! The table that the assistant is judged by: each aim, what it must reach, and what it reaches.

use crate::store::Outcome;

/// One row.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Row {
    pub what: &'static str,
    /// Songs that the figure is of.
    pub songs: usize,
    pub reached: f64,
    /// What the figure must be at most or at least.
    pub aim: f64,
    pub at_least: bool,
    /// Decimals and what follows.
    pub unit: &'static str,
    /// The same figure for going all the way to the mean, where it makes sense.
    pub all_the_way: Option<f64>,
    /// The same figure for matchering with another song of the package as its reference, where it was tried.
    pub matchering: Option<f64>,
}

impl Row {
    /// Whether the aim is met.
    pub fn holds(&self) -> bool {
        if self.at_least { self.reached >= self.aim } else { self.reached <= self.aim }
    }
}

/// All outcomes of one trial.
struct Of<'a>(Vec<&'a Outcome>);

impl Of<'_> {
    fn values(&self, figure: &str) -> Vec<f64> {
        self.0.iter().map(|outcome| outcome.figure(figure)).filter(|value| value.is_finite()).collect()
    }

    fn mean(&self, figure: &str) -> f64 {
        let values = self.values(figure);
        values.iter().sum::<f64>() / values.len() as f64
    }

    fn share(&self, holds: impl Fn(&Outcome) -> bool) -> f64 {
        100.0 * self.0.iter().filter(|outcome| holds(outcome)).count() as f64 / self.0.len() as f64
    }

    fn quantile(&self, figure: &str, share: f64) -> f64 {
        let mut values = self.values(figure);
        values.sort_by(f64::total_cmp);
        let index = ((values.len() as f64 * share) as usize).min(values.len().saturating_sub(1));
        values.get(index).copied().unwrap_or(f64::NAN)
    }

    /// Change of the mean error, percent.
    fn change(&self, after: &str) -> f64 {
        100.0 * (self.mean(after) / self.mean("error_before_db") - 1.0)
    }

    fn worse(&self, after: &str) -> f64 {
        self.share(|outcome| outcome.figure(after) > outcome.figure("error_before_db") + 0.5)
    }

    fn largest_third(&self) -> Self {
        let edge = self.quantile("error_before_db", 2.0 / 3.0);
        Self(self.0.iter().copied().filter(|outcome| outcome.figure("error_before_db") >= edge).collect())
    }
}

/// What others would have reached.
#[derive(Clone, Copy)]
struct Beside {
    all_the_way: Option<f64>,
    matchering: Option<f64>,
}

/// Where the others have no part.
const NOBODY: Beside = Beside { all_the_way: None, matchering: None };

impl Beside {
    fn of<'a>(bent: &Of<'a>, peer: &Of<'a>, figure: fn(&Of<'a>, &str) -> f64) -> Self {
        Self {
            all_the_way: Some(figure(bent, "error_mean_db")),
            matchering: (!peer.0.is_empty()).then(|| figure(peer, "error_after_db")),
        }
    }
}

/// The rows that the outcomes have anything to say about.
pub fn rows(outcomes: &[Outcome]) -> Vec<Row> {
    let of = |trials: &[&str]| Of(outcomes.iter().filter(|outcome| trials.contains(&outcome.trial.as_str())).collect());
    let none = of(&[]);
    let mut rows = Vec::new();
    let mut add = |what, of: &Of, reached: f64, aim, at_least, unit, beside: Beside| {
        if !of.0.is_empty() {
            let Beside { all_the_way, matchering } = beside;
            rows.push(Row { what, songs: of.0.len(), reached, aim, at_least, unit, all_the_way, matchering });
        }
    };
    for (trial, peer, error, worse, names) in [
        ("bend-1", "matchering-1", -15.0, 6.0, ["restoration k = 1: error", "k = 1: worse by over 0.5 dB"]),
        ("bend-2", "matchering-2", -32.0, 9.0, ["restoration k = 2: error", "k = 2: worse by over 0.5 dB"]),
    ] {
        let (bent, peer) = (of(&[trial]), of(&[peer]));
        let beside = Beside::of(&bent, &peer, Of::change);
        add(names[0], &bent, bent.change("error_after_db"), error, false, " %", beside);
        add(names[1], &bent, bent.worse("error_after_db"), worse, false, " %", Beside::of(&bent, &peer, Of::worse));
        if trial == "bend-2" {
            let third = bent.largest_third();
            let beside = Beside::of(&third, &peer.largest_third(), Of::change);
            add("k = 2, largest third: error", &third, third.change("error_after_db"), -45.0, false, " %", beside);
        }
    }
    for (trial, what, aim) in [
        ("album-1", "album as the target, k = 1: error", -18.0),
        ("album-2", "album as the target, k = 2: error", -38.0),
    ] {
        let bent = of(&[trial]);
        add(what, &bent, bent.change("error_after_db"), aim, false, " %", Beside::of(&bent, &none, Of::change));
    }
    for (trials, what) in
        [(&["tilt-up", "tilt-down"][..], "tilt of 9 dB: error"), (&["peak"], "bell of +9 dB, Q 1: error")]
    {
        let faults = of(trials);
        add(what, &faults, faults.change("error_after_db"), -50.0, false, " %", Beside::of(&faults, &none, Of::change));
    }
    for (trial, what) in [
        ("peak", "bell of +9 dB: named within half an octave"),
        ("high-pass", "high-pass at 200 Hz: named"),
        ("low-pass", "low-pass at 6 kHz: named"),
    ] {
        let faults = of(&[trial]);
        add(what, &faults, faults.share(|outcome| outcome.figure("named") == 1.0), 90.0, true, " %", NOBODY);
    }
    let tilts = of(&["tilt-up", "tilt-down"]);
    let tilted = |outcome: &Outcome| outcome.figure("tilt_named") == 1.0;
    add("tilt of 9 dB: named at either end", &tilts, tilts.share(tilted), 90.0, true, " %", NOBODY);
    let passes = of(&["high-pass", "low-pass"]);
    let boost = passes.quantile("boost_db", 1.0);
    add("passes: lifted beyond the corner, the most", &passes, boost, 0.5, false, " dB", NOBODY);
    let resonances = of(&["resonance"]);
    let found = |outcome: &Outcome| outcome.figure("found") == 1.0;
    add("resonances found within 1/6 octave", &resonances, resonances.share(found), 50.0, true, " %", NOBODY);
    let well = |outcome: &Outcome| outcome.figure("cut_well") == 1.0;
    add("resonances cut by 2 to 5 dB", &resonances, resonances.share(well), 50.0, true, " %", NOBODY);
    let untouched = of(&["untouched"]);
    let narrow = |outcome: &Outcome| outcome.figure("narrow_cut") == 1.0;
    add("resonances: false alarms", &untouched, untouched.share(narrow), 10.0, false, " %", NOBODY);
    let expanded = of(&["expanded"]);
    let nearer = |outcome: &Outcome| outcome.figure("nearer") == 1.0;
    add("expanded masters: dynamics nearer", &expanded, expanded.share(nearer), 70.0, true, " %", NOBODY);
    let uncompressed = |outcome: &Outcome| outcome.figure("compressor_acts") == 0.0;
    add("untouched: no compression", &untouched, untouched.share(uncompressed), 80.0, true, " %", NOBODY);
    add("untouched: EQ in the middle", &untouched, untouched.quantile("eq_rms_db", 0.5), 0.5, false, " dB rms", NOBODY);
    add("untouched: EQ, 90 %", &untouched, untouched.quantile("eq_rms_db", 0.9), 1.2, false, " dB rms", NOBODY);
    let silent = |outcome: &Outcome| outcome.figure("eq_acts") == 0.0;
    add("untouched: the EQ says nothing to do", &untouched, untouched.share(silent), 50.0, true, " %", NOBODY);
    let tone_stays = |outcome: &Outcome| outcome.figure("tone_moves") == 0.0;
    add(
        "untouched: the EQ moves nothing but a low cut",
        &untouched,
        untouched.share(tone_stays),
        50.0,
        true,
        " %",
        NOBODY,
    );
    let delivered = |outcome: &Outcome| outcome.figure("loudness_off_lu").abs() <= 0.2;
    add(
        "loudness within 0.2 LU of what was decided",
        &untouched,
        untouched.share(delivered),
        100.0,
        true,
        " %",
        NOBODY,
    );
    let honest = |outcome: &Outcome| outcome.figure("delivered_or_limited") == 1.0;
    let what = "delivery's loudness, or a limit met before it";
    add(what, &untouched, untouched.share(honest), 100.0, true, " %", NOBODY);
    let over = untouched.quantile("over_ceiling_db", 1.0);
    add("true peak over the ceiling, the most", &untouched, over, 0.05, false, " dB", NOBODY);
    let moves = untouched.quantile("eq_most_db", 1.0);
    add("greatest EQ move, low cuts apart", &untouched, moves, 4.5, false, " dB", NOBODY);
    let bands = untouched.quantile("tonal_bands", 1.0);
    add("EQ bands, low cuts apart, the most", &untouched, bands, 5.0, false, "", NOBODY);
    let reduction = untouched.quantile("reduction_p95_db", 1.0);
    add("greatest gain reduction (95th percentile)", &untouched, reduction, 3.0, false, " dB", NOBODY);
    let halves = of(&["halves"]);
    let alike = |outcome: &Outcome| outcome.figure("apart_most_db") <= 1.0;
    add("halves of a song within 1 dB", &halves, halves.share(alike), 80.0, true, " %", NOBODY);
    let repeats = |outcome: &Outcome| outcome.figure("repeats") == 1.0;
    add("the same answer twice", &untouched, untouched.share(repeats), 100.0, true, " %", NOBODY);
    let speed = 4.0 * untouched.quantile("cpu_s_per_min", 0.5);
    add("CPU seconds for 4 minutes of song", &untouched, speed, 3.0, false, " s", NOBODY);
    rows
}

/// The table as text.
pub fn text(rows: &[Row]) -> String {
    let heads = ["", "songs", "reached", "aim", "all the way", "matchering"];
    let mut text = format!(
        "{:46} {:>6} {:>15} {:>12} {:>12} {:>11}\n",
        heads[0], heads[1], heads[2], heads[3], heads[4], heads[5]
    );
    for row in rows {
        let sign = if row.at_least { "≥" } else { "≤" };
        let beside = |value: Option<f64>| value.map_or_else(String::new, |value| format!("{value:+.0}{}", row.unit));
        let mark = if row.holds() { " " } else { "✗" };
        let line = format!(
            "{:46} {:>6} {:>15} {:>12} {:>12} {:>11}",
            row.what,
            row.songs,
            format!("{mark} {:.2}{}", row.reached, row.unit),
            format!("{sign} {}{}", row.aim, row.unit),
            beside(row.all_the_way),
            beside(row.matchering)
        );
        text += line.trim_end();
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn outcome(trial: &str, figures: &[(&str, f64)]) -> Outcome {
        let figures = figures.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect::<BTreeMap<_, _>>();
        Outcome { package: "p".into(), song: "s".into(), trial: trial.into(), figures }
    }

    #[test]
    fn each_aim_is_counted_from_its_own_figures() {
        let outcomes = [
            outcome("high-pass", &[("named", 1.0), ("boost_db", 0.3)]),
            outcome("low-pass", &[("named", 0.0), ("boost_db", 1.2)]),
            outcome("expanded", &[("nearer", 1.0)]),
            outcome("expanded", &[("nearer", 0.0)]),
            outcome("untouched", &[("delivered_or_limited", 1.0), ("tonal_bands", 3.0), ("narrow_cut", 0.0)]),
            outcome("untouched", &[("delivered_or_limited", 0.0), ("tonal_bands", 6.0), ("narrow_cut", 1.0)]),
        ];
        let rows = rows(&outcomes);
        let reached = |what: &str| rows.iter().find(|row| row.what.starts_with(what)).map(|row| row.reached);
        assert_eq!(reached("high-pass"), Some(100.0));
        assert_eq!(reached("low-pass"), Some(0.0));
        assert_eq!(reached("passes: lifted"), Some(1.2));
        assert_eq!(reached("expanded"), Some(50.0));
        assert_eq!(reached("delivery's loudness"), Some(50.0));
        assert_eq!(reached("EQ bands"), Some(6.0));
        assert_eq!(reached("resonances: false"), Some(50.0));
    }

    #[test]
    fn a_row_is_the_change_of_the_mean_error() {
        let bent = |before, after| {
            outcome("bend-1", &[("error_before_db", before), ("error_after_db", after), ("error_mean_db", 6.0)])
        };
        let peer = outcome("matchering-1", &[("error_before_db", 2.0), ("error_after_db", 5.0)]);
        let rows = rows(&[bent(2.0, 1.0), bent(2.0, 2.6), peer]);
        assert_eq!(rows.len(), 2, "only what was tried: {rows:?}");
        assert!((rows[0].reached + 10.0).abs() < 1e-9, "{rows:?}");
        assert_eq!(rows[0].all_the_way.map(f64::round), Some(200.0));
        assert_eq!(rows[0].matchering.map(f64::round), Some(150.0));
        assert!((rows[1].reached - 50.0).abs() < 1e-9, "one of two is worse by 0.6 dB");
        assert!(!rows[0].holds() && !rows[1].holds());
        assert!(text(&rows).lines().count() == 3);
    }
}
