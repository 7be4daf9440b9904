//! What the assistant says: settings, each item with its reason in numbers, and what to expect of them.

use serde::{Deserialize, Serialize};

use super::gauge::Gauge;
use crate::{
    analysis::{
        Measurement,
        measurement::{FaultKind, Severity, TimeRange},
    },
    settings::{ChainSettings, EQ_BANDS, MAX_BANDS, fields},
};

/// The version of [`Suggestion`] that this program writes. It reads this one and all before.
pub const VERSION: u32 = 1;

/// The part of the chain that an item works on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Module {
    Eq,
    Compressor,
    Imager,
    Limiter,
}

impl Module {
    /// All modules in the order of the chain.
    pub const ALL: [Self; 4] = [Self::Eq, Self::Compressor, Self::Imager, Self::Limiter];

    /// The word people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Eq => "EQ",
            Self::Compressor => "Compressor",
            Self::Imager => "Imager",
            Self::Limiter => "Limiter",
        }
    }
}

/// One thing the assistant would do, or says it would not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Item {
    pub module: Module,
    /// Index of the EQ or compressor band the item sets; `None` for the module as a whole.
    pub band: Option<usize>,
    /// Whether anything is changed; `false` says "nothing to do here" with the figures that show it.
    pub acts: bool,
    /// One sentence in a mastering engineer's words, with the numbers.
    pub reason: String,
    /// What was measured, in `unit`.
    pub measured: f64,
    /// The range it was held against.
    pub target_low: f64,
    pub target_high: f64,
    pub unit: String,
    /// 0 to 1.
    pub confidence: f64,
    /// The ids of [`crate::settings::fields`] the item sets, with the suggested values.
    pub changes: Vec<Change>,
    /// Where in the song the finding is heard most; none where it is a matter of the whole song.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<TimeRange>,
    /// What the item was to reach, and what it did; none where nothing is changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effect: Option<Effect>,
}

/// What an acting item was meant to bring [`Item::measured`] to, and what it is on the rendered result; in the item's unit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Effect {
    pub expected: f64,
    pub achieved: f64,
    /// How to read the figure off other measurements.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gauge: Option<Gauge>,
}

impl Effect {
    /// The same figure in another measurement, such as that of the record while it plays; `None` where it holds no such thing.
    pub fn read(&self, measurement: &Measurement) -> Option<f64> {
        self.gauge?.read(measurement)
    }
}

/// One field that an item sets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    pub id: String,
    pub value: f32,
}

/// The assistant's answer for one song and one set of wishes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Suggestion {
    /// Version of this form.
    pub version: u32,
    /// The input as it was.
    pub measurement: Measurement,
    /// All items accepted, at the amount asked for.
    pub settings: ChainSettings,
    pub items: Vec<Item>,
    /// Measured on the rendered result of `settings`.
    pub expected: Measurement,
    /// Loudness that was decided on; `expected` is within 0.1 LU of it.
    pub decided_lufs: f64,
    /// The posterior over the target profiles, most likely first.
    pub styles: Vec<StyleShare>,
    /// Limiter gain reduction over the loud blocks, dB, 95th percentile.
    pub limiter_reduction_p95_db: f64,
    /// Gain reduction of each compressor band over the loud blocks, dB, 95th percentile.
    #[serde(default)]
    pub compressor_reduction_p95_db: [f64; MAX_BANDS],
    /// The spectrum the song was held against, at the song's level; empty when it could not be judged.
    #[serde(default)]
    pub target_curve: TargetCurve,
    /// What each loudness would cost, measured on the loudest 30 s; empty when the limiter may not act.
    #[serde(default)]
    pub loudness_price: Vec<PricePoint>,
    /// Where on that curve the suggestion stands: measured on the rendered song, not on its loudest part. None where the limiter
    /// may not act.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_chosen: Option<PricePoint>,
    /// What processing would be the wrong cure for, the worst first.
    #[serde(default)]
    pub fix_in_the_mix: Vec<MixFix>,
    /// What a person should know that is not an item: limits met, loudness out of reach and its price.
    pub notes: Vec<String>,
}

impl Suggestion {
    /// The suggestion as it may be used after it was read from a file, which anybody can have written: its settings within their
    /// ranges; `None` where it comes from a later version or speaks of bands that there are not.
    pub fn admitted(mut self) -> Option<Self> {
        let bands_are_there = self.items.iter().all(|item| {
            let gauge = item.effect.and_then(|effect| effect.gauge);
            item.band.is_none_or(|band| band < EQ_BANDS) && gauge.is_none_or(Gauge::is_readable)
        });
        self.settings = fields::snapped(self.settings);
        ((1..=VERSION).contains(&self.version) && bands_are_there).then_some(self)
    }
}

/// 1/3-octave spectrum of mid that masters like this song have, with the spread of one standard deviation.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct TargetCurve {
    pub centre_hz: Vec<f64>,
    /// In the units of `measurement.spectrum.mid_db`, shifted to the level of the song.
    pub mean_db: Vec<f64>,
    pub low_db: Vec<f64>,
    pub high_db: Vec<f64>,
}

/// What one integrated loudness costs in limiting.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PricePoint {
    pub integrated_lufs: f64,
    pub drive_db: f64,
    /// Gain reduction over the loud blocks, dB: median, 95th percentile and the most.
    pub reduction_median_db: f64,
    pub reduction_p95_db: f64,
    pub reduction_max_db: f64,
    /// When the most is taken, seconds from the song's start; none where nothing is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worst_s: Option<f64>,
}

/// What a loudness costs, dB of reduction (95th percentile), on the line through points of rising loudness; none beyond their ends,
/// where nobody measured.
pub fn cost_db(points: &[PricePoint], lufs: f64) -> Option<f64> {
    points.windows(2).find_map(|pair| {
        let (from, to) = (pair[0], pair[1]);
        let inside = (from.integrated_lufs..=to.integrated_lufs).contains(&lufs);
        let width = (to.integrated_lufs - from.integrated_lufs).max(1e-9);
        let share = (lufs - from.integrated_lufs) / width;
        inside.then_some(from.reduction_p95_db + share * (to.reduction_p95_db - from.reduction_p95_db))
    })
}

/// Something to mend in the mix, since no setting of the chain would.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MixFix {
    pub kind: FaultKind,
    pub severity: Severity,
    /// Where it is heard, seconds from the song's start.
    pub from_s: f64,
    pub to_s: f64,
    /// What is wrong, by how much, and what to do in the mix.
    pub sentence: String,
}

/// How far a profile explains the song.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StyleShare {
    pub name: String,
    /// 0 to 1; all shares sum to 1.
    pub share: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_lies_on_the_line_between_its_neighbours() {
        let point = |lufs, db| PricePoint {
            integrated_lufs: lufs,
            drive_db: 0.0,
            reduction_median_db: 0.0,
            reduction_p95_db: db,
            reduction_max_db: db,
            worst_s: None,
        };
        let points = [point(-16.0, 0.0), point(-12.0, 2.0), point(-8.0, 8.0)];
        assert_eq!(cost_db(&points, -9.0), Some(6.5));
        assert_eq!(cost_db(&points, -16.0), Some(0.0));
        assert_eq!(cost_db(&points, -7.0), None, "nobody measured that");
    }
}
