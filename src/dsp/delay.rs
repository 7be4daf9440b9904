//! A delay of a fixed number of samples, bit-exact.

/// A delay line of one channel.
#[derive(Debug, Clone)]
pub struct DelayLine {
    samples: Vec<f64>,
    position: usize,
}

impl DelayLine {
    /// A line of `delay` samples, silent at first.
    pub fn new(delay: usize) -> Self {
        Self { samples: vec![0.0; delay], position: 0 }
    }

    /// Silences the line.
    pub fn reset(&mut self) {
        self.samples.fill(0.0);
        self.position = 0;
    }

    /// Exchanges each sample for that of `delay` samples before, in place.
    pub fn process(&mut self, mut samples: &mut [f64]) {
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
