//! Spectra in the order in which a convolution reads them, and their products.
//!
//! The sums over all partitions of eight neighbouring bins are made at a time and lie beside each other in memory. Wider
//! instructions are chosen at run time; they neither contract nor reorder, so that every processor makes the same sums. Partitions
//! of a kernel in which there is nothing cost nothing.

use std::ops::Range;

use crate::dsp::wider::wider;
use lacquer_fourier::Complex;

/// Bins side by side.
const LANES: usize = 8;

/// Eight neighbouring bins.
#[derive(Debug, Clone, Copy)]
struct Bins {
    real: [f32; LANES],
    imaginary: [f32; LANES],
}

impl Bins {
    const ZERO: Self = Self { real: [0.0; LANES], imaginary: [0.0; LANES] };

    #[inline(always)]
    fn add_product(&mut self, one: &Self, other: &Self) {
        for lane in 0..LANES {
            let (a, b) = (one.real[lane], one.imaginary[lane]);
            let (c, d) = (other.real[lane], other.imaginary[lane]);
            self.real[lane] += a * c - b * d;
            self.imaginary[lane] += a * d + b * c;
        }
    }
}

/// Several spectra of one length: all that they have at eight bins, then all at the next eight.
pub struct Spectra {
    groups: Vec<Bins>,
    count: usize,
}

impl Spectra {
    /// So many spectra of so many bins, all zero.
    pub fn new(count: usize, bins: usize) -> Self {
        Self { groups: vec![Bins::ZERO; count * bins.div_ceil(LANES)], count }
    }

    /// Makes all zero.
    pub fn clear(&mut self) {
        self.groups.fill(Bins::ZERO);
    }

    /// Takes one spectrum.
    pub fn set(&mut self, index: usize, spectrum: &[Complex<f32>]) {
        set(&mut self.groups, index, self.count, spectrum);
    }

    /// Makes one zero.
    fn silence(&mut self, index: usize) {
        self.groups.iter_mut().skip(index).step_by(self.count).for_each(|bins| *bins = Bins::ZERO);
    }

    /// Those of a share of the bins.
    fn rows(&self, rows: &Range<usize>) -> &[Bins] {
        &self.groups[rows.start * self.count..rows.end * self.count]
    }
}

/// The spectra of a kernel's partitions.
pub struct Kernel {
    partitions: Spectra,
    /// Those that have anything in them.
    used: Range<usize>,
}

impl Kernel {
    /// A kernel of so many partitions with so many bins, in which there is nothing.
    pub fn new(count: usize, bins: usize) -> Self {
        Self { partitions: Spectra::new(count, bins), used: 0..0 }
    }

    /// Leaves nothing in it.
    pub fn clear(&mut self) {
        self.used = 0..0;
    }

    /// Takes the spectrum of a partition behind those that it has; there is nothing in those between.
    pub fn set(&mut self, index: usize, spectrum: &[Complex<f32>]) {
        if self.used.is_empty() {
            self.used.start = index;
        } else {
            (self.used.end..index).for_each(|empty| self.partitions.silence(empty));
        }
        self.partitions.set(index, spectrum);
        self.used.end = index + 1;
    }
}

/// A sum of products of spectra on its way.
pub struct Sum {
    groups: Vec<Bins>,
}

impl Sum {
    /// Zero, of so many bins.
    pub fn new(bins: usize) -> Self {
        Self { groups: vec![Bins::ZERO; bins.div_ceil(LANES)] }
    }

    /// Makes it zero.
    pub fn clear(&mut self) {
        self.groups.fill(Bins::ZERO);
    }

    /// Begins the sum of the coming block anew with what the blocks before it give: partition 1 of the kernel with block `newest`
    /// of the signal's ring, partition 2 with the one before, and so on. Does share `part` of `parts` of the bins.
    pub fn begin(&mut self, signal: &Spectra, kernel: &Kernel, newest: usize, part: usize, parts: usize) {
        let groups = self.groups.len();
        let rows = groups * part / parts..groups * (part + 1) / parts;
        let used = kernel.used.start.max(1)..kernel.used.end.max(1);
        let (signal, kernel, count) = (signal.rows(&rows), kernel.partitions.rows(&rows), signal.count);
        begin(&mut self.groups[rows], signal, kernel, count, newest, used);
    }

    /// Adds what the newest block gives, partition 0 of the kernel with block `newest`, and hands the sum out.
    pub fn finish(&mut self, signal: &Spectra, kernel: &Kernel, newest: usize, spectrum: &mut [Complex<f32>]) {
        if kernel.used.start == 0 {
            add(&mut self.groups, &signal.groups, &kernel.partitions.groups, signal.count, newest);
        }
        hand_out(&self.groups, spectrum);
    }
}

