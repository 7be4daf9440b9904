//! From bands to a kernel: what their magnitudes add to the sound on a dense grid, transformed, windowed and cut into partitions.
//!
//! The kernel is that of the magnitudes' product less 1, for the sound itself is added after the convolution.
//!
//! The work is cut into steps of like cost, one for each tick, none of which allocates. The long transform of the grid
//! goes by decimation: of every R-th point, beginning at r, one short transform; then each tap is the sum over r of one bin of
//! each, turned by its angle. The grid is even about DC, so that r and R - r give the same, and the taps are real.
//!
//! The window is flat and falls over the outer tenth as a cosine (Tukey): long-ringing filters lose least accuracy so, and
//! the kernel has no step at its ends.

use std::{f64::consts::PI, sync::Arc};

use lacquer_fourier::{Complex, RealToComplex};

use super::{layout::Layout, spectra::Kernel};
use crate::{
    dsp::{eq::response::BandResponse, wider::wider},
    settings::{EQ_BANDS, EqBand},
};

/// Share of half a kernel over which it fades to nothing.
const TAPER: f64 = 0.1;
/// Sections evaluated in a step, one at one point of the grid each.
const EVALUATIONS: usize = 4096;
/// Sections whose numerators and denominators are multiplied before they are divided: more might fall below the least number.
const FRACTIONS: usize = 10;
/// Terms summed in a step, one for one tap each.
const TERMS: usize = 2048;
/// Taps side by side.
const LANES: usize = 8;
/// A partition whose taps sum to less than this without their signs is left out: 160 dB under full scale.
const EMPTY: f64 = 1e-8;

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
    /// Of the grid's points, and of a partition.
    from_grid: Arc<dyn RealToComplex<f32>>,
    from_taps: Arc<dyn RealToComplex<f32>>,
    /// `sin²(ω/2)` at the points of the grid from DC to Nyquist.
    squared_sines: Vec<f64>,
    responses: [Option<BandResponse>; EQ_BANDS],
    task: Task,
    /// Magnitudes at those points, less 1.
    changes: Vec<f64>,
    numerators: Vec<f64>,
    denominators: Vec<f64>,
    points: Vec<f32>,
    grid_scratch: Vec<Complex<f32>>,
    /// The short transforms, one after the other.
    decimated: Vec<Complex<f32>>,
    partition: Vec<f32>,
    partition_scratch: Vec<Complex<f32>>,
    spectrum: Vec<Complex<f32>>,
    /// By distance from the centre.
    window: Vec<f64>,
    taps: Vec<f64>,
}

