//! The state-variable filter that realises every section, trapezoidally integrated (A. Simper, "Linear Trapezoidal Integrated
//! SVF", 2013; V. Zavalishin, *The Art of VA Filter Design*, 2018): a band-pass and a low-pass state mixed with the input.
//!
//! The sum of the squared states never grows without input, whatever the frequency and damping do from one sample to the
//! next; that is why no automation makes it unstable. Coefficients that move are interpolated for every sample in terms of
//! frequency and damping, where each point on the way is a filter of that kind. Still ones run in a form of fewer operations
//! with a shorter loop from sample to sample. Left and right (or mid and side, where a section may work on one of them
//! alone) are the two lanes. Cost: 12 operations of two lanes a sample and still section.

use wide::f64x2;

use super::still_form::{StillForm, state_scale};
use crate::dsp::{CONTROL_INTERVAL, wider::wider};

/// A stereo sample: left and right, or mid and side.
pub type Frame = f64x2;

/// What the two lanes of frames are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Domain {
    LeftRight,
    /// Half the sum and half the difference.
    MidSide,
}

impl Domain {
    /// A frame of this domain as left and right.
    pub fn to_left_right(self, frame: Frame) -> Frame {
        match self {
            Self::LeftRight => frame,
            Self::MidSide => {
                let [mid, side] = frame.to_array();
                Frame::new([mid + side, mid - side])
            }
        }
    }

    /// A frame of this domain as mid and side.
    pub fn to_mid_side(self, frame: Frame) -> Frame {
        match self {
            Self::LeftRight => {
                let [left, right] = frame.to_array();
                Frame::new([0.5 * (left + right), 0.5 * (left - right)])
            }
            Self::MidSide => frame,
        }
    }
}

/// States under this are set to zero now and then: more than 500 dB under full scale, long before they are denormal and slow.
const SILENT_STATE: f64 = 1e-30;

/// 0, 1, 2...
const RAMP: [f64; CONTROL_INTERVAL] = {
    let mut ramp = [0.0; CONTROL_INTERVAL];
    let mut index = 1;
    while index < CONTROL_INTERVAL {
        ramp[index] = ramp[index - 1] + 1.0;
        index += 1;
    }
    ramp
};

/// A section of first or second order as mixing coefficients of the state-variable filter.
///
/// With `u = (z - 1)/(z + 1)` a second-order section is `input + drive (band_pass frequency u + low_pass frequency²) / (u² +
/// damping u + frequency²)`, where each name stands for its mixing coefficient. One of first order is
/// `input + drive low_pass frequency² / (u + frequency²)`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coefficients {
    /// `tan(ω/2)` of the resonance; in first order the square root of that of the pole.
    pub frequency: f64,
    /// The sum of the poles in the plane of `u`, which is frequency over Q; in first order 0.
    pub damping: f64,
    /// 1 in second order, 0 in first, where the band-pass state rests.
    pub second_order: f64,
    /// Level at which the input drives the filter. What its states hold when Q or gain move decides about the overshoot.
    pub drive: f64,
    /// Share of the input.
    pub input: f64,
    /// Share of the band-pass output.
    pub band_pass: f64,
    /// Share of the low-pass output.
    pub low_pass: f64,
}

impl Coefficients {
    /// Passes everything.
    pub const IDENTITY: Self =
        Self { frequency: 1.0, damping: 1.0, second_order: 1.0, drive: 1.0, input: 1.0, band_pass: 0.0, low_pass: 0.0 };

    /// Squared magnitude where `tan(ω/2)` is `tangent`.
    pub fn power(&self, tangent: f64) -> f64 {
        let square = self.frequency * self.frequency;
        let (band_pass, low_pass) = (self.drive * self.band_pass, self.drive * self.low_pass);
        // Numerator and denominator, each real and imaginary, at u = j tangent.
        let (numerator, denominator) = if self.second_order == 0.0 {
            ([(self.input + low_pass) * square, self.input * tangent], [square, tangent])
        } else {
            let real = square - tangent * tangent;
            let imaginary = self.damping * tangent;
            (
                [self.input * real + low_pass * square, self.input * imaginary + band_pass * self.frequency * tangent],
                [real, imaginary],
            )
        };
        let power = |[real, imaginary]: [f64; 2]| real * real + imaginary * imaginary;
        power(numerator) / power(denominator)
    }

