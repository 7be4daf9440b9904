//! What came in lately, and mid and side of any stretch of it.

use crate::dsp::wider::wider;

/// A part of the stereo signal that is convolved on its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Image {
    Mid,
    Side,
}

impl Image {
    /// Half the sum or half the difference.
    #[inline(always)]
    pub fn of(self, left: f64, right: f64) -> f64 {
        match self {
            Self::Mid => 0.5 * (left + right),
            Self::Side => 0.5 * (left - right),
        }
    }
}

/// The last samples of both channels; silence before the first.
pub struct History {
    left: Vec<f64>,
    right: Vec<f64>,
    /// Samples taken in since the beginning.
    length: i64,
}

impl History {
    /// Remembers at least `capacity` samples.
    pub fn new(capacity: usize) -> Self {
        let capacity = capacity.next_power_of_two();
        Self { left: vec![0.0; capacity], right: vec![0.0; capacity], length: 0 }
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        self.left.fill(0.0);
        self.right.fill(0.0);
        self.length = 0;
    }

    /// Takes samples in. They must not be more than there is room for.
    pub fn add(&mut self, left: &[f64], right: &[f64]) {
        let start = self.place(self.length);
        let first = left.len().min(self.left.len() - start);
        for (memory, samples) in [(&mut self.left, left), (&mut self.right, right)] {
            memory[start..start + first].copy_from_slice(&samples[..first]);
            memory[..samples.len() - first].copy_from_slice(&samples[first..]);
        }
        self.length += left.len() as i64;
    }

    /// Both channels of the stretch that ends `delay` samples ago.
    pub fn read(&self, delay: usize, left: &mut [f64], right: &mut [f64]) {
        let start = self.place(self.length - (delay + left.len()) as i64);
        let first = left.len().min(self.left.len() - start);
        for (memory, samples) in [(&self.left, left), (&self.right, right)] {
            let (head, tail) = samples.split_at_mut(first);
            head.copy_from_slice(&memory[start..start + first]);
            tail.copy_from_slice(&memory[..tail.len()]);
        }
    }

    /// Mid or side from sample number `start` on.
    pub fn image(&self, image: Image, start: i64, samples: &mut [f32]) {
        let start = self.place(start);
        let first = samples.len().min(self.left.len() - start);
        let (head, tail) = samples.split_at_mut(first);
        for (part, start) in [(head, start), (tail, 0)] {
            take_image(image, &self.left[start..], &self.right[start..], part);
        }
    }

    fn place(&self, sample: i64) -> usize {
        // The capacity is a power of two.
        sample as usize & (self.left.len() - 1)
    }
}

wider! {
    fn take_image(image: Image, left: &[f64], right: &[f64], samples: &mut [f32]) {
        for ((sample, left), right) in samples.iter_mut().zip(left).zip(right) {
            *sample = image.of(*left, *right) as f32;
        }
    }
}
