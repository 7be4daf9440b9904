//! Turns a measurement and a target into a suggestion: settings, each with its reason, verified by rendering.
//!
//! The way: [`shape`] of the song → [`style`] (which masters it is held against) → [`decide`] (EQ, compressor, imager, loudness) →
//! [`proof`] (through the real chain) → [`explain`] (sentences with the numbers). Delicacy is in the mathematics: corrections are
//! posterior means, everything has a limit, and "nothing to do" is an answer.

mod bands;
mod decide;
mod explain;
mod finding;
mod gaussian;
pub mod learn;
mod loudness;
mod prior;
mod profiles;
pub mod programme;
mod proof;
mod regression;
mod render;
mod shape;
mod style;
pub mod suggestion;
pub mod target;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod tone;
pub mod wishes;

pub use learn::Learner;
pub use programme::{Excerpt, Programme, ProgrammeError};
pub use suggestion::{Change, Item, Module, PricePoint, StyleShare, Suggestion, TargetCurve};
pub use target::Target;
pub use wishes::{Delivery, Style, Wishes};

use decide::{imager, limiter::Before};
use finding::Finding;
use proof::Held;
use render::{Wanted, render};
use shape::SongShape;
use style::Profile;

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
    let decided = Decided::of(measurement, &song, &profile, wishes);
    let mut suggestion = Suggestion {
        version: 1,
        measurement: measurement.clone(),
        settings: ChainSettings::default(),
        items: Vec::new(),
        expected: measurement.clone(),
        decided_lufs: measurement.loudness.integrated_lufs,
        styles: profile.shares.clone(),
        limiter_reduction_p95_db: 0.0,
        compressor_reduction_p95_db: [0.0; MAX_BANDS],
        target_curve: profile.curve(&song),
        loudness_price: Vec::new(),
        notes: measurement.faults.iter().map(|fault| fault.message.clone()).collect(),
    };
    if amount == 0.0 {
        let mut findings = decided.findings;
        findings.push(loudness::as_it_is(measurement, wishes));
        suggestion.items = explain::items(&findings, &suggestion.settings, &[0.0; MAX_BANDS], &wishes.only);
        progress(1.0);
        return Ok(suggestion);
    }
    let mut held = Held::of(programme, measurement.heard_s)?;
    decided.prove(&mut held, &profile, wishes, amount, &mut suggestion, progress)?;
    progress(1.0);
    Ok(suggestion)
}

/// What EQ, compressor and imager should do, before it is proven.
struct Decided {
    settings: ChainSettings,
    findings: Vec<Finding>,
    /// What each band of the compressor is to take from the loud parts, dB.
    reductions_db: [f64; MAX_BANDS],
}

impl Decided {
    fn of(measurement: &Measurement, song: &SongShape, profile: &Profile, wishes: &Wishes) -> Self {
        let allowed = |module| wishes.only.contains(&module);
        let mut settings = ChainSettings::default();
        let eq = decide::eq::decide(measurement, song, profile);
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
        Self { settings, findings, reductions_db: compressor.reductions_db }
    }

    /// Renders, drops what does not help, finds the gain, and writes all of it into the suggestion.
    fn prove(
        mut self,
        held: &mut Held,
        profile: &Profile,
        wishes: &Wishes,
        amount: f64,
        suggestion: &mut Suggestion,
        progress: &mut dyn FnMut(f64),
    ) -> Result<(), ProgrammeError> {
        let mut settings = snapped(scaled(&self.settings, amount));
        let mut loudest = held.excerpt(suggestion.measurement.loudness.loudest_start_s)?;
        proof::calibrate(&mut settings, &mut loudest, &self.reductions_db.map(|db| db * amount))?;
        // One round for each module that may be dropped, and one for what is left.
        loop {
            let outcome = self.round(settings, held, profile, wishes, amount, suggestion, progress)?;
            let failures = proof::failures(&outcome.settings, profile, &suggestion.measurement, &suggestion.expected);
            if failures.is_empty() {
                let mut findings = self.findings;
                findings.push(outcome.finding);
                suggestion.notes.extend(outcome.note);
                suggestion.settings = outcome.settings;
                let reductions_db = &suggestion.compressor_reduction_p95_db;
                suggestion.items = explain::items(&findings, &outcome.settings, reductions_db, &wishes.only);
                return Ok(());
            }
            for failure in failures {
                proof::drop_module(&mut settings, failure.module);
                self.findings.retain(|finding| finding.module != failure.module);
                self.findings.push(loudness::dropped(failure));
            }
        }
    }

