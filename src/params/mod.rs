//! Host parameters ⇄ [`ChainSettings`](crate::settings::ChainSettings).
//!
//! One parameter for each field of [`fields()`], in that order, and a few more that steer the assistant. Ids are the
//! fields' ids; a host that needs numbers gets their hash (see [`crate::plugin`]). Values a host sends land on the
//! field's step before they reach the chain, so that plugin, settings file and command agree to the last bit. Nothing
//! here smooths: the chain glides by itself.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use nice_plug::prelude::{BoolParam, FloatParam, FloatRange, IntParam, IntRange, Param, ParamPtr};

use crate::{
    assistant::{Delivery, Module, Wishes},
    settings::{
        fields::{Field, Kind, field, fields},
        text,
    },
};

/// The group of the parameters that steer the assistant.
const ASSISTANT_GROUP: &str = "Assistant";
/// The field that hosts link to their own bypass control.
const BYPASS_ID: &str = "bypass";
/// What [`HostParams::deliver`] offers, in the order of [`Delivery::profiles`]. The order is published.
const DELIVER_LABELS: &[&str] = &["Streaming", "Loud", "Apple", "Broadcast", "CD", "Vinyl"];

/// How far the assistant goes.
const AMOUNT: Kind = Kind::Number { min: 0.0, max: 100.0, steps_per_unit: 10.0, skew: 1.0, unit: " %" };

/// The number by which hosts of either format know a parameter: nice-plug's hash of its id, published for ever.
pub fn host_number(id: &str) -> u32 {
    id.bytes().fold(0u32, |hash, byte| hash.wrapping_mul(31).wrapping_add(u32::from(byte))) & 0x7fff_ffff
}

/// What values a parameter takes; `None` when there is none with this id.
pub fn kind(id: &str) -> Option<Kind> {
    field(id).map(|field| field.kind).or_else(|| assistant_kind(id))
}

/// The same of one that is no field of the chain.
fn assistant_kind(id: &str) -> Option<Kind> {
    match id {
        "assist_amount" => Some(AMOUNT),
        "assist_deliver" => Some(Kind::Choice { labels: DELIVER_LABELS }),
        "listen" | "accept" | "assist_eq" | "assist_comp" | "assist_imager" | "assist_limiter" => Some(Kind::Switch),
        _ => None,
    }
}

/// Every parameter that a host sees.
pub struct HostParams {
    /// In the order of [`fields()`].
    chain: Vec<ChainParam>,
    /// While on, the worker listens to the input; turning it off makes the assistant decide.
    pub listen: BoolParam,
    /// While on, the values of the last suggestion sound in place of the parameters that they suggest for.
    pub accept: BoolParam,
    /// How far the assistant goes, 0 to 100 %.
    amount: FloatParam,
    /// Index into [`Delivery::profiles`].
    deliver: IntParam,
    /// Which modules the assistant may use, in the order of [`Module::ALL`].
    modules: [BoolParam; Module::ALL.len()],
    changes: Arc<AtomicU32>,
}

enum ChainParam {
    Number(FloatParam),
    /// Counts by their value, choices by their index.
    Whole(IntParam),
    Switch(BoolParam),
}

impl Default for HostParams {
    fn default() -> Self {
        let changes = Arc::new(AtomicU32::new(0));
        let chain = fields().iter().map(|field| chain_param(field, &changes)).collect();
        let amount_range = FloatRange::Linear { min: 0.0, max: 100.0 };
        let deliver = Kind::Choice { labels: DELIVER_LABELS };
        let last = DELIVER_LABELS.len() as i32 - 1;
        Self {
            chain,
            listen: switch("Listen", false, &changes),
            accept: switch("Accept Suggestion", false, &changes),
            amount: number("Amount", AMOUNT, amount_range, 100.0, &changes)
                .with_step_size(0.1)
                .with_unit(" %")
                .non_automatable(),
            deliver: whole("Deliver For", deliver, (0, last), 0, &changes).non_automatable(),
            modules: Module::ALL
                .map(|module| switch(&format!("Assist {}", module.label()), true, &changes).non_automatable()),
            changes,
        }
    }
}

impl HostParams {
    /// Changes whenever any value has changed; look at it before reading values.
    pub fn changes(&self) -> u32 {
        self.changes.load(Ordering::Acquire)
    }

    /// The value of the field at this position of [`fields()`], as the host set it (not yet on the field's step).
    pub fn chain_value(&self, index: usize) -> f32 {
        match &self.chain[index] {
            ChainParam::Number(param) => param.value(),
            ChainParam::Whole(param) => param.value() as f32,
            ChainParam::Switch(param) => f32::from(param.value()),
        }
    }

    /// The delivery profile that is chosen.
    pub fn delivery(&self) -> Delivery {
        let profiles = Delivery::profiles();
        profiles[usize::try_from(self.deliver.value()).unwrap_or(0).min(profiles.len() - 1)]
    }

    /// What the person asks of the assistant.
    pub fn wishes(&self) -> Wishes {
        Wishes {
            delivery: self.delivery(),
            amount_percent: f64::from(self.amount.value()).clamp(0.0, 100.0),
            only: Module::ALL.into_iter().zip(&self.modules).filter(|(_, on)| on.value()).map(|(m, _)| m).collect(),
            ..Wishes::default()
        }
    }