impl KernelDesigner {
    /// A designer at `sample_rate` Hz for convolutions whose blocks are transformed, two at a time, by `from_taps`.
    pub fn new(layout: Layout, sample_rate: f64, from_taps: Arc<dyn RealToComplex<f32>>) -> Self {
        let from_grid = lacquer_fourier::forward(2 * layout.block);
        let points = layout.grid / 2 + 1;
        Self {
            layout,
            sample_rate,
            points: from_grid.make_input_vec(),
            grid_scratch: from_grid.make_scratch_vec(),
            decimated: vec![Complex::ZERO; (stride(layout) / 2 + 1) * layout.bins()],
            from_grid,
            partition: from_taps.make_input_vec(),
            partition_scratch: from_taps.make_scratch_vec(),
            spectrum: from_taps.make_output_vec(),
            from_taps,
            squared_sines: (0..points).map(|point| (PI * point as f64 / layout.grid as f64).sin().powi(2)).collect(),
            responses: [const { None }; EQ_BANDS],
            task: Task::Evaluate(0),
            changes: vec![0.0; points],
            numerators: vec![0.0; EVALUATIONS],
            denominators: vec![0.0; EVALUATIONS],
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
    pub fn step(&mut self, kernel: &mut Kernel) -> bool {
        self.task = match self.task {
            Task::Evaluate(point) => {
                let sections: usize = self.responses.iter().flatten().map(BandResponse::sections).sum();
                let end = (point + EVALUATIONS / sections.max(1)).min(self.changes.len());
                self.evaluate(point, end);
                if end < self.changes.len() { Task::Evaluate(end) } else { Task::Transform(0) }
            }
            Task::Transform(first) => {
                self.transform(first);
                if first < stride(self.layout) / 2 { Task::Transform(first + 1) } else { Task::Sum(0) }
            }
            Task::Sum(distance) => {
                // Within a block the bins go up or down.
                let block_end = (distance / self.layout.block + 1) * self.layout.block;
                let end = (distance + TERMS / (stride(self.layout) / 2 + 1)).min(block_end).min(self.layout.centre());
                self.sum(distance, end);
                if end < self.layout.centre() { Task::Sum(end) } else { Task::Partition(0) }
            }
            Task::Partition(index) => {
                if index == 0 {
                    kernel.clear();
                }
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
        let length = end - start;
        let (changes, squared_sines) = (&mut self.changes[start..end], &self.squared_sines[start..end]);
        let (numerators, denominators) = (&mut self.numerators[..length], &mut self.denominators[..length]);
        changes.fill(1.0);
        numerators.fill(1.0);
        denominators.fill(1.0);
        let mut multiplied = 0;
        for response in self.responses.iter().flatten() {
            if multiplied + response.sections() > FRACTIONS {
                divide(changes, numerators, denominators);
                multiplied = 0;
            }
            response.multiply_fractions(squared_sines, numerators, denominators);
            multiplied += response.sections();
        }
        divide(changes, numerators, denominators);
        changes.iter_mut().for_each(|power| *power = power.max(0.0).sqrt() - 1.0);
    }

    fn transform(&mut self, first: usize) {
        let grid = self.layout.grid;
        for (index, value) in self.points.iter_mut().enumerate() {
            let point = index * stride(self.layout) + first;
            *value = self.changes[point.min(grid - point)] as f32;
        }
        let bins = self.layout.bins();
        let output = &mut self.decimated[first * bins..(first + 1) * bins];
        transform(&*self.from_grid, &mut self.points, output, &mut self.grid_scratch);
    }

    /// Taps at distances from the centre from `start` to before `end`, on both sides; none in another block than the first.
    fn sum(&mut self, start: usize, end: usize) {
        let (centre, block, bins) = (self.layout.centre(), self.layout.block, self.layout.bins());
        let half = stride(self.layout) / 2;
        let taps = &mut self.taps[centre + start..centre + end];
        taps.fill(0.0);
        // The second half of a transform is the first one turned around, and its conjugate.
        let backwards = !(start / block).is_multiple_of(2);
        let lowest = if backwards { 2 * block - (end - 1) % (2 * block) } else { start % (2 * block) };
        for (first, transform) in self.decimated.chunks_exact(bins).enumerate() {
            // Those between the first and the middle one stand for two.
            let weight = if first == 0 || first == half { 1.0 } else { 2.0 } / self.layout.grid as f64;
            let turn = 2.0 * PI * first as f64 / self.layout.grid as f64;
            let bins = &transform[lowest..lowest + taps.len()];
            add_turned(taps, bins, backwards, [turn * start as f64, turn], weight);
        }
        for (tap, window) in taps.iter_mut().zip(&self.window[start..end]) {
            *tap *= window;
        }
        for distance in start.max(1)..end {
            self.taps[centre - distance] = self.taps[centre + distance];
        }
    }

    fn partition(&mut self, index: usize, kernel: &mut Kernel) {
        let block = self.layout.block;
        let taps = &self.taps[index * block..(index + 1) * block];
        if taps.iter().map(|tap| tap.abs()).sum::<f64>() < EMPTY {
            return;
        }
        // Transforms there and back again multiply by the length.
        let scale = 1.0 / (2 * block) as f64;
        let (scaled, padding) = self.partition.split_at_mut(block);
        scaled.iter_mut().zip(taps).for_each(|(scaled, tap)| *scaled = (tap * scale) as f32);
        padding.fill(0.0);
        transform(&*self.from_taps, &mut self.partition, &mut self.spectrum, &mut self.partition_scratch);
        kernel.set(index, &self.spectrum);
    }

    /// The kernel that was designed last; its tap 0 is always zero, the others are symmetrical.
    #[cfg(test)]
    pub fn taps(&self) -> &[f64] {
        &self.taps
    }
}

wider! {
    /// Multiplies by fractions, which are then 1.
    fn divide(powers: &mut [f64], numerators: &mut [f64], denominators: &mut [f64]) {
        for ((power, numerator), denominator) in powers.iter_mut().zip(numerators).zip(denominators) {
            *power *= *numerator / *denominator;
            (*numerator, *denominator) = (1.0, 1.0);
        }
    }
}

wider! {
    /// Adds to each tap the real part of its bin, turned by the first angle and by the second more for each tap.
    fn add_turned(taps: &mut [f64], bins: &[Complex<f32>], backwards: bool, angles: [f64; 2], weight: f64) {
        let [start, step] = angles;
        let (mut cosines, mut sines) = ([0.0; LANES], [0.0; LANES]);
        for (lane, (cosine, sine)) in cosines.iter_mut().zip(&mut sines).enumerate() {
            (*sine, *cosine) = (start + lane as f64 * step).sin_cos();
            (*sine, *cosine) = (weight * *sine, weight * *cosine);
        }
        let (step_sine, step_cosine) = (LANES as f64 * step).sin_cos();
        let sign = if backwards { -1.0 } else { 1.0 };
        let last = bins.len() - 1;
        for (group, taps) in taps.chunks_mut(LANES).enumerate() {
            for (lane, tap) in taps.iter_mut().enumerate() {
                let index = LANES * group + lane;
                let bin = bins[if backwards { last - index } else { index }];
                *tap += f64::from(bin.re) * cosines[lane] + sign * f64::from(bin.im) * sines[lane];
            }
            for (cosine, sine) in cosines.iter_mut().zip(&mut sines) {
                (*sine, *cosine) = (*sine * step_cosine + *cosine * step_sine, *cosine * step_cosine - *sine * step_sine);
            }
        }
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
    plan: &dyn RealToComplex<f32>,
    input: &mut [f32],
    output: &mut [Complex<f32>],
    scratch: &mut [Complex<f32>],
) {
    // It fails for wrong lengths alone, and those are the plan's own.
    let transformed = plan.process_with_scratch(input, output, scratch);
    debug_assert!(transformed.is_ok());
}