    /// Numerator and denominator of the squared magnitude, polynomials in `sin²(ω/2)` with ascending powers.
    pub fn power_polynomials(&self) -> [[f64; 3]; 2] {
        let square = self.frequency * self.frequency;
        let constant = (self.input + self.drive * self.low_pass) * square;
        if self.second_order == 0.0 {
            // Multiplied by `cos²(ω/2)`.
            return [[constant * constant, self.input * self.input], [square * square, 1.0]]
                .map(|[constant, linear]| [constant, linear - constant, 0.0]);
        }
        let linear = self.input * self.damping + self.drive * self.band_pass * self.frequency;
        [[constant, linear, self.input], [square, self.damping, 1.0]].map(|[constant, linear, square]| {
            // In `tan²(ω/2)`, then multiplied by the squared `cos²(ω/2)`.
            let (low, high) = (constant * constant, square * square);
            let middle = linear * linear - 2.0 * constant * square;
            [low, middle - 2.0 * low, low - middle + high]
        })
    }

    /// Quality of the resonance, 0.5 or less where there is none.
    pub fn quality(&self) -> f64 {
        if self.second_order == 0.0 { 0.0 } else { self.frequency / self.damping }
    }

    /// Samples in which what rings falls to 1/e.
    pub fn ring_samples(&self) -> f64 {
        // The slowest pole's distance from the stable side's edge, halved, in the plane of `u`.
        let square = self.frequency * self.frequency;
        let half = if self.second_order == 0.0 { 2.0 * square } else { self.damping.min(2.0 * square / self.damping) };
        1.0 / half
    }

    #[inline(always)]
    fn combine(&self, other: &Self, operation: impl Fn(f64, f64) -> f64) -> Self {
        Self {
            frequency: operation(self.frequency, other.frequency),
            damping: operation(self.damping, other.damping),
            second_order: self.second_order,
            drive: operation(self.drive, other.drive),
            input: operation(self.input, other.input),
            band_pass: operation(self.band_pass, other.band_pass),
            low_pass: operation(self.low_pass, other.low_pass),
        }
    }
}

/// One section with its state.
#[derive(Clone)]
pub struct Section {
    /// Band-pass and low-pass state: the filter's while it moves, in the scale of [`StillForm`] while it is still.
    state: [Frame; 2],
    /// 1 in the lanes that are filtered, 0 in those that pass.
    worked: Frame,
    start: Coefficients,
    step: Coefficients,
    target: Coefficients,
    /// Samples since the interpolation began.
    position: usize,
    moving: bool,
    still: StillForm<Frame>,
}

impl Section {
    /// A section that passes everything.
    pub fn new() -> Self {
        let identity = Coefficients::IDENTITY;
        Self {
            state: [Frame::ZERO; 2],
            worked: Frame::ONE,
            start: identity,
            step: identity,
            target: identity,
            position: 0,
            moving: false,
            still: StillForm::PASSING,
        }
    }

    /// The coefficients that it has or moves to.
    pub fn target(&self) -> &Coefficients {
        &self.target
    }

    /// From the next start on it filters the lanes that are 1 and passes those that are 0.
    pub fn work_on(&mut self, lanes: Frame) {
        self.worked = lanes;
    }

    /// Goes on with what it holds as frames of the other domain.
    pub fn change_domain(&mut self, domain: Domain) {
        self.state = self.state.map(|state| match domain {
            Domain::LeftRight => Domain::MidSide.to_left_right(state),
            Domain::MidSide => Domain::LeftRight.to_mid_side(state),
        });
    }

    /// Takes the coefficients at once, from silence.
    pub fn start(&mut self, coefficients: &Coefficients) {
        self.state = [Frame::ZERO; 2];
        self.settle(coefficients);
    }

    /// Takes the coefficients at once, with what another section holds.
    pub fn start_from(&mut self, coefficients: &Coefficients, other: &Self) {
        self.state = other.filter_state();
        self.moving = true;
        self.settle(coefficients);
    }

    /// Moves to the coefficients over [`CONTROL_INTERVAL`] samples from where they are now.
    pub fn move_to(&mut self, target: &Coefficients) {
        self.start = self.now();
        self.state = self.filter_state();
        self.step = target.combine(&self.start, |target, start| (target - start) / CONTROL_INTERVAL as f64);
        self.target = *target;
        self.position = 0;
        self.moving = true;
    }

    /// Ends the movement if it has arrived; to be called at the control clock.
    pub fn rest_if_arrived(&mut self) -> bool {
        if self.moving && self.position >= CONTROL_INTERVAL {
            let target = self.target;
            self.settle(&target);
        }
        !self.moving
    }

    /// Gives a movement that was interrupted its full time again.
    pub fn continue_moving(&mut self) {
        let target = self.target;
        self.move_to(&target);
    }

