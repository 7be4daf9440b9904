//! From bands to a kernel: the product of their magnitudes on a dense grid, transformed, windowed and cut into partitions.
//!
//! The work is cut into steps of like cost, one for each tick, none of which allocates. The long transform of the grid
//! goes by decimation: of every R-th point, beginning at r, one short transform; then each tap is the sum over r of one bin of
//! each, turned by its angle. The grid is even about DC, so that r and R - r give the same, and the taps are real.
//!
//! The window is flat and falls over the outer tenth as a cosine (Tukey): long-ringing filters lose least accuracy so, and
//! the kernel has no step at its ends.

use std::{f64::consts::PI, sync::Arc};

use realfft::{RealToComplex, num_complex::Complex};

use super::{layout::Layout, spectra::Spectra};
use crate::{
    dsp::eq::response::BandResponse,
    settings::{EQ_BANDS, EqBand},
};

/// Share of half a kernel over which it fades to nothing.
const TAPER: f64 = 0.1;
/// Sections evaluated in a step, one at one point of the grid each.
const EVALUATIONS: usize = 4096;
/// Terms summed in a step, one for one tap each.
const TERMS: usize = 2048;

/// The next thing to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Task {
    /// Evaluate the grid from this point on.
    Evaluate(usize),
    /// Transform every R-th point beginning at this one.
    Transform(usize),
    /// Sum the taps from this distance from the centre on.
    Sum(usize),
    /// Transform this partition.
    Partition(usize),
}

/// Designs kernels, one after the other.
pub struct KernelDesigner {
    layout: Layout,
    sample_rate: f64,
    forward: Arc<dyn RealToComplex<f64>>,
    scratch: Vec<Complex<f64>>,
    /// `tan(ω/2)` at the points of the grid from DC to Nyquist.
    tangents: Vec<f64>,
    responses: [Option<BandResponse>; EQ_BANDS],
    task: Task,
    /// Squared magnitudes, then magnitudes, at those points.
    magnitudes: Vec<f64>,
    input: Vec<f64>,
    /// The short transforms, one after the other.
    decimated: Vec<Complex<f64>>,
    spectrum: Vec<Complex<f64>>,
    /// By distance from the centre.
    window: Vec<f64>,
    taps: Vec<f64>,
}

impl KernelDesigner {
    /// A designer at `sample_rate` Hz whose transforms of two blocks are made by `forward`.
    pub fn new(layout: Layout, sample_rate: f64, forward: Arc<dyn RealToComplex<f64>>) -> Self {
        let points = layout.grid / 2 + 1;
        Self {
            layout,
            sample_rate,
            scratch: forward.make_scratch_vec(),
            input: forward.make_input_vec(),
            spectrum: forward.make_output_vec(),
            decimated: vec![Complex::ZERO; (stride(layout) / 2 + 1) * layout.bins()],
            forward,
            tangents: (0..points).map(|point| (PI * point as f64 / layout.grid as f64).tan()).collect(),
            responses: [const { None }; EQ_BANDS],
            task: Task::Evaluate(0),
            magnitudes: vec![0.0; points],
            window: (0..layout.centre()).map(|distance| window(distance as f64 / layout.centre() as f64)).collect(),
            taps: vec![0.0; layout.taps()],
        }
    }

    /// Begins the kernel of these bands in series, whatever their placement.
    pub fn begin(&mut self, bands: &[Option<EqBand>; EQ_BANDS]) {
        for (response, band) in self.responses.iter_mut().zip(bands) {
            *response = band.as_ref().map(|band| BandResponse::new(band, self.sample_rate));
        }
        self.task = Task::Evaluate(0);
    }

    /// Does one step; gives whether it was the last one. The partitions' spectra go to `kernel`.
    pub fn step(&mut self, kernel: &mut Spectra) -> bool {
        self.task = match self.task {
            Task::Evaluate(point) => {
                let sections: usize = self.responses.iter().flatten().map(BandResponse::sections).sum();
                let end = (point + EVALUATIONS / sections.max(1)).min(self.magnitudes.len());
                self.evaluate(point, end);
                if end < self.magnitudes.len() { Task::Evaluate(end) } else { Task::Transform(0) }
            }
            Task::Transform(first) => {
                self.transform(first);
                if first < stride(self.layout) / 2 { Task::Transform(first + 1) } else { Task::Sum(0) }
            }
            Task::Sum(distance) => {
                let end = (distance + TERMS / (stride(self.layout) / 2 + 1)).min(self.layout.centre());
                self.sum(distance, end);
                if end < self.layout.centre() { Task::Sum(end) } else { Task::Partition(0) }
            }
            Task::Partition(index) => {
                self.partition(index, kernel);
                if index + 1 == self.layout.partitions {
                    return true;
                }
                Task::Partition(index + 1)
            }
        };
        false
    }

