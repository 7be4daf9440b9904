//! What is said of the loudness, and of suggestions that were dropped.

use super::{
    decide::limiter::{MOST_REDUCTION_DB, Plan, ShortfallCause},
    finding::Finding,
    gauge::Gauge,
    judgement::{Judged, Judgement},
    proof::Proof,
    render::Reduction,
    style::Profile,
    suggestion::{Module, cost_db},
    wishes::{Delivery, Wishes},
};
use crate::{
    analysis::{Measurement, measurement::TimeRange},
    figures::{clock, plain, typeset},
};

/// Less reduction would read as 0.0 dB.
const LEAST_SAID_DB: f64 = 0.05;

/// Sections that the limiter treats alike by this need no word, dB.
const LEAST_BETWEEN_DB: f64 = 0.5;

/// The item of the limiter, and a note where the delivery is out of reach.
pub fn finding(
    measurement: &Measurement,
    plan: &Plan,
    proof: &Proof,
    delivery: &Delivery,
    amount: f64,
    profile: &Profile,
) -> (Finding, Option<String>) {
    let own = &measurement.loudness;
    let wanted = delivery.integrated_lufs;
    let song = format!("The song measures {:.1} LUFS at {:.1} dBTP", own.integrated_lufs, own.true_peak_dbtp);
    let settings = &proof.settings;
    let limiter = proof.rendered.limiter();
    let reached = proof.rendered.integrated_lufs;
    let mut cause = if settings.limiter.on {
        let drive = match settings.input.gain_db < 0.0 {
            true => format!("{:.1} dB at the input", settings.input.gain_db),
            false => format!("{:.1} dB of drive", settings.limiter.drive_db),
        };
        format!(
            "{song}; {drive} into a ceiling of {:.1} dBTP makes it {reached:.1} LUFS, {}",
            delivery.ceiling_dbtp,
            limiting(&limiter)
        )
    } else if settings.output.gain_db != 0.0 {
        format!(
            "{song}; the output at {:.1} dB makes it {reached:.1} LUFS and nothing is limited",
            settings.output.gain_db
        )
    } else {
        format!("Nothing to do: the song measures {reached:.1} LUFS at {:.1} dBTP as it is", own.true_peak_dbtp)
    };
    let mut note = None;
    if amount < 1.0 {
        cause += &format!(", {:.0} % of the way to {wanted:.1} LUFS", 100.0 * amount);
    } else if (reached - wanted).abs() < 0.15 {
        cause += &match plain(reached, 1) == plain(wanted, 1) {
            true => format!(", as {} asks", name(delivery)),
            false => format!(", next to the {wanted:.1} LUFS that {} asks for", name(delivery)),
        };
        if let Some(cost_db) = cost_db(&plan.price, reached + 1.0).filter(|_| limiter.p95_db >= LEAST_SAID_DB) {
            cause += &format!("; {:.1} LUFS would cost {cost_db:.1} dB", reached + 1.0);
        }
    } else {
        let price = price(plan, wanted, profile);
        cause += &format!("; {price}");
        note = Some(typeset(&format!("Loudness: the song takes {reached:.1} LUFS; {price}.")));
    }
    let finding = Finding {
        module: Module::Limiter,
        band: None,
        acts: settings.limiter.on || settings.output.gain_db != 0.0,
        cause,
        measured: own.integrated_lufs,
        target_low: wanted,
        target_high: wanted,
        unit: "LUFS",
        confidence: 1.0,
        gauge: Some(Gauge::Loudness),
        time: worst_moment(&limiter),
    };
    (finding, note)
}

/// Between which sections of the song the limiter's work differs, where it does.
pub fn by_section(measurement: &Measurement, proof: &Proof) -> Option<String> {
    let taken = measurement.sections.iter().map(|section| {
        let stretch = TimeRange { from_s: section.from_s, to_s: section.to_s };
        (stretch, proof.rendered.limiter_within(stretch))
    });
    let taken: Vec<(TimeRange, f64)> = taken.collect();
    let (most, most_db) = taken.iter().copied().rev().max_by(|a, b| a.1.total_cmp(&b.1))?;
    let (least, least_db) = taken.iter().copied().min_by(|a, b| a.1.total_cmp(&b.1))?;
    (proof.settings.limiter.on && most_db - least_db >= LEAST_BETWEEN_DB).then(|| {
        let place = |stretch: TimeRange| crate::figures::stretch(stretch.from_s, stretch.to_s);
        let sentence = format!(
            "The limiter works most {}, by {most_db:.1} dB (95th percentile), and least {}, by {least_db:.1} dB.",
            place(most),
            place(least)
        );
        typeset(&sentence)
    })
}

