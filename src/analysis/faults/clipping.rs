//! Clipping: runs of samples that stand still at an extreme, as a converter or a fixed-point file leaves them.

use crate::analysis::levels::greatest;

/// Samples in a row at the same value that make a run.
const LEAST_RUN: u32 = 3;
/// A run this near the file's peak is at the peak (0.13 dB).
const NEAR_PEAK: f32 = 0.985;
/// A clipped wave meets its ceiling at an angle, the rounded top of a slow wave in steps of 1/32768. This is 16 of those, as a
/// share of the peak.
const LEAST_ANGLE: f32 = 5e-4;
/// Runs no further apart than this belong to the same passage, seconds.
const SAME_PASSAGE_S: f64 = 1.0;
/// Passages kept; later ones are counted into the last.
const MOST_PASSAGES: usize = 1000;

/// Runs near each other.
#[derive(Debug, Clone, Copy)]
struct Passage {
    start: u64,
    end: u64,
    runs: u32,
    longest: u32,
    level: f32,
}

/// Where the samples of a channel stand still.
#[derive(Debug, Clone, Copy, Default)]
struct Run {
    value: f32,
    length: u32,
    /// How far the value jumped when the run began.
    angle: f32,
}

/// Clipping as found so far.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Clipping {
    pub(super) start_s: f64,
    pub(super) end_s: f64,
    pub(super) runs: u32,
    /// The passage with the most runs, where there are several.
    pub(super) worst_s: Option<(f64, f64)>,
    /// Samples in the longest run.
    pub(super) longest: u32,
    /// Full scale is 1.
    pub(super) level: f64,
}

/// Looks for runs in both channels.
pub(super) struct ClippingMeter {
    sample_rate_hz: f64,
    runs: [Run; 2],
    heard: u64,
    peak: f32,
    passages: Vec<Passage>,
}

impl ClippingMeter {
    pub(super) fn new(sample_rate_hz: u32) -> Self {
        Self {
            sample_rate_hz: f64::from(sample_rate_hz),
            runs: [Run::default(); 2],
            heard: 0,
            peak: 0.0,
            passages: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, left: &[f32], right: &[f32]) {
        // What stays under the peak can hold no run at the peak; nor can one that began there end as one.
        if greatest(left).max(greatest(right)) < NEAR_PEAK * self.peak
            && let (Some(last_left), Some(last_right)) = (left.last(), right.last())
            && self.runs.iter().all(|run| run.value.abs() < NEAR_PEAK * self.peak)
        {
            self.runs = [*last_left, *last_right].map(|value| Run { value, length: 1, angle: 0.0 });
            self.heard += left.len() as u64;
            return;
        }
        for (n, (l, r)) in left.iter().zip(right).enumerate() {
            for (channel, sample) in [*l, *r].into_iter().enumerate() {
                let run = &mut self.runs[channel];
                if sample == run.value {
                    run.length = run.length.saturating_add(1);
                    continue;
                }
                let ended = std::mem::replace(run, Run { value: sample, length: 1, angle: (sample - run.value).abs() });
                self.peak = self.peak.max(sample.abs());
                if ended.length >= LEAST_RUN && ended.value.abs() >= NEAR_PEAK * self.peak {
                    let angle = ended.angle.max((sample - ended.value).abs());
                    if angle >= LEAST_ANGLE * self.peak {
                        self.keep(self.heard + n as u64, ended);
                    }
                }
            }
        }
        self.heard += left.len() as u64;
    }

    fn keep(&mut self, end: u64, run: Run) {
        let start = end.saturating_sub(u64::from(run.length));
        let level = run.value.abs();
        let full = self.passages.len() == MOST_PASSAGES;
        let gap = (SAME_PASSAGE_S * self.sample_rate_hz) as u64;
        match self.passages.last_mut() {
            // Runs at another level are another story: only one of them is at the peak in the end.
            Some(last)
                if full || (start < last.end + gap && level.min(last.level) >= NEAR_PEAK * level.max(last.level)) =>
            {
                last.end = end;
                last.runs += 1;
                last.longest = last.longest.max(run.length);
                last.level = last.level.max(level);
            }
            _ => self.passages.push(Passage { start, end, runs: 1, longest: run.length, level }),
        }
    }

    /// All runs at the peak of what was heard.
    pub(super) fn clipping(&self) -> Option<Clipping> {
        let at_peak: Vec<&Passage> = self.passages.iter().filter(|run| run.level >= NEAR_PEAK * self.peak).collect();
        let (first, last) = (at_peak.first()?, at_peak.last()?);
        let time_s = |position: u64| position as f64 / self.sample_rate_hz;
        let worst = at_peak.iter().rev().max_by_key(|passage| passage.runs)?;
        Some(Clipping {
            worst_s: (at_peak.len() > 1).then(|| (time_s(worst.start), time_s(worst.end))),
            start_s: time_s(first.start),
            end_s: time_s(last.end),
            runs: at_peak.iter().map(|passage| passage.runs).sum(),
            longest: at_peak.iter().map(|passage| passage.longest).max()?,
            level: at_peak.iter().map(|passage| f64::from(passage.level)).fold(0.0, f64::max),
        })
    }
}
