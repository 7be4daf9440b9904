//! Convolution of mid or side with a kernel, uniformly partitioned (overlap-save; F. Wefers, *Partitioned Convolution Algorithms
//! for Real-Time Auralization*, 2015).
//!
//! Each block of the signal is transformed once and remembered as a spectrum; a block of output is the sum of the last blocks'
//! spectra times the partitions' ones, transformed back. What older blocks give to that sum is known before the newest
//! block is complete, and is summed bit by bit meanwhile. Two kernels can be at work, one fading into the other.

use std::sync::Arc;

use lacquer_fourier::{Complex, ComplexToReal, RealToComplex};

use super::{
    design::transform,
    history::{History, Image},
    layout::{Layout, TICK},
    spectra::{Kernel, Spectra, Sum},
};

/// Transforms of two blocks, and memory for them.
pub struct Transforms {
    pub forward: Arc<dyn RealToComplex<f32>>,
    inverse: Arc<dyn ComplexToReal<f32>>,
    samples: Vec<f32>,
    spectrum: Vec<Complex<f32>>,
    scratch: Vec<Complex<f32>>,
}

impl Transforms {
    /// For the layout's blocks.
    pub fn new(layout: Layout) -> Self {
        let forward = lacquer_fourier::forward(2 * layout.block);
        let inverse = lacquer_fourier::inverse(2 * layout.block);
        let scratch = forward.get_scratch_len().max(inverse.get_scratch_len());
        Self {
            samples: forward.make_input_vec(),
            spectrum: forward.make_output_vec(),
            scratch: vec![Complex::ZERO; scratch],
            forward,
            inverse,
        }
    }

    fn forward(&mut self) {
        let scratch = &mut self.scratch[..self.forward.get_scratch_len()];
        transform(&*self.forward, &mut self.samples, &mut self.spectrum, scratch);
    }

    fn inverse(&mut self) {
        // Both are real but for rounding, and have to be.
        if let [first, .., last] = &mut self.spectrum[..] {
            first.im = 0.0;
            last.im = 0.0;
        }
        let scratch = &mut self.scratch[..self.inverse.get_scratch_len()];
        // It fails for wrong lengths, which are the plan's own, and for what was just seen to.
        let transformed = self.inverse.process_with_scratch(&mut self.spectrum, &mut self.samples, scratch);
        debug_assert!(transformed.is_ok());
    }
}

/// Mid or side on its way through one kernel or two.
pub struct Convolver {
    image: Image,
    layout: Layout,
    /// The last blocks, that of number n at n modulo their count.
    signal: Spectra,
    /// For the kernel at work and the one that fades in.
    sums: [Sum; 2],
    /// What is played, and what will be.
    playing: Vec<f32>,
    coming: Vec<f32>,
}

impl Convolver {
    /// For one part of the stereo signal.
    pub fn new(image: Image, layout: Layout) -> Self {
        Self {
            image,
            layout,
            signal: Spectra::new(layout.partitions, layout.bins()),
            sums: [Sum::new(layout.bins()), Sum::new(layout.bins())],
            playing: vec![0.0; layout.block],
            coming: vec![0.0; layout.block],
        }
    }

    /// Silences it.
    pub fn clear(&mut self) {
        self.signal.clear();
        self.sums.iter_mut().for_each(Sum::clear);
        self.playing.fill(0.0);
        self.coming.fill(0.0);
    }

    /// Transforms the block of this number (from 0; before that there was silence).
    pub fn take(&mut self, block: i64, history: &History, transforms: &mut Transforms) {
        let start = (block - 1) * self.layout.block as i64;
        history.image(self.image, start, &mut transforms.samples);
        transforms.forward();
        self.signal.set(self.place(block), &transforms.spectrum);
    }

    /// Does share `part` of `parts` of what the blocks up to `newest` give to the output of the one after it. `voice` is 0 for
    /// the kernel at work, 1 for the one that fades in.
    pub fn sum(&mut self, voice: usize, kernel: &Kernel, newest: i64, part: usize, parts: usize) {
        let place = self.place(newest);
        self.sums[voice].begin(&self.signal, kernel, place, part, parts);
    }

    /// Makes the output of the block of this number, which was the last one taken: as it is with the kernel at work (`voice` 0), or
    /// faded in over what is there already (`voice` 1), from share `fade[0]` to share `fade[1]` of the way. Without a kernel
    /// it is silence.
    pub fn finish(
        &mut self,
        voice: usize,
        kernel: Option<&Kernel>,
        block: i64,
        fade: [f64; 2],
        transforms: &mut Transforms,
    ) {
        let length = self.layout.block;
        match kernel {
            Some(kernel) => {
                let place = self.place(block);
                self.sums[voice].finish(&self.signal, kernel, place, &mut transforms.spectrum);
                transforms.inverse();
            }
            None => transforms.samples[length..].fill(0.0),
        }
        let output = &transforms.samples[length..];
        if voice == 0 {
            self.coming.copy_from_slice(output);
            return;
        }
        let [start, end] = fade;
        let step = (end - start) / length as f64;
        for (index, (coming, output)) in self.coming.iter_mut().zip(output).enumerate() {
            let share = start + step * (index + 1) as f64;
            // A smooth step: neither end has a corner.
            let weight = (share * share * (3.0 - 2.0 * share)) as f32;
            *coming += weight * (output - *coming);
        }
    }

    /// Plays what was made last, or silence.
    pub fn turn(&mut self, sounds: bool) {
        std::mem::swap(&mut self.playing, &mut self.coming);
        if !sounds {
            self.playing.fill(0.0);
        }
    }

    /// The part of the output that is played from `position` samples after the last [`Convolver::turn`] on.
    pub fn output(&self, position: usize) -> &[f32] {
        &self.playing[position..position + TICK.min(self.layout.block - position)]
    }

    fn place(&self, block: i64) -> usize {
        block.rem_euclid(self.layout.partitions as i64) as usize
    }
}
