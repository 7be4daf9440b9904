//! Loudness: how far the delivery can be reached within the limits, what each loudness costs, and where the gain goes.

use crate::{
    assistant::{
        programme::ProgrammeError,
        render::{Wanted, render},
        suggestion::PricePoint,
        target::Range,
        verify::Loudest,
        wishes::Delivery,
    },
    settings::{ChainSettings, LimiterSettings},
};

/// Reduction of the loud blocks is not driven past this, dB at the 95th percentile.
pub const MOST_REDUCTION_DB: f64 = 3.0;
/// Drives that are tried lie this far apart, dB.
const PRICE_STEP_DB: f64 = 3.0;
/// Nothing beyond this reduction is worth a price, dB.
const PRICE_END_DB: f64 = 7.0;
/// The loudest 30 s lose more than the song does.
const SONG_LOSS: f64 = 0.7;

/// How loud the song is to become, at the full amount.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    pub decided_lufs: f64,
    /// Why it is not the delivery's loudness.
    pub shortfall: Option<ShortfallCause>,
    pub price: Vec<PricePoint>,
}

/// The limit that was met.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ShortfallCause {
    /// More than [`MOST_REDUCTION_DB`] of limiting.
    Reduction,
    /// PLR would fall below the masters' range, whose low end this is.
    Plr(f64),
}

/// The music ahead of the limiter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Before {
    pub integrated_lufs: f64,
    pub true_peak_dbtp: f64,
}

/// Decides the loudness. `loudest` is the loudest part ahead of the limiter.
///
/// # Errors
/// When the excerpt cannot be measured.
pub fn plan(before: Before, loudest: &mut Loudest, delivery: &Delivery, plr: Range) -> Result<Plan, ProgrammeError> {
    let need_db = delivery.integrated_lufs - before.integrated_lufs;
    let headroom_db = delivery.ceiling_dbtp - before.true_peak_dbtp;
    let unlimited_lufs = before.integrated_lufs + headroom_db;
    if need_db <= headroom_db.max(0.0) {
        let price = price(before, loudest, delivery, headroom_db, need_db)?;
        let decided_lufs = delivery.integrated_lufs;
        return Ok(Plan { decided_lufs, shortfall: None, price });
    }
    let price = price(before, loudest, delivery, headroom_db, need_db)?;
    let by_reduction = at(&price, MOST_REDUCTION_DB, |point| point.reduction_p95_db, |point| point.integrated_lufs);
    // A tenth to spare for the tolerance of the search.
    let by_plr = delivery.ceiling_dbtp - plr.low - 0.1;
    let reachable = by_reduction.min(by_plr).max(unlimited_lufs.min(delivery.integrated_lufs));
    // A tenth of an LU is not worth a note.
    if reachable > delivery.integrated_lufs - 0.1 {
        return Ok(Plan { decided_lufs: delivery.integrated_lufs, shortfall: None, price });
    }
    let cause = if by_plr < by_reduction { ShortfallCause::Plr(plr.low) } else { ShortfallCause::Reduction };
    Ok(Plan { decided_lufs: reachable, shortfall: Some(cause), price })
}

/// Reduction against loudness on the excerpt, in rising order of drive.
fn price(
    before: Before,
    loudest: &mut Loudest,
    delivery: &Delivery,
    headroom_db: f64,
    need_db: f64,
) -> Result<Vec<PricePoint>, ProgrammeError> {
    // From where the limiter begins to where it hurts, or a little past what is wanted.
    let start_db = headroom_db.clamp(0.0, 24.0);
    let mut points = Vec::new();
    let mut drive_db = start_db;
    let mut own_lufs: Option<f64> = None;
    while drive_db <= 24.0 {
        let settings = limited(drive_db, delivery.ceiling_dbtp);
        let rendered = render(&mut loudest.excerpt, 2, &settings, Wanted::default(), &mut |_| {})?;
        let excerpt_lufs = match own_lufs {
            Some(own_lufs) => own_lufs,
            // Where the limiter only just begins, what comes out is the music itself.
            None if headroom_db >= 0.0 => rendered.integrated_lufs - drive_db,
            None => {
                render(&mut loudest.excerpt, 2, &ChainSettings::default(), Wanted::default(), &mut |_| {})?
                    .integrated_lufs
            }
        };
        own_lufs = Some(excerpt_lufs);
        let loss_db = (excerpt_lufs + drive_db - rendered.integrated_lufs).max(0.0);
        let reduction = rendered.limiter();
        points.push(PricePoint {
            integrated_lufs: before.integrated_lufs + drive_db - SONG_LOSS * loss_db,
            drive_db,
            reduction_median_db: reduction.median_db,
            reduction_p95_db: reduction.p95_db,
            reduction_max_db: reduction.max_db,
            worst_s: reduction.worst_s.map(|at_s| loudest.from_s + at_s),
        });
        if reduction.p95_db > PRICE_END_DB || (drive_db > need_db + PRICE_STEP_DB && reduction.p95_db > 1.0) {
            break;
        }
        if need_db <= start_db && points.len() > 2 {
            break;
        }
        drive_db += PRICE_STEP_DB;
    }
    Ok(points)
}

fn limited(drive_db: f64, ceiling_dbtp: f64) -> ChainSettings {
    let mut settings = ChainSettings::default();
    settings.limiter =
        LimiterSettings { on: true, drive_db: drive_db as f32, ceiling_dbtp: ceiling_dbtp as f32, ..settings.limiter };
    settings
}

/// `y` where `x` has the value `wanted`, in straight lines between the points and beyond the ends.
fn at(points: &[PricePoint], wanted: f64, x: fn(&PricePoint) -> f64, y: fn(&PricePoint) -> f64) -> f64 {
    let upper = points.iter().position(|point| x(point) >= wanted).unwrap_or(points.len().saturating_sub(1)).max(1);
    let (Some(low), Some(high)) = (points.get(upper - 1), points.get(upper)) else {
        return points.first().map_or(0.0, y);
    };
    let run = x(high) - x(low);
    if run.abs() < 1e-9 { y(high) } else { y(low) + (wanted - x(low)) / run * (y(high) - y(low)) }
}

/// Writes a gain into the settings: up is drive into the limiter, down is the output's gain, or the input's where peaks must be
/// caught as well. The compressor keeps its place at the music's level.
pub fn apply_gain(settings: &mut ChainSettings, gain_db: f64, limiting: bool, ceiling_dbtp: f64) {
    let neutral = ChainSettings::default();
    settings.input = neutral.input;
    settings.output.gain_db = neutral.output.gain_db;
    settings.limiter = neutral.limiter;
    if gain_db >= 0.0 || limiting {
        settings.limiter.on = true;
        settings.limiter.ceiling_dbtp = ceiling_dbtp as f32;
        settings.limiter.drive_db = gain_db.max(0.0) as f32;
        settings.input.gain_db = gain_db.min(0.0) as f32;
    } else {
        settings.output.gain_db = gain_db as f32;
    }
}
