//! Mains hum: lines at 50 or 60 Hz and multiples that stand still in the quiet moments.
//!
//! Notes in any usual tuning lie 1 Hz or more beside the mains, decay and change; hum is always there, at the same level. So a line
//! must be in nearly all of the quietest windows, at its frequency within a fraction of a hertz, steady.

use crate::analysis::{measurement::TimeRange, sightings::Sightings};

/// Mains frequencies in Hz.
const MAINS_HZ: [f64; 2] = [50.0, 60.0];
/// Multiples that are looked at.
const HARMONICS: usize = 6;
/// How far from its place a line may lie, Hz. Grids keep within 0.2 Hz.
const TOLERANCE_HZ: f64 = 0.4;
/// A line stands over its surroundings by this, dB.
const PROMINENCE_DB: f64 = 12.0;
/// Lines under this are inaudible, dBFS.
const AUDIBLE_DB: f64 = -85.0;
/// Share of all windows that are the quiet moments, and the least number of them.
const QUIET_SHARE: f64 = 0.15;
const LEAST_WINDOWS: u32 = 8;
/// Share of the quiet windows that the line must be in, and how much its level may vary (standard deviation, dB).
const PRESENT_SHARE: f64 = 0.8;
const STEADY_DB: f64 = 2.0;
/// Share of the windows of some seconds: music hides the lines in the others.
const HEARD_SHARE: f64 = 0.1;
/// Multiples that must be there, one of them the first or second.
const LEAST_LINES: usize = 2;
/// Classes of loudness of 1 dB from -100 LUFS.
const CLASSES: usize = 110;
const QUIETEST_LUFS: f64 = -100.0;

/// How often a line was there, and how loud.
#[derive(Debug, Clone, Copy, Default)]
struct Line {
    times: u32,
    level_db: f64,
    level_squared: f64,
}

#[derive(Debug, Clone, Copy, Default)]
struct Class {
    windows: u32,
    lines: [[Line; HARMONICS]; MAINS_HZ.len()],
}

/// Hum as found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Hum {
    pub(super) mains_hz: f64,
    /// The loudest line and its level.
    pub(super) line_hz: f64,
    pub(super) level_db: f64,
    pub(super) lines: usize,
    /// From the first to the last moment at which it is heard.
    pub(super) time: Option<TimeRange>,
}

/// Looks for hum in long windows of the spectrum.
pub(in crate::analysis) struct HumMeter {
    bin_hz: f64,
    classes: Vec<Class>,
    /// When there are lines of either mains.
    sightings: Sightings,
}

impl HumMeter {
    /// For spectra whose bins are `bin_hz` apart.
    pub(in crate::analysis) fn new(bin_hz: f64) -> Self {
        // Windows overlap by half.
        let sightings = Sightings::new(0.5 / bin_hz, MAINS_HZ.len());
        Self { bin_hz, classes: vec![Class::default(); CLASSES], sightings }
    }

    /// Looks at one window: power of each bin, and the loudness of the whole.
    pub(in crate::analysis) fn add(&mut self, powers: &[f32], lufs: f64) {
        self.sightings.look(lufs >= QUIETEST_LUFS);
        if lufs < QUIETEST_LUFS {
            return;
        }
        let class = &mut self.classes[((lufs - QUIETEST_LUFS) as usize).min(CLASSES - 1)];
        class.windows += 1;
        for (index, (mains, lines)) in MAINS_HZ.iter().zip(&mut class.lines).enumerate() {
            let mut there = 0;
            for (harmonic, line) in lines.iter_mut().enumerate() {
                if let Some(level_db) = line_level_db(powers, mains * (harmonic + 1) as f64, self.bin_hz) {
                    line.times += 1;
                    line.level_db += level_db;
                    line.level_squared += level_db * level_db;
                    there += 1;
                }
            }
            self.sightings.see(index, f64::from(u8::from(there >= LEAST_LINES)));
        }
    }

