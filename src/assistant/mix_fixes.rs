//! What the mix itself must mend: findings for which every setting of the chain is the wrong cure.

use super::suggestion::MixFix;
use crate::analysis::{
    Measurement,
    measurement::{Fault, FaultKind},
};

/// The faults of a song that no processing mends, the worst first.
pub fn of(measurement: &Measurement) -> Vec<MixFix> {
    let mut fixes: Vec<MixFix> = measurement.faults.iter().filter(|fault| belongs_in_the_mix(fault)).map(fix).collect();
    fixes.sort_by(|a, b| b.severity.cmp(&a.severity).then(a.from_s.total_cmp(&b.from_s)));
    fixes
}

/// What there is to know of a song that no mix can mend.
pub fn other_notes(measurement: &Measurement) -> Vec<String> {
    let others = measurement.faults.iter().filter(|fault| !belongs_in_the_mix(fault));
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
    use crate::analysis::measurement::Severity;

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
        assert_eq!(other_notes(&song), ["Dc."]);
    }
}
