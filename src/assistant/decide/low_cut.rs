//! A low cut under the lowest note, where something goes on that does not go with the music, or a constant offset takes headroom.

use crate::{
    analysis::{Measurement, measurement::FaultKind, rumble::LEAST_CORRELATION},
    assistant::{
        finding::{Decision, Finding, hertz},
        gauge::Gauge,
        suggestion::Module,
    },
    settings::{EqBand, EqSettings, FilterType, Slope},
};

/// The low cut sits in the first band.
const LOW_CUT_BAND: usize = 0;
/// Where an offset alone is cut: an octave under the lowest notes, which lose a quarter of a dB, Hz.
const OFFSET_CUT_HZ: f64 = 15.0;

/// An offset under this is told as a fault, but costs no more than a tenth of a decibel of headroom, and a filter costs phase: per cent
/// of full scale.
const LEAST_CUT_PERCENT: f64 = 1.0;
/// Nothing is quieter, against the mean of the thirds, dB.
const QUIET_DB: f64 = -80.0;

/// Whether an EQ has a low cut at work, which takes an offset away.
pub fn acts_in(eq: &EqSettings) -> bool {
    eq.on && eq.bands.iter().any(|band| band.on && band.filter == FilterType::LowCut)
}

/// Adds the low cut to an EQ that has none.
pub fn add(eq: &mut Decision<EqSettings>, measurement: &Measurement) {
    if eq.settings.bands[LOW_CUT_BAND].on {
        return;
    }
    let Some((below_hz, finding)) = rumble(measurement).or_else(|| offset(measurement)) else { return };
    eq.settings.bands[LOW_CUT_BAND] = EqBand {
        on: true,
        filter: FilterType::LowCut,
        frequency_hz: below_hz as f32,
        q: 0.7,
        slope: Slope::Db12,
        ..EqBand::default()
    };
    // An EQ that acts no longer says that there is nothing to do.
    eq.findings.retain(|finding| finding.acts);
    eq.findings.push(finding);
}

fn rumble(measurement: &Measurement) -> Option<(f64, Finding)> {
    let rumble = measurement.rumble?;
    let cause = format!(
        "Below {} a rumble of {:.1} dBFS goes on while the bass comes and goes: it moves by {:.1} dB, the bass by {:.1} dB, and they \
         correlate at {:.2} (notes: {LEAST_CORRELATION:.2} to 1.00)",
        hertz(rumble.below_hz),
        rumble.level_db,
        rumble.movement_db,
        rumble.bass_movement_db,
        rumble.correlation
    );
    let confidence = 0.5 + 0.5 * (1.0 - rumble.correlation.abs() / LEAST_CORRELATION).clamp(0.0, 1.0);
    let gauge = Gauge::Under { hz: rumble.below_hz };
    // The figure that the cut moves, where the shape has a level to hold it against.
    let finding = match gauge.read(measurement) {
        Some(level_db) => {
            let range = (QUIET_DB, level_db - (rumble.level_db - rumble.harmless_db));
            Finding { gauge: Some(gauge), ..low_cut_finding(cause, level_db, range, "dB", confidence) }
        }
        None => low_cut_finding(cause, rumble.correlation, (LEAST_CORRELATION, 1.0), "correlation", confidence),
    };
    Some((rumble.below_hz, Finding { time: rumble.time, ..finding }))
}

fn offset(measurement: &Measurement) -> Option<(f64, Finding)> {
    measurement.faults.iter().find(|fault| fault.kind == FaultKind::Dc)?;
    let [left, right] = measurement.offset_percent;
    let percent = if left.abs() >= right.abs() { left } else { right };
    if percent.abs() < LEAST_CUT_PERCENT {
        return None;
    }
    let cause = format!("A constant offset of {percent:.1} % of full scale takes headroom all through");
    let range = (-LEAST_CUT_PERCENT, LEAST_CUT_PERCENT);
    let gauge = Some(Gauge::Offset { channel: usize::from(left.abs() < right.abs()) });
    Some((OFFSET_CUT_HZ, Finding { gauge, ..low_cut_finding(cause, percent, range, "%", 1.0) }))
}

fn low_cut_finding(
    cause: String,
    measured: f64,
    (target_low, target_high): (f64, f64),
    unit: &'static str,
    confidence: f64,
) -> Finding {
    Finding {
        module: Module::Eq,
        band: Some(LOW_CUT_BAND),
        acts: true,
        cause,
        measured,
        target_low,
        target_high,
        unit,
        confidence,
        gauge: None,
        time: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::measurement::{Fault, Rumble, Severity};

    fn idle() -> Decision<EqSettings> {
        let says_nothing = Finding { acts: false, ..low_cut_finding(String::new(), 0.0, (0.0, 0.0), "dB", 1.0) };
        Decision { settings: EqSettings::default(), findings: vec![says_nothing] }
    }

    fn with_offset() -> Measurement {
        let (kind, severity) = (FaultKind::Dc, Severity::Minor);
        let fault = Fault { kind, from_s: 0.0, to_s: 60.0, severity, message: "An offset.".into() };
        Measurement { faults: vec![fault], offset_percent: [0.4, -10.4], ..Measurement::default() }
    }

    #[test]
    fn an_offset_is_cut_under_all_music_and_rumble_under_its_own_edge() {
        let mut eq = idle();
        add(&mut eq, &with_offset());
        assert_eq!((eq.settings.bands[0].filter, eq.settings.bands[0].frequency_hz), (FilterType::LowCut, 15.0));
        assert_eq!(eq.findings.len(), 1);
        assert!(eq.findings[0].acts && eq.findings[0].cause.contains("-10.4 %"), "{:?}", eq.findings);
        let little = Measurement { offset_percent: [0.4, -0.9], ..with_offset() };
        let mut eq = idle();
        add(&mut eq, &little);
        assert_eq!(eq, idle(), "a tenth of a decibel is not worth a filter");
        let rumble = Rumble { below_hz: 26.0, correlation: 0.1, ..Rumble::default() };
        let mut eq = idle();
        add(&mut eq, &Measurement { rumble: Some(rumble), ..with_offset() });
        assert_eq!(eq.settings.bands[0].frequency_hz, 26.0);
    }

    #[test]
    fn what_is_clean_or_cut_already_is_left_alone() {
        let mut eq = idle();
        add(&mut eq, &Measurement::default());
        assert_eq!(eq, idle());
        let mut cut = idle();
        cut.settings.bands[0] = EqBand { on: true, frequency_hz: 25.0, ..EqBand::default() };
        let before = cut.clone();
        add(&mut cut, &with_offset());
        assert_eq!(cut, before);
    }
}
