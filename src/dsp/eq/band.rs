//! One band: a voice, and a second one while the first is replaced.
//!
//! Where a voice can follow, its values glide ([`super::voice`]). What can't glide (on and off, type, slope, placement) and what
//! is farther than it can follow is crossfaded: another voice takes over from the first while both work, within 20 ms, or
//! longer for a filter that rings for long. A change that comes while one is being faded in waits for its end. What a voice
//! adds to the sound, its output less its input, is what is faded, so that a band which does nothing leaves the
//! samples as they are. A voice that is faded out, or whose gain rests at 0 dB, is not computed at all. Dynamics
//! ([`super::dynamics`]) add to the gain at the control clock, and the filter glides there in one step of it.

use super::{
    design::{Designer, Values},
    resonance::{GLIDES, INHERITS, Resonance},
    svf::{Domain, Frame, Section},
    voice::{Character, GLIDE_S, Voice},
};
use crate::{
    dsp::CONTROL_INTERVAL,
    settings::{EqBand, Placement},
};

/// What a band does in a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// It leaves the samples as they are.
    Nothing,
    /// Its sections run over the frames ([`Band::plain_sections`]).
    Plain,
    /// It fades ([`Band::fade`]).
    Fade,
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
            self.rest_on();
            return;
        }
        for voice in &mut self.voices {
            voice.advance(elapsed);
        }
        let at_once = self.settings.is_none();
        self.settings = Some((*settings, on));
        if on {
            self.follow(settings, designer, at_once);
        } else {
            self.voices[0].fade_to(0.0, GLIDE_S, designer.sample_rate(), at_once);
        }
        let [now, before] = &mut self.voices;
        if now.character() == Character::of(settings) && !now.is_faded_out() {
            let with_dynamics = settings.dynamics.on && now.character().shape.has_gain();
            now.dynamics().aim(&settings.dynamics, with_dynamics);
        }
        now.control(designer, elapsed);
        before.control(designer, elapsed);
        // Decided here and not while processing, so that a fade which ends within the segment ends no sooner for a host that
        // asks for it in pieces.
        self.work = if !now.is_sounding() && !before.is_sounding() {
            Work::Nothing
        } else if !before.is_sounding() && now.is_alone() {
            Work::Plain
        } else {
            Work::Fade
        };
        self.at_rest = !before.is_sounding() && before.rests() && now.rests();
    }

    /// Whether the next segment is like the last as long as the settings stay.
    pub fn rests(&self) -> bool {
        self.at_rest
    }

    /// Begins a segment like the last.
    pub fn rest_on(&mut self) {
        if self.work != Work::Nothing {
            self.voices[0].quieten();
        }
    }

    /// Brings the band on its way to settings of a band that is on.
    fn follow(&mut self, settings: &EqBand, designer: &Designer, at_once: bool) {
        let (character, values) = (Character::of(settings), Values::of(settings));
        let sample_rate = designer.sample_rate();
        let [now, before] = &mut self.voices;
        let same = now.character() == character && !now.is_faded_out();
        if same && now.is_bound_for(&values) {
            // It may have been on its way out.
            now.fade_to(1.0, GLIDE_S, sample_rate, false);
            return;
        }
        let resonance = Resonance::of(designer, character.shape, values);
        if same && now.is_within(GLIDES, &values, &resonance) {
            now.aim(values);
            now.fade_to(1.0, GLIDE_S, sample_rate, false);
        } else if now.is_idle() {
            now.become_silently(character, settings);
            now.fade_to(1.0, resonance.fade_s(), sample_rate, at_once);
        } else if before.is_idle() {
            std::mem::swap(now, before);
            now.become_silently(character, settings);
            if before.character() == character && before.is_within(INHERITS, &values, &resonance) {
                now.inherit(before, designer);
            }
            before.fade_to(0.0, resonance.fade_s(), sample_rate, false);
            now.fade_to(1.0, resonance.fade_s(), sample_rate, false);
        }
    }

    /// What the band does in this segment.
    pub fn work(&self) -> Work {
        self.work
    }

    /// Whether it works on mid or side alone.
    pub fn needs_mid_side(&self) -> bool {
        self.voices.iter().any(|voice| voice.is_running() && voice.character().placement != Placement::Stereo)
    }

    /// Goes on with what the filters hold in another form of frames.
    pub fn change_domain(&mut self, domain: Domain) {
        for voice in &mut self.voices {
            for section in voice.sections() {
                section.change_domain(domain);
            }
        }
    }

    /// Whether [`Band::listen`] has to be called ahead of the band's own work.
    pub fn listens(&mut self) -> bool {
        self.voices.iter_mut().any(|voice| voice.dynamics().works())
    }

    /// Hears what the band works on; for at most [`CONTROL_INTERVAL`] frames. If the work is [`Work::Plain`] the first of its
    /// sections filters them meanwhile, and only the others are left to be run.
    pub fn listen(&mut self, frames: &mut [Frame], domain: Domain) -> usize {
        let plain = self.work == Work::Plain;
        let [now, before] = &mut self.voices;
        if before.dynamics().works() {
            before.listen(frames, domain, false);
        }
        if now.dynamics().works() {
            now.listen(frames, domain, plain);
            return usize::from(plain);
        }
        0
    }

    /// How far the gain has moved from the static one, dB.
    pub fn movement_db(&self) -> f64 {
        self.voices[0].movement_db()
    }

    /// The sections of the band's voice.
    pub fn plain_sections(&mut self) -> &mut [Section] {
        self.voices[0].sections()
    }

    /// Filters in place while voices fade; for at most [`CONTROL_INTERVAL`] frames.
    pub fn fade(&mut self, frames: &mut [Frame]) {
        let mut input = [Frame::ZERO; CONTROL_INTERVAL];
        let input = &mut input[..frames.len()];
        input.copy_from_slice(frames);
        for voice in &mut self.voices {
            if voice.is_sounding() {
                voice.add_to(input, frames);
            }
        }
    }
}
