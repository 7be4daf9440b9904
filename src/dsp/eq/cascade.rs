//! Sections in series, several of them at a time.
//!
//! A section waits for its own state from one sample to the next, and the next section for this one's output. So sections lie
//! side by side, two to a vector and up to eight together, each one sample behind the one ahead of it. Each lane goes
//! through the operations of [`Section::process`] in their order, so that the samples are the same, whichever way they went. Wider
//! instructions are chosen at run time.

use super::{
    still_form::StillForm,
    svf::{Frame, Section},
};
#[cfg(target_arch = "x86_64")]
use crate::dsp::quad::AvxQuad;
use crate::dsp::quad::{Quad, ScalarQuad};

/// Sections that run side by side at most.
const WIDTH: usize = 8;

/// Collects sections in their order and runs them in groups.
pub struct Cascade<'a> {
    waiting: [Option<&'a mut Section>; WIDTH],
    count: usize,
    #[cfg_attr(not(target_arch = "x86_64"), expect(dead_code, reason = "other processors have one way"))]
    wide: bool,
}

impl<'a> Cascade<'a> {
    /// With `wide` if the processor has AVX2.
    pub fn new(wide: bool) -> Self {
        Self { waiting: [const { None }; WIDTH], count: 0, wide }
    }

    /// Adds a section behind the others; it may run over the frames now or at the next [`Cascade::finish`].
    pub fn push(&mut self, section: &'a mut Section, frames: &mut [Frame]) {
        if section.still_form().is_none() {
            self.finish(frames);
            section.process(frames);
            return;
        }
        self.waiting[self.count] = Some(section);
        self.count += 1;
        if self.count == WIDTH {
            self.finish(frames);
        }
    }

    /// Runs the sections that wait.
    pub fn finish(&mut self, frames: &mut [Frame]) {
        let sections = &mut self.waiting[..self.count];
        #[cfg(target_arch = "x86_64")]
        if self.wide {
            // SAFETY: `wide` says that the processor has AVX2, which is all that the function needs.
            unsafe { process_avx2(sections, frames) };
            self.count = 0;
            return;
        }
        process_quads::<ScalarQuad>(sections, frames);
        self.count = 0;
    }
}

/// Whether the processor has vectors of four lanes.
pub fn has_wide_vectors() -> bool {
    #[cfg(target_arch = "x86_64")]
    return std::is_x86_feature_detected!("avx2");
    #[cfg(not(target_arch = "x86_64"))]
    false
}

/// Filters `frames` by `section` and other frames, as many, by another one, both in place and at once where they are still.
pub fn process_beside(other: &mut Section, others: &mut [Frame], section: &mut Section, frames: &mut [Frame]) {
    let (Some(other_form), Some(form)) = (other.still_form().copied(), section.still_form().copied()) else {
        other.process(others);
        section.process(frames);
        return;
    };
    let (mut other_state, mut state) = (*other.still_state(), *section.still_state());
    for (other, frame) in others.iter_mut().zip(frames) {
        *other = other_form.step(&mut other_state, *other);
        *frame = form.step(&mut state, *frame);
    }
    *other.still_state() = other_state;
    *section.still_state() = state;
}

/// [`process_quads`] in AVX2 instructions: the same samples.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn process_avx2(sections: &mut [Option<&mut Section>], frames: &mut [Frame]) {
    process_quads::<AvxQuad>(sections, frames);
}

/// Filters in place by each of the sections, which are still.
#[inline(always)]
fn process_quads<Q: Quad>(sections: &mut [Option<&mut Section>], frames: &mut [Frame]) {
    if let [Some(only)] = sections {
        only.process(frames);
        return;
    }
    match sections.len().div_ceil(2) {
        0 => {}
        1 => Pairs::<Q, 1>::new(sections).process(sections, frames),
        2 => Pairs::<Q, 2>::new(sections).process(sections, frames),
        3 => Pairs::<Q, 3>::new(sections).process(sections, frames),
        _ => Pairs::<Q, 4>::new(sections).process(sections, frames),
    }
}

