//! Puts findings into words, and lists the fields that each of them sets.

use super::{
    finding::{Finding, hertz},
    gauge::Aims,
    judgement::NARROW_Q,
    suggestion::{Change, Effect, Item, Module},
};
use crate::{
    analysis::Measurement,
    figures::typeset,
    settings::{
        ChainSettings, Choice, FilterType, MAX_BANDS, Placement,
        fields::{self, Field},
    },
};

/// What sentences and figures are made of beside the findings.
pub struct Spoken<'a> {
    /// The song as it was and as it came out.
    pub before: &'a Measurement,
    pub after: &'a Measurement,
    pub settings: &'a ChainSettings,
    pub aims: Aims,
    /// What the compressor's bands took from the loud parts (95th percentile), dB.
    pub taken_db: [f64; MAX_BANDS],
    /// The modules that may act.
    pub allowed: &'a [Module],
}

/// The items of a suggestion: each finding as a sentence, with its share of the settings.
pub fn items(findings: &[Finding], spoken: &Spoken) -> Vec<Item> {
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
            time: finding.time,
            effect: None,
        })
        .collect();
    for field in fields::fields().iter().filter(|field| belongs(field, spoken.settings)) {
        if let Some(owner) = owner(&field.id, &items) {
            items[owner].changes.push(Change { id: field.id.clone(), value: field.get(spoken.settings) });
        }
    }
    for (item, finding) in items.iter_mut().zip(findings) {
        item.acts = !item.changes.is_empty();
        let sentence = if item.acts {
            item.effect = effect(finding, spoken);
            match action(finding, spoken.settings, &spoken.taken_db) {
                Some(action) => format!("{}; {action}.", finding.cause),
                None => format!("{}.", finding.cause),
            }
        } else if finding.acts && !spoken.allowed.contains(&finding.module) {
            format!("{}; left alone, since the {} may not act.", finding.cause, finding.module.label())
        } else if finding.acts {
            format!("{}; at this amount nothing is changed.", finding.cause)
        } else {
            format!("{}.", finding.cause)
        };
        item.reason = typeset(&sentence);
    }
    items
}

/// What the item was to reach, and what it did.
fn effect(finding: &Finding, spoken: &Spoken) -> Option<Effect> {
    let gauge = finding.gauge?;
    Some(Effect {
        expected: gauge.expected(spoken.before, spoken.settings, &spoken.aims)?,
        achieved: gauge.read(spoken.after)?,
        gauge: Some(gauge),
    })
}

/// Whether the settings say anything by this field: all that a band or module at work sounds by, at whatever value, so that
/// the suggestion sounds the same whatever was set before.
fn belongs(field: &Field, settings: &ChainSettings) -> bool {
    let band = |prefix: &str| {
        let (number, name) = field.id.strip_prefix(prefix)?.split_once('_')?;
        Some((number.parse::<usize>().ok()?.checked_sub(1)?, name))
    };
    let id = field.id.as_str();
    if id == "eq_on" {
        return settings.eq.bands.iter().any(|band| band.on);
    }
    if let Some((band, name)) = band("eq") {
        let band = &settings.eq.bands[band];
        return band.on
            && match name {
                "gain" => band.filter.has_gain(),
                "slope" => !band.filter.has_gain() && band.filter != FilterType::Notch,
                "on" | "type" | "freq" | "q" | "placement" | "dyn_on" => true,
                _ => band.dynamics.on,
            };
    }
    if let Some((band, name)) = band("comp") {
        // What a band in rest is set to is not heard; that it rests is.
        return settings.compressor.on && (name == "on" || (settings.compressor.bands[band].on && name != "solo"));
    }
    if let Some(number) = id.strip_prefix("crossover").and_then(|number| number.parse::<u8>().ok()) {
        let splits = settings.compressor.on || settings.imager.on;
        return splits && number < settings.compressor.band_count;
    }
    let neutral = ChainSettings::default();
    let levels = settings.limiter.on || settings.input != neutral.input || settings.output.gain_db != 0.0;
    match id {
        "comp_bands" => settings.compressor.on || settings.compressor.band_count > 1,
        "soft_clip" => settings.limiter.on && settings.limiter.soft_clip_on,
        "mono_below" => settings.imager.on && settings.imager.mono_below_on,
        "input_gain" | "output_gain" | "limiter_on" => levels,
        _ if id.starts_with("comp") => settings.compressor.on,
        _ if id.starts_with("width") || id == "imager_on" || id == "mono_below_on" => settings.imager.on,
        _ if id.starts_with("limiter") || id == "soft_clip_on" => settings.limiter.on,
        _ => field.get(settings) != field.default,
    }
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
    if id == "eq_on" {
        acting(Module::Eq, None)
    } else if id.starts_with("eq") {
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
                FilterType::Bell if band.q >= NARROW_Q => {
                    format!("a narrow bell of {:+.1} dB, Q {:.1}, takes part of it off", band.gain_db, band.q)
                }
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

#[cfg(test)]
mod tests;
