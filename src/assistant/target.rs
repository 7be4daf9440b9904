//! Targets: what good masters measure, as a probability. The form on disk is JSON with a version; see [`Target::from_text`].

use std::{collections::BTreeSet, sync::OnceLock};

use nalgebra::{Cholesky, DMatrix, DVector};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{gaussian::Gaussian, shape::SHAPE_BANDS};
use crate::analysis::measurement::DYNAMICS_BANDS;

/// The version that this program writes. It reads this one alone.
pub const VERSION: u64 = 1;
const FORMAT: &str = "lacquer-target";

/// What songs of a kind measure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Target {
    pub name: String,
    /// One line for people.
    pub description: String,
    /// Number of songs it was learned from.
    pub songs: usize,
    /// Number of albums (folders) they came from.
    pub albums: usize,
    /// How the figures were made: weights, shrinkage, prior.
    pub method: String,
    pub sources: Vec<Source>,
    /// 1/3-octave shape of mid, 31 Hz to 16 kHz, mean removed.
    pub shape: Spread,
    /// Side against mid in the same bands: low, middle and high, dB.
    pub side_mid_db: Vec<Range>,
    pub ranges: Ranges,
    /// The shape given what an EQ cannot change; where the masters' descriptors were known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conditional: Option<Conditional>,
}

/// Where songs came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    pub name: String,
    pub songs: usize,
}

/// A normal distribution over the bands of a shape.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    pub mean_db: Vec<f64>,
    /// Rows of the covariance, dB².
    pub covariance_db2: Vec<Vec<f64>>,
}

/// 10th, 50th and 90th percentile.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Range {
    pub low: f64,
    pub middle: f64,
    pub high: f64,
}

/// Ranges of everything but the spectrum.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Ranges {
    pub integrated_lufs: Range,
    pub plr_db: Range,
    pub range_lu: Range,
    /// Peak minus RMS in each dynamics band.
    pub crest_db: [Range; DYNAMICS_BANDS],
    /// 95th percentile of the level less its median in each dynamics band.
    pub spread_db: [Range; DYNAMICS_BANDS],
    /// Side against mid in each dynamics band.
    pub width_db: [Range; DYNAMICS_BANDS],
    pub correlation: Range,
    /// Correlation below 120 Hz.
    pub bass_correlation: Range,
    /// Level below 25 Hz against the level of the shape.
    pub rumble_db: Range,
}

/// The natural shape of a song given its descriptors: their prediction, and what it leaves open.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Conditional {
    /// Name of the target that holds the regression.
    pub base: String,
    /// The regression itself; in the base alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub regression: Option<Regression>,
    /// Shape less its prediction.
    pub residual: Spread,
}

/// Ridge regression from descriptors to shape.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Regression {
    /// Penalty on the squares of the weights, for standardised descriptors.
    pub ridge: f64,
    pub descriptor_mean: Vec<f64>,
    pub descriptor_sd: Vec<f64>,
    pub intercept_db: Vec<f64>,
    /// One row for each band, one weight for each descriptor: dB a standard deviation.
    pub weights_db: Vec<Vec<f64>>,
}

/// No figure of a target is greater: levels, ratios and what descriptors count stay far below it.
const GREATEST: f64 = 1e6;

/// Why a text is not a target.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct TargetError(pub String);

