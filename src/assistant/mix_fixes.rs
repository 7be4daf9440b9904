//! What the mix itself must mend: findings for which every setting of the chain is the wrong cure.

use super::{decide::low_cut, suggestion::MixFix};
use crate::{
    analysis::{
        Measurement,
        measurement::{Fault, FaultKind},
    },
    settings::ChainSettings,
};

/// The faults of a song that no processing mends, the worst first.
pub fn of(measurement: &Measurement) -> Vec<MixFix> {
    let mut fixes: Vec<MixFix> = measurement.faults.iter().filter(|fault| belongs_in_the_mix(fault)).map(fix).collect();
    fixes.sort_by(|a, b| b.severity.cmp(&a.severity).then(a.from_s.total_cmp(&b.from_s)));
    fixes
}

/// What there is to know of a song that neither a mix can mend nor `settings` do.
pub fn other_notes(measurement: &Measurement, settings: &ChainSettings) -> Vec<String> {
    let mended = |fault: &Fault| fault.kind == FaultKind::Dc && low_cut::acts_in(&settings.eq);
    let others = measurement.faults.iter().filter(|fault| !belongs_in_the_mix(fault) && !mended(fault));
    others.map(|fault| fault.message.clone()).collect()
}

/// Too little to judge by is no fault of the mix, and an offset is taken away by a low cut.
fn belongs_in_the_mix(fault: &Fault) -> bool {
    !matches!(fault.kind, FaultKind::TooShort | FaultKind::Dc)
}

fn fix(fault: &Fault) -> MixFix {
    MixFix {
        kind: fault.kind,
        severity: fault.severity,
        from_s: fault.from_s,
        to_s: fault.to_s,
        sentence: fault.message.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        analysis::measurement::Severity,
        settings::{EqBand, FilterType},
    };

    #[test]
    fn the_worst_comes_first_and_what_the_chain_mends_is_not_there() {
        let fault =
            |kind, severity, from_s| Fault { kind, from_s, to_s: 60.0, severity, message: format!("{kind:?}.") };
        let song = Measurement {
            faults: vec![
                fault(FaultKind::CodecLowPass, Severity::Minor, 0.0),
                fault(FaultKind::Dc, Severity::Minor, 0.0),
                fault(FaultKind::Silence, Severity::Moderate, 30.0),
                fault(FaultKind::Hum, Severity::Moderate, 2.0),
                fault(FaultKind::Clipping, Severity::Severe, 12.0),
            ],
            ..Measurement::default()
        };
        let kinds: Vec<_> = of(&song).iter().map(|fix| fix.kind).collect();
        assert_eq!(kinds, [FaultKind::Clipping, FaultKind::Hum, FaultKind::Silence, FaultKind::CodecLowPass]);
        assert_eq!(of(&song)[0].sentence, "Clipping.");
        let mut settings = ChainSettings::default();
        assert_eq!(other_notes(&song, &settings), ["Dc."]);
        settings.eq.bands[0] = EqBand { on: true, filter: FilterType::LowCut, ..EqBand::default() };
        assert!(other_notes(&song, &settings).is_empty(), "a low cut takes it away");
    }
}
