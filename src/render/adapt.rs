//! Settings that were given, adapted to what is asked of a song: fewer modules, less of everything, a delivery loudness.

use ebur128::{EbuR128, Mode};

use super::{Error, master::render};
use crate::{
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

/// `settings` taken `percent` of the way from neutral (0) to themselves (100). Gains, widths, drive and the compressor's mix
/// scale; what is only on or off (cuts, mono bass) stays until nothing is left.
pub fn scaled(mut settings: ChainSettings, percent: f64) -> ChainSettings {
    if percent >= 100.0 {
        return settings;
    }
    if percent <= 0.0 {
        return ChainSettings::default();
    }
    let share = (percent / 100.0) as f32;
    settings.input.gain_db *= share;
    settings.eq.bands.iter_mut().for_each(|band| band.gain_db *= share);
    settings.compressor.mix_percent *= share;
    settings.imager.widths_percent.iter_mut().for_each(|width| *width = 100.0 + (*width - 100.0) * share);
    settings.limiter.drive_db *= share;
    settings.output.gain_db *= share;
    fields::snapped(settings)
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
    let failed = |error: ebur128::Error| Error::Failed(format!("the loudness cannot be measured: {error}"));
    let mut meter = EbuR128::new(2, programme.sample_rate_hz(), Mode::I).map_err(failed)?;
    render(programme, settings, &mut |left, right| meter.add_frames_planar_f32(&[left, right]).map_err(failed))?;
    match meter.loudness_global().map_err(failed)? {
        lufs if lufs.is_finite() => Ok(lufs),
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
    fn amount_goes_from_neutral_to_the_whole() {
        assert_eq!(scaled(bent(), 0.0), ChainSettings::default());
        assert_eq!(scaled(bent(), 100.0), bent());
        let half = scaled(bent(), 50.0);
        assert_eq!((half.eq.bands[2].gain_db, half.limiter.drive_db), (-1.5, 3.0));
        assert_eq!((half.compressor.mix_percent, half.imager.widths_percent[2]), (50.0, 110.0));
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
