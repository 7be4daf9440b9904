//! Finds by rendering the music itself the thresholds and the gain that do what was decided.

use super::{
    decide::limiter::{self, Before, MOST_REDUCTION_DB, Plan},
    programme::{Excerpt, Programme, ProgrammeError},
    render::{Kept, Rendered, Wanted, render},
    stage::Stage,
    wishes::Delivery,
};
use crate::settings::{ChainSettings, MAX_BANDS, fields::snapped};

/// The loudness is taken when it is this near to what was decided, LU.
const LOUDNESS_TOLERANCE_LU: f64 = 0.07;
/// A reduction this far from the one wanted moves the threshold, dB.
const REDUCTION_TOLERANCE_DB: f64 = 0.4;
/// Renders of the whole song at most, before the nearest is taken.
const MOST_RENDERS: usize = 5;

/// Moves the thresholds until each band takes from the loudest part what was wanted, and never more than the limit.
///
/// # Errors
/// When the music cannot be played or measured.
pub fn calibrate(
    settings: &mut ChainSettings,
    loudest: &mut Excerpt,
    wanted_db: &[f64; MAX_BANDS],
) -> Result<(), ProgrammeError> {
    for _ in 0..3 {
        if !settings.compressor.on {
            return Ok(());
        }
        let rendered = render(loudest, 2, settings, Wanted::default(), &mut |_| {})?;
        let mut moved = false;
        for (band, wanted_db) in wanted_db.iter().enumerate() {
            let compressor = &mut settings.compressor.bands[band];
            let apart_db = rendered.compressor(band).p95_db - wanted_db;
            if !compressor.on || apart_db.abs() < REDUCTION_TOLERANCE_DB {
                continue;
            }
            let slope = f64::from(1.0 - 1.0 / compressor.ratio).max(0.1);
            let threshold_db = f64::from(compressor.threshold_db) + (apart_db / slope).clamp(-8.0, 12.0);
            compressor.threshold_db = ((threshold_db * 2.0).round() / 2.0).clamp(-60.0, 0.0) as f32;
            moved = true;
        }
        if !moved {
            break;
        }
    }
    Ok(())
}

/// Raises the thresholds of the bands that took more than the limit from the song, which need not be loudest where all of it is. Whether
/// there were any.
pub fn ease(settings: &mut ChainSettings, taken_db: &[f64; MAX_BANDS]) -> bool {
    let mut eased = false;
    for (band, taken_db) in settings.compressor.bands.iter_mut().zip(taken_db) {
        if settings.compressor.on && band.on && *taken_db > MOST_REDUCTION_DB && band.threshold_db < 0.0 {
            let slope = f64::from(1.0 - 1.0 / band.ratio).max(0.1);
            let raised_db = f64::from(band.threshold_db) + (taken_db - MOST_REDUCTION_DB) / slope;
            // The next half decibel up, and one more to be sure of it.
            band.threshold_db = ((raised_db * 2.0).ceil() / 2.0 + 0.5).min(0.0) as f32;
            eased = true;
        }
    }
    eased
}

/// The result of the last render.
pub struct Proof {
    pub settings: ChainSettings,
    pub rendered: Rendered,
    pub decided_lufs: f64,
}

/// What is rendered, and how.
pub struct Played<'a> {
    /// What enters the stage.
    pub programme: &'a mut dyn Programme,
    pub channels: u16,
    pub stage: Stage,
    /// Where all of the output may be kept, only that of the last render is measured in full, and nothing is rendered for the
    /// measurement's sake.
    pub kept: Kept,
}

