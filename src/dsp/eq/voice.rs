//! One filter of a band, on its way in, out, or staying: its values glide, its share of the band's sound may fade.
//!
//! Frequency (in octaves), gain (in dB) and Q (in octaves) glide over [`GLIDE_S`] where the filter can follow: a glide leads
//! along what the filter holds, and a resonance that is led faster than it rings is out of place, which is heard as a swell
//! of several dB. So a voice glides as far as [`Voice::is_within`] allows, and [`super::band`] fades to another one beyond.

use wide::f64x2;

use super::{
    design::{Designer, Shape, Values},
    dynamics::{Dynamics, within_limits},
    prototype::MAX_SECTIONS,
    resonance::{Distance, Resonance},
    svf::{Domain, Frame, Section},
};
use crate::{
    dsp::{CONTROL_INTERVAL, glide::Glide},
    settings::{EqBand, Placement},
};

/// Time that values take, and fades at least.
pub const GLIDE_S: f64 = 0.02;
/// Dynamics move the gain of a resonant shelf in no less than so many times its ringing: peak and dip wander with the gain, and
/// what rings at the one would be heard at the other.
const RESONANT_RINGS: f64 = 20.0;
/// With [`Distance::paced`]: share of the time of a glide that a filter may ring and go as far as others.
const PACE: f64 = 0.3;
/// The gain moves the corners of a shelf by an octave each so many dB...
const DB_PER_OCTAVE: f64 = 24.0;
/// ...and the damping of a bell by one each so many.
const DB_PER_Q_OCTAVE: f64 = 12.0;

/// What a voice is, as long as it sounds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Character {
    pub shape: Shape,
    pub placement: Placement,
}

impl Character {
    /// A band's.
    pub fn of(band: &EqBand) -> Self {
        Self { shape: Shape::of(band), placement: band.placement }
    }

    /// Of mid and side, 1 where the filter works and 0 where it does not; of left and right it always is both.
    fn lanes(&self) -> Frame {
        match self.placement {
            Placement::Stereo => Frame::ONE,
            Placement::Mid => f64x2::new([1.0, 0.0]),
            Placement::Side => f64x2::new([0.0, 1.0]),
        }
    }
}

/// One filter on its way in or out.
#[derive(Clone)]
pub struct Voice {
    character: Character,
    /// Where the values are or glide to.
    target: Values,
    log_frequency: Glide,
    gain_db: Glide,
    log_q: Glide,
    /// 0: not heard, 1: the band's only voice.
    weight: Glide,
    dynamics: Dynamics,
    sections: [Section; MAX_SECTIONS],
    /// Whether it has a part in the band's sound.
    sounding: bool,
    /// Whether the sections hold this voice's coefficients: as it sounds, and while it listens with a gain of 0, so that
    /// they have swung in when the gain moves.
    running: bool,
    /// Whether coefficients are on their way.
    moving: bool,
}

impl Voice {
    /// A voice that is not heard, at `sample_rate` Hz.
    pub fn new(sample_rate: f64) -> Self {
        let glide = || Glide::new(GLIDE_S, sample_rate);
        Self {
            character: Character::of(&EqBand::default()),
            target: Values::of(&EqBand::default()),
            log_frequency: glide(),
            gain_db: glide(),
            log_q: glide(),
            weight: glide(),
            dynamics: Dynamics::new(sample_rate),
            sections: std::array::from_fn(|_| Section::new()),
            sounding: false,
            running: false,
            moving: false,
        }
    }

    /// Forgets all; silent from now on.
    pub fn reset(&mut self) {
        self.weight.reset();
        self.weight.aim(0.0);
        self.log_frequency.reset();
        self.gain_db.reset();
        self.log_q.reset();
        self.dynamics.reset();
        self.sounding = false;
        self.running = false;
        self.moving = false;
    }

    /// Becomes another filter, not heard yet.
    pub fn become_silently(&mut self, character: Character, settings: &EqBand) {
        self.reset();
        self.character = character;
        for section in &mut self.sections {
            section.work_on(character.lanes());
        }
        self.aim(Values::of(settings));
    }

