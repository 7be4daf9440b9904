//! A low cut under the lowest note, where something goes on that does not go with the music.

use crate::{
    analysis::{Measurement, rumble::LEAST_CORRELATION},
    assistant::{
        finding::{Decision, Finding, hertz},
        suggestion::Module,
    },
    settings::{EqBand, EqSettings, FilterType, Slope},
};

/// The low cut sits in the first band.
const LOW_CUT_BAND: usize = 0;

/// Adds the low cut to an EQ that has none.
pub fn add(eq: &mut Decision<EqSettings>, measurement: &Measurement) {
    let Some(rumble) = measurement.rumble.filter(|_| !eq.settings.bands[LOW_CUT_BAND].on) else { return };
    eq.settings.bands[LOW_CUT_BAND] = EqBand {
        on: true,
        filter: FilterType::LowCut,
        frequency_hz: rumble.below_hz as f32,
        q: 0.7,
        slope: Slope::Db12,
        ..EqBand::default()
    };
    // An EQ that acts no longer says that there is nothing to do.
    eq.findings.retain(|finding| finding.acts);
    eq.findings.push(Finding {
        module: Module::Eq,
        band: Some(LOW_CUT_BAND),
        acts: true,
        cause: format!(
            "Below {} a rumble of {:.1} dBFS goes on while the bass comes and goes: it moves by {:.1} dB, the bass by {:.1} dB, and they \
             correlate at {:.2} (notes: {LEAST_CORRELATION:.2} to 1.00)",
            hertz(rumble.below_hz),
            rumble.level_db,
            rumble.movement_db,
            rumble.bass_movement_db,
            rumble.correlation
        ),
        measured: rumble.correlation,
        target_low: LEAST_CORRELATION,
        target_high: 1.0,
        unit: "correlation",
        confidence: 0.5 + 0.5 * (1.0 - rumble.correlation.abs() / LEAST_CORRELATION).clamp(0.0, 1.0),
        gauge: None,
        time: None,
    });
}