    /// Renders `settings` with the loudness that was decided and measures the result into the suggestion.
    #[allow(clippy::too_many_arguments)]
    fn round(
        &self,
        settings: ChainSettings,
        held: &mut Held,
        profile: &Profile,
        wishes: &Wishes,
        amount: f64,
        suggestion: &mut Suggestion,
        progress: &mut dyn FnMut(f64),
    ) -> Result<Outcome, ProgrammeError> {
        let measurement = suggestion.measurement.clone();
        let loudest_s = measurement.loudness.loudest_start_s;
        let length_s = measurement.heard_s.max(1.0);
        let limits = wishes.only.contains(&Module::Limiter);
        let mut before = Before {
            integrated_lufs: measurement.loudness.integrated_lufs,
            true_peak_dbtp: measurement.loudness.true_peak_dbtp,
        };
        suggestion.decided_lufs = before.integrated_lufs;
        suggestion.expected = measurement.clone();
        suggestion.compressor_reduction_p95_db = [0.0; MAX_BANDS];
        let mut loudest = None;
        if acts(&settings) {
            let wanted =
                Wanted { measurement: !limits, true_peak: limits, excerpt_from_s: limits.then_some(loudest_s) };
            let mut report = |heard_s: f64| progress((0.4 * heard_s / length_s).min(0.4));
            let rendered = render(held.programme(), measurement.channels, &settings, wanted, &mut report)?;
            before = Before { integrated_lufs: rendered.integrated_lufs, true_peak_dbtp: rendered.true_peak_dbtp };
            suggestion.decided_lufs = before.integrated_lufs;
            suggestion.compressor_reduction_p95_db = std::array::from_fn(|band| rendered.compressor(band).p95_db);
            loudest = Some(rendered.excerpt);
            if let Some(measured) = rendered.measurement {
                suggestion.expected = measured;
            }
        }
        if !limits {
            return Ok(Outcome { settings, finding: loudness::as_it_is(&measurement, wishes), note: None });
        }
        let mut loudest = match loudest {
            Some(loudest) => loudest,
            None => held.excerpt(loudest_s)?,
        };
        let delivery = &wishes.delivery;
        let mut plan = decide::limiter::plan(before, &mut loudest, delivery, profile.ranges.plr_db)?;
        let own_lufs = measurement.loudness.integrated_lufs;
        plan.decided_lufs = own_lufs + amount * (plan.decided_lufs - own_lufs);
        let mut report = |heard_s: f64| progress((0.5 + 0.4 * heard_s / length_s).min(0.95));
        let proof =
            proof::reach(held.programme(), measurement.channels, settings, before, &plan, delivery, &mut report)?;
        suggestion.decided_lufs = proof.decided_lufs;
        suggestion.limiter_reduction_p95_db = proof.rendered.limiter().p95_db;
        suggestion.compressor_reduction_p95_db = std::array::from_fn(|band| proof.rendered.compressor(band).p95_db);
        if let Some(measured) = &proof.rendered.measurement {
            suggestion.expected = measured.clone();
        }
        let (finding, note) = loudness::finding(&measurement, &plan, &proof, delivery, amount, profile);
        suggestion.loudness_price = plan.price;
        Ok(Outcome { settings: proof.settings, finding, note })
    }
}

/// What one round of rendering came to.
struct Outcome {
    settings: ChainSettings,
    finding: Finding,
    note: Option<String>,
}

/// Whether anything ahead of the limiter works.
fn acts(settings: &ChainSettings) -> bool {
    settings.eq.bands.iter().any(|band| band.on) || settings.compressor.on || settings.imager.on
}

/// The settings at a part of their strength.
fn scaled(settings: &ChainSettings, amount: f64) -> ChainSettings {
    /// Where cuts and mono-below begin to do anything.
    const LOWEST_HZ: f32 = 10.0;
    const LOWEST_MONO_HZ: f32 = 20.0;
    let amount = amount as f32;
    let mut settings = *settings;
    for band in settings.eq.bands.iter_mut().filter(|band| band.on) {
        band.gain_db *= amount;
        if band.filter == crate::settings::FilterType::LowCut {
            band.frequency_hz = LOWEST_HZ * (band.frequency_hz / LOWEST_HZ).powf(amount);
        }
    }
    for band in settings.compressor.bands.iter_mut().filter(|band| band.on && settings.compressor.on) {
        band.ratio = 1.0 + (band.ratio - 1.0) * amount;
    }
    for width in &mut settings.imager.widths_percent {
        *width = 100.0 + (*width - 100.0) * amount;
    }
    if settings.imager.mono_below_on {
        settings.imager.mono_below_hz = LOWEST_MONO_HZ * (settings.imager.mono_below_hz / LOWEST_MONO_HZ).powf(amount);
    }
    settings
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
        return Some("the music is silent (below -70 LUFS)".into());
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
    });
    Suggestion {
        version: 1,
        measurement: measurement.clone(),
        settings: ChainSettings::default(),
        items: items.to_vec(),
        expected: measurement.clone(),
        decided_lufs: measurement.loudness.integrated_lufs,
        styles: Vec::new(),
        limiter_reduction_p95_db: 0.0,
        compressor_reduction_p95_db: [0.0; MAX_BANDS],
        target_curve: TargetCurve::default(),
        loudness_price: Vec::new(),
        notes: measurement.faults.iter().map(|fault| fault.message.clone()).collect(),
    }
}
