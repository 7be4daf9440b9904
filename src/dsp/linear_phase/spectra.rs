//! Spectra in the order in which a convolution reads them, and their products.
//!
//! The sums over all partitions of eight neighbouring bins are made at a time and lie beside each other in memory. Wider
//! instructions are chosen at run time; they neither contract nor reorder, so that every processor makes the same sums.
//!
//! Spectra are kept as `f32`: reading them is what the sums spend their time on. Each bin is rounded on its own scale, so the noise
//! lies 150 dB under the signal and where the signal is. What the kernel's tails give, which is little beside what its middle does,
//! is summed in `f32` as well. Transforms and all else are `f64`.

use crate::dsp::wider::wider;
use realfft::num_complex::Complex;

/// Bins side by side.
const LANES: usize = 8;

/// Eight neighbouring bins.
#[derive(Debug, Clone, Copy)]
struct Bins<T> {
    real: [T; LANES],
    imaginary: [T; LANES],
}

impl Bins<f64> {
    const ZERO: Self = Self { real: [0.0; LANES], imaginary: [0.0; LANES] };

    #[inline(always)]
    fn add(&mut self, other: &Bins<f32>) {
        for lane in 0..LANES {
            self.real[lane] += f64::from(other.real[lane]);
            self.imaginary[lane] += f64::from(other.imaginary[lane]);
        }
    }

    #[inline(always)]
    fn add_product(&mut self, one: &Bins<f32>, other: &Bins<f32>) {
        for lane in 0..LANES {
            let (a, b) = (f64::from(one.real[lane]), f64::from(one.imaginary[lane]));
            let (c, d) = (f64::from(other.real[lane]), f64::from(other.imaginary[lane]));
            self.real[lane] += a * c - b * d;
            self.imaginary[lane] += a * d + b * c;
        }
    }
}

impl Bins<f32> {
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
    groups: Vec<Bins<f32>>,
    count: usize,
}

impl Spectra {
    /// So many spectra of so many bins, all zero.
    pub fn new(count: usize, bins: usize) -> Self {
        Self { groups: vec![Bins::<f32>::ZERO; count * bins.div_ceil(LANES)], count }
    }

    /// Makes all zero.
    pub fn clear(&mut self) {
        self.groups.fill(Bins::<f32>::ZERO);
    }

    /// Takes one spectrum, times `scale`.
    pub fn set(&mut self, index: usize, spectrum: &[Complex<f64>], scale: f64) {
        set(&mut self.groups, index, self.count, spectrum, scale);
    }
}

/// A sum of products of spectra on its way.
pub struct Sum {
    groups: Vec<Bins<f64>>,
}

impl Sum {
    /// Zero, of so many bins.
    pub fn new(bins: usize) -> Self {
        Self { groups: vec![Bins::<f64>::ZERO; bins.div_ceil(LANES)] }
    }

    /// Makes it zero.
    pub fn clear(&mut self) {
        self.groups.fill(Bins::<f64>::ZERO);
    }

    /// Begins the sum of the coming block anew with what the blocks before it give: partition 1 of the kernel with block `newest`
    /// of the signal's ring, partition 2 with the one before, and so on. Does share `part` of `parts` of the bins.
    pub fn begin(&mut self, signal: &Spectra, kernel: &Spectra, newest: usize, part: usize, parts: usize) {
        let groups = self.groups.len();
        let (start, end) = (groups * part / parts, groups * (part + 1) / parts);
        let count = kernel.count;
        let of = |spectra: &Spectra| start * spectra.count..end * spectra.count;
        let (signal, kernel) = (&signal.groups[of(signal)], &kernel.groups[of(kernel)]);
        begin(&mut self.groups[start..end], signal, kernel, count, newest);
    }

    /// Adds what the newest block gives, partition 0 of the kernel with block `newest`, and hands the sum out.
    pub fn finish(&mut self, signal: &Spectra, kernel: &Spectra, newest: usize, spectrum: &mut [Complex<f64>]) {
        finish(&mut self.groups, &signal.groups, &kernel.groups, kernel.count, newest, spectrum);
    }
}

/// Whether a partition of so many lies in the middle of the kernel, where most of it is.
#[inline(always)]
fn is_middle(partition: usize, count: usize) -> bool {
    (2 * partition + 1).abs_diff(count) <= 2
}

