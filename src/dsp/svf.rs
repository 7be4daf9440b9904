//! State-variable filters of second order, several signals side by side, and a cutoff that may move at any time.
//!
//! Trapezoidal ("topology-preserving") integration after V. Zavalishin, "The Art of VA Filter Design" (2012), in the form of
//! A. Simper, "Linear Trapezoidal Integrated State Variable Filter" (2014). The states are the charges of the two integrators,
//! so that a change of the cutoff changes no stored energy by itself: moving it neither clicks nor makes the filter unstable.
//! Latency: none. Cost: about twelve operations a sample for each four filters.

use super::{
    CONTROL_INTERVAL,
    glide::Glide,
    quad::{LANES, Quad, Real, ScalarQuad},
};

/// Damping (1/Q) of a Butterworth filter of second order, √2.
pub const BUTTERWORTH_DAMPING: f64 = std::f64::consts::SQRT_2;

/// Charges smaller than this are set to zero now and then, so that no state ever decays into denormal numbers. -500 dB.
const NEGLIGIBLE_CHARGE: f64 = 1e-25;

/// Coefficients of a filter, or of filters side by side; damping [`BUTTERWORTH_DAMPING`].
///
/// Simper's equations solved for the new charges: each is one sum of the old ones and the input, so that the way from one
/// sample to the next is two operations shorter than through the outputs.
#[derive(Debug, Clone, Copy)]
pub struct SvfCoefficients<T> {
    first_of_first: T,
    /// What the first charge takes of the input and of the second charge (negative), and the second charge of the first.
    coupling: T,
    second_of_second: T,
    second_of_input: T,
}

impl SvfCoefficients<f64> {
    /// Coefficients for an integrator gain `g` = tan(π·cutoff/rate).
    #[inline(always)]
    pub fn new(g: f64) -> Self {
        let a1 = 1.0 / (1.0 + g * (g + BUTTERWORTH_DAMPING));
        let coupling = 2.0 * g * a1;
        let second_of_input = g * coupling;
        Self { first_of_first: 2.0 * a1 - 1.0, coupling, second_of_second: 1.0 - second_of_input, second_of_input }
    }
}

impl<Q: Quad> SvfCoefficients<Q> {
    /// Four filters side by side.
    #[inline(always)]
    pub fn side_by_side(lanes: [&SvfCoefficients<f64>; LANES]) -> Self {
        let gather = |value: fn(&SvfCoefficients<f64>) -> f64| Q::load(ScalarQuad(lanes.map(value)));
        Self {
            first_of_first: gather(|lane| lane.first_of_first),
            coupling: gather(|lane| lane.coupling),
            second_of_second: gather(|lane| lane.second_of_second),
            second_of_input: gather(|lane| lane.second_of_input),
        }
    }
}

/// A filter, or filters side by side.
#[derive(Debug, Clone, Copy)]
pub struct Svf<T> {
    first: T,
    second: T,
}

/// What a filter gives for one sample, doubled: the sums of the charges before and after, whose mean an output is.
/// High-pass: `x - √2·band - low`; all-pass: `x - 2√2·band`.
#[derive(Debug, Clone, Copy)]
pub struct SvfOutputs<T> {
    pub twice_band: T,
    pub twice_low: T,
}

impl<T: Real> Svf<T> {
    /// A filter at rest.
    pub fn at_rest() -> Self {
        Self { first: T::splat(0.0), second: T::splat(0.0) }
    }

    /// One sample.
    #[inline(always)]
    pub fn tick(&mut self, coefficients: &SvfCoefficients<T>, x: T) -> SvfOutputs<T> {
        let Self { first, second } = *self;
        let coupling = coefficients.coupling;
        self.first = (coefficients.first_of_first * first - coupling * second) + coupling * x;
        self.second = (coupling * first + coefficients.second_of_second * second) + coefficients.second_of_input * x;
        SvfOutputs { twice_band: first + self.first, twice_low: second + self.second }
    }

    /// The high-pass of one sample.
    #[inline(always)]
    pub fn high_pass(&mut self, coefficients: &SvfCoefficients<T>, x: T) -> T {
        let SvfOutputs { twice_band, twice_low } = self.tick(coefficients, x);
        (x - T::splat(0.5 * BUTTERWORTH_DAMPING) * twice_band) - T::splat(0.5) * twice_low
    }
}

impl<Q: Quad> Svf<Q> {
    /// Four filters side by side; none counts as one at rest.
    #[inline(always)]
    pub fn side_by_side(lanes: [Option<Svf<f64>>; LANES]) -> Self {
        let gather = |value: fn(Svf<f64>) -> f64| Q::load(ScalarQuad(lanes.map(|lane| lane.map_or(0.0, value))));
        Self { first: gather(|lane| lane.first), second: gather(|lane| lane.second) }
    }

    /// This filter in the lanes in which `chosen` is above zero, `other` in the others.
    #[inline(always)]
    pub fn where_positive(self, chosen: Q, other: Self) -> Self {
        let zero = Q::splat(0.0);
        Self {
            first: chosen.if_greater(zero, self.first, other.first),
            second: chosen.if_greater(zero, self.second, other.second),
        }
    }

    /// As it is kept.
    #[inline(always)]
    pub fn store(self) -> Svf<ScalarQuad> {
        Svf { first: self.first.store(), second: self.second.store() }
    }
}

impl Svf<f64> {
    /// Sets charges to zero that nobody can hear. To be called on the control clock.
    pub fn settle(&mut self) {
        self.first = audible(self.first);
        self.second = audible(self.second);
    }
}

impl Svf<ScalarQuad> {
    /// The filter of each lane.
    #[inline(always)]
    pub fn lanes(self) -> [Svf<f64>; LANES] {
        std::array::from_fn(|lane| Svf { first: self.first.0[lane], second: self.second.0[lane] })
    }

    /// As it is computed with.
    #[inline(always)]
    pub fn load<Q: Quad>(&self) -> Svf<Q> {
        Svf { first: Q::load(self.first), second: Q::load(self.second) }
    }

    /// Sets charges to zero that nobody can hear. To be called on the control clock.
    pub fn settle(&mut self) {
        self.first = self.first.map(audible);
        self.second = self.second.map(audible);
    }
}

/// The charge, or zero if nobody can hear it.
#[inline(always)]
fn audible(charge: f64) -> f64 {
    if charge.abs() < NEGLIGIBLE_CHARGE { 0.0 } else { charge }
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