    fn evaluate(&mut self, start: usize, end: usize) {
        let magnitudes = &mut self.magnitudes[start..end];
        magnitudes.fill(1.0);
        for response in self.responses.iter().flatten() {
            response.multiply_powers(&self.tangents[start..end], magnitudes);
        }
        magnitudes.iter_mut().for_each(|power| *power = power.sqrt());
    }

    fn transform(&mut self, first: usize) {
        let grid = self.layout.grid;
        for (index, value) in self.input.iter_mut().enumerate() {
            let point = index * stride(self.layout) + first;
            *value = self.magnitudes[point.min(grid - point)];
        }
        let bins = self.layout.bins();
        let output = &mut self.decimated[first * bins..(first + 1) * bins];
        transform(&*self.forward, &mut self.input, output, &mut self.scratch);
    }

    /// Taps at distances from the centre from `start` to before `end`, on both sides.
    fn sum(&mut self, start: usize, end: usize) {
        let (centre, length, bins) = (self.layout.centre(), 2 * self.layout.block, self.layout.bins());
        let half = stride(self.layout) / 2;
        let taps = &mut self.taps[centre + start..centre + end];
        taps.fill(0.0);
        for (first, transform) in self.decimated.chunks_exact(bins).enumerate() {
            // Those between the first and the middle one stand for two.
            let weight = if first == 0 || first == half { 1.0 } else { 2.0 } / self.layout.grid as f64;
            let turn = 2.0 * PI * first as f64 / self.layout.grid as f64;
            let (step_sine, step_cosine) = turn.sin_cos();
            let (sine, cosine) = (turn * start as f64).sin_cos();
            let (mut sine, mut cosine) = (weight * sine, weight * cosine);
            for (tap, distance) in taps.iter_mut().zip(start..) {
                let bin = distance % length;
                let (real, imaginary) = match transform.get(bin) {
                    Some(value) => (value.re, value.im),
                    None => (transform[length - bin].re, -transform[length - bin].im),
                };
                *tap += real * cosine + imaginary * sine;
                (sine, cosine) = (sine * step_cosine + cosine * step_sine, cosine * step_cosine - sine * step_sine);
            }
        }
        for (tap, window) in taps.iter_mut().zip(&self.window[start..end]) {
            *tap *= window;
        }
        for distance in start.max(1)..end {
            self.taps[centre - distance] = self.taps[centre + distance];
        }
    }

    fn partition(&mut self, index: usize, kernel: &mut Spectra) {
        let block = self.layout.block;
        let (taps, padding) = self.input.split_at_mut(block);
        taps.copy_from_slice(&self.taps[index * block..(index + 1) * block]);
        padding.fill(0.0);
        transform(&*self.forward, &mut self.input, &mut self.spectrum, &mut self.scratch);
        // Transforms there and back again multiply by the length.
        kernel.set(index, &self.spectrum, 1.0 / (2 * block) as f64);
    }

    /// The kernel that was designed last; its tap 0 is always zero, the others are symmetrical.
    #[cfg(test)]
    pub fn taps(&self) -> &[f64] {
        &self.taps
    }
}

/// Points of the grid from one to the next of a short transform.
fn stride(layout: Layout) -> usize {
    layout.grid / (2 * layout.block)
}

/// The window at a distance from the centre of 0 to 1.
fn window(distance: f64) -> f64 {
    let into_taper = (distance - (1.0 - TAPER)) / TAPER;
    if into_taper <= 0.0 { 1.0 } else { 0.5 + 0.5 * (PI * into_taper).cos() }
}

/// Transforms real samples; spoils the input.
pub fn transform(
    plan: &dyn RealToComplex<f64>,
    input: &mut [f64],
    output: &mut [Complex<f64>],
    scratch: &mut [Complex<f64>],
) {
    // It fails for wrong lengths alone, and those are the plan's own.
    let transformed = plan.process_with_scratch(input, output, scratch);
    debug_assert!(transformed.is_ok());
}
