//! Puts findings into words, and lists the fields that each of them sets.

use super::{
    finding::{Finding, hertz},
    suggestion::{Change, Item, Module},
};
use crate::settings::{ChainSettings, Choice, FilterType, Placement, fields};

/// The items of a suggestion: each finding as a sentence, with its share of `settings`. `reductions_db` is what the compressor's
/// bands took from the loud parts; `allowed` are the modules that may act.
pub fn items(
    findings: &[Finding],
    settings: &ChainSettings,
    reductions_db: &[f64; crate::settings::MAX_BANDS],
    allowed: &[Module],
) -> Vec<Item> {
    let mut items: Vec<Item> = findings
        .iter()
        .map(|finding| Item {
            module: finding.module,
            band: finding.band,
            acts: finding.acts,
            reason: String::new(),
            measured: finding.measured,
            target_low: finding.target_low,
            target_high: finding.target_high,
            unit: finding.unit.to_owned(),
            confidence: finding.confidence.clamp(0.0, 1.0),
            changes: Vec::new(),
        })
        .collect();
    let neutral = ChainSettings::default();
    for field in fields::fields() {
        let value = field.get(settings);
        if value != field.get(&neutral)
            && let Some(owner) = owner(&field.id, &items)
        {
            items[owner].changes.push(Change { id: field.id.clone(), value });
        }
    }
    for (item, finding) in items.iter_mut().zip(findings) {
        item.acts = !item.changes.is_empty();
        item.reason = if item.acts {
            match action(finding, settings, reductions_db) {
                Some(action) => format!("{}; {action}.", finding.cause),
                None => format!("{}.", finding.cause),
            }
        } else if finding.acts && !allowed.contains(&finding.module) {
            format!("{}; left alone, since the {} may not act.", finding.cause, finding.module.label())
        } else if finding.acts {
            format!("{}; at this amount nothing is changed.", finding.cause)
        } else {
            format!("{}.", finding.cause)
        };
    }
    items
}

/// The item that a field belongs to.
fn owner(id: &str, items: &[Item]) -> Option<usize> {
    let acting = |module: Module, band: Option<usize>| {
        let exact = items.iter().position(|item| item.acts && item.module == module && item.band == band);
        exact.or_else(|| items.iter().position(|item| item.acts && item.module == module))
    };
    let numbered = |prefix: &str| {
        let rest = id.strip_prefix(prefix)?;
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        rest[..digits].parse::<usize>().ok()?.checked_sub(1)
    };
    if id.starts_with("eq") {
        acting(Module::Eq, numbered("eq"))
    } else if id == "comp_bands" || id.starts_with("crossover") {
        acting(Module::Compressor, None).or_else(|| acting(Module::Imager, None))
    } else if id.starts_with("comp") {
        // A band that is switched off belongs to whichever item turned the compressor on.
        acting(Module::Compressor, numbered("comp"))
    } else if id.starts_with("width") {
        acting(Module::Imager, numbered("width"))
    } else if id.starts_with("mono_below") {
        acting(Module::Imager, Some(0))
    } else if id == "imager_on" {
        acting(Module::Imager, None)
    } else {
        acting(Module::Limiter, None)
    }
}

/// What is done about it, in the figures of the settings.
fn action(finding: &Finding, settings: &ChainSettings, reductions_db: &[f64]) -> Option<String> {
    let band = finding.band.unwrap_or(0);
    match finding.module {
        Module::Eq => {
            let band = settings.eq.bands.get(band)?;
            let back = if band.gain_db < 0.0 { "takes part of it off" } else { "gives part of it back" };
            let name = FilterType::LABELS[band.filter.index()].to_lowercase();
            Some(match band.filter {
                FilterType::LowCut => format!("a low cut at {} takes it away", hertz(f64::from(band.frequency_hz))),
                FilterType::Bell => {
                    let place = if band.placement == Placement::Side { " on the side" } else { "" };
                    format!("a bell{place} of {:+.1} dB, Q {:.2}, {back}", band.gain_db, band.q)
                }
                _ => format!("a {name} of {:+.1} dB {back}", band.gain_db),
            })
        }
        Module::Compressor => {
            let compressor = settings.compressor.bands.get(band)?;
            Some(format!(
                "{:.1}:1 over {:.1} dBFS, {:.0} ms attack and {:.0} ms release, takes {:.1} dB off the loud parts (95th percentile)",
                compressor.ratio,
                compressor.threshold_db,
                compressor.attack_ms,
                compressor.release_ms,
                reductions_db.get(band)?
            ))
        }
        Module::Imager if settings.imager.mono_below_on && band == 0 => {
            Some(format!("mono below {:.0} Hz keeps it together", settings.imager.mono_below_hz))
        }
        Module::Imager => {
            let width = settings.imager.widths_percent.get(band)?;
            Some(format!("a width of {width:.0} % goes part of the way"))
        }
        Module::Limiter => None,
    }
}
