//! One band: glides its values, crossfades between filters, and places the filter on stereo, mid or side.
//!
//! Frequency (in octaves), gain (in dB) and Q (in octaves) glide over 20 ms. What can't glide (on and off, type, slope,
//! placement) is crossfaded: a second voice takes over from the first while both work. What a voice adds to the sound, its
//! output less its input, is what is faded and what is placed on mid or side, so that a band which does nothing leaves the
//! samples as they are. A voice that is faded out, or whose gain rests at 0 dB, is not computed at all. Dynamics
//! ([`super::dynamics`]) add to the gain at the control clock, and the filter glides there in one step of it.

use wide::f64x2;

use super::{
    design::{Designer, Shape, Values},
    dynamics::{Dynamics, within_limits},
    prototype::MAX_SECTIONS,
    svf::{Frame, Section, process_pair},
};
use crate::{
    dsp::{CONTROL_INTERVAL, glide::Glide},
    settings::{EqBand, Placement},
};

/// Time that values and crossfades take.
const GLIDE_S: f64 = 0.02;

/// What a voice is, as long as it sounds.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Character {
    shape: Shape,
    placement: Placement,
}

/// One filter on its way in or out.
#[derive(Clone)]
struct Voice {
    character: Character,
    log_frequency: Glide,
    gain_db: Glide,
    log_q: Glide,
    /// 0: not heard, 1: the band's only voice.
    weight: Glide,
    dynamics: Dynamics,
    sections: [Section; MAX_SECTIONS],
    /// Whether the sections hold this voice's coefficients.
    sounding: bool,
    /// Whether coefficients are on their way.
    moving: bool,
}

impl Voice {
    fn new(sample_rate: f64) -> Self {
        let glide = || Glide::new(GLIDE_S, sample_rate);
        let band = EqBand::default();
        Self {
            character: Character { shape: Shape::new(band.filter, band.slope), placement: band.placement },
            log_frequency: glide(),
            gain_db: glide(),
            log_q: glide(),
            weight: glide(),
            dynamics: Dynamics::new(sample_rate),
            sections: std::array::from_fn(|_| Section::new()),
            sounding: false,
            moving: false,
        }
    }

    /// Forgets all; silent from now on.
    fn reset(&mut self) {
        self.weight.reset();
        self.weight.aim(0.0);
        self.forget_values();
    }

    fn forget_values(&mut self) {
        self.log_frequency.reset();
        self.gain_db.reset();
        self.log_q.reset();
        self.dynamics.reset();
        self.sounding = false;
        self.moving = false;
    }

    fn is_faded_out(&self) -> bool {
        self.weight.is_still() && self.weight.current() == 0.0
    }

    /// Whether it leaves the samples as they are.
    fn is_idle(&self) -> bool {
        self.is_faded_out()
            || (self.character.shape.has_gain()
                && self.gain_db.is_still()
                && self.gain_db.current() == 0.0
                && self.dynamics.movement_db() == 0.0)
    }

    fn is_alone(&self) -> bool {
        self.weight.is_still() && self.weight.current() == 1.0
    }

    /// Becomes another filter, not heard yet.
    fn become_silently(&mut self, character: Character, settings: &EqBand) {
        self.reset();
        self.character = character;
        self.aim(settings);
    }

    fn aim(&mut self, settings: &EqBand) {
        let values = Values::of(settings);
        if self.is_idle() {
            // Nobody hears where the filter goes; only the gain has somewhere to come from.
            self.log_frequency.reset();
            self.log_q.reset();
            if self.is_faded_out() {
                self.gain_db.reset();
            }
        }
        self.log_frequency.aim(values.frequency_hz.ln());
        self.gain_db.aim(values.gain_db);
        self.log_q.aim(values.q.ln());
        self.dynamics.aim(&settings.dynamics, settings.dynamics.on && self.character.shape.has_gain());
    }

    fn values(&self) -> Values {
        Values {
            frequency_hz: self.log_frequency.current().exp(),
            gain_db: self.gain_db.current(),
            q: self.log_q.current().exp(),
        }
    }

    fn values_glide(&self) -> bool {
        !(self.log_frequency.is_still() && self.gain_db.is_still() && self.log_q.is_still())
    }