    /// Hum in the quiet moments.
    pub(super) fn hum(&self) -> Option<Hum> {
        let all: u32 = self.classes.iter().map(|class| class.windows).sum();
        let enough = ((f64::from(all) * QUIET_SHARE) as u32).max(LEAST_WINDOWS);
        let mut quiet = Class::default();
        for class in &self.classes {
            if quiet.windows >= enough {
                break;
            }
            quiet.windows += class.windows;
            let lines = quiet.lines.as_flattened_mut().iter_mut().zip(class.lines.as_flattened());
            lines.for_each(|(sum, line)| {
                sum.times += line.times;
                sum.level_db += line.level_db;
                sum.level_squared += line.level_squared;
            });
        }
        if quiet.windows < LEAST_WINDOWS {
            return None;
        }
        let found = MAINS_HZ.iter().zip(&quiet.lines).enumerate().filter_map(|(index, (mains_hz, lines))| {
            let steady: Vec<(usize, f64)> = lines
                .iter()
                .enumerate()
                .filter_map(|(harmonic, line)| {
                    let times = f64::from(line.times);
                    let level_db = line.level_db / times.max(1.0);
                    let variance = line.level_squared / times.max(1.0) - level_db * level_db;
                    let is_hum = times >= PRESENT_SHARE * f64::from(quiet.windows)
                        && variance <= STEADY_DB * STEADY_DB
                        && level_db >= AUDIBLE_DB;
                    is_hum.then_some((harmonic, level_db))
                })
                .collect();
            let (harmonic, level_db) = steady.iter().copied().max_by(|a, b| a.1.total_cmp(&b.1))?;
            (steady.len() >= LEAST_LINES && steady[0].0 < 2).then_some(Hum {
                mains_hz: *mains_hz,
                line_hz: mains_hz * (harmonic + 1) as f64,
                level_db,
                lines: steady.len(),
                time: self.sightings.stretch(index, HEARD_SHARE),
            })
        });
        // 300 Hz is a multiple of both: the series with more lines is the one.
        found.max_by(|a, b| a.lines.cmp(&b.lines).then(a.level_db.total_cmp(&b.level_db)))
    }
}

/// Level of a line at `hz` in dBFS, where there is one.
fn line_level_db(powers: &[f32], hz: f64, bin_hz: f64) -> Option<f64> {
    // A Hann window's main lobe is two bins to either side; surroundings are the next five.
    const LOBE: usize = 2;
    const AROUND: usize = 7;
    let middle = (hz / bin_hz).round() as usize;
    if middle < AROUND + 1 || middle + AROUND + 2 > powers.len() {
        return None;
    }
    let top = (middle - 1..=middle + 1).max_by(|a, b| powers[*a].total_cmp(&powers[*b]))?;
    let level = |bin: usize| f64::from(powers[bin].max(f32::MIN_POSITIVE)).log10() * 10.0;
    let (before, peak, after) = (level(top - 1), level(top), level(top + 1));
    if before > peak || after > peak {
        return None;
    }
    // The top of the lobe by the parabola through its logarithm.
    let curvature = before - 2.0 * peak + after;
    let offset = if curvature < 0.0 { 0.5 * (before - after) / curvature } else { 0.0 };
    if ((top as f64 + offset) * bin_hz - hz).abs() > TOLERANCE_HZ {
        return None;
    }
    let line: f64 = powers[top - LOBE..=top + LOBE].iter().map(|power| f64::from(*power)).sum();
    let around = powers[top - AROUND..top - LOBE].iter().chain(&powers[top + LOBE + 1..=top + AROUND]);
    let around = around.map(|power| f64::from(*power)).sum::<f64>() / (2 * (AROUND - LOBE)) as f64;
    let prominence_db = peak - 10.0 * around.max(f64::MIN_POSITIVE).log10();
    (prominence_db >= PROMINENCE_DB).then(|| super::super::level_db(line))
}
