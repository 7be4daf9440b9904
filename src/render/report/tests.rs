use super::*;
use crate::{
    analysis::measurement::{Fault, FaultKind, Severity, third_octave_centre_hz},
    assistant::{Item, MixFix, Module, TargetCurve},
};

fn measured(shift_db: f64) -> Measurement {
    let mut m = Measurement { sample_rate_hz: 44_100, channels: 2, heard_s: 100.0, ..Measurement::default() };
    m.loudness.integrated_lufs = -18.0 + shift_db;
    m.loudness.short_term_lufs = (0..98).map(|n| -20.0 + shift_db as f32 + (n % 7) as f32).collect();
    m.spectrum.centre_hz = (0..31).map(third_octave_centre_hz).collect();
    m.spectrum.mid_db = (0..31).map(|n| -20.0 - f64::from(n) + shift_db).collect();
    m
}

fn page(title: &str, before: &Measurement, suggestion: Option<&Suggestion>) -> String {
    let after = measured(4.0);
    let settings = ChainSettings::default();
    let reductions = Reductions { limiter_db: vec![0.0, 2.5, 0.4], ..Reductions::default() };
    html(&ReportInput { title, before, after: &after, settings: &settings, suggestion, reductions: &reductions })
}

fn suggestion(before: &Measurement) -> Suggestion {
    let centre_hz = before.spectrum.centre_hz.clone();
    let mean_db = before.spectrum.mid_db.clone();
    let low_db = mean_db.iter().map(|db| db - 3.0).collect();
    let high_db = mean_db.iter().map(|db| db + 3.0).collect();
    Suggestion {
        version: 1,
        measurement: before.clone(),
        settings: ChainSettings::default(),
        items: vec![Item {
            module: Module::Eq,
            band: Some(2),
            acts: true,
            reason: "250 Hz stands 3.2 dB <over> masters like this".into(),
            measured: 3.2,
            target_low: -1.5,
            target_high: 1.5,
            unit: "dB".into(),
            confidence: 0.8,
            changes: Vec::new(),
            time: None,
            effect: None,
        }],
        expected: before.clone(),
        decided_lufs: -14.0,
        styles: Vec::new(),
        limiter_reduction_p95_db: 1.0,
        compressor_reduction_p95_db: Default::default(),
        target_curve: TargetCurve { centre_hz, mean_db, low_db, high_db },
        loudness_price: Vec::new(),
        price_chosen: None,
        fix_in_the_mix: Vec::new(),
        notes: vec!["as loud as it gets".into()],
    }
}

/// All tags are closed in order: what a browser would have to guess otherwise.
fn assert_well_formed(page: &str) {
    const VOID: [&str; 2] = ["meta", "!doctype"];
    let mut open = Vec::new();
    for piece in page.split('<').skip(1) {
        let (tag, _) = piece.split_once('>').expect("every tag ends");
        let name = tag.split([' ', '/']).next().unwrap_or_default();
        if let Some(closing) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(closing), "in …<{piece}");
        } else if !tag.ends_with('/') && !VOID.contains(&name) {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "left open: {open:?}");
}

#[test]
fn the_page_is_whole_and_needs_nothing_else() {
    let before = measured(0.0);
    let suggestion = suggestion(&before);
    let page = page("A song", &before, Some(&suggestion));
    assert_well_formed(&page);
    for other in ["http:", "https:", "url(", "src=", "@import", "<script", "<link"] {
        assert!(!page.contains(other), "{other} would reach outside");
    }
    for part in
        ["Spectrum", "Loudness over time", "Gain reduction over time", "standard deviation", "as loud as it gets"]
    {
        assert!(page.contains(part), "{part} is missing");
    }
    assert_eq!(page.matches("<figure>").count(), 3);
    assert!(!page.contains("NaN") && !page.contains("inf"), "every figure is a number");
}

#[test]
fn names_are_text_not_markup() {
    let mut before = measured(0.0);
    let message = "click & <b>pop</b>".to_owned();
    let (kind, severity) = (FaultKind::Clipping, Severity::Moderate);
    before.faults = vec![Fault { kind, from_s: 61.0, to_s: 61.4, severity, message: message.clone() }];
    let mut suggestion = suggestion(&before);
    suggestion.fix_in_the_mix = vec![MixFix { kind, severity, from_s: 61.0, to_s: 61.4, sentence: message }];
    let page = page("<script>alert('x')</script> & \"more\"", &before, Some(&suggestion));
    assert_well_formed(&page);
    assert!(page.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;more&quot;"));
    assert!(page.contains("click &amp; &lt;b&gt;pop&lt;/b&gt;") && page.contains("At 1:01"));
    assert!(page.contains("dB &lt;over&gt; masters"));
    assert!(
        page.find("To mend").expect("faults")
            < page.find("figures").map_or(usize::MAX, |_| page.find("Integrated").expect("figures"))
    );
}

#[test]
fn silence_and_missing_parts_leave_charts_out() {
    let silent = Measurement { sample_rate_hz: 44_100, channels: 1, heard_s: 0.1, ..Measurement::default() };
    let settings = ChainSettings::default();
    let reductions = Reductions::default();
    let page = html(&ReportInput {
        title: "",
        before: &silent,
        after: &silent,
        settings: &settings,
        suggestion: None,
        reductions: &reductions,
    });
    assert_well_formed(&page);
    assert!(!page.contains("<figure>") && page.contains("–"), "no chart, dashes for what does not exist");
}

#[test]
fn the_curves_lie_where_the_figures_are() {
    // Matched in level, before and after of the same shape are one curve.
    let before = measured(0.0);
    let page = page("x", &before, None);
    let paths: Vec<_> = page
        .split("<path class=\"curve ")
        .skip(1)
        .take(2)
        .map(|piece| piece.split("d=\"").nth(1).and_then(|d| d.split('"').next()).expect("a path").to_owned())
        .collect();
    assert_eq!(paths[0], paths[1]);
    // 31 thirds of an octave, falling: x and y (downwards) both rise.
    let numbers: Vec<(f64, f64)> = paths[0]
        .split(['M', 'L'])
        .skip(1)
        .map(|point| {
            point.split_once(' ').map(|(x, y)| (x.parse().expect("x"), y.parse().expect("y"))).expect("a point")
        })
        .collect();
    assert_eq!(numbers.len(), 31);
    assert!(numbers.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 < pair[1].1));
}