    /// What it is.
    pub fn character(&self) -> Character {
        self.character
    }

    /// What moves its gain.
    pub fn dynamics(&mut self) -> &mut Dynamics {
        &mut self.dynamics
    }

    /// Whether it has a part in the band's sound that [`Voice::add_to`] or its sections have to be called for.
    pub fn is_sounding(&self) -> bool {
        self.sounding
    }

    /// Whether nothing of it is heard, nor will be.
    pub fn is_faded_out(&self) -> bool {
        self.weight.is_still() && self.weight.current() == 0.0
    }

    /// Whether it leaves the samples as they are.
    pub fn is_idle(&self) -> bool {
        self.is_faded_out()
            || (self.character.shape.has_gain()
                && self.gain_db.is_still()
                && self.gain_db.current() == 0.0
                && self.dynamics.movement_db() == 0.0)
    }

    /// Whether its sections work, heard or not.
    pub fn is_running(&self) -> bool {
        self.running
    }

    /// Whether it is the band's whole sound.
    pub fn is_alone(&self) -> bool {
        self.weight.is_still() && self.weight.current() == 1.0
    }

    /// Fades to a weight within a time; at once from a [`Voice::reset`] if `at_once`.
    pub fn fade_to(&mut self, weight: f64, seconds: f64, sample_rate: f64, at_once: bool) {
        if at_once {
            self.weight.reset();
        }
        self.weight.set_time(seconds, sample_rate);
        self.weight.aim(weight);
    }

    /// Whether it has these values or glides to them.
    pub fn is_bound_for(&self, values: &Values) -> bool {
        self.target == *values
    }

    /// Whether these values, of a filter of that resonance, are no farther than so much from where it is now.
    pub fn is_within(&self, distance: Distance, values: &Values, resonance: &Resonance) -> bool {
        let now = self.values();
        let pace = if distance.paced { (PACE * GLIDE_S / resonance.rings_s).min(1.0) } else { 1.0 };
        let gain_db = if self.character.shape.has_gain() { (values.gain_db - now.gain_db).abs() } else { 0.0 };
        let (mut octaves, mut q_octaves) = (gain_db / DB_PER_OCTAVE, gain_db / DB_PER_Q_OCTAVE);
        // While nothing sounds nobody hears where frequency and Q go.
        if self.sounding {
            octaves += (values.frequency_hz / now.frequency_hz).log2().abs();
            q_octaves += (values.q / now.q).log2().abs();
        }
        octaves * resonance.quality <= distance.bandwidths * pace && q_octaves <= distance.q_octaves * pace
    }

    /// Takes values, gliding to them if it has any yet.
    pub fn aim(&mut self, values: Values) {
        if !self.sounding {
            // Only the gain has somewhere to come from.
            self.running = false;
            self.log_frequency.reset();
            self.log_q.reset();
        }
        self.target = values;
        self.log_frequency.aim(values.frequency_hz.ln());
        self.gain_db.aim(values.gain_db);
        self.log_q.aim(values.q.ln());
    }

    /// Begins with what another voice holds.
    pub fn inherit(&mut self, other: &Self, designer: &Designer) {
        self.dynamics = other.dynamics.clone();
        let design = designer.design(self.character.shape, self.moved(self.values()));
        for ((section, other), coefficients) in self.sections.iter_mut().zip(&other.sections).zip(&design) {
            section.start_from(coefficients, other);
        }
        self.sounding = other.sounding;
        self.running = true;
    }

    fn values(&self) -> Values {
        self.values_after(0)
    }

    /// The values at the end of the coming segment.
    fn values_ahead(&self) -> Values {
        self.values_after(CONTROL_INTERVAL as u32)
    }

    fn values_after(&self, samples: u32) -> Values {
        let after = |glide: &Glide| glide.clone().advance(samples);
        let exponential = |glide: &Glide, target| if glide.is_still() { target } else { after(glide).exp() };
        Values {
            frequency_hz: exponential(&self.log_frequency, self.target.frequency_hz),
            gain_db: after(&self.gain_db),
            q: exponential(&self.log_q, self.target.q),
        }
    }