    /// All parameters as (id, pointer, group) in the order that a generic view shows them: the assistant, then the chain.
    pub fn map(&self) -> Vec<(String, ParamPtr, String)> {
        let [eq, compressor, imager, limiter] = &self.modules;
        let assistant = [
            ("listen", self.listen.as_ptr()),
            ("accept", self.accept.as_ptr()),
            ("assist_amount", self.amount.as_ptr()),
            ("assist_deliver", self.deliver.as_ptr()),
            ("assist_eq", eq.as_ptr()),
            ("assist_comp", compressor.as_ptr()),
            ("assist_imager", imager.as_ptr()),
            ("assist_limiter", limiter.as_ptr()),
        ]
        .map(|(id, param)| (id.to_owned(), param, ASSISTANT_GROUP.to_owned()));
        let chain = fields().iter().zip(&self.chain).map(|(field, param)| {
            let pointer = match param {
                ChainParam::Number(param) => param.as_ptr(),
                ChainParam::Whole(param) => param.as_ptr(),
                ChainParam::Switch(param) => param.as_ptr(),
            };
            (field.id.clone(), pointer, field.group.clone())
        });
        assistant.into_iter().chain(chain).collect()
    }
}

/// Counts changes, whatever the new value is.
fn counted<T>(changes: &Arc<AtomicU32>) -> Arc<dyn Fn(T) + Send + Sync> {
    let changes = changes.clone();
    Arc::new(move |_| {
        changes.fetch_add(1, Ordering::Release);
    })
}

fn chain_param(field: &Field, changes: &Arc<AtomicU32>) -> ChainParam {
    let (name, kind, default) = (field.name.as_str(), field.kind, field.default);
    match kind {
        Kind::Number { min, max, steps_per_unit, skew, unit } => {
            let range = if skew == 1.0 {
                FloatRange::Linear { min, max }
            } else {
                FloatRange::Skewed { min, max, factor: skew }
            };
            let param = number(name, kind, range, default, changes);
            ChainParam::Number(param.with_step_size(1.0 / steps_per_unit).with_unit(unit))
        }
        Kind::Count { min, max } => ChainParam::Whole(whole(name, kind, (min, max), default as i32, changes)),
        Kind::Choice { labels } => {
            let param = whole(name, kind, (0, labels.len() as i32 - 1), default as i32, changes);
            ChainParam::Whole(if field.automatable { param } else { param.non_automatable() })
        }
        Kind::Switch => {
            let param = switch(name, default >= 0.5, changes);
            ChainParam::Switch(if field.id == BYPASS_ID { param.make_bypass() } else { param })
        }
    }
}

fn number(name: &str, kind: Kind, range: FloatRange, default: f32, changes: &Arc<AtomicU32>) -> FloatParam {
    FloatParam::new(name, default, range)
        .with_value_to_string(Arc::new(move |value| text::figure(kind, value)))
        .with_string_to_value(Arc::new(move |text| text::parse(kind, text)))
        .with_callback(counted(changes))
}

fn whole(name: &str, kind: Kind, (min, max): (i32, i32), default: i32, changes: &Arc<AtomicU32>) -> IntParam {
    IntParam::new(name, default, IntRange::Linear { min, max })
        .with_value_to_string(Arc::new(move |value| text::figure(kind, value as f32)))
        .with_string_to_value(Arc::new(move |text| text::parse(kind, text).map(|value| value as i32)))
        .with_callback(counted(changes))
}

fn switch(name: &str, default: bool, changes: &Arc<AtomicU32>) -> BoolParam {
    BoolParam::new(name, default)
        .with_value_to_string(Arc::new(|value| text::figure(Kind::Switch, f32::from(value))))
        .with_string_to_value(Arc::new(|text| text::parse(Kind::Switch, text).map(|value| value >= 0.5)))
        .with_callback(counted(changes))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn ids_and_their_hashes_are_unique() {
        let map = HostParams::default().map();
        let ids: HashSet<_> = map.iter().map(|(id, ..)| id.clone()).collect();
        let hashes: HashSet<_> = map.iter().map(|(id, ..)| host_number(id)).collect();
        assert_eq!((ids.len(), hashes.len()), (map.len(), map.len()));
    }

    #[test]
    fn every_step_survives_the_way_through_the_host() {
        // A host holds a position from 0 to 1 in place of the value; each step must come back as itself.
        let params = HostParams::default();
        for (field, param) in fields().iter().zip(&params.chain) {
            let (Kind::Number { min, max, steps_per_unit, .. }, ChainParam::Number(param)) = (field.kind, param) else {
                continue;
            };
            let steps = ((max - min) * steps_per_unit).round() as usize;
            for step in (0..=steps).step_by((steps / 3000).max(1)) {
                let value = field.snap(min + step as f32 / steps_per_unit);
                let back = field.snap(param.preview_plain(param.preview_normalized(value)));
                assert_eq!(back, value, "{}", field.id);
            }
        }
    }

    #[test]
    fn delivery_choices_are_the_profiles() {
        let names: Vec<_> = Delivery::profiles().iter().map(|profile| profile.name.to_owned()).collect();
        let labels: Vec<_> = DELIVER_LABELS.iter().map(|label| label.to_lowercase()).collect();
        assert_eq!(names, labels);
    }
}