impl Target {
    /// A target from the text of a target file.
    ///
    /// # Errors
    /// A sentence on what is wrong with the text: no JSON, another form or version, missing, impossible or non-finite figures.
    pub fn from_text(text: &str) -> Result<Self, TargetError> {
        let error = |sentence: String| Err(TargetError(sentence));
        let value: Value = match serde_json::from_str(text) {
            Ok(value) => value,
            Err(why) => {
                return error(format!("this is not JSON ({why}); a target file is what `lacquer learn -o` writes"));
            }
        };
        if value.get("format").and_then(Value::as_str) != Some(FORMAT) {
            return error(format!("this is no target (no \"format\": \"{FORMAT}\"); `lacquer learn -o` writes one"));
        }
        match value.get("version").and_then(Value::as_u64) {
            Some(VERSION) => {}
            Some(version) => {
                return error(format!(
                    "this target has version {version}, this Lacquer reads version {VERSION}: learn it again or update Lacquer"
                ));
            }
            None => return error("the target's \"version\" is not a whole number".into()),
        }
        let target: Self = match serde_json::from_value(value) {
            Ok(target) => target,
            Err(why) => return error(format!("the target is incomplete or of the wrong kind: {why}")),
        };
        target.check().map_err(|what| TargetError(format!("the target `{}` is not usable: {what}", target.name)))?;
        Ok(target)
    }

    /// The text of a target file: one line for each part, figures rounded to what they are worth.
    pub fn to_text(&self) -> String {
        let Ok(Value::Object(parts)) = serde_json::to_value(self) else { return String::new() };
        let mut text = format!("{{\n\"format\": \"{FORMAT}\",\n\"version\": {VERSION}");
        for (key, value) in parts {
            text += &format!(",\n{}: {value}", Value::String(key));
        }
        text + "\n}\n"
    }

    /// The targets that come with Lacquer, all music first.
    pub fn shipped() -> &'static [Target] {
        static SHIPPED: OnceLock<Vec<Target>> = OnceLock::new();
        SHIPPED.get_or_init(|| super::profiles::TEXTS.iter().filter_map(|text| Self::from_text(text).ok()).collect())
    }

    fn check(&self) -> Result<(), String> {
        if self.name.trim().is_empty() {
            return Err("it has no name".into());
        }
        if self.songs == 0 {
            return Err("it was learned from no song".into());
        }
        self.shape.check("shape")?;
        if self.side_mid_db.len() != SHAPE_BANDS {
            return Err(format!("side_mid_db has {} bands, {SHAPE_BANDS} are needed", self.side_mid_db.len()));
        }
        for range in self.side_mid_db.iter().chain(self.ranges.all()) {
            range.check()?;
        }
        self.conditional.as_ref().map_or(Ok(()), Conditional::check)
    }
}

impl Spread {
    /// The figures of a distribution, rounded for the file.
    pub fn of(gaussian: &Gaussian) -> Self {
        let rounded = |value: f64| (value * 1e3).round() / 1e3;
        Self {
            mean_db: gaussian.mean.iter().map(|value| rounded(*value)).collect(),
            covariance_db2: gaussian
                .covariance
                .row_iter()
                .map(|row| row.iter().map(|value| rounded(*value)).collect())
                .collect(),
        }
    }

    /// The distribution itself.
    pub fn gaussian(&self) -> Gaussian {
        let size = self.mean_db.len();
        Gaussian {
            mean: DVector::from_column_slice(&self.mean_db),
            covariance: DMatrix::from_fn(size, size, |row, column| self.covariance_db2[row][column]),
        }
    }

    fn check(&self, what: &str) -> Result<(), String> {
        let rows = &self.covariance_db2;
        if self.mean_db.len() != SHAPE_BANDS
            || rows.len() != SHAPE_BANDS
            || rows.iter().any(|row| row.len() != SHAPE_BANDS)
        {
            return Err(format!("{what} does not have {SHAPE_BANDS} bands"));
        }
        if !all_possible(&self.mean_db) || rows.iter().any(|row| !all_possible(row)) {
            return Err(format!("{what} holds a figure over a million"));
        }
        let asymmetric =
            (0..SHAPE_BANDS).any(|row| (0..row).any(|column| (rows[row][column] - rows[column][row]).abs() > 1e-6));
        if asymmetric || Cholesky::new(self.gaussian().covariance).is_none() {
            return Err(format!("the covariance of {what} is not positive definite"));
        }
        Ok(())
    }
}

impl Range {
    /// Standard deviation of the normal distribution with the same 10th and 90th percentile.
    pub fn deviation(&self) -> f64 {
        /// From the 10th to the 90th percentile of a standard normal distribution.
        const WIDTH: f64 = 2.563;
        ((self.high - self.low) / WIDTH).max(1e-3)
    }

