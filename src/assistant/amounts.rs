//! How much of a suggestion is taken: an amount for the whole, one for each item.
//!
//! At 0 the settings are those from before, to the last bit; at 100 they are the suggestion's. In between every number glides along
//! its own scale, from what *sounded* before: a band that was off starts as the suggested band at 0 dB (a cut at the end of its
//! range, a ratio at 1:1, a width at 100 %), so that what grows is how much it does, and not where it does it. A band that was
//! another filter goes back to 0 dB by half the way, and the suggested one comes up from there.

use serde::{Deserialize, Serialize};

use super::suggestion::{Change, Module, Suggestion};
use crate::settings::{
    ChainSettings, CompressorBand, EqBand, FilterType,
    fields::{Field, Kind, field, fields},
};

/// How much of a suggestion is taken, percent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Amounts {
    /// Of all items, 0 to 100.
    pub whole_percent: f64,
    /// Of each item of [`Suggestion::items`] in their order, 0 to 100; what is not listed counts as 100. An item's strength is the
    /// product of both.
    pub items_percent: Vec<f64>,
}

impl Default for Amounts {
    fn default() -> Self {
        Self { whole_percent: 100.0, items_percent: Vec::new() }
    }
}

impl Amounts {
    /// The strength of an item, 0 to 1.
    pub fn share(&self, item: usize) -> f64 {
        let own_percent = self.items_percent.get(item).copied().unwrap_or(100.0);
        // What is not a number takes nothing.
        let share = |percent: f64| if percent.is_nan() { 0.0 } else { (percent / 100.0).clamp(0.0, 1.0) };
        share(self.whole_percent) * share(own_percent)
    }
}

impl Suggestion {
    /// The settings with so much of the suggestion in them, where `before` is what was set ahead of it.
    ///
    /// Loudness and peaks are proven at 100 % alone; the ceiling is the suggestion's as soon as the limiter takes any part.
    pub fn settings_at(&self, amounts: &Amounts, before: &ChainSettings) -> ChainSettings {
        let mut settings = *before;
        for change in self.changes_at(amounts, before) {
            if let Some(field) = field(&change.id) {
                field.set(&mut settings, change.value);
            }
        }
        settings
    }

    /// The same as the changes of all items: each field that the suggestion sets, with its value at these amounts.
    pub fn changes_at(&self, amounts: &Amounts, before: &ChainSettings) -> Vec<Change> {
        let suggested = self.suggested(before);
        let origin = origin(before, &suggested);
        let shares: Vec<f64> = (0..self.items.len()).map(|item| amounts.share(item)).collect();
        let changes = self
            .items
            .iter()
            .zip(&shares)
            .flat_map(|(item, share)| item.changes.iter().map(move |change| (item.module, *share, change)));
        changes
            .filter_map(|(module, own, change)| {
                let field = field(&change.id)?;
                // What a module has in common is there as soon as one of its items is.
                let module_share = self.greatest_share(module, field, &shares);
                let share = if is_common(field) { module_share } else { own };
                let value = match (module_share, share) {
                    (0.0, _) => field.get(before),
                    // A band at nothing beside others that work; equalisers have nothing in common but their switch.
                    (_, 0.0) if module == Module::Compressor => field.get(&origin),
                    (_, 0.0) => field.get(before),
                    (_, 1.0) => change.value,
                    _ => blended(field, before, &origin, &suggested, share as f32),
                };
                Some(Change { id: change.id.clone(), value: field.snap(value) })
            })
            .collect()
    }

    /// How many dB louder (LU) the music is expected to be at these amounts: the limiter's item is what makes it louder.
    pub fn louder_lu_at(&self, amounts: &Amounts) -> f64 {
        let louder_lu = self.expected.loudness.integrated_lufs - self.measurement.loudness.integrated_lufs;
        let limiter = self.items.iter().position(|item| item.acts && item.module == Module::Limiter);
        louder_lu * limiter.map_or(amounts.share(usize::MAX), |item| amounts.share(item))
    }

    /// `before` with all that the items set.
    fn suggested(&self, before: &ChainSettings) -> ChainSettings {
        let mut settings = *before;
        for change in self.items.iter().flat_map(|item| &item.changes) {
            if let Some(field) = field(&change.id) {
                field.set(&mut settings, change.value);
            }
        }
        settings
    }

    /// The strength of the strongest item that needs the field.
    fn greatest_share(&self, module: Module, field: &Field, shares: &[f64]) -> f64 {
        // The imager works in the compressor's bands.
        let splits = field.id == "comp_bands" || field.id.starts_with("crossover");
        let needs = |other: Module| other == module || (splits && matches!(other, Module::Compressor | Module::Imager));
        let acting = self.items.iter().zip(shares).filter(|(item, _)| item.acts && needs(item.module));
        acting.map(|(_, share)| *share).fold(0.0, f64::max)
    }
}

