//! Proves a decision through the real chain, drops what does not help, finds the gain, and says what came of it.

use super::{
    Module, Wishes,
    decide::limiter::{self, Before},
    ends::MissingEnd,
    explain::{self, Spoken},
    finding::Finding,
    gauge::Aims,
    judgement, loudness, mix_fixes,
    programme::{Excerpt, Programme, ProgrammeError},
    proof::{self, Played},
    render::{Kept, Wanted, excerpt, render},
    stage::{Held, Stage},
    style::Profile,
    suggestion::{PricePoint, Suggestion},
};
use crate::{
    analysis::Measurement,
    settings::{ChainSettings, MAX_BANDS},
};

/// What decisions are proven on, and what they are held against.
pub struct Proving<'a> {
    pub held: Held<'a>,
    /// Of the song as it is.
    pub measurement: &'a Measurement,
    pub profile: &'a Profile,
    pub wishes: &'a Wishes,
    /// 0 to 1.
    pub amount: f64,
    pub progress: &'a mut dyn FnMut(f64),
}

/// What EQ, compressor and imager should do, before it is proven.
pub struct Decided {
    pub settings: ChainSettings,
    pub findings: Vec<Finding>,
    /// What each band of the compressor is to take from the loud parts, dB.
    pub reductions_db: [f64; MAX_BANDS],
    /// Ends that the spectrum lacks.
    pub ends: Vec<MissingEnd>,
}

/// The loudest part of what enters the limiter.
pub struct Loudest {
    pub excerpt: Excerpt,
    /// Where it begins in the song, seconds.
    pub from_s: f64,
}

/// What one round of rendering came to.
struct Outcome {
    settings: ChainSettings,
    finding: Finding,
    notes: Vec<String>,
    expected: Measurement,
    decided_lufs: f64,
    limiter_reduction_p95_db: f64,
    compressor_reduction_p95_db: [f64; MAX_BANDS],
    price: Vec<PricePoint>,
    price_chosen: Option<PricePoint>,
}

