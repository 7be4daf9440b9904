//! No part of the spectrum is moved far, whatever bands add up there.
//!
//! Each band keeps to its own limit, but a bell on a resonance may lie on a broad cut, and two broad moves may overlap. What is heard is
//! the curve of all bands against its own mean, for the level is decided elsewhere.

use crate::{
    assistant::shape::{SHAPE_BANDS, SongShape, centre_hz},
    dsp::eq::response::settings_gain_db,
    settings::{EqSettings, Placement},
};

/// No third of an octave is moved further than this against the mean of all, dB.
const MOST_MOVE_DB: f64 = 4.4;
/// Tries after which the bands stay as they are: rounding down, each comes nearer.
const MOST_TRIES: usize = 8;

/// Takes all bands back alike until the curve keeps within the limit where the song has anything.
pub fn hold(settings: &mut EqSettings, song: &SongShape, sample_rate_hz: f64) {
    for _ in 0..MOST_TRIES {
        let most_db = most_move_db(settings, song, sample_rate_hz);
        if most_db <= MOST_MOVE_DB {
            return;
        }
        let part = MOST_MOVE_DB / most_db;
        for band in settings.bands.iter_mut().filter(|band| band.on && band.filter.has_gain()) {
            // Tenths, as they are drawn, towards 0.
            band.gain_db = ((f64::from(band.gain_db) * part * 10.0).trunc() / 10.0) as f32;
        }
    }
}

/// The greatest move of mid in a third of an octave that the song has, against the mean of these, dB.
fn most_move_db(settings: &EqSettings, song: &SongShape, sample_rate_hz: f64) -> f64 {
    // The module itself is switched on later, when all have decided.
    let settings = EqSettings { on: true, ..*settings };
    let heard = (0..SHAPE_BANDS).filter(|band| song.present[*band]);
    let gains: Vec<f64> =
        heard.map(|band| settings_gain_db(&settings, Placement::Mid, centre_hz(band), sample_rate_hz)).collect();
    let mean = gains.iter().sum::<f64>() / gains.len().max(1) as f64;
    gains.iter().fold(0.0, |most, gain| (gain - mean).abs().max(most))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        assistant::{
            bands::bell,
            testing::{Random, drawn_shape, song_of},
        },
        settings::{EqBand, FilterType},
    };

    fn song() -> SongShape {
        let mut random = Random(5);
        SongShape::of(&song_of(&drawn_shape(&mut random), &mut random)).expect("a shape")
    }

    fn settings(bands: &[EqBand]) -> EqSettings {
        let mut settings = EqSettings::default();
        settings.bands[..bands.len()].copy_from_slice(bands);
        settings
    }

    #[test]
    fn moves_that_add_up_come_back_alike_and_a_low_cut_stays() {
        let song = song();
        let low_cut = EqBand { on: true, filter: FilterType::LowCut, frequency_hz: 25.0, ..EqBand::default() };
        let broad = bell(1000.0, -4.0, 0.7, Placement::Stereo);
        let narrow = bell(1000.0, -3.0, 6.0, Placement::Stereo);
        let mut held = settings(&[low_cut, broad, narrow]);
        assert!(most_move_db(&held, &song, 48000.0) > 5.0);
        hold(&mut held, &song, 48000.0);
        let most_db = most_move_db(&held, &song, 48000.0);
        assert!((4.0..=4.4).contains(&most_db), "{most_db}");
        assert_eq!(held.bands[0], low_cut);
        let parts = [held.bands[1].gain_db / -4.0, held.bands[2].gain_db / -3.0];
        assert!(parts[0] < 0.9 && (parts[0] - parts[1]).abs() < 0.05, "{parts:?}");
    }

    #[test]
    fn what_keeps_within_stays_as_it_is() {
        let before = settings(&[bell(300.0, 3.0, 0.7, Placement::Stereo), bell(5000.0, -3.0, 1.0, Placement::Stereo)]);
        let mut held = before;
        hold(&mut held, &song(), 44100.0);
        assert_eq!(held, before);
    }
}