    /// Values with the gain moved by the dynamics.
    fn moved(&self, values: Values) -> Values {
        moved_by(self.dynamics.movement_db(), values)
    }

    fn values_glide(&self) -> bool {
        !(self.log_frequency.is_still() && self.gain_db.is_still() && self.log_q.is_still())
    }

    /// Goes on by a segment that has been processed.
    pub fn advance(&mut self, samples: u32) {
        for glide in [&mut self.log_frequency, &mut self.gain_db, &mut self.log_q] {
            glide.advance(samples);
        }
    }

    /// Brings the coefficients on their way for the coming segment, `elapsed` samples after the last one began.
    pub fn control(&mut self, designer: &Designer, elapsed: u32) {
        let movement_db = self.dynamics.movement_db();
        if self.is_faded_out() {
            self.dynamics.reset();
        } else if self.dynamics.is_on() {
            let rings = if self.character.shape.is_resonant() { RESONANT_RINGS } else { 1.0 };
            let rings_s = rings * self.sections[0].target().ring_samples() / designer.sample_rate();
            self.dynamics.control(self.character.shape.filter, self.values_ahead(), rings_s, elapsed);
        }
        self.sounding = !(self.is_idle() && movement_db == 0.0);
        if !self.sounding {
            // Nobody hears the rest of a fade.
            self.weight.finish();
            if !self.dynamics.works() {
                self.running = false;
                self.moving = false;
                return;
            }
        }
        let used = self.character.shape.sections();
        if !self.running {
            self.running = true;
            self.moving = false;
            let values = moved_by(movement_db, self.values());
            let design = designer.design(self.character.shape, values);
            for (section, coefficients) in self.sections[..used].iter_mut().zip(&design) {
                section.start(coefficients);
            }
        }
        if self.values_glide() || movement_db != self.dynamics.movement_db() {
            let design = designer.design(self.character.shape, self.moved(self.values_ahead()));
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

    /// Ends dying tails; to be called at the control clock.
    pub fn quieten(&mut self) {
        for section in self.sections() {
            section.quieten();
        }
    }

    /// Whether nothing is on its way.
    pub fn rests(&self) -> bool {
        self.weight.is_still() && !self.moving && !self.values_glide() && !self.dynamics.is_on()
    }

    /// How far the gain has moved from the static one, dB.
    pub fn movement_db(&self) -> f64 {
        let gain_db = self.gain_db.current();
        within_limits(gain_db + self.dynamics.movement_db()) - gain_db
    }

    /// Hears what the voice works on; `filtering` its first section filters meanwhile.
    pub fn listen(&mut self, frames: &mut [Frame], domain: Domain, filtering: bool) {
        let section = if filtering { self.sections.first_mut() } else { None };
        self.dynamics.listen(frames, domain, self.character.placement, section);
        if self.running && !self.sounding {
            let mut unheard = [Frame::ZERO; CONTROL_INTERVAL];
            let unheard = &mut unheard[..frames.len()];
            unheard.copy_from_slice(frames);
            for section in self.sections() {
                section.process(unheard);
            }
        }
    }

    /// The sections in use.
    pub fn sections(&mut self) -> &mut [Section] {
        &mut self.sections[..self.character.shape.sections()]
    }

    /// Adds what this voice changes in `input`, faded, to `frames`.
    pub fn add_to(&mut self, input: &[Frame], frames: &mut [Frame]) {
        let mut filtered = [Frame::ZERO; CONTROL_INTERVAL];
        let filtered = &mut filtered[..input.len()];
        filtered.copy_from_slice(input);
        for section in self.sections() {
            section.process(filtered);
        }
        let changes = input.iter().zip(&*filtered).map(|(input, filtered)| *filtered - *input);
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

/// Values with the gain moved by so much, as far as gains go.
fn moved_by(movement_db: f64, values: Values) -> Values {
    Values { gain_db: within_limits(values.gain_db + movement_db), ..values }
}