/// Finds the gain that reaches `decided_lufs` under the ceiling, by rendering the whole song. Where the limit of reduction is met
/// first, less is decided.
///
/// # Errors
/// When the music cannot be played or measured.
pub fn reach(
    played: &mut Played,
    mut settings: ChainSettings,
    before: Before,
    plan: &Plan,
    delivery: &Delivery,
    progress: &mut dyn FnMut(f64),
) -> Result<Proof, ProgrammeError> {
    let mut decided_lufs = plan.decided_lufs;
    let need_db = decided_lufs - before.integrated_lufs;
    let limiting = before.true_peak_dbtp + need_db > delivery.ceiling_dbtp;
    let mut gain_db = if limiting && need_db > 0.0 { start_drive(plan, need_db) } else { need_db };
    let mut ceiling_dbtp = delivery.ceiling_dbtp;
    let thresholds = settings.compressor.bands.map(|band| band.threshold_db);
    let mut tried: Vec<(f64, f64)> = Vec::new();
    let mut renders = 0;
    // The first drive of a search is rarely the last: of it, loudness and peak are enough to know.
    let mut measures = !limiting;
    let keeps = matches!(played.kept, Kept::All(_));
    loop {
        limiter::apply_gain(&mut settings, gain_db, limiting, ceiling_dbtp);
        for (band, threshold_db) in settings.compressor.bands.iter_mut().zip(thresholds) {
            if settings.compressor.on && band.on {
                band.threshold_db = threshold_db + settings.input.gain_db;
            }
        }
        settings = snapped(settings);
        let wanted = Wanted { measurement: measures && !keeps, kept: played.kept };
        let settled = played.stage.of(&settings);
        let mut rendered = render(played.programme, played.channels, &settled, wanted, &mut *progress)?;
        measures = true;
        renders += 1;
        let over_db = rendered.true_peak_dbtp - delivery.ceiling_dbtp;
        let error_lu = decided_lufs - rendered.integrated_lufs;
        let too_much_db = rendered.limiter().p95_db - MOST_REDUCTION_DB;
        tried.push((gain_db, rendered.integrated_lufs));
        if renders >= MOST_RENDERS {
            decided_lufs = rendered.integrated_lufs;
            if keeps {
                rendered.measure_kept(played.channels);
            }
            return Ok(Proof { settings, rendered, decided_lufs });
        }
        if over_db > 0.0 {
            ceiling_dbtp -= over_db + 0.01;
        }
        if limiting && too_much_db > 0.0 && gain_db > 0.0 {
            // Reduction grows by less than the gain; a little further back than needed ends the search.
            gain_db = (gain_db - too_much_db - 0.1).max(0.0);
            decided_lufs = decided_lufs.min(rendered.integrated_lufs - 0.8 * too_much_db);
            continue;
        }
        if error_lu.abs() > LOUDNESS_TOLERANCE_LU {
            gain_db += error_lu / slope(&tried);
            continue;
        }
        if over_db > 0.0 || (rendered.measurement.is_none() && !keeps) {
            continue;
        }
        if keeps {
            rendered.measure_kept(played.channels);
        }
        return Ok(Proof { settings, rendered, decided_lufs });
    }
}

/// Loudness gained for each dB of gain, from the last two trials.
fn slope(tried: &[(f64, f64)]) -> f64 {
    match tried {
        [.., (gain_a, loudness_a), (gain_b, loudness_b)] if (gain_b - gain_a).abs() > 0.02 => {
            ((loudness_b - loudness_a) / (gain_b - gain_a)).clamp(0.3, 1.5)
        }
        _ => 1.0,
    }
}

/// The drive that the price curve asks for.
fn start_drive(plan: &Plan, need_db: f64) -> f64 {
    let wanted = plan.decided_lufs;
    let drive = plan.price.windows(2).find(|pair| pair[1].integrated_lufs >= wanted).map(|pair| {
        let run = (pair[1].integrated_lufs - pair[0].integrated_lufs).max(1e-6);
        pair[0].drive_db + (wanted - pair[0].integrated_lufs) / run * (pair[1].drive_db - pair[0].drive_db)
    });
    drive.unwrap_or(need_db).max(need_db)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_band_that_takes_too_much_is_eased_by_its_slope() {
        let mut settings = ChainSettings::default();
        settings.compressor.on = true;
        for band in &mut settings.compressor.bands {
            (band.on, band.ratio, band.threshold_db) = (true, 2.0, -20.0);
        }
        let before = settings;
        assert!(!ease(&mut settings, &[3.0; MAX_BANDS]) && settings == before);
        assert!(ease(&mut settings, &[2.0, 3.6, 0.0, 0.0]));
        // At a ratio of 2 every decibel of threshold is half a decibel of reduction: 1.2 dB, in halves and one more.
        let thresholds = settings.compressor.bands.map(|band| band.threshold_db);
        assert_eq!(thresholds, [-20.0, -18.0, -20.0, -20.0]);
    }
}
