//! Settings that were given, adapted to what is asked of a song: fewer modules, less of everything, a delivery loudness.

use super::{Error, master::render};
use crate::{
    analysis::{LevelMeter, measurement::FLOOR_DB},
    assistant::{Delivery, Module, Programme},
    settings::{ChainSettings, fields},
};

/// Closest that the loudness is brought to the delivery's, LU.
const TOLERANCE_LU: f64 = 0.05;
/// Most renderings: limiting makes each step fall a little short, three come within a few hundredths.
const MOST_RENDERINGS: usize = 5;

/// `settings` with all modules that are not in `only` made neutral.
pub fn restricted(mut settings: ChainSettings, only: &[Module]) -> ChainSettings {
    let neutral = ChainSettings::default();
    for module in Module::ALL.into_iter().filter(|module| !only.contains(module)) {
        match module {
            Module::Eq => settings.eq = neutral.eq,
            Module::Compressor => {
                // The imager works in the compressor's bands: those stay.
                let (band_count, crossovers_hz) = (settings.compressor.band_count, settings.compressor.crossovers_hz);
                settings.compressor = neutral.compressor;
                settings.compressor.band_count = band_count;
                settings.compressor.crossovers_hz = crossovers_hz;
            }
            Module::Imager => settings.imager = neutral.imager,
            Module::Limiter => settings.limiter = neutral.limiter,
        }
    }
    settings
}

/// `settings` with the limiter's drive (and, where even none is too loud, the output gain) that gives `delivery`'s loudness under
/// its ceiling, found by rendering. Where the drive's range ends first, as near as it comes.
///
/// # Errors
/// [`Error::Failed`] when the programme cannot be played or is silent.
pub fn delivered(
    mut settings: ChainSettings,
    delivery: &Delivery,
    programme: &mut dyn Programme,
) -> Result<ChainSettings, Error> {
    settings.limiter.on = true;
    settings.limiter.ceiling_dbtp = delivery.ceiling_dbtp as f32;
    for _ in 0..MOST_RENDERINGS {
        let missing_lu = delivery.integrated_lufs - loudness_lufs(&settings, programme)?;
        if missing_lu.abs() <= TOLERANCE_LU {
            break;
        }
        let drive_db = f64::from(settings.limiter.drive_db);
        let turned_down_db = f64::from(settings.output.gain_db).min(0.0);
        // Up: first what was turned down comes back, then the drive. Down: first the drive, then the output.
        let wanted_db = drive_db + turned_down_db + missing_lu;
        settings.limiter.drive_db = wanted_db.max(0.0) as f32;
        settings.output.gain_db = (f64::from(settings.output.gain_db) - turned_down_db + wanted_db.min(0.0)) as f32;
        settings = fields::snapped(settings);
    }
    Ok(settings)
}

fn loudness_lufs(settings: &ChainSettings, programme: &mut dyn Programme) -> Result<f64, Error> {
    let mut meter = LevelMeter::new(programme.sample_rate_hz());
    render(programme, settings, &mut |left, right| {
        meter.add(left, right);
        Ok(())
    })?;
    match meter.integrated_lufs() {
        lufs if lufs > FLOOR_DB => Ok(lufs),
        _ => Err(Error::Failed("it is silent: no setting gives silence a loudness".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::EqBand;

    fn bent() -> ChainSettings {
        let mut settings = ChainSettings::default();
        settings.eq.bands[2] = EqBand { on: true, gain_db: -3.0, ..settings.eq.bands[2] };
        settings.compressor.on = true;
        settings.compressor.band_count = 3;
        settings.imager.on = true;
        settings.imager.widths_percent[2] = 120.0;
        settings.limiter.on = true;
        settings.limiter.drive_db = 6.0;
        settings
    }

    #[test]
    fn only_some_modules_act() {
        let only = restricted(bent(), &[Module::Imager]);
        assert_eq!((only.imager, only.compressor.band_count), (bent().imager, 3));
        let neutral = ChainSettings::default();
        assert_eq!((only.eq, only.limiter, only.compressor.on), (neutral.eq, neutral.limiter, false));
        assert_eq!(restricted(bent(), &Module::ALL), bent());
    }
}
