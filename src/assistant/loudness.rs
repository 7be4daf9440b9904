//! What is said of the loudness, and of suggestions that were dropped.

use super::{
    decide::limiter::{MOST_REDUCTION_DB, Plan, ShortfallCause},
    finding::Finding,
    gauge::Gauge,
    proof::{Judgement, Proof},
    render::Reduction,
    style::Profile,
    suggestion::Module,
    wishes::{Delivery, Wishes},
};
use crate::analysis::{Measurement, measurement::TimeRange};

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
    let p95_db = proof.rendered.limiter().p95_db;
    let reached = proof.rendered.integrated_lufs;
    let mut cause = if settings.limiter.on {
        let drive = match settings.input.gain_db < 0.0 {
            true => format!("{:.1} dB at the input", settings.input.gain_db),
            false => format!("{:.1} dB of drive", settings.limiter.drive_db),
        };
        let limiting = match p95_db {
            p95 if p95 < 0.05 => "with next to nothing limited".to_owned(),
            p95 => format!("for {p95:.1} dB of reduction on the loud parts (95th percentile)"),
        };
        format!(
            "{song}; {drive} into a ceiling of {:.1} dBTP makes it {reached:.1} LUFS, {limiting}",
            delivery.ceiling_dbtp
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
        cause += &format!(", as {} asks", name(delivery));
    } else {
        let price = price(plan, wanted, profile);
        cause += &format!("; {price}");
        note = Some(format!("Loudness: the song takes {reached:.1} LUFS; {price}."));
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
        time: worst_moment(&proof.rendered.limiter()),
    };
    (finding, note)
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

/// What the delivery's loudness would cost.
fn price(plan: &Plan, wanted: f64, profile: &Profile) -> String {
    let cost_db = plan.shortfall.map_or(0.0, |shortfall| shortfall.cost_db);
    match plan.shortfall.map(|shortfall| shortfall.cause) {
        Some(ShortfallCause::Plr(low)) => format!(
            "{wanted:.1} would cost {cost_db:.1} dB of reduction and bring PLR under the {low:.1} dB that the low end of {} has",
            profile.label
        ),
        _ => format!(
            "{wanted:.1} would cost {:.1} dB of reduction, {MOST_REDUCTION_DB:.0} dB is the limit",
            cost_db.max(MOST_REDUCTION_DB)
        ),
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

/// The item of a module that did not help.
pub fn dropped(judgement: Judgement) -> Finding {
    let (what, unit) = match judgement.module {
        Module::Eq => ("the spectrum's distance from the target", "standard deviations"),
        Module::Compressor => ("the spread of the compressed bands against the middle of the target", "dB"),
        _ => ("the width against the middle of the target", "dB"),
    };
    Finding {
        module: judgement.module,
        band: judgement.band,
        acts: false,
        cause: format!(
            "Nothing to do: what was tried did not help, rendered it took {what} from {:.2} to {:.2} {unit}",
            judgement.before, judgement.after
        ),
        measured: judgement.after,
        target_low: 0.0,
        target_high: judgement.before,
        unit,
        // The further off it led, the surer it was wrong.
        confidence: judgement.after / (judgement.after + judgement.before).max(f64::MIN_POSITIVE),
        gauge: None,
        time: None,
    }
}
