//! State-variable filters of second order, several signals side by side, and a cutoff that may move at any time.
//!
//! Trapezoidal ("topology-preserving") integration after V. Zavalishin, "The Art of VA Filter Design" (2012), in the form of
//! A. Simper, "Linear Trapezoidal Integrated State Variable Filter" (2014). The states are the charges of the two integrators,
//! so that a change of the cutoff changes no stored energy by itself: moving it neither clicks nor makes the filter unstable.
//! Latency: none. Cost: about twelve operations a sample for each vector of lanes.

use super::{CONTROL_INTERVAL, glide::Glide};

/// Damping (1/Q) of a Butterworth filter of second order, √2.
pub const BUTTERWORTH_DAMPING: f64 = std::f64::consts::SQRT_2;

/// Charges smaller than this are set to zero now and then, so that no state ever decays into denormal numbers. -500 dB.
const NEGLIGIBLE_CHARGE: f64 = 1e-25;

/// Coefficients of `N` filters side by side; damping [`BUTTERWORTH_DAMPING`].
///
/// Simper's equations solved for the new charges: each is one sum of the old ones and the input, so that the way from one
/// sample to the next is two operations shorter than through the outputs.
#[derive(Debug, Clone, Copy)]
pub struct SvfCoefficients<const N: usize> {
    first_of_first: [f64; N],
    /// What the first charge takes of the input and of the second charge (negative), and the second charge of the first.
    coupling: [f64; N],
    second_of_second: [f64; N],
    second_of_input: [f64; N],
}

impl<const N: usize> SvfCoefficients<N> {
    /// Coefficients for integrator gains `g` = tan(π·cutoff/rate).
    #[inline(always)]
    pub fn new(g: [f64; N]) -> Self {
        let a1 = g.map(|g| 1.0 / (1.0 + g * (g + BUTTERWORTH_DAMPING)));
        let coupling: [f64; N] = std::array::from_fn(|lane| 2.0 * g[lane] * a1[lane]);
        let second_of_input: [f64; N] = std::array::from_fn(|lane| g[lane] * coupling[lane]);
        Self {
            first_of_first: a1.map(|a1| 2.0 * a1 - 1.0),
            coupling,
            second_of_second: second_of_input.map(|gain| 1.0 - gain),
            second_of_input,
        }
    }
}

/// `N` filters side by side.
#[derive(Debug, Clone, Copy)]
pub struct Svf<const N: usize> {
    first: [f64; N],
    second: [f64; N],
}

/// What the filters give for one sample. High-pass: `x - √2·band - low`; all-pass: `x - 2√2·band`.
#[derive(Debug, Clone, Copy)]
pub struct SvfOutputs<const N: usize> {
    pub band: [f64; N],
    pub low: [f64; N],
}

impl<const N: usize> Svf<N> {
    /// Filters at rest.
    pub fn at_rest() -> Self {
        Self { first: [0.0; N], second: [0.0; N] }
    }

    /// One sample of each lane.
    #[inline(always)]
    #[expect(clippy::needless_range_loop, reason = "all arrays are lanes side by side")]
    pub fn tick(&mut self, coefficients: &SvfCoefficients<N>, x: [f64; N]) -> SvfOutputs<N> {
        let mut outputs = SvfOutputs { band: [0.0; N], low: [0.0; N] };
        for lane in 0..N {
            let (first, second) = (self.first[lane], self.second[lane]);
            let coupling = coefficients.coupling[lane];
            self.first[lane] = (coefficients.first_of_first[lane] * first - coupling * second) + coupling * x[lane];
            self.second[lane] = (coupling * first + coefficients.second_of_second[lane] * second)
                + coefficients.second_of_input[lane] * x[lane];
            // Trapezoids: an output is the mean of the old charge and the new.
            outputs.band[lane] = 0.5 * (first + self.first[lane]);
            outputs.low[lane] = 0.5 * (second + self.second[lane]);
        }
        outputs
    }

    /// Sets charges to zero that nobody can hear. To be called on the control clock.
    pub fn settle(&mut self) {
        for charge in self.first.iter_mut().chain(&mut self.second) {
            if charge.abs() < NEGLIGIBLE_CHARGE {
                *charge = 0.0;
            }
        }
    }
}

/// A cutoff frequency that glides on a logarithmic scale: a new target on the control clock, the integrator gain in a
/// straight line from sample to sample between.
#[derive(Debug, Clone)]
pub struct Cutoff {
    sample_rate: f64,
    log2_hz: Glide,
    g: f64,
    step: f64,
    end: f64,
    remaining: u32,
    target_hz: Option<f64>,
}

impl Cutoff {
    /// A cutoff that takes `seconds` from any frequency to any other.
    pub fn new(seconds: f64, sample_rate: f64) -> Self {
        Self {
            sample_rate,
            log2_hz: Glide::new(seconds, sample_rate),
            g: 0.0,
            step: 0.0,
            end: 0.0,
            remaining: 0,
            target_hz: None,
        }
    }

    /// Forgets the frequency: the next [`Cutoff::control`] jumps.
    pub fn reset(&mut self) {
        self.log2_hz.reset();
        self.target_hz = None;
        self.remaining = 0;
    }

    /// Begins a segment on the way to `frequency_hz` (above 0 and below half the sample rate).
    pub fn control(&mut self, frequency_hz: f64) {
        let started = self.target_hz.is_some();
        if self.target_hz != Some(frequency_hz) {
            self.target_hz = Some(frequency_hz);
            self.log2_hz.aim(frequency_hz.log2());
        }
        if !started {
            self.g = self.gain(self.log2_hz.current());
        } else if !self.log2_hz.is_still() {
            let log2_hz = self.log2_hz.advance(CONTROL_INTERVAL as u32);
            self.end = self.gain(log2_hz);
            self.step = (self.end - self.g) / CONTROL_INTERVAL as f64;
            self.remaining = CONTROL_INTERVAL as u32;
        }
    }

    /// Integrator gain now.
    #[inline]
    pub fn g(&self) -> f64 {
        self.g
    }

    /// Whether it stays where it is.
    #[inline]
    pub fn is_still(&self) -> bool {
        self.remaining == 0
    }

    /// Moves one sample.
    #[inline]
    pub fn advance(&mut self) {
        if self.remaining > 0 {
            self.remaining -= 1;
            self.g = if self.remaining == 0 { self.end } else { self.end - self.step * f64::from(self.remaining) };
        }
    }

    fn gain(&self, log2_hz: f64) -> f64 {
        (std::f64::consts::PI * log2_hz.exp2() / self.sample_rate).tan()
    }
}