/// Sections two to a vector: the lanes of one in its lower half, those of the next in its upper half.
struct Pairs<Q, const PAIRS: usize> {
    forms: [StillForm<Q>; PAIRS],
    states: [[Q; 2]; PAIRS],
    /// What the first pair gave last.
    first_output: Q,
    /// What the others take next. Kept rather than the outputs that they are made of: all then fits into the registers.
    inputs: [Q; PAIRS],
}

#[inline(always)]
fn side_by_side<Q: Quad>(lower: Frame, upper: Frame) -> Q {
    let ([a, b], [c, d]) = (lower.to_array(), upper.to_array());
    Q::load(ScalarQuad([a, b, c, d]))
}

impl<Q: Quad, const PAIRS: usize> Pairs<Q, PAIRS> {
    /// Sections after the first: the last is so many samples behind it.
    const BEHIND: usize = 2 * PAIRS - 1;

    /// Of up to `2 * PAIRS` sections that are still; what is missing of them passes everything.
    #[inline(always)]
    fn new(sections: &mut [Option<&mut Section>]) -> Self {
        let mut pairs = Self {
            forms: [StillForm::PASSING.map(|figure| side_by_side(figure, figure)); PAIRS],
            states: [[Q::splat(0.0); 2]; PAIRS],
            first_output: Q::splat(0.0),
            inputs: [Q::splat(0.0); PAIRS],
        };
        let held = sections.chunks_mut(2).zip(pairs.forms.iter_mut().zip(&mut pairs.states));
        for (pair, (form, state)) in held {
            let [lower, upper] = [0, 1].map(|index| match pair.get_mut(index) {
                Some(Some(section)) => {
                    (section.still_form().copied().unwrap_or(StillForm::PASSING), *section.still_state())
                }
                _ => (StillForm::PASSING, [Frame::ZERO; 2]),
            });
            *form = lower.0.zip(&upper.0, side_by_side);
            *state = [side_by_side(lower.1[0], upper.1[0]), side_by_side(lower.1[1], upper.1[1])];
        }
        pairs
    }

    #[inline(always)]
    fn process(mut self, sections: &mut [Option<&mut Section>], frames: &mut [Frame]) {
        let length = frames.len();
        let head = Self::BEHIND.min(length);
        for (index, frame) in frames[..head].iter().enumerate() {
            self.step_some(index, length, *frame);
        }
        for index in head..length {
            frames[index - Self::BEHIND] = self.step(frames[index]);
        }
        for index in length..length + Self::BEHIND {
            let output = self.step_some(index, length, Frame::ZERO);
            if index >= Self::BEHIND {
                frames[index - Self::BEHIND] = output;
            }
        }
        for (pair, state) in sections.chunks_mut(2).zip(self.states) {
            let [[a, b, c, d], [e, f, g, h]] = state.map(|state| state.store().0);
            for (section, [band, low]) in pair.iter_mut().flatten().zip([[[a, b], [e, f]], [[c, d], [g, h]]]) {
                *section.still_state() = [Frame::new(band), Frame::new(low)];
            }
        }
    }

    /// Each section's step: the first takes a frame, the last gives one.
    #[inline(always)]
    fn step(&mut self, input: Frame) -> Frame {
        let input = side_by_side::<Q>(input, input).straddle(self.first_output);
        let mut output = self.forms[0].step(&mut self.states[0], input);
        self.first_output = output;
        for pair in 1..PAIRS {
            let ahead = output;
            output = self.forms[pair].step(&mut self.states[pair], self.inputs[pair]);
            self.inputs[pair] = ahead.straddle(output);
        }
        let [_, _, left, right] = output.store().0;
        Frame::new([left, right])
    }

    /// The same at either end of `length` frames, where some sections have none to work on and keep their state.
    #[inline(always)]
    fn step_some(&mut self, index: usize, length: usize, input: Frame) -> Frame {
        let held = self.states;
        let output = self.step(input);
        for (pair, (state, held)) in self.states.iter_mut().zip(held).enumerate() {
            let [lower, upper] = [2 * pair, 2 * pair + 1].map(|section| {
                let works = section <= index && index < length + section;
                Frame::splat(f64::from(u8::from(works)))
            });
            let works = side_by_side::<Q>(lower, upper);
            for (state, held) in state.iter_mut().zip(held) {
                *state = works.if_greater(Q::splat(0.0), *state, held);
            }
        }
        output
    }
}
