//! Spectra in the order in which a convolution reads them, and their products.
//!
//! The sums over all partitions of eight neighbouring bins are made at a time and lie beside each other in memory. Wider
//! instructions are chosen at run time; they neither contract nor reorder, so that every processor makes the same sums.
//!
//! Spectra are kept as `f32`: reading them is what the sums spend their time on. Each bin is rounded on its own scale, so the noise
//! lies 150 dB under the signal and where the signal is. Transforms and sums are `f64`.

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
        for (bins, group) in spectrum.chunks(LANES).zip(self.groups.iter_mut().skip(index).step_by(self.count)) {
            for (lane, bin) in bins.iter().enumerate() {
                group.real[lane] = (bin.re * scale) as f32;
                group.imaginary[lane] = (bin.im * scale) as f32;
            }
        }
    }
}

/// A sum of products of spectra on its way.
pub struct Sum {
    groups: Vec<Bins<f64>>,
    /// Whether the processor has vectors of four lanes.
    #[cfg(target_arch = "x86_64")]
    has_avx2: bool,
}

impl Sum {
    /// Zero, of so many bins.
    pub fn new(bins: usize) -> Self {
        Self {
            groups: vec![Bins::<f64>::ZERO; bins.div_ceil(LANES)],
            #[cfg(target_arch = "x86_64")]
            has_avx2: std::is_x86_feature_detected!("avx2"),
        }
    }

    /// Makes it zero.
    pub fn clear(&mut self) {
        self.groups.fill(Bins::<f64>::ZERO);
    }

    /// Begins the sum of the coming block anew with what the blocks before it give: partition 1 of the kernel with block `newest`
    /// of the signal's ring, partition 2 with the one before, and so on. Does share `part` of `parts` of the bins.
    pub fn begin(&mut self, signal: &Spectra, kernel: &Spectra, newest: usize, part: usize, parts: usize) {
        let count = self.groups.len();
        let (start, end) = (count * part / parts, count * (part + 1) / parts);
        #[cfg(target_arch = "x86_64")]
        if self.has_avx2 {
            // SAFETY: the processor has AVX2, which is all that the function needs.
            unsafe { self.begin_avx2(signal, kernel, newest, start, end) };
            return;
        }
        self.begin_groups(signal, kernel, newest, start, end);
    }

    /// [`Sum::begin_groups`] in instructions twice as wide. Neither contracts nor reorders anything: the sums are the same.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    fn begin_avx2(&mut self, signal: &Spectra, kernel: &Spectra, newest: usize, start: usize, end: usize) {
        self.begin_groups(signal, kernel, newest, start, end);
    }

    #[inline(always)]
    fn begin_groups(&mut self, signal: &Spectra, kernel: &Spectra, newest: usize, start: usize, end: usize) {
        let count = kernel.count;
        let rows = signal.groups[start * count..end * count]
            .chunks_exact(count)
            .zip(kernel.groups[start * count..end * count].chunks_exact(count));
        for (group, (signal, kernel)) in self.groups[start..end].iter_mut().zip(rows) {
            let mut sum = Bins::<f64>::ZERO;
            // The ring read backwards from the newest block.
            let (head, tail) = kernel[1..].split_at((newest + 1).min(count - 1));
            for (signal, kernel) in signal[..=newest].iter().rev().zip(head) {
                sum.add_product(signal, kernel);
            }
            for (signal, kernel) in signal.iter().rev().zip(tail) {
                sum.add_product(signal, kernel);
            }
            *group = sum;
        }
    }

    /// Adds what the newest block gives, partition 0 of the kernel with block `newest`, and hands the sum out.
    pub fn finish(&mut self, signal: &Spectra, kernel: &Spectra, newest: usize, spectrum: &mut [Complex<f64>]) {
        let count = kernel.count;
        let rows = signal.groups.chunks_exact(count).zip(kernel.groups.chunks_exact(count));
        for ((group, (signal, kernel)), bins) in self.groups.iter_mut().zip(rows).zip(spectrum.chunks_mut(LANES)) {
            group.add_product(&signal[newest], &kernel[0]);
            for (lane, bin) in bins.iter_mut().enumerate() {
                *bin = Complex::new(group.real[lane], group.imaginary[lane]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A ring of blocks read from any place, in shares, on any processor: always the sums in their plain order, to the last bit.
    #[test]
    fn sums_are_those_of_the_definition_to_the_last_bit() {
        const COUNT: usize = 5;
        const BINS: usize = 33;
        let number = |seed: usize| ((seed * 7919 + 104_729) % 65_537) as f64 / 65_537.0 - 0.5;
        let spectrum = |seed: usize| -> Vec<_> {
            (0..BINS).map(|bin| Complex::new(number(seed + 3 * bin), number(seed + 3 * bin + 1))).collect()
        };
        let rounded = |bin: Complex<f64>| Complex::new(f64::from(bin.re as f32), f64::from(bin.im as f32));
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
            plain.begin_groups(&signal, &kernel, newest, 0, plain.groups.len());
            let (mut output, mut plain_output) = (vec![Complex::ZERO; BINS], vec![Complex::ZERO; BINS]);
            sum.finish(&signal, &kernel, next, &mut output);
            plain.finish(&signal, &kernel, next, &mut plain_output);
            assert_eq!(output, plain_output);
            for (bin, output) in output.iter().enumerate() {
                let mut expected = Complex::ZERO;
                for partition in (1..COUNT).chain([0]) {
                    let x = rounded(spectrum(1000 * ((next + COUNT - partition) % COUNT))[bin]);
                    let h = rounded(spectrum(1000 * partition + 500)[bin] * 0.5);
                    expected.re += x.re * h.re - x.im * h.im;
                    expected.im += x.re * h.im + x.im * h.re;
                }
                assert_eq!(*output, expected, "bin {bin}, newest {newest}");
            }
        }
    }
}
