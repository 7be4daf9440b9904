//! What mastering should know before it starts: clipping, DC, channels missing or inverted, limiting, a codec's edge, hum, silence.
//!
//! Each fault is one sentence: what, where, how much, and what to do about it; where processing is the wrong cure, it says so.

pub(super) mod clipping;
mod ends;
pub(super) mod hum;
pub(super) mod low_pass;

use super::level_db;
use super::levels::Levels;
use super::measurement::{Fault, FaultKind, LEAST_OFFSET_PERCENT, Loudness, Severity, TimeRange};
use super::spectrum::{LEFT, MID, Powers, RIGHT, SIDE, SpectrumMeter};
use clipping::ClippingMeter;
use ends::{End, EndsMeter};

use crate::figures::{stretch, typeset};

/// Less than this says little about a song, seconds.
const ENOUGH_S: f64 = 10.0;
/// Less is no offset but a slow wave, seconds.
const LEAST_DC_S: f64 = 1.0;
/// A channel this far under the other is missing, dB; the other must be over -60 dBFS.
const MISSING_DB: f64 = 60.0;
const PRESENT_POWER: f64 = 1e-6;
/// One channel is the other turned over when mid lies this far under side, dB.
const INVERTED_DB: f64 = 15.0;
/// Music that was never limited keeps its peaks further over its short-term loudness than this (median), dB.
const LIMITED_PSR_DB: f64 = 9.5;
/// A limiter lines the peaks up: this share of tenths of a second has its peak within 1 dB of the ceiling. Set by looking at 57
/// released songs, of which nobody knows which were limited: nine lie at 0.42 to 0.77 (eight of them under the PSR above), the
/// others at 0.31 or less.
const LIMITED_SHARE: f64 = 0.4;
const NEAR_CEILING_DB: f64 = 1.0;
/// The ceiling is the peak that one step in fifty goes over: a codec after the limiter throws single peaks over it.
const CEILING_SHARE: f64 = 0.02;
/// A step whose peak is under this is silent (-66 dBFS).
const SILENT_PEAK: f32 = 0.0005;
/// Steps of 100 ms of silence in the middle that are more than a rest.
const LONG_SILENCE_STEPS: u64 = 40;
/// Silences kept.
const MOST_SILENCES: usize = 16;
/// Runs of clipped samples that are more than chance, and the length of one that is.
const LEAST_RUNS: u32 = 3;
const LONG_RUN: u32 = 6;
/// A codec's edge below this is heard by everybody, Hz.
const AUDIBLE_EDGE_HZ: f64 = 15_000.0;
/// Hum over this is heard in every pause at a normal listening level, dBFS.
const LOUD_HUM_DB: f64 = -55.0;
/// Noise at the ends over this is heard at a normal listening level, dBFS.
const LOUD_NOISE_DB: f64 = -60.0;
/// A band that loses this much in mono is no longer the same, dB: uncorrelated channels lose 3.
const LEAST_MONO_LOSS_DB: f64 = 5.0;
/// Share of the loudest band's power under which a band is not missed (-25 dB).
const AUDIBLE_SHARE: f64 = 0.003;
/// Bins of the histogram of peaks: 0.1 dB down to -60 dB.
const PEAK_BINS: usize = 720;
const PEAK_BIN_DB: f64 = 0.1;
const HIGHEST_PEAK_DB: f64 = 12.0;

/// Listens for faults.
pub(super) struct FaultMeter {
    sample_rate_hz: f64,
    clipping: ClippingMeter,
    ends: EndsMeter,
    /// First and last position of a sample that was not finite, and their number.
    not_finite: Option<(u64, u64, u64)>,
    /// Of the step at hand.
    levels: Levels,
    steps: u64,
    step_start: u64,
    /// Steps by their peak, from the highest down.
    peaks: Vec<u32>,
    /// Where the silence began that goes on, once there was sound.
    silent_since: Option<u64>,
    has_sounded: bool,
    silences_s: Vec<(f64, f64)>,
}

impl FaultMeter {
    pub(super) fn new(sample_rate_hz: u32) -> Self {
        Self {
            sample_rate_hz: f64::from(sample_rate_hz),
            clipping: ClippingMeter::new(sample_rate_hz),
            ends: EndsMeter::default(),
            not_finite: None,
            levels: Levels::NONE,
            steps: 0,
            step_start: 0,
            peaks: vec![0; PEAK_BINS],
            silent_since: None,
            has_sounded: false,
            silences_s: Vec::new(),
        }
    }

    /// A sample at `position` was not finite.
    pub(super) fn not_finite(&mut self, position: u64) {
        let (first, last, count) = self.not_finite.unwrap_or((position, position, 0));
        self.not_finite = Some((first.min(position), last.max(position), count + 1));
    }

    /// Listens to a part of a block.
    pub(super) fn add(&mut self, left: &[f32], right: &[f32]) {
        self.clipping.add(left, right);
    }