    fn advance(&mut self, samples: u32) {
        for glide in [&mut self.log_frequency, &mut self.gain_db, &mut self.log_q] {
            glide.advance(samples);
        }
    }

    /// The values at the end of the coming segment.
    fn values_ahead(&self) -> Values {
        let ahead = |glide: &Glide| glide.clone().advance(CONTROL_INTERVAL as u32);
        Values {
            frequency_hz: ahead(&self.log_frequency).exp(),
            gain_db: ahead(&self.gain_db),
            q: ahead(&self.log_q).exp(),
        }
    }

    /// Brings the coefficients on their way for the coming segment, `elapsed` samples after the last one began.
    fn control(&mut self, designer: &Designer, elapsed: u32) {
        let movement_db = self.dynamics.movement_db();
        if self.is_faded_out() {
            self.dynamics.reset();
        } else if self.dynamics.is_on() {
            self.dynamics.control(self.character.shape.filter, self.values_ahead(), elapsed);
        }
        let moved_db = self.dynamics.movement_db();
        if self.is_idle() && movement_db == 0.0 {
            self.sounding = false;
            self.moving = false;
            return;
        }
        let with_movement =
            |values: Values, movement_db| Values { gain_db: within_limits(values.gain_db + movement_db), ..values };
        let used = self.character.shape.sections();
        if !self.sounding {
            self.sounding = true;
            self.moving = false;
            let design = designer.design(self.character.shape, with_movement(self.values(), movement_db));
            for (section, coefficients) in self.sections[..used].iter_mut().zip(&design) {
                section.start(coefficients);
            }
        }
        if self.values_glide() || movement_db != moved_db {
            let design = designer.design(self.character.shape, with_movement(self.values_ahead(), moved_db));
            for (section, coefficients) in self.sections[..used].iter_mut().zip(&design) {
                section.move_to(coefficients);
            }
            self.moving = true;
        } else if self.moving {
            self.moving = false;
            for section in &mut self.sections[..used] {
                if !section.rest_if_arrived() {
                    section.continue_moving();
                    self.moving = true;
                }
            }
        }
        self.quieten();
    }

    fn quieten(&mut self) {
        for section in self.sections() {
            section.quieten();
        }
    }

    /// Whether nothing is on its way.
    fn rests(&self) -> bool {
        self.weight.is_still() && !self.moving && !self.values_glide() && !self.dynamics.is_on()
    }

    fn sections(&mut self) -> &mut [Section] {
        &mut self.sections[..self.character.shape.sections()]
    }

    /// Adds what this voice changes in `input`, faded, to `frames`.
    fn add_to(&mut self, input: &[Frame], frames: &mut [Frame]) {
        let placement = self.character.placement;
        let mut filtered = [Frame::ZERO; CONTROL_INTERVAL];
        let filtered = &mut filtered[..input.len()];
        for (filtered, input) in filtered.iter_mut().zip(input) {
            *filtered = place(*input, placement);
        }
        filter(self.sections(), filtered);
        let changes = input.iter().zip(&*filtered).map(|(input, filtered)| *filtered - place(*input, placement));
        if self.is_alone() {
            for (frame, change) in frames.iter_mut().zip(changes) {
                *frame += change;
            }
        } else {
            for (frame, change) in frames.iter_mut().zip(changes) {
                let weight = self.weight.next_sample();
                // A smooth step: two voices whose weights make one make one on the way too, and the ends have no corner.
                *frame += change * Frame::splat(weight * weight * (3.0 - 2.0 * weight));
            }
        }
    }
}

/// Runs the sections over the frames, two at a time.
fn filter(sections: &mut [Section], frames: &mut [Frame]) {
    for pair in sections.chunks_mut(2) {
        match pair {
            [first, second] => process_pair(first, second, frames),
            [only] => only.process(frames),
            _ => {}
        }
    }
}

/// What a filter placed there hears, such that its change may be added to left and right as it is: mid in both lanes, side
/// in the left and turned over in the right.
pub fn place(frame: Frame, placement: Placement) -> Frame {
    let [left, right] = frame.to_array();
    match placement {
        Placement::Stereo => frame,
        Placement::Mid => f64x2::splat(0.5 * (left + right)),
        Placement::Side => {
            let side = 0.5 * (left - right);
            f64x2::new([side, -side])
        }
    }
}

