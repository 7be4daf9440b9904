//! Random settings: every field of the chain, over its whole range.

use super::signals::Noise;
use lacquer::settings::{
    ChainSettings, Dither,
    fields::{Field, Kind, fields},
};

/// A value of the field: one time in four an end of its range, where faults live.
fn any_value(field: &Field, noise: &mut Noise) -> f32 {
    let share = match noise.below(8) {
        0 => 0.0,
        1 => 1.0,
        _ => noise.share(),
    };
    let (min, max) = match field.kind {
        Kind::Number { min, max, .. } => (min, max),
        Kind::Count { min, max } => (min as f32, max as f32),
        Kind::Switch => (0.0, 1.0),
        Kind::Choice { labels } => (0.0, (labels.len() - 1) as f32),
    };
    min + share * (max - min)
}

/// Everything at random.
pub fn any_settings(noise: &mut Noise) -> ChainSettings {
    let mut settings = ChainSettings::default();
    for field in fields() {
        field.set(&mut settings, any_value(field, noise));
    }
    settings
}

/// One field at random, the rest as it is.
pub fn change_one(settings: &mut ChainSettings, noise: &mut Noise) {
    let field = &fields()[noise.below(fields().len())];
    field.set(settings, any_value(field, noise));
}

/// Without dither, whose noise differs from channel to channel by design.
pub fn undithered(mut settings: ChainSettings) -> ChainSettings {
    settings.output.dither = Dither::Off;
    settings
}
