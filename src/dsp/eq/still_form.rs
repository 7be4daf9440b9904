//! The form in which a section runs while its coefficients stay: the state-variable filter ([`super::svf`]) with its states in a
//! scale that spares multiplications. Cost: 12 operations a sample.

use std::ops::{Add, Mul, Sub};

use super::svf::{Coefficients, Frame};

/// A still section in the form in which it runs, its figures in one lane or several.
///
/// The states are those of the filter in a scale of their own: the low-pass state follows the input itself, and the band-pass
/// state is what adds to it. So both are fed by how far the low-pass state is from the input, which is little where
/// the filter is low: no figure is lost there.
#[derive(Clone, Copy)]
pub struct StillForm<V> {
    /// Share of the band-pass state that stays.
    band_stays: V,
    /// What the band-pass state gains of the distance from the low-pass state to the input.
    to_band: V,
    /// What the low-pass state gains of it.
    to_low: V,
    /// The output from the input, the band-pass state and the low-pass state.
    input: V,
    from_band: V,
    from_low: V,
}

impl<V: Copy + Add<Output = V> + Sub<Output = V> + Mul<Output = V>> StillForm<V> {
    /// One sample. The input comes last: it is what is waited for longest.
    #[inline(always)]
    pub fn step(&self, state: &mut [V; 2], input: V) -> V {
        let [band, low] = *state;
        let distance = input - low;
        *state = [self.band_stays * band + self.to_band * distance, (low + band) + self.to_low * distance];
        (self.from_band * band + self.from_low * low) + self.input * input
    }

    /// The same of other lanes, each figure on its own.
    #[inline(always)]
    pub fn map<W>(&self, function: impl Fn(V) -> W) -> StillForm<W> {
        StillForm {
            band_stays: function(self.band_stays),
            to_band: function(self.to_band),
            to_low: function(self.to_low),
            input: function(self.input),
            from_band: function(self.from_band),
            from_low: function(self.from_low),
        }
    }

    /// Of the figures of both.
    #[inline(always)]
    pub fn zip<W>(&self, other: &Self, function: impl Fn(V, V) -> W) -> StillForm<W> {
        StillForm {
            band_stays: function(self.band_stays, other.band_stays),
            to_band: function(self.to_band, other.to_band),
            to_low: function(self.to_low, other.to_low),
            input: function(self.input, other.input),
            from_band: function(self.from_band, other.from_band),
            from_low: function(self.from_low, other.from_low),
        }
    }
}

impl StillForm<Frame> {
    /// Passes everything.
    pub const PASSING: Self = Self {
        band_stays: Frame::ZERO,
        to_band: Frame::ZERO,
        to_low: Frame::ZERO,
        input: Frame::ONE,
        from_band: Frame::ZERO,
        from_low: Frame::ZERO,
    };

    /// Of the coefficients in the lanes that are 1; the others pass their samples.
    pub fn new(coefficients: &Coefficients, worked: Frame) -> Self {
        let Coefficients { frequency, damping, second_order, drive, input, band_pass, low_pass } = *coefficients;
        // The outputs of the trapezoidal filter from its states and its input; the new states are twice the outputs less the old
        // ones.
        let a1 = second_order / (1.0 + damping + frequency * frequency);
        let a2 = frequency * a1;
        let a3 = frequency * frequency / (1.0 + damping + frequency * frequency);
        let form = StillForm {
            band_stays: second_order * (2.0 * a1 - 1.0),
            to_band: 4.0 * a2 * a2,
            to_low: 2.0 * a3,
            input: input + drive * (band_pass * a2 + low_pass * a3),
            // a1 / (2 a2), which a section of first order does not have.
            from_band: 0.5 * drive * (band_pass * second_order / frequency + low_pass),
            from_low: drive * (low_pass * (1.0 - a3) - band_pass * a2),
        };
        let form = form.map(|figure| worked * figure);
        Self { input: form.input + (Frame::ONE - worked), ..form }
    }
}

/// Band-pass and low-pass state of the filter for one of each in the scale of [`StillForm`].
pub fn state_scale(coefficients: &Coefficients) -> [f64; 2] {
    let Coefficients { frequency, damping, drive, .. } = *coefficients;
    [drive * (1.0 + damping + frequency * frequency) / (2.0 * frequency), drive]
}
