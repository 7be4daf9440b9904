//! Sections in series over a segment, several of them at a time.
//!
//! A section waits for its own state from one sample to the next, and the next section for this one's output. So each works
//! one sample behind the one ahead of it: two in turn, or four with two to a vector where the processor has vectors of four
//! lanes (chosen at run time). Each lane goes through the operations of [`Section::process`] in their order, so that the samples
//! are the same, whichever way they went.

use super::svf::{Frame, Section};

/// Sections that run side by side.
const WIDTH: usize = 4;

/// Collects sections in their order and runs them in groups.
pub struct Cascade<'a> {
    waiting: [Option<&'a mut Section>; WIDTH],
    count: usize,
    wide: bool,
}

impl<'a> Cascade<'a> {
    /// With `wide` if the processor has AVX2.
    pub fn new(wide: bool) -> Self {
        Self { waiting: [const { None }; WIDTH], count: 0, wide }
    }

    /// Adds a section behind the others; it may run over the frames now or at the next [`Cascade::finish`].
    pub fn push(&mut self, section: &'a mut Section, frames: &mut [Frame]) {
        self.waiting[self.count] = Some(section);
        self.count += 1;
        if self.count == WIDTH {
            self.finish(frames);
        }
    }

    /// Runs the sections that wait.
    pub fn finish(&mut self, frames: &mut [Frame]) {
        self.count = 0;
        match self.waiting.each_mut().map(Option::take) {
            [Some(first), Some(second), Some(third), Some(fourth)] => {
                process_four([first, second, third, fourth], frames, self.wide);
            }
            [first, second, third, _] => {
                match (first, second) {
                    (Some(first), Some(second)) => process_two(first, second, frames),
                    (Some(only), _) => only.process(frames),
                    _ => {}
                }
                if let Some(third) = third {
                    third.process(frames);
                }
            }
        }
    }
}

/// Whether the processor has vectors of four lanes.
pub fn has_wide_vectors() -> bool {
    #[cfg(target_arch = "x86_64")]
    return std::is_x86_feature_detected!("avx2");
    #[cfg(not(target_arch = "x86_64"))]
    false
}

/// Filters in place by `first` and then by `second`, both at once where they are still.
pub fn process_two(first: &mut Section, second: &mut Section, frames: &mut [Frame]) {
    let length = frames.len();
    let (Some((first_still, mut first_state)), Some((second_still, mut second_state))) =
        (first.still(), second.still())
    else {
        first.process(frames);
        second.process(frames);
        return;
    };
    if length == 0 {
        return;
    }
    let mut between = first_still.step(&mut first_state, frames[0]);
    for index in 1..length {
        let next = first_still.step(&mut first_state, frames[index]);
        frames[index - 1] = second_still.step(&mut second_state, between);
        between = next;
    }
    frames[length - 1] = second_still.step(&mut second_state, between);
    first.set_state(first_state);
    second.set_state(second_state);
}

/// Filters `frames` by `section` and other frames, as many, by another one, both in place and at once where they are still.
pub fn process_beside(other: &mut Section, others: &mut [Frame], section: &mut Section, frames: &mut [Frame]) {
    let (Some((other_still, mut other_state)), Some((still, mut state))) = (other.still(), section.still()) else {
        other.process(others);
        section.process(frames);
        return;
    };
    for (other, frame) in others.iter_mut().zip(frames) {
        *other = other_still.step(&mut other_state, *other);
        *frame = still.step(&mut state, *frame);
    }
    other.set_state(other_state);
    section.set_state(state);
}

/// Filters in place by each of the sections, all at once where they are still and vectors are `wide`.
pub fn process_four(sections: [&mut Section; WIDTH], frames: &mut [Frame], wide: bool) {
    #[cfg(target_arch = "x86_64")]
    if wide && frames.len() >= WIDTH && sections.iter().all(|section| section.still().is_some()) {
        // SAFETY: `wide` says that the processor has AVX2, which is all that the function needs.
        unsafe { avx2::process_four(sections, frames) };
        return;
    }
    let _ = wide;
    let [first, second, third, fourth] = sections;
    process_two(first, second, frames);
    process_two(third, fourth, frames);
}

/// Two sections to a vector: the lanes of one in its lower half, those of the next in its upper half.
#[cfg(target_arch = "x86_64")]
mod avx2 {
    use std::arch::x86_64::{
        __m256d, _mm256_add_pd, _mm256_blendv_pd, _mm256_mul_pd, _mm256_permute2f128_pd, _mm256_set_pd,
        _mm256_storeu_pd,
    };

    use super::{Frame, Section, WIDTH};
    use crate::dsp::eq::svf::StateSpace;