/// What the limiter takes, and where the most.
fn limiting(limiter: &Reduction) -> String {
    let Reduction { p95_db, max_db, .. } = *limiter;
    match limiter.worst_s {
        Some(_) if p95_db < LEAST_SAID_DB && max_db < 2.0 * LEAST_SAID_DB => "with next to nothing limited".to_owned(),
        Some(at_s) if p95_db < LEAST_SAID_DB => {
            format!("with single peaks limited, the worst by {max_db:.1} dB ({})", clock(at_s))
        }
        Some(at_s) => format!(
            "for {p95_db:.1} dB of reduction on the loud parts (95th percentile), {max_db:.1} dB at the worst moment ({})",
            clock(at_s)
        ),
        None => "with nothing limited".to_owned(),
    }
}

/// Where the limiter takes the most.
fn worst_moment(limiter: &Reduction) -> Option<TimeRange> {
    limiter.worst_s.map(|at_s| TimeRange { from_s: at_s, to_s: at_s })
}

fn name(delivery: &Delivery) -> String {
    match delivery.name {
        "custom" => format!("a delivery at {:.1} LUFS", delivery.integrated_lufs),
        name => name.to_owned(),
    }
}

/// What the delivery's loudness would cost, and why that is not paid.
fn price(plan: &Plan, wanted: f64, profile: &Profile) -> String {
    // Beyond its last point nobody measured the price.
    let last_db = plan.price.last().map_or(0.0, |point| point.reduction_p95_db);
    let cost = || match cost_db(&plan.price, wanted) {
        Some(cost_db) => format!("{cost_db:.1} dB"),
        None => format!("more than {last_db:.1} dB"),
    };
    match plan.shortfall {
        Some(ShortfallCause::Plr(low)) => format!(
            "{wanted:.1} would cost {} of reduction and bring PLR under the {low:.1} dB that the low end of {} has",
            cost(),
            profile.label
        ),
        Some(ShortfallCause::Reduction) => {
            format!(
                "{wanted:.1} would cost {} of reduction in the loudest half minute, where {MOST_REDUCTION_DB:.0} dB is the limit",
                cost()
            )
        }
        // The curve promised it, the song itself did not keep that.
        None => format!("{wanted:.1} would cost more than {MOST_REDUCTION_DB:.0} dB of reduction, which is the limit"),
    }
}

/// The item of a limiter that is not asked to act.
pub fn as_it_is(measurement: &Measurement, wishes: &Wishes) -> Finding {
    let own = &measurement.loudness;
    let wanted = wishes.delivery.integrated_lufs;
    Finding {
        module: Module::Limiter,
        band: None,
        acts: false,
        cause: format!(
            "The loudness stays as it is: the song measures {:.1} LUFS at {:.1} dBTP, {} asks for {wanted:.1} LUFS",
            own.integrated_lufs,
            own.true_peak_dbtp,
            name(&wishes.delivery)
        ),
        measured: own.integrated_lufs,
        target_low: wanted,
        target_high: wanted,
        unit: "LUFS",
        confidence: 1.0,
        gauge: None,
        time: None,
    }
}

/// The item of what did not help.
pub fn dropped(judgement: Judgement) -> Finding {
    let (what, unit) = match judgement.of {
        Judged::Shape => ("the spectrum's distance from the target", "standard deviations"),
        Judged::Side => ("the distance of side against mid from the target", "dB"),
        Judged::Resonance => ("the resonance over its surroundings", "dB"),
        Judged::LowCut => ("the level under the lowest notes against the music", "dB"),
        Judged::Spread => ("the spread of the compressed bands against the middle of the target", "dB"),
        Judged::Bass => ("what the bass lacks of full correlation", "correlation"),
        Judged::Widths => ("the width against the middle of the target", "dB"),
    };
    Finding {
        module: judgement.of.module(),
        band: None,
        acts: false,
        cause: format!(
            "Tried and taken back, for it did not help: rendered it took {what} from {:.2} to {:.2} {unit}",
            judgement.before, judgement.after
        ),
        // Left as it is, it is nearer than what was tried.
        measured: judgement.before,
        target_low: 0.0,
        target_high: judgement.after,
        unit,
        // The further off it led, the surer it was wrong.
        confidence: judgement.after / (judgement.after + judgement.before).max(f64::MIN_POSITIVE),
        gauge: None,
        time: None,
    }
}