/// `suggested` at a share of its strength, 0 (neutral) to 1 (all of it), as the settings glide from neutral.
pub fn partly(suggested: &ChainSettings, share: f64) -> ChainSettings {
    let neutral = ChainSettings::default();
    if share >= 1.0 {
        return *suggested;
    }
    let mut settings = neutral;
    // What is not a number takes nothing.
    if share > 0.0 {
        let origin = origin(&neutral, suggested);
        for field in fields() {
            let value = blended(field, &neutral, &origin, suggested, share as f32);
            field.set(&mut settings, field.snap(value));
        }
    }
    settings
}

/// Whether a field belongs to its module as a whole and not to one band's item.
fn is_common(field: &Field) -> bool {
    let id = field.id.as_str();
    let band =
        |prefix: &str| id.strip_prefix(prefix).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    match id {
        "eq_on" | "imager_on" => true,
        _ if id.starts_with("comp") => !band("comp"),
        _ => id.starts_with("crossover"),
    }
}

/// Settings that sound like `before`, in the shape of `suggested`: what was off is there, and does nothing.
fn origin(before: &ChainSettings, suggested: &ChainSettings) -> ChainSettings {
    let mut origin = *before;
    for ((origin, was), new) in origin.eq.bands.iter_mut().zip(&before.eq.bands).zip(&suggested.eq.bands) {
        if new.on && !(was.on && before.eq.on) {
            *origin = at_rest(new);
        }
    }
    if !before.compressor.on && suggested.compressor.on {
        origin.compressor = suggested.compressor;
        for band in origin.compressor.bands.iter_mut().filter(|band| band.on) {
            *band = CompressorBand { ratio: 1.0, makeup_db: 0.0, ..*band };
        }
    }
    for ((origin, was), new) in
        origin.compressor.bands.iter_mut().zip(&before.compressor.bands).zip(&suggested.compressor.bands)
    {
        if before.compressor.on && new.on && !was.on {
            *origin = CompressorBand { ratio: 1.0, makeup_db: 0.0, ..*new };
        }
    }
    if !before.imager.on {
        origin.imager = suggested.imager;
        origin.imager.widths_percent = [100.0; _];
    }
    if suggested.imager.mono_below_on && !(before.imager.on && before.imager.mono_below_on) {
        origin.imager.mono_below_hz = lowest("mono_below", origin.imager.mono_below_hz);
    }
    if !before.limiter.on && suggested.limiter.on {
        origin.limiter = suggested.limiter;
        origin.limiter.drive_db = 0.0;
    }
    origin
}

/// The band in a state in which it does nothing, as far as its filter has one.
fn at_rest(band: &EqBand) -> EqBand {
    let frequency_hz = match band.filter {
        FilterType::LowCut => lowest("eq1_freq", band.frequency_hz),
        FilterType::HighCut => highest("eq1_freq", band.frequency_hz),
        _ => band.frequency_hz,
    };
    let mut rest = EqBand { gain_db: 0.0, frequency_hz, ..*band };
    if band.dynamics.on {
        rest.dynamics.range_db = 0.0;
    }
    rest
}

fn lowest(id: &str, otherwise: f32) -> f32 {
    match field(id).map(|field| field.kind) {
        Some(Kind::Number { min, .. }) => min,
        _ => otherwise,
    }
}

fn highest(id: &str, otherwise: f32) -> f32 {
    match field(id).map(|field| field.kind) {
        Some(Kind::Number { max, .. }) => max,
        _ => otherwise,
    }
}

/// The field's value between what sounded before and what is suggested, 0 to 1 (both excluded).
fn blended(
    field: &Field,
    before: &ChainSettings,
    origin: &ChainSettings,
    suggested: &ChainSettings,
    share: f32,
) -> f32 {
    if let Some(band) = eq_band(field) {
        let (was, new) = (&before.eq.bands[band], &suggested.eq.bands[band]);
        let replaced = was.on && before.eq.on && new.on && (was.filter, was.placement) != (new.filter, new.placement);
        if replaced {
            // Out with the one, in with the other.
            let mut half = *before;
            let share = if share < 0.5 {
                half.eq.bands[band] = at_rest(was);
                return glide(field, field.get(before), field.get(&half), 2.0 * share);
            } else {
                half.eq.bands[band] = at_rest(new);
                2.0 * share - 1.0
            };
            return glide(field, field.get(&half), field.get(suggested), share);
        }
    }
    glide(field, field.get(origin), field.get(suggested), share)
}

fn eq_band(field: &Field) -> Option<usize> {
    field.id.strip_prefix("eq")?.split('_').next()?.parse::<usize>().ok()?.checked_sub(1)
}

/// From one value to another along the field's scale. Switches and choices are the suggestion's as soon as it has any part: what
/// they switch on grows from nothing.
fn glide(field: &Field, from: f32, to: f32, share: f32) -> f32 {
    match field.kind {
        Kind::Number { min, max, skew, .. } => {
            let place = |value: f32| ((value - min) / (max - min)).clamp(0.0, 1.0).powf(skew);
            let place = place(from) + share * (place(to) - place(from));
            min + (max - min) * place.powf(1.0 / skew)
        }
        Kind::Count { .. } | Kind::Switch | Kind::Choice { .. } => to,
    }
}

#[cfg(test)]
mod tests;