    /// The lower half of the second operand above, that of the first below.
    const LOWER_OF_BOTH: i32 = 0x20;
    /// The upper half of the first operand below, the lower half of the second above.
    const UPPER_AND_LOWER: i32 = 0x21;

    /// Two sections.
    #[derive(Clone, Copy)]
    struct Pair {
        band_pass: [__m256d; 3],
        low_pass: [__m256d; 3],
        output: [__m256d; 3],
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn join(lower: Frame, upper: Frame) -> __m256d {
        let ([a, b], [c, d]) = (lower.to_array(), upper.to_array());
        _mm256_set_pd(d, c, b, a)
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn split(vector: __m256d) -> [Frame; 2] {
        let mut lanes = [0.0; 4];
        // SAFETY: four numbers fit in there.
        unsafe { _mm256_storeu_pd(lanes.as_mut_ptr(), vector) };
        let [a, b, c, d] = lanes;
        [Frame::new([a, b]), Frame::new([c, d])]
    }

    impl Pair {
        #[inline]
        #[target_feature(enable = "avx2")]
        fn new(lower: &StateSpace, upper: &StateSpace) -> Self {
            let three = |lower: &[Frame; 3], upper: &[Frame; 3]| {
                [join(lower[0], upper[0]), join(lower[1], upper[1]), join(lower[2], upper[2])]
            };
            Self {
                band_pass: three(&lower.band_pass, &upper.band_pass),
                low_pass: three(&lower.low_pass, &upper.low_pass),
                output: three(&lower.output, &upper.output),
            }
        }

        /// [`StateSpace::step`] of both.
        #[inline]
        #[target_feature(enable = "avx2")]
        fn step(&self, state: &mut [__m256d; 2], input: __m256d) -> __m256d {
            let [band, low] = *state;
            let sum = |[from_band, from_low, from_input]: [__m256d; 3]| {
                let own = _mm256_add_pd(_mm256_mul_pd(from_band, band), _mm256_mul_pd(from_low, low));
                _mm256_add_pd(own, _mm256_mul_pd(from_input, input))
            };
            *state = [sum(self.band_pass), sum(self.low_pass)];
            sum(self.output)
        }
    }

    /// For at least [`WIDTH`] frames and sections that are still.
    #[target_feature(enable = "avx2")]
    pub fn process_four(sections: [&mut Section; WIDTH], frames: &mut [Frame]) {
        let [first, second, third, fourth] = &sections;
        let pairs = [
            Pair::new(first.state_space(), second.state_space()),
            Pair::new(third.state_space(), fourth.state_space()),
        ];
        let states = |index: usize| {
            let of = |section: &Section| section.state()[index];
            [join(of(first), of(second)), join(of(third), of(fourth))]
        };
        let ([band_1, band_2], [low_1, low_2]) = (states(0), states(1));
        let mut state = [[band_1, low_1], [band_2, low_2]];
        let mut output = [join(Frame::ZERO, Frame::ZERO); 2];
        let length = frames.len();
        for index in 0..length + WIDTH - 1 {
            let input = frames.get(index).copied().unwrap_or(Frame::ZERO);
            let input = join(input, input);
            let held = state;
            let first = _mm256_permute2f128_pd::<LOWER_OF_BOTH>(input, output[0]);
            let second = _mm256_permute2f128_pd::<UPPER_AND_LOWER>(output[0], output[1]);
            output = [pairs[0].step(&mut state[0], first), pairs[1].step(&mut state[1], second)];
            if index < WIDTH - 1 || index >= length {
                // At both ends some sections have no sample to work on and keep their state.
                let lane = |section: usize| {
                    let works = section <= index && index < length + section;
                    Frame::splat(if works { -1.0 } else { 0.0 })
                };
                for (pair, state) in state.iter_mut().enumerate() {
                    let works = join(lane(2 * pair), lane(2 * pair + 1));
                    for (state, held) in state.iter_mut().zip(held[pair]) {
                        *state = _mm256_blendv_pd(held, *state, works);
                    }
                }
            }
            if index >= WIDTH - 1 {
                frames[index - (WIDTH - 1)] = split(output[1])[1];
            }
        }
        let [[band_1, low_1], [band_2, low_2]] = state.map(|pair| pair.map(|vector| split(vector)));
        let [first, second, third, fourth] = sections;
        for (pair, bands, lows) in [([first, second], band_1, low_1), ([third, fourth], band_2, low_2)] {
            for ((section, band), low) in pair.into_iter().zip(bands).zip(lows) {
                section.set_state([band, low]);
            }
        }
    }
}