impl Proving<'_> {
    /// Renders `decided` at the amount asked for and writes what is left of it into `suggestion`.
    ///
    /// # Errors
    /// When the music cannot be played or measured.
    pub fn prove(&mut self, mut decided: Decided, suggestion: &mut Suggestion) -> Result<(), ProgrammeError> {
        let mut settings = decided.settings;
        let reductions_db = decided.reductions_db.map(|db| db * self.amount);
        let mut loudest = self.held.excerpt(self.measurement.loudness.loudest_start_s)?;
        proof::calibrate(&mut settings, &mut loudest, &reductions_db)?;
        // One round for each module that may be dropped or eased, and one for what is left.
        loop {
            let outcome = self.round(settings)?;
            if proof::ease(&mut settings, &outcome.compressor_reduction_p95_db) {
                continue;
            }
            let failures = judgement::failures(&outcome.settings, self.profile, self.measurement, &outcome.expected);
            if failures.is_empty() {
                decided.findings.push(outcome.finding);
                suggestion.items = explain::items(
                    &decided.findings,
                    &Spoken {
                        before: self.measurement,
                        after: &outcome.expected,
                        settings: &outcome.settings,
                        aims: Aims { decided_lufs: outcome.decided_lufs, reductions_db },
                        taken_db: outcome.compressor_reduction_p95_db,
                        allowed: &self.wishes.only,
                    },
                );
                suggestion.notes = mix_fixes::other_notes(self.measurement, &outcome.settings);
                suggestion.notes.extend(decided.ends.iter().map(|end| end.sentence(&self.profile.label)));
                suggestion.notes.extend(outcome.notes);
                suggestion.settings = outcome.settings;
                suggestion.expected = outcome.expected;
                suggestion.decided_lufs = outcome.decided_lufs;
                suggestion.limiter_reduction_p95_db = outcome.limiter_reduction_p95_db;
                suggestion.compressor_reduction_p95_db = outcome.compressor_reduction_p95_db;
                suggestion.loudness_price = outcome.price;
                suggestion.price_chosen = outcome.price_chosen;
                return Ok(());
            }
            for failure in failures {
                decided.findings.retain(|finding| !failure.of.is_behind(finding, &settings));
                judgement::drop_judged(&mut settings, failure.of);
                decided.findings.push(loudness::dropped(failure));
            }
        }
    }

    /// Renders `settings` with the loudness that is decided, and measures the result.
    fn round(&mut self, settings: ChainSettings) -> Result<Outcome, ProgrammeError> {
        let (measurement, delivery) = (self.measurement, &self.wishes.delivery);
        let own = &measurement.loudness;
        let length_s = measurement.heard_s.max(1.0);
        let limits = self.wishes.only.contains(&Module::Limiter);
        let mut before = Before { integrated_lufs: own.integrated_lufs, true_peak_dbtp: own.true_peak_dbtp };
        let mut outcome = Outcome {
            settings,
            finding: loudness::as_it_is(measurement, self.wishes),
            notes: Vec::new(),
            expected: measurement.clone(),
            decided_lufs: own.integrated_lufs,
            limiter_reduction_p95_db: 0.0,
            compressor_reduction_p95_db: [0.0; MAX_BANDS],
            price: Vec::new(),
            price_chosen: None,
        };
        // What enters the limiter, or its loudest part where the whole is too long to be kept.
        let mut ahead = None;
        let rate_hz = self.held.programme().sample_rate_hz();
        let keeps_all = Held::fits(measurement.heard_s, rate_hz);
        // A little more than was heard, for what the last block brings.
        let frames = ((measurement.heard_s + 0.1) * f64::from(rate_hz)) as usize;
        if acts(&settings) {
            let kept = match (limits, keeps_all) {
                (false, _) => Kept::Nothing,
                (true, true) => Kept::All(frames),
                (true, false) => Kept::From(own.loudest_start_s),
            };
            let wanted = Wanted { measurement: !limits, kept };
            let progress = &mut self.progress;
            let mut report = |heard_s: f64| progress((0.4 * heard_s / length_s).min(0.4));
            let rendered = render(self.held.programme(), measurement.channels, &settings, wanted, &mut report)?;
            before = Before { integrated_lufs: rendered.integrated_lufs, true_peak_dbtp: rendered.true_peak_dbtp };
            outcome.decided_lufs = before.integrated_lufs;
            outcome.compressor_reduction_p95_db = std::array::from_fn(|band| rendered.compressor(band).p95_db);
            ahead = Some(rendered.kept);
            if let Some(measured) = rendered.measurement {
                outcome.expected = measured;
            }
        }
        if !limits {
            return Ok(outcome);
        }
        let from_s = own.loudest_start_s;
        let excerpt = match &mut ahead {
            Some(ahead) if keeps_all => excerpt(ahead, from_s)?,
            Some(loudest) => std::mem::take(loudest),
            None => self.held.excerpt(from_s)?,
        };
        let mut loudest = Loudest { excerpt, from_s };
        let mut plan = limiter::plan(before, &mut loudest, delivery, self.profile.ranges.plr_db)?;
        plan.decided_lufs = own.integrated_lufs + self.amount * (plan.decided_lufs - own.integrated_lufs);
        let progress = &mut self.progress;
        let mut report = |heard_s: f64| progress((0.5 + 0.4 * heard_s / length_s).min(0.95));
        let (programme, stage): (&mut dyn Programme, _) = match &mut ahead {
            Some(ahead) if keeps_all => (ahead, Stage::Limiter),
            Some(_) => (self.held.programme(), Stage::Whole),
            None => (self.held.programme(), Stage::Limiter),
        };
        let kept = if keeps_all { Kept::All(frames) } else { Kept::Nothing };
        let mut played = Played { programme, channels: measurement.channels, stage, kept };
        let proof = proof::reach(&mut played, settings, before, &plan, delivery, &mut report)?;
        let limiter = proof.rendered.limiter();
        let (finding, out_of_reach) =
            loudness::finding(measurement, &plan, &proof, delivery, self.amount, self.profile);
        outcome.finding = finding;
        outcome.notes.extend(out_of_reach.into_iter().chain(loudness::by_section(measurement, &proof)));
        outcome.settings = proof.settings;
        outcome.decided_lufs = proof.decided_lufs;
        outcome.limiter_reduction_p95_db = limiter.p95_db;
        outcome.price = plan.price;
        outcome.price_chosen = Some(PricePoint {
            integrated_lufs: proof.rendered.integrated_lufs,
            drive_db: f64::from(proof.settings.limiter.drive_db),
            reduction_median_db: limiter.median_db,
            reduction_p95_db: limiter.p95_db,
            reduction_max_db: limiter.max_db,
            worst_s: limiter.worst_s,
        });
        if let Some(measured) = proof.rendered.measurement {
            outcome.expected = measured;
        }
        Ok(outcome)
    }
}

/// Whether anything ahead of the limiter works.
fn acts(settings: &ChainSettings) -> bool {
    settings.eq.bands.iter().any(|band| band.on) || settings.compressor.on || settings.imager.on
}
