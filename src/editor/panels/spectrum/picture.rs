//! What the graph shows, brought up to date once a tick.

use vizia::prelude::{Signal, SignalGet};

use super::{bands::EqControls, plot::Options};
use crate::{
    assistant::{Module, TargetCurve},
    editor::{
        Console,
        live::{Live, Seen},
    },
    plugin::memory::Memory,
    scope::{
        response::EqCurves,
        spectrum::{POINTS, level_db, point_hz, third_octave_as_point_db, tilt_db},
    },
    settings::{EQ_BANDS, EqSettings},
};

/// Sample rate that curves are drawn for before the plugin is activated.
const USUAL_RATE_HZ: f64 = 48_000.0;
/// Below this loudness the target's band keeps its place, LUFS.
const QUIET_LUFS: f64 = -50.0;

/// Less than this is silence: a point at −120 dB.
const LEAST_POWER: f32 = 1e-12;

/// The assistant's curve, while it differs from what is set.
pub struct Ghost {
    pub settings: EqSettings,
    pub curves: EqCurves,
    /// Bands that accepting would change.
    pub changed: [bool; EQ_BANDS],
}

/// Everything that the graph draws.
pub struct Picture {
    pub controls: EqControls,
    pub curves: EqCurves,
    pub movement_db: [f32; EQ_BANDS],
    pub ghost: Option<Ghost>,
    /// Levels of the points with their tilt, dB: input, output, and the output's peaks.
    pub before_db: Vec<f32>,
    pub after_db: Vec<f32>,
    pub held_db: Vec<f32>,
    /// The target's range as (Hz, low, high) in levels of points, without tilt.
    pub target: Vec<(f64, f32, f32)>,
    /// What the target's range is moved by, to lie at the loudness of now, dB.
    pub target_shift_db: f32,
    pub running: bool,
    /// Whether there is anything to show of what was played.
    pub heard: bool,
    /// Grows whenever curves, nodes or the ghost have changed.
    pub revision: u64,
    options: Signal<Options>,
    drawn_options: Option<Options>,
    seen: Option<Seen>,
    /// Number of the last answer, and how often states were loaded.
    answer: Option<(u64, u64)>,
    suggested: Option<(EqSettings, [bool; EQ_BANDS])>,
    /// Loudness of the input that the target was placed at.
    target_lufs: f64,
}

impl Picture {
    pub fn new(console: &Console, options: Signal<Options>) -> Self {
        Self {
            controls: EqControls::new(console),
            curves: EqCurves::new(USUAL_RATE_HZ),
            movement_db: [0.0; EQ_BANDS],
            ghost: None,
            before_db: Vec::new(),
            after_db: Vec::new(),
            held_db: Vec::new(),
            target: Vec::new(),
            target_shift_db: 0.0,
            running: false,
            heard: false,
            revision: 0,
            options,
            drawn_options: None,
            seen: None,
            answer: None,
            suggested: None,
            target_lufs: 0.0,
        }
    }

    /// Takes up what has changed; says whether the graph must be drawn anew.
    pub fn advance(&mut self, live: &Live, memory: &Memory) -> bool {
        let options = self.options.get();
        let new_options = self.drawn_options.replace(options) != Some(options);
        let seen = live.seen();
        let (spectrum, modules, running) = match self.seen.replace(seen) {
            None => (true, true, true),
            Some(last) => (last.spectrum != seen.spectrum, last.modules != seen.modules, last.running != seen.running),
        };
        self.running = seen.running;
        let mut changed = running | new_options;
        if spectrum || new_options {
            changed |= self.take_spectra(live, options).is_some();
        }
        let mut reshaped = new_options;
        if modules {
            let movement_db = live.with(|scope| scope.meters.eq_movement_db).unwrap_or_default().map(in_steps);
            reshaped |= movement_db != self.movement_db;
            self.movement_db = movement_db;
        }
        reshaped |= self.take_answer(memory);
        let followed = self.controls.follow();
        reshaped |= followed | self.curves.update(self.controls.settings(), &self.movement_db);
        if followed {
            self.haunt();
        }
        self.revision += u64::from(reshaped);
        changed | reshaped
    }

