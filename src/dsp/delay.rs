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

    /// Becomes the other, which has the same delay.
    pub fn copy_from(&mut self, other: &Self) {
        self.samples.copy_from_slice(&other.samples);
        self.position = other.position;
    }

    /// Takes samples in, when nobody asks for those that come out.
    pub fn push(&mut self, mut samples: &[T]) {
        if self.samples.is_empty() {
            return;
        }
        while !samples.is_empty() {
            let (now, later) = samples.split_at(samples.len().min(self.samples.len() - self.position));
            self.samples[self.position..self.position + now.len()].copy_from_slice(now);
            self.position = (self.position + now.len()) % self.samples.len();
            samples = later;
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_each_sample_so_much_later_whether_those_before_were_asked_for_or_not() {
        for delay in [0, 1, 5, 16] {
            let mut line = DelayLine::new(delay);
            let mut next = 0;
            for (index, length) in [3, 1, 20, 0, 7, 2, 40, 5, 6].into_iter().enumerate() {
                let mut samples: Vec<i32> = (next + 1..=next + length).collect();
                let delayed: Vec<i32> = samples.iter().map(|sample| (sample - delay as i32).max(0)).collect();
                next += length;
                if index % 3 == 1 {
                    line.push(&samples);
                } else {
                    line.process(&mut samples);
                    assert_eq!(samples, delayed, "delay {delay}");
                }
            }
        }
    }
}