    /// The form in which it runs, if it does not move.
    pub fn still_form(&self) -> Option<&StillForm<Frame>> {
        (!self.moving).then_some(&self.still)
    }

    /// What it holds while it does not move: the band-pass and the low-pass state in the scale of its form.
    pub fn still_state(&mut self) -> &mut [Frame; 2] {
        &mut self.state
    }

    /// The band-pass and the low-pass state of the filter.
    fn filter_state(&self) -> [Frame; 2] {
        if self.moving {
            return self.state;
        }
        let [band_scale, low_scale] = state_scale(&self.target);
        let [band, low] = self.state;
        [band * Frame::splat(band_scale), low * Frame::splat(low_scale)]
    }

    /// Ends a dying tail before it becomes denormal; to be called now and then, at times that no host decides about.
    pub fn quieten(&mut self) {
        let loudest = self.state[0].abs().max(self.state[1].abs()).to_array();
        if loudest[0].max(loudest[1]) < SILENT_STATE {
            self.state = [Frame::ZERO; 2];
        }
    }

    fn settle(&mut self, coefficients: &Coefficients) {
        let [band_scale, low_scale] = state_scale(coefficients);
        let [band, low] = self.filter_state();
        self.state = [band * Frame::splat(1.0 / band_scale), low * Frame::splat(1.0 / low_scale)];
        self.target = *coefficients;
        self.moving = false;
        self.still = StillForm::new(coefficients, self.worked);
    }

    fn now(&self) -> Coefficients {
        if self.moving { self.after(self.position) } else { self.target }
    }

    /// The coefficients after so many samples of the movement.
    #[inline(always)]
    fn after(&self, samples: usize) -> Coefficients {
        if samples >= CONTROL_INTERVAL {
            return self.target;
        }
        let samples = samples as f64;
        self.start.combine(&self.step, |start, step| start + samples * step)
    }

    /// Filters in place.
    pub fn process(&mut self, frames: &mut [Frame]) {
        if self.moving {
            process_moving(self, frames);
        } else {
            let mut state = self.state;
            for frame in frames {
                *frame = self.still.step(&mut state, *frame);
            }
            self.state = state;
        }
    }
}

wider! {
    /// Filters in place while the coefficients move, at most [`CONTROL_INTERVAL`] samples.
    fn process_moving(section: &mut Section, frames: &mut [Frame]) {
        // What each sample needs of the coefficients, first for all of them: nothing waits for anything there, and the
        // compiler makes vectors of it.
        let length = frames.len().min(CONTROL_INTERVAL);
        let [mut own_band, mut own_low, mut coupling, mut to_band, mut to_low] = [[0.0; CONTROL_INTERVAL]; 5];
        let [mut input, mut band_pass, mut low_pass] = [[0.0; CONTROL_INTERVAL]; 3];
        let (start, step) = (section.start, section.step);
        let first = section.position as f64 + 1.0;
        for index in 0..length {
            let samples = first + RAMP[index];
            let frequency = start.frequency + samples * step.frequency;
            let square = frequency * frequency;
            let twice = 2.0 / (1.0 + (start.damping + samples * step.damping) + square);
            let drive = start.drive + samples * step.drive;
            own_band[index] = start.second_order * twice - 1.0;
            own_low[index] = 1.0 - square * twice;
            coupling[index] = frequency * (start.second_order * twice);
            to_band[index] = coupling[index] * drive;
            to_low[index] = square * twice * drive;
            input[index] = start.input + samples * step.input;
            // An output is the mean of the old state and the new one.
            band_pass[index] = 0.5 * (start.band_pass + samples * step.band_pass);
            low_pass[index] = 0.5 * (start.low_pass + samples * step.low_pass);
        }
        section.position += length;
        let [mut band, mut low] = section.state;
        let (worked, passed) = (section.worked, Frame::ONE - section.worked);
        for (index, frame) in frames[..length].iter_mut().enumerate() {
            let (heard, coupling) = (worked * *frame, Frame::splat(coupling[index]));
            let new_band =
                (Frame::splat(own_band[index]) * band - coupling * low) + Frame::splat(to_band[index]) * heard;
            let new_low = (Frame::splat(own_low[index]) * low + coupling * band) + Frame::splat(to_low[index]) * heard;
            *frame = (Frame::splat(input[index]) * heard + passed * *frame)
                + Frame::splat(band_pass[index]) * (band + new_band)
                + Frame::splat(low_pass[index]) * (low + new_low);
            (band, low) = (new_band, new_low);
        }
        section.state = [band, low];
    }
}
