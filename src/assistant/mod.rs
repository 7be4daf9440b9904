//! Turns a measurement and a target into a suggestion: settings, each with its reason, verified by rendering.
//!
//! The way: [`shape`] of the song → [`style`] (which masters it is held against) → [`decide`] (EQ, compressor, imager, loudness) →
//! [`proof`] (through the real chain) → [`explain`] (sentences with the numbers). Delicacy is in the mathematics: corrections are
//! posterior means, everything has a limit, and "nothing to do" is an answer.

pub mod album;
pub mod amounts;
mod bands;
mod decide;
mod ends;
mod explain;
mod finding;
mod fit;
mod gauge;
mod gaussian;
mod judgement;
pub mod learn;
mod loudness;
mod mix_fixes;
mod prior;
mod profiles;
pub mod programme;
mod proof;
mod regression;
mod render;
mod shape;
mod stage;
mod style;
pub mod suggestion;
pub mod target;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod tone;
mod verify;
pub mod wishes;

pub use amounts::{Amounts, partly};
pub use decide::limiter::MOST_REDUCTION_DB;
pub use fit::Fit;
pub use learn::Learner;
pub use programme::{Excerpt, Programme, ProgrammeError};
pub use suggestion::{Change, Effect, Item, MixFix, Module, PricePoint, StyleShare, Suggestion, TargetCurve, cost_db};
pub use target::Target;
pub use wishes::{Delivery, Style, Wishes};

use decide::imager;
use explain::Spoken;
use gauge::Aims;
pub use gauge::Gauge;
use shape::SongShape;
use stage::Held;
use style::Profile;
use verify::{Decided, Proving};

use crate::{
    analysis::{Measurement, measurement::FaultKind},
    settings::{ChainSettings, MAX_BANDS, fields::snapped},
};

/// Less music than this shows nothing, seconds over the gates.
const LEAST_GATED_S: f64 = 10.0;

/// Measures are taken, wishes are known: decides, verifies by rendering, explains.
///
/// `measurement` is of the whole `programme`. `progress` is called with 0 to 1 on the way. The same input gives the same answer,
/// bit for bit.
///
/// # Errors
/// When the programme cannot be played, or a style is asked for that does not exist.
pub fn suggest(
    programme: &mut dyn Programme,
    measurement: &Measurement,
    wishes: &Wishes,
    progress: &mut dyn FnMut(f64),
) -> Result<Suggestion, ProgrammeError> {
    suggest_against(programme, measurement, wishes, Target::shipped(), progress)
}

/// [`suggest`] against other targets than the shipped ones; the first is all music.
///
/// # Errors
/// As [`suggest`].
pub fn suggest_against(
    programme: &mut dyn Programme,
    measurement: &Measurement,
    wishes: &Wishes,
    targets: &[Target],
    progress: &mut dyn FnMut(f64),
) -> Result<Suggestion, ProgrammeError> {
    progress(0.0);
    let song = SongShape::of(measurement);
    let (Some(song), None) = (song, refusal(measurement)) else {
        let why = refusal(measurement).unwrap_or_else(|| "there is no spectrum to judge".into());
        return Ok(refused(measurement, &why));
    };
    let profile = Profile::of(measurement, &song, wishes, targets)?;
    let amount = (wishes.amount_percent / 100.0).clamp(0.0, 1.0);
    let mut decided = Decided::of(measurement, &song, &profile, wishes);
    let mut suggestion =
        Suggestion { styles: profile.shares.clone(), target_curve: profile.curve(&song), ..untouched(measurement) };
    if amount == 0.0 {
        let mut findings = decided.findings;
        findings.push(loudness::as_it_is(measurement, wishes));
        suggestion.items = explain::items(
            &findings,
            &Spoken {
                before: measurement,
                after: measurement,
                settings: &suggestion.settings,
                aims: Aims { decided_lufs: suggestion.decided_lufs, reductions_db: [0.0; MAX_BANDS] },
                taken_db: [0.0; MAX_BANDS],
                allowed: &wishes.only,
            },
        );
        progress(1.0);
        return Ok(suggestion);
    }
    decided.settings = partly(&snapped(decided.settings), amount);
    let held = Held::of(programme, measurement.heard_s)?;
    let mut proving = Proving { held, measurement, profile: &profile, wishes, amount, progress: &mut *progress };
    proving.prove(decided, &mut suggestion)?;
    progress(1.0);
    Ok(suggestion)
}