    fn take_spectra(&mut self, live: &Live, options: Options) -> Option<()> {
        // Points lie evenly over octaves, so a tilt rises evenly from point to point.
        let [first_db, second_db] = [0, 1].map(|point| tilt_db(options.tilt_db, point_hz(point)));
        let tilt_db = |point: usize| (first_db + point as f64 * (second_db - first_db)) as f32;
        let (rate_hz, short_term_lufs) = live.with(|scope| {
            let tilted = |levels: &mut Vec<f32>, powers: &[f32]| {
                levels.clear();
                levels.extend(powers.iter().enumerate().map(|(point, power)| level_db(*power) + tilt_db(point)));
            };
            tilted(&mut self.before_db, scope.before.powers());
            tilted(&mut self.after_db, scope.after.powers());
            tilted(&mut self.held_db, scope.after.held());
            let audible = |powers: &[f32]| powers.iter().any(|power| *power > LEAST_POWER);
            self.heard = audible(scope.before.powers()) || audible(scope.after.held());
            (scope.sample_rate_hz(), scope.loudness.figures().short_term_lufs)
        })?;
        if rate_hz != self.curves.sample_rate_hz() {
            self.curves = EqCurves::new(rate_hz);
            self.haunt();
        }
        if short_term_lufs > QUIET_LUFS && !self.target.is_empty() {
            self.target_shift_db = (short_term_lufs - self.target_lufs) as f32;
        }
        Some(())
    }

    /// Takes up the assistant's last answer.
    fn take_answer(&mut self, memory: &Memory) -> bool {
        let answer = (memory.decision(), memory.loads());
        if self.answer.replace(answer) == Some(answer) {
            return false;
        }
        let suggestion = memory.answer().and_then(|answer| answer.suggestion);
        self.suggested = suggestion.as_ref().map(|suggestion| {
            let mut changed = [false; EQ_BANDS];
            for item in suggestion.items.iter().filter(|item| item.acts && item.module == Module::Eq) {
                if let Some(band) = item.band.and_then(|band| changed.get_mut(band)) {
                    *band = true;
                }
            }
            (suggestion.settings.eq, changed)
        });
        self.target.clear();
        if let Some(suggestion) = &suggestion {
            self.target_lufs = suggestion.measurement.loudness.integrated_lufs;
            self.target = range(&suggestion.target_curve);
        }
        self.haunt();
        true
    }

    /// Makes the ghost of what is suggested and not yet so.
    fn haunt(&mut self) {
        let current = self.controls.settings();
        self.ghost = self.suggested.as_ref().and_then(|(suggested, touched)| {
            let mut settings = *current;
            settings.on = true;
            let changed = std::array::from_fn(|band| {
                let (wanted, now) = (&suggested.bands[band], &current.bands[band]);
                let apart = wanted.on != now.on
                    || (wanted.gain_db - now.gain_db).abs() > 0.05
                    || (wanted.frequency_hz / now.frequency_hz).log2().abs() > 0.02
                    || wanted.filter != now.filter;
                let changed = touched[band] && apart;
                if changed {
                    settings.bands[band] = *wanted;
                }
                changed
            });
            changed.iter().any(|changed| *changed).then(|| {
                let mut curves = EqCurves::new(self.curves.sample_rate_hz());
                curves.update(&settings, &[0.0; EQ_BANDS]);
                Ghost { settings, curves, changed }
            })
        });
    }
}

/// A dynamic band's movement in steps that can just be seen, dB: finer ones would have all curves drawn anew each time.
fn in_steps(movement_db: f32) -> f32 {
    const STEPS_PER_DB: f32 = 10.0;
    (movement_db * STEPS_PER_DB).round() / STEPS_PER_DB
}

/// The target's range of one standard deviation, in levels of points.
fn range(curve: &TargetCurve) -> Vec<(f64, f32, f32)> {
    let rows = curve.centre_hz.iter().zip(&curve.low_db).zip(&curve.high_db);
    rows.map(|((hz, low), high)| (*hz, third_octave_as_point_db(*low) as f32, third_octave_as_point_db(*high) as f32))
        .collect()
}

/// The level of a spectrum at a frequency, between its points.
pub fn level_at(levels_db: &[f32], hz: f64) -> Option<f32> {
    let point = (hz / point_hz(0)).log2() / (point_hz(1) / point_hz(0)).log2();
    let index = (point.round().max(0.0) as usize).min(POINTS - 1);
    levels_db.get(index).copied()
}