    /// A block of these levels is complete, and with it perhaps a tenth of a second.
    pub(super) fn end_block(&mut self, levels: &Levels, ends_step: bool) {
        self.levels = self.levels.and(levels);
        if ends_step {
            let levels = std::mem::replace(&mut self.levels, Levels::NONE);
            self.end_step(&levels);
        }
    }

    fn end_step(&mut self, levels: &Levels) {
        self.ends.end_step(levels);
        let peak = levels.peak();
        let under = (HIGHEST_PEAK_DB - level_db(f64::from(peak).powi(2))) / PEAK_BIN_DB;
        if let Some(count) = self.peaks.get_mut(under.max(0.0) as usize) {
            *count += 1;
        }
        if peak < SILENT_PEAK {
            if self.has_sounded {
                self.silent_since.get_or_insert(self.step_start);
            }
        } else {
            self.has_sounded = true;
            if let Some(since) = self.silent_since.take() {
                let length = (self.step_start - since) as f64 / self.sample_rate_hz;
                if length * 10.0 >= LONG_SILENCE_STEPS as f64 - 0.5 && self.silences_s.len() < MOST_SILENCES {
                    let at = |position: u64| position as f64 / self.sample_rate_hz;
                    self.silences_s.push((at(since), at(self.step_start)));
                }
            }
        }
        self.steps += 1;
        self.step_start += levels.samples;
    }

    /// All that was found so far, `levels` being those of all that was heard.
    pub(super) fn faults(
        &self,
        levels: &Levels,
        loudness: &Loudness,
        gated: &Powers,
        spectrum: &SpectrumMeter,
    ) -> Vec<Fault> {
        let heard_s = levels.samples as f64 / self.sample_rate_hz;
        let mut faults = Vec::new();
        let mut found = |kind, severity, from_s: f64, to_s: f64, message: String| {
            faults.push(Fault { kind, from_s, to_s, severity, message: typeset(&message) });
        };
        if let Some((first, last, count)) = self.not_finite {
            let (start_s, end_s) = (first as f64 / self.sample_rate_hz, last as f64 / self.sample_rate_hz);
            let message = format!(
                "{count} samples are not numbers, {}: they count as silence; render the mix again.",
                stretch(start_s, end_s)
            );
            found(FaultKind::NotFinite, Severity::Severe, start_s, end_s, message);
        }
        if levels.peak() < SILENT_PEAK {
            let message = "There is nothing but silence: check the routing or the file.".to_owned();
            found(FaultKind::Silence, Severity::Severe, 0.0, heard_s, message);
            return faults;
        }
        if heard_s < ENOUGH_S {
            let message = format!(
                "Only {heard_s:.1} s were heard: too little to judge a song by; let it hear {ENOUGH_S:.0} s or more."
            );
            found(FaultKind::TooShort, Severity::Moderate, 0.0, heard_s, message);
        }
        for (start_s, end_s) in &self.silences_s {
            let message = format!(
                "Silence for {:.1} s, {}: check that no part of the mix is missing.",
                end_s - start_s,
                stretch(*start_s, *end_s)
            );
            found(FaultKind::Silence, Severity::Moderate, *start_s, *end_s, message);
        }
        if let Some(clipping) = self.clipping.clipping()
            && (clipping.runs >= LEAST_RUNS || clipping.longest >= LONG_RUN)
        {
            let message = format!(
                "Clipped {} times at {:.1} dBFS, {}{}, up to {} samples long: fix in the mix and render with headroom, for no limiter puts \
                 back what was cut off.",
                clipping.runs,
                level_db(clipping.level * clipping.level),
                stretch(clipping.start_s, clipping.end_s),
                clipping.worst_s.map_or_else(String::new, |(from_s, to_s)| format!(", most {}", stretch(from_s, to_s))),
                clipping.longest
            );
            // Three samples of a peak are a matter of measurement, a whole wave is one of hearing.
            let severity = if clipping.longest >= LONG_RUN { Severity::Severe } else { Severity::Moderate };
            found(FaultKind::Clipping, severity, clipping.start_s, clipping.end_s, message);
        }
        let [left_dc, right_dc] = levels.offsets();
        if 100.0 * left_dc.abs().max(right_dc.abs()) >= LEAST_OFFSET_PERCENT && heard_s >= LEAST_DC_S {
            let message = format!(
                "A constant offset of {:.2} % on the left and {:.2} % on the right takes headroom all through: a low cut at 10 to 20 Hz removes it.",
                100.0 * left_dc,
                100.0 * right_dc
            );
            found(FaultKind::Dc, Severity::Minor, 0.0, heard_s, message);
        }
        channel_faults(levels, gated, spectrum, heard_s, &mut found);
        if let Some(share) = self.limited_share(loudness) {
            let message = format!(
                "Limited already: the peaks stand only {:.1} dB over the loudness (median), and {:.0} % of the tenths of a second reach to \
                 within 1 dB of a ceiling; if you can, master the mix without its limiter.",
                loudness.psr_db,
                100.0 * share
            );
            found(FaultKind::AlreadyLimited, Severity::Moderate, 0.0, heard_s, message);
        }
        if let Some(edge_hz) = low_pass::edge_hz(&gated.mean_top(), self.sample_rate_hz / 2.0) {
            let message = format!(
                "Nothing above {:.1} kHz: a lossy codec has been at work; master the uncompressed mix, for a boost up there brings \
                 nothing back.",
                edge_hz / 1000.0
            );
            // Most grown ears end at 15 to 16 kHz.
            let severity = if edge_hz < AUDIBLE_EDGE_HZ { Severity::Severe } else { Severity::Minor };
            found(FaultKind::CodecLowPass, severity, 0.0, heard_s, message);
        }
        if let Some(hum) = spectrum.hum().hum() {
            let message = format!(
                "Hum of the {:.0} Hz mains in the quiet moments, {} lines, the loudest at {:.0} Hz with {:.0} dBFS: find its source or remove it \
                 with a hum filter in the mix; a notch here would take music with it.",
                hum.mains_hz, hum.lines, hum.line_hz, hum.level_db
            );
            let severity = if hum.level_db > LOUD_HUM_DB { Severity::Severe } else { Severity::Moderate };
            let time = hum.time.unwrap_or(TimeRange { from_s: 0.0, to_s: heard_s });
            found(FaultKind::Hum, severity, time.from_s, time.to_s.min(heard_s), message);
        }
        for End { place, from_s, to_s, level_db } in self.ends.noises(loudness.integrated_lufs) {
            let message = format!(
                "Noise of {level_db:.0} dBFS {place}, {}: trim it or fade it in the mix, for mastering makes it louder.",
                stretch(from_s, to_s)
            );
            let severity = if level_db > LOUD_NOISE_DB { Severity::Moderate } else { Severity::Minor };
            found(FaultKind::NoiseAtTheEnds, severity, from_s, to_s, message);
        }
        faults
    }