/// What a band does in a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// It leaves the samples as they are.
    Nothing,
    /// Its sections run over left and right ([`Band::plain_sections`]).
    Plain,
    /// It works on mid or side, or fades ([`Band::process`]).
    Placed,
}

/// One band with its two voices.
#[derive(Clone)]
pub struct Band {
    /// The first is the band's voice now, the second the one that fades out.
    voices: [Voice; 2],
    /// What the last control saw; none before the first.
    settings: Option<(EqBand, bool)>,
    /// Whether the next segment is like the last as long as the settings stay.
    at_rest: bool,
    work: Work,
}

impl Band {
    /// A band at `sample_rate` Hz.
    pub fn new(sample_rate: f64) -> Self {
        let voices = [Voice::new(sample_rate), Voice::new(sample_rate)];
        Self { voices, settings: None, at_rest: false, work: Work::Nothing }
    }

    /// Silences the filters; the next [`Band::control`] jumps.
    pub fn reset(&mut self) {
        self.settings = None;
        self.at_rest = false;
        self.work = Work::Nothing;
        for voice in &mut self.voices {
            voice.reset();
        }
    }

    /// Begins a segment, `elapsed` samples after the last one began. The band sounds if `on`, whatever the settings say.
    pub fn control(&mut self, settings: &EqBand, on: bool, designer: &Designer, elapsed: u32) {
        if self.at_rest && self.settings == Some((*settings, on)) {
            if self.work != Work::Nothing {
                self.voices[0].quieten();
            }
            return;
        }
        let character = Character { shape: Shape::new(settings.filter, settings.slope), placement: settings.placement };
        let weight = f64::from(u8::from(on));
        let [now, before] = &mut self.voices;
        now.advance(elapsed);
        before.advance(elapsed);
        if now.character != character && on {
            if now.is_idle() {
                now.become_silently(character, settings);
            } else if before.is_idle() {
                now.weight.aim(0.0);
                std::mem::swap(now, before);
                now.become_silently(character, settings);
            }
            // Otherwise the last change is still being faded in; this one waits for its end.
        }
        if self.settings.is_none() {
            now.weight.reset();
        }
        self.settings = Some((*settings, on));
        if now.character == character && (on || !now.is_faded_out()) {
            now.aim(settings);
        }
        now.weight.aim(weight);
        now.control(designer, elapsed);
        before.control(designer, elapsed);
        // Decided here and not while processing, so that a fade which ends within the segment ends no sooner for a host that
        // asks for it in pieces.
        self.work = if !now.sounding && !before.sounding {
            Work::Nothing
        } else if !before.sounding && now.is_alone() && now.character.placement == Placement::Stereo {
            Work::Plain
        } else {
            Work::Placed
        };
        self.at_rest = !before.sounding && before.rests() && now.rests();
    }

    /// What the band does in this segment.
    pub fn work(&self) -> Work {
        self.work
    }

    /// Whether [`Band::listen`] has to be called ahead of the band's own work.
    pub fn listens(&self) -> bool {
        self.voices.iter().any(|voice| voice.dynamics.works())
    }

    /// Hears what the band works on; for at most [`CONTROL_INTERVAL`] frames.
    pub fn listen(&mut self, frames: &[Frame]) {
        for voice in &mut self.voices {
            if voice.dynamics.works() {
                voice.dynamics.listen(frames, voice.character.placement);
            }
        }
    }

    /// How far the gain has moved from the static one, dB.
    pub fn movement_db(&self) -> f64 {
        let now = &self.voices[0];
        let gain_db = now.gain_db.current();
        within_limits(gain_db + now.dynamics.movement_db()) - gain_db
    }

    /// The sections of the band's voice.
    pub fn plain_sections(&mut self) -> &mut [Section] {
        self.voices[0].sections()
    }

    /// Filters in place; for at most [`CONTROL_INTERVAL`] frames.
    pub fn process(&mut self, frames: &mut [Frame]) {
        let mut input = [Frame::ZERO; CONTROL_INTERVAL];
        let input = &mut input[..frames.len()];
        input.copy_from_slice(frames);
        for voice in &mut self.voices {
            if voice.sounding {
                voice.add_to(input, frames);
            }
        }
    }
}
