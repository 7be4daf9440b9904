//! A delay of a fixed number of samples, bit-exact.

/// A delay line of one channel.
#[derive(Debug, Clone)]
pub struct DelayLine<T = f64> {
    samples: Vec<T>,
    position: usize,
}

impl<T: Copy + Default> DelayLine<T> {
    /// A line of `delay` samples, silent at first.
    pub fn new(delay: usize) -> Self {
        Self { samples: vec![T::default(); delay], position: 0 }
    }

    /// Silences the line.
    pub fn reset(&mut self) {
        self.samples.fill(T::default());
        self.position = 0;
    }

    /// Exchanges each sample for that of `delay` samples before, in place.
    pub fn process(&mut self, mut samples: &mut [T]) {
        if self.samples.is_empty() {
            return;
        }
        while !samples.is_empty() {
            let run = samples.len().min(self.samples.len() - self.position);
            let (now, later) = samples.split_at_mut(run);
            now.swap_with_slice(&mut self.samples[self.position..self.position + run]);
            self.position = (self.position + run) % self.samples.len();
            samples = later;
        }
    }
}