    /// Share of steps that reach to the ceiling or nearly, where that and the peak over the loudness look like a limiter.
    fn limited_share(&self, loudness: &Loudness) -> Option<f64> {
        let steps = self.steps.max(1) as f64;
        let over = |bins: usize| f64::from(self.peaks[..bins].iter().sum::<u32>()) / steps;
        let ceiling = (1..PEAK_BINS).find(|bins| over(*bins) > CEILING_SHARE)?;
        let share = over((ceiling + (NEAR_CEILING_DB / PEAK_BIN_DB) as usize).min(PEAK_BINS));
        (loudness.psr_db > 0.0 && loudness.psr_db < LIMITED_PSR_DB && share >= LIMITED_SHARE).then_some(share)
    }
}

/// A channel that is missing or turned over, and bands that are lost in mono.
fn channel_faults(
    levels: &Levels,
    gated: &Powers,
    spectrum: &SpectrumMeter,
    heard_s: f64,
    found: &mut impl FnMut(FaultKind, Severity, f64, f64, String),
) {
    let [left, right] = levels.powers();
    let missing = 10f64.powf(-MISSING_DB / 10.0);
    for (name, one, other) in [("left", left, right), ("right", right, left)] {
        if other > PRESENT_POWER && one < other * missing {
            let message = format!(
                "The {name} channel is silent while the other plays: fix in the mix, or master it as mono on purpose."
            );
            found(FaultKind::ChannelMissing, Severity::Severe, 0.0, heard_s, message);
            return;
        }
    }
    let inverted = 10f64.powf(INVERTED_DB / 10.0);
    if gated.whole[SIDE] > gated.whole[MID] * inverted && gated.whole[LEFT].min(gated.whole[RIGHT]) > 0.0 {
        let message = format!(
            "One channel is the other turned over: in mono {:.0} dB are lost; invert one channel in the mix.",
            level_db(gated.whole[SIDE] / f64::from(gated.windows))
                - level_db(gated.whole[MID] / f64::from(gated.windows))
        );
        found(FaultKind::ChannelInverted, Severity::Severe, 0.0, heard_s, message);
        return;
    }
    let image = super::stereo::stereo(gated, spectrum);
    // Bass is the imager's, and what is far under the rest is not missed.
    let loudest = gated.broad.iter().map(|band| band[MID] + band[SIDE]).fold(0.0, f64::max);
    let audible = |band: &usize| gated.broad[*band][MID] + gated.broad[*band][SIDE] > loudest * AUDIBLE_SHARE;
    for band in (1..image.bands.len()).filter(audible) {
        let band = &image.bands[band];
        if band.mono_loss_db >= LEAST_MONO_LOSS_DB {
            let message = format!(
                "From {:.0} to {:.0} Hz {:.1} dB are lost in mono, since side stands {:+.1} dB against mid: turn the phase of one \
                 channel of the widest instrument there, or narrow it in the mix.",
                band.low_hz, band.high_hz, band.mono_loss_db, band.side_mid_db
            );
            let time = band.loose.unwrap_or(TimeRange { from_s: 0.0, to_s: heard_s });
            found(FaultKind::MonoLoss, Severity::Moderate, time.from_s, time.to_s.min(heard_s), message);
        }
    }
}

#[cfg(test)]
mod tests;