impl Decided {
    fn of(measurement: &Measurement, song: &SongShape, profile: &Profile, wishes: &Wishes) -> Self {
        let allowed = |module| wishes.only.contains(&module);
        let mut settings = ChainSettings::default();
        let ends = ends::missing(song, profile);
        let mut eq = decide::eq::decide(measurement, song, profile, &ends);
        decide::low_cut::add(&mut eq, measurement);
        if allowed(Module::Eq) {
            settings.eq = eq.settings;
        }
        let compressor = decide::compressor::decide(measurement, profile, &settings.eq);
        if allowed(Module::Compressor) {
            settings.compressor = compressor.decision.settings;
        }
        let imager = decide::imager::decide(measurement, profile);
        if allowed(Module::Imager) {
            settings.imager = imager.settings;
            if imager::needs_bands(&settings.imager) {
                settings.compressor.band_count = MAX_BANDS as u8;
            }
        }
        let findings = [eq.findings, compressor.decision.findings, imager.findings].concat();
        Self { settings, findings, reductions_db: compressor.reductions_db, ends }
    }
}

/// Why nothing can be suggested, if so.
fn refusal(measurement: &Measurement) -> Option<String> {
    let fault = |kind| measurement.faults.iter().find(|fault| fault.kind == kind).map(|fault| fault.message.clone());
    let loudness = &measurement.loudness;
    let figures = [loudness.integrated_lufs, loudness.true_peak_dbtp, loudness.range_lu, loudness.plr_db];
    if figures.iter().any(|figure| !figure.is_finite()) {
        return Some("the measurement holds figures that are not numbers".into());
    }
    if let Some(message) = fault(FaultKind::NotFinite) {
        return Some(message);
    }
    if loudness.integrated_lufs <= -70.0 {
        return Some("the music is silent (below −70 LUFS)".into());
    }
    if measurement.gated_s < LEAST_GATED_S {
        return Some(format!(
            "only {:.1} s of music were heard, {LEAST_GATED_S:.0} s are the least that shows anything",
            measurement.gated_s
        ));
    }
    fault(FaultKind::ChannelInverted).or_else(|| fault(FaultKind::ChannelMissing))
}

/// The suggestion to do nothing, with the reason in every module.
fn refused(measurement: &Measurement, why: &str) -> Suggestion {
    let why = why.trim_end_matches('.');
    let items = Module::ALL.map(|module| Item {
        module,
        band: None,
        acts: false,
        reason: format!("Left as it is: {why}."),
        measured: measurement.gated_s,
        target_low: LEAST_GATED_S,
        target_high: measurement.gated_s.max(LEAST_GATED_S),
        unit: "s".into(),
        confidence: 1.0,
        changes: Vec::new(),
        time: None,
        effect: None,
    });
    Suggestion { items: items.to_vec(), ..untouched(measurement) }
}

/// The suggestion that changes nothing and says nothing yet.
fn untouched(measurement: &Measurement) -> Suggestion {
    Suggestion {
        version: suggestion::VERSION,
        measurement: measurement.clone(),
        settings: ChainSettings::default(),
        items: Vec::new(),
        expected: measurement.clone(),
        decided_lufs: measurement.loudness.integrated_lufs,
        styles: Vec::new(),
        limiter_reduction_p95_db: 0.0,
        compressor_reduction_p95_db: [0.0; MAX_BANDS],
        target_curve: TargetCurve::default(),
        loudness_price: Vec::new(),
        price_chosen: None,
        fix_in_the_mix: mix_fixes::of(measurement),
        notes: mix_fixes::other_notes(measurement, &ChainSettings::default()),
    }
}
