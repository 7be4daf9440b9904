//! A value that moves to its target in a straight line over a fixed time, so that no change of a setting clicks.

/// A linear ramp, counted in samples: [`Glides`] of one value.
#[derive(Debug, Clone)]
pub struct Glide(Glides<1>);

impl Glide {
    /// A glide that takes `seconds` from any value to any other.
    pub fn new(seconds: f64, sample_rate: f64) -> Self {
        Self(Glides::new(seconds, sample_rate))
    }

    /// Changes of target from now on take `seconds`.
    pub fn set_time(&mut self, seconds: f64, sample_rate: f64) {
        self.0.samples = ramp_samples(seconds, sample_rate);
    }

    /// Arrives at once.
    pub fn finish(&mut self) {
        self.advance(self.0.remaining);
    }

    /// Forgets the value: the next [`Glide::aim`] jumps.
    pub fn reset(&mut self) {
        self.0.reset();
    }

    /// Starts moving to `target`; jumps when there was no value before.
    pub fn aim(&mut self, target: f64) {
        self.0.aim([target]);
    }

    /// The value now.
    pub fn current(&self) -> f64 {
        self.0.current[0]
    }

    /// Where it goes.
    pub fn target(&self) -> f64 {
        self.0.target[0]
    }

    /// Whether it has arrived.
    pub fn is_still(&self) -> bool {
        self.0.is_still()
    }

    /// Moves one sample and gives the new value.
    #[inline]
    pub fn next_sample(&mut self) -> f64 {
        self.advance(1)
    }

    /// Moves `samples` samples and gives the new value; exactly the target once it is reached.
    #[inline]
    pub fn advance(&mut self, samples: u32) -> f64 {
        self.0.advance(samples)[0]
    }
}

/// Length of a ramp of `seconds`, at least one sample.
fn ramp_samples(seconds: f64, sample_rate: f64) -> u32 {
    (seconds * sample_rate).round().max(1.0) as u32
}

/// `N` values that move together: a new target for any of them starts all anew from where they are.
#[derive(Debug, Clone)]
pub struct Glides<const N: usize> {
    samples: u32,
    remaining: u32,
    current: [f64; N],
    target: [f64; N],
    step: [f64; N],
    primed: bool,
}

impl<const N: usize> Glides<N> {
    /// Glides that take `seconds` from any values to any others.
    pub fn new(seconds: f64, sample_rate: f64) -> Self {
        let samples = ramp_samples(seconds, sample_rate);
        Self { samples, remaining: 0, current: [0.0; N], target: [0.0; N], step: [0.0; N], primed: false }
    }

    /// Forgets the values: the next [`Glides::aim`] jumps.
    pub fn reset(&mut self) {
        self.primed = false;
    }

    /// Starts moving to `target`; jumps when there were no values before.
    pub fn aim(&mut self, target: [f64; N]) {
        if !self.primed {
            self.primed = true;
            self.current = target;
            self.target = target;
            self.remaining = 0;
        } else if target != self.target {
            self.target = target;
            self.remaining = self.samples;
            self.step = std::array::from_fn(|index| (target[index] - self.current[index]) / f64::from(self.samples));
        }
    }

    /// The values now.
    pub fn current(&self) -> &[f64; N] {
        &self.current
    }

    /// Whether all have arrived.
    pub fn is_still(&self) -> bool {
        self.remaining == 0
    }

    /// Moves `samples` samples and gives the new values; exactly the targets once they are reached.
    #[inline]
    pub fn advance(&mut self, samples: u32) -> &[f64; N] {
        if self.remaining > samples {
            self.remaining -= samples;
            let remaining = f64::from(self.remaining);
            self.current = std::array::from_fn(|index| self.target[index] - self.step[index] * remaining);
        } else {
            self.remaining = 0;
            self.current = self.target;
        }
        &self.current
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jumps_at_first_then_moves_in_a_straight_line_and_lands_exactly() {
        let mut glide = Glide::new(0.01, 1000.0);
        glide.aim(0.3);
        assert_eq!(glide.current(), 0.3);
        glide.aim(1.0 / 3.0);
        assert!(!glide.is_still());
        let first = glide.next_sample() - 0.3;
        let second = glide.next_sample() - 0.3 - first;
        assert!((first - second).abs() < 1e-15);
        glide.advance(8);
        assert_eq!(glide.current(), 1.0 / 3.0);
    }
}
