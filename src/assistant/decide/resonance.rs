//! A narrow bell on a resonance that stays put while the notes move, and what it leaves for the rest of the EQ to judge.

use crate::{
    analysis::Measurement,
    assistant::{
        bands::{bell, two_digits},
        finding::{Finding, hertz},
        gauge::Gauge,
        shape::{SHAPE_BANDS, SongShape, centre_hz},
        suggestion::Module,
    },
    dsp::eq::response::settings_gain_db,
    settings::{EqBand, EqSettings, Placement},
};

/// Part of the way that a resonance comes back: what stands out may be the instrument itself.
const PART: f64 = 0.55;
/// The bell goes no deeper, and less is not worth one, dB.
const CUT_DB: (f64, f64) = (2.0, 5.0);
/// Narrow, but wide enough to meet the resonance when it is measured a little beside.
const Q: f32 = 6.0;
/// Floors this far over their surroundings are ordinary: half of the songs that nobody should touch have one, dB.
const ORDINARY_DB: f64 = 3.0;

/// The bell and its cause; `None` where nothing resonates.
pub fn decide(measurement: &Measurement) -> Option<(EqBand, Finding)> {
    let resonance = measurement.resonances.found.first()?;
    let gain_db = -(PART * resonance.prominence_db).clamp(CUT_DB.0, CUT_DB.1);
    let frequency_hz = two_digits(resonance.frequency_hz);
    let band = bell(frequency_hz, gain_db, Q, Placement::Stereo);
    let cause = format!(
        "A resonance at {} stands {:.1} dB over its surroundings in {:.0} % of the time, whatever is played (usual: 0.0 to \
         {ORDINARY_DB:.1} dB)",
        hertz(frequency_hz),
        resonance.prominence_db,
        100.0 * resonance.present_share
    );
    let finding = Finding {
        module: Module::Eq,
        band: None,
        acts: true,
        cause,
        measured: resonance.prominence_db,
        target_low: 0.0,
        target_high: ORDINARY_DB,
        unit: "dB",
        confidence: resonance.present_share,
        gauge: Some(Gauge::Resonance { hz: resonance.frequency_hz }),
        time: resonance.time,
    };
    Some((band, finding))
}

/// The song's shape with the bell on it, so that nothing else in the EQ answers for the resonance once more.
pub fn without(song: &SongShape, bell: &EqBand, sample_rate_hz: f64) -> SongShape {
    let mut settings = EqSettings::default();
    settings.bands[0] = *bell;
    let mut mended = song.clone();
    for band in (0..SHAPE_BANDS).filter(|band| song.present[*band]) {
        mended.db[band] += mean_gain_db(&settings, centre_hz(band), sample_rate_hz);
    }
    mended
}

/// Mean of the power gain over a third of an octave, dB.
fn mean_gain_db(settings: &EqSettings, centre_hz: f64, sample_rate_hz: f64) -> f64 {
    const POINTS: i32 = 4;
    let gain = |step: i32| {
        let hz = centre_hz * 2f64.powf(f64::from(step) / f64::from(POINTS) / 6.0);
        10f64.powf(settings_gain_db(settings, Placement::Mid, hz, sample_rate_hz) / 10.0)
    };
    let sum: f64 = (-POINTS..=POINTS).map(gain).sum();
    10.0 * (sum / f64::from(2 * POINTS + 1)).log10()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        analysis::measurement::Resonance,
        assistant::testing::{Random, drawn_shape, song_of},
    };

    fn resonant(prominence_db: f64) -> Measurement {
        let mut random = Random(12);
        let mut song = song_of(&drawn_shape(&mut random), &mut random);
        song.resonances.found =
            vec![Resonance { frequency_hz: 1234.0, prominence_db, present_share: 0.92, time: None }];
        song
    }

    #[test]
    fn a_narrow_bell_takes_part_of_it_off() {
        for (prominence_db, cut_db) in [(3.2, -2.0), (6.0, -3.3), (14.0, -5.0)] {
            let (band, finding) = decide(&resonant(prominence_db)).expect("a bell");
            assert_eq!((band.gain_db, band.q, band.frequency_hz), (cut_db, 6.0, 1200.0));
            assert!(finding.cause.contains("1.2 kHz") && finding.cause.contains("92 %"), "{}", finding.cause);
        }
        assert!(decide(&Measurement::default()).is_none());
    }

    #[test]
    fn the_third_it_lies_in_is_judged_without_it() {
        let measurement = resonant(8.0);
        let song = SongShape::of(&measurement).expect("a shape");
        let (band, _) = decide(&measurement).expect("a bell");
        let mended = without(&song, &band, 48000.0);
        let moved: Vec<f64> = mended.db.iter().zip(&song.db).map(|(after, before)| after - before).collect();
        let deepest = (0..SHAPE_BANDS).min_by(|a, b| moved[*a].total_cmp(&moved[*b])).expect("bands");
        assert!(
            (centre_hz(deepest) / 1234.0).log2().abs() < 0.2 && (-4.4..-1.5).contains(&moved[deepest]),
            "{moved:?}"
        );
        assert!(moved.iter().filter(|db| db.abs() > 0.5).count() <= 3, "{moved:?}");
    }
}