    fn check(&self) -> Result<(), String> {
        let Self { low, middle, high } = *self;
        if !all_possible(&[low, middle, high]) {
            return Err(format!("a range from {low} by {middle} to {high} holds a figure over a million"));
        }
        if low <= middle && middle <= high {
            Ok(())
        } else {
            Err(format!("a range from {low} by {middle} to {high} does not rise"))
        }
    }
}

impl Ranges {
    /// Every range, in one fixed order.
    pub fn all(&self) -> impl Iterator<Item = &Range> {
        [
            &self.integrated_lufs,
            &self.plr_db,
            &self.range_lu,
            &self.correlation,
            &self.bass_correlation,
            &self.rumble_db,
        ]
        .into_iter()
        .chain(&self.crest_db)
        .chain(&self.spread_db)
        .chain(&self.width_db)
    }

    /// The same ranges, in the same order, to be written.
    pub fn all_mut(&mut self) -> impl Iterator<Item = &mut Range> {
        [
            &mut self.integrated_lufs,
            &mut self.plr_db,
            &mut self.range_lu,
            &mut self.correlation,
            &mut self.bass_correlation,
            &mut self.rumble_db,
        ]
        .into_iter()
        .chain(&mut self.crest_db)
        .chain(&mut self.spread_db)
        .chain(&mut self.width_db)
    }
}

impl Conditional {
    fn check(&self) -> Result<(), String> {
        self.residual.check("conditional residual")?;
        let Some(regression) = &self.regression else { return Ok(()) };
        let Regression { ridge, descriptor_mean, descriptor_sd, intercept_db, weights_db } = regression;
        let count = descriptor_mean.len();
        let sizes: BTreeSet<usize> = weights_db.iter().map(Vec::len).chain([descriptor_sd.len()]).collect();
        if sizes != BTreeSet::from([count]) || weights_db.len() != SHAPE_BANDS || intercept_db.len() != SHAPE_BANDS {
            return Err("the regression's tables do not fit each other".into());
        }
        let possible = all_possible(&[*ridge])
            && all_possible(descriptor_mean)
            && all_possible(descriptor_sd)
            && all_possible(intercept_db)
            && weights_db.iter().all(|row| all_possible(row));
        if !possible || descriptor_sd.iter().any(|sd| *sd <= 0.0) {
            return Err("the regression holds a figure over a million, or a standard deviation of zero".into());
        }
        Ok(())
    }
}

impl Regression {
    /// The shape that a song with these descriptors has on average; `None` when they are not the regression's.
    pub fn predict(&self, descriptors: &[f32]) -> Option<DVector<f64>> {
        let standard = self.standardise(descriptors)?;
        Some(DVector::from_fn(SHAPE_BANDS, |band, _| {
            let sum: f64 = self.weights_db[band].iter().zip(&standard).map(|(weight, value)| weight * value).sum();
            self.intercept_db[band] + sum
        }))
    }

    fn standardise(&self, descriptors: &[f32]) -> Option<Vec<f64>> {
        if descriptors.len() != self.descriptor_mean.len() || descriptors.iter().any(|value| !value.is_finite()) {
            return None;
        }
        let scales = self.descriptor_mean.iter().zip(&self.descriptor_sd);
        Some(descriptors.iter().zip(scales).map(|(value, (mean, sd))| standard_score(*value, *mean, *sd)).collect())
    }
}

/// A descriptor in standard deviations from its mean; songs unlike all that were learned from count as merely unusual.
pub(super) fn standard_score(value: f32, mean: f64, sd: f64) -> f64 {
    const MOST: f64 = 4.0;
    ((f64::from(value) - mean) / sd).clamp(-MOST, MOST)
}

fn all_possible(values: &[f64]) -> bool {
    values.iter().all(|value| value.abs() <= GREATEST)
}

#[cfg(test)]
mod tests;