wider! {
    fn set(groups: &mut [Bins], index: usize, count: usize, spectrum: &[Complex<f32>]) {
        let groups = groups.iter_mut().skip(index).step_by(count);
        let (whole, rest) = spectrum.as_chunks::<LANES>();
        for (bins, group) in whole.iter().map(|bins| bins.as_slice()).chain([rest]).zip(groups) {
            for (lane, bin) in bins.iter().enumerate() {
                group.real[lane] = bin.re;
                group.imaginary[lane] = bin.im;
            }
        }
    }
}

wider! {
    fn begin(
        sums: &mut [Bins],
        signal: &[Bins],
        kernel: &[Bins],
        count: usize,
        newest: usize,
        used: Range<usize>,
    ) {
        // The ring is read backwards from the newest block, and from its end once its beginning is reached.
        let turn = (newest + 2).clamp(used.start, used.end);
        let newer = if used.start < turn { newest + 2 - turn..newest + 2 - used.start } else { 0..0 };
        let end = count + newest + 2;
        let older = if turn < used.end { end - used.end..end - turn } else { 0..0 };
        let rows = signal.chunks_exact(count).zip(kernel.chunks_exact(count));
        for (sum, (signal, kernel)) in sums.iter_mut().zip(rows) {
            let mut bins = Bins::ZERO;
            for (signal, kernel) in signal[newer.clone()].iter().rev().zip(&kernel[used.start..turn]) {
                bins.add_product(signal, kernel);
            }
            for (signal, kernel) in signal[older.clone()].iter().rev().zip(&kernel[turn..used.end]) {
                bins.add_product(signal, kernel);
            }
            *sum = bins;
        }
    }
}

wider! {
    fn add(sums: &mut [Bins], signal: &[Bins], kernel: &[Bins], count: usize, newest: usize) {
        let rows = signal.chunks_exact(count).zip(kernel.chunks_exact(count));
        for (sum, (signal, kernel)) in sums.iter_mut().zip(rows) {
            sum.add_product(&signal[newest], &kernel[0]);
        }
    }
}

wider! {
    fn hand_out(sums: &[Bins], spectrum: &mut [Complex<f32>]) {
        let (whole, rest) = spectrum.as_chunks_mut::<LANES>();
        for (sum, bins) in sums.iter().zip(whole.iter_mut().map(|bins| bins.as_mut_slice()).chain([rest])) {
            for (lane, bin) in bins.iter_mut().enumerate() {
                *bin = Complex::new(sum.real[lane], sum.imaginary[lane]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dsp::wider::NARROW;

    /// A ring of blocks read from any place, in shares, on any processor, with partitions left out at either end: always the sums
    /// in their plain order, to the last bit.
    #[test]
    fn sums_are_those_of_the_definition_to_the_last_bit() {
        const COUNT: usize = 6;
        const BINS: usize = 33;
        let number = |seed: usize| ((seed * 7919 + 104_729) % 65_537) as f32 / 65_537.0 - 0.5;
        let spectrum = |seed: usize| -> Vec<_> {
            (0..BINS).map(|bin| Complex::new(number(seed + 3 * bin), number(seed + 3 * bin + 1))).collect()
        };
        let mut signal = Spectra::new(COUNT, BINS);
        for index in 0..COUNT {
            signal.set(index, &spectrum(1000 * index));
        }
        for used in [&[0, 1, 2, 3, 4, 5][..], &[0], &[0, 1, 2], &[1, 2, 3, 4, 5], &[2, 3, 4], &[1, 4], &[5], &[]] {
            let mut kernel = Kernel::new(COUNT, BINS);
            // What was in it before and is left out now must not be heard.
            kernel.set(3, &spectrum(1));
            kernel.clear();
            for index in used {
                kernel.set(*index, &spectrum(1000 * index + 500));
            }
            for newest in 0..COUNT {
                let next = (newest + 1) % COUNT;
                let (mut sum, mut plain) = (Sum::new(BINS), Sum::new(BINS));
                for part in 0..3 {
                    sum.begin(&signal, &kernel, newest, part, 3);
                }
                NARROW.set(true);
                plain.begin(&signal, &kernel, newest, 0, 1);
                NARROW.set(false);
                let (mut output, mut plain_output) = (vec![Complex::ZERO; BINS], vec![Complex::ZERO; BINS]);
                sum.finish(&signal, &kernel, next, &mut output);
                plain.finish(&signal, &kernel, next, &mut plain_output);
                assert_eq!(output, plain_output);
                for (bin, output) in output.iter().enumerate() {
                    let mut expected = Complex::<f32>::ZERO;
                    let (first, others): (Vec<usize>, Vec<usize>) = used.iter().partition(|partition| **partition == 0);
                    for partition in others.into_iter().chain(first) {
                        let x = spectrum(1000 * ((next + COUNT - partition) % COUNT))[bin];
                        let h = spectrum(1000 * partition + 500)[bin];
                        expected.re += x.re * h.re - x.im * h.im;
                        expected.im += x.re * h.im + x.im * h.re;
                    }
                    assert_eq!(*output, expected, "bin {bin}, newest {newest}, partitions {used:?}");
                }
            }
        }
    }
}