wider! {
    fn set(groups: &mut [Bins<f32>], index: usize, count: usize, spectrum: &[Complex<f64>], scale: f64) {
        let groups = groups.iter_mut().skip(index).step_by(count);
        let (whole, rest) = spectrum.as_chunks::<LANES>();
        for (bins, group) in whole.iter().map(|bins| bins.as_slice()).chain([rest]).zip(groups) {
            for (lane, bin) in bins.iter().enumerate() {
                group.real[lane] = (bin.re * scale) as f32;
                group.imaginary[lane] = (bin.im * scale) as f32;
            }
        }
    }
}

wider! {
    fn begin(sums: &mut [Bins<f64>], signal: &[Bins<f32>], kernel: &[Bins<f32>], count: usize, newest: usize) {
        let rows = signal.chunks_exact(count).zip(kernel.chunks_exact(count));
        for (sum, (signal, kernel)) in sums.iter_mut().zip(rows) {
            let (mut middle, mut tails) = (Bins::<f64>::ZERO, Bins::<f32>::ZERO);
            // The ring read backwards from the newest block.
            let mut place = newest;
            for (partition, kernel) in kernel.iter().enumerate().skip(1) {
                if is_middle(partition, count) {
                    middle.add_product(&signal[place], kernel);
                } else {
                    tails.add_product(&signal[place], kernel);
                }
                place = if place == 0 { count - 1 } else { place - 1 };
            }
            middle.add(&tails);
            *sum = middle;
        }
    }
}

wider! {
    fn finish(
        sums: &mut [Bins<f64>],
        signal: &[Bins<f32>],
        kernel: &[Bins<f32>],
        count: usize,
        newest: usize,
        spectrum: &mut [Complex<f64>],
    ) {
        let rows = signal.chunks_exact(count).zip(kernel.chunks_exact(count));
        for ((sum, (signal, kernel)), bins) in sums.iter_mut().zip(rows).zip(spectrum.chunks_mut(LANES)) {
            sum.add_product(&signal[newest], &kernel[0]);
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

    /// A ring of blocks read from any place, in shares, on any processor: always the sums in their plain order, to the last bit.
    #[test]
    fn sums_are_those_of_the_definition_to_the_last_bit() {
        const COUNT: usize = 6;
        const BINS: usize = 33;
        let number = |seed: usize| ((seed * 7919 + 104_729) % 65_537) as f64 / 65_537.0 - 0.5;
        let spectrum = |seed: usize| -> Vec<_> {
            (0..BINS).map(|bin| Complex::new(number(seed + 3 * bin), number(seed + 3 * bin + 1))).collect()
        };
        let rounded = |bin: Complex<f64>| Complex::new(bin.re as f32, bin.im as f32);
        let (mut signal, mut kernel) = (Spectra::new(COUNT, BINS), Spectra::new(COUNT, BINS));
        for index in 0..COUNT {
            signal.set(index, &spectrum(1000 * index), 1.0);
            kernel.set(index, &spectrum(1000 * index + 500), 0.5);
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
                let (mut expected, mut tails) = (Complex::ZERO, Complex::<f32>::ZERO);
                let product = |partition: usize| {
                    let x = spectrum(1000 * ((next + COUNT - partition) % COUNT))[bin];
                    (rounded(x), rounded(spectrum(1000 * partition + 500)[bin] * 0.5))
                };
                for partition in 1..COUNT {
                    let (x, h) = product(partition);
                    if is_middle(partition, COUNT) {
                        let [x, h] = [x, h].map(|bin| Complex::new(f64::from(bin.re), f64::from(bin.im)));
                        expected.re += x.re * h.re - x.im * h.im;
                        expected.im += x.re * h.im + x.im * h.re;
                    } else {
                        tails.re += x.re * h.re - x.im * h.im;
                        tails.im += x.re * h.im + x.im * h.re;
                    }
                }
                let (x, h) = product(0);
                let [x, h, tails] = [x, h, tails].map(|bin| Complex::new(f64::from(bin.re), f64::from(bin.im)));
                expected += tails;
                expected.re += x.re * h.re - x.im * h.im;
                expected.im += x.re * h.im + x.im * h.re;
                assert_eq!(*output, expected, "bin {bin}, newest {newest}");
            }
        }
    }
}
